"""The official figures that come with the model, and what each may be used for.

``data/evidence/official.csv`` keeps the split in one column: ``input`` (the model starts from it),
``fitting`` (a parameter was chosen to meet it), ``validation`` (nobody fitted it), ``context``.
"""

from functools import cache
from importlib.resources import as_file, files

import pandas as pd

from agents.errors import MinshengError
from agents.table import Float

USES = ("input", "fitting", "validation", "context")


@cache
def official() -> pd.DataFrame:
    """Return all figures: indicator, year, geography, group, value, unit, source, ..., use."""
    return _read("official.csv")


@cache
def provinces() -> pd.DataFrame:
    """Return the start figures of the 31 provinces, by English name."""
    return _read("provinces.csv").set_index("geography")


def series(indicator: str, group: str = "all", geography: str = "China") -> "pd.Series[float]":
    """Return an official series by year, whatever its use: for display and comparison only."""
    return _values(_rows(indicator, group, geography))


def start_figures(indicator: str, group: str) -> "pd.Series[float]":
    """Return the figures by year from which a world may be built (use: input)."""
    rows = _rows(indicator, group, "China")
    return _values(rows[rows["use"] == "input"])


def groups(indicator: str, year: int) -> list[str]:
    """Return the groups of an indicator in a year, in the order of the file."""
    table = official()
    rows = table[(table["indicator"] == indicator) & (table["year"] == year)]
    return [str(group) for group in rows["group"]]


@cache
def province_column(name: str, order: tuple[str, ...]) -> Float:
    """Return one start figure for the provinces in `order`, shape (31,), read-only."""
    column: Float = provinces().loc[list(order), name].to_numpy(float, copy=True)
    column.flags.writeable = False
    return column


@cache
def _rows(indicator: str, group: str, geography: str) -> pd.DataFrame:
    table = official()
    chosen = (table["indicator"] == indicator) & (table["group"] == group)
    rows = table[chosen & (table["geography"] == geography)]
    if rows.empty:
        raise MinshengError(f"no official figures of {indicator!r} for {group!r} in {geography}")
    return rows


def _values(rows: pd.DataFrame) -> "pd.Series[float]":
    return rows.set_index("year")["value"].astype(float).sort_index()


def _read(name: str) -> pd.DataFrame:
    with as_file(files("model") / "data" / "evidence" / name) as path:
        return pd.read_csv(path, keep_default_na=False)
