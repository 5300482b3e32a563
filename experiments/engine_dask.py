"""The Dask engine: tasks on a cluster that exists, or on one that Dask starts on this machine.

Dask counts the death of a worker against every task that waited there. Tasks that it gives up are
therefore done again, each alone, which clears those that were only near. A cluster that exists
keeps its own number of tries before that (``distributed.scheduler.allowed-failures``). All machines
need the same code and see the folder of results under the same path. A cluster of SLURM jobs is a
Dask cluster like any other; ``docs/sweep.md`` shows one.

No wait is without end. A worker that dies while it starts is not replaced by Dask, and a task whose
result died with its worker waits until there is another: so the cluster is looked after here, and a
cluster on which nothing has moved for long is given up with a message.
"""

import time
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import dask
from distributed import Client, KilledWorker, LocalCluster, wait

from experiments.engines import (
    TRIES,
    Advance,
    Ended,
    EngineError,
    LostError,
    Work,
    attempt,
    ignore,
)

# Tasks that the scheduler knows of, for each worker: the next is there when one ends.
_AHEAD = 2
_SETTINGS = {
    "distributed.scheduler.allowed-failures": 1,
    # Dask would give freed memory back at once; the arrays of the next year then cost page faults.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
}
# How long a single wait is, and how long nothing may move: here, or where jobs wait in a queue.
_LOOK_SECONDS, _PATIENCE_HERE, _PATIENCE_ELSEWHERE = 5.0, 300.0, 3 * 3600.0
_MINUTE = 60


@dataclass(frozen=True)
class DaskEngine:
    """Does tasks on Dask workers.

    Attributes
    ----------
    workers : int
        Processes, where the cluster is started here.
    address : str, optional
        Of the scheduler of a cluster that exists.
    """

    workers: int
    address: str | None = None

    def run(
        self, work: Work, tasks: Sequence[Any], advance: Advance
    ) -> Generator[Ended, None, None]:
        """See `Engine`; years are not reported.

        Raises
        ------
        EngineError
            The scheduler is gone, or there was no worker for long.
        """
        with self._cluster() as cluster:
            size = _AHEAD * max(self.workers, sum(cluster.client.ncores().values()))
            suspects: list[int] = []
            for ended in cluster.done(work, tasks, range(len(tasks)), size):
                if isinstance(ended.error, LostError):
                    suspects.append(ended.place)
                else:
                    yield ended
            # Dask blames all tasks of a worker for its death; each that is alone clears itself.
            for place in suspects:
                yield cluster.alone(work, tasks, place)

    @contextmanager
    def _cluster(self) -> Iterator["_Cluster"]:
        if self.address:
            with _client(self.address) as client:
                yield _Cluster(client, _PATIENCE_ELSEWHERE)
            return
        with dask.config.set(_SETTINGS):
            local = LocalCluster(
                n_workers=self.workers, threads_per_worker=1, dashboard_address=None
            )
        try:
            with _client(local) as client:
                yield _Cluster(client, _PATIENCE_HERE, partial(_keep_up, local, self.workers))
        finally:
            # Workers that do not answer end with this process, and so do those that Dask is just
            # starting again, of which it says that they cannot be joined.
            with suppress(TimeoutError, AssertionError):
                local.close(timeout=_LOOK_SECONDS)


def _client(cluster: Any) -> Any:
    try:
        return Client(cluster)
    except (OSError, TimeoutError, ValueError) as error:
        raise EngineError(f"no Dask scheduler answers at {cluster}: {error}") from None


def _keep_up(local: Any, workers: int) -> None:
    """Start workers for those that died while they started, which Dask takes for gone."""
    if len(local.workers) < workers:
        local.scale(workers)


@dataclass(frozen=True)
class _Cluster:
    """A Dask cluster.

    Attributes
    ----------
    client : distributed.Client
    patience : float
        For how many seconds nothing may move.
    keep_up : callable
        Keeps it at its size.
    """

    client: Any
    patience: float
    keep_up: Callable[[], None] = lambda: None

    def done(
        self, work: Work, tasks: Sequence[Any], places: Iterable[int], size: int
    ) -> Iterator[Ended]:
        """Do the tasks of some places, so many at a time, and yield what they came to."""
        rest = iter(places)

        def submit(place: int) -> Any:
            # A name of its own for each try: Dask remembers what a name came to.
            key = f"run-{place}-{uuid.uuid4().hex}"
            task = tasks[place]
            return self.client.submit(attempt, work, place, task, ignore, key=key, pure=False)

        waiting = {submit(place): place for place in islice(rest, size)}
        while waiting:
            for future in self._ended(set(waiting)):
                ended = _what_ended(future, waiting[future])
                if ended is not None:
                    del waiting[future]
                    waiting |= {submit(place): place for place in islice(rest, 1)}
                    yield ended

    def alone(self, work: Work, tasks: Sequence[Any], place: int) -> Ended:
        """Do a task while no other is done: whoever is lost now lost itself."""
        for _ in range(TRIES):
            (ended,) = self.done(work, tasks, [place], 1)
            if not isinstance(ended.error, LostError):
                break
        return ended

    def _ended(self, waiting: set[Any]) -> set[Any]:
        """Return the futures that ended, at least one."""
        moved = time.monotonic()
        while True:
            with suppress(TimeoutError):
                found = wait(waiting, timeout=_LOOK_SECONDS, return_when="FIRST_COMPLETED")
                ended: set[Any] = found.done
                return ended
            self.keep_up()
            if self._is_at_work():
                moved = time.monotonic()
            elif time.monotonic() - moved > self.patience:
                raise EngineError(
                    f"no Dask worker has been at work for {self.patience / _MINUTE:.0f} minutes; "
                    "look at the cluster, then do the same again"
                )

    def _is_at_work(self) -> bool:
        """Return whether a worker has a task; Dask itself ends those that give no sign of life."""
        asked = self.client.scheduler.processing
        try:
            given = self.client.sync(asked, callback_timeout=_LOOK_SECONDS)
        except (OSError, TimeoutError):
            return False
        return any(given.values())


def _what_ended(future: Any, place: int) -> Ended | None:
    """Return what a task came to; None when its result was lost, and it is done again."""
    if future.status == "cancelled":
        raise EngineError("the Dask scheduler is gone; start it, then do the same again")
    try:
        error = future.exception(timeout=_LOOK_SECONDS)
        if error is None:
            result: Ended = future.result(timeout=_LOOK_SECONDS)
            return result
    except TimeoutError:
        return None
    if isinstance(error, KilledWorker):
        return Ended(place, error=LostError(f"Dask lost every worker that had it: {error}"))
    return Ended(place, error=error)
