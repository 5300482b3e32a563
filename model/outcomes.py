"""What is recorded every year, beyond what policies record of themselves."""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from agents.persons import Work
from agents.table import Bool, Float, total_by
from model.inequality import DECILES, decile_means, gini, median, poverty_powers

if TYPE_CHECKING:
    from model.simulation import Simulation

_PLACES = ("rural", "urban")
# Upper ages (exclusive) of the official age groups.
_CHILD, _OLD, _AGED = 15, 60, 65


def record_year(sim: "Simulation") -> None:
    """Record all outcomes of the year that ends."""
    _people(sim)
    _ages(sim)
    _incomes(sim)
    _poverty(sim)
    _distribution(sim)
    _governments(sim)
    for policy in sim.policies.values():
        policy.on_record(sim)
    sim.record.close(sim.year)


def by_place(
    sim: "Simulation", outcome: str, values: Float, base: Float | None = None, scheme: str = ""
) -> None:
    """Record household values, summed by county and place; a share of `base` if there is one."""
    above = sim.cells(values)
    below = None if base is None else sim.cells(base)
    for column, place in enumerate(_PLACES):
        part = None if below is None else below[:, column]
        sim.record.add(outcome, above[:, column], part, scheme, group=place)


def _people(sim: "Simulation") -> None:
    households = sim.households
    persons = households.size.astype(float)
    by_place(sim, "population", persons)
    everybody = sim.county_sum(persons)
    sim.record.add("urban_share", sim.county_sum(persons * households.urban), everybody)
    registered = sim.county_sum(persons * households.hukou_urban)
    sim.record.add("hukou_urban_share", registered, everybody)
    by_place(sim, "household_size", persons, households.alive.astype(float))
    for outcome in ("births", "deaths", "marriages"):
        sim.record.put(sim.year, outcome, np.array([getattr(sim.vital, outcome)]))


def _ages(sim: "Simulation") -> None:
    persons, households = sim.persons, sim.households
    weight = np.where(persons.alive, households.weight[persons.household], 0)
    cell = sim.cell_of_household()[persons.household]
    shape = (sim.counties.n, len(_PLACES))
    everybody = total_by(cell, weight, shape[0] * shape[1]).reshape(shape)
    for outcome, low, high in (
        ("children_share", 0, _CHILD),
        ("working_age_share", _CHILD, _OLD),
        ("elderly_share", _OLD, np.inf),
        ("aged_share", _AGED, np.inf),
    ):
        rows = np.flatnonzero((persons.age >= low) & (persons.age < high))
        members = total_by(cell[rows], weight[rows], shape[0] * shape[1]).reshape(shape)
        for column, place in enumerate(_PLACES):
            sim.record.add(outcome, members[:, column], everybody[:, column], group=place)
    jobless = np.flatnonzero(persons.work == Work.UNEMPLOYED)
    active = np.flatnonzero((persons.work > Work.NONE) & (persons.work < Work.RETIRED))
    lost = total_by(cell[jobless], weight[jobless], shape[0] * shape[1]).reshape(shape)
    force = total_by(cell[active], weight[active], shape[0] * shape[1]).reshape(shape)
    sim.record.add("laid_off_share", lost[:, 1], force[:, 1], group="urban")


def _incomes(sim: "Simulation") -> None:
    households = sim.households
    persons = households.size.astype(float)
    households.income_per_head = (households.market_income + households.transfers) / np.maximum(
        households.size, 1
    )
    by_place(sim, "income_mean", households.income_per_head * persons, persons)
    by_place(sim, "consumption_mean", households.consumption, persons)
    by_place(sim, "out_of_pocket_mean", households.out_of_pocket, persons)
    families = households.alive.astype(float)
    by_place(sim, "catastrophic_health_share", households.catastrophic * families, families)
    by_place(sim, "deprived_share", (households.deprived_years > 0) * families, families)


def _poverty(sim: "Simulation") -> None:
    households = sim.households
    persons = households.size.astype(float)
    line = sim.poverty_lines()
    after = households.income_per_head
    before = households.market_income / np.maximum(households.size, 1)
    for outcome, power in zip(
        ("poverty_rate", "poverty_gap", "poverty_severity"),
        poverty_powers(after, line),
        strict=True,
    ):
        by_place(sim, outcome, power * persons, persons)
    by_place(sim, "poverty_rate_reported", (after < line) * persons, persons)
    by_place(sim, "poverty_rate_before_transfers", (before < line) * persons, persons)
    twice = 2 * sim.dibao_lines()
    reached = (twice > 0) * persons
    by_place(sim, "poverty_rate_2dibao", (after < twice) * reached, reached)


def _distribution(sim: "Simulation") -> None:
    """Gini, median-based poverty and deciles, over people sorted once by income."""
    households = sim.households
    order = np.argsort(households.income_per_head, kind="stable")
    order = order[households.alive[order]]
    income = households.income_per_head[order]
    weight = households.weight[order] * households.size[order]
    urban, province = households.urban[order], households.province[order]
    half = sim.parameters.number("outcomes.definitions.relative_poverty_share")
    line = half * median(income, weight)
    relative = households.income_per_head < line
    persons = households.size.astype(float)
    by_place(sim, "poverty_rate_relative", relative * persons, persons)
    for group, chosen in (("all", np.ones_like(urban)), ("urban", urban), ("rural", ~urban)):
        _gini_by_area(sim, income[chosen], weight[chosen], province[chosen], group)
        means = decile_means(income[chosen], weight[chosen])
        for decile in range(DECILES):
            name = f"decile_{decile + 1}"
            group_name = name if group == "all" else f"{group}&{name}"
            sim.record.put(sim.year, "income_mean", means[decile : decile + 1], group_name)


def _gini_by_area(
    sim: "Simulation", income: Float, weight: Float, province: Float, group: str
) -> None:
    """Record the Gini of nation, regions and provinces from people sorted by income."""
    areas = sim.record.areas
    region = areas.region[province]
    by_province = np.argsort(province, kind="stable")
    bounds = np.searchsorted(province[by_province], np.arange(len(areas.region) + 1))
    values = [gini(income, weight)]
    for number in range(int(areas.region.max()) + 1):
        inside: Bool = region == number
        values.append(gini(income[inside], weight[inside]))
    for first, last in pairwise(bounds):
        rows = by_province[first:last]
        values.append(gini(income[rows], weight[rows]))
    sim.record.put(sim.year, "gini", np.array(values), group)


def _governments(sim: "Simulation") -> None:
    counties = sim.counties
    money = counties.own_revenue + counties.transfer + counties.earmarked
    spent = counties.assistance + counties.services
    sim.record.add("fiscal_balance", money - spent)
    unfunded = np.maximum(counties.need - counties.own_revenue - counties.transfer, 0)
    sim.record.add("unfunded_mandate_share", unfunded, counties.need)
    sim.record.add("assistance_spending", counties.assistance.copy())
    for policy in sim.policies:
        adopted = sim.adoptions.in_force(policy) * sim.places.county_weight
        sim.record.add("adopters", adopted, scheme=policy)
