"""Counties that choose: what each knows of itself and of a policy when it decides (rule i.2).

The rule itself is `agents.adoption`; here its columns are gathered and its draws made.
"""

from typing import TYPE_CHECKING

import numpy as np

from agents.adoption import (
    REASONS,
    Attributes,
    Situation,
    chance_to_adopt,
    felt,
    normal_scores,
    reasons_to_adopt,
    tell,
)
from agents.errors import MinshengError
from agents.table import Bool, Float
from policies.cofinance import by_region

if TYPE_CHECKING:
    from model.simulation import Simulation

INCENTIVES = "incentives"
_HAZARD = "diffusion.hazard."


def chooses(sim: "Simulation", policy: str) -> bool:
    """Return whether counties choose when to adopt a policy; else they follow the calendar.

    Raises
    ------
    MinshengError
        They are to choose, but nothing says what the policy is like.
    """
    path = f"adoption.mode.{policy}"
    if path not in sim.known_paths or sim.parameters.text(path) == "calendar":
        return False
    if f"adoption.{policy}.base" not in sim.known_paths:
        raise MinshengError(
            f"{path}: counties cannot choose {policy}, since there is no file "
            f"adoption/{policy}.yaml with its attributes; write calendar"
        )
    return True


def situation(sim: "Simulation") -> Situation:
    """Return what counties know of themselves this year, whatever the policy."""
    counties, number = sim.counties, sim.parameters.number
    money = np.maximum(counties.own_revenue + counties.transfer, 1)
    need = np.maximum(counties.need, 1)
    new = sim.officials.years[: counties.n] < number(f"{_HAZARD}new_years")
    return Situation(
        room=normal_scores(counties.room / need),
        burden=need / money,
        dependence=counties.transfer / money,
        unrest=felt(counties.unrest, number(f"{_HAZARD}unrest_half")),
        claims=counties["claims_weight"]
        * felt(counties.claims_rate, number(f"{_HAZARD}claims_half")),
        new_leader=new.astype(np.float64),
        department=_column(sim, "department_push"),
        award=_column(sim, "award_signal"),
        pool_gain=normal_scores(_column(sim, "net_pool_gain")),
    )


def choose(sim: "Simulation", policy: str, seen: Situation) -> tuple[Bool, list[str]]:
    """Decide who adopts a policy this year, and why.

    Parameters
    ----------
    sim : Simulation
    policy : str
    seen : Situation

    Returns
    -------
    new : ndarray of bool, shape (n_counties,)
    told : list of str
        The reason of each, in the order of the counties.
    """
    counties, order = sim.counties, sim.orders[policy]
    reasons = reasons_of(sim, policy, seen)
    base = sim.parameters.number(f"adoption.{policy}.base")
    own = chance_to_adopt(base, reasons)
    least = sim.parameters.number(f"{_HAZARD}deadline") * order.is_due(sim.year)
    least *= min(sim.parameters.number("diffusion.drivers.mandate"), 1)
    draw = sim.chance(f"counties.adopt_{policy}").uniform(counties.key)
    new = (draw < np.maximum(own, least)) & ~sim.adoptions.in_force(policy)
    rows = np.flatnonzero(new)
    by_choice = (draw < own)[rows]
    told = zip(tell(base, reasons[:, rows], own[rows]), by_choice, strict=True)
    return new, [why if chosen else "deadline" for why, chosen in told]


def reasons_of(sim: "Simulation", policy: str, seen: Situation) -> Float:
    """Return what each reason adds to the log odds of each county, (n_reasons, n_counties)."""
    number = sim.parameters.number
    coercion, guidance = number(f"{_HAZARD}coercion"), number(f"{_HAZARD}guidance")
    standing = sim.orders[policy].standing(sim.year, coercion, guidance)
    having = sim.adoptions.in_force(policy).astype(np.float64)
    return reasons_to_adopt(
        seen,
        attributes(sim, policy),
        standing,
        sim.peer_network.share(having),
        borne_share(sim, policy),
        weights(sim, policy),
    )


def attributes(sim: "Simulation", policy: str) -> Attributes:
    """Return what a policy is like."""
    names = ("cost", "visibility", "stability_gain", "long_run_gain", "protects")
    return Attributes(*(sim.parameters.number(f"adoption.{policy}.{name}") for name in names))


def weights(sim: "Simulation", policy: str) -> Float:
    """Return the weight of each reason: the policy's own or the common one, times its driver's."""
    number = sim.parameters.number
    found = np.zeros(len(REASONS))
    for row, reason in enumerate(REASONS):
        own = f"adoption.{policy}.{reason.name}_weight"
        path = own if own in sim.known_paths else f"{_HAZARD}{reason.name}"
        found[row] = number(path) * (strength(sim, reason.driver) if reason.driver else 1)
    return found


def strength(sim: "Simulation", driver: str) -> float:
    """Return how strong a driver is; where nobody is scored, nobody adopts for his career."""
    scored = INCENTIVES in sim.policies and sim.is_on(INCENTIVES)
    if driver == INCENTIVES and not scored:
        return 0.0
    return sim.parameters.number(f"diffusion.drivers.{driver}")


def borne_share(sim: "Simulation", policy: str) -> Float:
    """Return the share of the cost of a policy that each county bears, shape (n_counties,)."""
    path = f"adoption.{policy}.cofinance"
    if path not in sim.known_paths:
        return np.ones(sim.counties.n)
    return 1 - by_region(sim, sim.parameters.text(path))


def _column(sim: "Simulation", name: str) -> Float:
    """Return a column that a policy may have declared; nothing without it."""
    counties = sim.counties
    return counties[name] if name in counties.declared else np.zeros(counties.n)
