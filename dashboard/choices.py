"""What a visitor set up: a scenario, and what worlds A and B change in it."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from agents.errors import MinshengError
from experiments.drawn import missing_place
from experiments.run import with_settings
from model.reform_files import with_reforms
from model.reforms import Reform, Sourced
from model.scenario import LARGEST_SEED, Scenario
from model.scenario_files import (
    Known,
    UnknownScenarioError,
    load_scenario,
    reform_problems,
    shipped_scenarios,
)
from policies.parameters import ParameterSet
from policies.yaml_errors import unknown_key

WORLDS = ("A", "B")
MOST_REPLICATES = 20
POLICY, SHOCK = "policies.", "shocks."
_OWN = "these settings"
# When the second value of a setting begins, until the visitor says otherwise.
_YEARS_LATER = 5

Value = bool | float | int | str | tuple[float, ...]


class SetUpError(MinshengError):
    """A set-up that cannot be simulated."""


@dataclass(frozen=True)
class Change:
    """One thing that a world changes in the scenario.

    Attributes
    ----------
    path : str
        A parameter, ``policies.<id>`` or ``shocks.<name>``.
    value : bool, float, int, str or tuple of float
    year : int or None
        From when; None: from the start, and at all times.
    places : tuple of str
        Division codes or names; empty: the whole country.
    """

    path: str
    value: Value
    year: int | None = None
    places: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # What a file or a lesson gives as lists must still make a key of a cache.
        if isinstance(self.value, list):
            object.__setattr__(self, "value", tuple(self.value))
        object.__setattr__(self, "places", tuple(str(place) for place in self.places))

    @property
    def is_switch(self) -> bool:
        """Whether it turns a policy or a shock on or off."""
        return self.path.startswith((POLICY, SHOCK))


World = tuple[Change, ...]


@dataclass(frozen=True)
class Choices:
    """Everything that says what is simulated; two that are equal give the same numbers.

    Attributes
    ----------
    scenario : str
        Name of a scenario that comes with the model.
    last_year, seed, replicates : int
        Of both worlds.
    a, b : tuple of Change
        What each world changes in the scenario.
    """

    scenario: str = "tiny"
    last_year: int = 2023
    seed: int = 1
    replicates: int = 1
    a: World = field(default=())
    b: World = field(default=())

    @staticmethod
    def of(scenario: str) -> "Choices":
        """Return the choices of a scenario in which nothing is changed."""
        base = shipped(scenario)
        return Choices(scenario, base.years.last, base.seed)

    @property
    def base(self) -> Scenario:
        """The scenario as it comes with the model; raises UnknownScenarioError."""
        return shipped(self.scenario)

    def world(self, name: str) -> World:
        """Return what a world changes."""
        return self.a if name == WORLDS[0] else self.b

    def with_world(self, name: str, world: World) -> "Choices":
        """Return the choices with everything that a world changes replaced."""
        return replace(self, a=world) if name == WORLDS[0] else replace(self, b=world)

    def with_change(self, name: str, change: Change) -> "Choices":
        """Return the choices with a change in place of all earlier ones of the same path."""
        old = self.world(name)
        at = next((i for i, one in enumerate(old) if one.path == change.path), len(old))
        kept = [one for one in old if one.path != change.path]
        kept.insert(at, change)
        return self.with_world(name, tuple(kept))

    def last_begins(self, changes: World) -> int:
        """Return the year in which the last of some changes begins."""
        return max(one.year or self.base.years.first for one in changes)

    def with_step(self, name: str, path: str) -> "Choices":
        """Return the choices with a further value of a path that is changed, from a later year."""
        said = tuple(one for one in self.world(name) if one.path == path)
        later = self.last_begins(said) + _YEARS_LATER
        step = replace(said[-1], year=min(later, self.last_year))
        return self.with_world(name, (*self.world(name), step))

    def replaced(self, name: str, old: Change, new: Change | None) -> "Choices":
        """Return the choices with one change replaced, or without it."""
        parts = ((new if one == old else one) for one in self.world(name))
        return self.with_world(name, tuple(one for one in parts if one is not None))

    def without(self, name: str, path: str) -> "Choices":
        """Return the choices with a path as the scenario has it."""
        return self.with_world(name, tuple(one for one in self.world(name) if one.path != path))

    def copy(self, source: str, target: str) -> "Choices":
        """Return the choices with one world made the same as another."""
        return self.with_world(target, self.world(source))

    def swap(self) -> "Choices":
        """Return the choices with A and B exchanged."""
        return replace(self, a=self.b, b=self.a)

    def reset(self, name: str) -> "Choices":
        """Return the choices with a world as the scenario is."""
        return self.with_world(name, ())

    def names(self) -> tuple[str, ...]:
        """Return the worlds to simulate: B only where it differs from A."""
        return WORLDS[:1] if self.a == self.b else WORLDS

    def scenarios(self) -> dict[str, Scenario]:
        """Return the scenario of each world to simulate; raises MinshengError."""
        self.check()
        found = {name: scenario_of(self, self.world(name)) for name in self.names()}
        for name, scenario in found.items():
            for path, text in _places_missing(self, self.world(name), scenario).items():
                raise SetUpError(f"{path}: {text}")
        return found

    def check(self) -> None:
        """Raise SetUpError, or UnknownScenarioError, for what no world could be."""
        years = self.base.years
        for what, value, low, high in (
            ("last year", self.last_year, years.first, years.last),
            ("replicates", self.replicates, 1, MOST_REPLICATES),
            ("seed", self.seed, 0, LARGEST_SEED),
        ):
            whole = isinstance(value, int) and not isinstance(value, bool)
            if not (whole and low <= value <= high):
                raise SetUpError(f"{what}: must be from {low} to {high}, got {value}")


@cache
def shipped(name: str) -> Scenario:
    """Return a scenario that comes with the model; names of files are refused."""
    if name not in shipped_scenarios():
        raise UnknownScenarioError(name)
    return load_scenario(name)


@cache
def known() -> Known:
    """Return the names that a world may use, found once per process."""
    return Known.shipped()


def scenario_of(choices: Choices, world: World) -> Scenario:
    """Return the scenario of a world as the command line would make it; raises MinshengError."""
    reforms = [] if as_settings(choices, world) is not None else as_reforms(world)
    stacked = with_reforms(choices.base, [Sourced(reform, _OWN) for reform in reforms])
    return with_settings(stacked, settings_of(choices, world), choices.seed)


def settings_of(choices: Choices, world: World) -> list[str]:
    """Return what ``--set`` has to say: all of a world, or what a file of reforms cannot hold."""
    common = []
    if choices.last_year != choices.base.years.last:
        common.append(f"years.last={choices.last_year}")
    said = as_settings(choices, world)
    if said is None:
        said = [written(one) for one in world if one.path.startswith(SHOCK)]
    return common + said


def as_settings(choices: Choices, world: World) -> list[str] | None:
    """Return a world as settings, or None where it takes a file of reforms.

    Settings know no places, and switch a policy for all years, which a reform of the scenario
    that says otherwise would undo.
    """
    own = {name for reform in choices.base.reforms for name in reform.policies}
    for one in world:
        is_policy = one.path.startswith(POLICY)
        if one.places or (is_policy and (one.year or one.path.removeprefix(POLICY) in own)):
            return None
    return [written(one) for one in in_order(world)]


def in_order(world: World) -> list[Change]:
    """Return changes in the order in which they hold: places over the country, late over early."""
    return sorted(world, key=lambda one: (bool(one.places), one.year or 0))


def written(change: Change) -> str:
    """Return a change of the whole country as ``--set`` takes it."""
    day = f"@{change.year}-01-01" if change.year else ""
    return f"{change.path}{day}={written_value(change.value)}"


def written_value(value: Value) -> str:
    """Return a value as the command line and the address write it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return f"[{', '.join(map(repr, value))}]"
    return value if isinstance(value, str) else repr(value)


