"""Dated events that nobody decides: lay-offs by state firms, COVID-19, disasters (k.1 to k.3).

Each has a switch in the scenario. A shock that is off leaves everybody as they are; what was done
about COVID-19 has a switch of its own (`model.scenario.NEUTRAL`). Source: S0 and S3 for the
lay-offs; S2 section 3.2.3 and S4 section I for COVID-19; S2 section 3.2.2 for disasters.
"""

from typing import TYPE_CHECKING

import numpy as np

from agents import work
from agents.persons import Persons, Work
from agents.table import Bool, Column, Float, Rows, total_by
from policies.base import Outcome

if TYPE_CHECKING:
    from model.simulation import Simulation

OUTCOMES = (
    Outcome(
        "jobs_lost_to_covid",
        "persons",
        "Persons whom COVID-19 put out of work in the year, at home or away, by place of residence",
        "S2 section 3.2.3; definition of the project",
        "all",
    ),
    Outcome(
        "disaster_losses",
        "yuan/year",
        "Savings that disasters destroyed, what insurers paid not taken off",
        "S2 section 3.2.2; definition of the project",
        "all",
    ),
)
"""Recorded every year; zero where the shock is off."""

# Not put out of work by COVID-19.
_SPARED = -1
_LAID_OFF = Column("year", "when a state firm laid it off; 0: never")
_LOST_WORK = Column("Work", "work lost to COVID-19 and not yet found again", _SPARED)
_LOSS = Column("yuan/year", "savings lost in a disaster; relief and insurance not taken off")


def set_up(sim: "Simulation") -> None:
    """Declare the columns of the shocks, once."""
    if "disaster_loss" not in sim.households.declared:
        sim.persons.declare("work_lost_to_covid", np.int8, _LOST_WORK)
        sim.persons.declare("laid_off", np.int16, _LAID_OFF)
        sim.households.declare("disaster_loss", np.float64, _LOSS)


def strike(sim: "Simulation") -> None:
    """Let the shocks of the year that the scenario has on strike, and record them."""
    set_up(sim)
    if sim.setup.has_shock("soe_layoffs"):
        _lay_off(sim)
    jobs, losses = np.zeros(sim.counties.n), np.zeros(sim.counties.n)
    if sim.setup.has_shock("covid"):
        recover_from_covid(sim)
        jobs = lose_work_to_covid(sim)
    if sim.setup.has_shock("disasters"):
        losses = suffer_disasters(sim)
    sim.record.add("jobs_lost_to_covid", jobs)
    sim.record.add("disaster_losses", losses)


def _lay_off(sim: "Simulation") -> None:
    """Lay off workers of state firms (k.1), and remember when: they may claim what is due."""
    persons = sim.persons
    if not sim.parameters.number("shocks.soe_layoffs.hazard"):
        return
    employed = np.flatnonzero(persons.alive & persons.state_sector & (persons.work == Work.FORMAL))
    work.lay_off(persons, sim.parameters, sim.chance, sim.lasting_chance)
    lost = employed[persons.work[employed] == Work.UNEMPLOYED]
    persons["laid_off"][lost] = sim.year


def lose_work_to_covid(sim: "Simulation") -> Float:
    """Put workers out of work for the year (k.2); return how many by county, shape (n_counties,).

    At risk, each with a hazard of its own: rural-hukou workers outside their home township; those
    off the farm inside it; urban-hukou workers in informal jobs. State posts are spared. Who lives
    in his village goes back to the farm; all others are without work.

    Notes
    -----
    The unemployed look for work within the year, as always. The hazard is the share that is still
    without at its end, so that more lose their work than that: hazard / (1 - re-employment).
    """
    persons = sim.persons
    hazards = sim.parameters.schedule("shocks.covid.job_loss")
    if not hazards.any():
        return np.zeros(sim.counties.n)
    rows, group = _at_risk(persons)
    in_village = _in_village(persons, rows)
    looking = 1 - sim.parameters.number("economy.work.re_employment")
    risk = hazards[group] / np.where(in_village, 1, looking)
    loses = sim.chance("persons.lose_work_to_covid").happens(persons.key[rows], risk)
    lost = rows[loses]
    persons["work_lost_to_covid"][lost] = persons.work[lost]
    persons.work[lost] = np.where(in_village[loses], Work.FARM, Work.UNEMPLOYED)
    county = sim.township_county[persons.township[lost]]
    return total_by(county, sim.households.weight[persons.household[lost]], sim.counties.n)


