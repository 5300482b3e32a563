"""One parameter: its dated values, what kind of value it takes, and how a reform overrides it."""

import dataclasses
import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Literal

import numpy as np

from agents.errors import MinshengError, nearest_match
from policies.yaml_errors import PERCENT, hint, shown

Value = float | int | bool | str | tuple[float, ...]
"""A number, a switch, a word, or a schedule (numbers by position, for instance by age group)."""

ValueType = Literal["number", "whole number", "flag", "text", "schedule"]
Kind = Literal["law", "statistic", "study", "assumption"]

_day_of = attrgetter("date")
_FLAGS: dict[bool | str | float, bool] = {
    **dict.fromkeys((1, "on", "true"), True),
    **dict.fromkeys((0, "off", "false"), False),
}


class ParameterValueError(MinshengError):
    """A value that a parameter does not take.

    Parameters
    ----------
    path : str
        The parameter.
    reason : str
        What it takes instead.
    origin : str
        Where the value was given.
    """

    def __init__(self, path: str, reason: str, origin: str = "") -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{origin}: {path}: {reason}" if origin else f"{path}: {reason}")


class BeforeFirstDateError(MinshengError):
    """A parameter is read for a time before its first value.

    Attributes
    ----------
    path : str
    day : datetime.date
        The day asked for; a year is read on its 31 December.
    first : datetime.date
        From when the parameter has a value.
    """

    def __init__(self, path: str, day: date, first: date) -> None:
        self.path = path
        self.day = day
        self.first = first
        super().__init__(
            f"{path} has no value for {day.year}: its first value holds from {first}, "
            f"so it can be read from the year {first.year} on"
        )


@dataclass(frozen=True, slots=True)
class Dated:
    """A value and the day from which it holds, with its own source where it has one."""

    date: date
    value: Value
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the model with its dates, its source and its uncertainty.

    Attributes
    ----------
    path : str
        ``<domain>.<file>.<key>``.
    meaning, unit, source : str
    kind : {"law", "statistic", "study", "assumption"}
    derivation : str or None
        How the value follows from the source; given for studies and assumptions.
    range : tuple of (float, float) or None
        Values outside are refused; given for studies and assumptions.
    interpolate : {"step", "linear"}
        Between two dates: the earlier value, or a straight line. The last value holds on.
    labels : tuple of str
        Names of a schedule's positions; may be empty.
    words : tuple of str
        What a text may be; empty where it may be anything.
    type : {"number", "whole number", "flag", "text", "schedule"}
    values : tuple of Dated
        As the file has them, by increasing date.
    overrides : tuple of Dated
        Set by reforms; each holds from its date on.
    """

    path: str
    meaning: str
    unit: str
    kind: Kind
    source: str
    derivation: str | None
    range: tuple[float, float] | None
    interpolate: Literal["step", "linear"]
    labels: tuple[str, ...]
    type: ValueType
    values: tuple[Dated, ...]
    words: tuple[str, ...] = ()
    overrides: tuple[Dated, ...] = ()

    @property
    def first_date(self) -> date:
        """The day from which the parameter has a value."""
        return min(dated.date for dated in (*self.values, *self.overrides))

    def value_in(self, year: int) -> Value:
        """Return the value of a year; raises BeforeFirstDateError.

        That is the value in force on 31 December. Only a series that is interpolated is read on
        1 January, since its dates mark the years for which the figures stand.
        """
        first = self.values[0]
        if len(self.values) == 1 and not self.overrides and first.date.year <= year:
            return first.value
        day = last_day_of(year)
        reformed = self.overrides and self.overrides[0].date <= day
        if self.interpolate == "linear" and not reformed:
            day = min(max(date(year, 1, 1), self.first_date), day)
        return self.value_on(day)

    def value_on(self, day: date) -> Value:
        """Return the value in force on a day; raises BeforeFirstDateError."""
        if overridden := bisect_right(self.overrides, day, key=_day_of):
            return self.overrides[overridden - 1].value
        begun = bisect_right(self.values, day, key=_day_of)
        if not begun:
            raise BeforeFirstDateError(self.path, day, self.first_date)
        now = self.values[begun - 1]
        if self.interpolate == "linear" and begun < len(self.values):
            return _between(now, self.values[begun], day)
        return now.value

    def overridden(self, value: object, day: date | None) -> "Parameter":
        """Return a copy that takes `value` from `day` on, or at all its dates without a day.

        Raises
        ------
        ParameterValueError
            The value has the wrong type or lies outside the range.
        """
        start = day or self.first_date
        kept = tuple(dated for dated in self.overrides if dated.date < start)
        new = Dated(start, self.checked(value))
        return dataclasses.replace(self, overrides=(*kept, new))

    def checked(self, value: object) -> Value:
        """Return `value` as this parameter stores it; raises ParameterValueError."""
        length = len(self.values[0].value) if isinstance(self.values[0].value, tuple) else 0
        taken = as_value(value, self.type, length)
        if taken is None:
            kind = "float_type" if self.type in {"number", "whole number"} else ""
            accepted = f"a list of {length} numbers" if length else _ACCEPTED[self.type]
            reason = f"must be {accepted}, got {shown(value)}{hint(kind, value)}"
            raise ParameterValueError(self.path, reason)
        problem = range_problem(taken, self.range, self.unit) or word_problem(taken, self.words)
        if problem:
            raise ParameterValueError(self.path, problem)
        return taken


_ACCEPTED = {
    "number": "a number",
    "whole number": "a whole number",
    "flag": "true or false",
    "text": "text",
    "schedule": "a list of numbers",
}


def last_day_of(year: int) -> date:
    """Return 31 December, the day on which a year's values are read."""
    return date(year, 12, 31)


