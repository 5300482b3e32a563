"""The map: provinces as tiles, and the counties of one of them."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from html import escape
from typing import Any

import solara

from dashboard import words
from dashboard.palette import palette
from dashboard.results import Result
from dashboard.show.parts import Tab, has_folders, worlds_of
from dashboard.show.widgets import Card, Pick, Slide
from dashboard.state import dark, language
from dashboard.tables import columns_by_outcome, title
from dashboard.views import map as maps
from dashboard.views.overview import years_of
from dashboard.views.places import province_names
from dashboard.words import t

_GROUPS = ("all", "urban", "rural")
_ROW, _FRAME, _TALL = 62, 60, 560


@solara.component
def Map(result: Result) -> None:  # noqa: N802
    """Show an outcome on the map of provinces, by year."""
    years = years_of(result)
    shown_as, set_shown_as = solara.use_state("A")
    column, set_column = solara.use_state("poverty_rate")
    year, set_year = solara.use_state(int(years[-1]))
    province, set_province = solara.use_state("33")
    with Tab():
        if not has_folders(result):
            solara.HTML("p", escape(t("charts.wait")), classes=["lead"])
            return
        two = "B" in result.worlds
        kinds = [*worlds_of(result), *([(maps.DIFFERENCE, t("charts.difference"))] if two else [])]
        current = shown_as if shown_as in dict(kinds) else "A"
        _Picks(result, column, set_column)
        with solara.v.Html(tag="div", class_="picks"):
            Pick(t("charts.shown"), kinds, current, set_shown_as)
            Slide(t("charts.year"), int(years[0]), int(years[-1]),
                  min(max(year, int(years[0])), int(years[-1])), set_year)  # fmt: skip
            Pick(t("map.counties_of"), list(province_names(language.value).items()), province,
                 set_province)  # fmt: skip
        with solara.v.Html(tag="div", class_="cards wide"):
            _Provinces(result, column, current, year, set_province)
            _Counties(result, column, current, year, province)
        solara.HTML("p", escape(t("map.convention")), classes=["small"])


@solara.component
def _Picks(result: Result, column: str, set_column: Any) -> None:  # noqa: N802
    """Choose the outcome and the group."""
    national = result.worlds["A"].national[0]
    found = columns_by_outcome(national.columns)
    named = {name: [g for g in _GROUPS if g in groups] for name, groups in found.items()}
    offered = {name: groups for name, groups in named.items() if groups}
    outcome = next(name for name in offered if column in found[name].values())
    group = next(g for g, one in found[outcome].items() if one == column)
    spoken = language.value

    def choose(name: str) -> None:
        set_column(found[name][group if group in offered[name] else offered[name][0]])

    with solara.v.Html(tag="div", class_="picks"):
        Pick(t("charts.outcome"), [(name, title(name, spoken)) for name in offered], outcome,
             choose)  # fmt: skip
        Pick(t("charts.group"), [(g, words.group(g, spoken)) for g in offered[outcome]], group,
             lambda chosen: set_column(found[outcome][chosen]))  # fmt: skip


@solara.component
def _Provinces(  # noqa: N802
    result: Result, column: str, shown_as: str, year: int, set_province: Any
) -> None:
    spoken = language.value
    tiles = solara.use_memo(lambda: maps.provinces(result, column, shown_as, spoken),
                            [result, column, shown_as, spoken])  # fmt: skip

    def clicked(at: dict[str, Any]) -> None:
        code = (at.get("data") or {}).get("code")
        if code in tiles.places.index:
            set_province(code)

    _MapCard(t("map.provinces", what=title(column, spoken), year=year), tiles, column, year, _TALL,
             clicked)  # fmt: skip


@solara.component
def _Counties(  # noqa: N802
    result: Result, column: str, shown_as: str, year: int, province: str
) -> None:
    spoken = language.value
    tiles = solara.use_memo(lambda: maps.counties(result, column, shown_as, province),
                            [result, column, shown_as, province])  # fmt: skip
    name = province_names(spoken)[province]
    height = _FRAME + _ROW * (int(tiles.places["row"].max()) + 1)
    _MapCard(t("map.counties", where=name, n=len(tiles.places), year=year), tiles, column, year,
             height)  # fmt: skip


@solara.component
def _MapCard(  # noqa: N802
    name: str, tiles: maps.Tiles, column: str, year: int, height: int, on_click: Any = None
) -> None:
    spoken, colours = language.value, palette(dark.value)
    Card(
        name,
        maps.draw(tiles, column, year, spoken, colours),
        maps.told(tiles, column, year, spoken),
        table=maps.texts(tiles, column, year, spoken),
        height=height,
        on_click=on_click,
    )
