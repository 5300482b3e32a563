"""Every word on the page is there in English and Chinese, and none is written into the code."""

import ast
import re
from pathlib import Path

import pytest

from agents.enrolment import SCHEMES
from dashboard import words
from dashboard.cards import cards
from dashboard.tables import definition, title
from dashboard.words import MissingWordsError, say, texts
from experiments.words import NAMED_BY_THE_MODEL, WordsError, event, placeholders, read_entries
from model.outcome_list import all_outcomes
from model.scenario_files import shipped_scenarios
from policies.account_pension import AccountPension
from policies.base import discover
from policies.calendar import load_calendar
from policies.parameters import ParameterSet
from policies.yaml_text import InvalidFileError

DASHBOARD = Path(words.__file__).parent
CODE = sorted(DASHBOARD.rglob("*.py"))
ENTRIES = texts().entries
PREFIXES = sorted({key.partition(".")[0] for key in ENTRIES})
CHINESE = re.compile("[\u4e00-\u9fff]")
LATIN = re.compile("[a-z]{2}")
SHOWN = {"Text", "HTML", "Button", "Select", "Switch", "SliderInt", "SliderFloat", "Card",
         "Checkbox", "Error", "Warning", "Info", "Success", "Markdown", "Tab", "FileDownload",
         "InputText", "InputInt", "Tooltip", "ToggleButtonsSingle", "Title"}  # fmt: skip
NAMES_OF_TEXT = {"label", "message", "title", "text", "tooltip", "placeholder", "alt"}
PURPOSE = 2
"""Place of the purpose in what the treasury is told of a payment."""
# The name of the model and of the languages are the same in both.
SAME = {"Minsheng", "English", "中文", "CSV", "Parquet", "YAML", "SVG", "PNG", "A", "B", "Python"}


def of_file(prefix):
    """Return the entries whose keys begin with the name of a file."""
    return {key: entry for key, entry in ENTRIES.items() if key.partition(".")[0] == prefix}


def is_complete(prefix, entry):
    """Return whether an entry has both languages, with the same values in braces."""
    if prefix in NAMED_BY_THE_MODEL:
        return "zh" in entry
    texts = [entry.get("en", ""), entry.get("zh", "")]
    return all(texts) and placeholders(texts[0]) == placeholders(texts[1])


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_text_has_both_languages_with_the_same_values(prefix):
    assert not [key for key, entry in of_file(prefix).items() if not is_complete(prefix, entry)]


def paid_for():
    """Return what the model pays for, as written where it is paid, ``*`` for what is put in."""
    for folder in ("model", "policies"):
        for path in (DASHBOARD.parent / folder).glob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(call, ast.Call) or len(call.args) <= PURPOSE + 1:
                    continue
                function, purpose = call.func, call.args[PURPOSE]
                if getattr(function, "attr", getattr(function, "id", "")) != "pay":
                    continue
                parts = purpose.values if isinstance(purpose, ast.JoinedStr) else [purpose]
                yield "".join(getattr(part, "value", "*") if isinstance(part, ast.Constant) else "*"
                              for part in parts)  # fmt: skip


def test_what_the_state_pays_for_has_its_words_even_if_it_happens_seldom():
    named = {key.removeprefix("money.purpose.") for key in of_file("money")}
    written = set(paid_for())
    assert {"purchases", "medical_bills", "*_shortfall", "earmarked_hukou"} < written
    plain = {one.removeprefix("earmarked_") for one in written if "*" not in one}
    accounts = [name for name, policy in discover().items() if issubclass(policy, AccountPension)]
    assert accounts
    pools = {f"{name}_shortfall" for name in (*SCHEMES[1:], *accounts)}
    premiums = {f"{name}_premiums" for name in SCHEMES}
    assert not (plain | pools | premiums) - named


def is_chinese(written):
    # Signs, and short names such as CSV, are the same in both languages.
    plain = re.sub(r"{[^}]*}", "", written)
    return CHINESE.search(plain) or not LATIN.search(plain)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_chinese_is_chinese(prefix):
    assert not [key for key, entry in of_file(prefix).items() if not is_chinese(entry["zh"])]


def called(tree):
    """Return every call of a module with the name that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield (
                node,
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", ""),
            )


def keys_used(path):
    """Return the keys written into the calls of `t` and `say`, with their line."""
    for node, name in called(ast.parse(path.read_text(encoding="utf-8"))):
        if name in {"t", "say"} and node.args and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value, node.lineno


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(DASHBOARD)))
def test_every_key_that_is_used_exists(path):
    missing = [(key, line) for key, line in keys_used(path) if "." in key and key not in ENTRIES]
    assert not missing


def untranslated(path):
    """Return letters that a component would show as they stand in the code, with their line."""
    for node, name in called(ast.parse(path.read_text(encoding="utf-8"))):
        if name not in SHOWN:
            continue
        # The first word of HTML is the tag.
        plain = node.args[1:2] if name == "HTML" else node.args[:1]
        named = [word.value for word in node.keywords if word.arg in NAMES_OF_TEXT]
        for part in (*plain, *named):
            for text in literals(part):
                if re.search(r"[A-Za-z\u4e00-\u9fff]{2}", text) and text not in SAME:
                    yield node.lineno, text


def literals(node):
    """Return the pieces of text in an expression that are shown as they are."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.sub(r"<[^>]*>", "", node.value)
    elif isinstance(node, ast.JoinedStr):
        yield from (found for part in node.values for found in literals(part))
    elif isinstance(node, ast.IfExp):
        yield from (found for part in (node.body, node.orelse) for found in literals(part))
    elif isinstance(node, ast.BinOp):
        yield from (found for part in (node.left, node.right) for found in literals(part))


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(DASHBOARD)))
def test_no_text_is_written_into_a_component(path):
    assert not list(untranslated(path))


