"""Effects with bands: pairs at the same draws, failures that are told, files that are read."""

import json

import numpy as np
import pandas as pd
import pytest

from agents.errors import MinshengError
from experiments import effects, effects_output
from experiments.compare import MARK
from experiments.effects import PUBLIC_COST, Found, costs, parse_precision, study, study_to_folder

SHORT = ("years.last=2001", "world.counties=62", "world.townships_per_county=1",
         "world.households=620")  # fmt: skip
REFORM = """
name: higher_lines
title: Lines a third higher
description: Asks what higher lines change. Look at dibao_recipients.
years: {first: 1993, last: 2023}
seed: 1
world: {counties: 62, townships_per_county: 2, households: 3100}
policies: {others: on}
reforms:
  - name: Higher lines
    parameters: {dibao.urban.line_ratio: 0.24}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("effects")
    reform = folder / "mine.yaml"
    reform.write_text(REFORM)
    out = folder / "out"
    names = ("tiny", str(reform), "no_dibao")
    made = study_to_folder(names, 2, out, command="minsheng compare", settings=SHORT, workers=1)
    return made, out


def of(table, reform, outcome, scheme="", group="all", year=2001):
    chosen = table[(table["reform"] == reform) & (table["outcome"] == outcome)]
    chosen = chosen[(chosen["scheme"] == scheme) & (chosen["group"] == group)]
    return chosen[chosen["year"] == year].iloc[0]


def test_every_reform_has_both_bands(found):
    made, _ = found
    assert (made.replicates, made.drawn, made.failed) == (2, 2, ())
    for reform in ("higher_lines", "no_dibao"):
        row = of(made.table, reform, "dibao_recipients")
        assert (row["chance_n"], row["assumptions_n"]) == (2, 2)


def test_what_the_reform_does_not_touch_does_not_differ_in_any_draw(found):
    made, _ = found
    for outcome in ("population", "births", "urban_share"):
        row = of(made.table, "no_dibao", outcome)
        ends = [f"{band}_{end}" for band in ("chance", "assumptions") for end in ("low", "high")]
        assert (row[ends] == 0).all()


def test_without_dibao_nobody_receives_it_and_governments_pay_less(found):
    made, _ = found
    row = of(made.table, "no_dibao", "dibao_recipients")
    assert row["value"] == 0
    assert row["base"] > 0
    assert of(made.table, "no_dibao", PUBLIC_COST)["difference"] < 0


def test_files_hold_what_was_found(found):
    made, folder = found
    again = pd.read_parquet(folder / "effects.parquet")
    pd.testing.assert_frame_equal(again, made.table, check_dtype=False)
    assert json.loads((folder / MARK).read_text())["scenarios"] == list(made.names)
    page = (folder / effects_output.PAGE).read_text()
    assert "no_dibao less tiny" in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_the_same_study_gives_the_same_bytes_with_two_processes(tmp_path):
    for workers in (1, 2):
        study_to_folder(("tiny", "no_dibao"), 2, tmp_path / str(workers), workers=workers,
                        settings=(*SHORT, "years.last=1994"))  # fmt: skip
    for name in ("effects.parquet", "gains.csv", "costs.csv", effects_output.PAGE):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_a_person_year_costs_what_was_paid_over_what_was_won():
    rows = [("covered_persons", "dibao", 50.0), ("covered_persons", "dibao", 150.0),
            (PUBLIC_COST, "", 1000.0), (PUBLIC_COST, "", 3000.0),
            (effects.POOR_PERSONS, "", -100.0), (effects.POOR_PERSONS, "", -100.0)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["outcome", "scheme", "difference"])
    price = costs(table.assign(reform="r", group="all", year=[1, 2] * 3)).set_index("what")
    assert price.loc["dibao", "yuan_each"] == 20
    assert price.loc["out of poverty", ["person_years", "yuan_each"]].tolist() == [200, 20]


def test_where_nobody_is_won_there_is_no_price():
    rows = [("covered_persons", "dibao", -5.0), (PUBLIC_COST, "", 10.0)]
    table = pd.DataFrame(rows, columns=["outcome", "scheme", "difference"])
    price = costs(table.assign(reform="r", group="all", year=1)).set_index("what")
    assert np.isnan(price.loc["dibao", "yuan_each"])


def made_up(pieces, workers, progress):
    """Find, without simulating, a difference of one more with every draw."""
    rows = {"reform": "r", "year": 2001, "outcome": "gini", "scheme": "", "group": "all"}
    gains = pd.DataFrame({"reform": ["r"], "group": ["all"], "people": [1.0], "draw": [0]})
    return [
        Found(piece.varied, piece.replicate,
              pd.DataFrame([rows | {"base": 0.0, "value": float(piece.replicate),
                                    "varied": piece.varied, "draw": piece.replicate}]), gains)
        for piece in pieces
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "replicates"), [(1e6, 2), (2.5, 6), (1e-9, 9)])
def test_replicates_are_added_until_it_is_precise_or_the_cap_is_reached(
    width, replicates, monkeypatch
):
    monkeypatch.setattr(effects, "_do", made_up)
    found = study(("tiny", "no_dibao"), 2, settings=SHORT, draw_assumptions=False, cap=9,
                  precision={"gini": width})  # fmt: skip
    assert found.replicates == replicates


def test_a_draw_that_cannot_be_simulated_is_told_and_the_others_count(monkeypatch):
    usual = effects.simulate

    def sometimes(scenario, replicate, progress):
        if replicate == 1:
            raise MinshengError("the accounts of 1994 do not close")
        return usual(scenario, replicate, progress)

    monkeypatch.setattr(effects, "simulate", sometimes)
    made = study(("tiny", "no_dibao"), 2, settings=SHORT, draw_assumptions=False, workers=1)
    assert made.replicates == 1
    assert made.failed == ("chance 1: the accounts of 1994 do not close",)


@pytest.mark.parametrize("text", ["poverty_rate", "=1", "gini=0", "gini=-1", "gini=x"])
def test_a_precision_of_another_form_is_refused(text):
    with pytest.raises(MinshengError, match="--precision"):
        parse_precision([text])


def test_two_scenarios_of_one_name_are_refused():
    with pytest.raises(MinshengError, match="different names"):
        study(("tiny", "tiny"), 1, settings=SHORT)
