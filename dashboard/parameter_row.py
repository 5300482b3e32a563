"""One line of a card: a parameter, what sets it, from when and where, and where it comes from."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import solara

from agents.errors import MinshengError
from dashboard import state, words
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
from dashboard.words import t
from policies.parameter_values import Parameter
from policies.parameters import ParameterSet

_HALF = 0.5
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
    with solara.v.Html(tag="div", class_="parameter changed" if changes else "parameter"):
        if not changes:
            _Setter(label, parameter, own[-1], lambda value: _set(name, Change(path, value)))
            solara.Text(_own_text(own, of_scenario), classes=["hint"])
        for change in changes:
            _Changed(name, label, parameter, change, of_scenario)
        if problem:
            with solara.v.Html(tag="div", class_="wrong", attributes={"role": "alert"}):
                solara.Text(problem)
        _Source(parameter)


def _set(name: str, change: Change) -> None:
    state.choices.set(state.choices.value.with_change(name, change))


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
    first, last = map(shown_value, own)
    if first == last:
        return t("controls.own_same", value=first)
    years = of_scenario.base.years
    return t(
        "controls.own", first=first, last=last, from_year=years.first, to_year=of_scenario.last_year
    )


def shown_value(value: Value) -> str:
    """Return a value short enough to read."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return written_value(value)


@solara.component
def _Changed(  # noqa: N802
    name: str, label: str, parameter: Parameter, change: Change, of_scenario: Choices
) -> None:
    """Set value, year and places of a change, or take it back."""

    def put(new: Change | None) -> None:
        state.choices.set(state.choices.value.replaced(name, change, new))

    _Setter(label, parameter, change.value, lambda value: put(replace(change, value=value)))
    solara.Text(
        t("controls.changed", value=shown_value(change.value), unit=parameter.unit),
        classes=["mark"],
    )
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
    names = {code: name for name, code in provinces().items()}
    chosen = [names.get(place, place) for place in change.places]

    def choose(picked: Sequence[str]) -> None:
        codes = tuple(provinces().get(name, name) for name in picked)
        put(replace(change, places=codes))

    known = list(provinces())
    others = [name for name in chosen if name not in known]
    solara.SelectMultiple(t("controls.places"), chosen, [*others, *known], on_value=choose)


@solara.component
def _Setter(label: str, parameter: Parameter, value: Value, put: Put) -> None:  # noqa: N802
    """Set one value by what fits it."""
    kind = control_of(parameter)
    if kind == SWITCH:
        _SwitchSetter(label, parameter, value, put)
    elif kind == SLIDER:
        _SliderSetter(label, parameter, value, put)
    elif kind == NUMBER:
        _NumberSetter(label, parameter, value, put)
    else:
        solara.InputText(label, value=str(value), on_value=put)


@solara.component
def _SwitchSetter(label: str, parameter: Parameter, value: Value, put: Put) -> None:  # noqa: N802
    is_flag = parameter.type == "flag"
    solara.Switch(
        label=label, value=bool(value), on_value=lambda on: put(on if is_flag else int(on))
    )


@solara.component
def _SliderSetter(label: str, parameter: Parameter, value: Value, put: Put) -> None:  # noqa: N802
    low, high = parameter.range or (0.0, 1.0)
    number = value if isinstance(value, int | float) else low
    if parameter.type == "whole number":
        solara.SliderInt(label, value=int(number), on_value=put, min=int(low), max=int(high))
        return
    step = step_of(parameter)
    shown = on_grid(float(number), parameter)

    def choose(new: float) -> None:
        # A browser that moves a value to its own grid tells so, though nobody touched the slider.
        if abs(new - shown) > step * _HALF:
            put(on_grid(new, parameter))

    solara.SliderFloat(label, value=shown, on_value=choose, min=low, max=high, step=step)


@solara.component
def _NumberSetter(label: str, parameter: Parameter, value: Value, put: Put) -> None:  # noqa: N802
    number = value if isinstance(value, int | float) else 0
    if parameter.type == "whole number":
        solara.InputInt(label, value=int(number), on_value=put)
    else:
        solara.InputFloat(label, value=float(number), on_value=put)


@solara.component
def _Source(parameter: Parameter) -> None:  # noqa: N802
    """Tell unit, range, default and source, folded away."""
    with solara.v.Html(tag="details", class_="hint"):
        with solara.v.Html(tag="summary"):
            solara.Text(t("controls.source"))
        lines = [
            parameter.path,
            t("controls.unit", unit=words.unit(parameter.unit, state.language.value)),
            t(f"controls.kind_{parameter.kind}"),
            parameter.source,
            parameter.derivation or "",
        ]
        if parameter.range is not None:
            low, high = parameter.range
            lines.insert(2, t("controls.range", low=f"{low:g}", high=f"{high:g}"))
        for line in filter(None, lines):
            with solara.v.Html(tag="div"):
                solara.Text(line)
