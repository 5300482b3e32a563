"""Whether the claim of a lesson holds in tables of national outcomes; nothing is simulated here."""

import operator
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard.lessons.lesson import Claim, Measure

Tables = Mapping[tuple[int, str], Sequence[pd.DataFrame]]
"""By step (from 1) and world: one table of national outcomes by year for each history."""

_RELATIONS = {"above": operator.gt, "below": operator.lt}


def value(measure: Measure, tables: Sequence[pd.DataFrame]) -> float:
    """Return a measure: the mean over its years, then over histories; empty years do not count."""
    first, last = measure.years
    means = [table[measure.column].loc[first:last].astype(float).mean() for table in tables]
    return float(pd.Series(means).mean())


def sides(claim: Claim, tables: Tables) -> tuple[float, float]:
    """Return both sides of a claim, the right one with its factor and margin."""
    left, right = (
        value(side, tables[side.step or claim.step, side.world])
        if isinstance(side, Measure)
        else float(side)
        for side in (claim.left, claim.right)
    )
    return left, claim.times * right + claim.margin


def holds(claim: Claim, tables: Tables) -> bool:
    """Return whether a claim holds; a measure without any value makes it false."""
    return bool(_RELATIONS[claim.relation](*sides(claim, tables)))
