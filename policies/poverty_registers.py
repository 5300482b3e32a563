"""The register of poor households (建档立卡): quotas, assessment, look-back, comparison (rule f.7).

The number of poor to be registered is handed down from the nation to the townships, which fill
their quota from the poorest they see. What they see is rough, so that some of the poor are left
out and some others are in. Source: S2 section 4.3.4; S3, where it treats the two registers.
"""

import numpy as np
from numpy.typing import NDArray

from agents.table import Bool, Column, Float, Rows, total_by
from policies.assistance_special import has_unsafe_home
from policies.base import World
from policies.rationing import fill_places

COLUMNS = {
    "registered_poor": (np.bool_, Column("flag", "on the register of poor households (建档立卡)")),
    "registered_year": (np.int16, Column("year", "when it came onto this register; 0: never")),
    "left_register_year": (np.int16, Column("year", "when it last left as no longer poor")),
    "register_income": (np.float64, Column("yuan/person", "income as registrars see it")),
}
_RULES = "poverty_alleviation.registration."
_REPORTED = ("poverty_rate", "", "rural")


def served(sim: World, in_force: Bool) -> Rows:
    """Return the rows of rural hukou whose county of registration has the programme."""
    households = sim.households
    rows = np.flatnonzero(households.alive & ~households.hukou_urban)
    return rows[in_force[households.hukou_county[rows]]]


def persons(sim: World, rows: Rows) -> Float:
    """Return the real persons that each of `rows` stands for, shape (len(rows),)."""
    return sim.households.weight[rows] * sim.households.size[rows]


def by_county(sim: World, rows: Rows, values: Float | None = None) -> Float:
    """Return persons (or `values`) of `rows` by county of registration, shape (n_counties,)."""
    values = persons(sim, rows) if values is None else values
    return total_by(sim.households.hukou_county[rows], values, sim.counties.n)


def hand_down(totals: Float, weights: Float, parent: NDArray[np.integer]) -> Float:
    """Split the total of each parent among its children in proportion to weights.

    Parameters
    ----------
    totals : ndarray, shape (p,)
    weights, parent : ndarray, shape (c,)
        Weight and row of the parent of each child.

    Returns
    -------
    ndarray of float64, shape (c,)
        Zero for all children of a parent whose weights are zero.
    """
    sums = total_by(parent, weights, len(totals))[parent]
    return totals[parent] * weights / np.where(sums > 0, sums, 1)


def quotas(sim: World) -> Float:
    """Return the persons each township is to register, shape (n_townships,).

    The total goes to provinces, then counties, by the rural poor that counties reported for the
    year before (h.5); counties hand it down to townships by who was poor then, roughly. Where
    nobody reported yet, everybody goes by who was poor.
    """
    counties, households = sim.counties, sim.households
    rows = np.flatnonzero(households.alive & ~households.hukou_urban)
    rows = rows[households.income_per_head[rows] < sim.last_poverty_line]
    n = len(sim.township_county)
    poor = total_by(households.hukou_township[rows], persons(sim, rows), n)
    of_county = total_by(sim.township_county, poor, counties.n)
    if _REPORTED in sim.reports:
        of_county, _ = sim.reports[_REPORTED]
    of_province = total_by(counties.province, of_county, int(counties.province.max()) + 1)
    nation = np.array([sim.parameters.number(f"{_RULES}registered_total")])
    provinces = hand_down(nation, of_province, np.zeros(len(of_province), np.intp))
    shares = hand_down(provinces, of_county, counties.province)
    luck = sim.lasting_chance("townships.quota_of_poor").normal(sim.township_key)
    rough = np.exp(sim.parameters.number(f"{_RULES}quota_roughness") * luck)
    return hand_down(shares, poor * rough, sim.township_county)


def assess(sim: World, rows: Rows) -> None:
    """Let registrars see the income of `rows` (f.2); who was misjudged stays misjudged that way.

    Part of farm and informal income is hidden; the error shrinks as the rules get stricter, and
    with the effort of the poverty office (a.2).
    """
    households = sim.households
    hidden = sim.parameters.number("dibao.rules.hidden_share")
    seen = 1 - hidden * (1 - households.regular_share[rows])
    luck = sim.lasting_chance("households.poverty_assessment").normal(households.key[rows])
    effort = sim.counties.effort_poverty[households.hukou_county[rows]]
    spread = sim.parameters.number(f"{_RULES}assessment_sd") / effort
    income = _lasting_income(sim, rows) * seen * np.exp(spread * luck)
    households["register_income"][rows] = income


