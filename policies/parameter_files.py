"""Read the parameter files: every number with its date, unit, source and, if unsure, its range.

A file ``policies/parameters/<domain>/<name>.yaml`` holds entries by key; the entry ``line_ratio``
of ``dibao/urban.yaml`` is the parameter ``dibao.urban.line_ratio``. Everything wrong in all files
is reported at once.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import date
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from policies.parameter_values import (
    Dated,
    Kind,
    Parameter,
    ValueType,
    as_value,
    range_problem,
    word_problem,
)
from policies.yaml_errors import explain, hint, problem_at, raise_problems, shown
from policies.yaml_text import InvalidFileError, read_yaml

SUFFIX = ".yaml"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_COUNTED = frozenset({"year", "years", "months", "age", "count", "division code"})
_Found = tuple[tuple[object, ...], str]


def parse_date(raw: object) -> date:
    """Return a date written as 1993-06-01; raises ValueError naming the form."""
    if type(raw) is date:
        return raw
    if isinstance(raw, str) and _DATE.fullmatch(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise ValueError(f"{raw} is not a day of the calendar") from None
    raise ValueError(f"must be a date such as 1993-06-01, got {shown(raw)}")


def _with_source(raw: object) -> object:
    return raw if isinstance(raw, dict) else {"value": raw}


def _range(raw: object) -> object:
    bounds = as_value(raw, "schedule")
    if raw is not None and (not isinstance(bounds, tuple) or len(bounds) != len(("low", "high"))):
        raise ValueError(f"must be a list of two numbers [lowest, highest], got {shown(raw)}")
    return tuple(raw) if isinstance(raw, list) else None


Text = Annotated[str, Field(min_length=1)]
DateText = Annotated[date, BeforeValidator(parse_date)]


class StrictModel(BaseModel):
    """What every file of ours is checked with: no unknown keys, no conversion, no infinity."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, validate_default=True
    )


class _DatedEntry(StrictModel):
    value: Any
    source: Text | None = None


class _Entry(StrictModel):
    meaning: Text
    unit: Text
    kind: Kind
    source: Text
    derivation: Text | None = None
    range: Annotated[Any, BeforeValidator(_range)] = None
    interpolate: Literal["step", "linear"] = "step"
    labels: list[Text] = []
    words: list[Text] = []
    values: dict[DateText, Annotated[_DatedEntry, BeforeValidator(_with_source)]]


def read_folder(folder: Traversable) -> dict[str, Parameter]:
    """Read every parameter file under a folder.

    Parameters
    ----------
    folder : Traversable
        Holds one folder per domain, with the files of the domain.

    Returns
    -------
    dict of str to Parameter
        By path, sorted.

    Raises
    ------
    InvalidFileError
        With a line for everything wrong in any file.
    """
    found: dict[str, Parameter] = {}
    problems: list[str] = []
    for domain in sorted((f for f in folder.iterdir() if f.is_dir()), key=lambda f: f.name):
        files = (file for file in domain.iterdir() if file.name.endswith(SUFFIX))
        for file in sorted(files, key=lambda f: f.name):
            prefix = f"{domain.name}.{file.name.removesuffix(SUFFIX)}"
            try:
                found |= _read_file(file, f"{folder.name}/{domain.name}/{file.name}", prefix)
            except InvalidFileError as error:
                problems += error.problems
    if problems:
        raise InvalidFileError(problems)
    return dict(sorted(found.items()))


