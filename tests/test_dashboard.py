"""Behind the dashboard: choices, tables, charts, and simulations in a child process."""

import json
import multiprocessing
import threading
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dashboard import runner, state
from dashboard.charts import CHARTS, DARK, LIGHT, caption, effect, levels
from dashboard.runner import BASELINE, REFORM, Finished, Progress, Request, RunError, run_in_child
from dashboard.state import Choices
from dashboard.tables import (
    Shown,
    as_html,
    columns_by_outcome,
    comparison,
    keys_of,
    official_rows,
    shown,
    tidy,
)
from experiments.run import prepare, simulate

URBAN, RURAL = state.RATIOS
SHORT = ("years.last=1996",)


@pytest.fixture(scope="module")
def result():
    """A finished run of four years with a reform: no urban dibao."""
    request = Request("tiny", SHORT, (*SHORT, "policies.urban_dibao=off"))
    scenarios = {name: prepare("tiny", given) for name, given in request.runs().items()}
    outcomes = {
        name: runner.national_outcomes(simulate(scenario)) for name, scenario in scenarios.items()
    }
    return Finished(request, scenarios[BASELINE], outcomes)


def test_unchanged_choices_ask_for_the_scenario_alone():
    assert Choices.of("tiny").request() == Request("tiny", (), None)


def test_changes_become_settings_of_the_reform_only():
    choices = Choices.of("tiny").with_last_year(2000).with_value(URBAN, 0.25)
    choices = choices.with_policy("rural_dibao", False)
    common = "years.last=2000"
    reform = (common, f"{URBAN}=0.25", "policies.rural_dibao=off")
    assert choices.request() == Request("tiny", (common,), reform)


def test_a_change_that_is_taken_back_leaves_no_reform():
    choices = Choices.of("no_dibao").with_policy("urban_dibao", True).with_value(RURAL, 0.3)
    assert choices.is_on("urban_dibao")
    assert (
        choices.with_policy("urban_dibao", False).with_value(RURAL, None).request().reform is None
    )


def test_the_commands_that_are_shown_make_the_same_scenarios():
    request = Choices.of("tiny").with_value(URBAN, 0.25).request()
    words = request.commands()[REFORM].split()
    assert words[:3] == ["minsheng", "run", "tiny"]
    assert prepare("tiny", words[4::2]) == prepare("tiny", request.reform)


def test_every_column_of_results_has_its_outcome_scheme_and_group(result):
    columns = columns_by_outcome(result.outcomes[BASELINE])
    assert keys_of("adopters/urban_dibao") == ("adopters", "urban_dibao", "all")
    assert columns["coverage, dibao"]["rural"] == "coverage/dibao/rural"
    assert columns["gini"]["all"] == "gini"


@pytest.mark.parametrize(
    ("column", "year", "value"),
    [
        ("poverty_rate/rural", 2010, 0.172),
        ("dibao_recipients/rural", 2009, 47_600_000),
        ("dibao_line/urban", 2002, 148),
        ("gini", 2008, 0.491),
    ],
)
def test_official_figures_come_in_units_of_the_model(column, year, value):
    assert official_rows(column, pd.Index([year]))["value"].tolist() == pytest.approx([value])


def test_outcomes_without_official_figures_have_none():
    assert official_rows("poverty_rate/urban", pd.RangeIndex(1993, 2024)).empty


def test_the_difference_is_reform_less_baseline(result):
    table = comparison("poverty_rate/urban", result.outcomes)
    before, after = (frame["poverty_rate/urban"] for frame in result.outcomes.values())
    assert list(table) == [BASELINE, REFORM, "difference"]
    assert table["difference"].tolist() == (after - before).tolist()


def test_the_file_holds_every_value_of_every_run(result):
    rows = tidy(result.outcomes)
    frame = result.outcomes[REFORM]
    assert list(rows) == ["run", "year", "outcome", "scheme", "group", "unit", "value"]
    assert len(rows) == 2 * frame.size
    key = ("reform", 1995, "dibao_recipients", "rural")
    found = rows.set_index(["run", "year", "outcome", "group"]).loc[key]
    assert found["value"] == frame.loc[1995, "dibao_recipients/rural"]


