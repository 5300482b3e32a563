"""Compare two simulations down to the last attribute, without asking either what its state is."""

import functools
import types
import weakref
from collections.abc import Iterator
from enum import Enum

import mesa
import networkx as nx
import numpy as np
from mesa.agent import AgentSet

from policies.parameters import ParameterView

# Room for rows to come, a view that is drawn when asked for, the file it went on from, and what a
# sparse matrix found out about itself.
SKIPPED = frozenset(
    {"_roomy", "hierarchy", "origin", "_has_sorted_indices", "_has_canonical_format"}
    # What Mesa numbers through a whole process: scenarios, and events of its clock.
    | {"_scenario_id", "_event_list", "_event_generators", "_current_event"}
)
_VALUES = (type(None), bool, int, float, complex, str, bytes, type, Enum, np.generic)


def differences(one: object, other: object) -> list[str]:
    """Return where two objects differ in value, in type or in what they share."""
    return list(_Comparison().find(one, other))


class _Comparison:
    """Goes through two objects side by side; what was met once must be met together again."""

    def __init__(self) -> None:
        self._partner: dict[int, int] = {}
        self._back: dict[int, int] = {}
        self._waiting: list[tuple[str, object, object]] = []

    def find(self, one: object, other: object) -> Iterator[str]:
        """Yield where they differ and how."""
        self._waiting = [("sim", one, other)]
        while self._waiting:
            where, a, b = self._waiting.pop()
            if reason := self._compare(where, a, b):
                yield f"{where}: {reason}"

    def _compare(self, where: str, a: object, b: object) -> str:
        if type(a) is not type(b):
            return f"{type(a).__name__} is a {type(b).__name__}"
        if isinstance(a, _VALUES):
            return "" if _same_value(a, b) else f"{a!r} is {b!r}"
        # Those that cannot change may be shared or not, and methods are made whenever asked for.
        if not isinstance(a, tuple | frozenset | types.MethodType):
            if id(a) in self._partner or id(b) in self._back:
                known = self._partner.get(id(a)) == id(b) and self._back.get(id(b)) == id(a)
                return "" if known else "is shared otherwise"
            self._partner[id(a)], self._back[id(b)] = id(b), id(a)
        return self._open(where, a, b)

    def _open(self, where: str, a: object, b: object) -> str:
        """Compare what an object holds, now or later."""
        if isinstance(a, np.ndarray):
            return _array_difference(where, a, b, self._waiting)
        parts_a, parts_b = _parts(a), _parts(b)
        if list(parts_a) != list(parts_b):
            return f"holds other things: {set(parts_a) ^ set(parts_b) or 'in another order'}"
        self._waiting += [(f"{where}{name}", parts_a[name], parts_b[name]) for name in parts_a]
        return ""


def _same_value(a: object, b: object) -> bool:
    return a == b or (a != a and b != b)


def _array_difference(where: str, a: np.ndarray, b: np.ndarray, waiting: list) -> str:
    if (a.dtype, a.shape, a.strides) != (b.dtype, b.shape, b.strides):
        return f"{a.dtype} {a.shape} {a.strides} is {b.dtype} {b.shape} {b.strides}"
    if a.flags.writeable != b.flags.writeable:
        return "can be written in one only"
    if a.dtype == object:
        waiting += [
            (f"{where}[{i}]", x, y) for i, (x, y) in enumerate(zip(a.flat, b.flat, strict=True))
        ]
        return ""
    return "" if a.tobytes() == b.tobytes() else "has other values"


def _parts(thing: object) -> dict[str, object]:
    """Return everything an object holds, by how it is reached."""
    if isinstance(thing, ParameterView):  # it remembers what was looked up
        return {".year": thing.year, ".set": thing._parameters}
    if isinstance(thing, types.MethodType):
        return {".function": thing.__func__.__qualname__}
    if isinstance(thing, types.FunctionType | types.BuiltinFunctionType):
        return {".name": thing.__qualname__}
    if isinstance(thing, functools.partial):
        return {".function": thing.func, ".args": thing.args, ".keywords": thing.keywords}
    if isinstance(thing, AgentSet):
        return {f"[{i}]": agent for i, agent in enumerate(thing)}
    if isinstance(thing, np.random.Generator):
        return {".state": str(thing.bit_generator.state)}
    if isinstance(thing, nx.Graph | weakref.ReferenceType | weakref.WeakKeyDictionary):
        return {}
    if hasattr(thing, "getstate"):
        return {".state": thing.getstate()}
    parts: dict[str, object] = {}
    if isinstance(thing, dict | types.MappingProxyType):
        names = [repr(key) if not isinstance(key, mesa.Agent) else "agent" for key in thing]
        for place, (name, value) in enumerate(zip(names, thing.values(), strict=True)):
            parts[f"[{name} {place}]"] = value
    elif isinstance(thing, list | tuple):
        parts |= {f"[{i}]": value for i, value in enumerate(thing)}
    elif isinstance(thing, set | frozenset):
        parts |= {f"[{name}]": None for name in sorted(map(repr, thing))}
    for kind in type(thing).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(thing, name):
                parts[f".{name}"] = getattr(thing, name)
    parts |= {f".{name}": value for name, value in sorted(getattr(thing, "__dict__", {}).items())}
    return {name: value for name, value in parts.items() if name.lstrip(".") not in SKIPPED}
