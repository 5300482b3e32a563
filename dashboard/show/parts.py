"""What all tabs are made of: the frame, cards with a chart, its sentence, notes and numbers."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import pandas as pd
import solara

from dashboard.charts import Option
from dashboard.results import Result
from dashboard.show.look import CSS
from dashboard.show.widgets import Figure
from dashboard.tables import as_html
from dashboard.words import t


@solara.component
def Tab(children: Sequence[Any] = ()) -> None:  # noqa: N802
    """Frame of a tab."""
    solara.Style(CSS)
    solara.v.Html(tag="div", class_="tab", children=list(children))


@solara.component
def Card(  # noqa: N802
    title: str,
    option: Option | None,
    told: str,
    notes: Sequence[str] = (),
    table: pd.DataFrame | None = None,
    unit: str = "",
    height: int = 280,
    on_click: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """Show a chart: its title, what one sees, the chart, notes, and the numbers behind it.

    Parameters
    ----------
    option : dict or None
        None where there is nothing to draw; `told` then says so.
    table : DataFrame or None
        Texts, the alternative to the chart.
    """
    with solara.v.Html(tag="section", class_="card"):
        solara.HTML("h3", escape(title))
        solara.HTML("p", escape(told))
        if option is not None:
            Figure(option, title, told, height, on_click)
        for note in notes:
            solara.HTML("div", escape(note), classes=["small"])
        if table is not None and len(table):
            Numbers(table, unit)


@solara.component
def Numbers(table: pd.DataFrame, unit: str, classes: tuple[str, ...] = ()) -> None:  # noqa: N802
    """Show a table behind a line that opens it."""
    # A wide table scrolls, which the keyboard must be able to do.
    reached = {"tabindex": "0", "role": "region", "aria-label": t("charts.numbers")}
    with solara.v.Html(tag="details"):
        solara.HTML("summary", escape(t("charts.numbers")))
        with solara.v.Html(tag="div", class_="scroll", attributes=reached):
            solara.HTML("table", as_html(table, unit), classes=["numbers", *classes])


def worlds_of(result: Result) -> list[tuple[str, str]]:
    """Return the worlds of a result for a list of choices."""
    return [(name, t("charts.world", name=name)) for name in result.worlds]


def has_folders(result: Result) -> bool:
    """Return whether the tables of every world can be read."""
    return all(one.folder is not None for one in result.worlds.values())
