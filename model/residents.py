"""Who lives where: people where they live, not where the family does that they belong to.

A worker who is away alone is a member of the family in all that concerns money, and a resident of
the place where he works in all that concerns people.
"""

from typing import TYPE_CHECKING

import numpy as np

from agents.persons import Work
from agents.table import Bool, Float, Int8, Int32, Rows, total_by
from model.tally import Tally

if TYPE_CHECKING:
    from model.simulation import Simulation

_PLACES = ("rural", "urban")
# Official age groups: 0-14, 15-59, 60 and above, 65 and above.
_AGE_BOUNDS = (15, 60, 65)


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
        self._tally, self._persons, self._n = tally, persons, sim.counties.n
        self.away: Rows = np.flatnonzero(persons.away & persons.alive)
        self.home: Int32 = persons.household[self.away]
        self.county = sim.township_county[persons.township[self.away]]
        self.weight = households.weight[self.home]
        n_places = len(_PLACES)
        self._here = self.county * n_places + persons.urban[self.away]
        self._left = households.county[self.home] * n_places + households.urban[self.home]
        self.people = tally.people + self._moved(np.ones(len(self.away)))

    def of_members(self, mask: Bool) -> Float:
        """Return residents of a mask over persons, shape (n_counties, 2)."""
        counted = self._tally.of_members(self._persons, mask)
        return counted + self._moved(mask[self.away])

    def of_away(self, chosen: Bool) -> Float:
        """Return those away (`chosen` of them) where they live, shape (n_counties, 2)."""
        return self._cells(self._here, self.weight * chosen)

    def _moved(self, share: Float | Bool) -> Float:
        weights = self.weight * share
        moved: Float = self._cells(self._here, weights) - self._cells(self._left, weights)
        return moved

    def _cells(self, cell: Int32, weights: Float) -> Float:
        n_places = len(_PLACES)
        return total_by(cell, weights, self._n * n_places).reshape(self._n, n_places)


def record_people(sim: "Simulation", tally: Tally, residents: Residents) -> None:
    """Record residents, their ages and hukou, vital events and migrants."""
    people = residents.people
    for column, place in enumerate(_PLACES):
        sim.record.add("population", people[:, column], group=place)
        families = tally.families[:, column]
        sim.record.add("household_size", tally.people[:, column], families, group=place)
    everybody = people.sum(axis=1)
    sim.record.add("urban_share", people[:, 1], everybody)
    registered = residents.of_members(sim.persons.hukou_urban & sim.persons.alive).sum(axis=1)
    sim.record.add("hukou_urban_share", registered, everybody)
    for outcome in ("births", "deaths", "marriages"):
        sim.record.put(sim.year, outcome, np.array([getattr(sim.vital, outcome)]))
    _ages(sim, residents)
    _migrants(sim, tally, residents)


def _ages(sim: "Simulation", residents: Residents) -> None:
    """Shares of the official age groups, and of the laid off in the urban work force."""
    persons = sim.persons
    child, old, aged = _AGE_BOUNDS
    members = {
        "children_share": residents.of_members(persons.alive & (persons.age < child)),
        "elderly_share": residents.of_members(persons.alive & (persons.age >= old)),
        "aged_share": residents.of_members(persons.alive & (persons.age >= aged)),
    }
    dependents = members["children_share"] + members["elderly_share"]
    members["working_age_share"] = residents.people - dependents
    for outcome, count in members.items():
        for column, place in enumerate(_PLACES):
            sim.record.add(outcome, count[:, column], residents.people[:, column], group=place)
    at_work, lost = workers(sim, residents)
    sim.record.add("laid_off_share", lost, at_work[:, 1] + lost, group="urban")


def workers(sim: "Simulation", residents: Residents) -> tuple[Float, Float]:
    """Return residents at work, (n_counties, 2), and urban unemployed, (n_counties,)."""
    persons = sim.persons
    at_work = residents.of_members(persons.alive & _at_work(persons.work))
    lost = residents.of_members(persons.alive & (persons.work == Work.UNEMPLOYED))[:, 1]
    return at_work, lost


def _migrants(sim: "Simulation", tally: Tally, residents: Residents) -> None:
    """Record migrant workers, those between provinces, the separated, and who is left behind.

    Outgoing: workers of rural hukou employed outside their home township; all: also those
    employed off the farm inside it (National Bureau of Statistics).
    """
    persons, households = sim.persons, sim.households
    works = _at_work(persons.work[residents.away]) & ~persons.hukou_urban[residents.away]
    alone = residents.of_away(works).sum(axis=1)
    moved = ~households.hukou_urban & (households.township != households.hukou_township)
    absent = np.bincount(residents.home, minlength=households.n)
    with_family = tally.of_values(moved * np.maximum(households.workers - absent, 0)).sum(axis=1)
    outgoing = alone + with_family
    off_farm = persons.alive & ~persons.hukou_urban & ~persons.away
    off_farm &= (persons.work == Work.OFF_FARM) | _in_town(persons.work)
    local = np.bincount(persons.household[np.flatnonzero(off_farm)], minlength=households.n)
    inside = tally.of_values(local * ~moved).sum(axis=1)
    sim.record.add("migrants", outgoing, group="migrant_outgoing")
    sim.record.add("migrants", outgoing + inside, group="migrant_all")
    sim.record.add("migrants", outgoing + inside)
    province = sim.counties.province
    far = works & (province[residents.county] != households.province[residents.home])
    home_province = province[households.hukou_county]
    far_families = moved & (households.province != home_province)
    between = residents.of_away(far).sum(axis=1) + tally.of_values(
        far_families * np.maximum(households.workers - absent, 0)
    ).sum(axis=1)
    sim.record.add("migrants_interprovincial_share", between, outgoing)
    _separated(sim, tally, residents, absent)


def _separated(sim: "Simulation", tally: Tally, residents: Residents, absent: Rows) -> None:
    """Residents registered in another county-level unit; children and elders left behind."""
    persons, households = sim.persons, sim.households
    apart = residents.county != households.hukou_county[residents.home]
    alone = residents.of_away(apart).sum(axis=1)
    elsewhere = households.alive & (households.county != households.hukou_county)
    families = tally.of_values(elsewhere * (households.size - absent)).sum(axis=1)
    sim.record.add("separated_share", alone + families, residents.people.sum(axis=1))
    left = (absent > 0)[persons.household] & persons.alive & ~persons.away & ~persons.urban
    child, old, _ = _AGE_BOUNDS
    for group, ages in (("children", persons.age < child), ("elderly", persons.age >= old)):
        of_age = persons.alive & ~persons.urban & ages
        count = tally.of_members(persons, left & ages).sum(axis=1)
        base = tally.of_members(persons, of_age).sum(axis=1)
        sim.record.add("left_behind_share", count, base, group=group)


def _at_work(work: Int8) -> Bool:
    at_work: Bool = (work >= Work.FARM) & (work <= Work.INFORMAL)
    return at_work


def _in_town(work: Int8) -> Bool:
    in_town: Bool = (work == Work.FORMAL) | (work == Work.INFORMAL)
    return in_town
