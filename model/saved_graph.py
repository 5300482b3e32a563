"""Write down everything that can be reached from a simulation, as values that JSON can hold.

All attributes of all objects are state. Only what is named here is left out, and whatever is not
understood is refused with the place where it was found; so a component that is added later is
saved without asking for it, or cannot be saved, but is never forgotten.

Each object is written once, however many hold it. `model.saved_restore` reads the same forms:

- a plain value (none, flag, number, text) stands for itself,
- ``["to", n]`` is object n and ``["array", n]`` array n,
- ``["named", name]`` is something that is made from the scenario and the data of the model,
- all others are told by their first word.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from agents.errors import MinshengError
from agents.table import Table
from model.outcome_list import NationalOutcomes
from model.saved_arrays import UnsavableArrayError
from model.saved_names import UnknownClassError, class_name, factory_name
from policies.parameters import ParameterView

Code = Any
"""A value as JSON can hold it."""

LEFT_OUT: Mapping[type, frozenset[str]] = {
    # Room for rows to come; a table that has none makes it when it grows.
    Table: frozenset({"_roomy"}),
    # Functions that ask for outcomes, the same for every simulation.
    NationalOutcomes: frozenset({"model_reporters"}),
}
"""Attributes of classes that are made anew."""

_PLAIN = frozenset({type(None), bool, int, float, str})


class UnsavableError(MinshengError):
    """Something in a simulation that cannot be saved."""

    def __init__(self, where: str, reason: object) -> None:
        super().__init__(
            f"{where} cannot be saved: {reason}; keep state in numbers, texts, arrays, lists, "
            "dictionaries, and objects of the model"
        )


@dataclass(frozen=True)
class Graph:
    """What can be reached from an object: it is the first of `objects`."""

    objects: list[Code]
    arrays: list[NDArray[Any]]


def walk(root: object, state: Mapping[str, Any], named: Mapping[str, object]) -> Graph:
    """Write down an object and all it holds.

    Parameters
    ----------
    root : object
        Written as ``["root", state]``.
    state : mapping of str to object
        What of its attributes is state.
    named : mapping of str to object
        Objects that are made anew, by the name that stands for them.

    Raises
    ------
    UnsavableError
        With the place of something that is not understood.
    """
    walker = _Walker(root, named)
    walker.objects[0] = ["root", walker.pairs_of(state, "the simulation")]
    walker.finish()
    return Graph(walker.objects, walker.arrays)


class _Walker:
    """Objects that were met, and those that are still to be written."""

    def __init__(self, root: object, named: Mapping[str, object]) -> None:
        self.objects: list[Code] = [None]
        self.arrays: list[NDArray[Any]] = []
        self._named = {id(thing): name for name, thing in named.items()}
        self._numbers: dict[int, list[Code]] = {id(root): ["to", 0]}
        # Also keeps alive what was made on the way, whose id would be given to others.
        self._waiting: list[tuple[int, object, str]] = []
        self._met: list[object] = [*named.values()]

    def finish(self) -> None:
        """Write all objects that are referred to."""
        while self._waiting:
            number, thing, where = self._waiting.pop()
            try:
                self.objects[number] = self._form(thing, where)
            except UnknownClassError as error:
                raise UnsavableError(where, error) from None

    def code(self, value: Any, where: str) -> Code:
        """Return a value, or a reference to it."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if name := self._named.get(id(value)):
            return ["named", name]
        if kind is tuple:
            return ["tuple", *self.codes(value, where)]
        if isinstance(value, np.ndarray | csr_array | list | dict | set):
            return self._reference(value, where)
        try:
            return self._small(value, kind, where)
        except UnknownClassError as error:
            raise UnsavableError(where, error) from None

    def codes(self, values: Iterable[Any], where: str) -> list[Code]:
        """Return values in their order."""
        return [
            value if type(value) in _PLAIN else self.code(value, f"{where}[{place}]")
            for place, value in enumerate(values)
        ]

    def pairs_of(self, state: Mapping[str, Any], where: str) -> dict[str, Code]:
        """Return attributes by name."""
        return {name: self.code(value, f"{where}.{name}") for name, value in state.items()}

    def _small(self, value: Any, kind: type, where: str) -> Code:
        """Return what has no identity that matters, or else a reference."""
        if isinstance(value, np.generic):
            return ["scalar", value.dtype.str, value.item()]
        if isinstance(value, Enum):
            return ["member", class_name(kind), value.name]
        if isinstance(value, tuple):
            return ["named tuple", class_name(kind), *self.codes(value, where)]
        if kind is frozenset:
            return ["frozenset", *self.codes(value, where)]
        if kind is date:
            return ["date", value.isoformat()]
        if isinstance(value, type):
            return ["class", class_name(value)]
        if kind is ParameterView and id(dict(vars_of(value))["_parameters"]) in self._named:
            return ["parameters of", value.year]
        class_name(kind)
        return self._reference(value, where)

    def _reference(self, thing: Any, where: str) -> Code:
        """Return the reference to an object, which is written later if it was not met before."""
        known = self._numbers.get(id(thing))
        if known is not None:
            return known
        self._met.append(thing)
        kind: Literal["array", "to"] = "to"
        if isinstance(thing, np.ndarray) and thing.dtype != object:
            _check(thing, where)
            kind, place = "array", len(self.arrays)
            self.arrays.append(thing)
        else:
            place = len(self.objects)
            self.objects.append(None)
            self._waiting.append((place, thing, where))
        self._numbers[id(thing)] = [kind, place]
        return [kind, place]

    def _form(self, thing: Any, where: str) -> Code:
        """Return the form of an object."""
        if isinstance(thing, np.ndarray):
            items = self.codes(thing.ravel().tolist(), where)
            return ["objects", list(thing.shape), items]
        if isinstance(thing, csr_array):
            parts = self.codes((thing.data, thing.indices, thing.indptr), where)
            return ["sparse", list(thing.shape), parts]
        held = self._held(thing, where)
        form = _CONTAINERS.get(type(thing))
        if form is not None:
            return [*form(thing), held]
        state = {name: value for name, value in vars_of(thing) if name not in left_out(thing)}
        return ["own", class_name(type(thing)), self.pairs_of(state, where), held]

    def _held(self, thing: Any, where: str) -> Code:
        """Return what a container holds; None for what is no container."""
        if isinstance(thing, dict):
            pairs = []
            for key, value in thing.items():
                place = f"{where}[{key!r}]"
                pairs += [self._key(key, place), self.code(value, place)]
            return pairs
        if isinstance(thing, set):
            return [self._key(value, where) for value in thing]
        return self.codes(thing, where) if isinstance(thing, list) else None

    def _key(self, key: Any, where: str) -> Code:
        """Return a key, which must be whole before others are: no object that tells its hash."""
        kind = type(key)
        if isinstance(key, tuple | frozenset):
            for part in key:
                self._key(part, where)
        elif kind not in _PLAIN and not isinstance(key, np.generic | Enum | type | date):
            raise UnsavableError(where, f"the key is a {kind.__name__}")
        return self.code(key, where)


def vars_of(thing: object) -> Iterable[tuple[str, Any]]:
    """Yield the attributes of an object by name: those of its dictionary and of its slots."""
    yield from getattr(thing, "__dict__", {}).items()
    for kind in type(thing).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in {"__dict__", "__weakref__"} and hasattr(thing, name):
                yield name, getattr(thing, name)


def left_out(thing: object) -> Collection[str]:
    """Return the attributes of an object that are made anew."""
    return next((names for kind, names in LEFT_OUT.items() if isinstance(thing, kind)), ())


def _check(array: NDArray[Any], where: str) -> None:
    if array.dtype.kind not in "biufU":
        raise UnsavableError(where, UnsavableArrayError(f"an array of type {array.dtype}"))


_CONTAINERS: Mapping[type, Callable[[Any], list[Code]]] = {
    dict: lambda _: ["dict"],
    list: lambda _: ["list"],
    set: lambda _: ["set"],
    defaultdict: lambda values: ["defaultdict", factory_name(values)],
}
