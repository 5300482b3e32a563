"""Money: who pays whom in a year, and one purpose over time."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from html import escape

import solara

from dashboard.palette import palette
from dashboard.results import Result
from dashboard.show.parts import Tab, has_folders, worlds_of
from dashboard.show.widgets import Card, Pick, Slide
from dashboard.state import dark, language
from dashboard.views import money
from dashboard.views.overview import years_of
from dashboard.words import t

_FIRST = "rural_dibao"


@solara.component
def Money(result: Result) -> None:  # noqa: N802
    """Show the payments of a year between accounts, and those of one purpose by year."""
    with Tab():
        if has_folders(result):
            _Year(result)
            _OverTime(result)
        else:
            solara.HTML("p", escape(t("charts.wait")), classes=["lead"])


@solara.component
def _Year(result: Result) -> None:  # noqa: N802
    years = years_of(result)
    year, set_year = solara.use_state(int(years[-1]))
    part, set_part = solara.use_state(money.SOCIAL)
    world, set_world = solara.use_state("A")
    key, at = world if world in result.worlds else "A", min(max(year, years[0]), years[-1])
    spoken, colours = language.value, palette(dark.value)
    rows = solara.use_memo(lambda: money.payments(result.worlds[key], at, part),
                           [result, key, at, part])  # fmt: skip
    with solara.v.Html(tag="div", class_="picks"):
        Pick(t("money.part"), [(one, t(f"money.part.{one}")) for one in money.PARTS], part,
             set_part)  # fmt: skip
        Pick(t("money.world"), worlds_of(result), key, set_world)
        Slide(t("charts.year"), int(years[0]), int(years[-1]), int(at), set_year)
    table, unit = money.texts(rows, spoken)
    Card(
        t("money.title", year=at, world=key),
        money.sankey(rows, spoken, colours) if len(rows) else None,
        money.told(rows, int(at), spoken),
        [t("money.note")],
        table,
        unit,
        height=460,
    )


@solara.component
def _OverTime(result: Result) -> None:  # noqa: N802
    chosen, set_chosen = solara.use_state(_FIRST)
    offered = solara.use_memo(lambda: money.purposes(result), [result])
    if not offered:
        return
    what = chosen if chosen in offered else offered[0]
    spoken = language.value
    named = [(name, money.purpose(name, spoken)) for name in offered]
    with solara.v.Html(tag="div", class_="picks"):
        Pick(t("money.purpose"), named, what, set_chosen)
    with solara.v.Html(tag="div", class_="cards wide"):
        Card(
            t("money.over_time", what=money.purpose(what, spoken)),
            money.by_year(result, what, spoken, palette(dark.value)),
            t("money.over_time.told"),
            height=320,
        )
