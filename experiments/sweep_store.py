"""The folder of a sweep: what is done, what failed, and who works in it. The files are the truth.

``sweep.json``         plan, code, versions, and the order of the runs
``runs.parquet``       one row a run: status, seed, replicate, what varies, seconds, error
``outcomes/``          outcomes of many runs a file, in the order of the runs
``pending/``           one file a run that is done and not in ``outcomes/`` yet
``failed/``            one JSON file a run that failed: traceback, and the command that repeats it
``damaged/``           files that could not be read to their end; their runs are done again

Every file appears whole under its name or not at all, so a run is done when it is in a file,
whoever was killed when. A lock of the system, freed by it when a process dies, keeps a second
driver out.
"""

import fcntl
import itertools
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from agents.errors import MinshengError
from model.run_folder import DRAFT, OutputError, whole_file

MARK = "sweep.json"
"""The file by which a folder is known to hold a sweep."""
LOCK = ".lock"
DAMAGED = "damaged"
RANKING, TARGETS, PAGE = "sensitivity", "sensitivity_targets", "sensitivity.html"
_TABLES = {f"{name}.{kind}" for name in (RANKING, TARGETS) for kind in ("parquet", "csv")}
OWN = {"outcomes", "pending", "failed", DAMAGED, "runs.parquet", MARK, PAGE} | _TABLES
"""What a sweep, and a study of sensitivity with it, write into their folder."""
_SECONDS, _RUNS = "seconds", "runs"


class DamagedError(MinshengError):
    """A Parquet file of results is damaged; its runs can be done again.

    Attributes
    ----------
    file : Path
    reason : str
    """

    def __init__(self, file: Path, reason: object) -> None:
        self.file, self.reason = file, " ".join(str(reason).split())
        text = f"{file} is damaged ({self.reason})"
        super().__init__(f"{text}; delete it, and the command that made it does it again")


