"""The tab of lessons: the list, and the one that is open."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from functools import partial

import solara

from dashboard import state
from dashboard.finding import world_in_words
from dashboard.lessons.lesson import WORLDS, Claim, Lesson, lesson, lessons
from dashboard.lessons.shown import Verdict, choices_of, same_set_up, verdict
from dashboard.words import t, tongue

CSS = """
.lessons { max-width: 60rem; }
.lessons .lesson-list { display: grid; gap: 12px;
    grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); }
.lessons .lesson { border: 1px solid rgba(128, 128, 128, .5); border-radius: 6px; padding: 12px; }
.lessons .tag { border: 1px solid currentColor; border-radius: 4px; padding: 0 6px;
    font-size: .85rem; margin-right: 6px; white-space: nowrap; }
.lessons li { margin-bottom: 12px; }
.lessons p { max-width: 44rem; }
"""


@solara.component
def Lessons() -> None:  # noqa: N802
    """Show the list of lessons, or the one that is open."""
    solara.Style(CSS)
    name = state.lesson.value
    with solara.Div(classes=["lessons"]):
        if name in lessons():
            _Open(str(name))
        else:
            _List()


@solara.component
def _Say(tag: str, text: str, classes: str = "", **attributes: str) -> None:  # noqa: N802
    """Show a text as it is, never as markup."""
    solara.v.Html(tag=tag, children=[text], class_=classes, attributes=attributes)


@solara.component
def _List() -> None:  # noqa: N802
    _Say("h2", t("lessons.title"))
    _Say("p", t("lessons.lead"))
    with solara.Div(classes=["lesson-list"]):
        for name, one in lessons().items():
            title = one.title.say(tongue())
            with solara.v.Html(tag="section", class_="lesson"):
                _Say("h3", title)
                _Tags(one)
                _Say("p", one.aim.say(tongue()))
                solara.Button(
                    t("lessons.open"),
                    on_click=partial(state.lesson.set, name),
                    outlined=True,
                    attributes={"aria-label": t("lessons.open.label", title=title)},
                )


@solara.component
def _Tags(one: Lesson) -> None:  # noqa: N802
    with solara.v.Html(tag="p"):
        for tag in one.tags():
            _Say("span", t(f"lessons.tag.{tag}"), "tag", title=t(f"lessons.meaning.{tag}"))


@solara.component
def _Open(name: str) -> None:  # noqa: N802
    one, language = lesson(name), tongue()
    solara.Button(t("lessons.back"), on_click=lambda: state.lesson.set(None), text=True)
    _Say("h2", one.title.say(language))
    _Tags(one)
    _Say("h3", t("lessons.aim"))
    _Say("p", one.aim.say(language))
    _Say("h3", t("lessons.steps"))
    with solara.v.Html(tag="ol"):
        for number in range(1, len(one.steps) + 1):
            _Step(one, number)
    _Say("h3", t("lessons.question"))
    _Say("p", one.question.say(language))
    with solara.v.Html(tag="details"):
        _Say("summary", t("lessons.answer"))
        _Say("p", one.answer.say(language))
    _Say("h3", t("lessons.claims"))
    for claim in one.claims:
        _Claim(one, claim)


@solara.component
def _Step(one: Lesson, number: int) -> None:  # noqa: N802
    step, language = one.steps[number - 1], tongue()
    wanted = choices_of(one, number)
    with solara.v.Html(tag="li"):
        _Say("p", step.text.say(language))
        for world in WORLDS:
            changes = world_in_words(wanted.world(world), language)
            _Say("p", t("lessons.world", world=world, changes=changes), "hint")
        solara.Button(
            t("lessons.set_up"),
            on_click=partial(state.choices.set, wanted),
            color="primary",
            attributes={"aria-label": t("lessons.set_up.label", number=number)},
        )
        is_set_up = same_set_up(state.choices.value, wanted)
        _Say("p", t("lessons.is_set_up") if is_set_up else "", "hint", role="status")


@solara.component
def _Claim(one: Lesson, claim: Claim) -> None:  # noqa: N802
    language = tongue()
    with solara.v.Html(tag="section", class_="lesson"):
        with solara.v.Html(tag="p"):
            _Say("span", t(f"lessons.tag.{claim.tag}"), "tag")
            _Say("span", claim.says.say(language))
        _Say("p", t(f"lessons.meaning.{claim.tag}"), "hint")
        if claim.reason is not None:
            _Say("p", t("lessons.no_row", reason=claim.reason.say(language)), "hint")
        _Say("p", _in_this_run(one, claim), "hint")


def _in_this_run(one: Lesson, claim: Claim) -> str:
    """Say whether a claim holds in the finished run on show."""
    result = state.result.value
    found: Verdict | None = None
    if result is not None and result.finished:
        national = {name: world.national for name, world in result.worlds.items()}
        found = verdict(one, claim, result.choices, national)
    if found is None:
        return t("lessons.here.not_yet", number=claim.step)
    key = "lessons.here.yes" if found.holds else "lessons.here.no"
    return t(key, left=found.left, right=found.right)
