"""Counts of persons by county and by yes-or-no features, in one pass over everybody."""

import numpy as np
from numpy.typing import NDArray

from agents.table import Bool, Float, total_by
from policies.base import World


class FeatureTable:
    """Real persons alive by county of residence and by every combination of features.

    Parameters
    ----------
    sim : World
    **features : ndarray of bool, shape (n_persons,)
        What is true of whom, by name; at most eight.
    """

    def __init__(self, sim: World, **features: Bool) -> None:
        self._names = tuple(features)
        breakdown, n, cells = sim.breakdown, sim.counties.n, 1 << len(features)
        code = np.zeros(sim.persons.n, np.uint8)
        for place, mask in enumerate(features.values()):
            code |= mask.view(np.uint8) << np.uint8(place)
        cell = breakdown.county * cells
        cell += code
        self._counts = total_by(cell, breakdown.weight, n * cells).reshape(n, cells)
        self._codes = np.arange(cells)

    def count(self, **wanted: bool) -> Float:
        """Return persons with the wanted features, shape (n_counties,)."""
        chosen: NDArray[np.bool_] = np.ones(len(self._codes), bool)
        for name, value in wanted.items():
            chosen &= (self._codes >> self._names.index(name) & 1) == value
        return self._counts[:, chosen].sum(axis=1)
