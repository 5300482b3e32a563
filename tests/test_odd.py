"""The protocol says what the code does."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from agents.errors import MinshengError
from experiments import influence, odd
from experiments.markdown import section, table, with_section
from model.scenario_files import load_scenario
from policies.parameter_values import Dated, Parameter
from policies.parameters import ParameterSet

ROOT = Path(__file__).parents[1]


def _parameter(**changes):
    fields = {
        "path": "a.b.c",
        "meaning": "m",
        "unit": "share",
        "kind": "assumption",
        "source": "s",
        "derivation": "d",
        "range": (0.0, 1.0),
        "interpolate": "step",
        "labels": (),
        "type": "number",
        "values": (Dated(date(1993, 1, 1), 0.5),),
    }
    return Parameter(**fields | changes)


@pytest.mark.parametrize("name", odd.sections())
def test_generated_section_is_up_to_date(name):
    text = odd.DOCUMENT.read_text(encoding="utf-8")
    assert section(text, name) == odd.sections()[name], "run: make docs"


def test_every_parameter_stands_in_the_protocol_once():
    paths = re.findall(r"^\| `([\w.]+)` \|", odd.sections()["parameters"], re.MULTILINE)
    assert tuple(paths) == ParameterSet.load().paths()


def test_submodels_name_every_parameter_file_and_no_other():
    text = odd.DOCUMENT.read_text(encoding="utf-8").partition("## 8. Parameters")[0]
    files = {path.rpartition(".")[0] for path in ParameterSet.load().paths()}
    domains = "|".join(sorted({file.partition(".")[0] for file in files}))
    named = set(re.findall(rf"`((?:{domains})\.\w+)", text))
    assert named == files


def test_columns_of_policies_are_marked():
    rows = odd.column_table(odd.state_tables()["households"]).splitlines()
    marked = {row.split("`")[1] for row in rows if "declared by a policy" in row}
    assert "receives_dibao" in marked
    assert "assets" not in marked


def test_value_without_dates_stands_alone():
    assert odd.values_by_date(_parameter()) == "0.5"


def test_values_stand_behind_their_dates():
    values = (Dated(date(1993, 1, 1), 0.5), Dated(date(2014, 5, 1), 1.0))
    shown = odd.values_by_date(_parameter(values=values, interpolate="linear"))
    assert shown == "1993: 0.5; 2014-05-01: 1 (straight line between)"


def test_section_is_replaced_and_the_rest_kept():
    text = "a\n<!-- generated: x -->\nold\n<!-- /generated -->\nb\n"
    new = with_section(text, "x", "new")
    assert section(new, "x") == "new"
    assert (new[:2], new[-3:]) == ("a\n", "\nb\n")


def test_missing_section_is_an_error():
    with pytest.raises(MinshengError, match="generated: y"):
        with_section("<!-- generated: x --><!-- /generated -->", "y", "")


def test_cell_keeps_bars_and_breaks_inside():
    assert table(("h",), [("a|b\nc",)]).splitlines()[-1] == r"| a\|b c |"


def test_assumption_is_moved_by_a_fifth_within_its_range():
    parameter = ParameterSet.load().parameter("dibao.rules.hidden_share")
    (reform,) = influence.moved(load_scenario("tiny"), parameter).reforms
    assert reform.parameters == {parameter.path: pytest.approx(1.2 * parameter.values[0].value)}


def test_assumption_at_the_top_of_its_range_is_moved_down():
    parameter = ParameterSet.load().parameter("dibao.rules.gap_paid")
    (reform,) = influence.moved(load_scenario("tiny"), parameter).reforms
    assert reform.parameters == {parameter.path: pytest.approx(0.8)}


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    table = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").split("## Dependencies")[1]
    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *(one for extra in extras for one in extra)]
    names = {re.match(r"[\w.-]+", one)[0] for one in asked} - {"minsheng"}
    reasons = "\n".join(
        line for line in table.split("\n## ")[0].split("\n") if line.startswith("|")
    )
    listed = set(re.findall(r"[\w.-]+", " ".join(re.findall(r"^\| ([^|]+) \|", reasons, re.M))))
    assert not names - listed
