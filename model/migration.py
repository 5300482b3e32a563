"""Migration in a year: some return, workers leave, families follow, villages become towns (b.7).

A worker who leaves alone stays a member of the family, which his pay supports; a family that moved
lives at the new place and keeps its registration (hukou) at the old one. People move before they
earn, so that the income of a year is earned where the year is counted.
"""

from typing import TYPE_CHECKING

import numpy as np

from agents import migration as rules
from agents.migration import HOME, Prospects
from agents.persons import Work, members_of, works_as
from agents.protocols import Parameters
from agents.table import Bool, Float, Int32, Rows, total_by
from model.labour_market import RURAL, URBAN, labour_prices
from model.moving import found_households, move
from model.relocation import change_trade, come_home, leave, settle

if TYPE_CHECKING:
    from model.simulation import Simulation

_PERCENT = 100
# Who earns nothing is compared with as if it were next to nothing.
_LEAST_EARNINGS = float(np.finfo(np.float32).eps)
# Levels of schooling and training.
_SKILLS = 3
# Kinds of work that a villager leaves.
_VILLAGE = (Work.FARM, Work.OFF_FARM, Work.UNEMPLOYED)


def begin(sim: "Simulation") -> None:
    """Send the first year's migrants off: more of the young, to the places that pull most.

    Nobody counts for more than another yet, since weights are set with migrants where they are.
    """
    number = sim.parameters.number
    rows = _possible_leavers(sim)
    young = np.exp(-number("migration.choice.age_decline") * sim.persons.age[rows])
    share = np.minimum(number("migration.choice.first_share") * young / young.mean(), 1)
    keys = sim.persons.key[rows]
    leaves = sim.lasting_chance("persons.first_migrants").happens(keys, share)
    rows = rows[leaves]
    utility = _attraction(sim)[sim.persons.township[rows]]
    # Who has left already is known; only where to is chosen, so that home is out of the question.
    odds = np.exp(utility - utility.max(axis=1, initial=0, keepdims=True))
    above = np.cumsum(odds, axis=1)
    known = above[:, -1] > 0
    point = sim.lasting_chance("persons.first_place").uniform(sim.persons.key[rows])
    slot = (above <= (point * above[:, -1])[:, None]).sum(axis=1)
    leave(sim, rows[known], slot[known])


def migrate(sim: "Simulation") -> None:
    """Let people return, leave, bring their families; let villages become towns.

    Reads what places published last year; writes the place columns of persons and households and
    the work of those who move.
    """
    persons = sim.persons
    longest = np.iinfo(persons.place_years.dtype).max
    persons.place_years += persons.place_years < longest
    _return_alone(sim)
    _return_families(sim)
    _depart(sim)
    _families_follow(sim)
    _all_have_left(sim)
    _villages_become_towns(sim)
    count_stock(sim)


def newcomer_services(sim: "Simulation") -> Float:
    """Return the share of services open to newcomers, shape (n_counties,)."""
    if "newcomer_services" in sim.counties.declared:
        return sim.counties["newcomer_services"]
    closed = sim.parameters.number("migration.choice.closed_services")
    return np.full(sim.counties.n, closed)


def _opening_pull(sim: "Simulation") -> Float:
    """Return the draw of places that just opened their registration, shape (n_counties,)."""
    if "newcomer_pull" in sim.counties.declared:
        return sim.counties["newcomer_pull"]
    return np.zeros(sim.counties.n)


def _possible_leavers(sim: "Simulation") -> Rows:
    """Village workers of rural hukou who live at home and are of the ages of leaving."""
    persons, number = sim.persons, sim.parameters.number
    of_age = persons.age >= number("migration.choice.youngest")
    of_age &= persons.age <= number("migration.choice.oldest")
    of_age &= persons.alive & ~persons.urban & ~persons.hukou_urban & ~persons.away
    rows = np.flatnonzero(of_age)
    return rows[works_as(persons.work[rows], *_VILLAGE)]


def _depart(sim: "Simulation") -> None:
    persons, parameters = sim.persons, sim.parameters
    rows = _possible_leavers(sim)
    thinks = sim.chance("persons.think_of_leaving").happens(
        persons.key[rows], parameters.number("migration.choice.review")
    )
    rows = rows[thinks]
    wish = _own_wish(sim, rows)
    utility = _attraction(sim)[persons.township[rows]] + wish[:, None]
    slot = rules.choose(utility, sim.chance("persons.choose_place").uniform(persons.key[rows]))
    leaves = slot != HOME
    if sim.setup.has_shock("covid"):
        free = sim.chance("persons.leave_despite_covid")
        leaves &= free.happens(persons.key[rows], parameters.number("shocks.covid.corridor_factor"))
    leave(sim, rows[leaves], slot[leaves])


