"""Designs: which version of a policy each county has, and how far the country falls apart (i.5).

A design says from whom a county has its rules, not what they are: lines, tiers and rates differ
between counties by their money and priorities, whichever design they have.
"""

from typing import TYPE_CHECKING

import numpy as np

from agents.table import Column, Float, Int32, Rows, total_by
from model.choice import chooses
from policies.base import Outcome, discover
from policies.parameters import ParameterSet

if TYPE_CHECKING:
    from model.simulation import Simulation

NONE, NATIONAL = -1, 0
"""Design of a county without the policy, and the one that the centre made."""
_RULES = "diffusion.designs."


def outcomes() -> tuple[Outcome, ...]:
    """Return what is recorded of every policy that counties shape themselves."""
    shipped = ParameterSet.load()
    schemes = tuple(policy for policy in discover() if f"adoption.{policy}.base" in shipped)
    return (
        Outcome(
            "fragmentation",
            "index",
            "1 - sum of squared shares of the designs of a policy in the residents under any",
            "S2 section 3.2.3 for the concept; definition of the project",
            "all",
            schemes,
        ),
        Outcome(
            "diffusion_lag",
            "years",
            "From the first adoption of a policy to the year by which all are to have it",
            "Definition of the project",
            "all",
            schemes,
        ),
    )


def set_up(sim: "Simulation") -> None:
    """Declare a column for every policy that counties may shape themselves."""
    for policy in _shapeable(sim):
        meaning = f"whose design of {policy} it has; 0: the national one, -1: none"
        sim.counties.declare(f"{policy}_design", np.int32, Column("division code", meaning, NONE))


def _shapeable(sim: "Simulation") -> list[str]:
    """Return the policies that counties could choose, and hence shape."""
    return [policy for policy in sim.policies if f"adoption.{policy}.base" in sim.known_paths]


def settle(sim: "Simulation") -> None:
    """Let new adopters copy or make a design, and the centre unify them where it does."""
    for policy in _shapeable(sim):
        design = sim.counties[f"{policy}_design"]
        has = sim.adoptions.in_force(policy)
        design[~has] = NONE
        new = np.flatnonzero(has & (design == NONE))
        if len(new):
            design[new] = _take(sim, policy, new)
        path = f"adoption.{policy}.unified"
        if path in sim.known_paths and sim.parameters.flag(path):
            _unify(sim, policy, design)


def fragmentation(design: Int32, people: Float) -> float:
    """Return 1 - Σ (share of each design in the people who live under any)²; null where none do.

    Source: rule i.5.
    """
    has = design != NONE
    names, place = np.unique(design[has], return_inverse=True)
    total = float(people[has].sum())
    if not total > 0:
        return float("nan")
    shares = total_by(place, people[has], len(names)) / total
    return max(float(1 - (shares * shares).sum()), 0.0)


def _take(sim: "Simulation", policy: str, rows: Rows) -> Int32:
    """Return the designs that new adopters take: national, copied from a peer, or their own.

    Who follows the calendar takes the national one: a law is one design.
    """
    if not chooses(sim, policy):
        return np.full(len(rows), NATIONAL, np.int32)
    counties, number = sim.counties, sim.parameters.number
    design, keys = counties[f"{policy}_design"], counties.key[rows]
    others = (design != NONE).astype(np.float64)
    luck = sim.chance(f"counties.model_of_{policy}").uniform(keys)
    model = sim.peer_network.draw(rows, others, luck)
    copies = sim.chance(f"counties.copy_{policy}").happens(keys, number(f"{_RULES}copying"))
    changes = sim.chance(f"counties.alter_{policy}").happens(keys, number(f"{_RULES}noise"))
    copies &= (model >= 0) & ~changes
    taken = np.where(copies, design[model], counties.code[rows])
    if sim.orders[policy].recognised is not None:
        share = number(f"{_RULES}template")
        by_book = sim.chance(f"counties.template_of_{policy}").happens(keys, share)
        taken[by_book] = NATIONAL
    return taken.astype(np.int32)


def _unify(sim: "Simulation", policy: str, design: Int32) -> None:
    rows = np.flatnonzero((design != NATIONAL) & (design != NONE))
    share = sim.parameters.number(f"{_RULES}unifying")
    keys = sim.counties.key[rows]
    rows = rows[sim.chance(f"counties.unify_{policy}").happens(keys, share)]
    design[rows] = NATIONAL
    sim.adoptions.change(policy, rows, sim.year, "national design", "unification")


def record(sim: "Simulation") -> None:
    """Record how far each policy falls apart, and how long it took to become national."""
    for policy in _shapeable(sim):
        share = fragmentation(sim.counties[f"{policy}_design"], sim.counties.population)
        sim.record.put(sim.year, "fragmentation", np.array([share]), scheme=policy)
        sim.record.put(sim.year, "diffusion_lag", np.array([_lag(sim, policy)]), scheme=policy)


def _lag(sim: "Simulation", policy: str) -> float:
    """Return years from the first adoption to the deadline for all; null before it has come.

    Also null where history begins later than the policy.
    """
    order, first = sim.orders[policy], sim.adoptions.first.get(policy)
    national = order.ordered if order.deadline is None else order.deadline
    if first is None or national is None or sim.year < national:
        return float("nan")
    begins = sim.setup.years.first
    missed = begins > sim.parameters.number(f"adoption.{policy}.first_year")
    return float("nan") if missed and first == begins else float(national - first)
