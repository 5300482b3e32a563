"""What the report says in words and tables: headlines, the sample, definitions, cost, origin."""

import shlex
from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments.official_figures import MILLION, PERCENT
from experiments.report_data import Run
from experiments.report_lines import BILLION, accounts_of, flows_of, largest_gap
from experiments.report_poverty import MEASURES
from model.outcome_list import all_outcomes

_MEGABYTE = 1e6
# How the command of a run begins.
_RUN = ("minsheng", "run")
# Label, outcome, group, scheme, scale, decimals, unit.
_HEADLINES = (
    ("Population", "population", "all", "", MILLION, 0, "million"),
    ("Urban share of residents", "urban_share", "all", "", PERCENT, 1, "%"),
    ("Outgoing migrant workers", "migrants", "migrant_outgoing", "", MILLION, 0, "million"),
    ("Mean income per head", "income_mean", "all", "", 1.0, 0, "yuan a year"),
    ("Gini of income", "gini", "all", "", 1.0, 3, ""),
    ("Poverty rate, rural", "poverty_rate", "rural", "", PERCENT, 1, "%"),
    ("Dibao recipients, rural", "dibao_recipients", "rural", "", MILLION, 1, "million"),
    ("Dibao recipients, urban", "dibao_recipients", "urban", "", MILLION, 1, "million"),
    ("Social assistance paid", "assistance_spending", "all", "", 1 / BILLION, 1, "billion yuan"),
    ("In a basic pension (16+)", "basic_pension_coverage", "all", "", PERCENT, 1, "%"),
    ("In a medical insurance", "coverage", "all", "medical", PERCENT, 1, "%"),
    ("Catastrophic spending", "catastrophic_health_share", "all", "", PERCENT, 1, "%"),
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
    """Return the numbers at the top of the page, without those that are zero in every year."""
    found = []
    for label, outcome, group, scheme, scale, digits, unit in _HEADLINES:
        values = run.series(outcome, group, scheme) * scale
        if (values.fillna(0) != 0).any():
            first, last = float(values[run.first]), float(values[run.last])
            found.append(Headline(label, first, last, digits, unit))
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
    accounts[columns] = accounts[columns].astype(float) / BILLION
    flows = flows.assign(billion=flows["yuan"] / BILLION)
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


def scoring_command(run: Run) -> str:
    """Return the command that scores the scenario of a run over many seeds.

    What the run was made with is kept; its replicate is not, since `minsheng validate` has none.
    """
    words = shlex.split(str(run.description.get("command", "")))[len(_RUN) :]
    scenario, options = (words[0], words[1:]) if words else (run.scenario.name, [])
    scored = ["minsheng", "validate", "--scenario", scenario]
    for option, value in zip(options[::2], options[1::2], strict=False):
        if option == "--set":
            scored += [option, value]
        elif option == "--seed":
            scored += ["--set", f"seed={value}"]
    return shlex.join(scored)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
