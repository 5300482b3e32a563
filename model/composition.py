"""The members of the first year's households: couples, their children, his parents, single men.

Every household draws its members from the tables of `model.composition_tables` with its own key;
none is adjusted to the others, so that one household more changes nobody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.households import Households
from agents.persons import Persons
from agents.protocols import Chance, Draws, Parameters
from agents.table import Bool, Float, Int32, Key, Rows
from model.chance import derive_keys
from model.composition_tables import PLACES, Couples, PlaceTables, composition_tables
from model.mortality import OLDEST

_N_AGES = OLDEST + 1
_NOBODY = -1
# Places in the household. Children follow, by their mother's age at birth: first those of the
# couple, then those of his mother.
_WIFE, _HUSBAND, _HIS_MOTHER, _HIS_FATHER = range(4)
_ADULTS = ("wife", "husband", "his_mother", "his_father")
_CHILD = len(_ADULTS)
_SIBLING = _CHILD + _N_AGES

_Ages = NDArray[np.int16]


@dataclass(frozen=True)
class _Members:
    """Those who hold one place in their households."""

    place: int
    household: Rows
    key: Key
    age: _Ages
    female: Bool


def compose_members(
    households: Households, mean_size: Mapping[str, float], parameters: Parameters, chance: Chance
) -> Persons:
    """Draw who lives in each household.

    Parameters
    ----------
    households : Households
        Reads ``key``, ``urban``, ``hukou_urban``, ``township``.
    mean_size : mapping of str to float
        Official mean household size, ``urban`` and ``rural``, persons.
    parameters
        Of 1993, as the structure of ages; reads ``demography``.
    chance
        Draws of the first year.

    Returns
    -------
    Persons
        Ordered by household, with ``key``, ``alive``, ``household``, ``age``, ``female``,
        ``spouse``, ``mother`` and the places of residence and registration.

    Raises
    ------
    MinshengError
        A mean size cannot be reached.

    Notes
    -----
    Ages: structure of 1993, World Population Prospects 2019. Assumption: urban and rural people
    differ in the number of children and in sharing homes, not in the ages of couples.
    """
    couples, tables = composition_tables(mean_size, parameters)
    youngest_mother = int(parameters.number("demography.composition.youngest_mother"))
    age = _adult_ages(households, couples, tables, youngest_mother, chance)
    members = _living_adults(households, age, couples, chance)
    girls = couples.unmarried[1] / np.maximum(couples.unmarried.sum(axis=0), np.finfo(float).tiny)
    for first_place, mother in ((_CHILD, _WIFE), (_SIBLING, _HIS_MOTHER)):
        members += _children(households, age[mother], first_place, tables, girls, chance)
    return _as_table(members, households)


def _adult_ages(
    households: Households,
    couples: Couples,
    tables: Mapping[str, PlaceTables],
    youngest_mother: int,
    chance: Chance,
) -> _Ages:
    """Draw the kind of each household and the ages of its adults as if all lived, shape (4, n).

    A single man is a husband without a wife; -1 where there is nobody.
    """
    age = np.full((_CHILD, households.n), _NOBODY, np.int16)
    for urban, place in enumerate(PLACES):
        rows = np.flatnonzero(households.urban == bool(urban))
        _draw_kind(households.key[rows], rows, tables[place], age, chance)
    _add_husband(households.key, age[_WIFE], age[_HUSBAND], couples, chance("composition.husband"))
    _add_husband(
        households.key, age[_HIS_MOTHER], age[_HIS_FATHER], couples, chance("composition.father")
    )
    sons = np.flatnonzero(age[_HIS_MOTHER] >= 0)
    oldest = age[_HIS_MOTHER, sons] - youngest_mother
    age[_HUSBAND, sons] = np.minimum(age[_HUSBAND, sons], oldest)
    return age


def _draw_kind(keys: Key, rows: Rows, table: PlaceTables, age: _Ages, chance: Chance) -> None:
    """Draw single men, couples with his parents and couples without, with their ages."""
    parts = (table.single_men, table.without_parents, table.with_parents.ravel())
    kind = _drawn(np.array([part.sum() for part in parts]), chance("composition.kind"), keys)
    single, without, with_parents = (np.flatnonzero(kind == k) for k in range(len(parts)))
    draws = chance("composition.age")
    age[_HUSBAND, rows[single]] = _drawn(parts[0], draws, keys[single])
    age[_WIFE, rows[without]] = _drawn(parts[1], draws, keys[without])
    cell = _drawn(parts[2], draws, keys[with_parents])
    age[_HIS_MOTHER, rows[with_parents]], age[_WIFE, rows[with_parents]] = divmod(cell, _N_AGES)


def _drawn(weights: Float, draws: Draws, keys: Key) -> Rows:
    """Draw a position for each key with chances in proportion to `weights`."""
    law = np.cumsum(weights)
    return np.searchsorted(law / law[-1], draws.uniform(keys), side="right")


def _add_husband(keys: Key, wife: _Ages, husband: _Ages, couples: Couples, draws: Draws) -> None:
    """Draw the ages of husbands from those of their wives, in place."""
    law = np.cumsum(couples.number, axis=1)
    law /= np.maximum(law[:, -1:], np.finfo(float).tiny)
    # One increasing law for all: the row of a wife's age runs from that age to the next.
    increasing = (law + np.arange(_N_AGES)[:, None]).ravel()
    rows = np.flatnonzero(wife >= 0)
    of_wife = wife[rows].astype(np.intp)
    found = np.searchsorted(increasing, of_wife + draws.uniform(keys[rows]), side="right")
    husband[rows] = np.minimum(found - of_wife * _N_AGES, OLDEST)


def _living_adults(
    households: Households, age: _Ages, couples: Couples, chance: Chance
) -> list[_Members]:
    """Draw who of each couple lives, and return the living."""
    lives = age >= 0
    for wife, husband in ((_WIFE, _HUSBAND), (_HIS_MOTHER, _HIS_FATHER)):
        rows = np.flatnonzero(lives[wife])
        ages = age[wife, rows], age[husband, rows]
        draw = chance(f"composition.survivor_{_ADULTS[wife]}").uniform(households.key[rows])
        wife_lives = draw < couples.both[ages] + couples.only_wife[ages]
        lives[wife, rows] = wife_lives
        lives[husband, rows] = ~wife_lives | (draw < couples.both[ages])
    adults = []
    for place, name in enumerate(_ADULTS):
        rows = np.flatnonzero(lives[place])
        key = derive_keys(households.key[rows], f"member {name}")
        female = np.full(len(rows), place in (_WIFE, _HIS_MOTHER))
        adults.append(_Members(place, rows, key, age[place, rows], female))
    return adults


def _children(
    households: Households,
    mother_age: _Ages,
    first_place: int,
    tables: Mapping[str, PlaceTables],
    girls: Float,
    chance: Chance,
) -> list[_Members]:
    """Draw the unmarried children of one generation of mothers, by her age at their birth."""
    rates = np.stack([tables[place].children for place in PLACES])
    draws, sexes = chance("composition.child"), chance("composition.girl")
    born_at = np.flatnonzero(
        [np.trace(rates[0], offset=-at_birth) > 0 for at_birth in range(_N_AGES)]
    )
    children = []
    for at_birth in born_at:
        rows = np.flatnonzero(mother_age >= at_birth)
        age = mother_age[rows] - at_birth
        rate = rates[households.urban[rows].astype(np.intp), mother_age[rows], age]
        rows, age, rate = rows[rate > 0], age[rate > 0], rate[rate > 0]
        place = first_place + int(at_birth)
        key = derive_keys(households.key[rows], f"member {place}")
        born = np.flatnonzero(draws.happens(key, rate))
        female = sexes.happens(key[born], girls[age[born]])
        children.append(_Members(place, rows[born], key[born], age[born], female))
    return children


def _as_table(members: list[_Members], households: Households) -> Persons:
    """Put all members in one table, ordered by household, and link them."""
    household = np.concatenate([m.household for m in members])
    order = np.argsort(household, kind="stable")
    persons = Persons(len(order))
    persons.household = household[order].astype(np.int32)
    persons.key = np.concatenate([m.key for m in members])[order]
    persons.age = np.concatenate([m.age for m in members])[order].astype(np.int16)
    persons.female = np.concatenate([m.female for m in members])[order]
    persons.alive[:] = True
    persons.township = households.township[persons.household]
    persons.hukou_township = persons.township.copy()
    persons.urban = households.urban[persons.household]
    persons.hukou_urban = households.hukou_urban[persons.household]
    place = np.repeat([m.place for m in members], [len(m.key) for m in members])[order]
    _link(persons, place, households.n)
    return persons


def _link(persons: Persons, place: NDArray[np.integer], n_households: int) -> None:
    """Link husbands and wives, and everybody to mother and father in the household."""
    row = np.full((_CHILD, n_households), _NOBODY, np.int32)
    for adult in range(_CHILD):
        rows = np.flatnonzero(place == adult)
        row[adult, persons.household[rows]] = rows
    spouse_of: Int32 = row[[_HUSBAND, _WIFE, _HIS_FATHER, _HIS_MOTHER]]
    adults = np.flatnonzero(place < _CHILD)
    persons.spouse[adults] = spouse_of[place[adults], persons.household[adults]]
    for mother, father, is_child in (
        (_WIFE, _HUSBAND, (place >= _CHILD) & (place < _SIBLING)),
        (_HIS_MOTHER, _HIS_FATHER, (place >= _SIBLING) | (place == _HUSBAND)),
    ):
        rows = np.flatnonzero(is_child)
        persons.mother[rows] = row[mother, persons.household[rows]]
        persons.father[rows] = row[father, persons.household[rows]]
