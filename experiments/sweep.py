"""A sweep: every run of a plan, once, whatever happens on the way.

What is done is known from the files of the folder alone (`experiments.sweep_store`). The same plan
given again therefore does what is left, after a Ctrl-C, a killed worker, a killed driver or a full
disk alike.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pandas as pd

from experiments.engines import Engine, LostError, engine_named
from experiments.parallel import fitting
from experiments.plan import Plan
from experiments.plan_files import load_plan
from experiments.run import Progress, no_progress
from experiments.sweep_folder import Request, Work, opened
from experiments.sweep_runs import Run, planned_runs, scenario_at
from experiments.sweep_store import Store
from experiments.sweep_tables import publish, summary
from experiments.sweep_work import LOST, Settled, keep_failure, simulate_run
from model.memory import available_bytes, check_memory
from model.run_folder import OutputError

# Between two publications: at least this, and so long that they take a fiftieth of the time.
_LEAST_SECONDS, _TIMES_COST = 30.0, 50.0

Tell = Callable[[str], None]


def sweep(
    plan: str | Path,
    folder: str | Path,
    request: Request | None = None,
    progress: Progress = no_progress,
    tell: Tell = print,
) -> pd.DataFrame:
    """Do what is left of a plan.

    Parameters
    ----------
    plan : str or Path
        A plan file.
    folder : str or Path
        New, or the folder of the same plan, which then goes on; runs may have been added to it.
    progress : callable
        Called with years simulated and years to simulate.
    tell : callable
        Called with a line whenever a run fails, or when the sweep stops before its end.

    Returns
    -------
    DataFrame
        One row a run, as `runs.parquet` has it.

    Raises
    ------
    MinshengError
        The plan is wrong, the folder belongs to another plan or version, somebody works in it, or
        it cannot be written. What was done by then is kept.
    """
    request = request or Request()
    asked = load_plan(plan)
    runs = planned_runs(asked)
    engine = engine_named(request.engine, _workers(asked, runs, request), request.address)
    with opened(asked, Store(Path(folder)), runs, request) as work:
        try:
            _do(work, engine, progress, tell)
        except BaseException:
            with suppress(OutputError):
                table = publish(work.store, work.runs, asked.scenario.seed)
                tell(f"{summary(table)}; the same command does the rest")
            raise
        return publish(work.store, work.runs, asked.scenario.seed)


def _workers(plan: Plan, runs: Sequence[Run], request: Request) -> int | None:
    """Return how many processes to start; raises TooLargeError if not even one run fits."""
    if request.engine not in {"serial", "local"}:
        return request.workers
    largest = max(runs, key=lambda run: run.needed_bytes)
    check_memory(scenario_at(plan, largest.values), available_bytes())
    return fitting(largest.needed_bytes, len(runs), request.workers)


def _do(work: Work, engine: Engine, progress: Progress, tell: Tell) -> None:
    years, total = [0] * len(work.left), sum(run.years for run in work.left)
    begun, cost = time.monotonic(), 0.0

    def advance(place: int, done: int) -> None:
        years[place] = done
        progress(sum(years), total)

    progress(0, total)
    task = partial(simulate_run, work.plan, work.store)
    with closing(engine.run(task, work.left, advance)) as all_ended:
        for ended in all_ended:
            run = work.left[ended.place]
            advance(ended.place, run.years)
            if ended.error is not None and not isinstance(ended.error, LostError):
                raise ended.error
            settled = ended.result or Settled(LOST, str(ended.error))
            if settled.status == LOST:
                keep_failure(work.plan, work.store, run, settled)
            if settled.error:
                file = work.store.failed_file(run.run_id)
                tell(f"run {run.run_id[:8]} {settled.status}: {settled.error} (see {file})")
            if time.monotonic() - begun > max(_LEAST_SECONDS, _TIMES_COST * cost):
                start = time.monotonic()
                publish(work.store, work.runs, work.plan.scenario.seed)
                begun = time.monotonic()
                cost = begun - start
