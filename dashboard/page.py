"""The page: controls on the left, results on the right."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from typing import Any

import solara
import solara.lab

from dashboard.browser import Browser
from dashboard.controls import Controls
from dashboard.state import chosen, dark, finished, problem
from dashboard.style import CSS
from dashboard.views import Results


@solara.component
def Page() -> None:  # noqa: N802
    """Choose, run, compare."""
    result = finished.value
    solara.Title("Minsheng")
    solara.Style(CSS)
    Browser(on_dark=dark.set)
    with solara.Sidebar():
        Controls()
    with solara.AppBar():
        solara.lab.ThemeToggle()
    with solara.Column(gap="8px", classes=["page"]):
        solara.HTML("h1", "Social policy in China, year by year")
        if problem.value:
            solara.Error(problem.value)
        if result is None:
            _Welcome()
        else:
            Results(result, is_current=chosen().request() == result.request)


@solara.component
def Layout(children: list[Any]) -> None:  # noqa: N802
    """Put the frame around the page."""
    solara.AppLayout(navigation=False, children=children)


@solara.component
def _Welcome() -> None:  # noqa: N802
    """Tell visitors who have not run anything what they can do here."""
    solara.Text(
        "Minsheng simulates households and local governments and asks who is covered and who "
        "stays poor. Choose a scenario on the left, change dibao (minimum living guarantee, "
        "最低生活保障) if you like, and press Run. A run without changes shows the scenario "
        "beside official figures; with changes it shows what they did."
    )
    solara.Text(
        "In this version the policies are urban and rural dibao. The numbers are results of a "
        "model, not forecasts.",
        classes=["hint"],
    )
