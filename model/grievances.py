"""Who has a grievance, how large, and whom it is addressed to (rule j.1).

Looked at are only those who may have one: refused applicants for dibao, the poor of counties that
do not have it, workers whose employer owes premiums, registered residents of crowded cities, and
who lost work. A grievance is counted in dibao lines a head at the place that pays the household's
dibao.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.claims import (
    ABSENT,
    ASSISTANCE,
    GROUNDS,
    OVERLOAD,
    PREMIUMS,
    WORK,
    assistance_grievance,
    work_grievance,
)
from agents.persons import Work
from agents.service_effects import gives_counsel, knows_rights
from agents.table import Bool, Float, Int8, Int32, Rows, at, total_by
from policies.participation import by_rung, with_capacity
from policies.registration import ClaimPlaces, claim_lines
from policies.worker_columns import county_of

if TYPE_CHECKING:
    from model.simulation import Simulation

# Rural and urban registration: neighbours compare themselves within a scheme.
_SCHEMES = 2


@dataclass(frozen=True)
class Grievances:
    """Households with a grievance, shape (k,) each.

    Attributes
    ----------
    rows : ndarray of intp
        Rows of households, each once.
    ground : ndarray of int8
        The largest part of the grievance, which the claim is about (`agents.claims.GROUNDS`).
    size : ndarray of float64
        All parts together, in dibao lines a head.
    line : ndarray of float64
        Dibao line where the household claims assistance, yuan/person/year.
    county : ndarray of int32
        The county asked: of registration for assistance, of work for premiums, else of the home.
    workers : ndarray of intp, shape (w,)
        Persons who know of premiums that their employer owes.
    """

    rows: Rows
    ground: Int8
    size: Float
    line: Float
    county: Int32
    workers: Rows

    @classmethod
    def none(cls) -> "Grievances":
        """Return what there is where nobody claims."""
        nobody, nothing = np.zeros(0, np.intp), np.zeros(0)
        county = nobody.astype(np.int32)
        return cls(nobody, nobody.astype(np.int8), nothing, nothing, county, nobody)


def find_grievances(sim: "Simulation", places: ClaimPlaces) -> Grievances:
    """Return who has a grievance after the year's assistance, premiums and services."""
    households, persons = sim.households, sim.persons
    workers = _unpaid(sim)
    home = at(persons.household, workers).astype(np.intp)
    felt = (
        (ASSISTANCE, *_refused(sim, places)),
        (ABSENT, *_without_scheme(sim, places, "rural")),
        (ABSENT, *_without_scheme(sim, places, "urban")),
        (OVERLOAD, *_overloaded(sim)),
        (WORK, *_laid_off(sim, places)),
    )
    rows, place = _gathered(households.n, [home, *(one[1] for one in felt)])
    line = claim_lines(sim, rows, places)
    parts: Float = np.zeros((len(GROUNDS), len(rows)))
    for about, chosen, size in felt:
        parts[about, place[chosen]] = size
    yuan = sim.parameters.number("claims.rules.premiums_felt") * at(
        persons["unpaid_premiums"], workers
    )
    owed = total_by(place[home], yuan, len(rows))
    parts[PREMIUMS] = owed / np.maximum(line * at(households.size, rows), 1)
    ground = _largest(parts)
    asked = np.where(ground <= ABSENT, at(places.county, rows), at(households.county, rows))
    # Where several work, the last one says where.
    of_work = np.flatnonzero(ground[place[home]] == PREMIUMS)
    asked[place[home[of_work]]] = county_of(sim, workers[of_work])
    return Grievances(rows, ground, parts.sum(axis=0), line, asked, workers)


def _largest(parts: Float) -> Int8:
    """Return the row of the largest part in each column; several times as fast as argmax."""
    ground, largest = np.zeros(parts.shape[1], np.int8), parts[0].copy()
    for row in range(1, len(parts)):
        ground[parts[row] > largest] = row
        np.maximum(largest, parts[row], out=largest)
    return ground


def _gathered(n: int, groups: list[Rows]) -> tuple[Rows, Rows]:
    """Return all rows of some groups, in order, and the place of each row of the table among them.

    Where a row of the table is in no group its place means nothing.
    """
    found = np.zeros(n, bool)
    for rows in groups:
        found[rows] = True
    rows = np.flatnonzero(found)
    place = np.zeros(n, np.intp)
    place[rows] = np.arange(len(rows))
    return rows, place


def _refused(sim: "Simulation", places: ClaimPlaces) -> tuple[Rows, Float]:
    """Return refused applicants with a grievance, and how large it is, lines a head.

    Who is on the roll is served: how much is paid is the rule of the place. Where members claim
    alone, the others are refused. The extremely poor have support of their own.
    """
    households = sim.households
    on_roll = households["dibao_persons"]
    refused = households["applies_for_dibao"] & (on_roll < households.size)
    rows = np.flatnonzero(refused & ~households["receives_tekun"])
    size, served = np.maximum(at(households.size, rows), 1), at(on_roll, rows)
    income, line = at(households.expected_income, rows) / size, claim_lines(sim, rows, places)
    gap = np.maximum(1 - income / np.maximum(line, 1), 0) * (1 - served / size)
    unfair = (served == 0) & _has_served_neighbour(sim, rows, income, places)
    felt = np.flatnonzero((gap > 0) | unfair)
    rows, gap, unfair = rows[felt], gap[felt], unfair[felt]
    known = at(by_rung(sim, "known"), at(places.county, rows))
    return rows, assistance_grievance(gap, unfair, known, sim.parameters)


