"""A simulation in a file, from which it goes on as if it had never stopped.

The file is a zip of plain arrays (npz), two of which hold JSON: what the file is, and all objects
of the simulation. Reading it runs no code of the file. Since it holds what the model remembers, as
the model remembers it, it is read by the version of the model that wrote it and by no other.
"""

import gc
import hashlib
import itertools
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import mesa
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from agents.errors import MinshengError
from agents.institution import Institution
from model.digests import changes_since, made_by
from model.geography import load_geography
from model.memory import available_bytes, check_memory
from model.placed import Placed
from model.prices import Prices
from model.run_folder import whole_file
from model.saved_arrays import pack, unpack
from model.saved_graph import Graph, walk
from model.saved_restore import Restorer
from model.scenario import Scenario
from policies.parameters import ParameterSet

if TYPE_CHECKING:
    from model.simulation import Simulation

FORMAT = 1
"""The version of the file; one more whenever files of before can no longer be read."""

_KIND = "saved simulation of Minsheng"
_ABOUT, _OBJECTS, _ARRAYS = "about", "objects", "arrays"
_DIGEST_BYTES, _BLOCK = 16, 1 << 20
# What reading meets in a file that is not as it was written.
_DAMAGE = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, EOFError,
    RecursionError, OverflowError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
# Made anew from the scenario, so that what is changed in a future holds for all who read it.
_MADE_ANEW = ("setup", "parameter_set", "placed", "parameters", "prices", "geography",
               "known_paths")  # fmt: skip
# For looking at; made when it is asked for. Where it came from, the next file is told by its own.
_NOT_STATE = frozenset({"hierarchy", "origin"})

_Simulation = TypeVar("_Simulation", bound="Simulation")
Future = Callable[[Scenario, int], Scenario]
"""Makes the scenario of a future from that of the past and the first year to come."""


@dataclass(frozen=True)
class Origin:
    """The saved simulation from which another one went on.

    Attributes
    ----------
    file : str
        Where it was read from.
    hash : str
        Of all bytes of the file.
    year : int
        The last year of the past.
    """

    file: str
    hash: str
    year: int


def save(sim: "Simulation", path: Path) -> None:
    """Write a simulation, between two of its years, into a file that appears whole or not at all.

    Raises
    ------
    UnsavableError
        It holds something that cannot be saved; says where.
    OutputError
        The file cannot be written.
    """
    graph = walk(sim, _state(sim), _named(sim))
    places, pieces = pack(graph.arrays)
    about = {
        "kind": _KIND, "format": FORMAT, "year": _next_year(sim) - 1, "replicate": sim.replicate,
        "scenario": sim.setup.as_dict(), "parameters": sim.parameter_set.digest(), **made_by(),
        "pieces": list(pieces),
    }  # fmt: skip
    texts = {_ABOUT: about, _OBJECTS: graph.objects, _ARRAYS: places}
    written = {name: _as_bytes(content) for name, content in texts.items()}
    with whole_file(path) as draft, draft.open("wb") as file:
        np.savez(file, allow_pickle=False, **written, **pieces)


def load(kind: type[_Simulation], path: Path, future: Future) -> _Simulation:
    """Return the simulation of a file, ready to go on.

    Parameters
    ----------
    kind : type of Simulation
    path : Path
    future : callable
        Given the scenario of the past and the first year to come, returns the scenario of the
        future, see `model.saved_changes.changed`.

    Raises
    ------
    MinshengError
        The file is not a saved simulation, is damaged, is one of another version of the model, or
        the future is not possible.
    """
    about = read_about(path)
    past = _scenario(path, about)
    shipped = ParameterSet.load()
    if past.parameters(shipped).digest() != about["parameters"]:
        _refuse_version(path, ["the parameters changed since the file was made"])
    scenario = future(past, about["year"] + 1)
    check_memory(scenario, available_bytes())
    sim = kind.__new__(kind)
    mesa.Model.__init__(sim, rng=scenario.seed)
    with ThreadPoolExecutor(1) as beside, _no_collection():
        digest = beside.submit(file_digest, path)
        try:
            _restore(sim, _read_graph(path, about["pieces"]), scenario, shipped)
        except _DAMAGE as error:
            _refuse_damaged(path, error)
    sim.origin = Origin(str(path), digest.result(), about["year"])
    _go_on(sim)
    return sim


def read_about(path: Path) -> dict[str, Any]:
    """Return what a saved simulation says of itself: year, scenario, hashes, versions.

    Raises
    ------
    MinshengError
        It cannot be read, or is one of another version of the model.
    """
    try:
        about = _read_text(path, _ABOUT)
        if about["kind"] != _KIND:
            raise ValueError(f"it is a {about['kind']!r}")
    except OSError as error:
        raise MinshengError(f"cannot read {path}: {error.strerror or error}") from error
    except _DAMAGE as error:
        raise MinshengError(f"{path} is no saved simulation: {error}") from error
    if about.get("format") != FORMAT:
        _refuse_version(path, [f"its format is {about.get('format')}, this version reads {FORMAT}"])
    if differences := changes_since(about, made_by(), "the file"):
        _refuse_version(path, differences)
    return about


