"""How people marry, stay with parents or leave them, and part households (fenjia, 分家).

Pure functions on plain arrays: whoever decides is given by age, place and a draw of his or her own,
so that nobody's chance depends on who else exists. Only who marries whom depends on who is there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from agents.protocols import Parameters
from agents.table import Bool, Float, Rows

# Groups of the fertility schedule: the first age and their width.
_FIRST_AGE, _GROUP_WIDTH = 15, 5
_HALF = 0.5
# Above every age and every ratio that is ranked; a power of two, so that dividing by it is exact.
_BOUND = 256.0

_Ages = NDArray[np.integer]
_Cells = NDArray[np.integer]


@dataclass(frozen=True)
class MarriageAges:
    """The ages at which one sex marries.

    Attributes
    ----------
    mean, sd : float
        Of the normal distribution of the age at marriage, years.
    legal : int
        Lowest age of marriage; those who would marry earlier marry then.
    last : int
        Age from which nobody marries.
    """

    mean: float
    sd: float
    legal: int
    last: int

    def unmarried_share(self, age: _Ages) -> Float:
        """Return the share of a cohort that has not married before an exact age."""
        share: Float = ndtr((self.mean - age) / self.sd)
        return np.where(age > self.legal, share, 1.0)

    def hazards(self, oldest: int) -> Float:
        """Return the chance to marry in the year after each birthday, shape (oldest + 1,)."""
        age = np.arange(oldest + 1)
        before = np.maximum(self.unmarried_share(age), np.finfo(float).tiny)
        hazard = 1 - self.unmarried_share(age + 1) / before
        return np.where((age >= self.legal) & (age < self.last), hazard, 0.0)


def marriage_ages(parameters: Parameters, female: bool) -> MarriageAges:
    """Return the ages at which women or men marry in a year, from ``demography.family``."""
    number = parameters.number
    gap = number("demography.family.marriage_age_gap") if female else 0
    sex = "female" if female else "male"
    return MarriageAges(
        number("demography.family.marriage_age_male") - gap,
        number("demography.family.marriage_age_sd"),
        int(number(f"demography.family.legal_age_{sex}")),
        int(number("demography.family.last_age")),
    )


def find_couples(
    men: tuple[_Cells, Float, Float], women: tuple[_Cells, Float, Float]
) -> tuple[Rows, Rows]:
    """Match men and women of the same cell, as many as the smaller side has.

    Parameters
    ----------
    men, women : tuple of ndarray, each of shape (n,)
        The cell one marries in (county and kind of place); how soon one is asked, the lowest
        first; and what decides who of those asked suits whom (age): k-th man to k-th woman.

    Returns
    -------
    men, women : ndarray of intp, shape (couples,)
        Positions in the arrays given. The others wait.
    """
    n_cells = 1 + max((int(side[0].max(initial=-1)) for side in (men, women)), default=-1)
    counts = [np.bincount(side[0], minlength=n_cells) for side in (men, women)]
    couples = np.minimum(*counts)
    chosen_men, chosen_women = (_chosen(side, couples) for side in (men, women))
    return chosen_men, chosen_women


def stays_with_parents(lives_with_mother: Bool, draw: Float, share: Float) -> Bool:
    """Return which couples live where he lived; a man without his mother at home brings her there.

    Parameters
    ----------
    lives_with_mother : ndarray of bool, shape (n,)
        The husband lives in his mother's household.
    draw : ndarray of float64, shape (n,)
    share : ndarray of float64, shape (n,)
        Couples that start with his parents.
    """
    stays: Bool = ~lives_with_mother | (draw < share)
    return stays


def splitting_rate(
    urban: Bool, husband_age: _Ages, mother_age: _Ages, parameters: Parameters
) -> Float:
    """Return the chance that a couple leaves his mother's household this year, shape (n,)."""
    number = parameters.number
    rates = [number(f"demography.family.split_rate_{place}") for place in ("rural", "urban")]
    rate = np.array(rates)[urban.astype(np.intp)]
    cares = mother_age >= number("demography.family.elder_age")
    rate *= np.where(cares, number("demography.family.elder_factor"), 1.0)
    young = husband_age <= number("demography.family.oldest_to_split")
    return np.where(young, rate, 0.0)


def birth_rates(parameters: Parameters, oldest: int) -> Float:
    """Return the chance of a married woman to give birth in the year she completes an age.

    Parameters
    ----------
    parameters
        Of the year; reads ``demography.fertility``.
    oldest : int

    Returns
    -------
    ndarray of float64, shape (2, oldest + 1)
        By place (urban: 1) and age: the fertility of all women over the share that is married by
        the law of the age at marriage, so that it depends on nobody who exists.
    """
    number = parameters.number
    ages = marriage_ages(parameters, female=True)
    age = np.arange(oldest + 1)
    rates = parameters.schedule("demography.fertility.age_schedule")
    centre = _FIRST_AGE + _GROUP_WIDTH * (np.arange(len(rates)) + _HALF)
    pattern = np.interp(age, [*centre, centre[-1] + _GROUP_WIDTH * _HALF], [*rates, 0])
    pattern = np.where(age > ages.legal, pattern, 0)
    pattern /= pattern.sum()
    rural_ratio = number("demography.fertility.rural_ratio")
    urban_share = number("demography.mortality.reference_urban_share")
    total = number("demography.fertility.total_rate") * number("demography.fertility.births_factor")
    urban = total / (urban_share + (1 - urban_share) * rural_ratio)
    married = 1 - ages.unmarried_share(age)
    per_child = pattern / np.maximum(married, np.finfo(float).tiny)
    births = np.array([urban * rural_ratio, urban])[:, None] * per_child
    return np.minimum(births, number("demography.fertility.highest_rate"))


def _chosen(side: tuple[_Cells, Float, Float], couples: NDArray[np.intp]) -> Rows:
    """Return those asked first in each cell, ordered by cell and suitability."""
    cell, soon, suits = side
    order = _by_cell(cell, soon)
    size = np.bincount(cell, minlength=len(couples))
    sorted_cell = cell[order]
    rank = np.arange(len(order)) - (np.cumsum(size) - size)[sorted_cell]
    asked = order[rank < couples[sorted_cell]]
    return asked[_by_cell(cell[asked], suits[asked])]


def _by_cell(cell: _Cells, value: Float) -> Rows:
    """Return the order by cell, then by value (from 0 to below the bound), in one sort."""
    return np.argsort(cell + value / _BOUND, kind="stable")