def _without_scheme(sim: "Simulation", places: ClaimPlaces, place: str) -> tuple[Rows, Float]:
    """Return the poor of counties without a dibao scheme who heard of it elsewhere, and their gap.

    The gap is counted against the line that the county would have. More of them have heard of it,
    the more counties of their province have it.
    """
    households, counties = sim.households, sim.counties
    has = sim.adoptions.in_force(f"{place}_dibao")
    n = int(counties.province.max()) + 1
    with_it = total_by(counties.province, counties.weight * has, n)
    share = with_it / np.maximum(total_by(counties.province, counties.weight, n), 1)
    asked = ~has & (share > 0)[counties.province]
    if not asked.any():
        return np.zeros(0, np.intp), np.zeros(0)
    rows = np.flatnonzero(asked[places.county] & (places.urban == (place == "urban")))
    rows = rows[households.alive[rows]]
    income = households.expected_income[rows] / np.maximum(households.size[rows], 1)
    gap = 1 - income / np.maximum(claim_lines(sim, rows, places), 1)
    rows, gap = rows[gap > 0], gap[gap > 0]
    hears = with_capacity(sim, sim.parameters.number("claims.rules.heard_elsewhere"))
    heard = sim.lasting_chance(f"households.hear_of_{place}_dibao_elsewhere").happens(
        households.key[rows], (hears * share[counties.province])[places.county[rows]]
    )
    return rows[heard], gap[heard]


def _has_served_neighbour(
    sim: "Simulation", rows: Rows, income: Float, places: ClaimPlaces
) -> Bool:
    """Return who of `rows` has a neighbour, no poorer than he, on the roll of the same scheme."""
    households, n = sim.households, len(sim.township_county)
    served = np.flatnonzero(households["receives_dibao"])

    def cell(chosen: Rows) -> Rows:
        return at(places.township, chosen).astype(np.intp) * _SCHEMES + at(places.urban, chosen)

    highest = np.full(_SCHEMES * n, -np.inf)
    size = np.maximum(at(households.size, served), 1)
    np.maximum.at(highest, cell(served), at(households.expected_income, served) / size)
    unfair: Bool = income <= at(highest, cell(rows))
    return unfair


def _unpaid(sim: "Simulation") -> Rows:
    """Return persons who know that their employer owes premiums for them."""
    persons = sim.persons
    owed = np.flatnonzero(persons["unpaid_premiums"] > 0)
    known = with_capacity(sim, sim.parameters.number("claims.rules.premiums_known"))
    counselled = gives_counsel(at(sim.households.org_links, at(persons.household, owed)))
    knows = sim.lasting_chance("persons.know_unpaid_premiums").happens(
        at(persons.key, owed),
        knows_rights(at(known, county_of(sim, owed)), counselled, sim.parameters),
    )
    owed = owed[knows]
    workers: Rows = owed[at(persons.alive, owed)]
    return workers


def _overloaded(sim: "Simulation") -> tuple[Rows, Float]:
    """Return registered urban households whom crowding concerns, and how much, lines a head."""
    households, number = sim.households, sim.parameters.number
    excess = sim.counties["school_load"] - number("hukou.reversal.tolerated_load")
    rows = np.flatnonzero(households.urban & households.hukou_urban & households.alive)
    county = at(households.county, rows)
    rows = rows[(at(households.hukou_county, rows) == county) & at(excess > 0, county)]
    concerned = sim.lasting_chance("households.use_crowded_services").happens(
        at(households.key, rows), number("claims.rules.overload_felt")
    )
    rows = rows[concerned]
    return rows, number("claims.rules.overload_weight") * excess[households.county[rows]]


def _laid_off(sim: "Simulation", places: ClaimPlaces) -> tuple[Rows, Float]:
    """Return households of who was laid off lately and has no work, and how much is due to them."""
    persons, households = sim.persons, sim.households
    since = sim.year - sim.parameters.number("claims.rules.work_years")
    lost = np.flatnonzero(persons["laid_off"] > since)
    lost = lost[persons.alive[lost] & (persons.work[lost] == Work.UNEMPLOYED)]
    home = at(persons.household, lost)
    found, people = np.unique(home, return_counts=True)
    rows = found.astype(np.intp)
    size = work_grievance(
        people.astype(np.float64),
        households.transfers[rows],
        claim_lines(sim, rows, places),
        households.size[rows].astype(np.float64),
        sim.parameters,
    )
    felt = np.flatnonzero(size > 0)
    return rows[felt], size[felt]
