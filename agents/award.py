"""Lots of services, who bids for them, and who gets them (rules g.2 and g.3). Pure functions.

A pair is a lot with one of those who might bid for it; pairs stand in the order of lots. Source: S1
section 4 and Table 3 (six procedures); Jing and Chen 2012 (competition that only looks so).
"""

from dataclasses import dataclass

import numpy as np

from agents.protocols import Parameters
from agents.table import Bool, Float, Int8, Rows, at, numbered

MODES = ("delegation", "competitive", "bargaining", "designated", "subsidy", "voucher")
"""Procedures of S1 Table 3, in the order of the outcome's groups."""
DELEGATION, COMPETITIVE, BARGAINING, DESIGNATED, SUBSIDY, VOUCHER = range(len(MODES))
FAILED = -1
"""Mode of a tender without any bidder."""
NOBODY = -1
CONTESTED = 2
"""Bidders from which on a lot is contested."""
_RULES = "procurement.award."
_LOTS = "procurement.lots."
_HALF = 0.5


@dataclass(frozen=True)
class Bids:
    """Bids for lots, shape (k,) each, by lot.

    Attributes
    ----------
    lot, organisation : ndarray of intp
        Rows.
    quality, tie : ndarray of float64
        Skill of the staff; closeness to the Party-state, foreign money taken off.
    price : ndarray of float64
        Price over the cost of the staff.
    reports : ndarray of bool
        Whether it has reported on an earlier lot.
    hub : ndarray of bool
        Whether it is a hub.
    luck : ndarray of float64
        Uniform draw of the pair.
    """

    lot: Rows
    organisation: Rows
    quality: Float
    tie: Float
    price: Float
    reports: Bool
    hub: Bool
    luck: Float


def pairs(group: Rows, members: Rows) -> tuple[Rows, Rows]:
    """Return all pairs of an item with the members of its group: item and member, in order.

    Parameters
    ----------
    group : ndarray of intp, shape (n,)
        Group of each item.
    members : ndarray of intp, shape (m,)
        Group of each member; below zero: of none.
    """
    order = np.argsort(members, kind="stable")
    sorted_ = members[order]
    first = np.searchsorted(sorted_, group, "left")
    count = np.searchsorted(sorted_, group, "right") - first
    item = np.repeat(np.arange(len(group)), count)
    return item, at(order, np.repeat(first, count) + numbered(count))


def wants(fits: Bool, strained: Bool, size: Float, staff: Float, parameters: Parameters) -> Bool:
    """Return who of the pairs would tender: fit or in need of money, and large enough, shape (k,).

    Parameters
    ----------
    fits, strained : ndarray of bool, shape (k,)
        The lot is its mission; it is short of money, and takes what there is.
    size, staff : ndarray of float64, shape (k,)
        Workers the lot asks for; workers it has.
    """
    able = size <= parameters.number(f"{_RULES}stretch") * staff
    would: Bool = (fits | strained) & able
    return would


def modes(bidders: Rows, hub_bids: Bool, size: Float, luck: Float, parameters: Parameters) -> Int8:
    """Return the procedure of each lot (g.2), shape (n,).

    Nobody: the tender fails. What is too small is paid as a subsidy, a share is given out as
    vouchers. One bidder is designated. With more, a share of lots is opened: the county bargains
    with few and invites tenders from many; the others are delegated.

    Parameters
    ----------
    bidders : ndarray of intp, shape (n,)
        Number of bidders.
    hub_bids : ndarray of bool, shape (n,)
        Whether a hub that is to mediate is among them: what is not opened is then its mandate.
    size : ndarray of float64, shape (n,)
        Workers the lot pays for.
    luck : ndarray of float64, shape (2, n)
        Draws for vouchers and for opening.
    """
    number = parameters.number
    few = bidders <= number(f"{_LOTS}few")
    opened = luck[1] < number(f"{_LOTS}open_share")
    chosen = np.where(few, BARGAINING, COMPETITIVE)
    # Without a mandate for hubs a county talks to the few it knows.
    closed = np.where(few & ~hub_bids, BARGAINING, DELEGATION)
    mode = np.where(opened, chosen, closed)
    mode[bidders < CONTESTED] = DESIGNATED
    mode[luck[0] < number(f"{_LOTS}voucher_share")] = VOUCHER
    mode[size < number(f"{_LOTS}least_staff")] = SUBSIDY
    mode[bidders == 0] = FAILED
    return mode.astype(np.int8)


def scores(bids: Bids, mode: Int8, tie_weight: Float, parameters: Parameters) -> Float:
    """Return z = w_q quality + w_tie tie - w_p price + w_rep reports of each bid, shape (k,) (g.3).

    Under delegation ties count threefold; bargaining takes off part of the margin; a subsidy knows
    no price.

    Parameters
    ----------
    mode : ndarray of int8, shape (n,)
        Procedure of each lot.
    tie_weight : ndarray of float64, shape (n,)
        Of the regime of each lot's county.
    """
    number = parameters.number
    here = mode[bids.lot]
    ties = tie_weight[bids.lot] * bids.tie
    ties *= np.where(here == DELEGATION, number(f"{_RULES}delegated_tie"), 1)
    price = prices(bids, mode, parameters) * (here != SUBSIDY)
    z: Float = number(f"{_RULES}quality_weight") * bids.quality + ties
    z += number(f"{_RULES}report_weight") * bids.reports
    return z - number(f"{_RULES}price_weight") * price


def prices(bids: Bids, mode: Int8, parameters: Parameters) -> Float:
    """Return the price agreed for each bid over the cost of staff, shape (k,)."""
    left = parameters.number(f"{_RULES}bargained")
    margin = np.where(mode[bids.lot] == BARGAINING, left, 1) * (bids.price - 1)
    return 1 + np.maximum(margin, 0)


def award(bids: Bids, z: Float, n_lots: int) -> Rows:
    """Return the bid that wins each lot, a logit by the draw of the pair; `NOBODY` without bids.

    The largest z plus Gumbel noise wins, which is a logit over z; the noise of a pair is the same
    in every history.
    """
    winner = np.full(n_lots, NOBODY, np.intp)
    if not len(z):
        return winner
    noisy = z - np.log(-np.log(bids.luck))
    first = np.flatnonzero(np.diff(bids.lot, prepend=NOBODY))
    count = np.diff(first, append=len(z))
    best = np.flatnonzero(noisy == np.repeat(np.maximum.reduceat(noisy, first), count))
    # Of equals the first: the last one written stays.
    winner[bids.lot[best[::-1]]] = best[::-1]
    return winner


def kinds_that_bid(bids: Bids, n_lots: int) -> Bool:
    """Return whether hubs and whether others bid for each lot, shape (n_lots, 2)."""
    there = np.zeros((n_lots, len(("hub", "other"))), bool)
    there[bids.lot, np.where(bids.hub, 0, 1)] = True
    return there


def sub_contracts(trust: Float, tie: Float, luck: Float) -> Bool:
    """Return which organisations a hub would pass work to, by trust and alignment (g.4)."""
    passes: Bool = luck < _HALF * (trust + tie)
    return passes