def as_value(raw: object, kind: ValueType, length: int = 0) -> Value | None:
    """Return a value of the given type, or None when `raw` is not one.

    Parameters
    ----------
    raw : object
        As read from a file, or given in Python (numpy scalars and arrays included).
    kind : {"number", "whole number", "flag", "text", "schedule"}
    length : int
        Positions that a schedule must have; 0 for any number but none.
    """
    value = raw.tolist() if isinstance(raw, np.generic | np.ndarray) else raw
    if kind == "flag":
        return _FLAGS.get(value) if isinstance(value, bool | str | int | float) else None
    if kind == "text":
        return value if isinstance(value, str) else None
    if kind == "schedule":
        return _schedule(value, length)
    number = _number(value)
    if kind == "number" or number is None:
        return number
    return int(number) if number.is_integer() else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _schedule(value: object, length: int) -> tuple[float, ...] | None:
    if not isinstance(value, list | tuple) or not value or (length and len(value) != length):
        return None
    numbers = [_number(item) for item in value]
    return tuple(n for n in numbers if n is not None) if None not in numbers else None


def range_problem(value: Value, accepted: tuple[float, float] | None, unit: str) -> str | None:
    """Say why a value, or a number of a schedule, lies outside the accepted range."""
    if accepted is None or isinstance(value, bool | str):
        return None
    numbers = value if isinstance(value, tuple) else (value,)
    low, high = accepted
    outside = next((number for number in numbers if not low <= number <= high), None)
    if outside is None:
        return None
    percent = unit.startswith("share") and 1 < outside <= PERCENT
    advice = f"; for {outside:g} percent write {outside / PERCENT:.6g}" if percent else ""
    return f"must lie in [{low:g}, {high:g}] ({unit}), got {outside:g}{advice}"


def word_problem(value: Value, accepted: Sequence[str]) -> str | None:
    """Say that a text is none of the accepted words, if there are any."""
    if not accepted or value in accepted:
        return None
    nearest = nearest_match(str(value), accepted)
    advice = f"; did you mean {nearest!r}?" if nearest else ""
    return f"must be one of {', '.join(accepted)}, got {shown(value)}{advice}"


def _between(now: Dated, then: Dated, day: date) -> Value:
    share = (day - now.date) / (then.date - now.date)
    if isinstance(now.value, tuple) and isinstance(then.value, tuple):
        return tuple(a + share * (b - a) for a, b in zip(now.value, then.value, strict=True))
    start, end = _number(now.value), _number(then.value)
    return now.value if start is None or end is None else start + share * (end - start)
