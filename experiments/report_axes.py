"""The frame of a chart: sizes, scales, where values stand, ticks and the lines behind the data."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.ticker import LogLocator, MaxNLocator

from experiments.report_svg import label, straight

_MANY_YEARS, _SOME_YEARS = 20, 6
_CLOSE_TICK = 0.4
_CENTURY = 100
_HEADROOM, _LOG_ROOM, _FOOTROOM = 1.06, 1.15, 0.08
_STEPS = [1, 2, 2.5, 5, 10]
_LOG_STEPS = (1, 2, 5)
# Widths of a letter, of a year and of its last two digits with the distance from the next, in
# text sizes.
_LETTER, _YEAR, _SHORT_YEAR = 0.58, 3.2, 1.9
# By how many letters a percent sign is wider than a letter.
_WIDER = 0.8
_PAD = 6.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Size:
    """How large a chart is, in units that are about a pixel on a desktop.

    Attributes
    ----------
    width, height : float
    left, right, bottom, top : float
        Room for what stands beside the data; `right` grows with the names of the lines.
    text, small : float
        Sizes of the names of lines, and of ticks.
    ticks : int
        Values marked on the value axis, at most.
    """

    width: float
    height: float
    left: float
    right: float
    bottom: float
    top: float
    text: float
    small: float
    ticks: int


FULL = Size(380, 226, 38, 44, 22, 18, 11.5, 10, 4)
SMALL = Size(200, 118, 33, 34, 17, 14, 11, 9.5, 2)


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

    def shown(self, value: float) -> str:
        """Return a value as text."""
        if value == 0:
            return f"0{self.suffix}"
        return f"{value:,.{self.digits}f}{self.suffix}".replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True)
class Frame:
    """Where years and values stand in a chart of a size.

    Attributes
    ----------
    right : float
        Room beside the data.
    across, upward : (float, float)
        Least and largest year and value.
    """

    size: Size
    scale: Scale
    right: float
    across: Point
    upward: Point

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom of the data."""
        size = self.size
        return size.left, size.width - self.right, size.top, size.height - size.bottom

    def x(self, year: float) -> float:
        """Return where a year stands."""
        (low, high), (left, right, _, _) = self.across, self.edges
        return left + (year - low) / (high - low) * (right - left)

    def y(self, value: float) -> float:
        """Return where a value stands; at or below zero on a ratio scale, the bottom."""
        (low, high), (_, _, top, bottom) = self.upward, self.edges
        if self.scale.log:
            if value <= 0:
                return bottom
            low, high, value = math.log(low), math.log(high), math.log(value)
        return bottom - (value - low) / (high - low) * (bottom - top)


def frame(
    size: Size, scale: Scale, across: Point, values: Sequence[float], names: Sequence[str]
) -> Frame:
    """Return the frame that holds values, with room for names of lines at its right."""
    longest = max((len(name) + _WIDER * name.count("%") for name in names), default=0)
    right = max(size.right, longest * size.text * _LETTER + _PAD)
    return Frame(size, scale, right, across, _upward(scale, values))


def _upward(scale: Scale, values: Sequence[float]) -> Point:
    """Return the ends of the value axis."""
    top = max([*values, *([] if scale.top is None else [scale.top])], default=1.0)
    if scale.log:
        low = min([*values, *([scale.low] if scale.low else [])])
        return low / _LOG_ROOM, top * _LOG_ROOM
    low = min(values) if scale.low is None else min([scale.low, *values])
    span = (top - low) or abs(top) or 1.0
    return low - (_FOOTROOM * span if low else 0), low + _HEADROOM * span


def behind(place: Frame, ticks: Sequence[int], marks: Sequence[int]) -> list[str]:
    """Return what stands behind the data: value lines, the base, years and marks of events."""
    return [*_values(place), *_years(place, ticks), *_marks(place, marks)]


def _values(place: Frame) -> list[str]:
    left, right, _, _ = place.edges
    is_base = place.upward[0] < 0 and not place.scale.log
    parts = []
    for value in _value_ticks(place):
        y = place.y(value)
        # What lies above zero and what below is told apart by the line between.
        ink = "muted" if is_base and value == 0 else "rule"
        parts.append(straight((left, y), (right, y), ink, 1))
        text = f"{value:,g}{place.scale.suffix}".replace("-", "\N{MINUS SIGN}")
        parts.append(label((left - _PAD, y), text, place.size.small, anchor="end"))
    return parts


def _value_ticks(place: Frame) -> list[float]:
    low, high = place.upward
    if place.scale.log:
        values = LogLocator(subs=_LOG_STEPS).tick_values(low, high)
    else:
        is_whole = not place.scale.digits
        found = MaxNLocator(place.size.ticks, steps=_STEPS, integer=is_whole)
        values = found.tick_values(low, high)
    return [float(value) for value in values if low <= value <= high]


def _years(place: Frame, ticks: Sequence[int]) -> list[str]:
    left, right, _, bottom = place.edges
    parts = [straight((left, bottom), (right, bottom), "muted", 1)]
    below = bottom + (place.size.bottom + _PAD) / 2
    return parts + [label((place.x(year), below), str(year), place.size.small, anchor="middle")
                    for year in ticks]  # fmt: skip


def year_ticks(low: int, high: int, are_ends: bool) -> list[int]:
    """Return round years and both ends, without crowding the ends; or the ends alone."""
    span = high - low
    step = 10 if span > _MANY_YEARS else 5 if span > _SOME_YEARS else 1
    near = _CLOSE_TICK * step
    inner = [year for year in range(low - low % step, high + 1, step)
             if low + near < year < high - near]  # fmt: skip
    return sorted({low, *([] if are_ends else inner), high})


def _marks(place: Frame, years: Sequence[int]) -> list[str]:
    """Return thin marks named by their year, by its last two digits where years are close."""
    _, _, top, bottom = place.edges
    size, parts, last = place.size.small - 1, [], -math.inf
    crowded = any(place.x(after) - place.x(before) < _YEAR * size
                  for before, after in pairwise(years))  # fmt: skip
    for year in years:
        x = place.x(year)
        parts.append(straight((x, top), (x, bottom), "muted", 0.7, "1 2"))
        if x - last >= _SHORT_YEAR * size:
            short = f"\N{RIGHT SINGLE QUOTATION MARK}{year % _CENTURY:02d}"
            text = short if crowded else str(year)
            parts.append(label((x, top - _PAD), text, size, anchor="middle", is_middle=False))
            last = x
    return parts
