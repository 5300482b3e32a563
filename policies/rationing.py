"""Rationing (rule f.3): places of a township go to the highest scores until they are full."""

import numpy as np

from agents.table import Float, Int32, Key, Rows

# Parts of a person in which places are counted.
_PARTS = 1000


def fill_places(township: Int32, score: Float, key: Key, persons: Float, places: Float) -> Rows:
    """Return who gets a place, township by township, from the highest score.

    Parameters
    ----------
    township, score, key, persons : ndarray, shape (n,)
        Of each household: row of the township, score, persistent key (the lower one goes first
        among equals), and the real persons it stands for.
    places : ndarray of float64, shape (n_townships,)
        Persons for whom there are places. A household enters if half of it fits.
    """
    order = order_within(township, -score, key)
    # Sums of whole numbers are exact, so that no rounding comes from townships before.
    parts = np.rint(persons[order] * _PARTS).astype(np.int64)
    before = np.cumsum(parts) - parts
    count = np.bincount(township, minlength=len(places))
    first = np.cumsum(count) - count
    ordered = township[order]
    before -= before[first[ordered]]
    return order[(before + parts / 2) / _PARTS <= places[ordered]]


def order_within(group: Int32, value: Float, key: Key) -> Rows:
    """Return the order by group, then value, then key, shape (n,).

    It is that of a lexical sort, found several times as fast.
    """
    order = np.argsort(value)
    # Sixteen bits, which all townships of the country fit into, are sorted without comparisons.
    narrow = group.astype(np.min_scalar_type(group.max(initial=0)))
    order = order[np.argsort(narrow[order], kind="stable")]
    same = (np.diff(group[order]) == 0) & (np.diff(value[order]) == 0)
    # Only what is equal in group and value is still out of order.
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    rows = order[tied]
    order[tied] = rows[np.lexsort((key[rows], value[rows], group[rows]))]
    return order
