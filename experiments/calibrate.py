"""Fit the residual growth of earnings once, with the historical policies on, and freeze it.

``python -m experiments.calibrate`` runs the historical scenario and rewrites
``policies/parameters/economy/growth.yaml``. The fit is on mean urban and rural income per head and
on nothing else; no other parameter is touched.

Levers        economy.growth.urban_path, economy.growth.rural_path (one value a year)
Targets       disposable_income_per_capita, urban and rural, official.csv (use: fitting)
Held fixed    every other parameter, the seed, the scenario
"""

import sys
from pathlib import Path

import pandas as pd
from rich.console import Console
from ruamel.yaml import YAML

from model import evidence
from model.scenario_files import load_scenario
from model.simulation import Simulation

_KINDS = ("urban", "rural")
_DIGITS = 5
_FILE = Path(__file__).parents[1] / "policies" / "parameters" / "economy" / "growth.yaml"


def targets(kind: str) -> "pd.Series[float]":
    """Return official mean income per head by year, yuan of the year."""
    return evidence.series("disposable_income_per_capita", kind)


def simulated(sim: Simulation, kind: str) -> "pd.Series[float]":
    """Return the model's mean income per head by year."""
    rows = sim.record.table()
    chosen = (rows["level"] == "nation") & (rows["outcome"] == "income_mean")
    return rows[chosen & (rows["group"] == kind)].set_index("year")["value"]


def improve(scenario_name: str) -> dict[str, float]:
    """Run once, move both paths by the ratio of official to simulated means, return the worst gap.

    The file of the growth path is rewritten; its comments and texts stay. The first year has no
    growth, so that its gap is that of the incomes households start with; it does not count.
    """
    sim = Simulation(load_scenario(scenario_name)).run()
    yaml = YAML()
    # Long sources stay on one line.
    yaml.width = 4096
    yaml.preserve_quotes = True
    content = yaml.load(_FILE.read_text(encoding="utf-8"))
    worst = {}
    for kind in _KINDS:
        ratio = targets(kind) / simulated(sim, kind)
        values = content[f"{kind}_path"]["values"]
        first, *later = values
        values[first] = 1.0
        for day in later:
            values[day] = round(values[day] * float(ratio.get(day.year, 1)), _DIGITS)
        worst[kind] = float((ratio[ratio.index > first.year].dropna() - 1).abs().max())
    with _FILE.open("w", encoding="utf-8") as file:
        yaml.dump(content, file)
    return worst


def main() -> int:
    """Make one round of the fit; repeat the command until the gap is small."""
    console = Console(highlight=False)
    worst = improve(sys.argv[1] if len(sys.argv) > 1 else "historical")
    gaps = ", ".join(f"{kind} {gap:.2%}" for kind, gap in worst.items())
    console.print(f"Largest gap before this round: {gaps}. Run again until it is below 0.1%.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
