"""Every word on the page, in English and Chinese: read from ``words/*.yaml``, here and of stories.

`experiments.words` says what such a file holds.
"""

from functools import cache
from importlib.resources import files

from agents.errors import UnknownNameError
from dashboard import state
from experiments.words import ENGLISH, LANGUAGES, MissingWordsError, Words, told
from model.scenario_files import load_scenario
from policies.base import discover
from policies.parameters import ParameterSet

__all__ = ["LANGUAGES", "MissingWordsError"]
LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
"""What each language calls itself."""
GROUP_JOIN = {"en": ", ", "zh": "·"}
_COVERAGE_OF = "coverage_"
_ADOPTION = "adoption"


@cache
def texts() -> Words:
    """Return the texts that come with the page, read once per process."""
    return Words({**Words.from_folder(files("dashboard") / "words").entries, **told().entries})


def say(key: str, language: str, **values: object) -> str:
    """Return a text with its values put in; see `Words.say`, also for errors."""
    return texts().say(key, language, **values)


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


def citation(text: str, language: str) -> str:
    """Return what the model says of itself, in English where there is no Chinese yet.

    Source and derivation of a parameter, definition and source of an outcome.
    """
    return text if language == ENGLISH else _citations().get(text, text)


@cache
def _citations() -> dict[str, str]:
    return texts().by_english("citations.", "definitions.")


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
    words = texts()
    return words.get(key, language) or words.get(key, ENGLISH)


def _policy(policy_id: str, attribute: str) -> str:
    known = discover()
    if policy_id not in known:
        raise UnknownNameError("policy", policy_id, known)
    return str(getattr(known[policy_id], attribute))
