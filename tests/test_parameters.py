"""Parameters: dates, types, ranges, reforms that leave their baseline alone, and the files."""

import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from agents.errors import MinshengError, UnknownNameError
from policies.parameter_values import BeforeFirstDateError, ParameterValueError
from policies.parameters import Override, ParameterSet, WrongReadingError
from policies.yaml_text import InvalidFileError

LINE = "dibao.urban.line_ratio"
FILE = """\
line_ratio:
  meaning: Target ratio of the line to mean income
  unit: share
  kind: study
  source: "A source"
  derivation: "A line of arithmetic"
  range: [0.10, 0.40]
  values:
    1993-06-01: 0.20
    2006-01-01: {value: 0.17, source: "another source"}
lag:
  meaning: Years until places follow need
  unit: years
  kind: law
  source: "A source"
  range: [0, 5]
  values: {1990-01-01: 2}
mean_income:
  meaning: Mean income
  unit: yuan/person/year
  kind: statistic
  source: "A source"
  interpolate: linear
  values: {1999-01-01: 100, 2009-01-01: 200}
rights:
  meaning: A statute makes it a right
  unit: switch
  kind: law
  source: "A source"
  values: {1993-01-01: 0, 1999-10-01: 1}
mode:
  meaning: How places are set
  unit: word
  words: [quota, rights]
  kind: law
  source: "A source"
  values: {1990-01-01: quota}
tiers:
  meaning: Share paid by tier
  unit: share
  kind: statistic
  source: "A source"
  labels: [low, high]
  range: [0, 1]
  values:
    1990-01-01: [0.5, 1]
    2000-01-01: [0.6, 0.8]
"""


def folder_with(tmp_path: Path, text: str) -> Path:
    domain = tmp_path / "parameters" / "dibao"
    domain.mkdir(parents=True)
    (domain / "urban.yaml").write_text(text, encoding="utf-8")
    return domain.parent


@pytest.fixture
def base(tmp_path: Path) -> ParameterSet:
    return ParameterSet.from_folder(folder_with(tmp_path, FILE))


