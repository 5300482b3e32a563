"""The parameters of a run as a table: what was in force in its first and last year, and why."""

from collections import Counter
from dataclasses import dataclass

from model.scenario import Scenario
from policies.parameter_values import BeforeFirstDateError, Parameter, Value, last_day_of
from policies.parameters import ParameterSet

KINDS = ("law", "statistic", "study", "assumption")
# A longer schedule is shown by its ends.
_MOST_NUMBERS = 8
# Numbers from here on are shown without decimals.
_LARGE = 10_000


@dataclass(frozen=True)
class ParameterLine:
    """One parameter as the report shows it; all fields are text.

    Attributes
    ----------
    first, last : str
        Values in the first and in the last year; ``–`` before the first date.
    shipped : str
        What holds without the reforms in the last year; empty when no reform touches it.
    """

    path: str
    meaning: str
    first: str
    last: str
    shipped: str
    unit: str
    kind: str
    range: str
    source: str

    @property
    def domain(self) -> str:
        """The first part of the path."""
        return self.path.partition(".")[0]


def parameter_lines(scenario: Scenario, base: ParameterSet) -> list[ParameterLine]:
    """Return all parameters by path, with the reforms of a scenario."""
    used = scenario.parameters(base)
    years = (scenario.years.first, scenario.years.last)
    return [_line(used.parameter(path), base.parameter(path), years) for path in used.paths()]


def at_ends(scenario: Scenario, path: str) -> list[tuple[float, ...]]:
    """Return the numbers of a parameter of a scenario in its first and in its last year."""
    parameter = scenario.parameters(ParameterSet.load()).parameter(path)
    values = [parameter.value_in(year) for year in (scenario.years.first, scenario.years.last)]
    return [tuple(map(float, v if isinstance(v, tuple) else (v,))) for v in values]


def count_by_kind(lines: list[ParameterLine]) -> dict[str, int]:
    """Return how many parameters rest on law, statistics, studies and assumptions."""
    counts = Counter(line.kind for line in lines)
    return {kind: counts[kind] for kind in KINDS}


def _line(used: Parameter, shipped: Parameter, years: tuple[int, int]) -> ParameterLine:
    span = f"{used.range[0]:g} to {used.range[1]:g}" if used.range else ""
    first, last = years
    sources = [dated.source for dated in used.values if dated.date <= last_day_of(last)]
    return ParameterLine(
        used.path,
        used.meaning,
        _in_year(used, first),
        _in_year(used, last),
        _in_year(shipped, last) if used.overrides else "",
        used.unit,
        used.kind,
        span,
        "; ".join(dict.fromkeys(source for source in (used.source, *sources) if source)),
    )


def _in_year(parameter: Parameter, year: int) -> str:
    try:
        return shown(parameter.value_in(year))
    except BeforeFirstDateError:
        return "–"


def shown(value: Value) -> str:
    """Return a value as text; a long schedule by its ends."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        numbers = [f"{number:.4g}" for number in value]
        if len(numbers) > _MOST_NUMBERS:
            return f"{numbers[0]}, {numbers[1]}, … {numbers[-1]} ({len(numbers)} numbers)"
        return ", ".join(numbers)
    if isinstance(value, int):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.5g}"
