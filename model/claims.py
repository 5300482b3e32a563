"""Citizens' claims on their governments in the course of a year (rules j.1 to j.4).

After they have consumed, households that have a grievance may claim; governments answer; what
became visible of it is published, and everybody's trust in claiming moves. The rules themselves
stand in `agents.claims`; what an answer brings, in `policies.remedies`.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from agents import claims as rules
from agents.claims import (
    ABSENT,
    ASSISTANCE,
    COLLECTIVE,
    GROUNDS,
    OVERLOAD,
    PETITION,
    PREMIUMS,
    WORK,
    Asked,
)
from agents.service_effects import counselled, left_alone, with_counsel
from agents.table import Bool, Column, Float, Int8, Rows, at, total_by
from agents.trust import note_force, note_requests
from model.claim_outcomes import Claims, by_county, count_homes, record_claims
from model.grievances import Grievances, find_grievances
from policies import participation, remedies
from policies.registration import ClaimPlaces, application_cost, claim_places

if TYPE_CHECKING:
    from model.simulation import Simulation

_HOUSEHOLD_COLUMNS = {
    "efficacy": (np.float32, Column("probability", "success it expects of a claim")),
    "claims_tried": (np.uint8, Column("bits", "channels of claims tried in vain, see CHANNELS")),
}
_COUNTY_COLUMNS = {
    "petitions": (np.float64, Column("claims/household", "upper level told of the county, seen")),
    "overload_claims": (np.float64, Column("claims/household", "about crowded schools, clinics")),
    "participation": (np.int8, Column("rung", "0 none, 1 notice, 2 hearing for show, 3 binding")),
    "empty_rounds": (np.int8, Column("years", "hearings for show in a row")),
    "claims_weight": (
        np.float64,
        Column("ratio", "weight of claims in what it adopts, 1: usual", 1),
    ),
}


def set_up(sim: "Simulation") -> None:
    """Declare the columns of claims; people expect of them what the parameter says."""
    for name, (dtype, column) in _HOUSEHOLD_COLUMNS.items():
        sim.households.declare(name, dtype, column)
    for name, (dtype, column) in _COUNTY_COLUMNS.items():
        sim.counties.declare(name, dtype, column)
    sim.households["efficacy"][:] = sim.parameters.number("claims.rules.efficacy_start")


def claim(sim: "Simulation") -> None:
    """Let households claim, governments answer, and publish what became visible of it.

    With ``claims.rules.on`` off nobody claims, and nothing else in the world is touched.
    """
    _hold_hearings(sim)
    on = sim.parameters.flag("claims.rules.on")
    places = claim_places(sim)
    found = find_grievances(sim, places) if on else Grievances.none()
    cost = _costs(sim, found.rows, places)
    pledged = remedies.paid_on_pledges(sim, places)
    homes = count_homes(sim)
    made = _answered(sim, _made(sim, found, cost, _sharing(sim, found, homes)))
    payments = _follow_up(sim, made, found.workers, places)
    _learn(sim, made)
    homes = by_county(sim, homes)
    _publish(sim, made, homes.sum(axis=1))
    record_claims(sim, found, made, pledged, payments, homes)


def _hold_hearings(sim: "Simulation") -> None:
    """Set the rung of participation, how long hearings were for show, and what claims weigh."""
    counties, rung = sim.counties, participation.rungs(sim)
    counties["participation"] = rung
    rounds = np.minimum(counties["empty_rounds"], np.iinfo(np.int8).max - 1) + 1
    counties["empty_rounds"] = np.where(rung == participation.SHOW, rounds, 0)
    counties["claims_weight"] = 1 + participation.by_rung(sim, "adoption_weight")


def _made(sim: "Simulation", found: Grievances, cost: list[Any], sharing: Float) -> Claims:
    """Let households take a channel, by costs and chances to find who shares, or stay silent."""
    tried, worth = _tried(sim, found.rows), _worth(sim, found)
    hope = sim.parameters.schedule("claims.channels.hope")
    some = rules.may_pay(worth, cost, hope)
    keys = sim.households.key[found.rows[some]]
    shared = sim.chance("households.claim_together").happens(keys, sharing[some])
    fits = rules.fitting(found.ground[some], tried[some], shared)
    cost = [cost[0][some], *cost[1:]]
    channel = rules.channel_taken(worth[some], cost, hope, fits)
    claims = np.flatnonzero(channel != rules.SILENT)
    chosen, channel = some[claims], channel[claims]
    county = found.county[chosen]
    unrest = np.bincount(county[channel == COLLECTIVE], minlength=sim.counties.n) > 0
    asked = Asked(found.ground[chosen], channel, _orders(sim, unrest)[county])
    return Claims(found.rows[chosen], county, asked)


def _tried(sim: "Simulation", rows: Rows) -> rules.Bits:
    """Return what each has tried in vain; some forget it. Without a grievance all do."""
    column = sim.households["claims_tried"]
    tried = column[rows]
    refused = np.flatnonzero(tried)
    anew = sim.parameters.number("claims.rules.try_anew")
    keys = sim.households.key[rows[refused]]
    tried[refused[sim.chance("households.claim_anew").happens(keys, anew)]] = 0
    column[:] = 0
    column[rows] = tried
    return tried


def _worth(sim: "Simulation", found: Grievances) -> Float:
    """Return what claiming is worth to each, as share of a year's income, shape (k,)."""
    households, rows = sim.households, found.rows
    rounds = sim.counties["empty_rounds"][found.county]
    efficacy = rules.expected_success(households["efficacy"][rows], rounds, sim.parameters)
    income = at(households.expected_income, rows) / np.maximum(at(households.size, rows), 1)
    reluctance = np.exp(
        sim.parameters.number("claims.rules.reluctance_sd") * households.reluctance[rows]
    )
    return rules.worth_of(found.size, efficacy, income / np.maximum(found.line, 1), reluctance)


