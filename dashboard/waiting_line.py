"""Places for simulations: a few at a time, the others in a fair line."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator

# Two at a time is what the design size of two cores bears.
DEFAULT_PLACES = 2
PLACES_VARIABLE = "MINSHENG_RUNS_AT_ONCE"
PATIENCE = 0.2
"""Seconds between two looks at whether somebody still waits."""


class Places:
    """Places that are taken in the order in which they were asked for."""

    def __init__(self, n: int) -> None:
        self._free = n
        self._line: list[object] = []
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def place(self, tell: Callable[[int], None], is_wanted: Callable[[], bool]) -> Iterator[bool]:
        """Wait for a place, and say whether there is one; False when it is not wanted any more.

        `tell` is called with the number in line, 1 for the next, whenever it changes.
        """
        got_one = self._wait(tell, is_wanted)
        try:
            yield got_one
        finally:
            if got_one:
                with self._changed:
                    self._free += 1
                    self._changed.notify_all()

    def _wait(self, tell: Callable[[int], None], is_wanted: Callable[[], bool]) -> bool:
        me, told = object(), 0
        with self._changed:
            self._line.append(me)
        try:
            while is_wanted():
                with self._changed:
                    at = self._line.index(me) + 1
                    if at == 1 and self._free:
                        self._free -= 1
                        return True
                if at != told:
                    told = at
                    tell(at)
                with self._changed:
                    self._changed.wait(PATIENCE)
            return False
        finally:
            with self._changed:
                self._line.remove(me)
                self._changed.notify_all()


def places_here() -> int:
    """Return how many simulations this server runs at once."""
    given = os.environ.get(PLACES_VARIABLE, "")
    return max(int(given), 1) if given.isdigit() else DEFAULT_PLACES
