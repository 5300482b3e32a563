"""How organisations come, register and go (rules g.5 to g.7). Pure functions.

Source: S1 section 4: organisations are scarce below the metropolis, registration is eased by rungs
and places, many stay unregistered or register as firms, foreign money draws suspicion.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import pdtr

from agents.organisations import FIRM, REGISTERED, UNREGISTERED
from agents.protocols import Parameters
from agents.table import Bool, Float, Int8, Int32, Rows

MOST_FOUNDED = 4
"""Slots for new organisations of one kind in a place and year."""
REASONS = ("deficit", "merged", "fatigue", "foreign")
"""Why an organisation is no more."""
DEFICIT, MERGED, FATIGUE, FOREIGN = range(len(REASONS))
STAYS = -1
_RULES = "procurement.organisations."


def founding_rate(
    unmet: Float, trust: Float, known: Float, by_kind: Float, parameters: Parameters
) -> Float:
    """Return new grassroots organisations expected by township and year, shape (n,) (g.6).

    rate = nu0 x unmet need x social capital x by kind of county x (1 + example x known)

    Parameters
    ----------
    unmet : ndarray of float64, shape (n,)
        Share of the hours needed last year that nobody delivered.
    trust : ndarray of float64, shape (n,)
        Social capital: trust in organisations over that at the start; 1 if there was none.
    known : ndarray of float64, shape (n,)
        Organisations of the county for each of its townships.
    by_kind : ndarray of float64, shape (n,)
    """
    number = parameters.number
    rate: Float = number(f"{_RULES}founding_rate") * unmet * trust * by_kind
    return rate * (1 + number(f"{_RULES}example") * known)


def how_many(rate: Float, uniform: Float, most: int = MOST_FOUNDED) -> Rows:
    """Return Poisson numbers by the inverse distribution, cut at `most`; same shape."""
    below = pdtr(np.arange(most), np.asarray(rate)[..., None])
    number: Rows = (np.asarray(uniform)[..., None] > below).sum(axis=-1)
    return number


def need_taken_up(unmet: Float, uniform: Float) -> Int8:
    """Return for which need each is founded, by unmet hours, shape (k,).

    Parameters
    ----------
    unmet : ndarray of float64, shape (k, 4)
        Hours that nobody delivered in its place, by need.
    uniform : ndarray of float64, shape (k,)
    """
    reached = np.cumsum(unmet, axis=1)
    return (uniform[:, None] * reached[:, -1:] > reached[:, :-1]).sum(axis=1).astype(np.int8)


def register(chance: Float, luck: Float, firm_luck: Float, parameters: Parameters) -> Int8:
    """Return the status of each: registered where its luck lies below the chance of the rung.

    Luck lasts, so that who was refused is admitted when the rung is eased far enough. Of those
    refused some register as firms, the others work without.
    """
    firm = firm_luck < parameters.number(f"{_RULES}firm_share")
    refused = np.where(firm, FIRM, UNREGISTERED)
    return np.where(luck < chance, REGISTERED, refused).astype(np.int8)


def at_places(code: Int32, places: Sequence[float]) -> Bool:
    """Return which division codes lie in one of some places (codes of 2 to 6 digits; 0: none)."""
    inside = np.zeros(len(code), bool)
    text = code.astype(str)
    for place in places:
        if place:
            inside |= np.char.startswith(text, str(int(place)))
    return inside


def suspicion(foreign_share: Float, firm: Bool, stability: Float, parameters: Parameters) -> Float:
    """Return the chance to be closed for foreign money, shape (n,) (g.7).

    chance = susp x share of foreign money x weight of stability; firms hide in part.
    """
    number = parameters.number
    seen = np.where(firm, number(f"{_RULES}hidden_as_firm"), 1)
    chance = number(f"{_RULES}closed_for_foreign") * foreign_share * seen * stability
    return np.minimum(chance, 1)


def closing(
    deficit_years: Int8,
    has_partner: Bool,
    unpaid: Bool,
    suspected: Float,
    luck: Float,
    parameters: Parameters,
) -> Int8:
    """Return why each closes, a place in `REASONS`, or `STAYS`, shape (n,).

    Parameters
    ----------
    deficit_years : ndarray of int8
        Years in debt in a row.
    has_partner : ndarray of bool
        Whether there is another of its mission and county to join.
    unpaid : ndarray of bool
        Whether nobody there is paid.
    suspected : ndarray of float64
        See `suspicion`.
    luck : ndarray of float64, shape (3, n)
        Draws for merging, giving up and being closed.
    """
    number = parameters.number
    merge_luck, tired_luck, foreign_luck = luck
    reason = np.full(len(deficit_years), STAYS, np.int8)
    reason[unpaid & (tired_luck < number(f"{_RULES}fatigue"))] = FATIGUE
    merges = (deficit_years > 0) & has_partner & (merge_luck < number(f"{_RULES}merges"))
    reason[deficit_years >= number(f"{_RULES}deficit_years")] = DEFICIT
    reason[merges] = MERGED
    reason[foreign_luck < suspected] = FOREIGN
    return reason