def as_reforms(world: World) -> list[Reform]:
    """Return a world as reforms, one for each date and choice of places; raises MinshengError."""
    found: dict[tuple[int | None, tuple[str, ...]], dict[str, dict[str, Any]]] = {}
    for one in in_order(world):
        if one.path.startswith(SHOCK):
            continue
        sections = found.setdefault((one.year, one.places), {"parameters": {}, "policies": {}})
        if one.path.startswith(POLICY):
            sections["policies"][one.path.removeprefix(POLICY)] = one.value
        else:
            plain = list(one.value) if isinstance(one.value, tuple) else one.value
            sections["parameters"][one.path] = plain
    return [_reform(*key, sections) for key, sections in found.items()]


def _reform(year: int | None, places: tuple[str, ...], sections: dict[str, Any]) -> Reform:
    since = f" from {year}" if year else ""
    where = f" in {', '.join(places)}" if places else ""
    raw = {"name": f"Changes{since}{where}", "places": list(places), **sections}
    if year:
        raw["from"] = date(year, 1, 1)
    try:
        return Reform.model_validate(raw)
    except ValueError as error:
        raise SetUpError(_first_line(error)) from None


def _first_line(error: ValueError) -> str:
    errors = getattr(error, "errors", None)
    return str(errors()[0]["msg"]).removeprefix("Value error, ") if errors else str(error)


