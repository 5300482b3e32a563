"""Help in an emergency: disaster relief, temporary aid from township reserves, donations.

Rules f.6 and k.3. Source: Interim Measures for Social Assistance, State Council Order No. 649
(2014); S3 for the opinions on temporary assistance of 2018; S4 section I for the reserves of
townships; S2 section 3.2.2 for losses from disasters and for donations.
"""

import numpy as np

from agents.table import Bool, Float, Rows, total_by
from agents.trust import note_requests
from policies.assistance_special import Aid
from policies.base import World
from policies.registration import (
    ClaimPlaces,
    application_cost,
    claim_lines,
    claim_places,
    stigma,
)


def disaster_relief(sim: World, has: Bool) -> Aid:
    """Pay a share of what a disaster destroyed, up to some lines a head, whatever the hukou."""
    households = sim.households
    if "disaster_loss" not in households.declared:
        return Aid.none()
    rows = np.flatnonzero(households.alive & (households["disaster_loss"] > 0))
    rows = rows[has[households.county[rows], households.urban[rows].astype(np.intp)]]
    line = claim_lines(sim, rows, claim_places(sim))
    share = sim.parameters.number("assistance.rules.relief_share")
    most = sim.parameters.number("assistance.rules.relief_cap") * line * households.size[rows]
    yuan = np.minimum(share * households["disaster_loss"][rows], most)
    households.transfers[rows] += yuan
    return Aid(rows, yuan, households.size[rows], households.county[rows])


def temporary_aid(sim: World, has: Bool) -> Aid:
    """Fill what a sudden need took below the line, up to a cap, out of the township's reserve.

    Who lives outside the county of registration is refused until the reserve is open to all.
    Townships pay in the order in which people come, until the reserve is spent.
    """
    households, places = sim.households, claim_places(sim)
    rows, gap = emergencies(sim)
    there = has[households.county[rows], households.urban[rows].astype(np.intp)]
    rows, asked = _ask(sim, rows[there], gap[there], places)
    served = _open_to_all(sim) | (households.county[rows] == places.county[rows])
    yuan = np.zeros(len(rows))
    yuan[served] = _out_of_reserve(sim, rows[served], asked[served])
    note_requests(households, rows, yuan > 0, sim.parameters)
    return _given(sim, rows, yuan, asked, payer="townships")


def _ask(sim: World, rows: Rows, gap: Float, places: ClaimPlaces) -> tuple[Rows, Float]:
    """Return who of `rows` asks for temporary aid, and for how much, yuan of the household."""
    households, rules = sim.households, sim.parameters
    cap = rules.number("assistance.rules.temporary_cap") * households.size[rows]
    asked = np.minimum(gap, cap * claim_lines(sim, rows, places))
    burden = application_cost(sim, rows, places)
    if not rules.flag("assistance.rules.reserve_quick"):
        burden = burden + stigma(sim, rows)
    per_head = households.expected_income[rows] / np.maximum(households.size[rows], 1)
    applies = households["aware_of_dibao"][rows] & (asked > burden * per_head)
    return rows[applies], asked[applies]


def _open_to_all(sim: World) -> bool:
    """Whether reserves help people who are registered elsewhere."""
    always = sim.parameters.flag("assistance.rules.reserve_open")
    return always or sim.parameters.flag("shocks.covid.reserve_open")


def donations(sim: World, in_force: Bool) -> Aid:
    """Let society give, within what its county donates, what emergencies still lack (慈善)."""
    households, counties = sim.households, sim.counties
    rows, gap = emergencies(sim)
    there = in_force[households.county[rows]]
    rows, gap = rows[there], gap[there]
    fund = sim.parameters.number("assistance.rules.donated_share") * counties.product
    county = households.county[rows]
    lacking = total_by(county, gap * households.weight[rows], counties.n)
    yuan = gap * np.minimum(fund / np.maximum(lacking, 1), 1)[county]
    return _given(sim, rows, yuan, gap, payer="outside")


def emergencies(sim: World) -> tuple[Rows, Float]:
    """Return who a sudden loss took below the line, and how far, yuan of the household.

    The loss is what income fell short of the usual, own payments for care, and what a disaster
    destroyed; it is sudden need from a share of the usual income on. What was lacking before it is
    left to dibao.
    """
    households = sim.households
    loss = households.out_of_pocket.copy()
    if "disaster_loss" in households.declared:
        loss += households["disaster_loss"]
    fallen = np.maximum(households.expected_income - households.market_income, 0)
    share = sim.parameters.number("assistance.rules.emergency_share")
    lost = loss + fallen
    rows = np.flatnonzero(households.alive & (lost > share * households.expected_income))
    income = households.market_income[rows] + households.transfers[rows]
    left = income - households.contributions[rows] - loss[rows]
    gap = claim_lines(sim, rows, claim_places(sim)) * households.size[rows] - left
    gap = np.minimum(gap, lost[rows])
    return rows[gap > 0], gap[gap > 0]


def _given(sim: World, rows: Rows, yuan: Float, asked: Float, payer: str) -> Aid:
    """Pay; where the money ends within a row, it helps that part of those it stands for."""
    households = sim.households
    helped = np.flatnonzero(yuan > 0)
    rows, yuan = rows[helped], yuan[helped]
    households.transfers[rows] += yuan
    persons = households.size[rows] * (yuan / asked[helped])
    return Aid(rows, yuan, persons, households.county[rows], payer=payer)


def _out_of_reserve(sim: World, rows: Rows, asked: Float) -> Float:
    """Return what each of `rows` gets from its township's reserve, in the order they come."""
    households, n = sim.households, len(sim.township_county)
    home = households.township
    living = np.flatnonzero(households.alive)
    people = total_by(home[living], households.size[living] * households.weight[living], n)
    reserve = sim.parameters.number("assistance.rules.reserve_per_head") * people
    comes = sim.chance("households.temporary_aid").uniform(households.key[rows])
    order = np.lexsort((comes, home[rows]))
    # Sums of whole yuan are exact, so that no rounding comes from townships before.
    wanted = np.rint((asked * households.weight[rows])[order]).astype(np.int64)
    ordered = home[rows][order]
    before = np.cumsum(wanted) - wanted
    before -= before[np.searchsorted(ordered, ordered)]
    part = np.clip((reserve[ordered] - before) / np.maximum(wanted, 1), 0, 1)
    yuan = np.empty(len(rows))
    yuan[order] = part * asked[order]
    return yuan
