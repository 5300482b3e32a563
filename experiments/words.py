"""Texts in English and Chinese: read from ``words/*.yaml``, here those that stories are told in.

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
from policies.yaml_text import Document, InvalidFileError, read_yaml

LANGUAGES = ("en", "zh")
ENGLISH, CHINESE = LANGUAGES
NAMED_BY_THE_MODEL = ("parameters", "policies", "scenarios")
"""Files whose entries may leave English out, since the model has it."""
JOIN = {ENGLISH: " ", CHINESE: ""}
"""What stands between two sentences."""

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

    def by_english(self, *prefixes: str) -> dict[str, str]:
        """Return the Chinese of all texts whose key begins so, by their English."""
        found = (entry for key, entry in self.entries.items() if key.startswith(prefixes))
        return {entry[ENGLISH]: entry[CHINESE] for entry in found}

    def text(self, key: str, language: str) -> str:
        """Return a text as it is written; raises MissingWordsError."""
        found = self.get(key, language)
        if found is None:
            raise MissingWordsError(f"text ({language})", key, self.entries)
        return found

    def say(self, key: str, language: str, **values: object) -> str:
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
        written = self.text(key, language)
        try:
            return written.format_map(values)
        except KeyError as error:
            raise WordsError(f"{key} ({language}) needs a value for {error}") from None
        except ValueError as error:
            raise WordsError(f"{key} ({language}): a value does not fit: {error}") from None


@cache
def told() -> Words:
    """Return the texts of stories, read once per process."""
    return Words.from_folder(files("experiments") / "words")


def event(text: str, language: str) -> str:
    """Return an event of the calendar; in English where there is no Chinese yet."""
    return text if language == ENGLISH else _events().get(text, text)


@cache
def _events() -> dict[str, str]:
    return told().by_english("events.")


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
