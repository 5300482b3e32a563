"""A set-up as text: the query of an address, and a small YAML file read by the strict loader."""

from dataclasses import replace
from datetime import MAXYEAR, MINYEAR
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from pydantic import BeforeValidator, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.compat import StringIO

from agents.errors import MinshengError
from dashboard.choices import (
    MOST_REPLICATES,
    POLICY,
    SHOCK,
    Change,
    Choices,
    SetUpError,
    Value,
    World,
    as_reforms,
    known,
    written_value,
)
from model.reforms import Reform, Switch
from model.scenario_files import reform_problems
from policies.base import discover
from policies.parameter_files import StrictModel, Text
from policies.yaml_errors import explain, problem_at, raise_problems, unknown_key
from policies.yaml_text import Document, InvalidFileError, read_yaml

LARGEST_FILE = 64_000
"""Bytes of a file of a set-up, or of the query of an address."""
IGNORED = ("language", "lesson")
"""Keys of an address that say nothing about what is simulated."""
_LONGEST_NUMBER = 100
_NUMBERS = {"last_year": "to", "seed": "seed", "replicates": "replicates"}


class _World(StrictModel):
    reforms: list[Reform] = Field(default_factory=list)
    shocks: dict[str, Switch] = Field(default_factory=dict)


def _replicates(raw: object) -> object:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= MOST_REPLICATES:
        raise ValueError(f"must be a whole number from 1 to {MOST_REPLICATES}")
    return raw


class SetUp(StrictModel):
    """A file of a set-up."""

    scenario: Text
    last_year: int
    seed: int = 1
    replicates: Annotated[int, BeforeValidator(_replicates)] = 1
    A: _World = Field(default_factory=_World)
    B: _World = Field(default_factory=_World)


def to_query(choices: Choices) -> str:
    """Return the choices as the query of an address, such as ``scenario=tiny&to=2010&b=…``."""
    pairs = [("scenario", choices.scenario)]
    pairs += [(short, str(getattr(choices, name))) for name, short in _NUMBERS.items()]
    pairs += [("a", _written(one)) for one in choices.a]
    pairs += [("b", _written(one)) for one in choices.b]
    return urlencode(pairs, safe="@,=[]")


def _written(change: Change) -> str:
    """Return ``path@year@places=value``."""
    year = "" if change.year is None else str(change.year)
    at = "@".join([change.path, year, ",".join(change.places)]).rstrip("@")
    return f"{at}={written_value(change.value)}"


def from_query(text: str) -> Choices:
    """Read the query of an address.

    Raises
    ------
    MinshengError
        A key is unknown, a value is of another form, or the set-up cannot be simulated.
    """
    if len(text) > LARGEST_FILE:
        raise SetUpError(f"the address has more than {LARGEST_FILE:,} characters")
    pairs = [pair for pair in parse_qsl(text.removeprefix("?")) if pair[0] not in IGNORED]
    plain = {key: value for key, value in pairs if key not in {"a", "b"}}
    accepted = ["scenario", *_NUMBERS.values()]
    for key in plain:
        if key not in accepted:
            raise SetUpError(f"the address: {unknown_key(key, [*accepted, 'a', 'b'])}")
    base = Choices.of(plain.get("scenario", Choices().scenario))
    numbers: dict[str, Any] = {
        name: _whole(short, plain.get(short, str(getattr(base, name))))
        for name, short in _NUMBERS.items()
    }
    a, b = (tuple(_change(of) for key, of in pairs if key == name) for name in ("a", "b"))
    choices = replace(base, **numbers, a=a, b=b)
    choices.check()
    return choices


