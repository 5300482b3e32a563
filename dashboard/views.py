"""The right side of the page: what was simulated, charts, and the table of national outcomes."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from html import escape

import solara

from dashboard.charts import CHARTS, DARK, LIGHT, Chart, caption, effect, levels
from dashboard.runner import BASELINE, REFORM, Finished
from dashboard.state import dark
from dashboard.tables import as_html, columns_by_outcome, comparison, outcome_of, shown, tidy

LEVELS, EFFECT = "Levels", "Effect of the reform"


@solara.component
def Results(result: Finished, is_current: bool) -> None:  # noqa: N802
    """Show everything that is known about a finished run.

    Parameters
    ----------
    result : Finished
    is_current : bool
        Whether the choices on the left are still those of the run.
    """
    view, set_view = solara.use_state(LEVELS)
    compared = REFORM in result.outcomes
    _About(result, is_current)
    if compared:
        solara.ToggleButtonsSingle(
            value=view, values=[LEVELS, EFFECT], on_value=set_view, dense=True
        )
    with solara.v.Html(tag="div", class_="charts"):
        for chart in CHARTS:
            _ChartCard(chart, result, view if compared else LEVELS)
    _Table(result)


@solara.component
def _About(result: Finished, is_current: bool) -> None:  # noqa: N802
    """Tell what was simulated, and how to read it."""
    scenario = result.scenario
    years = f"{scenario.years.first} to {scenario.years.last}"
    solara.HTML("h2", escape(f"{scenario.title}, {years}"))
    text = (
        f"One possible history (seed {scenario.seed}) of a world of "
        f"{scenario.world.households:,} households in {scenario.world.n_counties} counties."
    )
    if REFORM in result.outcomes:
        text += " Baseline and reform share the seed: all that differs comes from the reform."
    solara.Text(text)
    if not is_current:
        solara.Text("The settings have changed since this run.", classes=["stale"])
    for name, command in result.request.commands().items():
        with solara.v.Html(tag="div", class_="hint"):
            solara.Text(f"{name.capitalize()}: ")
            solara.HTML("code", escape(command))


@solara.component
def _ChartCard(chart: Chart, result: Finished, view: str) -> None:  # noqa: N802
    """Show a chart with its title and what it means."""
    palette = DARK if dark.value else LIGHT
    draw = effect if view == EFFECT else levels
    with solara.v.Html(tag="section", class_="chart"):
        solara.HTML("h3", chart.title)
        solara.FigureEcharts(
            option=draw(chart, result.outcomes, palette),
            attributes={
                "style": "height: 280px",
                "role": "img",
                "aria-label": f"{chart.title} by year; the table below has the numbers",
            },
            responsive=True,
        )
        solara.Text(caption(chart, result.outcomes, view == LEVELS), classes=["hint"])


@solara.component
def _Table(result: Finished) -> None:  # noqa: N802
    """Show one outcome by year, for any outcome and group, and offer all of them as a file."""
    picks = columns_by_outcome(result.outcomes[BASELINE].columns)
    outcome, set_outcome = solara.use_state("poverty_rate")
    group, set_group = solara.use_state("rural")
    groups = picks[outcome]
    name = groups.get(group) or next(iter(groups.values()))
    solara.HTML("h2", "National outcomes")
    with solara.v.Html(tag="div", class_="pickers"):
        solara.Select("Outcome", values=list(picks), value=outcome, on_value=set_outcome)
        shown_group = next(key for key, column in groups.items() if column == name)
        solara.Select("Group", values=list(groups), value=shown_group, on_value=set_group)
        _Download(result)
    described = outcome_of(name)
    solara.Text(f"{described.definition}. Defined by: {described.source}.", classes=["hint"])
    scale = shown(name, result.outcomes)
    table = as_html(comparison(name, result.outcomes), scale)
    with solara.Div(classes=["scroll"]):
        solara.HTML("table", table, classes=["numbers"])


@solara.component
def _Download(result: Finished) -> None:  # noqa: N802
    """Offer all national outcomes of all runs as comma-separated values."""
    years = result.scenario.years
    solara.FileDownload(
        lambda: tidy(result.outcomes).to_csv(index=False),
        filename=f"minsheng_{result.request.scenario}_{years.first}-{years.last}.csv",
        label="Download all as CSV",
        mime_type="text/csv",
    )
