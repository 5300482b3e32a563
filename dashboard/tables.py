"""Results as tables: the official figures beside them, units for readers, text, and CSV."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape

import pandas as pd

from experiments.official_figures import by_column, figures
from model.outcome_list import all_outcomes
from policies.base import Outcome, discover


@dataclass(frozen=True)
class Shown:
    """How values of a unit are shown: multiplied, rounded, and with what behind them."""

    label: str
    factor: float = 1
    decimals: int = 0

    def text(self, value: float) -> str:
        """Return a value as text, a dash where there is none."""
        return "–" if pd.isna(value) else f"{value * self.factor:z,.{self.decimals}f}"


_SHOWN = {
    "share": Shown("%", 100, 1),
    "index": Shown("index", 1, 3),
    "persons": Shown("million persons", 1e-6, 1),
    "persons/year": Shown("million persons per year", 1e-6, 2),
    "couples/year": Shown("million couples per year", 1e-6, 2),
    "yuan/year": Shown("billion yuan per year", 1e-9, 1),
    "yuan/person/year": Shown("yuan per person and year"),
    "yuan/person/month": Shown("yuan per person and month"),
}
_FEW_PERSONS = Shown("persons", 1, 2)
_MANY = 10_000


def shown(name: str, outcomes: Mapping[str, pd.DataFrame]) -> Shown:
    """Return how a column of results is shown; household sizes are persons, not millions."""
    unit = outcome_of(name).unit
    if unit == "persons" and max(frame[name].max() for frame in outcomes.values()) < _MANY:
        return _FEW_PERSONS
    return _SHOWN.get(unit, Shown(unit))


@cache
def _by_name() -> dict[str, Outcome]:
    return {outcome.name: outcome for outcome in all_outcomes()}


def outcome_of(name: str) -> Outcome:
    """Return the outcome of a column of the data collector."""
    return _by_name()[name.partition("/")[0]]


def keys_of(name: str) -> tuple[str, str, str]:
    """Return outcome, scheme and group of a column of the data collector."""
    outcome, *rest = name.split("/")
    schemes = {*outcome_of(name).schemes, *discover()}
    scheme = rest.pop(0) if rest and rest[0] in schemes else ""
    return outcome, scheme, rest[0] if rest else "all"


def official_rows(name: str, years: pd.Index) -> pd.DataFrame:
    """Return the official figures of a column in these years: value in units of the model, use."""
    link = by_column().get(name)
    if link is None:
        return pd.DataFrame({"value": [], "use": []})
    rows = figures(link)
    return rows[rows.index.isin(years)]


def comparison(name: str, outcomes: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one outcome by year: each run, their difference if there are two, official figures."""
    table = pd.DataFrame({run: frame[name] for run, frame in outcomes.items()})
    if len(outcomes) > 1:
        first, second = table.columns
        table["difference"] = table[second] - table[first]
    official = official_rows(name, table.index)["value"]
    if not official.empty:
        table["official"] = official.reindex(table.index)
    return table


def tidy(outcomes: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return all results in rows: run, year, outcome, scheme, group, unit, value."""
    rows = pd.concat(
        [frame.reset_index().melt("year", var_name="name") for frame in outcomes.values()],
        keys=list(outcomes),
        names=["run", None],
    ).reset_index("run")
    names = rows["name"].unique()
    keys = [(*keys_of(name), outcome_of(name).unit) for name in names]
    columns = ["outcome", "scheme", "group", "unit"]
    described = rows.join(pd.DataFrame(keys, index=names, columns=columns), on="name")
    return described[["run", "year", *columns, "value"]]


def columns_by_outcome(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the columns of results by outcome (with its scheme) and group."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        outcome, scheme, group = keys_of(name)
        found.setdefault(f"{outcome}, {scheme}" if scheme else outcome, {})[group] = name
    return found


def as_html(table: pd.DataFrame, scale: Shown) -> str:
    """Return a table of numbers by year as HTML, in the unit in which they are shown."""
    points = " (percentage points)" if scale.label == "%" else ""
    heads = [f"{name}{points if name == 'difference' else ''}" for name in table.columns]
    cells = "".join(f"<th scope='col'>{escape(head.capitalize())}</th>" for head in heads)
    rows = "".join(_row(str(year), map(scale.text, row)) for year, *row in table.itertuples())
    caption = f"<caption>{escape(scale.label)}</caption>"
    return f"{caption}<thead><tr><th scope='col'>Year</th>{cells}</tr></thead><tbody>{rows}</tbody>"


def _row(head: str, texts: Iterable[str]) -> str:
    cells = "".join(f"<td>{escape(text)}</td>" for text in texts)
    return f"<tr><th scope='row'>{head}</th>{cells}</tr>"
