"""The economy of a year: work, income, bills, consumption, and the money that moves with them."""

from typing import TYPE_CHECKING

import numpy as np

from agents import care, consumption, income, work
from agents.persons import Work
from agents.table import Float, total_by
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
        work.change_jobs(sim.persons, sim.parameters, sim.chance)
        income.drift(sim.households, sim.parameters, sim.chance)
    _book_income(sim, earn(sim))


def earn(sim: "Simulation") -> income.Labour:
    """Draw the incomes of the year; return the labour units behind them."""
    units = work.labour_units(sim.persons, sim.parameters)
    floor = sim.parameters.number("economy.income.livelihood_floor")
    labour = income.household_labour(sim.households, sim.persons, units, floor)
    income.earn(sim.households, labour, labour_price(sim), sim.parameters, sim.chance)
    sim.households.transfers[:] = 0
    _count_members(sim)
    earned = sim.county_sum(sim.households.market_income)
    sim.counties.product = earned / sim.parameters.number("fiscal.budget.household_income_share")
    return labour


def labour_price(sim: "Simulation") -> Float:
    """Yuan a year that a labour unit earns at the home of each household, shape (n,).

    The place's level of the first year times the national path of its kind of place.
    """
    urban = sim.parameters.number("economy.growth.urban_path")
    rural = sim.parameters.number("economy.growth.rural_path")
    households = sim.households
    level = sim.income_level[households.county, households.urban.astype(np.intp)]
    return level * np.where(households.urban, urban, rural)


def fall_ill(sim: "Simulation") -> None:
    """Draw care and its bills, and book who pays them."""
    households = sim.households
    cover = sim.parameters.number("health.care.unit_cover") * _unit_share(sim)
    usual = sim.mean_consumption[households.county, households.urban.astype(np.intp)]
    care.fall_ill(households, sim.persons, cover, usual, sim.parameters, sim.chance)
    own = sim.total(households.out_of_pocket)
    paid_by_units = sim.total(households.medical_bill - households.out_of_pocket)
    sim.treasury.pay("households", "outside", "medical_bills", own)
    sim.treasury.pay("outside", "employers", "sales", paid_by_units)
    sim.treasury.pay("employers", "outside", "medical_bills", paid_by_units)


def consume(sim: "Simulation") -> None:
    """Let households spend, save and borrow; mark catastrophic care."""
    households = sim.households
    subsistence = minimum_consumption(sim)
    consumption.consume(households, subsistence, sim.parameters)
    care.catastrophic(households, subsistence, sim.parameters)
    sim.treasury.pay("households", "outside", "consumption", sim.total(households.consumption))


def usual_consumption(sim: "Simulation", tally: Tally) -> Float:
    """Consumption per head by county and place before any was observed, shape (n_counties, 2)."""
    spent = 1 - sim.parameters.number("economy.consumption.saving_rate")
    usual: Float = spent * tally.of_values(sim.households.expected_income)
    return usual / np.maximum(tally.people, 1)


def observe_consumption(sim: "Simulation", tally: Tally) -> None:
    """Set usual consumption by county and place to that of the year, where anybody lives."""
    observed = tally.of_values(sim.households.consumption) / np.maximum(tally.people, 1)
    sim.mean_consumption = np.where(observed > 0, observed, sim.mean_consumption)


def minimum_consumption(sim: "Simulation") -> Float:
    """Subsistence food of each household at current prices, yuan/year, shape (n,)."""
    rural = sim.parameters.number("economy.consumption.minimum_rural")
    per_head = rural * sim.prices.relative(sim.year, _PRICE_BASE)
    urban = sim.parameters.number("economy.consumption.urban_cost_ratio")
    needs: Float = sim.households.size * (per_head * np.where(sim.households.urban, urban, 1))
    return needs


def _unit_share(sim: "Simulation") -> Float:
    """Share of members whose care the work unit covers: state workers and their retirees."""
    persons = sim.persons
    covered = np.flatnonzero(
        persons.alive & persons.state_sector & np.isin(persons.work, (Work.FORMAL, Work.RETIRED))
    )
    members = total_by(persons.household[covered], np.ones(len(covered)), sim.households.n)
    return members / np.maximum(sim.households.size, 1)


def _count_members(sim: "Simulation") -> None:
    """Count workers, elders and disabled members of each household."""
    persons, households = sim.persons, sim.households
    at_work = (persons.work >= Work.FARM) & (persons.work <= Work.INFORMAL)
    old_age = sim.parameters.number("outcomes.definitions.elder_age")
    for column, mask in (
        ("workers", at_work),
        ("elders", persons.age >= old_age),
        ("disabled", persons.disabled),
    ):
        rows = np.flatnonzero(mask & persons.alive)
        households[column] = np.bincount(persons.household[rows], minlength=households.n)


def _book_income(sim: "Simulation", labour: income.Labour) -> None:
    """Book farm sales, wages and unit pensions."""
    households = sim.households
    units = np.maximum(labour.all, np.finfo(np.float32).tiny)
    farm = households.market_income * (labour.farm / units)
    pension = households.market_income * (labour.pension / units)
    wages = households.market_income - farm - pension
    sim.treasury.pay("outside", "households", "farm_sales", sim.total(farm))
    for amount, purpose in ((wages, "wages"), (pension, "unit_pensions")):
        yuan = sim.total(np.maximum(amount, 0))
        sim.treasury.pay("outside", "employers", "sales", yuan)
        sim.treasury.pay("employers", "households", purpose, yuan)


def tax_and_spend(sim: "Simulation") -> None:
    """Book taxes and transfers; the centre spends on services what it does not pass down."""
    counties, treasury = sim.counties, sim.treasury
    local = float(counties.own_revenue.sum())
    passed_down = float(counties.transfer.sum())
    local_share = sim.parameters.number("fiscal.budget.local_revenue_share")
    central = local / local_share - local
    for payee, yuan in (("counties", local), ("centre", central)):
        treasury.pay("outside", "employers", "sales", yuan)
        treasury.pay("employers", payee, "taxes", yuan)
    treasury.pay("centre", "counties", "transfers", passed_down)
    left = sim.centre.balance + central - passed_down - float(counties.earmarked.sum())
    services = max(left, 0.0)
    treasury.pay("centre", "outside", "public_services", services)
    sim.centre.balance = left - services


def book_services(sim: "Simulation") -> None:
    """Book what counties spent on services."""
    yuan = float(sim.counties.services.sum())
    sim.treasury.pay("counties", "outside", "public_services", yuan)


def take_stock(sim: "Simulation") -> Tally:
    """Set income per head and count the households of the year by county and place."""
    households = sim.households
    income_sum = households.market_income + households.transfers
    households.income_per_head = income_sum / np.maximum(households.size, 1)
    return Tally(households, sim.counties.n)


def publish(sim: "Simulation", tally: Tally) -> None:
    """Publish the figures of the year, on which next year's decisions rest."""
    counties, households = sim.counties, sim.households
    counties.population = tally.people.sum(axis=1)
    counties.urban_hukou = tally.of_persons(households.hukou_urban).sum(axis=1)
    counties.rural_hukou = counties.population - counties.urban_hukou
    received = tally.of_shares(households.income_per_head)
    for column, kind in enumerate(("rural", "urban")):
        # A county without such households in the sample goes by the official mean.
        official = sim.parameters.number(f"economy.start.{kind}_income_mean")
        people = tally.people[:, column]
        mean = received[:, column] / np.maximum(people, 1)
        counties[f"{kind}_income"] = np.where(people > 0, mean, official)
