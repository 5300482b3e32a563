"""What others read of a sweep: `runs.parquet` and the files in `outcomes/`, at any time.

Outcomes are published in the order of the runs, some hundred runs a file, so that ten thousand
runs are a hundred files, and the same whoever computed them in which order. A file that grows is
written anew and takes the place of the old one at once.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agents.errors import MinshengError
from experiments.plan import DUMMY
from experiments.sweep_runs import Run
from experiments.sweep_store import DAMAGED, DamagedError, Store, held
from experiments.sweep_work import DONE, FAILED, LOST, WAITING
from model.run_folder import whole_file

PART = 100
"""Runs in a file of outcomes."""
RUNS = "runs.parquet"
_PUBLISHING = ".publishing"


def publish(store: Store, runs: Sequence[Run], seed: int) -> pd.DataFrame:
    """Bring what others read up to date and return the table of runs, in the order of the sweep."""
    with held(store.folder / _PUBLISHING, wait=True):
        published, pending = store.published(), store.pending()

        def read(run_id: str) -> pa.Table:
            at = published.get(run_id)
            return store.read_pending(run_id) if at is None else store.read_published(at)

        for start in range(0, len(runs), PART):
            ids = [run.run_id for run in runs[start : start + PART]]
            if any(run_id in pending and run_id not in published for run_id in ids):
                there = [run_id for run_id in ids if run_id in published or run_id in pending]
                file = store.outcomes / f"part-{start // PART:05d}.parquet"
                with _damaged_set_aside(store.folder / DAMAGED):
                    store.write_part(file, there, read)
        table = runs_table(store, runs, seed)
        with whole_file(store.folder / RUNS) as draft:
            pq.write_table(pa.Table.from_pandas(table, preserve_index=False), draft)
        # Last of all: until then the seconds of these runs stand nowhere else.
        for run_id in pending:
            store.pending_file(run_id).unlink(missing_ok=True)
    return table


@contextmanager
def _damaged_set_aside(folder: Path) -> Iterator[None]:
    """Move a damaged file where nobody reads it, so that its runs are done again, and say so."""
    try:
        yield
    except DamagedError as error:
        folder.mkdir(exist_ok=True)
        error.file.replace(folder / error.file.name)
        text = f"{error.file} is damaged ({error.reason}); it was moved to {folder}"
        raise MinshengError(f"{text}, and the same command does its runs again") from error


def runs_table(store: Store, runs: Sequence[Run], seed: int) -> pd.DataFrame:
    """Return one row a run: run_id, status, seed, replicate, what varies, seconds, error."""
    pending, failures = store.pending(), store.failures()
    seconds = known_seconds(store) | pending
    done = set(store.published()) | set(pending)
    rows = [_row(run, run.run_id in done, failures, seconds) for run in runs]
    varied = list(dict.fromkeys(name for run in runs for name in run.values))
    columns: dict[str, Any] = {
        "run_id": [run.run_id for run in runs],
        "status": [row[0] for row in rows],
        "seed": [seed + run.values.get(DUMMY, 0) for run in runs],
        "replicate": [run.replicate for run in runs],
    }
    for name in varied:
        columns[name] = _column([run.values[name] for run in runs])
    columns["seconds"] = [row[1] for row in rows]
    columns["error"] = [row[2] for row in rows]
    return pd.DataFrame(columns)


def _row(
    run: Run, is_done: bool, failures: Mapping[str, Any], seconds: Mapping[str, float]
) -> tuple[str, float, str]:
    failure = failures.get(run.run_id, {})
    status = DONE if is_done else failure.get("status", WAITING)
    error = "" if is_done else str(failure.get("error", ""))
    return status, seconds.get(run.run_id, math.nan), error


def _column(values: list[Any]) -> list[Any]:
    """Return values of one type: numbers and switches as they are, everything else as text."""
    kinds = {type(value) for value in values}
    if kinds == {bool} or kinds <= {int, float}:
        return values
    return [value if isinstance(value, str) else json.dumps(value) for value in values]


def known_seconds(store: Store) -> dict[str, float]:
    """Return the seconds of the runs as the table of runs has them."""
    path: Path = store.folder / RUNS
    try:
        table = pq.read_table(path, columns=["run_id", "seconds"]).to_pydict()
    except (OSError, pa.ArrowInvalid):
        return {}
    pairs = zip(table["run_id"], table["seconds"], strict=True)
    return {run_id: seconds for run_id, seconds in pairs if seconds is not None}


def summary(table: pd.DataFrame) -> str:
    """Say how many runs are done, failed, lost and waiting."""
    counted = table["status"].value_counts()
    words = [f"{counted[status]} {status}" for status in (DONE, FAILED, LOST, WAITING)
             if status in counted]  # fmt: skip
    return f"{len(table)} runs: {', '.join(words)}"
