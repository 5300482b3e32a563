"""What a leader attends to, and how well the departments under him deliver (h.3, h.4, a.2).

Pure functions on plain arrays. A leader divides his effort among tasks by what the score says, what
can be measured, and what pays off while he stays. A department answers to him and to the department
above it. Source: S0 sections II and III (what is measured, tenure); S2 section 4.1.3 (dual
leadership).
"""

import numpy as np

from agents.protocols import Chance, Parameters
from agents.table import Float, Key

TASKS = ("growth", "revenue", "stability", "coverage", "measures", "errors", "innovation")
"""What effort goes into: the kinds of the score, coverage and poverty apart from slow measures."""
_COVERAGE, _MEASURES, _ERRORS = (TASKS.index(name) for name in ("coverage", "measures", "errors"))
DEPARTMENTS = ("civil", "insurance", "medical", "education", "poverty")
TASKS_OF = {
    "civil": (_COVERAGE, _ERRORS),
    "insurance": (_COVERAGE, _MEASURES),
    "medical": (_COVERAGE, _MEASURES),
    "education": (_MEASURES,),
    "poverty": (_COVERAGE,),
}
"""Which tasks of the leader each department works on; reserves of pools are slow measures too."""
_HALF = 0.5
_RULES = "incentives.priorities."


def payoff(horizon: Float, parameters: Parameters) -> Float:
    """Return what each task is worth to each leader, shape (7, n) (h.4).

    Payoff = discount ^ lag if he is still there then, else nothing. Matching measures are several
    projects with lags of their own; their payoff is the mean.
    """
    discount = parameters.number(f"{_RULES}discount")

    def worth(lag: float) -> Float:
        return np.where(lag <= horizon, discount**lag, 0.0)

    tasks = np.array([worth(lag) for lag in parameters.schedule(f"{_RULES}lag")])
    slow = np.mean([worth(lag) for lag in parameters.schedule(f"{_RULES}lag_measures")], axis=0)
    return np.insert(tasks, _MEASURES, slow, axis=0)


def task_weights(weights: Float, parameters: Parameters) -> Float:
    """Return the weight of each task in the score, shape (7,), from those of the kinds, (6,)."""
    measures = parameters.number(f"{_RULES}measures_share") * weights[_COVERAGE]
    tasks = np.insert(weights, _MEASURES, measures)
    tasks[_COVERAGE] -= measures
    return tasks


def own_values(key: Key, parameters: Parameters, lasting_chance: Chance) -> Float:
    """Return what each task means to each leader himself, a factor around one, shape (7, n)."""
    spread = parameters.number(f"{_RULES}own_values")
    draws = (lasting_chance(f"officials.value_of_{task}").uniform(key) for task in TASKS)
    return np.array([1 + spread * (draw - _HALF) / _HALF for draw in draws])


def divide_effort(weights: Float, payoffs: Float, values: Float, measurable: Float) -> Float:
    """Return the share of effort for each task, shape (7, n), columns sum to one (h.3).

    Effort is proportional to weight x measurable x payoff x (1 + personal value).

    Parameters
    ----------
    weights, measurable : ndarray of float64, shape (7,)
    payoffs, values : ndarray of float64, shape (7, n)
    """
    drawn = (weights * measurable)[:, None] * payoffs * values
    total = drawn.sum(axis=0)
    equal = np.full_like(drawn, 1 / len(drawn))
    return np.divide(drawn, total, out=equal, where=total > 0)


def by_kind(effort: Float) -> Float:
    """Return effort by kind of the score, shape (6, n), from that by task, (7, n)."""
    kinds = np.delete(effort, _MEASURES, axis=0)
    kinds[_COVERAGE] += effort[_MEASURES]
    return kinds


def priority(share: Float, usual: float, drive: Float | float) -> Float:
    """Return a leader's priority b for a task over the usual one, shape of `share`, 0 to 2.

    b = share / (share + usual), which is one half at the usual share. Only as far as the score
    drives him does he depart from what is usual.
    """
    b = share / (share + usual)
    return drive * b / _HALF + (1 - drive)


def drive(score_weight: Float, usual: Float, by_tournament: float) -> Float:
    """Return how far the score drives leaders, 0 to 1, by level, shape (2,).

    A part of it works through the tournament and falls with its strength, the rest through
    targets, bonuses and reprimands that do not depend on who is promoted.
    """
    strength = np.divide(score_weight, usual, out=np.ones_like(usual), where=usual > 0)
    return 1 - by_tournament * (1 - np.minimum(strength, 1))


def orders_from_above(national: Float | float, province: Float, province_share: float) -> Float:
    """Return how strongly each province sends an order down the strip, shape (n,) (a.2).

    m = national x (1 + share x (b - 1)): the department above is that of the province, which
    follows its own leader in part.

    Parameters
    ----------
    national : float
        Strength of the order over the usual one.
    province : ndarray of float64, shape (n,)
        Priority b of the province's leader for the department over the usual one.
    province_share : float
        Part of the order that follows him.
    """
    sent: Float = national * (1 + province_share * (province - 1))
    return sent


def delivery(
    priorities: Float, mandates: Float | float, leader_share: float, capacity: Float | float = 1.0
) -> Float:
    """Return how well a department delivers, 1: as usual, shape of `priorities` (a.2).

    e = cap x (lambda b + (1 - lambda) m), with b and m over their usual values.
    """
    quality: Float = capacity * (leader_share * priorities + (1 - leader_share) * mandates)
    return quality


def department_priority(
    department: str, effort: Float, parameters: Parameters, driven: Float | float
) -> Float:
    """Return the leader's priority for a department over the usual one, shape (n,)."""
    share = effort[list(TASKS_OF[department])].sum(axis=0)
    usual = parameters.schedule(f"{_RULES}usual_effort")[DEPARTMENTS.index(department)]
    return priority(share, usual, driven)
