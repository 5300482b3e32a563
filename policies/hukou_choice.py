"""Cities that open their register by themselves: what their leaders see (rule c.7)."""

import numpy as np

from agents.opening import Costs, Prospects, choose_rung, points, tell
from agents.table import Bool, Float, Int8, Rows
from policies.base import World
from policies.hukou_load import (
    METRO,
    Cities,
    measures,
    newcomers_in_town,
    residents_in_town,
)

_RULES = "hukou.choice."


class Openings:
    """Which rung each place has opened to by its leader's choice.

    Attributes
    ----------
    rung : ndarray of int8, shape (n_counties,)
        Zero where its leader chose none.
    taken_back : ndarray of bool, shape (n_counties,)
        Whether part of what its leader chose was taken back, and none chose again since.
    told : dict of int to str
        Why the cities that opened this year did, by city.
    """

    def __init__(self, n_counties: int) -> None:
        self.rung: Int8 = np.zeros(n_counties, np.int8)
        self.taken_back: Bool = np.zeros(n_counties, bool)
        self.told: dict[int, str] = {}
        self._newcomers: Float | None = None

    def choose(self, sim: World, cities: Cities, base: Int8) -> None:
        """Let leaders who have an opening on their agenda choose a rung beyond the path."""
        self.told = {}
        if sim.parameters.text("hukou.opening.mode") != "choice" or not sim.is_on("hukou"):
            self.rung[:] = 0
            self.taken_back[:] = False
            return
        newcomers = cities.total(newcomers_in_town(sim))
        before, self._newcomers = self._newcomers, newcomers
        rows = self._deciding(sim, cities, base)
        if before is None or not len(rows):
            return
        weighed = self._weigh(sim, cities, base, np.maximum(newcomers - before, 0))[:, :, rows]
        best = choose_rung(weighed, sim.parameters.number(f"{_RULES}hurdle"))
        opened = np.zeros(len(cities.key), np.int8)
        for place in np.flatnonzero(best >= 0).tolist():
            city = int(rows[place])
            opened[city] = best[place]
            self.told[city] = tell(weighed[:, best[place], place])
        chosen: Int8 = opened[cities.of_county]
        self.rung = np.maximum(self.rung, chosen)
        self.taken_back &= chosen == 0

    def take_back(self, rows: Rows, lower: Int8) -> None:
        """Keep no more than a `lower` rung in some places; when unlocked they may choose again."""
        self.taken_back[rows] = self.rung[rows] > 0
        self.rung[rows] = np.minimum(self.rung[rows], lower)

    def _deciding(self, sim: World, cities: Cities, base: Int8) -> Rows:
        """Return the cities that consider it: urban, not open by choice, not locked.

        What was taken back, or the path has caught up with, is no opening by choice any more.
        """
        number = sim.parameters.number
        if sim.year < number(f"{_RULES}start"):
            return np.zeros(0, np.intp)
        counties, n = sim.counties, len(cities.key)
        urban = (counties.kind == METRO) | (counties.kind == METRO + 1)
        free = urban & ((self.rung <= base) | self.taken_back)
        free &= sim.year >= counties["hukou_locked"]
        considers = sim.chance("counties.consider_opening").happens(
            cities.key, cities.decided(number(f"{_RULES}review"))
        )
        whole = np.bincount(cities.of_county, ~free, n) == 0
        return np.flatnonzero(considers & whole)

    def _weigh(self, sim: World, cities: Cities, base: Int8, came: Float) -> Float:
        """Return the weighted points of every rung, shape (n_points, n_rungs, n_cities)."""
        counties, number = sim.counties, sim.parameters.number
        services = sim.parameters.schedule("hukou.path.services")
        first = cities.first
        gained = np.maximum(services[:, None] - services[base[first]], 0)
        registered = cities.total(residents_in_town(sim))
        people = cities.total(counties.population)
        opened = cities.total(counties.population * (self.rung > base))
        room = cities.total(counties.room)
        income = cities.total(counties.urban_income * counties.population)
        seen = Prospects(
            inflow=came / np.maximum(registered, 1),
            income=income / np.maximum(people, 1),
            registered=registered,
            room=room,
            load=counties["school_load"][first],
            measures=measures(sim, cities)[first],
            novelty=np.full(len(people), 1 - opened.sum() / max(people.sum(), 1)),
        )
        core = number("hukou.load.core_newcomers") * number("hukou.load.pupils_ratio")
        capital, own = number("hukou.load.capital_cost"), 1 - number("hukou.load.upper_share")
        costs = Costs(
            (capital + number("hukou.load.yearly_cost")) * own,
            capital * own,
            core / number("hukou.load.core_residents"),
            cities.decided(number(f"{_RULES}seat_growth")),
        )
        found = points(gained, seen, costs, cities.decided(number(f"{_RULES}target")))
        return _weights(sim, first)[:, None, :] * found


def _weights(sim: World, first: Rows) -> Float:
    """Return how much each leader cares for each point, shape (n_points, n_cities).

    After what he puts his effort into; the number is that of a leader without preferences.
    """
    officials, weights = sim.officials, sim.parameters.schedule(f"{_RULES}weights")
    found = np.repeat(weights[:, None], len(first), axis=1)
    usual = sim.parameters.schedule(f"{_RULES}usual_effort")
    columns = ("effort_growth", "effort_social", "effort_innovation", "", "effort_stability")
    for row, column in enumerate(columns):
        if column and (effort := officials[column][first]).any():
            found[row] *= effort / usual[row]
    return found
