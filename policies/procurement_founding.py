"""Who is founded and who may register: the first organisations, grassroots, migrants (g.6).

Source: S1 section 4: organisations are scarce below the metropolis, the workers have founded their
own, registration is eased by rungs and places.
"""

import numpy as np

from agents import founding
from agents.founding import MOST_FOUNDED
from agents.organisations import (
    BODIES,
    GRASSROOTS,
    HUB,
    MIGRANT_SERVICE,
    MIGRANTS,
    NEEDS,
    OF_PROVINCE,
    REGISTERED,
    Organisations,
    is_ngo,
    slot_keys,
)
from agents.table import Float, Rows, numbered, total_by
from agents.trust import TIERS
from policies.base import World
from policies.procurement_places import DIRECT, Setting, register_chance
from policies.procurement_sector import Sector, add, at_county

_RULES = "procurement.organisations."
_PLACELESS = -1


def first_organisations(sim: World, table: Organisations) -> None:
    """Set up the hubs of provinces and counties and the few grassroots of the first year."""
    counties, parameters = sim.counties, sim.parameters
    staff = parameters.schedule(f"{_RULES}hub_staff")
    bodies = np.arange(len(BODIES))
    first = np.unique(counties.province, return_index=True)[1]
    for province, row in zip(counties.province[first].tolist(), first.tolist(), strict=True):
        values = {
            "level": OF_PROVINCE,
            "county": _PLACELESS,
            "province": province,
            "core": staff[0],
        }
        keys = slot_keys(np.repeat(~counties.key[row], len(bodies)), HUB, bodies)
        add(sim, table, HUB, keys, values | {"body": bodies, "weight": 1.0})
    n = int(parameters.number(f"{_RULES}hubs_at_start"))
    county, body = np.repeat(np.arange(counties.n), n), np.tile(bodies[:n], counties.n)
    core = staff[1:][counties.kind[county]]
    keys = slot_keys(counties.key[county], HUB, body)
    add(sim, table, HUB, keys, {**at_county(sim, county), "body": body, "core": core})
    _first_grassroots(sim, table)


def _first_grassroots(sim: World, table: Organisations) -> None:
    rate = sim.parameters.schedule(f"{_RULES}grassroots_at_start")[sim.counties.kind]
    per_township = np.bincount(sim.township_county, minlength=sim.counties.n)
    rate = (rate / np.maximum(per_township, 1))[sim.township_county]
    _found(sim, table, GRASSROOTS, rate, 0, np.ones((len(rate), len(NEEDS))))


def found(sim: World, table: Organisations, setting: Setting, sector: Sector) -> None:
    """Let grassroots and associations of migrants be founded in townships (g.6)."""
    county = sim.township_county
    slot = sim.year - sector.first_year + 1
    start = sim.parameters.schedule("trust.rules.start")[TIERS.index("ngo")]
    # Where nobody trusted anybody at the start, organisations do without trust.
    trust = setting.trust_ngo / start if start > 0 else np.ones(sim.counties.n)
    known = _per_township(sim, table)
    by_kind = sim.parameters.schedule(f"{_RULES}founding_by_kind")[sim.counties.kind]
    needed = np.maximum(sector.needed.sum(axis=1), 1)
    share = sector.unmet.sum(axis=1) / needed
    rate = founding.founding_rate(share, trust[county], known[county], by_kind[county],
                                  sim.parameters)  # fmt: skip
    new = _found(sim, table, GRASSROOTS, rate, slot, sector.unmet)
    newcomers = _newcomer_share(sim)
    rate = sim.parameters.number(f"{_RULES}migrant_founding") * newcomers * by_kind[county]
    only = np.zeros_like(sector.unmet)
    only[:, MIGRANT_SERVICE] = 1
    migrants = _found(sim, table, MIGRANTS, rate, slot, only)
    for rows in (new, migrants):
        sector.note(table, rows, sim.year, "founded", "")
        sector.founded += total_by(table.county[rows], table.weight[rows], sim.counties.n)


def _per_township(sim: World, table: Organisations) -> Float:
    """Return organisations beside hubs for each township of a county, shape (n_counties,)."""
    rows = np.flatnonzero(is_ngo(table))
    there = np.bincount(table.county[rows], minlength=sim.counties.n)
    townships = np.bincount(sim.township_county, minlength=sim.counties.n)
    known: Float = there / np.maximum(townships, 1)
    return known


def _newcomer_share(sim: World) -> Float:
    """Return households registered elsewhere over all, by township, shape (n_townships,)."""
    households, n = sim.households, len(sim.township_county)
    elsewhere = households.weight * (households.county != households.hukou_county)
    everybody = total_by(households.township, households.weight, n)
    share: Float = total_by(households.township, elsewhere, n) / np.maximum(everybody, 1)
    return share


def _found(
    sim: World, table: Organisations, kind: int, rate: Float, slot: int, unmet: Float
) -> Rows:
    """Add those founded in townships this year; return their rows."""
    draws = sim.chance(f"townships.found_organisation_{kind}")
    count = founding.how_many(rate, draws.uniform(sim.township_key))
    township = np.repeat(np.arange(len(count)), count)
    keys = slot_keys(sim.township_key[township], kind, slot * MOST_FOUNDED + numbered(count))
    luck = sim.lasting_chance("organisations.mission").uniform(keys)
    values = at_county(sim, sim.township_county[township].astype(np.intp)) | {
        "township": township,
        "mission": founding.need_taken_up(unmet[township], luck),
    }
    return add(sim, table, kind, keys, values)


def register(sim: World, table: Organisations, setting: Setting, sector: Sector) -> None:
    """Let organisations register as far as the rung of their place allows (g.6).

    Who is registered stays so. Who is registered directly has no body above it.
    """
    rows = np.flatnonzero(is_ngo(table) & (table.status != REGISTERED))
    county = table.county[rows].astype(np.intp)
    chance = register_chance(sim, table.kind[rows], county, setting.rung)
    luck, firm = (
        sim.lasting_chance(name).uniform(table.key[rows])
        for name in ("organisations.registration", "organisations.register_as_firm")
    )
    status = founding.register(chance, luck, firm, sim.parameters)
    table.status[rows] = status
    admitted = rows[status == REGISTERED]
    sector.note(table, admitted, sim.year, "registered", "")
    ngo = np.flatnonzero(is_ngo(table) & (table.status == REGISTERED))
    table.supervised[ngo] = setting.rung[table.county[ngo]] != DIRECT
