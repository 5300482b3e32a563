"""Designs: places in the unit cube, one row a point and one column a name, nothing scaled yet.

Sobol's sequence extends: the first half of twice as many points are the points there were, so a
plan with more samples keeps its runs. A Latin hypercube does not. Saltelli's design has, for every
row of two independent Sobol samples A and B, that row of A, A with one column of B for each column,
and that row of B, in this order; it is what Sobol indices of first and total order are computed
from (Saltelli et al. 2010). Morris's design moves one column at a time along trajectories
(Morris 1991; in groups, Campolongo et al. 2007).
"""

import itertools
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from agents.table import Float

LEVELS = 4
"""Levels of Morris's grid."""


class DesignWarning(UserWarning):
    """A design that works but fills the space less evenly than it could."""


def sobol(n: int, dimensions: int, seed: int) -> Float:
    """Return the first n points of a scrambled Sobol sequence, shape (n, dimensions)."""
    # Loaded here because it takes a second or two, which a plan of levers alone need not wait for.
    from scipy.stats.qmc import Sobol

    if n & (n - 1):
        below = 1 << (n.bit_length() - 1)
        text = f"{n} samples: Sobol's sequence is even for powers of two, {below} or {2 * below}"
        warnings.warn(text, DesignWarning, stacklevel=2)
    points = Sobol(dimensions, rng=np.random.default_rng(seed)).random_base2((n - 1).bit_length())
    first: Float = points[:n]
    return first


def latin_hypercube(n: int, dimensions: int, seed: int) -> Float:
    """Return a Latin hypercube, shape (n, dimensions): one point in every n-th of a column."""
    from scipy.stats.qmc import LatinHypercube

    points: Float = LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(n)
    return points


def saltelli(n: int, groups: Sequence[str], seed: int) -> Float:
    """Return Saltelli's design.

    Parameters
    ----------
    groups : sequence of str
        The group of every column; the columns of a group are swapped together. A column that
        stands alone has a group of its own.

    Returns
    -------
    ndarray of float64, shape (n * (n_groups + 2), n_columns)
    """
    dimensions, blocks = len(groups), list(dict.fromkeys(groups))
    both = sobol(n, 2 * dimensions, seed)
    a, b = both[:, :dimensions], both[:, dimensions:]
    rows = np.repeat(a[:, None], len(blocks) + 2, axis=1)
    for column, group in enumerate(groups):
        rows[:, blocks.index(group) + 1, column] = b[:, column]
    rows[:, -1] = b
    return rows.reshape(-1, dimensions)


def morris(n: int, groups: Sequence[str], seed: int) -> Float:
    """Return n trajectories of Morris's design, shape (n * (n_groups + 1), n_columns).

    From a random point on a grid of four levels every group in turn, in random order, is moved by
    two levels. Each trajectory has a stream of its own, so a longer design begins with the shorter.
    """
    # Loaded here because it takes a second, which other designs need not wait for.
    from SALib.sample.morris import sample

    problem = salib_problem([str(column) for column in range(len(groups))], groups)
    parts = [
        sample(problem, 1, num_levels=LEVELS, seed=np.random.default_rng([seed, trajectory]))
        for trajectory in range(n)
    ]
    rows: Float = np.concatenate(parts)
    return rows


def salib_problem(names: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    """Return the unit cube as SALib describes it; every column has a range from 0 to 1."""
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    # With groups SALib gives fewer answers, so it is told of them only where there are some.
    return problem | ({"groups": list(groups)} if len(set(groups)) < len(groups) else {})


def factorial(sizes: Sequence[int]) -> Float:
    """Return every combination of positions, the last name fastest.

    Parameters
    ----------
    sizes : sequence of int
        How many positions each name has.

    Returns
    -------
    ndarray of float64, shape (product of the sizes, n_names)
        Middles of equal parts of [0, 1), one part for each position.
    """
    half = 0.5
    middles = [(np.arange(size) + half) / size for size in sizes]
    rows = list(itertools.product(*middles))
    return np.array(rows, np.float64).reshape(len(rows), len(sizes))
