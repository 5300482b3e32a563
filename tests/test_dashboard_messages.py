"""What a visitor can do wrong is said in Chinese on the Chinese page, wherever it is noticed."""

import errno
import itertools
import os
import re
import time
from functools import partial
from types import SimpleNamespace

import ipyvuetify
import numpy as np
import pytest
import solara

from agents.errors import MinshengError
from dashboard import limits, runner, state, worker
from dashboard.choices import Change, Choices, as_reforms, problems
from dashboard.choices_text import LARGEST_FILE, from_query, read_uploaded
from dashboard.controls import Controls
from dashboard.messages import LONGEST, keys_of, told
from dashboard.parameter_row import ParameterRow
from dashboard.results import WorldResult
from dashboard.show.stories import _reason
from dashboard.views import stories
from dashboard.words import texts
from dashboard.worker import Advanced
from experiments.drawn import counties
from experiments.explain import explain_household
from model.composition_tables import PLACES, _check
from model.placed import Placed
from model.run_folder import new_folder
from model.scenario_files import Known, load_scenario, shipped_scenarios
from policies.parameters import ParameterSet

URBAN, RIGHTS = "dibao.urban.line_ratio", "dibao.rules.mode"
AGES, WHOLE = "assistance.rules.able_ages", "adoption.assistance.first_year"
FLAG, RESERVE = "policies.rural_dibao", "assistance.rules.reserve_open"
SHARE = "migrant_insurance.regime.inclusion_share"
ABSENT = "110101"  # a district of Beijing that the small world does not draw
PARAMETERS = ParameterSet.load()
CHINESE = re.compile("[\u4e00-\u9fff]")


def world(*changes, **common):
    """Return a set-up in which world B makes some changes."""
    return Choices(b=changes, **common)


# What a visitor enters on the page, or opens there.
ENTERED = {
    "value out of range": world(Change(URBAN, 9.5)),
    "value below the range": world(Change(URBAN, -1.0)),
    "percent": world(Change(URBAN, 30.0)),
    "value of another type": world(Change(URBAN, "much")),
    "text with a semicolon": world(Change(URBAN, "much; more: or less, got it")),
    "number with a percent sign": world(Change(URBAN, "30%")),
    "number with a comma": world(Change(URBAN, "1,000")),
    "number with spaces": world(Change(URBAN, "1 000")),
    "no whole number": world(Change(WHOLE, 2000.5)),
    "no switch": world(Change(RESERVE, 3)),
    "no word": world(Change(RIGHTS, 3)),
    "word that is not accepted": world(Change(RIGHTS, "right")),
    "word like no other": world(Change(RIGHTS, "xyz")),
    "list of another length": world(Change(AGES, (1.0, 2.0, 3.0))),
    "yes for a number": world(Change(URBAN, True)),
    "no for a number": world(Change(URBAN, False)),
    "parameter misspelt": world(Change("dibao.urban.line_ratoi", 0.3)),
    "parameter like no other": world(Change("x.y.z", 0.3)),
    "policy misspelt": world(Change("policies.hukuo", False)),
    "shock misspelt": world(Change("shocks.covd", False)),
    "shock like no other": world(Change("shocks.x", False)),
    "place misspelt": world(Change(URBAN, 0.3, None, ("Guangdon",))),
    "place like no other": world(Change(URBAN, 0.3, None, ("@@",))),
    "code of no place": world(Change(URBAN, 0.3, None, ("440199",))),
    "code of no prefecture": world(Change(URBAN, 0.3, None, ("4499",))),
    "code of no province": world(Change(URBAN, 0.3, None, ("99",))),
    "code of three digits": world(Change(URBAN, 0.3, None, ("440",))),
    "name of several places": world(Change(URBAN, 0.3, None, ("鼓楼区",))),
    "policy in places": world(Change("policies.hukou", False, None, ("44",))),
    "parameter in places": world(Change(RIGHTS, "rights", None, ("44",))),
    "place outside the world": world(Change(URBAN, 0.3, None, (ABSENT,))),
    "place outside a replicate": world(Change(URBAN, 0.3, None, ("110106",)), replicates=3),
    "begins after the end": world(Change(URBAN, 0.3, 2005), last_year=2000),
    "two of the same kind": world(Change(URBAN, 0.3, 2005), Change(URBAN, 0.4, 2005)),
    "over a reform of the scenario": Choices(
        "long_tenure", b=(Change("incentives.careers.mean_tenure", 5.0),)
    ),
    "over it from a year": Choices(
        "long_tenure", b=(Change("incentives.careers.mean_tenure", 5.0, 2005),)
    ),
    "over it in places": Choices("early_inclusion", b=(Change(SHARE, 0.5, None, ("44",)),)),
    "over it in places from a year": Choices(
        "early_inclusion", b=(Change(SHARE, 0.5, 2005, ("44",)),)
    ),
    "over it besides others": Choices(
        "early_inclusion", b=(Change(SHARE, 0.5), Change(FLAG, False, 2005))
    ),
    "over it from a year besides others": Choices(
        "early_inclusion", b=(Change(SHARE, 0.5, 2005), Change(FLAG, False, 2005))
    ),
    "last year before the first": world(Change(URBAN, 0.3), last_year=1066),
    "too many replicates": world(Change(URBAN, 0.3), replicates=500),
    "seed below zero": world(Change(URBAN, 0.3), seed=-1),
}  # fmt: skip

