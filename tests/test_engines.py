"""Engines: same results everywhere, one retry for a killed worker, poison reported, nobody left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.errors import MinshengError
from experiments.engine_local import LocalEngine
from experiments.engines import (
    EngineError,
    LostError,
    SerialEngine,
    WorkError,
    engine_named,
    ignore,
)
from tests import small_jobs

ROOT = Path(__file__).parents[1]
ENGINES = [SerialEngine(), LocalEngine(1), LocalEngine(2)]
DRIVER = """
from experiments.engine_local import LocalEngine
from experiments.engines import ignore
from tests.small_jobs import sleep_for_ever
list(LocalEngine(2).run(sleep_for_ever, {marks}, ignore))
"""


def done(engine, work, tasks):
    return {ended.place: ended for ended in engine.run(work, tasks, ignore)}


def is_alive(process):
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().split()[2]
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_every_task_is_done_once(engine):
    ended = done(engine, small_jobs.square, range(7))
    assert {place: end.result for place, end in ended.items()} == {n: n * n for n in range(7)}


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_years_are_reported_with_their_task(engine):
    seen = set()
    list(engine.run(small_jobs.square, [5, 6], lambda place, years: seen.add((place, years))))
    assert seen == {(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)}


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_an_error_is_part_of_the_answer_and_the_rest_goes_on(engine):
    ended = done(engine, small_jobs.fail_at_two, range(5))
    assert [ended[n].result for n in (0, 1, 4)] == [0, 1, 4]
    assert type(ended[2].error) is MinshengError
    assert str(ended[2].error) == "two is refused"
    assert type(ended[3].error) is (KeyError if engine == SerialEngine() else WorkError)
    assert "'three'" in str(ended[3].error)


def test_a_poison_task_is_reported_and_the_rest_finish():
    ended = done(LocalEngine(2), small_jobs.die_at_two, range(8))
    assert [ended[n].result for n in range(8) if n != 2] == [0, 1, 3, 4, 5, 6, 7]
    assert type(ended[2].error) is LostError
    assert "2 workers were lost with it, the last was killed by SIGKILL" in str(ended[2].error)


def test_a_worker_that_dies_costs_one_retry_of_its_own_task(tmp_path):
    marks = [str(tmp_path / name) for name in "abc"]
    ended = done(LocalEngine(2), small_jobs.die_once, marks)
    assert [ended[n].result for n in range(3)] == ["done at last"] * 3


def test_workers_are_shared_by_all_tasks_and_start_fast():
    LocalEngine(1)
    list(LocalEngine(1).run(small_jobs.square, [1], ignore))  # the server has loaded the model
    began = time.perf_counter()
    used = {ended.result for ended in LocalEngine(2).run(small_jobs.whoami, range(20), ignore)}
    assert len(used) == 2
    assert time.perf_counter() - began < 2.0  # a quarter of a second where nothing else runs


def test_closing_the_iterator_ends_every_worker():
    ended = LocalEngine(2).run(small_jobs.whoami, range(100), ignore)
    process = next(ended).result
    ended.close()
    assert not is_alive(process)


def test_workers_end_when_the_driver_is_killed(tmp_path):
    marks = [str(tmp_path / name) for name in "ab"]
    command = [sys.executable, "-c", DRIVER.format(marks=marks)]
    driver = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    waited_for(lambda: all(Path(mark).exists() and Path(mark).read_text() for mark in marks))
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    workers = [int(Path(mark).read_text()) for mark in marks]
    waited_for(lambda: not any(map(is_alive, workers)))


def waited_for(condition, seconds=60.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("name", "address", "named"),
    [
        ("locl", None, "did you mean 'local'?"),
        ("local", "tcp://nowhere:1", "takes no --address"),
    ],
)
def test_a_wrong_engine_is_one_message(name, address, named):
    with pytest.raises(MinshengError, match=named.replace("?", r"\?")):
        engine_named(name, None, address)


@pytest.mark.parametrize("name", ["dask", "ray"])
def test_an_engine_that_is_not_installed_says_what_to_install(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed" if name == "dask" else "ray", None)
    monkeypatch.delitem(sys.modules, f"experiments.engine_{name}", raising=False)
    with pytest.raises(EngineError, match=rf"minsheng\[{name}\]"):
        engine_named(name)