def test_the_search_for_untranslated_text_finds_it(tmp_path):
    file = tmp_path / "page.py"
    file.write_text('solara.Button("Run" if on else t("x"), label=f"Stop {n}")\nsolara.HTML("p")')
    assert list(untranslated(file)) == [(1, "Run"), (1, "Stop ")]


def test_every_outcome_group_scheme_and_unit_has_a_chinese_name():
    for outcome in all_outcomes():
        assert f"outcomes.{outcome.name}" in ENTRIES
        parts = {part for group in outcome.groups.split(", ") for part in group.split("&")}
        assert not [part for part in parts if f"groups.{part}" not in ENTRIES]
        assert not [
            s for s in outcome.schemes if not CHINESE.search(words.scheme(s, "zh", outcome.name))
        ]
        assert CHINESE.search(words.unit(outcome.unit, "zh")), outcome.unit


def test_every_policy_and_scenario_has_a_chinese_title_and_sentence():
    for policy in discover():
        assert CHINESE.search(words.policy(policy, "zh") and words.policy_off(policy, "zh"))
    for name in shipped_scenarios():
        assert CHINESE.search(words.scenario(name, "zh")), name
        assert CHINESE.search(words.scenario_line(name, "zh")), name


def test_every_setting_on_a_card_has_a_chinese_meaning():
    paths = {path for card in cards().values() for path in card.paths}
    assert not [path for path in paths if not CHINESE.search(words.parameter(path, "zh"))]


def cited():
    """Return every source and derivation of a parameter: the search for one finds all of them."""
    parameters = ParameterSet.load()
    found = [parameters.parameter(path) for path in parameters.paths()]
    return {text for one in found for text in (one.source, one.derivation) if text}


def test_every_source_and_derivation_has_a_chinese_text():
    assert not [text for text in cited() if not CHINESE.search(words.citation(text, "zh"))]


def test_every_chinese_citation_is_one_of_a_parameter():
    english = [entry["en"] for entry in of_file("citations").values()]
    assert len(english) == len(set(english))
    assert not set(english) - cited()


def shown_of_outcomes():
    """Return every definition, as far as the page shows it, and every source of an outcome."""
    found = [(definition(one.name, "en"), one.source) for one in all_outcomes()]
    return {text for pair in found for text in pair}


def test_every_outcome_is_defined_in_chinese_with_its_source():
    assert not [t for t in shown_of_outcomes() if not CHINESE.search(words.citation(t, "zh"))]
    assert {entry["en"] for entry in of_file("definitions").values()} == shown_of_outcomes()


def test_every_event_of_the_calendar_has_a_chinese_text():
    events = {one.event for one in load_calendar()}
    assert not [text for text in events if not CHINESE.search(event(text, "zh"))]
    assert {entry["en"] for entry in of_file("events").values()} == events


def test_a_citation_is_the_text_of_the_model_in_english_and_where_there_is_no_chinese():
    assert words.citation("S1 Table 2", "zh") == "S1 表2"
    assert words.citation("S1 Table 2", "en") == "S1 Table 2"
    assert words.citation("A text of no parameter", "zh") == "A text of no parameter"


def named(prefix):
    return {key.partition(".")[2] for key in ENTRIES if key.startswith(f"{prefix}.")}


def test_nothing_is_named_that_does_not_exist():
    shared = {name for name in named("parameters") if name.startswith("adoption.any.")}
    assert named("parameters") - shared <= set(ParameterSet.load().paths())
    assert named("outcomes") == {outcome.name for outcome in all_outcomes()}
    assert {key.partition(".")[0] for key in named("policies")} == set(discover())
    assert {key.partition(".")[0] for key in named("scenarios")} == set(shipped_scenarios())


def test_english_names_come_from_the_model():
    line = "dibao.urban.line_ratio"
    assert words.parameter(line, "en") == ParameterSet.load().parameter(line).meaning
    assert words.policy("hukou", "en") == discover()["hukou"].title
    assert words.group("rural&decile_1", "zh") == "农村·最低收入十分位"


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(MissingWordsError, match=r"did you mean 'page\.title'"):
        say("page.titel", "en")


def test_a_text_without_its_value_is_refused():
    with pytest.raises(WordsError, match="needs a value for 'number'"):
        say("lessons.step", "zh")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('a.x: {en: "X"}', "a.yaml:1: a.x: zh is missing"),
        ('a.x: {en: "X", zh: "甲", fr: "X"}', "'fr' is no language"),
        ('b.x: {en: "X", zh: "甲"}', "keys of this file begin with 'a'"),
        ('a.x: {en: "X", zh: 5}', "zh is no text"),
    ],
)
def test_a_file_that_is_wrong_says_where(text, problem):
    with pytest.raises(InvalidFileError, match=re.escape(problem)):
        read_entries(text, "a.yaml")


def test_a_ground_of_claims_is_not_called_by_the_policy_of_the_same_name():
    assert title("claims_by_ground/assistance", "en").endswith("assistance refused")
    assert title("diffusion_lag/assistance", "zh").endswith(words.policy("assistance", "zh"))
