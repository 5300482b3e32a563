"""The patterns that a good model shows, each as a statistic of one run with the values accepted.

Targets are figures of the documents and studies named with each pattern; numbers are identifiers.
A statistic that the run has no outcome for is null: the scorecard then says "not recorded".
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from experiments.official_figures import PERCENT
from experiments.report_data import Run

Tag = Literal["imposed", "fitted", "emergent"]
Statistic = Callable[[Run], float]

_NULL = float("nan")
_LADDER = {"work_injury": 26.2, "worker_medical": 17.6, "worker_pension": 16.7,
           "unemployment": 10.5, "maternity": 7.8}  # fmt: skip
_CATASTROPHIC_YEARS = (2003, 2008, 2011)
_PERIOD_OF_ERRORS = range(2001, 2005)
_POVERTY_YEARS = range(2012, 2020)
_PEAK_AFTER, _HALF = 2009, 0.5
_SHARE_OF_RUNS = 0.8
_LASTING_YEARS, _RICHEST = 6, 3
# How the codes of the districts of the two cities begin that opened their register; the counties
# around them decide for themselves.
_HUZHOU, _ZHENGZHOU = "33050", "41010"
_LS = "S2 (Mi Hong et al.)"


@dataclass(frozen=True)
class Pattern:
    """A pattern.

    Attributes
    ----------
    number : str
        Its identifier.
    title, unit, source : str
    statistic : callable
        Number of one run, in the unit; null where the run does not have it.
    low, high : float
        The accepted values.
    tag : str
        Whether a rule imposes it, parameters were fitted to it, or neither.
    across : "median" or "mean"
        What is judged over all seeds; the mean of statistics that are 0 or 1 is the share of runs.
    digits : int
    target : float, optional
        The figure from which the accepted values are taken, where it is one.
    """

    number: str
    title: str
    unit: str
    source: str
    statistic: Statistic
    low: float
    high: float
    tag: Tag
    across: Literal["median", "mean"] = "median"
    digits: int = 1
    target: float = _NULL


def patterns() -> tuple[Pattern, ...]:
    """Return every pattern of the modules built so far."""
    return (*_inequality(), *_mobility(), *_insurance(), *_assistance(), *_pilots())


def statistics(run: Run) -> dict[str, float]:
    """Return the statistic of every pattern by its number."""
    return {pattern.number: float(pattern.statistic(run)) for pattern in patterns()}


def _inequality() -> tuple[Pattern, ...]:
    nbs = "National Bureau of Statistics, release of 18 January 2013"
    return (
        _near("1a", "Gini of income 2003", "index", nbs, _at("gini", 2003), 0.479, 0.03, "fitted",
              digits=3),
        _near("1b", "Gini of income 2008", "index", nbs, _at("gini", 2008), 0.491, 0.03, "fitted",
              digits=3),
        Pattern("1c", "Year in which the Gini peaks, from 2003 on", "year", nbs,
                _peak_of_gini, 2007, 2010, "emergent", digits=0),
        _near("2a", "Urban over rural income 2009", "ratio", "National Bureau of Statistics",
              _ratio_in(2009), 3.33, 0.25, "fitted", digits=2),
        _near("2b", "Urban over rural income 2020", "ratio", "National Bureau of Statistics, S3",
              _ratio_in(2020), 2.56, 0.25, "fitted", digits=2),
        _always("2c", "Urban over rural income falls from 2009 to 2020",
                "National Bureau of Statistics, S3",
                lambda run: _holds(_ratio_in(2020)(run) < _ratio_in(_PEAK_AFTER)(run),
                                   _ratio_in(2020)(run)), "fitted"),
    )  # fmt: skip


def _mobility() -> tuple[Pattern, ...]:
    pension = "Beijing points system 2018-19, Xinhua: about 6,000 of 106,000 to 124,000"
    ladder = tuple(
        _near(f"8{letter}",
              f"All migrant workers with {scheme.replace('_', ' ')} insurance 2014", "%", _LS,
              _coverage(scheme, "migrant_all", 2014, stated=True), target, 3, "fitted")
        for letter, (scheme, target) in zip("abcde", _LADDER.items(), strict=True)
    )  # fmt: skip
    return (
        _near("3", "Floating population 2010", "% of residents", "S1: 221 million",
              _at("separated_share", 2010, scale=PERCENT), 16.5, 4, "fitted"),
        Pattern("6a", "Zhengzhou: years from zero threshold to reversal", "years", "S0, S1",
                lambda run: _years_to_reversal(run, _ZHENGZHOU), 1, 3, "fitted", digits=0),
        _always("6b", "Huzhou: no reversal within six years", "S0, S1",
                lambda run: _is_lasting(run, _HUZHOU), "fitted"),
        Pattern("7", "Points systems: granted over applicants", "%", pension,
                _mean_of("points_granted_share", "all", range(2010, 2024), PERCENT), 2, 10,
                "fitted"),
        *ladder,
        _always("8f", "The order of the five schemes among migrants 2014", _LS, _is_ladder,
                "fitted"),
    )  # fmt: skip


def _insurance() -> tuple[Pattern, ...]:
    meng = "Meng et al. 2012, Lancet 379"
    flat = tuple(
        Pattern(f"12{letter}", f"Catastrophic health spending {year}", "% of households",
                f"{meng}; Li et al. 2012, Bull. WHO 90",
                _at("catastrophic_health_share", year, scale=PERCENT), 9, 17, "fitted")
        for letter, year in zip("cde", _CATASTROPHIC_YEARS, strict=True)
    )  # fmt: skip
    return (
        _near("12a", "Anybody insured against illness 2003", "%", meng,
              _coverage("medical", "all", 2003), 29.7, 8, "fitted"),
        _near("12b", "Anybody insured against illness 2011", "%", meng,
              _coverage("medical", "all", 2011), 95.7, 8, "fitted"),
        *flat,
        Pattern("12f", "Fall of catastrophic spending 2003 to 2011", "points", meng,
                _fall_of_catastrophic, -PERCENT, 3, "emergent"),
        _near("13a", "Covered by any basic pension 2009", "%", _LS,
              _at("basic_pension_coverage", 2009, scale=PERCENT, stated=True), 21.6, 8,
              "fitted"),
        _near("13b", "Covered by any basic pension 2012", "%", _LS,
              _at("basic_pension_coverage", 2012, scale=PERCENT, stated=True), 70.4, 8,
              "emergent"),
        Pattern("14a", "Contributors at the lowest tier of the residents' pension 2012", "%", _LS,
                _at("lowest_tier_share", 2012, scale=PERCENT), 50, PERCENT, "emergent"),
        Pattern("14b", "Take-up at ages 45-59 less that at 16-29, residents' pension 2012",
                "points", "Lei, Zhang and Zhao 2013, Research in Labor Economics 37",
                _take_up_gap, 20, PERCENT, "emergent"),
    )  # fmt: skip


def _assistance() -> tuple[Pattern, ...]:
    gao = "Gao, Garfinkel and Zhai 2009, Rev. Income Wealth 55; 4.16 of about 14 million in 2001"
    return (
        Pattern("17a", "Exclusion error of urban dibao, mean 2001-04", "%", gao,
                _mean_of("exclusion_error", "urban", _PERIOD_OF_ERRORS, PERCENT), 35, 90, "fitted"),
        Pattern("17b", "Inclusion error of urban dibao, mean 2001-04", "%", gao,
                _mean_of("inclusion_error", "urban", _PERIOD_OF_ERRORS, PERCENT), 15, 65, "fitted"),
        _near("20a", "Rural poverty 2012", "%", _LS,
              _at("poverty_rate", 2012, "rural", PERCENT, stated=True), 10.2, 1.5, "emergent"),
        _near("20b", "Rural poverty 2019", "%", _LS,
              _at("poverty_rate", 2019, "rural", PERCENT, stated=True), 0.6, 1.5, "emergent"),
        _always("20c", "Rural poverty falls in every year 2012-19", _LS, _is_falling, "emergent"),
        Pattern("22a", "Year in which half of the counties have urban dibao", "year",
                "S3; half of cities in 1997-98 as recalled",
                lambda run: _year_of_share(run, _HALF), 1996, 1999, "imposed", digits=0),
        Pattern("22b", "Year in which all counties have urban dibao", "year", "S3: October 1999",
                lambda run: _year_of_share(run, 1), 1998, 2000, "imposed", digits=0),
        _always("22c", "The first county lies in one of the three provinces with richest cities",
                "S0", _is_first_rich, "imposed"),
    )  # fmt: skip


def _pilots() -> tuple[Pattern, ...]:
    wang = "Wang and Yang 2021, NBER 29402, and 2025, JPE 133"
    schemes = {
        "medical scheme": ("residents_medical", 2003),
        "pension": ("residents_pension", 2009),
    }
    richer = tuple(
        Pattern(f"23{letter}", f"Pilots of the rural {name} richer than the median of their "
                "province", "% of pilots", wang, _share_of_richer_pilots(policy, year), 70,
                PERCENT, "imposed", digits=0)
        for letter, (name, (policy, year)) in zip("ab", schemes.items(), strict=True)
    )  # fmt: skip
    return (
        *richer,
        _always("23c", "New rural pension 2010: pilots bring more members than places that follow",
                wang, _do_pilots_look_better, "imposed"),
    )  # fmt: skip


def _near(
    number: str, title: str, unit: str, source: str, statistic: Statistic,
    target: float, tolerance: float, tag: Tag, digits: int = 1,
) -> Pattern:  # fmt: skip
    """Return a pattern that accepts a distance from a target."""
    low, high = target - tolerance, target + tolerance
    if unit.startswith("%"):
        low, high = max(low, 0), min(high, PERCENT)
    return Pattern(number, title, unit, source, statistic, low, high, tag, digits=digits,
                   target=target)  # fmt: skip


def _always(number: str, title: str, source: str, statistic: Statistic, tag: Tag) -> Pattern:
    """Return a pattern that four of five runs must show; the statistic is 0 or 1."""
    return Pattern(number, title, "share of runs", source, statistic, _SHARE_OF_RUNS, 1, tag,
                   "mean", 2)  # fmt: skip


def _at(
    outcome: str, year: int, group: str = "all", scale: float = 1, *, stated: bool = False
) -> Statistic:
    return lambda run: _values(run, outcome, group, stated=stated).get(year, _NULL) * scale


def _coverage(scheme: str, group: str, year: int, *, stated: bool = False) -> Statistic:
    return lambda run: (
        _values(run, "coverage", group, scheme, stated=stated).get(year, _NULL) * PERCENT
    )


def _mean_of(outcome: str, group: str, years: range, scale: float) -> Statistic:
    def statistic(run: Run) -> float:
        values = _values(run, outcome, group)
        return float(values[values.index.isin(years)].mean()) * scale

    return statistic


def _values(
    run: Run, outcome: str, group: str, scheme: str = "", *, stated: bool = False
) -> "pd.Series[float]":
    """Return the true outcome, which surveys find, or the one that governments state."""
    return run.series(run.reported(outcome) if stated else outcome, group, scheme)


def _holds(claim: bool, *needed: float) -> float:
    """Return 1 or 0 for a claim; null if a number that it rests on is."""
    return _NULL if any(map(math.isnan, needed)) else float(claim)


def _peak_of_gini(run: Run) -> float:
    values = _values(run, "gini", "all").loc[2003:].dropna()
    years = values.index.to_numpy(float)
    return float(years[values.to_numpy().argmax()]) if len(values) else _NULL


def _ratio_in(year: int) -> Statistic:
    def statistic(run: Run) -> float:
        urban, rural = (_at("income_mean", year, place)(run) for place in ("urban", "rural"))
        return urban / rural

    return statistic


def _is_ladder(run: Run) -> float:
    """Whether coverage falls in the order of the official figures."""
    rates = [_coverage(scheme, "migrant_all", 2014, stated=True)(run) for scheme in _LADDER]
    return _holds(rates == sorted(rates, reverse=True), *rates)


def _fall_of_catastrophic(run: Run) -> float:
    first, *_, last = (_at("catastrophic_health_share", year)(run) for year in _CATASTROPHIC_YEARS)
    return (first - last) * PERCENT


def _take_up_gap(run: Run) -> float:
    old, young = (
        float(_values(run, "take_up", group, "residents_pension").get(2012, _NULL))
        for group in ("age_45_59", "age_16_29")
    )
    return (old - young) * PERCENT


def _is_falling(run: Run) -> float:
    values = _values(run, "poverty_rate", "rural", stated=True)
    values = values[values.index.isin(_POVERTY_YEARS)]
    if len(values) < len(_POVERTY_YEARS) or values.isna().any():
        return _NULL
    return float((values.diff().dropna() <= 0).all())


def _share_of_richer_pilots(policy: str, year: int) -> Statistic:
    return lambda run: _values(run, "richer_pilots", "all", policy).get(year, _NULL) * PERCENT


def _do_pilots_look_better(run: Run) -> float:
    """Whether pilots brought more than other places in the last year before recognition."""
    pilot, followed = (
        float(_values(run, name, "all", "residents_pension").get(2010, _NULL))
        for name in ("pilot_effect", "rollout_effect")
    )
    return _holds(pilot > followed, pilot, followed)


def _hukou_of(run: Run, prefix: str) -> pd.DataFrame:
    """Return what the counties of a city did with their register, by year."""
    rows = run.adoptions
    rows = rows[(rows["policy"] == "hukou") & rows["area"].str.startswith(prefix)]
    return rows.sort_values("year", kind="stable")


def _openings(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what places opened by themselves, beyond the path that all of their kind follow."""
    return rows[rows["reason"] == "opening"]


