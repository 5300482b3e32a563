"""The table of persons: who they are, where they live and are registered, what they do."""

from enum import IntEnum
from typing import Annotated

from agents.table import Bool, Column, Int8, Int16, Int32, Table


class Work(IntEnum):
    """What a person lives from in a year."""

    NONE = 0
    FARM = 1
    OFF_FARM = 2
    FORMAL = 3
    INFORMAL = 4
    UNEMPLOYED = 5
    RETIRED = 6


class Persons(Table):
    """One row a person; a person counts for the ``weight`` of the household."""

    household: Annotated[Int32, Column("row", "household lived in", -1, link="households")]
    age: Annotated[Int16, Column("years", "completed years")]
    female: Annotated[Bool, Column("flag", "sex: female")]
    spouse: Annotated[Int32, Column("row", "living spouse", -1, link="persons")]
    mother: Annotated[Int32, Column("row", "mother, while her row exists", -1, link="persons")]
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


def works_as(work: Int8, *kinds: Work) -> Bool:
    """Return who lives from one of some kinds of work, shape of `work`; far faster than isin."""
    chosen: Bool = work == kinds[0]
    for kind in kinds[1:]:
        chosen |= work == kind
    return chosen
