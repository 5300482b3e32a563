"""Who lives with whom in the first year, as expected numbers from which members are drawn.

A *couple* is a man and a woman who married, one of whom may have died; it is counted by the age of
the wife. It either keeps a household or lives, as parents, in that of a married son. All tables
follow from the age structure, the ages at marriage and a few shares, so that in expectation the
members of all households have the age structure of 1993, and households of each kind of place the
official mean size. Nothing here depends on the households of the sample.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from agents.errors import MinshengError
from agents.family import marriage_ages
from agents.protocols import Parameters
from agents.table import Float
from model.mortality import OLDEST
from policies.remembered import remembered

PLACES = ("rural", "urban")
"""Kinds of place, in the order of their index."""

_N_AGES = OLDEST + 1
_AGE = np.arange(_N_AGES)
_ROUNDS, _BISECTIONS = 200, 50
# The highest share of the couples of an age that may have parents at home.
_ROOM = 0.98
# Groups of the schedules by age: their first age and their width.
_FIRST_GROUP, _GROUP_WIDTH = 20, 5
_HALF = 0.5
_TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class _ReadOnly:
    """Arrays that nobody may change."""

    def __post_init__(self) -> None:
        for array in vars(self).values():
            array.flags.writeable = False


@dataclass(frozen=True)
class Couples(_ReadOnly):
    """Couples of the nation per person, by ages as if both lived, and who of them lives.

    Attributes
    ----------
    number : ndarray of float64, shape (OLDEST + 1, OLDEST + 1)
        By age of wife and of husband.
    both, only_wife : ndarray of float64, shape (OLDEST + 1, OLDEST + 1)
        Share of couples of which both live, of which she lives; he lives in the others.
    unmarried : ndarray of float64, shape (2, OLDEST + 1)
        Persons who never married, by sex (female: 1) and age.
    """

    number: Float
    both: Float
    only_wife: Float
    unmarried: Float

    @property
    def by_wife(self) -> Float:
        """Couples by age of the wife."""
        return self.number.sum(axis=1)

    def persons(self, wife_from: int = 0) -> Float:
        """Return the living by ages of wife and husband, those from an age on."""
        wives = (self.both + self.only_wife) * (wife_from <= _AGE)[:, None]
        husbands = (1 - self.only_wife) * (wife_from <= _AGE)
        return self.number * (wives + husbands)


@dataclass(frozen=True)
class PlaceTables(_ReadOnly):
    """How couples of one kind of place live, as expected numbers.

    Attributes
    ----------
    children : ndarray of float64, shape (OLDEST + 1, OLDEST + 1)
        Unmarried children at home per couple, by age of the wife and of the child.
    single_men : ndarray of float64, shape (OLDEST + 1,)
        Men who never married and live alone, by age.
    with_parents : ndarray of float64, shape (OLDEST + 1, OLDEST + 1)
        Households with his parents, by age of his mother and of his wife.
    without_parents : ndarray of float64, shape (OLDEST + 1,)
        Other couples that keep a household, by age of the wife.
    """

    children: Float
    single_men: Float
    with_parents: Float
    without_parents: Float


@cache
def age_structure() -> Float:
    """Return the share of each sex (female: 1) and age in the population of 1993, (2, ages)."""
    text = (files("model") / "data" / "population" / "age_structure_1993.csv").read_text("utf-8")
    table = np.array([line.split(",") for line in text.splitlines()[1:]], float)
    structure = np.zeros((2, _N_AGES))
    structure[:, : len(table)] = table[:, 1:].T
    return structure / structure.sum()


def composition_tables(
    mean_size: Mapping[str, float], parameters: Parameters
) -> tuple[Couples, dict[str, PlaceTables]]:
    """Derive all tables from the official mean household sizes and the parameters.

    Parameters
    ----------
    mean_size : mapping of str to float
        Persons per household, ``urban`` and ``rural``.
    parameters
        Of the first year; reads ``demography.composition`` and the ages at marriage.

    Raises
    ------
    MinshengError
        No sharing of homes between parents and married sons gives the mean size.
    """
    return _of_sizes(parameters, *(mean_size[place] for place in PLACES))


@remembered
def _of_sizes(
    parameters: Parameters, rural: float, urban: float
) -> tuple[Couples, dict[str, PlaceTables]]:
    mean_size = {"rural": rural, "urban": urban}
    couples = marry_everyone(parameters)
    national = _children_per_couple(couples, parameters)
    oldest_child = parameters.number("demography.composition.oldest_child")
    single_men = np.where(oldest_child < _AGE, couples.unmarried[0], 0.0)
    persons = _persons_per_couple(couples, single_men.sum(), parameters)
    singles = single_men.sum() / couples.number.sum()
    stem = {p: 1 + singles - persons[p][0] / mean_size[p] for p in PLACES}
    for place, share in stem.items():
        _check(place, share, mean_size[place])
    children = {p: np.minimum(persons[p][1] * national, 1) for p in PLACES}
    living = _living_with_sons(couples, children, persons, stem, parameters)
    tables = {}
    for place in PLACES:
        parents = couples.by_wife * living[place]
        keepers = couples.by_wife - parents
        with_parents = _sons_of(parents, keepers, parameters)
        rest = np.maximum(keepers - with_parents.sum(axis=0), 0)
        tables[place] = PlaceTables(children[place], single_men, with_parents, rest)
    return couples, tables


def marry_everyone(parameters: Parameters) -> Couples:
    """Match wives and husbands so that both have the age structure and the ages at marriage.

    Women marry all, by the law of their age at marriage; the share of men who never do follows
    from the numbers of women and men.
    """
    structure = age_structure()
    men, women = (marriage_ages(parameters, female) for female in (False, True))
    wives = structure[1] * (1 - women.unmarried_share(_AGE + 1))
    husbands = structure[0] * (1 - men.unmarried_share(_AGE + 1))
    both, only_wife = _survivors(parameters)
    lives = both + only_wife
    number = _normal(_AGE - _AGE[:, None] - (men.mean - women.mean), _gap_sd(parameters))
    number = _scaled(number, wives, lives)
    husbands *= min(1.0, float((number * (1 - only_wife)).sum() / husbands.sum()))
    for _ in range(_ROUNDS):
        number = _scaled(number.T, husbands, 1 - only_wife.T).T
        number = _scaled(number, wives, lives)
    return Couples(number, both, only_wife, structure - np.stack([husbands, wives]))


def alone_share(
    couples: Couples,
    children: Mapping[str, Float],
    living: Mapping[str, Float],
    weight: Mapping[str, float],
    parameters: Parameters,
) -> float:
    """Return the share of old people who live alone or with their spouse only.

    Parameters
    ----------
    couples : Couples
    children : mapping of str to ndarray
        By place, children at home as in `PlaceTables`.
    living : mapping of str to ndarray
        By place, share of the couples by age of the wife that live with a married son.
    weight : mapping of str to float
        Share of the couples in each kind of place.
    """
    elder = int(parameters.number("demography.composition.elder_age"))
    old = couples.persons(elder).sum(axis=1)
    childless = {p: np.prod(1 - children[p], axis=1) for p in PLACES}
    alone = sum(weight[p] * (old * (1 - living[p]) * childless[p]).sum() for p in PLACES)
    single = couples.unmarried[0, elder:].sum()
    return float((alone + single) / age_structure()[:, elder:].sum())


def _survivors(parameters: Parameters) -> tuple[Float, Float]:
    """Return the share of couples of which both live and of which only she does, by ages."""
    centre = np.arange(_FIRST_GROUP, _N_AGES, _GROUP_WIDTH) + _GROUP_WIDTH / 2
    odds = {}
    for sex in ("female", "male"):
        share = parameters.schedule(f"demography.composition.widowed_share_{sex}")
        by_age = np.interp(_AGE, centre[: len(share)], share)
        odds[sex] = by_age / (1 - by_age)
    both = 1 / (1 + odds["female"][:, None] + odds["male"])
    return both, both * odds["female"][:, None]


def _scaled(number: Float, target: Float, living: Float) -> Float:
    """Scale the rows of `number` so that the living of each row sum to `target`."""
    factor: Float = target / np.maximum((number * living).sum(axis=1), _TINY)
    return number * factor[:, None]


def _children_per_couple(couples: Couples, parameters: Parameters) -> Float:
    """Share the unmarried of each age out to couples by the age of mothers at birth."""
    number = parameters.number
    at_birth = _AGE[:, None] - _AGE
    pattern = _normal(
        at_birth - number("demography.composition.mother_age_mean"),
        number("demography.composition.mother_age_sd"),
    )
    youngest = number("demography.composition.youngest_mother")
    oldest = number("demography.composition.oldest_mother")
    pattern[(at_birth < youngest) | (at_birth > oldest)] = 0
    child = number("demography.composition.oldest_child") >= _AGE
    mothers = couples.by_wife @ pattern
    return pattern * np.where(child, couples.unmarried.sum(axis=0) / np.maximum(mothers, _TINY), 0)


def _persons_per_couple(
    couples: Couples, single_men: float, parameters: Parameters
) -> dict[str, tuple[float, float]]:
    """Return persons and the factor of children per couple by place, so that all add up."""
    total = couples.number.sum()
    ratio = parameters.number("demography.composition.child_ratio")
    urban = parameters.number("demography.mortality.reference_urban_share")
    adults = (couples.persons().sum() + single_men) / total
    children = 1 / total - adults

    def people(factor: float) -> dict[str, tuple[float, float]]:
        factors = {"rural": factor * ratio, "urban": factor}
        return {p: (adults + f * children, f) for p, f in factors.items()}

    def surplus(factor: float) -> float:
        by_place = people(factor)
        return (1 - urban) / by_place["rural"][0] + urban / by_place["urban"][0] - total

    return people(_root(surplus, 0.0, 2.0))


def _living_with_sons(
    couples: Couples,
    children: Mapping[str, Float],
    persons: Mapping[str, tuple[float, float]],
    stem: Mapping[str, float],
    parameters: Parameters,
) -> dict[str, Float]:
    """Return the share of couples that live with a married son, by place and age of the wife.

    It rises over age to a plateau, which follows from the share of the old who live alone; the age
    of the rise follows from the household size of the place.
    """
    width = parameters.number("demography.composition.move_in_width")
    target = parameters.number("demography.composition.alone_share")
    urban = parameters.number("demography.mortality.reference_urban_share")
    by_wife = couples.by_wife / couples.number.sum()
    people = {"rural": (1 - urban) / persons["rural"][0], "urban": urban / persons["urban"][0]}
    weight = {p: people[p] / sum(people.values()) for p in PLACES}

    def living(plateau: float) -> dict[str, Float]:
        curves = {}
        for place in PLACES:

            def excess(middle: float, share: float = stem[place]) -> float:
                return float(by_wife @ (plateau * expit((_AGE - middle) / width)) - share)

            curves[place] = plateau * expit((_AGE - _root(excess, 0.0, float(OLDEST))) / width)
        return curves

    def too_many_alone(plateau: float) -> float:
        return alone_share(couples, children, living(plateau), weight, parameters) - target

    return living(_root(too_many_alone, max(stem.values()), 1.0))


def _sons_of(parents: Float, keepers: Float, parameters: Parameters) -> Float:
    """Place parents with sons of a fitting age, never with more than there are of an age.

    Returns
    -------
    ndarray of float64, shape (OLDEST + 1, OLDEST + 1)
        Households by age of his mother and of his wife.
    """
    number = parameters.number
    gap = number("demography.family.marriage_age_gap")
    mean = number("demography.composition.mother_age_mean") + gap
    sd = np.hypot(number("demography.composition.mother_age_sd"), _gap_sd(parameters))
    older = _AGE[:, None] - _AGE
    fits = _normal(older - mean, float(sd)) * keepers
    fits[older < number("demography.composition.youngest_mother") + gap] = 0
    for _ in range(_ROUNDS):
        placed = fits * (parents / np.maximum(fits.sum(axis=1), _TINY))[:, None]
        fits *= np.minimum(1, _ROOM * keepers / np.maximum(placed.sum(axis=0), _TINY))
    return placed


def _gap_sd(parameters: Parameters) -> float:
    return parameters.number("demography.composition.husband_gap_sd")


def _normal(distance: NDArray[np.floating], sd: float) -> Float:
    weights: Float = np.exp(-np.square(distance / sd) / 2).astype(np.float64)
    return weights


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function changes sign, or the nearer end."""
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return (low + high) / 2


def _check(place: str, stem_share: float, mean_size: float) -> None:
    if not 0 < stem_share < _HALF:
        raise MinshengError(
            f"a mean household size of {mean_size} persons ({place}) cannot be reached: with the "
            f"ages at marriage and numbers of children given, a share of {stem_share:.2f} of the "
            "couples would live with a married son; it must be between 0 and 0.5"
        )
