"""The first minute: while the server starts, a small pair of worlds is simulated for visitors."""

import sys
import threading

from agents.errors import MinshengError
from dashboard import runner
from dashboard.results import KEPT, Result
from dashboard.state import FIRST

LONGEST_WAIT = 30.0
"""Seconds for which the start of the server waits."""

_ENDED = threading.Event()
_LOCK = threading.Lock()
_STARTED: list[threading.Thread] = []


def prepare() -> None:
    """Simulate what the first page shows, once for a server; wait for it, but not for ever."""
    with _LOCK:
        if not _STARTED:
            thread = threading.Thread(target=_simulate, name="first page", daemon=True)
            _STARTED.append(thread)
            thread.start()
    _ENDED.wait(LONGEST_WAIT)


def _simulate() -> None:
    try:
        runner.run(FIRST, _ignore, _ignore, lambda: True)
    except MinshengError as error:
        print(f"The first page has no result to show: {error}", file=sys.stderr)
    finally:
        _ENDED.set()


def _ignore(_: object) -> None:
    """Nobody watches yet."""


def found() -> Result | None:
    """Return the result of the first page, None where there is none."""
    return KEPT.get(FIRST)
