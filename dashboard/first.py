"""The first minute: while the server starts, a small pair of worlds is simulated for visitors."""

import sys
import threading
from collections.abc import Callable

from agents.errors import MinshengError
from dashboard import runner
from dashboard.choices import known
from dashboard.results import KEPT, Result
from dashboard.state import FIRST
from dashboard.waiting_line import PATIENCE
from dashboard.words import texts

LONGEST_WAIT = 10.0
"""Seconds for which the start of the server waits; visitors who come earlier wait on the page."""

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
    # What the first visitor would wait for: words and names are read once.
    texts()
    known()
    _ENDED.wait(LONGEST_WAIT)


def _simulate() -> None:
    KEPT.always(FIRST)
    try:
        runner.run(FIRST, _ignore, _ignore, lambda: True)
    except MinshengError as error:
        print(f"The first page has no result to show: {error}", file=sys.stderr)
    finally:
        _ENDED.set()


def _ignore(_: object) -> None:
    """Nobody watches yet."""


def wait_for(is_wanted: Callable[[], bool]) -> Result | None:
    """Return the result of the first page when it is there, None where there will be none."""
    while _STARTED and is_wanted() and not _ENDED.wait(PATIENCE):
        pass
    return KEPT.get(FIRST)
