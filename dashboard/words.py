"""Every word on the page, in English and Chinese: read from ``dashboard/words/*.yaml``.

A file holds ``key: {en: ..., zh: ...}``. The first part of a key is the name of its file, up to a
hyphen (``parameters-dibao.yaml`` holds ``parameters.*`` as well), so that no key stands twice.
Names of parameters, policies and scenarios have their English from the model itself and only
their Chinese here.
"""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from agents.errors import MinshengError, UnknownNameError
from dashboard import state
from model.scenario_files import load_scenario
from policies.base import discover
from policies.parameters import ParameterSet
from policies.yaml_text import Document, InvalidFileError, read_yaml

LANGUAGES = ("en", "zh")
ENGLISH, CHINESE = LANGUAGES
LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
"""What each language calls itself."""
NAMED_BY_THE_MODEL = ("parameters", "policies", "scenarios")
"""Files whose entries may leave English out, since the model has it."""
GROUP_JOIN = {"en": ", ", "zh": "·"}
_COVERAGE_OF = "coverage_"
_ADOPTION = "adoption"

Entry = Mapping[str, str]


class MissingWordsError(UnknownNameError, KeyError):
    """No text has this key in this language; names the nearest key."""

    # KeyError would show the message between quotes.
    __str__ = Exception.__str__


class WordsError(MinshengError):
    """A text was not given the values that it names."""


@dataclass(frozen=True)
class Words:
    """The texts by key and language.

    Attributes
    ----------
    entries : mapping of str to mapping
    """

    entries: Mapping[str, Entry]

    @staticmethod
    def load() -> "Words":
        """Return the texts that come with the page, read once per process."""
        return _shipped()

    @staticmethod
    def from_folder(folder: Traversable) -> "Words":
        """Read a folder; raises InvalidFileError with everything wrong in a file."""
        found: dict[str, Entry] = {}
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith(".yaml"):
                found |= read_entries(file.read_text(encoding="utf-8"), file.name)
        return Words(found)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def get(self, key: str, language: str) -> str | None:
        """Return a text as it is written, None where there is none."""
        return self.entries.get(key, {}).get(language)

    def text(self, key: str, language: str) -> str:
        """Return a text as it is written; raises MissingWordsError."""
        found = self.get(key, language)
        if found is None:
            raise MissingWordsError(f"text ({language})", key, self.entries)
        return found


@cache
def _shipped() -> Words:
    return Words.from_folder(files("dashboard") / "words")


def read_entries(text: str, name: str) -> dict[str, Entry]:
    """Return the checked entries of one file.

    Raises
    ------
    InvalidFileError
        With file and line of every key or language that is missing, unknown or empty.
    """
    document = read_yaml(text, name)
    if not isinstance(document.data, dict):
        raise InvalidFileError([f"{name}:1: a file of words is a mapping of keys"])
    problems = [
        f"{name}:{document.line((key,))}: {key}: {problem}"
        for key in document.data
        for problem in _entry_problems(document, key)
    ]
    if problems:
        raise InvalidFileError(problems)
    return document.data


def _entry_problems(document: Document, key: str) -> Iterator[str]:
    data = document.data
    entry = data[key] if isinstance(data, dict) else None
    prefix = document.name.removesuffix(".yaml").partition("-")[0]
    if not key.startswith(f"{prefix}."):
        yield f"keys of this file begin with {prefix!r} and a dot"
    if not isinstance(entry, dict):
        yield "give {en: ..., zh: ...}"
        return
    needed = (CHINESE,) if prefix in NAMED_BY_THE_MODEL else LANGUAGES
    yield from (f"{language} is missing" for language in needed if language not in entry)
    yield from (f"{other!r} is no language; use en and zh" for other in entry.keys() - LANGUAGES)
    for language, written in entry.items():
        if not isinstance(written, str) or not written.strip():
            yield f"{language} is no text; put it between quotes"


