"""The folder of a comparison: its pairs, so that one that was stopped goes on where it was.

``compare.json``  what is compared: the scenarios, versions and hashes of code and data
``pairs/``        one Parquet file a pair that is done
``failed/``       for each pair that failed its traceback and the command that shows it again

Every file appears whole under its name or not at all. A pair is named by the hash of all that its
result depends on, so it is never computed twice in a folder.
"""

import json
import shlex
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agents.errors import MinshengError
from experiments.pairs import Found, Pair
from experiments.run import changes_since
from experiments.sides import Side
from experiments.sweep_folder import made_by
from experiments.sweep_store import (
    LOCK,
    DamagedError,
    held,
    read_description,
    reading,
    refuse_foreign,
)
from model.run_folder import DRAFT, whole_file
from model.scenario import Scenario

MARK = "compare.json"
"""The file by which a folder is known to hold a comparison."""
PAIRS, FAILED = "pairs", "failed"
EFFECTS, GAINS, COSTS, REPORT = "effects", "gains", "costs", "report.html"
_TABLES = {f"{name}.{kind}" for name in (EFFECTS, GAINS, COSTS) for kind in ("parquet", "csv")}
_OWN = {PAIRS, FAILED, REPORT, MARK} | _TABLES
_GAINS = b"gains"
_TEXTS = ("reform", "outcome", "scheme", "group")
_ASKED = ("labels", "scenarios", "replicate", "drawn")


@dataclass(frozen=True)
class PairStore:
    """The folder of a comparison."""

    folder: Path

    def file(self, name: str) -> Path:
        """Return the file of a pair."""
        return self.folder / PAIRS / f"{name}.parquet"

    def keep(self, pair: Pair, found: Found) -> None:
        """Keep a pair that is done, or why it failed."""
        name = pair.name()
        if found.error:
            self._fail(name, pair, found)
            return
        with whole_file(self.file(name)) as draft:
            pq.write_table(as_table(found), draft, compression="zstd")
        for suffix in (".json", ".yaml"):
            (self.folder / FAILED / name).with_suffix(suffix).unlink(missing_ok=True)

    def read(self, pair: Pair) -> Found | None:
        """Return a pair that is done; None if it is not, or its file is damaged.

        Raises MinshengError if the file is there and cannot be read now.
        """
        file = self.file(pair.name())
        try:
            with reading(file):
                return from_table(pq.read_table(file), pair)
        except (DamagedError, FileNotFoundError, KeyError):
            return None

    def _fail(self, name: str, pair: Pair, found: Found) -> None:
        scenario = pair.drawn()[found.at]
        file = self.folder / FAILED / f"{name}.yaml"
        words = ["minsheng", "run", str(file), "--replicate", str(pair.replicate)]
        told = {
            "pair": found.title,
            "scenario": pair.labels[found.at],
            "error": found.error,
            "command": shlex.join([*words, "--out", f"results/{name}"]),
            "traceback": found.trace,
        }
        # JSON is YAML too.
        for path, content in ((file, scenario.as_dict()), (file.with_suffix(".json"), told)):
            text = json.dumps(content, indent=2, ensure_ascii=False)
            with whole_file(path) as draft:
                draft.write_text(text + "\n", encoding="utf-8")


def as_table(found: Found) -> pa.Table:
    """Return a pair that is done as one table, its gains in the description."""
    table = pa.Table.from_pandas(found.outcomes, preserve_index=False)
    for name in _TEXTS:
        place = table.column_names.index(name)
        texts = table[name].cast(pa.string()).dictionary_encode()
        table = table.set_column(place, name, texts)
    exact = {"columns": list(found.gains), "data": _exact(found.gains)}
    return table.replace_schema_metadata({_GAINS: json.dumps(exact).encode()})


def _exact(table: pd.DataFrame) -> list[list[Any]]:
    """Return the cells with every digit; null where there is no number."""
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()


def from_table(table: pa.Table, pair: Pair) -> Found:
    """Return the pair that `as_table` wrote."""
    kept = json.loads((table.schema.metadata or {})[_GAINS])
    gained = pd.DataFrame(kept["data"], columns=kept["columns"])
    numbers = {name: float for name in kept["columns"] if name not in {"group", "reform"}}
    gained = gained.astype(numbers)
    table = table.replace_schema_metadata(None)
    for name in _TEXTS:
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].cast(pa.string()))
    return Found(pair.varied, pair.draw, table.to_pandas(), gained)


@contextmanager
def opened(folder: Path, asked: dict[str, Any], overwrite: bool) -> Iterator[PairStore]:
    """Hold the folder of a comparison, new or begun.

    Parameters
    ----------
    asked : dict
        See `description`.
    overwrite : bool
        Remove an earlier comparison first.

    Raises
    ------
    OutputError
        Somebody works in it, it holds something else, or it cannot be written.
    MinshengError
        It holds another comparison, or one by another version.
    """
    refuse_foreign(folder, _OWN, MARK, "comparison")
    with held(folder / LOCK):
        for draft in folder.rglob(f".*{DRAFT}"):
            draft.unlink(missing_ok=True)
        if overwrite:
            clear(folder)
        _begin_or_go_on(folder, asked)
        yield PairStore(folder)


def clear(folder: Path) -> None:
    """Remove everything but the lock."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def description(sides: Sequence[Side], draws_assumptions: bool) -> dict[str, Any]:
    """Return what is compared, by which code and data."""
    return {
        "labels": [side.label for side in sides],
        "scenarios": [side.scenario.as_dict() for side in sides],
        "replicate": sides[0].replicate,
        "drawn": draws_assumptions,
        **made_by(),
    }


def sides_of(folder: Path) -> tuple[Side, ...]:
    """Return what is compared in a folder; raises MinshengError if it is damaged."""
    told = read_description(folder / MARK)
    try:
        return tuple(
            Side(label, Scenario.from_dict(scenario), told["replicate"])
            for label, scenario in zip(told["labels"], told["scenarios"], strict=True)
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MinshengError(f"{folder / MARK} is damaged: {error}") from None


def write_description(folder: Path, told: dict[str, Any]) -> None:
    """Write what is compared and what came of it."""
    text = json.dumps(told, indent=1, ensure_ascii=False)
    with whole_file(folder / MARK) as draft:
        draft.write_text(text + "\n", encoding="utf-8")


def _begin_or_go_on(folder: Path, asked: dict[str, Any]) -> None:
    if not (folder / MARK).exists():
        write_description(folder, asked)
        return
    before = read_description(folder / MARK)
    begin_anew = "choose another --out, or add --overwrite to begin again"
    if changes := changes_since(before, asked):
        listed = "\n".join(f"- {change}" for change in changes)
        raise MinshengError(f"{folder} was begun by another version:\n{listed}\n{begin_anew}")
    now = json.loads(json.dumps(asked))
    if any(before.get(key) != now[key] for key in _ASKED):
        raise MinshengError(f"{folder} holds another comparison; {begin_anew}")
