"""What governments report of themselves, beside what is true (rule h.5).

Counts are shifted on the logarithm and shares on the logit, so that a share stays one; the sign is
that of what flatters. Direction: results that governments state themselves and nobody verifies
predict promotion (Suarez Serrato, Wang and Zhang 2016, NBER 21963). Sizes are assumed.
"""

import numpy as np

from agents.local_government import Counties
from agents.official import KINDS
from agents.protocols import Parameters
from agents.table import Bool, Float

_GROWTH, _REVENUE, _STABILITY, _SOCIAL, _ERRORS = (
    KINDS.index(name) for name in ("growth", "revenue", "stability", "social", "errors")
)
FLATTERS = {
    "product_growth": (_GROWTH, 1),
    "revenue_growth": (_REVENUE, 1),
    "coverage": (_SOCIAL, 1),
    "basic_pension_coverage": (_SOCIAL, 1),
    "dibao_recipients": (_SOCIAL, 1),
    "poverty_rate": (_SOCIAL, -1),
    "exclusion_error": (_ERRORS, -1),
    "inclusion_error": (_ERRORS, -1),
    "claims": (_STABILITY, -1),
    "collective_claims": (_STABILITY, -1),
    "incidents": (_STABILITY, -1),
    "unrest": (_STABILITY, -1),
    "response_rate": (_STABILITY, 1),
}
"""Kind of the score and sign of what looks better; other outcomes are reported as they are."""
POVERTY = "poverty_rate"


def boldness(years: Float, driven: Float | float, parameters: Parameters) -> Float:
    """Return by how much leaders shift the figure that counts most, log points, shape (n,).

    i = most x (1 - audit) x drive x min(years in the post / years before promotion, 1): the more,
    the nearer the appraisal at which he can rise, and nothing by who has just come.
    """
    most = parameters.number("incentives.reporting.most")
    unseen = 1 - parameters.number("incentives.reporting.audit")
    near = years / np.maximum(parameters.number("incentives.careers.years_before_promotion"), 1)
    shift: Float = most * unseen * driven * np.minimum(near, 1)
    return shift


def pays_to_be_poor(counties: Counties, parameters: Parameters) -> Bool:
    """Return the counties that gain by reporting more poverty, shape (n,).

    The status of a poor county brings money; the poorest by last year's rural income have it, as
    many as the statistics of the period say.
    """
    order = np.argsort(counties.rural_income, kind="stable")
    rank = np.empty(counties.n)
    rank[order] = np.cumsum(counties.weight[order]) / np.maximum(counties.weight.sum(), 1)
    return rank <= parameters.number("incentives.reporting.poor_status_share")


def shift_of(outcome: str, counties: Counties, parameters: Parameters) -> Float:
    """Return by how much each county shifts an outcome, log or logit points, shape (n,).

    ``reporting`` of the county, in proportion to the weight of the indicator in the score, upwards
    if that flatters. Poverty is shifted up in full where its status pays.
    """
    kind, sign = FLATTERS.get(outcome, (0, 0))
    weights = parameters.schedule("incentives.evaluation.weights")
    heaviest = weights.max()
    shift = counties.reporting * (sign * weights[kind] / heaviest if heaviest > 0 else 0)
    if outcome == POVERTY:
        shift = np.where(pays_to_be_poor(counties, parameters), counties.reporting, shift)
    return shift


def as_reported(numerator: Float, denominator: Float | None, shift: Float) -> Float:
    """Return the numerator that counties state, shape (n_counties,).

    Parameters
    ----------
    numerator, denominator : ndarray of float64, shape (n_counties,)
        Counts, or the parts of a share.
    shift : ndarray of float64, shape (n_counties,)
        How far each county shifts its report, log points of counts, logit points of shares.

    Notes
    -----
    A share p becomes p e / (1 - p + p e) with e = exp(shift), which adds the shift to its logit.
    """
    shifted = shift != 0
    if not shifted.any():
        return numerator
    raised = numerator * np.exp(shift)
    if denominator is not None:
        # Nobody counted twice by rounding.
        whole = np.maximum(denominator - numerator, 0) + raised
        shifted &= whole > 0
        raised = denominator * np.divide(raised, whole, out=raised, where=shifted)
    return np.where(shifted, raised, numerator)


def growth_reported(growth: Float, shift: Float) -> Float:
    """Return the growth that counties state: times 1 + i where it rose, divided by it where not.

    Parameters
    ----------
    growth : ndarray of float64, shape (n_counties,)
        True growth over a year, log points; null where there is none.
    shift : ndarray of float64, shape (n_counties,)
        See `shift_of`, log points of the rate.
    """
    stated: Float = growth * np.exp(np.where(growth > 0, shift, -shift))
    return stated


GAP_GROUPS = ("all", "urban", "rural")
"""Groups for which the gap between report and truth is recorded."""
_COVERED = ("dibao", "medical", "residents_pension", "worker_pension")
GAPS = (
    "dibao_recipients",
    "poverty_rate",
    "exclusion_error",
    "inclusion_error",
    "claims",
    *(f"coverage_{scheme}" for scheme in _COVERED),
)
"""Schemes of ``reported_minus_true``: an indicator, with its scheme if it has one."""


def gap_name(outcome: str, scheme: str) -> str:
    """Return the scheme under which the gap of an outcome is recorded; empty: it is not."""
    name = f"{outcome}_{scheme}" if scheme else outcome
    return name if name in GAPS else ""