ADDRESSES = {
    "scenario misspelt": "scenario=tyny",
    "scenario like no other": "scenario=@@",
    "year outside": "to=1066",
    "seed in words": "seed=one",
    "key misspelt": "sed=1",
    "key like no other": "@@=1",
    "change of a year in words": f"b={URBAN}@soon=0.3",
    "change of an odd year": f"b={URBAN}@99999=0.3",
    "value in an address": f"b={URBAN}=9",
    "nothing in an address": f"b={URBAN}=",
    "switch in an address": "b=policies.hukou=perhaps",
    "broken value": f"b={URBAN}=[1, 2",
    "long address": "b=" + "x" * LARGEST_FILE,
}

FILES = {
    "too large": "x" * (LARGEST_FILE + 1),
    "not UTF-8": b"\xff\xfe",
    "a list": "- 1",
    "no keys": "",
    "missing key": "scenario: tiny",
    "unknown key": "scenario: tiny\nlast_year: 2010\nlast_yaer: 2010\n",
    "several wrong": "scenario: tiny\nlast_year: soon\nseed: 1.5\nreplicates: 99\n",
    "number for a text": "scenario: 5\nlast_year: 2010",
    "empty text": 'scenario: ""\nlast_year: 2010',
    "text for a mapping": "scenario: tiny\nlast_year: 2010\nB: 3",
    "mapping for a number": "scenario: tiny\nlast_year: {a: 1}",
    "text for a list": "scenario: tiny\nlast_year: 2010\nB: {reforms: x}",
    "list for a number": "scenario: tiny\nlast_year: [1]",
    "no date": "scenario: tiny\nlast_year: 2010\nB: {reforms: [{name: x, from: 2005}]}",
    "no day": "scenario: tiny\nlast_year: 2010\nB: {reforms: [{name: x, from: 2005-02-30}]}",
    "no place": "scenario: tiny\nlast_year: 2010\nB: {reforms: [{name: x, places: [Narnia]}]}",
    "no switch": "scenario: tiny\nlast_year: 2010\nB: {shocks: {covid: 3}}",
    "no shock": "scenario: tiny\nlast_year: 2010\nB: {shocks: {covd: on}}",
    "no parameter":
        "scenario: tiny\nlast_year: 2010\nB: {reforms: [{name: x, parameters: {a.b.c: 1}}]}",
    "no value":
        "scenario: tiny\nlast_year: 2010\nB: {reforms: [{name: x, parameters: {a.b.c: {}}}]}",
    "no end of a number":
        "scenario: tiny\nlast_year: 2010\nB: {reforms: [{name: x, parameters: {a.b.c: .inf}}]}",
    "key twice": "scenario: tiny\nscenario: tiny",
    "list as a key": "? [a]\n: 1",
    "two documents": "a: 1\n---\nb: 2",
    "deep": "x: " + "[" * 20,
    "anchor": "a: &x 1",
    "tag": "a: !!python/object:os.system x",
    "tab": "a:\n\tb: 1",
    "odd character": "a: x\x00b",
    "two colons": "a: b: c",
    "list in a value": "a: - b\n- c",
    "open quote": "a: 'x",
    "at sign": "a: @x",
    "no colon": "a: |\n b\nc",
    "open bracket": "a: [1, 2",
    "closed bracket": "a: ]",
    "list and key": "- a\nb: 1",
    "quote and word": "'a': \"x\" y",
    "indented": "a:\n  - b\n c: d",
    "backslash": 'a: "\\q"',
    "version": "%YAML 3.0\n---\na: 1",
    "other world": "scenario: tiny\nlast_year: 2030",
}  # fmt: skip


