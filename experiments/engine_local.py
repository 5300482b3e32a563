"""The local engine: processes of this machine, each on a pipe of its own.

Since every worker has its own pipe, the driver knows which task a worker died of, takes another
worker and tries that task once more; all others go on. Workers are forked from a server that has
loaded the model before (`experiments.preload`), which takes a small part of loading it again.
They ignore Ctrl-C, which is for the driver to handle, and end at once when the driver is gone.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, forkserver, resource_tracker
from types import ModuleType
from typing import Any

from experiments.engines import TRIES, Advance, Ended, EngineError, LostError, Work, attempt

_PRELOADED = ["experiments.preload"]
# Workers in a row that die before their first word: this machine cannot start them at all.
_STILLBORN = 5
# Seconds given to a dying worker to end, so that it can be said how.
_PATIENCE = 5.0
_READY = None


@dataclass(frozen=True)
class LocalEngine:
    """Does tasks in processes of this machine.

    Attributes
    ----------
    workers : int
        Processes at once.
    """

    workers: int

    def run(
        self, work: Work, tasks: Sequence[Any], advance: Advance
    ) -> Generator[Ended, None, None]:
        """See `Engine`."""
        team = _Team(self.workers, work, tasks, advance)
        try:
            while team.has_work():
                team.hand_out()
                yield from team.listen()
        finally:
            team.end()


@dataclass
class _Worker:
    process: Any
    pipe: Any
    place: int | None = None
    is_ready: bool = False


class _Team:
    """The workers, what each of them does, and what nobody does yet."""

    def __init__(self, size: int, work: Work, tasks: Sequence[Any], advance: Advance) -> None:
        self._size, self._work, self._tasks, self._advance = size, work, tasks, advance
        self._waiting = deque(range(len(tasks)))
        self._tries = Counter[int]()
        self._workers: list[_Worker] = []
        self._stillborn = 0

    def has_work(self) -> bool:
        return bool(self._waiting) or any(w.place is not None for w in self._workers)

    def hand_out(self) -> None:
        """Give tasks to idle workers; start workers as long as tasks would wait."""
        for worker in self._workers:
            if worker.is_ready and worker.place is None and self._waiting:
                worker.place = self._waiting.popleft()
                with suppress(OSError):  # a dead worker is found when its answer is read
                    worker.pipe.send((worker.place, self._tasks[worker.place]))
        starting = sum(not worker.is_ready for worker in self._workers)
        wanted = min(self._size - len(self._workers), len(self._waiting) - starting)
        self._workers += [_start(self._work) for _ in range(wanted)]

    def listen(self) -> Iterator[Ended]:
        """Wait until a worker speaks or dies; yield tasks that ended."""
        speaking = set(connection.wait([worker.pipe for worker in self._workers]))
        ended = [self._hear(worker) for worker in self._workers[:] if worker.pipe in speaking]
        self.hand_out()  # before the caller, who may take a while, looks at what ended
        yield from (end for end in ended if end is not None)

    def _hear(self, worker: _Worker) -> Ended | None:
        try:
            word = worker.pipe.recv()
        except (EOFError, OSError):
            return self._replace(worker)
        self._stillborn = 0
        if word is _READY:
            worker.is_ready = True
        elif isinstance(word, Ended):
            worker.place = None
            return word
        elif worker.place is not None:
            self._advance(worker.place, word)
        return None

    def _replace(self, worker: _Worker) -> Ended | None:
        """Put back the task of a worker that died, or give the task up."""
        self._workers.remove(worker)
        worker.process.join(_PATIENCE)
        how = _how_it_ended(worker.process.exitcode)
        _end([worker])
        self._stillborn += not worker.is_ready
        if self._stillborn >= _STILLBORN:
            raise EngineError(f"workers do not start: {_STILLBORN} in a row {how}")
        if worker.place is None:
            return None
        self._tries[worker.place] += 1
        if self._tries[worker.place] < TRIES:
            self._waiting.appendleft(worker.place)
            return None
        text = f"{TRIES} workers were lost with it, the last {how}; there may be too little memory"
        return Ended(worker.place, error=LostError(text))

    def end(self) -> None:
        _end(self._workers)


def _how_it_ended(code: int | None) -> str:
    if code is not None and code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with code {code}"


def _end(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        worker.process.kill()
    for worker in workers:
        worker.process.join(_PATIENCE)
        worker.pipe.close()


def _start(work: Work) -> _Worker:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    ours, its = context.Pipe()
    process = context.Process(target=_serve, args=(its, work), daemon=True)
    try:
        with _without_script():
            _start_server()
            process.start()
    except (EOFError, ConnectionError) as error:
        raise EngineError("the process that starts workers was killed; start again") from error
    its.close()
    return _Worker(process, ours)


@contextmanager
def _without_script() -> Iterator[None]:
    """Start processes that do not run the caller's script again.

    They have no need of it, since work is a function of a module, and it may have no guard.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _start_server() -> None:
    """Start the server, if it does not run, deaf to Ctrl-C; all that it forks inherit that.

    While it loads the model it has no other defence and would answer with a traceback.
    """
    resource_tracker.ensure_running()  # which would lift the block if it started within
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Any, work: Work) -> None:
    """Do tasks until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_driver, daemon=True).start()
    with suppress(EOFError, OSError):  # the driver is gone
        pipe.send(_READY)
        while True:
            place, task = pipe.recv()
            pipe.send(attempt(work, place, task, lambda years, _: pipe.send(years)))


def _end_with_driver() -> None:
    driver = multiprocessing.parent_process()
    if driver is not None:
        driver.join()
        os._exit(1)
