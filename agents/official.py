"""Officials: who leads a county or a province, for how long, and what he puts his effort into."""

from typing import Annotated

import numpy as np

from agents.local_government import Counties
from agents.table import Column, Float, Int8, Int16, Int32, Table

COUNTY, PROVINCE = 0, 1


class Officials(Table):
    """One row a post: the leaders of the counties, in their order, then those of the provinces."""

    level: Annotated[Int8, Column("LEVELS", "0 county, 1 province")]
    place: Annotated[Int32, Column("row", "county or province he leads")]
    age: Annotated[Float, Column("years", "age")]
    years: Annotated[Float, Column("years", "years in this post")]
    horizon: Annotated[Float, Column("years", "years he expects to stay")]
    score: Annotated[Float, Column("s.d.", "last evaluation, against the posts compared with")]
    promoted: Annotated[Int8, Column("flag", "the post was left by promotion this year")]
    moved_from: Annotated[Int32, Column("row", "county he led before; -1: none", -1)]
    veto_until: Annotated[Int16, Column("year", "no promotion before this year")]
    effort_growth: Annotated[Float, Column("share", "effort put into growth")]
    effort_revenue: Annotated[Float, Column("share", "effort put into revenue")]
    effort_stability: Annotated[Float, Column("share", "effort put into stability")]
    effort_social: Annotated[Float, Column("share", "effort put into coverage and poverty")]
    effort_errors: Annotated[Float, Column("share", "effort put into right decisions on claims")]
    effort_innovation: Annotated[Float, Column("share", "effort put into visible novelties")]


def posts(counties: Counties, n_provinces: int) -> Officials:
    """Return the posts of a world, held by nobody in particular yet."""
    officials = Officials(counties.n + n_provinces)
    officials.alive[:] = True
    officials.level[counties.n :] = PROVINCE
    officials.place[: counties.n] = np.arange(counties.n)
    officials.place[counties.n :] = np.arange(n_provinces)
    return officials
