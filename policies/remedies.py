"""What a claim that succeeds brings: another look, a place on the roll, premiums, money (rule j).

A remedy of a dibao case is an entry in the households column ``dibao_review``, which next year's
verification and ranking read. Source: Pan 2015 (assistance used for order) for places and money
that are given to keep the peace.
"""

import numpy as np

from agents.enrolment import PENSION, SCHEMES
from agents.table import Bool, Column, Float, Int32, Rows, total_by
from policies.base import World
from policies.participation import by_rung
from policies.registration import ClaimPlaces, claim_lines
from policies.worker_columns import county_of, weights

REVIEWED, PLEDGED = 1, 2
"""Codes of ``dibao_review``; zero: nothing was promised."""
REVIEW = (np.int8, Column("code", "promised for next year: 1 another look at dibao, 2 a place"))
"""Column of households."""


def is_pledged(sim: World, rows: Rows) -> Bool:
    """Return to which of `rows` a place on the roll was pledged last year."""
    pledged: Bool = sim.households["dibao_review"][rows] == PLEDGED
    return pledged


def error_left(sim: World, rows: Rows, places: ClaimPlaces) -> Float:
    """Return the part of the error of assessed income that is left, shape of `rows`.

    Neighbours who are heard know who is poor; a promised review makes no error.
    """
    left: Float = 1 - by_rung(sim, "spread_cut")[places.county[rows]]
    left *= sim.households["dibao_review"][rows] != REVIEWED
    return left


def review_bonus(sim: World, rows: Rows) -> Float:
    """Return what a promise of last year adds to the score of the ranking, shape of `rows`."""
    weight = sim.parameters.number("claims.answers.review_weight")
    return np.where(sim.households["dibao_review"][rows] > 0, weight, 0.0)


def written_down(sim: World, rows: Rows, assessed: Float, line: Float) -> Float:
    """Return the income that verifiers write down: low for who was pledged a place."""
    pledge = sim.parameters.number("claims.stability.pledge_ratio") * line
    return np.where(is_pledged(sim, rows), np.minimum(assessed, pledge), assessed)


def promise(sim: World, again: Rows, pledged: Rows) -> None:
    """Note who is looked at again next year, and whom a place is pledged; forget older promises."""
    review = sim.households["dibao_review"]
    review[:] = 0
    review[again] = REVIEWED
    review[pledged] = PLEDGED


def paid_on_pledges(sim: World, places: ClaimPlaces) -> tuple[Rows, Int32, Float]:
    """Return who is on the roll by a pledge of last year, where, and the dibao paid, yuan/year."""
    households = sim.households
    kept = (households["dibao_review"] == PLEDGED) & households["receives_dibao"]
    rows = np.flatnonzero(kept)
    return rows, places.county[rows], households["dibao_benefit"][rows]


def pay_to_keep_order(sim: World, rows: Rows, county: Int32, places: ClaimPlaces) -> Float:
    """Pay households at once, as temporary assistance; return what each gets, yuan.

    It comes at the end of the year and is saved.
    """
    households = sim.households
    lines = sim.parameters.number("claims.stability.payment") * households.size[rows]
    yuan: Float = lines * claim_lines(sim, rows, places)
    households.transfers[rows] += yuan
    households.assets[rows] += yuan
    real = yuan * households.weight[rows]
    sim.counties.assistance += total_by(county, real, sim.counties.n)
    sim.treasury.pay("counties", "households", "selective_payments", float(real.sum()))
    return yuan


def collect_owed_premiums(sim: World, workers: Rows) -> None:
    """Let employers pay what they owe for some persons, as after an audit.

    The money goes to the pension pool of the county of work, the largest of the five; years that
    were not insured are not credited.
    """
    owed = sim.persons["unpaid_premiums"]
    real = owed[workers].astype(np.float64) * weights(sim, workers)
    reserve = sim.counties[f"{SCHEMES[PENSION]}_reserve"]
    reserve += total_by(county_of(sim, workers), real, sim.counties.n)
    sim.treasury.pay("outside", "employers", "sales", float(real.sum()))
    purpose = f"{SCHEMES[PENSION]}_arrears"
    sim.treasury.pay("employers", "insurance_pools", purpose, float(real.sum()))
    owed[workers] = 0


def collect_owed_wages(sim: World, rows: Rows, places: ClaimPlaces) -> None:
    """Let former employers pay households what they owed to members who were laid off.

    It comes at the end of the year and is saved.
    """
    households = sim.households
    owed = sim.parameters.number("claims.rules.work_loss") * claim_lines(sim, rows, places)
    households.assets[rows] += owed
    real = float((owed * households.weight[rows]).sum())
    sim.treasury.pay("outside", "employers", "sales", real)
    sim.treasury.pay("employers", "households", "owed_wages", real)
