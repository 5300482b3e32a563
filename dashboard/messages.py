"""Messages of the model in the language of the page, told by the form of their English.

The model speaks English. Every message that a visitor can meet has an entry in
``words/messages.yaml``: the English with names in braces where its values stand, and the Chinese
with the same names.
"""

import re
import string
from functools import cache, lru_cache
from typing import NamedTuple

from dashboard.words import say, texts, unit
from experiments.words import ENGLISH
from model.geography import load_geography

LONGEST = 2_000
"""Characters of a line that is told; a longer one stays in English."""
DEEPEST = 8
"""Messages within each other; a path, a line and a reason are three."""
MESSAGES = frozenset(
    {"message", "kind", "wanted", "given", "advice", "since", "source", "other_source"}
)
"""Values that are always messages themselves: an entry fits only where one fits them as well."""
_WHERE = "where"
_PREFIX = "messages."
_KEPT = 2_048


class _Found(NamedTuple):
    """A message in another language, and the entries from which it is put together."""

    text: str
    keys: frozenset[str]


def told(text: str, language: str) -> str:
    """Return a message of the model in a language, each line by itself.

    A line that has the form of no entry stays as it is, and so does every name in it.
    """
    if language == ENGLISH:
        return text
    return "\n".join(_line(line, language) for line in text.split("\n"))


def keys_of(text: str) -> frozenset[str]:
    """Return the keys of the entries that a message is put together from."""
    found = [_fitting(line, ENGLISH, 0) for line in text.split("\n")]
    return frozenset[str]().union(*(one.keys for one in found if one))


def _line(text: str, language: str) -> str:
    found = _fitting(text, language, 0) if len(text) <= LONGEST else None
    return found.text if found else text


@lru_cache(maxsize=_KEPT)
def _fitting(text: str, language: str, depth: int) -> _Found | None:
    """Return a message in the language by the first entry that fits, None where none does."""
    for key, form in _forms() if depth <= DEEPEST else ():
        if match := form.fullmatch(text):
            values = _values(match.groupdict(), language, depth + 1)
            if values is not None:
                said = say(key, language, **{name: one.text for name, one in values.items()})
                return _Found(said, frozenset({key}).union(*(one.keys for one in values.values())))
    return None


def _values(found: dict[str, str], language: str, depth: int) -> dict[str, _Found] | None:
    """Return values in the language, None where one that must be a message is none."""
    values = {}
    for name, value in found.items():
        inner = _fitting(value, language, depth)
        if inner is None and name in MESSAGES:
            return None
        values[name] = inner or _Found(_named(name, value, language), frozenset())
    return values


def _named(name: str, value: str, language: str) -> str:
    """Return a unit, or the name of a province, in the language; all else as it is."""
    if name == "unit":
        return unit(value, language)
    if name == "called":
        return _provinces().get(value, value)
    return value


@cache
def _provinces() -> dict[str, str]:
    """Return the Chinese names of the provinces; all other places have no English one."""
    places = load_geography()
    return dict(zip(places.province_name, places.province_name_zh, strict=True))


@cache
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    """Return the entries with their forms; those that say most themselves go first."""
    english = {
        key: entry[ENGLISH] for key, entry in texts().entries.items() if key.startswith(_PREFIX)
    }
    ordered = sorted(english, key=lambda key: -_said(english[key]))
    return [(key, form_of(english[key])) for key in ordered]


def _said(text: str) -> int:
    """Return how many characters an entry says itself."""
    return sum(len(said) for said, *_ in string.Formatter().parse(text))


def form_of(text: str) -> re.Pattern[str]:
    """Return what a message with any values looks like.

    A value ends where what follows it is met first. The group that says so (``(?>``) is never
    tried again, so that no text, however odd, takes long. What stands before the first colon says
    where, and belongs to no other value with which a message begins.
    """
    parts = list(string.Formatter().parse(text))
    said = [re.escape(part[0]) for part in parts]
    names = [part[1] for part in parts if part[1]]
    ends = said[1:] + [""] * (len(names) - len(said) + 1)
    pattern = said[0]
    for place, (name, end) in enumerate(zip(names, ends, strict=True)):
        begins = place == 0 and not said[0] and name != _WHERE
        letter = "(?:(?!: ).)" if begins else "."
        is_last = place == len(names) - 1
        pattern += f"(?P<{name}>{letter}+){end}" if is_last else f"(?>(?P<{name}>{letter}+?){end})"
    return re.compile(pattern)
