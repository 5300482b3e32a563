"""Who has which policy: adoption by counties, after the calendar or by choice.

A policy asks only ``in_force``. How a county comes to adopt is one switch for each policy,
``adoption.mode.<policy>``: after the calendar of shares (here), or by choice (`model.choice`).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from agents.adoption import Situation
from agents.local_government import Counties
from agents.table import Bool, Float, Int16, Rows
from model import designs, pilots
from model.choice import choose, chooses, situation
from model.placed import imposed

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


class _ByPolicy(dict[str, NDArray[Any]]):
    """A column of counties for each policy, zero at first."""

    def __init__(self, n: int, dtype: type) -> None:
        super().__init__()
        self._empty: NDArray[Any] = np.zeros(n, dtype)

    def __missing__(self, policy: str) -> NDArray[Any]:
        self[policy] = self._empty.copy()
        return self[policy]


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
    first : dict of str to int
        Year of the first adoption by policy.
    """

    def __init__(self, counties: Counties) -> None:
        self._codes = counties.code
        self._in_force = _ByPolicy(counties.n, bool)
        self._pilots = _ByPolicy(counties.n, bool)
        self._barred = _ByPolicy(counties.n, bool)
        self._imposed = _ByPolicy(counties.n, bool)
        self._reversed = _ByPolicy(counties.n, np.int16)
        self._since = _ByPolicy(counties.n, np.int16)
        self.first: dict[str, int] = {}
        self.rows: list[tuple[int, str, str, str, str, str]] = []

    def in_force(self, policy: str) -> Bool:
        """Return which counties have the policy, shape (n_counties,)."""
        return self._in_force[policy]

    def barred(self, policy: str) -> Bool:
        """Return which counties a reform keeps from the policy this year, shape (n_counties,)."""
        return self._barred[policy]

    def imposed(self, policy: str) -> Bool:
        """Return which counties a reform gives the policy this year, shape (n_counties,)."""
        return self._imposed[policy]

    def pilots(self, policy: str) -> Bool:
        """Return which counties were chosen as pilot sites of the policy, shape (n_counties,)."""
        return self._pilots[policy]

    def since(self, policy: str) -> Int16:
        """Return the year in which each county adopted the policy last, shape (n_counties,)."""
        return self._since[policy]

    def adopt(
        self, policy: str, rows: Rows, year: int, setting: str, reason: str | Sequence[str]
    ) -> None:
        """Let counties adopt; each gets one ``adopted`` row, with one reason for all or its own.

        Those that a reform keeps from the policy do not.
        """
        if self.barred(policy).any():
            free = ~self.barred(policy)[rows]
            rows = rows[free]
            if not isinstance(reason, str):
                reason = [why for why, is_free in zip(reason, free, strict=True) if is_free]
        self.in_force(policy)[rows] = True
        self.since(policy)[rows] = year
        self._note_each(policy, rows, year, "adopted", setting, reason)
        if len(rows):
            self.first.setdefault(policy, year)

    def change(
        self, policy: str, rows: Rows, year: int, setting: str, reason: str | Sequence[str]
    ) -> None:
        """Note that counties that have the policy change it."""
        self._note_each(policy, rows, year, "changed", setting, reason)

    def reverse(self, policy: str, rows: Rows, year: int, setting: str, reason: str) -> None:
        """Let counties give the policy up; each gets one ``reversed`` row."""
        self.in_force(policy)[rows] = False
        self._reversed[policy][rows] = year
        self._note_each(policy, rows, year, "reversed", setting, reason)

    def reversed_in(self, policy: str, year: int) -> Bool:
        """Return which counties gave the policy up in a year, shape (n_counties,)."""
        given_up: Bool = self._reversed[policy] == year
        return given_up

    def _note_each(
        self,
        policy: str,
        rows: Rows,
        year: int,
        event: str,
        setting: str,
        reason: str | Sequence[str],
    ) -> None:
        told = [reason] * len(rows) if isinstance(reason, str) else reason
        for code, why in zip(self._codes[rows], told, strict=True):
            self.rows.append((year, policy, str(code), event, setting, why))

    def note(self, policy: str, year: int, event: str, reason: str) -> None:
        """Note an act of the centre: a mandate, a recognition."""
        self.rows.append((year, policy, "0", event, "", reason))


