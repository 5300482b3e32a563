"""What the page shows of a lesson: its set-ups as choices, and its claims in the run on show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan

import pandas as pd

from dashboard.choices import Change, Choices, World
from dashboard.lessons.claims import holds, sides
from dashboard.lessons.lesson import WORLDS, Claim, Lesson, Settings

_SMALL = 10.0
"""Below it a number is shown with three decimals."""


@dataclass(frozen=True)
class Verdict:
    """Whether a claim holds in the run on show, and the two sides as text."""

    holds: bool
    left: str
    right: str


def changes_of(settings: Settings) -> World:
    """Return settings as changes; ``path@2001`` is a change from that year on."""
    found = []
    for path, value in settings.items():
        name, _, year = path.partition("@")
        plain = tuple(value) if isinstance(value, list) else value
        found.append(Change(name, plain, int(year) if year else None))
    return tuple(found)


def choices_of(lesson: Lesson, number: int) -> Choices:
    """Return what a step (from 1) sets up."""
    step = lesson.steps[number - 1]
    a, b = (changes_of(step.settings(world)) for world in WORLDS)
    chosen = Choices(lesson.scenario_of(number), lesson.last_year_of(number), lesson.seed)
    return replace(chosen, a=a, b=b)


def same_set_up(shown: Choices, wanted: Choices) -> bool:
    """Return whether a run is of a set-up, whatever its seed and its number of histories."""
    return replace(shown, seed=wanted.seed, replicates=wanted.replicates) == wanted


def verdict(
    lesson: Lesson,
    claim: Claim,
    shown: Choices,
    national: Mapping[str, Sequence[pd.DataFrame]],
) -> Verdict | None:
    """Return whether a claim holds in a finished run; None where the run is of another set-up."""
    if not same_set_up(shown, choices_of(lesson, claim.step)):
        return None
    # A world that is the same as A is not simulated twice.
    tables = {(claim.step, world): national.get(world, national["A"]) for world in WORLDS}
    if not claim.needs() <= tables.keys():
        return None
    try:
        left, right = sides(claim, tables)
    except KeyError:
        return None
    return Verdict(holds(claim, tables), number(left), number(right))


def number(value: float) -> str:
    """Return a number as claims show it."""
    if isnan(value):
        return "–"
    return f"{value:.3f}" if abs(value) < _SMALL else f"{value:,.0f}"