def _costs(sim: "Simulation", rows: Rows, places: ClaimPlaces) -> list[Any]:
    """Return what each channel costs, as share of a year's income: one for all, or shape (k,)."""
    again = application_cost(sim, rows, places)
    names = rules.CHANNELS[rules.HOTLINE :]
    return [again, *(sim.parameters.number(f"claims.channels.{name}_cost") for name in names)]


def _sharing(sim: "Simulation", found: Grievances, homes: Float) -> Float:
    """Return each one's chance to find neighbours who share; none who lives elsewhere, (k,)."""
    households, rows = sim.households, found.rows
    kinds = homes.shape[1]
    place = at(households.township, rows).astype(np.intp) * kinds + at(households.urban, rows)
    cell = place * len(GROUNDS) + found.ground
    here: Bool = at(households.county, rows) == found.county
    weight, families = at(households.weight, rows) * here, homes.ravel().repeat(len(GROUNDS))
    chance: Float = rules.chance_to_share(cell, weight, families, sim.parameters)[cell] * here
    return chance


def _orders(sim: "Simulation", unrest: Bool) -> Int8:
    """Return what each county orders about unrest (j.3); its leader's choice where there is one."""
    counties = sim.counties
    chosen = np.zeros(counties.n, np.int8)
    if "stability_choice" in counties.declared:
        chosen = counties["stability_choice"]
    draw = sim.chance("counties.keep_order").uniform(counties.key)
    return rules.orders(chosen, unrest, draw, sim.parameters)


def _answered(sim: "Simulation", made: Claims) -> Claims:
    """Let governments answer and remedy (j.2)."""
    counties, asked, keys = sim.counties, made.asked, sim.households.key[made.rows]
    weight = sim.officials.effort_stability[: counties.n]
    usual = sim.parameters.number("claims.answers.stability_mean")
    stability = np.where(weight > 0, weight, usual)[made.county]
    departments = {
        ASSISTANCE: counties.effort_civil,
        ABSENT: counties.effort_civil,
        PREMIUMS: counties.effort_insurance,
        OVERLOAD: counties.effort_education,
        WORK: counties.effort_insurance,
    }
    effort = np.stack([departments[ground] for ground in range(len(GROUNDS))])
    once = participation.has_reform(sim)[made.county]
    chance = rules.response_chance(
        asked, stability, effort[asked.ground, made.county], once, sim.parameters
    )
    chance = with_counsel(chance, _counselled(sim, made), sim.parameters)
    answered = sim.chance("households.claim_answered").happens(keys, chance)
    remedy = rules.remedy_chance(asked, sim.parameters)
    remedied = sim.chance("households.claim_remedied").happens(keys, remedy)
    return made.with_answers(answered, answered & remedied)


