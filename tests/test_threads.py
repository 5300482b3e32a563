"""Threads: jobs side by side give what they give one after another."""

import multiprocessing
import os
import threading

import pytest

from agents.threads import WORTHWHILE, together


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def fail(message):
    raise ValueError(message)


def meet():
    """Return what two jobs return that end only when both have started."""
    barrier = threading.Barrier(2, timeout=20)
    return together(barrier.wait, barrier.wait)


def meet_in_a_child():
    os._exit(0 if sorted(meet()) == [0, 1] else 1)


def test_results_come_in_the_order_of_the_jobs():
    started = threading.Event()
    first = lambda: started.wait(20) and "first"  # noqa: E731
    second = lambda: started.set() or "second"  # noqa: E731
    assert together(first, second) == ["first", "second"]


def test_two_jobs_run_at_the_same_time():
    assert sorted(meet()) == [0, 1]


def test_a_small_world_stays_on_the_thread_it_is_on():
    assert together(threading.get_ident, rows=WORTHWHILE - 1) == [threading.get_ident()]
    jobs = [threading.get_ident] * 2
    assert together(*jobs, rows=WORTHWHILE - 1) == [threading.get_ident()] * 2


def test_one_processor_does_one_job_after_another(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert together(*[threading.get_ident] * 2) == [threading.get_ident()] * 2


def test_a_job_may_have_jobs_of_its_own():
    inner = lambda: together(*[threading.get_ident] * 3)  # noqa: E731
    for threads in together(*[inner] * 4):
        assert len(set(threads)) == 1


def test_the_first_error_is_raised_when_all_jobs_have_ended():
    ended = []
    with pytest.raises(ValueError, match="one"):
        together(lambda: fail("one"), lambda: ended.append(1), lambda: fail("two"))
    assert ended == [1]


def test_no_jobs_are_no_results():
    assert together() == []


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_child_process_has_threads_of_its_own(method):
    together(*[threading.get_ident] * 2)
    child = multiprocessing.get_context(method).Process(target=meet_in_a_child)
    child.start()
    child.join(60)
    assert child.exitcode == 0
