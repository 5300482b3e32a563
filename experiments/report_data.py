"""What the report shows, as plain numbers: a run folder is read once, every section takes its part.

Nothing here draws or formats. An outcome that a run does not have is a series of nulls, so that a
section can say that it has nothing to show.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from agents.errors import MinshengError
from model import records
from model.scenario import Scenario
from model.simulation import Simulation
from policies.calendar import Event, load_calendar

NATION = ("nation", "0")
DECILES = tuple(f"decile_{number}" for number in range(1, 11))
_LEVELS = ("nation", "province")
_KEY = ["level", "area", "outcome", "scheme", "group"]
_RESERVE = "_reserve"


@dataclass(frozen=True)
class Run:
    """A run folder in memory.

    Attributes
    ----------
    description : dict
        What ``run.json`` says.
    outcomes : DataFrame
        Rows of nation and provinces.
    adoptions, flows, accounts : DataFrame
        As in the files of the same names.
    reserves : DataFrame
        What the pools of each worker scheme hold by year, yuan; a column for each scheme.
    units : float
        County-level units of the country for which the simulated counties stand.
    """

    description: dict[str, Any]
    outcomes: pd.DataFrame
    adoptions: pd.DataFrame
    flows: pd.DataFrame
    accounts: pd.DataFrame
    reserves: pd.DataFrame
    units: float

    @cached_property
    def scenario(self) -> Scenario:
        """The resolved scenario."""
        return Scenario.from_dict(self.description["scenario"])

    @cached_property
    def years(self) -> pd.Index:
        """All simulated years."""
        span = self.scenario.years
        return pd.RangeIndex(span.first, span.last + 1, name="year")

    @property
    def first(self) -> int:
        """The first simulated year."""
        return self.scenario.years.first

    @property
    def last(self) -> int:
        """The last simulated year."""
        return self.scenario.years.last

    @cached_property
    def names(self) -> frozenset[str]:
        """The outcomes that were recorded."""
        return frozenset(self.outcomes["outcome"].unique())

    def reported(self, outcome: str) -> str:
        """Return the outcome as governments report it where that is recorded, else the true one."""
        name = f"{outcome}_reported"
        return name if name in self.names else outcome

    def series(
        self,
        outcome: str,
        group: str = "all",
        scheme: str = "",
        place: tuple[str, str] = NATION,
    ) -> "pd.Series[float]":
        """Return an outcome by year; null where it was not recorded or the group is empty."""
        values = self._table.get((*place, outcome, scheme, group))
        if values is None:
            return pd.Series(float("nan"), self.years, dtype=float)
        return values.reindex(self.years)

    def schemes(self, outcome: str) -> list[str]:
        """Return the schemes for which an outcome was recorded, in the order of recording."""
        rows = self.outcomes[self.outcomes["outcome"] == outcome]
        return [str(scheme) for scheme in rows["scheme"].unique()]

    @cached_property
    def _table(self) -> "dict[tuple[str, ...], pd.Series[float]]":
        rows = self.outcomes.set_index("year")
        groups = rows.groupby(_KEY, sort=False, observed=True)["value"]
        return {tuple(map(str, key)): part for key, part in groups}


def read_run(folder: Path) -> Run:
    """Read a run folder; raises MinshengError when it is not a run or is damaged."""
    # First, since a folder without it is no run.
    described = records.read_description(folder)
    outcomes = _read_outcomes(folder / "outcomes.parquet")
    adoptions, flows, accounts = (
        records.read_table(folder, name) for name in ("adoptions", "flows", "accounts")
    )
    institutions = records.read_table(folder, "institutions")
    reserves, units = _reserves(institutions), _units(institutions)
    return Run(described, outcomes, adoptions, flows, accounts, reserves, units)


def run_of(sim: Simulation) -> Run:
    """Return a finished simulation as its run folder would be read."""
    tables = records.tables(sim)
    rows = tables["outcomes"]
    chosen = rows.filter(pc.is_in(rows["level"], pa.array(_LEVELS))).select(
        [*_KEY, "year", "value"]
    )
    outcomes = chosen.to_pandas(strings_to_categorical=True)
    adoptions, flows, accounts, institutions = (
        tables[name].to_pandas() for name in ("adoptions", "flows", "accounts", "institutions")
    )
    described, reserves = records.describe(sim, ""), _reserves(institutions)
    units = _units(institutions)
    return Run(described, outcomes, adoptions, flows, accounts, reserves, units)


def _read_outcomes(path: Path) -> pd.DataFrame:
    """Read the rows of nation and provinces; those of thousands of counties stay on disk."""
    try:
        columns = [*_KEY, "year", "value"]
        table = pq.read_table(path, columns=columns, filters=[("level", "in", _LEVELS)])
    except (OSError, pa.ArrowInvalid) as error:
        raise MinshengError(f"cannot read {path}: {error}") from error
    # Few different texts in many rows: as categories they are read and grouped much faster.
    return table.to_pandas(strings_to_categorical=True)


def _reserves(institutions: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of the counties' parts of the pools of worker insurance."""
    names = [name for name in institutions.columns if str(name).endswith(_RESERVE)]
    sums = institutions.groupby("year")[names].sum()
    return sums.rename(columns=lambda name: str(name).removesuffix(_RESERVE))


def _units(institutions: pd.DataFrame) -> float:
    """Return the sum of the weights of the counties, which stay the same in all years."""
    counties = institutions[institutions["level"] == "county"]
    return float(counties.loc[counties["year"] == counties["year"].min(), "weight"].sum())


def tidy(
    series: "Iterable[tuple[str, str, pd.Series[float]]]", dashed: Iterable[str] = ()
) -> pd.DataFrame:
    """Return lines of a chart: year, value, label, tone, dashed; all-null ones are left out.

    Parameters
    ----------
    series : iterable of (label, tone, series by year)
        The tone names the colour, one of those of `report_charts`.
    dashed : iterable of str
        Labels of lines that are drawn dashed.
    """
    chosen = frozenset(dashed)
    parts = [
        pd.DataFrame({"year": values.index, "value": values.to_numpy(), "label": label,
                      "tone": tone, "dashed": label in chosen})
        for label, tone, values in series
        if values.notna().any()
    ]  # fmt: skip
    columns = ["year", "value", "label", "tone", "dashed"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def true_and_reported(
    run: Run, outcome: str, group: str, scheme: str = "", scale: float = 1, tone: str = "all"
) -> pd.DataFrame:
    """Return the true line and, where governments report something else, theirs below it."""
    true = run.series(outcome, group, scheme) * scale
    reported = run.series(run.reported(outcome), group, scheme) * scale
    if true.equals(reported):
        return tidy([(tone if tone in ("urban", "rural") else "", tone, true)])
    return tidy([("reported", "muted", reported), ("true", tone, true)], ["reported"])


def by_place(run: Run, outcome: str, scheme: str = "", scale: float = 1) -> pd.DataFrame:
    """Return the urban and the rural line of an outcome."""
    return tidy(
        (place, place, run.series(outcome, place, scheme) * scale) for place in ("urban", "rural")
    )


def events(run: Run) -> list[Event]:
    """Return the events of the central calendar within the simulated years."""
    return [event for event in load_calendar() if run.first <= event.date.year <= run.last]


def marks(run: Run, policies: Iterable[str]) -> tuple[int, ...]:
    """Return the years in which the centre acted on one of the policies, if it was on then."""
    chosen, is_on = frozenset(policies), run.scenario.is_on
    acts = (event for event in events(run) if event.policy in chosen)
    return tuple(sorted({e.date.year for e in acts if is_on(str(e.policy), e.date.year)}))
