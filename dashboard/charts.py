"""Charts of a run: results as data frames in, ECharts options as dictionaries out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.tables import Shown, official_rows, outcome_of, shown

Option = dict[str, Any]
Runs = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Chart:
    """One chart: an outcome for some groups.

    Attributes
    ----------
    title : str
    lines : dict of str to str
        Column of the results by name of the line.
    note : str
        What a reader must know beyond the definition of the outcome.
    """

    title: str
    lines: Mapping[str, str]
    note: str = ""

    @property
    def columns(self) -> Sequence[str]:
        """The columns of the results that are drawn."""
        return tuple(self.lines.values())


_PLACES = ("Rural", "Urban")


def _by_place(title: str, outcome: str, note: str = "") -> Chart:
    return Chart(title, {place: f"{outcome}/{place.lower()}" for place in _PLACES}, note)


CHARTS = (
    _by_place(
        "Poverty rate",
        "poverty_rate",
        "The urban line moves with the urban dibao line and with the scheme, so a reform of them "
        "changes what counts as poor",
    ),
    _by_place("Relative poverty rate", "poverty_rate_relative"),
    _by_place("Dibao recipients", "dibao_recipients"),
    _by_place("Dibao line", "dibao_line"),
    Chart("Inequality", {"Everybody": "gini"}),
    _by_place("Mean income", "income_mean"),
)


@dataclass(frozen=True)
class Palette:
    """Colours of a theme; lines are told apart with every common colour vision."""

    text: str
    faint: str
    surface: str
    lines: Mapping[str, str]


LIGHT = Palette(
    "#3c4043",
    "#e4e7eb",
    "#ffffff",
    {"Rural": "#c05a00", "Urban": "#0072b2", "Everybody": "#3c4043"},
)
DARK = Palette(
    "#c9ced6",
    "#3a3f47",
    "#1e1e1e",
    {"Rural": "#f0a030", "Urban": "#56b4e9", "Everybody": "#c9ced6"},
)


def levels(chart: Chart, outcomes: Runs, palette: Palette) -> Option:
    """Return the chart of each run by year, with official figures as dots.

    Parameters
    ----------
    chart : Chart
    outcomes : mapping of str to DataFrame
        By name of the run, one row per year. With two runs the first is drawn with dashes.
    palette : Palette
    """
    scale = shown(chart.columns[0], outcomes)
    years = next(iter(outcomes.values())).index
    series = []
    for line, column in chart.lines.items():
        colour = palette.lines[line]
        for position, (run, frame) in enumerate(outcomes.items()):
            dashed = len(outcomes) > 1 and position == 0
            name = line if len(outcomes) == 1 else f"{line}, {run}"
            series.append(_line(name, frame[column], scale, colour, dashed))
        official = official_rows(column, years)["value"]
        if not official.empty:
            series.append(_dots(f"{line}, official", official.reindex(years), scale, colour))
    return _option(years, scale.label, series, palette)


def effect(chart: Chart, outcomes: Runs, palette: Palette) -> Option:
    """Return the chart of the second run less the first by year; shares in percentage points."""
    scale = shown(chart.columns[0], outcomes)
    fine = Shown("percentage points" if scale.label == "%" else scale.label, scale.factor,
                 scale.decimals + 1)  # fmt: skip
    before, after = outcomes.values()
    series = [
        _line(line, after[column] - before[column], fine, palette.lines[line], dashed=False)
        for line, column in chart.lines.items()
    ]
    return _option(before.index, fine.label, series, palette)


def caption(chart: Chart, outcomes: Runs, with_dots: bool = True) -> str:
    """Return what the chart shows: the definition, and what the official figures were used for."""
    years = next(iter(outcomes.values())).index
    uses = {use for column in chart.columns for use in official_rows(column, years)["use"]}
    definition = outcome_of(chart.columns[0]).definition.partition("; by decile")[0]
    sentences = [definition, chart.note, _about_dots(uses) if with_dots else ""]
    return " ".join(f"{sentence}." for sentence in sentences if sentence)


def _about_dots(uses: set[str]) -> str:
    if not uses:
        return ""
    fitted, free = uses & {"fitting", "input"}, uses - {"fitting", "input"}
    if fitted and free:
        return "Dots: official figures; the model was fitted to some of them"
    if fitted:
        return "Dots: official figures, to which the model was fitted"
    return "Dots: official figures, held out: nothing was fitted to them"


def _line(name: str, values: "pd.Series[float]", scale: Shown, colour: str, dashed: bool) -> Option:
    return {
        "type": "line",
        "name": name,
        "data": _numbers(values, scale),
        "color": colour,
        "symbol": "none" if len(values) > 1 else "circle",
        "lineStyle": {"width": 1.5 if dashed else 2.5, "type": "dashed" if dashed else "solid"},
        "emphasis": {"disabled": True},
    }


def _dots(name: str, values: "pd.Series[float]", scale: Shown, colour: str) -> Option:
    return {
        "type": "scatter",
        "name": name,
        "data": _numbers(values, scale),
        "color": colour,
        "symbolSize": 6,
        "z": 3,
        "emphasis": {"disabled": True},
    }


def _numbers(values: "pd.Series[float]", scale: Shown) -> list[float | None]:
    """Return values for the browser: rounded as they are shown, None where there is none."""
    # Adding zero turns -0.0 into 0.0.
    return [
        None if pd.isna(value) else round(float(value) * scale.factor, scale.decimals) + 0.0
        for value in values
    ]


def _legend_entry(one: Option) -> Option:
    """Return a dot for dots, a line without the dot that ECharts would add for lines."""
    return {"name": one["name"], "itemStyle": {"opacity": 1 if one["type"] == "scatter" else 0}}


def _option(years: pd.Index, unit: str, series: list[Option], palette: Palette) -> Option:
    axis = {"axisLine": {"lineStyle": {"color": palette.faint}}, "axisTick": {"show": False}}
    text = {"color": palette.text, "fontSize": 12}
    return {
        "animation": False,
        "textStyle": {"fontFamily": "inherit", **text},
        "grid": {"left": 4, "right": 14, "top": 34, "bottom": 44, "containLabel": True},
        "legend": {
            "bottom": 0,
            "itemWidth": 24,
            "itemHeight": 8,
            "textStyle": text,
            "data": [_legend_entry(one) for one in series],
        },
        "tooltip": {
            "trigger": "axis",
            "backgroundColor": palette.surface,
            "borderColor": palette.faint,
            "textStyle": text,
        },
        "xAxis": {
            "type": "category",
            "data": [str(year) for year in years],
            "boundaryGap": False,
            "axisLabel": text,
            **axis,
        },
        "yAxis": {
            "type": "value",
            "name": unit,
            "nameTextStyle": {**text, "align": "left"},
            "axisLabel": text,
            "splitLine": {"lineStyle": {"color": palette.faint}},
            **axis,
        },
        "series": series,
    }
