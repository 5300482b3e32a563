"""Comparisons: pairs at the same draws, failures that are told, going on, files that are read."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from agents.errors import MinshengError, UnknownNameError
from experiments import compare as comparing
from experiments import compare_output as output
from experiments import pairs
from experiments.compare import compare, parse_precision
from experiments.compare_verify import verify_comparison
from experiments.costs import costs
from experiments.engines import Ended, LostError
from experiments.pair_store import MARK
from experiments.pairs import POOR_PERSONS, PUBLIC_COST, Found

SMALL = ("world.townships_per_county=1", "world.households=620")
SHORT = (*SMALL, "years.first=1999", "years.last=2001")
TWO_YEARS = (*SMALL, "years.last=1994")
REFORM = "name: Higher lines\nparameters: {dibao.urban.line_ratio: 0.24}\n"
NO_DIBAO = "name: No dibao\npolicies: {urban_dibao: off, rural_dibao: off}\n"
BANDS = [f"{band}_{end}" for band in ("chance", "assumptions") for end in ("low", "high")]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reforms")
    for name, text in (("higher", REFORM), ("no_dibao", NO_DIBAO)):
        (folder / f"{name}.yaml").write_text(text)
    return [str(folder / f"{name}.yaml") for name in ("higher", "no_dibao")]


@pytest.fixture(scope="module")
def found(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("compare") / "out"
    made = compare("tiny", files, replicates=2, settings=SHORT, engine="serial", folder=folder,
                   precision={"gini": 1.0}, command="minsheng compare")  # fmt: skip
    return made, folder


def of(table, reform, outcome, scheme="", group="all", year=2001):
    chosen = table[(table["reform"] == reform) & (table["outcome"] == outcome)]
    chosen = chosen[(chosen["scheme"] == scheme) & (chosen["group"] == group)]
    return chosen[chosen["year"] == year].iloc[0]


def test_every_reform_has_both_bands(found):
    made, _ = found
    assert (made.replicates, made.drawn, made.failed) == (2, 2, ())
    for reform in ("higher", "no_dibao"):
        row = of(made.table, reform, "dibao_recipients")
        assert (row["chance_n"], row["assumptions_n"]) == (2, 2)


def test_what_the_reform_does_not_touch_does_not_differ_in_any_draw(found):
    made, _ = found
    for outcome in ("population", "births", "urban_share"):
        assert (of(made.table, "no_dibao", outcome)[BANDS] == 0).all()


def test_without_dibao_nobody_receives_it_and_governments_pay_less(found):
    made, _ = found
    row = of(made.table, "no_dibao", "dibao_recipients")
    assert row["value"] == 0
    assert row["base"] > 0
    assert of(made.table, "no_dibao", PUBLIC_COST)["difference"] < 0


def test_gains_are_given_by_decile_and_group_with_both_bands(found):
    made, _ = found
    rows = made.gains[made.gains["reform"] == "no_dibao"].set_index("group")
    assert {"all", "rural", "hukou_urban", "elderly", "decile_10", "rural&decile_1"} <= set(
        rows.index
    )
    row = rows.loc["all"]
    assert row["change"] < 0
    assert row["chance_low"] <= row["change"] <= row["chance_high"]
    assert row["assumptions_n"] == 2


def test_files_hold_what_was_found(found):
    made, folder = found
    again = pd.read_parquet(folder / "effects.parquet")
    pd.testing.assert_frame_equal(again, made.table, check_dtype=False)
    assert len(pd.read_csv(folder / "gains.csv")) == len(made.gains)
    told = json.loads((folder / MARK).read_text())
    assert told["labels"] == ["tiny", "higher", "no_dibao"]
    assert told["result"]["precision_reached"]["gini"] > 0
    assert told["result"]["variance_reduction"]["no_dibao"]


def test_the_page_has_bands_winners_costs_and_no_address(found):
    _, folder = found
    page = (folder / output.REPORT).read_text()
    for text in ("no dibao less tiny", "Who wins and who loses", "Pairing, times", "Yuan each"):
        assert text in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_a_comparison_is_verified_and_a_change_is_found(found):
    _, folder = found
    assert verify_comparison(folder, 2) == []
    for name in ("effects", "gains", "costs"):
        file = folder / f"{name}.parquet"
        before = file.read_bytes()
        table = pd.read_parquet(file)
        column = table.select_dtypes("float").dropna(axis=1).columns[0]
        table[column] += 1
        table.to_parquet(file, index=False)
        assert verify_comparison(folder, 1) == [f"{name}.parquet differs in {column}"]
        table.assign(**{column: "text"}).to_parquet(file, index=False)
        assert verify_comparison(folder, 1) == [f"{name}.parquet differs in {column}"]
        table.fillna(0).astype({column: int}).to_parquet(file, index=False)
        assert f"differs in {column}" in verify_comparison(folder, 1)[0]
        file.write_bytes(before)


@pytest.mark.parametrize("told", [{"hashes": 7}, {"result": 7}, {"result": {}}])
def test_a_description_of_another_form_is_damaged(found, tmp_path, told):
    content = json.loads((found[1] / MARK).read_text())
    (tmp_path / MARK).write_text(json.dumps(content | told))
    with pytest.raises(MinshengError, match=r"compare.json is damaged.*; delete it to go on"):
        verify_comparison(tmp_path, 1)


def test_the_same_comparison_gives_the_same_bytes_with_two_processes(files, tmp_path):
    for engine, workers in (("serial", 1), ("local", 2)):
        compare("tiny", files, replicates=2, settings=TWO_YEARS, engine=engine, workers=workers,
                folder=tmp_path / engine)  # fmt: skip
    for name in ("effects.parquet", "gains.csv", "costs.csv", output.REPORT):
        assert (tmp_path / "serial" / name).read_bytes() == (tmp_path / "local" / name).read_bytes()


def test_what_is_done_is_not_done_again_and_replicates_may_be_added(files, tmp_path, monkeypatch):
    ask = {"settings": TWO_YEARS, "engine": "serial", "draw_assumptions": False}
    files = files[:1]
    first = compare("tiny", files, replicates=2, folder=tmp_path / "out", **ask)
    usual, done = pairs.simulate, []

    def counted(scenario, replicate, progress):
        done.append(replicate)
        return usual(scenario, replicate, progress)

    monkeypatch.setattr(pairs, "simulate", counted)
    again = compare("tiny", files, replicates=2, folder=tmp_path / "out", **ask)
    assert done == []
    pd.testing.assert_frame_equal(again.table, first.table)
    pd.testing.assert_frame_equal(again.gains, first.gains)
    compare("tiny", files, replicates=3, folder=tmp_path / "out", **ask)
    assert done == [2, 2]


def test_another_comparison_in_the_folder_is_refused(files, tmp_path):
    ask = {"settings": TWO_YEARS, "engine": "serial", "draw_assumptions": False, "replicates": 1}
    compare("tiny", files, folder=tmp_path / "out", **ask)
    with pytest.raises(MinshengError, match="holds another comparison"):
        compare("tiny", files[:1], folder=tmp_path / "out", **ask)
    assert compare("tiny", files[:1], folder=tmp_path / "out", overwrite=True, **ask).names[1:]


def test_a_folder_of_something_else_is_left_alone(files, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(MinshengError, match="not a comparison"):
        compare("tiny", files, settings=TWO_YEARS, folder=tmp_path, overwrite=True)
    assert (tmp_path / "mine.txt").exists()


KILLED = """
from experiments.compare import compare
compare("tiny", {files}, replicates=40, settings={settings}, draw_assumptions=False,
        engine="serial", folder={folder!r})
