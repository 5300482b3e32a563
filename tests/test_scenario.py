"""Scenarios: read strictly, resolved with overrides, refused with one clear message."""

import json
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from agents.errors import MinshengError, UnknownNameError
from model.memory import (
    BYTES_PER_COUNTY_YEAR,
    BYTES_PER_HOUSEHOLD,
    BYTES_PER_TOWNSHIP,
    TooLargeError,
    available_bytes,
    check_memory,
    predicted_bytes,
)
from model.reforms import Reform, ScenarioWarning
from model.scenario import KNOWN_SHOCKS, Scenario, World
from model.scenario_files import (
    Known,
    UnknownScenarioError,
    load_scenario,
    scenario_from_text,
    shipped_scenarios,
)
from model.scenario_overrides import parse_set_option, resolve, resolve_options
from policies.parameters import ParameterSet
from policies.yaml_text import InvalidFileError

LINE = "dibao.urban.line_ratio"
PARAMETERS = """\
line_ratio:
  meaning: Target ratio of the line to mean income
  unit: share
  kind: law
  source: "A source"
  range: [0.1, 0.4]
  values: {1993-01-01: 0.2}
"""
TEXT = """\
name: test
title: A test
years: {first: 1993, last: 2023}
seed: 1
world: {counties: 62, townships_per_county: 2, households: 3100}
policies: {urban_dibao: off}
reforms:
  - name: higher line
    parameters: {dibao.urban.line_ratio: 0.25}
  - name: later
    from: 2005-01-01
    parameters:
      dibao.urban.line_ratio: 0.4
    policies: {rural_dibao: off}
"""


@pytest.fixture
def known(tmp_path: Path) -> Known:
    folder = tmp_path / "parameters" / "dibao"
    folder.mkdir(parents=True)
    (folder / "urban.yaml").write_text(PARAMETERS, encoding="utf-8")
    return Known(ParameterSet.from_folder(folder.parent), ("rural_dibao", "urban_dibao"))


@pytest.fixture
def scenario(known: Known) -> Scenario:
    return scenario_from_text(TEXT, "test.yaml", known)


def refusals(text: str, known: Known) -> tuple[str, ...]:
    with pytest.raises(InvalidFileError) as caught:
        scenario_from_text(text, "test.yaml", known)
    return caught.value.problems


def test_reforms_hold_from_their_dates(scenario: Scenario, known: Known) -> None:
    parameters = scenario.parameters(known.parameters)
    assert [parameters.value(LINE, year) for year in (1993, 2004, 2005)] == [0.25, 0.25, 0.4]
    assert known.parameters.value(LINE, 2005) == 0.2


def test_policies_are_on_unless_switched_off(scenario: Scenario) -> None:
    assert scenario.policies == {"rural_dibao": True, "urban_dibao": False}
    assert [scenario.is_on("rural_dibao", year) for year in (2004, 2005)] == [True, False]
    assert not scenario.is_on("urban_dibao", 1993)


def test_shocks_happen_unless_switched_off(known: Known, scenario: Scenario) -> None:
    assert set(scenario.shocks) == set(KNOWN_SHOCKS)
    assert all(scenario.shocks.values())
    without = scenario_from_text(TEXT + "shocks: {soe_layoffs: false}\n", "test.yaml", known)
    assert not without.has_shock("soe_layoffs")


@pytest.mark.parametrize(
    ("off", "corridors", "reserve"),
    [("none", 0.5, True), ("covid_response", 0.5, False), ("covid", 1.0, False)],
)
def test_without_covid_there_is_no_response_but_without_response_there_is_covid(
    off: str, corridors: float, reserve: bool
) -> None:
    settings = {f"shocks.{off}": "off"} if off != "none" else {}
    scenario = resolve(load_scenario("tiny"), settings)
    parameters = scenario.parameters(ParameterSet.load())
    assert parameters.value("shocks.covid.corridor_factor", 2020) == corridors
    assert parameters.value("shocks.covid.reserve_open", 2020) == reserve
    assert parameters.value("shocks.covid.reserve_open", 2019) is False


def test_reform_wins_over_what_a_shock_that_is_off_says() -> None:
    settings = {"shocks.covid": "off", "shocks.covid.reserve_open": True}
    scenario = resolve(load_scenario("tiny"), settings)
    assert scenario.parameters(ParameterSet.load()).value("shocks.covid.reserve_open", 2020)


