"""Participation of residents and the reform of services, by place and year (rule j.4).

Both change what assistance decides: neighbours who are heard know who is poor, hearings take
time, one visit instead of several saves it. With claims switched off nothing changes. Source: S0
section III; S2 on "no more than once" (最多跑一次) in Zhejiang.
"""

import numpy as np

from agents.table import Bool, Float, Int8
from policies.base import World

NONE, NOTICE, SHOW, BINDING = range(4)
"""Rungs: nothing; lists and notices are posted; hearings for show; hearings that bind."""
_RULES = "claims.participation."


def rungs(sim: World) -> Int8:
    """Return the rung of participation of each county, shape (n_counties,)."""
    counties = sim.counties
    if not sim.parameters.flag("claims.rules.on"):
        return np.zeros(counties.n, np.int8)
    rung = sim.parameters.schedule(f"{_RULES}rung")[counties.kind].astype(np.int8)
    own = sim.parameters.number(f"{_RULES}pioneer_rung")
    if own:
        first = counties.lie_in(sim.parameters.number(f"{_RULES}pioneer"))
        rung[first] = np.maximum(rung[first], np.int8(own))
    return rung


def by_rung(sim: World, name: str) -> Float:
    """Return a parameter that goes by rung for each county, shape (n_counties,)."""
    values: Float = sim.parameters.schedule(f"{_RULES}{name}")[rungs(sim)]
    return values


def has_reform(sim: World) -> Bool:
    """Return which counties settle a case in one visit at most, shape (n_counties,)."""
    parameters = sim.parameters
    if not parameters.flag("claims.rules.on"):
        return np.zeros(sim.counties.n, bool)
    if parameters.flag("claims.service.once"):
        return np.ones(sim.counties.n, bool)
    if not parameters.flag("claims.service.once_pioneer_on"):
        return np.zeros(sim.counties.n, bool)
    return sim.counties.lie_in(parameters.number("claims.service.once_pioneer"))


def cost_of_applying(sim: World, cost: Float) -> Float:
    """Return what applying costs in each county with hearings and the reform, (n_counties,).

    Parameters
    ----------
    sim : World
    cost : ndarray of float64, shape (n_counties,)
        Without either, in yearly income per head.
    """
    saving = sim.parameters.number("claims.service.once_saving") * has_reform(sim)
    return cost * (1 - saving) + by_rung(sim, "time_cost")


def with_capacity(sim: World, known: float) -> Float:
    """Return the share of people who know their rights, shape (n_counties,) (rule h.6).

    What weak departments achieved, and the advocacy of organisations, told some of those who
    otherwise would not know.
    """
    counties = sim.counties
    share = np.full(counties.n, known)
    for told in ("legal_capacity", "told_by_advocates"):
        if told in counties.declared:
            share += (1 - share) * counties[told]
    return share