def test_household_sizes_are_persons_and_populations_millions(result):
    assert shown("household_size", result.outcomes).text(3.94) == "3.94"
    assert shown("population", result.outcomes).text(1_185_000_000) == "1,185.0"


def test_tables_show_a_dash_for_nothing_and_no_negative_zero():
    table = pd.DataFrame({"a<b": [np.nan, -0.0001]}, index=[1993, 1994])
    html = as_html(table, Shown("%", 100, 1))
    assert "<td>–</td>" in html
    assert "<td>0.0</td>" in html
    assert "A&lt;b" in html


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
@pytest.mark.parametrize("draw", [levels, effect])
def test_every_chart_can_be_sent_to_a_browser(chart, draw, result):
    option = draw(chart, result.outcomes, LIGHT)
    assert json.loads(json.dumps(option, allow_nan=False)) == option
    assert option["xAxis"]["data"] == ["1993", "1994", "1995", "1996"]
    assert all(len(one["data"]) == 4 for one in option["series"])


def test_levels_show_the_baseline_dashed_the_reform_solid_and_official_dots(result):
    option = levels(CHARTS[0], result.outcomes, LIGHT)
    drawn = {one["name"]: one for one in option["series"]}
    assert drawn["Rural, baseline"]["lineStyle"]["type"] == "dashed"
    assert drawn["Rural, reform"]["lineStyle"]["type"] == "solid"
    assert drawn["Rural, official"]["data"] == [None, None, 60.5, None]


def test_a_single_run_is_solid_and_needs_no_name_of_its_own(result):
    option = levels(CHARTS[0], {BASELINE: result.outcomes[BASELINE]}, DARK)
    names = [one["name"] for one in option["series"]]
    assert names == ["Rural", "Rural, official", "Urban"]
    assert option["series"][0]["lineStyle"]["type"] == "solid"


def test_the_effect_on_a_share_is_in_percentage_points(result):
    option = effect(CHARTS[0], result.outcomes, LIGHT)
    difference = comparison("poverty_rate/urban", result.outcomes)["difference"]
    assert option["yAxis"]["name"] == "percentage points"
    assert option["series"][1]["data"] == pytest.approx((100 * difference).round(2).tolist())


def test_captions_tell_whether_the_model_was_fitted_to_the_dots(result):
    texts = {chart.title: caption(chart, result.outcomes) for chart in CHARTS}
    assert "held out" in texts["Poverty rate"]
    assert "the model was fitted" in texts["Mean income"]
    assert "Dots" not in texts["Relative poverty rate"]
    assert "Dots" not in caption(CHARTS[0], result.outcomes, with_dots=False)


def test_a_child_process_finds_what_this_process_finds(result):
    reports = []
    found = run_in_child(result.request, reports.append, lambda: True)
    for name, frame in result.outcomes.items():
        pd.testing.assert_frame_equal(found.outcomes[name], frame, check_exact=True)
    assert Progress(BASELINE, 4, 4) in reports
    assert reports[-1] == Progress(REFORM, 4, 4)


def test_a_run_that_is_not_wanted_any_more_stops_and_leaves_no_process():
    reports = []
    request = Request("tiny", ("world.households=200000",))
    wanted = lambda: not any(report.run for report in reports)  # noqa: E731
    assert run_in_child(request, reports.append, wanted) is None
    assert not multiprocessing.active_children()


def test_what_the_model_refuses_is_told_in_its_own_words():
    request = Request("tiny", (), (f"{URBAN}=9",))
    with pytest.raises(RunError, match=r"line_ratio.*must lie in \[0\.05, 0\.6\]"):
        run_in_child(request, lambda _: None, lambda: True)


@pytest.mark.parametrize(("code", "words"), [(-9, "SIGKILL"), (1, "terminal")])
def test_a_dead_child_process_is_explained(code, words):
    child = SimpleNamespace(join=lambda: None, exitcode=code)
    assert words in str(runner._death_of(child))


def test_simulations_wait_for_a_place_and_give_up_when_not_wanted(monkeypatch):
    monkeypatch.setattr(runner, "_SLOTS", threading.BoundedSemaphore(1))
    reports = []
    with (
        runner._slot(reports.append, lambda: True),
        runner._slot(reports.append, lambda: False) as got_one,
    ):
        assert not got_one
    assert [report.waiting for report in reports] == [False, True]
