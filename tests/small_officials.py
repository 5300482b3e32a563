"""A few posts and their leaders, for rules of careers worked by hand."""

from typing import Any

import numpy as np

from agents.local_government import Counties
from agents.official import Officials, posts
from tests.small_county import Luck

# A leader who is neither young nor old and has been in the post long enough.
LEADER = {"age": 45.0, "years": 4.0}


def leaders(n: int, n_provinces: int = 0, **columns: Any) -> Officials:
    """Return the leaders of `n` counties, and of provinces if there are any."""
    counties = Counties(n)
    counties.key[:] = 1 + np.arange(n)
    officials = posts(counties, np.arange(101, 101 + n_provinces, dtype=np.uint64))
    for name, value in (LEADER | columns).items():
        officials[name][:] = value
    return officials


def lucky(**draws: float):
    """Return chance with a draw for each purpose of officials, and one half for all others."""
    return lambda decision: Luck(draws.get(decision.partition(".")[2], 0.5))


class Ordered(Luck):
    """Draws that rise with the key, from just above nothing."""

    def uniform(self, keys):
        return keys / (1.0 + keys.max(initial=0))
