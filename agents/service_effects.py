"""What links to organisations bring to a household: word, help, counsel, work (b.8, j.4, g.4).

Pure functions: a link changes the chance of a step that the model has anyway, by one factor, and
adds nothing to an outcome. Each parameter at zero takes its effect away, to the last bit. Source:
S1 section 4 (organisations inform, train, accompany and give legal counsel; the union's sides).
"""

import numpy as np

from agents.organisations import BY_GRASSROOTS, BY_HUB, BY_INCUBATED, NEEDS
from agents.protocols import Parameters
from agents.service_links import ORGANISATIONS, Links, bits_of, count_links
from agents.table import Bool, Float

COUNSELS = (NEEDS.index("migrant_service"), NEEDS.index("poverty_casework"))
"""Needs whose services tell people of their rights, and train them for work."""
CARES = (NEEDS.index("elderly_care"), NEEDS.index("child_care"))
"""Needs whose services stand in for a member of the family."""
_MOST_LINKS = len(NEEDS) * len(ORGANISATIONS)
_RULES = "procurement.links."


def still_unaware(links: Links, parameters: Parameters) -> Float:
    """Return the chance that none of the linked organisations told of a scheme: (1 - p)^links."""
    return _silent(links, "awareness", parameters)


def or_told(chance: Float | float, links: Links, name: str, parameters: Parameters) -> Float:
    """Return the chance of a step of who may also be told of it: p + (1 - p) (1 - (1 - a)^links).

    Parameters
    ----------
    chance : ndarray of float64 or float
        Without organisations.
    links : ndarray of uint16, shape (k,)
    name : str
        Of the parameter a: "awareness" of assistance, "enrolment" in insurance, "registration".
    """
    told = 1 - _silent(links, name, parameters)
    more: Float = chance + (1 - chance) * told
    return more


def _silent(links: Links, name: str, parameters: Parameters) -> Float:
    told = parameters.number(f"{_RULES}{name}")
    by_number: Float = (1 - told) ** np.arange(_MOST_LINKS + 1.0)
    return by_number.take(count_links(links))


def cost_left(links: Links, parameters: Parameters) -> Float:
    """Return the part of the cost of applying that is left to who is helped with it (b.8)."""
    return np.where(links > 0, 1 - parameters.number(f"{_RULES}application_help"), 1.0)


def gives_counsel(links: Links) -> Bool:
    """Return who has a link through which he gets legal counsel, shape of `links`."""
    counselled: Bool = (links & bits_of(COUNSELS)) > 0
    return counselled


def through_hub(links: Links) -> Bool:
    """Return who gets counsel from hubs, the union and its like, shape of `links`."""
    linked: Bool = (links & bits_of(COUNSELS, (BY_HUB,))) > 0
    return linked


def left_alone(links: Links, dispute: Bool, draw: Float, parameters: Parameters) -> Bool:
    """Return whom hubs do not support against the employer, shape (k,) (g.4).

    In a labour dispute a hub sides with employer and government by a chance; who went to it is
    refused. Other claims it supports.

    Parameters
    ----------
    dispute : ndarray of bool, shape (k,)
        Whether the claim is against an employer.
    draw : ndarray of float64, shape (k,)
        Uniforms.
    """
    sides = draw < parameters.number(f"{_RULES}sides_with_employer")
    alone: Bool = dispute & through_hub(links) & sides
    return alone


def counselled(links: Links, alone: Bool) -> Bool:
    """Return who gets counsel for a claim: from others where the hub leaves him alone, (k,)."""
    others = (links & bits_of(COUNSELS, (BY_INCUBATED, BY_GRASSROOTS))) > 0
    gets: Bool = np.where(alone, others, gives_counsel(links))
    return gets


def with_counsel(chance: Float, counselled: Bool, parameters: Parameters) -> Float:
    """Return the chance of an answer to a claim, shape (k,) (j.4).

    Counsel makes up part of what is missing to certainty; what is suppressed stays unanswered.
    """
    part = parameters.number(f"{_RULES}counsel") * (counselled & (chance > 0))
    better: Float = chance + part * (1 - chance)
    return better


def knows_rights(known: Float, counselled: Bool, parameters: Parameters) -> Float:
    """Return the chance to know what one is owed; who has counsel is told of it, shape (k,)."""
    told = parameters.number(f"{_RULES}rights") * counselled
    better: Float = known + told * (1 - known)
    return better


def insurance_odds(links: Links, parameters: Parameters) -> Float:
    """Return what counsel adds to the log odds to accept insurance through work, (k,) (d.4)."""
    return np.where(gives_counsel(links), parameters.number(f"{_RULES}insurance_rights"), 0.0)


def work_factor(links: Links, parameters: Parameters) -> Float:
    """Return how much likelier a member finds regular work, shape of `links`.

    factor = (1 + training x 1[link that trains]) x (1 + freed x 1[link that cares]), the last for
    the old and for children: who looked after them at home has time for a job.
    """
    training = parameters.number(f"{_RULES}training")
    factor: Float = np.where(gives_counsel(links), 1.0 + training, 1.0)
    freed = parameters.schedule(f"{_RULES}freed")
    for need, share in zip(CARES, freed.tolist(), strict=True):
        factor *= 1 + share * ((links & bits_of((need,))) > 0)
    return factor


def told_by_advocates(hours: Float, families: Float, parameters: Parameters) -> Float:
    """Return the share of a county's households whom advocacy tells of their rights, (n_counties,).

    share = 1 - exp(-contacts an hour x hours of advocacy / households)

    Parameters
    ----------
    hours, families : ndarray of float64, shape (n_counties,)
        Hours of the year, and households; of the same, real or of one county.
    """
    contacts = parameters.number(f"{_RULES}advocacy_contacts") * hours
    return -np.expm1(-contacts / np.maximum(families, 1))
