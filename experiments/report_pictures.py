"""The two pictures of the report that are not charts: the tile map and who paid whom."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib import colormaps
from matplotlib.colors import Colormap, to_hex

from experiments.report_charts import WIDTH, spread
from experiments.report_svg import Words, box, colour, label, number, picture

_SHORT = {"Inner Mongolia": "In. Mong.", "Heilongjiang": "Heilongj.", "Guangdong": "Guangd.",
          "Chongqing": "Chongq."}  # fmt: skip
# Fixed, since the tiles keep their colours on a dark page.
_DARK_TEXT, _LIGHT_TEXT = "#1a1a1a", "#ffffff"
# Relative luminance of a tile on which dark and light text have the same contrast (WCAG 2).
_SAME_CONTRAST = 0.2
_GAMMA = 2.2
# The palest shades would not show as tiles, and names could hardly be read on the deepest.
_PALEST, _DEEPEST = 0.05, 0.68
_RED, _GREEN, _BLUE = 0.2126, 0.7152, 0.0722
_GAP, _CORNER = 2.4, 3
_NAME, _VALUE, _LEGEND = 8.6, 12.5, 10
_NAME_AT, _VALUE_AT = 0.33, 0.66
_LEGEND_STEPS = 6
_TRILLION = 1e12
_FLOW_HEIGHT, _EDGE = 300.0, 14.0
_SIDE, _BAR, _LEAST_BAR = 90.0, 8.0, 0.8
_BETWEEN, _LABEL, _FLOW_TEXT = 16.0, 26.0, 10.5
Shade = tuple[float, float, float, float]


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
    shades = colormaps[colours]
    parts = []
    named = zip(tiles["name"], tiles["column"], tiles["row"], tiles["value"], strict=True)
    for name, column, row, value in named:
        fill = None if np.isnan(value) else _shade(shades, float(value) / top)
        shown = "–" if fill is None else f"{value:.{digits}f}"
        parts.append(_tile((column * side, row * side), side, fill, str(name), shown))
    parts += _legend(shades, top, digits, side)
    return picture(parts, columns * side, rows * side, words)


def _shade(shades: Colormap, share: float) -> Shade:
    red, green, blue, full = shades(_PALEST + (_DEEPEST - _PALEST) * min(share, 1))
    return red, green, blue, full


def _on(fill: Shade | None) -> str:
    """Return the colour of text that can be read on a tile."""
    if fill is None:
        return "muted"
    red, green, blue = (channel**_GAMMA for channel in fill[:3])
    luminance = _RED * red + _GREEN * green + _BLUE * blue
    return _DARK_TEXT if luminance > _SAME_CONTRAST else _LIGHT_TEXT


def _tile(
    corner: tuple[float, float], side: float, fill: Shade | None, name: str, shown: str
) -> str:
    x, y = corner
    edge = f' rx="{_CORNER}" class="tile" stroke="{colour("rule" if fill else "muted")}"'
    inner = (x + _GAP / 2, y + _GAP / 2)
    middle, ink = x + side / 2, _on(fill)
    return (
        box(inner, side - _GAP, side - _GAP, to_hex(fill) if fill else "none", edge)
        + label((middle, y + _NAME_AT * side), _SHORT.get(name, name), _NAME, ink, "middle")
        + label((middle, y + _VALUE_AT * side), shown, _VALUE, ink, "middle")
    )


def _legend(shades: Colormap, top: float, digits: int, side: float) -> list[str]:
    """Return the scale, in the empty corner in the north-west."""
    left, above, width, height = 4.0, side * 0.5, side * 2.2, 9.0
    step = width / _LEGEND_STEPS
    steps = [
        box((left + at * step, above), step, height,
            to_hex(_shade(shades, at / (_LEGEND_STEPS - 1))))
        for at in range(_LEGEND_STEPS)
    ]  # fmt: skip
    middle = above - _LEGEND * 2 / 3
    ends = [label((left, middle), "0%", _LEGEND),
            label((left + width, middle), f"{top:.{digits}f}%", _LEGEND, anchor="end")]  # fmt: skip
    return steps + ends


def flow_picture(flows: pd.DataFrame, accounts: Sequence[str], words: Words) -> Markup:
    """Draw payments from payers (left) to payees (right) as bands, as wide as the sums.

    Parameters
    ----------
    flows : DataFrame
        Columns payer, payee, purpose, yuan.
    accounts : sequence of str
        Order from top to bottom.
    """
    used = [name for name in accounts if name in {*flows["payer"], *flows["payee"]}]
    room = _FLOW_HEIGHT - 2 * _EDGE - _BETWEEN * (len(used) - 1)
    unit = room / float(flows["yuan"].sum())
    sums = {side: flows.groupby(side)["yuan"].sum().reindex(used).dropna()
            for side in ("payer", "payee")}  # fmt: skip
    begins = {side: _begins(sums[side].to_numpy(float) * unit) for side in sums}
    bars = [*_stack(sums["payer"], begins["payer"], unit, at_left=True),
            *_stack(sums["payee"], begins["payee"], unit, at_left=False)]  # fmt: skip
    free = {side: dict(zip(map(str, sums[side].index), begins[side], strict=True)) for side in sums}
    return picture([*_bands(flows, used, free, unit), *bars], WIDTH, _FLOW_HEIGHT, words)


def _begins(heights: np.ndarray) -> np.ndarray:
    """Return where the bars of one side begin."""
    between = (_FLOW_HEIGHT - 2 * _EDGE - heights.sum()) / max(len(heights) - 1, 1)
    return _EDGE + np.concatenate([[0.0], np.cumsum(heights + between)[:-1]])


def _stack(sums: "pd.Series[float]", begins: np.ndarray, unit: float, at_left: bool) -> list[str]:
    """Return the bars of one side with their names."""
    heights = sums.to_numpy(float) * unit
    middles = spread(_FLOW_HEIGHT - begins - heights / 2, _LABEL, _FLOW_HEIGHT - _EDGE)
    x = _SIDE if at_left else WIDTH - _SIDE - _BAR
    at, anchor = (x - 6, "end") if at_left else (x + _BAR + 6, "start")
    parts = []
    for name, begin, height, middle in zip(sums.index, begins, heights, middles, strict=True):
        parts.append(box((x, begin), _BAR, max(height, _LEAST_BAR), "ink"))
        y = _FLOW_HEIGHT - middle
        above, below = y - _FLOW_TEXT * 0.6, y + _FLOW_TEXT * 0.6
        parts.append(label((at, above), str(name).replace("_", " "), _FLOW_TEXT, "ink", anchor))
        parts.append(label((at, below), f"{sums[name] / _TRILLION:,.2f}", _FLOW_TEXT, "ink",
                           anchor))  # fmt: skip
    return parts


def _bands(
    flows: pd.DataFrame, used: list[str], free: dict[str, dict[str, float]], unit: float
) -> list[str]:
    """Return the bands in the order of their ends, assistance on top of the others."""
    order = {name: place for place, name in enumerate(used)}
    rows = flows.assign(a=flows["payer"].map(order), b=flows["payee"].map(order))
    rows = rows.sort_values(["a", "b", "purpose"], kind="stable")
    layers: dict[bool, list[str]] = {False: [], True: []}
    columns = (rows[name] for name in ("payer", "payee", "purpose", "yuan"))
    for payer, payee, purpose, yuan in zip(*columns, strict=True):
        height, is_dibao = float(yuan) * unit, str(purpose).endswith("_dibao")
        ends = (free["payer"][payer], free["payee"][payee])
        layers[is_dibao].append(_band(ends, max(height, 1.2 if is_dibao else 0.5), is_dibao))
        free["payer"][payer] += height
        free["payee"][payee] += height
    return layers[False] + layers[True]


def _band(ends: tuple[float, float], height: float, is_dibao: bool) -> str:
    (start, end), x0, x1 = ends, _SIDE + _BAR, WIDTH - _SIDE - _BAR
    bend = number((x0 + x1) / 2)
    a, b, c, d = (number(y) for y in (start, end, end + height, start + height))
    path = f"M{number(x0)} {a}C{bend} {a} {bend} {b} {number(x1)} {b}"
    path += f"V{c}C{bend} {c} {bend} {d} {number(x0)} {d}Z"
    kind, ink, shade = ("assistance", "rural", 1) if is_dibao else ("flow", "flow", 0.42)
    return f'<path class="{kind}" d="{path}" fill="{colour(ink)}" fill-opacity="{shade}"/>'


def shared_top(tables: Mapping[int, pd.DataFrame]) -> float:
    """Return the largest value of several tables, zero if there is none."""
    return max((float(v) for table in tables.values() for v in table["value"].dropna()), default=0)
