"""Sweeps: every run once, the same bytes whoever did it, and nothing lost whatever is killed."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from agents.errors import MinshengError
from experiments import sweep_folder, sweep_work
from experiments.engines import Ended, LostError
from experiments.plan_files import load_plan
from experiments.run import no_progress, simulate
from experiments.sweep import Request
from experiments.sweep_output import predicted_seconds, preview
from experiments.sweep_runs import planned_runs, scenario_at
from experiments.sweep_store import LOCK, Store, held
from model.run_folder import OutputError
from tests.small_sweep import LINE, PLAN, SERIAL, bytes_of, do

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-c", "from experiments.cli import main; main()", "sweep"]


def waited_for(condition, seconds=90.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def unlucky(monkeypatch):
    """Let the simulation of the second replicate fail."""

    def fail_at_one(scenario, replicate, progress):
        if replicate == 1:
            raise KeyError("no such county")
        return simulate(scenario, replicate, progress)

    monkeypatch.setattr(sweep_work, "simulate", fail_at_one)
    return monkeypatch


def test_table_of_runs_has_a_row_a_run_and_a_column_a_lever(whole):
    runs = pd.read_parquet(whole / "runs.parquet")
    assert list(runs) == ["run_id", "status", "seed", "replicate", LINE, "seconds", "error"]
    assert list(zip(runs[LINE], runs["replicate"], strict=True)) == [
        (line, replicate) for line in (0.14, 0.2) for replicate in range(3)
    ]
    assert set(runs["status"]) == {"done"}
    assert (runs["seconds"] > 0).all()


def test_outcomes_of_a_run_are_those_of_the_same_run_alone(plan, whole):
    run = planned_runs(load_plan(plan))[4]
    alone = simulate(scenario_at(load_plan(plan), run.values), run.replicate).record.table()
    names = ["poverty_rate", "coverage", "gini"]
    alone = alone[(alone["level"] == "nation") & alone["outcome"].isin(names)]
    swept = pd.read_parquet(whole / "outcomes").query("run_id == @run.run_id")
    assert list(swept) == ["run_id", *alone]
    pd.testing.assert_frame_equal(
        swept.drop(columns="run_id").astype({"year": int}).reset_index(drop=True),
        alone.astype({"year": int}).reset_index(drop=True),
        check_dtype=False,
    )


def test_replicates_have_their_own_luck_and_levers_share_it(whole):
    runs = pd.read_parquet(whole / "runs.parquet")
    outcomes = pd.read_parquet(whole / "outcomes").query("outcome == 'gini' and group == 'all'")
    gini = outcomes.merge(runs).pivot_table("value", "replicate", LINE)
    assert gini[0.14].nunique() == 3
    assert (gini[0.14] - gini[0.2]).abs().max() < gini[0.14].std() / 10


@pytest.mark.parametrize("workers", [1, 2])
def test_bytes_are_the_same_with_any_number_of_workers(plan, whole, tmp_path, workers):
    do(plan, tmp_path / "sweep", Request("local", workers))
    assert bytes_of(tmp_path / "sweep") == bytes_of(whole)


def test_the_same_plan_again_does_nothing(plan, whole):
    before = (whole / "outcomes" / "part-00000.parquet").stat().st_mtime_ns
    years = []
    do(plan, whole, progress=lambda done, total: years.append(total))
    assert set(years) == {0}
    assert (whole / "outcomes" / "part-00000.parquet").stat().st_mtime_ns == before


def test_a_killed_driver_loses_nothing_and_nothing_is_done_twice(plan, whole, tmp_path):
    folder = tmp_path / "sweep"
    words = [*COMMAND, str(plan), "--out", str(folder), "--workers", "1"]
    driver = subprocess.Popen(words, env=os.environ | {"PYTHONPATH": str(ROOT)})
    waited_for(lambda: len(Store(folder).pending()) >= 2)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    kept = len(Store(folder).pending())
    (folder / "pending" / f".half.{os.getpid()}.00000000.partial").write_text("half a file")
    totals = set()
    do(plan, folder, progress=lambda done, total: totals.add(total))
    (left,) = totals
    assert left <= 6 - kept  # its worker may have finished one more run before it noticed
    assert bytes_of(folder) == bytes_of(whole)
    assert not list(folder.rglob("*.partial"))


def test_a_killed_worker_costs_one_retry(plan, whole, tmp_path):
    killed = []

    def kill_once(done, total):
        if done >= 2 and not killed:
            (worker,) = multiprocessing.active_children()
            killed.append(os.kill(worker.pid, signal.SIGKILL))

    table = do(plan, tmp_path / "sweep", Request("local", 1), kill_once)
    assert set(table["status"]) == {"done"}
    assert killed
    assert bytes_of(tmp_path / "sweep") == bytes_of(whole)


@pytest.mark.parametrize("engine", ["serial", "local"])
def test_an_interruption_keeps_what_is_done_and_the_rest_follows(plan, whole, tmp_path, engine):
    def interrupt(done, _):
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        do(plan, tmp_path / "sweep", Request(engine, 1), interrupt)
    assert multiprocessing.active_children() == []
    runs = pd.read_parquet(tmp_path / "sweep" / "runs.parquet")
    assert 1 <= (runs["status"] == "done").sum() < 6
    do(plan, tmp_path / "sweep")
    assert bytes_of(tmp_path / "sweep") == bytes_of(whole)


def test_a_failed_run_is_kept_with_traceback_and_command_and_the_rest_go_on(
    plan, unlucky, whole, tmp_path
):
    told = []
    table = do(plan, tmp_path / "sweep", tell=told.append)
    assert table["status"].tolist() == ["done", "failed", "done"] * 2
    failed = Store(tmp_path / "sweep").failures()[table["run_id"][1]]
    assert "KeyError: 'no such county'" in failed["traceback"]
    assert failed["command"].startswith("minsheng run tiny --seed 1 --replicate 1 --set ")
    assert len(told) == 2
    unlucky.undo()
    again = do(plan, tmp_path / "sweep")
    assert again["status"].tolist() == table["status"].tolist()
    table = do(plan, tmp_path / "sweep", Request("serial", retry_failed=True))
    assert set(table["status"]) == {"done"}
    assert bytes_of(tmp_path / "sweep") == bytes_of(whole)


def test_a_lost_run_is_reported(plan, tmp_path, monkeypatch):
    class Losing:
        def run(self, work, tasks, advance):
            for place, task in enumerate(tasks):
                if place == 2:
                    yield Ended(place, error=LostError("killed by SIGKILL"))
                else:
                    yield Ended(place, work(task, no_progress))

    monkeypatch.setattr("experiments.sweep.engine_named", lambda *_: Losing())
    table = do(plan, tmp_path / "sweep")
    assert table["status"].tolist() == ["done", "done", "lost", "done", "done", "done"]
    assert "SIGKILL" in table["error"][2]


def test_a_full_disk_stops_the_sweep_and_the_rest_follows(plan, whole, tmp_path, monkeypatch):
    writer = pq.ParquetWriter

    def full(path, *args, **options):
        if "pending" in str(path) and len(list(path.parents[1].rglob("*.parquet"))) == 2:
            raise OSError(28, "No space left on device")
        return writer(path, *args, **options)

    monkeypatch.setattr(pq, "ParquetWriter", full)
    with pytest.raises(MinshengError, match="No space left on device"):
        do(plan, tmp_path / "sweep")
    monkeypatch.undo()
    assert (do(plan, tmp_path / "sweep")["status"] == "done").all()
    assert bytes_of(tmp_path / "sweep") == bytes_of(whole)


def test_a_shard_does_not_begin_again(plan, tmp_path):
    with pytest.raises(MinshengError, match="begin again without --shard"):
        do(plan, tmp_path / "sweep", Request("serial", shard=(1, 2), overwrite=True))


def test_a_second_driver_is_refused(plan, tmp_path):
    with held(tmp_path / "sweep" / LOCK), pytest.raises(OutputError, match="another sweep works"):
        do(plan, tmp_path / "sweep")
    assert (do(plan, tmp_path / "sweep")["status"] == "done").all()


def test_shards_do_their_parts_and_make_the_same_folder(plan, whole, tmp_path):
    first = do(plan, tmp_path / "sweep", Request("serial", shard=(1, 2)))
    assert first["status"].tolist() == ["done", "waiting"] * 3
    do(plan, tmp_path / "sweep", Request("serial", shard=(2, 2)))
    assert bytes_of(tmp_path / "sweep") == bytes_of(whole)


def test_another_version_is_refused_with_what_changed(plan, whole, monkeypatch):
    made = sweep_folder.made_by()
    changed = made | {"hashes": made["hashes"] | {"code": "0" * 32}}
    monkeypatch.setattr(sweep_folder, "made_by", lambda: changed)
    with pytest.raises(MinshengError, match=r"(?s)another version.*the code changed"):
        do(plan, whole)


def test_a_plan_may_be_added_to_and_keeps_its_runs(plan, whole, tmp_path):
    folder, longer = tmp_path / "sweep", tmp_path / "longer.yaml"
    do(plan, folder)
    longer.write_text(PLAN.replace("replicates: 3", "replicates: 4"))
    totals = set()
    table = do(longer, folder, progress=lambda done, total: totals.add(total))
    assert totals == {2}
    assert table["replicate"].tolist() == [0, 1, 2] * 2 + [3] * 2
    with pytest.raises(MinshengError, match="2 of 8 runs that this plan does not have"):
        do(plan, folder)
    assert (do(plan, folder, Request("serial", overwrite=True))["replicate"] < 3).all()


def test_a_plan_that_keeps_other_outcomes_is_refused(whole, tmp_path):
    (tmp_path / "other.yaml").write_text(PLAN.replace("gini", "population"))
    with pytest.raises(MinshengError, match="keeps other outcomes"):
        do(tmp_path / "other.yaml", whole)


def test_a_folder_of_something_else_is_refused(plan, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(OutputError, match="something that is not a sweep"):
        do(plan, tmp_path, Request("serial", overwrite=True))


def test_preview_says_what_will_run_and_why_not(plan, whole, tmp_path):
    lines = preview(plan, whole, SERIAL).lines
    assert lines[0].startswith("6 runs of tiny: 2 points, each with 3 replicates")
    assert lines[1:] == ["6 done", "nothing is left to do"]
    fresh = preview(plan, tmp_path / "new", Request("local", 2, shard=(1, 3)))
    assert "2 will run" in fresh.lines[1]
    assert "4 in another shard" in fresh.lines[1]
    assert "with 2 workers" in fresh.lines[2]
    assert not (tmp_path / "new").exists()


def test_preview_of_many_varied_names_shows_some(tmp_path):
    (tmp_path / "plan.yaml").write_text(
        "scenario: tiny\nuncertainties: {health.*: range}\n"
        "design: {uncertainties: lhs, samples: 3}\n"
    )
    table = preview(tmp_path / "plan.yaml", tmp_path / "new", SERIAL).table
    assert len(table.columns) == 9
    assert "more varied names" in table.caption


def test_the_command_says_by_its_code_that_a_run_failed(plan, unlucky, tmp_path, capsys):
    from experiments import cli

    out = str(tmp_path / "sweep")
    words = ["minsheng", "sweep", str(plan), "--out", out, "--engine", "serial"]
    unlucky.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as end:
        cli.main()
    printed = capsys.readouterr()
    assert end.value.code == 1
    assert "6 runs: 4 done, 2 failed" in printed.out
    assert "KeyError: 'no such county'" in printed.err


def test_values_of_other_types_are_text_and_reforms_have_a_scenario_to_run(
    unlucky, tmp_path, capsys
):
    (tmp_path / "none.yaml").write_text("name: Off\npolicies: {urban_dibao: off}")
    text = PLAN.replace(f"{{{LINE}: [0.14, 0.20]}}", "{reforms: [none, none.yaml]}")
    (tmp_path / "plan.yaml").write_text(text.replace("replicates: 3", "replicates: 2"))
    table = do(tmp_path / "plan.yaml", tmp_path / "sweep")
    assert table["reforms"].tolist() == ["none"] * 2 + ["none.yaml"] * 2
    command = Store(tmp_path / "sweep").failures()[table["run_id"][3]]["command"]
    scenario = json.loads(Path(command.split()[2]).read_text())
    assert scenario["reforms"][0]["policies"] == {"urban_dibao": False}


def test_outcomes_open_in_one_line_of_pandas_duckdb_and_xarray(whole):
    outcomes = pd.read_parquet(whole / "outcomes")
    assert outcomes["run_id"].nunique() == 6
    assert duckdb.sql(f"SELECT * FROM '{whole}/outcomes/*.parquet'").shape == outcomes.shape
    keys = ["run_id", "year", "level", "area", "outcome", "scheme", "group"]
    cube = outcomes.set_index(keys)["value"].to_xarray()
    assert int(cube.notnull().sum()) == int(outcomes["value"].notna().sum())


def test_predicted_time_counts_what_varies_of_the_world(tmp_path):
    plan = tmp_path / "plan.yaml"
    small = "scenario: tiny\nlevers: {world.households: [1000, 2000, 4000]}\n"
    plan.write_text(small + "constants: {years.last: 1993}\n")
    few, middle, many = map(predicted_seconds, planned_runs(load_plan(plan)))
    assert many - middle == pytest.approx(2 * (middle - few))
