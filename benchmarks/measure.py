"""Time one variant at one size in this process and print the result as JSON.

Run as ``python -m benchmarks.measure VARIANT N_HOUSEHOLDS TIMED_YEARS COMPARED_YEARS``.
Each measurement has its own process, so neither caches nor memory pass from one to another.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.agreement import mean_outcomes

VARIANTS = ("columns", "mesa shuffle_do", "mesa do")
BYTES_PER_KILOBYTE = 1024


class ReferenceYear(Protocol):
    """What both variants offer."""

    outcomes: list[NDArray[np.float64]]

    def step(self) -> None:
        """One reference year."""


def build(variant: str, n_households: int) -> ReferenceYear:
    """Build a variant; imports only what that variant needs, for the sake of its memory."""
    if variant == "columns":
        from benchmarks.columns import ColumnReferenceYear

        return ColumnReferenceYear(n_households)
    from benchmarks.mesa_objects import MesaReferenceYear

    return MesaReferenceYear(n_households, activation=variant.removeprefix("mesa "))


def measure(variant: str, n_households: int, timed: int, compared: int) -> dict[str, Any]:
    """Time single years after a warm-up year; seconds, bytes and county outcomes."""
    society = build(variant, n_households)
    society.step()
    clocks = [(time.process_time(), time.perf_counter())]
    for _ in range(timed):
        society.step()
        clocks.append((time.process_time(), time.perf_counter()))
    cpu, wall = np.diff(clocks, axis=0).T
    return {
        "cpu_seconds": cpu.tolist(),
        "wall_seconds": wall.tolist(),
        "peak_bytes": peak_bytes(),
        "outcomes": mean_outcomes(society.outcomes, compared).tolist(),
    }


def peak_bytes() -> int:
    """Peak resident memory of this process.

    Linux's own record is read first: ``ru_maxrss`` of a fresh child never falls below the
    memory its parent had when it started the child.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * BYTES_PER_KILOBYTE
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * BYTES_PER_KILOBYTE


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], *map(int, sys.argv[2:]))))
