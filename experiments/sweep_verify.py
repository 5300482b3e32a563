"""Check a sweep: do some of its runs again and compare what is kept of them bit by bit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from agents.errors import MinshengError
from experiments.plan import Plan, PlanFile
from experiments.plan_values import axes_of
from experiments.run import Progress, no_progress, simulate
from experiments.sweep_folder import in_order
from experiments.sweep_runs import Run, planned_runs, scenario_at
from experiments.sweep_store import MARK, Store, read_description, reading
from experiments.sweep_tables import RUNS, runs_table
from experiments.sweep_work import kept_rows
from model.digests import changes_since, made_by
from model.reforms import Reform
from model.scenario import Scenario
from policies.parameters import ParameterSet


def is_sweep(folder: Path) -> bool:
    """Return whether a folder holds a sweep."""
    return (folder / MARK).exists()


def verify_sweep(folder: Path, sample: int, progress: Progress = no_progress) -> list[str]:
    """Do some runs again, spread over the sweep; return what differs, nothing if nothing does.

    Parameters
    ----------
    sample : int
        How many; all that are done if there are fewer.

    Raises
    ------
    MinshengError
        The folder is damaged, or nothing in it is done.
    """
    description = read_description(folder / MARK)
    if changes := changes_since(description, made_by()):
        return changes  # every run has another name then
    plan, store = read_plan(description, folder), Store(folder)
    published, runs = store.published(), in_order(plan, store, planned_runs(plan))
    done = [run for run in runs if run.run_id in published]
    if not done:
        raise MinshengError(f"{folder}: no run is done yet, so there is nothing to verify")
    chosen = np.unique(np.linspace(0, len(done) - 1, min(sample, len(done))).round().astype(int))
    total, before = sum(done[place].years for place in chosen), 0
    differences = _runs_differ(store, runs, plan.scenario.seed)
    for place in chosen.tolist():
        run = done[place]
        fresh = _again(plan, run, progress, before, total)
        then = store.read_published(published[run.run_id])
        differences += difference(f"run {run.run_id}", then, fresh)
        before += run.years
    return differences


def _runs_differ(store: Store, runs: Sequence[Run], seed: int) -> list[str]:
    """Compare what the table of runs says of them, whatever became of them since, with the plan."""
    file, fleeting = store.folder / RUNS, ["status", "seconds", "error"]
    if not file.exists():
        return [f"{file.name} is missing; the same sweep writes it again"]
    now = runs_table(store, runs, seed).drop(columns=fleeting)
    with reading(file):
        then = pq.read_table(file).to_pandas().drop(columns=fleeting, errors="ignore")
    if list(then.columns) != list(now.columns) or len(then) != len(now):
        return [f"{file.name} has other columns or another number of rows"]
    changed = [str(name) for name in now if then[name].tolist() != now[name].tolist()]
    return [f"{file.name} differs in {', '.join(changed)}"] if changed else []


def read_plan(description: dict[str, Any], folder: Path) -> Plan:
    """Return the plan that a sweep's description holds; raises MinshengError if it is damaged."""
    try:
        content = PlanFile.model_validate(description["plan"])
        scenario = Scenario.from_dict(description["scenario"])
        reforms = {
            position: tuple(Reform.model_validate(reform) for reform in stacked)
            for position, stacked in description["reforms"].items()
        }
    except (KeyError, TypeError, AttributeError, ValidationError) as error:
        raise MinshengError(f"{folder / MARK} is damaged: {error}") from None
    axes = axes_of(content, ParameterSet.load(), reforms)
    return Plan(str(folder / MARK), content, content.scenario, scenario, axes, reforms)


def _again(plan: Plan, run: Run, progress: Progress, before: int, total: int) -> pa.Table:
    def report(years: int, _: int) -> None:
        progress(before + years, total)

    sim = simulate(scenario_at(plan, run.values), run.replicate, report)
    return kept_rows(sim, plan.content.outcomes, run.run_id)


def difference(what: str, then: pa.Table, now: pa.Table) -> list[str]:
    """Say in which columns a table that was kept differs from the one made now, if in any."""
    if then.column_names != now.column_names or then.num_rows != now.num_rows:
        return [f"{what} has other columns or another number of rows"]
    changed = [name for name in then.column_names if not _same(then[name], now[name])]
    return [f"{what} differs in {', '.join(changed)}"] if changed else []


def _same(then: pa.ChunkedArray, now: pa.ChunkedArray) -> bool:
    try:
        return then.equals(now.cast(then.type))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False  # values of another type
