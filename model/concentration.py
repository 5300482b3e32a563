"""Who gets public money: concentration over people ranked by income."""

import numpy as np

from agents.table import Float
from model.inequality import in_order

_HALF = 0.5


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
    What a household receives is spread evenly over its members; incomes are the same that agree in
    seven digits. The mean rank is a half. Source of the measure: Kakwani 1977, Econometrica 45.
    """
    rows = np.flatnonzero(people > 0)
    value, order = in_order(income[rows])
    rows = rows[order]
    first = np.flatnonzero(np.append(True, value[1:] != value[:-1])[: len(value)])
    if not len(first):
        return float("nan")
    same, received = np.add.reduceat(people[rows], first), np.add.reduceat(amount[rows], first)
    paid = received.sum()
    if paid == 0:
        return float("nan")
    rank = (np.cumsum(same) - same * _HALF) / same.sum()
    return float(2 * (received * (rank - _HALF)).sum() / paid)
