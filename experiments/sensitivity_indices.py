"""Indices of sensitivity: what SALib makes of a whole design, and what belongs to chance.

SALib sees the unit cube only. Rows stand in the order of the design, replicates of a row are
averaged before, and a design with a missing row is refused: the indices would be wrong in silence.
"""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.table import Float
from experiments.plan import DUMMY
from experiments.sensitivity_design import Factors
from experiments.unit_cube import LEVELS

MORRIS, SALTELLI = "morris", "saltelli"
SCORE = {MORRIS: "mu_star", SALTELLI: "total"}
"""The index by which factors are ranked, by design."""
COLUMNS = {
    MORRIS: ("mu_star", "mu_star_half_width", "mu", "sigma"),
    SALTELLI: ("first", "first_half_width", "total", "total_half_width"),
}
"""The indices of a design."""
_SALIB = {
    MORRIS: ("mu_star", "mu_star_conf", "mu", "sigma"),
    SALTELLI: ("S1", "S1_conf", "ST", "ST_conf"),
}
_RESAMPLES = 200
# What differs by less than this part of its size differs by rounding.
_NOTHING = 1e-12


def indices(
    design: str, factors: Factors, rows: Float, values: Float, seed: int
) -> pd.DataFrame | None:
    """Return the indices of one outcome, most important factor first.

    Parameters
    ----------
    design : {"morris", "saltelli"}
    factors : Factors
    rows : ndarray of float64, shape (n_rows, n_factors)
        The design in the unit cube.
    values : ndarray of float64, shape (n_rows,)
        The outcome, replicates averaged.
    seed : int
        Of the bootstrap by which half-widths (95 percent) are found.

    Returns
    -------
    DataFrame or None
        Columns rank, factor, those of `COLUMNS`, share (of the sum of the ranked index over all
        factors but the dummy), beyond_chance (its lower end is above the dummy's). None if the
        outcome is the same in all rows.
    """
    scale = float(np.abs(values).max())
    if np.ptp(values) <= _NOTHING * scale:
        return None
    answer = _analysed(design, factors, rows, values, seed)
    score, width = COLUMNS[design][:2] if design == MORRIS else COLUMNS[design][2:]
    found = pd.DataFrame({"factor": factors.moved} | answer)
    is_dummy = found["factor"] == DUMMY
    positive = found[score].clip(lower=0).where(~is_dummy, 0)
    found["share"] = positive / positive.sum() if positive.sum() > 0 else np.nan
    floor = float(found.loc[is_dummy, score].iloc[0])
    found["beyond_chance"] = (found[score] - found[width] > max(floor, 0)) & ~is_dummy
    found = found.sort_values(score, ascending=False, kind="stable", ignore_index=True)
    found.insert(0, "rank", np.arange(1, len(found) + 1))
    return found


def _analysed(
    design: str, factors: Factors, rows: Float, values: Float, seed: int
) -> dict[str, NDArray[np.float64]]:
    # Loaded here because it takes two seconds.
    from SALib.analyze import morris, sobol

    # Factors that move nothing make SALib divide nothing by nothing.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore")
        if design == MORRIS:
            answer = morris.analyze(
                factors.problem, rows, values, num_levels=LEVELS, num_resamples=_RESAMPLES,
                seed=seed,
            )  # fmt: skip
        else:
            answer = sobol.analyze(
                factors.problem, values, calc_second_order=False, num_resamples=_RESAMPLES,
                seed=seed,
            )  # fmt: skip
    return {
        ours: np.ma.filled(np.ma.asarray(answer[theirs], dtype=float), np.nan)
        for ours, theirs in zip(COLUMNS[design], _SALIB[design], strict=True)
    }


def noise_variance(values: Float) -> Float:
    """Return the variance that chance leaves in the mean of a row, on average over the rows.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_replicates, ...)

    Returns
    -------
    ndarray of float64
        Not a number with one replicate.
    """
    replicates = values.shape[1]
    if replicates == 1:
        return np.full(values.shape[2:], np.nan)
    mean: Float = (values.var(axis=1, ddof=1) / replicates).mean(axis=0)
    return mean


def by_target(
    design: str, factors: Factors, rows: Float, values: Float, seed: int
) -> Iterator[pd.DataFrame | None]:
    """Yield the indices of every outcome.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_replicates, n_targets)
    """
    means = values.mean(axis=1)
    for target in range(means.shape[1]):
        yield indices(design, factors, rows, means[:, target], seed)
