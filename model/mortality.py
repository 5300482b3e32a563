"""Life tables by sex and place: the chance to die in a year, solved from life expectancy.

Mortality by age is that of an infant, then a falling risk of children, a risk at any age (Makeham)
and one that rises exponentially with age (Gompertz). The level of the last is solved by bisection,
so that life expectancy at birth equals the dated value of each sex in each kind of place.
"""

import numpy as np

from agents.protocols import Parameters
from agents.table import Float
from policies.remembered import remembered

OLDEST = 110
"""Nobody reaches the age above it."""

_BISECTIONS = 60
# Bounds of the log of mortality at age 0 in Gompertz' law, far beyond any human population.
_LOWEST, _HIGHEST = -25.0, 0.0
_HALF = 0.5


@remembered
def death_probabilities(parameters: Parameters) -> Float:
    """Return the chance to die in the year in which one would complete an age.

    Parameters
    ----------
    parameters
        Of the year; reads ``demography.mortality``.

    Returns
    -------
    ndarray of float64, shape (2, 2, OLDEST + 1)
        By sex (female: 1), place (urban: 1) and age. Age 0: from birth to the count of those born
        in the year; age x: from the count as x - 1 to the count as x. Read-only.

    Notes
    -----
    Births and birthdays are spread evenly over the year. Assumption: the shape over age; the level
    is official.
    """
    lived = _years_lived_at(life_expectancy(parameters), parameters)
    before = np.concatenate([np.ones_like(lived[..., :1]), lived[..., :-1]], axis=-1)
    chance: Float = 1 - lived / np.maximum(before, np.finfo(float).tiny)
    chance[..., OLDEST] = 1
    chance.flags.writeable = False
    return chance


def life_expectancy(parameters: Parameters) -> Float:
    """Return life expectancy at birth by sex (female: 1) and place (urban: 1), years, shape (2, 2).

    The national value lies between those of the places, weighted by the reference urban share.
    """
    urban_share = parameters.number("demography.mortality.reference_urban_share")
    gap = parameters.number("demography.mortality.rural_gap")
    national = np.array(
        [parameters.number(f"demography.mortality.life_expectancy_{s}") for s in ("male", "female")]
    )
    place = gap * (np.array([0.0, 1.0]) - urban_share)
    return national[:, None] + place


def _years_lived_at(target: Float, parameters: Parameters) -> Float:
    """Return the years lived at each age per birth, shape (2, 2, OLDEST + 1).

    Their sum is the life expectancy asked for, shape (2, 2): the level of Gompertz' law is solved.
    """
    slopes = [parameters.number(f"demography.mortality.slope_{sex}") for sex in ("male", "female")]
    slope = np.array(slopes)[:, None, None]
    ageing = np.exp(slope * np.arange(OLDEST + 1)) * np.expm1(slope) / slope
    young = _young_hazard(parameters)
    low, high = np.full(target.shape, _LOWEST), np.full(target.shape, _HIGHEST)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        lived = _years_lived(np.exp(middle)[..., None] * ageing + young)
        lives_too_long = lived.sum(axis=-1) > target
        low = np.where(lives_too_long, middle, low)
        high = np.where(lives_too_long, high, middle)
    return lived


def _years_lived(hazard: Float) -> Float:
    """Return the years lived at each age per birth, from the hazard of each age; same shape."""
    alive = np.exp(-np.cumsum(hazard, axis=-1))
    begun = np.concatenate([np.ones_like(alive[..., :1]), alive[..., :-1]], axis=-1)
    return (begun + alive) * _HALF


def _young_hazard(parameters: Parameters) -> Float:
    """Return the mortality of infants and children and at any age, shape (1, 2, OLDEST + 1)."""
    urban_share = parameters.number("demography.mortality.reference_urban_share")
    ratio = parameters.number("demography.mortality.infant_rural_ratio")
    national = parameters.number("demography.mortality.infant_rate")
    urban = national / (urban_share + (1 - urban_share) * ratio)
    infant = -np.log1p(-np.array([urban * ratio, urban]))
    age = np.arange(OLDEST + 1)
    child = parameters.number("demography.mortality.child_ratio") * np.exp2(1.0 - age)
    by_age = np.where(age == 0, 1.0, child)
    accidents = parameters.number("demography.mortality.accident_rate")
    return (infant[:, None] * by_age + accidents * (age > 0))[None]
