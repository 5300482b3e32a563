"""The page: controls on the left, results on the right."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import parse_qsl

import solara
import solara.lab

from agents.errors import MinshengError
from dashboard import state
from dashboard.browser import Browser
from dashboard.choices_text import IGNORED, from_query, to_query
from dashboard.controls import Controls
from dashboard.finding import changes, finding
from dashboard.first import wait_for
from dashboard.lessons.page import Lessons
from dashboard.messages import told
from dashboard.results import KEPT, Result
from dashboard.run_bar import RunBar, simulate
from dashboard.show.groups import Groups
from dashboard.show.map import Map
from dashboard.show.money import Money
from dashboard.show.networks import Networks
from dashboard.show.officials import Officials
from dashboard.show.overview import Overview
from dashboard.show.stories import Stories
from dashboard.style import CSS
from dashboard.take_along import TakeAlong
from dashboard.words import LANGUAGE_NAMES, LANGUAGES, t

_TABS: tuple[tuple[str, Callable[[Result], Any]], ...] = (
    ("runs.tab_overview", Overview),
    ("runs.tab_groups", Groups),
    ("runs.tab_map", Map),
    ("runs.tab_networks", Networks),
    ("runs.tab_officials", Officials),
    ("runs.tab_money", Money),
    ("runs.tab_stories", Stories),
    ("runs.take_along", TakeAlong),
)


@solara.component
def Page() -> None:  # noqa: N802
    """Choose, run, compare."""
    router = solara.use_router()
    solara.use_memo(lambda: open_address(router.search or ""), [])
    solara.lab.use_task(show_first, dependencies=[])
    _forget_problem()
    language = state.language.value
    solara.Title(t("page.title"))
    solara.Style(CSS)
    Browser(
        on_dark=state.dark.set,
        on_narrow=state.narrow.set,
        query=f"{to_query(state.choices.value)}&language={language}",
        language=language,
        names=[t("runs.show_settings"), t("runs.light_or_dark")],
    )
    with solara.Sidebar():
        Controls()
    with solara.AppBar():
        _Language()
        solara.lab.ThemeToggle()
    with solara.v.Html(tag="main", class_="page"):
        solara.HTML("h1", escape(t("page.title")))
        if state.problem.value:
            solara.Error(told(state.problem.value, language))
        RunBar()
        _Body()


def open_address(query: str) -> None:
    """Set up what an address says, and show its result if it is kept."""
    said = dict(parse_qsl(query))
    if said.get("language") in LANGUAGES:
        state.language.set(said["language"])
    try:
        if said.keys() - set(IGNORED):
            state.choices.set(from_query(query))
    except MinshengError as error:
        state.problem.set(str(error))
    state.result.set(KEPT.get(state.choices.value))


def _forget_problem() -> None:
    """Tell no longer what was wrong when something else is set up."""
    of, choices = solara.use_ref(state.choices.value), state.choices.value

    def forget() -> None:
        if of.current != choices:
            of.current = choices
            state.problem.set("")

    solara.use_effect(forget, [choices])


def show_first() -> None:
    """Show the result that is made while the server starts, as soon as it is there."""
    tab_closed = solara.kernel_closed_event()
    if state.result.value is None and state.choices.value == state.FIRST:
        found = wait_for(lambda: not tab_closed.is_set())
        if found is not None and state.result.value is None:
            state.result.set(found)


@solara.component
def Layout(children: list[Any]) -> None:  # noqa: N802
    """Put the frame around the page."""
    solara.AppLayout(navigation=False, sidebar_open=not state.narrow.value, children=children)


@solara.component
def _Language() -> None:  # noqa: N802
    """Switch to the other language."""
    other = next(one for one in LANGUAGES if one != state.language.value)
    solara.Button(
        LANGUAGE_NAMES[other],
        on_click=lambda: state.language.set(other),
        text=True,
        attributes={"lang": "zh-CN" if other == "zh" else "en"},
    )


@solara.component
def _Body() -> None:  # noqa: N802
    """Show what is known of the result, in tabs, and the lessons."""
    result = state.result.value
    shown = result if result is not None and _has_years(result) else None
    if shown is not None:
        _About(shown)
    elif not simulate.pending:
        solara.Text(t("runs.next"), classes=["next"])
    keys = [*(key for key, _ in _TABS if shown is not None), "page.lessons"]
    at = keys.index(state.tab.value) if state.tab.value in keys else 0

    def choose(place: int) -> None:
        # Before there is a result the lessons stand alone, which nobody chose.
        if shown is not None:
            state.tab.set(keys[place])

    with solara.lab.Tabs(value=at, on_value=choose, lazy=True):
        if shown is not None:
            for key, show in _TABS:
                with solara.lab.Tab(t(key)):
                    show(shown)
        with solara.lab.Tab(t("page.lessons")):
            Lessons()


def _has_years(result: Result) -> bool:
    return all(world.national and len(world.national[0]) for world in result.worlds.values())


@solara.component
def _About(result: Result) -> None:  # noqa: N802
    """Say what one sees, and the next step."""
    language = state.language.value
    with solara.v.Html(tag="div", class_="about"):
        solara.HTML("p", escape(finding(result, language)), classes=["finding"])
        for sentence in changes(result, language):
            solara.HTML("div", escape(sentence), classes=["hint"])
        solara.HTML("div", escape(t("runs.caution")), classes=["hint"])
    if simulate.pending:
        return
    is_stale = state.choices.value != result.choices
    text = t("runs.stale" if is_stale else "runs.next")
    solara.Text(text, classes=["stale" if is_stale else "next"])
