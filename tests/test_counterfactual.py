"""Two histories differ by the policy and by what follows from it, and by nothing else."""

from typing import Any

import numpy as np
import pytest

from model.scenario_files import load_scenario
from model.simulation import Simulation
from policies.base import discover
from policies.parameters import ParameterSet

# Dibao by itself, so that whatever differs follows from dibao; nobody claims what it refuses.
ALONE = {f"policies.{policy}": "off" for policy in discover() if not policy.endswith("dibao")}
ALONE |= {"claims.rules.on": False}
POLICIES = ("urban_dibao", "rural_dibao")
OFF = {f"policies.{policy}": "off" for policy in POLICIES}
ROLL = {"aware_of_dibao", "assessed_income", "applies_for_dibao", "receives_dibao", "dibao_benefit",
        "dibao_persons", "dibao_workers", "dibao_exit_years", "trust_local"}  # fmt: skip
# What the first money changes at once, and what savings and spending change in later years.
AT_ONCE = {"transfers", "income_per_head", "assets", "consumption"}
LATER = {"medical_bill", "inpatient_bill", "admission_memory", "out_of_pocket", "catastrophic",
         "deprived_years", "disaster_loss"}  # fmt: skip
MONEY_OF_COUNTIES = {"assistance", "earmarked", "mandated", "unfunded", "room", "services",
                     "balance"}  # fmt: skip
PUBLISHED = {"urban_income", "rural_income", "urban_dibao_line", "rural_dibao_line",
             "urban_dibao_design", "rural_dibao_design"}  # fmt: skip
LINE = "dibao.urban.line_ratio"


def changed(one: Any, other: Any) -> set[str]:
    """Return the columns of two tables that differ, rows compared as they stand."""
    return {name for name in one.declared if one[name].tobytes() != other[name].tobytes()}


def until(year: int, scenario: Any = "tiny", **settings: Any) -> Simulation:
    return Simulation(scenario, **{"years.last": year, **ALONE, **settings}).run()


def with_reform(**reform: Any) -> Any:
    """Return the tiny scenario with a reform."""
    tiny = load_scenario("tiny")
    return tiny.from_dict(tiny.as_dict() | {"reforms": [{"name": "test", **reform}]})


@pytest.fixture(scope="module")
def all_years() -> Simulation:
    return until(2023)


@pytest.fixture(scope="module")
def ten_years() -> Simulation:
    return until(2002)


def national(sim: Simulation, outcome: str, group: str = "all") -> Any:
    rows = sim.record.table().query("level == 'nation' and outcome == @outcome and group == @group")
    return rows.set_index("year")["value"]


@pytest.fixture(scope="module")
def pair() -> dict[int, dict[str, Any]]:
    """Step through history with and without dibao; return what differs after each year."""
    with_it, without = Simulation("tiny", **ALONE), Simulation("tiny", **ALONE, **OFF)
    seen = {}
    while with_it.year < 2010:
        year = with_it.year
        with_it.step(), without.step()
        a, b = with_it.households, without.households
        has = np.any([with_it.adoptions.in_force(name) for name in POLICIES], axis=0)
        elsewhere = np.flatnonzero(~has[a.county])
        seen[year] = {
            "households": changed(a, b),
            "persons": changed(with_it.persons, without.persons),
            "counties": changed(with_it.counties, without.counties),
            "elsewhere": {n for n in a.declared if (a[n] != b[n])[elsewhere].any()},
            "n_elsewhere": len(elsewhere),
            "loss": float((b.income_per_head - a.income_per_head).max()),
        }
    return seen


@pytest.fixture(scope="module")
def in_2005() -> Simulation:
    return until(2005)


def test_reform_cannot_change_its_baseline(ten_years, digest):
    before = ParameterSet.load().digest()
    reform = until(2002, **{LINE: 0.5, "dibao.rules.gap_paid@1999-01-01": 0.6})
    assert digest(reform) != digest(ten_years)
    assert digest(until(2002)) == digest(ten_years)
    assert ParameterSet.load().digest() == before


