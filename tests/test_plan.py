"""Plans of sweeps: the smallest works, and everything wrong is named at once with its line."""

import contextlib
import re
import shlex
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.errors import MinshengError
from experiments.plan_files import load_plan, plan_from_text
from experiments.run import prepare
from experiments.sweep_runs import (
    identity,
    planned_runs,
    points,
    reproducing_command,
    scenario_at,
)
from model.reforms import ScenarioWarning
from model.scenario_files import Known
from policies.yaml_text import InvalidFileError

SMALLEST = """\
scenario: tiny
levers: {dibao.urban.line_ratio: [0.14, 0.16, 0.18, 0.20]}
replicates: 6
"""
LINE = "dibao.urban.line_ratio"
ROOT = Path(__file__).parents[1]
BROKEN = """\
scenario: tiny
levers:
  dibao.urban.line_rato: [0.14, 0.16]
  dibao.urban.line_ratio: [0.14, 16, 0.14]
  world.households: [40]
  reforms: [none, nowhere.yaml]
uncertainties:
  dibao.urban.line_ratio: range
  residents_pension.base.amount: range
  adoption.mode.urban_dibao: range
  world.townships_per_county: range
constants:
  dibao.urban.line_ratio@2005-01-01: 0.2
  seed: 3
  years.last: 2050
outcomes: {names: [povertyrate]}
"""
FOUND = [
    (1, "design.samples is missing"),
    (3, "unknown setting 'dibao.urban.line_rato'; did you mean 'dibao.urban.line_ratio'?"),
    (4, "levers.dibao.urban.line_ratio[1]: must lie in [0.05, 0.6]"),
    (4, "levers.dibao.urban.line_ratio[2]: the number 0.14 stands here twice, first as value 1"),
    (5, "must be at least 124, one per township"),
    (6, "levers.reforms[1]: nowhere.yaml: cannot be read"),
    (8, "overlaps with dibao.urban.line_ratio in levers on line 4"),
    (10, "is a text and has no range"),
    (11, "has no range of its own"),
    (13, "overlaps with dibao.urban.line_ratio in levers on line 4"),
    (14, "for many histories write replicates"),
    (15, "must be a year from 1993 to 2023"),
    (16, "unknown outcome 'povertyrate'; did you mean 'poverty_rate'?"),
]
REFORM = """\
name: A higher line
from: 2005-01-01
parameters: {dibao.urban.line_ratio: 0.25}
"""
ODD = ["[", "{", "!!int ", "&a ", "\t", "null", "range", "9" * 400, ".nan", "- ", ": ", "@", "年"]


def plan(text):
    return plan_from_text(text, "plan.yaml")


def test_smallest_plan_has_every_line_with_every_replicate():
    runs = planned_runs(plan(SMALLEST))
    assert len({run.run_id for run in runs}) == len(runs) == 24
    assert [run.values[LINE] for run in runs[::6]] == [0.14, 0.16, 0.18, 0.20]
    assert [run.replicate for run in runs[:6]] == list(range(6))


def test_plans_in_the_documentation_are_right():
    text = (ROOT / "docs" / "sweep.md").read_text(encoding="utf-8")
    plans = [
        planned_runs(plan(block)) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    ]
    assert [len(runs) for runs in plans] == [24, 2 * 2 * 64 * 2]


def test_everything_wrong_is_named_at_once_with_its_line():
    with pytest.raises(InvalidFileError) as caught:
        plan(BROKEN)
    for line, text in FOUND:
        named = [p for p in caught.value.problems if p.startswith(f"plan.yaml:{line}:")]
        assert any(text in problem for problem in named), (line, text, caught.value.problems)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "plan.yaml:1: the file is empty"),
        ("replicates: 2", "the key 'scenario' is missing"),
        ("scenario: tinny", "plan.yaml:1: scenario: unknown scenario 'tinny'"),
        ("scenario: tiny\nreplicats: 2", "did you mean 'replicates'?"),
        ("scenario: tiny\nreplicates: 0", "must be at least 1"),
        ("scenario: tiny\nlevers: {years.last: []}", "a list of at least 1 value"),
        ("scenario: tiny\nlevers: {years.last: 2000}", "a list of at least 1 value"),
        ("scenario: tiny\nuncertainties: {a: 1}", "the word range, a mapping with low and high"),
        ("scenario: tiny\nuncertainties: {a: {low: 2, high: 1}}", "low must be less than high"),
        ("scenario: tiny\nuncertainties: {a: {low: x, high: 1}}", "must be numbers"),
        ("scenario: tiny\ndesign: {samples: 4}", "no uncertainties to draw"),
        (
            "scenario: tiny\nuncertainties: {a: range}\ndesign: {uncertainties: factorial}",
            "a factorial design needs a list of values",
        ),
        ("scenario: tiny\ndesign: {uncertainties: sobl}", "'sobol', 'lhs', 'saltelli'"),
        ("scenario: tiny\noutcomes: {levels: [town]}", "'nation', 'region'"),
        ("scenario: tiny\noutcomes: {years: [1890]}", "must be at least 1993"),
        (
            "scenario: tiny\nconstants: {years.last: 1994}\noutcomes: {years: [1994, 2013]}",
            "plan.yaml:3: outcomes.years[1]: must be a year from 1993 to 1994, got 2013",
        ),
        ("scenario: tiny\nconstants: {reforms: [a.yaml]}", "files of reforms are levers"),
        ("scenario: tiny\nlevers: {years.last@2000-01-01: [2001]}", "only parameters take a date"),
        ("scenario: tiny\nlevers: {years.last: [2001], years.last: [2002]}", "duplicate key"),
    ],
)
def test_a_mistake_is_one_message(text, named):
    with pytest.raises(MinshengError) as caught:
        plan(text)
    assert named in str(caught.value)


