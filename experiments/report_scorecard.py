"""How far the model lies from the official figures: described, not judged by any tolerance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.report_data import Run
from experiments.report_series import Comparison
from model.scenario import KNOWN_SHOCKS, Scenario
from policies.base import discover

# What the use of a figure means for a reader: held out, used, or only for orientation.
CLASSES = {
    "validation": ("validation",),
    "fitted": ("fitting", "input"),
    "context": ("context",),
}


@dataclass(frozen=True)
class Score:
    """How far the model lies from the figures of one series and one class of use.

    Attributes
    ----------
    years : str
        The first and the last year compared.
    n, above, below : int
        Figures compared, and those above and below which the model lies, in the decimals shown.
    deviation, relative : float
        Mean absolute deviation, and the same over the mean of the official figures.
    worst : str
        Where model and figure are farthest apart, with both values.
    """

    comparison: Comparison
    years: str
    n: int
    above: int
    below: int
    deviation: float
    relative: float
    worst: str
    worst_model: float
    worst_official: float

    @property
    def side(self) -> str:
        """Where the model lies, in words: above or below the figures, and in how many cases."""
        if not self.above and not self.below:
            return "on it"
        many, word = max((self.above, "above"), (self.below, "below"))
        if self.n == 1:
            return word
        return f"{word} in " + (f"all {self.n}" if many == self.n else f"{many} of {self.n}")


def scores(every: Sequence[Comparison], use_class: str) -> list[Score]:
    """Return the scores of one class of use, series without a comparable year left out."""
    found = (_score(comparison, CLASSES[use_class]) for comparison in every)
    return [score for score in found if score is not None]


def topics(every: Iterable[Comparison], use_class: str) -> list[str]:
    """Return what the figures of one class of use are about, with their years."""
    years: dict[str, set[int]] = {}
    for comparison in every:
        rows = comparison.pairs[comparison.pairs["use"].isin(CLASSES[use_class])]
        if len(rows):
            years.setdefault(comparison.topic, set()).update(map(int, rows["year"]))
    return [f"{topic} ({_ends(found)})" for topic, found in years.items()]


def departures(run: Run) -> list[str]:
    """Return in words how the scenario differs from history; empty if it does not."""
    scenario = run.scenario
    found = _policies_off(scenario)
    quiet = [shock for shock in KNOWN_SHOCKS if not scenario.has_shock(shock)]
    if len(quiet) == len(KNOWN_SHOCKS):
        found.append("no shock strikes")
    else:
        found += [f"the shock {shock} does not happen" for shock in quiet]
    return found + [reform.in_words() for reform in scenario.reforms]


def _policies_off(scenario: Scenario) -> list[str]:
    """Say which policies are off, or if most are, which are not."""
    on = {name: scenario.policies.get(name, True) for name in discover()}
    titles = {is_on: [policy.title for name, policy in discover().items() if on[name] == is_on]
              for is_on in (True, False)}  # fmt: skip
    if len(titles[False]) <= len(titles[True]):
        return [f"{title} is switched off" for title in titles[False]]
    but = f" but {' and '.join(titles[True])}" if titles[True] else ""
    return [f"all policies{but} are switched off"]


def _score(comparison: Comparison, uses: Sequence[str]) -> Score | None:
    pairs = comparison.pairs
    pairs = pairs[pairs["use"].isin(uses)].dropna(subset=["official", "model"])
    if pairs.empty:
        return None
    gap = (pairs["model"] - pairs["official"]).to_numpy(float)
    worst = pairs.iloc[int(np.abs(gap).argmax())]
    level = float(pairs["official"].abs().mean())
    deviation = float(np.abs(gap).mean())
    return Score(
        comparison,
        years=_ends({int(year) for year in pairs["year"]}),
        n=len(pairs),
        above=int((gap.round(comparison.digits) > 0).sum()),
        below=int((gap.round(comparison.digits) < 0).sum()),
        deviation=deviation,
        relative=deviation / level if level else float("nan"),
        worst=f"{worst['year']} {worst['item']}".strip(),
        worst_model=float(worst["model"]),
        worst_official=float(worst["official"]),
    )


def _ends(years: set[int]) -> str:
    """Return the first and the last year: ``1995–2012``, or ``2010`` where they are the same."""
    first, last = min(years), max(years)
    return str(first) if first == last else f"{first}–{last}"
