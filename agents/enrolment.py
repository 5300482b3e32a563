"""Who is insured through work: workers accept or decline what employers offer (rule d.4).

Pure functions on plain arrays of `n` workers and the five schemes, in this order: pension, medical,
unemployment, work injury, maternity. What employers offer: `agents.employers`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from agents.protocols import Parameters
from agents.table import Bool, Float

SCHEMES = ("worker_pension", "worker_medical", "unemployment", "work_injury", "maternity")
"""The five schemes, in the order of every array and parameter list of this module."""
PENSION, MEDICAL, UNEMPLOYMENT, INJURY, MATERNITY = range(len(SCHEMES))
Bits = NDArray[np.uint8]
"""A set of schemes for each worker: bit s stands for scheme s."""
_MONTHS = 12


@dataclass(frozen=True)
class Terms:
    """What is asked of each worker for each scheme, and what rights are worth.

    Attributes
    ----------
    open : ndarray of uint8, shape (n,)
        The schemes that exist for the worker, as bits.
    place : ndarray of int, shape (n,)
        Row of each worker in the tables that follow.
    employer, own : ndarray of float64, shape (n_places, 5)
        Shares of the contribution base.
    portability, benefit_factor : ndarray of float64, shape (n_places,)
        See `Prospects`.
    """

    open: Bits
    place: NDArray[np.intp]
    employer: Float
    own: Float
    portability: Float
    benefit_factor: Float

    def rate(self, rates: Float, schemes: Bits) -> Float:
        """Return the sum of `rates` (shape (n_places, 5)) over a set of schemes, shape (n,)."""
        sums = rates @ bits_set().T
        return sums.take(self.place * sums.shape[1] + schemes)

    def sums(self, values: Float, schemes: Bits) -> Float:
        """Return sums of `values` over the workers in each scheme, shape (n_places, 5)."""
        has = bits_set()
        n = len(self.employer) * len(has)
        sums = np.bincount(self.place * len(has) + schemes, values, n)
        return sums.reshape(-1, len(has)) @ has

    def free(self) -> Bits:
        """Return the schemes that take nothing from the worker, as bits, shape (n,)."""
        bits = (self.own == 0) @ (1 << np.arange(len(SCHEMES)))
        return bits.astype(np.uint8).take(self.place)


@cache
def bits_set() -> Float:
    """Return one where a set of schemes (a number below 32) has a scheme, shape (32, 5)."""
    places = np.arange(len(SCHEMES))
    numbers = np.arange(1 << len(SCHEMES))
    bits = (numbers[:, None] >> places & 1).astype(np.float64)
    bits.flags.writeable = False
    return bits


@dataclass(frozen=True)
class Prospects:
    """What a worker expects, shape (n,) each.

    Attributes
    ----------
    years_left : ndarray of float64
        Whole years to pension age.
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


def stay_chance(place_years: Float, local: Bool, parameters: Parameters) -> Float:
    """Return the chance to stay, from that of newcomers to that of the settled, shape (n,)."""
    place = "worker_insurance.choice."
    settled = parameters.number(f"{place}stay_settled")
    new = parameters.number(f"{place}stay_new")
    share = np.minimum(place_years / parameters.number(f"{place}settle_years"), 1)
    return np.where(local, settled, new + (settled - new) * share)


def pension_value(
    own: Float, prospects: Prospects, parameters: Parameters, account_rate: Float | None = None
) -> Float:
    """Return the present-biased value of a year of pension insurance over its own cost (d.4).

    V/C = beta S {account [(1+r)/(1+delta)]^n + accrual a (1+delta)^-n keep vest} / own, with
    keep = 1 - (1 - portability)(1 - stay); vest rises to one with the years already credited, and
    is zero where too few years are left. A scheme without own cost has the value one. All of `own`
    goes into the account, or `account_rate` of it (shares of the base both).
    """
    place = "worker_insurance.choice."
    number = parameters.number
    n = prospects.years_left.astype(np.intp)
    years = np.arange(n.max(initial=0) + 1.0)
    patience = 1 + number(f"{place}discount")
    into = own if account_rate is None else account_rate
    account = into * (((1 + number(f"{place}interest")) / patience) ** years)[n]
    keep = 1 - (1 - prospects.portability) * (1 - prospects.stay)
    pooled = (number(f"{place}accrual") * number(f"{place}annuity") * patience**-years)[n]
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


