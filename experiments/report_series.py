"""The official series that the model has an outcome for, and the pairs of both by year.

Official series are what governments report of themselves, so the model's reported outcome stands
beside them wherever it is recorded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from experiments.report_data import DECILES, NATION, Run
from model import evidence

PERCENT = 100.0
MILLION = 1e-6
_TEN_THOUSAND = 10_000.0
_MEN = _TEN_THOUSAND * MILLION
_UN, _NBS = "United Nations", "National Bureau of Statistics"
_UN_AGES = "population_by_age_un"
_QUINTILES = {f"Q{number}": (2 * number - 1, 2 * number) for number in range(1, 6)}
_RANKS = {"lowest 10%": (1,), "10-20%": (2,), "20-40%": (3, 4), "40-60%": (5, 6),
          "60-80%": (7, 8), "80-90%": (9,), "top 10%": (10,)}  # fmt: skip
AGES = {"0-14": "children_share", "15-59": "working_age_share", "60+": "elderly_share",
        "65+": "aged_share"}  # fmt: skip
# The three age groups that add up to everybody.
_WHOLE = ("0-14", "15-59", "60+")


@dataclass(frozen=True)
class _Series:
    """What an official series is about; see `Comparison`."""

    key: str
    topic: str
    title: str
    unit: str
    digits: int
    indicator: str


@dataclass(frozen=True)
class Comparison(_Series):
    """An official series and the model's outcome beside it.

    Attributes
    ----------
    key : str
        Short name by which charts find it.
    topic, title, unit : str
        What it is about (several series share a topic), in words, and its unit.
    digits : int
        Decimals that are worth showing.
    indicator : str
        Name among the official figures.
    pairs : DataFrame
        Columns year, item (text, for series with several figures a year), official, model, use;
        only simulated years; `model` may be null.
    """

    pairs: pd.DataFrame

    @property
    def difference_unit(self) -> str:
        """The unit of a difference."""
        return "points" if self.unit == "%" else self.unit

    @property
    def dots(self) -> pd.DataFrame:
        """The official figures as dots of a chart: year, value, use."""
        return self.pairs.rename(columns={"official": "value"})[["year", "value", "use"]]


@dataclass(frozen=True)
class _Spec(_Series):
    """One line of the table below: which official group stands beside which outcome.

    `factor` turns official figures into the unit shown, `scale` outcomes of the model.
    """

    official_group: str
    outcome: str
    group: str = "all"
    factor: float = 1.0
    scale: float = 1.0
    geography: str = "China"
    place: tuple[str, str] = NATION


def _specs() -> Iterator[_Spec]:
    for group in ("urban", "rural"):
        yield _Spec(f"recipients_{group}", "dibao recipients", f"{group.title()} dibao recipients",
                    "million", 2, "dibao_recipients", group, "dibao_recipients", group,
                    _MEN, MILLION)  # fmt: skip
    yield _Spec("recipients_shanghai", "dibao recipients", "Urban dibao recipients in Shanghai",
                "million", 3, "dibao_recipients", "urban", "dibao_recipients", "urban",
                _MEN, MILLION, "Shanghai", ("province", "31"))  # fmt: skip
    for group in ("urban", "rural"):
        yield _Spec(f"line_{group}", "dibao lines", f"{group.title()} dibao line", "yuan/month", 0,
                    "dibao_standard", group, "dibao_line", group)  # fmt: skip
    yield _Spec("benefit_rural", "dibao paid", "Rural dibao paid per recipient", "yuan/month", 0,
                "dibao_benefit_paid", "rural", "dibao_benefit_mean", "rural")  # fmt: skip
    yield _Spec("poverty_rural", "rural poverty", "Rural poverty rate, 2010 standard", "%", 1,
                "rural_poverty_rate_2010std", "rural", "poverty_rate", "rural",
                scale=PERCENT)  # fmt: skip
    for group, word in (("urban", "Urban"), ("rural", "Rural"), ("all", "National")):
        yield _Spec(f"income_{group}", "mean incomes", f"{word} mean income per head", "yuan", 0,
                    "disposable_income_per_capita", group, "income_mean", group)  # fmt: skip
    for name, who in (("gini_income_academic", "academic estimate"), ("gini_income", _NBS)):
        yield _Spec(name, "the Gini", f"Gini of income, {who}", "index", 3, name, "all", "gini")
    yield _Spec("population", "population", "Population", "million", 0,
                "population_total_worldbank", "all", "population", "all",
                _MEN, MILLION)  # fmt: skip
    for source, indicator, who in (("un", _UN_AGES, _UN), ("nbs", "population_age_share", _NBS)):
        for age, outcome in AGES.items():
            title = f"People aged {age.replace('-', '–')}, {who}"
            yield _Spec(f"age_{source}_{age}", "ages", title, "%", 1, indicator, age, outcome,
                        scale=PERCENT)  # fmt: skip
    for group, official, word in (("urban", "urban", "Urban"), ("rural", "rural", "Rural"),
                                  ("all", "all family households", "National")):  # fmt: skip
        yield _Spec(f"size_{group}", "household sizes", f"{word} household size", "persons", 2,
                    "household_size", official, "household_size", group)  # fmt: skip
    yield _Spec("urban_share", "the urban share", "Urban share of residents", "%", 1,
                "urbanisation_rate_resident", "all", "urban_share", scale=PERCENT)  # fmt: skip


def comparisons(run: Run) -> list[Comparison]:
    """Return every official series that the model has an outcome for, in the order of reading."""
    every = [_compare(run, spec) for spec in _specs()]
    every += [
        _by_rank(run, "quintiles_urban", "Urban incomes by fifth", "income_quintile_mean",
                 "urban", _QUINTILES),
        _by_rank(run, "quintiles_rural", "Rural incomes by fifth", "income_quintile_mean",
                 "rural", _QUINTILES),
        _by_rank(run, "ranks_urban", "Urban incomes by rank", "total_income_per_capita_by_rank",
                 "urban", _RANKS),
    ]  # fmt: skip
    return [comparison for comparison in every if len(comparison.pairs)]


def without_outcome(run: Run, compared: list[Comparison]) -> list[str]:
    """Return the held-out indicators of the simulated years that no outcome stands beside."""
    table = evidence.official()
    rows = table[(table["use"] == "validation") & table["year"].between(run.first, run.last)]
    known = {comparison.indicator for comparison in compared}
    return sorted(set(rows["indicator"]) - known)


def _compare(run: Run, spec: _Spec) -> Comparison:
    official = _official(run, spec.indicator, spec.official_group, spec.geography)
    official["official"] *= spec.factor
    if spec.indicator == _UN_AGES:
        official["official"] = PERCENT * official["official"] / _un_total(run, official["year"])
    model = run.series(run.reported(spec.outcome), spec.group, "", spec.place) * spec.scale
    pairs = official.assign(item="", model=official["year"].map(model).astype(float))
    return Comparison(
        spec.key, spec.topic, spec.title, spec.unit, spec.digits, spec.indicator, pairs
    )


def _un_total(run: Run, years: "pd.Series[int]") -> "pd.Series[float]":
    """Return everybody of a year by the same source, whose totals are not those of the model."""
    parts = [_official(run, _UN_AGES, part).set_index("year")["official"] for part in _WHOLE]
    total = parts[0] + parts[1] + parts[-1]
    return years.map(total)


def _by_rank(
    run: Run,
    key: str,
    title: str,
    indicator: str,
    place: str,
    ranks: Mapping[str, tuple[int, ...]],
) -> Comparison:
    """Compare incomes by rank relative to the mean of all: shape, not level."""
    parts = {item: _official(run, indicator, f"{place} {item}") for item in ranks}
    rows = pd.concat([part.assign(item=item) for item, part in parts.items()], ignore_index=True)
    size = pd.Series([len(ranks[item]) for item in rows["item"]], rows.index, dtype=float)
    total = (rows["official"] * size).groupby(rows["year"]).transform("sum")
    rows["official"] /= total / size.groupby(rows["year"]).transform("sum")
    mean = run.series("income_mean", place)
    tenths = {n: run.series("income_mean", f"{place}&{DECILES[n - 1]}") / mean
              for numbers in ranks.values() for n in numbers}  # fmt: skip
    values = [
        sum(float(tenths[n][year]) for n in ranks[item]) / len(ranks[item])
        for item, year in zip(rows["item"], rows["year"], strict=True)
    ]
    rows = rows.assign(model=pd.Series(values, rows.index, dtype=float))
    return Comparison(key, "incomes by rank", title, "of the mean", 2, indicator, rows)


def _official(run: Run, indicator: str, group: str, geography: str = "China") -> pd.DataFrame:
    """Return the official figures of the simulated years: year, official, use."""
    table = evidence.official()
    chosen = (table["indicator"] == indicator) & (table["group"] == group)
    chosen &= (table["geography"] == geography) & table["year"].between(run.first, run.last)
    rows = table[chosen].sort_values("year", kind="stable")
    return pd.DataFrame(
        {"year": rows["year"].to_numpy(int), "official": rows["value"].to_numpy(float),
         "use": rows["use"].to_numpy(object)}
    )  # fmt: skip
