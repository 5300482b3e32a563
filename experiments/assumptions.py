"""Assumptions and contested switches, drawn over their ranges, so that a band can hold them.

Every assumption with a range has its usual value as the median and the ends of its range as the
ends: half of the draws lie below the usual value and half above it, evenly on each side. What is
contested in the sources is a switch that is drawn among the positions that are held. Draws fill
the space evenly (Latin hypercube); they change no draw of the model's own chance, so that both
sides of a comparison stay paired.

Left out: fitted paths, numbers by which the society of the first year is drawn, and everything
that a compared scenario sets itself.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from agents.table import Float
from model.scenario import Scenario
from policies.parameter_values import Parameter, Value
from policies.parameters import ParameterSet

CONTESTED: dict[str, tuple[object, ...]] = {
    # Whether scores decide promotion, and whether a veto on unrest is meant.
    "incentives.careers.score_weight": ([0.0, 0.0], None),
    "incentives.evaluation.veto": (False, None),
    # Who pays for dibao: S1 says local budgets, S2 mainly the centre.
    "dibao.rules.payer": ("local", "negotiated", None),
}
"""Positions of contested switches by parameter; None is the usual one."""
LEFT_OUT = ("economy.growth.", "economy.start.", "demography.", "geography.", "migration.")
"""Fitted paths, and numbers by which the society is drawn."""
_MIDDLE = 0.5


def drawn_over(parameters: ParameterSet, scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Return the paths that are drawn when these scenarios are compared, in order."""
    taken = {path for s in scenarios for reform in s.reforms for path in reform.parameters}
    every = (parameters.parameter(path) for path in parameters.paths())
    return tuple(p.path for p in every if p.path not in taken and _is_open(p))


def _is_open(parameter: Parameter) -> bool:
    if parameter.path in CONTESTED:
        return True
    assumed = parameter.kind == "assumption" and parameter.range is not None
    return assumed and not parameter.path.startswith(LEFT_OUT)


def draws(paths: Sequence[str], n: int, seed: int) -> Float:
    """Return places in the unit cube, shape (n, n_paths): a Latin hypercube of this seed."""
    from scipy.stats.qmc import LatinHypercube

    places: Float = LatinHypercube(len(paths), rng=np.random.default_rng(seed)).random(n)
    return places


def with_drawn(
    scenario: Scenario, parameters: ParameterSet, paths: Sequence[str], place: Float
) -> Scenario:
    """Return the scenario with every path moved to its place, before its own reforms.

    Parameters
    ----------
    place : ndarray of float64, shape (n_paths,)
        Within [0, 1]; one half leaves an assumption at its usual value.
    """
    by_date: dict[str | None, dict[str, object]] = defaultdict(dict)
    for path, at in zip(paths, place.tolist(), strict=True):
        for day, value in _moved(parameters.parameter(path), at, scenario):
            by_date[day][path] = value
    names = {day: f"Assumptions drawn{f', from {day}' if day else ''}" for day in by_date}
    drawn = [
        {"name": names[day], "parameters": values} | ({"from": day} if day else {})
        for day, values in by_date.items()
    ]
    content = scenario.as_dict()
    return Scenario.from_dict(content | {"reforms": [*drawn, *content.get("reforms", [])]})


def _moved(parameter: Parameter, at: float, scenario: Scenario) -> list[tuple[str | None, object]]:
    """Return the new values of a parameter, each with the date from which it holds."""
    if parameter.path in CONTESTED:
        positions = CONTESTED[parameter.path]
        position = positions[min(int(at * len(positions)), len(positions) - 1)]
        return [] if position is None else [(None, position)]
    if len(parameter.values) == 1:
        return [(None, moved(parameter.values[0].value, parameter, at))]
    years = range(scenario.years.first, scenario.years.last + 1)
    return [(f"{year}-01-01", moved(parameter.value_in(year), parameter, at)) for year in years]


def moved(value: Value, parameter: Parameter, at: float) -> object:
    """Return a value moved towards an end of its range: all of a schedule by the same part.

    At 0 it is the low end, at one half the value itself, at 1 the high end.
    """
    if isinstance(value, bool | str) or parameter.range is None:
        return value
    low, high = parameter.range
    numbers = np.atleast_1d(np.array(value, dtype=float))
    part = at / _MIDDLE - 1
    new = numbers + np.where(part < 0, numbers - low, high - numbers) * part
    new = np.clip(new, low, high)
    if parameter.type == "whole number":
        return int(np.rint(new[0]))
    return [float(n) for n in new] if isinstance(value, tuple) else float(new[0])
