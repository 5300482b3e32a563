"""Figures of the page: a chart with its title, its unit, and its words for those who hear it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from markupsafe import Markup

from experiments.report_charts import Scale, time_chart
from experiments.report_svg import Words

NO_DOTS = pd.DataFrame(columns=["year", "value", "use"])


@dataclass(frozen=True)
class Panel:
    """A figure of the page: picture, title and unit above it, a note below."""

    title: str
    unit: str
    svg: Markup
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """A chart over time before it is drawn; see `time_chart` for its parts."""

    name: str
    title: str
    unit: str
    lines: pd.DataFrame
    dots: pd.DataFrame
    scale: Scale
    marks: tuple[int, ...] = ()
    note: str = ""


def same_scale(plans: list[Plan]) -> list[Plan]:
    """Give panels that stand side by side one scale."""
    parts = [part["value"] for plan in plans for part in (plan.lines, plan.dots) if len(part)]
    values = [float(value) for part in parts for value in part.dropna()]
    if not values:
        return plans
    top, low = max(values), min(values)
    return [
        replace(
            plan,
            scale=replace(
                plan.scale, top=top, low=0.0 if plan.scale.low == 0 and not plan.scale.log else low
            ),
        )
        for plan in plans
    ]


def draw(plans: Sequence[Plan]) -> list[Panel]:
    """Draw the charts that have data."""
    return list(_drawn(plans))


def _drawn(plans: Sequence[Plan]) -> Iterator[Panel]:
    for plan in plans:
        if len(plan.lines):
            told = told_lines(plan.lines, plan.unit, plan.scale.digits) + _told_dots(plan.dots)
            words = Words(plan.name, plan.title, told)
            svg = time_chart(plan.lines, plan.dots, plan.marks, plan.scale, words)
            yield Panel(plan.title, plan.unit, svg, plan.note)


def told_lines(lines: pd.DataFrame, unit: str, digits: int) -> str:
    """Say in words where the lines of a chart begin and end."""
    parts = []
    for label, line in lines.dropna(subset=["value"]).groupby("label", sort=False):
        first, last = line.iloc[0], line.iloc[-1]
        path = f"{first['value']:,.{digits}f} at {first['year']}"
        if last["year"] != first["year"]:
            path += f", {last['value']:,.{digits}f} at {last['year']}"
        parts.append(f"{label}: {path}")
    return f"{'; '.join(parts)} ({unit})."


def _told_dots(dots: pd.DataFrame) -> str:
    if dots.empty:
        return ""
    return f" {len(dots)} official figures, {dots['year'].min()} to {dots['year'].max()}."
