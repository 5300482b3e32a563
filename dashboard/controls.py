"""The left side of the page: scenario, last year, what the reform changes, and the run button."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

import solara
import solara.lab

from agents.errors import MinshengError
from dashboard.runner import Request, run_in_child
from dashboard.state import RATIOS, Choices, choices, chosen, finished, problem, progress
from model.scenario_files import shipped_scenarios
from policies.base import Policy, discover
from policies.parameter_values import Parameter
from policies.parameters import ParameterSet

_STEP = 0.01


@solara.lab.task
def run(request: Request) -> None:
    """Simulate in the background and show the result, or say why there is none."""
    tab_closed = solara.kernel_closed_event()

    def is_wanted() -> bool:
        return run.is_current() and not tab_closed.is_set()

    problem.set("")
    try:
        result = run_in_child(request, progress.set, is_wanted)
    except MinshengError as error:
        if is_wanted():
            problem.set(str(error))
    else:
        if result is not None and is_wanted():
            finished.set(result)


@solara.component
def Controls() -> None:  # noqa: N802
    """Everything a visitor can choose."""
    current = chosen()
    with solara.Column(gap="0px", classes=["controls"]):
        _ScenarioChoice(current)
        solara.HTML("h2", "Reform")
        for policy in discover().values():
            _PolicySwitch(current, policy)
        for path in RATIOS:
            _Ratio(current, path)
        with solara.Div(classes=["run"]):
            _RunButton(current)
            _ProgressLine()


@solara.component
def _ScenarioChoice(current: Choices) -> None:  # noqa: N802
    """Choose the scenario that is the baseline, and its last year."""
    base = current.base
    solara.HTML("h2", "Scenario")
    solara.Select(
        label="Scenario",
        values=list(shipped_scenarios()),
        value=current.scenario,
        on_value=lambda name: choices.set(Choices.of(name)),
    )
    solara.Text(f"{base.title}. {base.description.strip()}", classes=["hint"])
    solara.SliderInt(
        f"Last year: {current.last_year}",
        value=current.last_year,
        on_value=lambda year: choices.set(chosen().with_last_year(year)),
        min=base.years.first + 1,
        max=base.years.last,
    )


@solara.component
def _PolicySwitch(current: Choices, policy: type[Policy]) -> None:  # noqa: N802
    """Choose whether the reform has a policy; say what it means that it has not."""
    on = current.is_on(policy.id)
    solara.Switch(
        label=policy.title,
        value=on,
        on_value=lambda new: choices.set(chosen().with_policy(policy.id, new)),
    )
    solara.Text(
        "Counties adopt it, by choice or by law." if on else policy.neutral, classes=["hint"]
    )


@solara.component
def _Ratio(current: Choices, path: str) -> None:  # noqa: N802
    """Choose one number for all years in place of the parameter's own values."""
    parameter = ParameterSet.load().parameter(path)
    own = _own_values(current, path)
    value = current.value(path)

    def switch(on: bool) -> None:
        choices.set(chosen().with_value(path, round(own[-1], 2) if on else None))

    with solara.Div(classes=["parameter"]):
        solara.Text(parameter.meaning, classes=["meaning"])
        solara.Switch(label="Same value in all years", value=value is not None, on_value=switch)
        if value is None:
            years = current.base.years
            history = f"{own[0]:.2f} in {years.first}, {own[-1]:.2f} in {years.last}"
            solara.Text(f"As in the scenario: {history}", classes=["hint"])
        else:
            _RatioSlider(current, parameter, value)
        _Source(parameter)


@solara.component
def _RatioSlider(current: Choices, parameter: Parameter, value: float) -> None:  # noqa: N802
    low, high = parameter.range or (0.0, 1.0)
    solara.SliderFloat(
        f"{value:.2f} ({parameter.unit})",
        value=value,
        on_value=lambda new: choices.set(chosen().with_value(parameter.path, round(new, 2))),
        min=low,
        max=high,
        step=_STEP,
    )


@solara.component
def _Source(parameter: Parameter) -> None:  # noqa: N802
    """Tell where the number comes from, folded away."""
    low, high = parameter.range or (0.0, 1.0)
    with solara.v.Html(tag="details", class_="hint"):
        solara.HTML("summary", f"Source and range of {parameter.path}")
        solara.Text(f"{parameter.kind.capitalize()}. {parameter.source}.")
        solara.Text(f" Accepted: {low:g} to {high:g} ({parameter.unit}).")


def _own_values(current: Choices, path: str) -> tuple[float, float]:
    """Return the values of a parameter in the first and the last year of the scenario."""
    parameters = current.base.parameters(ParameterSet.load())
    years = current.base.years
    return parameters.at(years.first)(path), parameters.at(years.last)(path)


@solara.component
def _RunButton(current: Choices) -> None:  # noqa: N802
    """Start a run, or stop the one that is going on."""
    if run.pending:
        solara.Button("Cancel", on_click=run.cancel, outlined=True, block=True)
    else:
        label = "Run baseline and reform" if current.changes else "Run"
        solara.Button(label, on_click=lambda: run(current.request()), color="primary", block=True)


@solara.component
def _ProgressLine() -> None:  # noqa: N802
    """Show how many years of the run that is going on are done."""
    now = progress.value
    if not run.pending:
        solara.Text("Stopped; nothing was kept." if run.cancelled else "", classes=["hint"])
        return
    share = 100 * now.done / now.total if now.total else 0
    solara.ProgressLinear(share if now.total else True)
    if now.waiting:
        text = "Waiting until other simulations end"
    elif not now.run:
        text = "Starting"
    elif not now.done:
        text = f"{now.run.capitalize()}: building the world"
    else:
        text = f"{now.run.capitalize()}: {now.done} of {now.total} years done"
    solara.Text(text, classes=["hint"])
