"""The charts of the report: pure functions from a table to an inline SVG.

Lines carry their names and last values at their ends, so no chart needs a legend, and every chart
is still readable on a phone; the page lays charts side by side.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup
from scipy.optimize import isotonic_regression

from experiments.report_axes import FULL, Frame, Size, behind, frame, year_ticks
from experiments.report_axes import Scale as Scale
from experiments.report_svg import Words, colour, curve, label, number, picture, straight

WIDTH, HEIGHT = FULL.width, FULL.height
# Colours of the page for a line and for its name.
TONES = {
    "urban": ("urban", "urban-text"),
    "rural": ("rural", "rural-text"),
    "all": ("ink", "ink"),
    "muted": ("muted", "muted"),
    "green": ("green", "green-text"),
    "purple": ("purple", "purple-text"),
}
# Uses of official figures that are drawn open, since the model was not free to miss them.
_HOLLOW = ("fitting", "input")
_LINE, _DASH, _GRID = 1.7, "4 2.5", 1.0
_POINT, _DOT, _DOT_EDGE, _CROSS = 2.4, 2.1, 1.0, 1.8
# Distance of names from the ends of lines, and of one name from the next in text sizes.
_GAP, _LINE_HEIGHT = 5.0, 1.15
_FLOOR = 3.0
_RANK_ROOM = 0.2


def time_chart(
    lines: pd.DataFrame,
    dots: pd.DataFrame,
    marks: Sequence[int],
    scale: Scale,
    words: Words,
    size: Size = FULL,
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
    low, high = int(lines["year"].min()), int(lines["year"].max())
    room = 0.5 if low == high else (high - low) * 0.015
    values = _numbers(lines) + _numbers(dots)
    place = frame(size, scale, (low - room, high + room), values, _names(lines, scale))
    ticks = year_ticks(low, high, are_ends=size is not FULL)
    inside = [year for year in marks if low <= year <= high]
    parts = [*behind(place, ticks, inside), *_lines(place, lines), *_dots(place, dots)]
    return picture(parts, size.width, size.height, words)


def rank_chart(lines: pd.DataFrame, scale: Scale, words: Words) -> Markup:
    """Draw a value by decile; `lines` as for `time_chart`, with the decile as its year."""
    ranks = sorted(int(rank) for rank in lines["year"].unique())
    across = (ranks[0] - _RANK_ROOM, ranks[-1] + _RANK_ROOM)
    place = frame(FULL, scale, across, _numbers(lines), _names(lines, scale))
    parts = behind(place, ranks, ())
    if scale.log:
        left, right, _, _ = place.edges
        parts.append(straight((left, place.y(1)), (right, place.y(1)), "muted", _GRID))
    return picture([*parts, *_lines(place, lines)], FULL.width, FULL.height, words)


def _numbers(table: pd.DataFrame) -> list[float]:
    return [float(value) for value in table["value"] if pd.notna(value)]


def _parts(lines: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the lines in their order."""
    return [(str(name), part) for name, part in lines.groupby("label", sort=False)]


def _end(name: str, part: pd.DataFrame, scale: Scale) -> str:
    """Return what stands at the end of a line: its name and last value."""
    return f"{name} {scale.shown(_numbers(part)[-1])}".strip()


def _names(lines: pd.DataFrame, scale: Scale) -> list[str]:
    return [_end(name, part, scale) for name, part in _parts(lines)]


def _lines(place: Frame, lines: pd.DataFrame) -> list[str]:
    """Return the lines, and at their ends their names."""
    drawn, ends = [], []
    for name, part in _parts(lines):
        tone = str(part["tone"].iloc[0])
        dashed = "dashed" in part and bool(part["dashed"].iloc[0])
        points = [
            None if pd.isna(value) else (place.x(year), place.y(value))
            for year, value in zip(part["year"], part["value"], strict=True)
        ]
        drawn.append(_line(points, tone, dashed))
        last = place.y(_numbers(part)[-1])
        ends.append((last, _end(name, part, place.scale), TONES[tone][1]))
    return drawn + _named_ends(place, ends)


def _line(points: list[tuple[float, float] | None], tone: str, dashed: bool) -> str:
    """Return a line; what stands alone between nulls is a point."""
    ink = colour(TONES[tone][0])
    around = [None, *points, None]
    alone = [
        f'<circle cx="{number(here[0])}" cy="{number(here[1])}" r="{_POINT}" fill="{ink}"/>'
        for before, here, after in zip(around, points, around[2:], strict=False)
        if here is not None and before is None and after is None
    ]
    dash = f' stroke-dasharray="{_DASH}"' if dashed else ""
    return (
        f'<g class="model {tone}"><path d="{curve(points)}" fill="none" stroke="{ink}" '
        f'stroke-width="{_LINE}" stroke-linejoin="round" stroke-linecap="round"{dash}/>'
        f"{''.join(alone)}</g>"
    )


def _named_ends(place: Frame, ends: list[tuple[float, str, str]]) -> list[str]:
    """Return each line's name and last value beside its end, moved apart where they touch."""
    _, right, _, bottom = place.edges
    wanted = np.array([bottom - y for y, _, _ in ends])
    places = spread(wanted, place.size.text * _LINE_HEIGHT, bottom)
    return [
        label((right + _GAP, bottom - height), text, place.size.text, ink)
        for height, (_, text, ink) in zip(places, ends, strict=True)
    ]


def spread(wanted: np.ndarray, gap: float, top: float) -> np.ndarray:
    """Move places apart to at least `gap`, in their order, up to `top`, as little as possible."""
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(len(wanted))
    # The nearest places in their order that keep the gap: an isotonic regression without it.
    nearest = isotonic_regression(wanted[order].astype(float) - steps).x
    placed = np.empty(len(wanted))
    placed[order] = np.clip(nearest, _FLOOR, max(top - steps[-1], _FLOOR)) + steps
    return placed


def _dots(place: Frame, dots: pd.DataFrame) -> list[str]:
    parts = []
    for use, part in dots.groupby("use", sort=True):
        points = zip(part["year"], part["value"], strict=True)
        drawn = (_dot(place.x(year), place.y(value), str(use)) for year, value in points)
        parts.append(f'<g class="official {use}">{"".join(drawn)}</g>')
    return parts


def _dot(x: float, y: float, use: str) -> str:
    if use == "context":
        path = f"M{number(x - _CROSS)} {number(y - _CROSS)}l{2 * _CROSS} {2 * _CROSS}"
        path += f"m0 {-2 * _CROSS}l{-2 * _CROSS} {2 * _CROSS}"
        return f'<path d="{path}" stroke="{colour("muted")}" stroke-width="{_DOT_EDGE}"/>'
    fill = colour("paper" if use in _HOLLOW else "ink")
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{_DOT}" fill="{fill}" '
        f'stroke="{colour("ink")}" stroke-width="{_DOT_EDGE}"/>'
    )
