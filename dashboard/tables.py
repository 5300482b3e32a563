"""Results as tables: columns and their names, units for readers, bands, official figures."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from html import escape

import pandas as pd

from dashboard import words
from dashboard.results import Result, WorldResult
from dashboard.words import citation, say
from experiments.official_figures import by_column, figures
from model.outcome_list import all_outcomes
from policies.base import Outcome, discover

_COUNTED = ("persons", "households", "yuan", "couples", "hours", "workers")
# Counts are shown in the steps in which each language counts.
_STEPS = {"en": (1_000_000_000, 1_000_000, 1_000), "zh": (100_000_000, 10_000)}
_FEW_DIGITS, _SMALL = 1, 100
_DECIMALS = {"index": 3, "ratio": 2, "years": 1, "rung": 2, "s.d.": 2, "log points": 3,
             "unit of the indicator": 3}  # fmt: skip
_PERCENT = 100
NOTHING = "–"
"""Where there is no value."""
TENTHS_FROM = 10
"""Replicates from which a band goes from 10% to 90%, not from the lowest to the highest."""
_TENTHS = (0.1, 0.5, 0.9)
_BAND = ["low", "middle", "high"]


@dataclass(frozen=True)
class Shown:
    """How values of a unit are shown: divided, rounded, and with what behind them.

    Attributes
    ----------
    unit : str
        As in the words of charts.
    step : int
        What one counts in, ``1_000_000`` for millions.
    """

    unit: str
    step: int = 1
    decimals: int = 0
    factor: float = 1

    def label(self, language: str) -> str:
        """Return the unit in words."""
        unit = say(f"charts.unit.{self.unit}", language)
        return say(f"charts.scale.{self.step}", language, unit=unit)

    def number(self, value: float) -> float | None:
        """Return a value as it is shown, None where there is none."""
        # Adding zero turns -0.0 into 0.0.
        shown = float(value) * self.factor / self.step
        return None if pd.isna(value) else round(shown, self.decimals) + 0.0

    def text(self, value: float) -> str:
        """Return a value as text, a dash where there is none."""
        shown = self.number(value)
        return NOTHING if shown is None else f"{shown:,.{self.decimals}f}"

    def finer(self) -> "Shown":
        """Return how differences are shown: one digit more, shares in percentage points."""
        unit = "points" if self.unit == "percent" else self.unit
        return replace(self, unit=unit, decimals=self.decimals + 1)


def shown(name: str, largest: float, language: str) -> Shown:
    """Return how a column of results is shown, given the largest of the values."""
    unit = outcome_of(name).unit
    if unit == "share":
        return Shown("percent", 1, 1, _PERCENT)
    if unit.partition("/")[0] in _COUNTED and "person/" not in unit:
        return _counted(unit, abs(largest), language)
    return Shown(unit, 1, _DECIMALS.get(unit, 0))


def _counted(unit: str, largest: float, language: str) -> Shown:
    step = next((step for step in _STEPS[language] if largest >= step), 1)
    few = largest < _SMALL * step
    return Shown(unit, step, _FEW_DIGITS if few else 0)


def yuan(largest: float, language: str) -> Shown:
    """Return how sums of money are shown."""
    return _counted("yuan", abs(largest), language)


@cache
def _by_name() -> dict[str, Outcome]:
    return {outcome.name: outcome for outcome in all_outcomes()}


def outcome_of(name: str) -> Outcome:
    """Return the outcome of a column of the data collector."""
    return _by_name()[name.partition("/")[0]]


def definition(name: str, language: str) -> str:
    """Return what an outcome is, without what it is broken down by."""
    return citation(outcome_of(name).definition.partition("; by decile")[0], language)


def keys_of(name: str) -> tuple[str, str, str]:
    """Return outcome, scheme and group of a column of the data collector."""
    outcome, *rest = name.split("/")
    schemes = {*outcome_of(name).schemes, *discover()}
    scheme = rest.pop(0) if rest and rest[0] in schemes else ""
    return outcome, scheme, rest[0] if rest else "all"


def title(name: str, language: str) -> str:
    """Return a column in words: outcome, scheme, group."""
    outcome, scheme, group = keys_of(name)
    parts = [words.outcome(outcome, language)]
    parts += [words.scheme(scheme, language, outcome)] if scheme else []
    parts += [words.group(group, language)] if group != "all" else []
    return say("charts.comma", language).join(parts)


def columns_by_outcome(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the columns of results by outcome with its scheme (``coverage/dibao``) and group."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        outcome, scheme, group = keys_of(name)
        found.setdefault(f"{outcome}/{scheme}" if scheme else outcome, {})[group] = name
    return found


def official_rows(name: str, years: pd.Index) -> pd.DataFrame:
    """Return the official figures of a column in these years: value in units of the model, use."""
    rows = _official(name)
    return rows[rows.index.isin(years)]


@cache
def _official(name: str) -> pd.DataFrame:
    link = by_column().get(name)
    return pd.DataFrame({"value": [], "use": []}) if link is None else figures(link)


def band(frames: "Iterable[pd.Series[float]]") -> pd.DataFrame:
    """Return the columns low, middle and high over replicates, by year.

    From ten replicates on low and high are the tenth and the ninetieth percentile, before that
    the lowest and the highest.
    """
    parts = list(frames)
    if len(parts) == 1:
        return pd.DataFrame(dict.fromkeys(_BAND, parts[0]))
    both = pd.concat(parts, axis=1)
    ends = (0.0, 0.5, 1.0) if both.shape[1] < TENTHS_FROM else _TENTHS
    found = both.quantile(list(ends), axis=1).T
    return found.set_axis(_BAND, axis=1)


def of_world(world: WorldResult, name: str) -> pd.DataFrame:
    """Return the band of a column over the replicates of a world."""
    return band(frame[name].astype(float) for frame in world.national if name in frame)


def of_difference(result: Result, name: str) -> pd.DataFrame:
    """Return the band of B less A, replicate by replicate, for the years that both have."""
    pairs = zip(result.worlds["A"].national, result.worlds["B"].national, strict=False)
    return band((b[name] - a[name]).astype(float).dropna() for a, b in pairs if name in b)


def by_year(result: Result, name: str) -> pd.DataFrame:
    """Return one outcome by year: a column for each world, B less A, official figures."""
    table = pd.DataFrame({key: of_world(one, name)["middle"] for key, one in result.worlds.items()})
    if "B" in table:
        table["difference"] = of_difference(result, name)["middle"]
    official = official_rows(name, table.index)["value"]
    if not official.empty:
        table["official"] = official.reindex(table.index)
    return table


def as_html(table: pd.DataFrame, caption: str) -> str:
    """Return a table of texts as the inside of an HTML table; the index is the head of a row."""
    heads = "".join(f"<th scope='col'>{escape(str(head))}</th>" for head in table.columns)
    rows = "".join(_row(str(head), map(str, row)) for head, *row in table.itertuples())
    corner = escape(str(table.index.name or ""))
    return (
        f"<caption>{escape(caption)}</caption>"
        f"<thead><tr><th scope='col'>{corner}</th>{heads}</tr></thead><tbody>{rows}</tbody>"
    )


def _row(head: str, texts: Iterable[str]) -> str:
    cells = "".join(f"<td>{escape(text)}</td>" for text in texts)
    return f"<tr><th scope='row'>{escape(head)}</th>{cells}</tr>"
