"""Whether a city opens its register beyond the national path, and how far: rule c.7.

The leader weighs workers and urban targets, novelty, cost and crowding for every rung, and takes
the rung with the highest score if it beats staying where the path is. He expects that as many
people come as came last year, and so underestimates what an opening draws.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from agents.table import Float, Rows

POINTS = ("growth", "target", "novelty", "cost", "crowding")
"""What is weighed, in the order of the weights."""
_PERCENT = 100


class Costs(NamedTuple):
    """What a newcomer costs and how he crowds the core of a city.

    Attributes
    ----------
    per_head : float
        Cost of a new resident in the first year, in yearly local urban incomes.
    seats : float
        What seats planned for a newcomer cost the city, in the same unit.
    core : float
        Users of the core that a newcomer adds, over those that a registered resident is.
    growth : ndarray of float64, shape (n_cities,)
        Growth of seats in a year without any plan.
    """

    per_head: float
    seats: float
    core: float
    growth: Float


@dataclass(frozen=True)
class Prospects:
    """What the leaders of cities see, all (n_cities,).

    Attributes
    ----------
    inflow : ndarray of float64
        People who came last year, as share of those registered in town.
    income, registered, room : ndarray of float64
        Urban income (yuan), people registered in town, money left (yuan).
    load, measures : ndarray of float64
        Users per seat now; share of the gap for which seats would be planned.
    novelty : ndarray of float64
        Share of peers that have not opened beyond the path.
    """

    inflow: Float
    income: Float
    registered: Float
    room: Float
    load: Float
    measures: Float
    novelty: Float


def points(gained: Float, city: Prospects, costs: Costs, target: Float) -> Float:
    """Return what speaks for and against each rung, before weights, (n_points, n_rungs, n_cities).

    Parameters
    ----------
    gained : ndarray of float64, shape (n_rungs, n_cities)
        Share of services that the rung opens beyond the path.
    city : Prospects
    costs : Costs
    target : ndarray of float64, shape (n_cities,)
        New residents that superiors ask for, as share of those registered.
    """
    joins = city.inflow * gained
    price = (costs.per_head + costs.seats * city.measures) * city.income * city.registered
    users = costs.core * joins
    load = city.load * (1 + users) / (1 + costs.growth + city.measures * users)
    return np.array(
        [
            _PERCENT * joins,
            np.minimum(joins / target, 1),
            city.novelty * gained,
            -price * joins / np.maximum(city.room, 1),
            -np.maximum(load - 1, 0) * (gained > 0),
        ]
    )


def choose_rung(weighed: Float, hurdle: float) -> Rows:
    """Return the rung with the highest score, -1 where none beats the path, shape (n_cities,).

    Parameters
    ----------
    weighed : ndarray of float64, shape (n_points, n_rungs, n_cities)
        Points times weights.
    hurdle : float
        Score that an opening must exceed.
    """
    score = weighed.sum(axis=0)
    best = score.argmax(axis=0)
    wins = score.max(axis=0) > hurdle
    return np.where(wins, best, -1)


def tell(weighed: Float) -> str:
    """Return in words what speaks for the rung of one city, from its column of `points`."""
    strongest = np.argsort(-weighed, kind="stable")
    told = [f"{POINTS[row]} {weighed[row]:+.1f}" for row in strongest if weighed[row] > 0]
    return f"choice: {', '.join(told) or 'chance'}"
