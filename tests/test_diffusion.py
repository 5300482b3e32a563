"""Who adopts when: after the calendar, or by choice from a dated first place to the deadline."""

import hashlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from agents.adoption import REASONS
from agents.errors import MinshengError
from agents.local_government import Counties
from model import choice, designs, evaluation, pilots
from model.centre import Order, by_calendar
from model.diffusion import Adoptions
from model.simulation import Simulation

FOLDER = Path("policies/parameters/adoption")
URBAN, RURAL = "urban_dibao", "rural_dibao"
CHOSEN = (URBAN, RURAL, "hukou", "migrant_insurance", "residents_medical", "residents_pension")
CALENDAR = {f"adoption.mode.{policy}": "calendar" for policy in CHOSEN} | {
    "hukou.opening.mode": "scenario"
}
BY_LAW = ("assistance", "old_rural_pension", "poverty_alleviation", "worker_insurance")
# Adoptions and reversals of the tiny scenario, sorted, as they were before counties could choose.
CALENDAR_DIGEST = "7163e9343d9c1c7f"


@pytest.fixture(scope="module")
def by_dates():
    """Return the tiny scenario in which every policy follows the calendar."""
    return Simulation("tiny", **CALENDAR).run()


def years_of(sim, policy):
    """Return the year of adoption by county."""
    rows = [row for row in sim.adoptions.rows if row[1] == policy and row[3] == "adopted"]
    return {int(row[2]): row[0] for row in rows}


def share(sim, policy, year):
    return sum(first <= year for first in years_of(sim, policy).values()) / sim.counties.n


def reasons(sim, policy):
    return [row[5] for row in sim.adoptions.rows if row[1] == policy and row[3] == "adopted"]


def test_calendar_mode_is_what_it_was_before_counties_could_choose(by_dates):
    kept = {*CHOSEN, *BY_LAW}
    rows = sorted(row for row in by_dates.adoptions.rows
                  if row[1] in kept and row[3] in {"adopted", "reversed"})  # fmt: skip
    assert hashlib.blake2b(repr(rows).encode(), digest_size=8).hexdigest() == CALENDAR_DIGEST


