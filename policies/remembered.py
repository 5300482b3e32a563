"""What follows from parameters alone, worked out once in a process for the same values."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TypeVar

from policies.parameters import ParameterView

Result = TypeVar("Result")

# Results of each function that are kept: those of all years of a simulation.
_MOST = 40


def remembered(rule: Callable[..., Result]) -> Callable[..., Result]:
    """Let a function return what it found before for the same values of the parameters it reads.

    It takes a `ParameterView`, and more arguments if need be, and reads the same parameters
    whatever their values are. Simulations share the result, which nobody may change; the oldest
    one makes room for a new one.
    """
    reads: set[str] = set()
    found: dict[Hashable, Result] = {}

    def key_of(view: ParameterView, more: tuple[Hashable, ...]) -> Hashable:
        return tuple(map(view.value, reads)), more

    @wraps(rule)
    def recall(view: ParameterView, *more: Hashable) -> Result:
        if not reads:
            first = view.unread()
            result = rule(first, *more)
            reads.update(first.paths_read())
            found[key_of(view, more)] = result
        key = key_of(view, more)
        if key not in found:
            if len(found) == _MOST:
                del found[next(iter(found))]
            found[key] = rule(view, *more)
        return found[key]

    return recall
