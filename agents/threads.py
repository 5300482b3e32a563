"""Independent pieces of work side by side: numpy leaves the interpreter during large operations."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from threading import local
from typing import TypeVar, overload

Result = TypeVar("Result")
Other = TypeVar("Other")

# Two, because memory is what large operations wait for.
_MOST_THREADS = 2
# Fewer rows are done before a second thread has woken up.
WORTHWHILE = 50_000
_thread = local()


@overload
def together(
    one: Callable[[], Result], other: Callable[[], Other], /, *, rows: int = WORTHWHILE
) -> tuple[Result, Other]: ...


@overload
def together(*jobs: Callable[[], Result], rows: int = WORTHWHILE) -> Sequence[Result]: ...


def together(*jobs: Callable[[], object], rows: int = WORTHWHILE) -> Sequence[object]:
    """Run jobs that do not depend on each other, and return their results in the order given.

    Parameters
    ----------
    *jobs : callable
        Called without arguments. None may write what another reads or writes.
    rows : int
        How many rows the work is about; a small world does it one job after another.

    Raises
    ------
    Exception
        The error of the first job, in the order given, that had one; all jobs have ended by then.
    """
    # A job that waited for jobs of its own would block the thread they need.
    if rows < WORTHWHILE or len(jobs) < _MOST_THREADS or getattr(_thread, "works", False):
        return [job() for job in jobs]
    if (os.cpu_count() or 1) < _MOST_THREADS:
        return [job() for job in jobs]
    tasks = [_pool(os.getpid()).submit(job) for job in jobs]
    wait(tasks)
    return [task.result() for task in tasks]


@cache
def _pool(_process: int) -> ThreadPoolExecutor:
    """Return the threads of a process; a forked child has none of its parent's."""
    return ThreadPoolExecutor(_MOST_THREADS, "minsheng", _starts_to_work)


def _starts_to_work() -> None:
    _thread.works = True
