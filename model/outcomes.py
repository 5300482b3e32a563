"""What is recorded every year, beyond what policies record of themselves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.reporting import GAP_GROUPS, gap_name
from agents.table import Float, Rows
from agents.trust import TIERS
from model import designs, evaluation, public_money, service_links
from model.breakdown import Breakdown
from model.concentration import concentration_index
from model.geography import REGIONS
from model.inequality import Ranked, poverty_powers, sorted_incomes
from model.residents import Residents, record_people
from model.tally import Tally

if TYPE_CHECKING:
    from model.simulation import Simulation

_PLACES = ("rural", "urban")
# Endings of poverty outcomes: the line, and income before public transfers.
TWICE_DIBAO, RELATIVE, BEFORE = "_2dibao", "_relative", "_before_transfers"
# Outcome, group and values by area.
_Found = list[tuple[str, str, Float]]


@dataclass(frozen=True)
class _Everybody:
    """Living people ranked by income, and the row of the household of each."""

    people: Ranked
    rows: Rows


def record_year(sim: "Simulation", tally: Tally, residents: Residents) -> None:
    """Record all outcomes of the year that ends."""
    ranked = _record_people(sim, tally, residents)
    _add_sums(sim, tally, ranked)
    for outcome, group, value in [
        *_by_area(sim, ranked),
        *_concentration(sim),
        *_by_group(sim, ranked),
    ]:
        sim.record.put(sim.year, outcome, value, group)
    _governments(sim)
    service_links.record(sim)
    for policy in sim.policies.values():
        policy.on_record(sim)
    evaluation.record(sim)
    _gaps(sim)
    sim.record.close(sim.year)


def _record_people(sim: "Simulation", tally: Tally, residents: Residents) -> _Everybody:
    """Rank people by income, record those who live and move; return them ranked."""
    income, rows = sorted_incomes(sim.households.income_per_head, sim.households.alive)
    ranked = _Everybody(Ranked(income, tally.persons[rows]), rows)
    decile = np.zeros(sim.households.n, np.int8)
    decile[rows] = ranked.people.deciles()
    sim.breakdown = Breakdown(sim, decile, residents.every_weight)
    record_people(sim, tally, residents)
    return ranked


def _add_sums(sim: "Simulation", tally: Tally, ranked: _Everybody) -> None:
    """Add what is summed by county."""
    _spending(sim, tally)
    _poverty(sim, tally, ranked.people.median())
    _trust(sim, tally)


def _by_place(
    sim: "Simulation", outcome: str, above: Float, below: Float | None = None, scheme: str = ""
) -> None:
    """Record sums by county and place, shape (n_counties, 2); a share if there is a base."""
    for column, place in enumerate(_PLACES):
        part = None if below is None else below[:, column]
        sim.record.add(outcome, above[:, column], part, scheme, place)


def _spending(sim: "Simulation", tally: Tally) -> None:
    households, families = sim.households, tally.families
    _by_place(sim, "income_mean", tally.of_shares(households.income_per_head), tally.people)
    _by_place(sim, "consumption_mean", tally.of_values(households.consumption), tally.people)
    _by_place(sim, "out_of_pocket_mean", tally.of_values(households.out_of_pocket), tally.people)
    catastrophic = tally.of_households(households.catastrophic & households.alive)
    _by_place(sim, "catastrophic_health_share", catastrophic, families)
    deprived = tally.of_households((households.deprived_years > 0) & households.alive)
    _by_place(sim, "deprived_share", deprived, families)


def _poverty(sim: "Simulation", tally: Tally, median: float) -> None:
    """Record FGT 0 to 2 at three lines, on income after and before public transfers."""
    households = sim.households
    incomes = {
        "": households.income_per_head,
        BEFORE: households.market_income / np.maximum(households.size, 1),
    }
    half = sim.parameters.number("outcomes.definitions.relative_poverty_share")
    twice = 2 * sim.dibao_lines()
    has_line = twice > 0
    lines: dict[str, Float | float] = {
        "": sim.poverty_lines(),
        # Where there is no dibao nobody is counted.
        TWICE_DIBAO: np.where(has_line, twice, np.inf),
        RELATIVE: half * median,
    }
    for at_line, line in lines.items():
        people = tally.of_persons(has_line) if at_line == TWICE_DIBAO else tally.people
        for of_income, income in incomes.items():
            poor, gap, severity = poverty_powers(income, line)
            if at_line == TWICE_DIBAO:
                poor, gap, severity = poor & has_line, gap * has_line, severity * has_line
            ending = at_line + of_income
            found = tally.of_persons(poor)
            if ending:
                _by_place(sim, f"poverty_rate{ending}", found, people)
            else:
                for column, place in enumerate(_PLACES):
                    sim.report("poverty_rate", found[:, column], people[:, column], group=place)
            _by_place(sim, f"poverty_gap{ending}", tally.of_shares(gap), people)
            _by_place(sim, f"poverty_severity{ending}", tally.of_shares(severity), people)


def _trust(sim: "Simulation", tally: Tally) -> None:
    for tier in TIERS:
        trust = tally.of_values(sim.households[f"trust_{tier}"])
        _by_place(sim, "trust", trust, tally.families, tier)


def _by_area(sim: "Simulation", ranked: _Everybody) -> _Found:
    """Gini of nation, regions and provinces, and deciles of everybody."""
    everybody, areas = ranked.people, sim.record.areas
    province = sim.households.province.astype(np.int8)[ranked.rows]
    region = areas.region.astype(np.int8)[province]
    ginis = [everybody.gini()]
    for group, n in ((region, len(REGIONS)), (province, len(areas.region))):
        ginis += [part.gini() for part in everybody.groups(group, n)]
    return [("gini", "all", np.array(ginis)), *_deciles(everybody, "")]


def _concentration(sim: "Simulation") -> _Found:
    households = sim.households
    before = households.market_income / np.maximum(households.size, 1)
    people = households.weight * households.size
    amount = households.weight * households.transfers
    concentration = concentration_index(amount, before, people)
    return [("transfer_concentration", "all", np.array([concentration]))]


def _by_group(sim: "Simulation", ranked: _Everybody) -> _Found:
    """Gini and deciles of rural and urban places."""
    urban = sim.households.urban[ranked.rows].view(np.int8)
    found: _Found = []
    for place, part in zip(_PLACES, ranked.people.groups(urban, len(_PLACES)), strict=True):
        found += [("gini", place, np.array([part.gini()])), *_deciles(part, f"{place}&")]
    return found


def _deciles(people: Ranked, place: str) -> _Found:
    means = people.decile_means()
    return [
        ("income_mean", f"{place}decile_{number}", means[number - 1 : number])
        for number in range(1, len(means) + 1)
    ]


def _governments(sim: "Simulation") -> None:
    counties = sim.counties
    public_money.record(sim)
    for policy in sim.policies:
        adopted = sim.adoptions.in_force(policy) * counties.weight
        sim.record.add("adopters", adopted, scheme=policy)
        given_up = sim.adoptions.reversed_in(policy, sim.year) * counties.weight
        sim.record.add("reversals", given_up, scheme=policy)
    designs.record(sim)


def _gaps(sim: "Simulation") -> None:
    """Record what counties reported this year less what was true."""
    for (outcome, scheme, group), true in sim.truths.items():
        name = gap_name(outcome, scheme)
        if name and group in GAP_GROUPS:
            stated, base = sim.reports[outcome, scheme, group]
            sim.record.add("reported_minus_true", stated - true, base, name, group)
    sim.truths.clear()