def test_resolved_scenario_survives_json(scenario: Scenario) -> None:
    assert Scenario.from_dict(json.loads(json.dumps(scenario.as_dict()))) == scenario


def test_scenario_cannot_be_changed(scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="frozen"):
        scenario.seed = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("years:", "yers:", 3, "yers: unknown key 'yers'; did you mean 'years'?"),
        ("first: 1993", "first: 1949", 3, "years.first: must be a year from 1993 to 2023"),
        ("last: 2023", "last: 2024", 3, "years.last: must be a year from 1993 to 2023"),
        ("first: 1993, last: 2023", "first: 2010, last: 2000", 3, "not lie before the first year"),
        ("{first: 1993, last: 2023}", "1993", 3, "years: must be a mapping"),
        ("seed: 1", "seed: -1", 4, "seed: must be at least 0, got the number -1"),
        ("seed: 1", "seed: 1.0", 4, "seed: must be a whole number"),
        ("seed: 1", "seed: 9223372036854775808", 4, "seed: must be"),
        ("counties: 62", "counties: 30", 5, "from 31 (one per province) to 2854, or the word full"),
        ("counties: 62", "counties: all", 5, "or the word full, got the text 'all'"),
        ("households: 3100", "households: 100", 5, "must be at least 124, one per township"),
        ("households: 3100", "households: 1,200", 5, "unknown key '200'"),
        ("households: 3100", "households: '1,200'", 5, "write 1200 (or 1.200"),
        ("households: 3100", "households: -5", 5, "world.households: must be at least"),
        ("urban_dibao: off", "urban_dibao: no", 6, "must be on or off, got the text 'no'"),
        ("urban_dibao", "urban_dibo", 6, "unknown policy 'urban_dibo'; did you mean 'urban_dibao'"),
        ("rural_dibao", "rural_dbao", 14, "did you mean 'rural_dibao'"),
        ("seed: 1", "seed: 1\nshocks: {soe: on}", 5, "unknown shock 'soe'"),
        ("0.25", "25", 9, "for 25 percent write 0.25"),
        ("0.25", "25 %", 9, "write 0.25 without the percent sign"),
        ("0.25", "{a: 1}", 9, "got a mapping"),
        ("line_ratio: 0.4", "line_rato: 0.4", 13, "did you mean 'dibao.urban.line_ratio'"),
        ("2005-01-01", "2005-02-30", 11, "2005-02-30 is not a day of the calendar"),
        ("name: later", "nam: later", 10, "the key 'name' is missing"),
        ("name: test", "name: ../test", 1, "name: must be text of at most 64 letters"),
        ("title: A test", "title: 3", 2, "title: must be text, got the number 3; put it in quotes"),
    ],
)
def test_mistake_is_reported_with_its_line(
    known: Known, old: str, new: str, line: int, said: str
) -> None:
    problems = refusals(TEXT.replace(old, new, 1), known)
    assert any(p.startswith(f"test.yaml:{line}: ") and said in p for p in problems), problems


def test_all_mistakes_are_reported_at_once_by_line(known: Known) -> None:
    text = TEXT.replace("seed: 1", "seed: x").replace("title", "titel").replace("62", "6")
    lines = [int(problem.split(":")[1]) for problem in refusals(text, known)]
    assert lines == sorted(lines)
    assert {2, 4, 5} <= set(lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "is empty"), ("# only a note\n", "is empty"), ("- a\n- b\n", "must be a mapping"),
     ("42", "must be a mapping"), ("a: [", "not YAML")],
)  # fmt: skip
def test_text_that_is_no_scenario_gets_one_message(known: Known, text: str, said: str) -> None:
    problems = refusals(text, known)
    assert len(problems) == 1
    assert said in problems[0]


def test_reforms_that_set_the_same_parameter_from_the_same_date_warn(known: Known) -> None:
    with pytest.warns(ScenarioWarning, match=r"test.yaml:12: reform 'later' sets dibao.urban"):
        scenario_from_text(TEXT.replace("    from: 2005-01-01\n", ""), "test.yaml", known)


def test_reform_that_begins_after_the_end_warns(known: Known) -> None:
    with pytest.warns(ScenarioWarning, match=r"test.yaml:11: reform 'later' begins after"):
        scenario_from_text(TEXT.replace("last: 2023", "last: 2000"), "test.yaml", known)


