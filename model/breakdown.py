"""Coverage by hukou group and by income decile, beside the places for which it is given as well.

Deciles are tenths of all residents of the country by income per head after public transfers, the
same that `income_mean` is given for; everybody belongs to that of the family. They are recorded
for the nation, regions and provinces: a county of the sample is too small for them.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.table import Bool, Float, Int8, Rows, total_by
from policies.base import DECILES, HUKOU_GROUPS

if TYPE_CHECKING:
    from model.simulation import Simulation

_Integers = NDArray[np.integer[Any]]


class Breakdown:
    """Cells of county, hukou and decile, in which persons or households are counted.

    Parameters
    ----------
    sim : Simulation
    decile : ndarray of int8, shape (n_households,)
        From 0 (the poorest tenth) to 9.

    Attributes
    ----------
    n : int
        Number of cells.
    """

    def __init__(self, sim: "Simulation", decile: Int8) -> None:
        self._sim, self._decile = sim, decile
        self._shape = (sim.counties.n, len(HUKOU_GROUPS), len(DECILES))
        self.n = int(np.prod(self._shape))

    @cached_property
    def _everybody(self) -> tuple[Rows, Float]:
        """The cell of each person by place of residence, and for how many each stands."""
        sim, persons = self._sim, self._sim.persons
        weight = sim.households.weight[persons.household] * persons.alive
        return self.of_persons(np.arange(persons.n)), weight

    def count(self, code: _Integers, n_codes: int) -> Float:
        """Return real persons by cell and by `code`, one for each person, shape (n, n_codes)."""
        cell, weight = self._everybody
        return total_by(cell * n_codes + code, weight, self.n * n_codes).reshape(-1, n_codes)

    def of_persons(self, rows: Rows) -> Rows:
        """Return the cells of `rows` of persons by place of residence."""
        sim, persons = self._sim, self._sim.persons
        county = sim.township_county[persons.township[rows]]
        return self._cells(county, persons.hukou_urban[rows], persons.household[rows])

    def of_households(self, rows: Rows, county: _Integers | None = None) -> Rows:
        """Return the cells of `rows` of households, by home or by the `county` given for each."""
        households = self._sim.households
        here: _Integers = households.county[rows] if county is None else county
        return self._cells(here, households.hukou_urban[rows], rows)

    def _cells(self, county: _Integers, hukou_urban: Bool, household: _Integers) -> Rows:
        cell: Rows = county * np.intp(len(HUKOU_GROUPS)) + hukou_urban
        cell *= len(DECILES)
        cell += self._decile[household]
        return cell

    def record(self, outcome: str, scheme: str, above: Float, below: Float) -> None:
        """Record shares by hukou group and by decile; sums by cell, shape (n,) each."""
        above, below = above.reshape(self._shape), below.reshape(self._shape)
        for place, name in enumerate(HUKOU_GROUPS):
            part, whole = (values[:, place].sum(axis=1) for values in (above, below))
            self._sim.record.cut(outcome, part, whole, scheme, name, above_county=False)
        self._deciles(outcome, scheme, "", above.sum(axis=1), below.sum(axis=1))

    def record_deciles(
        self, outcome: str, scheme: str, above: Float, below: Float, place: str = ""
    ) -> None:
        """Record shares by decile of everybody or of a `place`; sums by cell, shape (n,) each."""
        sums = (values.reshape(self._shape).sum(axis=1) for values in (above, below))
        self._deciles(outcome, scheme, f"{place}&" if place else "", *sums)

    def _deciles(self, outcome: str, scheme: str, place: str, above: Float, below: Float) -> None:
        for tenth, name in enumerate(DECILES):
            parts = above[:, tenth], below[:, tenth]
            self._sim.record.cut(outcome, *parts, scheme, f"{place}{name}", above_county=True)
