"""Several simulations at once, one per process: progress from years simulated, a clean stop.

Processes are spawned, so that every one starts from the same state on every system. A job is given
to a function of a module, which gets a progress callback and returns what can be pickled.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from agents.errors import MinshengError
from experiments.run import Progress, no_progress
from model.memory import available_bytes, predicted_bytes
from model.scenario import Scenario

Job = TypeVar("Job")
Result = TypeVar("Result")
Work = Callable[[Job, Progress], Result]

# Seconds between two looks at how far the processes are.
_LOOK = 0.2
_shared: dict[str, Any] = {}


class StoppedError(MinshengError):
    """The work was stopped from outside."""


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
        What a job raised, or that a process died.
    KeyboardInterrupt
        On Ctrl-C, after every process has ended.
    """
    progress(0, years)
    if workers == 1:
        return _one_after_another(work, jobs, years, progress)
    context = multiprocessing.get_context("spawn")
    done, stop = context.Value("q", 0), context.Event()
    pool = ProcessPoolExecutor(workers, context, _begin, (done, stop))
    try:
        tasks = [pool.submit(_watched, work, job) for job in jobs]
        _follow(tasks, lambda: progress(min(done.value, years), years))
        return [task.result() for task in tasks]
    except BrokenProcessPool:
        text = "a process of the simulation died; there may be too little memory"
        raise MinshengError(f"{text}: choose fewer workers or fewer households") from None
    finally:
        # Also on Ctrl-C: processes look at this after every year and end.
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _one_after_another(
    work: "Work[Job, Result]", jobs: Sequence[Job], years: int, progress: Progress
) -> list[Result]:
    results, before = [], 0
    for job in jobs:
        seen = 0

        def report(done: int, _: int, before: int = before) -> None:
            nonlocal seen
            seen = done
            progress(before + done, years)

        results.append(work(job, report))
        before += seen
    return results


def _follow(tasks: "Sequence[Future[Result]]", look: Callable[[], None]) -> None:
    """Wait until every task is done or one failed."""
    waiting = set(tasks)
    while waiting:
        ended, waiting = wait(waiting, _LOOK)
        look()
        for task in ended:
            task.result()


def _begin(done: Any, stop: Any) -> None:
    """Prepare a process: it leaves Ctrl-C to the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _shared.update(done=done, stop=stop)


def _watched(work: "Work[Job, Result]", job: Job) -> Result:
    """Do a job in a process of the pool: count its years, stop when asked or left alone."""
    seen = 0
    parent = multiprocessing.parent_process()

    def report(years: int, _: int) -> None:
        nonlocal seen
        if _shared["stop"].is_set() or (parent is not None and not parent.is_alive()):
            raise StoppedError("stopped")
        with _shared["done"].get_lock():
            _shared["done"].value += years - seen
        seen = years

    try:
        return work(job, report)
    except MinshengError as error:
        # As text, because errors with parts of their own do not survive the way between processes.
        raise MinshengError(str(error)) from None