def placeholders(text: str) -> frozenset[str]:
    """Return the names that stand in braces in a text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def say(key: str, language: str, **values: object) -> str:
    """Return a text with its values put in.

    Parameters
    ----------
    key : str
        ``<file>.<name>``.
    language : {"en", "zh"}
    **values
        One for every name in braces; formats such as ``{share:.0%}`` may stand in the text.

    Raises
    ------
    MissingWordsError
        No such text.
    WordsError
        A value is missing or does not fit its format.
    """
    written = Words.load().text(key, language)
    try:
        return written.format_map(values)
    except KeyError as error:
        raise WordsError(f"{key} ({language}) needs a value for {error}") from None
    except ValueError as error:
        raise WordsError(f"{key} ({language}): a value does not fit: {error}") from None


def tongue() -> str:
    """Return the language of this browser tab; a component that reads it follows its changes."""
    return str(state.language.value)


def t(key: str, **values: object) -> str:
    """Return a text in the language of this browser tab; see `say`."""
    return say(key, tongue(), **values)


def outcome(name: str, language: str) -> str:
    """Return the short name of an outcome; one that has none is shown as the results write it."""
    return _named(f"outcomes.{name}", language) or name


def scheme(name: str, language: str, of: str = "") -> str:
    """Return the name of a scheme of an outcome: a policy, another outcome, or a name of its own.

    Where an outcome means something else by the name of a policy, its entry holds both names.
    """
    if (found := _named(f"schemes.{of}.{name}", language)) is not None:
        return found
    if name in discover():
        return policy(name, language)
    if (found := _named(f"schemes.{name}", language)) is not None:
        return found
    if name.startswith(_COVERAGE_OF):
        covered = scheme(name.removeprefix(_COVERAGE_OF), language)
        return GROUP_JOIN[language].join((outcome("coverage", language), covered))
    return outcome(name, language)


def group(name: str, language: str) -> str:
    """Return the name of a group; ``rural&decile_1`` is put together from its parts."""
    parts = [_named(f"groups.{part}", language) or part for part in name.split("&")]
    return GROUP_JOIN[language].join(parts)


def unit(name: str, language: str) -> str:
    """Return a unit of an outcome or a parameter."""
    # A slash or a space cannot stand in a key.
    key = "".join(letter if letter.isalnum() else "_" for letter in name)
    return _named(f"units.{key}", language) or name


def parameter(path: str, language: str) -> str:
    """Return the meaning of a parameter; in English where there is no Chinese yet."""
    # What every policy has for its adoption means the same for all.
    adoption, _, of_policy = path.partition(".")
    shared = f"{adoption}.any.{of_policy.partition('.')[2]}" if adoption == _ADOPTION else path
    named = _named(f"parameters.{path}", language) or _named(f"parameters.{shared}", language)
    return named or ParameterSet.load().parameter(path).meaning


def policy(policy_id: str, language: str) -> str:
    """Return the title of a policy module."""
    return _named(f"policies.{policy_id}.title", language) or _policy(policy_id, "title")


def policy_off(policy_id: str, language: str) -> str:
    """Return what it means that a policy is off."""
    return _named(f"policies.{policy_id}.off", language) or _policy(policy_id, "neutral")


def scenario(name: str, language: str) -> str:
    """Return the title of a scenario that comes with the model."""
    return _named(f"scenarios.{name}.title", language) or load_scenario(name).title


def scenario_line(name: str, language: str) -> str:
    """Return what a scenario asks and where to look."""
    named = _named(f"scenarios.{name}.line", language)
    return named or " ".join(load_scenario(name).description.split())


def _named(key: str, language: str) -> str | None:
    """Return a name in the language, else in English; None where the files have neither."""
    words = Words.load()
    return words.get(key, language) or words.get(key, ENGLISH)


def _policy(policy_id: str, attribute: str) -> str:
    known = discover()
    if policy_id not in known:
        raise UnknownNameError("policy", policy_id, known)
    return str(getattr(known[policy_id], attribute))
