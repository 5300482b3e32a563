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
from model.geography import load_geography
from model.scenario import Scenario
from model.simulation import Simulation
from policies.calendar import Event, load_calendar

NATION = ("nation", "0")
DECILES = tuple(f"decile_{number}" for number in range(1, 11))
DIBAO_ENDING = "_dibao"
_LEVELS = ("nation", "province")
_KEY = ["level", "area", "outcome", "scheme", "group"]
_HALF = 2


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
    """

    description: dict[str, Any]
    outcomes: pd.DataFrame
    adoptions: pd.DataFrame
    flows: pd.DataFrame
    accounts: pd.DataFrame

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

    @cached_property
    def _table(self) -> "dict[tuple[str, ...], pd.Series[float]]":
        rows = self.outcomes.set_index("year")
        groups = rows.groupby(_KEY, sort=False, observed=True)["value"]
        return {tuple(map(str, key)): part for key, part in groups}


def read_run(folder: Path) -> Run:
    """Read a run folder; raises MinshengError when it is not a run or is damaged."""
    return Run(
        records.read_description(folder),
        _read_outcomes(folder / "outcomes.parquet"),
        *(records.read_table(folder, name) for name in ("adoptions", "flows", "accounts")),
    )


def run_of(sim: Simulation) -> Run:
    """Return a finished simulation as its run folder would be read."""
    tables = records.tables(sim)
    outcomes = tables["outcomes"]
    chosen = outcomes.filter(pc.is_in(outcomes["level"], pa.array(_LEVELS)))
    return Run(
        records.describe(sim, ""),
        chosen.select([*_KEY, "year", "value"]).to_pandas(strings_to_categorical=True),
        *(tables[name].to_pandas() for name in ("adoptions", "flows", "accounts")),
    )


def _read_outcomes(path: Path) -> pd.DataFrame:
    """Read the rows of nation and provinces; those of thousands of counties stay on disk."""
    try:
        columns = [*_KEY, "year", "value"]
        table = pq.read_table(path, columns=columns, filters=[("level", "in", _LEVELS)])
    except (OSError, pa.ArrowInvalid) as error:
        raise MinshengError(f"cannot read {path}: {error}") from error
    # Few different texts in many rows: as categories they are read and grouped much faster.
    return table.to_pandas(strings_to_categorical=True)


def tidy(series: "Iterable[tuple[str, str, pd.Series[float]]]") -> pd.DataFrame:
    """Return lines of a chart: year, value, label, tone; all-null lines are left out.

    Parameters
    ----------
    series : iterable of (label, tone, series by year)
        The tone names the colour: ``urban``, ``rural``, ``all`` or ``muted``.
    """
    parts = [
        pd.DataFrame({"year": values.index, "value": values.to_numpy(), "label": label,
                      "tone": tone})
        for label, tone, values in series
        if values.notna().any()
    ]  # fmt: skip
    columns = ["year", "value", "label", "tone"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def by_place(run: Run, outcome: str, scheme: str = "", scale: float = 1) -> pd.DataFrame:
    """Return the urban and the rural line of an outcome."""
    return tidy(
        (place, place, run.series(outcome, place, scheme) * scale) for place in ("urban", "rural")
    )


def events(run: Run) -> list[Event]:
    """Return the events of the central calendar within the simulated years."""
    return [event for event in load_calendar() if run.first <= event.date.year <= run.last]


def marks(run: Run, policies: Iterable[str]) -> tuple[int, ...]:
    """Return the years in which the centre acted on one of the policies."""
    chosen = frozenset(policies)
    return tuple(sorted({e.date.year for e in events(run) if e.policy in chosen}))


def map_years(run: Run) -> tuple[int, ...]:
    """Return the years shown on maps: the middle and the last, or the only one."""
    middle = (run.first + run.last) // _HALF
    return tuple(sorted({middle, run.last}))


def tiles(run: Run, outcome: str, scheme: str, year: int) -> pd.DataFrame:
    """Return the provinces as tiles: name, column, row (0 is the north), value (null: no data)."""
    land = load_geography()
    places = [("province", str(code)) for code in land.province_code]
    values = [run.series(outcome, "all", scheme, place)[year] for place in places]
    return pd.DataFrame(
        {"name": land.province_name, "column": land.tile_column, "row": land.tile_row,
         "value": values}
    )  # fmt: skip


def deciles(run: Run, place: str) -> pd.DataFrame:
    """Return mean income by decile over the mean of the place, first and last year, as lines."""
    mean = run.series("income_mean", place)
    lines = {}
    for year in (run.first, run.last):
        values = [run.series("income_mean", f"{place}&{name}")[year] for name in DECILES]
        lines[year] = pd.Series(values, range(1, len(DECILES) + 1), dtype=float) / mean[year]
    last = lines.pop(run.last)
    return tidy(
        [(str(year), "muted", line) for year, line in lines.items()]
        + [(str(run.last), place, last)]
    )


def flows_of(run: Run, year: int) -> pd.DataFrame:
    """Return the payments of a year: payer, payee, purpose, yuan, per_resident; largest first."""
    rows = run.flows[run.flows["year"] == year]
    people = run.series("population")[year]
    rows = rows.assign(per_resident=rows["yuan"] / people)
    return rows.sort_values("yuan", ascending=False, kind="stable", ignore_index=True)


def accounts_of(run: Run, year: int) -> pd.DataFrame:
    """Return the accounts that were used in a year: account, opening, inflow, outflow, closing."""
    rows = run.accounts[run.accounts["year"] == year]
    # What a rounding error leaves behind is less than one yuan of the whole country.
    used = (rows[["opening", "inflow", "outflow", "closing"]].abs() >= 1).any(axis=1)
    return rows[used].reset_index(drop=True)


def largest_gap(run: Run) -> float:
    """Return how far any account of any year is from closing, over the turnover of the year."""
    rows = run.accounts
    gap = (rows["opening"] + rows["inflow"] - rows["outflow"] - rows["closing"]).abs()
    turnover = rows.groupby("year")["inflow"].transform("sum")
    unmatched = rows["inflow"].groupby(rows["year"]).sum().sub(
        rows["outflow"].groupby(rows["year"]).sum()
    )  # fmt: skip
    between = (unmatched.abs() / turnover.groupby(rows["year"]).first()).fillna(0)
    return float(max((gap / turnover).fillna(0).max(), between.max()))


def dibao_money(run: Run) -> pd.DataFrame:
    """Return dibao paid to households and the part the centre refunds, billion yuan, as lines."""
    rows = run.flows[run.flows["purpose"].str.endswith(DIBAO_ENDING)]
    paid = rows[rows["payee"] == "households"].groupby(["purpose", "year"])["yuan"].sum() / 1e9
    refund = rows[rows["payer"] == "centre"].groupby("year")["yuan"].sum() / 1e9
    lines = []
    for place in ("urban", "rural"):
        if (purpose := f"{place}{DIBAO_ENDING}") in paid.index.get_level_values("purpose"):
            lines.append((place, place, paid[purpose].reindex(run.years)))
    if lines:
        lines.append(("centre", "muted", refund.reindex(run.years)))
    return tidy(lines)


def adoption(run: Run) -> pd.DataFrame:
    """Return the share of the simulated counties that have each scheme, percent, as lines."""
    counties = run.scenario.world.n_counties
    steps = {"adopted": 1, "reversed": -1}
    rows = run.adoptions[run.adoptions["event"].isin(list(steps))]
    lines = []
    for place in ("urban", "rural"):
        of_policy = rows[rows["policy"] == f"{place}{DIBAO_ENDING}"]
        if len(of_policy):
            change = of_policy["event"].map(steps).groupby(of_policy["year"]).sum()
            held = change.reindex(run.years, fill_value=0).cumsum()
            lines.append((place, place, 100 * held.astype(float) / counties))
    return tidy(lines)
