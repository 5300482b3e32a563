"""Rules of dibao that came with the years: data, work costs, single persons, exit, who pays.

Rules f.2 and f.5 and the switch of a.3. Source: S3; S4 section I (guidelines on reforming social
assistance of 2020); State Council Order No. 271 (1999), article 5, for who pays.
"""

import numpy as np

from agents.persons import Work
from agents.table import Bool, Float, Int16, Int32, Rows
from policies.base import World
from policies.cofinance import centre_share


def refund_of_centre(sim: World, place: str, cost: Float) -> Float:
    """Return what the centre pays of the cost of each county, yuan/year, shape (n_counties,).

    ``local``: nothing. ``fixed_share``: a dated share, by region. ``gap_filling``: what is beyond
    a part of the county's room. ``negotiated``: centre and county meet between the share that the
    one offers and the gap for which the other asks.
    """
    payer = sim.parameters.text("dibao.rules.payer")
    if payer == "local":
        return np.zeros(sim.counties.n)
    offered = centre_share(sim, f"dibao.{place}.centre_share") * cost
    effort = sim.parameters.number("dibao.rules.local_effort")
    gap: Float = np.maximum(cost - effort * np.maximum(sim.counties.room, 0), 0)
    if payer == "fixed_share":
        return offered
    if payer == "gap_filling":
        return gap
    demanded = sim.parameters.number("dibao.rules.bargaining")
    settled: Float = (1 - demanded) * offered + demanded * gap
    return settled


def assessment_error(sim: World) -> float:
    """Return the spread of assessed income, log points: matched data take a part of it away."""
    matched = sim.parameters.number("dibao.rules.data_matching")
    matched *= sim.parameters.number("dibao.rules.matching_effect")
    return sim.parameters.number("dibao.rules.verification_sd") * (1 - matched)


def work_costs(sim: World, rows: Rows) -> Float | float:
    """Return the share of income that is not counted, for the costs of earning wages.

    It is granted to those on the roll. Workers who are not on the farm earn wages; each worker is
    taken to earn the same.
    """
    deducted = sim.parameters.number("dibao.rules.work_cost_deduction")
    if not deducted:
        return 0.0
    persons, households = sim.persons, sim.households
    earns = (persons.work >= Work.OFF_FARM) & (persons.work <= Work.INFORMAL) & persons.alive
    earners = np.bincount(persons.household[earns], minlength=households.n)[rows]
    share = np.minimum(earners / np.maximum(households.workers[rows], 1), 1)
    granted: Float = deducted * share * households["receives_dibao"][rows]
    return granted


def single_persons(sim: World, rows: Rows, county: Int32, line: Float) -> Int16:
    """Return how many members of each household claim alone, shape of `rows`.

    The severely ill and the disabled of a household that is assessed at the line or above, but
    below a margin of it, count as a household of one without income.
    """
    households, counties = sim.households, sim.counties
    with_rule = sim.lasting_chance("counties.single_person_rule").happens(
        counties.key, sim.parameters.number("dibao.rules.single_person_counties")
    )
    margin = sim.parameters.number("dibao.rules.single_person_margin")
    assessed = households["assessed_income"][rows]
    near = with_rule[county] & (assessed >= line) & (assessed < margin * line)
    members = households.disabled[rows] + (households.ill_years[rows] > 0)
    alone: Int16 = np.where(near, np.minimum(members, households.size[rows]), 0).astype(np.int16)
    return alone


def steps_of_exit(sim: World) -> Float:
    """Return by which factor the benefit changes in each year of a gradual exit; none: at once."""
    if sim.parameters.text("dibao.rules.gradual_exit") == "none":
        return np.zeros(0)
    kept = sim.parameters.schedule("dibao.rules.exit_shares")
    before = np.append(1.0, kept[:-1])
    steps: Float = np.divide(kept, before, out=np.zeros(len(kept)), where=before > 0)
    return steps


def may_exit_gradually(sim: World, rows: Rows) -> Bool:
    """Whom the rule lets go step by step: who took up work since the grant, or everybody."""
    households = sim.households
    if sim.parameters.text("dibao.rules.gradual_exit") == "all":
        return np.ones(len(rows), bool)
    more: Bool = households.workers[rows] > households["dibao_workers"][rows]
    return more


def needy(sim: World, rows: Rows) -> Bool:
    """Need as neighbours see it: illness, disability, or old people alone."""
    households = sim.households
    alone = (households.elders[rows] >= households.size[rows]) & (households.elders[rows] > 0)
    return (households.ill_years[rows] > 0) | (households.disabled[rows] > 0) | alone


def welfare_priority(sim: World) -> Float | float:
    """Return the leaders' priority for coverage and poverty, 1 as usual, shape (n_counties,)."""
    counties = sim.counties
    return counties["welfare_priority"] if "welfare_priority" in counties.declared else 1.0
