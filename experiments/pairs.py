"""Pairs: a base and its reforms at one draw, so that all that differs between them is the reform.

A pair is one piece of work for an engine. It gives back national outcomes of every year, of the
base and of each reform, and who won and lost; or what went wrong, with the scenario in which it
did. The same pair gives the same numbers in every process.
"""

import hashlib
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from experiments import assumptions
from experiments.bands import KEYS
from experiments.gains import Side, gains, side_of
from experiments.run import Progress, no_progress, simulate
from experiments.sweep_runs import identity
from model.scenario import Scenario
from model.simulation import Simulation
from policies.parameters import ParameterSet

PUBLIC_COST, POOR_PERSONS = "public_cost", "poor_persons"
"""Rows beside the outcomes: yuan a year that governments pay for schemes, and the poor."""
GOVERNMENTS = ("centre", "provinces", "counties", "townships")
_GENERAL = ("payroll", "public_services")
_SERIES = ["year", "outcome", "scheme", "group"]
_DIGEST_BYTES = 16


@dataclass(frozen=True)
class Pair:
    """A base and its reforms at one draw.

    Attributes
    ----------
    labels : tuple of str
    scenarios : tuple of Scenario
        The base first, as they were asked for.
    varied : str
        `bands.CHANCE` or `bands.ASSUMPTIONS`.
    draw : int
        Which draw of them.
    replicate : int
        Which of many equally likely histories.
    paths : tuple of str
        Parameters that are drawn.
    place : tuple of float, optional
        Where they are drawn, in the unit cube.
    """

    labels: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    varied: str
    draw: int
    replicate: int
    paths: tuple[str, ...] = ()
    place: tuple[float, ...] | None = None

    @property
    def years(self) -> int:
        """Years that are simulated, of all scenarios."""
        years = self.scenarios[0].years
        return len(self.scenarios) * (years.last - years.first + 1)

    def drawn(self) -> tuple[Scenario, ...]:
        """Return the scenarios with the assumptions of this draw."""
        if self.place is None:
            return self.scenarios
        parameters, place = ParameterSet.load(), np.array(self.place)
        return tuple(
            assumptions.with_drawn(scenario, parameters, self.paths, place)
            for scenario in self.scenarios
        )

    def name(self) -> str:
        """Return the name of the pair for ever: a hash of all that its result depends on."""
        runs = [identity(scenario, self.replicate) for scenario in self.drawn()]
        text = "\n".join([self.varied, str(self.draw), *self.labels, *runs])
        return hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()


@dataclass(frozen=True)
class Found:
    """What a pair came to.

    Attributes
    ----------
    varied : str
    draw : int
    outcomes : DataFrame
        Columns `bands.KEYS`, base, value.
    gains : DataFrame
        Column reform and those of `gains.gains_by_group`.
    error : str
        In a line, what went wrong; empty if nothing did.
    trace : str
        The traceback.
    at : int
        Which of the scenarios it went wrong in.
    """

    varied: str
    draw: int
    outcomes: pd.DataFrame = field(default_factory=pd.DataFrame)
    gains: pd.DataFrame = field(default_factory=pd.DataFrame)
    error: str = ""
    trace: str = ""
    at: int = 0

    @property
    def title(self) -> str:
        """The draw as people name it."""
        return f"{self.varied} {self.draw}"


def simulate_pair(pair: Pair, progress: Progress = no_progress) -> Found:
    """Simulate a base and its reforms; what goes wrong is part of the answer."""
    sides: list[tuple[str, Side, pd.DataFrame]] = []
    before = 0
    try:
        for label, scenario in zip(pair.labels, pair.drawn(), strict=True):

            def report(done: int, _: int, before: int = before) -> None:
                progress(before + done, pair.years)

            sim = simulate(scenario, pair.replicate, report)
            sides.append((label, side_of(sim), _series(sim)))
            before += scenario.years.last - scenario.years.first + 1
    except Exception as error:
        line = f"{type(error).__name__}: {error}"
        return Found(
            pair.varied, pair.draw, error=line, trace=traceback.format_exc(), at=len(sides)
        )
    return Found(pair.varied, pair.draw, *_compared(sides))


def _compared(
    sides: Sequence[tuple[str, Side, pd.DataFrame]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    (_, base, series), *others = sides
    outcomes = [_paired(series, changed, label) for label, _, changed in others]
    gained = [gains(base, side).assign(reform=label) for label, side, _ in others]
    return (
        pd.concat(outcomes, ignore_index=True)[[*KEYS, "base", "value"]],
        pd.concat(gained, ignore_index=True),
    )


def _series(sim: Simulation) -> pd.DataFrame:
    """Return national outcomes, public cost and the number of the poor by year."""
    rows = sim.record.table()
    nation = rows[rows["level"] == "nation"]
    flows = pd.DataFrame(
        sim.treasury.flow_rows, columns=["year", "payer", "payee", "purpose", "yuan"]
    )
    mine = flows["payer"].isin(GOVERNMENTS) & ~flows["payee"].isin(GOVERNMENTS)
    cost = flows[mine & ~flows["purpose"].isin(_GENERAL)].groupby("year")["yuan"].sum()
    plain = nation[(nation["group"] == "all") & (nation["scheme"] == "")]
    by_year = plain.pivot_table("value", "year", "outcome", observed=True)
    people = by_year["poverty_rate"] * by_year["population"]
    return pd.concat(
        [nation[[*_SERIES, "value"]], _rows(PUBLIC_COST, cost), _rows(POOR_PERSONS, people)]
    )


def _rows(outcome: str, values: "pd.Series[float]") -> pd.DataFrame:
    rows = values.rename("value").rename_axis("year").reset_index()
    return rows.assign(outcome=outcome, scheme="", group="all")[[*_SERIES, "value"]]


def _paired(base: pd.DataFrame, reform: pd.DataFrame, label: str) -> pd.DataFrame:
    both = base.rename(columns={"value": "base"}).merge(reform, "outer", _SERIES)
    return both.assign(reform=label)
