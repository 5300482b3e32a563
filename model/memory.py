"""Predict the memory of a world before it is built, and say so when there is not enough.

The sizes are measured peaks (`make bench` shows one of them) and bounds: columns take about 2,000
bytes a household; the rest is what is kept of every county and year, townships, and libraries.
"""

import os
from pathlib import Path

from agents.errors import MinshengError
from model.scenario import Scenario

MEGABYTE, GIGABYTE = 10**6, 10**9

BYTES_PER_HOUSEHOLD = 2_500.0
BYTES_PER_COUNTY_YEAR = 26_000.0
BYTES_PER_TOWNSHIP = 7_000.0
BYTES_OF_LIBRARIES = 160e6

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
        spare = available_bytes - (needed_bytes - households * BYTES_PER_HOUSEHOLD)
        fitting = int(spare / BYTES_PER_HOUSEHOLD)
        fits = fitting >= scenario.world.n_townships
        advice = f"set world.households to at most {fitting:,}" if fits else "take fewer counties"
        super().__init__(
            f"scenario {scenario.name!r}: {households:,} households in "
            f"{scenario.world.n_counties:,} counties need about {readable(needed_bytes)} of "
            f"memory and {readable(available_bytes)} are free; {advice}"
        )


def predicted_bytes(scenario: Scenario) -> float:
    """Return the memory a world needs: by household, by county and year, by township."""
    world, years = scenario.world, scenario.years
    kept = world.n_counties * (years.last - years.first + 1) * BYTES_PER_COUNTY_YEAR
    of_places = kept + world.n_townships * BYTES_PER_TOWNSHIP
    return BYTES_OF_LIBRARIES + of_places + world.households * BYTES_PER_HOUSEHOLD


def check_memory(scenario: Scenario, available_bytes: float | None) -> None:
    """Refuse a world that is predicted not to fit.

    Parameters
    ----------
    scenario : Scenario
    available_bytes : float or None
        As `available_bytes` finds it; None, when it is not known, lets every world pass.

    Raises
    ------
    TooLargeError
        With both numbers and the number of households that would fit.
    """
    needed = predicted_bytes(scenario)
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


def readable(n_bytes: float) -> str:
    """Return a number of bytes as people read it."""
    if n_bytes < GIGABYTE:
        return f"{n_bytes / MEGABYTE:,.0f} MB"
    return f"{n_bytes / GIGABYTE:,.1f} GB"
