"""What a child process does: simulate two worlds side by side, or tell the story of a household.

A child talks through one pipe: it sends messages and takes the commands of `Pace`. It ends with
the pipe, so a server that dies leaves no simulation behind.
"""

import contextlib
import gc
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agents.errors import MinshengError
from agents.table import Float
from dashboard.choices import WORLDS, Choices
from dashboard.reproduce import command
from experiments.explain import explain_household
from experiments.gains import gains, side_of
from experiments.report import write_report
from experiments.run import write_run
from model.run_folder import new_folder
from model.simulation import Simulation

BETWEEN = 0.2
"""Seconds between two messages, since each one redraws the page."""
PAUSE, RESUME, STEP = "pause", "resume", "step"


@dataclass(frozen=True)
class Row:
    """The national outcomes of one world in one year."""

    world: str
    replicate: int
    year: int
    values: Float


@dataclass(frozen=True)
class Advanced:
    """Years that have been simulated since the last message.

    Attributes
    ----------
    done, total : int
        Steps of a year, of all worlds and replicates.
    columns : list of str
        Names of the outcomes.
    """

    done: int
    total: int
    year: int
    replicate: int
    is_paused: bool
    rows: list[Row]
    columns: list[str]


@dataclass(frozen=True)
class Written:
    """The first replicate is done: its folders are there, by world, and winners and losers."""

    folders: dict[str, Path]
    gains: pd.DataFrame | None


@dataclass(frozen=True)
class Answer:
    """The last message of a child that was asked for one thing."""

    value: Any


@dataclass(frozen=True)
class Refusal:
    """Why there is no answer, in words for the visitor."""

    text: str


Job = Callable[[Connection], object]


def work(job: Job, connection: Connection) -> None:
    """Do a job in a child process; what it returns, or why it fails, is the last message."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends the child
    with contextlib.suppress(BrokenPipeError, EOFError):
        try:
            connection.send(Answer(job(connection)))
        except MinshengError as error:
            connection.send(Refusal(str(error)))
        except MemoryError:
            connection.send(Refusal("There is not enough memory for this world."))


@dataclass
class Pace:
    """Whether to go on with the next year, as the visitor says."""

    connection: Connection
    is_paused: bool = False
    steps: int = 0

    def hear(self) -> None:
        """Take the commands that have come."""
        while self.connection.poll():
            self._obey(self.connection.recv())

    def wait(self) -> None:
        """Return when the next year may be simulated."""
        while self.is_paused and not self.steps:
            self._obey(self.connection.recv())
        self.steps = max(self.steps - 1, 0)

    def _obey(self, command: str) -> None:
        self.is_paused = command != RESUME
        self.steps = self.steps + 1 if command == STEP else 0


@dataclass
class Simulating:
    """Simulate all worlds of a set-up, year by year, and all replicates one after another."""

    choices: Choices
    directory: Path
    done: int = 0
    total: int = 0
    rows: list[Row] = field(default_factory=list)
    last: float = 0.0

    def __call__(self, connection: Connection) -> None:
        """Do it; what comes out goes through the connection."""
        scenarios = self.choices.scenarios()
        pace = Pace(connection)
        years = [scenario.years.last - scenario.years.first + 1 for scenario in scenarios.values()]
        self.total = sum(years) * self.choices.replicates
        for replicate in range(self.choices.replicates):
            began = time.perf_counter()
            self._tell(connection, scenarios[WORLDS[0]].years.first - 1, replicate, False, [])
            sims = {
                name: Simulation(scenario, replicate=replicate)
                for name, scenario in scenarios.items()
            }
            while sims[WORLDS[0]].running:
                self._year(connection, pace, sims, replicate)
            if replicate == 0:
                connection.send(self._write(sims, began))
            del sims
            gc.collect()  # a world refers to itself; the next would need as much again

    def _year(
        self, connection: Connection, pace: Pace, sims: dict[str, Simulation], replicate: int
    ) -> None:
        pace.hear()
        if pace.is_paused and not pace.steps:
            year = sims[WORLDS[0]].year - 1
            self._tell(connection, year, replicate, True, [])
        pace.wait()
        year = sims[WORLDS[0]].year
        names: list[str] = []
        for world, sim in sims.items():
            sim.step()
            names = list(sim.datacollector.model_vars)
            self.rows.append(Row(world, replicate, year, latest(sim)))
            self.done += 1
        is_due = time.monotonic() - self.last > BETWEEN
        if is_due or pace.is_paused or not sims[WORLDS[0]].running:
            self._tell(connection, year, replicate, pace.is_paused, names)

    def _tell(
        self,
        connection: Connection,
        year: int,
        replicate: int,
        is_paused: bool,
        names: list[str],
    ) -> None:
        """Send what is known; rows are kept back until their names are sent with them."""
        rows = self.rows if names else []
        connection.send(Advanced(self.done, self.total, year, replicate, is_paused, rows, names))
        if names:
            self.rows = []
        self.last = time.monotonic()

    def _write(self, sims: dict[str, Simulation], began: float) -> Written:
        """Write the folder of each world, and find who wins and who loses."""
        folders = {}
        for name, sim in sims.items():
            folders[name] = self.directory / name
            with new_folder(folders[name], overwrite=False) as draft:
                write_run(draft, sim, command(self.choices, name), began)
        sides = [side_of(sim) for sim in sims.values()]
        return Written(folders, gains(*sides) if len(sides) > 1 else None)


def latest(sim: Simulation) -> Float:
    """Return the national outcomes of the year that has ended, in the order of their names."""
    values = (column[-1] for column in sim.datacollector.model_vars.values())
    return np.array([np.nan if value is None else value for value in values], np.float64)


@dataclass(frozen=True)
class Explaining:
    """Make a run again and follow one household; answers with a `Story`."""

    folder: Path
    household: int

    def __call__(self, connection: Connection) -> object:
        """Do it."""
        years: list[str] = []

        def tell(done: int, total: int) -> None:
            connection.send(Advanced(done, total, 0, 0, False, [], years))

        return explain_household(self.folder, self.household, tell)


@dataclass(frozen=True)
class Reporting:
    """Write the report of a run folder; answers with its file."""

    folder: Path

    def __call__(self, connection: Connection) -> object:
        """Do it."""
        write_report(self.folder)
        return self.folder / "report.html"
