"""The command ``minsheng``: run, verify, validate, compare, sweep, explain, show.

Every mistake of a user ends in one message on standard error and a non-zero exit code: 1 for what
was asked, 2 for how it was asked, 130 for an interruption.
"""

import os
import sys
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from agents.errors import MinshengError

_FAILED, _MISUSED, _INTERRUPTED = 1, 2, 130
# How Typer says that the command line is wrong; it has no public name of its own.
_MisuseError: Any = typer.BadParameter.__base__

# Tables in a file or a pipe have room for their numbers; a terminal folds them.
_WIDTH_OF_FILES = 200

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An agent-based laboratory for Chinese social policy.",
)
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

Setting = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a parameter or scenario key."),
]


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
    chosen_settings = [*(settings or []), *([f"years.last={until}"] if until else [])]
    if saved is not None:
        refuse_start(seed, replicate)
        folder = out or Path("results") / branched_name(saved)
        with _progress("simulating") as report:
            branch_to_folder(saved, chosen_settings, folder, overwrite, report, save_at or ())
    else:
        chosen = prepare(str(scenario), chosen_settings, seed)
        folder, which = out or Path("results") / chosen.name, replicate or 0
        command = reproducing_command(str(scenario), chosen_settings, seed, which)
        with _progress("simulating") as report:
            run_to_folder(chosen, folder, which, overwrite, command, report, save_at or ())
    _out.print(summary_table(folder))
    _out.print(f"Results: {folder}\nReport:  {folder / 'report.html'}", soft_wrap=True)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a run or of a sweep.")],
    sample: Annotated[int, typer.Option(min=1, help="How many runs of a sweep.")] = 3,
    saved: Annotated[
        Path | None,
        typer.Option("--from", help="Where the simulation is that the run went on from."),
    ] = None,
) -> None:
    """Run a run, or some runs of a sweep, again and compare the results bit by bit."""
    from experiments.run import verify as verify_run
    from experiments.sweep_verify import is_sweep, verify_sweep

    with _progress("simulating again") as report:
        if is_sweep(folder):
            differences, what = verify_sweep(folder, sample, report), f"A sample of {folder}"
        else:
            differences, what = verify_run(folder, report, saved), str(folder)
    if differences:
        raise MinshengError(
            f"{folder} is not reproduced:\n" + "\n".join(f"- {line}" for line in differences)
        )
    _out.print(f"{what} is reproduced bit by bit.", soft_wrap=True)


@app.command()
def validate(
    scenario: Annotated[str, typer.Option(help="A shipped scenario or a .yaml file.")] = (
        "historical"
    ),
    seeds: Annotated[
        int, typer.Option(min=1, help="How many seeds, from the scenario's own.")
    ] = 10,
    settings: Setting = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results.")] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace an earlier run in the folder.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as there are cores.")
    ] = None,
    contrasted: Annotated[
        int, typer.Option(min=0, help="Seeds that are simulated without the tournament as well.")
    ] = 3,
) -> None:
    """Score a scenario over many seeds beside the official figures and the known patterns."""
    from experiments.run import prepare, reproducing_command
    from experiments.scorecard_output import pattern_table, series_table, summary_line
    from experiments.scorecard_output import validate_to_folder as score

    chosen = prepare(scenario, settings or [])
    folder = out or Path("results") / f"{chosen.name}_scorecard"
    command = reproducing_command(scenario, settings or [], None, 0)
    with _progress(f"simulating {seeds} seeds") as report:
        card = score(chosen, seeds, folder, overwrite, command, workers, report, contrasted)
    _out.print(series_table(card))
    _out.print(pattern_table(card))
    _out.print(summary_line(card))
    _out.print(f"Scores:  {folder}\nReport:  {folder / 'report.html'}", soft_wrap=True)


