"""The small table that a run prints: the model in its first and last year, officials beside it."""

from pathlib import Path

import pandas as pd
from rich.table import Table

from experiments.official_figures import by_column, figures
from model import records
from model.scenario import FIRST_YEAR

# Title, outcome and group, format.
_LINES = (
    ("Population (million)", "population", "all", "million"),
    ("Urban income per head (yuan)", "income_mean", "urban", "whole"),
    ("Rural income per head (yuan)", "income_mean", "rural", "whole"),
    ("Gini of income", "gini", "all", "index"),
    ("Rural poverty rate, 2010 standard", "poverty_rate", "rural", "percent"),
    ("Urban dibao recipients (million)", "dibao_recipients", "urban", "million"),
    ("Rural dibao recipients (million)", "dibao_recipients", "rural", "million"),
    ("Catastrophic health spending", "catastrophic_health_share", "all", "percent"),
)


def summary_table(folder: Path) -> Table:
    """Return first and last year of a run, and the last official figure within its years."""
    rows = records.read_table(folder, "outcomes")
    nation = rows[rows["level"] == "nation"].set_index("year")
    values = dict(iter(nation.groupby(["outcome", "scheme", "group"])["value"]))
    first, last = int(rows["year"].min()), int(rows["year"].max())
    table = Table("", str(first), str(last), "official", "model then", title="China, model")
    # Official figures are what governments report.
    table.caption = "what is true in the model; outcomes *_reported: what its governments report"
    if records.read_scenario(folder)[0].years.first > FIRST_YEAR:
        table.caption += (
            f"\nThis world began with the ages and families of {FIRST_YEAR}, nobody insured or on "
            f"a roll; for a year with its own past begin in {FIRST_YEAR} and date what you change."
        )
    for column in table.columns[1:]:
        column.justify = "right"
    for title, outcome, group, style in _LINES:
        line = values.get((outcome, "", group), pd.Series(dtype=float))
        ends = [_shown(line.get(year), style) for year in (first, last)]
        name = outcome if group == "all" else f"{outcome}/{group}"
        table.add_row(title, *ends, *_beside(line, name, style, first, last))
    return table


def _beside(
    line: "pd.Series[float]", name: str, style: str, first: int, last: int
) -> tuple[str, str]:
    """Return the last official figure with its year, and the model's value of that year."""
    link = by_column().get(name)
    known = figures(link).loc[first:last, "value"] if link else pd.Series(dtype=float)
    if known.empty:
        return "", ""
    year = int(known.index[-1])
    return f"{_shown(known.iloc[-1], style)} ({year})", _shown(line.get(year), style)


def _shown(value: float | None, style: str) -> str:
    if value is None or pd.isna(value):
        return "-"
    return {
        "million": f"{value / 1e6:,.1f}",
        "whole": f"{value:,.0f}",
        "index": f"{value:.3f}",
        "percent": f"{value:.1%}",
    }[style]
