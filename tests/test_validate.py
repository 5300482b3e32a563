"""The tables of the validation say what the pairs of model and figure say."""

import re

import pandas as pd
import pytest

from experiments import validate
from experiments.markdown import section
from experiments.report_series import Comparison
from model import evidence


def _comparison(key="gini_income", use="validation", model=(0.5, 0.4)):
    pairs = pd.DataFrame(
        {"year": [2003, 2004], "item": "", "official": [0.4, 0.5], "model": model, "use": use}
    )
    return Comparison(key, "topic", "Title", "index", 2, key, pairs)


def _cells(table):
    rows = table.splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_path_table_shows_figure_model_and_difference():
    assert _cells(validate.path_table([_comparison()])) == [
        ["2003", "Title", "held out", "0.40", "0.50", "+0.10"],
        ["2004", "Title", "held out", "0.50", "0.40", "-0.10"],
    ]


def test_year_without_model_is_left_out():
    assert len(_cells(validate.path_table([_comparison(model=(float("nan"), 0.4))]))) == 1


def test_first_year_table_holds_the_first_year_only():
    (row,) = _cells(validate.first_year_table([_comparison(use="fitting")], 2003))
    assert row == ["Title (index)", "fitted", "0.40", "0.50", "+0.10"]


def test_largest_gap_leaves_the_first_year_out():
    (row,) = _cells(validate.largest_gap_table([_comparison()]))
    assert row == ["Title", "2004–2004", "20.00", "-20.00 (2004)"]


def test_age_table_shows_the_year_that_is_farthest_off():
    by_key = {key: _comparison(key) for key in ("age_un_0-14", "age_un_15-59")}
    by_key |= {key: _comparison(key, model=(0.4, 0.9)) for key in ("age_un_60+", "age_un_65+")}
    assert _cells(validate.age_table(by_key))[-1] == ["Title", "2003–2004", "0.20", "+0.40 (2004)"]


def test_dibao_table_pairs_figure_and_model_by_year():
    by_key = {"line_urban": _comparison("line_urban", model=(150.0, 160.0))}
    (first, _) = _cells(validate.dibao_table(by_key))
    assert first == ["2003", "", "", "0 / 150", ""]


def test_every_use_of_a_figure_has_a_word():
    assert set(validate.USES) == set(evidence.USES)


@pytest.mark.parametrize("name", ["run", "first year", "gini", "held out", "influence"])
def test_document_has_a_filled_section(name):
    text = validate.DOCUMENT.read_text(encoding="utf-8")
    assert re.search(r"\d", section(text, name)), "run: make docs, python -m experiments.influence"
