"""What both insurances of workers share: enrolment, premiums, rights (module d)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents import employers, enrolment
from agents.enrolment import MEDICAL, PENSION, SCHEMES, UNEMPLOYMENT, Bits, Terms
from agents.persons import Work, works_as
from agents.service_effects import insurance_odds
from agents.table import Bool, Float, Rows, at, total_by
from policies.base import World
from policies.worker_columns import EVERY_SCHEME, PENSION_BIT, county_of, weights
from policies.worker_jobs import (
    SECTORS,
    Jobs,
    benefit_years,
    jobless_share,
    pension_age,
    prospects_of,
)

# The schemes that workers weigh; they accept no other that takes a premium from them.
_WEIGHED = (PENSION, MEDICAL, UNEMPLOYMENT)
# Schemes of residents, and those of workers in their place.
_AT_HOME = {"pension": PENSION, "medical": MEDICAL}


@dataclass(frozen=True)
class Enrolled:
    """Who joined what (bits), and on which base; shape (n,) each."""

    jobs: Jobs
    members: Bits
    base: Float
    terms: Terms


def enrol(sim: World, jobs: Jobs, terms: Terms, outside: Mapping[int, Float]) -> Enrolled:
    """Let employers offer and workers accept; set membership and what employers leave unpaid.

    Firms and offices of the state withhold the worker's premium without asking.

    Parameters
    ----------
    sim : World
    jobs : Jobs
    terms : Terms
    outside : mapping of int to ndarray of float64, shape (n,)
        Yearly value of what joining a scheme makes superfluous at home, yuan, by scheme; nothing
        for schemes that are not named.
    """
    parameters = sim.parameters
    floor = parameters.number("worker_insurance.rates.base_floor") * jobs.mean_wage
    floor = np.maximum(floor, 1)
    ceiling = parameters.number("worker_insurance.rates.base_ceiling") * jobs.mean_wage
    due = employers.base_due(jobs.wage, floor, ceiling)
    rate = terms.rate(terms.employer, terms.open)
    hidden = employers.declares_floor(jobs.employers, rate, jobs.wage, due, floor, parameters)
    base = np.where(hidden, floor, due)
    ratio = base / np.maximum(jobs.wage, 1)
    offered = employers.offers(jobs.employers, terms, ratio, jobs.migrant, parameters)
    members = offered & (terms.free() | EVERY_SCHEME * jobs.employers.state)
    asked = np.flatnonzero(members != offered)
    members[asked] |= offered[asked] & _choices(sim, jobs, terms, base, outside, asked)
    sim.persons["worker_schemes"][jobs.rows] = members
    sim.persons["contribution_base"][jobs.rows] = np.where(members > 0, base, 0)
    _note_unpaid(sim, jobs, terms, offered, base, due)
    return Enrolled(jobs, members, base, terms)


def _choices(
    sim: World,
    jobs: Jobs,
    terms: Terms,
    base: Float,
    outside: Mapping[int, Float],
    asked: Rows,
) -> Bits:
    """Return which schemes some workers (positions in `jobs`) accept, as bits."""
    rows, place, base = jobs.rows[asked], terms.place[asked], base[asked]
    rights = terms.portability.take(place), terms.benefit_factor.take(place)
    prospects = prospects_of(sim, rows, ~jobs.migrant[asked], base, *rights)
    assets = at(sim.households.assets, jobs.household[asked])
    poor = enrolment.short_of_cash(assets, jobs.wage[asked], sim.parameters)
    key = at(sim.persons.key, rows)
    counsel = insurance_odds(at(sim.households.org_links, jobs.household[asked]), sim.parameters)
    chosen, nothing = np.zeros(len(asked), np.uint8), np.zeros(len(jobs.rows))
    for scheme in _WEIGHED:
        own = terms.own[:, scheme].take(place)
        value = enrolment.value_of(scheme, own, prospects, sim.parameters)
        taste = sim.lasting_chance(f"persons.accept_{SCHEMES[scheme]}").uniform(key)
        superfluous = outside.get(scheme, nothing)[asked] / base
        yes = enrolment.accepts(own, value, superfluous, poor, taste, sim.parameters, counsel)
        chosen |= yes.view(np.uint8) << scheme
    return chosen


def worth_at_home(sim: World, rows: Rows) -> dict[int, Float]:
    """Return what joining makes superfluous where the county of registration has it, yuan/year."""
    place = "migrant_insurance.choice."
    home = at(sim.township_county, at(sim.persons.hukou_township, rows))
    has = {name: at(sim.adoptions.in_force(f"residents_{name}"), home) for name in _AT_HOME}
    worth = {name: sim.parameters.number(f"{place}outside_{name}") for name in _AT_HOME}
    return {scheme: np.where(has[name], worth[name], 0) for name, scheme in _AT_HOME.items()}


def _note_unpaid(
    sim: World, jobs: Jobs, terms: Terms, offered: Bits, base: Float, due_base: Float
) -> None:
    """Add what the employer does not pay: schemes it does not offer, pay it does not declare."""
    owed = terms.rate(terms.employer, terms.open & ~offered) * due_base
    owed += terms.rate(terms.employer, offered) * (due_base - base)
    sim.persons["unpaid_premiums"][jobs.rows] += owed


def unemployment_benefit(sim: World, rows: Rows) -> Float:
    """Return the benefit of those who lost their work this year, yuan, shape of `rows`."""
    level = sim.parameters.number("worker_insurance.benefits.unemployment_level")
    wage = sim.counties["mean_wage"][county_of(sim, rows)]
    benefit: Float = level * benefit_years(sim) * wage * jobless_share(sim, rows)
    return benefit


def collect(sim: World, enrolled: Enrolled) -> None:
    """Collect premiums; wages fall by a part of the employer's; credit pension years (d.2, d.6).

    Employers pass a share of their premium on to wages, up to the household's income. In 2020 a
    part of what employers owe was put off to the next year.
    """
    jobs, terms, members, base = enrolled.jobs, enrolled.terms, enrolled.members, enrolled.base
    rates = terms.employer * sim.parameters.number("shocks.covid.premium_due")
    _charge(sim, jobs, terms.rate(terms.own, members) * base, terms.rate(rates, members) * base)
    bases = terms.sums(base * jobs.weight, members)
    own, paid = bases * terms.own, bases * rates
    for scheme, name in enumerate(SCHEMES):
        income = (own + paid)[:, scheme].reshape(-1, SECTORS).sum(axis=1)
        sim.counties[f"{name}_reserve"] += income
        by_workers, by_employers = float(own[:, scheme].sum()), float(paid[:, scheme].sum())
        sim.treasury.pay("households", "insurance_pools", f"{name}_premiums", by_workers)
        sim.treasury.pay("outside", "employers", "sales", by_employers)
        sim.treasury.pay("employers", "insurance_pools", f"{name}_premiums", by_employers)
    _credit(sim, enrolled)


def _charge(sim: World, jobs: Jobs, own: Float, employer: Float) -> None:
    """Take own premiums from households, and the part of employers' that wages bear."""
    households = sim.households
    households.contributions += total_by(jobs.household, own, households.n)
    share = sim.parameters.number("worker_insurance.employers.pass_through")
    borne = total_by(jobs.household, share * employer, households.n)
    borne = np.minimum(borne, np.maximum(households.market_income, 0))
    households.market_income -= borne
    yuan = float((borne * households.weight).sum())
    sim.treasury.pay("households", "employers", "premiums_passed_on", yuan)
    sim.treasury.pay("employers", "outside", "premiums_passed_on", yuan)


