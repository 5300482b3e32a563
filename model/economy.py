"""The economy of a year: work, income, bills, consumption, and the money that moves with them."""

from typing import TYPE_CHECKING

import numpy as np

from agents import care, consumption, income, work
from agents.households import Households
from agents.persons import Work
from agents.table import Bool, Float, total_by
from model import earnings
from model.residents import Residents
from model.tally import Tally

if TYPE_CHECKING:
    from model.simulation import Simulation

# Year whose prices the minimum consumption is in.
_PRICE_BASE = 2000


def work_and_earn(sim: "Simulation") -> None:
    """Change jobs, draw incomes and pay wages, unit pensions and farm sales.

    In the first year people work at what they were observed at.
    """
    if sim.year > sim.setup.years.first:
        work.change_jobs(
            sim.persons,
            sim.households.org_links,
            sim.counties.unit_pensions[sim.township_county],
            sim.parameters,
            sim.chance,
        )
        income.drift(sim.households, sim.parameters, sim.chance)
    earnings.book(sim, earn(sim))
    sim.households.unit_cover[:] = _unit_cover(sim)


def earn(sim: "Simulation") -> earnings.Totals:
    """Draw the incomes of the year; return what all households earned and paid in rent."""
    payroll = earnings.of_year(sim)
    income.earn(sim.households, payroll.earnings, sim.parameters, sim.chance)
    for column in ("transfers", "contributions", "unit_cover", "insured_cover"):
        sim.households[column][:] = 0
    totals = earnings.share_rents(sim, payroll)
    _count_members(sim)
    earned = sim.county_sum(sim.households.market_income)
    sim.counties.product = earned / sim.parameters.number("fiscal.budget.household_income_share")
    return totals


def fall_ill(sim: "Simulation") -> None:
    """Draw care and its bills, and book who pays them."""
    households = sim.households
    usual = sim.mean_consumption[households.county, households.urban.astype(np.intp)]
    care.fall_ill(households, sim.persons, usual, sim.parameters, sim.chance)
    own = sim.total(households.out_of_pocket)
    by_units = sim.total(households.inpatient_bill * households.unit_cover)
    sim.treasury.pay("households", "outside", "medical_bills", own)
    sim.treasury.pay("outside", "employers", "sales", by_units)
    sim.treasury.pay("employers", "outside", "medical_bills", by_units)


def consume(sim: "Simulation") -> None:
    """Let households spend, save and borrow; mark catastrophic care."""
    subsistence = minimum_consumption(sim, sim.households)
    consumption.consume(sim.households, subsistence, sim.parameters)
    care.catastrophic(sim.households, subsistence, sim.parameters)
    spent = sim.total(sim.households.consumption)
    sim.treasury.pay("households", "outside", "consumption", spent)


def usual_consumption(sim: "Simulation", tally: Tally) -> Float:
    """Consumption per head by county and place before any was observed, shape (n_counties, 2)."""
    spent = 1 - sim.parameters.number("economy.consumption.saving_rate")
    usual: Float = spent * tally.of_values(sim.households.expected_income)
    return usual / np.maximum(tally.people, 1)


def observe_consumption(sim: "Simulation", tally: Tally) -> None:
    """Set usual consumption by county and place to that of the year, where anybody lives."""
    observed = tally.of_values(sim.households.consumption) / np.maximum(tally.people, 1)
    sim.mean_consumption = np.where(observed > 0, observed, sim.mean_consumption)


def minimum_consumption(sim: "Simulation", households: Households) -> Float:
    """Subsistence food of each of some households at current prices, yuan/year, shape (n,)."""
    rural = sim.parameters.number("economy.consumption.minimum_rural")
    per_head = rural * sim.prices.relative(sim.year, _PRICE_BASE)
    urban = sim.parameters.number("economy.consumption.urban_cost_ratio")
    needs: Float = households.size * (per_head * np.where(households.urban, urban, 1))
    return needs


def _unit_cover(sim: "Simulation") -> Float:
    """Share of hospital bills that work units pay, for state workers and their retirees, (n,)."""
    persons = sim.persons
    has_post = (persons.work == Work.FORMAL) | (persons.work == Work.RETIRED)
    covered = np.flatnonzero(persons.alive & persons.state_sector & has_post)
    members = np.bincount(persons.household[covered], minlength=sim.households.n)
    cover = sim.parameters.number("health.care.unit_cover")
    return cover * members / np.maximum(sim.households.size, 1)


def _count_members(sim: "Simulation") -> None:
    """Count workers, those of them who are able, elders and disabled members of each household."""
    persons, households = sim.persons, sim.households
    old_age = sim.parameters.number("outcomes.definitions.elder_age")

    def count(column: str, counted: Bool) -> None:
        rows = np.flatnonzero(counted & persons.alive)
        households[column][:] = np.bincount(persons.household[rows], minlength=households.n)

    works = (persons.work >= Work.FARM) & (persons.work <= Work.INFORMAL)
    count("workers", works)
    count("able_workers", works & ~persons.disabled)
    count("elders", persons.age >= old_age)
    count("disabled", persons.disabled)


def take_stock(sim: "Simulation") -> Tally:
    """Set income per head and count the households of the year by county and place."""
    households = sim.households
    income_sum = households.market_income + households.transfers - households.contributions
    households.income_per_head[:] = income_sum / np.maximum(households.size, 1)
    return Tally(households, sim.counties.n)


def publish(sim: "Simulation", tally: Tally, residents: Residents) -> None:
    """Publish the figures of the year, on which next year's decisions rest."""
    counties, households = sim.counties, sim.households
    counties.population = residents.people.sum(axis=1)
    registered = np.where(households.hukou_urban, counties.n, 0) + households.hukou_county
    living = np.flatnonzero(households.alive)
    people = total_by(registered[living], tally.persons[living], 2 * counties.n)
    counties.rural_hukou, counties.urban_hukou = people.reshape(2, counties.n).copy()
    sim.labour_market.observe(*residents.workers())
    received = tally.of_shares(households.income_per_head)
    for column, kind in enumerate(("rural", "urban")):
        # A county without such households in the sample goes by the official mean.
        official = sim.parameters.number(f"economy.start.{kind}_income_mean")
        people = tally.people[:, column]
        mean = received[:, column] / np.maximum(people, 1)
        counties[f"{kind}_income"] = np.where(people > 0, mean, official)
