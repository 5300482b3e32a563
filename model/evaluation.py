"""What a policy brings where it is, as counties report it: in pilots, and after them (rule i.3).

The centre compares pilots with places that have nothing. Pilots are richer than the others of their
province and try harder, so what it sees is more than the roll-out will bring. Both are recorded.
"""

from typing import TYPE_CHECKING

import numpy as np

from agents.table import Bool, Float
from policies.base import Outcome, discover
from policies.parameters import ParameterSet

if TYPE_CHECKING:
    from model.simulation import Simulation

_WANG_YANG = "Wang and Yang 2021, NBER 29402, for the concept; definition of the project"
_SEEN = "Reported outcome that the centre looks at (adoption.<policy>.evaluated_by)"
_MEANINGS = {
    "pilot_effect": f"{_SEEN} in pilots, while they make their extra effort, less that in places "
    "without the policy; the centre corrects it for part of the effort",
    "rollout_effect": f"{_SEEN} in other places, in as many years since adoption as pilots make "
    "their extra effort, less that in places without the policy, where there are any",
    "richer_pilots": "Pilots with a larger product per head than the median county of their "
    "province, over all pilots, while they make their extra effort",
}


def outcomes() -> tuple[Outcome, ...]:
    """Return what is recorded of every policy that is tried in pilots."""
    shipped = ParameterSet.load()
    schemes = tuple(id_ for id_ in discover() if f"adoption.{id_}.pilot_share" in shipped)
    return tuple(
        Outcome(name, "share", text, _WANG_YANG, "all", schemes) for name, text in _MEANINGS.items()
    )


def difference(sim: "Simulation", policy: str) -> float:
    """Return the reported outcome of places with a policy, pilots if any, less that of others.

    Where nothing says what to compare, what full delivery would bring.
    """
    if _key(sim, policy) not in sim.reports:
        return sim.parameters.number(f"adoption.{policy}.reach")
    has = sim.adoptions.in_force(policy)
    tried = sim.adoptions.pilots(policy) & has
    return effect(sim, policy, tried if tried.any() else has)


def effect(sim: "Simulation", policy: str, chosen: Bool) -> float:
    """Return the reported outcome of chosen places less that of places without the policy.

    Null where nobody was chosen, or nothing says what to compare.
    """
    key = _key(sim, policy)
    if key not in sim.reports or not chosen.any():
        return float("nan")
    reported, base = sim.reports[key]
    people = np.ones(sim.counties.n) if base is None else base
    without = ~sim.adoptions.in_force(policy)
    return _mean(reported, people, chosen) - _mean(reported, people, without)


def record(sim: "Simulation") -> None:
    """Record the effect of each policy in its pilots and in the places that followed."""
    for policy in sim.policies:
        if f"adoption.{policy}.pilot_share" not in sim.known_paths:
            continue
        pilots, others = _groups(sim, policy)
        found = effect(sim, policy, pilots), effect(sim, policy, others), _richer(sim, pilots)
        for name, value in zip(_MEANINGS, found, strict=True):
            sim.record.put(sim.year, name, np.array([value]), scheme=policy)


def _groups(sim: "Simulation", policy: str) -> tuple[Bool, Bool]:
    """Return pilots that make an extra effort, and others in the same years since adoption.

    As many years as pilots have made it so far, or made it before the centre took the policy up.
    """
    since, first = sim.adoptions.since(policy), sim.adoptions.first.get(policy, sim.year)
    has, sites = sim.adoptions.in_force(policy), sim.adoptions.pilots(policy)
    recognised = sim.orders[policy].recognised
    trying = recognised is None or sim.year < recognised
    last = sim.year if recognised is None else min(recognised - 1, sim.year)
    early = sim.year - since <= last - first
    return sites & has & trying, ~sites & has & early


def _richer(sim: "Simulation", chosen: Bool) -> float:
    """Return the share of chosen counties that are richer than the median of their province."""
    counties = sim.counties
    if not chosen.any():
        return float("nan")
    wealth = counties.product / np.maximum(counties.population, 1)
    there = np.unique(counties.province[chosen])
    middle = np.zeros(int(counties.province.max()) + 1)
    middle[there] = [np.median(wealth[counties.province == province]) for province in there]
    return float((wealth > middle[counties.province])[chosen].mean())


def _key(sim: "Simulation", policy: str) -> tuple[str, str, str]:
    """Return outcome, scheme and group that the centre compares."""
    outcome, _, rest = sim.parameters.text(f"adoption.{policy}.evaluated_by").partition("/")
    scheme, _, group = rest.partition("/")
    return outcome, scheme, group


def _mean(part: Float, whole: Float, chosen: Bool) -> float:
    """Return the ratio of sums over chosen counties; nothing where there are none."""
    base = float(whole[chosen].sum())
    return float(part[chosen].sum()) / base if base > 0 else 0.0