def _credit(sim: World, enrolled: Enrolled) -> None:
    jobs, terms = enrolled.jobs, enrolled.terms
    joined = np.flatnonzero(enrolled.members & PENSION_BIT)
    own = terms.own[:, PENSION].take(terms.place[joined]) * enrolled.base[joined]
    credit_year(sim, jobs.rows[joined], jobs.county[joined], own)


def credit_year(sim: World, rows: Rows, county: NDArray[np.integer], yuan: Float) -> None:
    """Credit a year and money for the account to members of the pension; move their rights."""
    persons = sim.persons
    move_rights(sim, rows, county)
    persons["pension_account"][rows] += yuan
    years = at(persons["pension_years"], rows)
    persons["pension_years"][rows] = years + (years < np.iinfo(np.int8).max)
    persons["insured_county"][rows] = county


def draws_pension(sim: World, rows: Rows) -> Bool:
    """Return who draws a worker pension: members of pension age, also those who work informally."""
    persons = sim.persons
    work, age = at(persons.work, rows), at(persons.age, rows)
    old = ~works_as(work, Work.FORMAL) & (age >= pension_age(sim, rows))
    draws = at(persons["worker_schemes"], rows) & PENSION_BIT > 0
    return draws & (old | works_as(work, Work.RETIRED))


