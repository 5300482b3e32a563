"""What worker insurance records: coverage, members, and coverage that reached those struck."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from agents.enrolment import MEDICAL, PENSION, SCHEMES, Bits, bits_set
from agents.persons import Work, works_as
from agents.table import Float, Int32, Rows, at, total_by
from policies.base import BROKEN_DOWN, Outcome, World
from policies.worker_columns import (
    EVERY_SCHEME,
    MEDICAL_BIT,
    OFF_FARM,
    PENSION_BIT,
    Residence,
    residence_of,
    weights,
)

GROUPS = ("all", "urban", "local_urban", "migrant_outgoing", "migrant_all")
"""Groups for which the outcomes are given; they overlap."""
_WHOLE = ", ".join(GROUPS)
_BROKEN_DOWN = f"{_WHOLE}, {BROKEN_DOWN}"
_WITH_RETIREES = (PENSION, MEDICAL)
# The first two schemes make four sets.
_RETIREE_SETS = 1 << len(_WITH_RETIREES)
_N_SETS = 1 << len(SCHEMES)
_ALL_SETS = _N_SETS + _RETIREE_SETS
_SOURCE = "Ministry of Human Resources and Social Security; National Bureau of Statistics"
_WHO = (
    "all, urban: off-farm workers in urban places or formal jobs, and members elsewhere; for "
    "pension and medical also retired formal workers and other beneficiaries; migrant groups: "
    "workers of rural hukou"
)
_REPORTED = tuple(
    Outcome(name, unit, definition, _SOURCE, groups, SCHEMES)
    for name, unit, definition, groups in (
        ("coverage", "share", f"Members of the worker scheme over the group; {_WHO}", _BROKEN_DOWN),
        ("covered_persons", "persons", f"Members of the scheme and beneficiaries; {_WHO}", _WHOLE),
    )
)
OUTCOMES = (
    *_REPORTED,
    *(
        replace(
            outcome,
            name=f"{outcome.name}_reported",
            definition=f"{outcome.definition}; as counties report it",
            groups=_WHOLE,
        )
        for outcome in _REPORTED
    ),
    Outcome(
        "effective_coverage",
        "share",
        "Of those struck by the risk in the year, who received a benefit; one that is below the "
        "adequacy cut relative to need counts in proportion",
        "Definition of the project after S2 section 3.2.1",
        _BROKEN_DOWN,
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
    concerned = _concerned(sim)
    of_workers, of_others = concerned.by_group(sim)
    for scheme in range(len(SCHEMES)):
        table = of_workers + of_others if scheme in _WITH_RETIREES else of_workers
        for group, name in enumerate(GROUPS):
            members, people = table[:, group, 1 + scheme], table[:, group, 0]
            sim.report_members(members, people, SCHEMES[scheme], name)
    of_workers, of_others = concerned.by_hukou_and_decile(sim)
    for scheme, name in enumerate(SCHEMES):
        table = of_workers + of_others if scheme in _WITH_RETIREES else of_workers
        sim.breakdown.record("coverage", name, table[:, 1 + scheme], table[:, 0])


def record_effective(sim: World, struck: dict[int, Struck]) -> None:
    """Record the share of those struck whom a sufficient benefit reached, by scheme and group."""
    cut = sim.parameters.number("outcomes.definitions.adequacy_cut")
    has = bits_set()
    for scheme, event in struck.items():
        rows, n_codes = event.rows, len(has)
        residence = residence_of(sim, rows)
        groups = groups_of(sim, rows, residence)
        cell = residence.county * np.intp(n_codes) + groups
        weight, n_cells = weights(sim, rows), sim.counties.n * n_codes
        reached = np.clip(event.adequacy / cut, 0, 1) * weight
        below = total_by(cell, weight, n_cells).reshape(-1, n_codes) @ has
        above = total_by(cell, reached, n_cells).reshape(-1, n_codes) @ has
        for group, name in enumerate(GROUPS):
            numerator, people = above[:, group], below[:, group]
            sim.record.add("effective_coverage", numerator, people, SCHEMES[scheme], name)
        counted = np.flatnonzero(groups & 1)
        cell = sim.breakdown.of_persons(rows[counted])
        parts = (
            total_by(cell, at(values, counted), sim.breakdown.n) for values in (reached, weight)
        )
        sim.breakdown.record("effective_coverage", SCHEMES[scheme], *parts)


@dataclass(frozen=True)
class _Concerned:
    """Who is counted in some group, with the set of schemes each is in.

    Attributes
    ----------
    rows : ndarray of intp, shape (n,)
    sets : ndarray, shape (n,)
        Below 32: schemes of somebody at work; above it: those of retirees, of somebody else.
    county : ndarray, shape (n,)
    groups : ndarray of uint8, shape (n,)
        A bit for each of `GROUPS`.
    """

    rows: Rows
    sets: Rows
    county: Int32
    groups: Bits

    def by_group(self, sim: World) -> tuple[Float, Float]:
        """Count those at work, and all others, by group and scheme, (n_counties, 5, 1 + 5) each.

        The first number along the last axis is everybody.
        """
        cell = self.county * np.intp(_N_SETS) + self.groups
        cell = cell * _ALL_SETS + self.sets
        counts = total_by(cell, weights(sim, self.rows), sim.counties.n * _N_SETS * _ALL_SETS)
        of_workers, of_others = _in_schemes(counts.reshape(-1, _N_SETS, _ALL_SETS))
        in_group = bits_set().T
        return in_group @ of_workers, in_group @ of_others

    def by_hukou_and_decile(self, sim: World) -> tuple[Float, Float]:
        """Count the same persons by cell of the breakdown and scheme, (n_cells, 1 + 5) each."""
        counted = np.flatnonzero(self.groups & 1)
        rows = self.rows[counted]
        cell = sim.breakdown.of_persons(rows) * _ALL_SETS + self.sets[counted]
        counts = total_by(cell, weights(sim, rows), sim.breakdown.n * _ALL_SETS)
        return _in_schemes(counts.reshape(-1, _ALL_SETS))


def _in_schemes(counts: Float) -> tuple[Float, Float]:
    """Turn counts by set of schemes, last axis, into counts of everybody and by scheme."""
    by_set = counts.reshape(-1, _ALL_SETS).T
    shape = (*counts.shape[:-1], 1 + len(SCHEMES))
    has = np.concatenate([np.ones((_N_SETS, 1)), bits_set()], axis=1)
    # Sparse, because a dense product of this size would wake threads that then wait, busily.
    of_workers = csr_array(has.T) @ by_set[:_N_SETS]
    of_others = csr_array(has[:_RETIREE_SETS].T) @ by_set[_N_SETS:]
    return of_workers.T.reshape(shape), of_others.T.reshape(shape)


def _concerned(sim: World) -> _Concerned:
    """Return who works off the farm, is retired from formal work or is a member elsewhere."""
    persons = sim.persons
    at_work = works_as(persons.work, *OFF_FARM)
    concerned = at_work | works_as(persons.work, Work.RETIRED) | (persons["worker_schemes"] > 0)
    rows = np.flatnonzero(persons.alive & concerned)
    schemes = at(persons["worker_schemes"], rows) & EVERY_SCHEME
    of_retirees = _N_SETS + (schemes & (PENSION_BIT | MEDICAL_BIT))
    sets = np.where(at(at_work, rows), schemes, of_retirees)
    residence = residence_of(sim, rows)
    return _Concerned(rows, sets, residence.county, groups_of(sim, rows, residence))