def _whole(key: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise SetUpError(f"the address: {key} must be a whole number, got {text[:20]!r}")
    return int(text)


def _change(text: str) -> Change:
    """Read ``path@year@places=value``; raises MinshengError."""
    at, _, raw = text.partition("=")
    path, _, when = at.partition("@")
    year, _, where = when.partition("@")
    places = tuple(place for place in where.split(",") if place)
    value: Any = read_yaml(raw, "the address").data
    begun = _whole("the year of a change", year) if year else None
    if begun is not None and not MINYEAR <= begun <= MAXYEAR:
        text = f"must be from {MINYEAR} to {MAXYEAR}, got {begun}"
        raise SetUpError(f"the address: the year of a change {text}")
    return Change(path, _checked(path, value), begun, places)


def _checked(path: str, value: Any) -> Value:
    """Return a value as the model keeps it; raises MinshengError."""
    if path.startswith((POLICY, SHOCK)):
        switch = {"on": True, "off": False}.get(value, value) if isinstance(value, str) else value
        if not isinstance(switch, bool):
            raise SetUpError(f"{path}: must be on or off")
        kind, names = (
            ("shock", known().shocks) if path.startswith(SHOCK) else ("policy", discover())
        )
        name = path.partition(".")[-1]
        if name not in names:
            raise SetUpError(f"the address: {unknown_key(name, list(names), kind)}")
        return switch
    return known().parameters.parameter(path).checked(value)


def to_yaml(choices: Choices) -> str:
    """Return the choices as the text of a file; `from_yaml` reads it back."""
    data: dict[str, Any] = {
        "scenario": choices.scenario,
        "last_year": choices.last_year,
        "seed": choices.seed,
        "replicates": choices.replicates,
    }
    for name in ("A", "B"):
        if world := choices.world(name):
            data[name] = _as_data(world)
    return _yaml(data)


def reforms_yaml(world: World) -> str:
    """Return a world as a file of reforms, which the command line takes."""
    return _yaml({"reforms": _as_data(world).get("reforms", [])})


def _as_data(world: World) -> dict[str, Any]:
    reforms = [
        {
            key: value
            for key, value in reform.model_dump(mode="json", by_alias=True).items()
            if value
        }
        for reform in as_reforms(world)
    ]
    shocks = {one.path.removeprefix(SHOCK): one.value for one in world if _is_shock(one)}
    sections = {"reforms": reforms, "shocks": shocks}
    return {key: value for key, value in sections.items() if value}


def _is_shock(change: Change) -> bool:
    return change.path.startswith(SHOCK)


def _yaml(data: dict[str, Any]) -> str:
    out = StringIO()
    writer = YAML()
    writer.width = 10_000
    writer.dump(data, out)
    return str(out.getvalue())


def from_yaml(raw: bytes, name: str = "set-up") -> Choices:
    """Read a file of a set-up.

    Raises
    ------
    InvalidFileError
        With a line for everything wrong in the file.
    MinshengError
        The set-up cannot be simulated.
    """
    if len(raw) > LARGEST_FILE:
        raise InvalidFileError([f"{name}: has {len(raw):,} bytes, at most {LARGEST_FILE:,}"])
    try:
        document = read_yaml(raw.decode("utf-8"), name)
    except UnicodeDecodeError:
        raise InvalidFileError([f"{name}: is not a text in UTF-8"]) from None
    if not isinstance(document.data, dict):
        raise InvalidFileError([f"{name}:1: a set-up is a mapping of keys"])
    try:
        found = SetUp.model_validate(document.data)
    except ValidationError as error:
        raise_problems(document, explain(document, SetUp, error))
        raise
    _refuse_unknown(document, found)
    a, b = _world(found.A), _world(found.B)
    choices = Choices(found.scenario, found.last_year, found.seed, found.replicates, a, b)
    choices.check()
    return choices


def _refuse_unknown(document: Document, found: SetUp) -> None:
    """Raise InvalidFileError for names that do not exist and values that are not taken."""
    problems = []
    for name, world in (("A", found.A), ("B", found.B)):
        for place, reform in enumerate(world.reforms):
            at = (name, "reforms", place)
            found_here = reform_problems(reform, known())
            problems += [problem_at(document, (*at, *where), text) for where, text in found_here]
        for shock in world.shocks:
            if shock not in known().shocks:
                text = unknown_key(shock, list(known().shocks), "shock")
                problems.append(problem_at(document, (name, "shocks", shock), text))
    raise_problems(document, problems)


def _world(given: _World) -> World:
    """Return a world; a date counts as its year, whose values are those at its end."""
    found: list[Change] = []
    for reform in given.reforms:
        year = reform.start.year if reform.start else None
        places = tuple(reform.places)
        parameters = known().parameters
        found += [
            Change(path, parameters.parameter(path).checked(value), year, places)
            for path, value in reform.parameters.items()
        ]
        found += [Change(POLICY + name, on, year, places) for name, on in reform.policies.items()]
    found += [Change(SHOCK + name, on) for name, on in given.shocks.items()]
    return tuple(found)


def read_uploaded(raw: bytes, name: str) -> Choices:
    """Read an uploaded file, its name shortened for messages; raises MinshengError."""
    try:
        return from_yaml(raw, name[-40:])
    except MinshengError:
        raise
    except ValueError as error:  # never a traceback for what somebody uploads
        raise SetUpError(f"{name[-40:]}: {error}") from None
