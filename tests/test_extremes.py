"""Whatever a scenario asks within the ranges gives a world that lives on.

Numbers are finite, shares are shares, and accounts close. Every draw moves many parameters at once,
often to an end of their range, in the whole country or in one province, at a date or from the
start, with some policies and shocks off, in worlds of several shapes. ``MINSHENG_DRAWS`` says how
many draws (`make extremes` makes two hundred of them, over all years).
"""

import os
import random

import numpy as np
import pytest

from model.outcome_list import OUTCOMES
from model.placed import place_problem
from model.scenario import KNOWN_SHOCKS, Scenario
from model.scenario_files import load_scenario
from model.simulation import Simulation
from policies.base import discover
from policies.parameters import ParameterSet

DRAWS = int(os.environ.get("MINSHENG_DRAWS", "4"))
LAST = 2023 if "MINSHENG_DRAWS" in os.environ else 2003
PARAMETERS = ParameterSet.load()
# Families of 1993 cannot be composed of just any ages at marriage; the model says which.
FIXED = ("demography.", "economy.start.")
MOVABLE = [
    path
    for path in PARAMETERS.paths()
    if PARAMETERS.parameter(path).range is not None and not path.startswith(FIXED)
]
WORDS = [path for path in PARAMETERS.paths() if PARAMETERS.parameter(path).words]
FLAGS = [path for path in PARAMETERS.paths() if PARAMETERS.parameter(path).type == "flag"]
# The last has two districts of one city, the second one household for each township and no more.
WORLDS = (
    {"counties": 62, "townships_per_county": 2, "households": 3100},
    {"counties": 31, "townships_per_county": 1, "households": 155},
    {"counties": 40, "townships_per_county": 3, "households": 1500, "include": ["3305"]},
)
SHARES = {outcome.name for outcome in OUTCOMES if outcome.unit == "share"} - {
    # Differences and indices, from -1 to 1.
    *("reported_minus_true", "transfer_concentration"),
}


def within(usual, low, high, chance):
    """Return a value of the same form within the range; both ends are likely."""
    if isinstance(usual, tuple | list):
        return [within(part, low, high, chance) for part in usual]
    drawn = low + chance.choice([0, 1, chance.random(), chance.random()]) * (high - low)
    return round(drawn) if isinstance(usual, int) else min(max(float(drawn), low), high)


def drawn_values(chance, number):
    values = {
        path: within(PARAMETERS.value(path, LAST), *PARAMETERS.parameter(path).range, chance=chance)
        for path in chance.sample(MOVABLE, number)
    }
    for path in chance.sample(FLAGS, number // 30):
        values[path] = chance.random() < 0.5
    for path in chance.sample(WORDS, number // 30):
        values[path] = chance.choice(PARAMETERS.parameter(path).words)
    return values


def possible(section, values):
    return {name: value for name, value in values.items() if not place_problem(section, name)}


def drawn_reform(chance, name):
    reform = {"name": name, "parameters": drawn_values(chance, chance.choice([20, 60, 150]))}
    if chance.random() < 0.5:
        reform["from"] = f"{chance.randint(1993, LAST)}-07-01"
    if chance.random() < 0.5:
        reform["policies"] = {chance.choice(list(discover())): chance.random() < 0.5}
    return reform


def drawn_reform_of_a_province(chance, name):
    reform = drawn_reform(chance, name) | {"places": [chance.choice(["11", "33", "65"])]}
    reform["parameters"] = possible("parameters", drawn_values(chance, len(MOVABLE)))
    reform["policies"] = possible("policies", reform.get("policies", {}))
    return reform


def drawn_scenario(draw):
    chance = random.Random(draw)
    off = [policy for policy in discover() if chance.random() < chance.choice([0, 0, 0.5])]
    return Scenario.from_dict(
        load_scenario("tiny").as_dict()
        | {
            "years": {"first": chance.choice([1993, 1993, 1997, LAST - 3]), "last": LAST},
            "seed": draw,
            "world": chance.choice([WORLDS[0], *WORLDS]),
            "policies": dict.fromkeys(off, False),
            "shocks": {shock: chance.random() < 0.7 for shock in KNOWN_SHOCKS},
            "reforms": [drawn_reform(chance, "country"), drawn_reform_of_a_province(chance, "one")],
        }
    )


@pytest.mark.parametrize("draw", range(1, DRAWS + 1))
def test_any_scenario_within_the_ranges_gives_a_finite_world_whose_accounts_close(draw):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        sim = Simulation(drawn_scenario(draw)).run()
    columns = (sim.households.income_per_head, sim.households.assets, sim.counties.balance)
    assert all(np.isfinite(column).all() for column in columns)
    table = sim.record.table()
    shares = table[table.outcome.isin(SHARES)].dropna(subset="value")
    assert len(shares)
    assert shares.value.between(-1e-9, 1 + 1e-9).all(), set(
        shares.outcome[~shares.value.between(-1e-9, 1 + 1e-9)]
    )
