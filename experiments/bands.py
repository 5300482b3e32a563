"""What replicates say of an effect: its mean, its bands, its sign, and what pairing was worth.

Pure functions from a table of runs to a table of effects. Bands are labelled by what varies in
them: ``chance`` (replicates of the model's own chance alone) and ``assumptions`` (assumptions and
contested switches drawn over their ranges, and chance with them).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from agents.errors import UnknownNameError

KEYS = ["reform", "year", "outcome", "scheme", "group"]
"""What an effect is of."""
CHANCE, ASSUMPTIONS = "chance", "assumptions"
BAND = (0.05, 0.95)
"""Part of the runs below and above which a band ends."""
_CONFIDENCE = 0.95
_ROUNDING = 1e-9


def effects(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the effect of every reform on every outcome.

    Parameters
    ----------
    runs : DataFrame
        Columns `KEYS`, varied (`CHANCE` or `ASSUMPTIONS`), draw, base, value: one row for each
        pair of runs with equal draws; nulls are left out.

    Returns
    -------
    DataFrame
        Columns `KEYS`, base and value (means over chance), difference and, for each of the two
        bands, ``<band>_low``, ``<band>_high``, ``<band>_same_sign`` (share of the draws in which
        the difference has the sign of its mean) and ``<band>_n``; ``half_width`` of the mean
        difference over chance (95 percent, Student's t) and ``variance_reduction``, by how much
        fewer paired runs are needed than independent ones. Without two runs there is no width.
    """
    runs = runs.assign(difference=runs["value"] - runs["base"]).dropna(subset=["difference"])
    by_chance = runs[runs["varied"] == CHANCE]
    found = by_chance.groupby(KEYS, sort=False)[["base", "value", "difference"]].mean()
    found = found.join(_precision(by_chance))
    for varied in (CHANCE, ASSUMPTIONS):
        found = found.join(_band(runs[runs["varied"] == varied], varied))
    return found.reset_index()


def of_gains(runs: pd.DataFrame) -> pd.DataFrame:
    """Return who wins and loses by reform and group: means over chance, bands of the change.

    Parameters
    ----------
    runs : DataFrame
        Columns reform, varied, draw, and those of `gains.gains`, one row a pair and group.

    Returns
    -------
    DataFrame
        One row a reform and group: means over chance of what `gains.gains` gives, and the change
        in income with ``<band>_low``, ``<band>_high``, ``<band>_same_sign``, ``<band>_n``.
    """
    keys = ["reform", "group"]
    by_chance = runs[runs["varied"] == CHANCE].drop(columns=["varied", "draw"])
    found = by_chance.groupby(keys, sort=False).mean()
    for varied in (CHANCE, ASSUMPTIONS):
        changes = runs[runs["varied"] == varied].rename(columns={"change": "difference"})
        found = found.join(_band(changes.dropna(subset=["difference"]), varied, keys))
    return found.reset_index()


def _band(runs: pd.DataFrame, varied: str, keys: list[str] | None = None) -> pd.DataFrame:
    keys = keys or KEYS
    grouped = runs.groupby(keys, sort=False)["difference"]
    mean = grouped.transform("mean")
    same = (np.sign(runs["difference"]) == np.sign(mean)).groupby([runs[k] for k in keys])
    found = {
        "low": grouped.quantile(BAND[0]),
        "high": grouped.quantile(BAND[1]),
        "same_sign": same.mean(),
        "n": grouped.size(),
    }
    return pd.DataFrame(found).add_prefix(f"{varied}_")


def _precision(by_chance: pd.DataFrame) -> pd.DataFrame:
    """Return the half-width of the mean difference and what pairing gains."""
    grouped = by_chance.groupby(KEYS, sort=False)
    n, sd = grouped["difference"].size(), grouped["difference"].std()
    apart = grouped["base"].var() + grouped["value"].var()
    # What differs by rounding alone does not vary.
    size = by_chance["base"].abs().groupby([by_chance[k] for k in KEYS], sort=False).max()
    varies = sd > _ROUNDING * np.maximum(size, np.sqrt(apart))
    reduction = (apart / sd**2).where(varies & (sd > 0))
    return pd.DataFrame({"half_width": half_width(n, sd), "variance_reduction": reduction})


def half_width(n: "pd.Series[int]", sd: "pd.Series[float]") -> "pd.Series[float]":
    """Return half the width of the 95 percent interval of a mean of `n` values; null for one."""
    from scipy.special import stdtrit

    freedom = (n - 1).where(n > 1)
    quantile = pd.Series(stdtrit(freedom, (1 + _CONFIDENCE) / 2), n.index)
    return quantile * sd / np.sqrt(n)


def widest(found: pd.DataFrame, wanted: Mapping[str, float], year: int) -> dict[str, float]:
    """Return the widest half-width of each outcome asked for, over reforms, in a year.

    Parameters
    ----------
    found : DataFrame
        As `effects` returns it.
    wanted : mapping of str to float
        Half-width by outcome: ``poverty_rate``, or ``coverage/residents_pension/rural``.

    Raises
    ------
    UnknownNameError
        An outcome that the runs do not have, with the nearest one.
    """
    at = found[found["year"] == year]
    names = at["outcome"] + "/" + at["scheme"] + "/" + at["group"]
    names = names.str.replace("/all", "").str.replace("//", "/").str.rstrip("/")
    known = set(names)
    for name in wanted:
        if name not in known:
            raise UnknownNameError("outcome", name, known, where="--precision")
    return {name: float(at.loc[names == name, "half_width"].max()) for name in wanted}


def is_precise(widths: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
    """Return whether every half-width is as small as asked for; unknown ones are not."""
    return all(widths[name] <= width for name, width in wanted.items())
