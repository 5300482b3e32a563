"""Links of households to organisations that serve them (rule a.6).

A household is linked to a kind of provider for a need, or it is not: one bit each in the column
``org_links``. Stations of the state have no bit, as the committee of the place reaches everybody.
Pure functions on arrays; what links bring is in `agents.service_effects`. Source: S1 section 4.
"""

from collections.abc import Sequence

import numpy as np

from agents.organisations import BY_GRASSROOTS, BY_HUB, BY_INCUBATED, PROVIDERS
from agents.protocols import Parameters
from agents.table import Bool, Float, Int8, Int32, Rows, UInt16, at

Links = UInt16
"""Links of households: the bit of `link_bit` is set where there is one."""
ORGANISATIONS = (BY_HUB, BY_INCUBATED, BY_GRASSROOTS)
"""Providers to which households can be linked."""
PROVIDERS_OF_TIER = {"gongo": (BY_HUB,), "ngo": (BY_INCUBATED, BY_GRASSROOTS)}
"""Whose service decides about trust in hubs and in other organisations."""
UNSERVED = -1
"""Provider of who needs a service and gets none."""
_RULES = "procurement.links."


def link_bit(need: int, provider: int) -> np.uint16:
    """Return the bit of a link for a need to a provider."""
    return np.uint16(1 << (need * len(PROVIDERS) + provider))


def bits_of(needs: tuple[int, ...], providers: tuple[int, ...] = ORGANISATIONS) -> np.uint16:
    """Return the bits of all links for some needs to some providers."""
    return np.uint16(sum(int(link_bit(need, who)) for need in needs for who in providers))


def count_links(links: Links) -> Int8:
    """Return to how many organisations each household is linked, shape of `links`."""
    return np.bitwise_count(links).astype(np.int8)


def reach_of(hours: Float, needed: Float) -> Float:
    """Return the chance that who needs a service gets it from each provider, (n_townships, 4, 4).

    reach = hours delivered / hours needed, scaled down where more is delivered than is needed.

    Parameters
    ----------
    hours : ndarray of float64, shape (n_townships, 4, 4)
        By need and provider.
    needed : ndarray of float64, shape (n_townships, 4)
    """
    whole = np.maximum(needed, hours.sum(axis=-1))[:, :, None]
    reach: Float = np.divide(hours, whole, out=np.zeros_like(hours), where=whole > 0)
    return reach


def who_serves(reach: Float, place: Int32, draw: Float) -> Int8:
    """Return by whom each of k households in need is served; `UNSERVED` by nobody, shape (k,).

    Parameters
    ----------
    reach : ndarray of float64, shape (n_townships, 4)
        Of each provider.
    place : ndarray of int32, shape (k,)
        Townships of the need.
    draw : ndarray of float64, shape (k,)
        Uniforms. More hours of any provider leave nobody without a service who had one.
    """
    bounds = np.cumsum(reach, axis=1).T.copy()
    provider = np.zeros(len(draw), np.int8)
    for bound in bounds:
        provider += draw >= at(bound, place)
    provider[provider == len(PROVIDERS)] = UNSERVED
    return provider


def linked_neighbour(homes: Int32, families: Float, parameters: Parameters) -> Float:
    """Return the chance that one of a household's acquaintances is linked, by township, (n,).

    Parameters
    ----------
    homes : ndarray of int32, shape (k,)
        Townships of those who are linked.
    families : ndarray of float64, shape (n,)
        Households by township.
    """
    share = np.bincount(homes, minlength=len(families)) / np.maximum(families, 1)
    chance: Float = 1 - (1 - share) ** parameters.number(f"{_RULES}acquaintances")
    return chance


def gain_chance(used: Bool, told: Float, parameters: Parameters) -> Float:
    """Return the chance of who has the need and no link to gain one, shape (k,) (a.6).

    0.3 for who used the service, which happens with chance reach; 0.3 x reach x the chance that an
    acquaintance is linked for the others.

    Parameters
    ----------
    told : ndarray of float64, shape (k,)
        Reach x the chance that an acquaintance is linked.
    """
    chance: Float = parameters.number(f"{_RULES}gain") * np.where(used, 1, told)
    return chance


def next_links(
    linked: Bool, used: Bool, chance: Float, draw: Float, parameters: Parameters
) -> Bool:
    """Return who is linked next year, shape (k,): gained by `chance`, lost if unused (a.6)."""
    stays = used | (draw >= parameters.number(f"{_RULES}loss"))
    return np.where(linked, stays, draw < chance)


def asked_and_met(
    needs: Sequence[tuple[Rows, Int8]], links: Links, providers: tuple[int, ...]
) -> tuple[Rows, Bool]:
    """Return who asked some providers for a service, and whose request was met (b.9).

    Who was served by them asked; so did who is linked to one for a need and was not served by
    anybody. Rows each once, shape (k,), and whether any request was met.

    Parameters
    ----------
    needs : sequence of (ndarray of intp, ndarray of int8)
        By need the households that have it, and who served them: a provider, or `UNSERVED`.
    """
    met, asked = np.zeros(len(links), bool), np.zeros(len(links), bool)
    # One entry for each provider and, before them, one for the unserved.
    is_theirs = np.zeros(1 + len(PROVIDERS), bool)
    is_theirs[[provider - UNSERVED for provider in providers]] = True
    for need, (rows, provider) in enumerate(needs):
        met[rows[at(is_theirs, provider - UNSERVED)]] = True
        unserved = rows[provider == UNSERVED]
        asked[unserved[(at(links, unserved) & bits_of((need,), providers)) > 0]] = True
    rows = np.flatnonzero(asked | met)
    return rows, met[rows]
