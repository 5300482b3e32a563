"""Insurance pools: who shares whose risks, and what happens when the money runs out (rule e.4).

Money is kept by county; counties of one pool share what they have in proportion to their members,
so that the level of pooling can change from one year to the next. A shortfall is first met from
reserves; then the pool owes the hospitals and pays a smaller share next year, where it may; if that
is not enough, the level above bails it out, as far as it has set money aside. Source: S2 section
4.2.2.
"""

import numpy as np
from numpy.typing import NDArray

from agents.errors import UnknownNameError
from agents.protocols import Draws
from agents.table import Bool, Float, Key, total_by
from policies.base import World

# Digits of division codes below the prefecture and below the province.
PREFECTURE = 100
PROVINCE = 10_000
LEVELS = ("county", "prefecture", "province", "nation")


class Pools:
    """The pools of one scheme.

    Parameters
    ----------
    codes : ndarray of int, shape (n_counties,)
        Division codes of the counties.

    Attributes
    ----------
    balance : ndarray of float64, shape (n_counties,)
        Each county's part of what its pool holds, yuan; below zero: owed to hospitals.
    paid_share : ndarray of float64, shape (n_counties,)
        Part of the promised share that the pool can pay this year.
    """

    def __init__(self, codes: NDArray[np.integer]) -> None:
        self._codes = codes
        self.pool: NDArray[np.intp] = np.arange(len(codes))
        self.balance: Float = np.zeros(len(codes))
        self.paid_share: Float = np.ones(len(codes))
        self._expects_debt: Bool = np.zeros(len(codes), bool)
        self._income: Float = np.zeros(len(codes))
        self._full_claims: Float = np.zeros(len(codes))

    def regroup(self, level: str) -> None:
        """Let counties share risks at a level: county, prefecture, province or nation."""
        if level not in LEVELS:
            raise UnknownNameError("level of pooling", level, LEVELS)
        unit = {"county": 1, "prefecture": PREFECTURE, "province": PROVINCE}.get(level)
        part = np.zeros_like(self._codes) if unit is None else self._codes // unit
        self.pool = np.unique(part, return_inverse=True)[1]

    def pooled(self, values: Float) -> Float:
        """Return the sum over the pool of each county, shape (n_counties,)."""
        return total_by(self.pool, values, len(values))[self.pool]

    def set_paid_share(
        self, money_growth: Float | float, claims_growth: Float | float, largest_cut: float
    ) -> None:
        """Set what pools can pay this year, from their reserve and last year's money and claims.

        Parameters
        ----------
        money_growth, claims_growth : float or ndarray of float64, shape (n_counties,)
            Money per member, and the promised share, over those of last year.
        largest_cut : float
            The most by which the promised share is cut.
        """
        money = self.pooled(money_growth * self._income + self.balance)
        claims = claims_growth * self.pooled(self._full_claims)
        can_pay = np.divide(money, claims, out=np.ones_like(money), where=claims > 0)
        self._expects_debt = can_pay < 1
        self.paid_share = np.clip(can_pay, 1 - largest_cut, 1)

    def settle(self, income: Float, claims: Float, members: Float) -> Float:
        """Pay the claims of the year; return what pools in debt ask the level above for.

        Parameters
        ----------
        income, claims : ndarray of float64, shape (n_counties,)
            Premiums and subsidies, and what the pools pay, yuan.
        members : ndarray of float64, shape (n_counties,)
            Members, by whom the money of a pool is shared among its counties.

        Returns
        -------
        ndarray of float64, shape (n_counties,)
            The debt of pools that could not pay the promised share, cut it as far as they may and
            are still short, yuan.
        """
        self._income, self._full_claims = income, claims / self.paid_share
        total = self.pooled(self.balance + income - claims)
        weight = members + (self.pooled(members) == 0)
        self.balance = total * weight / self.pooled(weight)
        return np.where(self._expects_debt & (total < 0), -self.balance, 0)

    def lucky(self, draws: Draws, keys: Key, chance: float) -> Bool:
        """Return which pools are helped by chance: those of whom the first county is lucky."""
        first = np.unique(self.pool, return_index=True)[1]
        return draws.happens(keys[first], chance)[self.pool]


def growth_of(now: Float | float, before: Float | float) -> Float:
    """Return an amount over that of last year; 1 where there was none to grow from."""
    now, before = np.broadcast_arrays(np.asarray(now, float), before)
    return np.divide(now, before, out=np.ones(now.shape), where=before > 0)


def share_of_upper(asked: Float, upper: NDArray[np.integer], set_aside: Float) -> Float:
    """Let the level above pay what pools ask, as far as the money goes that it set aside.

    relief = asked x min(1, money set aside / all that is asked of it)

    Parameters
    ----------
    asked : ndarray of float64, shape (n_counties,)
    upper : ndarray of int, shape (n_counties,)
        Row of the government above each.
    set_aside : ndarray of float64, shape (n_upper,)
        What it has for pools in debt this year, yuan.
    """
    whole = total_by(upper, asked, len(set_aside))
    part = np.minimum(set_aside / np.maximum(whole, 1), 1)
    relief: Float = asked * part[upper]
    return relief


def bail_out(sim: World, asked: Float, level: str, purpose: str) -> Float:
    """Pay pools in debt out of what the level above has for them; return the relief by county.

    Provinces answer for the pools of their counties and prefectures, the centre for provincial
    and national ones. Source: rule e.4.
    """
    if level in ("province", "nation"):
        nation = np.zeros(len(asked), np.intp)
        relief = share_of_upper(asked, nation, np.array([sim.centre.relief_left]))
        return pay_as_centre(sim, relief, purpose)
    upper, provinces = sim.counties.province, sim.provinces
    relief = share_of_upper(asked, upper, provinces.relief_left)
    paid = total_by(upper, relief, provinces.n)
    # By rounding a little more than there is may be paid.
    provinces.relief_left = np.maximum(provinces.relief_left - paid, 0)
    provinces.relief = provinces.relief + paid
    sim.treasury.pay("provinces", "insurance_pools", purpose, float(paid.sum()))
    return relief


def pay_as_centre(sim: World, relief: Float, purpose: str) -> Float:
    """Let the centre pay relief by county; return it."""
    yuan = float(relief.sum())
    sim.treasury.pay("centre", "insurance_pools", purpose, yuan)
    sim.centre.relief_left -= min(yuan, sim.centre.relief_left)
    sim.centre.relief += yuan
    sim.central_spending += yuan
    return relief
