"""Count what crosses the borders of provinces in one year of a run, in items and bytes.

A simulation of one province could do everything else of the yearly loop by itself.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.official import COUNTY
from agents.table import Table

_NUMBER_BYTES = 8


@dataclass(frozen=True)
class Crossing:
    """Something that goes from one province to another, or through the centre, in a year."""

    what: str
    direction: str
    items: int
    n_bytes: float


def measure_crossing(households: int, year: int) -> list[Crossing]:
    """Run a world to a year and count what crosses in it.

    Parameters
    ----------
    households : int
        Of the scenario `historical`.
    year : int
        The year in which is counted; two years before it are simulated first.
    """
    from model.simulation import Simulation

    years = {"years.first": year - 2, "years.last": year}
    sim = Simulation("historical", **years, **{"world.households": households})
    while sim.year < year:
        sim.step()
    before = _provinces(sim, sim.persons), _provinces(sim, sim.households)
    sim.step()
    after = _provinces(sim, sim.persons), _provinces(sim, sim.households)
    moved = [_moved(then, now) for then, now in zip(before, after, strict=True)]
    return [
        *_migrants(sim, *moved),
        *_published(sim),
        *_governments(sim),
    ]


def _provinces(sim: Any, table: Table) -> dict[int, int]:
    """Return the province in which everybody alive lives, by key."""
    rows = np.flatnonzero(table.alive)
    province = sim.counties.province[sim.township_county[table["township"][rows]]]
    return dict(zip(table.key[rows].tolist(), province.tolist(), strict=True))


def _moved(then: dict[int, int], now: dict[int, int]) -> int:
    return sum(now.get(key, province) != province for key, province in then.items())


def _migrants(sim: Any, persons: int, households: int) -> list[Crossing]:
    between = "province to province"
    of_person, of_household = sim.persons.bytes_per_row(), sim.households.bytes_per_row()
    return [
        Crossing("persons who go, return or follow", between, persons, persons * of_person),
        Crossing("households that move", between, households, households * of_household),
    ]


def _published(sim: Any) -> list[Crossing]:
    """Return what migrants know of places elsewhere, by corridor."""
    destination = sim.corridors.destination
    known = destination >= 0
    county = sim.township_county
    there = county[destination[known]]
    here = np.broadcast_to(county[:, None], destination.shape)[known]
    province = sim.counties.province
    pairs = _pairs(province[here], there, province[there])
    text = "wages, rents, services of places that are known of"
    # Wage, rent, openness and services are read of each.
    return [Crossing(text, "county to province", pairs, pairs * 4 * _NUMBER_BYTES)]


def _governments(sim: Any) -> list[Crossing]:
    counties, officials = sim.counties, sim.officials
    ties = sim.peer_network.weights.tocoo()
    seen = _pairs(counties.province[ties.row], ties.col, counties.province[ties.col])
    led = np.flatnonzero((officials.level == COUNTY) & (officials.moved_from >= 0))
    here, there = officials.place[led], officials.moved_from[led]
    leaders = int((counties.province[here] != counties.province[there]).sum())
    flows = [row for row in sim.treasury.flow_rows if row[0] == sim.year]
    through = [row for row in flows if "centre" in row[1:3]]
    policies, provinces = len(sim.policies), sim.provinces.n
    outcomes = len(sim.latest)
    return [
        Crossing("who of the peers has which policy", "county to province", seen, seen * policies),
        Crossing("leaders who came from elsewhere", "province to province", leaders,
                 leaders * officials.bytes_per_row()),
        Crossing("transfers, taxes and earmarked money", "province to centre and back",
                 len(through) * provinces, len(through) * provinces * _NUMBER_BYTES),
        Crossing("sums of outcomes for national values", "province to centre",
                 outcomes * provinces, 2 * outcomes * provinces * _NUMBER_BYTES),
    ]  # fmt: skip


def _pairs(
    reader: NDArray[np.integer], county: NDArray[np.integer], province: NDArray[np.integer]
) -> int:
    """Return how many pairs there are of a province that reads and a county elsewhere."""
    across = reader != province
    return len(np.unique(np.column_stack([reader[across], county[across]]), axis=0))
