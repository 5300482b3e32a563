"""The bar over the results: run, pause, step, stop, and how far the run is."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from dataclasses import replace

import solara
import solara.lab

from agents.errors import MinshengError
from dashboard import runner, state
from dashboard.choices import MOST_REPLICATES, Choices
from dashboard.limits import household_years, most_household_years
from dashboard.results import Result
from dashboard.words import t

_MINUTE = 60


@solara.lab.task
def simulate(choices: Choices) -> None:
    """Simulate in the background and show the result, or say why there is none."""
    tab_closed = solara.kernel_closed_event()

    def is_wanted() -> bool:
        return simulate.is_current() and not tab_closed.is_set()

    def show(result: Result) -> None:
        if is_wanted():
            state.result.set(result)

    def tell(progress: runner.Progress) -> None:
        if is_wanted():
            state.progress.set(progress)

    remote = runner.Remote()
    state.problem.set("")
    state.remote.set(remote)
    try:
        result = runner.run(choices, show, tell, is_wanted, remote)
    except MinshengError as error:
        if is_wanted():
            state.problem.set(str(error))
    else:
        if result is not None:
            show(result)


@solara.component
def RunBar() -> None:  # noqa: N802
    """Start a run, or steer the one that goes on."""
    with solara.Div(classes=["run-bar"]):
        if simulate.pending:
            _Steering()
        else:
            _Start()


@solara.component
def _Start() -> None:  # noqa: N802
    """Choose how many replicates, and run."""
    choices = state.choices.value
    asked = _asked(choices)
    with solara.Div(classes=["buttons"]):
        solara.Button(
            t("runs.run_both" if len(choices.names()) > 1 else "runs.run_one"),
            on_click=lambda: simulate(choices),
            color="primary",
            disabled=asked is None,
            icon_name="mdi-play",
        )
        _Replicates(choices.replicates)
        if simulate.cancelled:
            solara.Text(t("runs.stopped"), classes=["hint"])
        elif asked is None:
            solara.Text(t("runs.refused"), classes=["wrong"])
    if asked is not None:
        _Size(asked)


def _asked(choices: Choices) -> int | None:
    """Return the households times years of a set-up, None where it cannot be simulated."""
    try:
        return household_years(choices, choices.scenarios())
    except MinshengError:
        return None


@solara.component
def _Replicates(value: int) -> None:  # noqa: N802
    """Choose how many equally likely histories are simulated, which makes the bands."""

    def choose(number: int) -> None:
        state.choices.set(replace(state.choices.value, replicates=number))

    with solara.Div(classes=["replicates"]):
        solara.SliderInt(
            t("runs.replicates", n=value), value=value, on_value=choose, min=1, max=MOST_REPLICATES
        )


@solara.component
def _Size(asked: int) -> None:  # noqa: N802
    """Say how much work this is, and what the server accepts."""
    most = most_household_years()
    key = "runs.size" if asked <= most else "runs.too_large"
    solara.Text(t(key, asked=f"{asked:,}", most=f"{most:,}"), classes=["hint"])


@solara.component
def _Steering() -> None:  # noqa: N802
    """Pause, step, stop, and say how far the run is."""
    now, remote = state.progress.value, state.remote.value
    with solara.Div(classes=["buttons"]):
        if remote is not None and now.phase == runner.PAUSED:
            solara.Button(t("runs.resume"), on_click=remote.resume, icon_name="mdi-play")
            solara.Button(t("runs.step"), on_click=remote.step, icon_name="mdi-skip-next")
        elif remote is not None and now.phase == runner.RUNNING:
            solara.Button(t("runs.pause"), on_click=remote.pause, icon_name="mdi-pause")
        solara.Button(t("runs.stop"), on_click=simulate.cancel, icon_name="mdi-stop")
    share = 100 * now.done / now.total if now.total else 0
    solara.ProgressLinear(share if now.total else True)
    with solara.v.Html(tag="div", class_="hint", attributes={"role": "status"}):
        solara.Text(told(now))


def told(now: runner.Progress) -> str:
    """Return how far a run is, in the language of the tab."""
    if now.phase == runner.WAITING:
        return t("runs.waiting", place=now.in_line)
    if now.phase == runner.PAUSED:
        return t("runs.paused", year=now.year) if now.done else t("runs.paused_first")
    if now.phase == runner.STARTING or not now.done:
        return t("runs.starting")
    if now.phase == runner.WRITING:
        return t("runs.writing")
    text = t("runs.running", year=now.year, replicate=now.replicate + 1)
    return text if now.seconds_left is None else f"{text} {_time_left(now.seconds_left)}"


def _time_left(seconds: float) -> str:
    if seconds < _MINUTE:
        return t("runs.seconds_left", n=max(round(seconds), 1))
    return t("runs.minutes_left", n=round(seconds / _MINUTE))
