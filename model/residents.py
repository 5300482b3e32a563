"""Who lives where: people where they live, not where the family does that they belong to.

A worker who is away alone is a member of the family in all that concerns money, and a resident of
the place where he works in all that concerns people.
"""

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from agents.persons import WORK_NAMES, Work
from agents.table import Bool, Float, Int8, Int32, Rows, at, total_by
from model.tally import Tally

if TYPE_CHECKING:
    from model.simulation import Simulation

_PLACES = ("rural", "urban")
# Official age groups: 0-14, 15-59, 60 and above, 65 and above.
_AGE_BOUNDS = (15, 60, 65)
_CHILD, _ADULT, _OLD, _AGED = range(len(_AGE_BOUNDS) + 1)
_WORKING = slice(Work.FARM, Work.INFORMAL + 1)
_OFF_FARM = slice(Work.OFF_FARM, Work.INFORMAL + 1)


class Residents:
    """People by county and place of residence.

    Parameters
    ----------
    sim : Simulation
    tally : Tally
        Counts by the home of the family.

    Attributes
    ----------
    away : ndarray of intp, shape (a,)
        Rows of persons who live apart from their family.
    people : ndarray of float64, shape (n_counties, 2)
        Residents by county and place (rural, urban).
    """

    def __init__(self, sim: "Simulation", tally: Tally) -> None:
        persons, households = sim.persons, sim.households
        self._persons, self._households, self._n = persons, households, sim.counties.n
        self.away: Rows = np.flatnonzero(persons.away & persons.alive)
        self.home: Int32 = persons.household[self.away]
        self.county = sim.township_county[persons.township[self.away]]
        self.weight = households.weight[self.home]
        n_places = len(_PLACES)
        self._here = self.county * n_places + persons.urban[self.away]
        self._left = households.county[self.home] * n_places + households.urban[self.home]
        self.people = tally.people + self._moved()

    @cached_property
    def every_weight(self) -> Float:
        """Real persons that everybody stands for, nobody where dead, shape (n_persons,)."""
        weight = at(self._households.weight, self._home)
        weight *= self._persons.alive
        return weight

    @cached_property
    def _home(self) -> Rows:
        """Household of everybody as numpy looks rows up, shape (n_persons,)."""
        return self._persons.household.astype(np.intp)

    @cached_property
    def absent(self) -> Rows:
        """Members of each household who are away, shape (n_households,)."""
        return np.bincount(self.home, minlength=self._households.n)

    @cached_property
    def moved(self) -> Bool:
        """Households of rural hukou that live outside their home township, (n_households,)."""
        households = self._households
        return ~households.hukou_urban & (households.township != households.hukou_township)

    @cached_property
    def by_age(self) -> Float:
        """Residents by county, place, whether a member of the family is away, and age group.

        Shape (n_counties, 2, 2, 4); those away count as such themselves.
        """
        return self._table.sum(axis=(4, 5, 6))

    @cached_property
    def by_work(self) -> Float:
        """Residents by county, place, whether they stay at home, hukou (rural, urban) and `Work`.

        Shape (n_counties, 2, 2, 2, 7); not at home are those away and the families that moved.
        """
        return self._table.sum(axis=(2, 3))

    def workers(self) -> tuple[Float, Float]:
        """Return residents at work, (n_counties, 2), and urban unemployed, (n_counties,)."""
        work = self.by_work.sum(axis=(2, 3))
        return work[:, :, _WORKING].sum(axis=2), work[:, 1, Work.UNEMPLOYED]

    def of_away(self, chosen: Bool) -> Float:
        """Return those away (`chosen` of them) where they live, shape (n_counties, 2)."""
        return self._cells(self._here, self.weight * chosen)

    def _moved(self) -> Float:
        """Return what those away add where they live, less where their family lives."""
        return self._cells(self._here, self.weight) - self._cells(self._left, self.weight)

    def _cells(self, cell: Int32, weights: Float) -> Float:
        n_places = len(_PLACES)
        return total_by(cell, weights, self._n * n_places).reshape(self._n, n_places)

    @cached_property
    def _table(self) -> Float:
        """The living where they live, by all that is asked of them, counted in one pass.

        Shape (n_counties, 2, 2, 4, 2, 2, 7): see `by_age` and `by_work` for the meaning of axes.
        """
        persons, households, home = self._persons, self._households, self._home
        n_places = len(_PLACES)
        shape = (2, len(_AGE_BOUNDS) + 1, 2, 2, len(WORK_NAMES))
        group = at((self.absent > 0).astype(np.uint8) * np.uint8(shape[1]), home)
        for bound in _AGE_BOUNDS:
            group += persons.age >= bound
        stays = at(~self.moved, home) & ~persons.away
        for size, values in zip(shape[2:], (stays, persons.hukou_urban, persons.work), strict=True):
            group *= np.uint8(size)
            group += values.view(np.uint8)
        n_groups = math.prod(shape)
        place = households.county * np.intp(n_places) + households.urban
        cell = at(place * n_groups, home)
        cell[self.away] = self._here * n_groups
        cell += group
        sums = total_by(cell, self.every_weight, self._n * n_places * n_groups)
        return sums.reshape(self._n, n_places, *shape)