def test_unknown_scenario_is_answered_with_the_nearest_and_the_list(known: Known) -> None:
    with pytest.raises(UnknownScenarioError, match=r"'historical'.*no_dibao, .*tiny") as caught:
        load_scenario("histrical", known)
    assert caught.value.nearest == "historical"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe\x00binary", "not a text in UTF-8"), (b"\x00\x01", "not allowed in YAML"),
     (b"#" * 1_000_001, "at most 1,000,000"), (b"", "is empty")],
)  # fmt: skip
def test_file_of_junk_gets_one_message(
    tmp_path: Path, known: Known, content: bytes, said: str
) -> None:
    file = tmp_path / "junk.yaml"
    file.write_bytes(content)
    with pytest.raises(InvalidFileError, match=said) as caught:
        load_scenario(str(file), known)
    assert len(caught.value.problems) == 1


def test_place_that_is_no_scenario_file_gets_one_message(tmp_path: Path, known: Known) -> None:
    (tmp_path / "notes.txt").write_text("notes", encoding="utf-8")
    for name, said in (
        (str(tmp_path), "is a folder"),
        (str(tmp_path / "notes.txt"), "ends in .yaml"),
        (str(tmp_path / "none.yaml"), "cannot be read: No such file"),
        ("historical.yaml", "write historical for the one that comes with the model"),
        ("\0.yaml", "no file name"),
    ):
        with pytest.raises(InvalidFileError, match=said):
            load_scenario(name, known)


@pytest.mark.parametrize("name", ["", "\0", "a" * 5000])
def test_impossible_name_is_an_unknown_scenario(known: Known, name: str) -> None:
    with pytest.raises(UnknownScenarioError):
        load_scenario(name, known)


def test_file_is_read_by_its_path(tmp_path: Path, known: Known, scenario: Scenario) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(TEXT, encoding="utf-8")
    assert load_scenario(str(file), known) == scenario


