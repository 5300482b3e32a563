"""Set-ups of the page: changes, addresses, files, and the scenarios they make."""

from dataclasses import replace

import pytest

from agents.errors import MinshengError
from dashboard.cards import provinces
from dashboard.choices import Change, Choices, is_on, problems
from dashboard.choices_text import (
    LARGEST_FILE,
    from_query,
    from_yaml,
    read_uploaded,
    reforms_yaml,
    to_query,
    to_yaml,
)
from dashboard.finding import in_words, world_in_words
from dashboard.state import FIRST
from experiments.drawn import counties
from experiments.run import prepare
from model.scenario_files import load_scenario
from model.simulation import Simulation

URBAN, RURAL = "dibao.urban.line_ratio", "dibao.rural.line_ratio"
ABSENT = "110101"  # a district of Beijing that the small world does not draw
EVERYTHING = Choices(
    "tiny",
    2010,
    7,
    3,
    a=(Change("shocks.covid", False), Change("policies.hukou", False)),
    b=(
        Change(URBAN, 0.3, 2005, ("44", "33")),
        Change(URBAN, 0.25),
        Change("policies.rural_dibao", False, 2008, ("51",)),
        Change("dibao.rules.mode", "rights"),
    ),
)


def test_the_first_set_up_is_that_of_the_small_scenario():
    assert FIRST.reset("B") == Choices.of("tiny")


def test_a_change_takes_the_place_of_an_earlier_one_of_the_same_path():
    choices = Choices().with_change("B", Change(URBAN, 0.2)).with_change("B", Change(URBAN, 0.3))
    assert choices.b == (Change(URBAN, 0.3),)
    assert choices.without("B", URBAN) == Choices()


def test_a_step_is_added_and_a_single_one_replaced():
    choices = Choices(b=(Change(URBAN, 0.2), Change(URBAN, 0.3, 2005)))
    assert choices.replaced("B", Change(URBAN, 0.2), None).b == (Change(URBAN, 0.3, 2005),)


def test_worlds_are_copied_and_swapped():
    choices = FIRST.swap()
    assert (choices.a, choices.b) == (FIRST.b, ())
    assert choices.copy("A", "B").names() == ("A",)


def test_the_address_carries_the_whole_set_up():
    assert from_query(to_query(EVERYTHING)) == EVERYTHING
    assert from_query("?language=zh") == Choices()


def test_the_file_carries_the_whole_set_up():
    found = from_yaml(to_yaml(EVERYTHING).encode())
    assert {*found.a, *found.b} == {*EVERYTHING.a, *EVERYTHING.b}
    assert found.scenarios() == EVERYTHING.scenarios()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("scenario=/etc/passwd", "unknown scenario"),
        ("scenario=tyny", "did you mean 'tiny'"),
        ("seed=-1", "must be a whole number"),
        ("seed=99999999999999999999", "must be from 0 to 9223372036854775807"),
        ("b=policies.rural_dibo=off", "unknown policy 'rural_dibo'; did you mean 'rural_dibao'?"),
        ("b=shocks.covit=off", "unknown shock 'covit'; did you mean 'covid'?"),
        ("to=1066", "must be from 1993 to 2023"),
        ("replicates=500", "must be from 1 to 20"),
        ("b=dibao.urban.line_ratioo=0.3", "did you mean"),
        ("b=dibao.urban.line_ratio=9", r"must lie in \[0.05, 0.6\]"),
        ("b=policies.hukou=perhaps", "must be on or off"),
        ("nonsense=1", "unknown key"),
    ],
)
def test_an_address_that_cannot_be_is_refused_with_a_reason(query, words):
    with pytest.raises(MinshengError, match=words):
        from_query(query)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("scenario: tiny\nlast_year: 2010\nfolder: x", "3: folder: unknown key"),
        ("scenario: tiny\nlast_year: 2010\nB: {reforms: [{name: x, places: [Narnia]}]}", "Narnia"),
        ("scenario: tiny\nlast_year: 2010\nB: {reforms: [{name: x, parameters: {a.b.c: 1}}]}",
         "unknown parameter"),
        ("scenario: /etc/passwd\nlast_year: 2010", "unknown scenario"),
        ("scenario: !!python/object:os.system x", "tags are not accepted"),
        ("- 1", "a mapping of keys"),
    ],
)  # fmt: skip
def test_an_uploaded_file_goes_through_the_strict_loader(text, words):
    with pytest.raises(MinshengError, match=words):
        read_uploaded(text.encode(), "mine.yaml")


