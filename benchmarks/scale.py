"""``python -m benchmarks.scale``: what a household-year costs, and from it the whole country.

Every size is measured in a process of its own; the tables go into ``docs/scale.md``. The largest
takes some ten gigabytes and some minutes, so nothing else should run beside it.
"""

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.crossing import Crossing, measure_crossing
from benchmarks.measure import peak_bytes
from experiments import markdown

PROJECT = Path(__file__).parents[1]
DOCUMENT = PROJECT / "docs" / "scale.md"
SIZES = (100_000, 1_000_000, 4_000_000)
FIRST_YEAR, YEARS, CROSSING_YEAR = 2006, 5, 2010

HOUSEHOLDS_OF_COUNTRY, YEARS_OF_HISTORY, RUNS = 490_000_000, 31, 10_000
NODE_CORES, NODE_BYTES, HEADROOM = 64, 512e9, 1.25
"""Assumptions of the whole-country table; ``docs/scale.md`` says what they mean."""


@dataclass(frozen=True)
class Cost:
    """One measured size; seconds of CPU and of wall time in the years, the build left out."""

    households: int
    years: int
    build_seconds: float
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int

    @property
    def household_years(self) -> int:
        """Simulated household-years."""
        return self.households * self.years


def measure(households: int) -> Cost:
    """Build and run a world on the whole map of counties in this process."""
    from model.simulation import Simulation

    began = time.perf_counter()
    settings = {"years.first": FIRST_YEAR, "years.last": FIRST_YEAR + YEARS - 1}
    sim = Simulation("historical", **settings, **{"world.households": households})
    built, cpu = time.perf_counter(), time.process_time()
    sim.run()
    return Cost(
        households, YEARS, built - began, time.perf_counter() - built,
        time.process_time() - cpu, peak_bytes(),
    )  # fmt: skip


def measured_alone(size: int) -> Cost:
    """Measure a size in a fresh process; raises RuntimeError with its last words."""
    command = [sys.executable, "-m", "benchmarks.scale", "--measure", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
    if done.returncode:
        last = (done.stderr.strip() or "it ended without a message").splitlines()[-1]
        raise RuntimeError(f"{size:,} households: {last}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Cost(**found)


def slope(costs: list[Cost]) -> tuple[float, float]:
    """Return CPU seconds a household-year and bytes a household, those of the largest worlds.

    Two sizes tell what each further household takes; one alone counts all of it for households.
    """
    *_, large = sorted(costs, key=lambda cost: cost.households)
    others = [cost for cost in costs if cost.households < large.households]
    if not others:
        return large.cpu_seconds / large.household_years, large.peak_bytes / large.households
    small = max(others, key=lambda cost: cost.households)
    more = large.households - small.households
    cpu = (large.cpu_seconds - small.cpu_seconds) / (more * large.years)
    return cpu, (large.peak_bytes - small.peak_bytes) / more


def cost_table(costs: list[Cost]) -> str:
    """Return the measurements."""
    heads = ["households", "years", "build s", "years s", "CPU s", "µs CPU a household-year",
             "peak MB", "bytes a household"]  # fmt: skip
    rows = [
        [
            f"{cost.households:,}", str(cost.years), f"{cost.build_seconds:.1f}",
            f"{cost.wall_seconds:.1f}", f"{cost.cpu_seconds:.1f}",
            f"{cost.cpu_seconds / cost.household_years * 1e6:.1f}",
            f"{cost.peak_bytes / 1e6:,.0f}", f"{cost.peak_bytes / cost.households:,.0f}",
        ]
        for cost in costs
    ]  # fmt: skip
    return markdown.table(heads, rows, numbers=len(heads))


def country_table(costs: list[Cost]) -> str:
    """Return what the whole country and a sweep of it would take."""
    seconds, size = slope(costs)
    national = seconds * HOUSEHOLDS_OF_COUNTRY * YEARS_OF_HISTORY
    needed = size * HOUSEHOLDS_OF_COUNTRY * HEADROOM
    nodes = -(-needed // NODE_BYTES)
    hours = national / 3600
    sweep = hours * RUNS
    rows = [
        ["memory of one national run, with headroom", f"{needed / 1e12:.2f} TB"],
        ["nodes that hold it", f"{nodes:.0f}"],
        ["CPU of one national run, 31 years", f"{hours:,.1f} core-hours"],
        ["on the cores of these nodes", f"{hours / (nodes * NODE_CORES) * 60:,.1f} minutes"],
        ["of one core, were there memory for it", f"{hours / 24:,.1f} days"],
        [f"{RUNS:,} national runs", f"{sweep:,.0f} core-hours"],
        [f"on 100 nodes of {NODE_CORES} cores", f"{sweep / (100 * NODE_CORES) / 24:,.1f} days"],
        [
            f"{RUNS:,} runs of 100,000 households instead",
            f"{costs[0].cpu_seconds / costs[0].years * YEARS_OF_HISTORY * RUNS / 3600:,.0f} "
            "core-hours",
        ],
    ]
    return markdown.table(["what", "how much"], rows, numbers=1)


def crossing_table(found: list[Crossing]) -> str:
    """Return what crosses provinces in a year."""
    rows = [[c.what, c.direction, f"{c.items:,}", f"{c.n_bytes / 1e3:,.1f}"] for c in found]
    return markdown.table(["what", "from whom to whom", "items", "kB a year"], rows, numbers=2)


def main() -> None:
    """Measure and write the tables; or, as a child, print one measurement."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--measure", type=int, help="one size, in this process")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--dry", action="store_true", help="print, and leave the document")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(vars(measure(options.measure))))
        return
    costs = [measured_alone(size) for size in options.sizes]
    sections = {
        "measured": cost_table(costs),
        "country": country_table(costs),
        "crossing": crossing_table(measure_crossing(options.sizes[0], CROSSING_YEAR)),
    }
    print("\n\n".join(sections.values()))
    if not options.dry:
        markdown.rewrite(DOCUMENT, sections)


if __name__ == "__main__":
    main()