def refusal(function, *values):
    """Return why a function refuses some values."""
    with pytest.raises(MinshengError) as error:
        function(*values)
    return str(error.value)


def entered(choices, _):
    found = problems(choices, "B")
    assert found
    return "\n".join(found.values())


def address(query, _):
    return refusal(from_query, query)


def file(text, _):
    return refusal(
        read_uploaded, text if isinstance(text, bytes) else text.encode(), "my file.yaml"
    )


def too_many_years(here):
    here.patch.setattr(limits, "most_household_years", lambda: 10)
    return refusal(limits.check_limits, Choices(), Choices().scenarios())


def too_little_memory(here):
    here.patch.setattr(limits, "available_bytes", lambda: 1e6)
    return refusal(limits.check_limits, Choices(), Choices().scenarios())


def no_memory_left(here):
    def job(_):
        raise MemoryError

    sent = []
    here.patch.setattr(worker.signal, "signal", lambda *_: None)
    worker.work(job, SimpleNamespace(send=sent.append))
    return sent[0].text


def paused_for_long(here):
    clock = itertools.count(0.0, runner.LONGEST_PAUSE + 1)
    here.patch.setattr(runner.time, "monotonic", lambda: next(clock) + 1)
    paused = Advanced(0, 1, 1993, 0, True, [], [])
    pipe = SimpleNamespace(poll=lambda _: True, recv=lambda: paused)
    return refusal(runner._listen, pipe, None, lambda _: None, lambda: True, runner.Remote())


def death(code, _):
    return str(runner._death_of(SimpleNamespace(join=lambda: None, exitcode=code)))


