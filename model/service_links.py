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
from agents.table import Bool, Float, Int8, Int32, total_by
from agents.trust import note_requests
from policies.base import BROKEN_DOWN, Outcome
from policies.procurement_places import persons_in_need, poor_households

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
    """Needs of households and who met them this year, shape (n_households, 4) each, by need.

    Attributes
    ----------
    place : ndarray of int32
        Township in which a member needs the service; -1 where nobody does.
    provider : ndarray of int8
        Who served the household; `UNSERVED` where nobody did.
    """

    place: Int32
    provider: Int8

    @staticmethod
    def nobody(n: int) -> "Served":
        """Return that none of `n` households needs or gets a service."""
        shape = (n, len(NEEDS))
        return Served(np.full(shape, _NO_NEED, np.int32), np.full(shape, UNSERVED, np.int8))

    @property
    def needs(self) -> Bool:
        """Which households need which service, shape (n_households, 4)."""
        needed: Bool = self.place != _NO_NEED
        return needed


def link(sim: "Simulation") -> None:
    """Let households be served, trust by it, and gain and lose links (a.6, b.9)."""
    households = sim.households
    if not sim.is_on("procurement"):
        households.org_links[:] = 0
        sim.served = Served.nobody(households.n)
        return
    leave_behind(sim)
    reach = rules.reach_of(sim.service_hours, sim.service_need)
    sim.served = _serve(sim, reach)
    for tier, providers in rules.PROVIDERS_OF_TIER.items():
        rows, met = rules.asked_and_met(
            sim.served.needs, sim.served.provider, households.org_links, providers
        )
        note_requests(households, rows, met, sim.parameters, tier)
    links = np.zeros(households.n, np.uint16)
    homes = households.township[households.alive]
    families = np.bincount(homes, minlength=len(reach)).astype(np.float64)
    for need in range(len(NEEDS)):
        for provider in ORGANISATIONS:
            links |= _next_links(sim, need, provider, reach[:, need, provider], families)
    households.org_links = links


def leave_behind(sim: "Simulation") -> None:
    """Take their links from households that moved to another township or ended."""
    households = sim.households
    gone = (households.links_township != households.township) | ~households.alive
    households.org_links[gone] = 0
    households.links_township[:] = households.township


def _places_of_need(sim: "Simulation") -> Int32:
    """Return the township in which each household has a need, `_NO_NEED` if none, shape (n, 4).

    Where a member lives who needs it: a worker away from home is served where the work is.
    """
    persons, households = sim.persons, sim.households
    place = np.full((households.n, len(NEEDS)), _NO_NEED, np.int32)
    old, newcomers, children = persons_in_need(sim)
    concerned = {"elderly_care": old, "migrant_service": newcomers, "child_care": children}
    for need, rows in concerned.items():
        place[persons.household[rows], NEEDS.index(need)] = persons.township[rows]
    poor = poor_households(sim)
    place[poor, NEEDS.index("poverty_casework")] = households.township[poor]
    return place


def _serve(sim: "Simulation", reach: Float) -> Served:
    """Draw by whom each household in need is served, by reach at the place of the need."""
    place = _places_of_need(sim)
    provider = np.full(place.shape, UNSERVED, np.int8)
    for need, name in enumerate(NEEDS):
        rows = np.flatnonzero(place[:, need] != _NO_NEED)
        draw = sim.chance(f"households.served_{name}").uniform(sim.households.key[rows])
        provider[rows, need] = rules.who_serves(reach[place[rows, need], need], draw)
    return Served(place, provider)


def _next_links(
    sim: "Simulation", need: int, provider: int, reach: Float, families: Float
) -> rules.Links:
    """Return next year's links for a need to a provider, shape (n_households,).

    Parameters
    ----------
    reach : ndarray of float64, shape (n_townships,)
        Of this provider for this need.
    families : ndarray of float64, shape (n_townships,)
        Households.
    """
    households, parameters = sim.households, sim.parameters
    bit = rules.link_bit(need, provider)
    linked: Bool = (households.org_links & bit) > 0
    alive = households.alive
    # Who ended has no links any more.
    near = rules.linked_neighbour(households.township[linked], families, parameters)
    used: Bool = sim.served.provider[:, need] == provider
    heard = (reach * near > 0)[households.township]
    rows = np.flatnonzero(alive & (linked | used | heard))
    home = households.township[rows]
    chance = rules.gain_chance(used[rows], reach[home], near[home], parameters)
    name = f"households.link_{NEEDS[need]}_{PROVIDERS[provider]}"
    draw = sim.chance(name).uniform(households.key[rows])
    found = rules.next_links(linked[rows], used[rows], chance, draw, parameters)
    links = np.zeros(households.n, np.uint16)
    links[rows[found]] = bit
    return links


def record(sim: "Simulation") -> None:
    """Record who was reached, by need, provider, hukou group and decile, and who is linked."""
    households, breakdown = sim.households, sim.breakdown
    for need, name in enumerate(NEEDS):
        rows = np.flatnonzero(sim.served.needs[:, need] & households.alive)
        weight, provider = households.weight[rows], sim.served.provider[rows, need]
        county, cell = households.county[rows], breakdown.of_households(rows)
        whole = total_by(county, weight, sim.counties.n)
        reached = weight * (provider != UNSERVED)
        part = total_by(county, reached, sim.counties.n)
        sim.record.add("service_reach", part, whole, name)
        for code, who in enumerate(PROVIDERS):
            part = total_by(county, weight * (provider == code), sim.counties.n)
            sim.record.add("service_reach", part, whole, name, who)
        above, below = (total_by(cell, values, breakdown.n) for values in (reached, weight))
        breakdown.record("service_reach", name, above, below)
    _record_links(sim)


def _record_links(sim: "Simulation") -> None:
    links = sim.households.org_links
    families = sim.county_sum(np.ones(sim.households.n))

    def linked(bits: np.uint16) -> Float:
        return sim.county_sum((links & bits) > 0)

    needs = tuple(range(len(NEEDS)))
    sim.record.add("linked_share", linked(rules.bits_of(needs)), families)
    for provider in ORGANISATIONS:
        part = linked(rules.bits_of(needs, (provider,)))
        sim.record.add("linked_share", part, families, group=PROVIDERS[provider])
