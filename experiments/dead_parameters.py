"""Dead parameters: whether every parameter moves something, in some world.

``python -m experiments.dead_parameters`` moves each parameter to an end of its range in the
scenario ``tiny`` and compares, year by year and bit by bit, every table, account and national
outcome with the world in which nothing was moved. It rewrites the section ``dead`` of
``docs/sensitivity.md`` and ends with an error if a parameter moves nothing for which no reason
is known. After a stop the same command goes on: what is known stands in
``results/dead_parameters.jsonl``.

Levers        one parameter, at one end of its range, then at the other
Worlds        history; then those of `WORLDS`, in which modules work that history leaves unused
Held fixed    scenario, seed, replicate, and hence every draw
"""

import gc
import hashlib
import itertools
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from agents.errors import MinshengError
from agents.table import Table
from experiments.assumptions import moved, with_drawn
from experiments.dead_reasons import REASONS, WORDS, WORLDS
from experiments.engine_local import LocalEngine
from experiments.engines import SerialEngine, ignore
from experiments.parallel import fitting_workers
from experiments.run import Progress, no_progress
from model.digests import code_digest, data_digest
from model.run_folder import whole_file
from model.scenario import Scenario
from model.scenario_files import load_scenario
from model.scenario_overrides import resolve
from model.simulation import Simulation
from policies.parameter_values import Parameter, Value
from policies.parameters import ParameterSet

SCENARIO = "tiny"
_STEPS = (1.25, 0.75)
_DIGEST_BYTES = 16


@dataclass(frozen=True)
class Verdict:
    """What moving a parameter did.

    Attributes
    ----------
    path : str
    world : str
        In which of `WORLDS` something differed; empty if in none.
    year : int
        The first year in which it did; 0 if in none.
    refused : str
        Why no world took the moved value; empty if one did.
    """

    path: str
    world: str = ""
    year: int = 0
    refused: str = ""

    @property
    def is_dead(self) -> bool:
        """Whether nothing moved."""
        return not self.world


def verdicts(
    paths: Sequence[str],
    workers: int | None = None,
    progress: Progress = no_progress,
    kept: Path | None = None,
) -> list[Verdict]:
    """Move every parameter and say what that did.

    Parameters
    ----------
    paths : sequence of str
    workers : int, optional
    progress : callable
        Called with the parameters done and all of them.
    kept : Path, optional
        A file to which verdicts are added as they come, and which knows those of an earlier call
        with the same code and data.

    Raises
    ------
    MinshengError
        A path is unknown, or a world could not be simulated; all others are done by then.
    """
    known = ParameterSet.load()
    for path in paths:
        known.parameter(path)
    found = _read_kept(kept)
    left = [path for path in paths if path not in found]
    progress(len(paths) - len(left), len(paths))
    errors: list[Exception] = []
    if left:
        free = fitting_workers([load_scenario(SCENARIO)] * len(left), workers)
        engine = SerialEngine() if free == 1 else LocalEngine(free)
        with closing(engine.run(verdict, left, ignore)) as all_ended:
            for done, ended in enumerate(all_ended, len(paths) - len(left) + 1):
                if ended.error is None:
                    found[ended.result.path] = ended.result
                    _keep(kept, ended.result)
                else:
                    errors.append(ended.error)
                progress(done, len(paths))
    if errors:
        raise errors[0]
    return [found[path] for path in paths]


def _read_kept(kept: Path | None) -> dict[str, Verdict]:
    if kept is None or not kept.exists():
        return {}
    lines = map(json.loads, kept.read_text(encoding="utf-8").splitlines())
    same = (line["verdict"] for line in lines if line["of"] == _version())
    return {told["path"]: Verdict(**told) for told in same}


def _keep(kept: Path | None, found: Verdict) -> None:
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        text = kept.read_text(encoding="utf-8") if kept.exists() else ""
        line = json.dumps({"of": _version(), "verdict": asdict(found)})
        with whole_file(kept) as draft:
            draft.write_text(f"{text}{line}\n", encoding="utf-8")


@cache
def _version() -> str:
    return f"{code_digest()} {data_digest()}"


def verdict(path: str, _progress: Progress = no_progress) -> Verdict:
    """Move a parameter in one world after another, to one end and the other, until one differs."""
    refused, taken = "", False
    for world, changed in _tries(ParameterSet.load().parameter(path)):
        try:
            year = _first_difference(changed, _base(world))
        except MinshengError as error:
            refused = str(error)
            continue
        finally:
            # A simulation refers to itself, and hundreds of them would wait to be collected.
            gc.collect()
        taken = True
        if year:
            return Verdict(path, world, year)
    return Verdict(path, refused="" if taken else refused or "nothing to move it to")


def _tries(parameter: Parameter) -> Iterator[tuple[str, Scenario]]:
    """Yield worlds with the parameter moved: to its first position in all worlds, to its second."""
    made = [name for name, (paths, _) in WORLDS.items() if fnmatchcase(parameter.path, paths)]
    worlds = sorted(made, key=lambda name: WORLDS[name][0] == "*")
    tries = [[(name, at) for at in positions(parameter, world_scenario(name))] for name in worlds]
    for row in itertools.zip_longest(*tries):
        yield from filter(None, row)