def test_a_large_or_binary_file_is_refused():
    with pytest.raises(MinshengError, match="at most 64,000"):
        read_uploaded(b"x" * (LARGEST_FILE + 1), "mine.yaml")
    with pytest.raises(MinshengError, match="UTF-8"):
        read_uploaded(b"\xff\xfe", "mine.yaml")


def test_what_is_not_accepted_is_said_by_path():
    choices = Choices(b=(Change(URBAN, 9.0), Change("policies.hukou", False, None, ("44",))))
    found = problems(choices, "B")
    assert "must lie in" in found[URBAN]
    assert "one policy for the whole country" in found["policies.hukou"]


def test_a_change_after_the_end_is_said():
    choices = Choices(last_year=2000, b=(Change(URBAN, 0.3, 2005),))
    assert problems(choices, "B") == {URBAN: "begins in 2005, after the last year 2000"}


def test_a_world_is_the_scenario_of_its_command_line(tmp_path):
    plain = Choices(last_year=2000, b=(Change(URBAN, 0.3, 1998), Change("shocks.covid", False)))
    settings = ["years.last=2000", "shocks.covid=off", f"{URBAN}@1998-01-01=0.3"]
    assert plain.scenarios()["B"] == prepare("tiny", settings)
    file = tmp_path / "world_b.yaml"
    file.write_text(reforms_yaml(EVERYTHING.b))
    made = prepare("tiny", ["years.last=2010"], 7, [str(file)])
    assert EVERYTHING.scenarios()["B"] == made


def test_a_place_goes_before_the_country_whatever_was_entered_first():
    reforms = EVERYTHING.scenarios()["B"].reforms
    assert [reform.places for reform in reforms] == [[], ["44", "33"], ["51"]]


def test_a_switch_that_the_scenario_itself_reforms_is_undone():
    choices = Choices.of("no_dibao").with_change("B", Change("policies.rural_dibao", True))
    assert not is_on(choices, choices.a, "rural_dibao")
    assert choices.scenarios()["B"].is_on("rural_dibao", 2020)


def test_changes_are_told_in_both_languages():
    change = EVERYTHING.b[2]
    assert in_words(change, "en") == "Rural dibao off from 2008 in Sichuan"
    assert in_words(change, "zh") == "农村低保：关（自2008年）（限四川省）"
    twice = (replace(change, places=("33", "44")), change)
    assert "限浙江省、广东省）；" in world_in_words(twice, "zh")


def test_the_counties_of_a_world_are_those_of_its_simulation():
    for replicate in (0, 1):
        size = Change("geography.sampling.size_subdistrict", 2.5)
        scenario = Choices(b=(size,), last_year=1994).scenarios()["B"]
        drawn = Simulation(scenario, replicate=replicate).counties.code
        assert counties(scenario, replicate) == tuple(map(str, drawn.tolist()))


def test_a_place_outside_the_world_is_refused_before_the_run():
    choices = Choices(b=(Change(URBAN, 0.3, None, (ABSENT,)),))
    assert problems(choices, "B")[URBAN].startswith(f"no county of {ABSENT} is in this world")
    with pytest.raises(MinshengError, match=f"{URBAN}: no county of {ABSENT}"):
        choices.scenarios()


def test_a_place_that_the_scenario_includes_is_taken():
    included = (Change("hukou.eligibility.quota", 0.005, None, ("3305",)),)
    assert not problems(Choices.of("lecture_two_cities").with_world("B", included), "B")


def test_every_province_is_in_every_world():
    codes = {code[:2] for code in counties(load_scenario("tiny"), 0)}
    assert codes == set(provinces("en").values())


def test_a_year_that_no_calendar_has_is_refused():
    with pytest.raises(MinshengError, match="from 1 to 9999, got 99999"):
        from_query(f"b={URBAN}@99999=0.3")


def test_two_values_for_the_same_time_are_pointed_out():
    twice = Choices(b=(Change(URBAN, 0.3, 2005), Change(URBAN, 0.4, 2005)))
    assert problems(twice, "B")[URBAN].startswith("has several values")
    assert not problems(twice.replaced("B", twice.b[1], Change(URBAN, 0.4, 2006)), "B")
