"""How officials are judged, promoted, moved and retired (rules h.1 and h.2).

Pure functions on plain arrays of `n` posts. A post is compared with the posts of its group: county
leaders within their province, leaders of provinces with each other. Source: S0 section II; the
strength of the tournament is contested (Li and Zhou 2005, J. Public Econ.; Wiebe 2020, 2024).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from agents.official import PERSONAL, Officials, successor
from agents.protocols import Chance, Parameters
from agents.table import Bool, Float, Rows, total_by

Group = NDArray[np.integer]

# Differences below this part of a value are rounding.
_ROUNDING = 1e-9
_CAREERS = "incentives.careers."


def standardise(values: Float, group: Group) -> Float:
    """Return z-scores within groups, same shape; zero where nothing is known or all are equal.

    Parameters
    ----------
    values : ndarray of float64, shape (k, n) or (n,)
        Figures of each post; null where it has none.
    group : ndarray of int, shape (n,)
    """
    figure = np.arange(values.size // max(len(group), 1))[:, None]
    n_groups = int(group.max(initial=0)) + 1
    cell, n = (figure * n_groups + group).ravel(), len(figure) * n_groups
    known = np.isfinite(values.ravel())
    filled = np.where(known, values.ravel(), 0)
    count = np.maximum(total_by(cell, known, n), 1)
    centred = np.where(known, filled - (total_by(cell, filled, n) / count)[cell], 0)
    spread = np.sqrt(total_by(cell, centred * centred, n) / count)
    scale = np.zeros(n)
    np.maximum.at(scale, cell, np.abs(filled))
    differs = spread > _ROUNDING * scale
    scores = centred * np.divide(1, spread, out=np.zeros(n), where=differs)[cell]
    return scores.reshape(values.shape)


def evaluate(indicators: Float, weights: Float, group: Group) -> Float:
    """Return the score of each post: z of the sum of weight x z(indicator), shape (n,) (h.1).

    Parameters
    ----------
    indicators : ndarray of float64, shape (6, n)
        Reported values by kind, higher is better; null where there is none.
    weights : ndarray of float64, shape (6,)
    group : ndarray of int, shape (n,)
    """
    scores = weights[:, None] * standardise(indicators, group)
    return standardise(scores.sum(axis=0), group)


def promotion_hazard(officials: Officials, year: int, parameters: Parameters) -> Float:
    """Return the chance to be promoted this year, shape (n,) (h.2).

    p = σ(logit(base) + beta x score - slope x [age - from]+) after two years in the post, and zero
    under a veto. The base is thus the hazard of a leader with the mean score before that age.
    """
    schedule = parameters.schedule
    beta = schedule(f"{_CAREERS}score_weight")[officials.level]
    too_old = np.maximum(officials.age - schedule(f"{_CAREERS}age_from")[officials.level], 0)
    odds = logit(parameters.number(f"{_CAREERS}base_promotion")) + beta * officials.score
    odds -= parameters.number(f"{_CAREERS}age_slope") * too_old
    may = officials.years >= parameters.number(f"{_CAREERS}years_before_promotion")
    may &= officials.veto_until <= year
    hazard: Float = np.where(may, expit(odds), 0)
    return hazard


def note_vetoes(officials: Officials, struck: Bool, year: int, parameters: Parameters) -> None:
    """Bar from promotion for some years whom the one-ballot veto strikes (h.1)."""
    if parameters.flag("incentives.evaluation.veto"):
        years = parameters.number("incentives.evaluation.veto_years")
        officials.veto_until[struck] = year + years


def first_leaders(officials: Officials, parameters: Parameters, chance: Chance) -> None:
    """Fill the posts of the first year: years in the post as if hazards had always held."""
    moves = 1 / parameters.number(f"{_CAREERS}mean_tenure")
    luck = chance("officials.first_years").uniform(officials.key)
    officials.years[:] = np.floor(np.log(luck) / np.log1p(-moves)) if moves < 1 else 0
    _appoint(officials, np.arange(officials.n), parameters, chance)
    limit = parameters.schedule(f"{_CAREERS}age_limit")[officials.level]
    officials.age[:] = np.minimum(officials.age + officials.years, limit - 1)


def _appoint(officials: Officials, rows: Rows, parameters: Parameters, chance: Chance) -> None:
    """Draw the age of who is new in some posts, by the key of the person."""
    level = officials.level[rows]
    spread = parameters.schedule(f"{_CAREERS}appointed_age_sd")[level]
    luck = spread * chance("officials.age").normal(officials.key[rows])
    age = np.rint(parameters.schedule(f"{_CAREERS}appointed_age")[level] + luck)
    officials.age[rows] = np.minimum(age, parameters.schedule(f"{_CAREERS}age_limit")[level] - 1)
    officials.veto_until[rows] = 0


def grow_older(officials: Officials, parameters: Parameters) -> None:
    """Let a year pass; a tie to the county led before is lost after some years (a.4)."""
    officials.age += 1
    officials.years += 1
    officials.promoted[:] = officials.left_after[:] = 0
    kept = officials.years < parameters.number(f"{_CAREERS}link_years")
    officials.moved_from = np.where(kept, officials.moved_from, -1).astype(np.int32)


def change_posts(
    officials: Officials, group: Group, year: int, parameters: Parameters,
    chance: Chance, lasting_chance: Chance,
) -> None:  # fmt: skip
    """Retire, promote and rotate leaders, and appoint successors (h.2).

    Who reaches the age limit retires; of the others some are promoted, of the rest some are moved
    with hazard 1 / mean tenure: all of a group who move in a year exchange posts, and who moves
    alone leaves for a place elsewhere.
    """
    retires = officials.age >= parameters.schedule(f"{_CAREERS}age_limit")[officials.level]
    hazard = promotion_hazard(officials, year, parameters)
    promoted = ~retires & chance("officials.promotion").happens(officials.key, hazard)
    moves = 1 / parameters.number(f"{_CAREERS}mean_tenure")
    moved = ~retires & ~promoted & chance("officials.rotation").happens(officials.key, moves)
    officials.promoted[:] = promoted
    left = np.flatnonzero(retires | promoted | moved)
    officials.left_after[left] = officials.years[left]
    origin = _exchange(group, moved, chance("officials.destination").uniform(officials.key))
    to = np.flatnonzero(origin >= 0)
    for name in PERSONAL:
        officials[name][to] = officials[name][origin[to]]
    officials.years[left] = 0
    officials.moved_from[left] = -1
    officials.moved_from[to] = officials.place[origin[to]]
    new = left[origin[left] < 0]
    officials.key[new] = successor(officials.key[new])
    _appoint(officials, new, parameters, lasting_chance)


def _exchange(group: Group, moved: Bool, luck: Float) -> NDArray[np.intp]:
    """Return from which post the leader of each comes, shape (n,); -1 where nobody moves in.

    Within a group each of those who move takes the post of the next in an order of chance.
    """
    origin = np.full(len(group), -1, np.intp)
    rows = np.flatnonzero(moved)
    rows = rows[np.lexsort((luck[rows], group[rows]))]
    of = group[rows]
    first = np.searchsorted(of, of, side="left")
    last = np.searchsorted(of, of, side="right") - 1
    place = np.arange(len(rows))
    follows = np.where(place == last, first, place + 1)
    several = last > first
    origin[rows[follows[several]]] = rows[several]
    return origin


def expect_to_stay(officials: Officials, parameters: Parameters, lasting_chance: Chance) -> Float:
    """Return the years each leader expects to stay, at least one, shape (n,) (h.3).

    The mean of the years left under the hazards he faces with a mean score, up to the age limit,
    times his own view of his prospects.
    """
    limit = parameters.schedule(f"{_CAREERS}age_limit")[officials.level]
    left = np.maximum(limit - officials.age, 0)
    moves = 1 / parameters.number(f"{_CAREERS}mean_tenure")
    rises = parameters.number(f"{_CAREERS}base_promotion")
    waits = parameters.number(f"{_CAREERS}years_before_promotion") - officials.years
    waits = np.minimum(np.maximum(waits, 0), left)
    after = (1 - moves) ** waits * _mean_years(moves + (1 - moves) * rises, left - waits)
    spread = parameters.number(f"{_CAREERS}outlook_sd")
    outlook = np.exp(spread * lasting_chance("officials.outlook").normal(officials.key))
    years: Float = np.maximum((_mean_years(moves, waits) + after) * outlook, 1)
    return years


def _mean_years(hazard: float, most: Float) -> Float:
    """Return the mean years until something of a yearly hazard happens, within `most` years."""
    return (1 - (1 - hazard) ** most) / hazard
