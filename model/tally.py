"""Weighted counts of a year: what one pass over the households can tell by county and place."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from agents.households import Households
from agents.table import Bool, Float

_PLACES = 2


class Tally:
    """Sums over households by county and place, weighted to the real population.

    Parameters
    ----------
    households : Households
    n_counties : int

    Attributes
    ----------
    persons : ndarray of float64, shape (n,)
        Real persons that each household stands for.
    people, families : ndarray of float64, shape (n_counties, 2)
        Persons and households by county and place (rural, urban).
    """

    def __init__(self, households: Households, n_counties: int) -> None:
        self._shape = (n_counties, _PLACES)
        cell = households.county * _PLACES + households.urban
        starts = np.arange(households.n + 1, dtype=np.int32)
        # A matrix with a row a cell: its product with a column adds up the column in each cell.
        by_household = (households.weight, cell, starts)
        self._families = csc_array(by_household, (n_counties * _PLACES, households.n)).tocsr()
        self.persons: Float = households.weight * households.size
        rows, bounds = self._families.indices, self._families.indptr
        self._people = csr_array((self.persons[rows], rows, bounds), self._families.shape)
        self.people = self.of_persons(households.alive)
        self.families = self.of_households(households.alive)

    def of_persons(self, mask: Bool) -> Float:
        """Return persons in the households of a mask, shape (n_counties, 2)."""
        return self._cells(self._people, mask)

    def of_households(self, mask: Bool) -> Float:
        """Return the households of a mask, shape (n_counties, 2)."""
        return self._cells(self._families, mask)

    def of_values(self, values: NDArray[Any]) -> Float:
        """Return the weighted sum of a value per household, shape (n_counties, 2)."""
        return self._cells(self._families, values)

    def of_shares(self, values: Float) -> Float:
        """Return the sum of a value per person, shape (n_counties, 2)."""
        return self._cells(self._people, values)

    def _cells(self, weights: csr_array, values: NDArray[Any]) -> Float:
        sums: Float = weights @ values
        return sums.reshape(self._shape)
