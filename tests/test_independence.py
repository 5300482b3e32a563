"""What happens to a household depends on what concerns it, and on nothing and nobody else."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agents.table import Column
from model.simulation import Simulation
from policies.base import Policy, discover

ROOT = Path(__file__).parents[1]
YEARS = {"years.last": 2002}
SHORT = {"years.last": 1996}
# Places that do not answer to each other: no prices, no chains of migrants, dibao alone.
CALM = {f"policies.{policy}": "off" for policy in discover() if not policy.endswith("dibao")} | {
    "migration.places.wage_elasticity": 0.0,
    "migration.places.farm_elasticity": 0.0,
    "migration.places.rent_elasticity": 0.0,
    "migration.corridors.chain": 0.0,
    "migration.choice.moving_cost": 3.0,
}
NO_POLICY = YEARS | {"policies.urban_dibao": "off", "policies.rural_dibao": "off"}
DIGEST_ELSEWHERE = """
import importlib.util
spec = importlib.util.spec_from_file_location("conftest", "tests/conftest.py")
conftest = importlib.util.module_from_spec(spec)
spec.loader.exec_module(conftest)
print(conftest._digest(conftest.Simulation("tiny", **conftest.TEN_YEARS).run()))
"""


class Idle(Policy):
    """A policy that looks and draws in every phase and changes nothing."""

    id, title, parameters, neutral = "a_idle", "Idle", ("dibao",), "Always."

    def set_up(self, sim: Any) -> None:
        sim.households.declare("seen", bool, Column("flag", "looked at by the idle policy"))

    def on_budget(self, sim: Any) -> None:
        for decision in ("idle.look", "households.passing_income", "persons.die"):
            sim.households["seen"] |= sim.chance(decision).happens(sim.households.key, 0.5)

    on_enrol = on_contribute = on_assist = on_deliver = on_record = on_budget


def assert_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Compare columns bit by bit; the message names those that differ."""
    assert one.keys() == other.keys()
    assert [name for name in one if one[name].tobytes() != other[name].tobytes()] == []


def rows_of(sim: Simulation) -> pd.DataFrame:
    """Return all recorded rows in an order of their own."""
    keys = ["year", "outcome", "scheme", "group", "level", "area"]
    return sim.record.table().sort_values(keys, ignore_index=True)


def add_household(sim: Simulation, row: int) -> None:
    """Add a copy of a household and its members, who are other people of their own."""
    households, persons = sim.households, sim.persons
    home = households.append_copies(np.array([row]), key=~households.key[[row]])
    members = np.flatnonzero(persons.household == row)
    new_row = np.full(persons.n + 1, -1, np.int32)
    copies = persons.append_copies(members, key=~persons.key[members], household=home[0])
    new_row[members] = copies
    for link in ("spouse", "mother"):
        persons[link][copies] = new_row[persons[link][members]]
    sim.treasury.balance["households"] = sim.total(households.assets)


def global_chance(sim: Simulation) -> list[Any]:
    """Return the states of every generator that belongs to Mesa or to everybody."""
    of_numpy = np.random.get_state()  # noqa: NPY002
    return [str(of_numpy), sim.random.getstate(), sim.rng.bit_generator.state]


@pytest.fixture(scope="module")
def without_policy() -> Simulation:
    return Simulation("tiny", **NO_POLICY).run()


@pytest.fixture(scope="module")
def calm() -> Simulation:
    return Simulation("tiny", **SHORT, **CALM).run()


@pytest.fixture(scope="module")
def crowded() -> Simulation:
    sim = Simulation("tiny", **SHORT, **CALM)
    add_household(sim, row=1000)
    return sim.run()


def test_unused_policy_that_draws_for_itself_changes_nobody(without_policy, people, monkeypatch):
    monkeypatch.setattr("model.simulation.discover", lambda: {"a_idle": Idle} | discover())
    sim = Simulation("tiny", **NO_POLICY).run()
    assert sim.households["seen"].any()
    seen = people(sim)
    del seen["Households.seen"]
    assert_same(seen, people(without_policy))


def test_one_more_household_changes_nobody_in_other_provinces(calm, crowded, people):
    # Marriages and estates reach across counties, and not across provinces.
    home = crowded.households.province[1000]
    assert crowded.households.weight.sum() > calm.households.weight.sum()
    elsewhere = [people(sim, sim.households.province != home) for sim in (calm, crowded)]
    assert len(elsewhere[0]["Households.key"]) > 3000
    assert_same(*elsewhere)


def test_one_more_household_changes_no_figure_of_other_provinces(calm, crowded):
    province = str(crowded.geography.province_code[crowded.households.province[1000]])[:2]
    tables = []
    for sim in (calm, crowded):
        # Half the national median is a national figure by definition.
        table = sim.record.table().query("not outcome.str.contains('_relative')")
        elsewhere = ~table["area"].str.startswith(province)
        tables.append(table[(table["level"] == "county") & elsewhere])
    assert tables[0].equals(tables[1])


def test_one_more_household_is_felt_in_its_own_county(calm, crowded):
    home = crowded.households.county[1000]
    population = [sim.counties.population for sim in (calm, crowded)]
    assert home in np.flatnonzero(population[0] != population[1])


def test_order_of_policies_does_not_matter(ten_years, people):
    sim = Simulation("tiny", **YEARS)
    # Only those that ask for no order of theirs may change places.
    free = [id_ for id_, policy in sim.policies.items() if id_.endswith("dibao")]
    order = [free.pop() if id_.endswith("dibao") else id_ for id_ in sim.policies]
    sim.policies = {id_: sim.policies[id_] for id_ in order}
    sim.run()
    assert_same(people(sim), people(ten_years))
    assert rows_of(sim).equals(rows_of(ten_years))
    assert sim.treasury.flow_rows == ten_years.treasury.flow_rows


def test_another_process_with_another_hash_seed_gives_the_same_bytes(ten_years, digest):
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    command = [sys.executable, "-W", "error", "-c", DIGEST_ELSEWHERE]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digest(ten_years)


def test_later_years_do_not_change_earlier_ones(tiny, ten_years):
    table = tiny.record.table()
    assert table[table["year"] <= 2002].equals(ten_years.record.table())


@pytest.mark.parametrize("other", [{"seed": 2}, {"replicate": 1}])
def test_another_seed_or_replicate_is_another_history(ten_years, other):
    sim = Simulation("tiny", **other, **{"years.last": 1994}).run()
    incomes = [s.record.table().query("year == 1994 and outcome == 'income_mean'")
               for s in (sim, ten_years)]  # fmt: skip
    assert not incomes[0]["value"].reset_index().equals(incomes[1]["value"].reset_index())


def test_simulation_leaves_all_global_chance_alone():
    sim = Simulation("tiny", **{"years.last": 1994})
    before = global_chance(sim)
    sim.run()
    assert global_chance(sim) == before
