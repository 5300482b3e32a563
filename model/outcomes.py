"""What is recorded every year, beyond what policies record of themselves."""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from agents.persons import Work
from agents.table import Float, Int8
from model.inequality import decile_means, gini, median, poverty_powers, sorted_incomes
from model.tally import Tally

if TYPE_CHECKING:
    from model.simulation import Simulation

_PLACES = ("rural", "urban")
# Official age groups: 0-14, 15-59, 60 and above, 65 and above.
_AGE_BOUNDS = (15, 60, 65)


def record_year(sim: "Simulation", tally: Tally) -> None:
    """Record all outcomes of the year that ends."""
    _people(sim, tally)
    _ages(sim, tally)
    _spending(sim, tally)
    _poverty(sim, tally)
    _distribution(sim, tally)
    _governments(sim)
    for policy in sim.policies.values():
        policy.on_record(sim)
    sim.record.close(sim.year)


def _by_place(sim: "Simulation", outcome: str, above: Float, below: Float | None = None) -> None:
    """Record sums by county and place, shape (n_counties, 2); a share if there is a base."""
    for column, place in enumerate(_PLACES):
        part = None if below is None else below[:, column]
        sim.record.add(outcome, above[:, column], part, group=place)


def _people(sim: "Simulation", tally: Tally) -> None:
    _by_place(sim, "population", tally.people)
    _by_place(sim, "household_size", tally.people, tally.families)
    everybody = tally.people.sum(axis=1)
    sim.record.add("urban_share", tally.people[:, 1], everybody)
    registered = tally.of_persons(sim.households.hukou_urban).sum(axis=1)
    sim.record.add("hukou_urban_share", registered, everybody)
    for outcome in ("births", "deaths", "marriages"):
        sim.record.put(sim.year, outcome, np.array([getattr(sim.vital, outcome)]))


def _ages(sim: "Simulation", tally: Tally) -> None:
    """Shares of the official age groups, and of the laid off in the urban work force."""
    persons = sim.persons
    child, old, aged = _AGE_BOUNDS
    members = {
        "children_share": tally.of_members(persons, persons.alive & (persons.age < child)),
        "elderly_share": tally.of_members(persons, persons.alive & (persons.age >= old)),
        "aged_share": tally.of_members(persons, persons.alive & (persons.age >= aged)),
    }
    dependents = members["children_share"] + members["elderly_share"]
    members["working_age_share"] = tally.people - dependents
    for outcome, count in members.items():
        _by_place(sim, outcome, count, tally.people)
    lost = tally.of_members(persons, persons.alive & (persons.work == Work.UNEMPLOYED))[:, 1]
    force = tally.of_values(sim.households.workers)[:, 1] + lost
    sim.record.add("laid_off_share", lost, force, group="urban")


def _spending(sim: "Simulation", tally: Tally) -> None:
    households, families = sim.households, tally.families
    _by_place(sim, "income_mean", tally.of_shares(households.income_per_head), tally.people)
    _by_place(sim, "consumption_mean", tally.of_values(households.consumption), tally.people)
    _by_place(sim, "out_of_pocket_mean", tally.of_values(households.out_of_pocket), tally.people)
    catastrophic = tally.of_households(households.catastrophic & households.alive)
    _by_place(sim, "catastrophic_health_share", catastrophic, families)
    deprived = tally.of_households((households.deprived_years > 0) & households.alive)
    _by_place(sim, "deprived_share", deprived, families)


def _poverty(sim: "Simulation", tally: Tally) -> None:
    households = sim.households
    line = sim.poverty_lines()
    after = households.income_per_head
    poor, gap, severity = poverty_powers(after, line)
    counted = tally.of_persons(poor)
    for outcome in ("poverty_rate", "poverty_rate_reported"):
        _by_place(sim, outcome, counted, tally.people)
    _by_place(sim, "poverty_gap", tally.of_shares(gap), tally.people)
    _by_place(sim, "poverty_severity", tally.of_shares(severity), tally.people)
    before = households.market_income / np.maximum(households.size, 1)
    _by_place(sim, "poverty_rate_before_transfers", tally.of_persons(before < line), tally.people)
    twice = 2 * sim.dibao_lines()
    below, reached = tally.of_persons(after < twice), tally.of_persons(twice > 0)
    _by_place(sim, "poverty_rate_2dibao", below, reached)


def _distribution(sim: "Simulation", tally: Tally) -> None:
    """Gini, median-based poverty and deciles, over people sorted once by income."""
    households = sim.households
    income, order = sorted_incomes(households.income_per_head, households.alive)
    weight = tally.persons[order]
    urban, province = households.urban[order], households.province[order].astype(np.int8)
    half = sim.parameters.number("outcomes.definitions.relative_poverty_share")
    line = half * median(income, weight)
    relative = tally.of_persons(households.income_per_head < line)
    _by_place(sim, "poverty_rate_relative", relative, tally.people)
    _gini_by_area(sim, income, weight, province)
    _deciles(sim, income, weight, "")
    for place, chosen in zip(_PLACES, (~urban, urban), strict=True):
        rows = np.flatnonzero(chosen)
        sim.record.put(sim.year, "gini", np.array([gini(income[rows], weight[rows])]), place)
        _deciles(sim, income[rows], weight[rows], f"{place}&")


def _deciles(sim: "Simulation", income: Float, weight: Float, place: str) -> None:
    for number, mean in enumerate(decile_means(income, weight), start=1):
        sim.record.put(sim.year, "income_mean", np.array([mean]), f"{place}decile_{number}")


def _gini_by_area(sim: "Simulation", income: Float, weight: Float, province: Int8) -> None:
    """Record the Gini of nation, regions and provinces from people sorted by income."""
    areas = sim.record.areas
    values = [gini(income, weight)]
    for group in (areas.region.astype(np.int8)[province], province):
        order = np.argsort(group, kind="stable")
        bounds = np.searchsorted(group[order], np.arange(group.max() + 2))
        sorted_income, sorted_weight = income[order], weight[order]
        values += [gini(sorted_income[i:j], sorted_weight[i:j]) for i, j in pairwise(bounds)]
    sim.record.put(sim.year, "gini", np.array(values))


def _governments(sim: "Simulation") -> None:
    counties = sim.counties
    money = counties.own_revenue + counties.transfer + counties.earmarked
    spent = counties.assistance + counties.services
    sim.record.add("fiscal_balance", money - spent)
    unfunded = np.maximum(counties.need - counties.own_revenue - counties.transfer, 0)
    sim.record.add("unfunded_mandate_share", unfunded, counties.need)
    sim.record.add("assistance_spending", counties.assistance.copy())
    for policy in sim.policies:
        adopted = sim.adoptions.in_force(policy) * counties.weight
        sim.record.add("adopters", adopted, scheme=policy)
        given_up = sim.adoptions.reversed_in(policy, sim.year) * counties.weight
        sim.record.add("reversals", given_up, scheme=policy)
