"""Any values within their ranges give a world that lives on: finite numbers, accounts that close.

Every draw moves many parameters at once, often to an end of their range. ``MINSHENG_DRAWS`` says
how many draws (`make extremes` makes two hundred of them, over all years).
"""

import os
import random

import numpy as np
import pytest

from model.simulation import Simulation
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


def within(usual, low, high, chance):
    """Return a value of the same form within the range; both ends are likely."""
    if isinstance(usual, tuple | list):
        return [within(part, low, high, chance) for part in usual]
    if isinstance(usual, bool):
        return usual
    drawn = low + chance.choice([0, 1, chance.random(), chance.random()]) * (high - low)
    return round(drawn) if isinstance(usual, int) else min(max(float(drawn), low), high)


def drawn_settings(draw):
    chance = random.Random(draw)
    chosen = chance.sample(MOVABLE, chance.choice([20, 60, 150]))
    return {
        path: within(PARAMETERS.value(path, LAST), *PARAMETERS.parameter(path).range, chance=chance)
        for path in chosen
    }


@pytest.mark.parametrize("draw", range(1, DRAWS + 1))
def test_any_values_within_their_ranges_give_finite_worlds_whose_accounts_close(draw):
    settings = drawn_settings(draw)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        sim = Simulation("tiny", seed=draw, **settings, **{"years.last": LAST}).run()
    columns = (sim.households.income_per_head, sim.households.assets, sim.counties.balance)
    assert all(np.isfinite(column).all() for column in columns)
