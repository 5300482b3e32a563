"""The income distributions of the first year, from official brackets and ranks.

Both are returned as relative incomes (mean one) at given ranks, for one kind of place.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from scipy.special import ndtri

from agents.protocols import Parameters
from agents.table import Float
from model import evidence

_BRACKET_YEAR = 1995
_RANK_YEARS = (1990, 1995)
_PERCENT = 100
# Percentile range of each printed group of the urban survey; "all" and the poorest 5% are left out.
_RANKS = {
    "urban lowest 10%": (0, 10),
    "urban 10-20%": (10, 20),
    "urban 20-40%": (20, 40),
    "urban 40-60%": (40, 60),
    "urban 60-80%": (60, 80),
    "urban 80-90%": (80, 90),
    "urban top 10%": (90, 100),
}
# Ranks at which a distribution is evaluated to find its mean.
_FINE = (np.arange(20000) + 0.5) / 20000


def rural_incomes(ranks: Float, parameters: Parameters) -> Float:
    """Return relative rural incomes at `ranks` in (0, 1); any shape.

    Households by net income per head, 1995 (National Bureau of Statistics), log-linear within
    brackets, a Pareto tail above the last one; the shape of 1995 is taken for the first year.
    """
    bounds, below = _rural_brackets(parameters)
    tail = parameters.number("economy.start.rural_top_tail")

    def quantile(rank: Float) -> Float:
        inside = np.exp(np.interp(rank, below, np.log(bounds)))
        share_above = np.maximum(1 - rank, np.finfo(float).eps) / (1 - below[-1])
        return np.where(rank > below[-1], bounds[-1] * share_above ** (-1 / tail), inside)

    relative: Float = quantile(ranks) / quantile(_FINE).mean()
    return relative


def urban_incomes(ranks: Float, year: int) -> Float:
    """Return relative urban incomes at `ranks` in (0, 1) in `year`; any shape.

    Mean incomes by rank of 1990 and 1995 (National Bureau of Statistics, urban survey),
    interpolated geometrically to `year`; between group means log income is linear in the normal
    score of the rank.
    """
    first, last = _RANK_YEARS
    weight = min(max((year - first) / (last - first), 0), 1)
    log_means = (1 - weight) * np.log(_rank_means(first)) + weight * np.log(_rank_means(last))
    middles = np.array([(low + high) / 2 / _PERCENT for low, high in _RANKS.values()])
    scores = ndtri(middles)

    def quantile(rank: Float) -> Float:
        score = ndtri(rank)
        inside = np.interp(score, scores, log_means)
        steps = np.diff(log_means) / np.diff(scores)
        inside += np.minimum(score - scores[0], 0) * steps[0]
        inside += np.maximum(score - scores[-1], 0) * steps[-1]
        return np.exp(inside)

    relative: Float = quantile(ranks) / quantile(_FINE).mean()
    return relative


def _rural_brackets(parameters: Parameters) -> tuple[Float, Float]:
    """Return lower bounds of the brackets and the share of households below each."""
    shares = _bracket_shares()
    lowers = np.array(sorted(shares))
    share = np.array([shares[lower] for lower in lowers])
    below = np.concatenate([[0], np.cumsum(share)[:-1]]) / share.sum()
    # Nobody lives from nothing, although the lowest bracket is open.
    lowers[0] = parameters.number("economy.start.rural_lowest_income") * lowers[1]
    return lowers, below


@cache
def _bracket_shares() -> Mapping[float, float]:
    """Return the official share of households in each bracket, by its lower bound."""
    shares = {}
    for group in evidence.groups("rural_household_share_by_net_income", _BRACKET_YEAR):
        figures = evidence.start_figures("rural_household_share_by_net_income", group)
        text = group.removeprefix("rural ").removesuffix(" yuan").lstrip("<>=")
        lower = 0.0 if "<" in group else float(text.split("-")[0])
        shares[lower] = figures.loc[_BRACKET_YEAR]
    return MappingProxyType(shares)


@cache
def _rank_means(year: int) -> tuple[float, ...]:
    """Return the official mean income of each group of ranks."""
    figures = [evidence.start_figures("total_income_per_capita_by_rank", rank) for rank in _RANKS]
    return tuple(float(figure.loc[year]) for figure in figures)