def _read_file(file: Traversable, name: str, prefix: str) -> dict[str, Parameter]:
    try:
        document = read_yaml(file.read_text(encoding="utf-8"), name)
    except UnicodeDecodeError:
        raise InvalidFileError([f"{name}:1: not a text in UTF-8"]) from None
    if not isinstance(document.data, dict) or not document.data:
        raise InvalidFileError([f"{name}:1: must hold parameters as keys with their entries"])
    parameters, problems = [], []
    for key, raw in document.data.items():
        if not _NAME.fullmatch(key):
            text = "a parameter's name is made of small letters, digits and _"
            problems.append(problem_at(document, (key,), text))
        try:
            entry = _Entry.model_validate(raw)
        except ValidationError as error:
            problems += explain(document, _Entry, error, base=(key,))
            continue
        found = [problem_at(document, (key, *at), text) for at, text in _entry_problems(entry)]
        problems += found
        if not found:
            parameters.append(_parameter(f"{prefix}.{key}", entry))
    raise_problems(document, problems)
    return {parameter.path: parameter for parameter in parameters}


def _entry_problems(entry: _Entry) -> Iterator[_Found]:
    """Find what concerns several keys of an entry."""
    if entry.kind in {"study", "assumption"}:
        for key in ("derivation", "range"):
            if getattr(entry, key) is None:
                yield (), f"the key {key!r} is missing; a number of kind {entry.kind} needs it"
    if entry.range and not entry.range[0] < entry.range[1]:
        yield ("range",), "must run from the lowest to the highest accepted value"
    if not entry.values:
        yield ("values",), "must hold at least one value by date"
    dates = list(entry.values)
    for earlier, later in itertools.pairwise(dates):
        if later <= earlier:
            yield ("values", str(later)), f"dates must increase, this one follows {earlier}"
    yield from _value_problems(entry)


def _value_problems(entry: _Entry) -> Iterator[_Found]:
    kind = _type(entry)
    length = len(entry.labels)
    for day, dated in entry.values.items():
        value = as_value(dated.value, kind, length)
        if value is None:
            accepted = f"a list of {length} numbers" if length else f"a {kind} like the others"
            advice = hint("float_type", dated.value)
            yield ("values", str(day)), f"must be {accepted}, got {shown(dated.value)}{advice}"
            continue
        if isinstance(value, tuple):
            length = len(value)
        if isinstance(value, str) and (advice := hint("float_type", value)):
            yield ("values", str(day)), f"must be a number, got {shown(value)}{advice}"
        problem = range_problem(value, entry.range, entry.unit) or word_problem(value, entry.words)
        if problem:
            yield ("values", str(day)), problem
    if kind == "flag" and entry.range:
        yield ("range",), "a switch has no range"
    if kind in {"flag", "text"} and entry.interpolate == "linear":
        yield ("interpolate",), "only numbers can be interpolated"
    if kind != "schedule" and entry.labels:
        yield ("labels",), "only a list of numbers has labels"
    if kind != "text" and entry.words:
        yield ("words",), "only a text is one of some words"


def _type(entry: _Entry) -> ValueType:
    """Return what kind of value a parameter takes, from its first value.

    Whole numbers are those that could not be anything else: the unit is one that is counted, and
    every value and the range are written without a decimal point.
    """
    raw = [dated.value for dated in entry.values.values()]
    first = raw[0] if raw else None
    if isinstance(first, bool) or (entry.unit == "switch" and first in (0, 1)):
        return "flag"
    if isinstance(first, str) and entry.range is None:
        return "text"
    if isinstance(first, list):
        return "schedule"
    bounds = entry.range or ()
    whole = all(isinstance(v, int) for v in raw) and all(isinstance(b, int) for b in bounds)
    counted = entry.unit in _COUNTED and entry.interpolate == "step"
    return "whole number" if whole and counted else "number"


def _parameter(path: str, entry: _Entry) -> Parameter:
    kind = _type(entry)
    values = tuple(
        Dated(day, value, dated.source)
        for day, dated in entry.values.items()
        if (value := as_value(dated.value, kind)) is not None
    )
    return Parameter(
        path=path,
        meaning=entry.meaning,
        unit=entry.unit,
        kind=entry.kind,
        source=entry.source,
        derivation=entry.derivation,
        range=entry.range and (float(entry.range[0]), float(entry.range[1])),
        interpolate=entry.interpolate,
        labels=tuple(entry.labels),
        words=tuple(entry.words),
        type=kind,
        values=values,
    )
