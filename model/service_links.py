"""Who is served by whom in a year, and which households are linked to organisations (a.6).

What links carry is read where it matters: awareness and applications (`policies.dibao`,
`policies.registration`), counsel (`model.claims`, `model.grievances`). Without the policy
``procurement`` nobody is linked. Source: S1 section 4.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents import service_links as rules
from agents.organisations import NEEDS, PROVIDERS
from agents.service_links import ORGANISATIONS, UNSERVED
from agents.table import Float, Int8, Int32, Rows, at, total_by
from agents.trust import note_requests
from policies.base import BROKEN_DOWN, Outcome

if TYPE_CHECKING:
    from model.simulation import Simulation

_OWN = "Definition of the project"
_NO_NEED = -1

OUTCOMES = (
    Outcome(
        "service_reach",
        "share",
        "Households served in the year over those with a member in need, by need; by provider the "
        "part served by it",
        _OWN,
        ", ".join(("all", *PROVIDERS, BROKEN_DOWN)),
        NEEDS,
    ),
    Outcome(
        "linked_share",
        "share",
        "Households linked to an organisation over households; by kind of provider those linked to "
        "it",
        _OWN,
        ", ".join(("all", *(PROVIDERS[provider] for provider in ORGANISATIONS))),
    ),
)


@dataclass(frozen=True)
class Served:
    """Households with a member in need of one service this year, and who met the need.

    Attributes
    ----------
    rows : ndarray of intp, shape (k,)
        The households, each once, in order.
    provider : ndarray of int8, shape (k,)
        Who served the household; `UNSERVED` where nobody did.
    """

    rows: Rows
    provider: Int8

    @staticmethod
    def nobody() -> "tuple[Served, ...]":
        """Return that no household needs or gets any service, by need."""
        none = Served(np.zeros(0, np.intp), np.zeros(0, np.int8))
        return (none,) * len(NEEDS)


def link(sim: "Simulation") -> None:
    """Let households be served, trust by it, and gain and lose links (a.6, b.9)."""
    households = sim.households
    if not sim.is_on("procurement"):
        households.org_links[:] = 0
        sim.served = Served.nobody()
        return
    leave_behind(sim)
    reach = rules.reach_of(sim.service_hours, sim.service_need)
    sim.served = _serve(sim, reach)
    needed = [(served.rows, served.provider) for served in sim.served]
    for tier, providers in rules.PROVIDERS_OF_TIER.items():
        rows, met = rules.asked_and_met(needed, households.org_links, providers)
        note_requests(households, rows, met, sim.parameters, tier)
    homes = households.township[households.alive]
    families = np.bincount(homes, minlength=len(reach)).astype(np.float64)
    links = np.zeros(households.n, np.uint16)
    for need in range(len(NEEDS)):
        rows, found = _next_links(sim, need, reach[:, need], families)
        links[rows] |= found
    households.org_links = links


def leave_behind(sim: "Simulation") -> None:
    """Take their links from households that moved to another township or ended."""
    households = sim.households
    gone = (households.links_township != households.township) | ~households.alive
    households.org_links[gone] = 0
    households.links_township[:] = households.township


def _places_of_need(sim: "Simulation") -> list[tuple[Rows, Int32]]:
    """Return by need the households that have it, and in which township, shape (k,) each.

    Where a member lives who needs it: a worker away from home is served where the work is.
    """
    households = sim.households
    old, newcomers, children, poor = sim.in_need
    concerned = {"elderly_care": old, "migrant_service": newcomers, "child_care": children}
    found = []
    for need in NEEDS:
        if need in concerned:
            place = np.full(households.n, _NO_NEED, np.int32)
            place[concerned[need].household] = concerned[need].township
            rows = np.flatnonzero(place != _NO_NEED)
            found.append((rows, at(place, rows)))
        else:
            found.append((poor, at(households.township, poor)))
    return found


def _serve(sim: "Simulation", reach: Float) -> tuple[Served, ...]:
    """Draw by whom each household in need is served, by reach at the place of the need."""
    served = []
    for need, (rows, place) in enumerate(_places_of_need(sim)):
        draw = sim.chance(f"households.served_{NEEDS[need]}").uniform(at(sim.households.key, rows))
        served.append(Served(rows, rules.who_serves(reach[:, need], place, draw)))
    return tuple(served)


def _next_links(
    sim: "Simulation", need: int, reach: Float, families: Float
) -> tuple[Rows, rules.Links]:
    """Return households that may have links for a need next year, and these links, shape (k,).

    Who has the need may gain one, who is linked may lose it.

    Parameters
    ----------
    reach : ndarray of float64, shape (n_townships, 4)
        Of each provider for this need.
    families : ndarray of float64, shape (n_townships,)
        Households.
    """
    households, parameters, served = sim.households, sim.parameters, sim.served[need]
    provider_of = np.full(households.n, UNSERVED, np.int8)
    provider_of[served.rows] = served.provider
    concerned = (households.org_links & rules.bits_of((need,))) > 0
    concerned[served.rows] = True
    concerned &= households.alive
    rows = np.flatnonzero(concerned)
    home, links = at(households.township, rows), at(households.org_links, rows)
    key, provider_of = at(households.key, rows), at(provider_of, rows)
    next_links = np.zeros(len(rows), np.uint16)
    for provider in ORGANISATIONS:
        bit = rules.link_bit(need, provider)
        linked, used = (links & bit) > 0, provider_of == provider
        if not (reach[:, provider].any() or linked.any()):
            continue
        near = rules.linked_neighbour(home[linked], families, parameters)
        chance = rules.gain_chance(used, at(reach[:, provider] * near, home), parameters)
        may = np.flatnonzero(linked | (chance > 0))
        luck = sim.chance(f"households.link_{NEEDS[need]}_{PROVIDERS[provider]}")
        found = rules.next_links(
            at(linked, may), at(used, may), at(chance, may), luck.uniform(at(key, may)), parameters
        )
        next_links[may[found]] |= bit
    return rows, next_links


def record(sim: "Simulation") -> None:
    """Record who was reached, by need, provider, hukou group and decile, and who is linked."""
    households, breakdown, n = sim.households, sim.breakdown, sim.counties.n
    for need, served in zip(NEEDS, sim.served, strict=True):
        rows, provider = served.rows, served.provider
        weight, county = at(households.weight, rows), at(households.county, rows)
        # One column for each provider and, before them, one for those nobody served.
        column = county.astype(np.intp) * (1 + len(PROVIDERS)) + provider - UNSERVED
        by_provider = total_by(column, weight, n * (1 + len(PROVIDERS))).reshape(n, -1)
        whole = by_provider.sum(axis=1)
        sim.record.add("service_reach", by_provider[:, 1:].sum(axis=1), whole, need)
        for code, who in enumerate(PROVIDERS, start=1):
            sim.record.add("service_reach", by_provider[:, code], whole, need, who)
        cell = breakdown.of_households(rows)
        reached = weight * (provider != UNSERVED)
        above, below = (total_by(cell, values, breakdown.n) for values in (reached, weight))
        breakdown.record("service_reach", need, above, below)
    _record_links(sim)


def _record_links(sim: "Simulation") -> None:
    families = sim.county_sum(np.ones(sim.households.n))
    rows = np.flatnonzero(sim.households.org_links)
    links = sim.households.org_links[rows]

    def linked(bits: np.uint16) -> Float:
        having = rows[(links & bits) > 0]
        households = sim.households
        return total_by(households.county[having], households.weight[having], sim.counties.n)

    needs = tuple(range(len(NEEDS)))
    sim.record.add("linked_share", linked(rules.bits_of(needs)), families)
    for provider in ORGANISATIONS:
        part = linked(rules.bits_of(needs, (provider,)))
        sim.record.add("linked_share", part, families, group=PROVIDERS[provider])