"""


def test_a_killed_comparison_goes_on_and_gives_the_same(files, tmp_path):
    ask = {"settings": TWO_YEARS, "engine": "serial", "draw_assumptions": False, "replicates": 3}
    files = files[:1]
    script = KILLED.format(files=files, settings=TWO_YEARS, folder=str(tmp_path / "killed"))
    process = subprocess.Popen([sys.executable, "-c", script])
    kept = tmp_path / "killed" / "pairs"
    while process.poll() is None and len(list(kept.glob("*.parquet"))) < 2:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    gone_on = compare("tiny", files, folder=tmp_path / "killed", **ask)
    straight = compare("tiny", files, **ask)
    pd.testing.assert_frame_equal(gone_on.table, straight.table)


def test_a_person_year_costs_what_was_paid_over_what_was_won():
    rows = [("covered_persons", "dibao", 50.0), ("covered_persons", "dibao", 150.0),
            (PUBLIC_COST, "", 1000.0), (PUBLIC_COST, "", 3000.0),
            (POOR_PERSONS, "", -100.0), (POOR_PERSONS, "", -100.0)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["outcome", "scheme", "difference"])
    price = costs(table.assign(reform="r", group="all", year=[1, 2] * 3)).set_index("what")
    assert price.loc["dibao", "yuan_each"] == 20
    assert price.loc["out of poverty", ["person_years", "yuan_each"]].tolist() == [200, 20]


def test_where_nobody_is_won_there_is_no_price():
    rows = [("covered_persons", "dibao", -5.0), (PUBLIC_COST, "", 10.0)]
    table = pd.DataFrame(rows, columns=["outcome", "scheme", "difference"])
    price = costs(table.assign(reform="r", group="all", year=1)).set_index("what")
    assert np.isnan(price.loc["dibao", "yuan_each"])


def made_up(some, engine, store, progress):
    """Find, without simulating, differences of 0 and 1 in turn."""
    rows = {"reform": "r", "year": 2001, "outcome": "gini", "scheme": "", "group": "all"}
    gained = pd.DataFrame({"reform": ["r"], "group": ["all"], "change": [1.0]})
    return [
        Found(pair.varied, pair.draw,
              pd.DataFrame([rows | {"base": 0.0, "value": float(pair.draw % 2)}]), gained)
        for pair in some
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "replicates"), [(7.0, 2), (1e-9, 9), (0.5, 8)])
def test_replicates_are_added_until_it_is_precise_or_the_cap_is_reached(
    files, width, replicates, monkeypatch
):
    monkeypatch.setattr(comparing, "_do", made_up)
    made = compare("tiny", files, replicates=2, settings=SHORT, draw_assumptions=False, cap=9,
                   precision={"gini": width})  # fmt: skip
    assert made.replicates == replicates
    assert (made.reached["gini"] <= width) == (width > 1e-9)


def test_a_draw_that_cannot_be_simulated_is_told_and_can_be_shown_again(
    files, tmp_path, monkeypatch
):
    usual = pairs.simulate

    def sometimes(scenario, replicate, progress):
        if replicate == 1 and scenario.reforms:
            raise ZeroDivisionError("the accounts of 1994 do not close")
        return usual(scenario, replicate, progress)

    monkeypatch.setattr(pairs, "simulate", sometimes)
    made = compare("tiny", files, replicates=2, settings=TWO_YEARS, draw_assumptions=False,
                   engine="serial", folder=tmp_path / "out")  # fmt: skip
    assert made.replicates == 1
    assert made.failed == ("chance 1: ZeroDivisionError: the accounts of 1994 do not close",)
    (told,) = (json.loads(f.read_text()) for f in (tmp_path / "out" / "failed").glob("*.json"))
    assert told["scenario"] == "higher"
    assert "in sometimes" in told["traceback"]
    assert told["command"].startswith("minsheng run ")
    assert "--replicate 1" in told["command"]


def test_a_pair_that_ends_its_workers_is_one_that_failed(files):
    class Engine:
        def run(self, work, tasks, advance):
            yield Ended(0, work(tasks[0], lambda done, total: None))
            yield Ended(1, error=LostError("2 workers were lost with it"))

    sides = comparing.find_sides("tiny", files, settings=TWO_YEARS)
    question = comparing.Question(sides, 2, 2, (), {})
    made = comparing._answer(question, Engine(), None, lambda done, total: None)
    assert made.failed == ("chance 1: 2 workers were lost with it",)


@pytest.mark.parametrize("text", ["poverty_rate", "=1", "gini=0", "gini=-1", "gini=x", "gini=inf"])
def test_a_precision_of_another_form_is_refused(text):
    with pytest.raises(MinshengError, match="--precision"):
        parse_precision([text])


def test_an_unknown_outcome_is_refused_before_anything_runs(files):
    with pytest.raises(UnknownNameError, match="did you mean 'gini'"):
        compare("tiny", files, precision={"ginni": 1.0})
    with pytest.raises(UnknownNameError, match="did you mean 'coverage/medical'"):
        compare("tiny", files, precision={"coverage/medcal": 1.0})


def test_a_place_that_a_world_does_not_draw_is_refused_before_anything_runs(tmp_path):
    away = tmp_path / "away.yaml"
    away.write_text(f"{REFORM}places: [3502]\n")
    with pytest.raises(MinshengError, match="no county of 3502 is in this world"):
        compare("tiny", [str(away)], replicates=1, settings=SHORT, folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()
