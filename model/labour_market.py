"""How places answer to those who come and leave: wages, rents, and the chance to find work (b.7).

Wages fall and rents rise with workers in the place, relative to the first year; each elasticity may
be zero. What places published last year is what migrants go by.
"""

from typing import TYPE_CHECKING

import numpy as np

from agents.protocols import Parameters
from agents.table import Float

if TYPE_CHECKING:
    from model.simulation import Simulation

RURAL, URBAN = 0, 1


class LabourMarket:
    """Workers and work by county and kind of place.

    Parameters
    ----------
    n_counties : int

    Attributes
    ----------
    workers : ndarray of float64, shape (n_counties, 2)
        Persons at work by county and place (rural, urban) of residence, last year.
    employment : ndarray of float64, shape (n_counties,)
        Share of the urban work force that has work, last year.
    """

    def __init__(self, n_counties: int) -> None:
        self.workers: Float = np.zeros((n_counties, 2))
        self.employment: Float = np.ones(n_counties)
        self._first: Float | None = None

    def observe(self, workers: Float, unemployed: Float) -> None:
        """Publish workers, shape (n_counties, 2), and urban unemployed, (n_counties,)."""
        self.workers = workers
        if self._first is None:
            self._first = workers
        force = workers[:, URBAN] + unemployed
        self.employment = np.where(force > 0, workers[:, URBAN] / np.maximum(force, 1), 1)

    def earnings_ratio(self, parameters: Parameters) -> Float:
        """Return what workers who came or left do to earnings, shape (n_counties, 2).

        ratio = (workers / workers of the first year)^-elasticity.
        """
        rural = parameters.number("migration.places.farm_elasticity")
        urban = parameters.number("migration.places.wage_elasticity")
        return self._crowding() ** np.array([-rural, -urban])

    def rent_share(self, parameters: Parameters) -> Float:
        """Return the share of earnings that newcomers pay as rent, shape (n_counties,)."""
        share = parameters.number("migration.places.rent_share")
        elasticity = parameters.number("migration.places.rent_elasticity")
        highest = parameters.number("migration.places.highest_rent_share")
        return np.minimum(share * self._crowding()[:, URBAN] ** elasticity, highest)

    def _crowding(self) -> Float:
        """Workers relative to the first year; one where there were or are none."""
        if self._first is None:
            return np.ones_like(self.workers)
        known = (self._first > 0) & (self.workers > 0)
        return np.where(known, self.workers / np.where(known, self._first, 1), 1)


def labour_prices(sim: "Simulation") -> Float:
    """Return yuan a year that a labour unit earns by county and place, shape (n_counties, 2).

    The place's level of the first year, times the national path, times what newcomers do to it.
    """
    paths = [sim.parameters.number(f"economy.growth.{place}_path") for place in ("rural", "urban")]
    ratio = sim.labour_market.earnings_ratio(sim.parameters)
    prices: Float = sim.income_level * np.array(paths) * ratio
    return prices
