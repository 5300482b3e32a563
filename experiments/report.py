"""The report of a run: one self-contained page that opens without a network.

The page is a template filled with the numbers of the run folder; the same folder gives the same
bytes.
"""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

    from experiments.report_data import Run

REPORT_FILE = "report.html"
_TEMPLATE = "report.html.j2"


def write_report(folder: Path) -> None:
    """Write ``report.html`` into a run folder that holds its tables and ``run.json``.

    Raises
    ------
    MinshengError
        The folder is not a run or is damaged.
    """
    # What draws and fills the page is imported here, since no other command needs it.
    from experiments.report_data import read_run

    run = read_run(folder)
    page = environment().get_template(_TEMPLATE).render(_contents(run) | _scorecard(folder))
    (folder / REPORT_FILE).write_text(page, encoding="utf-8", newline="\n")


def environment() -> "Environment":
    """Return what fills the pages from templates."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("experiments"),
        # Titles and descriptions are what users wrote: everything is escaped but our own pictures.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "fine": fine, "money": money, "words": words}
    return environment


def _contents(run: "Run") -> dict[str, Any]:
    """Return all that the template shows."""
    from experiments import report_facts, report_scorecard, report_sections, report_spread
    from experiments.report_data import events
    from experiments.report_parameters import count_by_kind, parameter_lines
    from experiments.report_series import comparisons, without_outcome
    from policies.parameters import ParameterSet

    base = ParameterSet.load()
    every = comparisons(run)
    sections = report_sections.shown(run, {comparison.key: comparison for comparison in every})
    lines = parameter_lines(run.scenario, base)
    classes = report_scorecard.CLASSES
    return {
        "run": run,
        "sample": report_facts.sample(run),
        "headlines": report_facts.headlines(run),
        "sections": sections,
        "questions": report_sections.questions(sections),
        "scores": {name: report_scorecard.scores(every, name) for name in classes},
        "topics": {name: report_scorecard.topics(every, name) for name in classes},
        "scoring_command": report_facts.scoring_command(run),
        "not_compared": without_outcome(run, every),
        "departures": report_scorecard.departures(run),
        "events": events(run),
        "definitions": report_facts.definitions(),
        "money": report_facts.money_tables(run),
        "spread": report_spread.spread_table(run),
        "parameters": lines,
        "kinds": count_by_kind(lines),
        "origin": report_facts.origin(run, run.scenario.parameters(base).digest()),
    }


def _scorecard(folder: Path) -> dict[str, Any]:
    """Return the scores over many seeds where the folder has them."""
    from experiments import scorecard_output

    card = scorecard_output.read(folder)
    if card is None:
        return {"card": None}
    rows = {name: [scorecard_output.shown(row) for row in card[name]]
            for name in ("series", "patterns")}  # fmt: skip
    return {"card": card | rows}


def number(value: float | None, digits: int = 0, suffix: str = "") -> str:
    """Return a number for people; a dash for null."""
    if value is None or math.isnan(value):
        return "–"
    return f"{value:,.{digits}f}{suffix}".replace("-", "\N{MINUS SIGN}")


def fine(value: float, digits: int = 0, suffix: str = "") -> str:
    """Return a number, with two more decimals where it would be shown as zero but is not."""
    if not round(value, digits + 2):
        return f"0{suffix}"
    return number(value, digits if round(value, digits) else digits + 2, suffix)


def money(billion: float) -> str:
    """Return billions with a decimal, small ones with the digits that they need."""
    small = abs(billion) < 1 and round(billion, 9) != 0
    text = f"{billion:.3g}" if small else f"{billion:,.1f}"
    return "0" if text in {"0.0", "-0.0"} else text.replace("-", "\N{MINUS SIGN}")


def words(name: str) -> str:
    """Return a name as words."""
    return name.replace("_", " ")
