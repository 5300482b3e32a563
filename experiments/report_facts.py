"""What the report says in words and tables: headlines, the sample, definitions, cost, origin."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments.official_figures import MILLION, PERCENT
from experiments.report_data import Run, accounts_of, flows_of, largest_gap
from experiments.report_sections import MEASURES
from model.outcome_list import all_outcomes

_BILLION = 1e9
_MEGABYTE = 1e6
# Label, outcome, group, scale, decimals, unit.
_HEADLINES = (
    ("Population", "population", "all", MILLION, 0, "million"),
    ("Mean income per head", "income_mean", "all", 1.0, 0, "yuan a year"),
    ("Gini of income", "gini", "all", 1.0, 3, ""),
    ("Poverty rate, rural", "poverty_rate", "rural", PERCENT, 1, "%"),
    ("Poverty rate, urban", "poverty_rate", "urban", PERCENT, 1, "%"),
    ("Dibao recipients, rural", "dibao_recipients", "rural", MILLION, 1, "million"),
    ("Dibao recipients, urban", "dibao_recipients", "urban", MILLION, 1, "million"),
    ("Social assistance paid", "assistance_spending", "all", 1 / _BILLION, 1, "billion yuan"),
)


@dataclass(frozen=True)
class Headline:
    """A number of the last year with that of the first beside it; null where there is none."""

    label: str
    first: float
    last: float
    digits: int
    unit: str


def headlines(run: Run) -> list[Headline]:
    """Return the numbers at the top of the page."""
    found = []
    for label, outcome, group, scale, digits, unit in _HEADLINES:
        values = run.series(outcome, group) * scale
        found.append(
            Headline(label, float(values[run.first]), float(values[run.last]), digits, unit)
        )
    return found


def sample(run: Run) -> dict[str, float]:
    """Return the size of the sample and how many real households one stands for at the start."""
    world = run.scenario.world
    persons = float(run.series("population")[run.first])
    size = float(run.series("household_size")[run.first])
    return {
        "households": world.households,
        "counties": world.n_counties,
        "weight": persons / size / world.households,
    }


def definitions() -> list[tuple[str, str, str]]:
    """Return the three measures of poverty behind the errors: name, exclusion, inclusion."""
    words = {outcome.name: outcome.definition for outcome in all_outcomes()}
    return [
        (name, words.get(f"exclusion_error{ending}", ""), words.get(f"inclusion_error{ending}", ""))
        for ending, name in MEASURES.items()
    ]


def money_tables(run: Run) -> dict[str, Any]:
    """Return the payments and the accounts of the last year, billion yuan, and the largest gap."""
    flows, accounts = flows_of(run, run.last), accounts_of(run, run.last)
    columns = ["opening", "inflow", "outflow", "closing"]
    accounts[columns] = accounts[columns].astype(float) / _BILLION
    flows = flows.assign(billion=flows["yuan"] / _BILLION)
    return {
        "flows": _records(flows),
        "accounts": _records(accounts),
        "gap": f"{largest_gap(run):.0e}".split("e"),
    }


def origin(run: Run, parameters_digest: str) -> dict[str, Any]:
    """Return the command, versions, hashes and cost of a run.

    Parameters
    ----------
    parameters_digest : str
        Of the parameters that the report shows, to tell if they are not those of the run.
    """
    told = run.description
    hashes = dict(told.get("hashes", {}))
    memory = told.get("peak_memory_bytes")
    return {
        "command": told.get("command", ""),
        "replicate": told.get("replicate", 0),
        "versions": dict(told.get("versions", {})),
        "hashes": hashes,
        "seconds": told.get("wall_seconds"),
        "megabytes": None if memory is None else memory / _MEGABYTE,
        "same_parameters": hashes.get("parameters") == parameters_digest,
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
