"""Registration (hukou), case by case and rule by rule; the cases are in ``cases/hukou.yaml``."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from ruamel.yaml import YAML

from agents.conversion import within_quota
from policies.hukou import Hukou
from tests.small_city import CITY, City
from tests.small_county import Luck

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "hukou.yaml")
OPEN = {"hukou.opening.rung": 4, "hukou.opening.area": 3305, "hukou.opening.start": 2001}
NEVER, ALWAYS = 1 - 1e-12, 1e-12
# The last resident of 10 is followed by the newcomer of a case.
RESIDENTS = 10


def with_luck(luck, otherwise=ALWAYS):
    return lambda decision: Luck(luck.get(decision, otherwise))


def decide(case):
    """Let one household live a year in the place of a case; return what came out."""
    city = City([case.get("household", {})], code=case.get("code", 330502), year=case["year"],
                kind=case.get("kind", "metro"), residents=RESIDENTS, on=case.get("on", True),
                chance=with_luck(case.get("luck", {})), opened=case.get("opened", True),
                **case.get("set", {}))  # fmt: skip
    city.policy.on_budget(city)
    city.policy.on_move(city)
    row = city.households[RESIDENTS]
    return {"rung": city.counties["hukou_rung"][CITY], "registered": row["hukou_urban"],
            "services": city.counties["newcomer_services"][CITY], "land": row["land"]}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    found = decide(case)
    assert {name: found[name] for name in case["out"]} == case["out"]


def test_every_case_is_a_sentence_of_its_own():
    sentences = [case["case"] for case in CASES]
    assert len(set(sentences)) == len(sentences) > 50


def overloaded(reverses=True, **overrides):
    """Return a city that opened in 2001 with as many newcomers as residents and no measures."""
    draw = {"counties.take_hukou_opening_back": ALWAYS if reverses else NEVER}
    city = City([{"times": 50}], residents=50, chance=with_luck(draw, 0.5), **OPEN | overrides)
    city.live()
    return city


def test_households_and_all_their_members_register_together():
    city = City([{"work": "FORMAL", "child": True, "size": 2}], residents=1,
                chance=with_luck({}), **OPEN)  # fmt: skip
    city.live()
    home, members = city.households, city.persons.household == 1
    assert home.hukou_county[1] == home.hukou_township[1] == CITY
    assert (home.hukou_urban[1], home.land[1], members.sum()) == (True, False, 2)
    assert city.persons.hukou_urban[members].all()
    assert (city.persons.hukou_township[members] == CITY).all()


def test_members_elsewhere_are_registered_with_their_household():
    city = City([{"work": "FORMAL"}], residents=1, chance=with_luck({}), **OPEN)
    city.persons.township[0] = 1
    city.persons.household[0] = 1
    city.live()
    assert city.persons.hukou_township[0] == CITY
    assert city.persons.hukou_urban[0]


def test_an_urban_household_of_another_county_registers_too():
    city = City([{"work": "FORMAL", "land": False}], residents=1, chance=with_luck({}), **OPEN)
    city.households.hukou_urban[1] = True
    city.live()
    assert city.households.hukou_county[1] == CITY


def test_quota_goes_to_the_highest_points_of_each_city():
    enters = within_quota(
        np.array([0, 1, 0, 0]), np.array([5.0, 1, 9, 7]), np.arange(4, dtype=np.uint64),
        np.full(4, 100.0), np.array([200.0, 100.0]), np.full(4, 0.5),
    )  # fmt: skip
    assert enters.tolist() == [False, True, True, True]


def by_points(places, ages=(30, 30, 30), years=(6, 7, 9)):
    """Return a city of three newcomers with a place for some of them, after a year."""
    quota = {"hukou.eligibility.quota": places * 1000 / 1e6}
    luck = with_luck({"households.hukou_quota": NEVER})
    rows = [{"work": "FORMAL", "years": n, "age": age} for n, age in zip(years, ages, strict=True)]
    city = City(rows, residents=1, year=2004, chance=luck, **quota)
    city.households["trust_local"][:] = 0.6
    city.live()
    return city


@pytest.mark.parametrize("places", [0, 1, 2])
def test_share_granted_under_points_is_of_those_who_qualify_and_apply(places):
    city = by_points(places + 0.5)
    recorded = {}
    city.record = SimpleNamespace(add=lambda name, *values: recorded.update({name: values}))
    city.policy.on_record(city)
    granted, applied = recorded["points_granted_share"]
    assert (granted[CITY], applied[CITY]) == (places * 1000, 2000)


@pytest.mark.parametrize(("ages", "gets"), [((46, 45), 1), ((45, 46), 0)])
def test_up_to_45_years_count_as_young_and_bring_points(ages, gets):
    city = by_points(1.5, ages, (9, 9))
    assert city.households.hukou_urban[1:].tolist() == [gets == 0, gets == 1]


def test_conversions_are_those_by_choice_and_those_by_land_and_rungs_go_by_residents():
    city, recorded = by_points(2.5), {}
    city.policy._steady = np.array([500.0, 0.0])
    city.counties.population[:] = [300, 100]
    city.counties["hukou_rung"][:] = [2, 1]
    city.counties["school_load"][:] = [1.5, 1]
    city.record = SimpleNamespace(add=lambda name, *values: recorded.update({name: values}))
    city.policy.on_record(city)
    assert recorded["hukou_conversions_chosen"][0].tolist() == [2000, 0]
    assert recorded["hukou_conversions"][0].tolist() == [2500, 0]
    assert [part.tolist() for part in recorded["hukou_rung_mean"]] == [[600, 100], [300, 100]]
    assert [part.tolist() for part in recorded["school_load"]] == [[450, 100], [300, 100]]


def test_refused_applicants_trust_the_local_government_less_and_others_more():
    assert by_points(1.5).households["trust_local"].tolist() == pytest.approx(
        [0.6, 0.6, 0.48, 0.68]
    )


def test_a_new_resident_costs_capital_once_and_services_every_year():
    city = City([{"work": "FORMAL"}], residents=1, chance=with_luck({}),
                **OPEN | {"hukou.load.measures": [0.0] * 4})  # fmt: skip
    city.live()
    cost = (0.7 + 0.15) * 1000 * 8000
    assert city.counties["newcomer_cost"][CITY] == pytest.approx(0.9 * cost)
    assert city.counties.schemes[CITY] == pytest.approx(cost)
    assert city.counties.earmarked[CITY] == pytest.approx(0.1 * cost)
    city.live()
    assert city.counties["newcomer_cost"][CITY] == pytest.approx(0.9 * 0.15 * 1000 * 8000)


def test_a_planned_place_costs_capital_too():
    city = City([{"times": 50}], residents=50, year=2000, chance=with_luck({}, NEVER), **OPEN)
    city.live()
    city.live()
    # Half of nine tenths of the gap of 50 x 0.18 newcomers, each standing for 1000.
    planned = 0.5 * 0.9 * 50 * 0.18 * 1000
    assert city.counties["newcomer_cost"][CITY] == pytest.approx(0.9 * 0.7 * planned * 8000)


def test_load_in_the_first_year_by_hand():
    """Each of 50 residents uses 0.25; each of 50 newcomers 0.9 times 0.1, 0.28, 0.424 and so on."""
    city = City([{"times": 50}], residents=50, year=2000, chance=with_luck({}, NEVER),
                **OPEN | {"hukou.load.measures": [0.25] * 4})  # fmt: skip
    assert city.live()["school_load"] == pytest.approx(1)
    # A tenth of the gap of 45 x 0.18 closes by itself, a quarter of the rest by measures.
    seats = 45 * (0.1 + 0.18 * (0.1 + 0.9 * 0.25))
    found = city.live()["school_load"]
    assert found == pytest.approx((12.5 + 45 * 0.28) / (12.5 + seats))
    seats += 0.325 * (45 * 0.424 - seats)
    assert city.live()["school_load"] == pytest.approx((12.5 + 45 * 0.424) / (12.5 + seats))


def test_a_place_that_opens_starts_as_crowded_as_its_kind():
    small, big = (City([{}], code=code, chance=with_luck({}, NEVER)) for code in (330502, 410102))
    assert small.live()["school_load"] == pytest.approx(1.0)
    assert big.live()["school_load"] == pytest.approx(1.3)


def test_a_reversal_drops_one_rung_is_recorded_and_keeps_the_place_open():
    city = overloaded(**{"hukou.reversal.base": 0.0})
    assert city.live()["hukou_rung"] == 3
    assert [row[3] for row in city.adoptions.rows[-2:]] == ["changed", "reversed"]
    assert city.adoptions.rows[-1] == (2002, "hukou", "330502", "reversed", "rung 3", "overload")
    assert city.adoptions.in_force(Hukou.id)[CITY]


def test_a_place_that_reversed_does_not_open_again_for_five_years():
    city = overloaded(**{"hukou.reversal.base": 0.0})
    city.live()
    city.chance = with_luck({"counties.take_hukou_opening_back": NEVER}, 0.5)
    rungs = [city.live()["hukou_rung"] for _ in range(2003, 2008)]
    assert rungs == [3, 3, 3, 3, 4]


def test_what_the_path_opened_is_not_taken_back():
    city = City([{"times": 50}], residents=50, kind="city", year=2002,
                chance=with_luck({}), **{"hukou.reversal.base": 0.0})  # fmt: skip
    assert [city.live()["hukou_rung"] for _ in range(4)] == [3, 3, 3, 3]


def test_an_opening_that_may_not_be_taken_back_stays():
    city = overloaded(**{"hukou.reversal.base": 0.0, "hukou.reversal.possible": False})
    assert city.live()["hukou_rung"] == 4


def test_measures_do_not_calm_leaders_except_in_the_variant():
    low, high = ([m] * 4 for m in (0.0, 1.0))
    same = {"hukou.load.start": [2.0 * 0.7] * 4, "hukou.load.seats_follow": 0.5}
    direct = {"hukou.reversal.direct_matching": True}
    pressure = []
    for measures, variant in ((low, {}), (high, {}), (low, direct), (high, direct)):
        city = overloaded(False, **same | variant | {"hukou.load.measures": measures})
        city.counties["school_load"][:] = 1.5
        pressure.append(city.policy._pressure(city)[CITY] - cost_of_measures(city))
    assert pressure[0] == pressure[1] == pressure[2]
    assert pressure[3] == pytest.approx(pressure[0] - 1.5)


def cost_of_measures(city):
    """Return what the deficit adds to the pressure, since measures may act through cost."""
    counties = city.counties
    money = counties.own_revenue + counties.transfer - counties["newcomer_cost"]
    deficit = np.maximum(counties.need - money, 0)[CITY] / counties.need[CITY]
    return 2.0 * deficit


def test_the_odds_to_take_an_opening_back_are_worked_by_hand():
    """-4 + 6 x (1.5 - 1.2) + 2 x a deficit of .1 + half of the claims that count."""
    city = overloaded(False)
    counties = city.counties
    counties["school_load"][:] = [1.5, 1.1]
    counties.need[:], counties.own_revenue[:], counties.transfer[:] = 100, [70, 90], [20, 20]
    counties["newcomer_cost"][:] = 0
    counties.declare("overload_claims", np.float64, counties.declared["need"][1])
    counties["overload_claims"][:] = [0.01, 0.04]
    counties.population[:] = 500
    pressure = city.policy._pressure(city).tolist()
    assert pressure == pytest.approx([-4 + 1.8 + 0.2 + 0.5, -4 + 1])


def test_what_newcomers_cost_is_part_of_the_deficit_that_presses_a_city():
    city = overloaded(False)
    counties = city.counties
    counties.need[CITY], counties.own_revenue[CITY], counties.transfer[CITY] = 100.0, 90.0, 10.0
    pressure = []
    for cost in (0.0, 25.0):
        counties["newcomer_cost"][CITY] = cost
        pressure.append(city.policy._pressure(city)[CITY])
    assert pressure[1] - pressure[0] == pytest.approx(2.0 * 25 / 100)


def test_an_opening_draws_people_who_would_not_have_come():
    city = overloaded(False)
    assert city.counties["newcomer_pull"][CITY] == pytest.approx(np.log1p(0.02 * 0.9 / 0.02))
    city.live()
    assert city.counties["newcomer_pull"][CITY] == pytest.approx(np.log1p(0.9 * 0.78))
    assert city.counties["newcomer_pull"][1] == 0


def test_an_opening_to_fewer_services_draws_nobody():
    upside_down = {
        "hukou.path.services": [0.9, 0.9, 0.5, 0.1, 0.0],
        "hukou.opening.jump": [0.1] * 4,
    }
    city = overloaded(False, **upside_down, **{"hukou.opening.usual_inflow": 0.005})
    assert city.counties["newcomer_services"][CITY] == 0
    assert city.counties["newcomer_pull"][CITY] == 0
