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

from model.outcome_list import all_outcomes
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
    for one in [PARAMETERS.parameter(path)]
    if (one.range or one.words or one.type == "flag") and not path.startswith(FIXED)
]
BY_PLACE = [path for path in MOVABLE if not place_problem("parameters", path)]
# The second has as few households as there can be, the last two districts of one city.
WORLDS = (
    {"counties": 62, "townships_per_county": 2, "households": 3100},
    {"counties": 31, "townships_per_county": 1, "households": 155},
    {"counties": 40, "townships_per_county": 3, "households": 1500, "include": ["3305"]},
)
# Differences of shares may be below zero.
SHARES = {outcome.name for outcome in all_outcomes() if outcome.unit == "share"} - {
    *("pilot_effect", "rollout_effect")
}
# Whatever adds up persons over shares ends a little beside the whole.
ROUNDING = 1e-9


def within(usual, low, high, chance):
    """Return a value of the same form within the range; both ends are likely."""
    if isinstance(usual, tuple | list):
        return [within(part, low, high, chance) for part in usual]
    drawn = low + chance.choice([0, 1, chance.random(), chance.random()]) * (high - low)
    return round(drawn) if isinstance(usual, int) else min(max(float(drawn), low), high)


def drawn(path, chance):
    parameter = PARAMETERS.parameter(path)
    if parameter.type == "flag":
        return chance.random() < 0.5
    if parameter.words:
        return chance.choice(parameter.words)
    return within(PARAMETERS.value(path, LAST), *parameter.range, chance=chance)


def drawn_reform(chance, name, paths, places=()):
    """Return a reform of some of the parameters, and perhaps of a policy."""
    number = min(chance.choice([20, 60, 150]), len(paths))
    policy = chance.choice(list(discover()))
    reform = {
        "name": name,
        "places": list(places),
        "parameters": {path: drawn(path, chance) for path in chance.sample(paths, number)},
    }
    if chance.random() < 0.5:
        reform["from"] = f"{chance.randint(1993, LAST)}-07-01"
    if chance.random() < 0.5 and not (places and place_problem("policies", policy)):
        reform["policies"] = {policy: chance.random() < 0.5}
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
            "reforms": [
                drawn_reform(chance, "country", MOVABLE),
                drawn_reform(chance, "province", BY_PLACE, [chance.choice(["11", "33", "65"])]),
            ],
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
    beyond = shares[~shares.value.between(-ROUNDING, 1 + ROUNDING)]
    assert len(shares)
    assert beyond.empty, beyond
