"""The small table that a run prints: the model in its first and last year, officials beside it."""

from pathlib import Path

import pandas as pd
from rich.table import Table

from model import evidence, records

_TEN_THOUSAND = 10_000
_PERCENT = 100
# Title, outcome, scheme, group, format; official indicator, its group and its unit in ours.
_LINES: tuple[tuple[str, tuple[str, str, str], str, tuple[str, str, float] | None], ...] = (
    ("Population (million)", ("population", "", "all"), "million",
     ("population_total_worldbank", "all", _TEN_THOUSAND)),
    ("Urban income per head (yuan)", ("income_mean", "", "urban"), "whole",
     ("disposable_income_per_capita", "urban", 1)),
    ("Rural income per head (yuan)", ("income_mean", "", "rural"), "whole",
     ("disposable_income_per_capita", "rural", 1)),
    ("Gini of income", ("gini", "", "all"), "index", ("gini_income", "all", 1)),
    ("Rural poverty rate, 2010 standard", ("poverty_rate", "", "rural"), "percent",
     ("rural_poverty_rate_2010std", "rural", 1 / _PERCENT)),
    ("Urban dibao recipients (million)", ("dibao_recipients", "", "urban"), "million",
     ("dibao_recipients", "urban", _TEN_THOUSAND)),
    ("Rural dibao recipients (million)", ("dibao_recipients", "", "rural"), "million",
     ("dibao_recipients", "rural", _TEN_THOUSAND)),
    ("Catastrophic health spending", ("catastrophic_health_share", "", "all"), "percent", None),
)  # fmt: skip


def summary_table(folder: Path) -> Table:
    """Return first and last year of a run, and the last official figure within its years."""
    rows = records.read_table(folder, "outcomes")
    nation = rows[rows["level"] == "nation"].set_index(["outcome", "scheme", "group", "year"])
    values = nation["value"].sort_index()
    first, last = int(rows["year"].min()), int(rows["year"].max())
    table = Table("", str(first), str(last), "official", "model then", title="China, model")
    for column in table.columns[1:]:
        column.justify = "right"
    for title, key, style, official in _LINES:
        ends = [_shown(values.get((*key, year)), style) for year in (first, last)]
        table.add_row(title, *ends, *_beside(values, key, style, official, first, last))
    return table


def _beside(
    values: "pd.Series[float]",
    key: tuple[str, str, str],
    style: str,
    official: tuple[str, str, float] | None,
    first: int,
    last: int,
) -> tuple[str, str]:
    """Return the last official figure with its year, and the model's value of that year."""
    if official is None:
        return "", ""
    indicator, group, factor = official
    figures = evidence.series(indicator, group).loc[first:last]
    if figures.empty:
        return "", ""
    year = int(figures.index[-1])
    figure = _shown(figures.iloc[-1] * factor, style)
    return f"{figure} ({year})", _shown(values.get((*key, year)), style)


def _shown(value: float | None, style: str) -> str:
    if value is None or pd.isna(value):
        return "-"
    return {
        "million": f"{value / 1e6:,.1f}",
        "whole": f"{value:,.0f}",
        "index": f"{value:.3f}",
        "percent": f"{value:.1%}",
    }[style]
