"""The designs for indices of sensitivity, with a dummy factor that shows what chance alone does.

The dummy is in no rule. It chooses the seed: rows of a block of the design (a trajectory of Morris,
a row of Saltelli's samples A and B with all that lies between) share one seed as long as the dummy
stays where it is, and all levers and replicates of a row share it too. So what a parameter does is
seen at the same luck, and what the dummy does is what another luck does.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.table import Float
from experiments import unit_cube
from experiments.plan import DUMMY, Plan
from experiments.plan_patterns import group_of

_SEEDS_A_BLOCK = 2


@dataclass(frozen=True)
class Factors:
    """What a design moves: the uncertainties of a plan, and the dummy as the last one.

    Attributes
    ----------
    names : tuple of str
        Columns of the design.
    groups : tuple of str
        The group of each column; a column that stands alone is a group of its own name.
    """

    names: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def moved(self) -> tuple[str, ...]:
        """The groups, each once, in the order of their first column."""
        return tuple(dict.fromkeys(self.groups))

    @property
    def problem(self) -> dict[str, Any]:
        """The unit cube as SALib describes it."""
        return unit_cube.salib_problem(self.names, self.groups)


def factors_of(plan: Plan) -> Factors:
    """Return the factors of a plan."""
    groups = group_of(plan.content) | {DUMMY: DUMMY}
    return Factors(tuple(groups), tuple(groups.values()))


def places(plan: Plan) -> Float:
    """Return the design in the unit cube, shape (n_rows, n_factors)."""
    make = {"saltelli": unit_cube.saltelli, "morris": unit_cube.morris}
    design = plan.content.design
    factors = factors_of(plan)
    return make[design.uncertainties](design.samples or 1, factors.groups, plan.scenario.seed)


def rows_a_block(plan: Plan) -> int:
    """Return how many rows belong to a block: share a seed but for the dummy."""
    extra = {"saltelli": 2, "morris": 1}[plan.content.design.uncertainties]
    return len(factors_of(plan).moved) + extra


def added_to_seed(rows: Float, block: int) -> list[int]:
    """Return what the dummy, the last column, adds to the seed of every row.

    Parameters
    ----------
    rows : ndarray of float64, shape (n_rows, n_factors)
    block : int
        Rows that belong together.
    """
    dummy = rows[:, -1].reshape(-1, block)
    has_moved = dummy != dummy[:, :1]
    numbers = _SEEDS_A_BLOCK * np.arange(len(dummy))[:, None] + has_moved
    found: list[int] = numbers.ravel().tolist()
    return found
