"""What a sweep says before it begins and after it ends."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.table import Table

from experiments.parallel import fitting
from experiments.plan import Plan
from experiments.plan_files import load_plan
from experiments.sweep_folder import WILL_RUN, Request, in_order, why
from experiments.sweep_runs import Run, planned_runs
from experiments.sweep_store import Store
from experiments.sweep_tables import runs_table
from experiments.sweep_work import FAILED, LOST
from model.memory import available_bytes, readable

SECONDS_PER_RUN, SECONDS_PER_YEAR = 0.08, 0.075
SECONDS_PER_COUNTY_YEAR, SECONDS_PER_HOUSEHOLD_YEAR = 3e-4, 7.7e-6
"""Measured on the machine of ``benchmarks/results.md``: small worlds, and 100,000 households."""
_MOST_ROWS = 40
# More columns than a terminal is wide show nothing.
_MOST_COLUMNS = 6
_MINUTE, _HOUR = 60, 3600


@dataclass(frozen=True)
class Preview:
    """What a sweep would do.

    Attributes
    ----------
    lines : list of str
    table : Table
        The runs, at most the first forty, each with why it will be done or not.
    """

    lines: list[str]
    table: Table


def preview(plan_file: str | Path, folder: str | Path, request: Request) -> Preview:
    """Look at a plan and its folder without changing anything; raises MinshengError."""
    plan = load_plan(plan_file)
    store = Store(Path(folder))
    if request.overwrite:
        store = Store(store.folder / "nothing")
    runs = in_order(plan, store, planned_runs(plan))
    table = runs_table(store, runs, plan.scenario.seed)
    reasons = why(table, request)
    left = [run for run, reason in zip(runs, reasons, strict=True) if reason in WILL_RUN]
    counted = pd.Series(reasons).value_counts()
    lines = [
        f"{len(runs)} runs of {plan.scenario.name}: {len(runs) // plan.content.replicates} points, "
        f"each with {plan.content.replicates} replicates",
        "; ".join(f"{number} {reason}" for reason, number in counted.items()),
        *_cost(left, runs, table, request),
    ]
    return Preview(lines, _listed(plan, runs, reasons))


def _cost(left: list[Run], runs: list[Run], table: pd.DataFrame, request: Request) -> list[str]:
    """Say what time and memory the runs that are left are predicted to need."""
    if not left:
        return ["nothing is left to do"]
    needed = max(run.needed_bytes for run in left)
    workers = 1 if request.engine == "serial" else fitting(needed, len(left), request.workers)
    seconds, source = _seconds(left, runs, table)
    at_once = min(workers, os.cpu_count() or 1)
    free = available_bytes()
    memory = f"memory: {readable(needed)} a run, {readable(needed * workers)} for {workers} workers"
    return [
        f"time: about {in_words(seconds / at_once)} with {workers} workers, {source}",
        memory if free is None else f"{memory}; {readable(free)} are free",
    ]


def predicted_seconds(run: Run) -> float:
    """Return the seconds of a run by its years and the size of its world, on that machine."""
    world = run.counties * SECONDS_PER_COUNTY_YEAR + run.households * SECONDS_PER_HOUSEHOLD_YEAR
    return SECONDS_PER_RUN + run.years * (SECONDS_PER_YEAR + world)


def _seconds(left: list[Run], runs: list[Run], table: pd.DataFrame) -> tuple[float, str]:
    """Return the seconds of what is left, scaled by runs that are done: worlds may differ."""
    predicted = sum(map(predicted_seconds, left))
    taken = table["seconds"].to_numpy() / [predicted_seconds(run) for run in runs]
    known = taken[~np.isnan(taken)]
    if not len(known):
        return predicted, "from the machine of the benchmark; a few runs here tell more"
    return predicted * float(np.median(known)), f"from {len(known)} runs in this folder"


def in_words(seconds: float) -> str:
    """Return a duration as people say it."""
    if seconds < 2 * _MINUTE:
        return f"{max(1, round(seconds))} seconds"
    if seconds < 2 * _HOUR:
        return f"{round(seconds / _MINUTE)} minutes"
    return f"{seconds / _HOUR:,.1f} hours"


def _listed(plan: Plan, runs: list[Run], reasons: list[str]) -> Table:
    shown = list(plan.axes)[:_MOST_COLUMNS]
    more = {"runs": len(runs) - _MOST_ROWS, "varied names": len(plan.axes) - len(shown)}
    hidden = " and ".join(f"{number} more {what}" for what, number in more.items() if number > 0)
    table = Table("run", *shown, "replicate", "why", caption=f"and {hidden}" if hidden else None)
    for run, reason in list(zip(runs, reasons, strict=True))[:_MOST_ROWS]:
        values = (_short(run.values[name]) for name in shown)
        table.add_row(run.run_id[:8], *values, str(run.replicate), reason)
    return table


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def has_failures(table: pd.DataFrame) -> bool:
    """Return whether a run failed or was lost."""
    return bool(table["status"].isin([FAILED, LOST]).any())
