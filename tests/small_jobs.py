"""Work for engines: a square, an error, and deaths of the process that does it."""

import os
import signal
import time
from pathlib import Path

from agents.errors import MinshengError


def square(task, progress):
    for year in range(3):
        progress(year + 1, 3)
    return task * task


def slow_square(task, progress):
    time.sleep(0.05)
    return task * task


def threshold(task, progress):
    return os.environ.get("MALLOC_TRIM_THRESHOLD_")


def fail_at_two(task, progress):
    if task == 2:
        raise MinshengError("two is refused")
    if task == 3:
        raise KeyError("three")
    return task


def die_at_two(task, progress):
    """Poison: whoever is given 2 dies of it."""
    if task == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def die_once(task, progress):
    """Die where no one died before; `task` is a file that tells."""
    mark = Path(task)
    if not mark.exists():
        mark.write_text("died")
        os._exit(3)
    return "done at last"


def whoami(task, progress):
    time.sleep(0.02)
    return os.getpid()


def sleep_for_ever(task, progress):
    Path(task).write_text(str(os.getpid()))
    while True:
        time.sleep(0.1)
