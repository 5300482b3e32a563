"""What the sector of organisations remembers, and how an organisation is added (g.4 to g.7).

Everybody who is founded has the key of a slot (`agents.organisations.slot_keys`), so that the same
organisations have the same luck under every regime.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agents.founding import REASONS
from agents.organisations import (
    GRASSROOTS,
    MIGRANTS,
    NEEDS,
    REGISTERED,
    SOURCES,
    UNREGISTERED,
    Organisations,
    share_of,
)
from agents.table import Float, Key, Rows
from policies.base import World

_RULES = "procurement.organisations."


@dataclass
class Sector:
    """What the sector remembers from year to year.

    Attributes
    ----------
    unmet : ndarray of float64, shape (n_townships, 4)
        Hours that nobody delivered last year, by need.
    needed : ndarray of float64, shape (n_townships, 4)
        Hours that were needed.
    uncontested : ndarray of float64, shape (n_counties, 4)
        Share of last year's lots with fewer than two bidders beside hubs, by need.
    events : list of tuple
        Year, key, county, event and reason of what happened to organisations.
    closed : ndarray of float64, shape (4, n_counties)
        Organisations closed this year by reason, real ones.
    incubated : ndarray of float64, shape (n_counties,)
        Organisations that incubators made or took up this year, real ones.
    first_year : int
        Year from which founding slots are numbered.
    """

    unmet: Float
    needed: Float
    uncontested: Float
    closed: Float
    founded: Float
    incubated: Float
    first_year: int
    events: list[tuple[int, int, int, str, str]] = field(default_factory=list)

    @staticmethod
    def empty(n_townships: int, n_counties: int, year: int) -> "Sector":
        """Return what is known before the first year: all need is unmet."""
        return Sector(
            np.ones((n_townships, len(NEEDS))),
            np.ones((n_townships, len(NEEDS))),
            np.ones((n_counties, len(NEEDS))),
            np.zeros((len(REASONS), n_counties)),
            np.zeros(n_counties),
            np.zeros(n_counties),
            year,
        )

    def note(self, table: Organisations, rows: Rows, year: int, event: str, reason: str) -> None:
        """Note an event of some organisations."""
        keys, counties = table.key[rows].tolist(), table.county[rows].tolist()
        self.events += [
            (year, key, county, event, reason) for key, county in zip(keys, counties, strict=True)
        ]


def begin_year(table: Organisations, sector: Sector) -> Float:
    """Drop who closed last year, forget its income; return the foreign share of it, (n,)."""
    if not table.alive.all():
        table.keep(table.alive.copy())
    foreign = share_of(table, "foreign")
    for name in (*SOURCES, "cost", "lots"):
        table[name][:] = 0
    sector.closed[:] = sector.founded[:] = 0
    return foreign


def at_county(sim: World, county: Rows) -> dict[str, Any]:
    """Return what organisations of a county have from it: its row, its province, its weight."""
    counties = sim.counties
    return {
        "county": county,
        "province": counties.province[county],
        "weight": counties.weight[county],
    }


def add(sim: World, table: Organisations, kind: int, keys: Key, values: dict[str, Any]) -> Rows:
    """Add organisations of a kind with what is drawn for ever: skill and tie."""

    def schedule(name: str) -> float:
        return float(sim.parameters.schedule(f"{_RULES}{name}")[kind])

    spread = sim.parameters.number(f"{_RULES}skill_sd")
    noise = sim.lasting_chance("organisations.skill").normal(keys)
    # An organisation without any skill would be none.
    skill = np.clip(schedule("skill") + spread * noise, spread, 1)
    tie = np.full(len(keys), schedule("tie"))
    if kind in (GRASSROOTS, MIGRANTS):
        tie *= sim.lasting_chance("organisations.tie").uniform(keys)
    usual = {
        "key": keys, "alive": True, "kind": kind, "founded": sim.year, "skill": skill,
        "tie": tie, "volunteers": schedule("volunteers"),
        "status": UNREGISTERED if kind in (GRASSROOTS, MIGRANTS) else REGISTERED,
    }  # fmt: skip
    return table.append(len(keys), **usual | values).astype(np.intp)


def home_counties(sim: World, table: Organisations) -> Rows:
    """Return the county of each organisation; those of a province stand in any of its counties.

    Shape (n,); the first county where none of the province is in the sample.
    """
    first = np.zeros(sim.provinces.n, np.intp)
    provinces, rows = np.unique(sim.counties.province, return_index=True)
    first[provinces] = rows
    return np.where(table.county >= 0, table.county, first[table.province])