def register(sim: World, rows: Rows, places: Float) -> Rows:
    """Return who of `rows` is registered: the highest scores, until a township is full (f.3).

    Score = -ln assessed income + need + neighbours' view + tie to leaders, as for dibao.
    """
    if not len(rows):
        return rows
    households, rules = sim.households, "dibao.rules."
    alone = (households.elders[rows] >= households.size[rows]) & (households.elders[rows] > 0)
    needy = (households.ill_years[rows] > 0) | (households.disabled[rows] > 0) | alone
    view = -np.log(np.maximum(_lasting_income(sim, rows), 1) / sim.poverty_line)
    score = -np.log(np.maximum(households["register_income"][rows], 1))
    score += sim.parameters.number(f"{rules}weight_need") * needy
    score += sim.parameters.number(f"{rules}weight_neighbours") * view
    score += sim.parameters.number(f"{rules}weight_ties") * households.tied_to_leaders[rows]
    township, key = households.hukou_township[rows], households.key[rows]
    return rows[fill_places(township, score, key, persons(sim, rows), places)]


def either_or(sim: World) -> Bool:
    """Return the counties where who is on dibao is kept off the register, shape (n_counties,).

    S3 calls the practice "one out of two" and tells of its ban.
    """
    share = sim.parameters.number(f"{_RULES}either_or_share")
    return sim.lasting_chance("counties.either_or").happens(sim.counties.key, share)


def look_back(sim: World, rows: Rows) -> None:
    """Fill the places held now once more, by the assessment of this year.

    Who left as no longer poor is not considered.
    """
    households = sim.households
    rows = rows[households["left_register_year"][rows] == 0]
    held = rows[households["registered_poor"][rows]]
    n = len(sim.township_county)
    places = total_by(households.hukou_township[held], persons(sim, held), n)
    chosen = register(sim, rows, places)
    struck = np.setdiff1d(held, chosen)
    strike_off(sim, struck)
    enter(sim, np.setdiff1d(chosen, held))


def compare(sim: World, rows: Rows) -> None:
    """Register whom the comparisons of the year find below the line and not on the register.

    The data show at once who is on dibao or was registered before; others are found more rarely.
    A visit confirms that last year's income, transfers counted, lay below last year's line.
    """
    households = sim.households
    rows = rows[~households["registered_poor"][rows]]
    rows = rows[households.income_per_head[rows] < sim.last_poverty_line]
    listed = households["receives_dibao"][rows] | (households["left_register_year"][rows] > 0)
    once_listed, once_other = sim.parameters.schedule(f"{_RULES}found")
    times = sim.parameters.number(f"{_RULES}comparisons_a_year")
    missed = np.where(listed, 1 - once_listed, 1 - once_other) ** times
    keys = households.key[rows]
    enter(sim, rows[sim.chance("households.register_comparison").happens(keys, 1 - missed)])


def leave(sim: World) -> Rows:
    """Let those leave whose income reaches the line and whose needs are met; return who left.

    Needs (两不愁三保障): no consumption below the minimum, no care that took 40% of capacity to
    pay, a safe home. Nobody leaves in the year of registration.
    """
    households = sim.households
    rows = np.flatnonzero(households["registered_poor"] & households.alive)
    rows = rows[households["registered_year"][rows] < sim.year]
    met = households.income_per_head[rows] >= sim.poverty_line
    met &= ~households.catastrophic[rows] & (households.deprived_years[rows] == 0)
    met &= ~has_unsafe_home(sim, rows)
    left = rows[met]
    households["registered_poor"][left] = False
    households["left_register_year"][left] = sim.year
    return left


def enter(sim: World, rows: Rows) -> None:
    """Put `rows` onto the register."""
    sim.households["registered_poor"][rows] = True
    sim.households["registered_year"][rows] = sim.year


def strike_off(sim: World, rows: Rows) -> None:
    """Take `rows` off the register as if they had never been on it."""
    sim.households["registered_poor"][rows] = False
    sim.households["registered_year"][rows] = 0
    sim.households["left_register_year"][rows] = 0


def _lasting_income(sim: World, rows: Rows) -> Float:
    """Income per head without passing shocks and assistance, shape of `rows`."""
    income: Float = sim.households.expected_income[rows] / np.maximum(sim.households.size[rows], 1)
    return income
