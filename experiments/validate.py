"""How well a run fits the official figures: the tables of ``docs/validation.md``.

``python -m experiments.validate [RUN]`` reads a run folder (``results/historical`` by default) and
rewrites the generated sections. What each figure may be used for stands in the column ``use`` of
``official.csv``: the model starts from an input, a parameter was chosen for a fitted figure, and
nobody looked at a held-out one.
"""

import sys
from collections import Counter
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from agents.errors import MinshengError
from experiments.markdown import rewrite, table
from experiments.report_data import Run, read_run
from experiments.report_scorecard import scores
from experiments.report_series import Comparison, comparisons
from experiments.validate_diffusion import cities_table, lag_table
from policies.parameters import ParameterSet

DOCUMENT = Path(__file__).parents[1] / "docs" / "validation.md"
USES = {
    "input": "input",
    "fitting": "fitted",
    "validation": "held out",
    "context": "context",
}
"""What the project calls each use, in words for readers."""

# Columns of the dibao table: key of the comparison, head, decimals.
_DIBAO = (
    ("recipients_urban", "urban recipients, million", 1),
    ("recipients_rural", "rural recipients, million", 1),
    ("line_urban", "urban line, yuan/month", 0),
    ("line_rural", "rural line, yuan/month", 0),
)
_AGES = ("age_un_0-14", "age_un_15-59", "age_un_60+", "age_un_65+")
_NEEDED = {"population", "income_urban", "income_rural", "gini_income_academic", "gini_income",
           "poverty_rural", *_AGES}  # fmt: skip
_PERCENT = 100


def sections(run: Run) -> dict[str, str]:
    """Return every generated section by name; raises MinshengError when years are missing."""
    every = comparisons(run)
    by_key = {comparison.key: comparison for comparison in every}
    if missing := sorted(_NEEDED - by_key.keys()):
        raise MinshengError(
            f"the tables need a run of 1993 to 2023; this one has no years for {', '.join(missing)}"
        )
    return {
        "run": run_line(run),
        "first year": first_year_table(every, run.first),
        "ages": age_table(by_key),
        "population": largest_gap_table([by_key["population"]]),
        "incomes": largest_gap_table([by_key["income_urban"], by_key["income_rural"]]),
        "gini": path_table([by_key["gini_income_academic"], by_key["gini_income"]]),
        "poverty": path_table([by_key["poverty_rural"]]),
        "dibao": dibao_table(by_key),
        "held out": held_out_table(every),
        "cities": cities_table(run),
        "lags": lag_table(run),
        "assumptions": assumption_line(ParameterSet.load()),
    }


def run_line(run: Run) -> str:
    """Say which run the numbers are from."""
    scenario = run.scenario
    return (
        f"Scenario `{scenario.name}`, {run.first} to {run.last}, {scenario.world.households:,} "
        f"households in {scenario.world.n_counties} counties, seed {scenario.seed}, replicate "
        f"{run.description['replicate']}: one history, no average over seeds."
    )


def first_year_table(every: Iterable[Comparison], year: int) -> str:
    """Return every official figure of the first year beside the model."""
    rows = [
        (
            f"{comparison.title} {pair['item']}".strip() + f" ({comparison.unit})",
            *_figures(comparison, pair),
        )
        for comparison in every
        for pair in _pairs(comparison)
        if pair["year"] == year
    ]
    return table(("figure", "use", "official", "model", "difference"), rows, numbers=3)


def age_table(by_key: dict[str, Comparison]) -> str:
    """Return how far the age shares are from those of the United Nations after the first year."""
    rows = []
    for key in _AGES:
        gap = _later_gap(by_key[key])
        rows.append((by_key[key].title, *_worst(gap)))
    heads = ("age group", "years", "mean deviation, points", "largest (year)")
    return table(heads, rows, numbers=2)


def largest_gap_table(chosen: Iterable[Comparison]) -> str:
    """Return mean and largest relative deviation over all years after the first."""
    rows = []
    for comparison in chosen:
        pairs = comparison.pairs.dropna(subset="model").set_index("year").iloc[1:]
        gap = _PERCENT * (pairs["model"] / pairs["official"] - 1)
        rows.append((comparison.title, *_worst(gap)))
    return table(("series", "years", "mean deviation, %", "largest (year)"), rows, numbers=2)


