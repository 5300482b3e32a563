"""Pools of worker insurance: pooling level, shortfall, and the central adjustment of pensions.

Money is kept by county; a pooling level says with whom a county's surplus is shared (rules e.4 and
e.5; S2 section 4.2.2).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.errors import UnknownNameError
from agents.local_government import Counties
from agents.table import Float, total_by

LEVELS = ("county", "province", "nation")
"""Levels at which a scheme can be pooled."""


@dataclass(frozen=True)
class Adjustment:
    """What counties pay into the central adjustment fund and get from it, yuan, (n_counties,)."""

    paid: Float
    received: Float

    @property
    def net(self) -> Float:
        """What each county gains, shape (n_counties,); sums to zero over the nation."""
        return self.received - self.paid


def pool_of(level: str, counties: Counties) -> NDArray[np.integer]:
    """Return the pool to which each county belongs, shape (n_counties,).

    Raises
    ------
    UnknownNameError
        The level is none of `LEVELS`.
    """
    if level not in LEVELS:
        raise UnknownNameError("pooling level", level, LEVELS, "worker_insurance.schemes")
    if level == "county":
        return np.arange(counties.n)
    province: NDArray[np.integer] = counties.province
    return province if level == "province" else np.zeros_like(province)


def share_risk(reserve: Float, pool: NDArray[np.integer]) -> tuple[Float, Float]:
    """Let the counties of each pool cover each other.

    Parameters
    ----------
    reserve : ndarray of float64, shape (n_counties,)
        Money of each county after all payments of the year, yuan; below zero: overdrawn.
    pool : ndarray of int, shape (n_counties,)

    Returns
    -------
    reserve : ndarray of float64, shape (n_counties,)
        Never below zero: counties with money cover the others of their pool in proportion to it.
    shortfall : ndarray of float64, shape (n_counties,)
        What the pool as a whole lacks, by county in proportion to what it is overdrawn.
    """
    n = int(pool.max(initial=0)) + 1
    has, lacks = np.maximum(reserve, 0), np.maximum(-reserve, 0)
    pool_has, pool_lacks = total_by(pool, has, n), total_by(pool, lacks, n)
    left = np.maximum(pool_has - pool_lacks, 0)
    short = np.maximum(pool_lacks - pool_has, 0)
    tiny = np.finfo(np.float64).tiny
    kept = has * (left / np.maximum(pool_has, tiny))[pool]
    return kept, lacks * (short / np.maximum(pool_lacks, tiny))[pool]


def central_adjustment(
    rate: float, mean_wage: Float, members: Float, retirees: Float, province: NDArray[np.integer]
) -> Adjustment:
    """Return what the central adjustment fund of worker pensions moves (e.5).

    A province pays rate x mean wage x members and receives for each retiree what all provinces
    together pay per retiree; who has many workers per retiree pays.

    Parameters
    ----------
    rate : float
        Adjustment rate times the share of the mean wage on which it is computed.
    mean_wage, members, retirees : ndarray of float64, shape (n_counties,)
        Mean wage in yuan/year; contributors and pensioners of the scheme, persons.
    province : ndarray of int, shape (n_counties,)
    """
    n = int(province.max(initial=0)) + 1
    contributors = total_by(province, members, n)
    wage = total_by(province, members * mean_wage, n) / np.maximum(contributors, 1)
    paid = rate * wage[province] * members
    per_retiree = paid.sum() / retirees.sum() if retirees.sum() > 0 else 0
    return Adjustment(paid * (retirees.sum() > 0), per_retiree * retirees)
