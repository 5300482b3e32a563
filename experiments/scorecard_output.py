"""The scorecard as people and programs read it: a table, ``scorecard.csv``, ``scorecard.json``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from agents.errors import MinshengError
from experiments.report import write_report
from experiments.run import Progress, no_progress
from experiments.scorecard import CONTRASTED, Scorecard, validate
from model import run_folder
from model.scenario import Scenario

CSV_FILE, JSON_FILE = "scorecard.csv", "scorecard.json"
CONTESTED = "depends on the contested tournament"
"""Label of what passes with the tournament of leaders and fails without it, or the reverse."""
_TABLES = ("series", "patterns", "figures")
_COLUMNS = ("part", "key", "title", "unit", "year", "item", "official", "median", "p10", "p90",
            "accepted_low", "accepted_high", "tolerance", "passed", "tag", "skill",
            "skill_from_first", "known_year", "known", "without_tournament",
            "contested")  # fmt: skip
_NONE = "–"
_SIGNIFICANT = 10


def validate_to_folder(
    scenario: Scenario,
    seeds: int,
    folder: Path,
    overwrite: bool = False,
    command: str = "",
    workers: int | None = None,
    progress: Progress = no_progress,
    contrasted: int = CONTRASTED,
) -> Scorecard:
    """Score a scenario over seeds; leave the run of the first, the scores, and a report of both.

    Parameters
    ----------
    scenario, seeds, command, workers, progress, contrasted
        See `validate`; the command is the one that makes the run of the first seed.
    folder : Path
        Appears whole or not at all.

    Raises
    ------
    MinshengError
        The folder exists or cannot be written, or a simulation failed.
    """
    run_folder.sweep(folder)
    run_folder.refuse_folder(folder, overwrite)
    with run_folder.new_folder(folder, overwrite) as draft:
        card = validate(scenario, seeds, draft, command, workers, progress, contrasted)
        save(card, draft)
        write_report(draft)
    return card


def summary(card: Scorecard) -> dict[str, dict[str, int]]:
    """Return how many series and patterns pass, by tag: ``passed``, ``scored``, ``missing``."""
    rows = pd.concat([card.series, card.patterns])[["tag", "passed"]]
    return {
        str(tag): {
            "passed": int(part["passed"].fillna(False).sum()),
            "scored": int(part["passed"].notna().sum()),
            "missing": int(part["passed"].isna().sum()),
        }
        for tag, part in rows.groupby("tag")
    }


def save(card: Scorecard, folder: Path) -> None:
    """Write the scores: a row per figure and pattern as CSV, everything as JSON."""
    parts = [card.figures.assign(part="series"), card.patterns.assign(part="pattern")]
    table = pd.concat(parts, ignore_index=True).reindex(columns=list(_COLUMNS))
    table["year"] = table["year"].astype("Int64")
    table["known_year"] = table["known_year"].astype("Int64")
    table.to_csv(folder / CSV_FILE, index=False, float_format=f"%.{_SIGNIFICANT}g")
    content = {
        "scenario": card.scenario,
        "years": [card.first, card.last],
        "seeds": list(card.seeds),
        "contrasted": card.contrasted,
        "summary": summary(card),
    } | {name: _records(getattr(card, name)) for name in _TABLES}
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / JSON_FILE).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> dict[str, Any] | None:
    """Return what `save` wrote as JSON, None if nothing; raises MinshengError if it is damaged."""
    path = folder / JSON_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise MinshengError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict) or not {"seeds", "summary", *_TABLES} <= content.keys():
        raise MinshengError(f"{path} is damaged: it holds no scorecard")
    return content


def shown(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the cells of a series or a pattern as text."""
    digits, unit = int(row["digits"]), str(row["unit"])
    band = f"{_number(row['p10'], digits, unit)} to {_number(row['p90'], digits, unit)}"
    tolerance = row.get("tolerance") or _accepted(row, digits)
    missing = _is_null(row["median"])
    return {
        "title": str(row["title"]),
        "unit": unit,
        "year": str(row["year"]) if "year" in row else "",
        "official": _number(row["official"], digits, unit),
        "median": "not recorded" if missing else _number(row["median"], digits, unit),
        "band": _NONE if missing else band,
        "tolerance": str(tolerance),
        "verdict": _NONE if _is_null(row["passed"]) else ("pass" if row["passed"] else "FAIL"),
        "passing": _passing(row),
        "tag": str(row["tag"]) + (f"; {CONTESTED}" if row.get("contested") else ""),
        "without_tournament": _number(row.get("without_tournament"), digits, unit),
        "skill": _number(row.get("skill"), 2),
        "skill_from_first": _number(row.get("skill_from_first"), 2),
    }


def series_table(card: Scorecard) -> Table:
    """Return the series: the figure of the last year, how many pass, the skill over all years."""
    heads = ("series", "unit", "year", "official", "median", "10–90%", "no tournament", "tolerance",
             "years passed", "", "tag", "skill, next figure", "skill, from first")  # fmt: skip
    keys = ("title", "unit", "year", "official", "median", "band", "without_tournament",
            "tolerance", "passing", "verdict", "tag", "skill", "skill_from_first")  # fmt: skip
    return _table(f"Official series, {len(card.seeds)} seeds", heads, keys, card.series)


def pattern_table(card: Scorecard) -> Table:
    """Return the patterns."""
    heads = ("pattern", "unit", "official", "median", "10–90%", "no tournament", "accepted", "",
             "tag")  # fmt: skip
    keys = ("title", "unit", "official", "median", "band", "without_tournament", "tolerance",
            "verdict", "tag")  # fmt: skip
    return _table(f"Patterns, {len(card.seeds)} seeds", heads, keys, card.patterns)


def summary_line(card: Scorecard) -> str:
    """Say how many series and patterns pass, by tag."""
    parts = [
        f"{tag} {found['passed']} of {found['scored']} ({found['missing']} not recorded)"
        for tag, found in summary(card).items()
    ]
    line = "Passed: " + ", ".join(parts) + "."
    if not card.contrasted:
        return line
    both = pd.concat([card.series, card.patterns])
    titles = both.loc[both["contested"], "title"].tolist()
    known = "; ".join(titles) if titles else "nothing"
    return f"{line} Over {card.contrasted} seeds with and without, {CONTESTED}: {known}."


def _table(title: str, heads: tuple[str, ...], keys: tuple[str, ...], rows: pd.DataFrame) -> Table:
    table = Table(title=title)
    numbers = {"official", "median", "band", "skill", "skill_from_first", "passing"}
    for head, key in zip(heads, keys, strict=True):
        table.add_column(head, justify="right" if key in numbers else "left")
    for row in rows.to_dict("records"):
        cells = shown({str(name): value for name, value in row.items()})
        style = {"FAIL": "red", _NONE: "dim"}.get(cells["verdict"], "")
        table.add_row(*(cells[key] for key in keys), style=style)
    return table


def _accepted(row: Mapping[str, Any], digits: int) -> str:
    ends = (_number(row[name], digits, str(row["unit"]))
            for name in ("accepted_low", "accepted_high"))  # fmt: skip
    return " to ".join(ends)


def _passing(row: Mapping[str, Any]) -> str:
    share = row.get("passing_share")
    if share is None or _is_null(share):
        return _NONE
    return f"{round(share * row['figures'])}/{row['figures']}"


def _number(value: Any, digits: int, unit: str = "") -> str:
    if _is_null(value):
        return _NONE
    text = f"{value:.{digits}f}" if unit == "year" else f"{value:,.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def _is_null(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows of plain values, null where there is none."""
    plain = table.astype(object).where(table.notna(), None)
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in plain.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
