"""The classes that a saved simulation may consist of: those of the model itself and a few others.

A saved file names classes, and whoever reads it looks them up here among modules that are loaded
already: nothing is imported, and no code runs, because a file asks for it.
"""

import sys
from collections import defaultdict
from enum import Enum
from types import MappingProxyType
from typing import Any

import numpy as np

from policies.base import discover

_PACKAGES = frozenset({"agents", "policies", "model"})
_FACTORIES = MappingProxyType(
    {kind.__name__: kind for kind in (bool, dict, float, int, list, set, str)}
)


class UnknownClassError(TypeError):
    """A class that is not one of the model."""


def class_name(kind: type) -> str:
    """Return the name under which `find_class` finds a class.

    Raises
    ------
    UnknownClassError
        The class is not one of the model, or has no name of its own in its module.
    """
    if issubclass(kind, np.generic):
        return f"numpy:{kind.__name__}"
    if _FACTORIES.get(kind.__name__) is kind:
        return f"builtins:{kind.__name__}"
    name = f"{kind.__module__}:{kind.__qualname__}"
    if not is_own(kind) or _own(name) is not kind:
        raise UnknownClassError(f"{name} is no class of the model")
    return name


def find_class(name: str) -> type:
    """Return the class of a name; raises UnknownClassError if there is none that may be saved."""
    package, _, rest = name.partition(":")
    found: Any = None
    if package == "numpy":
        found = np.dtype(rest).type
    elif package == "builtins":
        found = _FACTORIES.get(rest)
    elif package.split(".")[0] in _PACKAGES:
        found = _own(name)
    if not isinstance(found, type):
        raise UnknownClassError(f"there is no class {name!r} in the model")
    return found


def is_own(kind: type) -> bool:
    """Return whether a class is defined in one of the packages of the model."""
    return kind.__module__.split(".")[0] in _PACKAGES


def own_class(name: str, base: type = object) -> type:
    """Return a class of the model that derives from another; raises UnknownClassError."""
    found = find_class(name)
    if not (is_own(found) and issubclass(found, base)):
        raise UnknownClassError(f"{name} is no {base.__name__} of the model")
    return found


def factory_name(values: "defaultdict[Any, Any]") -> str:
    """Return the name of what makes the missing values of a dictionary."""
    if values.default_factory not in _FACTORIES.values():
        raise UnknownClassError(f"a dictionary that makes values by {values.default_factory}")
    return class_name(values.default_factory)  # type: ignore[arg-type]


def member(name: str, value: str) -> Enum:
    """Return the member of an enumeration of the model."""
    members: dict[str, Enum] = own_class(name, Enum).__members__  # type: ignore[attr-defined]
    return members[value]


def _own(name: str) -> Any:
    """Look a class up in a loaded module; policies are loaded by searching their package."""
    discover()
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = vars(found).get(part) if hasattr(found, "__dict__") else None
    return found
