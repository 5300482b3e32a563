"""What worker insurance records: coverage, members, and coverage that reached those struck."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agents.enrolment import MEDICAL, PENSION, SCHEMES
from agents.persons import Work
from agents.table import Bool, Float, Rows, total_by
from policies.base import Outcome, World
from policies.worker_columns import OFF_FARM, county_of, is_local, weights

GROUPS = ("all", "urban", "local_urban", "migrant_outgoing", "migrant_all")
"""Groups for which the outcomes are given; they overlap."""
_WITH_RETIREES = (PENSION, MEDICAL)
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
            definition=f"{outcome.definition}; as reported, truthfully in this version",
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


def group_masks(sim: World, rows: Rows) -> NDArray[np.bool_]:
    """Return which persons belong to each group, shape (n, 5), in the order of `GROUPS`."""
    persons = sim.persons
    work, urban = persons.work[rows], persons.urban[rows]
    # Those who lost their job this year are counted with the workers they were.
    works = np.isin(work, (*OFF_FARM, Work.UNEMPLOYED))
    retired = (work == Work.RETIRED) | (~works & (persons["worker_schemes"][rows] > 0))
    member = persons["worker_schemes"][rows] > 0
    counted = (works & (urban | (work == Work.FORMAL) | member)) | retired
    rural = works & ~persons.hukou_urban[rows]
    away = persons.township[rows] != persons.hukou_township[rows]
    masks = (counted, counted & urban, counted & is_local(sim, rows), rural & away, rural)
    return np.stack(masks, axis=1)


def record_coverage(sim: World) -> None:
    """Record members and coverage of each scheme and group."""
    persons = sim.persons
    at_work = np.isin(persons.work, (*OFF_FARM, Work.RETIRED))
    rows = np.flatnonzero(persons.alive & (at_work | (persons["worker_schemes"] > 0)))
    works = np.isin(persons.work[rows], OFF_FARM)
    of_workers = _cross_table(sim, rows[works])
    of_others = _cross_table(sim, rows[~works])
    has = _bits_set()
    for scheme in range(len(SCHEMES)):
        table = of_workers + of_others if scheme in _WITH_RETIREES else of_workers
        for group, name in enumerate(GROUPS):
            people = table[:, has[:, group], :].sum(axis=1)
            members = people[:, has[:, scheme]].sum(axis=1)
            for ending in ("", "_reported"):
                _add(sim, f"coverage{ending}", members, people.sum(axis=1), scheme, name)
                _add(sim, f"covered_persons{ending}", members, None, scheme, name)


def record_effective(sim: World, struck: dict[int, Struck]) -> None:
    """Record the share of those struck whom a sufficient benefit reached, by scheme and group."""
    cut = sim.parameters.number("outcomes.definitions.adequacy_cut")
    has = _bits_set()
    for scheme, event in struck.items():
        rows, n_codes = event.rows, len(has)
        cell = county_of(sim, rows) * n_codes + _code(group_masks(sim, rows))
        weight, n_cells = weights(sim, rows), sim.counties.n * n_codes
        reached = np.clip(event.adequacy / cut, 0, 1) * weight
        below = total_by(cell, weight, n_cells).reshape(-1, n_codes)
        above = total_by(cell, reached, n_cells).reshape(-1, n_codes)
        for group, name in enumerate(GROUPS):
            of_group = has[:, group]
            numerator, people = above[:, of_group].sum(axis=1), below[:, of_group].sum(axis=1)
            _add(sim, "effective_coverage", numerator, people, scheme, name)


def _add(
    sim: World, outcome: str, above: Float, below: Float | None, scheme: int, group: str
) -> None:
    sim.record.add(outcome, above, below, SCHEMES[scheme], group)


def _cross_table(sim: World, rows: Rows) -> Float:
    """Count persons by county, set of groups and set of schemes, shape (n_counties, 32, 32)."""
    n = len(_bits_set())
    cell = county_of(sim, rows).astype(np.intp) * n + _code(group_masks(sim, rows))
    cell = cell * n + (sim.persons["worker_schemes"][rows] % n)
    counts = total_by(cell, weights(sim, rows), sim.counties.n * n * n)
    return counts.reshape(sim.counties.n, n, n)


def _code(masks: Bool) -> NDArray[np.intp]:
    """Return a number for each combination of groups, shape (n,)."""
    return masks @ (1 << np.arange(masks.shape[1]))


def _bits_set() -> Bool:
    """Return which of five bits each number below 32 has, shape (32, 5)."""
    places = np.arange(len(SCHEMES))
    numbers = np.arange(1 << len(SCHEMES))
    found: Bool = (numbers[:, None] >> places & 1).astype(bool)
    return found
