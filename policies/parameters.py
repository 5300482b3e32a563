"""The parameters of a simulation: an unchangeable set, reforms of it, and its values in a year."""

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.errors import MinshengError, UnknownNameError
from policies.parameter_files import read_folder
from policies.parameter_values import Dated, Parameter, ParameterValueError, Value

_DIGEST_BYTES = 16


class WrongReadingError(MinshengError):
    """A rule reads a parameter as another type than it has."""


@dataclass(frozen=True, slots=True)
class Override:
    """What a reform, a command line option or a keyword sets.

    Attributes
    ----------
    path : str
        The parameter, or for a scenario one of its fields.
    value : object
    date : datetime.date or None
        From when; None replaces the value at all dates.
    origin : str
        Where it was asked for, for messages: ``"my.yaml:14"``, ``"--set"``.
    """

    path: str
    value: object
    date: datetime.date | None = None
    origin: str = ""

    @property
    def key(self) -> str:
        """The path with its date, as the command line writes it."""
        return f"{self.path}@{self.date}" if self.date else self.path


class ParameterRow(NamedTuple):
    """One line of the table of parameters; `value` is the last one, in force since `since`."""

    path: str
    value: Value
    since: datetime.date
    unit: str
    kind: str
    range: tuple[float, float] | None
    source: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """All parameters by path; nothing changes a set, a reform makes another one."""

    _by_path: dict[str, Parameter]

    @staticmethod
    def load() -> "ParameterSet":
        """Return the parameters that come with the model, read once per process."""
        return _shipped()

    @staticmethod
    def from_folder(folder: Traversable) -> "ParameterSet":
        """Read the parameters under a folder; raises InvalidFileError with all that is wrong."""
        return ParameterSet(read_folder(folder))

    def paths(self) -> tuple[str, ...]:
        """Return every path in alphabetical order."""
        return tuple(self._by_path)

    def __contains__(self, path: str) -> bool:
        return path in self._by_path

    def __len__(self) -> int:
        return len(self._by_path)

    def parameter(self, path: str) -> Parameter:
        """Return a parameter; raises UnknownNameError with the nearest path."""
        found = self._by_path.get(path)
        if found is None:
            raise UnknownNameError("parameter", path, self._by_path)
        return found

    def value(self, path: str, year: int) -> Value:
        """Return the value of a year (see `Parameter.value_in`).

        Raises
        ------
        UnknownNameError
            No such parameter.
        BeforeFirstDateError
            The year ends before the first value.
        """
        return self.parameter(path).value_in(year)

    def at(self, year: int) -> "ParameterView":
        """Return the values of one year, as rules read them."""
        return ParameterView(self, year)

    def with_overrides(self, overrides: Iterable[Override]) -> "ParameterSet":
        """Return a new set in which the overrides hold, the later ones over the earlier.

        Raises
        ------
        UnknownNameError
            The only thing wrong is one unknown path.
        MinshengError
            With a line for every override that is not accepted.
        """
        changed = dict(self._by_path)
        errors: list[MinshengError] = []
        for override in overrides:
            try:
                changed[override.path] = _overridden(changed, override)
            except MinshengError as error:
                errors.append(error)
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise MinshengError("\n".join(str(error) for error in errors))
        return ParameterSet(changed)

    def digest(self) -> str:
        """Return a hash (hex) of all that can change a result; wording and sources do not."""
        content = {
            path: [p.interpolate, _canonical(p.values), _canonical(p.overrides)]
            for path, p in self._by_path.items()
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()

    def as_rows(self) -> list[ParameterRow]:
        """Return one row per parameter, with its last value."""
        return [_row(parameter) for parameter in self._by_path.values()]


class ParameterView:
    """The values of one year.

    Calling the view gives a number: ``view("dibao.urban.line_ratio")``. Every value is looked up
    once. The methods raise UnknownNameError, BeforeFirstDateError, or WrongReadingError when the
    parameter is of another type.

    Parameters
    ----------
    parameters : ParameterSet
    year : int
        Values are those of the year, see `Parameter.value_in`.
    """

    __slots__ = ("_parameters", "_schedules", "_values", "year")

    def __init__(self, parameters: ParameterSet, year: int) -> None:
        self.year = year
        self._parameters = parameters
        self._values: dict[str, Value] = {}
        self._schedules: dict[str, NDArray[np.float64]] = {}

    def number(self, path: str) -> float:
        """Return a number; a switch counts as 0 or 1."""
        value = self._values.get(path)
        if type(value) is float:
            return value
        value = self.value(path)
        if isinstance(value, str | tuple):
            raise self._wrong(path, "a number")
        return value if type(value) is float else int(value)

    __call__ = number

    def whole(self, path: str) -> int:
        """Return a whole number."""
        value = self.value(path)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(path, "a whole number")
        return value

    def flag(self, path: str) -> bool:
        """Return a switch."""
        value = self.value(path)
        if not isinstance(value, bool):
            raise self._wrong(path, "a flag")
        return value

    def text(self, path: str) -> str:
        """Return a word."""
        value = self.value(path)
        if not isinstance(value, str):
            raise self._wrong(path, "a text")
        return value

    def schedule(self, path: str) -> NDArray[np.float64]:
        """Return a schedule as a read-only array of shape (positions,)."""
        array = self._schedules.get(path)
        if array is None:
            value = self.value(path)
            if not isinstance(value, tuple):
                raise self._wrong(path, "a schedule")
            array = self._schedules[path] = np.array(value, dtype=np.float64)
            array.flags.writeable = False
        return array

    def value(self, path: str) -> Value:
        """Return a value of any type."""
        value = self._values.get(path)
        if value is None:
            value = self._values[path] = self._parameters.value(path, self.year)
        return value

    def paths_read(self) -> frozenset[str]:
        """Return what has been read so far, to find parameters that nothing reads."""
        return frozenset(self._values)

    def unread(self) -> "ParameterView":
        """Return the same values as a view of which nothing has been read."""
        return ParameterView(self._parameters, self.year)

    def _wrong(self, path: str, wanted: str) -> WrongReadingError:
        kind = self._parameters.parameter(path).type
        return WrongReadingError(f"{path} is a {kind} and cannot be read as {wanted}")


@cache
def _shipped() -> ParameterSet:
    return ParameterSet.from_folder(files("policies") / "parameters")


def _overridden(parameters: dict[str, Parameter], override: Override) -> Parameter:
    if override.path not in parameters:
        raise UnknownNameError("parameter", override.path, parameters, where=override.origin)
    try:
        return parameters[override.path].overridden(override.value, override.date)
    except ParameterValueError as error:
        raise ParameterValueError(error.path, error.reason, override.origin) from None


def _canonical(values: tuple[Dated, ...]) -> list[list[object]]:
    return [[dated.date.isoformat(), dated.value] for dated in values]


def _row(parameter: Parameter) -> ParameterRow:
    last = (parameter.overrides or parameter.values)[-1]
    return ParameterRow(
        parameter.path,
        last.value,
        last.date,
        parameter.unit,
        parameter.kind,
        parameter.range,
        last.source or parameter.source,
        parameter.meaning,
    )
