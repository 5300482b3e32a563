"""Where services are needed and bought: regimes, kinds of place, need, wages (g.1, g.8).

Source: S1 section 3 (Table 1: residual, then managerial) and section 4 (suppliers scarce in
counties and townships; rungs of registration by place).
"""

from dataclasses import dataclass

import numpy as np

from agents.founding import at_places
from agents.local_government import METRO
from agents.organisations import MIGRANTS, InNeed, Members
from agents.table import Bool, Float, Int8, Rows, at, total_by
from agents.trust import TIERS
from policies.base import World

REGIMES = ("residual", "managerial", "partnership")
"""Regimes of the welfare mix, in the order of schedules by regime."""
RESIDUAL = 0
RUNGS = ("dual", "eased", "direct")
"""Rungs of registration, in the order of schedules by rung."""
DIRECT = len(RUNGS) - 1
PLACES = ("metro", "city", "county_seat", "township")
"""Kinds of place of a lot: a metropolitan district, the seat of a city, of a county, elsewhere."""
IN_METRO, CITY_SEAT, COUNTY_SEAT, OUTSIDE = range(len(PLACES))
_REGIMES = "procurement.regimes."
_ORGANISATIONS = "procurement.organisations."


@dataclass(frozen=True)
class Setting:
    """How the welfare mix is set in the year, by county, shape (n_counties,) each.

    Attributes
    ----------
    regime : ndarray of intp
        Place in `REGIMES`.
    buys, tie_weight, control, reporting, incubates, charges : ndarray of float64
        What the regime says, see the parameters of the same name.
    rung : ndarray of intp
        Place in `RUNGS`.
    stability : ndarray of float64
        Weight leaders give to stability, 1: usual.
    wage : ndarray of float64
        Cost of a full-time worker, yuan/year.
    families : ndarray of float64
        Households.
    trust_gongo, trust_ngo : ndarray of float64
        Mean trust of households in hubs and in other organisations.
    """

    regime: Rows
    buys: Float
    tie_weight: Float
    control: Float
    reporting: Float
    incubates: Float
    charges: Float
    rung: Rows
    stability: Float
    wage: Float
    families: Float
    trust_gongo: Float
    trust_ngo: Float


def setting(sim: World, in_force: Bool) -> Setting:
    """Return how the mix is set this year; counties that do not buy are residual."""
    counties, number = sim.counties, sim.parameters.number
    regime = np.full(counties.n, REGIMES.index(sim.parameters.text(f"{_REGIMES}regime")))
    special = at_places(counties.code, [number(f"{_REGIMES}special_place")])
    regime[special] = REGIMES.index(sim.parameters.text(f"{_REGIMES}special_regime"))
    regime[~in_force] = RESIDUAL

    families = sim.county_sum(np.ones(sim.households.n))
    trust_gongo, trust_ngo = mean_trust(sim, families, "gongo", "ngo")

    def said(name: str) -> Float:
        return sim.parameters.schedule(f"{_REGIMES}{name}")[regime]

    return Setting(
        regime=regime,
        buys=said("buys"),
        tie_weight=said("tie_weight"),
        control=said("control"),
        reporting=said("reporting"),
        incubates=said("incubates"),
        charges=said("charges"),
        rung=_rungs(sim),
        stability=_stability(sim),
        wage=_wages(sim),
        families=families,
        trust_gongo=trust_gongo,
        trust_ngo=trust_ngo,
    )


def _rungs(sim: World) -> Rows:
    rung = np.full(sim.counties.n, RUNGS.index(sim.parameters.text(f"{_ORGANISATIONS}rung")))
    ahead = sim.parameters.schedule(f"{_ORGANISATIONS}direct_places").tolist()
    rung[at_places(sim.counties.code, ahead)] = DIRECT
    return rung


def _stability(sim: World) -> Float:
    effort = sim.officials.effort_stability[: sim.counties.n]
    usual = sim.parameters.number("claims.answers.stability_mean")
    return np.where(effort > 0, effort / usual, 1.0)


def _wages(sim: World) -> Float:
    counties = sim.counties
    income = np.maximum(counties.urban_income, counties.rural_income)
    return sim.parameters.number("procurement.funding.wage") * np.maximum(income, 1)


def register_chance(sim: World, kind: Int8, county: Rows, rung: Rows) -> Float:
    """Return the chance of each organisation to be registered, by its kind and county's rung."""
    usual = sim.parameters.schedule(f"{_ORGANISATIONS}registers")[rung[county]]
    migrants = sim.parameters.schedule(f"{_ORGANISATIONS}migrants_register")[rung[county]]
    return np.where(kind == MIGRANTS, migrants, usual)