def full_disk(here):
    def fails(**_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    here.patch.setattr("tempfile.TemporaryDirectory", fails)
    return refusal(new_folder(here.path / "A", overwrite=False).__enter__)


def locked_folder(here):
    def write():
        with new_folder(here.path / "A", overwrite=False):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    return refusal(write)


def outside_the_world(_):
    # What the model itself says, if a place came so far.
    (reform,) = as_reforms((Change(URBAN, 0.3, 2005, (ABSENT,)),))
    scenario = load_scenario("tiny").model_copy(update={"reforms": [reform]})
    codes = np.array([int(code) for code in counties(scenario, 0)], np.int32)
    return refusal(Placed(scenario, PARAMETERS).settle, codes)


def too_early(_):
    path = max(PARAMETERS.paths(), key=lambda path: PARAMETERS.parameter(path).first_date)
    return refusal(PARAMETERS.value, path, 1950)


def household_size(place, _):
    return refusal(_check, place, 0.9, 7.0)


def no_run(here):
    return refusal(explain_household, here.path, 0)


def no_household(here):
    return refusal(explain_household, here.folder, 10**7)


def no_county(here):
    return refusal(stories.county, WorldResult((), here.folder, load_scenario("tiny")), ABSENT)


SAID = {
    **{f"entered: {name}": partial(entered, choices) for name, choices in ENTERED.items()},
    **{f"address: {name}": partial(address, query) for name, query in ADDRESSES.items()},
    **{f"file: {name}": partial(file, text) for name, text in FILES.items()},
    **{f"size of {place} households": partial(household_size, place) for place in PLACES},
    "simulation that was killed": partial(death, -9),
    "simulation that failed": partial(death, 1),
    **{function.__name__: function for function in (
        too_many_years, too_little_memory, no_memory_left, paused_for_long, full_disk,
        locked_folder, outside_the_world, too_early, no_run, no_household, no_county)},
}  # fmt: skip
_KNOWN: dict[str, str] = {}


@pytest.fixture
def english(run_folder, tmp_path, monkeypatch):
    """What is said, in English, by the name of what went wrong; each is tried once."""
    here = SimpleNamespace(folder=run_folder, path=tmp_path, patch=monkeypatch)

    def said(name):
        if name not in _KNOWN:
            with monkeypatch.context() as patch:
                here.patch = patch
                _KNOWN[name] = SAID[name](here)
        return _KNOWN[name]

    return said


OWN = {
    "inf",
    "YAML",
    "UTF",
    "on",
    "off",
    "true",
    "false",
    "MB",
    "GB",
    "SIGKILL",
    "seed",
    "replicates",
}
NAMES = {*shipped_scenarios(), *Known.shipped().policies, *Known.shipped().shocks, *OWN}
NAMES |= {word for path in PARAMETERS.paths() for word in PARAMETERS.parameter(path).words}


def english_left(text):
    """Return the words of a text that are no names: neither quoted, nor paths, nor listed."""
    text = re.sub(r"'[^'\n]*'|\"[^\"\n]*\"", " ", text)
    text = re.sub(r"可用的有：[\w ,.-]*", " ", text, flags=re.ASCII)
    text = re.sub(r"my file.yaml|tag:[^ ]*|读取时的原话：“[^”]*”", " ", text)
    text = re.sub(r"[\w/*-]*[._/\[][\w./*\[\]-]*", " ", text, flags=re.ASCII)
    text = re.sub(r"(?<![A-Za-z ])[A-Za-z]+：", " ", text)
    return set(re.findall("[A-Za-z]{2,}", text)) - NAMES


@pytest.mark.parametrize("name", SAID)
def test_what_goes_wrong_is_said_in_chinese(english, name):
    for line in told(english(name), "zh").split("\n"):
        assert CHINESE.search(line)
        assert not english_left(line), line


def test_words_left_in_english_are_found():
    assert english_left("网址：must be 'x', dibao.urban.line_ratio") == {"must", "be"}


def test_every_message_is_said_of_something(english):
    used = frozenset().union(*(keys_of(english(name)) for name in SAID))
    unused = {key for key in texts().entries if key.startswith("messages.")} - used
    assert not unused


@pytest.mark.parametrize("name", SAID)
def test_english_stays_as_it_is(english, name):
    assert told(english(name), "en") == english(name)


def test_what_is_not_known_stays_as_it_is():
    assert told("Something else went wrong: 3", "zh") == "Something else went wrong: 3"
    assert told("dibao.urban.line_ratio: nobody knows", "zh").endswith("nobody knows")


def test_lines_are_told_one_by_one():
    lines = told("seed: must be from 0 to 5, got 6\nwhat is this", "zh").split("\n")
    assert lines == ["随机种子（seed）：必须在0到5之间，现为6", "what is this"]


def test_where_something_stands_belongs_to_no_other_value():
    said = told("my.yaml:3: B.reforms[0].from: 2005-02-30 is not a day of the calendar", "zh")
    assert said == "my.yaml:3：B.reforms[0].from：日历上没有2005-02-30这一天"


@pytest.fixture
def chinese_page():
    """Set the language of the tab to Chinese."""
    state.language.set("zh")
    yield
    for reactive, value in ((state.language, "en"), (state.choices, state.FIRST)):
        reactive.set(value)


def alerts(component):
    """Return what a component says in red."""
    context = solara.render(component, handle_error=False)[1]
    red = context.find(ipyvuetify.Html, class_="wrong").widgets
    said = [str(one.children[0].children) for one in red]
    context.close()
    return said


@pytest.mark.parametrize("name", ["over a reform of the scenario", "too many replicates"])
def test_the_controls_say_it_in_chinese(chinese_page, name):
    state.choices.set(ENTERED[name])
    assert CHINESE.search(alerts(Controls())[0])


def test_a_parameter_says_it_in_chinese(chinese_page):
    wrong = problems(ENTERED["percent"], "B")[URBAN]
    (alert,) = alerts(ParameterRow("B", URBAN, ENTERED["percent"].b, wrong, Choices()))
    assert "30%应写作0.3" in alert


def test_a_story_says_it_in_chinese(chinese_page, english):
    assert CHINESE.search(_reason(MinshengError(english("no_household"))))


def test_a_unit_is_told_by_its_name():
    assert "（比例）" in told("must lie in [0, 1] (share), got 3", "zh")


def test_odd_texts_take_no_time():
    for odd in (": " * LONGEST, "must be , got ; " * 100, "reform  () sets , as reform" * 70):
        began = time.perf_counter()
        assert told(odd, "zh")
        assert time.perf_counter() - began < 1
