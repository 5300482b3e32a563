"""Officials: who leads a county or a province, for how long, and what he puts his effort into.

The rules stand in `agents.careers` (how he is judged and moved), `agents.priorities` (what he
attends to), `agents.reporting` (what he states) and `agents.stability` (how he keeps order).
"""

from typing import Annotated, Any

import numpy as np

from agents.institution import Institution
from agents.local_government import Counties
from agents.table import Column, Float, Int8, Int16, Int32, Key, Table

COUNTY, PROVINCE = 0, 1
KINDS = ("growth", "revenue", "stability", "social", "errors", "innovation")
"""What a leader is judged by and puts his effort into, in the order of all schedules by kind."""
# Odd, so that adding it again and again passes through every key.
_NEXT_PERSON = np.uint64(0x9E3779B97F4A7C15)


class Officials(Table):
    """One row a post: the leaders of the counties, in their order, then those of the provinces."""

    level: Annotated[Int8, Column("LEVELS", "0 county, 1 province")]
    place: Annotated[Int32, Column("row", "county or province he leads")]
    age: Annotated[Float, Column("years", "age")]
    years: Annotated[Float, Column("years", "years in this post")]
    horizon: Annotated[Float, Column("years", "years he expects to stay")]
    score: Annotated[Float, Column("s.d.", "last evaluation, against the posts compared with")]
    promoted: Annotated[Int8, Column("flag", "the post was left by promotion this year")]
    left_after: Annotated[Float, Column("years", "in the post of who left it this year; 0: nobody")]
    moved_from: Annotated[Int32, Column("row", "county he led before; -1: none", -1)]
    veto_until: Annotated[Int16, Column("year", "no promotion before this year")]
    found_out: Annotated[Int8, Column("flag", "an audit found last year's reports to be false")]
    effort_growth: Annotated[Float, Column("share", "effort put into growth")]
    effort_revenue: Annotated[Float, Column("share", "effort put into revenue")]
    effort_stability: Annotated[Float, Column("share", "effort put into stability")]
    effort_social: Annotated[Float, Column("share", "effort put into coverage and poverty")]
    effort_errors: Annotated[Float, Column("share", "effort put into right decisions on claims")]
    effort_innovation: Annotated[Float, Column("share", "effort put into visible novelties")]


PERSONAL = ("key", "age", "veto_until")
"""Columns that go with a person who changes posts."""


def posts(counties: Counties, province_key: Key) -> Officials:
    """Return the posts of a world, held by nobody in particular yet.

    Parameters
    ----------
    counties : Counties
    province_key : ndarray of uint64, shape (n_provinces,)
        Keys of the leaders of provinces; those of counties have the keys of their counties.
    """
    officials = Officials(counties.n + len(province_key))
    officials.alive[:] = True
    officials.level[counties.n :] = PROVINCE
    officials.place[: counties.n] = np.arange(counties.n)
    officials.place[counties.n :] = np.arange(len(province_key))
    officials.key[: counties.n] = counties.key
    officials.key[counties.n :] = province_key
    return officials


def successor(key: Key) -> Key:
    """Return the key of whoever follows each person in a post; the same in every history."""
    return key + _NEXT_PERSON


class Official(Institution):
    """The leader of a county or a province (县委书记, 省委书记), whoever holds the post.

    His numbers stand in `Officials`, so that rules read all leaders at once; this is a view of one
    row of it. ``level`` is ``"official"``, ``code`` and ``name_zh`` are those of the place.
    """

    def __init__(self, sim: Any, code: str, name_zh: str, row: int) -> None:
        super().__init__(sim, "official", code, name_zh, row)

    @property
    def person(self) -> dict[str, Any]:
        """Everything that is known of him, by column."""
        values: dict[str, Any] = self.sim.officials[self.row]
        return values

    @property
    def age(self) -> int:
        """Age in years."""
        return int(self.sim.officials.age[self.row])

    @property
    def tenure(self) -> int:
        """Years in this post."""
        return int(self.sim.officials.years[self.row])

    @property
    def horizon(self) -> float:
        """Years he expects to stay."""
        return float(self.sim.officials.horizon[self.row])

    @property
    def score(self) -> float:
        """Last evaluation, in standard deviations of the posts it was compared with."""
        return float(self.sim.officials.score[self.row])

    @property
    def priorities(self) -> dict[str, float]:
        """How he divides his effort, shares by kind."""
        officials = self.sim.officials
        return {kind: float(officials[f"effort_{kind}"][self.row]) for kind in KINDS}
