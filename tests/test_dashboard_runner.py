"""Runs behind the page: child processes, places in line, limits, results that are kept."""

import multiprocessing
import shlex
import threading
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from dashboard import runner
from dashboard.choices import Change, Choices, SetUpError
from dashboard.files import COLUMNS, as_parquet, national, scenario_yaml
from dashboard.reproduce import recipe
from dashboard.results import KEPT, Kept, Result, ResultError, Workspace, WorldResult, table
from dashboard.runner import Clock, Progress, Remote, RunError, run
from dashboard.waiting_line import Places
from dashboard.worker import Advanced
from experiments.cli import app
from experiments.gains import gains, side_of
from experiments.run import prepare, simulate
from model.scenario_files import load_scenario

PLACED = Choices(
    last_year=1995,
    replicates=2,
    a=(Change("dibao.urban.line_ratio", 0.35),),
    b=(Change("policies.urban_dibao", True, 1994, ("44",)),),
)


def always():
    return True


@pytest.fixture(scope="module")
def followed():
    """A run of three years and two replicates, with everything that it told."""
    shown, told = [], []
    KEPT.clear()
    result = run(PLACED, shown.append, told.append, always)
    return SimpleNamespace(result=result, shown=shown, told=told)


def test_both_worlds_grow_side_by_side_and_then_the_replicates(followed):
    lengths = [
        tuple(sum(map(len, world.national)) for world in one.worlds.values())
        for one in followed.shown
    ]
    assert all(a == b for a, b in lengths)
    assert lengths == sorted(lengths)
    assert lengths[-1] == (6, 6)
    assert not any(one.finished for one in followed.shown)
    assert followed.result.finished


def test_progress_counts_the_years_of_all_worlds_and_replicates(followed):
    assert followed.told[0] == Progress()
    last = followed.told[-1]
    assert (last.done, last.total, last.year, last.replicate) == (12, 12, 1995, 1)


def test_the_tables_of_a_run_are_read_with_filters(followed):
    world = followed.result.worlds["A"]
    rows = table(world, "outcomes", level="nation", outcome=["gini"], year=1995)
    value = rows.loc[rows["group"] == "all", "value"].item()
    assert value == world.national[0].loc[1995, "gini"]
    with pytest.raises(ResultError, match="no table"):
        table(world, "secrets")


def test_a_run_that_is_kept_is_not_simulated_again(followed):
    assert run(PLACED, pytest.fail, pytest.fail, always) is followed.result


