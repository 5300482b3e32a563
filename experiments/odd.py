"""The tables of the ODD+D protocol that follow from the code: columns, calendar, parameters.

``python -m experiments.odd`` rewrites the generated sections of ``docs/odd.md``; a test fails when
they are out of date.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
from rich.console import Console

from agents.table import Table, columns
from experiments.markdown import rewrite, table
from model.outcome_list import all_outcomes
from model.simulation import Simulation
from policies.calendar import load_calendar
from policies.parameter_values import Dated, Kind, Parameter, Value
from policies.parameters import ParameterSet

DOCUMENT = Path(__file__).parents[1] / "docs" / "odd.md"
KINDS: tuple[Kind, ...] = ("law", "statistic", "study", "assumption")
_NEW_YEAR = (1, 1)


def sections() -> dict[str, str]:
    """Return every generated section of the protocol by name."""
    tables = state_tables()
    return {
        "persons": column_table(tables["persons"]),
        "households": column_table(tables["households"]),
        "counties": column_table(tables["counties"]),
        "organisations": column_table(tables["organisations"]),
        "calendar": calendar_table(),
        "outcomes": outcome_table(),
        "parameters": parameter_tables(ParameterSet.load()),
    }


def state_tables() -> dict[str, Table]:
    """Return the tables of the world that has not begun, with the columns of policies."""
    sim = Simulation("tiny")
    names = ("persons", "households", "counties", "organisations")
    return {name: getattr(sim, name) for name in names}


def column_table(state: Table) -> str:
    """Return the columns of a table with type, unit and meaning; policies' own are marked."""
    own = columns(type(state))
    rows = []
    for name, (dtype, column) in state.declared.items():
        meaning = column.meaning if name in own else f"{column.meaning} (declared by a policy)"
        rows.append((f"`{name}`", np.dtype(dtype).name, column.unit, meaning))
    return table(("column", "type", "unit", "meaning"), rows)


def calendar_table() -> str:
    """Return the dated acts of the centre and shocks."""
    rows = (
        (str(event.date), event.policy or "shock", event.kind, event.event, event.source)
        for event in load_calendar()
    )
    return table(("date", "policy", "kind", "event", "source"), rows)


def outcome_table() -> str:
    """Return what is recorded every year."""
    rows = ((f"`{o.name}`", o.unit, o.definition, o.source) for o in all_outcomes())
    return table(("outcome", "unit", "definition", "source"), rows)


def parameter_tables(parameters: ParameterSet) -> str:
    """Return all parameters: a count by kind, then one table for each file."""
    every = [parameters.parameter(path) for path in parameters.paths()]
    counts = Counter(parameter.kind for parameter in every)
    shares = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)
    parts = [f"{len(every)} parameters: {shares}."]
    for file, group in groupby(every, key=lambda parameter: parameter.path.rpartition(".")[0]):
        parts += [f"#### {file}", _file_table(group)]
    return "\n\n".join(parts)


def values_by_date(parameter: Parameter) -> str:
    """Return a value alone, or each value behind the date from which it holds."""
    dated = [f"{_day(value)}: {shown(value.value)}" for value in parameter.values]
    if len(dated) == 1:
        return shown(parameter.values[0].value)
    line = " (straight line between)" if parameter.interpolate == "linear" else ""
    return "; ".join(dated) + line


def shown(value: Value) -> str:
    """Return a value as text, schedules in brackets."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return f"[{', '.join(shown(number) for number in value)}]"
    return value if isinstance(value, str) else f"{value:.10g}"


def _file_table(group: Iterator[Parameter]) -> str:
    heads = ("parameter", "meaning", "value by date", "unit", "kind", "range",
             "source; derivation")  # fmt: skip
    return table(heads, (_parameter_row(parameter) for parameter in group))


def _parameter_row(parameter: Parameter) -> tuple[str, ...]:
    labels = f" ({', '.join(parameter.labels)})" if parameter.labels else ""
    span = f"{parameter.range[0]:g} to {parameter.range[1]:g}" if parameter.range else ""
    sources = [parameter.source, *(value.source for value in parameter.values if value.source)]
    origin = "; ".join(dict.fromkeys(sources))
    if parameter.derivation:
        origin += f". Derivation: {parameter.derivation}"
    return (f"`{parameter.path}`", parameter.meaning + labels, values_by_date(parameter),
            parameter.unit, parameter.kind, span, origin)  # fmt: skip


def _day(value: Dated) -> str:
    """Return the year alone for what holds from New Year."""
    day = value.date
    return str(day.year) if (day.month, day.day) == _NEW_YEAR else day.isoformat()


def main() -> int:
    """Rewrite the generated sections of the protocol."""
    changed = rewrite(DOCUMENT, sections())
    Console(highlight=False).print(f"{DOCUMENT.name}: {'rewritten' if changed else 'up to date'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
