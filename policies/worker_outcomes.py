"""What worker insurance records: coverage, members, and coverage that reached those struck."""

from dataclasses import dataclass, replace

import numpy as np

from agents.enrolment import MEDICAL, PENSION, SCHEMES, Bits, bits_set
from agents.persons import Work, works_as
from agents.table import Float, Rows, total_by
from policies.base import Outcome, World
from policies.worker_columns import (
    EVERY_SCHEME,
    MEDICAL_BIT,
    OFF_FARM,
    PENSION_BIT,
    Residence,
    at,
    residence_of,
    weights,
)

GROUPS = ("all", "urban", "local_urban", "migrant_outgoing", "migrant_all")
"""Groups for which the outcomes are given; they overlap."""
_WITH_RETIREES = (PENSION, MEDICAL)
# The first two schemes make four sets.
_RETIREE_SETS = 1 << len(_WITH_RETIREES)
_SOURCE = "Ministry of Human Resources and Social Security; National Bureau of Statistics"
_WHO = (
    "all, urban: off-farm workers in urban places or formal jobs, and members elsewhere; for "
    "pension and medical also retired formal workers and other beneficiaries; migrant groups: "
    "workers of rural hukou"
)
_REPORTED = tuple(
    Outcome(name, unit, definition, _SOURCE, ", ".join(GROUPS), SCHEMES)
    for name, unit, definition in (
        ("coverage", "share", f"Members of the worker scheme over the group; {_WHO}"),
        ("covered_persons", "persons", f"Members of the scheme and beneficiaries; {_WHO}"),
    )
)
OUTCOMES = (
    *_REPORTED,
    *(
        replace(
            outcome,
            name=f"{outcome.name}_reported",
            definition=f"{outcome.definition}; as counties report it",
        )
        for outcome in _REPORTED
    ),
    Outcome(
        "effective_coverage",
        "share",
        "Of those struck by the risk in the year, who received a benefit; one that is below the "
        "adequacy cut relative to need counts in proportion",
        "Definition of the project after S2 section 3.2.1",
        ", ".join(GROUPS),
        SCHEMES,
    ),
    Outcome(
        "central_adjustment_net",
        "yuan/year",
        "What the central adjustment of worker pensions adds to the pools of a place, net",
        "State Council [2018] No. 18",
        "all",
    ),
)


@dataclass(frozen=True)
class Struck:
    """Whom a risk struck this year: rows of persons, and benefit over need of each, shape (n,)."""

    rows: Rows
    adequacy: Float


def groups_of(sim: World, rows: Rows, residence: Residence) -> Bits:
    """Return the groups to which persons belong, shape (n,): a bit for each of `GROUPS`."""
    persons = sim.persons
    work, urban = at(persons.work, rows), at(persons.urban, rows)
    # Those who lost their job this year are counted with the workers they were.
    works = works_as(work, *OFF_FARM, Work.UNEMPLOYED)
    member = at(persons["worker_schemes"], rows) > 0
    retired = works_as(work, Work.RETIRED) | (~works & member)
    counted = (works & (urban | works_as(work, Work.FORMAL) | member)) | retired
    local, rural = counted & residence.local, works & residence.rural
    masks = (counted, counted & urban, local, rural & residence.away, rural)
    bits = np.zeros(len(rows), np.uint8)
    for place, mask in enumerate(masks):
        bits |= mask.view(np.uint8) << place
    return bits


def record_coverage(sim: World) -> None:
    """Record members and coverage of each scheme and group."""
    of_workers, of_others = _members(sim)
    for scheme in range(len(SCHEMES)):
        table = of_workers + of_others if scheme in _WITH_RETIREES else of_workers
        for group, name in enumerate(GROUPS):
            members, people = table[:, group, 1 + scheme], table[:, group, 0]
            sim.report("coverage", members, people, SCHEMES[scheme], name)
            sim.report("covered_persons", members, None, SCHEMES[scheme], name)


def record_effective(sim: World, struck: dict[int, Struck]) -> None:
    """Record the share of those struck whom a sufficient benefit reached, by scheme and group."""
    cut = sim.parameters.number("outcomes.definitions.adequacy_cut")
    has = bits_set()
    for scheme, event in struck.items():
        rows, n_codes = event.rows, len(has)
        residence = residence_of(sim, rows)
        cell = residence.county * np.intp(n_codes) + groups_of(sim, rows, residence)
        weight, n_cells = weights(sim, rows), sim.counties.n * n_codes
        reached = np.clip(event.adequacy / cut, 0, 1) * weight
        below = total_by(cell, weight, n_cells).reshape(-1, n_codes) @ has
        above = total_by(cell, reached, n_cells).reshape(-1, n_codes) @ has
        for group, name in enumerate(GROUPS):
            numerator, people = above[:, group], below[:, group]
            sim.record.add("effective_coverage", numerator, people, SCHEMES[scheme], name)


def _members(sim: World) -> tuple[Float, Float]:
    """Count those at work, and all others, by group and scheme, (n_counties, 5, 1 + 5) each.

    The first number along the last axis is everybody. One pass counts persons by county, set of
    groups and set of schemes; of those who do not work, the sets of the schemes of retirees.
    """
    persons, n = sim.persons, 1 << len(SCHEMES)
    at_work = works_as(persons.work, *OFF_FARM)
    concerned = at_work | works_as(persons.work, Work.RETIRED) | (persons["worker_schemes"] > 0)
    rows = np.flatnonzero(persons.alive & concerned)
    schemes = at(persons["worker_schemes"], rows) & EVERY_SCHEME
    of_retirees = n + (schemes & (PENSION_BIT | MEDICAL_BIT))
    schemes = np.where(at(at_work, rows), schemes, of_retirees)
    residence, n_sets = residence_of(sim, rows), n + _RETIREE_SETS
    cell = residence.county * np.intp(n) + groups_of(sim, rows, residence)
    cell = cell * n_sets + schemes
    counts = total_by(cell, weights(sim, rows), sim.counties.n * n * n_sets)
    of_group = bits_set().T @ counts.reshape(-1, n, n_sets)
    has = np.concatenate([np.ones((n, 1)), bits_set()], axis=1)
    return of_group[:, :, :n] @ has, of_group[:, :, n:] @ has[:_RETIREE_SETS]
