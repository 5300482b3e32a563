"""People change household: money moves with them, new households start, empty ones end.

Every mover takes an equal share of what the household owns, so that the savings of all households,
weighted, are the same before and after. No rule here draws more than one number per household.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.households import Households
from agents.persons import Persons
from agents.protocols import Draws
from agents.table import Bool, Int32, Key, Rows, Table, total_by
from model.chance import derive_keys

_YEARLY = "yuan/year"
# What an ended household keeps: who and where it was. Its weight goes, so that no sum counts it.
_PLACE = ("township", "county", "province", "urban")
_IDENTITY = ("key", "number", *_PLACE, "hukou_urban", "hukou_township", "hukou_county")
# Dead rows slow down every rule a little; dropping them costs about as much as a year.
_DEAD_SHARE = 0.1
_UNITS = ("township", "county", "province")
_KINDS_OF_PLACE = 2

_Units = NDArray[np.integer]


def found_households(households: Households, parents: Rows, heads: Key, year: int) -> Int32:
    """Add an empty household for each head, like the one the head comes from.

    Parameters
    ----------
    households : Households
    parents : ndarray of intp, shape (n,)
        Rows of the households they come from.
    heads : ndarray of uint64, shape (n,)
        Keys of those who found them; with the parent's key they make the new keys.
    year : int

    Returns
    -------
    ndarray of int32, shape (n,)
        Rows of the new households, without members and savings; yearly amounts are zero, and an
        illness stays with the family they come from.
    """
    fresh: dict[str, Any] = {
        name: column.default
        for name, (_, column) in households.declared.items()
        if column.unit == _YEARLY
    }
    fresh |= {"assets": 0, "size": 0, "ill_years": 0}
    fresh["number"] = households.number.max(initial=-1) + 1 + np.arange(len(parents))
    fresh["key"] = derive_keys(households.key[parents] ^ heads, "household", year)
    return households.append_copies(parents, **fresh)


def move(persons: Persons, households: Households, rows: Rows, to: _Units) -> None:
    """Move persons to other households, with their share of the savings.

    Parameters
    ----------
    persons, households
        Changes ``household``, ``township``, ``urban``, ``away`` and ``place_years`` of the movers,
        ``size`` and ``assets``.
    rows : ndarray of intp, shape (n,)
        Each person once.
    to : ndarray of int, shape (n,)
        Rows of the households they join.
    """
    origin, to = persons.household[rows].astype(np.intp), to.astype(np.intp)
    share = households.assets[origin] / households.size[origin]
    np.subtract.at(households.assets, origin, share)
    share *= households.weight[origin] / households.weight[to]
    np.add.at(households.assets, to, share)
    one = np.int16(1)
    np.subtract.at(households.size, origin, one)
    np.add.at(households.size, to, one)
    persons.household[rows] = to
    # Who is away for work stays there, unless the new home is there too.
    joins = ~persons.away[rows] | (persons.township[rows] == households.township[to])
    arriving, home = rows[joins], to[joins]
    elsewhere = persons.township[arriving] != households.township[home]
    persons.place_years[arriving[elsewhere]] = 0
    persons.township[arriving] = households.township[home]
    persons.urban[arriving] = households.urban[home]
    persons.away[arriving] = False


def shelter_orphans(
    persons: Persons, households: Households, concerned: Rows, adult_age: float, draws: Draws
) -> None:
    """Let households without adults join another of the same township and kind of place.

    Where there is none, one of the county, then of the province; else they stay by themselves.

    Parameters
    ----------
    persons, households
    concerned : ndarray of intp
        Everybody who lived in a household that somebody left or died in.
    adult_age : float
    draws : Draws
        One draw for each household without adults, by its key.
    """
    home = persons.household[concerned]
    has_adult = np.zeros(households.n, bool)
    has_adult[home[persons.age[concerned] >= adult_age]] = True
    orphans = concerned[~has_adult[home]]
    if not orphans.size:
        return
    seeking = np.unique(persons.household[orphans])
    hosts = np.full(households.n, -1, np.int32)
    accepting = households.alive & (households.size > 0)
    accepting[seeking] = False
    for cell in _cells(households):
        open_ = seeking[hosts[seeking] < 0]
        if not open_.size:
            break
        hosts[open_] = _drawn_host(households, cell, open_, accepting, draws)
    housed = orphans[hosts[persons.household[orphans]] >= 0]
    move(persons, households, housed, hosts[persons.household[housed]])


def close_empty(households: Households) -> None:
    """End households that have no members; neighbours share equally what they leave.

    Neighbours live in the same township and kind of place; where there are none, in the county,
    then in the province, then in any kind of place there, then anywhere: small samples run out of
    neighbours, and money may not be lost. Changes ``alive`` and ``assets``.
    """
    empty = np.flatnonzero(households.alive & (households.size == 0))
    estate = np.zeros(households.n)
    estate[empty] = households.assets[empty] * households.weight[empty]
    for name, (_, column) in households.declared.items():
        if name not in _IDENTITY:
            households[name][empty] = column.default
    for cell in _heirs(households):
        left = empty[estate[empty] != 0]
        if not left.size:
            break
        n_cells = int(cell.max()) + 1
        # Ended households have no weight.
        weight = total_by(cell, households.weight, n_cells)
        heirs = left[weight[cell[left]] > 0]
        gain = total_by(cell[heirs], estate[heirs], n_cells) / np.where(weight > 0, weight, 1)
        households.assets += gain[cell] * households.alive
        estate[heirs] = 0


def drop_dead_rows(persons: Persons, households: Households) -> None:
    """Drop the rows of the dead and of ended households when they are many; all links follow.

    The order of the others stays. The household of the highest number stays too, since new numbers
    are counted from it.
    """
    many_persons, many_households = (
        np.count_nonzero(table.alive) < (1 - _DEAD_SHARE) * table.n
        for table in (persons, households)
    )
    if many_persons or many_households:
        # With the households always, since a dead person's row may name one that is dropped.
        _drop("persons", persons.alive, {"persons": persons, "households": households})
    if many_households:
        kept = households.alive.copy()
        kept[households.number.argmax()] = True
        _drop("households", kept, {"persons": persons, "households": households})


def _drop(name: str, kept: Bool, tables: Mapping[str, Table]) -> None:
    new_rows = tables[name].keep(kept)
    for table in tables.values():
        table.renumber(name, new_rows)


def _cells(households: Households) -> Iterator[_Units]:
    """Yield a number for each household's neighbourhood, from the nearest to the widest."""
    for unit in _UNITS:
        yield households[unit].astype(np.intp) * _KINDS_OF_PLACE + households.urban


def _heirs(households: Households) -> Iterator[_Units]:
    """Yield the neighbourhoods, then the province with all its places, then the country."""
    yield from _cells(households)
    yield households.province.astype(np.intp)
    yield np.zeros(households.n, np.intp)


def _drawn_host(
    households: Households, cell: _Units, seeking: _Units, accepting: Bool, draws: Draws
) -> _Units:
    """Draw a host in the same cell for each seeking household; -1 where there is none."""
    asked = np.zeros(int(cell.max()) + 1, bool)
    asked[cell[seeking]] = True
    candidates = np.flatnonzero(accepting & asked[cell])
    # By key, so that the draw finds the same host wherever the rows are.
    candidates = candidates[np.lexsort((households.key[candidates], cell[candidates]))]
    first = np.searchsorted(cell[candidates], cell[seeking], side="left")
    count = np.searchsorted(cell[candidates], cell[seeking], side="right") - first
    chosen = first + (draws.uniform(households.key[seeking]) * count).astype(np.intp)
    return np.append(candidates, -1)[np.where(count > 0, chosen, -1)]