def problems(choices: Choices, name: str) -> dict[str, str]:
    """Return what is wrong or has no effect in a world, by path; under "" what concerns all."""
    world = choices.world(name)
    found = {one.path: text for one in world for text in _problems_of(one)}
    if found:
        return found
    try:
        choices.check()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            scenario = scenario_of(choices, world)
    except MinshengError as error:
        return {"": str(error)}
    found = _places_missing(choices, world, scenario) or _begin_late(choices, world)
    if found:
        return found
    return _said_twice(world) | ({"": "\n".join(str(one.message) for one in told)} if told else {})


def _problems_of(change: Change) -> Iterator[str]:
    if change.path.startswith(SHOCK):
        if (shock := change.path.removeprefix(SHOCK)) not in known().shocks:
            yield unknown_key(shock, list(known().shocks), "shock")
        return
    try:
        (reform,) = as_reforms((change,))
    except MinshengError as error:
        yield str(error)
        return
    yield from (text for _, text in reform_problems(reform, known()))


def _places_missing(choices: Choices, world: World, scenario: Scenario) -> dict[str, str]:
    """Say which changes are made in places of which the world has no county."""
    return {
        one.path: text
        for one in world
        if not one.path.startswith(SHOCK)
        and (text := missing_place(scenario, choices.replicates, one.places))
    }


def _said_twice(world: World) -> dict[str, str]:
    """Say which changes have another value for the same time and places."""
    keys = [(one.path, one.year, frozenset(one.places)) for one in world]
    text = "has several values for the same time and places; the last one holds"
    return {key[0]: text for key in keys if keys.count(key) > 1}


def _begin_late(choices: Choices, world: World) -> dict[str, str]:
    """Say which changes begin after the last year."""
    last = choices.last_year
    return {
        one.path: f"begins in {one.year}, after the last year {last}"
        for one in world
        if one.year and one.year > last
    }


def own_value(choices: Choices, path: str, year: int) -> Value:
    """Return the value that the scenario itself gives a parameter in a year.

    Raises
    ------
    MinshengError
        The parameter has no value yet.
    """
    return scenario_parameters(choices.scenario).value(path, year)


@cache
def scenario_parameters(name: str) -> ParameterSet:
    """Return the parameters of a scenario as it comes."""
    return shipped(name).parameters(ParameterSet.load())


def is_on(choices: Choices, world: Sequence[Change], policy: str) -> bool:
    """Return whether a world has a policy in the last year, where no place says otherwise."""
    said = [one for one in in_order(tuple(world)) if one.path == POLICY + policy]
    said = [one for one in said if not one.places and (one.year or 0) <= choices.last_year]
    return bool(said[-1].value) if said else choices.base.is_on(policy, choices.last_year)
