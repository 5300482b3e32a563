"""The charts of the report: pure functions from a table to an inline SVG.

Every chart is one panel that is still readable on a phone; the page lays panels side by side. Lines
carry their names and last values at their ends, so no chart needs a legend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator
from scipy.optimize import isotonic_regression

from experiments.report_svg import (
    CLASS,
    INK,
    MUTED,
    PAPER,
    RULE,
    RURAL,
    RURAL_TEXT,
    URBAN,
    URBAN_TEXT,
    Words,
    to_svg,
)

WIDTH, HEIGHT = 380, 232
POINTS_PER_INCH = 72
_TEXT, _SMALL = 10, 8.5
_LEFT, _RIGHT, _BOTTOM, _TOP = 40, 76, 24, 18
_LINE_HEIGHT = 13
_MARK_WIDTH = 19
_COLOURS = {"urban": URBAN, "rural": RURAL, "all": INK, "muted": MUTED}
_TEXT_COLOURS = {"urban": URBAN_TEXT, "rural": RURAL_TEXT, "all": INK, "muted": MUTED}
_HOLLOW = ("fitting", "input")
_MANY_YEARS, _SOME_YEARS = 20, 6
_CLOSE_TICK = 0.4
_CENTURY = 100
_FLOOR = 3.0


@dataclass(frozen=True)
class Scale:
    """How values are shown.

    Attributes
    ----------
    digits : int
        Decimals at the ends of the lines.
    suffix : str
        Written behind them, such as ``%``.
    log : bool
        Equal ratios at equal distances.
    top : float or None
        The largest value the axis must reach, for panels that share a scale.
    low : float or None
        Where the axis begins at the latest; zero by default, None for where the data begin.
    """

    digits: int = 1
    suffix: str = ""
    log: bool = False
    top: float | None = None
    low: float | None = 0.0


def time_chart(
    lines: pd.DataFrame,
    dots: pd.DataFrame,
    marks: Sequence[int],
    scale: Scale,
    words: Words,
) -> Markup:
    """Draw the model as lines, official figures as dots and acts of the centre as thin marks.

    Parameters
    ----------
    lines : DataFrame
        Columns year, value, label, tone, and optionally dashed; nulls interrupt a line.
    dots : DataFrame
        Columns year, value, use: filled where held out, open where used, a cross for context.
    marks : sequence of int
        Years of events.
    """
    figure, axes = _panel()
    low, high = int(lines["year"].min()), int(lines["year"].max())
    _frame(axes, scale, lines, dots)
    room = 0.5 if low == high else (high - low) * 0.015
    axes.set_xlim(low - room, high + room)
    axes.xaxis.set_major_locator(FixedLocator(_year_ticks(low, high)))
    _mark(axes, [year for year in marks if low <= year <= high])
    _lines(axes, lines, scale)
    _dots(axes, dots)
    return to_svg(figure, words)


def rank_chart(lines: pd.DataFrame, scale: Scale, words: Words) -> Markup:
    """Draw a value by decile; `lines` as for `time_chart`, with the decile as its year."""
    figure, axes = _panel()
    _frame(axes, scale, lines, lines.iloc[:0])
    ranks = sorted(lines["year"].unique())
    axes.set_xlim(ranks[0] - 0.2, ranks[-1] + 0.2)
    axes.xaxis.set_major_locator(FixedLocator(ranks))
    if scale.log:
        axes.axhline(1, color=RULE, linewidth=1, zorder=1)
    _lines(axes, lines, scale)
    return to_svg(figure, words)


def _panel() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH / POINTS_PER_INCH, HEIGHT / POINTS_PER_INCH))
    width, height = WIDTH - _LEFT - _RIGHT, HEIGHT - _BOTTOM - _TOP
    axes = figure.add_axes(
        (_LEFT / WIDTH, _BOTTOM / HEIGHT, width / WIDTH, height / HEIGHT)
    )  # fmt: skip
    axes.patch.set_visible(False)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.tick_params(length=0, labelsize=_SMALL, labelcolor=MUTED, pad=4)
    axes.tick_params(axis="x", pad=7)
    return figure, axes


def _frame(axes: Axes, scale: Scale, lines: pd.DataFrame, dots: pd.DataFrame) -> None:
    """Set the value axis so that it holds every line and dot."""
    values = pd.concat([lines["value"], dots["value"]]).dropna().to_numpy(float)
    top = max([*values, *([] if scale.top is None else [scale.top])], default=1.0)
    if scale.log:
        axes.set_yscale("log")
        low = min([*values, *([scale.low] if scale.low else [])])
        axes.set_ylim(low / 1.15, top * 1.15)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        low = float(min(values)) if scale.low is None else scale.low
        span = (top - low) or abs(top) or 1.0
        axes.set_ylim(low - (0.08 * span if low else 0), low + 1.06 * span)
        axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}{scale.suffix}"))
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)


def _year_ticks(low: int, high: int) -> list[int]:
    """Return round years and both ends, without crowding the ends."""
    span = high - low
    step = 10 if span > _MANY_YEARS else 5 if span > _SOME_YEARS else 1
    near = _CLOSE_TICK * step
    inner = [year for year in range(low - low % step, high + 1, step)
             if low + near < year < high - near]  # fmt: skip
    return sorted({low, *inner, high})


def _mark(axes: Axes, years: Sequence[int]) -> None:
    """Draw thin marks named by their year, by its last two digits where years are close."""
    low, high = axes.get_xlim()
    unit = (WIDTH - _LEFT - _RIGHT) / (high - low)
    crowded = any((after - before) * unit < _MARK_WIDTH for before, after in pairwise(years))
    for year in years:
        short = f"\N{RIGHT SINGLE QUOTATION MARK}{year % _CENTURY:02d}"
        axes.axvline(year, color=MUTED, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1.5)
        axes.annotate(
            short if crowded else str(year), (year, 1), xycoords=("data", "axes fraction"),
            xytext=(0, 4), textcoords="offset points", ha="center", fontsize=7.5, color=MUTED,
        )  # fmt: skip


def _lines(axes: Axes, lines: pd.DataFrame, scale: Scale) -> None:
    ends = []
    for label, part in lines.groupby("label", sort=False):
        tone = str(part["tone"].iloc[0])
        values = part["value"].to_numpy(float)
        known = np.flatnonzero(~np.isnan(values))
        dashed = "dashed" in part and bool(part["dashed"].iloc[0])
        axes.plot(
            part["year"].to_numpy(), values, color=_COLOURS[tone], linewidth=1.6, zorder=2.5,
            linestyle=(0, (3, 2)) if dashed else "-", solid_capstyle="round",
            marker="o" if len(known) == 1 else "", markersize=4.5, gid=f"{CLASS}model {tone}",
        )  # fmt: skip
        end = values[known[-1]]
        text = f"{label} {end:,.{scale.digits}f}{scale.suffix}"
        ends.append((float(end), text, _TEXT_COLOURS[tone]))
    _name_ends(axes, ends)


def _name_ends(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Write each line's name and last value beside its end, moved apart where they would touch."""
    high = float(axes.get_window_extent().height) * POINTS_PER_INCH / axes.figure.dpi
    at = axes.transLimits.transform(axes.transScale.transform([(1, value) for value, _, _ in ends]))
    places = spread(at[:, 1] * high, _LINE_HEIGHT, high)
    for place, (_, text, colour) in zip(places, ends, strict=True):
        axes.annotate(
            text, (1, 0), xycoords="axes fraction", xytext=(6, place), textcoords="offset points",
            va="center", fontsize=_TEXT, color=colour, linespacing=1.1, annotation_clip=False,
        )  # fmt: skip


def spread(wanted: np.ndarray, gap: float, top: float) -> np.ndarray:
    """Move places apart to at least `gap`, in their order, up to `top`, as little as possible."""
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(len(wanted))
    # The nearest places in their order that keep the gap: an isotonic regression without it.
    nearest = isotonic_regression(wanted[order].astype(float) - steps).x
    placed = np.empty(len(wanted))
    placed[order] = np.clip(nearest, _FLOOR, max(top - steps[-1], _FLOOR)) + steps
    return placed


def _dots(axes: Axes, dots: pd.DataFrame) -> None:
    for use, part in dots.groupby("use", sort=True):
        style: dict[str, Any] = {"marker": "o", "markersize": 4.2, "markeredgewidth": 1.0}
        if use == "context":
            style |= {"marker": "x", "markersize": 3.6, "color": MUTED}
        else:
            fill = PAPER if use in _HOLLOW else INK
            style |= {"markerfacecolor": fill, "markeredgecolor": INK}
        axes.plot(
            part["year"].to_numpy(), part["value"].to_numpy(float), linestyle="", zorder=3,
            clip_on=False, gid=f"{CLASS}official {use}", **style,
        )  # fmt: skip
