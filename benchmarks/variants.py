"""Measure both variants of the reference year, each run in a fresh process, in turns."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from rich.console import Console

from benchmarks.agreement import Comparison, compare
from benchmarks.tables import Table, megabytes, millions

COLUMNS, SHUFFLE_DO, DO = "columns", "mesa shuffle_do", "mesa do"
TWO_ROUNDS = (COLUMNS, SHUFFLE_DO, COLUMNS, DO) * 2 + (COLUMNS,)


@dataclass(frozen=True)
class Size:
    """How one number of households is measured.

    The order alternates the variants, so that a machine that slows down slows them all.
    """

    n_households: int
    column_years: int
    mesa_years: int
    order: tuple[str, ...]

    def timed_years(self, variant: str) -> int:
        """Years timed in one process."""
        return self.column_years if variant == COLUMNS else self.mesa_years

    def without_mesa(self) -> "Size":
        """Measure the same size for the columns alone."""
        return Size(self.n_households, self.column_years, self.mesa_years, (COLUMNS, COLUMNS))


SIZES = (
    Size(10_000, 40, 10, TWO_ROUNDS),
    Size(100_000, 40, 5, TWO_ROUNDS),
    Size(1_000_000, 10, 2, (COLUMNS, SHUFFLE_DO, COLUMNS)),
)


@dataclass
class Measured:
    """What all processes of one variant at one size found; seconds are those of single years."""

    cpu_seconds: list[float] = field(default_factory=list)
    wall_seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0
    outcomes: list[list[float]] = field(default_factory=list)


Measurements = dict[str, Measured]


def measure_size(size: Size, console: Console) -> Measurements:
    """Run the variants in turns and pool the years of each."""
    found: Measurements = defaultdict(Measured)
    for variant in size.order:
        with console.status(f"{size.n_households:,} households: {variant}"):
            numbers = (size.n_households, size.timed_years(variant), size.mesa_years)
            command = [sys.executable, "-m", "benchmarks.measure", variant, *map(str, numbers)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        child = json.loads(done.stdout)
        measured = found[variant]
        measured.cpu_seconds += child["cpu_seconds"]
        measured.wall_seconds += child["wall_seconds"]
        measured.peak_bytes = max(measured.peak_bytes, child["peak_bytes"])
        measured.outcomes = child["outcomes"]
    return found


def times_mesa(
    found: Measurements,
    variant: str = COLUMNS,
    typical: Callable[[list[float]], float] = median,
) -> float:
    """CPU time of Mesa's ``shuffle_do`` over a variant's, each typical of its single years."""
    return typical(found[SHUFFLE_DO].cpu_seconds) / typical(found[variant].cpu_seconds)


def compare_size(found: Measurements) -> list[Comparison]:
    """Compare the society of the columns with that of the Mesa objects."""
    return compare(np.array(found[COLUMNS].outcomes), np.array(found[SHUFFLE_DO].outcomes))


def speed_table(measurements: dict[int, Measurements]) -> Table:
    """Household-years per second, ratio to Mesa and peak memory of every variant and size."""
    header = (
        "households",
        "variant",
        "M/s, CPU",
        "M/s, wall",
        "times Mesa",
        "peak MB",
    )
    rows = [
        (f"{n_households:,}", variant, *speed_cells(n_households, found, variant))
        for n_households, found in measurements.items()
        for variant in found
    ]
    title = "Reference year: million household-years per second"
    return Table(title, header, rows, n_labels=2)


def speed_cells(n_households: int, found: Measurements, variant: str) -> tuple[str, ...]:
    """Speeds, ratio and memory of one variant as texts."""
    measured = found[variant]
    return (
        millions(n_households / median(measured.cpu_seconds)),
        millions(n_households / median(measured.wall_seconds)),
        f"{times_mesa(found, variant):.1f}" if SHUFFLE_DO in found else "not run",
        megabytes(measured.peak_bytes),
    )


def agreement_table(comparisons: dict[int, list[Comparison]]) -> Table:
    """Both variants' means over counties and their distance in standard errors."""
    header = ("households", "outcome", "columns", "Mesa", "SE apart")
    rows = [
        (f"{n:,}", c.outcome, f"{c.columns:,.4f}", f"{c.mesa:,.4f}", f"{c.standard_errors:+.1f}")
        for n, found in comparisons.items()
        for c in found
    ]
    return Table("Agreement of the two variants", header, rows, n_labels=2)
