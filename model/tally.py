"""Weighted counts of a year: what one pass over the households can tell by county and place."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.households import Households
from agents.persons import Persons
from agents.table import Bool, Float, total_by

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
        self._n = n_counties
        self._households = households
        self._cell = households.county * _PLACES + households.urban
        self.persons: Float = households.weight * households.size
        self.people = self._cells(self._cell, self.persons)
        self.families = self.of_households(households.alive)

    def of_persons(self, mask: Bool) -> Float:
        """Return persons in the households of a mask, shape (n_counties, 2)."""
        rows = np.flatnonzero(mask)
        return self._cells(self._cell[rows], self.persons[rows])

    def of_households(self, mask: Bool) -> Float:
        """Return the households of a mask, shape (n_counties, 2)."""
        rows = np.flatnonzero(mask)
        return self._cells(self._cell[rows], self._households.weight[rows])

    def of_values(self, values: NDArray[Any]) -> Float:
        """Return the weighted sum of a value per household, shape (n_counties, 2)."""
        return self._cells(self._cell, values * self._households.weight)

    def of_shares(self, values: Float) -> Float:
        """Return the sum of a value per person, shape (n_counties, 2)."""
        return self._cells(self._cell, values * self.persons)

    def of_members(self, persons: Persons, mask: Bool) -> Float:
        """Return the persons of a mask over persons, shape (n_counties, 2)."""
        home = persons.household[np.flatnonzero(mask)]
        return self._cells(self._cell[home], self._households.weight[home])

    def _cells(self, cell: NDArray[np.integer], weights: Float) -> Float:
        return total_by(cell, weights, self._n * _PLACES).reshape(self._n, _PLACES)
