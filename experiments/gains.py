"""Who wins and who loses between two histories: households paired, grouped by the first of them.

``docs/compare.md`` says what is counted, and how ties, empty groups and negative incomes are
treated.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agents.table import Bool, Float, Int64, Key
from model.simulation import Simulation
from policies.base import DECILES, HUKOU_GROUPS

THRESHOLD = 0.01
"""Share of the income in the first history that a change must exceed to count."""
PLACES = ("rural", "urban")
_ADULT, _OLD = 16, 60
_HALF = 0.5


@dataclass(frozen=True)
class Side:
    """The households of a history at the end of its last year.

    Attributes
    ----------
    key : ndarray of uint64, shape (n,)
    income : ndarray of float64, shape (n,)
        Income per head after transfers and contributions, yuan/year.
    people : dict of str to ndarray of float64, shape (n,)
        Real people of each household that belong to a group, by group; ``all`` is everybody.
    """

    key: Key
    income: Float
    people: dict[str, Float]


def side_of(sim: Simulation) -> Side:
    """Return the households of a simulation that has ended."""
    households, persons = sim.households, sim.persons
    rows = np.flatnonzero(households.alive)
    everybody = households.weight * households.size
    alive = persons.alive

    def members(chosen: Bool) -> Float:
        found = np.bincount(persons.household[chosen & alive], minlength=households.n)
        return households.weight * found

    groups = {
        "all": everybody,
        **dict(zip(PLACES, _halves(everybody, households.urban), strict=True)),
        **dict(zip(HUKOU_GROUPS, _halves(everybody, households.hukou_urban), strict=True)),
        "children": members(persons.age < _ADULT),
        "elderly": members(persons.age >= _OLD),
    }
    people = {name: count[rows] for name, count in groups.items()}
    return Side(households.key[rows], households.income_per_head[rows], people)


def _halves(people: Float, is_second: Bool) -> tuple[Float, Float]:
    return people * ~is_second, people * is_second


def gains(first: Side, second: Side) -> pd.DataFrame:
    """Return gains and losses of the second history against the first, see `gains_by_group`.

    Households of one history only are left out. The columns ``unpaired_before`` and
    ``unpaired_after`` say how many of the people of each history that concerns, as a share.
    """
    _, one, two = np.intersect1d(first.key, second.key, return_indices=True)
    people = {name: count[one] for name, count in first.people.items()}
    table = gains_by_group(first.income[one], second.income[two], people)
    return table.assign(
        unpaired_before=_without(first.people["all"], one),
        unpaired_after=_without(second.people["all"], two),
    )


def gains_by_group(before: Float, after: Float, people: dict[str, Float]) -> pd.DataFrame:
    """Return gains by group, by decile of the incomes before, and by both.

    Parameters
    ----------
    before, after : ndarray of float64, shape (n,)
        Income per head in the two histories, of any sign.
    people : dict of str to ndarray of float64, shape (n,)
        Real people of each household, by group; ``all`` makes the deciles.

    Returns
    -------
    DataFrame
        Columns group (``all``, ``rural``, ``decile_1``, ``rural&decile_1``), people, before,
        after, change (yuan per person and year), change_share (of income before), winning, losing,
        unchanged (shares of the people); null in a group without people.
    """
    groups = _with_deciles(people, baseline_deciles(before, people["all"]))
    return pd.DataFrame([_gains_of(name, of, before, after) for name, of in groups])


def _with_deciles(people: dict[str, Float], decile: Int64) -> Iterator[tuple[str, Float]]:
    yield from people.items()
    for tenth, name in enumerate(DECILES):
        yield name, people["all"] * (decile == tenth)
    for place in (name for name in PLACES if name in people):
        for tenth, name in enumerate(DECILES):
            yield f"{place}&{name}", people[place] * (decile == tenth)


def baseline_deciles(income: Float, people: Float) -> Int64:
    """Return the decile of each household, 0 to 9, shape (n,); equal incomes share a decile.

    A household belongs where the middle of its people falls, and so do all of the same income
    together. A decile may therefore be empty.
    """
    _, place = np.unique(income, return_inverse=True)
    at_income = np.bincount(place, people)
    total = at_income.sum()
    if not total > 0:
        return np.zeros(len(income), np.int64)
    middle = (np.cumsum(at_income) - at_income * _HALF) / total
    last = len(DECILES) - 1
    decile: Int64 = np.minimum((middle * len(DECILES)).astype(np.int64), last)[place]
    return decile


def _gains_of(name: str, people: Float, before: Float, after: Float) -> dict[str, object]:
    total = people.sum()
    if not total > 0:
        return {"group": name, "people": 0.0}
    change, least = after - before, THRESHOLD * np.abs(before)
    received, gained = (people * before).sum(), (people * change).sum()
    won, lost = people[change > least].sum() / total, people[change < -least].sum() / total
    return {
        "group": name,
        "people": total,
        "before": received / total,
        "after": (received + gained) / total,
        "change": gained / total,
        "change_share": gained / received if received > 0 else np.nan,
        "winning": won,
        "losing": lost,
        "unchanged": 1 - won - lost,
    }


def _without(people: Float, paired: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> float:
    left = np.ones(len(people), bool)
    left[paired] = False
    total = people.sum()
    return float(people[left].sum() / total) if total > 0 else float("nan")
