"""Whatever is done to a scenario's text, a scenario or one clear error comes out."""

import contextlib
import warnings

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.errors import MinshengError
from model.scenario import Scenario
from model.scenario_files import Known, scenario_from_text
from model.scenario_overrides import parse_set_option, resolve_options
from policies.parameters import ParameterSet

TEXT = """\
name: test
title: A test
years: {first: 1993, last: 2023}
seed: 1
world:
  counties: 62
  townships_per_county: 2
  households: 3100
  include: [3305, "11"]
policies: {urban_dibao: off}
reforms:
  - name: higher line
    from: 2005-01-01
    parameters: {dibao.urban.line_ratio: 0.25}
"""
ODD = [
    *("!!python/object:os.system ", "!!int ", "&a ", "*a", "<<: *a", "\0", "\x85", "\ufeff"),
    *("\ud800", "9" * 400, "9" * 5000, "1e999", "-.inf", ".nan", "\t", "---\n", "...\n"),
    *("%YAML 1.1\n", "? ", "|\n", ">\n", "[" * 40, "{" * 40, "}", "]", ": ", "- ", "#", "'", '"'),
    *("null", "~", "true", "on", "2005-13-45", "25 %", "1,200", "full", "年", "\r\n", "\n\n  "),
    *("x" * 300, "parameters:", "name: ", "{0}", "%s"),
]
PLACES = st.integers(0, len(TEXT))
CUTS = st.tuples(PLACES, st.integers(0, 12), st.one_of(st.sampled_from(ODD), st.text(max_size=6)))
LINES = st.permutations(range(len(TEXT.splitlines())))
KNOWN = Known(ParameterSet({}), ("urban_dibao",))
FUZZ = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def outcome(text: str) -> Scenario | MinshengError:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return scenario_from_text(text, "test.yaml", KNOWN)
        except MinshengError as error:
            return error


def check(text: str) -> None:
    result = outcome(text)
    if isinstance(result, Scenario):
        assert Scenario.from_dict(result.as_dict()) == result
    else:
        assert all(line.startswith("test.yaml:") for line in str(result).splitlines())


@FUZZ
@given(st.lists(CUTS, min_size=1, max_size=3))
def test_text_with_odd_pieces_never_crashes(cuts: list[tuple[int, int, str]]) -> None:
    text = TEXT
    for place, length, piece in cuts:
        text = text[:place] + piece + text[place + length :]
    check(text)


@FUZZ
@given(st.integers(0, len(TEXT.splitlines()) - 1), st.sampled_from(ODD))
def test_odd_value_in_any_line_never_crashes(number: int, piece: str) -> None:
    lines = TEXT.splitlines()
    lines[number] = f"{lines[number].split(':')[0]}: {piece}"
    check("\n".join(lines))


@settings(FUZZ, max_examples=50)
@given(LINES, st.integers(0, 4))
def test_shuffled_and_shifted_lines_never_crash(order: list[int], shift: int) -> None:
    lines = TEXT.splitlines()
    check("\n".join(" " * (shift if i % 3 else 0) + lines[i] for i in order))


@settings(FUZZ, max_examples=100)
@given(
    st.sampled_from(["seed", "world.counties", "world.include", "policies.urban_dibao", ""]),
    st.text(),
)
def test_set_option_never_crashes(path: str, value: str) -> None:
    valid = scenario_from_text(TEXT.split("reforms")[0], "test.yaml", KNOWN)
    with contextlib.suppress(MinshengError):
        result = resolve_options(valid, [parse_set_option(f"{path}={value}")], KNOWN)
        assert Scenario.from_dict(result.as_dict()) == result