def kinds_of_place(sim: World) -> Int8:
    """Return the kind of place of each township: the most urban one of a county is its seat."""
    counties, county = sim.counties, sim.township_county
    n = len(county)
    people = sim.households.size * sim.households.weight
    urban = total_by(sim.households.township, people * sim.households.urban, n)
    share = urban / np.maximum(total_by(sim.households.township, people, n), 1)
    order = np.lexsort((-share, county))
    seat = order[np.unique(county[order], return_index=True)[1]]
    place = np.full(n, OUTSIDE, np.int8)
    is_city = counties.kind[county[seat]] == METRO + 1
    place[seat] = np.where(is_city, CITY_SEAT, COUNTY_SEAT)
    place[counties.kind[county] == METRO] = IN_METRO
    return place


def who_needs(sim: World) -> InNeed:
    """Return who needs a service in the year.

    The old; newcomers of working age; children of newcomers, and those whose families have somebody
    away; poor households.
    """
    persons, elsewhere = sim.persons, _from_elsewhere(sim)
    old = persons.alive & (persons.age >= sim.parameters.number("procurement.lots.old_age"))
    adult = at(persons.age, elsewhere) >= sim.parameters.number("procurement.lots.adult_age")

    def members(rows: Rows) -> Members:
        return Members(at(persons.household, rows), at(persons.township, rows))

    return InNeed(
        old=members(np.flatnonzero(old)),
        newcomers=members(elsewhere[adult]),
        children=members(_children(sim, elsewhere)),
        poor=_poor(sim),
    )


def hours_needed(sim: World, who: InNeed) -> Float:
    """Return hours of service needed in the year, real ones, shape (n_townships, 4) (g.1).

    Hours a head x persons in need, where they live, or for casework, where their home is.
    """
    people = [_count(sim, who.old), _count(sim, who.newcomers), _people(sim, who.poor)]
    people.append(_count(sim, who.children))
    hours = sim.parameters.schedule("procurement.lots.hours_per_head")
    needed: Float = np.stack(people, axis=1) * hours
    return needed


def _count(sim: World, members: Members) -> Float:
    """Return real persons by township where they live, shape (n_townships,)."""
    weight = at(sim.households.weight, members.household)
    return total_by(members.township, weight, len(sim.township_county))


def _people(sim: World, rows: Rows) -> Float:
    """Return real members of households by township of their home, shape (n_townships,)."""
    households = sim.households
    people = households.size[rows] * households.weight[rows]
    return total_by(households.township[rows], people, len(sim.township_county))


def _from_elsewhere(sim: World) -> Rows:
    """Return the persons who live in another county than that of their registration."""
    persons, county = sim.persons, sim.township_county
    moved = np.flatnonzero(persons.alive & (persons.township != persons.hukou_township))
    here, registered = at(persons.township, moved), at(persons.hukou_township, moved)
    return moved[at(county, here) != at(county, registered)]


def _poor(sim: World) -> Rows:
    """Return households below the rural line last year, or on dibao now."""
    households = sim.households
    poor = households.income_per_head < sim.last_poverty_line
    if "receives_dibao" in households.declared:
        poor |= households["receives_dibao"]
    return np.flatnonzero(poor & households.alive)


def _children(sim: World, elsewhere: Rows) -> Rows:
    """Return children of newcomers, and those whose families have somebody away."""
    persons, households = sim.persons, sim.households
    needing = np.zeros(persons.n, bool)
    needing[elsewhere] = True
    left = np.zeros(households.n, bool)
    left[at(persons.household, np.flatnonzero(persons.alive & persons.away))] = True
    child = persons.age < sim.parameters.number("procurement.lots.adult_age")
    rows = np.flatnonzero(persons.alive & child)
    return rows[at(needing, rows) | at(left, at(persons.household, rows))]


def mean_trust(sim: World, families: Float, *tiers: str) -> list[Float]:
    """Return the mean trust of a county's households in kinds of bodies; usual where nobody lives.

    Shape (n_counties,) each, as `families`, the households of the county.
    """
    starts = sim.parameters.schedule("trust.rules.start")
    means = []
    for tier in tiers:
        usual = np.full(sim.counties.n, starts[TIERS.index(tier)])
        trust = sim.county_sum(sim.households[f"trust_{tier}"])
        means.append(np.divide(trust, families, out=usual, where=families > 0))
    return means
