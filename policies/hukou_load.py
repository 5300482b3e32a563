"""What opening a city does to its schools and clinics, and what new residents cost: c.4 to c.6.

Districts of one prefecture-level city share its schools, its budget and its decision; a county or
a county-level city stands alone. Here both are called a city.
"""

import numpy as np

from agents.table import Bool, Float, Int16, Rows, total_by
from policies.base import World

# Kind of place of a district (市辖区) in the table of counties.
METRO = 0
# Digits of a district's code that are not those of its prefecture.
_DIGITS = 100


class Cities:
    """Which counties are one city, and of which kind it is.

    Parameters
    ----------
    sim : World

    Attributes
    ----------
    of_county : ndarray of intp, shape (n_counties,)
        City of each county.
    first : ndarray of intp, shape (n_cities,)
        First county of each city; its leader decides for the city, by its parameters.
    key : ndarray of uint64, shape (n_cities,)
        Key of the first county of each city, by which it draws.
    kind : ndarray of intp, shape (n_counties,)
        Position in schedules by kind of place: big city, metro, city, rural.
    """

    def __init__(self, sim: World) -> None:
        counties = sim.counties
        prefecture = counties.code // _DIGITS
        district = counties.kind == METRO
        # Codes of counties have two digits more than those of prefectures: they never meet.
        name = np.where(district, prefecture, counties.code)
        _, self.first, self.of_county = np.unique(name, return_index=True, return_inverse=True)
        self.key = counties.key[self.first]
        big = np.isin(prefecture, sim.parameters.schedule("hukou.path.big_cities"))
        self.kind = np.where(district & big, 0, counties.kind.astype(np.intp) + 1)

    def total(self, values: Float) -> Float:
        """Return sums over the counties of each city, shape (n_cities,)."""
        return total_by(self.of_county, values, len(self.key))

    def decided(self, parameter: float) -> Float:
        """Return a parameter that may differ by county for each city, shape (n_cities,)."""
        by_county: Float = np.broadcast_to(parameter, self.of_county.shape)
        return by_county[self.first]

    def share(self, part: Float, whole: Float) -> Float:
        """Return a share of city sums for every county, shape (n_counties,)."""
        ratio = self.total(part) / np.maximum(self.total(whole), 1)
        return ratio[self.of_county]


class Services:
    """Users and seats of the schools and clinics in the cores of cities, counted in persons.

    Seats for those registered in the county are there; those for newcomers follow them slowly.

    Attributes
    ----------
    seats : ndarray of float64, shape (n_counties,)
        Seats for newcomers; negative before the first count.
    """

    def __init__(self, n_counties: int) -> None:
        self.seats = np.full(n_counties, -1.0)

    def residents(self, sim: World) -> Float:
        """Return users of the core among those registered in the county, (n_counties,)."""
        return sim.parameters.number("hukou.load.core_residents") * residents_in_town(sim)

    def newcomers(self, sim: World) -> Float:
        """Return users of the core among newcomers, in pupils of residents, (n_counties,).

        Newcomers are registered elsewhere, or joined lately; the latter have full access.
        """
        rows = _in_town(sim, came=True)
        used = sim.counties["newcomer_use"][sim.households.county[rows]]
        access = np.where(registered(sim, rows), 1.0, used)
        people = sim.households.weight[rows] * sim.households.size[rows] * access
        counted = total_by(sim.households.county[rows], people, sim.counties.n)
        return _core_use(sim) * counted

    def build(self, sim: World, cities: Cities, opened: Bool) -> Float:
        """Let seats follow newcomers, faster by matching measures where a place opened.

        Returns
        -------
        ndarray of float64, shape (n_counties,)
            New residents for whom the measures provide a place, in persons.
        """
        need = self.newcomers(sim)
        self.seats = np.where(self.seats < 0, need, self.seats)
        gap = need - self.seats
        slow = sim.parameters.number("hukou.load.seats_follow")
        planned = opened * measures(sim, cities)
        by_plan = (1 - slow) * planned * np.maximum(gap, 0)
        self.seats = self.seats + slow * gap + by_plan
        return by_plan / _core_use(sim)

    def load(self, sim: World, cities: Cities) -> Float:
        """Return users per seat of the city of each county, shape (n_counties,)."""
        start = sim.parameters.schedule("hukou.load.start")[cities.kind]
        residents = cities.total(self.residents(sim))
        users = residents + cities.total(self.newcomers(sim))
        seats = residents + cities.total(self.seats)
        ratio = np.where(seats > 0, users / np.maximum(seats, 1), 1)
        return start * ratio[cities.of_county]


def measures(sim: World, cities: Cities) -> Float:
    """Return the matching measures M of each county if it opens, 0 to 1, shape (n_counties,).

    They pay off late: the effort for them falls where the leader will soon be gone (c.5, h.4).
    """
    usual = sim.parameters.schedule("hukou.load.measures")[cities.kind]
    return np.minimum(usual * sim.counties.effort_education, 1)


def residents_in_town(sim: World) -> Float:
    """Return people in urban places of a county who did not come from elsewhere, (n_counties,)."""
    return sim.county_sum(sim.households.size, _in_town(sim, came=False))


def newcomers_in_town(sim: World) -> Float:
    """Return people in urban places of a county who came from elsewhere, shape (n_counties,)."""
    return sim.county_sum(sim.households.size, _in_town(sim, came=True))


def _in_town(sim: World, came: bool) -> Rows:
    """Return the households in urban places that came from elsewhere, or that did not.

    Those who joined lately count as having come.
    """
    households = sim.households
    elsewhere = households.hukou_county != households.county
    elsewhere |= _lately(sim, households["joined_city"])
    return np.flatnonzero((elsewhere == came) & households.urban & households.alive)


def _core_use(sim: World) -> float:
    """Return how much a newcomer uses the core, in registered residents who use it."""
    number = sim.parameters.number
    return number("hukou.load.core_newcomers") * number("hukou.load.pupils_ratio")


def registered(sim: World, rows: Rows) -> Bool:
    """Return which of these households hold the urban registration of the place they live in."""
    households = sim.households
    here = households.hukou_county[rows] == households.county[rows]
    return here & households.hukou_urban[rows]


def joined_lately(sim: World, rows: Rows) -> Bool:
    """Return which of these households registered as newcomers within the years that count."""
    return _lately(sim, sim.households["joined_city"][rows])


def _lately(sim: World, since: Int16) -> Bool:
    horizon = sim.year - sim.parameters.number("hukou.load.cost_years")
    lately: Bool = since > max(horizon, 0)
    return lately


def book_cost(sim: World, joined: Float, planned: Float) -> Float:
    """Pay for new residents; return what counties bear of it, yuan, shape (n_counties,).

    Capital once for each who registered and for each place that was planned, and services for
    some years; the centre repays a share. Source: rules c.4 and c.5.
    """
    counties, households, number = sim.counties, sim.households, sim.parameters.number
    rows = np.flatnonzero(households.alive & (households.hukou_county == households.county))
    settled = sim.county_sum(households.size, rows[joined_lately(sim, rows)])
    per_head = number("hukou.load.capital_cost") * (joined + planned)
    per_head = per_head + number("hukou.load.yearly_cost") * settled
    cost: Float = per_head * counties.urban_income
    counties.schemes += cost
    refund = number("hukou.load.upper_share") * cost
    counties.earmarked += refund
    sim.treasury.pay("counties", "outside", "public_services_newcomers", float(cost.sum()))
    sim.treasury.pay("centre", "counties", "earmarked_hukou", float(refund.sum()))
    return cost - refund
