"""How the dibao roll of a year is recorded: who is on it, what it pays, whom it misses."""

import numpy as np

from agents.table import Bool, Float, Int32, Rows, total_by
from policies.base import World
from policies.registration import ClaimPlaces

MONTHS = 12


def record_roll(sim: World, place: str, line: Float, rows: Rows, places: ClaimPlaces) -> None:
    """Record the roll, the line, the benefit and the errors by three measures of poverty.

    Parameters
    ----------
    sim : World
    place : {"urban", "rural"}
        The scheme, as a group of the outcomes.
    line : ndarray of float64, shape (n_counties,)
    rows : ndarray of intp
        Households whom the scheme serves, also where there is none yet.
    places : ClaimPlaces
        Where they claim: outcomes belong to the county that decides and pays.
    """
    households, n = sim.households, sim.counties.n
    county = places.county[rows]
    people = total_by(county, households.weight[rows] * households.size[rows], n)
    on_roll = households["receives_dibao"][rows]
    served, payer = rows[on_roll], county[on_roll]
    weight = households.weight[served]
    recipients = total_by(payer, weight * households["dibao_persons"][served], n)
    sim.report("dibao_recipients", recipients, group=place)
    sim.report_members(recipients, people, "dibao", place)
    _record_deciles(sim, place, rows, county)
    benefit = total_by(payer, weight * households["dibao_benefit"][served], n)
    sim.record.add("dibao_benefit_mean", benefit / MONTHS, recipients, group=place)
    covered = people * (line > 0)
    sim.record.add("dibao_line", covered * line / MONTHS, covered, group=place)
    has_line = (line > 0)[county]
    _record_effective(sim, place, line[county[has_line]], rows[has_line], county[has_line])
    _record_errors(sim, place, line, rows[has_line], places)


def _record_deciles(sim: World, place: str, rows: Rows, county: Int32) -> None:
    """Record coverage by decile of those whom the scheme serves."""
    households, breakdown = sim.households, sim.breakdown
    cell = breakdown.of_households(rows, county)
    weight = households.weight[rows]
    persons = households["dibao_persons"][rows] * households["receives_dibao"][rows]
    above, below = (
        total_by(cell, weight * count, breakdown.n) for count in (persons, households.size[rows])
    )
    breakdown.record_deciles("coverage", "dibao", above, below, place)


def _record_effective(sim: World, place: str, line: Float, rows: Rows, county: Int32) -> None:
    """Record dibao over what the poor lack: benefit / (line - market income), at most 1 (l).

    `line` is that of each of `rows`, households where there is a line.
    """
    households, breakdown = sim.households, sim.breakdown
    lacks = line * households.size[rows] - households.market_income[rows]
    poor = np.flatnonzero(lacks > 0)
    rows, county, lacks = rows[poor], county[poor], lacks[poor]
    benefit = households["dibao_benefit"][rows] * households["receives_dibao"][rows]
    people = households.weight[rows] * households.size[rows]
    reached = people * np.minimum(benefit / lacks, 1)
    above, below = (total_by(county, values, sim.counties.n) for values in (reached, people))
    sim.record.add("effective_coverage", above, below, "dibao", place)
    cell = breakdown.of_households(rows, county)
    above, below = (total_by(cell, values, breakdown.n) for values in (reached, people))
    breakdown.record_deciles("effective_coverage", "dibao", above, below, place)


def _record_errors(sim: World, place: str, line: Float, rows: Rows, places: ClaimPlaces) -> None:
    """Exclusion = poor not served / poor; inclusion = served not poor / served."""
    households, n = sim.households, sim.counties.n
    measures = _measures(sim, line, rows, places)
    # Every combination of flags is a cell, so that all errors come from two sums.
    cell = places.county[rows].astype(np.intp)
    for flag in measures.values():
        cell = 2 * cell + flag
    persons = households["dibao_persons"][rows]
    shape = (n, *[2] * len(measures))
    served, others = (
        total_by(cell, households.weight[rows] * count, n << len(measures)).reshape(shape)
        for count in (persons, households.size[rows] - persons)
    )
    for axis, ending in enumerate(measures, start=1):
        rest = tuple(other for other in range(1, len(shape)) if other != axis)
        included, right = served.sum(axis=rest).T
        _, excluded = others.sum(axis=rest).T
        errors = {
            "exclusion_error": (excluded, excluded + right),
            "inclusion_error": (included, included + right),
        }
        for error, (wrong, base) in errors.items():
            record = sim.record.add if ending else sim.report
            record(error + ending, wrong, base, group=place)


def _measures(sim: World, line: Float, rows: Rows, places: ClaimPlaces) -> dict[str, Bool]:
    """Who is truly poor: by this year's income, by lasting income, by need on two counts."""
    households = sim.households
    size = np.maximum(households.size[rows], 1)
    own_line = line[places.county[rows]]
    poor_now = households.market_income[rows] / size < own_line
    # Small columns are read through faster than rows are picked from them.
    deprivations = (households.workers == 0).astype(np.int8)
    deprivations += (households.ill_years > 0) | (households.disabled > 0)
    deprivations += households.deprived_years > 0
    cutoff = sim.parameters.number("outcomes.definitions.need_cutoff")
    return {
        "": poor_now,
        "_permanent": households.expected_income[rows] / size < own_line,
        "_need": deprivations[rows] + poor_now >= cutoff,
    }
