"""Read YAML 1.2 with the line of every key, refusing what a data file has no use for.

Duplicate keys, tags, anchors and second documents are refused with their line: a scenario that
means something else than it shows is worse than one that stops.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from agents.errors import MinshengError
from policies.yaml_plain import YamlPath, plain_scalar, read_plain

DEEPEST = 16
"""Levels of nesting; no file of ours has more than six."""


class InvalidFileError(MinshengError):
    """A file that cannot be used; everything found wrong with it, one line each.

    Parameters
    ----------
    problems : list of str
        ``file:line: what is wrong and what is accepted``.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Document:
    """The values of a file and where they stand.

    Attributes
    ----------
    name : str
        The file's name, as messages give it.
    data : object
        Mappings (all keys as text), lists and scalars.
    lines : dict
        The line, from 1, of every key and list item by its path.
    """

    name: str
    data: object
    lines: dict[YamlPath, int]

    def locate(self, location: tuple[object, ...]) -> YamlPath:
        """Return the longest part of a location that stands in the file."""
        path: YamlPath = ()
        for part in location:
            if isinstance(part, str | int) and (*path, part) in self.lines:
                path = (*path, part)
        return path

    def line(self, location: tuple[object, ...]) -> int:
        """Return the line of a location, or of the nearest key above it that is in the file."""
        path = self.locate(location)
        return self.lines.get(path, min(self.lines.values(), default=1))


class _RefusedError(Exception):
    def __init__(self, line: int, text: str) -> None:
        self.line = line
        self.text = text


def read_yaml(text: str, name: str) -> Document:
    """Read one YAML document.

    Parameters
    ----------
    text : str
        The whole file.
    name : str
        What messages call it.

    Returns
    -------
    Document
        Its `data` is None for an empty text.

    Raises
    ------
    InvalidFileError
        The text is not YAML, or uses tags, anchors, duplicate keys or a second document.
    """
    plain = read_plain(text)
    if plain is not None:
        return Document(name, *plain)
    lines: dict[YamlPath, int] = {}
    try:
        data = _document(iter(YAML(typ="base", pure=True).parse(text)), lines)
    except _RefusedError as error:
        raise InvalidFileError([f"{name}:{error.line}: {error.text}"]) from None
    except Exception as error:  # some broken texts meet bugs of the reader, not its own errors
        raise InvalidFileError([_syntax_message(error, text, name)]) from None
    return Document(name, data, lines)


def _syntax_message(error: Exception, text: str, name: str) -> str:
    line, problem = 1, "cannot be read as YAML"
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        problem = f"the character {chr(error.character)!r} is not allowed in YAML"
    elif isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = f"not YAML: {error.problem or error.context}"
        if "\\t" in problem:
            problem = "a tab indents this line; indent with spaces"
    elif isinstance(error, YAMLError):
        problem = f"not YAML: {str(error).splitlines()[0]}"
    return f"{name}:{line}: {problem}"


def _document(events: Iterator[Event], lines: dict[YamlPath, int]) -> object:
    next(events)  # the stream starts
    if isinstance(next(events), StreamEndEvent):
        return None
    data = _value(next(events), events, (), lines)
    next(events)  # the document ends
    following = next(events)
    if not isinstance(following, StreamEndEvent):
        raise _RefusedError(_line(following), "a second document starts here; one file holds one")
    return data


def _value(
    event: Event, events: Iterator[Event], path: YamlPath, lines: dict[YamlPath, int]
) -> object:
    _refuse_anchors_and_tags(event)
    if len(path) > DEEPEST:
        raise _RefusedError(_line(event), f"nested more than {DEEPEST} levels deep")
    if isinstance(event, ScalarEvent):
        return event.value if event.style else plain_scalar(event.value)
    if isinstance(event, SequenceStartEvent):
        return _list(events, path, lines)
    return _mapping(events, path, lines)


def _refuse_anchors_and_tags(event: Event) -> None:
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
        raise _RefusedError(_line(event), "anchors (&) and aliases (*) are not accepted")
    if (tag := getattr(event, "tag", None)) is not None:
        raise _RefusedError(_line(event), f"tags are not accepted, remove {tag}")


def _list(events: Iterator[Event], path: YamlPath, lines: dict[YamlPath, int]) -> list[object]:
    values: list[object] = []
    while not isinstance(event := next(events), SequenceEndEvent):
        here = (*path, len(values))
        lines[here] = _line(event)
        values.append(_value(event, events, here, lines))
    return values


def _mapping(
    events: Iterator[Event], path: YamlPath, lines: dict[YamlPath, int]
) -> dict[str, object]:
    values: dict[str, object] = {}
    while not isinstance(event := next(events), MappingEndEvent):
        key = _key(event)
        here = (*path, key)
        if key in values:
            first = lines[here]
            raise _RefusedError(_line(event), f"duplicate key {key!r}, first on line {first}")
        lines[here] = _line(event)
        values[key] = _value(next(events), events, here, lines)
    return values


def _key(event: Event) -> str:
    if not isinstance(event, ScalarEvent):
        raise _RefusedError(_line(event), "a key must be a word, not a list, mapping or alias")
    _refuse_anchors_and_tags(event)
    return str(event.value)


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1
