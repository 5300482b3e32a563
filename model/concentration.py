"""Who gets public money: concentration over people ranked by income."""

import numpy as np

from agents.table import Float, Rows
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
    rows = np.flatnonzero(people > 0)
    order, rank = income_order(income[rows], people[rows])
    rows = rows[order]
    weight, received = people[rows], amount[rows]
    total, paid = weight.sum(), received.sum()
    if not total > 0 or paid == 0:
        return float("nan")
    mean_rank = (weight * rank).sum() / total
    return float(2 * (received * (rank - mean_rank)).sum() / paid)
