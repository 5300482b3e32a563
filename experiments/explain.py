"""The story of one household: the run is made again and the household looked at every year."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from agents.errors import MinshengError
from agents.persons import Work
from experiments.run import Progress, no_progress
from experiments.words import CHINESE, ENGLISH, JOIN, told
from model import records
from model.simulation import Simulation

_WORK = {
    Work.NONE: "none",
    Work.FARM: "farm",
    Work.OFF_FARM: "off_farm",
    Work.FORMAL: "formal",
    Work.INFORMAL: "informal",
    Work.UNEMPLOYED: "unemployed",
    Work.RETIRED: "retired",
}
_MONTHS = 12
_ADULT = 16


@dataclass(frozen=True)
class Story:
    """What happened to a household.

    Attributes
    ----------
    home : dict of str to tuple of str
        Township, county and province where it lives, by language.
    rows : list of dict
        The figures of each year.
    ended : int or None
        The year in which it did not exist any more.
    """

    number: int
    home: dict[str, tuple[str, str, str]]
    rows: list[dict[str, Any]]
    ended: int | None = None

    def sentences(self, language: str = ENGLISH) -> list[str]:
        """Return where it lives and a paragraph for each year, in a language."""
        paragraphs = [_opening(self, language), *(_tell(row, language) for row in self.rows)]
        if self.ended is not None:
            paragraphs.append(told().say("told.household.ended", language, year=self.ended))
        return paragraphs


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
    last = int(rows[-1]["year"])
    ended = last + 1 if last < scenario.years.last else None
    return Story(number, _home(sim, rows[0]), rows, ended)


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


def _home(sim: Simulation, row: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    """Return the names of the township, county and province of a row, by language."""
    geography, places = sim.geography, sim.places
    names = {ENGLISH: geography.province_name, CHINESE: geography.province_name_zh}
    county = geography.county_name[places.county_rows[row["county"]]]
    township = geography.township_name[places.township_rows[row["township"]]]
    return {language: (township, county, of[row["province"]]) for language, of in names.items()}


def _opening(story: Story, language: str) -> str:
    first = story.rows[0]
    township, county, province = story.home[language]
    place, hukou = ("urban" if first[name] else "rural" for name in ("urban", "hukou_urban"))
    return _say(
        "opening", language, number=story.number, weight=first["weight"], township=township,
        county=county, province=province, place=_say(f"place_{place}", language),
        hukou=_say(f"hukou_{hukou}", language),
    )  # fmt: skip


def _tell(row: dict[str, Any], language: str) -> str:
    """Tell one year in sentences."""
    members = zip(row["ages"], row["female"], row["work"], strict=True)
    people = [_member(age, female, work, language) for age, female, work in members]
    between = _say("between", language)
    year = {"year": row["year"], "n": len(people), "people": between.join(people)}
    parts = [_say("year", language, **year)]
    parts.append(_say("income", language, yuan=row["income_per_head"]))
    if row["ill_years"] > 0:
        parts.append(_say("ill", language))
    if row["catastrophic"]:
        parts.append(_say("catastrophic", language, yuan=row["out_of_pocket"]))
    if row["deprived_years"] > 0:
        parts.append(_say("deprived", language))
    key = f"dibao_{row['outcome'].replace(' ', '_')}"
    benefit = row["dibao_benefit"] / _MONTHS
    amounts = {"assessed": row["assessed"], "line": row["line"], "yuan": benefit}
    parts.append(_say(key, language, **amounts))
    return JOIN[language].join(parts)


def _member(age: int, female: bool, work: int, language: str) -> str:
    if age < _ADULT:
        return _say("child", language, who=_say("girl" if female else "boy", language), age=age)
    who = _say("woman" if female else "man", language)
    does = _say(f"work_{_WORK[work]}", language)
    return _say("adult", language, who=who, age=age, work=does)


def _say(key: str, language: str, **values: object) -> str:
    return told().say(f"told.household.{key}", language, **values)


def _yuan(value: float) -> str:
    return f"{value:,.0f}"