def _counselled(sim: "Simulation", made: Claims) -> Bool:
    """Return who claims with counsel; whom a hub left alone trusts hubs less (g.4, b.9).

    Support is the service that who is linked asked for, and counts as such in `service_links`.
    """
    links = sim.households.org_links[made.rows]
    dispute = (made.asked.ground == PREMIUMS) | (made.asked.ground == WORK)
    draw = sim.chance("households.hub_takes_sides").uniform(sim.households.key[made.rows])
    alone = left_alone(links, dispute, draw, sim.parameters)
    note_requests(sim.households, made.rows[alone], False, sim.parameters, "gongo")
    return counselled(links, alone)


def _follow_up(sim: "Simulation", made: Claims, workers: Rows, places: ClaimPlaces) -> Float:
    """Do what was promised; return what was paid at once to those bought off, yuan each.

    A remedy about the roll is another look next year; employers pay what they owe to `workers` of
    the household, or to who was laid off; claims about crowding are counted. Who is bought off gets
    money now and a place next year.
    """
    rows, ground = made.rows, made.asked.ground
    remedies.promise(sim, rows[made.remedied & (ground == ASSISTANCE)], rows[made.bought])
    gets = np.zeros(sim.households.n, bool)
    gets[rows[made.remedied & (ground == PREMIUMS)]] = True
    remedies.collect_owed_premiums(sim, workers[gets[at(sim.persons.household, workers)]])
    remedies.collect_owed_wages(sim, rows[made.remedied & (ground == WORK)], places)
    county = made.county[made.bought]
    return remedies.pay_to_keep_order(sim, rows[made.bought], county, places)


def _learn(sim: "Simulation", made: Claims) -> None:
    """Remember what was tried in vain; let efficacy and trust follow what came of claims (j.2)."""
    households = sim.households
    tried = np.left_shift(1, made.asked.channel, dtype=np.int64).astype(np.uint8)
    tried |= households["claims_tried"][made.rows]
    households["claims_tried"][made.rows] = np.where(made.met, 0, tried)
    note_requests(households, made.rows, made.met, sim.parameters)
    weight, home = households.weight[made.rows], households.township[made.rows]
    hidden, n = rules.is_hidden(made.asked), len(sim.township_county)
    fear = rules.fear_by_township(home, hidden, weight, n, sim.parameters)
    note_force(households, fear, sim.parameters)
    success = made.met.astype(np.float64)
    efficacy, township = households["efficacy"], households.township
    rules.learn(efficacy, township, made.rows, success, weight, fear, sim.parameters)


def _publish(sim: "Simulation", made: Claims, families: Float) -> None:
    """Publish what is seen of claims and unrest, and whether it became an incident (j.3).

    Suppressed claims are seen in part only; what was done about them may become known as well.
    """
    counties, asked, number = sim.counties, made.asked, sim.parameters.number
    hidden = number("claims.stability.hidden") * rules.is_hidden(asked)
    seen = sim.households.weight[made.rows] * (1 - hidden)

    def share(chosen: Bool) -> Float:
        return total_by(made.county, seen * chosen, counties.n) / np.maximum(families, 1)

    counties.claims_rate = share(np.ones(len(seen), bool))
    counties.unrest = share(asked.channel == COLLECTIVE)
    counties["petitions"] = share(asked.channel == PETITION)
    counties["overload_claims"] = share(asked.ground == OVERLOAD)
    unrest = total_by(
        made.county, sim.households.weight[made.rows] * (asked.channel == COLLECTIVE), counties.n
    ) / np.maximum(families, 1)
    # All claims of a county stand under the same order.
    order = np.zeros(counties.n, np.int8)
    order[made.county] = asked.order
    chance = rules.incident_chance(unrest, order, sim.parameters)
    happens = sim.chance("counties.collective_incident").happens(counties.key, chance)
    counties.incident = happens.astype(np.int8)
