"""The two pictures of the report that are not charts: the tile map and who paid whom."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path as Outline

from experiments.report_charts import POINTS_PER_INCH, WIDTH, spread
from experiments.report_svg import CLASS, FLOW, INK, MUTED, RULE, RURAL, Words, to_svg

_SHORT = {"Inner Mongolia": "In. Mong.", "Heilongjiang": "Heilongj."}
# Fixed, since the tiles keep their colours on a dark page.
_DARK_TEXT, _LIGHT_TEXT = "#1a1a1a", "#ffffff"
# Relative luminance of a tile on which dark and light text have the same contrast (WCAG 2).
_SAME_CONTRAST = 0.2
_GAMMA = 2.2
# The palest shades would not show as tiles, and names could hardly be read on the deepest.
_PALEST, _DEEPEST = 0.05, 0.68
_RED, _GREEN, _BLUE = 0.2126, 0.7152, 0.0722
_GAP = 2.4
_LEGEND_STEPS = 6
_TRILLION = 1e12
_FLOW_HEIGHT, _EDGE = 300.0, 14.0
_SIDE, _BAR = 86.0, 8.0
_BETWEEN, _LABEL = 16.0, 26.0


def tile_map(tiles: pd.DataFrame, top: float, colours: str, digits: int, words: Words) -> Markup:
    """Draw the provinces as tiles, shaded from zero to `top`.

    Parameters
    ----------
    tiles : DataFrame
        Columns name, column, row (0 is the north), value (percent); null tiles stay empty.
    top : float
        Value of the deepest shade, above zero.
    colours : str
        A sequential colour map of matplotlib whose lightness falls steadily.
    """
    columns, rows = int(tiles["column"].max()) + 1, int(tiles["row"].max()) + 1
    side = WIDTH / columns
    figure, axes = _canvas(columns * side, rows * side)
    shades = colormaps[colours]
    named = zip(tiles["name"], tiles["column"], tiles["row"], tiles["value"], strict=True)
    for name, column, row, value in named:
        fill = None if np.isnan(value) else _shade(shades, float(value) / top)
        _tile(axes, (column * side, row * side), side, fill)
        text = "–" if fill is None else f"{value:.{digits}f}"
        style: dict[str, Any] = {"ha": "center", "va": "center", "color": _on(fill)}
        middle = (column + 0.5) * side
        axes.text(middle, (row + 0.33) * side, _SHORT.get(name, name), fontsize=8.7, **style)
        axes.text(middle, (row + 0.66) * side, text, fontsize=12.5, **style)
    _legend(axes, shades, top, digits, side)
    return to_svg(figure, words)


def _shade(shades: Colormap, share: float) -> tuple[float, ...]:
    return tuple(shades(_PALEST + (_DEEPEST - _PALEST) * min(share, 1)))


def _on(fill: tuple[float, ...] | None) -> str:
    """Return the colour of text that can be read on a tile."""
    if fill is None:
        return MUTED
    red, green, blue = (channel**_GAMMA for channel in fill[:3])
    luminance = _RED * red + _GREEN * green + _BLUE * blue
    return _DARK_TEXT if luminance > _SAME_CONTRAST else _LIGHT_TEXT


def _tile(
    axes: Axes, corner: tuple[float, float], side: float, fill: tuple[float, ...] | None
) -> None:
    x, y = corner
    outline = FancyBboxPatch((x + _GAP / 2, y + _GAP / 2), side - _GAP, side - _GAP)
    outline.set(facecolor=fill or "none", edgecolor=RULE if fill else MUTED, linewidth=0.5)
    outline.set(boxstyle="round,pad=0,rounding_size=3", gid=f"{CLASS}tile")
    axes.add_patch(outline)


def _legend(axes: Axes, shades: Colormap, top: float, digits: int, side: float) -> None:
    """Draw the scale into the empty corner in the north-west."""
    left, above, width, height = 4.0, side * 0.45, side * 2.2, 9.0
    step = width / _LEGEND_STEPS
    for number in range(_LEGEND_STEPS):
        colour = _shade(shades, number / (_LEGEND_STEPS - 1))
        corner = (left + number * step, above)
        axes.add_patch(Rectangle(corner, step, height, linewidth=0, facecolor=colour))
    style: dict[str, Any] = {"fontsize": 9, "color": MUTED, "va": "bottom"}
    axes.text(left, above - 3, "0%", ha="left", **style)
    axes.text(left + width, above - 3, f"{top:.{digits}f}%", ha="right", **style)


def flow_picture(flows: pd.DataFrame, accounts: Sequence[str], words: Words) -> Markup:
    """Draw payments from payers (left) to payees (right) as bands, as wide as the sums.

    Parameters
    ----------
    flows : DataFrame
        Columns payer, payee, purpose, yuan.
    accounts : sequence of str
        Order from top to bottom.
    """
    figure, axes = _canvas(WIDTH, _FLOW_HEIGHT)
    used = [name for name in accounts if name in {*flows["payer"], *flows["payee"]}]
    room = _FLOW_HEIGHT - 2 * _EDGE - _BETWEEN * (len(used) - 1)
    unit = room / float(flows["yuan"].sum())
    sums = {side: flows.groupby(side)["yuan"].sum().reindex(used).dropna()
            for side in ("payer", "payee")}  # fmt: skip
    begins = {"payer": _stack(axes, sums["payer"], unit, at_left=True),
              "payee": _stack(axes, sums["payee"], unit, at_left=False)}  # fmt: skip
    order = {name: number for number, name in enumerate(used)}
    rows = flows.assign(a=flows["payer"].map(order), b=flows["payee"].map(order))
    rows = rows.sort_values(["a", "b", "purpose"], kind="stable")
    columns = (rows[name] for name in ("payer", "payee", "purpose", "yuan"))
    for payer, payee, purpose, yuan in zip(*columns, strict=True):
        width = float(yuan) * unit
        ends = (begins["payer"][payer], begins["payee"][payee])
        _band(axes, ends, width, assistance=purpose.endswith("_dibao"))
        begins["payer"][payer] += width
        begins["payee"][payee] += width
    return to_svg(figure, words)


def _stack(axes: Axes, sums: "pd.Series[float]", unit: float, at_left: bool) -> dict[str, float]:
    """Draw the bars of one side with their names; return where each begins."""
    heights = sums.to_numpy(float) * unit
    between = (_FLOW_HEIGHT - 2 * _EDGE - heights.sum()) / max(len(sums) - 1, 1)
    begins = _EDGE + np.concatenate([[0.0], np.cumsum(heights + between)[:-1]])
    middles = spread(_FLOW_HEIGHT - begins - heights / 2, _LABEL, _FLOW_HEIGHT - _EDGE)
    x = _SIDE if at_left else WIDTH - _SIDE - _BAR
    at, align = (x - 6, "right") if at_left else (x + _BAR + 6, "left")
    for name, begin, height, middle in zip(sums.index, begins, heights, middles, strict=True):
        bar = Rectangle((x, begin), _BAR, max(height, 0.8), facecolor=INK, linewidth=0)
        axes.add_patch(bar)
        text = f"{name.replace('_', ' ')}\n{sums[name] / _TRILLION:,.2f}"
        axes.text(at, _FLOW_HEIGHT - middle, text, va="center", ha=align, fontsize=10, color=INK,
                  linespacing=1.15)  # fmt: skip
    return dict(zip(map(str, sums.index), map(float, begins), strict=True))


def _band(axes: Axes, ends: tuple[float, float], width: float, assistance: bool) -> None:
    (start, end), x0, x1 = ends, _SIDE + _BAR, WIDTH - _SIDE - _BAR
    bend = (x0 + x1) / 2
    width = max(width, 1.2 if assistance else 0.5)
    corners = [
        (x0, start), (bend, start), (bend, end), (x1, end), (x1, end + width),
        (bend, end + width), (bend, start + width), (x0, start + width), (x0, start),
    ]  # fmt: skip
    curve = [Outline.CURVE4] * 3
    codes = [Outline.MOVETO, *curve, Outline.LINETO, *curve, Outline.CLOSEPOLY]
    band = PathPatch(Outline(corners, codes), linewidth=0, zorder=2 if assistance else 1)
    band.set(facecolor=RURAL if assistance else FLOW, alpha=1 if assistance else 0.42)
    band.set(gid=f"{CLASS}{'assistance' if assistance else 'flow'}")
    axes.add_patch(band)


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return empty axes in points with the origin at the top left."""
    figure = Figure(figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    return figure, axes


def shared_top(tables: Mapping[int, pd.DataFrame]) -> float:
    """Return the largest value of several tables, zero if there is none."""
    return max((float(v) for table in tables.values() for v in table["value"].dropna()), default=0)
