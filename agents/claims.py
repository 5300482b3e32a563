"""Claims: who has a grievance, which channel he takes, and whether he is answered (rules j).

Pure functions on plain arrays of `k` households with a grievance. A grievance is counted in dibao
lines a head, so that a yuan weighs more where little is needed to live; the cost of a channel is a
share of income. Source: S0 section III (claims as the new driver, hearings that are shows); S2
section 4.3.3 (channels of complaint); Chen, Pan and Xu 2016, AJPS 60 (what makes counties answer).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammainc

from agents.protocols import Parameters
from agents.table import Bool, Float, Float32, Int8, Int32, Rows, total_by

GROUNDS = ("assistance", "absent", "premiums", "overload", "work")
"""What a claim is about: the dibao roll; a dibao scheme that other counties have and this one has
not; premiums an employer owes; crowded schools and clinics; work lost without what was due."""
ASSISTANCE, ABSENT, PREMIUMS, OVERLOAD, WORK = range(len(GROUNDS))
CHANNELS = ("again", "hotline", "petition", "collective")
"""Apply again; hotline, mailbox or a visit; petition to the upper level; claim together."""
AGAIN, HOTLINE, PETITION, COLLECTIVE = range(len(CHANNELS))
SILENT = -1
"""Channel of those who do not claim."""
LEFT, CONCEDE, BUY_OFF, SUPPRESS, CONCEAL = range(5)
"""What a leader has ordered about unrest: nothing, or one of four; column ``stability_choice``."""
Bits = NDArray[np.uint8]
"""Channels a household has tried in vain: bit c stands for channel c."""


@dataclass(frozen=True)
class Asked:
    """Claims of a year, shape (k,) each.

    Attributes
    ----------
    ground, channel : ndarray of int8
        See `GROUNDS` and `CHANNELS`.
    order : ndarray of int8
        What the county asked has ordered about unrest, `LEFT` to `CONCEAL`.
    """

    ground: Int8
    channel: Int8
    order: Int8


def assistance_grievance(gap: Float, unfair: Bool, known: Float, parameters: Parameters) -> Float:
    """Return the grievance of who was refused dibao, lines a head, shape (k,).

    G = (entitled - received) / line + unfairness x known x 1[a neighbour no poorer is served]

    Parameters
    ----------
    gap : ndarray of float64, shape (k,)
        Share of the line by which income falls short, for members who are not served.
    unfair : ndarray of bool, shape (k,)
        Whether a neighbour of the same or higher income is on the roll.
    known : ndarray of float64, shape (k,)
        How much neighbours know of who is on the roll: more where lists are posted.
    """
    return gap + parameters.number("claims.rules.unfairness") * known * unfair


def fitting(ground: Int8, tried: Bits, shared: Bool) -> Bool:
    """Return which channels fit each grievance, shape (k, 4).

    Applying again fits assistance only. A petition fits who was refused before; so does a
    collective, where neighbours share the grievance. Who lost his work was refused by the firm,
    and where others lost theirs he goes with them rather than alone. What was tried in vain fits no
    more.
    """
    refused, dismissed = tried > 0, ground == WORK
    fits = np.ones((len(ground), len(CHANNELS)), bool)
    fits[:, AGAIN] = ground == ASSISTANCE
    fits[:, HOTLINE] = ~(dismissed & shared)
    fits[:, PETITION] = refused
    fits[:, COLLECTIVE] = (refused | dismissed) & shared
    untried: Bool = tried[:, None] >> np.arange(len(CHANNELS), dtype=np.uint8) & 1 == 0
    fits &= untried
    return fits


def worth_of(grievance: Float, efficacy: Float, income: Float, reluctance: Float) -> Float:
    """Return what a claim is worth, as share of a year's income, shape (k,).

    worth = G x efficacy / (income x reluctance), income in lines a head as the grievance is.
    """
    tiny = np.finfo(np.float64).tiny
    worth: Float = grievance * efficacy / np.maximum(income * reluctance, tiny)
    return worth


def may_pay(worth: Float, cost: Sequence[Float | float], hope: Float) -> Rows:
    """Return whom some channel would be worth its cost, if it fitted; positions.

    Parameters
    ----------
    worth : ndarray of float64, shape (k,)
        See `worth_of`.
    cost : sequence of 4
        Of each channel, as share of a year's income: one for all, or shape (k,).
    hope : ndarray of float64, shape (4,)
        Success expected of each channel, relative to efficacy.
    """
    least = np.inf * np.ones(len(worth))
    for channel, price in enumerate(cost):
        np.minimum(least, price / hope[channel], out=least)
    return np.flatnonzero(worth > least)


def channel_taken(worth: Float, cost: Sequence[Float | float], hope: Float, fits: Bool) -> Int8:
    """Return the channel each takes: the cheapest that fits; `SILENT` if it is not worth its cost.

    Claim if worth x hope of the channel > cost of the channel. Parameters as `may_pay`, and `fits`
    (k, 4): which channels are open to whom.
    """
    channel = np.full(len(worth), SILENT, np.int8)
    least = np.full(len(worth), np.inf)
    for one, price in enumerate(cost):
        cheaper = np.flatnonzero(fits[:, one] & (price < least))
        least[cheaper] = np.broadcast_to(price, worth.shape)[cheaper]
        channel[cheaper] = one
    # Who has no channel is silent, and what the last entry of hope says of him is not used.
    claims = (channel != SILENT) & (worth * hope[channel] > least)
    return np.where(claims, channel, np.int8(SILENT))


def chance_to_share(
    cell: NDArray[np.integer], aggrieved: Float, families: Float, parameters: Parameters
) -> Float:
    """Return the chance to find enough neighbours who share a grievance, shape (n_cells,) (j.3).

    A household of the sample stands for many real ones, so that five cannot be counted. A real
    household is in touch with a circle of others; where a share s of the neighbours has a grievance
    on one ground, circle x s of them share it on average, and how many do so follows a Poisson
    distribution. Enough are ``sharers`` and more.

    Parameters
    ----------
    cell : ndarray of int, shape (k,)
        Neighbourhood (township and kind of home) and ground of each household with a grievance.
    aggrieved : ndarray of float64, shape (k,)
        Real households it stands for; zero for who lives elsewhere.
    families : ndarray of float64, shape (n_cells,)
        Real households of the neighbourhood of each cell.
    """
    number = parameters.number
    share = total_by(cell, aggrieved, len(families)) / np.maximum(families, 1)
    mean = number("claims.channels.circle") * share
    chance: Float = gammainc(number("claims.channels.sharers"), mean).astype(np.float64)
    return chance


def work_grievance(
    laid_off: Float, helped: Float, line: Float, size: Float, parameters: Parameters
) -> Float:
    """Return the grievance of households that lost work, lines a head, shape (k,) (j.1, k.1).

    G = [loss x persons who lost their work - transfers / line]+ / size

    Parameters
    ----------
    laid_off : ndarray of float64, shape (k,)
        Members who lost their work lately and have none.
    helped : ndarray of float64, shape (k,)
        Transfers of the year, unemployment benefit and dibao among them, yuan.
    line, size : ndarray of float64, shape (k,)
        Dibao line, yuan/person/year, and members of the household.
    """
    loss = parameters.number("claims.rules.work_loss") * laid_off
    owed: Float = np.maximum(loss - helped / np.maximum(line, 1), 0) / np.maximum(size, 1)
    return owed


def incident_chance(unrest: Float, order: Int8, parameters: Parameters) -> Float:
    """Return the chance that unrest becomes an incident known above, shape (n_counties,) (j.3).

    p = incident x (1 - exp(-unrest / size)) x (1 - relief of the order + fear x exposure of it),
    the last as leaders reckon with it (`agents.stability`).

    Parameters
    ----------
    unrest : ndarray of float64, shape (n_counties,)
        Share of households in collective claims, seen or not.
    order : ndarray of int8, shape (n_counties,)
        What the county orders, `LEFT` to `CONCEAL`.
    """
    number, schedule = parameters.number, parameters.schedule
    size = -np.expm1(-unrest / number("claims.stability.incident_size"))
    relief, exposure = (schedule(f"incentives.stability.{key}") for key in ("relief", "exposure"))
    open_ = 1 - relief + number("incentives.stability.fear") * exposure
    chance = number("claims.stability.incident") * size * open_[order]
    return np.clip(chance, 0, 1)


def response_chance(
    asked: Asked, stability: Float, effort: Float, once: Bool, parameters: Parameters
) -> Float:
    """Return the chance that the government answers a claim, shape (k,) (rule j.2).

    sigma(base + 1[collective] + 1[upper level told] + (stability weight - mean) + (effort - 1)
    + 1["no more than once"]), each with its weight. A leader who suppresses answers no collective
    and no petition; one who concedes or buys off answers every collective.

    Parameters
    ----------
    asked : Asked
    stability : ndarray of float64, shape (k,)
        Share of the leader's effort that goes into stability.
    effort : ndarray of float64, shape (k,)
        Delivery of the department asked, 1 as usual.
    once : ndarray of bool, shape (k,)
        Whether the place has the "no more than once" reform.

    Notes
    -----
    Source: Chen, Pan and Xu 2016 for the base and the direction of both threats.
    """
    number, answers = parameters.number, "claims.answers."
    together, upwards = asked.channel == COLLECTIVE, asked.channel == PETITION
    odds = number(f"{answers}base") + number(f"{answers}collective") * together
    odds = odds + number(f"{answers}upper_level") * upwards
    odds += number(f"{answers}stability") * (stability - number(f"{answers}stability_mean"))
    odds += number(f"{answers}effort") * (effort - 1)
    odds += number("claims.service.once_response") * once
    chance: Float = expit(odds)
    chance = np.where(is_hidden(asked), 0, chance)
    appeased = together & ((asked.order == CONCEDE) | (asked.order == BUY_OFF))
    return np.where(appeased, 1, chance)


def remedy_chance(asked: Asked, parameters: Parameters) -> Float:
    """Return the chance that an answer also remedies the case, shape (k,).

    Petitions to the upper level are answered, and hardly ever remedied (Yu Jianrong's survey). Who
    concedes remedies more of the collective claims; who is bought off gets money instead. Nobody
    can be put on the roll of a scheme that the county does not have.
    """
    number = parameters.number
    together = asked.channel == COLLECTIVE
    chance = np.full(len(asked.channel), number("claims.answers.remedy"))
    chance[asked.channel == PETITION] = number("claims.answers.remedy_upper")
    chance[together & (asked.order == CONCEDE)] = number("claims.stability.conceded")
    chance[together & (asked.order == BUY_OFF)] = 0
    chance[asked.ground == ABSENT] = 0
    return chance


def is_hidden(asked: Asked) -> Bool:
    """Return which claims a county suppresses: collective ones, and petitioners it stops."""
    loud = (asked.channel == COLLECTIVE) | (asked.channel == PETITION)
    hidden: Bool = loud & (asked.order == SUPPRESS)
    return hidden


def orders(chosen: Int8, unrest: Bool, draw: Float, parameters: Parameters) -> Int8:
    """Return what each county orders about unrest this year, shape (n_counties,).

    Parameters
    ----------
    chosen : ndarray of int8, shape (n_counties,)
        What its leader chose; `LEFT` where he left it open.
    unrest : ndarray of bool, shape (n_counties,)
        Whether there are collective claims. Where the leader left it open, the office then does
        what such offices do, by chance.
    draw : ndarray of float64, shape (n_counties,)
        Uniforms.
    """
    bounds = np.cumsum(parameters.schedule("claims.stability.chances"))
    usual = np.searchsorted(bounds, draw, side="right") + 1
    usual = np.where(unrest & (usual <= CONCEAL), usual, LEFT)
    return np.where(chosen == LEFT, usual, chosen).astype(np.int8)


def expected_success(efficacy: Float32, empty_rounds: Float, parameters: Parameters) -> Float:
    """Return the success people expect: less after two hearings in a row that were only for show.

    Parameters
    ----------
    efficacy : ndarray of float32, shape (k,)
        What they and their acquaintances lived through.
    empty_rounds : ndarray, shape (k,)
        Years in a row with hearings for show at the place.
    """
    participation = "claims.participation."
    tired = empty_rounds >= parameters.number(f"{participation}patience")
    return efficacy * (1 - parameters.number(f"{participation}show_loss") * tired)


def fear_by_township(
    home: Int32, silenced: Bool, weight: Float, n_townships: int, parameters: Parameters
) -> Float:
    """Return how much people fear to ask: share of claims silenced by force x what all would cost.

    Parameters
    ----------
    home : ndarray of int32, shape (k,)
        Township of each claimant; `silenced` and `weight` are theirs.

    Returns
    -------
    ndarray of float64, shape (n_townships,)
    """
    claims = total_by(home, weight, n_townships)
    fear: Float = total_by(home, weight * silenced, n_townships) / np.maximum(claims, 1)
    return fear * parameters.number("claims.stability.fear")


def learn(
    efficacy: Float32,
    township: Int32,
    rows: Rows,
    success: Float,
    weight: Float,
    fear: Float,
    parameters: Parameters,
) -> None:
    """Move efficacy, in place, to the success of acquaintances and then to one's own.

    e <- e + speed (mean success in the township - e), then x (1 - fear of the township), and for
    who claimed e <- e + own (success - e).

    Parameters
    ----------
    efficacy, township : ndarray, shape (n,)
        Of all households.
    rows : ndarray of intp, shape (k,)
        Who claimed; `success` (0 or 1) and `weight` are theirs.
    fear : ndarray of float64, shape (n_townships,)
        See `fear_by_township`.
    """
    home = township[rows]
    claims = total_by(home, weight, len(fear))
    mean = total_by(home, weight * success, len(fear)) / np.maximum(claims, 1)
    heard = np.where(claims > 0, parameters.number("claims.rules.acquaintances"), 0)
    # e + heard (mean - e), then x (1 - fear), as one line in e.
    slope, level = (1 - heard) * (1 - fear), heard * mean * (1 - fear)
    # Taking with "clip", which no township needs, is twice as fast.
    efficacy *= slope.astype(np.float32).take(township, mode="clip")
    efficacy += level.astype(np.float32).take(township, mode="clip")
    own = parameters.number("claims.rules.own_experience")
    efficacy[rows] += own * (success - efficacy[rows])
