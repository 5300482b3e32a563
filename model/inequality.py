"""Measures of inequality and poverty over weighted people."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from agents.table import Bool, Float, Float32, Int8, Rows

_HALF = 0.5
DECILES = 10
_ROW_BITS = 32
_SIGN_BIT = np.uint32(1 << 31)
_ALL_BITS = np.uint32((1 << 32) - 1)


def sorted_incomes(income: Float, counted: Bool) -> tuple[Float, Rows]:
    """Return incomes from the poorest to the richest, and the rows they belong to.

    Parameters
    ----------
    income : ndarray of float64, shape (n,)
        Those below zero (dues above the income) count as zero.
    counted : ndarray of bool, shape (n,)
        Who counts.
    """
    rows = np.flatnonzero(counted)
    value, order = in_order(np.maximum(income[rows], 0))
    return value.astype(np.float64), rows[order]


def in_order(values: Float) -> tuple[Float32, Rows]:
    """Return finite values from the lowest to the highest, and their rows, equals by row.

    Notes
    -----
    Values are taken in single precision (seven digits): one sort of whole numbers that hold the
    value and the row is six times as fast as a stable sort, with the same result everywhere.
    """
    single = values.astype(np.float32) + np.float32(0)
    bits = single.view(np.uint32)
    # Of whole numbers without sign, those of negative values lie in reverse below all others.
    key = (bits ^ np.where(single < 0, _ALL_BITS, _SIGN_BIT)).astype(np.uint64)
    key <<= np.uint64(_ROW_BITS)
    key |= np.arange(len(values), dtype=np.uint64)
    key.sort()
    key &= np.uint64(_ALL_BITS)
    order = key.astype(np.intp)
    return single[order], order


@dataclass(frozen=True)
class Ranked:
    """Weighted people from the poorest to the richest.

    Attributes
    ----------
    income, weight : ndarray of float64, shape (n,)
        Sorted income per head and persons.
    """

    income: Float
    weight: Float

    @cached_property
    def ranks(self) -> Float:
        """How many people are no richer, shape (n,)."""
        return np.cumsum(self.weight)

    @cached_property
    def received(self) -> Float:
        """Income of everybody who shares it, shape (n,)."""
        return self.income * self.weight

    @cached_property
    def people(self) -> float:
        """All people."""
        return float(self.ranks[-1]) if len(self.ranks) else 0.0

    def groups(self, group: Int8, n: int) -> Iterator["Ranked"]:
        """Yield the people of each of `n` groups, shape (n,) -> `n` times."""
        order = np.argsort(group, kind="stable")
        bounds = np.cumsum(np.bincount(group, minlength=n))
        income, weight = self.income[order], self.weight[order]
        for first, last in pairwise([0, *bounds]):
            yield Ranked(income[first:last], weight[first:last])

    def gini(self) -> float:
        """Return the Gini index; null (nan) for nobody or no income.

        G = 2 sum(received x middle rank) / (all people x all income) - 1.
        """
        total = self.received.sum()
        if self.people == 0 or total <= 0:
            return float("nan")
        middle = self.ranks - self.weight * _HALF
        return float(2 * (self.received * middle).sum() / (self.people * total) - 1)

    def median(self) -> float:
        """Return the weighted median; nan for nobody."""
        if self.people == 0:
            return float("nan")
        return float(self.income[np.searchsorted(self.ranks, self.people * _HALF)])

    def decile_means(self) -> Float:
        """Return the mean income of each tenth of the people, shape (10,); nan for nobody.

        A household on a border belongs to the decile in which the middle of its people falls.
        """
        if self.people == 0:
            return np.full(DECILES, np.nan)
        tenths = [slice(first, last) for first, last in pairwise(self._bounds())]
        people = np.array([self.weight[tenth].sum() for tenth in tenths])
        received = np.array([self.received[tenth].sum() for tenth in tenths])
        return np.divide(received, people, out=np.full(DECILES, np.nan), where=people > 0)

    def deciles(self) -> Int8:
        """Return the decile of each row, from 0 (the poorest) to 9, shape (n,)."""
        if self.people == 0:
            return np.zeros(len(self.ranks), np.int8)
        return np.repeat(np.arange(DECILES, dtype=np.int8), np.diff(self._bounds()))

    def _bounds(self) -> list[int]:
        """Return the first row of each decile and the number of rows, of somebody."""
        borders = np.arange(1, DECILES)
        across = np.searchsorted(self.ranks, self.people * borders / DECILES)
        middle = (self.ranks[across] - self.weight[across] * _HALF) / self.people
        return [0, *(across + (middle * DECILES < borders)), len(self.ranks)]


def poverty_powers(income: Float, line: Float | float) -> tuple[Bool, Float, Float]:
    """Return the Foster-Greer-Thorbecke terms ((z - y) / z)^a for a = 0, 1, 2; each shape (n,).

    A negative income counts as zero: nobody's gap is larger than the line.
    """
    gap = np.clip(1 - income / line, 0, 1)
    return income < line, gap, gap * gap
