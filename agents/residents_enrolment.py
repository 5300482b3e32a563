"""How people decide on residents' insurance: what a pension plan and a sickness scheme are worth.

Pension (rule e.1): every year a person compares paying from now on with the best plan that starts
later or never. Nothing in the rule prefers a tier or an age; what people do follows from the terms,
their patience and the money at hand. Medical (rule e.3): a household compares the premium with
the benefit it sees. Pure functions on columns.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agents.table import Float, Int16, Int32

Cells = NDArray[np.integer]
# Tables of plans kept for the years to come: there are a few menus, and terms change rarely.
_TABLES = 8


@dataclass(frozen=True)
class PensionTerms:
    """What a pension scheme offers, and how people look at it.

    Attributes
    ----------
    tiers : tuple of float, length t
        Contributions to choose from, yuan/year, increasing.
    subsidy : tuple of float, length t
        What the government adds to the account of a contributor at each tier, yuan/year.
    first_age, pension_age : int
        Contributions are possible from the first to the year before the second.
    years_required : int
        Most years of contributions that a base pension takes.
    drawn_share : float
        Share of the account at pension age that is paid in a year.
    expected_return : float
        Real return on the account that people expect.
    patience : tuple of float, length k
        Weight of everything later than this year, by kind of person (present bias beta).
    time_discount : tuple of float, length k
        Discount rate between later years, by kind of person.
    yearly_survival : float
        Chance to live another year before pension age.
    pension_years : int
        Years for which people expect to draw a pension.
    """

    tiers: tuple[float, ...]
    subsidy: tuple[float, ...]
    first_age: int
    pension_age: int
    years_required: int
    drawn_share: float
    expected_return: float
    patience: tuple[float, ...]
    time_discount: tuple[float, ...]
    yearly_survival: float
    pension_years: int


@dataclass(frozen=True)
class PensionPlans:
    """What the plans of a person are worth today, in yuan, by age and kind of person.

    Attributes
    ----------
    first_age : int
        Age of the first row.
    now : ndarray, shape (ages, k, t + 1)
        Best plan that pays from this year on, without base pension, by the number of tiers the
        person can afford.
    tier : ndarray of int16, shape (ages, k, t + 1)
        Its tier, yuan/year.
    never : ndarray, shape (ages, k, t + 1)
        Best plan that starts later or never, without base pension.
    later : ndarray, shape (ages, needs, k, t + 1)
        The same, among those that still pay for as many years as a base pension takes.
    base : ndarray, shape (ages, k)
        Worth today of one yuan a year from pension age on.
    """

    first_age: int
    now: Float
    tier: Int16
    never: Float
    later: Float
    base: Float


@lru_cache(maxsize=_TABLES)
def plan_pensions(terms: PensionTerms) -> PensionPlans:
    """Value every plan: a tier, and an age from which it is paid every year until pension age.

    This year's payment counts in full, everything later times patience, discount and survival.
    The same terms give the same tables, which nobody may change.
    """
    ages = terms.pension_age - terms.first_age
    shape = (len(terms.patience), len(terms.tiers) + 1)
    now = np.full((ages, *shape), -np.inf)
    never = now.copy()
    later = np.full((ages, terms.years_required + 1, *shape), -np.inf)
    tier = np.zeros((ages, *shape), np.int16)
    base = np.empty((ages, shape[0]))
    paid = np.concatenate([[0], terms.tiers])
    for row in range(ages):
        base[row], starts = _plans_at(terms, terms.first_age + row)
        best = np.maximum.accumulate(starts, axis=-1)
        now[row, :, 1:] = best[0]
        # Of tiers worth the same, the lowest.
        records = np.arange(1, shape[1]) * np.ones((shape[0], 1), np.intp)
        records[:, 1:] *= best[0, :, 1:] > best[0, :, :-1]
        tier[row, :, 1:] = paid[np.maximum.accumulate(records, axis=1)]
        # The last start is pension age: never to pay.
        by_start = np.concatenate([np.full_like(best[1:, :, :1], -np.inf), best[1:]], axis=-1)
        by_start[-1] = 0
        by_start = np.maximum.accumulate(by_start, axis=0)
        never[row] = by_start[-1]
        n = min(len(by_start), terms.years_required + 1)
        later[row, :n] = by_start[::-1][:n]
    return PensionPlans(terms.first_age, now, tier, never, later, base)


def _plans_at(terms: PensionTerms, age: int) -> tuple[Float, Float]:
    """Return worth of a yuan of pension (k,), and of plans by start, kind and tier, at an age."""
    years = np.arange(terms.pension_age - age)
    tiers, patience = np.array(terms.tiers), np.array(terms.patience)
    growth = 1 + np.array(terms.time_discount)
    step = terms.yearly_survival / growth
    weight = patience * step ** years[:, None]
    weight[0] = 1
    drawing = growth ** -np.arange(terms.pension_years)[:, None]
    base = patience * step ** len(years) * drawing.sum(axis=0)
    grown = (1 + terms.expected_return) ** (len(years) - years)
    pension = base * terms.drawn_share * grown[:, None]
    value = pension[:, :, None] * (tiers + np.array(terms.subsidy)) - weight[:, :, None] * tiers
    plans = np.zeros((len(years) + 1, *value.shape[1:]))
    plans[:-1] = np.cumsum(value[::-1], axis=0)[::-1]
    return base, plans


def choose_tier(
    plans: PensionPlans,
    age: Cells,
    needs: Cells,
    kind: Cells,
    affordable: Cells,
    base_pension: Float,
    family_gain: Float | float = 0.0,
) -> Int16:
    """Return what each person pays this year, yuan, zero for nothing; shape (n,).

    Parameters
    ----------
    plans : PensionPlans
    age : ndarray of int, shape (n,)
        From the first age to the year before pension age.
    needs : ndarray of int, shape (n,)
        Years of contributions still missing for a base pension.
    kind : ndarray of int, shape (n,)
        Kind of person, a column of the tables.
    affordable : ndarray of int, shape (n,)
        How many of the tiers the person can pay.
    base_pension : ndarray of float64, shape (n,)
        Base pension at the place, yuan/year.
    family_gain : ndarray of float64, shape (n,)
        What this year's payment brings to old parents at once, yuan.

    Notes
    -----
    Who pays every year from now on gets the base pension: years missed before may be made up at
    pension age. Nobody plans to miss years. Source: rule e.1; S2 section 3.1.2.
    """
    kinds, caps = plans.now.shape[1:]
    row = age.astype(np.intp) - plans.first_age
    place = kind * caps + affordable
    cell = row * (kinds * caps) + place
    base = plans.base.ravel()[row * kinds + kind] * base_pension
    now = plans.now.ravel()[cell] + base + family_gain
    with_base = (row * plans.later.shape[1] + needs) * (kinds * caps) + place
    wait = np.maximum(plans.never.ravel()[cell], plans.later.ravel()[with_base] + base)
    chosen: Int16 = np.where(now > wait, plans.tier.ravel()[cell], 0).astype(np.int16)
    return chosen


def affordable_tiers(tiers: Float, income: Float, share: float) -> Int32:
    """Return how many tiers cost at most a share of the income per head, shape (n,)."""
    return np.searchsorted(tiers, share * income, side="right").astype(np.int32)


def seen_benefit(
    expected: Float, admitted: Float, link_gain: float, luck: Float, spread: float
) -> Float:
    """Return the benefit of medical insurance as households see it, yuan/person/year, shape (n,).

    Parameters
    ----------
    expected : ndarray of float64, shape (n,)
        Reimbursed share times last year's hospital bill per head at the place.
    admitted : ndarray of float64, shape (n,)
        Chance that somebody in the household or among its acquaintances was in hospital lately.
    link_gain : float
        Rise of the benefit seen when one was.
    luck : ndarray of float64, shape (n,)
        Standard normals: how the household looks at risks.
    spread : float
        Standard deviation of the log of the benefit seen.
    """
    seen: Float = expected * (1 + link_gain * admitted) * np.exp(spread * luck)
    return seen


def chance_of_link(share: Float, links: float) -> Float:
    """Return the chance that at least one of `links` acquaintances is of a share, shape (n,)."""
    chance: Float = 1 - (1 - np.clip(share, 0, 1)) ** links
    return chance
