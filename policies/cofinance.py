"""What the centre pays of the schemes of counties, by region (rule a.3).

Each scheme has its own share; here is how it differs between the regions of the country.
"""

import numpy as np
from scipy.special import expit, logit

from agents.table import Float, Rows
from policies.base import World
from policies.pools import PROVINCE

REGIONS = ("east", "northeast", "central")
"""Regions that are listed; the West is the rest."""


def regions(sim: World) -> Rows:
    """Return the region of each county: 0 East, 1 Northeast, 2 Central, 3 West, (n_counties,)."""
    province = sim.counties.code // PROVINCE
    region = np.full(sim.counties.n, len(REGIONS), np.intp)
    for row, name in enumerate(REGIONS):
        members = sim.parameters.schedule(f"fiscal.cofinance.{name}")
        region[(province[:, None] == members).any(axis=1)] = row
    return region


def centre_share(sim: World, path: str) -> Float:
    """Return the centre's share in a scheme by county: expit(logit(share of the scheme) + tilt).

    Nothing and everything stay nothing and everything. Source: S2 Box 1-1-1 for the direction.

    Parameters
    ----------
    sim : World
    path : str
        Parameter with the share of the scheme, in [0, 1].

    Returns
    -------
    ndarray of float64, shape (n_counties,)
    """
    share, tilt = sim.parameters.number(path), sim.parameters.schedule("fiscal.cofinance.tilt")
    tilted: Float = expit(logit(share) + tilt) if tilt.any() else np.full(len(tilt), share)
    return tilted[regions(sim)]


def by_region(sim: World, path: str) -> Float:
    """Return a parameter with another value, ``<path>_east``, in the East, (n_counties,)."""
    number = sim.parameters.number
    return np.where(regions(sim) == REGIONS.index("east"), number(f"{path}_east"), number(path))
