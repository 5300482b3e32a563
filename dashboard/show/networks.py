"""Networks of a place: governments above and below it, and its organisations."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from html import escape

import solara

from dashboard.palette import palette
from dashboard.results import Result, WorldResult
from dashboard.show.parts import Tab, has_folders, worlds_of
from dashboard.show.widgets import Card, Pick, Slide
from dashboard.state import dark, language, narrow
from dashboard.views import networks
from dashboard.views.overview import years_of
from dashboard.words import t


@solara.component
def Networks(result: Result) -> None:  # noqa: N802
    """Show the networks around a county in a year."""
    with Tab():
        if has_folders(result):
            _Networks(result)
        else:
            solara.HTML("p", escape(t("charts.wait")), classes=["lead"])


@solara.component
def _Networks(result: Result) -> None:  # noqa: N802
    years = years_of(result)
    world, set_world = solara.use_state("A")
    year, set_year = solara.use_state(int(years[-1]))
    chosen, set_chosen = solara.use_state("")
    current = world if world in result.worlds else "A"
    one = result.worlds[current]
    spoken = language.value
    offered = solara.use_memo(lambda: networks.counties(one, spoken), [one, spoken])
    code = chosen if chosen in offered else next(iter(offered))
    at = min(max(year, int(years[0])), int(years[-1]))
    with solara.v.Html(tag="div", class_="picks"):
        Pick(t("networks.place"), list(offered.items()), code, set_chosen)
        Pick(t("networks.world"), worlds_of(result), current, set_world)
        Slide(t("charts.year"), int(years[0]), int(years[-1]), at, set_year)
    with solara.v.Html(tag="div", class_="cards wide"):
        _Tiers(one, code, offered[code], at)
        _Organisations(one, code, offered[code], at)


@solara.component
def _Tiers(one: WorldResult, code: str, where: str, year: int) -> None:  # noqa: N802
    spoken, colours = language.value, palette(dark.value)
    graph = solara.use_memo(lambda: networks.tiers(one, code, year, spoken),
                            [one, code, year, spoken])  # fmt: skip
    Card(
        t("networks.tiers", where=where, year=year),
        networks.draw(graph, spoken, colours, narrow=narrow.value),
        networks.told_tiers(graph, where, year, spoken),
        [t("networks.tiers.note")],
        networks.texts(graph, spoken),
        height=420,
    )


@solara.component
def _Organisations(one: WorldResult, code: str, where: str, year: int) -> None:  # noqa: N802
    spoken, colours = language.value, palette(dark.value)
    graph = solara.use_memo(lambda: networks.organisations(one, code, year, spoken),
                            [one, code, year, spoken])  # fmt: skip
    some = len(graph.nodes) > 1
    Card(
        t("networks.organisations", where=where, year=year),
        networks.draw(graph, spoken, colours) if some else None,
        networks.told_organisations(graph, where, year, spoken),
        [t("networks.organisations.note")],
        networks.texts(graph, spoken),
        height=420,
    )
