"""The runs of a plan: which points there are, what a run is, and the name it has for ever.

A run is known by the hash of everything that its result depends on: code, data, every parameter,
years, world, switches, seed and replicate. How it was asked for, where it is computed and what is
kept of it do not enter, so the same run is never computed twice in a folder.
"""

import hashlib
import itertools
import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from agents.errors import MinshengError
from experiments import unit_cube
from experiments.plan import REFORMS, Plan
from model.digests import code_digest, data_digest
from model.memory import predicted_bytes
from model.scenario import Scenario
from model.scenario_files import Known
from model.scenario_overrides import parse_setting, resolve_options
from policies.parameters import ParameterSet

Values = dict[str, Any]
_DIGEST_BYTES = 16


@dataclass(frozen=True)
class Run:
    """One simulation of a sweep.

    Attributes
    ----------
    run_id : str
        See `identity`.
    values : dict of str to object
        Of every varied name.
    replicate, years, counties, households : int
    needed_bytes : float
        Memory predicted.
    """

    run_id: str
    values: Values
    replicate: int
    years: int
    counties: int
    households: int
    needed_bytes: float


def points(plan: Plan) -> list[Values]:
    """Return what varies at every point: all combinations of levers, each with all draws."""
    levers = [name for name, axis in plan.axes.items() if axis.is_lever]
    drawn = [name for name, axis in plan.axes.items() if not axis.is_lever]
    combined = _scaled(
        plan, levers, unit_cube.factorial([len(plan.axes[n].values) for n in levers])
    )
    sampled = _scaled(plan, drawn, _sample(plan, drawn))
    return [lever | draw for lever, draw in itertools.product(combined, sampled)]


def _sample(plan: Plan, drawn: list[str]) -> Any:
    design = plan.content.design
    if not drawn or design.uncertainties == "factorial":
        return unit_cube.factorial([len(plan.axes[name].values) for name in drawn])
    make = {
        "sobol": unit_cube.sobol,
        "lhs": unit_cube.latin_hypercube,
        "saltelli": unit_cube.saltelli,
    }[design.uncertainties]
    return make(design.samples or 1, len(drawn), plan.scenario.seed)


def _scaled(plan: Plan, names: list[str], places: Any) -> list[Values]:
    axes = [plan.axes[name] for name in names]
    return [
        {name: axis.at(place) for name, axis, place in zip(names, axes, row, strict=True)}
        for row in places.tolist()
    ]


def planned_runs(plan: Plan) -> list[Run]:
    """Return every run of a plan, replicates of a point side by side.

    Raises
    ------
    MinshengError
        Values that are accepted one by one are not accepted together; names the point.
    """
    known = Known.shipped()
    found: dict[str, Run] = {}
    for values in points(plan):
        try:
            scenario = scenario_at(plan, values, known)
        except MinshengError as error:
            raise MinshengError(f"{plan.name}: at {values}: {error}") from None
        for run in _replicates(plan, values, scenario):
            found.setdefault(run.run_id, run)
    return list(found.values())


def _replicates(plan: Plan, values: Values, scenario: Scenario) -> Iterator[Run]:
    years = scenario.years.last - scenario.years.first + 1
    world = scenario.world
    size = years, world.n_counties, world.households, predicted_bytes(scenario)
    spec = _spec(scenario)
    for replicate in range(plan.content.replicates):
        yield Run(_hashed(spec, replicate), values, replicate, *size)


def scenario_at(plan: Plan, values: Values, known: Known | None = None) -> Scenario:
    """Return the scenario of a point; raises MinshengError if it is not accepted."""
    stacked = plan.reforms.get(values.get(REFORMS, ""), ())
    scenario = plan.scenario.model_copy(update={"reforms": [*plan.scenario.reforms, *stacked]})
    options = [parse_setting(key, value, key) for key, value in settings(plan, values)]
    return resolve_options(scenario, options, known)


def settings(plan: Plan, values: Values) -> list[tuple[str, Any]]:
    """Return constants and values, earlier dates first: a value replaces all of later dates."""
    pairs = (plan.content.constants | values).items()
    given = [(key, value) for key, value in pairs if key != REFORMS]
    return sorted(given, key=lambda pair: pair[0].partition("@")[2])


def identity(scenario: Scenario, replicate: int) -> str:
    """Return the name of a run: 32 hexadecimal digits."""
    return _hashed(_spec(scenario), replicate)


def _hashed(spec: str, replicate: int) -> str:
    text = f"{spec}{replicate}".encode()
    return hashlib.blake2b(text, digest_size=_DIGEST_BYTES).hexdigest()


def _spec(scenario: Scenario) -> str:
    """Return everything a result depends on but the replicate, always written the same way."""
    shipped = ParameterSet.load()
    changed = scenario.parameters(shipped)
    paths = sorted({override.path for override in scenario.overrides()})
    content = scenario.as_dict()
    spec = {key: content[key] for key in ("years", "world", "policies", "shocks", "seed")}
    spec["switched"] = [[r["from"], r["policies"]] for r in content["reforms"] if r["policies"]]
    spec["code"], spec["data"], spec["parameters"] = code_digest(), data_digest(), _shipped_digest()
    spec["changed"] = {
        path: [[d.date.isoformat(), d.value] for d in changed.parameter(path).overrides]
        for path in paths
    }
    return json.dumps(spec, sort_keys=True, separators=(",", ":"))


@cache
def _shipped_digest() -> str:
    return ParameterSet.load().digest()


def reproducing_command(plan: Plan, run: Run, scenario_file: str) -> str:
    """Return the command that makes a run again, alone.

    A point with reforms from files needs `scenario_file`, which holds its whole scenario.
    """
    words = ["minsheng", "run"]
    if plan.reforms.get(run.values.get(REFORMS, "")):
        words += [scenario_file, "--replicate", str(run.replicate)]
        return shlex.join([*words, "--out", f"results/{run.run_id}"])
    words += [plan.scenario_name, "--seed", str(plan.scenario.seed)]
    words += ["--replicate", str(run.replicate)]
    for key, value in settings(plan, run.values):
        words += ["--set", f"{key}={json.dumps(value, ensure_ascii=False)}"]
    return shlex.join([*words, "--out", f"results/{run.run_id}"])
