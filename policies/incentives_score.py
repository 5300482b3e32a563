"""What leaders are scored by: the reported figures of last year, by kind (rule h.1)."""

import numpy as np

from agents.careers import standardise
from agents.official import KINDS
from agents.reporting import growth_reported, shift_of
from agents.table import Float, Int32, total_by
from policies.base import World

_COVERAGE = ("medical", "residents_pension", "worker_pension")
_ERRORS = ("exclusion_error", "inclusion_error")
_PLACES = ("urban", "rural")
# Rises of these ids are no innovation of a county.
_NOT_LOCAL = {"incentives"}


class Scoreboard:
    """Figures of last year by post, higher is better; it remembers those of the year before.

    Leaders of provinces are scored by the sums over the counties of the sample.

    Attributes
    ----------
    early : ndarray of float64, shape (n_counties,)
        Policies that a county adopted last year, early.
    grown : dict of str to tuple of ndarray of float64, shape (n_counties,)
        True and stated growth over last year by outcome, log points.
    group : ndarray of int, shape (n_posts,)
        Posts that are compared: counties of a province, and provinces.
    """

    def __init__(self, sim: World) -> None:
        counties, n_provinces = sim.counties, sim.officials.n - sim.counties.n
        self._province = counties.province.astype(np.int32)
        self.group: Int32 = np.append(self._province, np.full(n_provinces, n_provinces, np.int32))
        self._row = {str(code): row for row, code in enumerate(counties.code)}
        self._adopters: dict[str, float] = {}
        self._seen = 0
        self._before: dict[str, Float] = {}
        self.early = np.zeros(counties.n)
        self.grown: dict[str, tuple[Float, Float]] = {}

    def look(self, sim: World, awards: Float) -> Float:
        """Return the indicators by kind, shape (6, n_posts); null where there is no figure.

        Parameters
        ----------
        sim : World
        awards : ndarray of float64, shape (n_counties,)
            Innovation awards won last year.
        """
        self._note_adoptions(sim)
        counties = sim.counties
        by_kind = {
            "growth": self._growth(sim, "product_growth", counties.product),
            "revenue": self._growth(sim, "revenue_growth", counties.own_revenue),
            "stability": self._mean([-self._reported(sim, "unrest"),
                                     -self._reported(sim, "claims"), -self._petitions(sim)]),
            "social": self._mean([*(self._reported(sim, "coverage", scheme)
                                    for scheme in _COVERAGE), self._poverty_cut(sim)]),
            "errors": self._mean([-self._reported(sim, error, group=place)
                                  for error in _ERRORS for place in _PLACES]),
            "innovation": self._sum(
                self.early + awards * sim.parameters.number("incentives.evaluation.award_worth")
            ),
        }  # fmt: skip
        return np.array([by_kind[kind] for kind in KINDS])

    def _mean(self, figures: list[Float]) -> Float:
        """Return the mean of z-scores of several figures; unknown ones count as the mean."""
        mean: Float = standardise(np.array(figures), self.group).mean(axis=0)
        return mean

    def _sum(self, values: Float) -> Float:
        """Return county values and their sums over provinces, by post."""
        n = len(self.group) - len(values)
        return np.concatenate([values, total_by(self._province, values, n)])

    def _share(self, numerator: Float, denominator: Float) -> Float:
        above, below = self._sum(numerator), self._sum(denominator)
        return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)

    def _reported(self, sim: World, outcome: str, scheme: str = "", group: str = "all") -> Float:
        """Return what was reported last year, by post; per person where it is a count.

        For everybody where there is no such group: the sum of urban and rural.
        """
        groups = (group,) if (outcome, scheme, group) in sim.reports else _PLACES
        found = [sim.reports[outcome, scheme, name] for name in groups
                 if (outcome, scheme, name) in sim.reports and group in (name, "all")]  # fmt: skip
        if not found:
            return np.full(len(self.group), np.nan)
        residents = sim.counties.population
        people = [residents / len(found) if below is None else below for _, below in found]
        return self._share(np.sum([stated for stated, _ in found], axis=0), np.sum(people, axis=0))

    def _petitions(self, sim: World) -> Float:
        """Return petitions per person: the upper level receives them, no county states them."""
        people = sim.counties.population
        return self._share(sim.counties["petitions"] * people, people)

    def _growth(self, sim: World, name: str, values: Float) -> Float:
        """Return stated log growth over a year by post; provinces add up what counties state."""
        before = self._before.get(name, np.full_like(values, np.nan))
        self._before[name] = values.copy()
        known = (values > 0) & (before > 0)
        ratio = np.divide(values, before, out=np.ones_like(values), where=known)
        true = np.where(known, np.log(ratio), np.nan)
        stated = growth_reported(true, shift_of(name, sim.counties, sim.parameters))
        self.grown[name] = true, stated
        ratio = self._share(np.where(known, before * np.exp(stated), 0), np.where(known, before, 0))
        return np.log(ratio)

    def _poverty_cut(self, sim: World) -> Float:
        return -self._rise("poverty", self._reported(sim, "poverty_rate", group="rural"))

    def _rise(self, name: str, now: Float) -> Float:
        """Return the change since the last look; null at the first."""
        before = self._before.get(name, np.full_like(now, np.nan))
        self._before[name] = now
        return now - before

    def _note_adoptions(self, sim: World) -> None:
        """Count the adoptions since the last look that came while few counties had the policy."""
        self.early[:] = 0
        rows = sim.adoptions.rows[self._seen :]
        self._seen += len(rows)
        most = sim.parameters.number("incentives.evaluation.early_share") * sim.counties.n
        adopted = [
            (policy, self._row.get(area, -1))
            for _, policy, area, event, _, _ in rows
            if event == "adopted"
        ]
        for policy, county in adopted:
            if county >= 0 and policy not in _NOT_LOCAL and self._adopters.get(policy, 0) < most:
                self.early[county] += 1
        for policy, _ in adopted:
            self._adopters[policy] = self._adopters.get(policy, 0) + 1
