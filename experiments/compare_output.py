"""A comparison as people and programs read it: tables on the screen, and files."""

import math
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from experiments.bands import ASSUMPTIONS, BAND, CHANCE
from experiments.compare import Comparison
from experiments.costs import LIFTED
from experiments.gains import THRESHOLD
from experiments.pair_store import COSTS, EFFECTS, GAINS, REPORT, write_description
from model.outcome_list import all_outcomes
from model.run_folder import whole_file

MAIN = (
    "population", "births", "deaths", "urban_share", "migrants", "income_mean", "gini",
    "poverty_rate", "poverty_rate_before_transfers", "poverty_gap", "poverty_severity",
    "transfer_concentration", "catastrophic_health_share", "coverage", "dibao_recipients",
    "exclusion_error", "inclusion_error", "assistance_spending", "fiscal_balance",
)  # fmt: skip
"""Outcomes that are shown; all of them are in the files."""
GROUPS = ("all", "urban", "rural", "migrant_outgoing")
WORTH = 10.0
"""Pairing is said to help little where it needs not even so many times fewer runs."""
SHARES = ("share", "index")
_LARGE = 10_000
_KEYS = ["outcome", "scheme", "group"]


def save(found: Comparison, folder: Path, told: dict[str, Any], command: str) -> None:
    """Write the tables, the page, and last what was compared and came of it.

    Raises
    ------
    OutputError
        A file cannot be written; those before it are whole.
    """
    from experiments.compare_page import page

    for name, table in ((EFFECTS, found.table), (GAINS, found.gains), (COSTS, found.costs)):
        with whole_file(folder / f"{name}.parquet") as draft:
            table.to_parquet(draft, index=False)
        with whole_file(folder / f"{name}.csv") as draft:
            table.to_csv(draft, index=False)
    with whole_file(folder / REPORT) as draft:
        draft.write_text(page(found, command), encoding="utf-8", newline="\n")
    result = {
        "year": found.year,
        "seed": found.seed,
        "replicates": found.replicates,
        "assumptions_drawn": found.drawn,
        "asked": {"replicates": found.asked[0], "chance": found.asked[1]},
        "band": BAND,
        "threshold": THRESHOLD,
        "precision_wanted": found.wanted,
        "precision_reached": found.reached,
        "variance_reduction": reductions(found),
        "failed": found.failed,
        "paths": found.paths,
        "command": command,
    }
    write_description(folder, told | {"result": result})


def command_line(arguments: Sequence[str]) -> str:
    """Return the command line that makes the same comparison again."""
    return shlex.join(["minsheng", *arguments])


def main_rows(found: Comparison, reform: str) -> pd.DataFrame:
    """Return the main national outcomes of the last year that the reform visibly changed."""
    rows = found.table
    rows = rows[(rows["year"] == found.year) & (rows["reform"] == reform)]
    rows = rows[rows["outcome"].isin(MAIN) & rows["group"].isin(GROUPS)]
    ends = [f"{varied}_{end}" for varied in (CHANCE, ASSUMPTIONS) for end in ("low", "high")]
    units = {outcome.name: outcome.unit for outcome in all_outcomes()}
    seen = []
    for row in rows.to_dict("records"):
        factor, _, digits = _style(units.get(str(row["outcome"]), ""), row["base"])
        seen.append(any(round(abs(row[end]) * factor, digits) > 0 for end in ends))
    chosen = rows[seen]
    order = chosen.assign(at=chosen["outcome"].map(MAIN.index))
    return order.sort_values("at", kind="stable").drop(columns="at")


def title_of(row: Any) -> str:
    """Return the name of an outcome with its scheme and, where it is not all, its group."""
    names = [row["outcome"], row["scheme"], row["group"]]
    return " ".join(name for name in names if name and name != "all").replace("_", " ")


