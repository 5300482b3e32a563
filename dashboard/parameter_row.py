"""One line of a card: a parameter, what sets it, from when and where, and where it comes from."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import solara

from agents.errors import MinshengError
from dashboard import messages, state, words
from dashboard.cards import (
    NUMBER,
    SLIDER,
    SWITCH,
    control_of,
    on_grid,
    provinces,
    step_of,
    takes_places,
)
from dashboard.choices import Change, Choices, Value, World, own_value, written_value
from dashboard.show.widgets import Number
from dashboard.words import say, t
from policies.parameter_values import Parameter
from policies.parameters import ParameterSet

_HALF = 0.5
# Of a parameter without a range any number can be typed; the model says which it takes.
_ANY = 1e15
Put = Callable[[Any], None]


@solara.component
def ParameterRow(  # noqa: N802
    name: str, path: str, changes: World, problem: str, of_scenario: Choices
) -> None:
    """Show a parameter in one world, and let it be changed.

    Parameters
    ----------
    name : str
        The world.
    changes : tuple of Change
        Those of this parameter.
    problem : str
        What is wrong with them; empty if nothing is.
    of_scenario : Choices
        Without changes: scenario and years.
    """
    parameter = ParameterSet.load().parameter(path)
    label = words.parameter(path, state.language.value)
    own = _own(of_scenario, path)
    first = changes[0] if changes else None
    with solara.v.Html(tag="div", class_="parameter"):
        # The first line stays the same one when it is changed, or a slider would slip away from
        # the hand that moves it.
        for change in (first, *changes[1:]):
            _line(name, label, parameter, change, own, of_scenario)
        if changes and of_scenario.last_begins(changes) < of_scenario.last_year:
            solara.Button(
                t("controls.step"),
                on_click=lambda: state.choices.set(state.choices.value.with_step(name, path)),
                text=True,
                small=True,
            )
        if problem:
            with solara.v.Html(tag="div", class_="wrong", attributes={"role": "alert"}):
                solara.Text(messages.told(problem, state.language.value))
        _source(parameter, state.language.value)


def _own(of_scenario: Choices, path: str) -> tuple[Value, Value]:
    """Return the values of the scenario in its first year and in the last that is simulated."""
    years = (of_scenario.base.years.first, of_scenario.last_year)
    parameter = ParameterSet.load().parameter(path)
    found: list[Value] = []
    for year in years:
        try:
            found.append(own_value(of_scenario, path, year))
        except MinshengError:
            found.append(parameter.values[0].value)
    return found[0], found[1]


def _own_text(own: tuple[Value, Value], of_scenario: Choices) -> str:
    first, last = (shown_value(value, state.language.value) for value in own)
    if first == last:
        return t("controls.own_same", value=first)
    years = of_scenario.base.years
    return t(
        "controls.own", first=first, last=last, from_year=years.first, to_year=of_scenario.last_year
    )


def shown_value(value: Value, language: str) -> str:
    """Return a value short enough to read."""
    if isinstance(value, bool):
        return say("controls.on" if value else "controls.off", language)
    if isinstance(value, float):
        return f"{value:.4g}"
    return written_value(value)


def _line(
    name: str,
    label: str,
    parameter: Parameter,
    change: Change | None,
    own: tuple[Value, Value],
    of_scenario: Choices,
) -> None:
    """Set a value; where it is changed, also its year and places, and how to take it back."""

    def put(new: Change | None) -> None:
        now = state.choices.value
        if change is None and new is not None:
            state.choices.set(now.with_change(name, new))
        elif change is not None:
            state.choices.set(now.replaced(name, change, new))

    def choose(value: Value) -> None:
        old = change or Change(parameter.path, value)
        put(replace(old, value=value))

    _set(label, parameter, own[-1] if change is None else change.value, choose)
    if change is None:
        solara.Text(_own_text(own, of_scenario), classes=["hint"])
        return
    changed = t(
        "controls.changed",
        value=shown_value(change.value, state.language.value),
        unit=words.unit(parameter.unit, state.language.value),
    )
    solara.Text(changed, classes=["mark"])
    WhenAndWhere(change, of_scenario, put)
    solara.Button(t("controls.take_back"), on_click=lambda: put(None), text=True, small=True)


@solara.component
def WhenAndWhere(change: Change, of_scenario: Choices, put: Put) -> None:  # noqa: N802
    """Choose from which year a change holds, and in which provinces."""
    first, last = of_scenario.base.years.first, of_scenario.last_year
    always = t("controls.always")
    years = [always, *map(str, range(first + 1, last + 1))]

    def choose_year(text: str) -> None:
        put(replace(change, year=None if text == always else int(text)))

    with solara.Div(classes=["when"]):
        solara.Select(
            t("controls.since"), values=years,
            value=always if change.year is None else str(change.year), on_value=choose_year,
        )  # fmt: skip
        if takes_places(change.path):
            _Places(change, put)


@solara.component
def _Places(change: Change, put: Put) -> None:  # noqa: N802
    codes = provinces(state.language.value)
    names = {code: name for name, code in codes.items()}
    chosen = [names.get(place, place) for place in change.places]

    def choose(picked: Sequence[str]) -> None:
        put(replace(change, places=tuple(codes.get(name, name) for name in picked)))

    known = list(codes)
    others = [name for name in chosen if name not in known]
    solara.SelectMultiple(t("controls.places"), chosen, [*others, *known], on_value=choose)


# Plain functions and single widgets: every element of the page is looked at when one changes.
def _set(label: str, parameter: Parameter, value: Value, put: Put) -> None:
    """Set one value by what fits it."""
    kind = control_of(parameter)
    if kind == SWITCH:
        is_flag = parameter.type == "flag"
        solara.v.Switch(
            label=label, v_model=bool(value), on_v_model=lambda on: put(on if is_flag else int(on))
        )
    elif kind == SLIDER:
        _slide(label, parameter, value, put)
    elif kind == NUMBER and parameter.type == "whole number":
        Number(label, -_ANY, _ANY, _number(value, 0), put)
    elif kind == NUMBER:
        Number(label, -_ANY, _ANY, float(_number(value, 0)), put, whole=False)
    elif parameter.words:
        solara.Select(label, values=list(parameter.words), value=str(value), on_value=put)
    else:
        solara.InputText(label, value=str(value), on_value=put)


def _number(value: Value, other: float) -> Any:
    return value if isinstance(value, int | float) else other


def _slide(label: str, parameter: Parameter, value: Value, put: Put) -> None:
    low, high = parameter.range or (0.0, 1.0)
    step = step_of(parameter)
    shown = on_grid(float(_number(value, low)), parameter)
    is_whole = parameter.type == "whole number"

    def choose(new: float) -> None:
        # A browser that moves a value to its own grid tells so, though nobody touched the slider.
        if abs(new - shown) > step * _HALF:
            stop = on_grid(new, parameter)
            put(int(stop) if is_whole else stop)

    solara.v.Slider(
        label=label, v_model=shown, on_v_model=choose, min=low, max=high, step=step,
        thumb_label=True, hide_details=True,
    )  # fmt: skip


def _source(parameter: Parameter, language: str) -> None:
    """Tell unit, range, default and source, folded away."""
    lines = [
        parameter.path,
        t("controls.unit", unit=words.unit(parameter.unit, language)),
        t(f"controls.kind_{parameter.kind}"),
        words.citation(parameter.source, language),
        words.citation(parameter.derivation or "", language),
    ]
    if parameter.range is not None:
        low, high = parameter.range
        lines.insert(2, t("controls.range", low=f"{low:g}", high=f"{high:g}"))
    told = "".join(f"<div>{escape(line)}</div>" for line in lines if line)
    text = f"<summary>{escape(t('controls.source'))}</summary>{told}"
    solara.HTML("details", text, classes=["hint"])
