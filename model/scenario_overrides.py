"""Change single settings of a scenario, from the command line or from keywords in Python."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from pydantic import ValidationError

from agents.errors import MinshengError, UnknownNameError
from model.scenario import Scenario
from model.scenario_files import Known, completed
from policies.parameter_files import parse_date
from policies.parameters import Override
from policies.yaml_errors import explain, quotable
from policies.yaml_text import Document, InvalidFileError, read_yaml

_OPTION = re.compile(r"(?P<path>[^@=\s]+)(?:@(?P<date>[^=\s]+))?\s*=(?P<value>.*)", re.DOTALL)
_REFORM = "settings"
_FIELDS = (
    "description",
    "name",
    "seed",
    "title",
    "world.counties",
    "world.households",
    "world.include",
    "world.townships_per_county",
    "years.first",
    "years.last",
)


def parse_set_option(text: str) -> Override:
    """Read a setting written as ``PATH=VALUE`` or ``PATH@DATE=VALUE``.

    Parameters
    ----------
    text : str
        For instance ``dibao.urban.line_ratio@2005-01-01=0.2`` or ``world.households=20000``.

    Raises
    ------
    MinshengError
        The text has another form.
    """
    origin = f"--set {quotable(text)}"
    found = _OPTION.fullmatch(text.strip())
    if not found:
        raise MinshengError(f"{origin}: must have the form PATH=VALUE or PATH@DATE=VALUE")
    return _override(found["path"], found["date"], _typed(found["value"], origin), origin)


def resolve(
    scenario: Scenario, overrides: Mapping[str, object], known: Known | None = None
) -> Scenario:
    """Return the scenario with settings given by keyword.

    Parameters
    ----------
    scenario : Scenario
    overrides : mapping of str to object
        By parameter path (``dibao.urban.line_ratio``, or with a date
        ``dibao.urban.line_ratio@2005-01-01``) or by field of the scenario (``world.households``,
        ``policies.urban_dibao``). Parameters become the last reforms.
    known : Known, optional
        The names that exist; those that come with the model by default.

    Raises
    ------
    UnknownNameError
        The only thing wrong is one unknown name; gives the nearest one.
    MinshengError
        With a line for every setting that is not accepted.
    """
    options = []
    for key, value in overrides.items():
        options.append(parse_setting(key, value, "override"))
    return resolve_options(scenario, options, known)


def parse_setting(key: str, value: object, origin: str) -> Override:
    """Return the setting of a key written as ``PATH`` or ``PATH@DATE``; raises MinshengError."""
    path, _, day = key.partition("@")
    return _override(path, day or None, value, origin)


def resolve_options(
    scenario: Scenario, overrides: Iterable[Override], known: Known | None = None
) -> Scenario:
    """Return the scenario with settings as `parse_set_option` reads them; see `resolve`."""
    known = known or Known.shipped()
    values = scenario.as_dict()
    errors: list[MinshengError] = []
    changed: set[str] = set()
    for override in overrides:
        try:
            _set(values, override, known)
            changed.add(override.path)
        except MinshengError as error:
            errors.append(error)
    try:
        result = Scenario.from_dict(values)
    except ValidationError as error:
        document = Document("", values, _all_lines(changed))
        errors += [MinshengError(text) for _, text in explain(document, Scenario, error)]
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise MinshengError("\n".join(str(error) for error in errors))
    return completed(result, known)


def field_names(known: Known) -> list[str]:
    """Return the keys of a scenario that can be set one by one, such as ``world.households``."""
    switches = [f"policies.{name}" for name in known.policies]
    return [*_FIELDS, *switches, *(f"shocks.{name}" for name in known.shocks)]


def _override(path: str, day: str | None, value: object, origin: str) -> Override:
    try:
        return Override(path, value, parse_date(day) if day else None, origin)
    except ValueError as error:
        raise MinshengError(f"{origin}: {error}") from None


def _typed(text: str, origin: str) -> object:
    try:
        return read_yaml(text, "value").data
    except InvalidFileError as error:
        reason = error.problems[0].split(": ", 1)[1]
        raise MinshengError(f"{origin}: {reason}") from None


def _set(values: dict[str, Any], override: Override, known: Known) -> None:
    """Set one value in a scenario as a dictionary."""
    if override.path in known.parameters:
        known.parameters.with_overrides([override])
        _append_reform(values["reforms"], override)
        return
    fields = field_names(known)
    if override.path not in fields:
        accepted = [*known.parameters.paths(), *fields]
        raise UnknownNameError("setting", override.path, accepted, where=override.origin)
    if override.date:
        raise MinshengError(f"{override.origin}: only parameters take a date")
    section, _, key = override.path.rpartition(".")
    (values[section] if section else values)[key] = _plain(override.value)


def _append_reform(reforms: list[dict[str, Any]], override: Override) -> None:
    """Add to the last reform when it came from an override of the same date, or add another.

    A reform of places is never one of these, whatever its name.
    """
    start = override.date.isoformat() if override.date else None
    last = reforms[-1] if reforms else {}
    if last.get("name") != _REFORM or last["from"] != start or last.get("places"):
        last = {"name": _REFORM, "from": start, "parameters": {}, "policies": {}}
        reforms.append(last)
    last["parameters"][override.path] = _plain(override.value)


def _plain(value: object) -> object:
    """Return numpy values and tuples, which batch tools pass, as plain Python."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value


def _all_lines(paths: Iterable[str]) -> dict[tuple[str | int, ...], int]:
    """Return a table of lines in which the given settings can be found by name."""
    lines: dict[tuple[str | int, ...], int] = {}
    for path in paths:
        parts = tuple(path.split("."))
        lines |= {parts[:length]: 1 for length in range(1, len(parts) + 1)}
    return lines
