"""Do two variants describe the same society? A test paired by county."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.reference_year import OUTCOMES

STANDARD_ERRORS_ALLOWED = 4.0


@dataclass(frozen=True)
class Comparison:
    """One outcome in both variants: means over counties and their distance."""

    outcome: str
    columns: float
    mesa: float
    standard_errors: float

    @property
    def agrees(self) -> bool:
        """Whether chance alone may explain the difference; a missing value never agrees."""
        return abs(self.standard_errors) <= STANDARD_ERRORS_ALLOWED


def compare(columns: NDArray[np.float64], mesa: NDArray[np.float64]) -> list[Comparison]:
    """Compare county outcomes of two variants that started from the same population.

    Parameters
    ----------
    columns, mesa : ndarray of float64, shape (n_outcomes, n_counties)
        County outcomes, averaged over the same years.

    Returns
    -------
    list of Comparison
        One per outcome; the distance is the mean difference over its standard error,
        estimated from the differences between counties.
    """
    difference = columns - mesa
    n_counties = difference.shape[1]
    standard_error = difference.std(axis=1, ddof=1) / np.sqrt(n_counties)
    distance = difference.mean(axis=1) / standard_error
    means = zip(OUTCOMES, columns.mean(axis=1), mesa.mean(axis=1), distance, strict=True)
    return [Comparison(name, float(a), float(b), float(d)) for name, a, b, d in means]


def mean_outcomes(outcomes: list[NDArray[np.float64]], n_years: int) -> NDArray[np.float64]:
    """Average the county outcomes of the first years."""
    mean: NDArray[np.float64] = np.mean(outcomes[:n_years], axis=0)
    return mean
