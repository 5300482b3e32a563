"""What a leader does about unrest: nothing, concede, buy off, suppress or conceal (stability).

One formula for every choice, so that whether the one-ballot veto protects people or represses them
follows from its numbers. Source: S0 section II (stability as the bottom line of promotion), S1 note
6 (police budgets grew beside social policy), S0 section III ("no trouble" as an indicator); Pan
2015 for assistance that buys claimants off. All sizes are assumed.
"""

import numpy as np

from agents.protocols import Parameters
from agents.table import Float, Int8

CHOICES = ("none", "concede", "buy_off", "suppress", "conceal")
"""In the order of the codes and of all schedules by choice."""
CONCEDE, BUY_OFF, SUPPRESS, CONCEAL = 1, 2, 3, 4
_RULES = "incentives.stability."


def severity_of(unrest: Float, petitions: Float, parameters: Parameters) -> Float:
    """Return how strongly leaders feel threatened, 1 by usual unrest, shape (n,).

    Unrest of last year and the part of petitions that may become unrest; zero below what a leader
    notices. Calls and visits about single cases threaten nobody.

    Parameters
    ----------
    unrest : ndarray of float64, shape (n,)
        Share of households in collective claims that were seen.
    petitions : ndarray of float64, shape (n,)
        Petitions to the upper level per household.
    """
    feared = unrest + parameters.number(f"{_RULES}escalation") * petitions
    severity = feared / parameters.number(f"{_RULES}usual_unrest")
    return np.where(severity >= parameters.number(f"{_RULES}noticed"), severity, 0)


def budget_share(severity: Float, wealth: Float, parameters: Parameters) -> Float:
    """Return what each choice costs as a share of the county's room, shape (5, n).

    cost = fixed + per claimant x severity x wealth: who is to be paid costs the more, the more they
    are and the higher incomes are beside the room; a force to keep order costs the same for many
    as for few. It is what he reckons with: only force has an account of its own (stability money).
    Who concedes pays through the schemes that remedy, and payments to keep the peace are
    assistance, each when it is due.

    Parameters
    ----------
    severity : ndarray of float64, shape (n,)
        Unrest over the unrest that is usual.
    wealth : ndarray of float64, shape (n,)
        Income of the county's households over its room.
    """
    fixed = parameters.schedule(f"{_RULES}fixed_cost")[:, None]
    each = parameters.schedule(f"{_RULES}cost_per_claimant")[:, None]
    return fixed + each * (parameters.number(f"{_RULES}usual_unrest") * severity * wealth)


def payoffs(
    severity: Float,
    wealth: Float,
    horizon: Float,
    stake: Float | float,
    veto: float,
    parameters: Parameters,
) -> Float:
    """Return what each choice is worth to each leader, in points of the score, shape (5, n).

    payoff = (stake + veto) x (relief - fear x exposure) x severity
           + stake x later x discount ^ lag x severity, if he stays that long
           - money x cost

    Parameters
    ----------
    severity, wealth : ndarray of float64, shape (n,)
        See `budget_share`.
    horizon : ndarray of float64, shape (n,)
        Years he expects to stay.
    stake : ndarray of float64 or float
        Weight of stability in his score.
    veto : float
        What a veto would cost him, in points of the score; zero without a one-ballot veto.
    """

    def by_choice(key: str) -> Float:
        return parameters.schedule(f"{_RULES}{key}")[:, None]

    number = parameters.number
    gain = by_choice("relief") - number(f"{_RULES}fear") * by_choice("exposure")
    lag = number(f"{_RULES}later_lag")
    stays = np.where(lag <= horizon, number("incentives.priorities.discount") ** lag, 0)
    cost = budget_share(severity, wealth, parameters)
    value: Float = ((stake + veto) * gain + stake * by_choice("later") * stays) * severity
    return value - number(f"{_RULES}money") * cost


def choose(worth: Float, severity: Float) -> Int8:
    """Return the choice of the largest payoff, shape (n,); none where there is no unrest."""
    best: Int8 = np.where(severity > 0, np.argmax(worth, axis=0), 0).astype(np.int8)
    return best