def test_values_accepted_alone_and_not_together_are_named_with_their_point():
    text = "scenario: tiny\nlevers: {years.first: [1993, 2010], years.last: [2000]}"
    with pytest.raises(MinshengError, match=r"2010.*must not lie before"):
        planned_runs(plan(text))


def test_two_dates_of_a_parameter_hold_each_from_its_own_on():
    lever, constant = f"{LINE}@2010-01-01: [0.3]", f"{LINE}@2001-01-01: 0.2"
    asked = plan(f"scenario: tiny\nlevers: {{{lever}}}\nconstants: {{{constant}}}")
    reforms = scenario_at(asked, points(asked)[0]).reforms
    assert [(r.start.year, r.parameters[LINE]) for r in reforms] == [(2001, 0.2), (2010, 0.3)]


def test_reform_from_a_file_is_a_position_of_a_lever(tmp_path):
    (tmp_path / "higher.yaml").write_text(REFORM)
    (tmp_path / "plan.yaml").write_text("scenario: tiny\nlevers: {reforms: [none, higher.yaml]}")
    asked = load_plan(tmp_path / "plan.yaml")
    none, higher = planned_runs(asked)
    assert none.values == {"reforms": "none"}
    assert scenario_at(asked, higher.values).reforms[-1].name == "A higher line"
    assert "whole.yaml --replicate 0" in reproducing_command(asked, higher, "whole.yaml")


def test_positions_that_change_the_same_are_named(tmp_path):
    for name in ("one.yaml", "other.yaml"):
        (tmp_path / name).write_text(REFORM)
    (tmp_path / "plan.yaml").write_text(
        "scenario: tiny\nlevers: {reforms: [none, one.yaml, other.yaml]}"
    )
    asked = load_plan(tmp_path / "plan.yaml")
    with pytest.warns(ScenarioWarning, match=r"other.yaml changes the same as one.yaml"):
        assert len(planned_runs(asked)) == 2


def test_a_place_that_a_world_does_not_draw_is_named_before_anything_runs(tmp_path):
    (tmp_path / "away.yaml").write_text(f"{REFORM}places: [3502]\n")
    (tmp_path / "plan.yaml").write_text("scenario: tiny\nlevers: {reforms: [away.yaml]}")
    with pytest.raises(MinshengError, match="no county of 3502 is in this world"):
        planned_runs(load_plan(tmp_path / "plan.yaml"))


def test_what_a_reform_changes_as_well_is_refused_with_both_places(tmp_path):
    (tmp_path / "higher.yaml").write_text(REFORM)
    text = f"scenario: tiny\nlevers:\n  reforms: [higher.yaml]\n  {LINE}: [0.2]"
    (tmp_path / "plan.yaml").write_text(text)
    with pytest.raises(
        InvalidFileError, match=r"yaml:4: .*'A higher line' \(higher.yaml, on line 3"
    ):
        load_plan(tmp_path / "plan.yaml")


def test_broken_file_of_a_reform_is_named_with_its_own_line(tmp_path):
    (tmp_path / "higher.yaml").write_text(REFORM.replace("line_ratio", "line_rato"))
    (tmp_path / "plan.yaml").write_text("scenario: tiny\nlevers: {reforms: [higher.yaml]}")
    with pytest.raises(InvalidFileError, match=r"higher\.yaml:3: .*did you mean"):
        load_plan(tmp_path / "plan.yaml")


def test_the_same_run_has_the_same_name_however_it_is_asked_for():
    as_lever = planned_runs(plan(f"scenario: tiny\nlevers: {{{LINE}: [0.2]}}"))
    as_constant = planned_runs(plan(f"scenario: tiny\nconstants: {{{LINE}: 0.2}}"))
    assert as_lever[0].run_id == as_constant[0].run_id
    others = ("years.last: 2000", f"{LINE}: 0.21", f"{LINE}@2001-01-01: 0.2", "policies.hukou: off")
    ids = {planned_runs(plan(f"scenario: tiny\nconstants: {{{o}}}"))[0].run_id for o in others}
    assert len(ids | {as_lever[0].run_id}) == 5


@settings(
    max_examples=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(st.integers(0, len(BROKEN)), st.integers(0, 20), st.sampled_from(ODD))
def test_whatever_is_done_to_a_plan_a_plan_or_one_clear_error_comes_out(known, start, length, odd):
    with contextlib.suppress(InvalidFileError), warnings.catch_warnings():
        plan_from_text(BROKEN[:start] + odd + BROKEN[start + length :], "plan.yaml", known)


@pytest.fixture(scope="module")
def known():
    return Known.shipped()


def test_the_command_of_a_run_asks_for_the_same_run():
    text = (
        "scenario: tiny\nlevers: {policies.hukou: [on, off], adoption.mode.urban_dibao: [choice]}"
    )
    asked = plan(text + f"\nconstants: {{{LINE}@2001-01-01: 0.15}}\nseed: 7")
    for run in planned_runs(asked):
        words = shlex.split(reproducing_command(asked, run, ""))
        options = [words[place + 1] for place, word in enumerate(words) if word == "--set"]
        again = prepare(words[2], options, int(words[words.index("--seed") + 1]))
        assert identity(again, run.replicate) == run.run_id
