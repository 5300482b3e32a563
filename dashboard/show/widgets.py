"""Browser parts: a card with a chart that can be saved; a native list, slider, and file.

A card is one part with all that stands on it, since a page opens the sooner the fewer it has.

Native elements work with the keyboard, with screen readers, and on phones.
"""

# Solara and the widget libraries leave their names untyped.
# mypy: disable-error-code="attr-defined, name-defined, no-untyped-call, no-untyped-def, type-arg"

import re
from collections.abc import Callable, Sequence
from typing import Any

import ipyvuetify
import pandas as pd
import solara
import solara.settings
import traitlets

from dashboard.charts import Option
from dashboard.palette import palette
from dashboard.state import dark
from dashboard.tables import as_html
from dashboard.words import t


class _CardWidget(ipyvuetify.VuetifyTemplate):
    template_file = (__file__, "card.vue")
    title = traitlets.Unicode().tag(sync=True)
    told = traitlets.Unicode().tag(sync=True)
    option = traitlets.Dict(allow_none=True).tag(sync=True)
    notes: Any = traitlets.List().tag(sync=True)
    table = traitlets.Unicode().tag(sync=True)
    of_words = traitlets.Bool().tag(sync=True)
    file = traitlets.Unicode().tag(sync=True)
    height = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    colours = traitlets.Dict().tag(sync=True)
    cdn = traitlets.Unicode("").tag(sync=True)
    on_click = traitlets.Callable(None, allow_none=True)

    @traitlets.default("cdn")
    def _cdn(self) -> str:
        return "" if solara.settings.assets.proxy else str(solara.settings.assets.cdn)

    def vue_clicked(self, data: dict) -> None:
        """Tell the page which part of the chart was clicked."""
        if self.on_click is not None:
            self.on_click(data)


class _PickWidget(ipyvuetify.VuetifyTemplate):
    template_file = (__file__, "pick.vue")
    label = traitlets.Unicode().tag(sync=True)
    options: Any = traitlets.List().tag(sync=True)
    value = traitlets.Unicode().tag(sync=True)
    on_value = traitlets.Callable(None, allow_none=True)

    def vue_chosen(self, value: str) -> None:
        """Take a choice, if it is one of those offered."""
        if self.on_value is not None and value in {one[0] for one in self.options}:
            self.on_value(value)


class _SlideWidget(ipyvuetify.VuetifyTemplate):
    template_file = (__file__, "slide.vue")
    label = traitlets.Unicode().tag(sync=True)
    min = traitlets.Int().tag(sync=True)
    max = traitlets.Int().tag(sync=True)
    value = traitlets.Int().tag(sync=True)
    on_value = traitlets.Callable(None, allow_none=True)

    def vue_moved(self, value: float) -> None:
        """Take a place of the slider, within its ends."""
        if self.on_value is not None:
            self.on_value(min(max(int(value), self.min), self.max))


class _NumberWidget(ipyvuetify.VuetifyTemplate):
    template_file = (__file__, "number.vue")
    label = traitlets.Unicode().tag(sync=True)
    min = traitlets.Float().tag(sync=True)
    max = traitlets.Float().tag(sync=True)
    whole = traitlets.Bool().tag(sync=True)
    # A text: a browser rounds what is larger than its numbers.
    value = traitlets.Unicode().tag(sync=True)
    on_value = traitlets.Callable(None, allow_none=True)

    def vue_moved(self, value: float) -> None:
        """Take a number, within its ends."""
        if self.on_value is not None:
            inside = min(max(value, self.min), self.max)
            self.on_value(int(inside) if self.whole else float(inside))


class _FileWidget(ipyvuetify.VuetifyTemplate):
    template_file = (__file__, "file.vue")
    label = traitlets.Unicode().tag(sync=True)
    most = traitlets.Int().tag(sync=True)
    on_file = traitlets.Callable(None, allow_none=True)

    def vue_taken(self, file: dict) -> None:
        """Take name and text of a file that was chosen."""
        if self.on_file is not None:
            self.on_file(str(file.get("name", "")), str(file.get("text", "")))


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
    *,
    of_words: bool = False,
) -> None:
    """Show a chart: its title, what one sees, the chart, notes, and the numbers behind it.

    Parameters
    ----------
    option : dict or None
        None where there is nothing to draw; `told` then says so.
    told : str
        What the chart shows, also for who does not see it.
    table : DataFrame or None
        Texts, the alternative to the chart.
    of_words : bool
        Whether the table holds words, which stand on the left of its cells.
    """
    colours = palette(dark.value)
    _CardWidget.element(
        title=title,
        told=told,
        option=option,
        notes=list(notes),
        table=as_html(table, unit) if table is not None and len(table) else "",
        of_words=of_words,
        file=re.sub(r"\W+", "_", title).strip("_") or "chart",
        height=f"{height}px",
        words={
            "svg": t("charts.save_svg"),
            "png": t("charts.save_png"),
            "numbers": t("charts.numbers"),
        },
        colours={"surface": colours.surface, "text": colours.text},
        on_click=on_click,
    )


@solara.component
def Pick(  # noqa: N802
    label: str, options: Sequence[tuple[str, str]], value: str, on_value: Callable[[str], None]
) -> None:
    """Offer a list of choices: pairs of value and text."""
    shown = [list(one) for one in options]
    _PickWidget.element(label=label, options=shown, value=value, on_value=on_value)


@solara.component
def Slide(  # noqa: N802
    label: str, least: int, most: int, value: int, on_value: Callable[[int], None]
) -> None:
    """Offer the whole numbers between two ends."""
    _SlideWidget.element(label=label, min=least, max=most, value=value, on_value=on_value)


@solara.component
def Number(  # noqa: N802
    label: str,
    least: float,
    most: float,
    value: float,
    on_value: Callable[[Any], None],
    *,
    whole: bool = True,
) -> None:
    """Offer a field for a number between two ends, a whole one unless said otherwise."""
    _NumberWidget.element(
        label=label, min=least, max=most, value=str(value), whole=whole, on_value=on_value
    )


@solara.component
def ChooseFile(label: str, most: int, on_file: Callable[[str, str], None]) -> None:  # noqa: N802
    """Offer to choose a file of YAML.

    Parameters
    ----------
    most : int
        Bytes of it that are read; of a longer file one more comes.
    on_file : callable
        Takes name and text.
    """
    _FileWidget.element(label=label, most=most, on_file=on_file)
