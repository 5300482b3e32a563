"""Dibao, case by case: what a lawyer can check is in ``cases/dibao.yaml``."""

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML
from scipy.special import ndtr

from agents.table import Column
from policies.parameter_values import ParameterValueError
from tests.small_county import county, dibao

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "dibao.yaml")
# Townships get exactly their share of places, so that rationing can be worked by hand.
EXACT = {"dibao.rules.village_quota_sd": 0.0}


def decide(case):
    """Let a county decide a case; return its world and its policy."""
    figures = {"urban_income": 1, "rural_income": 1} | case.get("county", {})
    settings = EXACT | case.get("set", {})
    world = county(case["year"], case.get("luck", {}), settings, case.get("counties", 1), **figures)
    if "rungs" in case:
        world.counties.declare("hukou_rung", np.int8, Column("rung", "test"))
        world.counties["hukou_rung"][:] = case["rungs"]
    world.poverty_line = case.get("poverty_line", 0)
    policy = dibao(world, case.get("place", "urban"), case.get("households", []))
    world.adoptions.in_force(policy.id)[:] = case.get("adopted", True)
    policy.line[:] = case.get("line_before", 0)
    policy._found_eligible[:] = case.get("found_eligible", 0)
    policy.on_budget(world)
    for name in ("line", "places", "rights"):
        getattr(policy, name)[:] = case.get(name, getattr(policy, name))
    if "households" in case:
        policy.rights[:] = case.get("rights", False)
        policy.on_assist(world)
    return world, policy


def found(case, name):
    world, policy = decide(case)
    if name in ("line", "places", "rights"):
        return getattr(policy, name)[0]
    table = world.households if name in world.households.declared else world.counties
    return table[name] if table is world.households else table[name][0]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    for name, expected in case["out"].items():
        assert np.asarray(found(case, name)).tolist() == pytest.approx(expected, rel=1e-5), name


def test_every_case_is_a_sentence_of_its_own():
    sentences = [case["case"] for case in CASES]
    assert len(set(sentences)) == len(sentences) > 80
    assert all(case["out"] for case in CASES)


# One in fifty of ten thousand registered, in a county of national income.
FITTED = {"year": 2009, "set": {"dibao.urban.quota_share": 0.02, "economy.prices.inflation": 0,
                                "economy.start.urban_income_mean": 8000},
          "county": {"urban_income": 8000, "urban_hukou": 10000}}  # fmt: skip


def test_places_follow_the_statistics_in_the_last_fitted_year_too():
    world, policy = decide(FITTED | {"year": 2008})
    policy._found_eligible[:] = 100
    world.year = 2009
    policy.on_budget(world)
    assert policy.places[0] == pytest.approx(200)


def test_a_county_that_takes_dibao_up_again_begins_as_one_that_never_had_it():
    world, policy = decide(FITTED)
    in_force = world.adoptions.in_force(policy.id)
    for year, has, places in ((2010, False, 0), (2011, False, 0), (2012, True, 200)):
        world.year, in_force[:] = year, has
        policy.on_budget(world)
        assert policy.places[0] == pytest.approx(places)


def test_after_the_fitted_years_places_move_a_third_of_the_way_to_need_and_money():
    world, policy = decide(FITTED)
    assert policy.places[0] == pytest.approx(200)
    policy._found_eligible[:] = 100
    world.year = 2010
    policy.on_budget(world)
    assert policy.places[0] == pytest.approx(200 + 0.3 * (100 - 200))


def test_after_the_fitted_years_money_limits_the_places():
    world, policy = decide(FITTED)
    policy._found_eligible[:] = 1000
    world.counties.room[:] *= 1.5
    world.year = 2010
    policy.on_budget(world)
    assert policy.places[0] == pytest.approx(200 + 0.3 * (300 - 200))


def test_a_county_goes_on_to_pay_for_the_places_that_its_effort_adds_and_for_no_more():
    county_of_effort = FITTED["county"] | {"effort_civil": 2}
    world, policy = decide(FITTED | {"county": county_of_effort})
    assert policy.places[0] == pytest.approx(200 * 2**0.4)
    policy._found_eligible[:] = 1000
    world.year = 2010
    policy.on_budget(world)
    assert policy.places[0] == pytest.approx(200 * 2**0.4)


def test_places_of_a_county_are_shared_by_its_townships_in_proportion_to_people():
    world = county(2005, {}, EXACT, urban_income=1, rural_income=1)
    rows = [{"hukou_township": 0, "size": 6}, {"hukou_township": 1, "size": 2}]
    policy = dibao(world, "urban", rows)
    policy._look_up(world)
    world.township_county, world.township_key = np.zeros(2, int), np.ones(2, np.uint64)
    policy.places[:] = 4
    assert policy._township_places(world).tolist() == [3, 1]


def test_places_of_townships_vary_around_their_share_and_are_right_on_average():
    spread, luck = 0.5, 2.0
    draw = {"townships.places_urban_dibao": ndtr(luck)}
    world = county(2005, draw, {"dibao.rules.village_quota_sd": spread}, urban_income=1)
    policy = dibao(world, "urban", [{"size": 4}])
    policy._look_up(world)
    policy.places[:] = 3
    assert policy._township_places(world) == pytest.approx([3 * np.exp(1 - 0.125)])


def test_who_is_seen_at_the_line_is_not_found_entitled_and_who_is_seen_below_it_is():
    rows = [{"income": 1000, "size": 2}, {"income": 999, "size": 3, "weight": 10}]
    _, policy = decide({"year": 2005, "line": 1000, "households": rows})
    assert policy._found_eligible.tolist() == [30]


def test_each_township_rations_for_itself():
    world = county(2005, {}, EXACT, urban_income=1, rural_income=1)
    rows = [
        {"income": income, "hukou_township": place} for place in (0, 1) for income in (100, 200)
    ]
    policy = dibao(world, "urban", rows)
    world.township_county, world.township_key = np.zeros(2, int), np.ones(2, np.uint64)
    policy.line[:], policy.places[:] = 1000, 2
    policy.on_assist(world)
    assert world.households["receives_dibao"].tolist() == [True, False, True, False]


def test_what_counties_pay_is_what_households_receive():
    sentence = "The county pays, and the centre returns its share"
    world, policy = decide(next(case for case in CASES if case["case"] == sentence))
    world.treasury.close(2005, {})
    paid = {row[1:4]: pytest.approx(row[4]) for row in world.treasury.flow_rows}
    assert paid == {
        ("counties", "households", policy.id): 300000,
        ("centre", "counties", f"earmarked_{policy.id}"): 180000,
    }


def test_an_unknown_way_of_paying_names_the_nearest_one():
    case = {"year": 2005, "line": 1000, "set": {"dibao.rules.payer": "gap_fillin"},
            "households": [{"income": 1}]}  # fmt: skip
    with pytest.raises(ParameterValueError, match="did you mean 'gap_filling'"):
        decide(case)
