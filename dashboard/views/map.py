"""Provinces as tiles, and inside one its counties, coloured by an outcome of a year.

Where tiles stand is a convention of drawing: neighbours stay near each other, areas mean nothing.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dashboard.charts import Option, tooltip
from dashboard.palette import Palette, shade, text_on
from dashboard.results import Result
from dashboard.results import table as read
from dashboard.tables import Shown, keys_of, shown
from dashboard.views.places import province_names, short
from dashboard.words import say
from model.geography import load_geography

DIFFERENCE = "difference"
_WIDE = 1.5


@dataclass(frozen=True)
class Tiles:
    """Values of an outcome by place and year, and where each place stands.

    Attributes
    ----------
    values : DataFrame
        A row for each place (division code), a column for each year; null where there is none.
    places : DataFrame
        By code: name, short, column, row (0 is the north).
    both_ways : bool
        Whether the values are differences around zero.
    """

    values: pd.DataFrame
    places: pd.DataFrame
    both_ways: bool

    def ends(self) -> tuple[float, float]:
        """Return the values of the first and the last shade, the same in all years."""
        known = self.values.to_numpy(float)
        known = known[np.isfinite(known)]
        if not known.size:
            return (-1.0, 1.0) if self.both_ways else (0.0, 1.0)
        if self.both_ways:
            most = float(np.abs(known).max()) or 1.0
            return -most, most
        low, high = float(known.min()), float(known.max())
        return (low, high) if high > low else (low, low + 1)


def provinces(result: Result, column: str, shown_as: str, language: str) -> Tiles:
    """Return the provinces: values of world ``A`` or ``B``, or of B less A."""
    values = _values(result, column, shown_as, "province")
    land = load_geography()
    names = province_names(language)
    codes = list(names)
    places = pd.DataFrame({"name": [names[code] for code in codes],
                           "short": [short(names[code]) for code in codes],
                           "column": land.tile_column, "row": land.tile_row}, codes)  # fmt: skip
    return Tiles(values.reindex(codes), places, shown_as == DIFFERENCE)


def counties(result: Result, column: str, shown_as: str, province: str) -> Tiles:
    """Return the simulated counties of a province, laid out from north to south."""
    codes = counties_of(result, province)
    values = _values(result, column, shown_as, "county", codes)
    land = load_geography()
    rows = np.searchsorted(land.county_code, np.array(codes, int))
    places = _laid_out(land.county_longitude[rows], land.county_latitude[rows])
    names = [land.county_name[row] for row in rows]
    places = places.assign(name=names, short=names).set_axis(codes)
    return Tiles(values.reindex(codes), places, shown_as == DIFFERENCE)


def counties_of(result: Result, province: str) -> list[str]:
    """Return the codes of the simulated counties of a province."""
    rows = read(result.worlds["A"], "institutions", level="county", province=province)
    return sorted(map(str, rows["code"].unique()))


def _laid_out(longitude: np.ndarray, latitude: np.ndarray) -> pd.DataFrame:
    """Return columns and rows: rows from north to south, within a row from west to east."""
    n = len(longitude)
    wide = max(int(np.ceil(np.sqrt(n * _WIDE))), 1)
    order = np.argsort(-latitude, kind="stable")
    row = np.empty(n, int)
    row[order] = np.arange(n) // wide
    across = pd.Series(longitude).groupby(row).rank(method="first").to_numpy(int) - 1
    return pd.DataFrame({"column": across, "row": row})


def _values(
    result: Result, column: str, shown_as: str, level: str, codes: list[str] | None = None
) -> pd.DataFrame:
    parts = {
        key: _of_world(result, key, column, level, codes)
        for key in (result.worlds if shown_as == DIFFERENCE else (shown_as,))
    }
    return parts["B"] - parts["A"] if shown_as == DIFFERENCE else parts[shown_as]


def _of_world(
    result: Result, key: str, column: str, level: str, codes: list[str] | None
) -> pd.DataFrame:
    outcome, scheme, group = keys_of(column)
    some = {} if codes is None else {"area": codes}
    rows = read(result.worlds[key], "outcomes", level=level, outcome=outcome, scheme=scheme,
                group=group, **some)  # fmt: skip
    return rows.pivot(index="area", columns="year", values="value")


def scale_of(tiles: Tiles, column: str, language: str) -> Shown:
    """Return how the values of a map are shown."""
    low, high = tiles.ends()
    scale = shown(column, max(abs(low), abs(high)), language)
    return scale.finer() if tiles.both_ways else scale


def draw(tiles: Tiles, column: str, year: int, language: str, palette: Palette) -> Option:
    """Return the map of a year."""
    scale = scale_of(tiles, column, language)
    low, high = (scale.number(end) or 0.0 for end in tiles.ends())
    shades = palette.both_ways if tiles.both_ways else palette.shades
    data = [
        _tile(code, place, scale.number(value), (low, high), shades, palette)
        for (code, place), value in zip(tiles.places.iterrows(), _in_year(tiles, year), strict=True)
    ]
    wide, tall = int(tiles.places["column"].max()) + 1, int(tiles.places["row"].max()) + 1
    hidden = {"type": "category", "show": False}
    known = [one for one in data if one["known"]]
    unknown = [one for one in data if not one["known"]]
    text = {"color": palette.text, "fontSize": 12}
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "grid": {"left": 4, "right": 4, "top": 4, "bottom": 46},
        "tooltip": {**tooltip(palette, "item"), "formatter": "{b}"},
        "xAxis": {**hidden, "data": [*map(str, range(wide))]},
        "yAxis": {**hidden, "data": [*map(str, range(tall))], "inverse": True},
        "visualMap": [_legend(scale, (low, high), shades, text, language),
                      {"seriesIndex": 1, "show": False, "min": 0, "max": 1, "dimension": 2,
                       "inRange": {"color": [palette.missing, palette.missing]}}],
        "series": [{"type": "heatmap", "data": known}, {"type": "heatmap", "data": unknown}],
    }  # fmt: skip


def _legend(
    scale: Shown, ends: tuple[float, float], shades: tuple[str, ...], text: Option, language: str
) -> Option:
    low, high = (f"{end:,.{scale.decimals}f}" for end in ends)
    return {
        "seriesIndex": 0,
        "min": ends[0],
        "max": ends[1],
        "precision": scale.decimals,
        "dimension": 2,
        "inRange": {"color": list(shades)},
        "orient": "horizontal",
        "left": "center",
        "bottom": 0,
        "calculable": False,
        "itemHeight": 180,
        "textStyle": text,
        "text": [f"{high} {scale.label(language)}", low],
    }


def _in_year(tiles: Tiles, year: int) -> "pd.Series[float]":
    if year in tiles.values:
        return tiles.values[year]
    return pd.Series(float("nan"), tiles.values.index)


def _tile(
    code: object,
    place: "pd.Series[Any]",
    value: float | None,
    ends: tuple[float, float],
    shades: tuple[str, ...],
    palette: Palette,
) -> Option:
    low, high = ends
    empty = value is None
    fill = palette.missing if value is None else shade(shades, (value - low) / (high - low))
    number = "–" if empty else f"{value:,}"
    at = [int(str(place["column"])), int(str(place["row"])), 0 if empty else value]
    return {
        "name": f"{place['name']}: {number}",
        "value": at,
        "code": str(code),
        "known": not empty,
        "itemStyle": {"borderColor": palette.surface, "borderWidth": 2},
        "label": {"show": True, "formatter": f"{place['short']}\n{number}", "color": text_on(fill),
                  "fontSize": 11, "lineHeight": 14},
    }  # fmt: skip


def told(tiles: Tiles, column: str, year: int, language: str) -> str:
    """Say where a map is palest and deepest."""
    known = _in_year(tiles, year).dropna()
    if known.empty:
        return say("map.nothing", language)
    scale, names = scale_of(tiles, column, language), tiles.places["name"]
    if scale.text(known.min()) == scale.text(known.max()):
        return say("map.same", language, year=year, value=scale.text(known.min()),
                   unit=scale.label(language))  # fmt: skip
    least, most = str(known.idxmin()), str(known.idxmax())
    return say("map.told", language, year=year, least=names[least],
               low=scale.text(known.min()), most=names[most],
               high=scale.text(known.max()), unit=scale.label(language))  # fmt: skip


def texts(tiles: Tiles, column: str, year: int, language: str) -> pd.DataFrame:
    """Return a map as a table of texts."""
    scale = scale_of(tiles, column, language)
    rows = pd.DataFrame({scale.label(language): _in_year(tiles, year).map(scale.text)})
    return rows.set_axis(list(tiles.places["name"])).rename_axis(say("map.place", language))
