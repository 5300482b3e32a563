"""The values in a plan: what a name can take, and whether the scenario accepts it."""

import json
from collections.abc import Iterator, Mapping, Sequence

from agents.errors import MinshengError
from experiments.plan import RANGE, REFORMS, Axis, PlanFile
from model.scenario import Scenario
from model.scenario_files import Known
from model.scenario_overrides import parse_setting, resolve_options
from policies.parameter_values import Parameter
from policies.parameters import ParameterSet
from policies.yaml_errors import shown


def axis_of(is_lever: bool, key: str, given: object, parameters: ParameterSet) -> Axis:
    """Return what a name takes; the word range stands for the range in the parameter file.

    Raises
    ------
    MinshengError
        What has the name takes no range, or has none.
    """
    if isinstance(given, list):
        return Axis(is_lever, tuple(given))
    path = key.partition("@")[0]
    ends: tuple[float, float] | None = None
    if isinstance(given, dict):
        ends = given["low"], given["high"]
    if path not in parameters:
        if ends is None:
            raise MinshengError("has no range of its own; give low and high, or a list of values")
        return Axis(is_lever, (), *ends, all(isinstance(end, int) for end in ends))
    parameter = parameters.parameter(path)
    if parameter.type == "flag" and given == RANGE:
        return Axis(is_lever, (False, True))
    if is_movable_schedule(parameter) and given == RANGE:
        (dated,), (low, high) = parameter.values, parameter.range or (0, 0)
        usual = dated.value if isinstance(dated.value, tuple) else ()
        return Axis(is_lever, (), low, high, around=usual)
    if parameter.type not in {"number", "whole number"}:
        raise MinshengError(f"is a {parameter.type} and has no range; give a list of values")
    ends = ends or parameter.range
    if ends is None:
        kind = f"is a {parameter.kind} without a range in its file"
        raise MinshengError(f"{kind}; give low and high, or a list of values")
    return Axis(is_lever, (), *ends, parameter.type == "whole number")


def is_movable_schedule(parameter: Parameter) -> bool:
    """Return whether a parameter is a list of numbers, one for all years, with a range."""
    return (
        parameter.type == "schedule" and parameter.range is not None and len(parameter.values) == 1
    )


def axes_of(
    content: PlanFile, parameters: ParameterSet, reforms: Mapping[str, object]
) -> dict[str, Axis]:
    """Return what varies in a plan that is known to be right: reforms, levers, uncertainties."""
    found = {REFORMS: Axis(True, tuple(reforms))} if reforms else {}
    for section in ("levers", "uncertainties"):
        for key, given in getattr(content, section).items():
            if key != REFORMS:
                found[key] = axis_of(section == "levers", key, given, parameters)
    return found


def value_problem(scenario: Scenario, key: str, value: object, known: Known) -> str | None:
    """Say why a scenario does not take a value; None if it does."""
    try:
        setting = parse_setting(key, value, "")
        resolve_options(scenario, [setting], known)
    except MinshengError as error:
        return str(error).removeprefix(": ").removeprefix(f"{setting.path}: ")
    return None


def repeated(positions: Sequence[object]) -> Iterator[tuple[int, str]]:
    """Yield the places of values that stand in a list before, and where."""
    first: dict[str, int] = {}
    for place, value in enumerate(positions):
        written = json.dumps(value, sort_keys=True, default=str)
        if written in first:
            yield place, f"{shown(value)} stands here twice, first as value {first[written] + 1}"
        first.setdefault(written, place)
