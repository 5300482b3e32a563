"""Targeted poverty alleviation, case by case: see ``cases/poverty_alleviation.yaml``."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from ruamel.yaml import YAML

from agents.households import Households
from agents.persons import Persons
from agents.table import Column
from policies.assistance import Assistance
from policies.dibao import RuralDibao
from policies.poverty_alleviation import PovertyAlleviation
from policies.poverty_registers import hand_down, quotas
from policies.poverty_treatments import poor_townships
from tests.small_county import county, households_of

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "poverty_alleviation.yaml")
# One county is all there is, so that it is among the poor ones.
ONLY = {"poverty_alleviation.registration.poor_county_share": 1.0}


class Record(dict):
    """What was recorded last: the sum over counties, or the ratio of two sums."""

    def add(self, outcome, numerator, denominator=None, scheme="", group="all"):
        below = 1 if denominator is None else denominator.sum()
        self[outcome] = numerator.sum() / below if below else None


def people(rows):
    """Return a table of members of the first household."""
    persons = Persons(len(rows))
    persons.alive[:] = True
    persons.key[:] = np.arange(len(rows)) + 100
    persons.household[:] = 0
    for row, values in enumerate(rows):
        for name, value in values.items():
            persons[name][row] = value
    return persons


def decide(case):
    """Let a county go through a case; return its world and its policy."""
    world = county(
        case["year"], case.get("luck", {}), ONLY | case.get("set", {}), weight=1, province=0
    )
    world.poverty_line, world.record = 2000.0, Record()
    world.last_poverty_line = case.get("last_line", 2000)
    rows = [{"hukou_urban": False, "income": 1000} | row for row in case["households"]]
    for row in rows:
        row["income_per_head"] = row["income"]
    world.households, world.persons = Households(len(rows)), people(case.get("persons", []))
    world.households.declare("premium_waived", np.float64, Column("yuan", "test"))
    policy = PovertyAlleviation()
    for scheme in (RuralDibao(), Assistance(), policy):
        scheme.set_up(world)
    households_of(world.households, rows)
    world.counties["rural_dibao_line"][:] = case.get("line", 0)
    world.adoptions.in_force(policy.id)[:] = case.get("adopted", True)
    world.counties.effort_poverty[:] = case.get("effort", 1)
    policy.has_register[:] = case.get("before", False)
    for phase in case.get("phases", ["on_budget"]):
        getattr(policy, phase)(world)
    world.record.add("alleviation_spending", policy.spent)
    return world, policy


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    world, _ = decide(case)
    for name, expected in case["out"].items():
        tables = [table for table in (world.households, world.persons) if name in table.declared]
        found = tables[0][name].tolist() if tables else world.record[name]
        assert found == pytest.approx(expected, rel=1e-6), name


def test_every_case_is_a_sentence_of_its_own():
    sentences = [(case["case"], case["year"], str(case["out"])) for case in CASES]
    assert len(set(sentences)) == len(sentences) > 40
    assert all(case["out"] for case in CASES)


def test_total_is_split_by_weight_and_lost_only_where_nobody_is_poor():
    split = hand_down(np.array([90.0, 10.0]), np.array([1.0, 2.0, 0.0]), np.array([0, 0, 1]))
    assert split == pytest.approx([30, 60, 0])


def test_counties_get_places_by_the_poor_they_report_and_townships_by_who_is_poor():
    world = county(2014, {}, ONLY, n=2, weight=1, province=0)
    world.poverty_line = world.last_poverty_line = 2000.0
    world.households = Households(6)
    poor = {"alive": True, "size": 1, "weight": 1e6, "income_per_head": 1000, "hukou_urban": False}
    for name, value in poor.items():
        world.households[name][:] = value
    world.households.hukou_township[:] = 0, 0, 1, 2, 2, 2
    # Nobody of an urban hukou is counted, nor who has died.
    world.households.hukou_urban[4], world.households.alive[5] = True, False
    world.township_county = np.array([0, 1, 1], np.int32)
    world.township_key = np.arange(3, dtype=np.uint64)
    assert quotas(world) == pytest.approx([45e6, 22.5e6, 22.5e6])
    people = np.array([5e6, 5e6])
    world.reports["poverty_rate", "", "rural"] = (np.array([1e6, 4e6]), people)
    assert quotas(world) == pytest.approx([18e6, 36e6, 36e6])
    rough = np.array([0.0, 1.0, 0.0])
    world.lasting_chance = lambda name: SimpleNamespace(normal=lambda keys: rough)
    parts = np.exp(0.5) / (1 + np.exp(0.5)), 1 / (1 + np.exp(0.5))
    assert quotas(world) == pytest.approx([18e6, 72e6 * parts[0], 72e6 * parts[1]])


def test_poor_counties_are_the_poorest_by_rural_income():
    world = county(2016, {"townships.remote": 0.1}, {}, n=4, weight=1)
    world.counties.rural_income[:] = [5000, 3000, 8000, 4000]
    world.township_county = np.arange(4, dtype=np.int32)
    world.township_key = np.arange(4, dtype=np.uint64)
    assert poor_townships(world, "remote", 0.4).tolist() == [False, True, False, False]


def test_rough_sight_leaves_poor_households_out():
    rows = [{"income": 1000, "weight": 9e7}, {"income": 1500, "weight": 9e7}]
    seen = {"year": 2014, "households": rows}
    assert decide(seen)[0].households["registered_poor"].tolist() == [True, False]
    world, policy = decide(seen)
    households = world.households
    errors = np.array([1.0, -1.0])
    world.lasting_chance = lambda name: type("Errors", (), {
        "normal": staticmethod(lambda keys: errors[:len(keys)]),
        "happens": staticmethod(lambda keys, p: np.zeros(len(keys), bool)),
    })()  # fmt: skip
    households["registered_poor"][:] = False
    policy.has_register[:] = False
    policy.on_budget(world)
    assert households["registered_poor"].tolist() == [False, True]


def test_a_register_is_made_once():
    world, policy = decide({"year": 2014, "households": [{"weight": 9e7}]})
    assert policy.has_register.all()
    world.households["registered_poor"][:] = False
    policy.on_budget(world)
    assert world.households["registered_poor"].tolist() == [False]


def test_centre_returns_its_share_of_production_to_the_county():
    able = {"workers": 1, "registered_poor": True, "registered_year": 2014}
    settings = {"fiscal.cofinance.tilt": [0, 0, 0, 0]}
    world, _ = decide({"year": 2015, "before": True, "households": [able], "set": settings})
    assert world.counties.schemes.tolist() == [1500]
    assert world.counties.earmarked == pytest.approx([0.41 * 1500])
    world.treasury.close(2015, {"counties": 0.41 * 1500 - 1500, "outside": 1500})
