"""What many tests share: small finished simulations, a run folder, and a way to look at them."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pandas.util import hash_pandas_object

from agents.table import Table
from experiments.run import prepare, run_to_folder
from model.simulation import Simulation
from tests.small_sweep import PLAN, do

TEN_YEARS = {"years.last": 2002}

Columns = dict[str, NDArray]


@pytest.fixture(scope="session")
def tiny() -> Simulation:
    """Return the tiny scenario, simulated to its end."""
    return Simulation("tiny").run()


@pytest.fixture(scope="session")
def ten_years() -> Simulation:
    """Return the first ten years of the tiny scenario."""
    return Simulation("tiny", **TEN_YEARS).run()


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run of four years; it is for reading only."""
    folder = tmp_path_factory.mktemp("results") / "run"
    run_to_folder(prepare("tiny", ["years.last=1996"]), folder, command="minsheng run tiny")
    return folder


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a plan of six runs."""
    path = tmp_path_factory.mktemp("plan") / "plan.yaml"
    path.write_text(PLAN)
    return path


@pytest.fixture(scope="session")
def whole(plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of that sweep, done one after another; it is for reading only."""
    folder = tmp_path_factory.mktemp("sweeps") / "whole"
    do(plan, folder)
    return folder


@pytest.fixture(scope="session")
def people() -> Callable[..., Columns]:
    """Return a function that looks at everybody alive by key, whatever their row."""
    return _people


@pytest.fixture(scope="session")
def digest() -> Callable[[Simulation], str]:
    """Return a function that hashes everything a simulation holds and recorded."""
    return _digest


def _people(sim: Simulation, kept: NDArray[np.bool_] | None = None) -> Columns:
    """Return the columns of the living (in `kept` households), sorted by key.

    Rows and running numbers depend on who else exists; links are given as keys instead.
    """
    homes = sim.households.alive if kept is None else sim.households.alive & kept
    persons = sim.persons.alive & homes[sim.persons.household]
    found = _by_key(sim, sim.households, homes) | _by_key(sim, sim.persons, persons)
    del found["Households.number"]
    return found


def _by_key(sim: Simulation, table: Table, chosen: NDArray[np.bool_]) -> Columns:
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(table.key[rows], kind="stable")]
    found = {}
    for name, (_, column) in table.declared.items():
        values = table[name][rows]
        if column.link:
            other = np.append(getattr(sim, column.link).key, np.uint64(0))
            values = other[values]
        found[f"{type(table).__name__}.{name}"] = values
    return found


def _digest(sim: Simulation) -> str:
    recorded = hash_pandas_object(sim.record.table(), index=False)
    sha = hashlib.sha256(recorded.to_numpy().tobytes())
    for table in (sim.households, sim.persons, sim.counties):
        for name in table.declared:
            sha.update(table[name].tobytes())
    return sha.hexdigest()
