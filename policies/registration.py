"""Where a household claims assistance, and what applying costs it (rule f.8).

Assistance belongs to the place of registration (户口), not to the home. Source: S1 section 4
(assistance by hukou); State Council Order No. 271 (1999), for the urban scheme.
"""

from typing import NamedTuple

import numpy as np

from agents.service_effects import cost_left
from agents.table import Bool, Float, Int32, Rows
from policies.base import World
from policies.participation import cost_of_applying


class ClaimPlaces(NamedTuple):
    """Where each household claims assistance, shape (n,) each.

    Attributes
    ----------
    county, township : ndarray of int32
        Rows of the place that decides and pays.
    urban : ndarray of bool
        Whether the rules for holders of an urban hukou apply.
    """

    county: Int32
    township: Int32
    urban: Bool


def claim_places(sim: World) -> ClaimPlaces:
    """Return the place of registration, or the home where its county opened to everybody.

    A county on the open rung of the hukou ladder serves newcomers as its own (rule f.8).
    """
    households = sim.households
    registered = ClaimPlaces(
        households.hukou_county, households.hukou_township, households.hukou_urban
    )
    opened = _opened(sim)
    if not opened.any():
        return registered
    rows = np.flatnonzero(households.county != households.hukou_county)
    rows = rows[opened[households.county[rows]]]
    places = ClaimPlaces(
        registered.county.copy(), registered.township.copy(), registered.urban.copy()
    )
    at_home = (households.county, households.township, households.urban)
    for place, home in zip(places, at_home, strict=True):
        place[rows] = home[rows]
    return places


def claim_lines(sim: World, rows: Rows, places: ClaimPlaces) -> Float:
    """Return the dibao line where `rows` claim, yuan/person/year, shape of `rows`.

    Where there is no dibao yet, the ratio that lines aim at times last year's mean income.
    """
    counties = sim.counties
    lines = []
    for kind, income in (("rural", counties.rural_income), ("urban", counties.urban_income)):
        line = counties[f"{kind}_dibao_line"]
        expected = sim.parameters.number(f"dibao.{kind}.line_ratio") * income
        lines.append(np.where(line > 0, line, expected))
    # Taken from one list, which is several times as fast as from two axes.
    place = places.county[rows] + counties.n * places.urban[rows]
    chosen: Float = np.concatenate(lines).take(place)
    return chosen


def application_cost(sim: World, rows: Rows, places: ClaimPlaces) -> Float:
    """Return time and travel of applying, in yearly income per head, shape of `rows`.

    One window for all schemes saves a part, one visit instead of several another; hearings take
    time; who lives in another county travels; organisations help those linked to them (rules f.8,
    j.4 and b.8).
    """
    rules = sim.parameters
    cost = rules.number("dibao.rules.application_cost")
    if rules.flag("dibao.rules.one_window"):
        cost *= 1 - rules.number("dibao.rules.one_window_saving")
    there = cost_of_applying(sim, np.full(sim.counties.n, cost))[places.county[rows]]
    away = sim.households.county[rows] != places.county[rows]
    there *= np.where(away, rules.number("dibao.rules.travel_ratio"), 1)
    return there * cost_left(sim.households.org_links[rows], rules)


def stigma(sim: World, rows: Rows) -> Float:
    """Return the standing that asking costs, in yearly income per head, shape of `rows`.

    Households differ, for good, in how much they mind (Moffitt 1983, American Economic Review 73).
    """
    number = sim.parameters.number
    minds = np.exp(number("dibao.rules.stigma_sd") * sim.households.reluctance[rows])
    lost: Float = number("dibao.rules.stigma") * minds.astype(np.float64)
    return lost


def _opened(sim: World) -> Bool:
    """Counties that serve newcomers as their own, shape (n_counties,)."""
    counties = sim.counties
    if "hukou_rung" not in counties.declared:
        return np.zeros(counties.n, bool)
    opened: Bool = counties["hukou_rung"] >= sim.parameters.number("dibao.rules.open_rung")
    return opened
