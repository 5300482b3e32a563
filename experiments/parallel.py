"""Several jobs of a command at once: all results together, or the first error.

A command that goes on after an error, and again after its end, is a sweep (`experiments.sweep`).
"""

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, TypeVar

from experiments.engine_local import LocalEngine
from experiments.engines import Engine, SerialEngine
from experiments.run import Progress, no_progress
from model.memory import available_bytes, predicted_bytes
from model.scenario import Scenario

Job = TypeVar("Job")
Result = TypeVar("Result")
Work = Callable[[Job, Progress], Result]


def fitting_workers(scenarios: Sequence[Scenario], workers: int | None = None) -> int:
    """Return how many of the scenarios may run at once: as many as cores, memory and jobs allow."""
    largest = max(predicted_bytes(scenario) for scenario in scenarios)
    return fitting(largest, len(scenarios), workers)


def fitting(needed_bytes: float, jobs: int, workers: int | None = None) -> int:
    """Return how many jobs that each need so much memory may run at once; at least one."""
    room = available_bytes()
    fit = jobs if room is None else int(room // needed_bytes)
    return max(1, min(workers or os.cpu_count() or 1, fit, jobs))


def run_all(
    work: "Work[Job, Result]",
    jobs: Sequence[Job],
    years: int,
    workers: int,
    progress: Progress = no_progress,
) -> list[Result]:
    """Do every job and return the results in the order of the jobs.

    Parameters
    ----------
    work : callable
        A function of a module, called with a job and a progress callback that it calls with the
        years done after each.
    years : int
        Years of all jobs together.
    workers : int
        Processes; one does the work in this process.
    progress : callable
        Called with the years done and all years.

    Raises
    ------
    MinshengError
        What a job raised, or that its process died, and another one that was given the same job.
    KeyboardInterrupt
        On Ctrl-C, after every process has ended.
    """
    engine: Engine = SerialEngine() if workers == 1 else LocalEngine(workers)
    done: list[int] = [0] * len(jobs)
    results: list[Any] = [None] * len(jobs)

    def advance(place: int, years_done: int) -> None:
        done[place] = years_done
        progress(min(sum(done), years), years)

    progress(0, years)
    with closing(engine.run(work, jobs, advance)) as all_ended:
        for ended in all_ended:
            if ended.error is not None:
                raise ended.error
            results[ended.place] = ended.result
    return results
