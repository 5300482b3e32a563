"""Run a scenario into a folder, and check that a run can be reproduced."""

import resource
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from experiments.report import write_report
from model import records, run_folder
from model.memory import available_bytes, check_memory
from model.reform_files import load_reforms, with_reforms
from model.reforms import Sourced
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
    """Return the scenario with the settings of a command line; raises MinshengError."""
    options = [parse_set_option(text) for text in settings]
    if seed is not None:
        options.append(Override("seed", seed, None, "--seed"))
    return resolve_options(scenario, options)


def simulate(
    scenario: Scenario, replicate: int = 0, progress: Progress = no_progress
) -> Simulation:
    """Simulate all years and report progress after each."""
    years = scenario.years.last - scenario.years.first + 1
    progress(0, years)
    sim = Simulation(scenario, replicate=replicate)
    for done in range(1, years + 1):
        sim.step()
        progress(done, years)
    return sim


def run_to_folder(
    scenario: Scenario,
    folder: Path,
    replicate: int = 0,
    overwrite: bool = False,
    command: str = "",
    progress: Progress = no_progress,
) -> Simulation:
    """Simulate and write the results; the folder appears whole or not at all.

    Raises
    ------
    OutputError
        The folder exists or cannot be written; nothing was simulated yet.
    """
    run_folder.sweep(folder)
    run_folder.refuse_folder(folder, overwrite)
    began = time.perf_counter()
    sim = simulate(scenario, replicate, progress)
    with run_folder.new_folder(folder, overwrite) as draft:
        write_run(draft, sim, command, began)
        write_report(draft)
    return sim


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


def verify(folder: Path, progress: Progress = no_progress) -> list[str]:
    """Run a run again and compare bit by bit; return what differs, nothing if nothing does.

    Raises
    ------
    MinshengError
        The folder is not a run.
    """
    scenario, replicate = records.read_scenario(folder)
    sim = simulate(scenario, replicate, progress)
    differences = changes_since(records.read_description(folder), records.describe(sim, ""))
    with tempfile.TemporaryDirectory() as scratch:
        again = Path(scratch)
        records.write_tables(again, records.tables(sim))
        for name in records.FILES:
            differences += _difference(folder, again, name)
    return differences


def changes_since(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say what made results then and is another now: code, data, parameters, versions."""
    changed = [
        f"the {part} changed since the run was made"
        for part, digest in now["hashes"].items()
        if then.get("hashes", {}).get(part) != digest
    ]
    then_versions, now_versions = then.get("versions", {}), now["versions"]
    return changed + [
        f"{name} was {then_versions.get(name)} and is {now_versions[name]}"
        for name in now_versions
        if then_versions.get(name) != now_versions[name]
    ]


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
