"""A comparison as people and programs read it: tables, ``deciles.csv``, ``outcomes.csv``."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from experiments.compare import MARK, THRESHOLD, Gains
from model.outcome_list import all_outcomes

MAIN = (
    "population", "births", "deaths", "urban_share", "migrants", "income_mean", "gini",
    "poverty_rate", "poverty_rate_before_transfers", "poverty_gap", "poverty_severity",
    "transfer_concentration", "catastrophic_health_share", "coverage", "dibao_recipients",
    "exclusion_error", "inclusion_error", "assistance_spending", "fiscal_balance",
)  # fmt: skip
"""Outcomes that are shown; all of them are in the files."""
GROUPS = ("all", "urban", "rural", "migrant_outgoing")
_LARGE = 10_000
_SHARES = ("share", "index")


def save(gains: Gains, folder: Path) -> None:
    """Write both tables and what was compared."""
    gains.groups.to_csv(folder / "deciles.csv", index=False)
    gains.outcomes.to_csv(folder / "outcomes.csv", index=False)
    content = {
        "first": gains.names[0],
        "second": gains.names[1],
        "year": gains.year,
        "seed": gains.seed,
        "replicate": gains.replicate,
        "threshold": THRESHOLD,
        "unpaired_first": gains.unpaired[0],
        "unpaired_second": gains.unpaired[1],
    }
    (folder / MARK).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def decile_table(gains: Gains) -> Table:
    """Return gains and losses by decile."""
    first, second = gains.names
    title = f"{second} against {first} in {gains.year}, seed {gains.seed}: income per head"
    unpaired = f"{gains.unpaired[0]:.1%} and {gains.unpaired[1]:.1%}"
    caption = (
        f"Deciles of people by income in {first}. Winning and losing: by more than {THRESHOLD:.0%}."
        f" People whose household is not in the other history: {unpaired}."
    )
    table = Table("decile", title=title, caption=caption)
    for head in (f"{first}, yuan", f"{second}, yuan", "change, yuan", "change", "winning",
                 "losing", "unchanged"):  # fmt: skip
        table.add_column(head, justify="right")
    for row in gains.groups.to_dict("records"):
        cells = [_text(row[name], "{:,.0f}") for name in ("before", "after")]
        cells.append(_text(row["change"], "{:+,.1f}"))
        cells.append(_text(row["change_share"], "{:+.2%}"))
        cells += [_text(row[name], "{:.1%}") for name in ("winning", "losing", "unchanged")]
        table.add_row(str(row["group"]), *cells)
    return table


def outcome_table(gains: Gains) -> Table:
    """Return the main national outcomes of the year; all of them are in the file."""
    units = {outcome.name: outcome.unit for outcome in all_outcomes()}
    rows = gains.outcomes
    rows = rows[(rows["year"] == gains.year) & rows["outcome"].isin(MAIN)]
    rows = rows[rows["group"].isin(GROUPS)]
    order = rows.assign(at=rows["outcome"].map(MAIN.index)).sort_values(["at"], kind="stable")
    table = Table("outcome", "group", title=f"National outcomes {gains.year}")
    for head in (*gains.names, "difference"):
        table.add_column(head, justify="right")
    for row in order.to_dict("records"):
        name = f"{row['outcome']} {row['scheme']}".strip()
        style = _style(units.get(str(row["outcome"]), ""), row["first"])
        cells = [_text(row[side], style) for side in ("first", "second")]
        difference = _text(row["difference"], style.replace("{:", "{:+"))
        table.add_row(name, str(row["group"]), *cells, difference)
    return table


def _style(unit: str, value: Any) -> str:
    if unit in _SHARES:
        return "{:.4f}"
    return "{:,.0f}" if pd.notna(value) and abs(value) >= _LARGE else "{:,.1f}"


def _text(value: Any, style: str) -> str:
    return "–" if pd.isna(value) else style.format(value)
