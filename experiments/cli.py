"""The command ``minsheng``: run, verify, validate, compare, sweep, sensitivity, show.

Every mistake of a user ends in one message on standard error and a non-zero exit code: 1 for what
was asked, 2 for how it was asked, 130 for an interruption.
"""

import os
import sys
import warnings
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from agents.errors import MinshengError
from experiments import cli_many
from experiments.console import Setting, err, progress
from experiments.console import out as shown

_FAILED, _MISUSED, _INTERRUPTED = 1, 2, 130
# How Typer says that the command line is wrong; it has no public name of its own.
_MisuseError: Any = typer.BadParameter.__base__

# Tables in a file or a pipe have room for their numbers; a terminal folds them.
_WIDTH_OF_FILES = 200


class Language(StrEnum):
    """A language of stories; see `experiments.words`."""

    EN = "en"
    ZH = "zh"


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An agent-based laboratory for Chinese social policy.",
)
app.add_typer(cli_many.commands)


@app.command()
def run(
    scenario: Annotated[
        str | None, typer.Argument(help="A shipped scenario or a .yaml file.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; the scenario's own if not given.")] = None,
    replicate: Annotated[
        int | None, typer.Option(min=0, help="Which of many histories; the first, 0.")
    ] = None,
    settings: Setting = None,
    reforms: Annotated[
        list[str] | None,
        typer.Option("--reform", metavar="FILE", help="Add a file of reforms; in this order."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results.")] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace an earlier run in the folder.")] = False,
    save_at: Annotated[
        list[int] | None, typer.Option(metavar="YEAR", help="Save at the end of a year.")
    ] = None,
    saved: Annotated[
        Path | None, typer.Option("--from", metavar="SAVED", help="Go on from a saved simulation.")
    ] = None,
    until: Annotated[int | None, typer.Option(metavar="YEAR", help="Last year.")] = None,
) -> None:
    """Simulate a scenario, or go on from a saved simulation; write results and report."""
    from experiments.branch import branch_to_folder, branched_name, refuse_start
    from experiments.run import prepare, reproducing_command, run_to_folder
    from experiments.summary import summary_table

    if (scenario is None) == (saved is None):
        raise typer.BadParameter("give one of SCENARIO and --from SAVED")
    chosen_settings = [*(settings or []), *([] if until is None else [f"years.last={until}"])]
    if saved is not None:
        if reforms:
            raise typer.BadParameter("what a future changes is said by --set, not by --reform")
        refuse_start(seed, replicate)
        folder = out or Path("results") / branched_name(saved)
        with progress("simulating") as report:
            branch_to_folder(saved, chosen_settings, folder, overwrite, report, save_at or ())
    else:
        chosen = prepare(str(scenario), chosen_settings, seed, reforms or [])
        folder, which = out or Path("results") / chosen.name, replicate or 0
        command = reproducing_command(str(scenario), chosen_settings, seed, which, reforms or [])
        with progress("simulating") as report:
            run_to_folder(chosen, folder, which, overwrite, command, report, save_at or ())
    shown.print(summary_table(folder))
    shown.print(f"Results: {folder}\nReport:  {folder / 'report.html'}", soft_wrap=True)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a run, a comparison or a sweep.")],
    sample: Annotated[int, typer.Option(min=1, help="How many of its pairs or runs.")] = 3,
    saved: Annotated[
        Path | None,
        typer.Option("--from", help="Where the simulation is that the run went on from."),
    ] = None,
) -> None:
    """Run a run, or some of a comparison or sweep, again and compare the results bit by bit."""
    from experiments.compare_verify import is_comparison, verify_comparison
    from experiments.run import verify as verify_run
    from experiments.sweep_verify import is_sweep, verify_sweep

    with progress("simulating again") as report:
        if is_sweep(folder):
            differences, what = verify_sweep(folder, sample, report), f"A sample of {folder}"
        elif is_comparison(folder):
            differences, what = verify_comparison(folder, sample, report), f"A sample of {folder}"
        else:
            differences, what = verify_run(folder, report, saved), str(folder)
    if differences:
        raise MinshengError(
            f"{folder} is not reproduced:\n" + "\n".join(f"- {line}" for line in differences)
        )
    shown.print(f"{what} is reproduced bit by bit.", soft_wrap=True)


@app.command()
def explain(
    folder: Annotated[Path, typer.Argument(help="Folder of a run.")],
    household: Annotated[int | None, typer.Option(min=0, help="Number of a household.")] = None,
    county: Annotated[str | None, typer.Option(help="Division code or name of a county.")] = None,
    language: Annotated[Language, typer.Option(help="Of the sentences.")] = Language.EN,
) -> None:
    """Tell the story of one household, or of one county government, year by year."""
    if (household is None) == (county is None):
        raise typer.BadParameter("give one of --household NUMBER and --county CODE")
    if household is None:
        _explain_county(folder, str(county), language)
        return
    from experiments.explain import explain_household, story_table

    with progress("following the household") as report:
        story = explain_household(folder, household, report)
    for sentence in story.sentences(language):
        shown.print(sentence, soft_wrap=True)
    shown.print(story_table(story))


def _explain_county(folder: Path, county: str, language: str) -> None:
    from experiments.explain_county import explain_county, money_table, report_table

    story = explain_county(folder, county)
    shown.print(story.title(language), soft_wrap=True)
    for sentence in story.sentences(language):
        shown.print(sentence, soft_wrap=True)
    shown.print(money_table(story))
    shown.print(report_table(story))


@app.command()
def show(
    what: Annotated[str, typer.Argument(help="parameters, outcomes, policies or scenarios")],
    match: Annotated[str, typer.Argument(help="Show only names that contain this.")] = "",
) -> None:
    """List what exists, with unit, source and range."""
    from experiments.show import listing

    shown.print(listing(what, match))


def main() -> None:
    """Run the command line and turn every expected failure into a message and an exit code."""
    warnings.showwarning = _show_warning
    if not shown.is_terminal and "COLUMNS" not in os.environ:
        shown.width = _WIDTH_OF_FILES
    try:
        code = app(standalone_mode=False)
    except _MisuseError as error:
        error.show()
        code = _MISUSED
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except MinshengError as error:
        err.print(f"Error: {error}", markup=False, soft_wrap=True)
        code = _FAILED
    except MemoryError:
        err.print("Error: out of memory. Choose fewer households (--set world.households=N).")
        code = _FAILED
    if code == _INTERRUPTED:
        err.print("Stopped. No unfinished results are left.")
    sys.exit(code if isinstance(code, int) else 0)


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    err.print(f"Warning: {message}", markup=False, soft_wrap=True)