def refusals(tmp_path: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(InvalidFileError) as caught:
        ParameterSet.from_folder(folder_with(tmp_path, text))
    return caught.value.problems


def test_value_of_a_year_is_the_one_in_force_on_its_31_december(base: ParameterSet) -> None:
    assert [base.value(LINE, year) for year in (1993, 2005, 2006, 2023)] == [0.2, 0.2, 0.17, 0.17]


def test_reading_before_the_first_date_names_path_year_and_date(base: ParameterSet) -> None:
    with pytest.raises(BeforeFirstDateError, match=r"line_ratio.*1992.*1993-06-01"):
        base.value(LINE, 1992)


def test_misspelt_path_is_answered_with_the_nearest(base: ParameterSet) -> None:
    with pytest.raises(UnknownNameError) as caught:
        base.at(2000)("dibao.urban.lin_ratio")
    assert caught.value.nearest == LINE


def test_linear_parameter_lies_between_its_dates_and_then_holds(base: ParameterSet) -> None:
    assert base.value("dibao.urban.mean_income", 1999) == 100
    assert base.at(2004)("dibao.urban.mean_income") == pytest.approx(150, abs=0.02)
    assert base.value("dibao.urban.mean_income", 2009) == base.value(
        "dibao.urban.mean_income", 2023
    )
    assert base.value("dibao.urban.mean_income", 2023) == 200


def test_view_returns_numbers_switches_words_and_schedules(base: ParameterSet) -> None:
    view = base.at(1999)
    assert view.number(LINE) == view(LINE) == 0.2
    assert view.whole("dibao.urban.lag") == 2
    assert view.flag("dibao.urban.rights") is True
    assert base.at(1998).flag("dibao.urban.rights") is False
    assert view.text("dibao.urban.mode") == "quota"
    assert view.schedule("dibao.urban.tiers").tolist() == [0.5, 1.0]


def test_schedule_cannot_be_written_to(base: ParameterSet) -> None:
    schedule = base.at(1999).schedule("dibao.urban.tiers")
    assert schedule.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        schedule[0] = 3


@pytest.mark.parametrize("method", ["number", "flag", "text", "whole"])
def test_schedule_cannot_be_read_as_something_else(base: ParameterSet, method: str) -> None:
    with pytest.raises(WrongReadingError, match="is a schedule"):
        getattr(base.at(1999), method)("dibao.urban.tiers")


def test_override_without_date_replaces_all_dates(base: ParameterSet) -> None:
    reform = base.with_overrides([Override(LINE, 0.3)])
    assert [reform.value(LINE, year) for year in (1993, 2010)] == [0.3, 0.3]
    with pytest.raises(BeforeFirstDateError):
        reform.value(LINE, 1992)


def test_override_with_date_holds_from_then_on(base: ParameterSet) -> None:
    reform = base.with_overrides([Override(LINE, 0.3, date(2005, 1, 1))])
    assert [reform.value(LINE, year) for year in (2004, 2005, 2006, 2023)] == [0.2, 0.3, 0.3, 0.3]


def test_dated_override_leaves_earlier_interpolated_years_bit_identical(base: ParameterSet) -> None:
    path = "dibao.urban.mean_income"
    reform = base.with_overrides([Override(path, 500, date(2005, 1, 1))])
    assert [reform.value(path, y) for y in (1999, 2003)] == [
        base.value(path, y) for y in (1999, 2003)
    ]
    assert reform.value(path, 2005) == 500


def test_later_override_wins_over_the_earlier_and_drops_what_follows(base: ParameterSet) -> None:
    late, early = Override(LINE, 0.3, date(2010, 1, 1)), Override(LINE, 0.4, date(2005, 1, 1))
    assert base.with_overrides([late, early]).value(LINE, 2015) == 0.4
    assert base.with_overrides([early, late]).value(LINE, 2015) == 0.3


def test_reform_cannot_change_its_baseline(base: ParameterSet) -> None:
    before = base.digest()
    reform = base.with_overrides([Override(LINE, 0.3)])
    assert base.value(LINE, 2000) == 0.2
    assert base.digest() == before != reform.digest()


def test_set_cannot_be_changed_in_place(base: ParameterSet) -> None:
    with pytest.raises(AttributeError):
        base._by_path = {}  # type: ignore[misc]
    with pytest.raises(AttributeError):
        base.parameter(LINE).values = ()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (LINE, 25, r"must lie in \[0.1, 0.4\] \(share\), got 25; for 25 percent write 0.25"),
        (LINE, "25 %", "write 0.25 without the percent sign"),
        (LINE, True, "must be a number, got true"),
        (LINE, float("nan"), "must be a number"),
        (LINE, [0.2], "must be a number, got a list"),
        ("dibao.urban.lag", 2.5, "must be a whole number"),
        ("dibao.urban.lag", "1,200", "write 1200"),
        ("dibao.urban.rights", 2, "must be true or false"),
        ("dibao.urban.mode", 3, "must be text"),
        (
            "dibao.urban.mode",
            "qouta",
            "one of quota, rights, got the text 'qouta'; did you mean 'quota'",
        ),
        ("dibao.urban.tiers", [0.5, 0.6, 0.7], "must be a list of 2 numbers"),
        ("dibao.urban.tiers", [0.5, 7], r"must lie in \[0, 1\]"),
    ],
)
def test_override_of_wrong_type_or_range_is_refused(
    base: ParameterSet, path: str, value: object, said: str
) -> None:
    with pytest.raises(ParameterValueError, match=f"^here:7: {path}: .*{said}"):
        base.with_overrides([Override(path, value, origin="here:7")])


def test_override_takes_what_batch_tools_pass(base: ParameterSet) -> None:
    overrides = [
        Override(LINE, np.float64(0.3)),
        Override("dibao.urban.lag", np.float64(3)),
        Override("dibao.urban.mean_income", 7),
        Override("dibao.urban.rights", "on"),
        Override("dibao.urban.tiers", np.array([0.1, 0.2])),
    ]
    view = base.with_overrides(overrides).at(2023)
    assert (view(LINE), view.whole("dibao.urban.lag")) == (0.3, 3)
    assert view.flag("dibao.urban.rights")
    assert view.schedule("dibao.urban.tiers").tolist() == [0.1, 0.2]


def test_all_wrong_overrides_are_reported_at_once(base: ParameterSet) -> None:
    with pytest.raises(MinshengError) as caught:
        base.with_overrides([Override(LINE, 9, origin="a:1"), Override("no.such", 1, origin="b:2")])
    assert [line[:4] for line in str(caught.value).splitlines()] == ["a:1:", "b:2:"]


