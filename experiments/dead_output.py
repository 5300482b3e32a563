"""What the search for dead parameters says, on the terminal and in ``docs/sensitivity.md``."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from experiments.dead_parameters import Verdict, reason, verdicts
from experiments.markdown import rewrite, table
from policies.parameters import ParameterSet

DOCUMENT = Path(__file__).parents[1] / "docs" / "sensitivity.md"
SECTION = "dead"
KEPT = Path("results/dead_parameters.jsonl")
"""Verdicts so far: the command goes on from them."""
_FAULT = "**none is known**"


def report(paths: Sequence[str]) -> int:
    """Move parameters, print those that move nothing, and return the exit code.

    The document is rewritten when all parameters were moved.
    """
    console = Console(stderr=True)
    columns = (TextColumn("moving"), BarColumn(), MofNCompleteColumn(), TextColumn("parameters"),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=len(paths))
        found = verdicts(
            paths, progress=lambda done, _: bar.update(task, completed=done), kept=KEPT
        )
    dead = [verdict for verdict in found if verdict.is_dead]
    for verdict in dead:
        print(f"{verdict.path}: {reason(verdict.path) or verdict.refused or 'no reason is known'}")
    print(f"{len(dead)} of {len(found)} parameters move nothing")
    if len(paths) == len(list(ParameterSet.load().paths())):
        rewrite(DOCUMENT, {SECTION: body(found)})
    unknown = [verdict.path for verdict in dead if not reason(verdict.path)]
    if unknown:
        print(f"no reason is known for {len(unknown)} of them", file=sys.stderr)
    return 1 if unknown else 0


def body(found: Sequence[Verdict]) -> str:
    """Return the section of the document: how many move something, and those that do not."""
    dead = [verdict for verdict in found if verdict.is_dead]
    rows = [
        (f"`{verdict.path}`", reason(verdict.path) or verdict.refused or _FAULT) for verdict in dead
    ]
    first = (
        f"{len(found) - len(dead)} of {len(found)} parameters move something; "
        f"{len(dead)} move nothing in any of the worlds."
    )
    return f"{first}\n\n{table(('parameter', 'why'), rows)}" if dead else first
