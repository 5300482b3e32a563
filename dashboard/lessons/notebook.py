"""Write a lesson as a notebook that needs the model and pandas only, with nothing run in it."""

import json
import sys
from pathlib import Path
from typing import Any

from dashboard.lessons.lesson import STEPS, WORLDS, Claim, Lesson, Measure, lesson

SHIPPED = ("quota", "contracts")
"""The lessons that come as notebooks."""
_RUN = '''\
from model.simulation import Simulation


def nation(scenario, **settings):
    """Simulate a world and return its national outcomes by year."""
    sim = Simulation(scenario, **settings).run()
    table = sim.datacollector.get_model_vars_dataframe()
    return table.set_axis(range(sim.setup.years.first, sim.setup.years.last + 1))


def mean(table, column, first, last):
    """Return an outcome, mean over years."""
    return table.loc[first:last, column].astype(float).mean()
'''


def notebook(one: Lesson, language: str = "en") -> dict[str, Any]:
    """Return a lesson as a notebook of format 4."""
    cells = [_words(f"# {one.title.say(language)}\n\n{one.aim.say(language)}"), _code(_RUN)]
    for number in range(1, STEPS + 1):
        text = one.steps[number - 1].text.say(language)
        cells += [_words(f"## {number}\n\n{text}"), _code(_simulated(one, number))]
        for claim in one.claims:
            if claim.step == number:
                cells.append(_words(f"**{claim.tag}**: {claim.says.say(language)}"))
                cells.append(_code(_checked(claim)))
    asked = f"## ?\n\n{one.question.say(language)}"
    hidden = f"<details><summary>…</summary>\n\n{one.answer.say(language)}\n\n</details>"
    cells.append(_words(f"{asked}\n\n{hidden}"))
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def written(name: str, language: str = "en") -> str:
    """Return the notebook of a lesson as the text of its file."""
    return json.dumps(notebook(lesson(name), language), indent=1, ensure_ascii=False) + "\n"


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> dict[str, Any]:
    source = text.rstrip("\n").splitlines(keepends=True)
    plain: dict[str, Any] = {"execution_count": None, "metadata": {}, "outputs": []}
    return {"cell_type": "code", "source": source} | plain


def _simulated(one: Lesson, number: int) -> str:
    """Return the lines that simulate both worlds of a step; the same world is not run twice."""
    lines = []
    for world in WORLDS:
        own = _world(one, number, world)
        if number > 1 and own == _world(one, number - 1, world):
            lines.append(f"# World {world} is that of the step before.")
        elif world != WORLDS[0] and own == _world(one, number, WORLDS[0]):
            lines.append(f"{world.lower()} = {WORLDS[0].lower()}")
        else:
            lines.append(f"{world.lower()} = {own}")
    return "\n".join(lines)


def _world(one: Lesson, number: int, world: str) -> str:
    """Return the call that simulates a world of a step."""
    settings = one.overrides(number, world)
    said = "".join(
        f"        {_quoted(path)}: {_quoted(value)},\n" for path, value in settings.items()
    )
    scenario = _quoted(one.scenario_of(number))
    return f"nation(\n    {scenario},\n    seed={one.seed},\n    **{{\n{said}    }},\n)"


def _quoted(value: object) -> str:
    """Return a value as code, words between the quotes of this project."""
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _checked(claim: Claim) -> str:
    """Return the lines that show both sides of a claim and whether it holds."""
    sign = ">" if claim.relation == "above" else "<"
    right = _measured(claim.right) if isinstance(claim.right, Measure) else repr(claim.right)
    if claim.times != 1:
        right = f"{claim.times} * {right}"
    if claim.margin:
        right = f"{right} + {claim.margin}"
    return f"left = {_measured(claim.left)}\nright = {right}\nleft, right, left {sign} right"


def _measured(measure: Measure) -> str:
    first, last = measure.years
    return f"mean({measure.world.lower()}, {_quoted(measure.column)}, {first}, {last})"


def main(folder: str) -> None:
    """Write the notebooks that come with the model into a folder."""
    for name in SHIPPED:
        (Path(folder) / f"lesson_{name}.ipynb").write_text(written(name), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
