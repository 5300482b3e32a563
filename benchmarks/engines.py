"""Time the engines: what a task costs beyond its own time, and how well two cores are used.

Tasks sleep for no time or compute for a set time; what an engine adds is what is left of the wall
time. Engines that are not installed are left out.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.tables import Table
from experiments.engines import Engine, EngineError, engine_named, ignore
from experiments.run import Progress

ENGINES = ("serial", "local", "dask", "ray")
WORKERS = 2
MANY, LONG, SECONDS = 400, 20, 0.5
"""Tasks without work, tasks with work, and the CPU time of one of these."""
TARGET_EFFICIENCY, TARGET_START = 0.9, 0.5


@dataclass(frozen=True)
class EngineTime:
    """What one engine took; seconds of wall time.

    Attributes
    ----------
    name : str
    start_seconds : float
        Until the first result, what loading the model takes once left out for local processes.
    overhead_seconds : float
        For each task that does nothing.
    efficiency : float
        CPU time of the tasks over wall time times workers, from when all of them are at work.
    """

    name: str
    start_seconds: float
    overhead_seconds: float
    efficiency: float


def nothing(task: int, progress: Progress) -> float:
    """Do nothing."""
    return 0.0


def compute(task: float, progress: Progress) -> float:
    """Compute until so much CPU time has passed; return the CPU time."""
    began = time.process_time()
    while time.process_time() - began < task:
        sum(range(1000))
    return time.process_time() - began


def time_engines() -> list[EngineTime]:
    """Time every engine that is installed."""
    found = []
    for name in ENGINES:
        try:
            engine = engine_named(name, WORKERS)
        except EngineError:
            continue
        found.append(time_engine(name, engine, 1 if name == "serial" else WORKERS))
    return found


def time_engine(
    name: str, engine: Engine, workers: int, many: int = MANY, long: int = LONG
) -> EngineTime:
    """Time one engine: a first task, many that do nothing, some that compute."""
    _wall(engine, nothing, [0])  # a server that loads the model is started once
    start, _ = _wall(engine, nothing, [0])
    everything, _ = _wall(engine, nothing, range(many))
    # Until every worker is at work, which takes longer than the first: they start side by side.
    short, _ = _wall(engine, compute, [SECONDS] * workers)
    ready = max(0.0, short - SECONDS)
    wall, cpu = _wall(engine, compute, [SECONDS] * long)
    cores = min(workers, os.cpu_count() or 1)
    overhead = max(0.0, everything - start) / many
    return EngineTime(name, start, overhead, cpu / (max(wall - ready, cpu / cores) * cores))


def _wall(engine: Engine, work: object, tasks: Sequence[float]) -> tuple[float, float]:
    """Return the wall time of tasks, and the CPU time that they report."""
    began = time.perf_counter()
    ended = list(engine.run(work, tasks, ignore))  # type: ignore[arg-type]
    if errors := [end.error for end in ended if end.error is not None]:
        raise errors[0]
    return time.perf_counter() - began, sum(end.result for end in ended)


def engine_table(times: Sequence[EngineTime]) -> Table:
    """Start, overhead and efficiency of every engine."""
    header = ("engine", "first result s", "ms a task", f"efficiency with runs of {SECONDS} s")
    rows = [
        (
            found.name,
            f"{found.start_seconds:.2f}",
            f"{found.overhead_seconds * 1e3:.2f}",
            f"{found.efficiency:.0%}",
        )
        for found in times
    ]
    return Table(f"Engines with {WORKERS} workers", header, rows)


def engine_sentence(times: Sequence[EngineTime]) -> str:
    """Compare the local engine with its aims."""
    local = next(found for found in times if found.name == "local")
    return (
        f"Local workers give a first result after {local.start_seconds:.2f} s "
        f"(aim: {TARGET_START}) and use two cores to {local.efficiency:.0%} "
        f"(aim: {TARGET_EFFICIENCY:.0%}); start-up is not part of the efficiency."
    )
