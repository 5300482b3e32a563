"""Incubators: hubs make organisations where lots lack bidders, and take up others (rule g.4).

Source: S1 section 4: where services by organisations remain patchy the government manufactures
providers; in Guangdong 25 centres made over 147 organisations from March 2012 on.
"""

import numpy as np

from agents import founding
from agents.organisations import (
    INCUBATED,
    INCUBATOR,
    REGISTERED,
    Organisations,
    is_ngo,
    slot_keys,
)
from agents.table import Bool, Float, numbered, total_by
from policies.base import World
from policies.procurement_places import Setting
from policies.procurement_sector import Sector, add, at_county

_RULES = "procurement.organisations."
# Where the distribution of the number made in a year is cut.
_MOST_INCUBATED = 16
_HALF = 0.5


def has_incubator(sim: World, setting: Setting) -> Bool:
    """Return which counties are to have an incubator this year, shape (n_counties,) (g.4).

    By lasting luck; where the number of centres is known, the luckiest counties have them.
    """
    counties, parameters = sim.counties, sim.parameters
    share = parameters.schedule(f"{_RULES}incubators")[counties.kind]
    luck = sim.lasting_chance("counties.incubator").uniform(counties.key)
    there = founding.at_places(counties.code, [parameters.number(f"{_RULES}incubator_place")])
    share = np.where(there, parameters.number(f"{_RULES}incubators_there"), share)
    luck[there] = _place_in_line(luck[there], counties.weight[there])
    role = parameters.flag("procurement.regimes.hub_role")
    has: Bool = (luck < share * setting.incubates) & role
    return has


def _place_in_line(luck: Float, weight: Float) -> Float:
    """Return the share of real counties with better luck, half of its own counted, same shape."""
    order = np.argsort(luck, kind="stable")
    reached = np.cumsum(weight[order]) - _HALF * weight[order]
    place = np.empty(len(luck))
    place[order] = reached / max(float(weight.sum()), 1)
    return place


def incubate(
    sim: World, table: Organisations, setting: Setting, sector: Sector, money: Float
) -> Float:
    """Let incubators make organisations where lots lack bidders; return what it costs, yuan.

    A Poisson number around so many a year where some lot lacked independent bidders last year, as
    far as the money goes.

    Parameters
    ----------
    money : ndarray of float64, shape (n_counties,)
        Most that incubation may cost in each real county.

    Notes
    -----
    New ones take up the needs whose lots lacked bidders; some that were not registered are taken
    up. Each new one gets the pay of its staff for a year.
    """
    has = _keep_incubators(sim, table, setting)
    counties = sim.counties
    number = sim.parameters.number
    pay = number("procurement.funding.incubator_staff") * setting.wage
    seed = number(f"{_RULES}incubated_staff") * setting.wage
    money = np.where(has, money, 0)
    running = np.minimum(pay, money)
    lacking = (sector.uncontested > 0).any(axis=1)
    rate = np.where(lacking, number(f"{_RULES}incubated_a_year"), 0.0)
    luck = sim.chance("counties.incubate").uniform(counties.key)
    wanted = founding.how_many(rate, luck, _MOST_INCUBATED)
    afforded = np.divide(money - running, seed, out=np.full_like(seed, np.inf), where=seed > 0)
    made = np.minimum(wanted, afforded).astype(np.intp) * has
    county = np.repeat(np.arange(counties.n), made)
    slot = (sim.year - sector.first_year + 1) * _MOST_INCUBATED
    keys = slot_keys(counties.key[county], INCUBATED, slot + numbered(made))
    luck = sim.lasting_chance("organisations.mission").uniform(keys)
    rows = add(sim, table, INCUBATED, keys, {
        **at_county(sim, county), "core": number(f"{_RULES}incubated_staff"),
        "mission": founding.need_taken_up(sector.uncontested[county], luck),
        "hub_money": seed[county],
    })  # fmt: skip
    sector.incubated = total_by(county, counties.weight[county], counties.n)
    sector.note(table, rows, sim.year, "founded", "incubated")
    sector.founded += total_by(county, counties.weight[county], counties.n)
    _absorb(sim, table, sector, has)
    _book(sim, running, made * seed)
    return running + made * seed


def _book(sim: World, running: Float, seed: Float) -> None:
    weight, pay = sim.counties.weight, sim.treasury.pay
    pay("counties", "hubs", "incubation", float(((running + seed) * weight).sum()))
    pay("hubs", "outside", "staff_of_incubators", float((running * weight).sum()))
    pay("hubs", "ngos", "seed_money", float((seed * weight).sum()))


def _keep_incubators(sim: World, table: Organisations, setting: Setting) -> Bool:
    """Open and close incubators; return which counties have one, shape (n_counties,)."""
    has = has_incubator(sim, setting)
    rows = np.flatnonzero(table.alive & (table.kind == INCUBATOR))
    there = np.zeros(sim.counties.n, bool)
    there[table.county[rows]] = True
    table.alive[rows[~has[table.county[rows]]]] = False
    new = np.flatnonzero(has & ~there)
    keys = slot_keys(sim.counties.key[new], INCUBATOR, np.zeros(len(new), np.intp))
    core = sim.parameters.number("procurement.funding.incubator_staff")
    add(sim, table, INCUBATOR, keys, {**at_county(sim, new), "core": core})
    return has


def _absorb(sim: World, table: Organisations, sector: Sector, has: Bool) -> None:
    """Let incubators take up unregistered organisations: these are registered, and get closer."""
    rows = np.flatnonzero(is_ngo(table) & (table.status != REGISTERED))
    rows = rows[has[table.county[rows]]]
    chance = sim.parameters.number(f"{_RULES}absorbed")
    taken = rows[sim.chance("organisations.absorbed").happens(table.key[rows], chance)]
    table.kind[taken], table.status[taken] = INCUBATED, REGISTERED
    table.tie[taken] = sim.parameters.schedule(f"{_RULES}tie")[INCUBATED]
    county = table.county[taken]
    sector.incubated += total_by(county, sim.counties.weight[county], sim.counties.n)
    sector.note(table, taken, sim.year, "registered", "incubated")
