"""What households earn where: labour's price by place, the pay of those away, and rents (b.2, b.7).

Those who work away earn what the place pays, live on part of it there and bring the rest home.
Newcomers without urban hukou earn less than locals and pay rent to those who are registered there.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents import income, work
from agents.households import Households
from agents.persons import Work
from agents.table import Float, Float32, Int32, Rows, total_by
from model.labour_market import URBAN, labour_prices

if TYPE_CHECKING:
    from model.simulation import Simulation


@dataclass(frozen=True)
class Payroll:
    """The work behind the incomes of a year.

    Attributes
    ----------
    earnings : Earnings
        What each household earns before luck, yuan/year.
    payer : ndarray of intp, shape (r,)
        Household of everybody who pays rent.
    county : ndarray of int32, shape (r,)
        County in which the rent is paid.
    rent : ndarray of float64, shape (r,)
        Rent before luck, yuan/year.
    living_away : ndarray of float64, shape (n,)
        What members who work away live on there, rent apart, before luck, yuan/year.
    """

    earnings: income.Earnings
    payer: Rows
    county: Int32
    rent: Float
    living_away: Float


@dataclass(frozen=True)
class Totals:
    """What all households together earn, pay in rent and spend while away, yuan/year."""

    farm: float
    pension: float
    wages: float
    rent: float
    rent_outside: float
    living_away: float


def of_year(sim: "Simulation") -> Payroll:
    """Return what the members of each household earn this year before luck."""
    households, parameters = sim.households, sim.parameters
    units = work.labour_units(sim.persons, parameters)
    prices = labour_prices(sim)
    alone, county, pay = _pay_away(sim, units, prices)
    units[alone] = 0
    floor = parameters.number("economy.income.livelihood_floor")
    labour = income.household_labour(households, sim.persons, units, floor)
    rent_share = sim.labour_market.rent_share(parameters)
    price = _price_at_home(sim, prices, rent_share)
    home = sim.persons.household[alone]
    after_rent = pay * (1 - rent_share[county])
    net = after_rent * (1 - parameters.number("migration.places.living_share"))
    regular = net * (sim.persons.work[alone] == Work.FORMAL)
    earned = income.Earnings(
        labour.all * price + total_by(home, net, households.n),
        labour.regular * price + total_by(home, regular, households.n),
        labour.farm * price,
        labour.pension * price,
    )
    tenants = np.flatnonzero(_rents(households))
    share = rent_share[households.county[tenants]]
    family_rent = labour.all[tenants] * price[tenants] * share / (1 - share)
    return Payroll(
        earned,
        np.concatenate([home, tenants]),
        np.concatenate([county, households.county[tenants]]),
        np.concatenate([pay - after_rent, family_rent]),
        total_by(home, after_rent - net, households.n),
    )


def share_rents(sim: "Simulation", done: Payroll) -> Totals:
    """Pay rents to the households that are registered in the town, by members.

    Where the sample has none, the rent goes to somebody outside. Returns what all households get
    and pay this year.
    """
    households, earned = sim.households, done.earnings
    luck = households.market_income / np.maximum(earned.all, np.finfo(np.float32).tiny)
    farm, pension = sim.total(earned.farm * luck), sim.total(earned.pension * luck)
    rent = done.rent * luck[done.payer] * households.weight[done.payer]
    paid = total_by(done.county, rent, sim.counties.n)
    living = sim.total(done.living_away * luck)
    # What tenants earn for their rent, and migrants for their keep, is wage, not in their income.
    spent = float(paid.sum()) + living
    wages = sim.total(households.market_income) - farm - pension + spent
    owners = np.flatnonzero(households.alive & households.urban & households.hukou_urban)
    people = households.weight[owners] * households.size[owners]
    by_county = total_by(households.county[owners], people, sim.counties.n)
    has_owner = by_county > 0
    per_head = np.where(has_owner, paid / np.where(has_owner, by_county, 1), 0)
    received = per_head[households.county[owners]] * households.size[owners]
    households.market_income[owners] += received
    households.expected_income[owners] += received
    outside = float(paid[~has_owner].sum())
    return Totals(
        farm,
        pension,
        max(wages, 0.0),
        float((received * households.weight[owners]).sum()),
        outside,
        living,
    )


def book(sim: "Simulation", totals: Totals) -> None:
    """Book farm sales, wages, unit pensions and rents."""
    pay = sim.treasury.pay
    pay("outside", "households", "farm_sales", totals.farm)
    for yuan, purpose in ((totals.wages, "wages"), (totals.pension, "unit_pensions")):
        pay("outside", "employers", "sales", yuan)
        pay("employers", "households", purpose, yuan)
    # Rent goes through the housing market, which is outside, so that each payment has two sides.
    pay("households", "outside", "rent", totals.rent + totals.rent_outside)
    pay("outside", "households", "rent_received", totals.rent)
    pay("households", "outside", "living_away", totals.living_away)


def _pay_away(sim: "Simulation", units: Float32, prices: Float) -> tuple[Rows, Int32, Float]:
    """Return who works away alone, in which county, and what it pays there, yuan/year."""
    persons = sim.persons
    alone = np.flatnonzero(persons.away & persons.alive)
    county = sim.township_county[persons.township[alone]]
    ratio = sim.parameters.number("migration.choice.pay_ratio")
    return alone, county, units[alone] * prices[county, URBAN] * ratio


def _price_at_home(sim: "Simulation", prices: Float, rent_share: Float) -> Float:
    """Yuan a year that a labour unit earns at the home of each household, rent taken off, (n,)."""
    households = sim.households
    price: Float = prices[households.county, households.urban.astype(np.intp)]
    newcomer = np.flatnonzero(households.urban & ~households.hukou_urban)
    price[newcomer] *= sim.parameters.number("migration.choice.pay_ratio")
    tenants = np.flatnonzero(_rents(households))
    price[tenants] *= 1 - rent_share[households.county[tenants]]
    return price


def _rents(households: Households) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which families live in towns where they are not registered."""
    elsewhere = households.township != households.hukou_township
    return households.alive & households.urban & elsewhere & ~households.hukou_urban
