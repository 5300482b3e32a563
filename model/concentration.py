"""Who gets public money, and what membership is worth when the risk strikes: pure functions."""

import numpy as np

from agents.table import Bool, Float, Rows
from model.inequality import stable_order

_HALF = 0.5


def income_order(income: Float, people: Float) -> tuple[Rows, Float]:
    """Return rows from the poorest to the richest, and the fractional rank of their people.

    Parameters
    ----------
    income, people : ndarray of float64, shape (n,)
        Income per head, of any sign, and people of each household.

    Returns
    -------
    order : ndarray of intp, shape (n,)
    rank : ndarray of float64, shape (n,)
        Of the rows in this order: the middle of the people of the same income, in [0, 1].
    """
    order = stable_order(income)
    weight = people[order]
    starts = np.flatnonzero(np.diff(income[order], prepend=np.nan) != 0)
    if not len(starts):
        return order, np.zeros(0)
    same = np.add.reduceat(weight, starts)
    total = same.sum()
    middle = (np.cumsum(same) - same * _HALF) / total if total > 0 else np.zeros(len(starts))
    return order, np.repeat(middle, np.diff(starts, append=len(order)))


def concentration_index(amount: Float, income: Float, people: Float) -> float:
    """Return the concentration index of an amount over people ranked by income.

    C = 2 cov(amount per head, rank) / mean, with the rank of a household the middle of the people
    of its income: -1 when the poorest person gets all, 0 when everybody gets the same, towards 1
    when the richest gets all. People of the same income share a rank, so that their order, which is
    chance, does not count.

    Parameters
    ----------
    amount : ndarray of float64, shape (n,)
        What each household receives times the real households it stands for, yuan.
    income : ndarray of float64, shape (n,)
        Income per head before public transfers, of any sign.
    people : ndarray of float64, shape (n,)
        Real people of each household: weight times size.

    Returns
    -------
    float
        Null (nan) when there are no people or nothing is paid in total.

    Notes
    -----
    What a household receives is spread evenly over its members. Source of the measure: Kakwani
    1977, Econometrica 45.
    """
    with_people = people > 0
    order, rank = income_order(income[with_people], people[with_people])
    weight, received = people[with_people][order], amount[with_people][order]
    total, paid = weight.sum(), received.sum()
    if not total > 0 or paid == 0:
        return float("nan")
    mean_rank = (weight * rank).sum() / total
    return float(2 * (received * (rank - mean_rank)).sum() / paid)


def effective_cover(struck: Bool, received: Float, need: Float) -> Float:
    """Return what the benefit covers of the need of those whom the risk struck, shape (n,).

    Effective coverage of a group is the sum of this over the number struck, each weighted: the
    share of members who got the benefit times how adequate it was. It is at most nominal coverage
    among those struck. The struck without any need are covered in full.

    Parameters
    ----------
    struck : ndarray of bool, shape (n,)
        Whom the risk struck this year: fell ill, lost work, reached pension age.
    received, need : ndarray of float64, shape (n,)
        Benefit received and what would make the loss good, in the same unit; need below zero
        counts as none.

    Notes
    -----
    Source: S2 section 3.2.1, which asks for "substantially effective coverage" of those at risk.
    """
    needed = np.maximum(need, 0)
    share = np.divide(received, needed, out=np.ones(len(needed)), where=needed > 0)
    covered: Float = np.where(struck, np.clip(share, 0, 1), 0.0)
    return covered


def effectively_covered(struck: Bool, received: Float, need: Float, adequate: float) -> Bool:
    """Return who was struck and got at least an adequate share of the need, shape (n,).

    The count behind headlines: `adequate` is the least ratio of benefit to need, see
    `effective_cover` for the rest.
    """
    return struck & (effective_cover(struck, received, need) >= adequate)
