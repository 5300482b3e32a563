"""Check a comparison: do some of its pairs again, and sum all of them up again."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from agents.errors import MinshengError
from experiments import assumptions
from experiments.bands import CHANCE
from experiments.compare import Question, effects_of, gains_of
from experiments.costs import costs
from experiments.pair_store import (
    COSTS,
    EFFECTS,
    GAINS,
    MARK,
    PAIRS,
    PairStore,
    as_table,
    sides_of,
)
from experiments.pairs import Found, Pair, simulate_pair
from experiments.run import Progress, changes_since, no_progress
from experiments.sweep_folder import made_by
from experiments.sweep_store import read_description
from experiments.sweep_verify import difference
from policies.parameters import ParameterSet


def is_comparison(folder: Path) -> bool:
    """Return whether a folder holds a comparison."""
    return (folder / MARK).exists()


def verify_comparison(folder: Path, sample: int, progress: Progress = no_progress) -> list[str]:
    """Do some pairs again and sum all of them up; return what differs, nothing if nothing does.

    Parameters
    ----------
    sample : int
        How many pairs are simulated again, spread over both kinds; all if there are fewer.

    Raises
    ------
    MinshengError
        The folder is damaged, or the comparison in it has not ended.
    """
    told = read_description(folder / MARK)
    if changes := changes_since(told, made_by()):
        return changes  # every pair has another name then
    store = PairStore(folder)
    planned, asked = _planned(folder, told)
    every = [(pair, store.read(pair)) for pair in planned]
    kept = [(pair, found) for pair, found in every if found is not None]
    if len(kept) != asked:
        return [f"{folder / PAIRS} holds {len(kept)} pairs, and the comparison had {asked}"]
    differences, pairs = _again(kept, sample, progress), [found for _, found in kept]
    effects = effects_of(pairs)
    tables = {EFFECTS: effects, GAINS: gains_of(pairs), COSTS: costs(effects)}
    for name, table in tables.items():
        differences += _table_differs(folder / f"{name}.parquet", table)
    return differences


def _planned(folder: Path, told: dict[str, Any]) -> tuple[list[Pair], int]:
    """Return the pairs that the comparison asked for, and how many it had in the end."""
    if "result" not in told:
        raise MinshengError(f"{folder}: the comparison has not ended; the same command goes on")
    try:
        result = told["result"]
        return _pairs(folder, told), result["replicates"] + result["assumptions_drawn"]
    except (KeyError, TypeError) as error:
        raise MinshengError(f"{folder / MARK} is damaged: {error}; delete it to go on") from error


def _pairs(folder: Path, told: dict[str, Any]) -> list[Pair]:
    sides, asked = sides_of(folder), told["result"]["asked"]
    scenarios = [side.scenario for side in sides]
    paths = assumptions.drawn_over(ParameterSet.load(), scenarios) if told["drawn"] else ()
    question = Question(sides, asked["replicates"], 0, paths, {})
    added = question.pairs(CHANCE, range(question.replicates, asked["chance"]))
    return [*question.first_pairs(), *added]


def _again(kept: list[tuple[Pair, Found]], sample: int, progress: Progress) -> list[str]:
    chosen = np.unique(np.linspace(0, len(kept) - 1, min(sample, len(kept))).round().astype(int))
    total, before = sum(kept[place][0].years for place in chosen), 0
    differences: list[str] = []
    for place in chosen.tolist():
        pair, found = kept[place]

        def report(done: int, _: int, before: int = before) -> None:
            progress(before + done, total)

        differences += _difference(found, simulate_pair(pair, report))
        before += pair.years
    return differences


def _difference(then: Found, now: Found) -> list[str]:
    if now.error:
        return [f"pair {then.title} fails now: {now.error}"]
    if not _equal(as_table(then), as_table(now)) or not then.gains.equals(now.gains):
        return [f"pair {then.title} differs"]
    return []


def _equal(then: pa.Table, now: pa.Table) -> bool:
    return then.replace_schema_metadata(None).equals(now.replace_schema_metadata(None))


def _table_differs(file: Path, summed: pd.DataFrame) -> list[str]:
    try:
        then = pq.read_table(file).replace_schema_metadata(None)
    except (OSError, ValueError) as error:
        return [f"{file.name} cannot be read: {error}"]
    now = pa.Table.from_pandas(summed, preserve_index=False).replace_schema_metadata(None)
    return difference(file.name, then, now)