def _years_to_reversal(run: Run, prefix: str) -> float:
    """Return years from the opening that was reversed first to its reversal."""
    rows = _hukou_of(run, prefix)
    reversals = rows[rows["event"] == "reversed"]
    if reversals.empty:
        return _NULL
    year, area = reversals.iloc[0][["year", "area"]]
    opened = _openings(rows)
    opened = opened[(opened["area"] == area) & (opened["year"] <= year)]
    return float(year - opened["year"].max()) if len(opened) else _NULL


def _is_lasting(run: Run, prefix: str) -> float:
    """Whether a city that opened kept it for six years."""
    if _openings(_hukou_of(run, prefix)).empty:
        return _NULL
    years = _years_to_reversal(run, prefix)
    return float(math.isnan(years) or years > _LASTING_YEARS)


def _year_of_share(run: Run, share: float) -> float:
    """Return the first year in which a share of the counties has urban dibao."""
    counties = run.scenario.world.n_counties
    rows = run.adoptions
    rows = rows[(rows["policy"] == "urban_dibao") & (rows["event"] == "adopted")]
    held = rows.groupby("year").size().cumsum()
    reached = held[held >= share * counties]
    return float(reached.index[0]) if len(reached) else _NULL


def _is_first_rich(run: Run) -> float:
    """Whether the first adopter of urban dibao lies in a province with rich cities."""
    rows = run.adoptions
    rows = rows[(rows["policy"] == "urban_dibao") & (rows["event"] == "adopted")]
    if rows.empty:
        return _NULL
    first = rows[rows["year"] == rows["year"].min()]
    incomes = run.outcomes
    incomes = incomes[
        (incomes["level"] == "province") & (incomes["outcome"] == "income_mean")
        & (incomes["group"] == "urban") & (incomes["year"] == run.first)
    ]  # fmt: skip
    richest = incomes.nlargest(_RICHEST, "value")["area"].astype(str)
    return float(first["area"].str[:2].isin(richest).all())
