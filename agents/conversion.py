"""How newcomers become registered where they live: who qualifies, who wishes to, who gets a place.

Pure functions on plain arrays, one entry a household that lives in town without being registered
there (rules c.1 and c.2). What each rung of the ladder asks is in ``hukou.eligibility``.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from agents.protocols import Parameters
from agents.table import Bool, Float, Int8, Key


class Rung:
    """How open a place is to registration: plain numbers, since columns are compared with them."""

    CLOSED: Final = 0
    INVESTMENT: Final = 1
    POINTS: Final = 2
    PERMIT: Final = 3
    ZERO_THRESHOLD: Final = 4


@dataclass(frozen=True)
class Newcomers:
    """What the rules ask of newcomer households, shape (n,) each.

    Attributes
    ----------
    savings : ndarray of float64
        Assets over the yearly local urban income per head.
    years, insured : ndarray of int
        Longest residence of a member, and of a member who works by contract.
    works, contract : ndarray of bool
        A member works at the place; one works by contract.
    skill : ndarray of int
        Highest schooling of a member who works there, 0 to 2.
    young : ndarray of bool
        No member who works there is past the age that counts as young.
    pupils : ndarray of bool
        Has a child of school age.
    relative : ndarray of bool
        Has a registered relative in the place.
    """

    savings: Float
    years: NDArray[np.integer]
    insured: NDArray[np.integer]
    works: Bool
    contract: Bool
    skill: NDArray[np.integer]
    young: Bool
    pupils: Bool
    relative: Bool

    def has_dwelling(self, parameters: Parameters) -> Bool:
        """Return who can be taken to live in a legal dwelling; savings stand for it."""
        return self.savings >= parameters.number("hukou.eligibility.dwelling")

    def has_stable_work(self, parameters: Parameters) -> Bool:
        """Return who works by contract, or without one for some years."""
        long_here = self.years >= parameters.number("hukou.eligibility.stable_years")
        return self.contract | (self.works & long_here)


def qualifies(rung: Int8, newcomers: Newcomers, parameters: Parameters) -> Bool:
    """Return who may register on the rung of the place, shape (n,).

    Closed: nobody. Investment: savings of that size. Points: the years insured. Permit: dwelling,
    stable work and the years of residence. Zero threshold: dwelling, stable work or a relative.

    Source: rule c.1; S0 section I for investment and zero threshold, S1 section 4 for the others.
    """
    number = parameters.number
    dwelling, stable = newcomers.has_dwelling(parameters), newcomers.has_stable_work(parameters)
    settled = newcomers.years >= number("hukou.eligibility.permit_years")
    may = {
        Rung.INVESTMENT: newcomers.savings >= number("hukou.eligibility.investment"),
        Rung.POINTS: newcomers.insured >= number("hukou.eligibility.insured_years"),
        Rung.PERMIT: dwelling & stable & settled,
        Rung.ZERO_THRESHOLD: dwelling | stable | newcomers.relative,
    }
    found: Bool = np.any([(rung == level) & allowed for level, allowed in may.items()], axis=0)
    return found


def points(newcomers: Newcomers, parameters: Parameters) -> Float:
    """Return points = 3 education + years insured + 2 dwelling + 1 young, shape (n,).

    Source: rule c.2; criteria as in S1 section 4.
    """
    number = parameters.number
    score = number("hukou.eligibility.points_education") * newcomers.skill + newcomers.insured
    score = score + number("hukou.eligibility.points_home") * newcomers.has_dwelling(parameters)
    return score + number("hukou.eligibility.points_young") * newcomers.young


def services_gained(there: Float, open_share: Float, at_home: Float) -> Float:
    """Return services that registration adds to what a household has now, shape (n,).

    Parameters
    ----------
    there, at_home : ndarray of float64
        Services of the place lived in and of the place of registration, for those registered.
    open_share : ndarray of float64
        Share of the services of the place lived in that are open without registration.
    """
    return there - np.maximum(open_share * there, at_home)


def wish(
    rung: Int8, gained: Float, gives_up_land: Bool, pupils: Bool, parameters: Parameters
) -> Float:
    """Return the probability to wish to register when one considers it, shape (n,).

    p = σ(beta x services gained - land given up - cost of the rung + child at school).

    Source: rule c.2.
    """
    number = parameters.number
    odds = number("hukou.conversion.services_weight") * gained
    odds = odds - number("hukou.conversion.land_weight") * gives_up_land
    odds -= parameters.schedule("hukou.conversion.cost")[rung]
    odds += number("hukou.conversion.pupils_weight") * pupils
    chance: Float = expit(odds)
    return chance


def within_quota(
    city: NDArray[np.integer], score: Float, key: Key, persons: Float, places: Float, draw: Float
) -> Bool:
    """Return who gets one of the places of the city, the highest score first, shape (n,).

    Parameters
    ----------
    city : ndarray of int
        City applied to.
    score, persons : ndarray of float64
        Points and real persons of each applicant household.
    key : ndarray of uint64
        Ranks equals.
    places : ndarray of float64, shape (n_cities,)
        Real persons for whom there are places.
    draw : ndarray of float64
        One uniform each: it decides over the household that fits in part, so that as many persons
        enter on average as there are places, however few applicants the sample holds.
    """
    order = np.lexsort((key, -score, city))
    ranked = city[order]
    # Sums of whole persons are exact, so that no rounding comes from the cities before.
    size = np.rint(persons[order]).astype(np.int64)
    before = np.cumsum(size) - size
    before -= before[np.searchsorted(ranked, ranked)]
    enters = np.empty(len(city), bool)
    enters[order] = before + draw[order] * size < places[ranked]
    return enters
