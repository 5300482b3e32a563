"""The runs of a plan: which points there are, what a run is, and the name it has for ever.

A run is known by the hash of everything that its result depends on: code, data, every parameter,
years, world, switches, seed and replicate. How it was asked for, where it is computed and what is
kept of it do not enter, so the same run is never computed twice in a folder.
"""

import hashlib
import itertools
import json
import shlex
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from agents.errors import MinshengError
from experiments import sensitivity_design, unit_cube
from experiments.drawn import refuse_missing
from experiments.plan import DUMMY, REFORMS, Plan
from model.digests import code_digest, data_digest
from model.memory import predicted_bytes
from model.reforms import ScenarioWarning
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
    return [lever | draw for lever, draw in itertools.product(lever_points(plan), _draws(plan))]


def lever_points(plan: Plan) -> list[Values]:
    """Return all combinations of levers; one without names if there are none."""
    levers = [name for name, axis in plan.axes.items() if axis.is_lever]
    sizes = [len(plan.axes[name].values) for name in levers]
    return _scaled(plan, levers, unit_cube.factorial(sizes))


def _draws(plan: Plan) -> list[Values]:
    """Return the draws of the uncertainties, in the order of the design."""
    drawn = [name for name, axis in plan.axes.items() if not axis.is_lever]
    design = plan.content.design
    if not drawn or design.uncertainties == "factorial":
        sizes = [len(plan.axes[name].values) for name in drawn]
        return _scaled(plan, drawn, unit_cube.factorial(sizes))
    if design.is_for_sensitivity:
        rows = sensitivity_design.places(plan)
        seeds = sensitivity_design.added_to_seed(rows, sensitivity_design.rows_a_block(plan))
        scaled = _scaled(plan, drawn, rows[:, :-1])
        return [row | {DUMMY: seed} for row, seed in zip(scaled, seeds, strict=True)]
    make = {"sobol": unit_cube.sobol, "lhs": unit_cube.latin_hypercube}[design.uncertainties]
    return _scaled(plan, drawn, make(design.samples or 1, len(drawn), plan.scenario.seed))


def _scaled(plan: Plan, names: list[str], places: Any) -> list[Values]:
    axes = [plan.axes[name] for name in names]
    return [
        {name: axis.at(place) for name, axis, place in zip(names, axes, row, strict=True)}
        for row in places.tolist()
    ]


def planned_runs(plan: Plan) -> list[Run]:
    """Return every run of a plan once, replicates of a point side by side.

    Raises
    ------
    MinshengError
        Values that are accepted one by one are not accepted together, or a reform names a place
        that a world does not draw; names the point.

    Warns
    -----
    ScenarioWarning
        Two positions of the reforms come to the same runs; names both.
    """
    found: dict[str, Run] = {}
    same: set[tuple[str, str]] = set()
    for runs in runs_by_point(plan):
        for run in runs:
            first = found.setdefault(run.run_id, run)
            if (one := first.values.get(REFORMS)) != (other := run.values.get(REFORMS)):
                same.add((str(one), str(other)))
    for one, other in sorted(same):
        text = f"{plan.name}: levers.reforms: {other} changes the same as {one}"
        warnings.warn(f"{text}; their runs stand under {one}", ScenarioWarning, stacklevel=2)
    return list(found.values())


def runs_by_point(plan: Plan) -> Iterator[list[Run]]:
    """Yield the replicates of every point; two points that are equal have the same runs.

    Raises as `planned_runs`.
    """
    known = Known.shipped()
    for values in points(plan):
        try:
            scenario = scenario_at(plan, values, known)
            refuse_missing(scenario, plan.content.replicates)
        except MinshengError as error:
            raise MinshengError(f"{plan.name}: at {values}: {error}") from None
        yield list(_replicates(plan, values, scenario))


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
    if DUMMY in values:
        options.append(parse_setting("seed", seed_at(plan, values), "seed"))
    return resolve_options(scenario, options, known)


def seed_at(plan: Plan, values: Values) -> int:
    """Return the seed of a point: that of the plan, unless a dummy adds to it."""
    return plan.scenario.seed + int(values.get(DUMMY, 0))


def settings(plan: Plan, values: Values) -> list[tuple[str, Any]]:
    """Return constants and values, earlier dates first: a value replaces all of later dates."""
    pairs = (plan.content.constants | values).items()
    given = [(key, value) for key, value in pairs if key not in {REFORMS, DUMMY}]
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
    if any(r["places"] for r in content["reforms"]):
        # Which reform of places holds where hangs on the order of all of them.
        spec["reforms"] = [
            [r["from"], r["places"], r["parameters"], r["policies"]] for r in content["reforms"]
        ]
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
    words += [plan.scenario_name, "--seed", str(seed_at(plan, run.values))]
    words += ["--replicate", str(run.replicate)]
    for key, value in settings(plan, run.values):
        words += ["--set", f"{key}={json.dumps(value, ensure_ascii=False)}"]
    return shlex.join([*words, "--out", f"results/{run.run_id}"])