@pytest.mark.parametrize("name", shipped_scenarios())
def test_shipped_scenario_loads_under_its_own_name(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_scenario(name).name == name


def test_no_dibao_differs_from_history_in_nothing_but_dibao() -> None:
    history, without = load_scenario("historical").as_dict(), load_scenario("no_dibao").as_dict()
    differing = {key for key in history if history[key] != without[key]}
    assert differing == {"name", "title", "description", "policies"}
    assert not without["policies"]["urban_dibao"]


def test_poverty_alleviation_and_response_scenarios_differ_in_one_switch() -> None:
    history = load_scenario("historical").as_dict()
    for name, section, key in (
        ("no_poverty_alleviation", "policies", "poverty_alleviation"),
        ("covid_without_response", "shocks", "covid_response"),
    ):
        other = load_scenario(name).as_dict()
        differing = {field for field in history if history[field] != other[field]}
        assert differing == {"name", "title", "description", section}
        assert history[section] == other[section] | {key: True}


def test_overrides_by_keyword_change_parameters_and_fields(
    scenario: Scenario, known: Known
) -> None:
    keywords = {LINE: np.float64(0.3), "world.households": 5000, "policies.urban_dibao": "on"}
    resolved = resolve(scenario, keywords, known)
    assert resolved.parameters(known.parameters).value(LINE, 2010) == 0.3
    assert (resolved.world.households, resolved.policies["urban_dibao"]) == (5000, True)
    assert scenario.world.households == 3100


def test_override_with_a_date_leaves_earlier_years(scenario: Scenario, known: Known) -> None:
    resolved = resolve(scenario, {f"{LINE}@2010-01-01": 0.1}, known)
    parameters = resolved.parameters(known.parameters)
    assert [parameters.value(LINE, year) for year in (2009, 2010)] == [0.4, 0.1]


def test_resolving_twice_is_resolving_once_with_both(scenario: Scenario, known: Known) -> None:
    twice = resolve(resolve(scenario, {LINE: 0.3}, known), {"seed": 7}, known)
    assert twice == resolve(scenario, {LINE: 0.3, "seed": 7}, known)


def test_a_setting_of_the_country_never_becomes_one_of_some_places(known: Known) -> None:
    south = Reform(name="settings", places=["44"], parameters={LINE: 0.2})
    placed = load_scenario("tiny").model_copy(update={"reforms": [south]})
    found = resolve(placed, {LINE: 0.3}, known).reforms
    assert [(one.places, one.parameters) for one in found] == [
        (["44"], {LINE: 0.2}),
        ([], {LINE: 0.3}),
    ]


@pytest.mark.parametrize(
    ("key", "nearest"),
    [("dibao.urban.line_rato", LINE), ("world.houshold", "world.households"),
     ("policies.urban_dbao", "policies.urban_dibao")],
)  # fmt: skip
def test_unknown_setting_is_answered_with_the_nearest(
    scenario: Scenario, known: Known, key: str, nearest: str
) -> None:
    with pytest.raises(UnknownNameError) as caught:
        resolve(scenario, {key: 1}, known)
    assert caught.value.nearest == nearest


def test_all_wrong_settings_are_reported_at_once(scenario: Scenario, known: Known) -> None:
    wrong = {LINE: 9, "seed": -1, "years.last": 1900, "seed@2005-01-01": 3}
    with pytest.raises(MinshengError) as caught:
        resolve(scenario, wrong, known)
    said = str(caught.value)
    assert len(said.splitlines()) == 4
    assert all(words in said for words in (LINE, "seed: must", "years.last: must", "take a date"))


@pytest.mark.parametrize(
    ("text", "value", "day"),
    [(f"{LINE}=0.2", 0.2, None), (f"{LINE}@2005-01-01=0.2", 0.2, date(2005, 1, 1)),
     ("world.counties=full", "full", None), ("a.b.c=[1, 2]", [1, 2], None)],
)  # fmt: skip
def test_set_option_is_read(text: str, value: object, day: date | None) -> None:
    override = parse_set_option(text)
    assert (override.value, override.date) == (value, day)


@pytest.mark.parametrize("text", ["", "x", "=3", "a@2005=3", "a=[1", "a=&x 1"])
def test_set_option_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(MinshengError, match=r"^--set"):
        parse_set_option(text)


def test_set_options_become_the_last_reform(scenario: Scenario, known: Known) -> None:
    options = [parse_set_option(f"{LINE}=0.3"), parse_set_option("shocks.soe_layoffs=off")]
    resolved = resolve_options(scenario, options, known)
    assert resolved.reforms[-1].parameters == {LINE: 0.3}
    assert not resolved.has_shock("soe_layoffs")


def test_world_larger_than_memory_is_refused_with_the_numbers(scenario: Scenario) -> None:
    needed = predicted_bytes(scenario)
    check_memory(scenario, needed)
    check_memory(scenario, None)
    with pytest.raises(TooLargeError, match=r"3,100 households.*219 MB.*217 MB.*at most 2,600$"):
        check_memory(scenario, needed - 500 * BYTES_PER_HOUSEHOLD)
    with pytest.raises(TooLargeError, match=r"1 MB are free; take fewer counties"):
        check_memory(scenario, 1_000_000)


def test_memory_is_predicted_by_household_county_year_and_township(scenario: Scenario) -> None:
    years = scenario.years.last - scenario.years.first + 1
    world = scenario.world
    larger = scenario.model_copy(
        update={"world": world.model_copy(update={"counties": world.n_counties + 1})}
    )
    more = years * BYTES_PER_COUNTY_YEAR + world.townships_drawn * BYTES_PER_TOWNSHIP
    assert predicted_bytes(larger) - predicted_bytes(scenario) == pytest.approx(more)


def test_available_memory_is_positive_where_it_is_known() -> None:
    available = available_bytes()
    assert available is None or available > 0


def test_others_switches_every_policy_and_shock_that_is_not_named(tmp_path):
    file = tmp_path / "one.yaml"
    text = "name: one\ntitle: One\nyears: {first: 1993, last: 1994}\nseed: 1\n"
    text += "world: {counties: 31, townships_per_county: 1, households: 620}\n"
    file.write_text(text + "policies: {others: off, hukou: on}\nshocks: {others: off}\n")
    scenario = load_scenario(str(file))
    assert [policy for policy, on in scenario.policies.items() if on] == ["hukou"]
    assert not any(scenario.shocks.values())


def test_all_townships_of_the_counties_may_be_asked_for():
    world = {"counties": 31, "townships_per_county": "full", "households": 620}
    assert World.model_validate(world).townships_drawn is None
    for wrong in ("all", 0, 1.5, True):
        with pytest.raises(ValidationError, match="or the word full"):
            World.model_validate(world | {"townships_per_county": wrong})
