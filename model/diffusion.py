"""Who has which policy: adoption by counties, after the calendar.

A policy asks only ``in_force``; how a county came to adopt (calendar here) is decided in this file
alone, so that another way of deciding replaces this one without touching any policy.
"""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from agents.local_government import Counties
from agents.table import Bool, Float, Int16, Rows

if TYPE_CHECKING:
    from model.simulation import Simulation


ADOPTION_COLUMNS = {
    "year": pa.int16(),
    "policy": pa.string(),
    "area": pa.string(),
    "event": pa.string(),
    "setting": pa.string(),
    "reason": pa.string(),
}


class Adoptions:
    """Which counties have which policy, since when, and why.

    Parameters
    ----------
    counties : Counties
        The counties of the sample.

    Attributes
    ----------
    rows : list of tuple
        ``(year, policy, area, event, setting, reason)`` of every event so far.
    """

    def __init__(self, counties: Counties) -> None:
        self._codes = counties.code
        self._in_force: dict[str, Bool] = {}
        self._reversed: dict[str, Int16] = {}
        self.rows: list[tuple[int, str, str, str, str, str]] = []

    def in_force(self, policy: str) -> Bool:
        """Return which counties have the policy, shape (n_counties,)."""
        return self._in_force.setdefault(policy, np.zeros(len(self._codes), bool))

    def _last_reversal(self, policy: str) -> Int16:
        return self._reversed.setdefault(policy, np.zeros(len(self._codes), np.int16))

    def adopt(self, policy: str, rows: Rows, year: int, setting: str, reason: str) -> None:
        """Let counties adopt; each gets one ``adopted`` row, whatever the cause."""
        self.in_force(policy)[rows] = True
        for code in self._codes[rows]:
            self.rows.append((year, policy, str(code), "adopted", setting, reason))

    def change(self, policy: str, rows: Rows, year: int, setting: str, reason: str) -> None:
        """Note that counties that have the policy change it."""
        for code in self._codes[rows]:
            self.rows.append((year, policy, str(code), "changed", setting, reason))

    def reverse(self, policy: str, rows: Rows, year: int, setting: str, reason: str) -> None:
        """Let counties give the policy up; each gets one ``reversed`` row."""
        self.in_force(policy)[rows] = False
        self._last_reversal(policy)[rows] = year
        for code in self._codes[rows]:
            self.rows.append((year, policy, str(code), "reversed", setting, reason))

    def reversed_in(self, policy: str, year: int) -> Bool:
        """Return which counties gave the policy up in a year, shape (n_counties,)."""
        given_up: Bool = self._last_reversal(policy) == year
        return given_up

    def note(self, policy: str, year: int, event: str, reason: str) -> None:
        """Note an act of the centre: a mandate, a recognition."""
        self.rows.append((year, policy, "0", event, "", reason))


def follow_calendar(sim: "Simulation", policy: str) -> None:
    """Let counties adopt a policy in their order until the calendar's share is reached.

    Source: adoption.calendar; the order is by income and chance (direction: S0).
    """
    path = sim.policies[policy].adoption or f"adoption.calendar.{policy}"
    if f"{path}_share" not in sim.known_paths:
        return
    share = sim.parameters.number(f"{path}_share")
    due = _order(sim, policy) <= share
    if f"{path}_pioneer" in sim.known_paths:
        pioneer = str(int(sim.parameters.number(f"{path}_pioneer")))
        due |= np.char.startswith(sim.counties.code.astype(str), pioneer) & (share > 0)
    new = np.flatnonzero(due & ~sim.adoptions.in_force(policy))
    sim.adoptions.adopt(policy, new, sim.year, sim.policies[policy].title, "calendar")


def withdraw(sim: "Simulation", policy: str) -> None:
    """Let every county give up a policy that the scenario switches off."""
    rows = np.flatnonzero(sim.adoptions.in_force(policy))
    sim.adoptions.reverse(policy, rows, sim.year, sim.policies[policy].title, "scenario")


def _order(sim: "Simulation", policy: str) -> Float:
    """Place of each county in the order of adoption, in (0, 1], rich places first."""
    weight = sim.parameters.number("adoption.calendar.income_weight")
    luck = sim.lasting_chance(f"counties.order_of_{policy}").uniform(sim.counties.key)
    wealth = _ranks(sim.counties.priority)
    score = weight * (1 - wealth) + (1 - weight) * luck
    return _ranks(score)


def _ranks(values: NDArray[np.float64]) -> Float:
    """Ranks scaled to (0, 1]; ties in row order."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks / len(values)