def record_people(sim: "Simulation", tally: Tally, residents: Residents) -> None:
    """Record residents, their ages and hukou, vital events and migrants."""
    people = residents.people
    for column, place in enumerate(_PLACES):
        sim.record.add("population", people[:, column], group=place)
        families = tally.families[:, column]
        sim.record.add("household_size", tally.people[:, column], families, group=place)
    everybody = people.sum(axis=1)
    sim.record.add("urban_share", people[:, 1], everybody)
    registered = residents.by_work[:, :, :, 1].sum(axis=(1, 2, 3))
    sim.record.add("hukou_urban_share", registered, everybody)
    for outcome in ("births", "deaths", "marriages"):
        sim.record.put(sim.year, outcome, np.array([getattr(sim.vital, outcome)]))
    _ages(sim, residents)
    _migrants(sim, tally, residents)


def _ages(sim: "Simulation", residents: Residents) -> None:
    """Shares of the official age groups, and of the laid off in the urban work force."""
    ages = residents.by_age.sum(axis=2)
    members = {
        "children_share": ages[:, :, _CHILD],
        "elderly_share": ages[:, :, _OLD:].sum(axis=2),
        "aged_share": ages[:, :, _AGED],
        "working_age_share": ages[:, :, _ADULT],
    }
    # The sum of the same counts, so that no share exceeds one by rounding.
    people = ages.sum(axis=2)
    for outcome, count in members.items():
        for column, place in enumerate(_PLACES):
            sim.record.add(outcome, count[:, column], people[:, column], group=place)
    at_work, lost = residents.workers()
    sim.record.add("laid_off_share", lost, at_work[:, 1] + lost, group="urban")


def _migrants(sim: "Simulation", tally: Tally, residents: Residents) -> None:
    """Record migrant workers, those between provinces, the separated, and who is left behind.

    Outgoing: workers of rural hukou employed outside their home township; all: also those
    employed off the farm inside it (National Bureau of Statistics).
    """
    persons, households = sim.persons, sim.households
    works = _at_work(persons.work[residents.away]) & ~persons.hukou_urban[residents.away]
    alone = residents.of_away(works).sum(axis=1)
    employed = residents.moved * np.maximum(households.workers - residents.absent, 0)
    outgoing = alone + tally.of_values(employed).sum(axis=1)
    inside = residents.by_work[:, :, 1, 0, _OFF_FARM].sum(axis=(1, 2))
    sim.record.add("migrants", outgoing, group="migrant_outgoing")
    sim.record.add("migrants", outgoing + inside, group="migrant_all")
    sim.record.add("migrants", outgoing + inside)
    province = sim.counties.province
    registered = province[households.hukou_county]
    far = works & (province[residents.county] != registered[residents.home])
    far_families = households.province != registered
    between = residents.of_away(far) + tally.of_values(employed * far_families)
    sim.record.add("migrants_interprovincial_share", between.sum(axis=1), outgoing)
    _separated(sim, tally, residents)


def _separated(sim: "Simulation", tally: Tally, residents: Residents) -> None:
    """Residents registered in another county-level unit; children and elders left behind."""
    households = sim.households
    apart = residents.county != households.hukou_county[residents.home]
    elsewhere = households.alive & (households.county != households.hukou_county)
    families = tally.of_values(elsewhere * (households.size - residents.absent))
    separated = (residents.of_away(apart) + families).sum(axis=1)
    sim.record.add("separated_share", separated, residents.people.sum(axis=1))
    rural = residents.by_age[:, 0]
    for group, ages in (("children", slice(_CHILD, _ADULT)), ("elderly", slice(_OLD, None))):
        by_absence = rural[:, :, ages].sum(axis=2)
        sim.record.add("left_behind_share", by_absence[:, 1], by_absence.sum(axis=1), group=group)


def _at_work(work: Int8) -> Bool:
    at_work: Bool = (work >= Work.FARM) & (work <= Work.INFORMAL)
    return at_work