def value_of(scheme: int, own: Float, prospects: Prospects, parameters: Parameters) -> Float:
    """Return the value over its own cost of a scheme that workers weigh: one of the first three."""
    if scheme == PENSION:
        return pension_value(own, prospects, parameters)
    if scheme == MEDICAL:
        return medical_value(own, prospects, parameters)
    return unemployment_value(own, prospects)


def accepts(
    own: Float,
    value: Float,
    outside: Float,
    poor: Bool,
    taste: Float,
    parameters: Parameters,
    counsel: Float | float = 0.0,
) -> Bool:
    """Return who accepts a scheme when it is offered, shape (n,) (d.4).

    A = logistic(kappa_a (V/C - outside/C - theta_a) - kappa_l 1[cash below two months' wage] +
    counsel); a scheme that costs the worker nothing is accepted.

    Parameters
    ----------
    own : ndarray of float64, shape (n,)
        The worker's premium, as a share of the contribution base.
    value : ndarray of float64, shape (n,)
        Value of the scheme over its own cost, V/C.
    outside : ndarray of float64, shape (n,)
        Yearly value of what joining here makes superfluous at home, in contribution bases.
    poor : ndarray of bool, shape (n,)
        Has less cash than two months' wage.
    taste : ndarray of float64, shape (n,)
        Lasting uniform draws of the worker.
    counsel : ndarray of float64, shape (n,), or float
        Log odds that counsel about rights adds, see `agents.service_effects.insurance_odds`.
    """
    place = "worker_insurance.choice."
    ratio = value - np.divide(outside, own, out=np.zeros_like(own), where=own > 0)
    odds = parameters.number(f"{place}value_weight") * (
        ratio - parameters.number(f"{place}value_threshold")
    )
    odds -= parameters.number(f"{place}liquidity") * poor
    odds += counsel
    return (own == 0) | (taste < expit(odds))


def yearly_pension(
    years: NDArray[Any], wage: Float, account: NDArray[Any], parameters: Parameters
) -> tuple[Float, Float]:
    """Return the two parts of an earned pension, yuan/year, shape (n,) each (d).

    Pooled: accrual x years x mean wage. Account: what it holds over its months. Source: State
    Council Decision [2005] No. 38.

    Parameters
    ----------
    years, account : ndarray, shape (n,)
        Credited years, and yuan in the account.
    wage : ndarray of float64, shape (n,)
        Mean wage of the place, yuan/year.
    """
    pooled = parameters.number("worker_insurance.choice.accrual") * years * wage
    months = parameters.number("worker_insurance.benefits.account_months")
    return pooled, account * (_MONTHS / months)


def worth_making_up(price: Float, account: Float, pension: Float, parameters: Parameters) -> Bool:
    """Return for whom missing years are worth their price at pension age, shape (n,) (d.4).

    beta a pension > price + account, since the account is paid out to who does without.

    Parameters
    ----------
    price, account : ndarray of float64, shape (n,)
        What the missing years cost, and what the account holds, yuan.
    pension : ndarray of float64, shape (n,)
        The pension that follows, yuan/year.
    """
    place = "worker_insurance.choice."
    weight = parameters.number(f"{place}present_bias") * parameters.number(f"{place}annuity")
    return weight * pension > price + account


def short_of_cash(assets: Float, wage: Float, parameters: Parameters) -> Bool:
    """Return who has less savings than some months' wage, shape (n,)."""
    months = parameters.number("worker_insurance.choice.cash_months")
    return assets < wage * (months / _MONTHS)