def test_python_on_the_page_gives_the_same_numbers(followed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = recipe(PLACED)
    for name, text in made.files.items():
        (tmp_path / name).write_text(text)
    found = {}
    exec(made.python, found)
    for name, world in followed.result.worlds.items():
        again = found[f"table_{name}"].astype(float).to_numpy()
        np.testing.assert_array_equal(world.national[0].to_numpy(), again)


def test_command_lines_on_the_page_give_the_same_numbers(followed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = recipe(PLACED)
    for name, text in made.files.items():
        (tmp_path / name).write_text(text)
    for name, world in followed.result.worlds.items():
        done = CliRunner().invoke(app, shlex.split(made.commands[name])[1:])
        assert done.exit_code == 0, done.output
        again = tmp_path / "results" / f"world_{name.lower()}" / "outcomes.parquet"
        assert pq.read_table(again).equals(pq.read_table(world.folder / "outcomes.parquet"))


def test_winners_and_losers_are_those_of_the_model(followed):
    sides = [side_of(simulate(one)) for one in PLACED.scenarios().values()]
    pd.testing.assert_frame_equal(followed.result.gains, gains(*sides))


def test_the_files_hold_every_value_and_the_scenario(followed, tmp_path):
    rows = national(followed.result)
    assert tuple(rows) == COLUMNS
    assert len(rows) == 2 * 2 * followed.result.worlds["A"].national[0].size
    (tmp_path / "rows.parquet").write_bytes(as_parquet(rows))
    assert pq.read_table(tmp_path / "rows.parquet").num_rows == len(rows)
    for name, world in followed.result.worlds.items():
        file = tmp_path / f"{name}.yaml"
        file.write_text(scenario_yaml(world))
        assert load_scenario(str(file)) == world.scenario


def test_a_run_pauses_steps_and_goes_on():
    remote, told = Remote(), []
    remote.pause()

    def tell(progress):
        told.append(progress)
        if progress.phase == runner.PAUSED:
            (remote.step if progress.year < 1994 else remote.resume)()

    result = run(Choices(last_year=1995, seed=2), lambda _: None, tell, always, remote)
    paused = [one.year for one in told if one.phase == runner.PAUSED]
    assert result.finished
    assert len(result.worlds["A"].national[0]) == 3
    assert 1994 in paused


def test_a_run_that_is_not_wanted_any_more_stops_and_leaves_no_process():
    told = []
    wanted = lambda: not any(one.done for one in told)  # noqa: E731
    assert run(Choices(seed=3), lambda _: None, told.append, wanted) is None
    assert not multiprocessing.active_children()


def test_what_the_model_refuses_is_told_in_its_own_words():
    choices = Choices(b=(Change("dibao.urban.line_ratio", 9.0),))
    with pytest.raises(ValueError, match=r"line_ratio.*must lie in \[0\.05, 0\.6\]"):
        run(choices, lambda _: None, lambda _: None, always)


def test_a_household_that_never_was_is_said():
    with pytest.raises(RunError, match="is not a run"):
        runner.run_explain(Workspace().path, 0)


def test_more_than_the_server_takes_is_refused_with_what_it_takes(monkeypatch):
    monkeypatch.setenv("MINSHENG_HOUSEHOLD_YEARS", "1000")
    with pytest.raises(SetUpError, match=r"96,100 households times years.*at most 1,000"):
        run(Choices(), lambda _: None, lambda _: None, always)


@pytest.mark.parametrize(("code", "words"), [(-9, "SIGKILL"), (1, "terminal")])
def test_a_dead_child_process_is_explained(code, words):
    child = SimpleNamespace(join=lambda: None, exitcode=code)
    assert words in str(runner._death_of(child))


def test_those_who_wait_know_their_number_and_may_leave():
    places, told = Places(1), []
    with places.place(told.append, always) as first:
        assert first
        with places.place(told.append, lambda: not told) as second:
            assert not second
    assert told == [1]
    with places.place(told.append, always) as again:
        assert again


def test_the_line_is_fair():
    places, served, ready = Places(1), [], threading.Event()

    def wait(number):
        with places.place(lambda _: ready.set(), always):
            served.append(number)

    with places.place(lambda _: None, always):
        threads = []
        for number in range(3):
            ready.clear()
            threads.append(threading.Thread(target=wait, args=(number,)))
            threads[-1].start()
            assert ready.wait(5)
    for thread in threads:
        thread.join(5)
    assert served == [0, 1, 2]


def test_time_left_does_not_count_pauses():
    clock = Clock(spent=10.0, done=5)
    assert clock.progress(Advanced(5, 20, 1994, 0, True, [], [])).seconds_left == 30.0


def test_folders_go_with_the_last_result_that_refers_to_them():
    kept = Kept(most=1)
    folders = []
    for seed in (1, 2):
        space = Workspace()
        folders.append(space.path)
        world = WorldResult((), space.path, prepare("tiny"), space)
        kept.keep(Result(Choices(seed=seed), {"A": world}, None, True))
        del space, world
    assert [folder.exists() for folder in folders] == [False, True]
    assert kept.get(Choices(seed=1)) is None
    kept.clear()
    assert not folders[1].exists()


def test_what_every_visitor_finds_stays_when_others_ask_for_more():
    kept = Kept(most=2)
    kept.always(Choices())
    for seed in (1, 2, 3, 4):
        kept.keep(Result(Choices(seed=seed), {}, None, True))
    assert [seed for seed in (1, 2, 3, 4) if kept.get(Choices(seed=seed))] == [1, 3, 4]
