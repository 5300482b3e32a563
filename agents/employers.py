"""What employers do: which schemes they offer, and what pay they declare (rule d.3).

Firms are no agents of their own: an employer is what the workers of one job cell of a township
share, and it decides once for all schemes (a bundle). Pure functions on plain arrays of `n`
workers; the five schemes are those of `agents.enrolment`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from agents.enrolment import Bits, Terms
from agents.protocols import Chance, Parameters
from agents.table import Bool, Float, Key

_SECTORS = 2
# Bits by which job cells of a township differ in their key.
_CELL_BITS = 40


@dataclass(frozen=True)
class JobCells:
    """Every employer of a country: job cells of townships, by sector, as drawn once for ever.

    Attributes
    ----------
    cells : float
        Job cells of a township in each sector.
    offer, declare : ndarray of float64, shape (n_townships x 2 x cells,)
        Log odds of lasting draws: how ready it is to insure, and to declare true pay. One draw for
        all schemes, so that a bundle always contains the smaller bundles.
    size : ndarray of float64, same shape
        Log size in standard deviations.
    """

    cells: float
    offer: Float
    declare: Float
    size: Float

    def of_workers(
        self, township: NDArray[np.integer], worker_key: Key, state: Bool, chance: Chance
    ) -> NDArray[np.intp]:
        """Return the row of each worker's employer: a cell of his township and sector, for life.

        The cell is a lasting draw of the worker; who moves to another township gets another
        employer.
        """
        cell = (chance("persons.job_cell").uniform(worker_key) * self.cells).astype(np.intp)
        return township * _per_township(self.cells) + cell * _SECTORS + state


def draw_employers(township_key: Key, cells: float, chance: Chance) -> JobCells:
    """Draw what every employer is like; a lasting draw of township, sector and cell."""
    number = np.arange(1, _per_township(cells) + 1, dtype=np.uint64) << np.uint64(_CELL_BITS)
    key = (township_key[:, None] ^ number).ravel()
    return JobCells(
        cells,
        logit(chance("employers.offer").uniform(key)),
        logit(chance("employers.declare").uniform(key)),
        chance("employers.size").normal(key),
    )


def _per_township(cells: float) -> int:
    return _SECTORS * int(np.ceil(cells))


@dataclass(frozen=True)
class Employers:
    """The employer of each worker, shape (n,) each.

    Attributes
    ----------
    offer, declare, size : ndarray of float64
        See `JobCells`.
    state : ndarray of bool
        Belongs to the state.
    effort : ndarray of float64
        Enforcement effort of the place, in [0, 1].
    """

    offer: Float
    declare: Float
    size: Float
    state: Bool
    effort: Float


def base_due(wage: Float, floor: Float, ceiling: Float) -> Float:
    """Return the base of contributions by law: wages within floor and ceiling, (n,) (d.2)."""
    return np.clip(wage, floor, np.maximum(ceiling, floor))


def offers(
    employers: Employers,
    terms: Terms,
    base_ratio: Float,
    migrant: Bool,
    parameters: Parameters,
) -> Bits:
    """Return which schemes each employer offers, as bits, shape (n,) (d.3).

    Log odds = e0 + e1 size + e2 state + e3 effort x audit x fine + law - e4 rate (1 - pass) base/w
    - e5 if the worker is a migrant.

    Parameters
    ----------
    employers : Employers
    terms : Terms
    base_ratio : ndarray of float64, shape (n,)
        Contribution base over wage: above one for low pay, so that low pay is dear to insure.
    migrant : ndarray of bool, shape (n,)
    """
    place = "worker_insurance.employers."
    number = parameters.number
    odds = number(f"{place}size") * employers.size
    odds += number(f"{place}state") * employers.state
    odds += pressure(employers.effort, parameters)
    if parameters.flag(f"{place}contract_law"):
        odds += number(f"{place}contract_law_effect")
    odds -= number(f"{place}migrant") * migrant
    left = (1 - number(f"{place}pass_through")) * base_ratio
    cost = number(f"{place}cost") * terms.employer
    offered = np.zeros(len(left), np.uint8)
    for scheme, ready in enumerate(parameters.schedule(f"{place}readiness")):
        likely = ready + odds - cost[:, scheme].take(terms.place) * left
        offered |= (employers.offer < likely).view(np.uint8) << scheme
    return offered & terms.open


def pressure(effort: Float, parameters: Parameters) -> Float:
    """Return e3 x effort x audit x fine, the log odds that inspection adds, shape (n,)."""
    place = "worker_insurance.employers."
    expected = parameters.number(f"{place}audit") * parameters.number(f"{place}fine")
    return parameters.number(f"{place}enforcement") * expected * effort


def declares_floor(
    employers: Employers, rate: Float, wage: Float, due: Float, floor: Float, parameters: Parameters
) -> Bool:
    """Return which employers declare the floor instead of the base due, shape (n,) (d.3).

    Log odds = d0 + e4 rate (due - floor) / w - e3 effort x audit x fine, where the base due is
    above the floor. Source of the practice: survey of 51shebao 2015.
    """
    place = "worker_insurance.employers."
    saved = rate * (due - floor) / np.maximum(wage, np.finfo(np.float32).tiny)
    odds = parameters.number(f"{place}declare_floor") + parameters.number(f"{place}cost") * saved
    odds -= pressure(employers.effort, parameters)
    return (due > floor) & (employers.declare < odds)