def test_without_dibao_everybody_lives_and_works_and_earns_the_same(pair):
    for year, seen in pair.items():
        assert seen["persons"] == set(), year
        assert seen["households"] <= ROLL | AT_ONCE | LATER, year


def test_dibao_changes_all_that_follows_from_money(pair):
    found = set.union(*(seen["households"] for seen in pair.values()))
    # Benefits run out gradually only from 2020 on.
    assert found == (ROLL | AT_ONCE | LATER) - {"dibao_exit_years"}


def test_dibao_changes_care_only_through_savings_and_so_not_before_its_second_year(pair):
    first = min(year for year, seen in pair.items() if "transfers" in seen["households"])
    assert pair[first]["households"] & (AT_ONCE | LATER) == AT_ONCE
    assert {"medical_bill", "out_of_pocket"} <= pair[first + 1]["households"]


def test_dibao_changes_of_governments_only_assistance_and_what_it_leaves(pair):
    together = set.union(*(seen["counties"] for seen in pair.values()))
    assert together == MONEY_OF_COUNTIES | PUBLISHED


def test_dibao_changes_nobody_where_no_county_has_it_yet(pair):
    for year in range(1993, 1998):
        assert pair[year]["n_elsewhere"] > 500
        assert pair[year]["elsewhere"] == set(), year


def test_dibao_lowers_nobodys_income(pair):
    assert max(seen["loss"] for seen in pair.values()) == 0


def test_rural_dibao_never_raises_rural_poverty(all_years):
    without = until(2023, **OFF)
    rates = [national(sim, "poverty_rate", "rural") for sim in (all_years, without)]
    assert (rates[0] <= rates[1]).all()
    assert (rates[0] < rates[1]).any()


def test_scenario_without_dibao_has_no_recipient_and_no_line(all_years):
    without = until(1997, "no_dibao", **{"world.counties": 62, "world.townships_per_county": 2,
                                         "world.households": 3100})  # fmt: skip
    assert (national(without, "dibao_recipients") == 0).all()
    assert national(without, "dibao_line").isna().all()
    assert national(all_years, "dibao_recipients")[1997] > 0


def test_policy_off_by_switch_and_by_reform_is_the_same(digest):
    policies = {"urban_dibao": "off", "rural_dibao": "off"}
    assert digest(until(1996, with_reform(policies=policies))) == digest(until(1996, **OFF))


def test_reform_does_nothing_before_its_date(ten_years):
    reform = until(2002, **{f"{LINE}@1999-01-01": 0.5})
    tables = [sim.record.table() for sim in (ten_years, reform)]
    assert tables[0].query("year < 1999").equals(tables[1].query("year < 1999"))
    assert not tables[0].query("year == 1999").equals(tables[1].query("year == 1999"))


def test_policy_switched_off_on_a_date_is_reversed_in_every_county_that_had_it(ten_years):
    sim = until(2002, with_reform(**{"from": "2000-01-01", "policies": {"urban_dibao": "off"}}))
    rows = [row for row in sim.adoptions.rows if row[3] == "reversed"]
    had = ten_years.adoptions.in_force("urban_dibao")
    assert {(row[0], row[1]) for row in rows} == {(2000, "urban_dibao")}
    assert sorted(row[2] for row in rows) == sorted(ten_years.counties.code[had].astype(str))
    recipients = national(sim, "dibao_recipients", "urban")
    assert recipients[1999] == national(ten_years, "dibao_recipients", "urban")[1999] > 0
    assert (recipients[2000:] == 0).all()


def test_higher_line_keeps_everybody_on_the_roll_where_it_is_a_right(in_2005):
    higher = until(2005, **{f"{LINE}@2005-01-01": 0.5})
    policy, households = in_2005.policies["urban_dibao"], in_2005.households
    assert (policy.rights == higher.policies["urban_dibao"].rights).all()
    by_right = policy.rights[households.county] & households.hukou_urban & households.alive
    served = [sim.households["receives_dibao"][by_right] for sim in (in_2005, higher)]
    assert (served[0] <= served[1]).all()
    assert 0 < served[0].sum() < served[1].sum()