@app.command()
def compare(
    base: Annotated[str, typer.Argument(help="A scenario, a .yaml file, or the folder of a run.")],
    reforms: Annotated[
        list[str], typer.Argument(help="What is compared with it; effects are these less the base.")
    ],
    replicates: Annotated[
        int, typer.Option(min=1, help="Pairs by chance, and as many with drawn assumptions.")
    ] = 6,
    assumptions: Annotated[
        bool, typer.Option(help="Draw assumptions and contested switches over their ranges.")
    ] = True,
    precision: Annotated[
        list[str] | None,
        typer.Option(metavar="OUTCOME=WIDTH", help="Add replicates until it is that precise."),
    ] = None,
    cap: Annotated[int, typer.Option(min=1, help="Most replicates.")] = 200,
    year: Annotated[int | None, typer.Option(help="Year of the comparison; the last.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all.")] = None,
    settings: Setting = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the tables.")] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace an earlier comparison.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as there are cores.")
    ] = None,
) -> None:
    """Tell what reforms change, with bands, who wins and who loses, and what it costs."""
    from experiments import effects_output as output
    from experiments.effects import parse_precision, study_to_folder

    names = [base, *reforms]
    folder = out or Path("results") / "_against_".join(Path(name).stem for name in (*reforms, base))
    with _progress("simulating pairs") as report:
        found = study_to_folder(
            names, replicates, folder, overwrite, output.command(sys.argv[1:]),
            year=year, seed=seed, settings=settings or [], draw_assumptions=assumptions,
            precision=parse_precision(precision or []), cap=cap, workers=workers, progress=report,
        )  # fmt: skip
    for reform in found.names[1:]:
        _out.print(output.effect_table(found, reform))
        _out.print(output.gain_table(found, reform))
    _out.print(output.cost_table(found))
    if weak := output.without_gain(found):
        _out.print(f"Pairing helps little for: {', '.join(weak)}.", soft_wrap=True)
    _out.print(f"Tables:  {folder}\nPage:    {folder / output.PAGE}", soft_wrap=True)
    if found.failed:
        raise MinshengError("\n".join(("not everything was done:", *found.failed)))


@app.command()
def drivers(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or a .yaml file.")],
    policy: Annotated[str, typer.Option(help="A policy that counties choose to adopt.")],
    until: Annotated[
        int | None, typer.Option(help="Last year that counts; some years after the deadline.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; the scenario's own if not given.")] = None,
    settings: Setting = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the tables.")] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace an earlier study.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as there are cores.")
    ] = None,
) -> None:
    """Tell what drives the spread of a policy, by muting drivers in every combination."""
    from experiments.drivers import driver_table, study_to_folder

    folder = out or Path("results") / f"drivers_of_{policy}_in_{Path(scenario).stem}"
    with _progress("simulating 32 histories") as report:
        found = study_to_folder(
            scenario, policy, folder, until, seed, settings or [], overwrite, workers, report
        )
    _out.print(driver_table(found))
    _out.print(f"Tables:  {folder}", soft_wrap=True)


@app.command("veto-map")
def veto_map(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or a .yaml file.")] = "tiny",
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from the first.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the tables.")] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace an earlier map.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as there are cores.")
    ] = None,
) -> None:
    """Map where the one-ballot veto protects people and where it represses them."""
    from experiments.veto_map import map_to_folder

    folder = out or Path("results") / f"veto_in_{Path(scenario).stem}"
    with _progress("simulating with and without the veto") as report:
        map_to_folder(scenario, folder, range(1, seeds + 1), overwrite, workers, report)
    _out.print(f"Tables:  {folder}\nPicture: {folder / 'veto.svg'}", soft_wrap=True)


