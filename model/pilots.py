"""Pilots: the centre asks for some, provinces choose the sites, sites try harder (rule i.3)."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agents.errors import UnknownNameError
from agents.table import Float, Key, Rows, total_by
from model.chance import derive_keys

if TYPE_CHECKING:
    from model.simulation import Simulation

DEPARTMENTS = ("civil", "insurance", "medical", "education", "poverty")
_RULES = "diffusion.pilots."


def choose_sites(sim: "Simulation", policy: str) -> Rows:
    """Return the rows of new pilot sites of a policy, until the centre has recognised it.

    Each province fills its part of the pilots asked for with the counties that it ranks highest,
    by income within the province and chance.
    """
    path, order = f"adoption.{policy}.pilot_share", sim.orders[policy]
    possible = sim.parameters.flag(f"{_RULES}possible") and path in sim.known_paths
    if not possible or order.recognised is not None:
        return np.zeros(0, np.intp)
    counties = sim.counties
    share = min(sim.parameters.number(path) * order.pilots, 1)
    n = int(counties.province.max()) + 1
    size = np.bincount(counties.province, minlength=n)
    luck = sim.lasting_chance(f"provinces.pilots_of_{policy}").uniform(_province_keys(sim, n))
    wanted = np.floor(share * size + luck) if share > 0 else np.zeros(n)
    sites = sim.adoptions.pilots(policy)
    wanted -= np.bincount(counties.province, sites, n)
    free = ~(sim.adoptions.in_force(policy) | sim.adoptions.barred(policy))
    rank = _rank_within(counties.province, np.where(free, _appeal(sim, policy), -np.inf))
    return np.flatnonzero(free & (rank < wanted[counties.province]))


def drop(sim: "Simulation", policy: str) -> None:
    """Let all pilot sites give the policy up."""
    sites = sim.adoptions.pilots(policy)
    rows = np.flatnonzero(sites & sim.adoptions.in_force(policy))
    sim.adoptions.reverse(policy, rows, sim.year, sim.policies[policy].title, "dropped pilot")
    sites[:] = False
    sim.orders[policy].pilots = 0.0


def begin_extra_effort(sim: "Simulation") -> None:
    """Let pilot sites deliver better for the year, in the department that the policy belongs to.

    Writes ``pilot_effort`` and raises the column ``effort_<department>`` by it. It ends when the
    centre recognises the policy: the roll-out does without.
    """
    counties = sim.counties
    counties["pilot_effort"][:] = 1
    factor = 1 + sim.parameters.number(f"{_RULES}effort")
    for policy in sim.policies:
        sites = sim.adoptions.pilots(policy) & sim.adoptions.in_force(policy)
        if sim.orders[policy].recognised is not None or not sites.any():
            continue
        counties["pilot_effort"][sites] = factor
        name = f"effort_{_department(sim, policy)}"
        sim.usual_effort.setdefault(name, counties[name].copy())
        counties[name][sites] = sim.usual_effort[name][sites] * factor


def end_extra_effort(sim: "Simulation") -> None:
    """Give departments back the effort that their leaders had set."""
    for name, usual in sim.usual_effort.items():
        sim.counties[name] = usual
    sim.usual_effort.clear()


def _department(sim: "Simulation", policy: str) -> str:
    path = f"adoption.{policy}.department"
    name = sim.parameters.text(path)
    if name not in DEPARTMENTS:
        raise UnknownNameError("department", name, DEPARTMENTS, where=path)
    return name


def _appeal(sim: "Simulation", policy: str) -> Float:
    """Return how a province ranks its counties: sel x income (s.d. in the province) + chance."""
    counties = sim.counties
    income = np.log(np.maximum(counties.product, 1) / np.maximum(counties.population, 1))
    n = int(counties.province.max()) + 1
    size = np.maximum(np.bincount(counties.province, minlength=n), 1)
    mean = total_by(counties.province, income, n) / size
    apart = income - mean[counties.province]
    spread = np.sqrt(total_by(counties.province, apart * apart, n) / size)
    relative = apart / np.where(spread > 0, spread, 1)[counties.province]
    luck = sim.lasting_chance(f"counties.pilot_of_{policy}").normal(counties.key)
    appeal: Float = sim.parameters.number(f"{_RULES}selection") * relative + luck
    return appeal


def _rank_within(group: NDArray[np.integer], values: Float) -> Rows:
    """Return the rank of each value within its group, the highest first, from 0."""
    order = np.lexsort((-values, group))
    _, first, size = np.unique(group[order], return_index=True, return_counts=True)
    rank = np.empty(len(values), np.intp)
    rank[order] = np.arange(len(values)) - np.repeat(first, size)
    return rank


def _province_keys(sim: "Simulation", n: int) -> Key:
    return derive_keys(sim.geography.province_code[:n].astype(np.uint64), "province")
