"""Assistance beyond dibao, case by case (``cases/assistance.yaml``), who pays, and the whole."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from ruamel.yaml import YAML

from agents.households import Households
from agents.table import Column
from model.simulation import Simulation
from policies.assistance import SCHEMES, Assistance
from policies.assistance_special import Aid
from policies.dibao import RuralDibao, UrbanDibao
from tests.small_county import county, households_of, people

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "assistance.yaml")
ALL = (*SCHEMES, "donations")


def world_of(case):
    """Return a world of two counties, the first of which decides the case, and its policy."""
    figures = {"urban_income": 1, "rural_income": 1} | case.get("county", {})
    world = county(case["year"], case.get("luck", {}), case.get("set", {}), n=2, **figures)
    rows = list(case["households"])
    rest = case.get("residents", 0) - sum(row.get("size", 1) for row in rows)
    rows += [{"income": 1e9, "weight": rest}] if rest > 0 else []
    world.households = Households(len(rows))
    for column in ("disaster_loss", "premium_waived"):
        world.households.declare(column, np.float64, Column("yuan", "test"))
    world.households.declare("registered_poor", bool, Column("flag", "test"))
    policy = Assistance()
    for scheme in (UrbanDibao(), RuralDibao(), policy):
        scheme.set_up(world)
    for place in ("urban", "rural"):
        world.counties[f"{place}_dibao_line"][:] = case.get("line", 1000)
    households_of(world.households, rows)
    people(world, case["households"], usual=[{"age": 70}])
    world.adoptions.adopt(policy.id, np.arange(2), case["year"], "", "test")
    return world, policy


def decide(case):
    """Let one scheme decide; return the world and, by household, its worth and who it helped."""
    world, policy = world_of(case)
    policy.on_enrol(world)
    has = policy._counties_with(world, case["scheme"])
    aid = SCHEMES[case["scheme"]](world, has)
    yuan, persons = np.zeros(world.households.n), np.zeros(world.households.n)
    yuan[aid.rows], persons[aid.rows] = aid.yuan, aid.persons
    return world, {"yuan": yuan, "persons": persons}


def found(case, name):
    world, given = decide(case)
    if name == "work":
        return world.persons.work
    column = given[name] if name in given else world.households[name]
    return column[: len(case["households"])]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    for name, expected in case["out"].items():
        assert found(case, name).tolist() == pytest.approx(expected, rel=1e-5), name


def test_every_case_is_a_sentence_of_its_own_and_every_scheme_has_some():
    sentences = [case["case"] for case in CASES]
    assert len(set(sentences)) == len(sentences) > 45
    assert {case["scheme"] for case in CASES} == set(SCHEMES)


def paid(case):
    """Let all schemes act; return the flows of the year and the county."""
    world, policy = world_of({"households": [{}]} | case)
    world.counties.product[:] = case.get("product", 0)
    policy.on_assist(world)
    world.treasury.close(world.year, {})
    return {row[1:4]: row[4] for row in world.treasury.flow_rows}, world.counties


def test_a_county_of_the_west_pays_and_the_centre_returns_four_fifths():
    flows, counties = paid({"year": 2014})
    assert flows["counties", "households", "tekun"] == 1300
    assert flows["centre", "counties", "earmarked_tekun"] == pytest.approx(1040)
    assert counties.assistance[0] == 1300
    assert counties.earmarked[0] == pytest.approx(1040)


def test_a_county_of_the_east_gets_one_fifth_back():
    flows, _ = paid({"year": 2014, "county": {"code": 330522}})
    assert flows["centre", "counties", "earmarked_tekun"] == pytest.approx(260)


def test_temporary_aid_goes_through_the_townships():
    case = {"year": 2021, "residents": 1000, "households": [{"income": 1000, "out_of_pocket": 500}]}
    flows, _ = paid(case)
    assert flows["counties", "townships", "temporary_aid"] == 250
    assert flows["townships", "households", "temporary_aid"] == 250


def test_each_township_pays_out_of_its_own_reserve():
    poor = {"income": 1000, "out_of_pocket": 500, "weight": 100}
    case = {"year": 2021, "set": {"assistance.rules.reserve_per_head": 1}}
    world, policy = world_of(case | {"households": [poor, poor | {"township": 1}]})
    world.township_county, world.township_key = np.zeros(2, np.int32), np.ones(2, np.uint64)
    aid = SCHEMES["temporary_aid"](world, policy._counties_with(world, "temporary_aid"))
    # A hundred yuan are there for the hundred whom each household stands for.
    assert aid.yuan == pytest.approx([1, 1])


def test_society_gives_what_need_is_left_and_no_more_than_it_donates():
    poor = [{"income": 1000, "out_of_pocket": 500}]
    case = {"year": 2021, "residents": 1000, "households": poor}
    assert paid(case | {"product": 1e7})[0]["outside", "households", "donations"] == 250
    assert paid(case | {"product": 1e5})[0]["outside", "households", "donations"] == 10


def test_a_county_donates_no_more_when_a_household_stands_for_two():
    poor = [{"income": 1000, "out_of_pocket": 500, "weight": 2}]
    case = {"year": 2021, "residents": 1000, "households": poor, "product": 1e5}
    assert paid(case)[0]["outside", "households", "donations"] == 10


def test_persons_and_money_are_recorded_where_the_home_is():
    homes = [{"weight": 3, "urban": True}, {"weight": 2}]
    world, policy = world_of({"year": 2014, "households": homes})
    policy.on_assist(world)
    recorded = {}
    world.record = SimpleNamespace(
        add=lambda outcome, sums, scheme, group: recorded.update(
            {(outcome, scheme, group): sums.tolist()}
        )
    )
    policy.on_record(world)
    for group, stands_for in (("urban", 3), ("rural", 2)):
        assert recorded["assistance_recipients", "tekun", group] == [stands_for, 0]
        assert recorded["assistance_paid", "tekun", group] == [1300 * stands_for, 0]


def test_premiums_of_the_poor_go_into_the_pools_and_the_centre_returns_its_share():
    flows, _ = paid({"year": 2014, "households": [{"premium_waived": 50, "weight": 2}]})
    assert flows["counties", "insurance_pools", "premium_aid"] == 100
    assert flows["centre", "counties", "earmarked_premium_aid"] == pytest.approx(80)


def test_a_scheme_that_helped_nobody_has_no_rows():
    assert len(Aid.none().rows) == len(Aid.none().yuan) == 0


@pytest.fixture(scope="module")
def history():
    sim = Simulation("tiny", **{"years.last": 2021}).run()
    table = sim.record.table()
    return table[(table.level == "nation") & table.outcome.isin(["assistance_recipients"])]


def recipients(table, scheme, year):
    rows = table[(table.scheme == scheme) & (table.year == year) & (table.group == "all")]
    return rows.value.item()


@pytest.mark.parametrize("scheme", ALL)
def test_every_scheme_is_recorded_every_year(history, scheme):
    rows = history[(history.scheme == scheme) & (history.group == "all")]
    assert len(rows) == 2021 - 1993 + 1
    assert (rows.value >= 0).all()


def test_aid_begins_with_its_scheme(history):
    first = {"medical_aid": 2003, "housing_aid": 2007, "temporary_aid": 2007}
    for scheme, year in first.items():
        assert recipients(history, scheme, year - 2) == 0
        assert recipients(history, scheme, year + 3) > 0


def test_about_ten_million_get_temporary_aid_in_2021(history):
    assert 5e6 < recipients(history, "temporary_aid", 2021) < 20e6