@app.command()
def sweep(
    plan: Annotated[str, typer.Argument(help="A plan, a .yaml file.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the sweep, new or begun.")] = None,
    engine: Annotated[str, typer.Option(help="serial, local, dask or ray.")] = "local",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as cores and memory allow.")
    ] = None,
    address: Annotated[str | None, typer.Option(help="Of a Dask or Ray cluster.")] = None,
    shard: Annotated[str | None, typer.Option(metavar="I/N", help="Do one part of N.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Do runs again that failed.")
    ] = False,
    overwrite: Annotated[bool, typer.Option(help="Remove an earlier sweep first.")] = False,
) -> None:
    """Do every run of a plan once; the same command goes on after whatever stopped it."""
    from experiments.sweep import sweep as sweep_plan
    from experiments.sweep_folder import Request, parse_shard
    from experiments.sweep_output import has_failures, preview
    from experiments.sweep_tables import summary

    folder = out or Path("results") / Path(plan).stem
    part = parse_shard(shard) if shard else None
    request = Request(engine, workers, address, part, retry_failed, overwrite)
    if dry_run:
        found = preview(plan, folder, request)
        _out.print(found.table)
        for line in found.lines:
            _out.print(line, soft_wrap=True)
        return
    with _progress("simulating") as report:
        table = sweep_plan(plan, folder, request, report, _say)
    _out.print(f"{summary(table)}\nTables:  {folder}", soft_wrap=True)
    if has_failures(table):
        raise MinshengError(f"not every run was done; {folder / 'failed'} says why")


def _say(line: str) -> None:
    _err.print(line, markup=False, soft_wrap=True)


@app.command()
def explain(
    folder: Annotated[Path, typer.Argument(help="Folder of a run.")],
    household: Annotated[int | None, typer.Option(min=0, help="Number of a household.")] = None,
    county: Annotated[str | None, typer.Option(help="Division code or name of a county.")] = None,
) -> None:
    """Tell the story of one household, or of one county government, year by year."""
    if (household is None) == (county is None):
        raise typer.BadParameter("give one of --household NUMBER and --county CODE")
    if household is None:
        _explain_county(folder, str(county))
        return
    from experiments.explain import explain_household, story_table

    with _progress("following the household") as report:
        story = explain_household(folder, household, report)
    for sentence in story.sentences:
        _out.print(sentence, soft_wrap=True)
    _out.print(story_table(story))


def _explain_county(folder: Path, county: str) -> None:
    from experiments.explain_county import explain_county, money_table, report_table

    story = explain_county(folder, county)
    _out.print(story.title, soft_wrap=True)
    for sentence in story.sentences:
        _out.print(sentence, soft_wrap=True)
    _out.print(money_table(story))
    _out.print(report_table(story))


@app.command()
def show(
    what: Annotated[str, typer.Argument(help="parameters, outcomes, policies or scenarios")],
    match: Annotated[str, typer.Argument(help="Show only names that contain this.")] = "",
) -> None:
    """List what exists, with unit, source and range."""
    from experiments.show import listing

    _out.print(listing(what, match))


def main() -> None:
    """Run the command line and turn every expected failure into a message and an exit code."""
    warnings.showwarning = _show_warning
    if not _out.is_terminal and "COLUMNS" not in os.environ:
        _out.width = _WIDTH_OF_FILES
    try:
        code = app(standalone_mode=False)
    except _MisuseError as error:
        error.show()
        code = _MISUSED
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except MinshengError as error:
        _err.print(f"Error: {error}", markup=False, soft_wrap=True)
        code = _FAILED
    except MemoryError:
        _err.print("Error: out of memory. Choose fewer households (--set world.households=N).")
        code = _FAILED
    if code == _INTERRUPTED:
        _err.print("Stopped. No unfinished results are left.")
    sys.exit(code if isinstance(code, int) else 0)


class _progress:  # noqa: N801
    """A progress bar on standard error that advances with simulated years."""

    def __init__(self, what: str) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("years"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=_err,
        )
        self._task = self._bar.add_task(what, total=None)

    def __enter__(self) -> "_progress":
        return self

    def __call__(self, done: int, total: int) -> None:
        # A command that is refused shows no bar.
        self._bar.start()
        self._bar.update(self._task, completed=done, total=total)

    def __exit__(self, *failure: object) -> None:
        self._bar.stop()


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    _err.print(f"Warning: {message}", markup=False, soft_wrap=True)
