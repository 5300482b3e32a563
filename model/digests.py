"""What results rest on besides a scenario: hashes of code and data, versions of libraries."""

import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

_PACKAGES = ("agents", "policies", "model", "experiments")
_LIBRARIES = ("mesa", "networkx", "numpy", "pandas", "pyarrow", "scipy")
_DIGEST_BYTES = 16


def versions() -> dict[str, str]:
    """Return the versions of the model, of Python and of the libraries that results rest on."""
    return {"minsheng": version("minsheng"), "python": platform.python_version()} | {
        name: version(name) for name in _LIBRARIES
    }


@cache
def code_digest() -> str:
    """Return a hash of all rules: every Python file of the four packages."""
    sources = [path for name in _PACKAGES for path in _walk(files(name)) if ".py" in path.name]
    return _digest_of(path for path in sources if path.name.endswith(".py"))


@cache
def data_digest() -> str:
    """Return a hash of all data files of the model."""
    return _digest_of(_walk(files("model") / "data"))


def made_by() -> dict[str, Any]:
    """Return what makes results: versions, and hashes of code and data."""
    return {"versions": versions(), "hashes": {"code": code_digest(), "data": data_digest()}}


def changes_since(
    then: Mapping[str, Any], now: Mapping[str, Any], what: str = "the run"
) -> list[str]:
    """Say what made results then and is another now: code, data, parameters, versions.

    Parameters
    ----------
    then, now : mapping of str to object
        Each with ``hashes`` and ``versions``.
    what : str
        What was made then.
    """
    changed = [
        f"the {part} changed since {what} was made"
        for part, digest in now["hashes"].items()
        if then.get("hashes", {}).get(part) != digest
    ]
    then_versions, now_versions = then.get("versions", {}), now["versions"]
    return changed + [
        f"{name} was {then_versions.get(name)} and is {now_versions[name]}"
        for name in now_versions
        if then_versions.get(name) != now_versions[name]
    ]


def _walk(folder: Traversable) -> Iterator[Traversable]:
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.is_dir() and path.name != "__pycache__":
            yield from _walk(path)
        elif path.is_file():
            yield path


def _digest_of(paths: Iterable[Traversable]) -> str:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
