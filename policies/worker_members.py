"""What both insurances of workers share: jobs, enrolment, premiums, rights (module d)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents import enrolment
from agents.enrolment import MEDICAL, PENSION, SCHEMES, UNEMPLOYMENT, Prospects, Terms
from agents.table import Bool, Float, Rows, total_by
from policies.base import World
from policies.worker_columns import MEDICAL_BIT as MEDICAL_BIT
from policies.worker_columns import PENSION_BIT as PENSION_BIT
from policies.worker_columns import bits_of, county_of, is_local, weights

MONTHS = 12


@dataclass(frozen=True)
class Jobs:
    """Workers whom a scheme may insure, shape (n,) each.

    Attributes
    ----------
    rows, household, county : ndarray of int
        Rows in persons, households and counties (of residence).
    wage, mean_wage : ndarray of float64
        Own wage, and the mean wage of the place, yuan/year.
    employers : Employers
    migrant : ndarray of bool
        Not locally registered with an urban hukou.
    """

    rows: Rows
    household: NDArray[np.integer]
    county: NDArray[np.integer]
    wage: Float
    mean_wage: Float
    employers: enrolment.Employers
    migrant: Bool


@dataclass(frozen=True)
class Enrolled:
    """Who joined what, on which base; shape (n, 5) and (n,)."""

    jobs: Jobs
    members: Bool
    base: Float
    terms: Terms


def jobs_of(sim: World, rows: Rows) -> Jobs:
    """Return workers with their places and employers."""
    persons, parameters = sim.persons, sim.parameters
    county = county_of(sim, rows)
    effort = parameters.schedule("worker_insurance.employers.effort")[sim.counties.kind[county]]
    employers = enrolment.employers_of(
        sim.township_key[persons.township[rows]],
        persons.key[rows],
        persons.state_sector[rows],
        effort,
        parameters.number("worker_insurance.employers.job_cells"),
        sim.lasting_chance,
    )
    wage = np.maximum(persons["worker_wage"][rows].astype(np.float64), 0)
    mean_wage = sim.counties["mean_wage"][county]
    migrant = ~is_local(sim, rows)
    return Jobs(rows, persons.household[rows], county, wage, mean_wage, employers, migrant)


def worker_terms(sim: World, jobs: Jobs, open_: Bool) -> Terms:
    """Return the premiums of the worker schemes for each job; some places have their own (d.2)."""
    rates = "worker_insurance.rates."
    shape = open_.shape
    employer = np.broadcast_to(sim.parameters.schedule(f"{rates}employer"), shape).copy()
    own = np.broadcast_to(sim.parameters.schedule(f"{rates}own"), shape).copy()
    code = sim.counties.code.astype(str)
    for_state = sim.parameters.schedule(f"{rates}place_employer_state")
    for_others = sim.parameters.schedule(f"{rates}place_employer_private")
    for_worker = sim.parameters.schedule(f"{rates}place_own")
    for place, prefix in enumerate(sim.parameters.schedule(f"{rates}place_codes")):
        there = np.char.startswith(code, str(int(prefix)))[jobs.county]
        rate = np.where(jobs.employers.state, for_state[place], for_others[place])
        employer[there, PENSION] = rate[there]
        own[there, PENSION] = for_worker[place]
    return Terms(open_, employer, own)


def prospects_of(
    sim: World, jobs: Jobs, portability: Float, factor: Float, base: Float
) -> Prospects:
    """Return what workers expect of the schemes."""
    persons, parameters, rows = sim.persons, sim.parameters, jobs.rows
    men = parameters.number("economy.work.formal_retirement_age_men")
    women = parameters.number("economy.work.formal_retirement_age_women")
    pension_age = np.where(persons.female[rows], women, men)
    stay = enrolment.stay_chance(
        persons.place_years[rows].astype(np.float64), ~jobs.migrant, parameters
    )
    jobless = parameters.number("worker_insurance.choice.job_loss") * jobs.mean_wage
    jobless *= _benefit_years(sim) * parameters.number(
        "worker_insurance.benefits.unemployment_level"
    )
    jobless *= _jobless_share(sim, jobs.migrant)
    return Prospects(
        np.maximum(pension_age - persons.age[rows], 0).astype(np.float64),
        persons["pension_years"][rows].astype(np.float64),
        stay,
        portability,
        factor,
        _expected_hospital(sim, jobs) * stay / base,
        jobless / base,
    )


def _expected_hospital(sim: World, jobs: Jobs) -> Float:
    """Return the expected reimbursement of a year: risk by age x usual bill x share, yuan."""
    number = sim.parameters.number
    spent = 1 - number("economy.consumption.saving_rate")
    bill = number("health.care.cost_per_admission") * spent
    risk = number("health.care.supply") / number("worker_insurance.choice.risk_age")
    share = number("worker_insurance.benefits.medical_share")
    bills = bill * sim.counties.urban_income[jobs.county]
    return risk * sim.persons.age[jobs.rows] * share * bills


def _benefit_years(sim: World) -> float:
    return sim.parameters.number("worker_insurance.benefits.unemployment_months") / MONTHS


def _jobless_share(sim: World, migrant: Bool) -> Float:
    """Return unemployment benefit relative to that of locals."""
    return np.where(migrant, sim.parameters.number("migrant_insurance.choice.jobless_share"), 1)


def unemployment_benefit(sim: World, county: NDArray[np.integer], migrant: Bool) -> Float:
    """Return the benefit of those who lost their work this year, yuan."""
    level = sim.parameters.number("worker_insurance.benefits.unemployment_level")
    wage = sim.counties["mean_wage"][county]
    benefit: Float = level * _benefit_years(sim) * wage * _jobless_share(sim, migrant)
    return benefit


def enrol(
    sim: World,
    jobs: Jobs,
    terms: Terms,
    portability: Float,
    factor: Float,
    outside: Float,
) -> Enrolled:
    """Let employers offer and workers accept; set membership and what employers leave unpaid.

    Firms and offices of the state withhold the worker's premium without asking.
    """
    persons, parameters, rows = sim.persons, sim.parameters, jobs.rows
    floor = parameters.number("worker_insurance.rates.base_floor") * jobs.mean_wage
    floor = np.maximum(floor, 1)
    rate = (terms.employer * terms.open).sum(axis=1)
    hidden = enrolment.declares_floor(jobs.employers, rate, jobs.wage, floor, parameters)
    base = enrolment.contribution_base(jobs.wage, floor, hidden)
    offered = enrolment.offers(
        jobs.employers, terms, base / np.maximum(jobs.wage, 1), jobs.migrant, parameters
    )
    taste = np.ones((len(rows), len(SCHEMES)))
    for scheme in (PENSION, MEDICAL, UNEMPLOYMENT):
        draws = sim.lasting_chance(f"persons.accept_{SCHEMES[scheme]}")
        taste[:, scheme] = draws.uniform(persons.key[rows])
    prospects = prospects_of(sim, jobs, portability, factor, base)
    poor = enrolment.short_of_cash(sim.households.assets[jobs.household], jobs.wage, parameters)
    accepted = enrolment.accepts(terms, prospects, outside / base[:, None], poor, taste, parameters)
    accepted |= jobs.employers.state[:, None]
    persons["worker_schemes"][rows] = bits_of(offered & accepted)
    _note_unpaid(sim, jobs, terms, offered, base, np.maximum(jobs.wage, floor))
    return Enrolled(jobs, offered & accepted, base, terms)


def _note_unpaid(
    sim: World, jobs: Jobs, terms: Terms, offered: Bool, base: Float, due_base: Float
) -> None:
    """Add what the employer does not pay: schemes it does not offer, pay it does not declare."""
    paid = base[:, None] * offered
    owed = terms.employer * terms.open * (due_base[:, None] - paid)
    sim.persons["unpaid_premiums"][jobs.rows] += owed.sum(axis=1)


def collect(sim: World, enrolled: Enrolled) -> None:
    """Collect premiums; wages fall by a part of the employer's; credit pension years (d.2, d.6).

    Employers pass a share of their premium on to wages, up to the household's income.
    """
    jobs, base = enrolled.jobs, enrolled.base[:, None]
    own = enrolled.terms.own * base * enrolled.members
    employer = enrolled.terms.employer * base * enrolled.members
    _charge(sim, jobs, own.sum(axis=1), employer.sum(axis=1))
    weight = weights(sim, jobs.rows)
    for scheme, name in enumerate(SCHEMES):
        paid_own, paid = (own[:, scheme] * weight).sum(), (employer[:, scheme] * weight).sum()
        income = total_by(jobs.county, (own + employer)[:, scheme] * weight, sim.counties.n)
        sim.counties[f"{name}_reserve"] += income
        sim.treasury.pay("households", "insurance_pools", f"{name}_premiums", float(paid_own))
        sim.treasury.pay("outside", "employers", "sales", float(paid))
        sim.treasury.pay("employers", "insurance_pools", f"{name}_premiums", float(paid))
    _credit(sim, enrolled, own[:, PENSION])


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


def _credit(sim: World, enrolled: Enrolled, own: Float) -> None:
    """Credit a year and the own premium to members of the pension; move rights that travel."""
    persons = sim.persons
    joined = enrolled.members[:, PENSION]
    rows, county = enrolled.jobs.rows[joined], enrolled.jobs.county[joined]
    _move_rights(sim, rows, county)
    interest = 1 + sim.parameters.number("worker_insurance.choice.interest")
    persons["pension_account"][rows] = persons["pension_account"][rows] * interest + own[joined]
    years = persons["pension_years"][rows]
    persons["pension_years"][rows] = years + (years < np.iinfo(np.int8).max)
    persons["insured_county"][rows] = county


def _move_rights(sim: World, rows: Rows, county: NDArray[np.integer]) -> None:
    """Move accounts, and the pooled money that goes with them, to the county of the new job."""
    old = sim.persons["insured_county"][rows]
    moved = (old >= 0) & (old != county)
    ratio = 1 + sim.parameters.number("migrant_insurance.regime.moved_pool")
    yuan = sim.persons["pension_account"][rows[moved]].astype(np.float64) * ratio
    yuan *= weights(sim, rows[moved])
    n = sim.counties.n
    reserve = sim.counties[f"{SCHEMES[PENSION]}_reserve"]
    reserve += total_by(county[moved], yuan, n) - total_by(old[moved], yuan, n)


def pay_households(sim: World, rows: Rows, yuan: Float, scheme: int, purpose: str) -> None:
    """Pay persons out of the pool of the county that holds their rights, or where they live."""
    persons, households = sim.persons, sim.households
    households.transfers += total_by(persons.household[rows], yuan, households.n)
    total = take_from_pool(sim, rows, yuan, scheme)
    sim.treasury.pay("insurance_pools", "households", purpose, total)


def take_from_pool(sim: World, rows: Rows, yuan: Float, scheme: int) -> float:
    """Take money for persons out of the pool of a scheme; return the sum in real yuan."""
    held = sim.persons["insured_county"][rows]
    county = np.where(held >= 0, held, county_of(sim, rows))
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
