"""What the tests of directions share: seeds, cached histories of the tiny world, their tags.

``MINSHENG_SEEDS`` is the last seed: one by default, twenty in ``make patterns``. Every test carries
one tag: imposed (a rule says it), fitted (parameters were chosen so), or emergent.
``MINSHENG_TOURNAMENT=off`` simulates every history without the contested tournament of leaders, and
``MINSHENG_DIRECTIONS`` names a file for the share of seeds in which each direction holds.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.directions import held
from experiments.scorecard import TOURNAMENT
from model.simulation import Simulation

TAGS = {"imposed", "fitted", "emergent"}
SEEDS = range(1, int(os.environ.get("MINSHENG_SEEDS", "1")) + 1)
CONTRAST = {TOURNAMENT: (0.0, 0.0)} if os.environ.get("MINSHENG_TOURNAMENT") == "off" else {}
# Histories of one seed that are held at the same time; tests are grouped by seed.
_HELD = 24
_FEW = 5

History = Callable[..., Simulation]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test that asks for a seed all of them, grouped by seed."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", SEEDS, scope="session")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write in what share of the seeds each direction holds, where a file is asked for."""
    if path := os.environ.get("MINSHENG_DIRECTIONS"):
        found = [
            (report.nodeid, next(iter(TAGS & set(report.keywords)), ""), outcome == "passed")
            for outcome in ("passed", "failed")
            for report in terminalreporter.stats.get(outcome, [])
            if report.when == "call" and TAGS & set(report.keywords)
        ]
        held(found).to_csv(path, index=False)


@pytest.fixture(autouse=True)
def _one_tag(request: pytest.FixtureRequest) -> None:
    tags = TAGS & {mark.name for mark in request.node.iter_markers()}
    assert len(tags) == 1, f"mark this test with exactly one of {', '.join(sorted(TAGS))}"


@cache
def _usual(seed: int, settings: tuple[tuple[str, Any], ...]) -> Simulation:
    return _simulate(seed, settings)


@lru_cache(maxsize=_HELD)
def _changed(seed: int, settings: tuple[tuple[str, Any], ...]) -> Simulation:
    return _simulate(seed, settings)


def _simulate(seed: int, settings: tuple[tuple[str, Any], ...]) -> Simulation:
    values = {path: list(v) if isinstance(v, tuple) else v for path, v in settings}
    return Simulation("tiny", seed=seed, **values).run()


@pytest.fixture(scope="session")
def history() -> History:
    """Return a function that simulates the tiny world once per seed and settings, to its end.

    ``history(seed, {"policies.urban_dibao": "off"}, last=2005)``; the result is for reading only.
    """

    def simulated(
        seed: int, settings: Mapping[str, Any] | None = None, last: int = 2010
    ) -> Simulation:
        chosen = {"years.last": last, **CONTRAST, **(settings or {})}
        held = ((path, tuple(v) if isinstance(v, list) else v) for path, v in chosen.items())
        # What every module compares with is kept for all of them.
        simulate = _changed if settings or len(SEEDS) > _FEW else _usual
        return simulate(seed, tuple(sorted(held)))

    return simulated


@pytest.fixture(scope="session")
def seeds() -> range:
    """Return all seeds, for what shows on average but not in every history."""
    return SEEDS


@pytest.fixture(scope="session")
def national() -> Callable[..., "pd.Series[float]"]:
    """Return a function that gives a national outcome of a history by year."""

    def series(
        sim: Simulation, outcome: str, group: str = "all", scheme: str = ""
    ) -> "pd.Series[float]":
        # What Mesa collects is national, and there without building the table of all areas.
        kept = sim.datacollector.get_model_vars_dataframe()
        parts = (outcome, scheme, "" if group == "all" else group)
        values = kept["/".join(part for part in parts if part)].astype(float)
        return values.set_axis(range(sim.setup.years.first, sim.setup.years.first + len(kept)))

    return series


@pytest.fixture(scope="session")
def same() -> Callable[..., bool]:
    """Return a function that says whether two histories recorded the same, bit by bit.

    ``same(one, other, before=2014, without=("trust",))``; by default in all years, all outcomes.
    """

    def kept(sim: Simulation, before: int | None, without: tuple[str, ...]) -> Any:
        rows = (row for row in sim.record._rows() if row.outcome not in without)
        return [row for row in rows if before is None or row.year < before]

    def equal(
        one: Simulation,
        other: Simulation,
        before: int | None = None,
        without: tuple[str, ...] = (),
    ) -> bool:
        rows = [kept(sim, before, without) for sim in (one, other)]
        assert rows[0]
        return len(rows[0]) == len(rows[1]) and all(
            mine[:4] == theirs[:4] and np.array_equal(mine.values, theirs.values, equal_nan=True)
            for mine, theirs in zip(*rows, strict=True)
        )

    return equal


@pytest.fixture
def on(request: pytest.FixtureRequest, seed: int, history: History) -> Simulation:
    """Return history to the year ``LAST`` of the test's module."""
    return history(seed, last=request.module.LAST)


@pytest.fixture
def off(request: pytest.FixtureRequest, seed: int, history: History) -> Simulation:
    """Return it without the policies that the module switches off in ``OFF``."""
    return history(seed, request.module.OFF, last=request.module.LAST)
