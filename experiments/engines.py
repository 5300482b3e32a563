"""Engines: where many pieces of work are done. One small interface, four ways to fill it.

``serial``  in this process, one after another
``local``   in processes of this machine (`experiments.engine_local`)
``dask``    on a Dask cluster that exists, or one on this machine (`experiments.engine_dask`)
``ray``     on a Ray cluster that exists, or one on this machine (`experiments.engine_ray`)

An engine gives back what every task came to, in the order in which they end. What a task did it
keeps itself, so an engine has nothing to remember: whoever wants to go on gives it what is left.
"""

import os
import traceback
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, Protocol, TypeVar

from agents.errors import MinshengError, UnknownNameError

Task = TypeVar("Task")
Progress = Callable[[int, int], None]
Work = Callable[[Any, Progress], Any]
"""A function of a module, called with a task and a progress callback for years done and all."""
Advance = Callable[[int, int], None]
"""Called with the place of a task and the years it has done; only some engines know them."""
TRIES = 2
"""How often a task is given to a worker that dies of it."""


@dataclass(frozen=True)
class Ended:
    """What a task came to: its result, or the error that it raised or that ended its worker.

    Attributes
    ----------
    place : int
        Which of the tasks.
    result : object
    error : Exception, optional
        A `LostError` when every worker that was given the task died.
    """

    place: int
    result: Any = None
    error: Exception | None = None


class LostError(MinshengError):
    """Every worker that was given a task died before it was done."""


class WorkError(MinshengError):
    """A task raised an error that is no mistake of the user; its text is the traceback."""


class EngineError(MinshengError):
    """An engine cannot be used."""


class Engine(Protocol):
    """Does tasks somewhere."""

    def run(
        self, work: Work, tasks: Sequence[Any], advance: Advance
    ) -> Generator[Ended, None, None]:
        """Do every task once and yield what it came to; closing the generator stops everything."""


def ignore(place: int, years: int) -> None:
    """Ignore progress."""


@dataclass(frozen=True)
class SerialEngine:
    """Does one task after another in this process."""

    def run(
        self, work: Work, tasks: Sequence[Any], advance: Advance
    ) -> Generator[Ended, None, None]:
        """See `Engine`."""
        for place, task in enumerate(tasks):
            try:
                yield Ended(place, work(task, partial(_report, advance, place)))
            except Exception as error:
                yield Ended(place, error=error)


def _report(advance: Advance, place: int, years: int, _: int) -> None:
    advance(place, years)


def attempt(work: Work, place: int, task: Any, progress: Progress) -> Ended:
    """Do a task in another process; an error becomes text, since not every one survives the way."""
    try:
        return Ended(place, work(task, progress))
    except MinshengError as error:
        return Ended(place, error=MinshengError(str(error)))
    except Exception:
        return Ended(place, error=WorkError(traceback.format_exc()))


ENGINES = {
    "serial": "experiments.engines:SerialEngine",
    "local": "experiments.engine_local:LocalEngine",
    "dask": "experiments.engine_dask:DaskEngine",
    "ray": "experiments.engine_ray:RayEngine",
}


def engine_named(name: str, workers: int | None = None, address: str | None = None) -> Engine:
    """Return an engine.

    Parameters
    ----------
    name : str
        One of `ENGINES`.
    workers : int, optional
        Processes; as many as there are cores. The serial engine has none.
    address : str, optional
        Of a Dask or Ray cluster that exists.

    Raises
    ------
    UnknownNameError
        There is no such engine.
    EngineError
        It takes no address, or what it needs is not installed.
    """
    if name not in ENGINES:
        raise UnknownNameError("engine", name, ENGINES)
    if address and name not in {"dask", "ray"}:
        raise EngineError(f"the engine {name} takes no --address; dask and ray do")
    module, _, kind = ENGINES[name].partition(":")
    try:
        made = getattr(import_module(module), kind)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"dask", "distributed", "ray"}:
            raise
        hint = f"pip install 'minsheng[{name}]'"
        raise EngineError(f"the engine {name} needs {error.name}: {hint}") from None
    size = workers or os.cpu_count() or 1
    settings = {"serial": (), "local": (size,)}.get(name, (size, address))
    engine: Engine = made(*settings)
    return engine
