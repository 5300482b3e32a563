"""Officials: what was adopted when, who was promoted, what leaders ordered."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from html import escape

import solara

from dashboard import words
from dashboard.palette import palette
from dashboard.results import Result
from dashboard.show.overview import Outcome
from dashboard.show.parts import Numbers, Tab, has_folders, worlds_of
from dashboard.show.widgets import Card, Pick, Slide
from dashboard.state import dark, language
from dashboard.views import officials
from dashboard.views.overview import years_of
from dashboard.words import t

_FIRST = "urban_dibao"


@solara.component
def Officials(result: Result) -> None:  # noqa: N802
    """Show adoptions, careers and orders."""
    world, set_world = solara.use_state("A")
    current = world if world in result.worlds else "A"
    with Tab():
        with solara.v.Html(tag="div", class_="cards wide"):
            _Curves(result)
            if has_folders(result):
                _Timeline(result, current)
        with solara.v.Html(tag="div", class_="picks"):
            Pick(t("officials.world"), worlds_of(result), current, set_world)
        if has_folders(result):
            _Promoted(result, current)
        solara.HTML("h2", escape(t("officials.careers")))
        with solara.v.Html(tag="div", class_="cards"):
            for name in officials.careers(result):
                Outcome(result, name)
            if officials.has_orders(result):
                _Orders(result, current)


@solara.component
def _Curves(result: Result) -> None:  # noqa: N802
    spoken, colours = language.value, palette(dark.value)
    chosen, set_chosen = solara.use_state(_FIRST)
    offered = officials.policies(result)
    if not offered:
        Card(t("officials.curve", policy=""), None, t("charts.nothing"))
        return
    policy = chosen if chosen in offered else offered[0]
    name = words.policy(policy, spoken)
    with solara.v.Html(tag="div"):
        Pick(t("officials.policy"), [(one, words.policy(one, spoken)) for one in offered], policy,
             set_chosen)  # fmt: skip
        Card(
            t("officials.curve", policy=name),
            officials.curves(result, policy, spoken, colours),
            officials.told(result, policy, spoken),
            [t("officials.curve.note")],
            height=340,
        )


@solara.component
def _Timeline(result: Result, key: str) -> None:  # noqa: N802
    spoken, colours = language.value, palette(dark.value)
    one = result.worlds[key]
    option = solara.use_memo(lambda: officials.timeline(one, spoken, colours),
                             [one, spoken, dark.value])  # fmt: skip
    Card(
        t("officials.timeline", world=key), option, t("officials.timeline.told"),
        table=officials.events(one, spoken), unit=t("officials.events"), height=430, of_words=True,
    )  # fmt: skip


@solara.component
def _Promoted(result: Result, key: str) -> None:  # noqa: N802
    years = years_of(result)
    year, set_year = solara.use_state(int(years[-1]))
    at = min(max(year, int(years[0])), int(years[-1]))
    table = officials.promoted(result.worlds[key], at, language.value)
    with solara.v.Html(tag="section", class_="card"):
        solara.HTML("h3", escape(t("officials.promoted", world=key, year=at)))
        Slide(t("charts.year"), int(years[0]), int(years[-1]), at, set_year)
        solara.HTML("p", escape(t("officials.promoted.told", n=len(table))))
        if len(table):
            Numbers(table, t("officials.promoted", world=key, year=at), ("words",))


@solara.component
def _Orders(result: Result, key: str) -> None:  # noqa: N802
    option = officials.orders(result, key, language.value, palette(dark.value))
    Card(t("officials.orders", world=key), option, t("officials.orders.told"))
