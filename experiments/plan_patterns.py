"""Patterns in a plan: many uncertainties in one line, and groups of them.

``dibao.*: range`` stands for every parameter of that name that has a range: a number or a list of
numbers, one for all years. Parameters whose value changes with the years are left out, since a
range would put one value in the place of all of them.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from experiments.plan import DUMMY, RANGE, PlanFile
from experiments.plan_values import is_movable_schedule
from model.scenario_files import Known, Located
from policies.parameter_values import Parameter
from policies.parameters import ParameterSet

_STAR = "*"


def is_pattern(name: str) -> bool:
    """Return whether a name stands for several."""
    return _STAR in name


def with_patterns(content: PlanFile, known: Known) -> tuple[PlanFile, list[Located]]:
    """Return the plan with every pattern replaced, and what is wrong with patterns.

    A parameter that is named in the plan itself is left out of patterns.
    """
    problems: list[Located] = []
    named = {key.partition("@")[0] for _, part in content.sections() for key in part}
    uncertain: dict[str, Any] = {}
    for key, given in content.uncertainties.items():
        if not is_pattern(key):
            uncertain[key] = given
            continue
        found = [path for path in matching(key, known.parameters) if path not in named]
        uncertain |= dict.fromkeys(found, given)
        if problem := _pattern_problem(key, given, found):
            problems.append((("uncertainties", key), problem))
    return content.model_copy(update={"uncertainties": uncertain}), problems


def _pattern_problem(key: str, given: object, found: list[str]) -> str:
    if given != RANGE:
        return f"is a pattern and takes the word {RANGE}"
    return "" if found else f"no parameter with a range of its own is named like {key}"


def matching(pattern: str, parameters: ParameterSet) -> list[str]:
    """Return the paths of the parameters that a pattern stands for."""
    paths = (path for path in parameters.paths() if fnmatchcase(path, pattern))
    return [path for path in paths if _is_movable(parameters.parameter(path))]


def _is_movable(parameter: Parameter) -> bool:
    is_number = parameter.type in {"number", "whole number"} and parameter.range is not None
    return is_movable_schedule(parameter) or (is_number and len(parameter.values) == 1)


def group_problems(content: PlanFile) -> Iterator[Located]:
    """Find groups that cannot be moved together."""
    if content.design.groups and not content.design.is_for_sensitivity:
        text = "only the designs morris and saltelli move groups"
        yield ("design", "groups"), text
    names, first = list(content.uncertainties), dict[str, str]()
    for group, patterns in content.design.groups.items():
        if group == DUMMY or group in names:
            text = f"{group} is the name of a factor; choose another name for the group"
            yield ("design", "groups", group), text
        for place, pattern in enumerate(patterns):
            at = ("design", "groups", group, place)
            found = [name for name in names if fnmatchcase(name, pattern)]
            if not found:
                yield at, f"no uncertainty of this plan is named {pattern}"
            if twice := [name for name in found if first.setdefault(name, group) != group]:
                yield at, f"{twice[0]} is in the group {first[twice[0]]} already"


def group_of(content: PlanFile) -> dict[str, str]:
    """Return the group of every uncertainty; one that is in none has its own name."""
    found = {name: name for name in content.uncertainties}
    for group, patterns in content.design.groups.items():
        for name in found:
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                found[name] = group
    return found
