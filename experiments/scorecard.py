"""The scorecard: many seeds of a scenario beside every official figure and every pattern.

A figure passes when the median of the seeds lies within the tolerance of its series; a series
passes when four of five of its figures do. Figures that the model starts from are never scored.
Skill compares the model with carrying an official figure forward: one is a perfect model, zero one
no better than the figure, below zero a worse one. `skill` carries the last figure published before
the year, which a model that is given only a start can hardly beat; `skill_from_first` carries the
first figure of the series.

Whether the scores of leaders decide who is promoted is contested in the literature. The first seeds
are therefore simulated again without that tournament; whatever passes with it and fails without it,
or the other way round, is marked as contested.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.parallel import fitting_workers, run_all
from experiments.patterns import patterns, statistics
from experiments.report_data import Run, run_of
from experiments.report_series import Comparison, comparisons
from experiments.run import Progress, no_progress, simulate, write_run
from model.scenario import Scenario
from model.scenario_overrides import resolve
from policies.parameters import ParameterSet

LOW, HIGH = 0.1, 0.9
"""The band given for every statistic: shares of the seeds below it and not above it."""
PASSING_SHARE = 0.8
"""Figures of a series that must pass."""
_TAGS = {"fitting": "fitted", "validation": "emergent"}
TOURNAMENT = "incentives.careers.score_weight"
"""Weight of scores in the promotion of leaders of counties and provinces; zero in the contrast."""
CONTRASTED = 3
"""Seeds that are simulated again without the tournament, unless a caller says otherwise."""
_WANTED = ("official", "median", "p10", "p90", "accepted_low", "accepted_high")


@dataclass(frozen=True)
class Job:
    """One seed to simulate; its run is written into `draft` if there is one."""

    scenario: Scenario
    draft: Path | None = None
    command: str = ""


@dataclass(frozen=True)
class History:
    """What one seed leaves for the scorecard."""

    seed: int
    compared: list[Comparison]
    statistics: dict[str, float]


@dataclass(frozen=True)
class Scorecard:
    """The scores of a scenario.

    Attributes
    ----------
    scenario : str
    first, last : int
        Years.
    seeds : tuple of int
    figures : DataFrame
        A row for every official figure.
    series : DataFrame
        A row for every series and tag.
    patterns : DataFrame
        A row for every pattern.
    contrasted : int
        Seeds simulated without the tournament as well. Then series and patterns have the columns
        ``without_tournament``, the median of these, and ``contested``, whether the verdict differs
        from that of the same seeds with it.
    """

    scenario: str
    first: int
    last: int
    seeds: tuple[int, ...]
    figures: pd.DataFrame
    series: pd.DataFrame
    patterns: pd.DataFrame
    contrasted: int = 0


def validate(
    scenario: Scenario,
    seeds: int,
    draft: Path | None = None,
    command: str = "",
    workers: int | None = None,
    progress: Progress = no_progress,
    contrasted: int = CONTRASTED,
) -> Scorecard:
    """Simulate a scenario for several seeds, its own and those that follow, and score them.

    Parameters
    ----------
    scenario : Scenario
    seeds : int
        How many.
    draft : Path, optional
        Where the run of the first seed is written to, `command` in its description.
    workers : int, optional
        Processes; as many as there are cores if not given.
    progress : callable
        Called with simulated and all years.
    contrasted : int
        How many of the seeds to simulate without the tournament as well, where there is one.

    Raises
    ------
    MinshengError
        A simulation failed.
    """
    each = [
        scenario.model_copy(update={"seed": scenario.seed + further}) for further in range(seeds)
    ]
    jobs = [Job(one, None if place else draft, command) for place, one in enumerate(each)]
    jobs += [Job(one) for one in _without_tournament(each[:contrasted])]
    span = scenario.years
    years = len(jobs) * (span.last - span.first + 1)
    found = run_all(observe, jobs, years, fitting_workers(each, workers), progress)
    return score(scenario, found[:seeds], found[seeds:])


def _without_tournament(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return scenarios in which scores promote nobody, of those in which they do."""
    weights = ParameterSet.load()
    found = []
    for scenario in scenarios:
        known = scenario.parameters(weights)
        dates = (scenario.years.first, scenario.years.last)
        if any(np.any(known.value(TOURNAMENT, year)) for year in dates):
            zero = np.zeros(np.shape(known.value(TOURNAMENT, dates[0]))).tolist()
            found.append(resolve(scenario, {TOURNAMENT: zero}))
    return found


def observe(job: Job, progress: Progress = no_progress) -> History:
    """Simulate one seed and keep what is compared."""
    began = time.perf_counter()
    sim = simulate(job.scenario, progress=progress)
    if job.draft is not None:
        write_run(job.draft, sim, job.command, began)
    return history(run_of(sim))


def history(run: Run) -> History:
    """Return what is compared of a run."""
    return History(run.scenario.seed, comparisons(run), statistics(run))


def score(
    scenario: Scenario, histories: Sequence[History], without: Sequence[History] = ()
) -> Scorecard:
    """Return the scores of histories of one scenario; some seeds also `without` the tournament."""
    figures = figure_scores(histories)
    series, found = series_scores(figures), pattern_scores(histories)
    if without:
        same = histories[: len(without)]
        series = contested(series, *(series_scores(figure_scores(of)) for of in (same, without)))
        found = contested(found, pattern_scores(same), pattern_scores(without))
    years = scenario.years
    seeds = tuple(one.seed for one in histories)
    return Scorecard(
        scenario.name, years.first, years.last, seeds, figures, series, found, len(without)
    )