def test_more_places_keep_everybody_on_the_roll_and_serve_more(in_2005):
    more = until(2005, **{"dibao.urban.quota_share@2005-01-01": 0.15})
    rights = [sim.policies["urban_dibao"].rights for sim in (in_2005, more)]
    # A county that can pay for more may go over to rights, which is another rule.
    same_rule = (rights[0] == rights[1])[in_2005.households.hukou_county]
    served = [sim.households["receives_dibao"][same_rule] for sim in (in_2005, more)]
    assert (served[0] <= served[1]).all()
    assert served[0].sum() < served[1].sum()


def test_more_help_of_the_committee_makes_nobody_less_aware(in_2005):
    more = until(2005, **{"dibao.rules.committee_awareness": 0.5})
    aware = [sim.households["aware_of_dibao"] for sim in (in_2005, more)]
    assert (aware[0] <= aware[1]).all()
    assert aware[0].sum() < aware[1].sum()


def test_more_stigma_lets_nobody_new_apply(in_2005):
    more = until(2005, **{"dibao.rules.stigma@2005-01-01": 0.3})
    applies = [sim.households["applies_for_dibao"] for sim in (in_2005, more)]
    assert (applies[1] <= applies[0]).all()
    assert applies[1].sum() < applies[0].sum()


def test_smaller_share_of_the_gap_pays_nobody_more_and_serves_the_same(in_2005):
    less = until(2005, **{"dibao.rules.gap_paid@2005-01-01": 0.5})
    one, other = in_2005.households, less.households
    assert (one["receives_dibao"] == other["receives_dibao"]).all()
    assert (other["dibao_benefit"] <= one["dibao_benefit"]).all()
    assert other["dibao_benefit"].sum() < one["dibao_benefit"].sum()


def test_who_pays_for_dibao_matters_to_governments_alone(in_2005):
    centre = until(2005, **{"dibao.urban.centre_share": 0.9})
    assert changed(in_2005.households, centre.households) == set()
    assert changed(in_2005.counties, centre.counties) <= MONEY_OF_COUNTIES
    assert (centre.counties.services >= in_2005.counties.services).all()


def test_without_lay_offs_fewer_are_out_of_work_and_incomes_differ():
    laid_off, spared = until(1998), until(1998, **{"shocks.soe_layoffs": "off"})
    share = [national(sim, "laid_off_share", "urban") for sim in (laid_off, spared)]
    assert (share[1] == 0).all()
    assert share[0][1998] > 0
    # Places that lost work draw fewer migrants.
    places = {"away", "urban", "township", "place_years"}
    assert (
        changed(laid_off.persons, spared.persons) <= {"work", "state_sector", "laid_off"} | places
    )


def persons_of(one: Simulation, other: Simulation) -> list[tuple[Any, Any]]:
    """Return the columns of persons in two histories, side by side."""
    names = [name for name in one.persons.declared if name in other.persons.declared]
    return [(one.persons[name], other.persons[name]) for name in names]


# What a policy may change in its first year for those whom it reaches.
OWN = ("transfers", "contributions", "insured_cover", "out_of_pocket", "hukou_urban")
REST = ("market_income", "assets", "consumption", "size", "urban", "township", "ill_years")


@pytest.mark.parametrize("policy", sorted(discover()))
def test_policy_that_begins_leaves_whom_it_does_not_reach_bit_identical(policy):
    others = {f"policies.{other}": "off" for other in discover() if other != policy}
    world = {"years.first": 2014, "years.last": 2014, **others}
    with_it, without = (
        Simulation("tiny", **world, **{f"policies.{policy}": switch}).run()
        for switch in ("on", "off")
    )
    a, b = with_it.households, without.households
    reached = np.any([a[name] != b[name] for name in OWN], axis=0)
    # Employers pass contributions on to wages; who registers in a town pays no more rent to others.
    members = np.any([p != q for p, q in persons_of(with_it, without)], axis=0)
    reached[with_it.persons.household[members]] = True
    reached |= a.urban & (policy == "hukou")
    for name in REST:
        assert (a[name] == b[name])[~reached].all(), name
