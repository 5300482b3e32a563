"""``python -m benchmarks.run``: the reference year in both variants, engines, the full model.

Prints tables and writes them to ``benchmarks/results.md``. Ends with status 1 if the
variants disagree or the full model does not run.
"""

import argparse
import os
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from rich.console import Console

from benchmarks import engines, full_model, variants
from benchmarks.agreement import STANDARD_ERRORS_ALLOWED
from benchmarks.phases import phase_table, services_share, state_share
from benchmarks.tables import Table, megabytes

RESULTS = Path(__file__).with_name("results.md")
TARGET_HOUSEHOLDS, TARGET_RATIO = 100_000, 40
ONLY_IN_FULL_BENCHMARK = 1_000_000
PHASE_SIZES = (100_000, 1_000_000)
WHOLE_MAP = "full"
WHOLE_MAP_TARGET_SECONDS = 240


@dataclass
class Results:
    """Everything the benchmark says: tables, sentences below them, and failures."""

    console: Console
    markdown: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def table(self, table: Table) -> None:
        """Print a table and keep it for the file."""
        self.console.print(table.to_rich())
        self.markdown.append(table.to_markdown())

    def sentence(self, text: str) -> None:
        """Print a sentence and keep it for the file."""
        self.console.print(text, highlight=False, markup=False)
        self.markdown.append(text + "\n")

    def failure(self, text: str) -> None:
        """Say that something failed; the benchmark goes on and ends with status 1."""
        self.failures.append(text)
        self.sentence(f"FAILED: {text}")


def main() -> int:
    """Run the benchmark; 0 if the variants agree and the full model ran."""
    options = parse_arguments()
    results = Results(Console())
    results.sentence(versions())
    time_variants(results, quick=options.quick)
    if options.full_model:
        time_model(results)
    time_engines(results)
    heading = "# Results of the benchmark\n\n`python -m benchmarks.run` writes this file; "
    heading += "`reference_year.md` says what is measured and checked.\n"
    RESULTS.write_text("\n".join([heading, *results.markdown]), encoding="utf-8")
    results.console.print(f"Written to {RESULTS.parent.name}/{RESULTS.name}.", highlight=False)
    return 1 if results.failures else 0


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no Mesa at 1,000,000 households")
    parser.add_argument(
        "--full-model",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="time the full model as well",
    )
    return parser.parse_args()


def versions() -> str:
    """Name what was measured with."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "mesa"))
    return f"Python {python_version()}, {packages}, {os.cpu_count()} cores."


def time_variants(results: Results, *, quick: bool) -> None:
    """Measure, compare and report the reference year at every size."""
    measurements = {
        size.n_households: variants.measure_size(
            size.without_mesa() if quick and size.n_households == ONLY_IN_FULL_BENCHMARK else size,
            results.console,
        )
        for size in variants.SIZES
    }
    comparisons = {
        n_households: variants.compare_size(found)
        for n_households, found in measurements.items()
        if variants.SHUFFLE_DO in found
    }
    results.table(variants.speed_table(measurements))
    results.sentence(ratio_sentence(measurements[TARGET_HOUSEHOLDS]))
    results.table(variants.agreement_table(comparisons))
    for n_households, found in comparisons.items():
        apart = [comparison.outcome for comparison in found if not comparison.agrees]
        if apart:
            results.failure(
                f"the variants differ by more than {STANDARD_ERRORS_ALLOWED:g} standard errors "
                f"at {n_households:,} households in {', '.join(apart)}."
            )


def ratio_sentence(found: variants.Measurements) -> str:
    """Compare the speed at the size that has a target, by medians and by the fastest years."""
    ratio, of_fastest = variants.times_mesa(found), variants.times_mesa(found, typical=min)
    return (
        f"At {TARGET_HOUSEHOLDS:,} households the columns are {ratio:.0f} times as fast as Mesa "
        f"objects with shuffle_do (aim: {TARGET_RATIO}); {of_fastest:.0f} times by the fastest "
        "year of each, which a busy machine disturbs least."
    )


def time_engines(results: Results) -> None:
    """Time the engines of sweeps."""
    with results.console.status("engines"):
        times = engines.time_engines()
    results.table(engines.engine_table(times))
    results.sentence(engines.engine_sentence(times))


def time_model(results: Results) -> None:
    """Time the full model at every size and report how time grows."""
    times = []
    try:
        for households in full_model.SIZES:
            with results.console.status(f"full model: {households:,} households"):
                times.append(full_model.time_full_model(households))
        with results.console.status("full model: every county and township"):
            whole_map = full_model.run_child(WHOLE_MAP)
    except full_model.FullModelError as error:
        results.table(Table("Full model", ("not run", "because"), [("full model", str(error))]))
        results.failure(f"the full model did not run: {error}")
        return
    results.table(full_model.full_model_table(times))
    for time in times:
        if time.n_households in PHASE_SIZES:
            results.table(phase_table(time.phases, time.run_seconds, time.n_households))
            share = state_share(time.phases, time.run_seconds)
            results.sentence(f"Governments take {share:.0%} of the run (aim: less than 20%).")
            share = services_share(time.phases, time.run_seconds)
            results.sentence(f"Services take {share:.1%} of the run (aim: less than 10%).")
    results.sentence(
        "CPU time of the run grows with the number of households to the power "
        f"{full_model.growth_exponent(times):.2f} (aim: at most 1.05)."
    )
    seconds = whole_map["build_seconds"] + whole_map["run_seconds"]
    results.sentence(
        f"The scenario `{WHOLE_MAP}`, every county and township of the map, takes {seconds:.0f} s "
        f"(aim: {WHOLE_MAP_TARGET_SECONDS}) and {megabytes(whole_map['peak_bytes'])} MB for "
        f"{whole_map['n_years']} years."
    )


if __name__ == "__main__":
    sys.exit(main())
