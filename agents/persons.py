"""The table of persons: who they are, where they live and are registered, what they do."""

from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from agents.table import Bool, Column, Int8, Int16, Int32, Rows, Table, at


class Work:
    """What a person lives from in a year: the codes of column ``work``.

    Plain numbers, since comparing a column with the member of an enumeration takes ten times as
    long.
    """

    NONE: Final = 0
    FARM: Final = 1
    OFF_FARM: Final = 2
    FORMAL: Final = 3
    INFORMAL: Final = 4
    UNEMPLOYED: Final = 5
    RETIRED: Final = 6


WORK_NAMES = ("none", "farm", "off farm", "formal", "informal", "unemployed", "retired")
"""What each code of `Work` is called."""


class Persons(Table):
    """One row a person; a person counts for the ``weight`` of the household."""

    household: Annotated[Int32, Column("row", "household lived in", -1, link="households")]
    age: Annotated[Int16, Column("years", "completed years")]
    female: Annotated[Bool, Column("flag", "sex: female")]
    spouse: Annotated[Int32, Column("row", "living spouse", -1, link="persons")]
    mother: Annotated[Int32, Column("row", "mother, while her row exists", -1, link="persons")]
    father: Annotated[Int32, Column("row", "father, while his row exists", -1, link="persons")]
    skill: Annotated[Int8, Column("0 low, 1 mid, 2 high", "schooling and training")]
    away: Annotated[Bool, Column("flag", "lives elsewhere for work, apart from the family")]
    township: Annotated[Int32, Column("row", "township of residence", -1)]
    urban: Annotated[Bool, Column("flag", "lives in an urban place")]
    hukou_township: Annotated[Int32, Column("row", "township of registration (hukou, 户口)", -1)]
    hukou_urban: Annotated[Bool, Column("flag", "non-agricultural hukou")]
    place_years: Annotated[Int8, Column("years", "years lived at the present place, at most 100")]
    work: Annotated[Int8, Column("Work", "what the person lives from")]
    state_sector: Annotated[Bool, Column("flag", "works or worked for the state or its firms")]
    disabled: Annotated[Bool, Column("flag", "lasting disability")]


def works_as(work: Int8, *kinds: int) -> Bool:
    """Return who lives from one of some kinds of work, shape of `work`; far faster than isin."""
    chosen: Bool = work == kinds[0]
    for kind in kinds[1:]:
        chosen |= work == kind
    return chosen


def members_of(persons: Persons, n_households: int, rows: NDArray[np.integer]) -> Rows:
    """Return the living members of some households (`rows`, in any order), in row order."""
    if not len(rows):
        return np.zeros(0, np.intp)
    asked = np.zeros(n_households, bool)
    asked[rows] = True
    return np.flatnonzero(at(asked, persons.household) & persons.alive)