def bear_interest(sim: World) -> None:
    """Add interest to the accounts of all who do not draw from them, also where rights rest."""
    persons = sim.persons
    rows = np.flatnonzero(persons.alive & (persons["pension_account"] > 0))
    rests = rows[~draws_pension(sim, rows)]
    interest = 1 + sim.parameters.number("worker_insurance.choice.interest")
    persons["pension_account"][rests] *= interest


def move_rights(sim: World, rows: Rows, county: NDArray[np.integer]) -> None:
    """Move accounts, and the pooled money that goes with them, to the county of the new job."""
    old = at(sim.persons["insured_county"], rows)
    moved = np.flatnonzero((old >= 0) & (old != county))
    ratio = 1 + sim.parameters.number("migrant_insurance.regime.moved_pool")
    yuan = at(sim.persons["pension_account"], rows[moved]).astype(np.float64) * ratio
    yuan *= weights(sim, rows[moved])
    n = sim.counties.n
    reserve = sim.counties[f"{SCHEMES[PENSION]}_reserve"]
    reserve += total_by(county[moved], yuan, n) - total_by(old[moved], yuan, n)


def pay_households(sim: World, rows: Rows, yuan: Float, scheme: int, purpose: str) -> None:
    """Pay persons out of the pool of a scheme, see `take_from_pool`."""
    persons, households = sim.persons, sim.households
    households.transfers += total_by(persons.household[rows], yuan, households.n)
    total = take_from_pool(sim, rows, yuan, scheme)
    sim.treasury.pay("insurance_pools", "households", purpose, total)


def take_from_pool(sim: World, rows: Rows, yuan: Float, scheme: int) -> float:
    """Take money for persons out of the pool of a scheme; return the sum in real yuan.

    Pensions are paid where the rights are held, everything else where persons live.
    """
    county = county_of(sim, rows)
    if scheme == PENSION:
        held = at(sim.persons["insured_county"], rows)
        county = np.where(held >= 0, held, county)
    real = yuan * weights(sim, rows)
    taken = total_by(county, real, sim.counties.n)
    sim.counties[f"{SCHEMES[scheme]}_reserve"] -= taken
    return float(real.sum())


def close_account(sim: World, rows: Rows) -> None:
    """Pay individual pension accounts out; the pooled part stays with the city."""
    persons = sim.persons
    yuan = persons["pension_account"][rows].astype(np.float64)
    pay_households(sim, rows, yuan, PENSION, "pension_cash_outs")
    persons["pension_account"][rows] = 0
    persons["pension_years"][rows] = 0
    persons["insured_county"][rows] = -1


def drop_schemes(sim: World, rows: Rows) -> None:
    """End the memberships of those who left their job; their pension rights rest."""
    sim.persons["worker_schemes"][rows] = 0