@pytest.mark.parametrize("mode", ["by_dates", "tiny"])
def test_shanghai_begins_with_urban_dibao_in_1993(mode, request):
    years = years_of(request.getfixturevalue(mode), URBAN)
    assert {code // 10_000 for code, year in years.items() if year == 1993} == {31}
    assert all(year == 1993 for code, year in years.items() if code // 10_000 == 31)


@pytest.mark.parametrize(("policy", "last"), [(URBAN, 1999), (RURAL, 2007)])
def test_every_county_has_the_scheme_by_the_year_of_the_mandate(by_dates, tiny, policy, last):
    assert share(by_dates, policy, last - 1) < share(by_dates, policy, last) == 1
    assert share(tiny, policy, last - 1) < 0.97 <= share(tiny, policy, last)


@pytest.mark.parametrize("year", [1996, 1997, 1998])
def test_share_of_counties_follows_the_calendar(by_dates, year):
    expected = by_dates.parameter_set.value("adoption.calendar.urban_dibao_share", year)
    assert share(by_dates, URBAN, year) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("mode", ["by_dates", "tiny"])
def test_rich_counties_adopt_before_poor_ones(mode, request):
    sim = request.getfixturevalue(mode)
    found = years_of(sim, URBAN)
    years = np.array([found[int(code)] for code in sim.counties.code])
    assert np.corrcoef(years, sim.counties.priority)[0, 1] < (-0.5 if mode == "by_dates" else 0)


def test_order_of_the_calendar_is_by_chance_alone_without_weight_of_income():
    by_luck = {"adoption.calendar.income_weight": 0.0, "years.last": 1997}
    sim = Simulation("tiny", **CALENDAR, **by_luck).run()
    early = sim.adoptions.in_force(URBAN)
    assert early.mean() == pytest.approx(0.5, abs=0.05)
    ranks = np.argsort(np.argsort(sim.counties.priority))
    assert abs(ranks[early].mean() - ranks.mean()) < 10


def test_county_without_the_scheme_has_no_line_and_no_recipient():
    sim = Simulation("tiny", **{"years.last": 1997}).run()
    without = ~sim.adoptions.in_force(URBAN)
    assert without.any()
    assert (sim.counties["urban_dibao_line"][without] == 0).all()
    assert (sim.counties["urban_dibao_line"][~without] > 0).all()
    homes = without[sim.households.hukou_county] & sim.households.hukou_urban
    assert not sim.households["receives_dibao"][homes & sim.households.alive].any()


def test_every_adoption_by_choice_says_why(tiny):
    told = {why.partition(":")[0] for policy in CHOSEN for why in reasons(tiny, policy)}
    assert {"choice", "deadline", "pilot", "pioneer"} <= told
    assert set(reasons(tiny, "worker_insurance")) == {"calendar"}


def test_recognition_and_orders_stand_in_the_record(tiny):
    acts = [row[:4] for row in tiny.adoptions.rows if row[2] == "0"]
    assert acts.index((1996, URBAN, "0", "recognised")) < acts.index((1997, URBAN, "0", "mandated"))


def test_a_history_that_begins_later_starts_from_the_calendar():
    sim = Simulation("tiny", **{"years.first": 2005, "years.last": 2005})
    sim.step()
    assert sim.adoptions.in_force(URBAN).all()
    assert sim.adoptions.in_force(RURAL).mean() == pytest.approx(0.54, abs=0.05)
    assert set(reasons(sim, RURAL)) == {"calendar"}


def test_without_its_order_a_policy_is_not_everywhere_at_the_deadline():
    free = {"diffusion.drivers.mandate": 0.0, "years.last": 2000}
    assert share(Simulation("tiny", **free).run(), URBAN, 2000) < 0.3


@pytest.fixture(scope="module")
def all_by_choice():
    """Return the tiny scenario in which counties choose every policy."""
    return Simulation("tiny", **{f"adoption.mode.{policy}": "choice" for policy in BY_LAW}).run()


@pytest.mark.parametrize("policy", [*CHOSEN, *BY_LAW])
def test_one_switch_turns_every_policy_over_to_counties_or_to_the_calendar(
    policy, by_dates, all_by_choice
):
    dated, chosen = (
        {why.partition(":")[0] for why in reasons(sim, policy)} for sim in (by_dates, all_by_choice)
    )
    assert "calendar" in dated
    assert "choice" in chosen
    assert policy == "old_rural_pension" or "calendar" not in chosen


@pytest.mark.parametrize("policy", BY_LAW)
def test_counties_that_choose_what_is_law_come_near_the_calendar(policy, by_dates, all_by_choice):
    for year in (1995, 1998, 2016):
        near = pytest.approx(share(by_dates, policy, year), abs=0.15)
        assert share(all_by_choice, policy, year) == near


def test_incentives_have_no_mode_since_no_local_government_adopts_them(tiny):
    with pytest.raises(MinshengError, match="incentives"):
        Simulation("tiny", **{"adoption.mode.incentives": "choice"})
    assert "no mode" in (FOLDER / "mode.yaml").read_text(encoding="utf-8")


def test_attributes_that_are_missing_are_named(tiny):
    known = tiny.known_paths - {f"adoption.{URBAN}.base"}
    sim = SimpleNamespace(known_paths=known, parameters=tiny.parameters)
    with pytest.raises(MinshengError, match=r"adoption/urban_dibao\.yaml"):
        choice.chooses(sim, URBAN)


def test_what_is_law_has_one_design(tiny, all_by_choice):
    name = "old_rural_pension_design"
    assert set(tiny.counties[name]) <= {designs.NATIONAL, designs.NONE}
    assert set(all_by_choice.counties[name]) - {designs.NATIONAL, designs.NONE}


def test_the_rung_of_participation_weighs_the_claims_that_counties_feel():
    sim = Simulation("tiny", **{"years.last": 1995}).run()
    sim.counties.claims_rate[:] = 0.02
    sim.counties["claims_weight"][:] = 1.0
    plain = choice.situation(sim)
    sim.counties["claims_weight"][:2] = 3.0
    more = choice.situation(sim)
    assert more.claims[:2] == pytest.approx(3 * plain.claims[:2])
    assert (more.claims[2:] == plain.claims[2:]).all()
    row = [reason.name for reason in REASONS].index("claims")
    found = [choice.reasons_of(sim, URBAN, seen)[row, 0] for seen in (plain, more)]
    assert found[1] == pytest.approx(3 * found[0])


def test_cities_see_what_leaving_migrants_would_leave_in_the_pool():
    sim = Simulation("tiny", **{"years.last": 1999}).run()
    gain = sim.counties["net_pool_gain"]
    row = [reason.name for reason in REASONS].index("pool_gain")
    seen = choice.situation(sim)
    found = choice.reasons_of(sim, "migrant_insurance", seen)[row]
    assert found[gain.argmax()] > 0 > found[gain.argmin()]
    assert (choice.reasons_of(sim, URBAN, seen)[row] == 0).all()


def test_unknown_mode_is_an_error_with_the_nearest_word():
    with pytest.raises(MinshengError, match=r"did you mean 'choice'"):
        Simulation("tiny", **{"adoption.mode.hukou": "choise"})


def test_an_order_presses_more_every_year_and_less_without_a_deadline():
    strict, soft = Order(1996, 1997, 1999), Order(1996, 1997)
    pressure = [strict.standing(year, 0.5, 0.3).pressure for year in (1997, 1999)]
    assert pressure == [0.5, 1.5]
    assert soft.standing(1999, 0.8, 0.3).pressure == pytest.approx(0.9)
    assert [strict.is_due(year) for year in (1998, 1999, 2000)] == [False, True, True]
    assert not soft.is_due(2020)


def test_the_calendar_says_how_a_policy_stood_in_a_year():
    assert by_calendar(URBAN, 1995) == Order()
    assert by_calendar(URBAN, 1996) == Order(recognised=1996)
    assert by_calendar(URBAN, 2010) == Order(1996, 1997, 1999)
    assert by_calendar("migrant_insurance", 2011) == Order(2011, 2011, 2011)


def test_the_centre_recognises_and_orders_by_itself_what_leads_and_pays():
    sim = Simulation("tiny", **{"centre.rules.mode": "choice", "years.last": 2005}).run()
    acts = [row for row in sim.adoptions.rows if row[1] == URBAN and row[2] == "0"]
    known, ordered = (next(row for row in acts if row[3] == event)
                      for event in ("recognised", "mandated"))  # fmt: skip
    assert "of the lead provinces" in known[5]
    assert ordered[0] >= known[0] + 1
    assert sim.orders[URBAN].deadline == ordered[0] + 2


def test_the_centre_that_asks_too_much_recognises_nothing():
    never = {"centre.rules.mode": "choice", "centre.rules.cost_weight": 1.0, "years.last": 2005}
    sim = Simulation("tiny", **never).run()
    acts = {row[3] for row in sim.adoptions.rows if row[1] == URBAN and row[2] == "0"}
    assert acts <= {"changed"}
    assert sim.adoptions.in_force(URBAN).mean() < 0.5


def test_pilots_that_do_not_pay_are_dropped():
    costly = {"centre.rules.mode": "choice", "adoption.residents_medical.cost": 5.0,
              "centre.rules.cost_weight": 1.0, "centre.rules.drop_base": 2.0,
              "years.last": 2006}  # fmt: skip
    rows = Simulation("tiny", **costly).run().adoptions.rows
    assert any(row[1] == "residents_medical" and row[5] == "dropped pilot" for row in rows)


def test_about_a_tenth_of_the_counties_become_pilots(tiny):
    sites = tiny.adoptions.pilots("residents_pension")
    assert 0.04 < sites.mean() < 0.2
    assert reasons(tiny, "residents_pension").count("pilot") == sites.sum()


def test_pilot_sites_deliver_better_until_the_centre_has_recognised_the_policy():
    sim = Simulation("tiny", **{"years.last": 2006, "policies.incentives": "off"})
    seen = {}
    while sim.running:
        year = sim.year
        sim.step()
        sites = sim.adoptions.pilots("residents_medical")
        seen[year] = set(sim.counties.effort_medical[sites]), set(sim.counties.pilot_effort[~sites])
    assert seen[2003] == seen[2004] == ({1.2}, {1.0})
    assert seen[2005] == seen[2006] == ({1.0}, {1.0})


def test_without_pilots_nobody_is_chosen_and_the_scheme_begins_slowly(tiny):
    sim = Simulation("tiny", **{"diffusion.pilots.possible": False, "years.last": 2010}).run()
    assert not sim.adoptions.pilots("residents_medical").any()
    assert share(sim, "residents_medical", 2003) < share(tiny, "residents_medical", 2003)


def test_each_province_places_its_part_of_the_pilots_at_its_highest_ranks():
    rank = pilots._rank_within(np.array([0, 1, 0, 1, 1]), np.array([1.0, 5, 2, 7, 6]))
    assert rank.tolist() == [1, 2, 0, 0, 1]


def test_fragmentation_is_one_less_the_sum_of_squared_shares_of_people():
    design = np.array([0, 0, 110101, designs.NONE], np.int32)
    people = np.array([1.0, 1.0, 2.0, 9.0])
    assert designs.fragmentation(design, people) == pytest.approx(0.5)
    assert np.isnan(designs.fragmentation(design[3:], people[3:]))


def test_unification_leaves_one_design(tiny):
    kept = tiny.datacollector.get_model_vars_dataframe()
    for policy, year in (("residents_pension", 2014), ("residents_medical", 2016)):
        values = kept[f"fragmentation/{policy}"].astype(float).to_numpy()
        assert values[year - 1 - 1993] > 0.5
        assert values[year - 1993] < values[year - 1 - 1993] / 2
        assert values[-1] < 0.1


def test_lag_from_the_first_place_to_the_deadline(tiny):
    kept = tiny.datacollector.get_model_vars_dataframe()
    lags = {policy: kept[f"diffusion_lag/{policy}"].astype(float) for policy in CHOSEN}
    assert lags[URBAN].iloc[-1] == 6
    assert lags[URBAN].iloc[1998 - 1993 :].isna().sum() == 1
    assert lags["residents_medical"].iloc[-1] == 5
    assert lags["residents_pension"].iloc[-1] == 3


def test_reasons_may_be_one_for_all_or_one_for_each():
    counties = Counties(2)
    counties.code[:] = 110101, 110102
    adoptions = Adoptions(counties)
    adoptions.adopt("a", np.array([0, 1]), 1993, "", ["x", "y"])
    adoptions.reverse("a", np.array([0, 1]), 1994, "", "z")
    assert [row[5] for row in adoptions.rows] == ["x", "y", "z", "z"]
    assert adoptions.first == {"a": 1993}


def test_extra_effort_is_given_back_exactly():
    effort = np.array([0.7, 1.1])
    counties = {"effort_medical": effort * 1.2}
    sim = SimpleNamespace(counties=counties, usual_effort={"effort_medical": effort})
    pilots.end_extra_effort(sim)
    assert (counties["effort_medical"] == effort).all()
    assert sim.usual_effort == {}


def test_effects_compare_pilots_that_try_harder_with_others_as_long_after_adoption():
    adoptions = Adoptions(counties := Counties(4))
    adoptions.adopt("a", np.array([0]), 2003, "", "pilot")
    adoptions.adopt("a", np.array([1]), 2004, "", "choice")
    adoptions.pilots("a")[0] = True
    sim = SimpleNamespace(adoptions=adoptions, counties=counties, year=2004, orders={"a": Order()})
    pilot, other = evaluation._groups(sim, "a")
    assert (pilot.tolist(), other.tolist()) == ([True] + 3 * [False], [False, True] + 2 * [False])
    sim.year, sim.orders["a"].recognised = 2006, 2005
    pilot, other = evaluation._groups(sim, "a")
    assert not pilot.any()
    assert not other.any()


def test_effect_is_the_reported_mean_here_less_that_where_the_policy_is_not(tiny):
    reports = {("coverage", "medical", "rural"): (np.array([3.0, 5, 1]), np.array([4.0, 6, 10]))}
    has = np.array([True, True, False])
    adoptions = SimpleNamespace(in_force=lambda policy: has)
    sim = SimpleNamespace(reports=reports, adoptions=adoptions, parameters=tiny.parameters)
    found = evaluation.effect(sim, "residents_medical", has)
    assert found == pytest.approx(0.8 - 0.1)
    assert np.isnan(evaluation.effect(sim, "residents_medical", ~has & has))


def test_pilots_and_what_followed_stand_in_the_outcomes(tiny):
    kept = tiny.datacollector.get_model_vars_dataframe()
    pilot, other = (kept[f"{name}_effect/residents_pension"].astype(float).to_numpy()
                    for name in ("pilot", "rollout"))  # fmt: skip
    years = np.arange(1993, 2024)
    assert years[np.isfinite(pilot)].tolist() == [2009, 2010]
    assert np.isfinite(other[years == 2012]).all()
    richer = kept["richer_pilots/residents_pension"].astype(float).to_numpy()
    assert (np.isfinite(richer) == np.isfinite(pilot)).all()


def test_cadres_of_a_county_that_tries_harder_have_more_people_join_the_pension():
    usual = {"years.first": 2008, "years.last": 2009, "adoption.residents_pension.pilot_share": 1.0}
    joined = []
    for effort in (0.0, 0.5):
        sim = Simulation("tiny", **usual, **{"diffusion.pilots.effort": effort}).run()
        pays = sim.persons["residents_tier"] > 0
        joined.append(sim.total(np.bincount(sim.persons.household, pays, sim.households.n)))
    assert joined[1] > joined[0] > 0
