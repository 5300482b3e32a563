"""Many futures from one past: go on from a saved simulation, with other settings from then on."""

import shlex
from collections.abc import Collection, Sequence
from pathlib import Path

from agents.errors import MinshengError
from experiments.run import Progress, check_save_at, finish_to_folder, no_progress
from model import run_folder
from model.saved import load, read_about
from model.saved_changes import changed
from model.scenario import Scenario
from model.scenario_overrides import parse_set_option
from model.simulation import Simulation


def branch(saved: Path, settings: Sequence[str] = ()) -> Simulation:
    """Return the simulation of a file with settings of a command line; raises MinshengError."""
    return load(Simulation, saved, lambda past, year: _future(past, settings, year))


def branch_to_folder(
    saved: Path,
    settings: Sequence[str],
    folder: Path,
    overwrite: bool = False,
    progress: Progress = no_progress,
    save_at: Collection[int] = (),
) -> Simulation:
    """Go on from a saved simulation and write the results, the years of its past among them.

    Parameters
    ----------
    saved : Path
        File of a simulation, see `model.saved`.
    settings : sequence of str
        As `parse_set_option` reads them; they hold from the first year to come on.
    folder : Path
    overwrite : bool
    progress : callable
    save_at : collection of int
        Years at whose end the simulation is saved again.

    Raises
    ------
    MinshengError
        The file or a setting is refused, no year is left, or the folder cannot be written.
    """
    about = read_about(saved)
    year = about["year"] + 1
    scenario = _future(Scenario.from_dict(about["scenario"]), settings, year)
    if scenario.years.last < year:
        raise MinshengError(
            f"{saved} has reached its last year, {scenario.years.last}; name a later one: --until"
        )
    check_save_at(save_at, year, scenario.years.last)
    _refuse_own_folder(saved, folder)
    run_folder.sweep(folder)
    run_folder.refuse_folder(folder, overwrite)
    progress(year - scenario.years.first, scenario.years.last - scenario.years.first + 1)
    return finish_to_folder(
        lambda: branch(saved, settings),
        folder,
        overwrite,
        _command(saved, settings),
        progress,
        save_at,
    )


def branched_name(saved: Path) -> str:
    """Return the name of the folder of a future for which none was given."""
    about = read_about(saved)
    return f"{about['scenario']['name']}_from_{about['year'] + 1}"


def refuse_start(seed: int | None, replicate: int | None) -> None:
    """Raise MinshengError for what only a simulation that begins can be told."""
    for name, value in (("--seed", seed), ("--replicate", replicate)):
        if value is not None:
            raise MinshengError(
                f"{name}: the saved simulation has its own; another past is another run"
            )


def _future(past: Scenario, settings: Sequence[str], year: int) -> Scenario:
    return changed(past, [parse_set_option(text) for text in settings], year)


def _command(saved: Path, settings: Sequence[str]) -> str:
    """Return the command that makes the same run again."""
    words = ["minsheng", "run", "--from", str(saved)]
    for setting in settings:
        words += ["--set", setting]
    return shlex.join(words)


def _refuse_own_folder(saved: Path, folder: Path) -> None:
    """Raise MinshengError if the results would replace the file they go on from."""
    if folder.resolve() in saved.resolve().parents:
        raise MinshengError(f"{folder} holds the saved simulation {saved}; choose another --out")
