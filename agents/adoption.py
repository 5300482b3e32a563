"""Why a county adopts a policy: the hazard of rule i.2, with every reason kept apart.

The log odds that a county without the policy adopts it this year are a sum of reasons: money of its
own, the part of the cost it bears, peers that have it, unrest, claims, a new leader who wants to be
seen, dependence on money from above, recognition and orders of the centre, a department in search
of legitimacy, an award nearby, premiums that leavers would leave behind. Every reason has a weight
of its own, which may be zero.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit, ndtri

from agents.table import Float


class Reason(NamedTuple):
    """A reason to adopt.

    Attributes
    ----------
    name : str
        Key of its weight in the parameter files.
    word : str
        What it is called in the record of adoptions.
    driver : str
        Which force behind diffusion it belongs to; empty: the means of the county.
    """

    name: str
    word: str
    driver: str


REASONS = (
    Reason("room", "room", ""),
    Reason("cost", "cost", ""),
    Reason("peers", "peers", "peers"),
    Reason("unrest", "unrest", "claims"),
    Reason("claims", "claims", "claims"),
    Reason("new_leader", "new leader", "incentives"),
    Reason("dependence", "dependence", "incentives"),
    Reason("recognition", "recognition", "mandate"),
    Reason("mandate", "mandate", "mandate"),
    Reason("department", "department", "legitimacy"),
    Reason("award", "award", "incentives"),
    Reason("pool_gain", "pool gain", ""),
)
"""All reasons, in the order of the rows of `reasons_to_adopt`."""
DRIVERS = ("claims", "incentives", "legitimacy", "peers", "mandate")
"""The forces behind diffusion: citizens, careers, weak departments, neighbours, the centre."""
_TOLD = 0.05
"""Terms below it are left out where the record tells why somebody adopted."""


@dataclass(frozen=True)
class Attributes:
    """What a policy is like, seen by those who may adopt it (i.1).

    Attributes
    ----------
    cost : float
        Yearly cost, percent of the standard spending need of a county.
    visibility : float
        How well superiors see it, 0 to 1.
    stability_gain : float
        How far it calms unrest, 0 to 1.
    long_run_gain : float
        What it is worth in the long run, where it reaches everybody it is for, 0 to 1.
    protects : float
        Share of it that protects vulnerable groups, for whom citizens and departments speak up.
    """

    cost: float
    visibility: float
    stability_gain: float
    long_run_gain: float
    protects: float


@dataclass(frozen=True)
class Situation:
    """What counties know of themselves when they decide, whatever the policy; all (n_counties,).

    Attributes
    ----------
    room : ndarray of float64
        Own fiscal room, as a standard normal score of its rank among all counties.
    burden : ndarray of float64
        Standard spending need over the money there is.
    dependence : ndarray of float64
        Share of the money that comes from above.
    unrest, claims : ndarray of float64
        How strongly unrest and claims of last year are felt, 0 to 1; claims times the weight that
        the rung of participation gives them (j.4).
    new_leader, department, award : ndarray of float64
        A leader in his first years, a department that pushes, an award nearby: 0 to 1.
    pool_gain : ndarray of float64
        Pooled premiums that leavers would leave, as a standard normal score of its rank.
    """

    room: Float
    burden: Float
    dependence: Float
    unrest: Float
    claims: Float
    new_leader: Float
    department: Float
    award: Float
    pool_gain: Float


@dataclass(frozen=True)
class Standing:
    """How a policy stands with the centre.

    Attributes
    ----------
    recognised : bool
    pressure : float
        Years under an order times its coercion.
    """

    recognised: bool
    pressure: float


def reasons_to_adopt(
    situation: Situation,
    policy: Attributes,
    standing: Standing,
    peers: Float,
    borne: Float,
    weights: Float,
) -> Float:
    """Return what each reason adds to the log odds of adopting, shape (n_reasons, n_counties).

    Parameters
    ----------
    situation : Situation
    policy : Attributes
    standing : Standing
    peers : ndarray of float64, shape (n_counties,)
        Share of a county's peers that have the policy.
    borne : ndarray of float64, shape (n_counties,)
        Share of the cost that the county bears itself.
    weights : ndarray of float64, shape (n_reasons,)
        Of `REASONS`, in their order.

    Notes
    -----
    Source: rule i.2. Dependent places adopt early to win attention and less so once the centre has
    recognised a policy: Zhu and Zhao 2018, Governance.
    """
    everywhere = np.ones_like(situation.room)
    seen = (
        situation.room,
        -policy.cost * borne * situation.burden,
        peers,
        policy.stability_gain * situation.unrest,
        policy.protects * situation.claims,
        policy.visibility * situation.new_leader,
        situation.dependence * (1 - 2 * standing.recognised),
        everywhere * standing.recognised,
        everywhere * standing.pressure,
        policy.protects * situation.department,
        policy.visibility * situation.award,
        situation.pool_gain,
    )
    reasons: Float = weights[:, None] * np.array(seen)
    return reasons


def chance_to_adopt(base: float, reasons: Float) -> Float:
    """Return the probability to adopt this year, shape (n_counties,): σ(base + sum of reasons)."""
    chance: Float = expit(base + reasons.sum(axis=0))
    return chance


def tell(base: float, reasons: Float, chance: Float) -> list[str]:
    """Return the terms of the log odds of some counties in words, the strongest for it first.

    Parameters
    ----------
    base : float
        Log odds without any reason.
    reasons : ndarray of float64, shape (n_reasons, m)
        Columns of `reasons_to_adopt`.
    chance : ndarray of float64, shape (m,)
        What follows from them.

    Returns
    -------
    list of str
        For instance ``"choice: mandate +2.6, peers +1.1, cost -0.4; base -5.4, chance 10%"``.
    """
    strongest = np.argsort(-reasons, axis=0, kind="stable").T.tolist()
    every = zip(strongest, reasons.T.tolist(), chance.tolist(), strict=True)
    return [
        f"choice: {_in_words([(REASONS[row].word, values[row]) for row in rows])}; "
        f"base {base:+.1f}, chance {likely:.0%}"
        for rows, values, likely in every
    ]


def _in_words(named: list[tuple[str, float]]) -> str:
    """Return what counts at all; chance alone where nothing speaks for it."""
    told = [f"{word} {value:+.1f}" for word, value in named if abs(value) >= _TOLD]
    return ", ".join(told if any(value >= _TOLD for _, value in named) else ["luck", *told])


def felt(rate: Float, half: float) -> Float:
    """Return how strongly a rate is felt, 0 to 1: one half where it equals `half`."""
    return rate / (rate + half)


def normal_scores(values: Float) -> Float:
    """Return standard normal scores of ranks, shape of `values`; equal values get equal scores."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2
    scores: Float = ndtri((middle[place] - 1 / 2) / len(values))
    return scores
