"""The tab from which everything is taken along: data, report, scenario, and how to repeat it."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from html import escape

import solara
import solara.lab

from agents.errors import MinshengError
from dashboard import runner
from dashboard.choices_text import reforms_yaml, to_yaml
from dashboard.files import as_parquet, national, scenario_yaml, tables_zip
from dashboard.messages import told
from dashboard.reproduce import compare_command, file_of, recipe
from dashboard.results import Result, WorldResult
from dashboard.words import t, tongue


@solara.component
def TakeAlong(result: Result) -> None:  # noqa: N802
    """Offer every file of a result, and the commands that make the numbers again."""
    solara.HTML("h2", escape(t("runs.take_along")))
    with solara.Div(classes=["files"]):
        _National(result)
        for name, world in result.worlds.items():
            _World(result, name, world)
        solara.FileDownload(
            to_yaml(result.choices), filename="set_up.yaml", label=t("runs.set_up_file")
        )
    if not result.finished:
        solara.Text(t("runs.not_yet"), classes=["hint"])
    solara.Text(t("runs.charts_note"), classes=["hint"])
    Reproduce(result)


@solara.component
def _National(result: Result) -> None:  # noqa: N802
    """Offer the national outcomes of all worlds and replicates, in rows."""
    if not result.finished:
        return
    name = f"minsheng_{result.choices.scenario}"
    solara.FileDownload(
        lambda: national(result).to_csv(index=False).encode(),
        filename=f"{name}.csv",
        label=t("runs.national_csv"),
        mime_type="text/csv",
    )
    solara.FileDownload(
        lambda: as_parquet(national(result)),
        filename=f"{name}.parquet",
        label=t("runs.national_parquet"),
    )


@solara.component
def _World(result: Result, name: str, world: WorldResult) -> None:  # noqa: N802
    """Offer the files of one world."""
    solara.FileDownload(
        scenario_yaml(world),
        filename=f"scenario_{name.lower()}.yaml",
        label=t("runs.scenario_file", world=name),
    )
    if result.choices.world(name):
        solara.FileDownload(
            reforms_yaml(result.choices.world(name)),
            filename=file_of(name),
            label=t("runs.reforms_file", world=name),
        )
    if world.folder is not None:
        solara.FileDownload(
            lambda: tables_zip(world),
            filename=f"world_{name.lower()}.zip",
            label=t("runs.tables", world=name),
        )
        _Report(name, world)


@solara.component
def _Report(name: str, world: WorldResult) -> None:  # noqa: N802
    """Write the report on demand, in the background, and offer it."""
    nothing: bytes | None = None
    written, set_written = solara.use_state(nothing)
    problem, set_problem = solara.use_state("")

    def write() -> None:
        if world.folder is None:
            return
        try:
            set_written(runner.run_report(world.folder, lambda: task.is_current()))
        except MinshengError as error:
            set_problem(str(error))

    task = solara.lab.use_task(write, dependencies=None)
    if problem:
        solara.Text(told(problem, tongue()), classes=["wrong"])
    if written is not None:
        solara.FileDownload(
            written, filename=f"report_{name.lower()}.html", label=t("runs.report", world=name)
        )
    elif task.pending:
        solara.ProgressLinear(True)
    else:
        solara.Button(t("runs.make_report", world=name), on_click=task)


@solara.component
def Reproduce(result: Result) -> None:  # noqa: N802
    """Show the command lines and the Python that make the same numbers."""
    made = recipe(result.choices)
    solara.HTML("h2", escape(t("runs.reproduce")))
    solara.Text(t("runs.reproduce_note"), classes=["hint"])
    for name, text in made.files.items():
        _Code(name, text)
    _Code(t("runs.command_line"), "\n".join(made.commands.values()))
    if (compared := compare_command(result.choices)) is not None:
        _Code(t("runs.compare_note"), compared)
    _Code(t("runs.python"), made.python)


@solara.component
def _Code(title: str, text: str) -> None:  # noqa: N802
    solara.HTML("h3", escape(title))
    solara.HTML("pre", escape(text), classes=["code"], attributes={"tabindex": "0"})