def adopt_policies(sim: "Simulation") -> None:
    """Let counties adopt what is switched on, after the calendar or by choice; withdraw the rest.

    New adopters settle on a design, and pilot sites make an effort beyond the usual.
    """
    sim.peer_network.follow_leaders(sim.officials, sim.parameters)
    seen = situation(sim)
    for policy in sim.policies:
        _impose(sim, policy)
        if not sim.setup.is_on(policy, sim.year):
            withdraw(sim, policy)
        elif not chooses(sim, policy):
            follow_calendar(sim, policy)
        elif sim.year >= sim.parameters.number(f"adoption.{policy}.first_year"):
            _follow_choice(sim, policy, seen)
    designs.settle(sim)
    pilots.begin_extra_effort(sim)


def follow_calendar(sim: "Simulation", policy: str) -> None:
    """Let counties adopt a policy in their order until the calendar's share is reached.

    Source: adoption.calendar; the order is by income and chance (direction: S0).
    """
    path = calendar_path(sim, policy)
    if f"{path}_share" not in sim.known_paths:
        return
    share = sim.parameters.number(f"{path}_share")
    due = _order(sim, policy) <= share
    if share > 0:
        due |= pioneers(sim, policy)
    new = np.flatnonzero(due & ~sim.adoptions.in_force(policy))
    sim.adoptions.adopt(policy, new, sim.year, sim.policies[policy].title, "calendar")


def calendar_path(sim: "Simulation", policy: str) -> str:
    """Return where the adoption calendar of a policy is: the path before ``_share``."""
    return sim.policies[policy].adoption or f"adoption.calendar.{policy}"


def pioneers(sim: "Simulation", policy: str) -> Bool:
    """Return the counties that go first as a dated fact, shape (n_counties,)."""
    path = f"{calendar_path(sim, policy)}_pioneer"
    if path not in sim.known_paths:
        return np.zeros(sim.counties.n, bool)
    return sim.counties.lie_in(sim.parameters.number(path))


def _follow_choice(sim: "Simulation", policy: str, seen: Situation) -> None:
    """Let counties choose; in its first year only the dated first place has the policy.

    A history that begins later starts from what the calendar says.
    """
    adopt, title = sim.adoptions.adopt, sim.policies[policy].title
    first_year = sim.parameters.number(f"adoption.{policy}.first_year")
    if sim.year == sim.setup.years.first and sim.year > first_year:
        follow_calendar(sim, policy)
        return
    if sim.year == first_year:
        first = np.flatnonzero(pioneers(sim, policy) & ~sim.adoptions.in_force(policy))
        adopt(policy, first, sim.year, title, "pioneer")
    sites = pilots.choose_sites(sim, policy)
    sim.adoptions.pilots(policy)[sites] = True
    adopt(policy, sites, sim.year, title, "pilot")
    begun_elsewhere = f"{calendar_path(sim, policy)}_pioneer" in sim.known_paths or len(sites)
    if sim.year == first_year and begun_elsewhere:
        return
    new, told = choose(sim, policy, seen)
    adopt(policy, np.flatnonzero(new), sim.year, title, told)


def _impose(sim: "Simulation", policy: str) -> None:
    """Let counties adopt or give up what reforms of their place say."""
    must, must_not = imposed(sim.setup, policy, sim.year, sim.counties.code)
    title = sim.policies[policy].title
    sim.adoptions.barred(policy)[:] = must_not
    sim.adoptions.imposed(policy)[:] = must
    has = sim.adoptions.in_force(policy)
    sim.adoptions.reverse(policy, np.flatnonzero(has & must_not), sim.year, title, "scenario")
    sim.adoptions.adopt(policy, np.flatnonzero(must & ~has), sim.year, title, "scenario")


def withdraw(sim: "Simulation", policy: str) -> None:
    """Let every county give up a policy that the scenario switches off, but for named places."""
    adoptions = sim.adoptions
    rows = np.flatnonzero(adoptions.in_force(policy) & ~adoptions.imposed(policy))
    adoptions.reverse(policy, rows, sim.year, sim.policies[policy].title, "scenario")


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
