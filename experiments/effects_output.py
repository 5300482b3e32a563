"""The effect of reforms as people and programs read it: tables, files and a page with bands."""

import json
import math
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from experiments.bands import ASSUMPTIONS, BAND, CHANCE
from experiments.compare import MARK, THRESHOLD
from experiments.compare_output import GROUPS, MAIN
from experiments.effects import Effects
from model.outcome_list import all_outcomes

EFFECTS, GAINS, COSTS, PAGE = "effects", "gains.csv", "costs.csv", "effects.html"
_SHARES = ("share", "index")
_ENOUGH = 0.9
_LARGE = 10_000
# Differences below this part of the outcome are rounding.
_NOTHING = 1e-9
_KEYS = ["outcome", "scheme", "group"]


def save(effects: Effects, folder: Path, command: str) -> None:
    """Write the tables, the page and what was compared."""
    effects.table.to_parquet(folder / f"{EFFECTS}.parquet", index=False)
    effects.table.to_csv(folder / f"{EFFECTS}.csv", index=False)
    effects.gains.to_csv(folder / GAINS, index=False)
    effects.costs.to_csv(folder / COSTS, index=False)
    content = {
        "scenarios": effects.names,
        "year": effects.year,
        "seed": effects.seed,
        "replicates": effects.replicates,
        "assumptions_drawn": effects.drawn,
        "band": BAND,
        "threshold": THRESHOLD,
        "command": command,
        "failed": effects.failed,
        "drawn": effects.paths,
    }
    (folder / MARK).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def command(arguments: Sequence[str]) -> str:
    """Return the command line that makes the same comparison again."""
    return shlex.join(["minsheng", *arguments])


def main_rows(effects: Effects, reform: str) -> pd.DataFrame:
    """Return the main national outcomes of the last year that the reform changed."""
    rows = effects.table
    rows = rows[(rows["year"] == effects.year) & (rows["reform"] == reform)]
    rows = rows[rows["outcome"].isin(MAIN) & rows["group"].isin(GROUPS)]
    ends = [f"{varied}_{end}" for varied in (CHANCE, ASSUMPTIONS) for end in ("low", "high")]
    rows = rows[(rows[ends].abs().gt(_NOTHING * rows["base"].abs(), axis=0)).any(axis=1)]
    order = rows.assign(at=rows["outcome"].map(MAIN.index)).sort_values("at", kind="stable")
    return order.drop(columns="at")


def effect_table(effects: Effects, reform: str) -> Table:
    """Return the effect of a reform on the main outcomes, with both bands."""
    units = {outcome.name: outcome.unit for outcome in all_outcomes()}
    title = f"{reform} less {effects.names[0]} in {effects.year}, seed {effects.seed}"
    table = Table("outcome", "group", title=title, caption=caption(effects))
    for head in (
        effects.names[0],
        "difference",
        "chance",
        "and assumptions",
        "same sign",
        "pairing",
    ):
        table.add_column(head, justify="right")
    for row in main_rows(effects, reform).to_dict("records"):
        style = _style(units.get(str(row["outcome"]), ""), row["base"])
        signed = style.replace("{:", "{:+")
        bands = [_band(row, varied, signed) for varied in (CHANCE, ASSUMPTIONS)]
        name = f"{row['outcome']} {row['scheme']}".strip()
        shown = (_text(row["base"], style), _text(row["difference"], signed), *bands)
        table.add_row(name, str(row["group"]), *shown, _signs(row), _gain(row))
    return table


def caption(effects: Effects) -> str:
    """Say what the bands hold and how many runs stand behind them."""
    if effects.replicates == 1:
        return "One history: no uncertainty is known. Ask for more with --replicates."
    text = (
        f"Bands hold nine of ten of {effects.replicates} replicates (chance) and of "
        f"{effects.drawn} draws of {len(effects.paths)} assumptions and contested switches. Same "
        "sign: share of draws with the sign of the mean, by chance and with assumptions. Pairing: "
        "how many times fewer runs it needs than independent ones; – where nothing varies."
    )
    return text + (f" {len(effects.failed)} pieces of work failed." if effects.failed else "")


def cost_table(effects: Effects) -> Table:
    """Return what a person-year of cover and of no poverty costs governments."""
    table = Table("reform", "person-years of", title="What governments pay, all years")
    for head in ("more cost, million yuan", "more person-years, thousand", "yuan each"):
        table.add_column(head, justify="right")
    for row in effects.costs.to_dict("records"):
        cost, years = (
            _text(row["cost"] / 1e6, "{:+,.0f}"),
            _text(row["person_years"] / 1e3, "{:+,.0f}"),
        )
        table.add_row(
            str(row["reform"]), str(row["what"]), cost, years, _text(row["yuan_each"], "{:,.0f}")
        )
    return table


def gain_table(effects: Effects, reform: str) -> Table:
    """Return winners and losers by decile, means over the replicates of chance."""
    title = f"Who wins and who loses by {reform} in {effects.year}: income per head"
    table = Table("decile", title=title, caption=f"By more than {THRESHOLD:.0%} of income.")
    for head in ("change, yuan", "change", "winning", "losing", "unchanged"):
        table.add_column(head, justify="right")
    for row in effects.gains[effects.gains["reform"] == reform].to_dict("records"):
        cells = [_text(row["change"], "{:+,.1f}"), _text(row["change_share"], "{:+.2%}")]
        cells += [_text(row[name], "{:.1%}") for name in ("winning", "losing", "unchanged")]
        table.add_row(str(row["group"]), *cells)
    return table


def without_gain(effects: Effects) -> list[str]:
    """Return main outcomes for which pairing saves less than nine runs of ten."""
    rows = pd.concat([main_rows(effects, reform) for reform in effects.names[1:]])
    weak = rows[rows["variance_reduction"] < 1 / (1 - _ENOUGH)]
    return sorted(
        {" ".join(str(row[key]) for key in _KEYS if row[key]) for row in weak.to_dict("records")}
    )


def _band(row: dict[Any, Any], varied: str, style: str) -> str:
    low, high = row[f"{varied}_low"], row[f"{varied}_high"]
    many = row[f"{varied}_n"] > 1
    return f"{_text(low, style)} to {_text(high, style)}" if many else "–"


def _signs(row: dict[Any, Any]) -> str:
    parts = [_text(row[f"{varied}_same_sign"], "{:.0%}") for varied in (CHANCE, ASSUMPTIONS)]
    return " / ".join(parts)


def _gain(row: dict[Any, Any]) -> str:
    return _text(row["variance_reduction"], "{:,.1f}")


def _style(unit: str, value: Any) -> str:
    if unit in _SHARES:
        return "{:.4f}"
    return "{:,.0f}" if pd.notna(value) and abs(value) >= _LARGE else "{:,.1f}"


def _text(value: Any, style: str) -> str:
    return "–" if value is None or math.isnan(value) else style.format(value)
