"""Make objects again from what `model.saved_graph` wrote.

First all objects are made empty, then they are filled, so that they can hold each other. No method
of theirs is called, and no class is looked for but those of the model.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from model.outcome_list import NationalOutcomes
from model.saved_graph import Code, Graph, left_out
from model.saved_names import find_class, member, own_class
from policies.base import discover
from policies.parameters import ParameterSet, ParameterView


class Restorer:
    """Makes objects again.

    Parameters
    ----------
    graph : Graph
        What was written.
    root : object
        The first object, made already; whoever made it fills it.
    named : mapping of str to object
        What stands for a name.
    parameters : ParameterSet
        The parameters, of which objects may hold those of a year.

    Raises
    ------
    KeyError, IndexError, TypeError, ValueError, AttributeError
        What was written is not what `model.saved_graph` writes.
    """

    def __init__(
        self,
        graph: Graph,
        root: object,
        named: Mapping[str, object],
        parameters: ParameterSet,
    ) -> None:
        self._graph, self._named, self._parameters = graph, named, parameters
        self._views: dict[int, ParameterView] = {}
        self._texts: dict[str, str] = {}
        self.objects: list[Any] = [root]
        for form in graph.objects[1:]:
            self.objects.append(_EMPTY[form[0]](self, form))

    def fill(self) -> dict[str, Any]:
        """Fill all objects but the first; return the attributes of the first, by name."""
        for thing, form in zip(self.objects[1:], self._graph.objects[1:], strict=True):
            if form[0] == "own":
                self._fill_own(thing, form)
            elif form[0] in _CONTAINERS:
                self._fill_container(thing, form[-1])
            elif form[0] == "objects":
                thing.reshape(-1)[:] = self._values(form[2])
        return self._state(self._graph.objects[0][1])

    def _fill_own(self, thing: Any, form: Code) -> None:
        _, _, state, held = form
        missing = left_out(thing)
        for name, value in self._state(state).items():
            if name not in missing:
                object.__setattr__(thing, name, value)
        if "_roomy" in missing:
            thing._roomy = {}
        if held is not None:
            self._fill_container(thing, held)

    def _fill_container(self, thing: Any, held: Code) -> None:
        values = self._values(held)
        if isinstance(thing, dict):
            thing.update(zip(values[::2], values[1::2], strict=True))
        elif isinstance(thing, set):
            thing.update(values)
        else:
            thing.extend(values)

    def _state(self, state: Mapping[str, Code]) -> dict[str, Any]:
        return dict(zip(state, self._values(state.values()), strict=True))

    def _values(self, codes: Iterable[Code]) -> list[Any]:
        return [code if type(code) in _SAME else self.value(code) for code in codes]

    def value(self, code: Code) -> Any:
        """Return what a code stands for."""
        if isinstance(code, str):
            # The same texts stand in many places, and each would be read as one of its own.
            return self._texts.setdefault(code, code)
        if type(code) is not list:
            return code
        return _VALUES[code[0]](self, code)

    def _to(self, code: Code) -> Any:
        return self.objects[code[1]]

    def _array(self, code: Code) -> NDArray[Any]:
        return self._graph.arrays[code[1]]

    def _name(self, code: Code) -> Any:
        return self._named[code[1]]

    def _tuple(self, code: Code) -> tuple[Any, ...]:
        return tuple(self._values(code[1:]))

    def _frozenset(self, code: Code) -> frozenset[Any]:
        return frozenset(self._values(code[1:]))

    def _named_tuple(self, code: Code) -> Any:
        return tuple.__new__(own_class(code[1], tuple), self._values(code[2:]))

    def _scalar(self, code: Code) -> Any:
        return np.array(code[2], np.dtype(code[1]))[()]

    def _member(self, code: Code) -> Enum:
        return member(code[1], code[2])

    def _date(self, code: Code) -> date:
        return date.fromisoformat(code[1])

    def _class(self, code: Code) -> type:
        return find_class(code[1])

    def _view(self, code: Code) -> ParameterView:
        year = code[1]
        return self._views.setdefault(year, self._parameters.at(year))

    def _empty_own(self, form: Code) -> Any:
        kind = own_class(form[1])
        if issubclass(kind, NationalOutcomes):
            return kind(discover())
        if issubclass(kind, dict | list | set):
            container: Any = kind
            return container.__new__(kind)
        return object.__new__(kind)

    def _empty_objects(self, form: Code) -> NDArray[Any]:
        return np.empty(form[1], object)

    def _sparse(self, form: Code) -> csr_array:
        data, indices, bounds = self._values(form[2])
        made = csr_array((data, indices, bounds), shape=tuple(form[1]))
        # Without it, places outside of the matrix would be read from anywhere in memory.
        made.check_format(full_check=True)
        return made


_SAME = frozenset({type(None), bool, int, float})
_CONTAINERS = frozenset({"list", "dict", "set", "defaultdict"})

_EMPTY: Mapping[str, Callable[[Restorer, Code], Any]] = {
    "list": lambda _, __: [],
    "dict": lambda _, __: {},
    "set": lambda _, __: set(),
    "defaultdict": lambda _, form: defaultdict(find_class(form[1])),
    "objects": Restorer._empty_objects,
    "sparse": Restorer._sparse,
    "own": Restorer._empty_own,
}
_VALUES: Mapping[str, Callable[[Restorer, Code], Any]] = {
    "to": Restorer._to,
    "array": Restorer._array,
    "named": Restorer._name,
    "tuple": Restorer._tuple,
    "frozenset": Restorer._frozenset,
    "named tuple": Restorer._named_tuple,
    "scalar": Restorer._scalar,
    "member": Restorer._member,
    "date": Restorer._date,
    "class": Restorer._class,
    "parameters of": Restorer._view,
}
