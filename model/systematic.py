"""Systematic sampling with probability proportional to size, in groups.

Units are listed, and a step of equal size runs down the list from a random start (Madow 1949,
Annals of Mathematical Statistics 20): neighbours in the list are rarely drawn together, and
inclusion probabilities are exact.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from agents.table import Bool, Float, Int64


def allocate(total: int, size: Float, frame: NDArray[np.integer]) -> Int64:
    """Return how many of `total` each group gets: in proportion to its size, 1 at least.

    No group gets more than it has; what is left after rounding down goes to the largest
    remainders, to the first group among equals.
    """
    fair = total * size / size.sum()

    def surplus(scale: float) -> float:
        return float(np.clip(scale * fair, 1, frame).sum() - total)

    scale = brentq(surplus, 0, float((frame / fair).max()))
    quota = np.clip(scale * fair, 1, frame)
    number: Int64 = np.floor(quota).astype(np.int64)
    by_remainder = np.argsort(number - quota, kind="stable")
    number[by_remainder[: total - int(number.sum())]] += 1
    return number


def draw_systematically(
    size: Float, frame: NDArray[np.integer], number: NDArray[np.integer], start: Float
) -> tuple[Bool, Float]:
    """Draw `number` units from each group, with probability proportional to size.

    Parameters
    ----------
    size : ndarray of float64, shape (n,)
        Units in the order of the list, group after group.
    frame, number : ndarray of int, shape (g,)
        Units in each group, and how many to draw.
    start : ndarray of float64, shape (g,)
        Uniform in (0, 1): where the first step falls.

    Returns
    -------
    drawn : ndarray of bool, shape (n,)
    probability : ndarray of float64, shape (n,)
        Inclusion probabilities; units larger than a step are certain.
    """
    group = np.repeat(np.arange(frame.size), frame)
    first = np.cumsum(frame) - frame
    certain = _too_large(size, group, first, number)
    open_size = np.where(certain, 0, size)
    to_draw = number - np.add.reduceat(certain.astype(np.int64), first)
    up_to = np.cumsum(open_size)
    up_to -= np.where(first > 0, up_to[first - 1], 0)[group]
    whole = up_to[first + frame - 1]
    per_size = np.divide(to_draw, whole, out=np.zeros_like(whole), where=whole > 0)
    # The share first: it is exactly 1 at the end of a group, so every step falls inside.
    share = np.divide(up_to, whole[group], out=np.zeros_like(up_to), where=(whole > 0)[group])
    steps = np.ceil(share * to_draw[group] - start[group])
    before = np.concatenate([[0.0], steps[:-1]])
    before[first] = np.ceil(-start)
    probability = np.where(certain, 1, open_size * per_size[group])
    return certain | (steps > before), probability


def _too_large(size: Float, group: Int64, first: Int64, number: NDArray[np.integer]) -> Bool:
    """Mark units that a proportional draw would take more than once: they are certain."""
    certain = (number[group] >= np.bincount(group)[group]).astype(np.bool_)
    while True:
        left = number - np.add.reduceat(certain.astype(np.int64), first)
        whole = np.add.reduceat(np.where(certain, 0, size), first)
        found = ~certain & (size * left[group] >= whole[group])
        if not found.any():
            return certain
        certain |= found
