"""What all tabs are made of beside cards: the frame, and a table behind a line."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
import solara

from dashboard.results import Result
from dashboard.show.look import CSS
from dashboard.tables import as_html
from dashboard.words import t


@solara.component
def Tab(children: Sequence[Any] = ()) -> None:  # noqa: N802
    """Frame of a tab."""
    solara.Style(CSS)
    solara.v.Html(tag="div", class_="tab", children=list(children))


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
