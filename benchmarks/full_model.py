"""Time the full model: build and run it over the whole period, in fresh processes.

``python -m benchmarks.full_model SCENARIO [N_HOUSEHOLDS]`` is the child, which prints one
measurement as JSON; the other functions start children and put their numbers together.
"""

import json
import math
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.measure import peak_bytes
from benchmarks.phases import timed_phases
from benchmarks.tables import Table, megabytes, millions

SIZES = (100_000, 300_000, 1_000_000)
PROJECT = Path(__file__).parents[1]
SCENARIO = "historical"
BASELINE_SCENARIO = "tiny"


class FullModelError(RuntimeError):
    """The full model could not be built or run; the text is the last line it printed."""


@dataclass(frozen=True)
class FullModelTime:
    """One run of the full model; seconds are wall time where the name does not say CPU."""

    n_households: int
    n_years: int
    build_seconds: float
    run_seconds: float
    run_cpu_seconds: float
    peak_bytes: int
    phases: dict[str, float]
    baseline_bytes: int

    @property
    def household_years_per_second(self) -> float:
        """Speed of the run in wall time, the build left out."""
        return self.n_households * self.n_years / self.run_seconds

    @property
    def bytes_per_household(self) -> float:
        """Peak memory beyond that of a tiny world, per household."""
        return (self.peak_bytes - self.baseline_bytes) / self.n_households


def time_full_model(households: int) -> FullModelTime:
    """Build and run the model with so many households in a subprocess.

    Raises
    ------
    FullModelError
        If the model cannot be imported, built or run.
    """
    found = run_child(SCENARIO, str(households))
    return FullModelTime(households, baseline_bytes=baseline_bytes(), **found)


@cache
def baseline_bytes() -> int:
    """Peak memory of a tiny world: libraries, geography and parameters."""
    return int(run_child(BASELINE_SCENARIO)["peak_bytes"])


def run_child(*arguments: str) -> dict[str, Any]:
    """Run this file in a fresh process and read what it measured."""
    command = [sys.executable, "-m", "benchmarks.full_model", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last_line = (done.stderr.strip() or "ended without a message").splitlines()[-1]
        raise FullModelError(last_line.replace(f"{PROJECT}{os.sep}", ""))
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(scenario: str, **overrides: int) -> dict[str, Any]:
    """Build and run the model in this process; importing it is not timed."""
    from model.simulation import Simulation

    started = time.perf_counter()
    simulation = Simulation(scenario, **overrides)
    built, cpu_at_built = time.perf_counter(), time.process_time()
    with timed_phases(simulation) as phases:
        simulation.run()
    return {
        "n_years": simulation.steps,
        "build_seconds": built - started,
        "run_seconds": time.perf_counter() - built,
        "run_cpu_seconds": time.process_time() - cpu_at_built,
        "peak_bytes": peak_bytes(),
        "phases": phases,
    }


def growth_exponent(times: list[FullModelTime]) -> float:
    """Slope of log CPU time of the run over log households, by least squares."""
    households = [math.log(time.n_households) for time in times]
    seconds = [math.log(time.run_cpu_seconds) for time in times]
    x_mean, y_mean = sum(households) / len(times), sum(seconds) / len(times)
    spread = sum((x - x_mean) ** 2 for x in households)
    pairs = zip(households, seconds, strict=True)
    return sum((x - x_mean) * (y - y_mean) for x, y in pairs) / spread


def full_model_table(times: list[FullModelTime]) -> Table:
    """Seconds, speed and memory (in all, and beyond a tiny world per household) of every size."""
    header = (
        "households",
        "years",
        "build s",
        "run s",
        "run CPU s",
        "M/s",
        "peak MB",
        "bytes each",
    )
    return Table(
        "Full model: seconds, million household-years per second, memory",
        header,
        [full_model_cells(time) for time in times],
    )


def full_model_cells(time: FullModelTime) -> tuple[str, ...]:
    """One size of the full model as texts."""
    seconds = (time.build_seconds, time.run_seconds, time.run_cpu_seconds)
    return (
        f"{time.n_households:,}",
        str(time.n_years),
        *(f"{second:.1f}" for second in seconds),
        millions(time.household_years_per_second),
        megabytes(time.peak_bytes),
        f"{time.bytes_per_household:,.0f}",
    )


def main(scenario: str, households: str | None = None) -> None:
    """Print one measurement as JSON."""
    overrides = {} if households is None else {"world.households": int(households)}
    print(json.dumps(measure(scenario, **overrides)))


if __name__ == "__main__":
    main(*sys.argv[1:])