def file_digest(path: Path) -> str:
    """Return a hash of all bytes of a file; raises MinshengError if it cannot be read."""
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise MinshengError(f"cannot read {path}: {error.strerror or error}") from error
    return digest.hexdigest()


def _state(sim: "Simulation") -> dict[str, Any]:
    """Return what of a simulation is state: all but what Mesa and the scenario make anew."""
    own = {
        name: value
        for name, value in vars(sim).items()
        if name not in _of_mesa() and name not in _MADE_ANEW and name not in _NOT_STATE
    }
    return own | {
        "steps": sim.steps,
        "running": sim.running,
        "agents": list(sim.agents),
        "chance of Mesa": [sim.random.getstate(), sim.rng.bit_generator.state],
    }


def _of_mesa() -> frozenset[str]:
    """Return the attributes that Mesa gives to every model."""
    return frozenset(vars(mesa.Model(rng=0)).keys())


def _named(sim: "Simulation") -> dict[str, object]:
    return {name: getattr(sim, name) for name in _MADE_ANEW}


def _next_year(sim: "Simulation") -> int:
    return sim.setup.years.first + sim.steps


def _restore(sim: "Simulation", graph: Graph, scenario: Scenario, shipped: ParameterSet) -> None:
    """Give an empty simulation its world and what it remembers."""
    sim.setup = scenario
    sim.parameter_set = scenario.parameters(shipped)
    sim.placed = Placed(scenario, sim.parameter_set)
    sim.known_paths = frozenset(sim.parameter_set.paths())
    sim.prices = Prices(sim.parameter_set)
    sim.geography = load_geography()
    named = {name: getattr(sim, name, None) for name in _MADE_ANEW}
    restorer = Restorer(graph, sim, named, sim.parameter_set)
    state = restorer.fill()
    agents, (numbers, generator) = state.pop("agents"), state.pop("chance of Mesa")
    _count_years(sim, state["steps"])
    _register(sim, agents)
    sim.random.setstate(numbers)
    sim.rng.bit_generator.state = generator
    sim.__dict__.update(state)
    sim.placed.settle(sim.counties.code)


def _count_years(sim: "Simulation", years: int) -> None:
    """Let Mesa count the years that are over: newer versions do it by events of a clock."""
    step = sim._user_step
    sim._user_step = lambda: None
    for _ in range(years):
        sim.step()
    sim._user_step = step


def _register(sim: "Simulation", agents: Iterable[mesa.Agent]) -> None:
    """Make agents known to Mesa in their order, with the numbers they have."""
    for agent in agents:
        known = dict(vars(agent))
        mesa.Agent.__init__(agent, sim)
        agent.__dict__.update(known)
    last = max((agent.unique_id for agent in sim.agents), default=0)
    Institution._ids[sim] = itertools.count(last + 1)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Look for no garbage while very many objects are made, none of which is any."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _go_on(sim: "Simulation") -> None:
    """Begin the next year, if there is one, with what is changed from then on."""
    sim.running = _next_year(sim) <= sim.setup.years.last
    if sim.running:
        sim.begin_year(_next_year(sim))
    else:
        sim.parameters = sim.placed.at(sim.year)


def _as_bytes(content: object) -> NDArray[np.uint8]:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return np.frombuffer(text.encode(), np.uint8)


def _read_text(path: Path, name: str) -> Any:
    with _opened(path) as file:
        return json.loads(file[name].tobytes())


def _read_graph(path: Path, names: Iterable[str]) -> Graph:
    with _opened(path) as file:
        pieces = {name: file[name] for name in names}
        places, objects = (json.loads(file[name].tobytes()) for name in (_ARRAYS, _OBJECTS))
    return Graph(objects, unpack(places, pieces))


def _opened(path: Path) -> Any:
    """Open a zip of arrays; whatever else it is, it is refused, and nothing in it is run."""
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            raise ValueError("it is no zip of arrays (npz)")
    return np.load(path, allow_pickle=False)


def _scenario(path: Path, about: Mapping[str, Any]) -> Scenario:
    try:
        return Scenario.from_dict(about["scenario"])
    except (KeyError, ValidationError) as error:
        _refuse_damaged(path, error)


def _refuse_damaged(path: Path, error: object) -> NoReturn:
    raise MinshengError(f"{path} is damaged: {error}") from None


def _refuse_version(path: Path, differences: Iterable[str]) -> NoReturn:
    listed = "\n".join(f"- {line}" for line in differences)
    raise MinshengError(
        f"{path} was saved by another version of the model, whose past cannot go on in this one:\n"
        f"{listed}\nGo back to that version, or save the simulation again with this one "
        "(minsheng run ... --save-at YEAR)"
    )
