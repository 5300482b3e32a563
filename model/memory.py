"""Predict the memory of a world before it is built, and say so when there is not enough."""

import os
from pathlib import Path

from agents.errors import MinshengError
from model.scenario import Scenario

MEGABYTE, GIGABYTE = 10**6, 10**9

_KIBIBYTE = 1024
_MEMORY = Path("/proc/meminfo")
_LIMIT = Path("/sys/fs/cgroup/memory.max")
_USED = Path("/sys/fs/cgroup/memory.current")


class TooLargeError(MinshengError):
    """A world that needs more memory than there is.

    Attributes
    ----------
    needed_bytes, available_bytes : float
    """

    def __init__(self, scenario: Scenario, needed_bytes: float, available_bytes: float) -> None:
        self.needed_bytes = needed_bytes
        self.available_bytes = available_bytes
        households = scenario.world.households
        fitting = int(households * available_bytes / needed_bytes)
        super().__init__(
            f"scenario {scenario.name!r}: {households:,} households need about "
            f"{_readable(needed_bytes)} of memory and {_readable(available_bytes)} are free; "
            f"set world.households to at most {fitting:,}"
        )


def predicted_bytes(scenario: Scenario, bytes_per_household: float) -> float:
    """Return the memory a world needs, which grows in proportion to its households."""
    return scenario.world.households * bytes_per_household


def check_memory(
    scenario: Scenario, available_bytes: float | None, bytes_per_household: float
) -> None:
    """Refuse a world that is predicted not to fit.

    Parameters
    ----------
    scenario : Scenario
    available_bytes : float or None
        As `available_bytes` finds it; None, when it is not known, lets every world pass.
    bytes_per_household : float
        Measured peak memory per household.

    Raises
    ------
    TooLargeError
        With both numbers and the number of households that would fit.
    """
    needed = predicted_bytes(scenario, bytes_per_household)
    if available_bytes is not None and needed > available_bytes:
        raise TooLargeError(scenario, needed, available_bytes)


def available_bytes() -> float | None:
    """Return the memory this process can still take, or None where the system does not tell."""
    limits = [_free_on_machine(), _free_in_container()]
    return min((limit for limit in limits if limit is not None), default=None)


def _free_on_machine() -> float | None:
    try:
        for line in _MEMORY.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return float(line.split()[1]) * _KIBIBYTE
    except OSError:
        pass  # not Linux
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return None


def _free_in_container() -> float | None:
    try:
        return float(_LIMIT.read_text()) - float(_USED.read_text())
    except (OSError, ValueError):  # no container, or no limit ("max")
        return None


def _readable(n_bytes: float) -> str:
    if n_bytes < GIGABYTE:
        return f"{n_bytes / MEGABYTE:,.0f} MB"
    return f"{n_bytes / GIGABYTE:,.1f} GB"