def _attraction(sim: "Simulation") -> Float:
    """Return what draws from each township to the places it knows, shape (n_townships, k)."""
    corridors, parameters = sim.corridors, sim.parameters
    there = sim.township_county[corridors.destination]
    home = sim.township_county[:, None]
    price = labour_prices(sim)
    rent = sim.labour_market.rent_share(parameters)
    relative = _relative_earnings(parameters)
    idle = relative[Work.UNEMPLOYED] / relative[Work.INFORMAL]
    employed = sim.labour_market.employment[there]
    pay = price[there, URBAN] / price[home, RURAL] * (employed + (1 - employed) * idle)
    return rules.attraction(
        Prospects(
            pay * (1 - rent[there]),
            corridors.kilometres,
            corridors.stock,
            newcomer_services(sim)[there],
            _opening_pull(sim)[there],
            corridors.destination >= 0,
        ),
        parameters,
    )


def _relative_earnings(parameters: Parameters) -> Float:
    """Return earnings by kind of work over those of a formal job; ratios of them are taken."""
    return np.maximum(parameters.schedule("economy.income.relative_earnings"), _LEAST_EARNINGS)


def _own_wish(sim: "Simulation", rows: Rows) -> Float:
    """Return what age, skill, land and the kind of work at home add to the wish to leave, (n,)."""
    persons, parameters = sim.persons, sim.parameters
    relative = _relative_earnings(parameters)
    contract = parameters.schedule("migration.choice.contract_share")
    away = contract * relative[Work.FORMAL] + (1 - contract) * relative[Work.INFORMAL]
    away = away * parameters.number("migration.choice.pay_ratio")
    at_home = np.maximum(relative[persons.work[rows]], relative[Work.FARM])
    theta = parameters.number("migration.choice.income_elasticity")
    wish = theta * np.log(away[persons.skill[rows]] / at_home)
    years = persons.age[rows] - parameters.number("migration.choice.youngest")
    wish -= parameters.number("migration.choice.age_decline") * years
    wish += parameters.number("migration.choice.skill_gain") * persons.skill[rows]
    land = sim.households.land[persons.household[rows]]
    wish -= parameters.number("migration.choice.land_cost") * land
    return wish


def _return_alone(sim: "Simulation") -> None:
    """Let those who are away alone go home, all who no longer work among them."""
    persons, households = sim.persons, sim.households
    rows = np.flatnonzero(persons.away & persons.alive)
    home, county = persons.household[rows], sim.township_county[persons.township[rows]]
    older = persons.age[rows] > sim.parameters.number("migration.return.older_age")
    struck = (persons.work[rows] == Work.UNEMPLOYED) | (households.ill_years[home] > 0)
    closed = (1 - newcomer_services(sim))[county]
    pupils = _school_children(sim)[home] * closed
    hazard = rules.return_hazard(older, struck, pupils, sim.parameters)
    goes = sim.chance("persons.return").happens(persons.key[rows], hazard)
    goes |= works_as(persons.work[rows], Work.NONE, Work.RETIRED)
    come_home(sim, rows[goes])


def _school_children(sim: "Simulation") -> Bool:
    """Return which households have a child of school age, shape (n_households,)."""
    persons = sim.persons
    first, last = sim.parameters.schedule("migration.return.school_ages")
    rows = np.flatnonzero(persons.alive & (persons.age >= first) & (persons.age <= last))
    has_pupil = np.zeros(sim.households.n, bool)
    has_pupil[persons.household[rows]] = True
    return has_pupil


def _return_families(sim: "Simulation") -> None:
    """Let families that live outside their place of registration return to it.

    The age and the job of the one who earns most, of those who live there, decide for all.
    """
    persons, households = sim.persons, sim.households
    elsewhere = households.alive & (households.township != households.hukou_township)
    rows = np.flatnonzero(elsewhere & ~households.hukou_urban)
    members = members_of(persons, households.n, rows)
    members = members[~persons.away[members]]
    earner = np.full(households.n, -1)
    best = members[_best_earners(sim, members)]
    earner[persons.household[best]] = best
    rows = rows[earner[rows] >= 0]
    earner = earner[rows]
    closed = (1 - newcomer_services(sim))[households.county[rows]]
    pupils = _school_children(sim)[rows] * closed
    older = persons.age[earner] > sim.parameters.number("migration.return.older_age")
    struck = (persons.work[earner] == Work.UNEMPLOYED) | (households.ill_years[rows] > 0)
    hazard = rules.return_hazard(older, struck, pupils, sim.parameters)
    goes = sim.chance("households.return").happens(households.key[rows], hazard)
    rows = rows[goes]
    settle(sim, rows, households.hukou_township[rows], urban=False)


def _families_follow(sim: "Simulation") -> None:
    """Let families follow the best earner of those who are away; most of the old stay behind."""
    persons, households = sim.persons, sim.households
    away = np.flatnonzero(persons.away & persons.alive)
    if not away.size:
        return
    leader = away[_best_earners(sim, away)]
    home = persons.household[leader]
    services = newcomer_services(sim)[sim.township_county[persons.township[leader]]]
    lowest = sim.parameters.number("migration.return.follow_closed")
    share = lowest + (sim.parameters.number("migration.return.follow") - lowest) * services
    follows = sim.chance("households.follow").happens(households.key[home], share)
    follows &= ~households.hukou_urban[home]
    follows[follows] = _somebody_younger_at_home(sim, home[follows])
    home, to = home[follows], persons.township[leader[follows]]
    _leave_elders(sim, home)
    settle(sim, home, to, urban=True)


