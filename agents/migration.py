"""How people decide to leave for work, to stay away, to return, and to bring the family (rule b.7).

Pure functions on plain arrays: a person compares home with the few places that the home township
knows of, by expected pay, distance, earlier migrants, services open to newcomers, and land.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.protocols import Parameters
from agents.table import Bool, Float, Int32, Rows

# Place number of those who stay.
HOME = -1
# Relative pay below which its logarithm is taken no further.
_TINY = 1e-9


@dataclass(frozen=True)
class Prospects:
    """What places have to offer to the migrants of one home, shape (n, k) each.

    Attributes
    ----------
    pay : ndarray of float64
        Expected pay relative to that at home.
    kilometres : ndarray of float64
        Distance.
    stock : ndarray of float64
        Earlier migrants from the home there, in percent of those registered at home.
    services : ndarray of float64
        Share of local services open to newcomers.
    pull : ndarray of float64
        Draw of a place that just opened its registration, log utility.
    known : ndarray of bool
        Whether the slot holds a place.
    """

    pay: Float
    kilometres: Float
    stock: Float
    services: Float
    pull: Float
    known: Bool


def attraction(prospects: Prospects, parameters: Parameters) -> Float:
    """Return the utility of each place over staying, shape (n, k); land is left to the person.

    U = theta ln(pay / pay at home) + psi (services - services at home) - delta ln(km / 100)
    + chi ln(1 + stock) + draw of a new opening - cost of moving.

    Source: Harris and Todaro 1970 for expected pay; Tombe and Zhu 2019 for theta; Fan 2005 for
    distance and earlier migrants.
    """
    number = parameters.number
    choice = "migration.choice."
    near = np.maximum(prospects.kilometres, number(f"{choice}nearest_km"))
    utility = number(f"{choice}income_elasticity") * np.log(np.maximum(prospects.pay, _TINY))
    gain = prospects.services - number(f"{choice}home_services")
    utility += number(f"{choice}services") * gain
    utility -= number("migration.corridors.distance_decay") * np.log(
        near / number(f"{choice}unit_km")
    )
    utility += number("migration.corridors.chain") * np.log1p(prospects.stock)
    utility += prospects.pull - number(f"{choice}moving_cost")
    return np.where(prospects.known, utility, -np.inf)


def choose(utility: Float, draw: Float) -> Rows:
    """Choose among home (utility zero) and the places by multinomial logit.

    Parameters
    ----------
    utility : ndarray of float64, shape (n, k)
        Over that of home; minus infinity where there is no place.
    draw : ndarray of float64, shape (n,)
        One uniform each.

    Returns
    -------
    ndarray of intp, shape (n,)
        Slot of the place chosen, `HOME` for those who stay.
    """
    odds = np.exp(utility)
    above = np.cumsum(odds, axis=1)
    # Home comes first, so that a draw below its share stays whatever the places are.
    point = draw * (1 + above[:, -1]) - 1
    slot = (above <= point[:, None]).sum(axis=1)
    return np.where(point < 0, HOME, np.minimum(slot, odds.shape[1] - 1))


def return_hazard(
    older: Bool, struck: Bool, child_without_school: Float, parameters: Parameters
) -> Float:
    """Return the yearly chance to go home, shape (n,).

    Parameters
    ----------
    older : ndarray of bool
        Past the age at which migrants begin to go home.
    struck : ndarray of bool
        Lost the job, or somebody of the family is severely ill.
    child_without_school : ndarray of float64
        Share of services closed to newcomers for those with a child of school age, else zero.
    """
    number = parameters.number
    hazard = number("migration.return.base") + number("migration.return.older") * older
    hazard = hazard + number("migration.return.struck") * struck
    hazard = hazard + number("migration.return.school") * child_without_school
    return np.minimum(hazard, 1.0)


def main_earner(household: Int32, rank: NDArray[np.integer]) -> Rows:
    """Return for each household named the position of its highest in rank; ties: the first.

    Parameters
    ----------
    household : ndarray of int32, shape (n,)
        Household of each migrant.
    rank : ndarray of int, shape (n,)
        Rank of each migrant by schooling and work.
    """
    order = np.lexsort((-rank, household))
    first = np.flatnonzero(np.diff(household[order], prepend=-1))
    return order[first]
