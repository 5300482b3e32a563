"""Where the time of a year goes: seconds by phase of `Simulation.step` and by policy.

The functions are wrapped from outside, so that the model itself knows of no clock.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from benchmarks.tables import Table

# The phases of a year that are functions of modules, in order.
_FUNCTIONS = (
    ("centre", "act"),
    ("shocks", "strike"),
    ("public_money", "budget"),
    ("diffusion", "adopt_policies"),
    ("demography", "live_a_year"),
    ("migration", "migrate"),
    ("economy", "work_and_earn"),
    ("economy", "fall_ill"),
    ("economy", "consume"),
    ("service_links", "link"),
    ("service_links", "record"),
    ("claims", "claim"),
    ("public_money", "settle"),
    ("economy", "take_stock"),
    ("outcomes", "record_year"),
    ("economy", "publish"),
)
# What the state does between shocks and the year's work: it is to take less than a fifth.
_STATE = ("centre.", "public_money.", "diffusion.", "claims.", "incentives.")
_STATE_PHASES = ("on_appraise", "on_budget")
# Who serves households, records included: it is to take less than a tenth.
_SERVICES = ("procurement.", "service_links.")
# Phases below this share of the run are not shown.
_LEAST = 0.005
_POLICY_PHASES = (
    "on_appraise",
    "on_budget",
    "on_move",
    "on_enrol",
    "on_contribute",
    "on_reimburse",
    "on_assist",
    "on_deliver",
    "on_record",
)


@contextmanager
def timed_phases(sim: Any) -> Iterator[dict[str, float]]:
    """Sum wall seconds by phase while the simulation runs.

    What policies record is part of ``outcomes.record_year`` and counted beside it.
    """
    import model.simulation as module

    seconds: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        for owner, name in _FUNCTIONS:
            place = getattr(module, owner)
            timed = _timed(getattr(place, name), f"{owner}.{name}", seconds)
            stack.enter_context(patch.object(place, name, timed))
        for policy in sim.policies.values():
            for phase in _POLICY_PHASES:
                timed = _timed(getattr(policy, phase), f"{policy.id}.{phase}", seconds)
                stack.enter_context(patch.object(policy, phase, timed))
        yield seconds


def phase_table(seconds: dict[str, float], total: float, n_households: int) -> Table:
    """Return the phases that take at least a small share of the total, the slowest first."""
    rows = sorted(seconds.items(), key=lambda item: -item[1])
    shown = [
        (name, f"{used:.2f}", f"{used / total:.1%}") for name, used in rows if used > _LEAST * total
    ]
    title = f"Phases of the full model at {n_households:,} households"
    return Table(title, ("phase", "s", "share"), shown)


def state_share(seconds: dict[str, float], total: float) -> float:
    """Return the share of the run in which governments decide, are judged and are asked."""
    used = sum(
        spent
        for name, spent in seconds.items()
        if name.startswith(_STATE) or name.endswith(_STATE_PHASES)
    )
    return used / total


def services_share(seconds: dict[str, float], total: float) -> float:
    """Return the share of the run in which lots are bought, organisations work, households link."""
    return sum(spent for name, spent in seconds.items() if name.startswith(_SERVICES)) / total


def _timed(
    function: Callable[..., Any], name: str, seconds: dict[str, float]
) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            seconds[name] += time.perf_counter() - started

    return timed
