"""Figures of the page: a chart with its title, its unit, and its words for those who hear it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from markupsafe import Markup

from experiments.report_axes import FULL, SMALL, Scale, Size
from experiments.report_charts import time_chart
from experiments.report_series import Comparison
from experiments.report_svg import Words

By = Mapping[str, Comparison]
"""Official figures beside the model, by the key of their link."""
NO_DOTS = pd.DataFrame(columns=["year", "value", "use"])


@dataclass(frozen=True)
class Panel:
    """A figure of the page.

    Attributes
    ----------
    title, unit : str
        Above the picture.
    svg : Markup
    note : str
        Below it.
    uses : frozenset of str
        Kinds of official figures in it.
    """

    title: str
    unit: str
    svg: Markup
    note: str = ""
    uses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Block:
    """Figures that stand together.

    Attributes
    ----------
    panels : list of Panel
    title, text : str
        Above them; empty where the section says it.
    is_small : bool
        Small multiples, five to a row; others stand three to a row.
    """

    panels: list[Panel]
    title: str = ""
    text: str = ""
    is_small: bool = False


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

    @property
    def has_data(self) -> bool:
        """Whether any line is ever above or below zero; a chart of nothing is not drawn."""
        values = self.lines["value"].dropna()
        return bool((values != 0).any())


def dots(by: By, *keys: str) -> pd.DataFrame:
    """Return the official figures of some comparisons as dots of one chart."""
    found = [part for key in keys if key in by and len(part := by[key].dots)]
    return pd.concat(found, ignore_index=True) if found else NO_DOTS


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
                plan.scale,
                top=top,
                low=min(low, 0.0) if plan.scale.low == 0 and not plan.scale.log else low,
            ),
        )
        for plan in plans
    ]


def draw(plans: Sequence[Plan], size: Size = FULL) -> list[Panel]:
    """Draw the charts that have data."""
    return list(_drawn(plans, size))


def block(plans: Sequence[Plan], title: str = "", text: str = "") -> Block:
    """Draw charts that stand together."""
    return Block(draw(plans), title, text)


def small(plans: Sequence[Plan], title: str = "", text: str = "") -> Block:
    """Draw charts as small multiples."""
    return Block(draw(plans, SMALL), title, text, is_small=True)


def _drawn(plans: Sequence[Plan], size: Size) -> Iterator[Panel]:
    for plan in plans:
        if plan.has_data:
            told = told_lines(plan.lines, plan.unit, plan.scale.digits) + _told_dots(plan.dots)
            words = Words(plan.name, plan.title, told)
            svg = time_chart(plan.lines, plan.dots, plan.marks, plan.scale, words, size)
            uses = frozenset(map(str, plan.dots["use"]))
            yield Panel(plan.title, plan.unit, svg, plan.note, uses)


def told_lines(lines: pd.DataFrame, unit: str, digits: int) -> str:
    """Say in words where the lines of a chart begin and end."""
    parts = []
    for label, line in lines.dropna(subset=["value"]).groupby("label", sort=False):
        first, last = line.iloc[0], line.iloc[-1]
        path = f"{first['value']:,.{digits}f} at {first['year']}"
        if last["year"] != first["year"]:
            path += f", {last['value']:,.{digits}f} at {last['year']}"
        parts.append(f"{label!s}: {path}" if label else path)
    return f"{'; '.join(parts)} ({unit})." if unit else f"{'; '.join(parts)}."


def _told_dots(dots: pd.DataFrame) -> str:
    if dots.empty:
        return ""
    return f" {len(dots)} official figures, {dots['year'].min()} to {dots['year'].max()}."