@dataclass(frozen=True)
class Store:
    """The folder of a sweep."""

    folder: Path

    @property
    def outcomes(self) -> Path:
        """The folder of outcomes."""
        return self.folder / "outcomes"

    def pending_file(self, run_id: str) -> Path:
        """Return the file of a run that is done and not published."""
        return self.folder / "pending" / run_id[:2] / f"{run_id}.parquet"

    def failed_file(self, run_id: str) -> Path:
        """Return the file that tells why a run failed."""
        return self.folder / "failed" / f"{run_id}.json"

    def save(self, run_id: str, outcomes: pa.Table, seconds: float) -> None:
        """Keep the outcomes of a run; a failure of the same run before is forgotten."""
        _write(self.pending_file(run_id), [outcomes], {_SECONDS: f"{seconds:.3f}"})
        for suffix in (".json", ".yaml"):
            self.failed_file(run_id).with_suffix(suffix).unlink(missing_ok=True)

    def fail(self, run_id: str, description: dict[str, Any]) -> None:
        """Keep why a run failed."""
        text = json.dumps(description, indent=2, ensure_ascii=False)
        with whole_file(self.failed_file(run_id)) as draft:
            draft.write_text(text + "\n", encoding="utf-8")

    def failures(self) -> dict[str, dict[str, Any]]:
        """Return what is known of the runs that failed, by run."""
        files = sorted((self.folder / "failed").glob("*.json"))
        return {file.stem: read_json(file) for file in files}

    def pending(self) -> dict[str, float]:
        """Return the seconds of every run that is done and not published, by run."""
        found = {}
        for file in sorted((self.folder / "pending").glob("??/*.parquet")):
            if (metadata := _metadata(file)) is not None:
                found[file.stem] = float(metadata.get(_SECONDS, "nan"))
        return found

    def published(self) -> dict[str, tuple[Path, int]]:
        """Return the file, and the place in it, of every published run."""
        found: dict[str, tuple[Path, int]] = {}
        for file in sorted(self.outcomes.glob("*.parquet")):
            if (metadata := _metadata(file)) is not None:
                runs = json.loads(metadata.get(_RUNS, "[]"))
                found |= {run_id: (file, place) for place, run_id in enumerate(runs)}
        return found

    def read_published(self, place: tuple[Path, int]) -> pa.Table:
        """Return the outcomes of a published run."""
        file, group = place
        with reading(file):
            return pq.ParquetFile(file).read_row_group(group)

    def read_pending(self, run_id: str) -> pa.Table:
        """Return the outcomes of a run that is not published."""
        file = self.pending_file(run_id)
        with reading(file):
            return pq.read_table(file)

    def write_part(self, file: Path, runs: list[str], read: Callable[[str], pa.Table]) -> None:
        """Write the outcomes of many runs into one file, one group of rows each."""
        _write(file, (read(run_id) for run_id in runs), {_RUNS: json.dumps(runs)})

    def is_done(self, run_id: str) -> bool:
        """Return whether a run is done, as a worker asks that may be given it a second time."""
        return _metadata(self.pending_file(run_id)) is not None

    def sweep_drafts(self) -> None:
        """Remove what processes left that were killed while they wrote."""
        for draft in self.folder.rglob(f".*{DRAFT}"):
            draft.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove everything but the lock."""
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != LOCK:
                path.unlink()


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file of a sweep; raises MinshengError if it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:
        raise MinshengError(f"{path} is damaged ({error}); delete it to go on") from error
    if not isinstance(content, dict):
        raise MinshengError(f"{path} is damaged (no mapping); delete it to go on")
    return content


def read_description(path: Path) -> dict[str, Any]:
    """Read what a sweep or a comparison says of itself; raises MinshengError if it is damaged."""
    told = read_json(path)
    for name in ("hashes", "versions"):
        if not isinstance(told.get(name), dict):
            raise MinshengError(f"{path} is damaged (no {name}); delete it to go on")
    return told


def _write(file: Path, tables: Iterable[pa.Table], metadata: dict[str, str]) -> None:
    """Write tables as one file, a group of rows each; texts are plain texts to whoever reads."""
    rest = iter(tables)
    first = next(rest)
    with (
        whole_file(file) as draft,
        pq.ParquetWriter(draft, first.schema, compression="zstd", store_schema=False) as writer,
    ):
        for table in itertools.chain([first], rest):
            writer.write_table(table.cast(first.schema), row_group_size=max(1, table.num_rows))
        writer.add_key_value_metadata(metadata)


def _metadata(file: Path) -> dict[str, str] | None:
    """Return what a Parquet file says of itself; None if it is damaged or not there.

    Its runs are done again then, and what they write takes its place.
    """
    try:
        with reading(file):
            found = pq.read_metadata(file).metadata or {}
            return {key.decode(): value.decode() for key, value in found.items()}
    except (DamagedError, FileNotFoundError):
        return None


def _unreadable(file: Path, error: OSError) -> MinshengError:
    text = f"cannot read {file}: {error.strerror or error}"
    return MinshengError(f"{text}; nothing was changed, see to it and give the same command again")


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Tell a damaged Parquet file from one that cannot be read now; neither is touched.

    Raises
    ------
    DamagedError
        It is no Parquet file, or not a whole one.
    FileNotFoundError
        It is not there, or no longer: another process may have published what it held.
    MinshengError
        The system does not let it be read.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        # Those of the system have a number, those of the Parquet reader have none.
        if error.errno is None:
            raise DamagedError(file, error) from error
        raise _unreadable(file, error) from error
    except (pa.ArrowInvalid, ValueError) as error:
        raise DamagedError(file, error) from error


def refuse_foreign(folder: Path, own: set[str], mark: str, what: str) -> None:
    """Raise OutputError if a folder holds anything but what a sweep or a comparison writes.

    Parameters
    ----------
    own : set of str
        What it writes; who was told to delete a damaged `mark` still has the rest.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is not a folder; choose another --out")
    names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    # A driver that was killed at once leaves its lock and a draft.
    if mark not in names and not all(name in own or name.startswith(".") for name in names):
        text = f"{folder} holds something that is not a {what} (no {mark}); choose another --out"
        raise OutputError(text)


@contextmanager
def held(path: Path, *, shared: bool = False, wait: bool = False) -> Iterator[None]:
    """Hold the lock of a file; a process that dies in between frees it.

    Raises
    ------
    OutputError
        Somebody else holds it, or it cannot be taken.
    """
    how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file: IO[str] = path.open("a")
    except OSError as error:
        raise OutputError(f"cannot write results to {path.parent}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, how)
        except BlockingIOError:
            text = f"{path.parent} is in use: another sweep works in it; wait for it or stop it"
            raise OutputError(text) from None
        yield