def _somebody_younger_at_home(sim: "Simulation", home: Int32) -> Bool:
    """Return which households have a member at home who is not old."""
    persons = sim.persons
    members = members_of(persons, sim.households.n, home)
    younger = persons.age[members] < sim.parameters.number("outcomes.definitions.elder_age")
    lives_there = np.zeros(sim.households.n, bool)
    lives_there[persons.household[members[younger & ~persons.away[members]]]] = True
    return lives_there[home]


def _best_earners(sim: "Simulation", rows: Rows) -> Rows:
    """Return for each household the position in `rows` of its best placed member.

    Who works or looks for work comes before who does not, the schooled before the others, and who
    has a contract before who has none.
    """
    work, skill = sim.persons.work[rows], sim.persons.skill[rows]
    active = (work >= Work.FARM) & (work <= Work.UNEMPLOYED)
    rank = 2 * (_SKILLS * active + skill) + (work == Work.FORMAL)
    return rules.main_earner(sim.persons.household[rows], rank)


def _leave_elders(sim: "Simulation", home: Int32) -> None:
    """Let the old members of families that move stay behind in a household of their own."""
    persons, households = sim.persons, sim.households
    stays = ~sim.chance("households.elders_follow").happens(
        households.key[home], sim.parameters.number("migration.return.elders_follow")
    )
    members = members_of(persons, households.n, home[stays])
    old_age = sim.parameters.number("outcomes.definitions.elder_age")
    old = (persons.age[members] >= old_age) & ~persons.away[members]
    elders = members[old]
    if not elders.size:
        return
    order = np.lexsort((persons.key[elders], persons.household[elders]))
    elders = elders[order]
    place = persons.household[elders]
    heads = np.flatnonzero(np.diff(place, prepend=-1))
    founded = found_households(
        households, place[heads].astype(np.intp), persons.key[elders[heads]], sim.year
    )
    number = np.cumsum(np.diff(place, prepend=-1) != 0) - 1
    move(persons, households, elders, founded[number])


def _all_have_left(sim: "Simulation") -> None:
    """Let households whose members are all away live where their best earner does."""
    persons, households = sim.persons, sim.households
    away = np.flatnonzero(persons.away & persons.alive)
    if not away.size:
        return
    absent = np.bincount(persons.household[away], minlength=households.n)
    leader = away[_best_earners(sim, away)]
    home = persons.household[leader]
    empty = (absent[home] == households.size[home]) & ~households.hukou_urban[home]
    settle(sim, home[empty], persons.township[leader[empty]], urban=True)


def _villages_become_towns(sim: "Simulation") -> None:
    """Count homes of families that live off the farm as urban places, in part every year."""
    persons, households, number = sim.persons, sim.households, sim.parameters.number
    off_farm = np.flatnonzero(persons.alive & (persons.work == Work.OFF_FARM))
    share = np.bincount(persons.household[off_farm], minlength=households.n)
    at_work = (persons.work >= Work.FARM) & (persons.work <= Work.INFORMAL) & persons.alive
    workers = np.bincount(persons.household[at_work], minlength=households.n)
    enough = share >= number("migration.places.off_farm_majority") * np.maximum(workers, 1)
    rows = np.flatnonzero(enough & ~households.urban & households.alive)
    becomes = sim.chance("households.place_becomes_urban").happens(
        households.key[rows], number("migration.places.reclassified")
    )
    rows = rows[becomes]
    households.urban[rows] = True
    members = members_of(persons, households.n, rows)
    members = members[~persons.away[members]]
    persons.urban[members] = True
    change_trade(sim, members, urban=True)


def count_stock(sim: "Simulation") -> None:
    """Count who lives where from where; stocks of earlier migrants fade slowly."""
    persons, corridors = sim.persons, sim.corridors
    n_townships, n_slots = corridors.destination.shape
    gone = persons.alive & (persons.township != persons.hukou_township) & ~persons.hukou_urban
    rows = np.flatnonzero(gone)
    origin = persons.hukou_township[rows]
    lives_at = corridors.destination[origin] == persons.township[rows][:, None]
    slot = lives_at.argmax(axis=1)
    known = np.flatnonzero(lives_at[np.arange(len(rows)), slot])
    cell = origin[known].astype(np.intp) * n_slots + slot[known]
    weight = sim.households.weight[persons.household[rows[known]]]
    counted = total_by(cell, weight, n_townships * n_slots).reshape(n_townships, n_slots)
    households = sim.households
    living = np.flatnonzero(households.alive)
    people = households.weight[living] * households.size[living]
    registered = total_by(households.hukou_township[living], people, n_townships)
    percent = _PERCENT * counted / np.maximum(registered, 1)[:, None]
    fade = 1 - sim.parameters.number("migration.corridors.fading")
    corridors.stock[:] = np.maximum(percent, fade * corridors.stock)