def path_table(chosen: Iterable[Comparison]) -> str:
    """Return model and official figure year by year."""
    rows = [
        (str(pair["year"]), comparison.title, *_figures(comparison, pair))
        for comparison in chosen
        for pair in _pairs(comparison)
    ]
    return table(("year", "series", "use", "official", "model", "difference"), rows, numbers=3)


def dibao_table(by_key: dict[str, Comparison]) -> str:
    """Return recipients and lines of dibao, official and model, in every year with a figure."""
    parts = {key: by_key[key].pairs.set_index("year") for key, _, _ in _DIBAO if key in by_key}
    years = sorted({int(year) for part in parts.values() for year in part.index})
    rows = []
    for year in years:
        cells = [_pair(parts.get(key), year, digits) for key, _, digits in _DIBAO]
        rows.append((str(year), *cells))
    heads = ("year", *(f"{head}: official / model" for _, head, _ in _DIBAO))
    return table(heads, rows, numbers=len(_DIBAO))


def held_out_table(every: list[Comparison]) -> str:
    """Return how far the model is from the series that nobody fitted."""
    rows = [
        (score.comparison.title, score.comparison.unit, score.years,
         f"{score.deviation:.{score.comparison.digits}f}", f"{score.relative:.0%}", score.side)
        for score in scores(every, "validation")
    ]  # fmt: skip
    heads = ("series", "unit", "years", "mean deviation", "of the level", "model lies")
    return table(heads, rows)


def assumption_line(parameters: ParameterSet) -> str:
    """Count the parameters by what they rest on."""
    counts = Counter(row.kind for row in parameters.as_rows())
    return (
        f"Of {len(parameters)} parameters {counts['assumption']} are assumptions with a range, "
        f"{counts['study']} follow a study, {counts['statistic']} a statistic and "
        f"{counts['law']} a law."
    )


def _later_gap(comparison: Comparison) -> "pd.Series[float]":
    """Return model less official figure by year, without inputs and figures for context."""
    compared = comparison.pairs["use"].isin(["fitting", "validation"])
    pairs = comparison.pairs[compared].set_index("year")
    gap: pd.Series[float] = (pairs["model"] - pairs["official"]).dropna()
    return gap


def _worst(gap: "pd.Series[float]") -> tuple[str, str, str]:
    """Return years, mean absolute deviation, and the largest deviation with its year."""
    row = int(gap.abs().to_numpy().argmax())
    span = f"{gap.index.min()}–{gap.index.max()}"
    return span, f"{gap.abs().mean():.2f}", f"{gap.iloc[row]:+.2f} ({gap.index[row]})"


def _pairs(comparison: Comparison) -> list[dict[Hashable, Any]]:
    """Return year, item, official, model and use of every figure that the model has a value for."""
    return comparison.pairs.dropna(subset="model").to_dict("records")


def _figures(comparison: Comparison, pair: dict[Hashable, Any]) -> tuple[str, str, str, str]:
    """Return use, official figure, value of the model and their difference as text."""
    digits, official, model = comparison.digits, pair["official"], pair["model"]
    return (
        USES[pair["use"]],
        f"{official:,.{digits}f}",
        f"{model:,.{digits}f}",
        f"{model - official:+,.{digits}f}",
    )


def _pair(part: pd.DataFrame | None, year: int, digits: int) -> str:
    if part is None or year not in part.index:
        return ""
    row = part.loc[year]
    return f"{row['official']:,.{digits}f} / {row['model']:,.{digits}f}"


def main() -> int:
    """Rewrite the generated sections from a run folder."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "results/historical")
    console = Console(highlight=False)
    try:
        changed = rewrite(DOCUMENT, sections(read_run(folder)))
    except MinshengError as error:
        console.print(f"Error: {error}", markup=False)
        return 1
    console.print(f"{DOCUMENT.name}: {'rewritten' if changed else 'up to date'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
