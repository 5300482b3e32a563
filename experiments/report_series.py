"""The official series that the model has an outcome for, and the pairs of both by year.

Official series are what governments report of themselves, so the model's reported outcome stands
beside them wherever it is recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from experiments.official_figures import Link, Tolerance, figures, links
from experiments.report_data import DECILES, Run
from model import evidence

NO_TOLERANCE = Tolerance(0)
_OF_RANKS = Tolerance(0.15)
_NOTHING_BEFORE = pd.DataFrame({"year": [], "item": [], "official": []})
_QUINTILES = {f"Q{number}": (2 * number - 1, 2 * number) for number in range(1, 6)}
_RANKS = {"lowest 10%": (1,), "10-20%": (2,), "20-40%": (3, 4), "40-60%": (5, 6),
          "60-80%": (7, 8), "80-90%": (9,), "top 10%": (10,)}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """An official series and the model's outcome beside it.

    Attributes
    ----------
    key : str
        Short name by which charts find it.
    topic, title, unit : str
        What it is about (several series share a topic), in words, and its unit.
    digits : int
        Decimals that are worth showing.
    indicator : str
        Name among the official figures.
    pairs : DataFrame
        Columns year, item (text, for series with several figures a year), official, model, use;
        only simulated years; `model` may be null.
    tolerance : Tolerance
        How far apart they may lie.
    before : DataFrame
        Columns year, item, official: the figures of the years before the simulated ones.
    is_imposed : bool
        Whether a rule writes the outcome down.
    """

    key: str
    topic: str
    title: str
    unit: str
    digits: int
    indicator: str
    pairs: pd.DataFrame
    tolerance: Tolerance = NO_TOLERANCE
    before: pd.DataFrame = field(default_factory=lambda: _NOTHING_BEFORE)
    is_imposed: bool = False

    @property
    def difference_unit(self) -> str:
        """The unit of a difference."""
        return "points" if self.unit.startswith("%") else self.unit

    @property
    def dots(self) -> pd.DataFrame:
        """The official figures as dots of a chart: year, value, use."""
        return self.pairs.rename(columns={"official": "value"})[["year", "value", "use"]]


def comparisons(run: Run) -> list[Comparison]:
    """Return every official series that the model has an outcome for, in the order of reading."""
    every = [_compare(run, link) for link in links()]
    every += [
        _by_rank(run, "quintiles_urban", "Urban incomes by fifth", "income_quintile_mean",
                 "urban", _QUINTILES),
        _by_rank(run, "quintiles_rural", "Rural incomes by fifth", "income_quintile_mean",
                 "rural", _QUINTILES),
        _by_rank(run, "ranks_urban", "Urban incomes by rank", "total_income_per_capita_by_rank",
                 "urban", _RANKS),
    ]  # fmt: skip
    return [comparison for comparison in every if len(comparison.pairs)]


def without_outcome(run: Run, compared: list[Comparison]) -> list[str]:
    """Return the held-out indicators of the simulated years that no outcome stands beside."""
    table = evidence.official()
    rows = table[(table["use"] == "validation") & table["year"].between(run.first, run.last)]
    known = {comparison.indicator for comparison in compared}
    known |= {name for link in links() for name, _ in (*link.over, *link.also)}
    return sorted(set(rows["indicator"]) - known)


def _compare(run: Run, link: Link) -> Comparison:
    rows = figures(link)
    official = pd.DataFrame(
        {"year": rows.index.to_numpy(int), "item": "",
         "official": rows["value"].to_numpy(float) * link.scale,
         "use": rows["use"].to_numpy(object)}
    )  # fmt: skip
    values = run.series(run.reported(link.outcome), link.group, link.scheme, link.place)
    simulated = official["year"].between(run.first, run.last)
    pairs = official[simulated].reset_index(drop=True)
    pairs["model"] = pairs["year"].map(values * link.scale).astype(float)
    return Comparison(
        link.key, link.topic, link.title, link.unit, link.digits, link.indicator,
        pairs[["year", "item", "official", "model", "use"]], link.tolerance,
        official[official["year"] < run.first][["year", "item", "official"]], link.is_imposed,
    )  # fmt: skip


def _by_rank(
    run: Run,
    key: str,
    title: str,
    indicator: str,
    place: str,
    ranks: Mapping[str, tuple[int, ...]],
) -> Comparison:
    """Compare incomes by rank relative to the mean of all: shape, not level."""
    parts = {item: _official(run, indicator, f"{place} {item}") for item in ranks}
    rows = pd.concat([part.assign(item=item) for item, part in parts.items()], ignore_index=True)
    size = pd.Series([len(ranks[item]) for item in rows["item"]], rows.index, dtype=float)
    total = (rows["official"] * size).groupby(rows["year"]).transform("sum")
    rows["official"] /= total / size.groupby(rows["year"]).transform("sum")
    mean = run.series("income_mean", place)
    tenths = {n: run.series("income_mean", f"{place}&{DECILES[n - 1]}") / mean
              for numbers in ranks.values() for n in numbers}  # fmt: skip
    values = [
        sum(float(tenths[n][year]) for n in ranks[item]) / len(ranks[item])
        for item, year in zip(rows["item"], rows["year"], strict=True)
    ]
    rows = rows.assign(model=pd.Series(values, rows.index, dtype=float))
    return Comparison(key, "incomes by rank", title, "of the mean", 2, indicator, rows, _OF_RANKS)


def _official(run: Run, indicator: str, group: str, geography: str = "China") -> pd.DataFrame:
    """Return the official figures of the simulated years: year, official, use."""
    table = evidence.official()
    chosen = (table["indicator"] == indicator) & (table["group"] == group)
    chosen &= (table["geography"] == geography) & table["year"].between(run.first, run.last)
    rows = table[chosen].sort_values("year", kind="stable")
    return pd.DataFrame(
        {"year": rows["year"].to_numpy(int), "official": rows["value"].to_numpy(float),
         "use": rows["use"].to_numpy(object)}
    )  # fmt: skip