def recover_from_covid(sim: "Simulation") -> None:
    """Give some of those who lost their work last year the same work again; forget the rest.

    With what the unemployed find by themselves this year, the share of `shocks.covid.recovered` is
    back at work at its end. Who went home from a town must leave again first.
    """
    persons = sim.persons
    rows = np.flatnonzero(persons["work_lost_to_covid"] != _SPARED)
    if not len(rows):
        return
    without = rows[persons.alive[rows] & _can_go_back(persons, rows)]
    by_themselves = sim.parameters.number("economy.work.re_employment")
    looking = np.where(persons.work[without] == Work.UNEMPLOYED, 1 - by_themselves, 1)
    share = sim.parameters.number("shocks.covid.recovered")
    back = np.clip(1 - (1 - share) / looking, 0, 1)
    again = sim.chance("persons.recover_from_covid").happens(persons.key[without], back)
    persons.work[without[again]] = persons["work_lost_to_covid"][without[again]]
    persons["work_lost_to_covid"][rows] = _SPARED


def suffer_disasters(sim: "Simulation") -> Float:
    """Destroy savings in the townships struck this year (k.3); return the losses by county.

    Every household of a struck township loses a share of its savings, if it has any; insurers pay a
    small share of that. Writes ``assets`` and ``disaster_loss``, which relief looks at.
    """
    households, number = sim.households, sim.parameters.number
    households["disaster_loss"][:] = 0
    hazard = number("shocks.disasters.hazard")
    struck = sim.chance("townships.disaster").happens(sim.township_key, hazard)
    rows = np.flatnonzero(households.alive & (households.assets >= 1))
    rows = rows[struck[households.township[rows]]]
    loss = number("shocks.disasters.loss") * households.assets[rows]
    insured = number("shocks.disasters.insured_share") * loss
    households["disaster_loss"][rows] = loss
    households.assets[rows] -= loss - insured
    weight = households.weight[rows]
    sim.treasury.pay("households", "outside", "disaster_losses", float((loss * weight).sum()))
    sim.treasury.pay("outside", "households", "disaster_insurance", float((insured * weight).sum()))
    return total_by(households.county[rows], loss * weight, sim.counties.n)


def _at_risk(persons: Persons) -> tuple[Rows, Rows]:
    """Return workers at risk, and the place of each in the list of hazards: away, local, other."""
    off_farm = (persons.work >= Work.OFF_FARM) & (persons.work <= Work.INFORMAL)
    rural = ~persons.hukou_urban
    informal = persons.work == Work.INFORMAL
    rows = np.flatnonzero(persons.alive & ~persons.state_sector & off_farm & (rural | informal))
    away, local, other = range(3)
    at_home = persons.township[rows] == persons.hukou_township[rows]
    group = np.where(rural[rows], np.where(at_home, local, away), other)
    return rows, group.astype(np.intp)


def _in_village(persons: Persons, rows: Rows) -> Bool:
    """Whether each lives in his own village, with the farm to go back to, shape of `rows`."""
    at_home = persons.township[rows] == persons.hukou_township[rows]
    found: Bool = at_home & ~persons.urban[rows] & ~persons.hukou_urban[rows]
    return found


def _can_go_back(persons: Persons, rows: Rows) -> Bool:
    """Whether each of those who lost their work is without it, and where it is done."""
    without = (persons.work[rows] == Work.UNEMPLOYED) | (persons.work[rows] == Work.FARM)
    of_village = persons["work_lost_to_covid"][rows] == Work.OFF_FARM
    found: Bool = without & (of_village == ~persons.urban[rows])
    return found
