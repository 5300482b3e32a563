"""Reading YAML: the quick reader and the full one agree, and nothing odd gets through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import yaml_text
from policies.yaml_plain import plain_scalar, read_plain
from policies.yaml_text import Document, InvalidFileError, read_yaml

PIECES = [
    *("a", "b: 1", "key: value", "1993-06-01: 0.2", ":", ": ", " ", "  ", "\n", "\n  ", "#"),
    *(" # note", '"', "'", '"text"', "'text'", "[1, 2.5]", "{a: 1, b: 'x'}", "{", "}", "[", "]"),
    *(", ", ",", "-", "- ", "---", "...", "~", "null", "true", "no", "1e4", ".inf", "0x1f", "010"),
    *("|", ">", "&x", "*x", "!t", "%", "@", "?", "? ", "<<", "key:\n  inner: 1\n"),
    *("text with words", "12:30", "年", "\t", "it's"),
]


def full_reader(text: str) -> Document:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_text, "read_plain", lambda text: None)
        return read_yaml(text, "f")


@settings(max_examples=1500, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_what_the_quick_reader_reads_the_full_reader_reads_alike(text: str) -> None:
    plain = read_plain(text)
    if plain is not None:
        document = full_reader(text)
        assert plain == (document.data, document.lines)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), st.sampled_from(["", "  "]))
def test_quick_and_full_reader_agree_on_values(piece: str, indent: str) -> None:
    text = f"first: 1\nsecond:\n  a: {piece}\n{indent}b: 2\n"
    plain = read_plain(text)
    if plain is not None:
        assert plain == (full_reader(text).data, full_reader(text).lines)


def test_quick_reader_reads_the_layout_of_parameter_files() -> None:
    text = "# note\na:\n  b: 0.5  # why\n  c: [1, 'x']\n  d: {e: \"y, z\"}\nf: words, and more\n"
    read = read_plain(text)
    assert read is not None
    assert read[0] == {"a": {"b": 0.5, "c": [1, "x"], "d": {"e": "y, z"}}, "f": "words, and more"}
    assert read[1]["a", "c", 1] == 4


@pytest.mark.parametrize(
    ("word", "value"),
    [("no", "no"), ("on", "on"), ("010", 10), ("1e4", 10000.0), ("12:30", "12:30"), ("0x1f", 31),
     ("1_000", "1_000"), ("", None), ("true", True), ("+.5", 0.5), ("2005-01-01", "2005-01-01")],
)  # fmt: skip
def test_words_mean_what_yaml_1_2_says(word: str, value: object) -> None:
    assert plain_scalar(word) == value


def test_number_with_thousands_of_digits_stays_text() -> None:
    assert plain_scalar("9" * 5000) == "9" * 5000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2", "f:2: duplicate key 'a', first on line 1"),
        ("a: 1\n---\nb: 2", "f:2: a second document"),
        ("a: &x 1", "f:1: anchors"),
        ("a: 1\nb: *x", "f:2: anchors"),
        ("a: !!int 3", "f:1: tags are not accepted"),
        ("a:\n\t- 1", "f:2: a tab indents this line"),
        ("a: 1\nb: \0", "f:2: the character"),
        ("[" * 5000, "f:1: nested more than 16"),
        ("? [a]\n: 1", "f:1: a key must be a word"),
        ("a: [1", "f:1: not YAML"),
    ],
)
def test_what_a_data_file_has_no_use_for_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        read_yaml(text, "f")
    assert str(caught.value).startswith(said)
