"""The first tab: outcomes over time in A and B, and the difference."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from html import escape
from typing import Any

import solara

from dashboard import words
from dashboard.lessons.lesson import lessons
from dashboard.palette import palette
from dashboard.results import Result
from dashboard.show.parts import Tab
from dashboard.show.widgets import Card, Pick
from dashboard.state import dark, language, lesson
from dashboard.tables import columns_by_outcome, title
from dashboard.views import overview, topics
from dashboard.words import t

_LESSON = "lesson"


@solara.component
def Overview(result: Result) -> None:  # noqa: N802
    """Show the charts of a topic and any other outcome.

    Parameters
    ----------
    result : Result
        May still be growing.
    """
    studied = lessons().get(str(lesson.value))
    # A lesson that is opened shows its own charts until another topic is chosen.
    chosen, choose = solara.use_state((lesson.value, ""))
    topics_now = [*([_LESSON] if studied else []), *topics.TOPICS]
    topic = chosen[1] if chosen[1] in topics_now and chosen[0] == lesson.value else topics_now[0]
    drawn, set_drawn = solara.use_state(overview.LEVELS)
    known = list(result.worlds["A"].national[0].columns) if result.worlds["A"].national else []
    with Tab():
        with solara.v.Html(tag="div", class_="picks"):
            Pick(t("charts.topic"), [(name, t(f"charts.topic.{name}")) for name in topics_now],
                 topic, lambda name: choose((lesson.value, name)))  # fmt: skip
            if "B" in result.worlds:
                kinds = [(kind, t(f"charts.view.{kind}"))
                         for kind in (overview.LEVELS, overview.DIFFERENCE)]  # fmt: skip
                Pick(t("charts.view"), kinds, drawn, set_drawn)
        solara.HTML("p", escape(overview.band_note(result, language.value)), classes=["small"])
        with solara.v.Html(tag="div", class_="cards"):
            own = studied.columns() if studied and topic == _LESSON else topics.TOPICS[topic]
            for name in (name for name in own if name in known):
                Outcome(result, name, drawn)
        solara.HTML("h2", escape(t("charts.any")))
        solara.HTML("p", escape(t("charts.any.hint")), classes=["lead"])
        if known:
            _Any(result, known, drawn)


@solara.component
def Outcome(result: Result, name: str, drawn: str = overview.LEVELS) -> None:  # noqa: N802
    """Show one outcome over time."""
    spoken, colours = language.value, palette(dark.value)
    both = drawn == overview.DIFFERENCE and "B" in result.worlds
    draw = overview.difference if both else overview.levels

    def read() -> tuple[Any, ...]:
        table, unit = overview.numbers(result, name, spoken)
        said = overview.sentence(result, name, spoken)
        return draw(result, name, spoken, colours), said, table, unit

    option, said, table, unit = solara.use_memo(read, [result, name, spoken, dark.value, both])
    Card(title(name, spoken), option, said, overview.notes(result, name, spoken), table, unit)


@solara.component
def _Any(result: Result, known: list[str], drawn: str) -> None:  # noqa: N802
    """Show any outcome that is chosen, for any group."""
    picks = columns_by_outcome(known)
    outcome, set_outcome = solara.use_state(next(iter(picks)))
    group, set_group = solara.use_state("all")
    groups = picks[outcome]
    name = groups.get(group) or next(iter(groups.values()))
    shown_group = next(key for key, column in groups.items() if column == name)
    spoken = language.value
    with solara.v.Html(tag="div", class_="picks"):
        Pick(t("charts.outcome"), [(key, title(key, spoken)) for key in picks], outcome,
             set_outcome)  # fmt: skip
        Pick(t("charts.group"), [(key, words.group(key, spoken)) for key in groups], shown_group,
             set_group)  # fmt: skip
    with solara.v.Html(tag="div", class_="cards"):
        Outcome(result, name, drawn)
