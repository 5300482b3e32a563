"""Jobs that the schemes for workers may insure: their employers, premiums and prospects (d)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.employers import Employers, JobCells, draw_employers
from agents.enrolment import PENSION, SCHEMES, Bits, Prospects, Terms, stay_chance
from agents.table import Bool, Float, Rows, at
from policies.base import World
from policies.worker_columns import county_of, is_local

MONTHS = 12
SECTORS = 2
"""Private and state: each county has a row of premiums for either."""
_RATES = "worker_insurance.rates."


@dataclass(frozen=True)
class Jobs:
    """Workers whom a scheme may insure, shape (n,) each.

    Attributes
    ----------
    rows, household, county : ndarray of int
        Rows in persons, households and counties (of residence).
    weight : ndarray of float64
        Real persons each of them stands for.
    wage, mean_wage : ndarray of float64
        Own wage, and the mean wage of the place, yuan/year.
    employers : Employers
    migrant : ndarray of bool
        Not locally registered with an urban hukou.
    """

    rows: Rows
    household: NDArray[np.integer]
    county: NDArray[np.integer]
    weight: Float
    wage: Float
    mean_wage: Float
    employers: Employers
    migrant: Bool


def job_cells(sim: World, known: JobCells | None) -> JobCells:
    """Return all employers; those known already, unless a township now has more or fewer."""
    cells = sim.parameters.number("worker_insurance.employers.job_cells")
    if known is not None and known.cells == cells:
        return known
    return draw_employers(sim.township_key, cells, sim.lasting_chance)


def jobs_of(sim: World, rows: Rows, cells: JobCells) -> Jobs:
    """Return workers with their places and employers."""
    persons, counties = sim.persons, sim.counties
    township, home = at(persons.township, rows), at(persons.household, rows)
    county, state = at(sim.township_county, township), at(persons.state_sector, rows)
    employer = cells.of_workers(township, at(persons.key, rows), state, sim.lasting_chance)
    effort = sim.parameters.schedule("worker_insurance.employers.effort")[counties.kind]
    effort = effort * counties.effort_insurance
    return Jobs(
        rows,
        home,
        county,
        at(sim.households.weight, home),
        np.maximum(at(persons["worker_wage"], rows).astype(np.float64), 0),
        at(counties["mean_wage"], county),
        Employers(
            at(cells.offer, employer),
            at(cells.declare, employer),
            at(cells.size, employer),
            state,
            at(effort, county),
        ),
        ~is_local(sim, rows),
    )


def worker_rates(sim: World) -> tuple[Float, Float]:
    """Return the premiums of employers and workers in the worker schemes, (n_counties, 2, 5) each.

    The second axis is the sector (private, state); some places have rates of their own (d.2).
    """
    schedule, shape = sim.parameters.schedule, (sim.counties.n, SECTORS, len(SCHEMES))
    employer = np.broadcast_to(schedule(f"{_RATES}employer"), shape).copy()
    own = np.broadcast_to(schedule(f"{_RATES}own"), shape).copy()
    private = schedule(f"{_RATES}place_employer_private")
    state = schedule(f"{_RATES}place_employer_state")
    for place, prefix in enumerate(schedule(f"{_RATES}place_codes")):
        there = sim.counties.lie_in(prefix)
        employer[there, :, PENSION] = private[place], state[place]
        own[there, :, PENSION] = schedule(f"{_RATES}place_own")[place]
    return employer, own


def terms_of(
    jobs: Jobs,
    open_: Bits,
    rates: tuple[Float, Float],
    portability: Float,
    benefit_factor: Float,
) -> Terms:
    """Return what the county asks in each job, and what rights there are worth.

    Parameters
    ----------
    jobs : Jobs
    open_ : ndarray of uint8, shape (n,)
        Schemes that exist for each worker, as bits.
    rates : tuple of ndarray of float64, shape (n_counties, 2, 5)
        Premiums of employers and of workers.
    portability, benefit_factor : ndarray of float64, shape (n_counties,)
    """
    employer, own = (rate.reshape(-1, len(SCHEMES)) for rate in rates)
    return Terms(
        open_,
        jobs.county.astype(np.intp) * SECTORS + jobs.employers.state,
        employer,
        own,
        np.repeat(portability, SECTORS),
        np.repeat(benefit_factor, SECTORS),
    )


def prospects_of(
    sim: World, rows: Rows, local: Bool, base: Float, portability: Float, benefit_factor: Float
) -> Prospects:
    """Return what workers expect of the schemes, see `Prospects`; all shape of `rows`.

    Parameters
    ----------
    sim : World
    rows : ndarray of int
        Rows of persons.
    local : ndarray of bool
        Registered with an urban hukou where they live.
    base : ndarray of float64
        Contribution base, yuan/year.
    portability, benefit_factor : ndarray of float64
        See `Prospects`.
    """
    persons, parameters = sim.persons, sim.parameters
    county, age = county_of(sim, rows), at(persons.age, rows)
    stay = stay_chance(at(persons.place_years, rows).astype(np.float64), local, parameters)
    jobless = at(sim.counties["mean_wage"], county) * jobless_share(sim, rows)
    jobless *= parameters.number("worker_insurance.choice.job_loss") * benefit_years(sim)
    jobless *= parameters.number("worker_insurance.benefits.unemployment_level")
    return Prospects(
        np.maximum(pension_age(sim, rows) - age, 0).astype(np.float64),
        persons["pension_years"][rows].astype(np.float64),
        stay,
        portability,
        benefit_factor,
        _expected_hospital(sim, county, age) * stay / base,
        jobless / base,
    )


def pension_age(sim: World, rows: Rows) -> Float:
    """Return the pension age of persons, shape of `rows`."""
    men = sim.parameters.number("economy.work.formal_retirement_age_men")
    women = sim.parameters.number("economy.work.formal_retirement_age_women")
    return np.where(at(sim.persons.female, rows), women, men)


def benefit_years(sim: World) -> float:
    """Return for how many years unemployment benefit is paid."""
    return sim.parameters.number("worker_insurance.benefits.unemployment_months") / MONTHS


def jobless_share(sim: World, rows: Rows) -> Float:
    """Return unemployment benefit relative to the full one: less without an urban hukou."""
    less = sim.parameters.number("migrant_insurance.choice.jobless_share")
    return np.where(at(sim.persons.hukou_urban, rows), 1, less)


def _expected_hospital(sim: World, county: NDArray[np.integer], age: NDArray[np.integer]) -> Float:
    """Return the expected reimbursement of a year: risk by age x usual bill x share, yuan."""
    number = sim.parameters.number
    spent = 1 - number("economy.consumption.saving_rate")
    bill = number("health.care.cost_per_admission") * spent
    risk = number("health.care.supply") / number("worker_insurance.choice.risk_age")
    share = number("worker_insurance.benefits.medical_share")
    bills = bill * sim.counties.urban_income[county]
    return risk * age * share * bills
