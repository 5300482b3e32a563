"""What a household earns: place path, skill, persistent and passing component (rule b.2)."""

from dataclasses import dataclass

import numpy as np

from agents.households import Households
from agents.persons import Persons, Work
from agents.protocols import Chance, Parameters
from agents.table import Float, Float32, at, total_by

# What earnings are: farm income and kin, wage of irregular work, formal wage, unit pension.
_FARM, _WAGE, _FORMAL, _PENSION = range(4)
_CLASS = {
    Work.NONE: _FARM,
    Work.FARM: _FARM,
    Work.OFF_FARM: _WAGE,
    Work.FORMAL: _FORMAL,
    Work.INFORMAL: _WAGE,
    Work.UNEMPLOYED: _WAGE,
    Work.RETIRED: _PENSION,
}


@dataclass(frozen=True)
class Labour:
    """Labour units of each household at home, shape (n,).

    Attributes
    ----------
    all : ndarray
        All units, at least the livelihood floor.
    regular, farm, pension : ndarray
        Those in formal jobs and unit pensions; on the farm; in unit pensions.
    """

    all: Float
    regular: Float
    farm: Float
    pension: Float


@dataclass(frozen=True)
class Earnings:
    """What each household earns before luck, yuan/year, shape (n,).

    Attributes
    ----------
    all : ndarray
        At home and away, rent taken off.
    regular, farm, pension : ndarray
        From formal jobs and unit pensions; on the farm; from unit pensions.
    """

    all: Float
    regular: Float
    farm: Float
    pension: Float


def household_labour(
    households: Households, persons: Persons, units: Float32, floor: float
) -> Labour:
    """Add the labour units of the members, at least `floor` a head; rows as in `households`."""
    classes = np.array([_CLASS[work] for work in sorted(_CLASS)])
    n_classes = max(_CLASS.values()) + 1
    cell = persons.household * np.intp(n_classes)
    cell += at(classes, persons.work)
    # The dead have no units, and a household link that still holds. The classes of a household
    # lie beside each other while they are summed: far apart they would not stay in the cache.
    by_household = total_by(cell, units, n_classes * households.n).reshape(-1, n_classes)
    sums = np.ascontiguousarray(by_household.T)
    every = np.maximum(sums.sum(axis=0), floor * households.size)
    return Labour(every, sums[_FORMAL] + sums[_PENSION], sums[_FARM], sums[_PENSION])


def drift(households: Households, parameters: Parameters, chance: Chance) -> None:
    """Move the persistent component one year: P' = rho P + u.

    Reads and writes ``persistent``. The mean of exp(P) moves with its variance; the growth path of
    earnings was fitted with it.
    """
    rho = parameters.number("economy.income.persistence")
    spread = parameters.number("economy.income.persistent_sd")
    luck = chance("households.persistent_income").normal(households.key)
    households.persistent *= rho
    luck *= spread
    households.persistent += luck


def earn(
    households: Households, earnings: Earnings, parameters: Parameters, chance: Chance
) -> None:
    """Set the market income of the year.

    Parameters
    ----------
    households : Households
        Reads ``persistent``, ``ill_years``; writes ``market_income``, ``expected_income``,
        ``regular_share``.
    earnings : Earnings
        What the members earn at their places before luck.
    """
    least = np.finfo(np.float32).tiny
    households.regular_share[:] = earnings.regular / np.maximum(earnings.all, least)
    formal_sd = parameters.number("economy.income.passing_sd_formal")
    informal_sd = parameters.number("economy.income.passing_sd_informal")
    spread = informal_sd + (formal_sd - informal_sd) * households.regular_share
    ill = parameters.number("economy.income.illness_loss") * (households.ill_years > 0)
    households.expected_income[:] = earnings.all * (1 - ill) * np.exp(households.persistent)
    luck = chance("households.passing_income").normal(households.key)
    # Half the variance is taken off, so that a riskier income is not a higher one on average.
    shock = np.exp(spread * luck - spread * spread / 2)
    households.market_income[:] = households.expected_income * shock
