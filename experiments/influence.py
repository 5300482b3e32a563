"""Which assumptions matter most: each one moved by a fifth, everything else and all draws equal.

``python -m experiments.influence`` runs the scenario ``tiny`` once for each assumption, a few
minutes in all, and rewrites the section ``influence`` of ``docs/validation.md``. It is a first
look at single numbers, not a study of how they work together. Numbers that decide who lives where
and with whom are left out: moving them makes another society, which in a small world differs more
by chance than by the number.

Levers        parameters of kind assumption, +20%, within their range; not those of `_LEFT_OUT`
Outcomes      those of `OUTCOMES`
Held fixed    scenario, seed, replicate, and hence every draw
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from rich.console import Console

from agents.errors import MinshengError
from experiments.markdown import rewrite, table
from experiments.validate import DOCUMENT
from model.scenario import Scenario
from model.scenario_files import load_scenario
from model.simulation import Simulation
from policies.parameter_values import Parameter, Value
from policies.parameters import ParameterSet

_STEP = 0.2
_SHOWN = 6
_PERCENT = 100
_REPLICATES = range(1, 6)
# Fitted paths, and numbers by which the society is drawn.
_LEFT_OUT = ("economy.growth.", "economy.start.", "demography.", "geography.", "migration.")
_HEADS = (
    "outcome",
    "sd between replicates",
    "assumptions that move it most: change in points (recipients: in %)",
)


@dataclass(frozen=True)
class Watched:
    """An outcome that is compared: name, group and year, and how its change is shown."""

    title: str
    outcome: str
    group: str
    year: int
    relative: bool = False


OUTCOMES = (
    Watched("Gini of income, 2010", "gini", "all", 2010),
    Watched("Rural poverty rate, 2012", "poverty_rate", "rural", 2012),
    Watched("Catastrophic health spending, 2011", "catastrophic_health_share", "all", 2011),
    Watched("Dibao recipients, 2023", "dibao_recipients", "all", 2023, relative=True),
    Watched("Exclusion error of dibao, 2009", "exclusion_error", "all", 2009),
    Watched("Inclusion error of dibao, 2009", "inclusion_error", "all", 2009),
)


def assumptions(parameters: ParameterSet) -> list[Parameter]:
    """Return the assumptions that are moved."""
    every = (parameters.parameter(path) for path in parameters.paths())
    return [p for p in every if p.kind == "assumption" and not p.path.startswith(_LEFT_OUT)]


def moved(scenario: Scenario, parameter: Parameter) -> Scenario:
    """Return the scenario with one parameter moved by a fifth at all its dates.

    It moves up within its range, and down if it stands at the top at all dates.
    """
    dated: list[tuple[str | None, Value]] = [(None, parameter.values[0].value)]
    if len(parameter.values) > 1:
        years = range(scenario.years.first, scenario.years.last + 1)
        dated = [(f"{year}-01-01", parameter.value_in(year)) for year in years]
    stepped = [_stepped(value, parameter, _STEP) for _, value in dated]
    if stepped == [_stepped(value, parameter, 0) for _, value in dated]:
        stepped = [_stepped(value, parameter, -_STEP) for _, value in dated]
    reforms = [
        {"name": f"moved {day}", "from": day, "parameters": {parameter.path: value}}
        for (day, _), value in zip(dated, stepped, strict=True)
    ]
    return Scenario.from_dict(scenario.as_dict() | {"reforms": reforms})


def measure(scenario: Scenario, replicate: int = 0) -> "pd.Series[float]":
    """Run a scenario and return the watched outcomes by title."""
    rows = Simulation(scenario, replicate=replicate).run().record.table()
    nation = rows[(rows["level"] == "nation") & (rows["scheme"] == "")]
    values = nation.set_index(["outcome", "group", "year"])["value"]
    return pd.Series({w.title: float(values[w.outcome, w.group, w.year]) for w in OUTCOMES})


def scales(base: "pd.Series[float]") -> "pd.Series[float]":
    """Return what turns a change of each outcome into points or percent."""
    return _PERCENT * pd.Series({w.title: 1 / base[w.title] if w.relative else 1 for w in OUTCOMES})


def noise(scenario: Scenario) -> "pd.Series[float]":
    """Return the standard deviation of every outcome between replicates, points or percent."""
    every = pd.DataFrame([measure(scenario, replicate) for replicate in _REPLICATES])
    return every.std() * scales(every.mean())


def effects(scenario: Scenario) -> Iterator[tuple[str, "pd.Series[float]"]]:
    """Yield path and change of every outcome; assumptions that cannot be moved are left out."""
    base = measure(scenario)
    scale = scales(base)
    for parameter in assumptions(ParameterSet.load()):
        try:
            yield parameter.path, (measure(moved(scenario, parameter)) - base) * scale
        except MinshengError:
            continue


def influence_table(changes: pd.DataFrame, spread: "pd.Series[float]") -> str:
    """Return the assumptions that move each outcome most.

    Parameters
    ----------
    changes : DataFrame
        One row a parameter, one column an outcome, points or percent.
    spread : Series
        Standard deviation between replicates by outcome.
    """
    rows = []
    for outcome in OUTCOMES:
        change = changes[outcome.title]
        order = change.abs().sort_values(ascending=False, kind="stable").index[:_SHOWN]
        named = [f"`{path}` {change[path]:+.1f}" for path in order if change[path]]
        rows.append((outcome.title, f"{spread[outcome.title]:.1f}", "; ".join(named)))
    return table(_HEADS, rows)


def _stepped(value: Value, parameter: Parameter, step: float) -> object:
    """Return a value moved by a share of itself, within the range."""
    low, high = parameter.range or (-np.inf, np.inf)
    numbers = np.atleast_1d(np.array(value, dtype=float))
    new = np.clip(numbers + step * np.abs(numbers), low, high)
    if parameter.type == "whole number":
        return int(np.rint(new[0]))
    return [float(n) for n in new] if isinstance(value, tuple) else float(new[0])


def main() -> int:
    """Measure all assumptions and rewrite the section."""
    console = Console(highlight=False)
    scenario = load_scenario(sys.argv[1] if len(sys.argv) > 1 else "tiny")
    found = {}
    for path, change in effects(scenario):
        found[path] = change
        console.print(path)
    text = influence_table(pd.DataFrame(found).T, noise(scenario))
    rewrite(DOCUMENT, {"influence": text})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
