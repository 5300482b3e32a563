"""What exists: lists of parameters, outcomes, policies and scenarios for the command line."""

from collections.abc import Callable, Iterator

from rich.markup import escape
from rich.table import Table

from agents.errors import UnknownNameError
from model.outcome_list import all_outcomes
from model.scenario_files import load_scenario, shipped_scenarios
from policies.base import discover
from policies.parameters import ParameterSet

Row = tuple[str, ...]


def listing(what: str, match: str = "") -> Table:
    """Return one of `LISTS` as a table, of names that contain `match`.

    Raises
    ------
    UnknownNameError
        There is no such list, or no name in it contains `match`.
    """
    if what not in LISTS:
        raise UnknownNameError("list", what, LISTS)
    heads, list_rows = LISTS[what]
    rows = list(list_rows())
    chosen = [row for row in rows if match in row[0]]
    if not chosen:
        raise UnknownNameError(f"name among the {what}", match, [row[0] for row in rows])
    table = Table(*heads, show_lines=False)
    table.columns[0].overflow = "fold"
    for row in chosen:
        table.add_row(*map(escape, row))
    return table


def _parameters() -> Iterator[Row]:
    for row in ParameterSet.load().as_rows():
        span = "" if row.range is None else f"{row.range[0]:g} to {row.range[1]:g}"
        value = f"{row.value} ({row.since.year})"
        yield row.path, value, row.unit, span, row.kind, row.meaning, row.source


def _outcomes() -> Iterator[Row]:
    for outcome in all_outcomes():
        schemes = ", ".join(outcome.schemes)
        groups = outcome.groups.split(", ")
        few = ", ".join(groups) if len(groups) < len("few groups") else f"{groups[0]}, deciles ..."
        yield outcome.name, outcome.unit, schemes, few, outcome.definition, outcome.source


def _policies() -> Iterator[Row]:
    for policy in discover().values():
        yield policy.id, policy.title, ", ".join(policy.parameters), policy.neutral


def _scenarios() -> Iterator[Row]:
    for name in shipped_scenarios():
        scenario = load_scenario(name)
        years = f"{scenario.years.first}-{scenario.years.last}"
        yield name, years, f"{scenario.world.households:,}", scenario.title


LISTS: dict[str, tuple[Row, Callable[[], Iterator[Row]]]] = {
    "parameters": (
        ("path", "value (since)", "unit", "range", "kind", "meaning", "source"),
        _parameters,
    ),
    "outcomes": (("outcome", "unit", "schemes", "groups", "definition", "source"), _outcomes),
    "policies": (("policy", "title", "own parameters under", "when off"), _policies),
    "scenarios": (("scenario", "years", "households", "title"), _scenarios),
}
