"""The state's money in a year: taxes, transfers down the tiers, what each tier spends (rule a.3).

The rules are in `agents.local_government`; here they meet the treasury.
"""

from typing import TYPE_CHECKING

import numpy as np

from agents.local_government import (
    Provinces,
    Townships,
    allot,
    count_mandates,
    set_budgets,
    spend_the_rest,
)
from agents.table import Float, total_by

if TYPE_CHECKING:
    from model.simulation import Simulation

# Place of the centre in parameters by level.
_CENTRE = 1


def tables(sim: "Simulation") -> tuple[Provinces, Townships]:
    """Return the tables of provinces and of the townships of the sample, before the first year."""
    codes = sim.geography.province_code
    provinces = Provinces(codes.size)
    provinces.alive[:] = True
    provinces.code = codes.astype(np.int32)
    townships = Townships(len(sim.township_county))
    townships.alive[:] = True
    townships.key, townships.county = sim.township_key, sim.township_county
    return provinces, townships


def budget(sim: "Simulation") -> None:
    """Set what every tier has this year."""
    centre = sim.centre
    set_budgets(sim.counties, sim.provinces, sim.parameters, _expected_growth(sim))
    local_share = sim.parameters.number("fiscal.budget.local_revenue_share")
    local = _local_revenue(sim)
    centre.revenue = local / local_share - local
    centre.passed = float(sim.provinces.received.sum())
    share = sim.parameters.schedule("fiscal.tiers.relief_share")[_CENTRE]
    centre.relief_left = float(share) * max(centre.revenue - centre.passed, 0)
    centre.relief = 0.0


def settle(sim: "Simulation") -> None:
    """Collect taxes, pass transfers down, pay staff, and spend what is left at every tier."""
    _tax(sim)
    pay = sim.treasury.pay
    pay("centre", "provinces", "transfers", float(sim.provinces.received.sum()))
    pay("provinces", "counties", "transfers", float(sim.provinces.passed.sum()))
    _spend_in_centre(sim)
    _spend_in_provinces(sim)
    _spend_in_counties(sim)


def stocks(sim: "Simulation") -> dict[str, float]:
    """Return what governments themselves hold, by account."""
    return {
        "centre": sim.centre.balance,
        "provinces": float(sim.provinces.balance.sum()),
        "counties": float(sim.counties.balance.sum()),
        "townships": float(sim.townships.reserve.sum()),
    }


def record(sim: "Simulation") -> None:
    """Record balances, mandates, arrears and what flows between the tiers."""
    counties, record = sim.counties, sim.record
    money = counties.own_revenue + counties.transfer + counties.earmarked
    spent = county_spending(sim)
    record.add("fiscal_balance", money + counties.land_revenue - spent)
    record.add("unfunded_mandate_share", counties.unfunded.copy(), counties.mandated.copy())
    record.add("arrears_share", (counties.balance < 0) * counties.weight, counties.weight)
    record.add("transfers_share", counties.transfer + counties.earmarked, money)
    people = np.maximum(counties.population, 0)
    by_province = total_by(counties.province, people, sim.provinces.n)
    per_head = sim.provinces.services / np.maximum(by_province, 1)
    everything = spent + people * per_head[counties.province]
    record.add("local_spending_per_head", everything, people)
    record.add("assistance_spending", counties.assistance.copy())
    record.put(sim.year, "vertical_gap", np.array([vertical_gap(sim)]))


def county_spending(sim: "Simulation") -> Float:
    """Return what each county with its townships spent, yuan/year, shape (n_counties,)."""
    columns = ("payroll", "assistance", "schemes", "stability_money", "procured", "allotment",
               "services")  # fmt: skip
    spent: Float = np.sum([sim.counties[column] for column in columns], axis=0)
    return spent


def vertical_gap(sim: "Simulation") -> float:
    """Return the local share of public spending less the local share of public revenue.

    Revenue from land and what it pays are left out on both sides, as in the general budget.
    """
    centre, local = sim.centre, _local_revenue(sim)
    spent = float(county_spending(sim).sum() - sim.counties.land_revenue.sum())
    spent += float(sim.provinces.services.sum() + sim.provinces.relief.sum())
    by_centre = centre.services + sim.central_spending
    return spent / (spent + by_centre) - local / (local + centre.revenue)


def _expected_growth(sim: "Simulation") -> float:
    """Return by what the official product per head grows against the published one, a factor."""
    # What is published in the first year is of that year itself.
    before = max(sim.year - 1, sim.setup.years.first)
    now, then = (
        view.number("fiscal.budget.national_revenue_per_head")
        / view.number("fiscal.budget.revenue_share")
        for view in (sim.parameters, sim.parameter_set.at(before))
    )
    return now / then


def _local_revenue(sim: "Simulation") -> float:
    return float(sim.counties.own_revenue.sum() + sim.provinces.own_revenue.sum())


def _tax(sim: "Simulation") -> None:
    """Book taxes and land sales, and the pay of public staff, which employers hand on as wages."""
    pay, counties = sim.treasury.pay, sim.counties
    taxes = {
        "counties": float(counties.own_revenue.sum()),
        "provinces": float(sim.provinces.own_revenue.sum()),
        "centre": sim.centre.revenue,
    }
    payroll = float(counties.payroll.sum())
    sales = sum(taxes.values()) - payroll
    pay("outside", "employers", "sales", max(sales, 0.0))
    pay("counties", "employers", "payroll", payroll)
    for payee, yuan in taxes.items():
        pay("employers", payee, "taxes", yuan)
    # Employers keep nothing: where the pay of staff exceeds all taxes, they buy for the rest.
    pay("employers", "outside", "purchases", max(-sales, 0.0))
    pay("outside", "counties", "land_revenue", float(counties.land_revenue.sum()))


def _spend_in_centre(sim: "Simulation") -> None:
    centre = sim.centre
    paid = centre.passed + float(sim.counties.earmarked.sum()) + sim.central_spending
    left = centre.balance + centre.revenue - paid
    centre.services = max(left, 0.0)
    sim.treasury.pay("centre", "outside", "public_services", centre.services)
    centre.balance = left - centre.services


def _spend_in_provinces(sim: "Simulation") -> None:
    provinces = sim.provinces
    kept = provinces.own_revenue + provinces.received - provinces.passed
    left = provinces.balance + kept - provinces.relief
    provinces.services = np.maximum(left, 0)
    provinces.balance = left - provinces.services
    spent = float(provinces.services.sum())
    sim.treasury.pay("provinces", "outside", "public_services", spent)


def _spend_in_counties(sim: "Simulation") -> None:
    counties, townships = sim.counties, sim.townships
    count_mandates(counties, sim.parameters)
    spend_the_rest(counties, sim.parameters)
    townships.people = _people(sim)
    wanted = sim.parameters.number("assistance.rules.reserve_per_head")
    allot(townships, counties, wanted * sim.is_on("assistance"))
    pay = sim.treasury.pay
    pay("counties", "outside", "stability", float(counties.stability_money.sum()))
    pay("counties", "outside", "public_services", float(counties.services.sum()))
    pay("counties", "townships", "allotment", float(townships.allotment.sum()))
    pay("townships", "outside", "public_services", float(townships.services.sum()))


def _people(sim: "Simulation") -> Float:
    """Return the residents of each township, shape (n_townships,)."""
    households = sim.households
    living = np.flatnonzero(households.alive)
    people = households.size[living] * households.weight[living]
    return total_by(households.township[living], people, sim.townships.n)
