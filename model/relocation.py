"""How people are put at another place: columns of residence, and the work that is done there.

A move changes where somebody lives; registration (hukou) stays where it is.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agents.persons import Work, members_of, works_as
from agents.table import Rows

if TYPE_CHECKING:
    from model.simulation import Simulation

# Kinds of work of towns; a villager's are the farm and local work off the farm.
_TOWN = (Work.FORMAL, Work.INFORMAL, Work.UNEMPLOYED)


def leave(sim: "Simulation", rows: Rows, slot: Rows) -> None:
    """Let workers leave alone for a place that their township knows."""
    persons = sim.persons
    persons.township[rows] = sim.corridors.destination[persons.township[rows], slot]
    persons.urban[rows] = True
    persons.away[rows] = True
    persons.place_years[rows] = 0
    find_town_jobs(sim, rows)


def come_home(sim: "Simulation", rows: Rows) -> None:
    """Let those who are away go home to their family; in a village they farm again."""
    persons, home = sim.persons, sim.persons.household[rows]
    persons.township[rows] = sim.households.township[home]
    persons.urban[rows] = sim.households.urban[home]
    persons.away[rows] = False
    persons.place_years[rows] = 0
    worked = works_as(persons.work[rows], *_TOWN)
    village = rows[worked & ~persons.urban[rows]]
    persons.work[village] = Work.FARM


def settle(
    sim: "Simulation",
    rows: NDArray[np.signedinteger],
    township: NDArray[np.integer],
    *,
    urban: bool,
) -> None:
    """Move households to townships; members who are away elsewhere stay there."""
    persons, households = sim.persons, sim.households
    households.township[rows] = township
    households.county[rows] = sim.township_county[township]
    households.province[rows] = sim.counties.province[households.county[rows]]
    households.urban[rows] = urban
    members = members_of(persons, households.n, rows)
    place = households.township[persons.household[members]]
    arrives = ~persons.away[members]
    joined = members[~arrives & (persons.township[members] == place)]
    persons.away[joined] = False
    movers = members[arrives]
    persons.township[movers], persons.urban[movers] = place[arrives], urban
    persons.place_years[movers] = 0
    change_trade(sim, movers, urban=urban)


def change_trade(sim: "Simulation", rows: Rows, *, urban: bool) -> None:
    """Give those who moved between village and town the work that is done there."""
    persons = sim.persons
    if urban:
        find_town_jobs(sim, rows[works_as(persons.work[rows], Work.FARM, Work.OFF_FARM)])
    else:
        persons.work[rows[works_as(persons.work[rows], *_TOWN)]] = Work.FARM


def find_town_jobs(sim: "Simulation", rows: Rows) -> None:
    """Give newcomers work with or without a contract."""
    persons = sim.persons
    share = sim.parameters.schedule("migration.choice.contract_share")[persons.skill[rows]]
    contract = sim.chance("persons.find_contract").happens(persons.key[rows], share)
    persons.work[rows] = np.where(contract, Work.FORMAL, Work.INFORMAL)
    persons.state_sector[rows] = False
