"""Results as the views read them, and those that are kept while somebody may look at them.

The folders of runs lie in a directory of the server. A folder goes with the last result that
refers to it, and everything goes when the server ends.
"""

import os
import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from agents.errors import MinshengError
from dashboard.choices import Choices
from model.scenario import Scenario

MOST_KEPT = 8
_TABLES_KEPT = 24
_PREFIX = "minsheng-page-"


class ResultError(MinshengError):
    """A part of a result that is not there."""


class Workspace:
    """A directory for the folders of one run, removed with the last result that refers to it."""

    def __init__(self) -> None:
        sweep()
        self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def sweep() -> None:
    """Remove what servers that were killed have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdigit() and not _is_alive(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it belongs to somebody else
    return True


@dataclass(frozen=True, eq=False)
class WorldResult:
    """What a world came to.

    Attributes
    ----------
    national : tuple of DataFrame
        One for each replicate: index year, one column per national outcome, named as in the data
        collector (``poverty_rate/rural``). They grow while the run goes on.
    folder : Path or None
        Run folder of the first replicate; None while it runs.
    scenario : Scenario
    owner : Workspace or None
        Keeps the folder.
    """

    national: tuple[pd.DataFrame, ...]
    folder: Path | None
    scenario: Scenario
    owner: Workspace | None = None


@dataclass(frozen=True, eq=False)
class Result:
    """What a set-up came to.

    Attributes
    ----------
    choices : Choices
    worlds : dict of str to WorldResult
        ``A``, and ``B`` where it differs from A.
    gains : DataFrame or None
        Who wins and who loses in B against A in the last year, see `experiments.gains.gains`.
    finished : bool
        False while it runs, and where it was stopped.
    """

    choices: Choices
    worlds: dict[str, WorldResult]
    gains: pd.DataFrame | None
    finished: bool


def table(world: WorldResult, name: str, **filters: Any) -> pd.DataFrame:
    """Read rows of a table of a run folder.

    Parameters
    ----------
    name : str
        ``outcomes``, ``accounts``, ``flows``, ``adoptions``, ``institutions``, ``lots`` or
        ``organisations``.
    **filters
        Values that columns must have, or lists of them.

    Raises
    ------
    ResultError
        The run has not ended, or it has no such table.
    """
    if world.folder is None:
        raise ResultError("the tables of a run are there when it has ended")
    chosen = tuple(
        (key, tuple(value) if isinstance(value, list | set | tuple) else value)
        for key, value in sorted(filters.items())
    )
    return _read(world.folder, name, chosen).copy()


@lru_cache(maxsize=_TABLES_KEPT)
def _read(folder: Path, name: str, chosen: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    tests = [
        (key, "in", list(value)) if isinstance(value, tuple) else (key, "==", value)
        for key, value in chosen
    ]
    path = folder / f"{name}.parquet"
    if not path.exists():
        raise ResultError(f"a run has no table {name!r}")
    frame: pd.DataFrame = pq.read_table(path, filters=tests or None).to_pandas()
    return frame


class Kept:
    """The last finished results by their choices, for every tab of the server."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._results: OrderedDict[Choices, Result] = OrderedDict()
        self._always: set[Choices] = set()
        self._lock = threading.Lock()

    def get(self, choices: Choices) -> Result | None:
        """Return a finished result, None where there is none."""
        with self._lock:
            if choices in self._results:
                self._results.move_to_end(choices)
            return self._results.get(choices)

    def keep(self, result: Result) -> None:
        """Keep a finished result, in place of the one that was not asked for the longest."""
        with self._lock:
            self._results[result.choices] = result
            self._results.move_to_end(result.choices)
            others = [choices for choices in self._results if choices not in self._always]
            for choices in others[: -self._most]:
                del self._results[choices]

    def always(self, choices: Choices) -> None:
        """Let the result of these choices stay, whatever else is kept."""
        with self._lock:
            self._always.add(choices)

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._results.clear()


KEPT = Kept()
