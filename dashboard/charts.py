"""Charts as ECharts options: the frame that all share, lines with bands, dots, and bars."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.palette import Palette
from dashboard.tables import Shown

Option = dict[str, Any]
_ROOM = 34
_BAND_OPACITY = 0.22


def frame(palette: Palette, unit: str = "") -> Option:
    """Return what charts with axes have in common."""
    text = {"color": palette.text, "fontSize": 12}
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "aria": {"enabled": False},
        "textStyle": {"fontFamily": "inherit", **text},
        "grid": {"left": 8, "right": 16, "top": 34, "bottom": 44, "containLabel": True},
        "legend": {"bottom": 0, "type": "scroll", "itemWidth": 24, "itemHeight": 8,
                   "textStyle": text, "pageTextStyle": text, "pageIconColor": palette.text},
        "tooltip": tooltip(palette, "axis"),
        "yAxis": {"type": "value", "name": unit, "nameTextStyle": {**text, "align": "left"},
                  **_axis(palette, lines=True)},
    }  # fmt: skip


def tooltip(palette: Palette, trigger: str) -> Option:
    """Return the box of numbers beside the pointer."""
    text = {"color": palette.text, "fontSize": 12}
    return {
        "trigger": trigger,
        "confine": True,
        "backgroundColor": palette.surface,
        "borderColor": palette.faint,
        "textStyle": text,
    }


def _axis(palette: Palette, lines: bool = False) -> Option:
    return {
        "axisLabel": {"color": palette.text, "fontSize": 12},
        "axisLine": {"lineStyle": {"color": palette.faint}},
        "axisTick": {"show": False},
        "splitLine": {"show": lines, "lineStyle": {"color": palette.faint}},
    }


def categories(palette: Palette, names: Sequence[str], gap: bool = True) -> Option:
    """Return an axis of names; without a gap lines begin at the edge."""
    return {"type": "category", "data": list(names), "boundaryGap": gap, **_axis(palette)}


def over_time(years: pd.Index, series: list[Option], unit: str, palette: Palette) -> Option:
    """Return a chart by year; only what has no leading underscore stands in the legend."""
    option = frame(palette, unit)
    option["xAxis"] = categories(palette, [str(year) for year in years], gap=False)
    option["legend"]["data"] = [_entry(one) for one in series if not _is_edge(one)]
    option["series"] = series
    return option


def _is_edge(one: Option) -> bool:
    return bool(one.get("stack"))


def _entry(one: Option) -> Option:
    """Return a dot for dots, a line without the dot that ECharts would add for lines."""
    return {"name": one["name"], "itemStyle": {"opacity": 1 if one["type"] == "scatter" else 0}}


def line(
    name: str, values: "pd.Series[float]", scale: Shown, colour: str, dashed: bool = False
) -> Option:
    """Return a line; a single year is a dot."""
    return {
        "type": "line",
        "name": name,
        "data": [scale.number(value) for value in values],
        "color": colour,
        "symbol": "none" if values.notna().sum() > 1 else "circle",
        "symbolSize": 7,
        "lineStyle": {"width": 2.2, "type": "dashed" if dashed else "solid"},
        "emphasis": {"disabled": True},
    }


def edges(name: str, found: pd.DataFrame, scale: Shown, colour: str) -> list[Option]:
    """Return the band between low and high: an unseen line, and the area stacked upon it."""
    low = [scale.number(value) for value in found["low"]]
    high = [scale.number(value) for value in found["high"]]
    between = [None if a is None or b is None else b - a for a, b in zip(low, high, strict=True)]
    unseen = {
        "type": "line",
        "stack": name,
        "stackStrategy": "all",
        "symbol": "none",
        "silent": True,
        "lineStyle": {"opacity": 0},
        "tooltip": {"show": False},
        "emphasis": {"disabled": True},
    }
    area = {"areaStyle": {"color": colour, "opacity": _BAND_OPACITY}, "color": colour}
    return [{**unseen, "name": f"{name} low", "data": low},
            {**unseen, "name": f"{name} band", "data": between, **area}]  # fmt: skip


def dots(name: str, values: "pd.Series[float]", scale: Shown, colour: str) -> Option:
    """Return official figures: open diamonds."""
    return {
        "type": "scatter",
        "name": name,
        "data": [scale.number(value) for value in values],
        "symbol": "diamond",
        "symbolSize": 8,
        "color": colour,
        "z": 3,
        "emphasis": {"disabled": True},
    }


def bars(
    names: Sequence[str],
    parts: Mapping[str, tuple[Sequence[float | None], str]],
    unit: str,
    palette: Palette,
    *,
    stacked: bool = False,
    across: bool = False,
) -> Option:
    """Return bars by name.

    Parameters
    ----------
    names : sequence of str
    parts : dict of str to (values, colour)
        What stands side by side, or on each other.
    across : bool
        Whether the bars lie, for many names.
    """
    option = frame(palette, "" if across else unit)
    named, numbers = categories(palette, names), option["yAxis"]
    named["axisLabel"] |= {"interval": 0}
    option["tooltip"]["axisPointer"] = {"type": "shadow"}
    if across:
        named["inverse"] = True
        numbers |= {"name": unit, "nameLocation": "middle", "nameGap": 28,
                    "nameTextStyle": {"color": palette.text}}  # fmt: skip
        option["grid"] |= {"bottom": _ROOM + 40}
    option["xAxis"], option["yAxis"] = (numbers, named) if across else (named, numbers)
    option["series"] = [
        {"type": "bar", "name": name, "data": list(values), "color": colour,
         "stack": "all" if stacked else None, "emphasis": {"disabled": True},
         "barMaxWidth": 30, "barGap": "10%"}
        for name, (values, colour) in parts.items()
    ]  # fmt: skip
    return option
