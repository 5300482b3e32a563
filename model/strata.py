"""Strata: groups of counties whose households are drawn and weighted apart.

A stratum is what is left of a province, or the counties of a province that the scenario includes.
The latter stand for themselves and so have many households of little weight; both together are the
province of the official figures.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.table import Float, Int64, total_by
from model.geography import Geography
from model.sampling import Places

_HALF = 0.5


@dataclass(frozen=True, eq=False)
class Strata:
    """The strata of a world: first the 31 provinces, then included parts of some of them.

    Attributes
    ----------
    of_county : ndarray of int64, shape (c,)
        Stratum of each county of the sample.
    n_provinces : int
    parent : ndarray of int64, shape (k,)
        Province of each included part.
    """

    of_county: Int64
    n_provinces: int
    parent: Int64

    @property
    def n(self) -> int:
        """The number of strata."""
        return self.n_provinces + len(self.parent)

    def split(self, whole: Float, parts: Float) -> Float:
        """Return values by stratum from those of provinces, (31, ...), and of parts, (k, ...)."""
        rest = whole.copy()
        np.subtract.at(rest, self.parent, parts)
        return np.concatenate([np.maximum(rest, 0), parts])

    def totals(self, places: Places, values: Float) -> Float:
        """Return sums of real townships by stratum from values by sampled township, (s,)."""
        stratum = self.of_county[places.township_place_county]
        return total_by(stratum, places.township_weight * values, self.n)

    def shares(self, places: Places) -> Float:
        """Return the share of each included part in the people of its province, shape (k,)."""
        size = self.totals(places, places.township_size)
        part = size[self.n_provinces :]
        # Provinces have one part each.
        shares: Float = part / (size[self.parent] + part)
        return shares


def make_strata(geography: Geography, places: Places) -> Strata:
    """Return the strata of a sample."""
    province = geography.county_province[places.county_rows].astype(np.int64)
    n_provinces = len(geography.province_code)
    parent, part = np.unique(province[places.county_included], return_inverse=True)
    of_county = province.copy()
    of_county[places.county_included] = n_provinces + part
    return Strata(of_county, n_provinces, parent)


def households_per_township(
    n: int, fewest: int, population: Float, strata: Strata, places: Places
) -> NDArray[np.int32]:
    """Share households out to the townships of the sample.

    Included counties have as many households each, on average, as the counties of the world; among
    those of one province they go by size. The others go to provinces by population and evenly to
    their townships, which were drawn by size.

    Parameters
    ----------
    n : int
        Households, about.
    fewest : int
        Households of a township at least.
    population : ndarray of float64, shape (31,)
    strata : Strata
    places : Places

    Returns
    -------
    ndarray of int32, shape (t,)
    """
    stratum = strata.of_county[places.township_place_county]
    included = stratum >= strata.n_provinces
    wanted = n / len(places.county_rows) * np.bincount(strata.of_county, minlength=strata.n)
    left = n - wanted[strata.n_provinces :].sum()
    people = strata.split(population, strata.shares(places) * population[strata.parent])
    size = places.township_weight * places.township_size
    per_person = wanted / np.maximum(strata.totals(places, places.township_size), 1)
    number = np.empty(len(stratum))
    number[~included] = _evenly(left, stratum[~included], people[: strata.n_provinces])
    number[included] = _rounded((per_person[stratum] * size)[included])
    return np.maximum(number, fewest).astype(np.int32)


def _evenly(n: float, province: Int64, population: Float) -> Float:
    townships = np.bincount(province, minlength=len(population))
    ideal = n * population / population.sum() / np.maximum(townships, 1)
    # Each township rounds by its place in the province, so that the province's total is right.
    position = np.arange(len(province)) - np.searchsorted(province, province)
    upper = np.floor(ideal[province] * (position + 1) + _HALF)
    lower = np.floor(ideal[province] * position + _HALF)
    return upper - lower


def _rounded(shares: Float) -> Float:
    """Round shares of a whole so that the whole stays."""
    return np.diff(np.floor(np.cumsum(shares) + _HALF), prepend=0)
