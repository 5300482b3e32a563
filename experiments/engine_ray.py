"""The Ray engine: tasks on a Ray cluster that exists, or on one that Ray starts on this machine.

All machines need the same code and see the folder of results under the same path. On one machine
the local engine starts in a fraction of the time and needs a fraction of the memory.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import ray

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

# Tasks that Ray knows of, for each worker: the next is there when one ends.
_AHEAD = 2
# How long a single wait is, and for how long there may be no worker.
_LOOK_SECONDS, _PATIENCE, _MINUTE = 30.0, 3 * 3600.0, 60


@dataclass(frozen=True)
class RayEngine:
    """Does tasks on Ray workers.

    Attributes
    ----------
    workers : int
        Processes, where the cluster is started here.
    address : str, optional
        Of a cluster that exists; ``auto`` for the one of this machine.
    """

    workers: int
    address: str | None = None

    def run(
        self, work: Work, tasks: Sequence[Any], advance: Advance
    ) -> Generator[Ended, None, None]:
        """See `Engine`; years are not reported."""
        # Without "local", Ray looks for a cluster that somebody else started on this machine.
        address, started_here = (
            (self.address, {}) if self.address else ("local", {"num_cpus": self.workers})
        )
        ray.init(
            address, include_dashboard=False, log_to_driver=False, logging_level="error",
            **started_here,
        )  # fmt: skip
        try:
            yield from self._ended(work, tasks)
        finally:
            ray.shutdown()

    def _ended(self, work: Work, tasks: Sequence[Any]) -> Iterator[Ended]:
        do = ray.remote(max_retries=TRIES - 1)(attempt)
        size = _AHEAD * max(self.workers, int(ray.cluster_resources().get("CPU", 1)))
        places = iter(range(len(tasks)))
        waiting: dict[Any, int] = {}
        while True:
            for place in islice(places, size - len(waiting)):
                waiting[do.remote(work, place, tasks[place], ignore)] = place
            if not waiting:
                return
            for reference in _next_ended(list(waiting)):
                yield _what_ended(reference, waiting.pop(reference))


def _next_ended(waiting: list[Any]) -> list[Any]:
    """Return references of tasks that ended, at least one; raises EngineError without workers."""
    moved = time.monotonic()
    while True:
        ended: list[Any] = ray.wait(waiting, timeout=_LOOK_SECONDS)[0]
        if ended:
            return ended
        if ray.cluster_resources().get("CPU"):
            moved = time.monotonic()
        elif time.monotonic() - moved > _PATIENCE:
            raise EngineError(
                f"Ray has had no worker for {_PATIENCE / _MINUTE:.0f} minutes; look at the "
                "cluster, then do the same again"
            )


def _what_ended(reference: Any, place: int) -> Ended:
    try:
        ended: Ended = ray.get(reference)
        return ended
    except ray.exceptions.WorkerCrashedError as error:
        return Ended(place, error=LostError(f"Ray lost every worker that had it: {error}"))
    except ray.exceptions.RayError as error:
        return Ended(place, error=error)
