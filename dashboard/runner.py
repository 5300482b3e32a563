"""Simulate in a child process: the page stays responsive and a run can be stopped at any moment.

The child sends simulated years and then its results through a pipe. It ends with the pipe, so a
server that dies leaves no simulation behind.
"""

import contextlib
import gc
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pandas as pd

from agents.errors import MinshengError
from experiments.run import prepare, reproducing_command, simulate
from model.scenario import Scenario
from model.simulation import Simulation

BASELINE, REFORM = "baseline", "reform"
"""Names of the two runs: the scenario as it is, and with the changes."""

# Two simulations at a time is what the design size of two cores bears; others wait.
_SLOTS = threading.BoundedSemaphore(2)
_PATIENCE = 0.2  # seconds between two looks at whether the run is still wanted
_SPAWN = multiprocessing.get_context("spawn")


class RunError(MinshengError):
    """A simulation that gave no result, for a reason the visitor can do something about."""


@dataclass(frozen=True)
class Request:
    """What to simulate.

    Attributes
    ----------
    scenario : str
        Name of a shipped scenario.
    settings : tuple of str
        Settings of both runs, as ``--set`` takes them.
    reform : tuple of str or None
        Settings of the reform, those of both runs included; None without a reform.
    """

    scenario: str
    settings: tuple[str, ...] = ()
    reform: tuple[str, ...] | None = None

    def runs(self) -> dict[str, tuple[str, ...]]:
        """Return the settings by name of the run."""
        reform = {} if self.reform is None else {REFORM: self.reform}
        return {BASELINE: self.settings} | reform

    def commands(self) -> dict[str, str]:
        """Return the command line that makes each run again, by name of the run."""
        runs = self.runs().items()
        return {name: reproducing_command(self.scenario, given, None, 0) for name, given in runs}


@dataclass(frozen=True)
class Progress:
    """How far a run is: years done of the run that is being simulated.

    Attributes
    ----------
    run : str
        Name of the run; empty before the child process is up.
    waiting : bool
        Whether other simulations have to end first.
    """

    run: str = ""
    done: int = 0
    total: int = 0
    waiting: bool = False


@dataclass(frozen=True, eq=False)
class Finished:
    """A request with its results.

    Attributes
    ----------
    scenario : Scenario
        Of the baseline.
    outcomes : dict of str to DataFrame
        By name of the run: one row per year, one column per national outcome, named as in the
        data collector (``poverty_rate/rural``).
    """

    request: Request
    scenario: Scenario
    outcomes: dict[str, pd.DataFrame]


def run_in_child(
    request: Request, report: Callable[[Progress], None], is_wanted: Callable[[], bool]
) -> Finished | None:
    """Simulate what is requested and return it, or None as soon as it is not wanted any more.

    Raises
    ------
    RunError
        The model refused the settings, or the child process died.
    """
    with _slot(report, is_wanted) as got_one:
        if not got_one:
            return None
        receiver, sender = _SPAWN.Pipe(duplex=False)
        child = _SPAWN.Process(target=_work, args=(request, sender), daemon=True)
        child.start()
        sender.close()  # so that reading ends when the child does
        try:
            return _listen(receiver, child, report, is_wanted)
        finally:
            child.terminate()
            child.join()
            receiver.close()


@contextlib.contextmanager
def _slot(report: Callable[[Progress], None], is_wanted: Callable[[], bool]) -> Iterator[bool]:
    """Wait for one of the places for simulations, and say whether it was worth the wait."""
    got_one = _SLOTS.acquire(blocking=False)
    report(Progress(waiting=not got_one))
    while not got_one and is_wanted():
        got_one = _SLOTS.acquire(timeout=_PATIENCE)
    try:
        yield got_one
    finally:
        if got_one:
            _SLOTS.release()


def _listen(
    receiver: Connection,
    child: BaseProcess,
    report: Callable[[Progress], None],
    is_wanted: Callable[[], bool],
) -> Finished | None:
    while is_wanted():
        if not receiver.poll(_PATIENCE):
            continue
        try:
            message = receiver.recv()
        except EOFError:
            raise _death_of(child) from None
        if isinstance(message, Finished):
            return message
        if isinstance(message, str):
            raise RunError(message)
        report(message)
    return None


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


def _work(request: Request, sender: Connection) -> None:
    """Simulate in the child process and send progress, then results or the reason of failure."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends the child
    with contextlib.suppress(BrokenPipeError):
        try:
            sender.send(_finish(request, _Reporter(sender)))
        except MinshengError as error:
            sender.send(str(error))
        except MemoryError:
            sender.send("There is not enough memory for this world; choose a smaller scenario.")


def _finish(request: Request, reporter: "_Reporter") -> Finished:
    scenarios = {name: prepare(request.scenario, given) for name, given in request.runs().items()}
    outcomes = {}
    for name, scenario in scenarios.items():
        reporter.run = name
        outcomes[name] = national_outcomes(simulate(scenario, progress=reporter))
        gc.collect()  # a world refers to itself; two at once would need twice the memory
    return Finished(request, scenarios[BASELINE], outcomes)


def national_outcomes(sim: Simulation) -> pd.DataFrame:
    """Return what the data collector of a finished simulation holds, one row per year."""
    frame: pd.DataFrame = sim.datacollector.get_model_vars_dataframe().astype(float)
    years = sim.setup.years
    return frame.set_axis(pd.RangeIndex(years.first, years.last + 1, name="year"), axis="index")


class _Reporter:
    """Sends simulated years, a few times a second at most, since each one redraws the page."""

    def __init__(self, sender: Connection) -> None:
        self.run = ""
        self._sender = sender
        self._last = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done in {0, total} or now - self._last > _PATIENCE:
            self._last = now
            self._sender.send(Progress(self.run, done, total))
