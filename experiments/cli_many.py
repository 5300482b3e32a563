"""Commands of ``minsheng`` that simulate many histories: validate, compare, sweep and the like."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from agents.errors import MinshengError
from experiments.console import Setting, progress, say
from experiments.console import out as shown

commands = typer.Typer()


@commands.command()
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
    with progress(f"simulating {seeds} seeds") as report:
        card = score(chosen, seeds, folder, overwrite, command, workers, report, contrasted)
    shown.print(series_table(card))
    shown.print(pattern_table(card))
    shown.print(summary_line(card))
    shown.print(f"Scores:  {folder}\nReport:  {folder / 'report.html'}", soft_wrap=True)


@commands.command()
def compare(
    base: Annotated[str, typer.Argument(help="A scenario, a .yaml file, or the folder of a run.")],
    reforms: Annotated[
        list[str],
        typer.Argument(
            help="What is compared with it: the same, or files of reforms (a.yaml+b.yaml)."
        ),
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
    out: Annotated[Path | None, typer.Option(help="Folder, new or of this comparison.")] = None,
    overwrite: Annotated[bool, typer.Option(help="Remove an earlier comparison first.")] = False,
    engine: Annotated[str, typer.Option(help="serial, local, dask or ray.")] = "local",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as cores and memory allow.")
    ] = None,
    address: Annotated[str | None, typer.Option(help="Of a Dask or Ray cluster.")] = None,
) -> None:
    """Tell what reforms change, with bands, who wins and who loses, and what it costs."""
    from experiments import compare_output as output
    from experiments.compare import compare as compare_sides
    from experiments.compare import parse_precision
    from experiments.pair_store import REPORT

    stems = ["+".join(Path(part).stem for part in name.split("+")) for name in (*reforms, base)]
    folder = out or Path("results") / "_against_".join(stems)
    with progress("simulating pairs") as report:
        found = compare_sides(
            base, reforms, replicates=replicates, year=year, seed=seed, settings=settings or [],
            draw_assumptions=assumptions, precision=parse_precision(precision or []), cap=cap,
            engine=engine, workers=workers, address=address, folder=folder, overwrite=overwrite,
            command=output.command_line(sys.argv[1:]), progress=report,
        )  # fmt: skip
    for reform in found.names[1:]:
        shown.print(output.effect_table(found, reform))
        shown.print(output.gain_table(found, reform))
    shown.print(output.cost_table(found))
    for line in output.notes(found):
        shown.print(line, soft_wrap=True)
    shown.print(f"Tables:  {folder}\nReport:  {folder / REPORT}", soft_wrap=True)
    if found.failed:
        text = f"not every pair was done; {folder / 'failed'} says why"
        raise MinshengError("\n".join((text, *found.failed)))


@commands.command()
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
    with progress("simulating 32 histories") as report:
        found = study_to_folder(
            scenario, policy, folder, until, seed, settings or [], overwrite, workers, report
        )
    shown.print(driver_table(found))
    shown.print(f"Tables:  {folder}", soft_wrap=True)


@commands.command("veto-map")
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
    with progress("simulating with and without the veto") as report:
        map_to_folder(scenario, folder, range(1, seeds + 1), overwrite, workers, report)
    shown.print(f"Tables:  {folder}\nPicture: {folder / 'veto.svg'}", soft_wrap=True)


@commands.command()
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
        shown.print(found.table)
        for line in found.lines:
            shown.print(line, soft_wrap=True)
        return
    with progress("simulating") as report:
        table = sweep_plan(plan, folder, request, report, say)
    shown.print(f"{summary(table)}\nTables:  {folder}", soft_wrap=True)
    if has_failures(table):
        raise MinshengError(f"not every run was done; {folder / 'failed'} says why")


@commands.command()
def sensitivity(
    plan: Annotated[str, typer.Argument(help="A plan with the design morris or saltelli.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the sweep, new or begun.")] = None,
    engine: Annotated[str, typer.Option(help="serial, local, dask or ray.")] = "local",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as cores and memory allow.")
    ] = None,
    address: Annotated[str | None, typer.Option(help="Of a Dask or Ray cluster.")] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Do runs again that failed.")
    ] = False,
    overwrite: Annotated[bool, typer.Option(help="Remove an earlier sweep first.")] = False,
) -> None:
    """Do every run of a plan once, and rank what its outcomes and reforms hang on."""
    from experiments import sensitivity_output as output
    from experiments.sensitivity import sensitivity as study
    from experiments.sweep_folder import Request
    from experiments.sweep_store import PAGE

    folder = out or Path("results") / Path(plan).stem
    request = Request(engine, workers, address, None, retry_failed, overwrite)
    with progress("simulating") as report:
        found = study(plan, folder, request, report, say)
    output.save(found, folder, shlex.join(["minsheng", "sensitivity", plan, "--out", str(folder)]))
    for table in output.tables(found):
        shown.print(table)
    for line in output.lines(found):
        shown.print(line, soft_wrap=True, markup=False)
    shown.print(f"Tables:  {folder}\nPage:    {folder / PAGE}", soft_wrap=True)