def contested(rows: pd.DataFrame, with_it: pd.DataFrame, without: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the median without the tournament, and whether the verdict hangs on it."""
    differs = with_it["passed"] != without["passed"]
    return rows.assign(without_tournament=without["median"], contested=differs.fillna(False))


def figure_scores(histories: Sequence[History]) -> pd.DataFrame:
    """Return every scored figure with median and band of the seeds; null where not recorded."""
    parts = []
    for place, comparison in enumerate(histories[0].compared):
        values = [one.compared[place].pairs["model"].to_numpy(float) for one in histories]
        part = _figures_of(comparison, pd.DataFrame(values))
        parts.append(part[part["tag"].notna()])
    return pd.concat(parts, ignore_index=True)


def _figures_of(comparison: Comparison, values: pd.DataFrame) -> pd.DataFrame:
    pairs = comparison.pairs
    official = pairs["official"]
    allowed = official.map(comparison.tolerance.allowed)
    part = pd.DataFrame(
        {"key": comparison.key, "title": comparison.title, "unit": comparison.unit,
         "digits": comparison.digits, "year": pairs["year"], "item": pairs["item"],
         "official": official}
    )  # fmt: skip
    part = part.assign(**_band(values))
    part["accepted_low"], part["accepted_high"] = official - allowed, official + allowed
    part["tolerance"] = comparison.tolerance.text(comparison.unit)
    part["passed"] = _passes(part)
    part["tag"] = pairs["use"].map(_TAGS)
    if comparison.is_imposed:
        part["tag"] = part["tag"].where(part["tag"].isna(), "imposed")
    known = _known_before(comparison)
    part["known_year"], part["known"] = known["year"], known["official"]
    part["first_known"] = known["first"]
    for name, carried in (("skill", "known"), ("skill_from_first", "first_known")):
        part[name] = _skill(part["median"] - official, part[carried] - official)
    return part


def _band(values: pd.DataFrame) -> "dict[str, pd.Series[float]]":
    """Return median and band of each column, seeds without a value left out."""
    band = values.quantile([LOW, 1 / 2, HIGH])
    return {
        name: pd.Series(row.to_numpy())
        for name, (_, row) in zip(("p10", "median", "p90"), band.iterrows(), strict=True)
    }


def _passes(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Return whether the median lies within what is accepted; null where there is none."""
    inside = rows["median"].between(rows["accepted_low"], rows["accepted_high"])
    passed: pd.Series[bool] = inside.astype("boolean").where(rows["median"].notna())
    return passed


def _known_before(comparison: Comparison) -> pd.DataFrame:
    """Return the last figure of the series before each of its years, whatever its use."""
    pairs = comparison.pairs[["year", "item", "official"]]
    every = pd.concat([part for part in (comparison.before, pairs) if len(part)])
    # The rows of the simulated years come last, so that they are found by their place.
    order = every.reset_index(drop=True).sort_values("year", kind="stable")
    items = order.groupby("item")
    known = items[["year", "official"]].shift()
    known["first"] = items["official"].transform("first").where(known["official"].notna())
    return known.sort_index().tail(len(pairs)).reset_index(drop=True)


def _skill(error: "pd.Series[float]", carried: "pd.Series[float]") -> "pd.Series[float]":
    """Return 1 - |model error| / |error of the last known figure|; null where that is zero."""
    base = carried.abs()
    return 1 - error.abs() / base.where(base > 0)


def series_scores(figures: pd.DataFrame) -> pd.DataFrame:
    """Return a row for every series and tag, with the figures of its last year."""
    rows = []
    for _, part in figures.groupby(["key", "tag"], sort=False):
        last = part.sort_values("year", kind="stable").iloc[-1]
        share = part["passed"].astype(float).mean()
        rows.append(
            {name: last[name] for name in ("key", "title", "unit", "digits")}
            | {"first": part["year"].min(), "year": last["year"], "figures": len(part)}
            | {name: last[name] for name in _WANTED}
            | {"tolerance": last["tolerance"], "passing_share": share,
               "passed": pd.NA if np.isnan(share) else share >= PASSING_SHARE,
               "tag": last["tag"], "skill": _skill_of(part, "known"),
               "skill_from_first": _skill_of(part, "first_known")}
        )  # fmt: skip
    return pd.DataFrame(rows).astype({"passed": "boolean"})


def _skill_of(figures: pd.DataFrame, carried: str) -> float:
    """Return the skill over all figures of a series that have one."""
    known = figures.dropna(subset=["median", carried])
    base = (known[carried] - known["official"]).abs().sum()
    error = (known["median"] - known["official"]).abs().sum()
    return float(1 - error / base) if base > 0 else float("nan")


def pattern_scores(histories: Sequence[History]) -> pd.DataFrame:
    """Return a row for every pattern; of statistics that are 0 or 1 the share of the seeds."""
    rows = []
    for pattern in patterns():
        values = pd.DataFrame([[one.statistics[pattern.number]] for one in histories])
        band = {name: float(column[0]) for name, column in _band(values).items()}
        if pattern.across == "mean":
            band |= dict.fromkeys(("median", "p10", "p90"), float(values[0].mean()))
        rows.append(
            {"key": pattern.number, "title": pattern.title, "unit": pattern.unit,
             "digits": pattern.digits, "official": pattern.target, **band,
             "accepted_low": pattern.low, "accepted_high": pattern.high, "tag": pattern.tag,
             "source": pattern.source}
        )  # fmt: skip
    table = pd.DataFrame(rows)
    return table.assign(passed=_passes(table))
