"""The table of directions: shares of seeds, with and without the tournament of leaders."""

import pytest

from agents.errors import MinshengError
from experiments import directions
from experiments.directions import held, section, together
from experiments.scorecard_output import CONTESTED

FILE = "tests/patterns/test_incentives.py"


def outcomes(*passed, name="test_errors_fall"):
    tests = ((f"{FILE}::{name}[{seed}]", "emergent", ok) for seed, ok in enumerate(passed))
    return held(tests)


def test_a_direction_is_the_sentence_of_its_test_over_all_seeds():
    (row,) = outcomes(True, True, False, True).to_dict("records")
    assert row == {"module": "incentives", "direction": "errors fall", "tag": "emergent",
                   "seeds": 4, "held": 3}  # fmt: skip


@pytest.mark.parametrize(
    ("with_it", "without", "contested"),
    [((True,) * 5, (True,) * 5, False), ((True,) * 5, (False,) * 5, True),
     ((False,) * 5, (True,) * 5, True),
     ((True,) * 5, (True,) * 4 + (False,), False), ((False,) * 5, (False,) * 5, False)],
)  # fmt: skip
def test_what_most_seeds_show_only_with_or_only_without_it_is_contested(
    with_it, without, contested
):
    both = together(outcomes(*with_it), outcomes(*without))
    assert both["contested"].tolist() == [contested]
    assert (CONTESTED in section(both)) == contested


def test_tables_of_different_directions_are_refused_by_name():
    with pytest.raises(MinshengError, match="costs rise"):
        together(outcomes(True), outcomes(True, name="test_costs_rise"))


def test_the_page_gets_the_table_and_a_missing_file_is_an_error(tmp_path, monkeypatch, capsys):
    page, table = tmp_path / "page.md", tmp_path / "with.csv"
    page.write_text("<!-- generated: directions -->\n<!-- /generated -->\n")
    monkeypatch.setattr(directions, "DOCUMENT", page)
    outcomes(True).to_csv(table, index=False)
    assert directions.main([str(table), str(table)]) == 0
    assert "errors fall" in page.read_text()
    assert directions.main([str(table), str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().out


def test_the_page_of_the_project_has_the_section():
    assert "<!-- generated: directions -->" in directions.DOCUMENT.read_text(encoding="utf-8")
