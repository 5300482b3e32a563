"""The left side of the page: the scenario, and what worlds A and B change in it."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from dataclasses import replace
from functools import cache

import solara

from agents.errors import MinshengError
from dashboard import messages, state, words
from dashboard.cards import Card, cards
from dashboard.choices import (
    POLICY,
    SHOCK,
    WORLDS,
    Change,
    Choices,
    World,
    is_on,
    known,
    problems,
    shipped,
)
from dashboard.choices_text import LARGEST_FILE, read_uploaded
from dashboard.parameter_row import ParameterRow, WhenAndWhere
from dashboard.show.widgets import ChooseFile, Number
from dashboard.words import t
from model.scenario_files import shipped_scenarios
from policies.parameters import ParameterSet

_MOST_FOUND = 12
# The largest whole number that a browser does not round.
_LARGEST_TYPED = 2**53 - 1


@solara.component
def Controls() -> None:  # noqa: N802
    """Everything a visitor can choose; the parts are told what they show, and so drawn once."""
    with solara.Column(gap="0px", classes=["controls"]):
        now = state.choices.value
        _Common(now.scenario, now.last_year, now.seed)
        _Worlds(now)
        name = state.opened.value
        found = problems(state.choices.value, name)
        for told in _nowhere_else(found):
            with solara.v.Html(tag="div", class_="wrong", attributes={"role": "alert"}):
                solara.Text(messages.told(told, state.language.value))
        for card in cards().values():
            PolicyCard(name, card, _of_card(card), _for_card(card, found), _without()).key(
                card.policy
            )
        _Others(name, now.world(name), tuple(found.items()), _without())
        _Shocks(name, now.world(name), now.scenario)
        _Upload()


def _nowhere_else(found: dict[str, str]) -> list[str]:
    """Return what is wrong with all, and with shocks, which have no card to tell it."""
    shocks = [f"{path}: {text}" for path, text in found.items() if path.startswith(SHOCK)]
    return [*([found[""]] if "" in found else []), *shocks]


def _without() -> Choices:
    """Return scenario and years without changes and seed, on which alone a card depends."""
    choices = state.choices.value
    return Choices(choices.scenario, choices.last_year)


def _of_card(card: Card) -> World:
    mine = {POLICY + card.policy, *card.paths}
    return tuple(one for one in state.choices.value.world(state.opened.value) if one.path in mine)


def _for_card(card: Card, found: dict[str, str]) -> tuple[tuple[str, str], ...]:
    mine = {POLICY + card.policy, *card.paths}
    return tuple((path, text) for path, text in found.items() if path in mine)


@cache
def _titles(language: str) -> dict[str, str]:
    """Return the scenarios by title; the titles stand in their files, which are read once."""
    return {words.scenario(name, language): name for name in shipped_scenarios()}


@cache
def _told(scenario: str, language: str) -> str:
    return words.scenario_line(scenario, language)


@solara.component
def _Common(scenario: str, last_year: int, seed: int) -> None:  # noqa: N802
    """Choose what both worlds share; drawn again only when that changes."""
    language = state.language.value
    names = _titles(language)
    title = next(title for title, name in names.items() if name == scenario)

    def choose(title: str) -> None:
        other = Choices.of(names[title])
        now = state.choices.value
        state.choices.set(replace(other, replicates=now.replicates, a=now.a, b=now.b))

    solara.HTML("h2", t("controls.both_worlds"))
    solara.Select(t("controls.scenario"), values=list(names), value=title, on_value=choose)
    solara.Text(_told(scenario, language), classes=["hint"])
    years = shipped(scenario).years
    solara.SliderInt(
        t("controls.last_year", year=last_year),
        value=last_year,
        on_value=lambda year: state.choices.set(replace(state.choices.value, last_year=year)),
        min=years.first + 1,
        max=years.last,
    )
    Number(
        t("controls.seed"), 0, _LARGEST_TYPED, seed,
        lambda seed: state.choices.set(replace(state.choices.value, seed=seed)),
    )  # fmt: skip


@solara.component
def _Worlds(choices: Choices) -> None:  # noqa: N802
    """Choose the world whose settings are shown; copy, swap, reset."""
    name = state.opened.value
    other = WORLDS[1 - WORLDS.index(name)]
    solara.HTML("h2", t("controls.policies"))
    with solara.Div(classes=["worlds"], attributes={"role": "group"}):
        for one in WORLDS:
            label = t("controls.world", world=one, n=len(choices.world(one)))
            solara.Button(
                label,
                on_click=lambda one=one: state.opened.set(one),
                color="primary" if one == name else None,
                outlined=one != name,
                attributes={"aria-pressed": str(one == name).lower()},
            )
    with solara.Div(classes=["worlds"]):
        _Small(t("controls.copy", source=name, target=other),
               lambda: state.choices.set(state.choices.value.copy(name, other)))  # fmt: skip
        _Small(t("controls.swap"), lambda: state.choices.set(state.choices.value.swap()))
        _Small(t("controls.reset", world=name),
               lambda: state.choices.set(state.choices.value.reset(name)))  # fmt: skip


def _Small(label: str, on_click: object) -> None:  # noqa: N802
    solara.Button(label, on_click=on_click, text=True, small=True)


@solara.component
def PolicyCard(  # noqa: N802
    name: str,
    card: Card,
    changes: World,
    wrong: tuple[tuple[str, str], ...],
    of_scenario: Choices,
) -> None:
    """Show a policy: whether a world has it, and when opened its parameters."""
    is_open, set_open = solara.use_state(False)
    language = state.language.value
    has_it = is_on(of_scenario, changes, card.policy)
    marks = t("controls.changes", n=len(changes)) if changes else ""
    title = words.policy(card.policy, language)
    with solara.v.Html(tag="section", class_="policy"):
        solara.Button(
            f"{title} {marks}".strip(),
            on_click=lambda: set_open(not is_open),
            icon_name="mdi-chevron-down" if is_open else "mdi-chevron-right",
            text=True,
            block=True,
            attributes={"aria-expanded": str(is_open).lower()},
        )
        if wrong and not is_open:
            solara.Text(t("controls.wrong_inside"), classes=["wrong"])
        if is_open:
            _Switch(name, card.policy, has_it, changes, dict(wrong), of_scenario)
            _Parameters(name, card, changes, dict(wrong), of_scenario, has_it)


@solara.component
def _Switch(  # noqa: N802
    name: str,
    policy: str,
    has_it: bool,
    changes: World,
    wrong: dict[str, str],
    of_scenario: Choices,
) -> None:
    """Turn a policy on or off; say what off means."""
    path = POLICY + policy
    said = [one for one in changes if one.path == path]

    def switch(on: bool) -> None:
        choices = state.choices.value
        same = not said and on == has_it
        plain = of_scenario.base.is_on(policy, of_scenario.last_year)
        back = same or (on == plain and all(one.year is None and not one.places for one in said))
        new = choices.without(name, path) if back else choices.with_change(name, Change(path, on))
        state.choices.set(new)

    solara.Switch(label=t("controls.has_it", world=name), value=has_it, on_value=switch)
    if not has_it:
        solara.Text(words.policy_off(policy, state.language.value), classes=["hint"])
    for change in said:

        def put(new: Change | None, change: Change = change) -> None:
            state.choices.set(state.choices.value.replaced(name, change, new))

        WhenAndWhere(change, of_scenario, put)
    if path in wrong:
        with solara.v.Html(tag="div", class_="wrong", attributes={"role": "alert"}):
            solara.Text(messages.told(wrong[path], state.language.value))


@solara.component
def _Parameters(  # noqa: N802
    name: str,
    card: Card,
    changes: World,
    wrong: dict[str, str],
    of_scenario: Choices,
    has_it: bool,
) -> None:
    """Show the most telling parameters, and the others on demand."""
    more, set_more = solara.use_state(False)
    if not has_it and any(one.path in card.paths for one in changes):
        solara.Text(t("controls.no_effect"), classes=["wrong"])
    changed = {one.path for one in changes}
    paths = card.paths if more else [p for p in card.paths if p in card.shown or p in changed]
    for path in paths:
        mine = tuple(one for one in changes if one.path == path)
        ParameterRow(name, path, mine, wrong.get(path, ""), of_scenario).key(path)
    if card.more:
        label = t("controls.fewer") if more else t("controls.more", n=len(card.more))
        solara.Button(label, on_click=lambda: set_more(not more), text=True, small=True)


@solara.component
def _Others(  # noqa: N802
    name: str, world: World, wrong: tuple[tuple[str, str], ...], of_scenario: Choices
) -> None:
    """Find any other parameter by a word of its meaning; show those that are changed."""
    text, set_text = solara.use_state("")
    on_cards = {path for card in cards().values() for path in card.paths}
    found = dict(wrong)
    changed = [one.path for one in world if not one.is_switch and one.path not in on_cards]
    paths = list(dict.fromkeys([*changed, *_matching(text, state.language.value)]))
    with solara.v.Html(tag="section", class_="policy"):
        solara.InputText(t("controls.find"), value=text, on_value=set_text, continuous_update=True)
        for path in paths:
            mine = tuple(one for one in world if one.path == path)
            ParameterRow(name, path, mine, found.get(path, ""), of_scenario).key(path)


def _matching(text: str, language: str) -> list[str]:
    """Return the first parameters of one value whose path or meaning has all words of a text."""
    parts = text.casefold().split()
    parameters = ParameterSet.load()
    if not parts:
        return []
    found = []
    for path in parameters.paths():
        said = f"{path} {words.parameter(path, language)}".casefold()
        if parameters.parameter(path).type != "schedule" and all(part in said for part in parts):
            found.append(path)
    return found[:_MOST_FOUND]


@solara.component
def _Shocks(name: str, world: World, scenario: str) -> None:  # noqa: N802
    """Let shocks strike or not."""
    said = {one.path: bool(one.value) for one in world}
    with solara.v.Html(tag="details", class_="policy"):
        with solara.v.Html(tag="summary"):
            solara.Text(t("controls.shocks"))
        for shock in known().shocks:
            path, own = SHOCK + shock, shipped(scenario).has_shock(shock)

            def switch(on: bool, path: str = path, own: bool = own) -> None:
                now = state.choices.value
                new = now.without(name, path)
                state.choices.set(new if on == own else new.with_change(name, Change(path, on)))

            solara.Switch(
                label=t(f"controls.shock_{shock}"), value=said.get(path, own), on_value=switch
            )


@solara.component
def _Upload() -> None:  # noqa: N802
    """Take a file of a set-up; nothing of it is kept but the choices."""

    def take(name: str, text: str) -> None:
        try:
            state.choices.set(read_uploaded(text.encode(errors="replace"), name))
            state.problem.set("")
        except MinshengError as error:
            state.problem.set(str(error))

    solara.HTML("h2", t("controls.upload"))
    ChooseFile(t("controls.file", most=LARGEST_FILE // 1000), LARGEST_FILE, take)
