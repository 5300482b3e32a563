"""Every lesson can be set up, its claims hold in the model, and its tags are those of the table."""

import os
import re
from functools import cache
from pathlib import Path

import pytest

from dashboard.lessons.claims import holds, sides
from dashboard.lessons.lesson import WORLDS, lessons, read_lesson
from dashboard.lessons.notebook import SHIPPED, written
from experiments.run import prepare
from model.outcome_list import all_outcomes
from model.simulation import Simulation
from policies.yaml_text import InvalidFileError

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "dashboard" / "lessons"
SEEDS = int(os.environ.get("MINSHENG_SEEDS", "1"))
CLAIMS = [(name, i) for name, one in lessons().items() for i in range(len(one.claims))]
CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def directions():
    """Return the tag of every line of the table of directions."""
    text = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    table = text.split("<!-- generated: directions -->")[1].split("<!-- /generated -->")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    return {row[1]: row[2].partition(";")[0] for row in rows if len(row) > 2}


@cache
def simulated(scenario, settings, seed):
    """Return national outcomes by year; the same world of two lessons is simulated once."""
    values = {path: list(v) if isinstance(v, tuple) else v for path, v in settings}
    sim = Simulation(scenario, seed=seed, **values).run()
    frame = sim.datacollector.get_model_vars_dataframe()
    return frame.set_axis(range(sim.setup.years.first, sim.setup.years.first + len(frame)))


def histories(one, claim, step, world, first_seed):
    # A test needs no year after the last one that is claimed.
    measures = [side for side in (claim.left, claim.right) if hasattr(side, "years")]
    last = max(measure.years[1] for measure in measures)
    values = one.overrides(step, world) | {"years.last": last}
    held = tuple(sorted((k, tuple(v) if isinstance(v, list) else v) for k, v in values.items()))
    seeds = range(first_seed, first_seed + claim.seeds)
    return [simulated(one.scenario_of(step), held, seed) for seed in seeds]


def test_there_are_eight_lessons():
    assert len(lessons()) == 8


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
@pytest.mark.parametrize(("name", "number"), CLAIMS)
def test_the_claim_still_holds_in_the_model(name, number, seed):
    one = lessons()[name]
    claim = one.claims[number]
    tables = {key: histories(one, claim, *key, seed) for key in claim.needs()}
    assert holds(claim, tables), (claim.says.en, sides(claim, tables))


@pytest.mark.parametrize(("name", "number"), CLAIMS)
def test_the_tag_is_that_of_the_table_of_directions(name, number):
    claim = lessons()[name].claims[number]
    if claim.direction:
        assert directions()[claim.direction] == claim.tag
    else:
        assert claim.reason


@pytest.mark.parametrize("name", lessons())
def test_every_step_can_be_set_up(name):
    one = lessons()[name]
    for number in (1, 2, 3):
        for world in WORLDS:
            said = [f"{path}={as_written(v)}" for path, v in one.overrides(number, world).items()]
            assert prepare(one.scenario_of(number), said).years.last <= one.last_year


def as_written(value):
    return ("on" if value else "off") if isinstance(value, bool) else value


@pytest.mark.parametrize("name", lessons())
def test_worlds_are_small_and_only_recorded_outcomes_are_claimed(name):
    one = lessons()[name]
    known = {outcome.name for outcome in all_outcomes()}
    for number in (1, 2, 3):
        assert prepare(one.scenario_of(number), []).world.households <= 12_400
    for claim in one.claims:
        assert claim.left.outcome in known


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_both_languages_are_there(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("en: ") == text.count("zh: ")
    assert all(CHINESE.search(line) for line in text.splitlines() if "zh: " in line)
    assert not any(CHINESE.search(line) for line in text.splitlines() if "en: " in line)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("tag: emergent", "tag: found", "tag"),
        ("last_year: 2014", "last_years: 2014", "did you mean"),
        ("relation: below", "relation: beneath", "relation"),
    ],
)
def test_a_lesson_that_is_wrong_says_where(old, new, problem):
    text = (FOLDER / "1_quota.yaml").read_text(encoding="utf-8")
    with pytest.raises(InvalidFileError, match=rf"1_quota\.yaml:\d+: .*{problem}"):
        read_lesson(text.replace(old, new, 1), "1_quota.yaml")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_notebook_is_that_of_the_lesson(name):
    file = ROOT / "docs" / "examples" / f"lesson_{name}.ipynb"
    assert file.read_text(encoding="utf-8") == written(name)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_notebook_runs_and_its_claims_hold(name, monkeypatch):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    cells = nbclient.NotebookClient(nbformat.reads(written(name), as_version=4)).execute().cells
    shown = [str(cell["outputs"]) for cell in cells if cell["source"].startswith("left =")]
    assert len(shown) == len(lessons()[name].claims)
    assert all("True" in outputs for outputs in shown)


def test_the_page_about_teaching_names_every_lesson():
    text = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    assert all(f"| {one.title.en} | `{one.scenario}` |" in text for one in lessons().values())