def effect_lines(found: Comparison, reform: str) -> Iterator[dict[str, str]]:
    """Yield the main outcomes that a reform changed as texts, with both bands."""
    units = {outcome.name: outcome.unit for outcome in all_outcomes()}
    for row in main_rows(found, reform).to_dict("records"):
        unit = units.get(str(row["outcome"]), "")
        factor, shown, digits = _style(unit, row["base"])
        style, signed = f"{{:,.{digits}f}}", f"{{:+,.{digits}f}}"
        scaled = {name: value * factor for name, value in row.items() if isinstance(value, float)}
        yield {
            "title": title_of(row),
            "unit": shown,
            "base": text(scaled["base"], style),
            "difference": text(scaled["difference"], signed),
            CHANCE: _band(scaled, row, CHANCE, signed),
            ASSUMPTIONS: _band(scaled, row, ASSUMPTIONS, signed),
            "signs": _signs(row),
            "pairing": _pairing(row["variance_reduction"]),
        }


def effect_table(found: Comparison, reform: str) -> Table:
    """Return the effect of a reform on the main outcomes, with both bands."""
    title = f"{reform} less {found.names[0]} in {found.year}, seed {found.seed}"
    table = Table("outcome", "unit", title=title, caption=caption(found))
    heads = (found.names[0], "difference", "chance", "and assumptions", "same sign", "pairing")
    for head in heads:
        table.add_column(head, justify="right")
    for line in effect_lines(found, reform):
        table.add_row(*line.values())
    return table


def caption(found: Comparison) -> str:
    """Say what the bands hold and how many runs stand behind them."""
    if found.replicates == 1:
        return "One history: no uncertainty is known. Ask for more with --replicates."
    drawn = f" and of {found.drawn} draws of {len(found.paths)} assumptions and contested switches"
    told = (
        f"Bands hold nine of ten of {found.replicates} replicates (chance)"
        f"{drawn if found.drawn else ''}. Same sign: share of draws with the sign of the mean"
        f"{', by chance and with assumptions' if found.drawn else ''}. Pairing: how many times "
        "fewer runs it needs than independent ones (variance reduction); – where nothing varies."
    )
    return told + (f" {len(found.failed)} pairs failed." if found.failed else "")


def cost_lines(found: Comparison, reform: str | None = None) -> Iterator[dict[str, str]]:
    """Yield what a person-year of cover and of no poverty costs governments, as texts."""
    rows = found.costs
    for row in rows[rows["reform"] == reform if reform else slice(None)].to_dict("records"):
        what = str(row["what"])
        yield {
            "reform": str(row["reform"]),
            "what": what if what == LIFTED else f"cover by {what.replace('_', ' ')}",
            "cost": text(row["cost"] / 1e6, "{:+,.0f}"),
            "years": text(row["person_years"] / 1e3, "{:+,.0f}"),
            "each": text(row["yuan_each"], "{:,.0f}"),
        }


def cost_table(found: Comparison) -> Table:
    """Return what a person-year of cover and of no poverty costs governments."""
    table = Table("reform", "person-years of", title="What governments pay, all years")
    for head in ("more cost, million yuan", "more person-years, thousand", "yuan each"):
        table.add_column(head, justify="right")
    for line in cost_lines(found):
        table.add_row(*line.values())
    return table


def gain_lines(found: Comparison, reform: str) -> Iterator[dict[str, str]]:
    """Yield winners and losers by group as texts, means over the replicates of chance."""
    rows = found.gains[found.gains["reform"] == reform]
    for row in rows[~rows["group"].str.contains("&")].to_dict("records"):
        yield {
            "group": str(row["group"]).replace("_", " "),
            "change": text(row["change"], "{:+,.1f}"),
            "share": text(row["change_share"], "{:+.2%}"),
            CHANCE: _band(row, row, CHANCE, "{:+,.1f}"),
            ASSUMPTIONS: _band(row, row, ASSUMPTIONS, "{:+,.1f}"),
            **{name: text(row[name], "{:.1%}") for name in ("winning", "losing", "unchanged")},
        }


