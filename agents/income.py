"""What a household earns: place path, skill, persistent and passing component (rule b.2)."""

from dataclasses import dataclass

import numpy as np

from agents.households import Households
from agents.persons import Persons, Work
from agents.protocols import Chance, Parameters
from agents.table import Float, Float32, total_by

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
    """Labour units of each household, shape (n,).

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


def household_labour(
    households: Households, persons: Persons, units: Float32, floor: float
) -> Labour:
    """Add the labour units of the members, at least `floor` a head; rows as in `households`."""
    classes = np.array([_CLASS[work] for work in Work], np.int32)
    n_classes = int(classes.max()) + 1
    cell = persons.household * np.int32(n_classes)
    cell += classes[persons.work]
    # The dead have no units, and a household link that still holds.
    sums = total_by(cell, units, households.n * n_classes).reshape(households.n, n_classes)
    every = np.maximum(sums.sum(axis=1), floor * households.size)
    pension = sums[:, _PENSION]
    return Labour(every, sums[:, _FORMAL] + pension, sums[:, _FARM], pension)


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
    households: Households,
    labour: Labour,
    level: Float,
    parameters: Parameters,
    chance: Chance,
) -> None:
    """Set the market income of the year.

    Parameters
    ----------
    households : Households
        Reads ``persistent``, ``ill_years``; writes ``market_income``, ``expected_income``,
        ``regular_share``.
    labour : Labour
        Labour units of the members.
    level : ndarray of float64, shape (n,)
        Yuan a year that one labour unit earns at the household's place.
    """
    households.regular_share = labour.regular / np.maximum(labour.all, np.finfo(np.float32).tiny)
    formal_sd = parameters.number("economy.income.passing_sd_formal")
    informal_sd = parameters.number("economy.income.passing_sd_informal")
    spread = informal_sd + (formal_sd - informal_sd) * households.regular_share
    ill = parameters.number("economy.income.illness_loss") * (households.ill_years > 0)
    households.expected_income = labour.all * level * (1 - ill) * np.exp(households.persistent)
    luck = chance("households.passing_income").normal(households.key)
    # Half the variance is taken off, so that a riskier income is not a higher one on average.
    shock = np.exp(spread * luck - spread * spread / 2)
    households.market_income = households.expected_income * shock
