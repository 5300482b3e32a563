"""The story of one household: the run is made again and the household looked at every year."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from agents.errors import MinshengError
from agents.persons import Work
from experiments.run import Progress, no_progress
from model import records
from model.simulation import Simulation

_WORK = {
    Work.NONE: "not working",
    Work.FARM: "farming",
    Work.OFF_FARM: "in local off-farm work",
    Work.FORMAL: "in a formal job",
    Work.INFORMAL: "in informal work",
    Work.UNEMPLOYED: "laid off",
    Work.RETIRED: "on a unit pension",
}
_MONTHS = 12
_ADULT = 16


@dataclass(frozen=True)
class Story:
    """What happened to a household.

    Attributes
    ----------
    sentences : list of str
        One paragraph a year.
    rows : list of dict
        The figures behind them.
    """

    number: int
    sentences: list[str]
    rows: list[dict[str, Any]]


def explain_household(folder: Path, number: int, progress: Progress = no_progress) -> Story:
    """Make a run again and follow one household.

    Parameters
    ----------
    folder : Path
        Folder of a run.
    number : int
        Number of the household: those of the first year count from 0, later ones follow.

    Raises
    ------
    MinshengError
        The folder is no run, or no such household ever existed in it.
    """
    scenario, replicate = records.read_scenario(folder)
    sim = Simulation(scenario, replicate=replicate)
    years = scenario.years.last - scenario.years.first + 1
    rows: list[dict[str, Any]] = []
    for done in range(1, years + 1):
        year = sim.year
        sim.step()
        rows += _look(sim, number, year)
        progress(done, years)
    if not rows:
        raise MinshengError(
            f"no household {number} in {folder}; numbers run from 0 to "
            f"{int(sim.households.number.max())}"
        )
    sentences = [_opening(sim, rows[0]), *(_tell(row) for row in rows)]
    if rows[-1]["year"] < scenario.years.last:
        sentences.append(f"{rows[-1]['year'] + 1}: The household no longer exists.")
    return Story(number, sentences, rows)


def story_table(story: Story) -> Table:
    """Return the figures of a story as a table."""
    table = Table(title=f"Household {story.number}, yuan a year")
    heads = ("year", "members", "market income", "transfers", "per head", "care", "consumption",
             "savings", "dibao line", "assessed", "dibao")  # fmt: skip
    for head in heads:
        table.add_column(head, justify="right", overflow="fold")
    for row in story.rows:
        money = ("market_income", "transfers", "income_per_head", "out_of_pocket", "consumption",
                 "assets", "line", "assessed")  # fmt: skip
        amounts = [_yuan(row[name]) for name in money]
        table.add_row(str(row["year"]), str(len(row["ages"])), *amounts, row["outcome"])
    return table


def _look(sim: Simulation, number: int, year: int) -> list[dict[str, Any]]:
    """Return what can be seen of the household at the end of the year, nothing if it is gone."""
    households, persons = sim.households, sim.persons
    found = np.flatnonzero((households.number == number) & households.alive)
    if len(found) == 0:
        return []
    row = int(found[0])
    view = households[row]
    members = np.flatnonzero((persons.household == row) & persons.alive)
    members = members[np.argsort(-persons.age[members], kind="stable")]
    line = float(sim.dibao_lines()[row])
    return [
        {name: view[name] for name in view}
        | {
            "year": year,
            "ages": persons.age[members].tolist(),
            "female": persons.female[members].tolist(),
            "work": persons.work[members].tolist(),
            "line": line,
            "assessed": view["assessed_income"] if view["applies_for_dibao"] else 0.0,
            "outcome": _dibao(view, line),
        }
    ]


def _dibao(view: dict[str, Any], line: float) -> str:
    if line == 0:
        return "no scheme"
    if view["receives_dibao"]:
        return "receives"
    if view["applies_for_dibao"]:
        return "refused"
    return "does not apply" if view["aware_of_dibao"] else "unaware"


def _opening(sim: Simulation, row: dict[str, Any]) -> str:
    geography, places = sim.geography, sim.places
    province = geography.province_name[row["province"]]
    county = geography.county_name[places.county_rows[row["county"]]]
    township = geography.township_name[places.township_rows[row["township"]]]
    place = "an urban" if row["urban"] else "a rural"
    hukou = "urban" if row["hukou_urban"] else "rural"
    return (
        f"Household {row['number']} lives in {place} place in {township}, {county}, {province}, "
        f"with {hukou} hukou, and stands for {row['weight']:,.0f} households."
    )


def _tell(row: dict[str, Any]) -> str:
    """Tell one year in sentences."""
    people = ", ".join(
        f"{'woman' if female else 'man'} of {age} {_WORK[work]}"
        if age >= _ADULT
        else f"{'girl' if female else 'boy'} of {age}"
        for age, female, work in zip(row["ages"], row["female"], row["work"], strict=True)
    )
    parts = [f"{row['year']}: {len(row['ages'])} members: {people}."]
    parts.append(f"Income was {_yuan(row['income_per_head'])} yuan a head.")
    if row["ill_years"] > 0:
        parts.append("A severe illness weighs on its earnings.")
    if row["catastrophic"]:
        parts.append(f"Care for {_yuan(row['out_of_pocket'])} yuan was catastrophic: it took too "
                     "large a share of what the household could pay.")  # fmt: skip
    if row["deprived_years"] > 0:
        parts.append("It could not afford the minimum.")
    parts.append(_tell_dibao(row))
    return " ".join(parts)


def _tell_dibao(row: dict[str, Any]) -> str:
    line, assessed = _yuan(row["line"]), _yuan(row["assessed"])
    return {
        "no scheme": "There is no dibao for it yet.",
        "unaware": "It does not know of dibao.",
        "does not apply": "It does not apply for dibao.",
        "refused": f"It applied for dibao and was refused: assessed at {assessed}, line {line}.",
        "receives": (
            f"It receives dibao, {_yuan(row['dibao_benefit'] / _MONTHS)} yuan a month: assessed "
            f"at {assessed}, line {line}."
        ),
    }[row["outcome"]]


def _yuan(value: float) -> str:
    return f"{value:,.0f}"
