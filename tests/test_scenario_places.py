"""Places that a scenario includes: named by division codes, checked when it is read."""

import json

import pytest

from agents.errors import MinshengError
from model.geography import load_geography
from model.scenario import Scenario
from model.scenario_files import load_scenario, scenario_from_text
from model.scenario_overrides import parse_set_option, resolve, resolve_options
from model.scenario_places import included_counties
from policies.yaml_text import InvalidFileError

TEXT = """\
name: test
title: A test
years: {first: 1993, last: 1994}
seed: 1
world:
  counties: 62
  townships_per_county: 2
  households: 3100
  include: [3305, "410102"]
"""


def read(included):
    return scenario_from_text(TEXT.replace('[3305, "410102"]', included), "test.yaml")


def refusal(included):
    with pytest.raises(InvalidFileError) as caught:
        read(included)
    return str(caught.value)


def test_codes_may_be_numbers_or_text():
    assert read('[3305, "410102"]').world.include == ["3305", "410102"]


def test_world_that_says_nothing_includes_nothing():
    assert load_scenario("historical").world.include == []


def test_scenario_with_included_places_survives_json():
    scenario = read("[3305]")
    assert Scenario.from_dict(json.loads(json.dumps(scenario.as_dict()))) == scenario


@pytest.mark.parametrize(("code", "counties"), [("31", 16), ("3305", 5), ("330502", 1)])
def test_code_means_all_counties_that_begin_with_it(code, counties):
    geography = load_geography()
    chosen = geography.county_code[included_counties(geography, [code])]
    assert len(chosen) == counties
    assert all(str(county).startswith(code) for county in chosen)


def test_codes_that_overlap_count_once():
    geography = load_geography()
    both = included_counties(geography, ["3305", "330502", "3305"])
    assert (both == included_counties(geography, ["3305"])).all()


@pytest.mark.parametrize(
    ("included", "said"),
    [
        ("[3399]", "unknown prefecture code '3399'; did you mean '3311' (丽水市)?"),
        ("[39]", "unknown province code '39'; did you mean '37' (Shandong)?"),
        ("[330599]", "unknown county code '330599'; did you mean '330523' (安吉县)?"),
        ("[330]", "2 digits for a province, 4 digits for a prefecture, 6 digits for a county"),
        ("[3305.0]", "must be a division code"),
        ("[true]", "got true"),
        ("[[3305]]", "got a list"),
        ("['1,101']", "got the text '1,101'"),
        (f"[{'9' * 5000}]", "must be a division code"),
        ("3305", "world.include: must be a list, got the number 3305"),
        ("", "must be a list, got nothing"),
        ("[11, 12, 13]", "the included places have 199 counties; with one of the others of each "
         "province world.counties must be at least 227, got the number 62"),
    ],
)  # fmt: skip
def test_impossible_place_is_refused_with_its_line(included, said):
    message = refusal(included)
    assert message.startswith("test.yaml:9: world.include")
    assert said in message


def test_every_wrong_code_is_reported():
    assert len(refusal("[3399, 3305, 99]").splitlines()) == 2


def test_whole_country_fits_into_every_county():
    provinces = [int(code) for code in load_geography().province_code]
    scenario = resolve(load_scenario("full"), {"world.include": provinces})
    assert len(scenario.world.include) == 31


def test_too_few_counties_are_refused_when_they_change_later():
    scenario = resolve(load_scenario("historical"), {"world.include": [33]})
    with pytest.raises(MinshengError, match="the included places have 90 counties"):
        resolve(scenario, {"world.counties": 100})


def test_option_of_the_command_line_includes_places():
    option = parse_set_option("world.include=[3305, 11]")
    assert resolve_options(load_scenario("historical"), [option]).world.include == ["3305", "11"]


@pytest.mark.parametrize("name", ["huzhou", "zhengzhou", "guangzhou_2002"])
def test_scenario_of_one_city_includes_all_of_the_city(name):
    scenario = load_scenario(name)
    (area,) = (value for reform in scenario.reforms
               for path, value in reform.parameters.items() if path.endswith("area"))  # fmt: skip
    assert scenario.world.include == [str(area)]
