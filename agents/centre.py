"""How the centre treats what counties try: it compares, recognises, or drops it (rule i.4)."""

import numpy as np
from scipy.special import expit

from agents.table import Float


def lead_share(adopted: Float, counties: Float, part: float) -> float:
    """Return the share of counties with a policy in the provinces that lead.

    Parameters
    ----------
    adopted, counties : ndarray of float64, shape (n_provinces,)
        Counties with the policy, and all.
    part : float
        Share of the provinces that lead: those with the largest shares; at least one.
    """
    shares = adopted / np.maximum(counties, 1)
    n = max(int(part * len(shares)), 1)
    lead = np.argsort(-shares, kind="stable")[:n]
    return float(adopted[lead].sum() / max(counties[lead].sum(), 1))


def evaluated(seen: float, effort: float, correction: float) -> float:
    """Return the effect of a policy as the centre evaluates it.

    Parameters
    ----------
    seen : float
        Reported outcome where the policy is, less that elsewhere. It is too high where richer
        places were chosen and where more was done than will be done later.
    effort : float
        What these places do beyond the usual.
    correction : float
        Share of this extra effort that the centre allows for; of the choice of places it knows
        nothing.

    Notes
    -----
    Source: rule i.3; Wang and Yang 2021, NBER 29402.
    """
    fair = seen / (1 + effort)
    return seen - correction * (seen - fair)


def gain(effect: float, reach: float, worth: float, cost: float) -> float:
    """Return what a policy brings: worth of full delivery times how near it came, less the cost."""
    return worth * min(max(effect / reach, 0), 1) - cost


def recognises(lead: float, threshold: float, gained: float) -> bool:
    """Whether the centre takes a policy up: enough of the lead provinces have it, and it pays."""
    return lead >= threshold and gained > 0


def chance_to_drop(gained: float, base: float, slope: float) -> float:
    """Return the chance that pilots which do not pay are dropped this year."""
    return float(expit(base - slope * gained)) if gained <= 0 else 0.0