def world_scenario(world: str) -> Scenario:
    """Return the scenario of a world."""
    _, settings = WORLDS[world]
    return resolve(load_scenario(SCENARIO), dict(settings))


class _Usual:
    """The hashes of a world in which nothing is moved, simulated as far as somebody asks."""

    def __init__(self, scenario: Scenario) -> None:
        self._rest = yearly_digests(scenario)
        self._seen: list[bytes] = []

    def __iter__(self) -> Iterator[bytes]:
        for place in itertools.count():
            if place == len(self._seen):
                if (following := next(self._rest, None)) is None:
                    return
                self._seen.append(following)
            yield self._seen[place]


@cache
def _base(world: str) -> _Usual:
    return _Usual(world_scenario(world))


def _first_difference(scenario: Scenario, usual: Iterable[bytes]) -> int:
    """Return the first year that differs; 0 if none does."""
    years = itertools.count(scenario.years.first)
    for year, now, then in zip(years, yearly_digests(scenario), usual, strict=False):
        if now != then:
            return year
    return 0


def yearly_digests(scenario: Scenario) -> Iterator[bytes]:
    """Simulate, and yield a hash of everything there is and was recorded at the end of each year.

    The last one holds all rows of all years and levels too.
    """
    sim = Simulation(scenario)
    while sim.running:
        sim.step()
        yield _digest(sim, {} if sim.running else {"all": sim.record.compact()["value"].to_numpy()})


def _digest(sim: Simulation, more: Mapping[str, Any]) -> bytes:
    found = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for name, table in sorted(vars(sim).items()):
        if isinstance(table, Table):
            for column in table.declared:
                found.update(f"{name}.{column}".encode())
                found.update(np.ascontiguousarray(table[column]).tobytes())
    found.update(np.array(list(sim.latest.values())).tobytes())
    found.update(repr((sim.treasury.balance, sim.treasury.flow_rows[-1:])).encode())
    for stated, _ in sim.reports.values():
        found.update(np.ascontiguousarray(stated).tobytes())
    for values in more.values():
        found.update(values.tobytes())
    return found.digest()


def positions(parameter: Parameter, scenario: Scenario) -> Iterator[Scenario]:
    """Yield the scenario with the parameter moved, at all its dates, to where it can stand."""
    if parameter.range is not None:
        for place in (1.0, 0.0):
            if _stands_at(parameter, place):
                continue
            with suppress(MinshengError):
                at = np.array([place])
                yield with_drawn(scenario, ParameterSet.load(), [parameter.path], at)
        return
    years = range(scenario.years.first, scenario.years.last + 1)
    first = parameter.first_date.year
    usual = {year: parameter.value_in(year) for year in years if year >= first}
    usual = usual or {years[-1]: parameter.values[0].value}
    for changed in zip(*(others(parameter, value) for value in usual.values()), strict=False):
        reforms = [
            {"name": f"moved {year}", "from": f"{year}-01-01", "parameters": {parameter.path: v}}
            for year, v in zip(usual, changed, strict=True)
        ]
        content = scenario.as_dict()
        with suppress(MinshengError):
            before = content.get("reforms", [])
            yield Scenario.from_dict(content | {"reforms": [*reforms, *before]})


def _stands_at(parameter: Parameter, place: float) -> bool:
    """Return whether a parameter stands at that end of its range at all dates."""
    usual = [dated.value for dated in parameter.values]
    ends = (moved(value, parameter, place) for value in usual)
    return all(
        np.array_equal(np.array(end), np.array(v)) for end, v in zip(ends, usual, strict=True)
    )


def others(parameter: Parameter, value: Value) -> list[object]:
    """Return other values of a parameter without a range."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, str):
        named = next((w for path, w in WORDS.items() if fnmatchcase(parameter.path, path)), ())
        return [word for word in parameter.words or named if word != value]
    if isinstance(value, tuple):
        moved_by = [[float(v) * step if v else step - 1 for v in value] for step in _STEPS]
        # A pattern stays when all of it is scaled, and what is not zero counts as yes.
        return [*moved_by, [float(v) * (place % 2) for place, v in enumerate(value)]]
    if parameter.type == "whole number":
        return [int(value) + 1, *([int(value) - 1] if value > 0 else [])]
    return [value * step if value else step - 1 for step in _STEPS]


def reason(path: str) -> str:
    """Return why it is known that a parameter moves nothing; empty if no reason is known."""
    return next((why for name, why in REASONS.items() if fnmatchcase(path, name)), "")


def main() -> None:
    """Move every parameter, or those named on the command line."""
    from experiments.dead_output import report

    paths = sys.argv[1:] or list(ParameterSet.load().paths())
    sys.exit(report(paths))


if __name__ == "__main__":
    main()
