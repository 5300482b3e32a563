"""One year of the population: people age, die, are born, marry, leave home and part households.

A year carries the population from its count in one year to its count in the next; the first year
of a simulation is as composed. Every chance depends on the person's own age, sex and place.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from agents import family
from agents.households import Households
from agents.persons import Persons, members_of
from agents.protocols import Draws, Parameters
from agents.table import Bool, Float, Int32, Rows
from model.chance import derive_keys
from model.mortality import OLDEST, death_probabilities
from model.moving import (
    close_empty,
    drop_dead_rows,
    found_households,
    move,
    shelter_orphans,
)

_N_AGES = OLDEST + 1
_PLACES = ("rural", "urban")


class World(Protocol):
    """What the population needs of a simulation."""

    persons: Persons
    households: Households

    @property
    def year(self) -> int:
        """Year that is lived."""

    @property
    def parameters(self) -> Parameters:
        """Parameters in force."""

    def chance(self, decision: str) -> Draws:
        """Return the draws of a decision in this year."""


@dataclass(frozen=True)
class Vital:
    """Events of a year, in real persons and couples.

    Attributes
    ----------
    births, deaths : float
        Persons; infants who were born and died in the year count in both.
    marriages : float
        Couples.
    """

    births: float
    deaths: float
    marriages: float


@dataclass(frozen=True)
class _Departures:
    """Who leaves for a new household, by its head; the wife (-1: none) goes along.

    Attributes
    ----------
    head, wife : ndarray of intp, shape (n,)
    """

    head: Rows
    wife: Rows


def live_a_year(sim: World) -> Vital:
    """Let the population live from the count of the year before to that of this year.

    Reads and writes all columns of persons and households that tell who lives where and with whom,
    and ``assets`` of households; drops dead rows when they are many, so that rows kept elsewhere
    are void afterwards. The population changes by births less deaths.

    Notes
    -----
    Order: birthdays, deaths, couples who leave his mother, births, marriages, the unmarried who
    leave home, moves, orphans, ended households.
    """
    persons, households = sim.persons, sim.households
    persons.age += persons.alive
    table = death_probabilities(sim.parameters)
    homes_of_dead = _die(sim, table)
    deaths = _real(households, homes_of_dead)
    married = persons.spouse >= 0
    parting = _part_households(sim, married)
    births, infants = _give_birth(sim, married, table)
    unmarried, grooms, brides = _marry(sim)
    marriages = _real(households, persons.household[grooms])
    leaving = _leave_home(sim, unmarried)
    concerned = _resettle(sim, grooms, brides, [parting, leaving], homes_of_dead)
    adult_age = sim.parameters.number("demography.family.adult_age")
    shelter_orphans(persons, households, concerned, adult_age, sim.chance("households.shelter"))
    close_empty(households)
    drop_dead_rows(persons, households)
    return Vital(births, deaths + infants, marriages)


def _die(sim: World, table: Float) -> Int32:
    """Let people die; return the household of each of them.

    Source: life tables of `model.mortality`.
    """
    persons = sim.persons
    risks = table.ravel().astype(np.float32)
    cell = persons.age + np.int16(_N_AGES) * persons.urban
    cell += np.int16(2 * _N_AGES) * persons.female
    dies = sim.chance("persons.die").happens(persons.key, risks.take(cell, mode="clip"))
    dead = np.flatnonzero(dies & persons.alive)
    homes = persons.household[dead]
    np.subtract.at(sim.households.size, homes, np.int16(1))
    widowed = persons.spouse[dead]
    persons.spouse[widowed[widowed >= 0]] = -1
    persons.alive[dead] = False
    persons.spouse[dead] = -1
    return homes


def _give_birth(sim: World, married: Bool, table: Float) -> tuple[float, float]:
    """Let married women give birth; return births and deaths of the newborn, in real persons.

    Source: `agents.family.birth_rates`.
    """
    persons, households = sim.persons, sim.households
    rates = family.birth_rates(sim.parameters, OLDEST)
    fertile = np.flatnonzero(rates.any(axis=0))
    women = married & persons.female & (persons.age <= fertile[-1])
    rows = np.flatnonzero(women)
    rate = rates.ravel()[persons.age[rows] + _N_AGES * persons.urban[rows]]
    mothers = rows[sim.chance("persons.give_birth").happens(persons.key[rows], rate)]
    key = derive_keys(persons.key[mothers], "child", sim.year)
    boys_per_girl = sim.parameters.number("demography.fertility.sex_ratio")
    female = sim.chance("persons.girl").happens(key, 1 / (1 + boys_per_girl))
    risk = table[female.astype(np.intp), persons.urban[mothers].astype(np.intp), 0]
    lives = ~sim.chance("persons.die").happens(key, risk)
    births = _real(households, persons.household[mothers])
    infants = _real(households, persons.household[mothers[~lives]])
    mothers = mothers[lives]
    home = persons.household[mothers]
    inherited = {
        name: persons[name][mothers] for name in ("household", "hukou_township", "hukou_urban")
    }
    # Children are born at home, where the family is, even if the mother works elsewhere.
    inherited |= {name: households[name][home] for name in ("township", "urban")}
    parents = {"mother": mothers, "father": persons.spouse[mothers]}
    persons.append(
        len(mothers), key=key[lives], alive=True, female=female[lives], **parents, **inherited
    )
    np.add.at(households.size, home, np.int16(1))
    return births, infants


def _marry(sim: World) -> tuple[Rows, Rows, Rows]:
    """Match men and women of the same kind of place; return the unmarried, grooms and brides.

    Women who wish to marry this year find a man as long as there is one, in the county or else in
    the province; men are asked in the order of their draw relative to their own chance, so that
    those who wished to come first. The others wait.
    """
    persons = sim.persons
    unmarried, hazard = _marriageable(sim)
    draw = sim.chance("persons.marry").uniform(persons.key[unmarried])
    width = sim.parameters.number("demography.family.search_width")
    asked = np.flatnonzero(draw < hazard * np.where(persons.female[unmarried], 1, width))
    rows = unmarried[asked]
    couples = _match(sim, rows, draw[asked] / hazard[asked])
    grooms, brides = rows[couples[0]], rows[couples[1]]
    apart = persons.household[grooms] != persons.household[brides]
    grooms, brides = grooms[apart], brides[apart]
    persons.spouse[grooms], persons.spouse[brides] = brides, grooms
    _register_brides(sim, grooms, brides)
    return unmarried, grooms, brides


def _marriageable(sim: World) -> tuple[Rows, Float]:
    """Return the unmarried of the ages of marriage and their chance to marry this year."""
    persons = sim.persons
    women, men = (family.marriage_ages(sim.parameters, female) for female in (True, False))
    hazards = np.concatenate([men.hazards(OLDEST), women.hazards(OLDEST)])
    free = persons.alive & (persons.spouse < 0)
    free &= (persons.age >= women.legal) & (persons.age < women.last)
    rows = np.flatnonzero(free)
    return rows, hazards[persons.age[rows] + _N_AGES * persons.female[rows]]


def _match(sim: World, rows: Rows, soon: Float) -> tuple[Rows, Rows]:
    """Match seekers in their county, then those who are left in their province.

    Parameters
    ----------
    sim : World
    rows : ndarray of intp, shape (n,)
        Men and women who seek.
    soon : ndarray of float64, shape (n,)
        How soon they are asked, the lowest first.

    Returns
    -------
    men, women : ndarray of intp, shape (couples,)
        Positions in `rows`.
    """
    persons, households = sim.persons, sim.households
    home, female = persons.household[rows], persons.female[rows]
    spread = sim.parameters.number("demography.family.marriage_age_sd")
    suits = persons.age[rows] + spread * sim.chance("persons.suit").uniform(persons.key[rows])
    seeks = np.ones(len(rows), bool)
    found: list[tuple[Rows, Rows]] = []
    for unit in ("county", "province"):
        cell = households[unit][home].astype(np.intp) * len(_PLACES) + households.urban[home]
        men, women = (np.flatnonzero(seeks & (female == sex)) for sex in (False, True))
        sides = ((cell[side], soon[side], suits[side]) for side in (men, women))
        chosen_men, chosen_women = family.find_couples(*sides)
        found.append((men[chosen_men], women[chosen_women]))
        seeks[np.concatenate(found[-1])] = False
    men, women = (np.concatenate(side) for side in zip(*found, strict=True))
    return men, women


def _register_brides(sim: World, grooms: Rows, brides: Rows) -> None:
    """Move the hukou of brides to where the groom's family is registered.

    The kind of hukou stays: marriage did not change it.
    """
    persons = sim.persons
    family = persons.household[grooms]
    persons.hukou_township[brides] = sim.households.hukou_township[family]


def _part_households(sim: World, married: Bool) -> _Departures:
    """Decide which couples leave the household of his mother (fenjia, 分家)."""
    persons = sim.persons
    oldest = sim.parameters.number("demography.family.oldest_to_split")
    may_part = married & (persons.mother >= 0) & ~persons.female & (persons.age <= oldest)
    rows = np.flatnonzero(may_part)
    rows = rows[_lives_with_mother(persons, rows)]
    mother_age = persons.age[persons.mother[rows]]
    rate = family.splitting_rate(persons.urban[rows], persons.age[rows], mother_age, sim.parameters)
    rows = rows[sim.chance("persons.part_household").happens(persons.key[rows], rate)]
    return _Departures(rows, persons.spouse[rows].astype(np.intp))


def _leave_home(sim: World, unmarried: Rows) -> _Departures:
    """Decide which of those who did not marry leave their mother's home to live alone."""
    persons = sim.persons
    law = family.marriage_ages(sim.parameters, female=False)
    may_leave = (persons.spouse[unmarried] < 0) & (persons.age[unmarried] >= law.legal)
    rows = unmarried[may_leave]
    rate = _by_place(sim, "leave_rate", persons.urban[rows])
    rows = rows[sim.chance("persons.leave_home").happens(persons.key[rows], rate)]
    rows = rows[_lives_with_mother(persons, rows)]
    return _Departures(rows, np.full(len(rows), -1))


