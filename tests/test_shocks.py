"""Lay-offs, COVID-19 and disasters, case by case: see ``cases/shocks.yaml``."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from ruamel.yaml import YAML

from agents.households import Households
from agents.persons import Persons
from model import migration, shocks
from model.scenario import KNOWN_SHOCKS
from model.simulation import Simulation
from tests.small_county import county

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "shocks.yaml")


def fill(table, rows, **common):
    """Fill a table of people or homes, each with a key of its own."""
    table.alive[:] = True
    table.key[:] = np.arange(table.n) + 1
    for row, values in enumerate(rows):
        for name, value in (common | values).items():
            table[name][row] = value


def strike(case):
    """Let the shocks of a year strike a small world; return it."""
    world = county(case["year"], case.get("luck", {}), {})
    homes, people = case.get("households", [{}]), case.get("persons", [])
    world.households, world.persons = Households(len(homes)), Persons(len(people))
    world.township_county = np.zeros(2, np.int32)
    world.township_key = np.arange(2, dtype=np.uint64)
    world.setup = SimpleNamespace(has_shock=lambda name: name not in case.get("off", []))
    world.recorded = {}
    world.record = SimpleNamespace(add=lambda name, sums: world.recorded.update({name: sums}))
    shocks.set_up(world)
    fill(world.households, homes, weight=10, county=0, township=0)
    fill(world.persons, people, household=0, township=0, hukou_township=0, age=30)
    shocks.strike(world)
    return world


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    world = strike(case)
    for name, expected in case["out"].items():
        table = world.households if name in world.households.declared else world.persons
        assert table[name].tolist() == pytest.approx(expected), name


def test_every_case_is_a_sentence_of_its_own():
    assert len({(case["case"], case["year"]) for case in CASES}) == len(CASES) > 20


def test_those_out_of_work_are_counted_in_real_persons():
    luck = {"persons.lose_work_to_covid": 0.01}
    people = [{"work": 4, "township": 1, "urban": True}, {"work": 2}, {"work": 1}]
    recorded = strike({"year": 2020, "luck": luck, "persons": people}).recorded
    assert recorded["jobs_lost_to_covid"].tolist() == [20]


def test_losses_leave_the_households_and_insurers_pay_a_little_back():
    case = {"year": 2000, "luck": {"townships.disaster": 0.01}, "households": [{"assets": 1000}]}
    world = strike(case)
    world.treasury.close(2000, {"households": -2961, "outside": 2961})
    assert world.recorded["disaster_losses"].tolist() == [3000]
    assert ("outside", "households", "disaster_insurance") in {
        row[1:4] for row in world.treasury.flow_rows
    }


def test_shocks_are_those_that_scenarios_know():
    asked = []
    world = county(2000, {}, {})
    world.households, world.persons = Households(0), Persons(0)
    world.setup = SimpleNamespace(has_shock=lambda name: asked.append(name) or False)
    world.record = SimpleNamespace(add=lambda *_: None)
    shocks.strike(world)
    assert set(asked) == set(KNOWN_SHOCKS) - {"covid_response"}


def test_a_shock_that_is_off_draws_nothing():
    world = county(2020, {}, {})
    world.households, world.persons = Households(0), Persons(0)
    world.setup = SimpleNamespace(has_shock=lambda name: False)
    world.record = SimpleNamespace(add=lambda *_: None)
    drawn = []
    world.chance = drawn.append
    shocks.strike(world)
    assert drawn == []


def test_every_shock_has_its_column_from_the_first_year_on():
    sim = Simulation("tiny", **{"years.last": 1993}).run()
    assert "disaster_loss" in sim.households.declared
    assert "work_lost_to_covid" in sim.persons.declared


def test_half_of_those_who_would_leave_their_village_in_2020_do(monkeypatch):
    left = {}
    for covid in ("on", "off"):
        settings = {"years.first": 2019, "world.households": 6200, "shocks.covid": covid}
        sim = Simulation("tiny", **settings)
        sim.step()

        def count(sim, rows, slot, covid=covid):
            left[covid] = set(sim.persons.key[rows].tolist())

        monkeypatch.setattr(migration, "leave", count)
        sim.step()
        monkeypatch.undo()
    # Some lost work at home first, and would not have left otherwise.
    assert len(left["on"] - left["off"]) < 0.1 * len(left["off"])
    assert len(left["on"]) / len(left["off"]) == pytest.approx(0.5, abs=0.15)
