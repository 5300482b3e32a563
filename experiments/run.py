"""Run a scenario into a folder, and check that a run can be reproduced."""

import itertools
import resource
import shlex
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from agents.errors import MinshengError
from experiments.report import write_report
from model import records, run_folder
from model.digests import changes_since as changes_since
from model.memory import available_bytes, check_memory
from model.reform_files import load_reforms, with_reforms
from model.reforms import ScenarioWarning, Sourced
from model.saved import Origin, file_digest, load
from model.scenario import Scenario
from model.scenario_files import load_scenario
from model.scenario_overrides import parse_set_option, resolve_options
from model.simulation import Simulation
from policies.parameters import Override

_KILOBYTE = 1024

Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Ignore progress."""


def prepare(
    scenario: str,
    settings: Sequence[str] = (),
    seed: int | None = None,
    reforms: Sequence[str] = (),
) -> Scenario:
    """Return the scenario with the files of reforms and the settings of a command line.

    Raises
    ------
    MinshengError
        Something in them is not accepted, or there is too little memory.

    Warns
    -----
    ScenarioWarning
        Reforms of two sources set the same thing.
    """
    stacked = with_reforms(load_scenario(scenario), reforms_of(reforms))
    resolved = with_settings(stacked, settings, seed)
    check_memory(resolved, available_bytes())
    return resolved


def reforms_of(files: Sequence[str]) -> list[Sourced]:
    """Return the reforms of several files, in their order; raises MinshengError."""
    return [reform for file in files for reform in load_reforms(file)]


def with_settings(
    scenario: Scenario, settings: Sequence[str] = (), seed: int | None = None
) -> Scenario:
    """Return the scenario with the settings of a command line; raises MinshengError.

    Warns
    -----
    ScenarioWarning
        A setting stands over a reform that sets the same parameter.
    """
    options = [parse_set_option(text) for text in settings]
    if seed is not None:
        options.append(Override("seed", seed, None, "--seed"))
    resolved = resolve_options(scenario, options)
    for option, reform in itertools.product(options, scenario.reforms):
        if option.path in reform.parameters:
            since = f"from {option.date} on" if option.date else "at all times"
            text = f"reform {reform.name!r} sets it too; the setting holds {since}"
            warnings.warn(f"{option.origin}: {text}", ScenarioWarning, stacklevel=2)
    return resolved


def simulate(
    scenario: Scenario, replicate: int = 0, progress: Progress = no_progress
) -> Simulation:
    """Simulate all years and report progress after each."""
    return finish(begin(scenario, replicate, progress), progress)


def begin(scenario: Scenario, replicate: int = 0, progress: Progress = no_progress) -> Simulation:
    """Return a simulation before its first year, having reported that none is done."""
    progress(0, scenario.years.last - scenario.years.first + 1)
    return Simulation(scenario, replicate=replicate)


def finish(
    sim: Simulation,
    progress: Progress = no_progress,
    save_at: Collection[int] = (),
    folder: Path | None = None,
) -> Simulation:
    """Simulate the years that are left, report progress, and save at the end of some years."""
    first, last = sim.setup.years.first, sim.setup.years.last
    while sim.running:
        sim.step()
        done = first + sim.steps - 1
        if folder is not None and done in save_at:
            sim.save(folder / saved_name(done))
        progress(sim.steps, last - first + 1)
    return sim


def saved_name(year: int) -> str:
    """Return the name of the file, in the folder of a run, saved at the end of a year."""
    return f"saved_{year}.npz"


def run_to_folder(
    scenario: Scenario,
    folder: Path,
    replicate: int = 0,
    overwrite: bool = False,
    command: str = "",
    progress: Progress = no_progress,
    save_at: Collection[int] = (),
) -> Simulation:
    """Simulate and write the results; the folder appears whole or not at all.

    Parameters as of `simulate` and `run_folder.new_folder`; `save_at` names years at whose end the
    simulation is saved in the folder, see `model.saved`.

    Raises
    ------
    OutputError
        The folder exists or cannot be written; nothing was simulated yet.
    """
    check_save_at(save_at, scenario.years.first, scenario.years.last)
    run_folder.sweep(folder)
    run_folder.refuse_folder(folder, overwrite)
    return finish_to_folder(
        lambda: begin(scenario, replicate, progress), folder, overwrite, command, progress, save_at
    )


def finish_to_folder(
    begun: Callable[[], Simulation],
    folder: Path,
    overwrite: bool,
    command: str,
    progress: Progress,
    save_at: Collection[int],
) -> Simulation:
    """Finish a simulation and write its results into a folder that may be written."""
    began = time.perf_counter()
    with run_folder.new_folder(folder, overwrite) as draft:
        sim = finish(begun(), progress, save_at, draft)
        write_run(draft, sim, command, began)
        write_report(draft)
    return sim


def check_save_at(years: Collection[int], first: int, last: int) -> None:
    """Raise MinshengError for a year to save at that is not simulated."""
    for year in years:
        if not first <= year <= last:
            raise MinshengError(f"--save-at: must be a year from {first} to {last}, got {year}")


def write_run(draft: Path, sim: Simulation, command: str, began: float) -> None:
    """Write tables and description of a finished run that began at a time of `perf_counter`."""
    description = records.describe(sim, command)
    records.write_tables(draft, records.tables(sim))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else _KILOBYTE
    description["peak_memory_bytes"] = peak * unit
    description["wall_seconds"] = round(time.perf_counter() - began, 3)
    records.write_description(draft, description)


def reproducing_command(
    scenario: str,
    settings: Sequence[str],
    seed: int | None,
    replicate: int,
    reforms: Sequence[str] = (),
) -> str:
    """Return the command that makes the same run again."""
    words = ["minsheng", "run", scenario]
    for file in reforms:
        words += ["--reform", file]
    words += ["--seed", str(seed)] if seed is not None else []
    words += ["--replicate", str(replicate)] if replicate else []
    for setting in settings:
        words += ["--set", setting]
    return shlex.join(words)


def verify(folder: Path, progress: Progress = no_progress, saved: Path | None = None) -> list[str]:
    """Run a run again and compare bit by bit; return what differs, nothing if nothing does.

    A run that went on from a saved simulation goes on from it again: `saved` says where the file
    is now, by default where it was.

    Raises
    ------
    MinshengError
        The folder is not a run, or the saved simulation is not there.
    """
    sim = finish(begin_again(folder, progress, saved), progress)
    differences = changes_since(records.read_description(folder), records.describe(sim, ""))
    with tempfile.TemporaryDirectory() as scratch:
        again = Path(scratch)
        records.write_tables(again, records.tables(sim))
        for name in records.FILES:
            differences += _difference(folder, again, name)
    return differences


def begin_again(
    folder: Path, progress: Progress = no_progress, saved: Path | None = None
) -> Simulation:
    """Return the simulation of a folder before its first year, or where it went on from."""
    scenario, replicate = records.read_scenario(folder)
    origin = records.read_origin(folder)
    if origin is None:
        if saved is not None:
            raise MinshengError(f"{folder} did not go on from a saved simulation; leave --from out")
        return begin(scenario, replicate, progress)
    return load(Simulation, _found(folder, origin, saved), lambda _past, _year: scenario)


def _found(folder: Path, origin: Origin, saved: Path | None) -> Path:
    """Return where the saved simulation of a run is; raises MinshengError if it is not there."""
    file = saved or Path(origin.file)
    if not file.exists():
        raise MinshengError(
            f"{folder} went on from {origin.file}, which is not at {file}; say where it is with "
            f"--from (its hash is {origin.hash})"
        )
    if (found := file_digest(file)) != origin.hash:
        raise MinshengError(
            f"{folder} went on from a file with the hash {origin.hash}; {file} has {found}"
        )
    return file


def _difference(folder: Path, again: Path, name: str) -> list[str]:
    """Compare one table value by value, missing values included."""
    file = f"{name}.parquet"
    try:
        then = pq.read_table(folder / file)
    except (OSError, ValueError) as error:
        return [f"{file} cannot be read: {error}"]
    now = pq.read_table(again / file)
    if then.schema != now.schema or then.num_rows != now.num_rows:
        return [f"{file} has other columns or another number of rows"]
    changed = [column for column in now.column_names if not then[column].equals(now[column])]
    return [f"{file} differs in {', '.join(changed)}"] if changed else []
