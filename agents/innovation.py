"""Weak departments that innovate to be needed, and awards for what is visible (h.6, h.7).

Pure functions. Source: S0 section II: trade unions, women's federations and people's congresses
"come down to earth"; the five rounds of the China Local Government Innovation Awards, 2001 to 2010.
"""

import numpy as np

from agents.protocols import Draws, Parameters
from agents.table import Bool, Float, Key, Rows

WEAK_DEPARTMENTS = ("trade_union", "womens_federation", "peoples_congress")
_RULES = "incentives.innovation."
_HALF = 0.5


def legitimacy(budget_share: Float, trust: Float) -> Float:
    """Return the legitimacy of weak departments: half budget share, half public trust (h.6).

    Parameters
    ----------
    budget_share : ndarray of float64, shape (3,)
        Money of a department over that of a strong one.
    trust : ndarray of float64, shape (n,)
        Trust of the public in local government.

    Returns
    -------
    ndarray of float64, shape (3, n)
    """
    return _HALF * budget_share[:, None] + _HALF * trust


def propose(standing: Float, draws: tuple[Draws, ...], key: Key, parameters: Parameters) -> Bool:
    """Return which departments propose to protect somebody, shape (3, n): p x (1 - legitimacy)."""
    most = parameters.number(f"{_RULES}proposal")
    return np.array(
        [draw.happens(key, most * (1 - here)) for draw, here in zip(draws, standing, strict=True)]
    )


def approve(proposed: Bool, gain: Float, parameters: Parameters) -> Bool:
    """Return which proposals the leader lets pass: the gain in the score exceeds the cost (h.6).

    Parameters
    ----------
    proposed : ndarray of bool, shape (3, n)
    gain : ndarray of float64, shape (n,)
        Share of effort the leader puts into visible novelties.
    """
    return proposed & (gain > parameters.number(f"{_RULES}approval_cost"))


def rank_by_visibility(visible: Float, candidates: Rows, places: int) -> Rows:
    """Return who is chosen of some rows: the most visible, as many as there are places (h.7)."""
    order = np.argsort(-visible[candidates], kind="stable")
    return candidates[order[:places]]