def test_digest_does_not_depend_on_wording(base: ParameterSet, tmp_path: Path) -> None:
    reworded = folder_with(tmp_path / "other", FILE.replace("A source", "Another wording"))
    assert ParameterSet.from_folder(reworded).digest() == base.digest()


def test_digest_depends_on_a_date(base: ParameterSet, tmp_path: Path) -> None:
    redated = folder_with(tmp_path / "other", FILE.replace("1993-06-01", "1993-06-02"))
    assert ParameterSet.from_folder(redated).digest() != base.digest()


def test_set_survives_a_change_of_process(base: ParameterSet) -> None:
    assert pickle.loads(pickle.dumps(base)).digest() == base.digest()


def test_table_shows_the_last_value_with_its_own_source(base: ParameterSet) -> None:
    row = next(row for row in base.as_rows() if row.path == LINE)
    assert (row.value, row.since, row.source) == (0.17, date(2006, 1, 1), "another source")
    assert (row.unit, row.kind, row.range) == ("share", "study", (0.1, 0.4))


def test_view_remembers_what_was_read(base: ParameterSet) -> None:
    view = base.at(2000)
    view(LINE)
    assert view.paths_read() == {LINE}


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("unit: share", "unti: share", 3, "unknown key 'unti'; did you mean 'unit'"),
        ("  unit: years\n", "", 11, "the key 'unit' is missing"),
        ("kind: study", "kind: guess", 4, "must be 'law', 'statistic', 'study' or 'assumption'"),
        ('  derivation: "A line of arithmetic"\n', "", 1, "the key 'derivation' is missing"),
        ("  range: [0.10, 0.40]\n", "", 1, "the key 'range' is missing"),
        ("[0.10, 0.40]", "[0.40, 0.10]", 7, "from the lowest to the highest"),
        ("[0.10, 0.40]", "[0.10, a]", 7, "must be a list of two numbers"),
        ("1993-06-01: 0.20", "1993-06-01: 20", 9, "for 20 percent write 0.2"),
        ("1993-06-01: 0.20", "1993-06-01: 20 %", 9, "must be a number"),
        ("1993-06-01: 0.20", "1993-13-01: 0.20", 9, "is not a day of the calendar"),
        ("1993-06-01: 0.20", "2007-06-01: 0.20", 10, "dates must increase"),
        ("1993-06-01: 0.20", "1993-06-01: .nan", 9, "must be a number like the others"),
        ("{value: 0.17,", "{val: 0.17,", 10, "unknown key 'val'; did you mean 'value'"),
        ("[0.6, 0.8]", "[0.6]", 47, "must be a list of 2 numbers"),
        ("{1990-01-01: quota}", "{1990-01-01: '25 %'}", 37, "write 0.25 without the percent"),
        ("{1990-01-01: quota}", "{1990-01-01: places}", 37, "must be one of quota, rights"),
        ("unit: switch", "unit: switch\n  words: [on]", 28, "only a text is one of some words"),
        ("lag:", "line_ratio:", 11, "duplicate key 'line_ratio', first on line 1"),
    ],
)
def test_mistake_in_a_file_is_reported_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    problems = refusals(tmp_path, FILE.replace(old, new, 1))
    assert any(
        problem.startswith(f"parameters/dibao/urban.yaml:{line}:") and said in problem
        for problem in problems
    ), problems


def test_mistakes_are_reported_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    wrong = FILE.replace("unit: share", "unit: 3").replace("{1990-01-01: 2}", "{1990-01-01: 20}")
    lines = [int(problem.split(":")[1]) for problem in refusals(tmp_path, wrong)]
    assert lines == [3, 17, 40]


def test_every_study_and_assumption_that_ships_has_derivation_and_range() -> None:
    shipped = ParameterSet.load()
    unsure = [
        p for p in map(shipped.parameter, shipped.paths()) if p.kind in {"study", "assumption"}
    ]
    assert unsure
    assert [p.path for p in unsure if not (p.derivation and p.range)] == []


def test_shipped_parameters_are_read_once() -> None:
    assert ParameterSet.load() is ParameterSet.load()


def test_data_folder_does_not_hide_the_module_and_pandas_stays_out() -> None:
    code = "import sys, policies.parameters as p; print(p.__file__, 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0].endswith("parameters.py")
    assert done.stdout.split()[1] == "False"
