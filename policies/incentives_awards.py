"""Weak departments that propose, novelties of a county, and awards for the visible (h.6, h.7)."""

import numpy as np

from agents import innovation
from agents.table import Bool, Column, Float
from agents.trust import TIERS
from policies.base import World

COLUMNS = {
    "department_push": (
        np.float64,
        Column("share", "weak departments with a proposal to protect that the leader lets pass"),
    ),
    "legal_capacity": (
        np.float64,
        Column("share", "people who know their rights since a weak department had its way"),
    ),
    "award_signal": (
        np.float64,
        Column("flag", "the province approves of innovation: it won an award lately"),
    ),
}
TOPICS = ("protection", "other")
_RULES = "incentives.innovation."


class Awards:
    """The innovation awards: who made something visible, who was nominated, who won.

    Attributes
    ----------
    nominated, won : ndarray of float64, shape (2, n_counties)
        Innovations of the year's round by topic.
    prizes : ndarray of float64, shape (n_counties,)
        Awards won so far.
    """

    def __init__(self, sim: World) -> None:
        n = sim.counties.n
        for name, (dtype, column) in COLUMNS.items():
            sim.counties.declare(name, dtype, column)
        self._draws = [f"counties.proposal_of_{name}" for name in innovation.WEAK_DEPARTMENTS]
        self._shown = np.zeros((len(TOPICS), n))
        self._won_in = np.zeros(sim.officials.n - n)
        self.nominated = np.zeros((len(TOPICS), n))
        self.won = np.zeros((len(TOPICS), n))
        self.prizes = np.zeros(n)

    def clear(self, sim: World) -> None:
        """Forget what is not to have any effect while nobody is scored."""
        sim.counties["department_push"][:] = sim.counties["award_signal"][:] = 0
        sim.counties["legal_capacity"][:] = 0
        self.nominated[:] = self.won[:] = self._shown[:] = 0

    def innovate(self, sim: World, early: Float) -> None:
        """Let weak departments propose and leaders show novelties of their own (h.6).

        Parameters
        ----------
        sim : World
        early : ndarray of float64, shape (n_counties,)
            Policies that each county adopted early last year; they protect somebody.
        """
        counties, number = sim.counties, sim.parameters.number
        budget = sim.parameters.schedule(f"{_RULES}budget_share")
        draws = tuple(sim.chance(name) for name in self._draws)
        standing = innovation.legitimacy(budget, _public_trust(sim))
        effort = sim.officials.effort_innovation[: counties.n]
        proposed = innovation.propose(standing, draws, counties.key, sim.parameters)
        passed = innovation.approve(proposed, effort, sim.parameters)
        counties["department_push"] = passed.mean(axis=0)
        self._inform(sim, passed)
        rate = np.minimum(number(f"{_RULES}other_novelties") * effort, 1)
        other = sim.chance("counties.other_novelty").happens(counties.key, rate)
        self._show(sim, np.array([passed.any(axis=0) | (early > 0), other]))

    def _inform(self, sim: World, passed: Bool) -> None:
        """Let people learn of their rights and of dibao where a department had its way (h.6).

        What they know of rights fades; who has heard of dibao does not forget it.
        """
        counties, number = sim.counties, sim.parameters.number
        known = counties["legal_capacity"] * (1 - number(f"{_RULES}capacity_fade"))
        told = 1 - (1 - number(f"{_RULES}capacity_gain")) ** passed.sum(axis=0)
        counties["legal_capacity"] = known + (1 - known) * told
        if "aware_of_dibao" not in sim.households.declared or not told.any():
            return
        households = sim.households
        there = (told > 0)[households.hukou_county] & households.alive
        rows = np.flatnonzero(there & ~households["aware_of_dibao"])
        county = households.hukou_county[rows]
        has = sim.adoptions.in_force
        dibao = np.where(households.hukou_urban[rows], has("urban_dibao")[county],
                         has("rural_dibao")[county])  # fmt: skip
        rows = rows[dibao]
        hears = sim.chance("households.told_by_weak_department").happens(
            households.key[rows], told[households.hukou_county[rows]]
        )
        households["aware_of_dibao"][rows[hears]] = True

    def _show(self, sim: World, new: Bool) -> None:
        """Keep the most visible novelty of each topic until the next round."""
        keys = sim.counties.key
        for shown, topic, made in zip(self._shown, TOPICS, new, strict=True):
            luck = sim.chance(f"counties.visibility_of_{topic}").uniform(keys)
            np.maximum(shown, np.where(made, luck, 0), out=shown)

    def judge(self, sim: World) -> None:
        """Nominate the most visible novelties and let the jury choose among them (h.7).

        What a novelty does for anybody plays no part; a jury is partly luck. The winner's province
        signals approval for some years.
        """
        counties, number = sim.counties, sim.parameters.number
        self.nominated[:] = self.won[:] = 0
        places = int(number(f"{_RULES}nominated"))
        if places:
            visible = self._shown.ravel()
            candidates = np.flatnonzero(visible)
            chosen = innovation.rank_by_visibility(visible, candidates, places)
            luck = np.concatenate([
                sim.chance(f"counties.jury_on_{topic}").uniform(counties.key) for topic in TOPICS
            ])  # fmt: skip
            part = number(f"{_RULES}jury_luck")
            seen = (1 - part) * visible + part * luck
            winners = innovation.rank_by_visibility(seen, chosen, int(number(f"{_RULES}winners")))
            self.nominated.ravel()[chosen] = 1
            self.won.ravel()[winners] = 1
            self.prizes += self.won.sum(axis=0)
            home = counties.province[winners % counties.n].astype(np.intp)
            self._won_in[home] = sim.year
            self._shown[:] = 0
        recent = sim.year - self._won_in < number(f"{_RULES}signal_years")
        counties["award_signal"] = recent[counties.province].astype(np.float64)

    def record(self, sim: World) -> None:
        """Record innovations nominated and awarded, by topic."""
        for row, topic in enumerate(TOPICS):
            sim.record.add("award_nominees", self.nominated[row].copy(), group=topic)
            sim.record.add("award_winners", self.won[row].copy(), group=topic)


def _public_trust(sim: World) -> Float:
    """Return the mean trust of households in their local government, shape (n_counties,).

    Where nobody lives it is the trust of somebody who never asked for anything.
    """
    start = sim.parameters.schedule("trust.rules.start")[TIERS.index("local")]
    families = sim.county_sum(np.ones(sim.households.n))
    trust = sim.county_sum(sim.households.trust_local)
    return np.divide(trust, families, out=np.full(sim.counties.n, start), where=families > 0)
