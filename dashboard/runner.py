"""Simulate in a child process: the page stays responsive and a run can be stopped at any moment."""

import multiprocessing
import queue
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pandas as pd

from agents.errors import MinshengError
from agents.table import Float
from dashboard.choices import Choices
from dashboard.limits import check_limits
from dashboard.results import KEPT, Result, Workspace, WorldResult
from dashboard.waiting_line import PATIENCE, Places, places_here
from dashboard.worker import (
    PAUSE,
    RESUME,
    STEP,
    Advanced,
    Answer,
    Explaining,
    Job,
    Refusal,
    Reporting,
    Simulating,
    Written,
    work,
)
from experiments.explain import Story
from model.scenario import Scenario

PLACES = Places(places_here())
LONGEST_PAUSE = 900.0
"""Seconds after which a run that is paused ends, since others may wait for its place."""
_SPAWN = multiprocessing.get_context("spawn")

WAITING, STARTING, RUNNING, PAUSED, WRITING = (
    "waiting", "starting", "running", "paused", "writing"
)  # fmt: skip
IsWanted = Callable[[], bool]


class RunError(MinshengError):
    """A simulation that gave no result, for a reason the visitor can do something about."""


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    phase : str
        ``waiting``, ``starting``, ``running``, ``paused`` or ``writing``.
    in_line : int
        Number in the line of those who wait.
    year : int
        The last that has ended.
    replicate : int
        The one that is being simulated, from 0.
    done, total : int
        Years of all worlds and replicates.
    seconds_left : float or None
        None while nothing is known.
    """

    phase: str = STARTING
    in_line: int = 0
    year: int = 0
    replicate: int = 0
    done: int = 0
    total: int = 0
    seconds_left: float | None = None


class Remote:
    """What a visitor tells a run that goes on."""

    def __init__(self) -> None:
        self._commands: queue.SimpleQueue[str] = queue.SimpleQueue()

    def pause(self) -> None:
        """Wait after the year that is being simulated."""
        self._commands.put(PAUSE)

    def resume(self) -> None:
        """Go on."""
        self._commands.put(RESUME)

    def step(self) -> None:
        """Simulate one more year, then wait."""
        self._commands.put(STEP)

    def taken(self) -> Iterator[str]:
        """Yield the commands that were given since the last look."""
        while not self._commands.empty():
            yield self._commands.get()


def run(
    choices: Choices,
    show: Callable[[Result], None],
    tell: Callable[[Progress], None],
    is_wanted: IsWanted,
    remote: Remote | None = None,
) -> Result | None:
    """Simulate a set-up, or take its result where it is kept.

    Parameters
    ----------
    show : callable
        Called with the result so far, a few times a second.
    tell : callable
        Called with the progress.
    is_wanted : callable
        The run ends as soon as it says no.
    remote : Remote, optional

    Returns
    -------
    Result or None
        None where it was not wanted any more.

    Raises
    ------
    MinshengError
        The model refused the set-up, it is too large, or the child process died.
    """
    if (kept := KEPT.get(choices)) is not None:
        return kept
    scenarios = choices.scenarios()
    check_limits(choices, scenarios)
    growing = Growing(choices, scenarios)
    clock = Clock()

    def hear(message: object) -> None:
        if isinstance(message, Advanced):
            growing.add(message)
            tell(clock.progress(message, choices))
        elif isinstance(message, Written):
            growing.written = message
        show(growing.result(finished=False))

    job = Simulating(choices, growing.workspace.path)
    told = in_child(job, hear, tell, is_wanted, remote)
    if told is None:
        return None
    result = growing.result(finished=True)
    KEPT.keep(result)
    return result


def run_explain(
    folder: Path,
    household: int,
    tell: Callable[[Progress], None] = lambda _: None,
    is_wanted: IsWanted = lambda: True,
) -> Story | None:
    """Tell the story of a household of a run; None where it is not wanted any more.

    Raises
    ------
    MinshengError
        No such household ever existed.
    """
    clock = Clock()

    def hear(message: object) -> None:
        if isinstance(message, Advanced):
            tell(clock.progress(message))

    told = in_child(Explaining(folder, household), hear, tell, is_wanted)
    return told.value if told is not None else None


def run_report(folder: Path, is_wanted: IsWanted = lambda: True) -> bytes | None:
    """Return the report of a run, written on the first call; raises MinshengError."""
    file = folder / "report.html"
    if not file.exists() and in_child(Reporting(folder), _ignore, _ignore, is_wanted) is None:
        return None
    return file.read_bytes()


def _ignore(_: object) -> None:
    """Take a message that nobody waits for."""


@dataclass
class Growing:
    """A result while it grows.

    Attributes
    ----------
    rows : dict
        Values by world, replicate and year.
    """

    choices: Choices
    scenarios: dict[str, Scenario]
    workspace: Workspace = field(default_factory=Workspace)
    rows: dict[str, list[dict[int, Float]]] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    written: Written | None = None

    def add(self, message: Advanced) -> None:
        """Add years that were simulated."""
        self.columns = message.columns or self.columns
        for row in message.rows:
            replicates = self.rows.setdefault(row.world, [])
            if row.replicate == len(replicates):
                replicates.append({})
            replicates[row.replicate][row.year] = row.values

    def result(self, finished: bool) -> Result:
        """Return what is known."""
        written = self.written
        worlds = {
            name: WorldResult(
                tuple(map(self._frame, self.rows.get(name, []))),
                written.folders[name] if written else None,
                scenario,
                self.workspace,
            )
            for name, scenario in self.scenarios.items()
        }
        return Result(self.choices, worlds, written.gains if written else None, finished)

    def _frame(self, rows: dict[int, Float]) -> pd.DataFrame:
        years = pd.Index(list(rows), name="year")
        return pd.DataFrame(np.array(list(rows.values())), index=years, columns=self.columns)


@dataclass
class Clock:
    """How long the rest will take, from the years so far; pauses do not count."""

    spent: float = 0.0
    done: int = 0
    last: float = field(default_factory=time.monotonic)

    def progress(self, message: Advanced, choices: Choices | None = None) -> Progress:
        """Return the progress that a message stands for."""
        now = time.monotonic()
        if message.done > self.done:
            self.spent += now - self.last
            self.done = message.done
        self.last = now
        left = message.total - message.done
        seconds = self.spent / self.done * left if self.done else None
        one = message.total // choices.replicates if choices else message.total
        phase = PAUSED if message.is_paused else RUNNING
        if choices and message.done == one * (message.replicate + 1) and message.replicate == 0:
            phase = WRITING
        return Progress(
            phase, 0, message.year, message.replicate, message.done, message.total, seconds
        )


def in_child(
    job: Job,
    hear: Callable[[object], None],
    tell: Callable[[Progress], None],
    is_wanted: IsWanted,
    remote: Remote | None = None,
) -> Answer | None:
    """Do a job in a child process when there is a place; None where it is not wanted any more."""
    tell(Progress())
    with PLACES.place(lambda at: tell(Progress(WAITING, at)), is_wanted) as got_one:
        if not got_one:
            return None
        tell(Progress())
        ours, theirs = _SPAWN.Pipe()
        child = _SPAWN.Process(target=work, args=(job, theirs), daemon=True)
        child.start()
        theirs.close()  # so that reading ends when the child does
        try:
            return _listen(ours, child, hear, is_wanted, remote or Remote())
        finally:
            child.terminate()
            child.join()
            ours.close()


def _listen(
    pipe: Connection,
    child: BaseProcess,
    hear: Callable[[object], None],
    is_wanted: IsWanted,
    remote: Remote,
) -> Answer | None:
    silent_since: float | None = None
    while is_wanted():
        for command in remote.taken():
            _send(pipe, command)
        if silent_since and time.monotonic() - silent_since > LONGEST_PAUSE:
            raise RunError("The run was paused for too long and has ended; run it again.")
        if not pipe.poll(PATIENCE):
            continue
        try:
            message = pipe.recv()
        except (EOFError, ConnectionResetError):
            raise _death_of(child) from None
        if isinstance(message, Answer):
            return message
        if isinstance(message, Refusal):
            raise RunError(message.text)
        is_paused = isinstance(message, Advanced) and message.is_paused
        silent_since = time.monotonic() if is_paused else None
        hear(message)
    return None


def _send(pipe: Connection, command: str) -> None:
    try:
        pipe.send(command)
    except BrokenPipeError:
        return  # the next look at the pipe finds out why


def _death_of(child: BaseProcess) -> RunError:
    child.join()
    code = child.exitcode or 0
    if code < 0:
        name = signal.Signals(-code).name
        reason = f"the system stopped it ({name}), most often because memory ran out"
        return RunError(f"The simulation gave no result: {reason}. Choose a smaller scenario.")
    return RunError(
        "The simulation gave no result because of a mistake in the model; "
        "the terminal in which the dashboard was started shows where."
    )