def _resettle(
    sim: World, grooms: Rows, brides: Rows, departures: list[_Departures], homes_of_dead: Int32
) -> Rows:
    """Let couples, single leavers and the unmarried children of the wives move.

    Returns
    -------
    ndarray of intp
        Everybody who lived in a household that somebody left or died in, the movers among them.
    """
    persons, households = sim.persons, sim.households
    share = _by_place(sim, "with_parents", persons.urban[grooms])
    draw = sim.chance("persons.stay_with_parents").uniform(persons.key[grooms])
    stays = family.stays_with_parents(_lives_with_mother(persons, grooms), draw, share)
    founding = [_Departures(grooms[~stays], brides[~stays]), *departures]
    head = np.concatenate([departure.head for departure in founding])
    wife = np.concatenate([departure.wife for departure in founding])
    home = found_households(households, persons.household[head], persons.key[head], sim.year)
    along = wife >= 0
    rows = np.concatenate([brides[stays], head, wife[along]])
    to = np.concatenate([persons.household[grooms[stays]], home, home[along]])
    touched = np.concatenate([homes_of_dead, persons.household[rows]])
    members = members_of(persons, households.n, touched)
    rows, to = _with_children(persons, rows, to, members)
    move(persons, households, rows, to)
    return members


def _with_children(persons: Persons, rows: Rows, to: Int32, members: Rows) -> tuple[Rows, Int32]:
    """Add the unmarried children who live with a mother that moves; all are among `members`."""
    target = np.full(persons.n + 1, -1, np.int32)
    target[rows] = to
    # The last place, -1, is for those without a mother.
    with_mother = target[persons.mother[members]]
    follows = (with_mother >= 0) & (target[members] < 0) & (persons.spouse[members] < 0)
    follows &= _lives_with_mother(persons, members)
    return np.append(rows, members[follows]), np.append(to, with_mother[follows])


def _lives_with_mother(persons: Persons, rows: Rows) -> Bool:
    mother = persons.mother[rows]
    together: Bool = persons.household[mother] == persons.household[rows]
    together &= (mother >= 0) & persons.alive[mother]
    return together


def _real(households: Households, homes: Int32) -> float:
    """Return the real persons for whom persons of these households stand."""
    return float(households.weight[homes].sum())


def _by_place(sim: World, name: str, urban: Bool) -> Float:
    """Return a parameter of the family by kind of place, shape of `urban`."""
    values = [sim.parameters.number(f"demography.family.{name}_{place}") for place in _PLACES]
    return np.array(values)[urban.astype(np.intp)]
