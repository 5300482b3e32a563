"""Who is insured through work: employers offer, workers accept or decline (rules d.3 and d.4).

Pure functions on plain arrays of `n` workers and the five schemes, in this order: pension, medical,
unemployment, work injury, maternity. Firms are no agents of their own: an employer is what the
workers of one job cell of a township share, and it decides once for all schemes (a bundle).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from agents.protocols import Chance, Parameters
from agents.table import Bool, Float, Key

SCHEMES = ("worker_pension", "worker_medical", "unemployment", "work_injury", "maternity")
"""The five schemes, in the order of every array and parameter list of this module."""
PENSION, MEDICAL, UNEMPLOYMENT, INJURY, MATERNITY = range(len(SCHEMES))
_MONTHS = 12
# Bits by which job cells of a township differ in their key.
_CELL_BITS = 40


@dataclass(frozen=True)
class Employers:
    """The employer of each worker, shape (n,) each.

    Attributes
    ----------
    offer, declare : ndarray of float64
        Lasting draws: how ready it is to insure, and to declare true pay. One draw for all schemes,
        so that a bundle always contains the smaller bundles.
    size : ndarray of float64
        Log size in standard deviations.
    state : ndarray of bool
        Belongs to the state.
    effort : ndarray of float64
        Enforcement effort of the place, in [0, 1].
    """

    offer: Float
    declare: Float
    size: Float
    state: Bool
    effort: Float


@dataclass(frozen=True)
class Terms:
    """What each worker's place asks for each scheme, shape (n, 5) each.

    Attributes
    ----------
    open : ndarray of bool
        The scheme exists there for this worker.
    employer, own : ndarray of float64
        Shares of the contribution base.
    """

    open: Bool
    employer: Float
    own: Float


@dataclass(frozen=True)
class Prospects:
    """What a worker expects, shape (n,) each.

    Attributes
    ----------
    years_left : ndarray of float64
        Years to pension age.
    credited : ndarray of float64
        Years of contributions so far.
    stay : ndarray of float64
        Chance to stay in the place long enough to draw on its schemes.
    portability : ndarray of float64
        Share of rights that is kept on leaving.
    benefit_factor : ndarray of float64
        Benefits relative to those of the worker schemes.
    hospital : ndarray of float64
        Expected yearly reimbursement of hospital bills, in contribution bases.
    jobless : ndarray of float64
        Expected yearly unemployment benefit, in contribution bases.
    """

    years_left: Float
    credited: Float
    stay: Float
    portability: Float
    benefit_factor: Float
    hospital: Float
    jobless: Float


def employers_of(
    township_key: Key, worker_key: Key, state: Bool, effort: Float, cells: float, chance: Chance
) -> Employers:
    """Return the employer of each worker: one of `cells` job cells of the township, for life.

    The cell is a lasting draw of the worker; what the employer is like, a lasting draw of township,
    sector and cell. Who moves to another township gets another employer.
    """
    cell = np.floor(chance("persons.job_cell").uniform(worker_key) * cells).astype(np.uint64)
    cell = (cell << np.uint64(1)) + state.astype(np.uint64) + np.uint64(1)
    key = township_key ^ (cell << np.uint64(_CELL_BITS))
    return Employers(
        chance("employers.offer").uniform(key),
        chance("employers.declare").uniform(key),
        chance("employers.size").normal(key),
        state,
        effort,
    )


def contribution_base(wage: Float, floor: Float, declares_floor: Bool) -> Float:
    """Return the base of contributions: max(w, floor), or the floor if that is declared (d.2)."""
    base: Float = np.where(declares_floor, floor, np.maximum(wage, floor))
    return base


def offers(
    employers: Employers,
    terms: Terms,
    base_ratio: Float,
    migrant: Bool,
    parameters: Parameters,
) -> Bool:
    """Return which schemes each employer offers, shape (n, 5) (d.3).

    Log odds = e0 + e1 size + e2 state + e3 effort x audit x fine + law - e4 rate (1 - pass) base/w
    - e5 if the worker is a migrant.

    Parameters
    ----------
    employers : Employers
    terms : Terms
    base_ratio : ndarray of float64, shape (n,)
        Contribution base over wage: above one for low pay, so that low pay is dear to insure.
    migrant : ndarray of bool, shape (n,)
    """
    place = "worker_insurance.employers."
    number = parameters.number
    odds = number(f"{place}size") * employers.size
    odds += number(f"{place}state") * employers.state
    odds += pressure(employers.effort, parameters)
    if parameters.flag(f"{place}contract_law"):
        odds += number(f"{place}contract_law_effect")
    odds -= number(f"{place}migrant") * migrant
    left = (1 - number(f"{place}pass_through")) * base_ratio
    cost = number(f"{place}cost") * terms.employer * left[:, None]
    likely = expit(parameters.schedule(f"{place}readiness") + odds[:, None] - cost)
    return terms.open & (employers.offer[:, None] < likely)


def pressure(effort: Float, parameters: Parameters) -> Float:
    """Return e3 x effort x audit x fine, the log odds that inspection adds, shape (n,)."""
    place = "worker_insurance.employers."
    expected = parameters.number(f"{place}audit") * parameters.number(f"{place}fine")
    return parameters.number(f"{place}enforcement") * expected * effort


def declares_floor(
    employers: Employers, rate: Float, wage: Float, floor: Float, parameters: Parameters
) -> Bool:
    """Return which employers declare the floor instead of true pay, shape (n,) (d.3).

    Log odds = d0 + e4 rate (1 - floor / w) - e3 effort x audit x fine, where pay is above the
    floor. Source of the practice: survey of 51shebao 2015.
    """
    place = "worker_insurance.employers."
    saved = rate * (1 - floor / np.maximum(wage, np.finfo(np.float32).tiny))
    odds = parameters.number(f"{place}declare_floor") + parameters.number(f"{place}cost") * saved
    odds -= pressure(employers.effort, parameters)
    return (wage > floor) & (employers.declare < expit(odds))


def stay_chance(place_years: Float, local: Bool, parameters: Parameters) -> Float:
    """Return the chance to stay, from that of newcomers to that of the settled, shape (n,)."""
    place = "worker_insurance.choice."
    settled = parameters.number(f"{place}stay_settled")
    new = parameters.number(f"{place}stay_new")
    share = np.minimum(place_years / parameters.number(f"{place}settle_years"), 1)
    return np.where(local, settled, new + (settled - new) * share)


def pension_value(own: Float, prospects: Prospects, parameters: Parameters) -> Float:
    """Return the present-biased value of a year of pension insurance over its own cost (d.4).

    V/C = beta S {own [(1+r)/(1+delta)]^n + accrual a (1+delta)^-n keep vest} / own, with
    keep = 1 - (1 - portability)(1 - stay); vest rises to one with the years already credited, and
    is zero where too few years are left. A scheme without own cost has the value one.
    """
    place = "worker_insurance.choice."
    number = parameters.number
    n = prospects.years_left
    patience = 1 + number(f"{place}discount")
    account = own * ((1 + number(f"{place}interest")) / patience) ** n
    keep = 1 - (1 - prospects.portability) * (1 - prospects.stay)
    pooled = number(f"{place}accrual") * number(f"{place}annuity") * patience**-n
    pooled *= keep * _vesting(prospects, parameters) * prospects.benefit_factor
    value = number(f"{place}present_bias") * number(f"{place}survival") * (account + pooled)
    return np.divide(value, own, out=np.ones_like(value), where=own > 0)


def _vesting(prospects: Prospects, parameters: Parameters) -> Float:
    """Return the chance to reach the years that a pension asks for, shape (n,)."""
    needed = parameters.number("economy.work.vesting_years")
    chance = parameters.number("worker_insurance.choice.vest_chance")
    progress = np.minimum(prospects.credited / needed, 1)
    reachable = prospects.credited + prospects.years_left >= needed
    return reachable * (chance + (1 - chance) * progress)


def medical_value(own: Float, prospects: Prospects, parameters: Parameters) -> Float:
    """Return the value of medical insurance over its own cost.

    V/C = (v x money paid into the medical account + risk-averse value of expected reimbursement
    where one can use it) / own.
    """
    place = "worker_insurance.choice."
    account = parameters.number("worker_insurance.benefits.medical_account")
    averse = 1 + parameters.number(f"{place}risk_aversion")
    value = parameters.number(f"{place}account_value") * account + averse * prospects.hospital
    value = value * prospects.benefit_factor
    return np.divide(value, own, out=np.ones_like(value), where=own > 0)


def unemployment_value(own: Float, prospects: Prospects) -> Float:
    """Return the value of unemployment insurance over its own cost, for those who stay for it."""
    value = prospects.jobless * prospects.stay
    return np.divide(value, own, out=np.ones_like(value), where=own > 0)


def accepts(
    terms: Terms,
    prospects: Prospects,
    outside: Float,
    poor: Bool,
    taste: Float,
    parameters: Parameters,
) -> Bool:
    """Return which schemes each worker accepts when offered, shape (n, 5) (d.4).

    A = logistic(kappa_a (V/C - outside/C - theta_a) - kappa_l 1[cash below two months' wage]), with
    a value of its own for each scheme; a scheme that costs the worker nothing is accepted.

    Parameters
    ----------
    terms : Terms
    prospects : Prospects
    outside : ndarray of float64, shape (n, 5)
        Yearly value of what joining here makes superfluous at home, in contribution bases.
    poor : ndarray of bool, shape (n,)
        Has less cash than two months' wage.
    taste : ndarray of float64, shape (n, 5)
        Lasting uniform draws of the worker.
    """
    place = "worker_insurance.choice."
    own = terms.own
    ratio = np.ones_like(own)
    ratio[:, PENSION] = pension_value(own[:, PENSION], prospects, parameters)
    ratio[:, MEDICAL] = medical_value(own[:, MEDICAL], prospects, parameters)
    ratio[:, UNEMPLOYMENT] = unemployment_value(own[:, UNEMPLOYMENT], prospects)
    ratio -= np.divide(outside, own, out=np.zeros_like(own), where=own > 0)
    odds = parameters.number(f"{place}value_weight") * (
        ratio - parameters.number(f"{place}value_threshold")
    )
    odds -= parameters.number(f"{place}liquidity") * poor[:, None]
    return (own == 0) | (taste < expit(odds))


def short_of_cash(assets: Float, wage: Float, parameters: Parameters) -> Bool:
    """Return who has less savings than some months' wage, shape (n,)."""
    months = parameters.number("worker_insurance.choice.cash_months")
    return assets < wage * (months / _MONTHS)
