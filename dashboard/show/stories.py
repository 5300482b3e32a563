"""Stories: one county from the files of the run, one household by making the run again."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import cast

import solara
import solara.lab

from agents.errors import MinshengError
from dashboard.messages import told
from dashboard.results import Result, WorldResult
from dashboard.runner import Progress, run_explain
from dashboard.show.parts import Numbers, Tab, has_folders, worlds_of
from dashboard.show.widgets import Number, Pick
from dashboard.state import language
from dashboard.views import networks, stories
from dashboard.words import t
from experiments.explain import Story

Ask = Callable[[Path, int, Callable[[Progress], None], Callable[[], bool]], Story | None]


@solara.component
def Stories(result: Result, ask: Ask | None = None) -> None:  # noqa: N802
    """Tell the story of a county and the life of a household.

    Parameters
    ----------
    ask : callable or None
        Makes a run again and follows a household: takes the folder, the number, what hears how
        far it is, and what says whether anybody still wants to know. By default in a process of
        its own.
    """
    world, set_world = solara.use_state("A")
    key = world if world in result.worlds else "A"
    with Tab():
        if not has_folders(result):
            solara.HTML("p", escape(t("charts.wait")), classes=["lead"])
            return
        with solara.v.Html(tag="div", class_="picks"):
            Pick(t("stories.world"), worlds_of(result), key, set_world)
        _County(result.worlds[key])
        _Household(result.worlds[key], ask or _in_background)


@solara.component
def _County(one: WorldResult) -> None:  # noqa: N802
    chosen, set_chosen = solara.use_state("")
    spoken = language.value
    offered = solara.use_memo(lambda: networks.counties(one, spoken), [one, spoken])
    code = chosen if chosen in offered else next(iter(offered))
    story = solara.use_memo(lambda: stories.county(one, code), [one, code])
    solara.HTML("h2", escape(t("stories.county")))
    solara.HTML("p", escape(t("stories.county.told")), classes=["lead"])
    with solara.v.Html(tag="div", class_="picks"):
        Pick(t("stories.county.pick"), list(offered.items()), code, set_chosen)
    with solara.v.Html(tag="section", class_="card"):
        solara.HTML("h3", escape(story.title(spoken)))
        _Told(story.sentences(spoken))
        Numbers(stories.money(story, spoken), t("stories.money"))
        Numbers(stories.reports(story, spoken), t("stories.reports"))


@solara.component
def _Told(sentences: Sequence[str]) -> None:  # noqa: N802
    text = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    solara.HTML("div", text, classes=["story"])


@solara.component
def _Household(one: WorldResult, ask: Ask) -> None:  # noqa: N802
    number, set_number = solara.use_state(0)
    wanted, set_wanted = solara.use_state(cast(int | None, None))
    so_far, set_so_far = solara.use_state(Progress())
    most = one.scenario.world.households - 1
    solara.HTML("h2", escape(t("stories.household")))
    solara.HTML("p", escape(t("stories.household.told", most=most)), classes=["lead"])

    def tell() -> Story | None:
        if wanted is None or one.folder is None:
            return None
        return ask(one.folder, wanted, set_so_far, lambda: asked.is_current())

    asked = solara.lab.use_task(tell, dependencies=[one, wanted], raise_error=False)
    with solara.v.Html(tag="div", class_="picks"):
        Number(t("stories.household.number"), 0, most, min(number, most), set_number)
        solara.Button(t("stories.household.ask"), on_click=lambda: set_wanted(min(number, most)),
                      disabled=asked.pending)  # fmt: skip
    with solara.v.Html(tag="div", attributes={"aria-live": "polite"}):
        if asked.pending and wanted is not None:
            solara.HTML("p", escape(t("stories.household.wait")))
            solara.ProgressLinear(100 * so_far.done / so_far.total if so_far.total else True)
            if so_far.seconds_left is not None:
                solara.Text(t("stories.household.how_far", done=so_far.done, total=so_far.total,
                              seconds=max(round(so_far.seconds_left), 1)))  # fmt: skip
        elif asked.error:
            solara.HTML("p", escape(_reason(asked.exception)))
        elif asked.finished and asked.value is not None:
            with solara.v.Html(tag="section", class_="card"):
                solara.HTML("h3", escape(t("stories.household.title", number=asked.value.number)))
                _Told(asked.value.sentences(language.value))


def _reason(error: BaseException | None) -> str:
    """Return what went wrong as the model says it, without where in the code."""
    known = isinstance(error, MinshengError)
    return told(str(error), language.value) if known else t("stories.household.failed")


def _in_background(
    folder: Path, number: int, tell: Callable[[Progress], None], is_wanted: Callable[[], bool]
) -> Story | None:
    return run_explain(folder, number, tell, is_wanted)