def gain_table(found: Comparison, reform: str) -> Table:
    """Return winners and losers by group, means over the replicates of chance."""
    title = f"Who wins and who loses by {reform} in {found.year}: income per head"
    table = Table("group", title=title, caption=gain_caption(found, reform))
    for head in ("change, yuan", "change", "chance", "and assumptions", "winning", "losing",
                 "unchanged"):  # fmt: skip
        table.add_column(head, justify="right")
    for line in gain_lines(found, reform):
        table.add_row(*line.values())
    return table


def gain_caption(found: Comparison, reform: str) -> str:
    """Say what winning is, and how many people are left out."""
    rows = found.gains[found.gains["reform"] == reform]
    before, after = (rows[f"unpaired_{when}"].iloc[0] for when in ("before", "after"))
    return (
        f"Deciles of people by income in {found.names[0]}. Winning and losing: by more than "
        f"{THRESHOLD:.0%} of it. People whose household is in one history only: {before:.1%} of "
        f"{found.names[0]}, {after:.1%} of {reform}."
    )


def reductions(found: Comparison) -> dict[str, dict[str, float]]:
    """Return the variance reduction of every main outcome by reform, where something varies."""
    kept: dict[str, dict[str, float]] = {}
    for reform in found.names[1:]:
        rows = main_rows(found, reform).dropna(subset=["variance_reduction"])
        kept[reform] = {
            "/".join(str(row[key]) for key in _KEYS): round(row["variance_reduction"], 2)
            for row in rows.to_dict("records")
        }
    return kept


def notes(found: Comparison) -> list[str]:
    """Say where pairing does not help and which half-widths were not reached."""
    told = [
        f"{reform}: pairing saves less than nine runs of ten for {', '.join(weak)}."
        for reform in found.names[1:]
        if (weak := without_gain(found, reform))
    ]
    for name, wanted in found.wanted.items():
        reached = found.reached[name]
        verb = "is" if reached <= wanted else "is not"
        told.append(
            f"{name}: half-width {reached:.3g} after {found.replicates} replicates; {wanted:g}, "
            f"which was asked for, {verb} reached."
        )
    return told


def without_gain(found: Comparison, reform: str) -> list[str]:
    """Return main outcomes of a reform for which pairing saves less than nine runs of ten."""
    rows = main_rows(found, reform)
    weak = rows[rows["variance_reduction"] < WORTH]
    return [title_of(row) for row in weak.to_dict("records")]


def text(value: Any, style: str) -> str:
    """Return a number as people read it: a dash for null, no sign where zero is shown."""
    if value is None or math.isnan(value):
        return "–"
    shown = style.format(value)
    if not shown.strip("+-0.%,"):
        return shown.lstrip("+-")
    return shown.replace("-", "\N{MINUS SIGN}")


def _pairing(times: float) -> str:
    most = 1000
    return f"over {most:,}" if times > most else text(times, "{:,.1f}")


def _band(values: dict[Any, Any], row: dict[Any, Any], varied: str, style: str) -> str:
    low, high = values[f"{varied}_low"], values[f"{varied}_high"]
    is_known = row[f"{varied}_n"] > 1
    return f"{text(low, style)} to {text(high, style)}" if is_known else "–"


def _signs(row: dict[Any, Any]) -> str:
    parts = [row[f"{varied}_same_sign"] for varied in (CHANCE, ASSUMPTIONS)]
    return " / ".join(text(part, "{:.0%}") for part in parts if not math.isnan(part))


def _style(unit: str, value: Any) -> tuple[float, str, int]:
    """Return by what a value is multiplied, in what it then is, and its decimals."""
    if unit == "share":
        return 100.0, "%", 2
    if unit in SHARES:
        return 1.0, unit, 4
    million = 1e6
    if pd.notna(value) and abs(value) >= million:
        return 1 / million, f"million {unit}", 2
    return 1.0, unit, 0 if pd.notna(value) and abs(value) >= _LARGE else 1
