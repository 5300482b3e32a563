"""Consumer prices: an index chained from yearly inflation."""

import numpy as np

from model.scenario import LAST_YEAR
from policies.parameters import ParameterSet

_PATH = "economy.prices.inflation"


class Prices:
    """The price index of all years for which inflation is known."""

    def __init__(self, parameters: ParameterSet) -> None:
        first = parameters.parameter(_PATH).first_date.year
        growth = [float(str(parameters.value(_PATH, year))) for year in range(first, LAST_YEAR + 1)]
        self._first = first
        self._index = np.cumprod(1 + np.array(growth))

    def relative(self, year: int, base: int) -> float:
        """Return the price level of `year` relative to that of `base`."""
        return float(self._index[year - self._first] / self._index[base - self._first])
