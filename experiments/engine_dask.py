"""The Dask engine: tasks on a cluster that exists, or on one that Dask starts on this machine.

Dask counts the death of a worker against every task that waited there, so it is left its own number
of tries (``distributed.scheduler.allowed-failures``). All machines need the same code and see the
folder of results under the same path. A cluster of SLURM jobs is a Dask cluster like any other;
``docs/sweep.md`` shows one.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from distributed import Client, KilledWorker, LocalCluster, as_completed

from experiments.engines import Advance, Ended, LostError, Work, attempt, ignore

# Tasks that the scheduler knows of, for each worker: the next is there when one ends.
_AHEAD = 2


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
        """See `Engine`; years are not reported."""
        with self._client() as client:
            size = _AHEAD * max(self.workers, sum(client.ncores().values()))
            places = iter(range(len(tasks)))

            def submit(place: int) -> Any:
                key = f"run-{place}"
                return client.submit(
                    attempt, work, place, tasks[place], ignore, key=key, pure=False
                )

            ended = as_completed([submit(place) for place in islice(places, size)])
            for future in ended:
                ended.update([submit(place) for place in islice(places, 1)])
                yield _what_ended(future)

    @contextmanager
    def _client(self) -> Iterator[Any]:
        if self.address:
            with Client(self.address) as client:
                yield client
            return
        with (
            LocalCluster(
                n_workers=self.workers, threads_per_worker=1, dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client


def _what_ended(future: Any) -> Ended:
    place = int(future.key.removeprefix("run-"))
    error = future.exception()
    if isinstance(error, KilledWorker):
        return Ended(place, error=LostError(f"Dask lost every worker that had it: {error}"))
    return Ended(place, error=error) if error is not None else future.result()
