"""What is compared: a base and reforms of it, as people name them, as scenarios of one world.

A side is the name of a scenario, a scenario file, the folder of a run, or a file of reforms, which
is then added to the base. Files of reforms are stacked with ``+``: ``higher.yaml+open.yaml``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agents.errors import MinshengError
from experiments.run import with_settings
from model import records
from model.memory import available_bytes, check_memory
from model.reform_files import is_reform_file, load_reforms, with_reforms
from model.reforms import Reform, Sourced
from model.run_folder import RUN_FILE
from model.scenario import Scenario
from model.scenario_files import load_scenario

STACKED = "+"

Given = str | Scenario | Reform | Sequence[str | Reform]
"""How a side is named in Python: also a scenario, a reform, or a list of reforms and files."""


@dataclass(frozen=True)
class Side:
    """One of the histories that are compared.

    Attributes
    ----------
    label : str
        Its name in tables.
    scenario : Scenario
    replicate : int
        Of the first of its histories.
    """

    label: str
    scenario: Scenario
    replicate: int = 0


def find_sides(
    base: Given,
    reforms: Sequence[Given],
    year: int | None = None,
    seed: int | None = None,
    settings: Sequence[str] = (),
) -> tuple[Side, ...]:
    """Return the base and the reforms, all until the same year.

    Parameters
    ----------
    year : int, optional
        Last year; the last that all simulate.
    seed : int, optional
        Of all; otherwise their own, which must be the same.
    settings : sequence of str
        ``PATH=VALUE`` for all.

    Raises
    ------
    MinshengError
        A scenario is unknown, or sides have the same name, or another seed, world or first year.
    """
    found = [_side(base, None)]
    found += [_side(reform, found[0]) for reform in reforms]
    found = [replace(one, scenario=with_settings(one.scenario, settings, seed)) for one in found]
    labels = [side.label for side in found]
    if len(found) == 1:
        raise MinshengError("nothing to compare: give at least one reform beside the base")
    last = min(_same_world(found[0], other, year) for other in found[1:])
    if len(set(labels)) < len(labels):
        raise MinshengError(f"what is compared needs different names, got {', '.join(labels)}")
    check_memory(found[0].scenario, available_bytes())
    return tuple(replace(one, scenario=_until(one.scenario, last)) for one in found)


def _side(given: Given, base: Side | None) -> Side:
    if isinstance(given, Scenario):
        return Side(given.name, given)
    if isinstance(given, Reform):
        return _side([given], base)
    parts = _parts(given) if isinstance(given, str) else list(given)
    first, *rest = parts or [""]
    stacked = _reforms(first)
    if stacked is None:
        start = _start(str(first))
    else:
        rest = parts
        start = Side("", base.scenario, base.replicate) if base else _no_base(first)
    added = [reform for part in rest for reform in _reforms(part) or _no_reform(part)]
    names = [start.label, *(_name_of(part) for part in rest)]
    label = STACKED.join(name for name in names if name)
    return Side(label, with_reforms(start.scenario, added), start.replicate)


def _parts(text: str) -> list[str | Reform]:
    if Path(text).exists():
        return [text]
    return [part.strip() for part in text.split(STACKED)]


def _reforms(part: str | Reform) -> list[Sourced] | None:
    """Return the reforms of a file, or None if it is no file of reforms."""
    if isinstance(part, Reform):
        return [Sourced(part, "given in Python")]
    return load_reforms(part) if Path(part).is_file() and is_reform_file(part) else None


def _start(text: str) -> Side:
    if not (Path(text) / RUN_FILE).exists():
        scenario = load_scenario(text)
        return Side(scenario.name, scenario)
    scenario, replicate = records.read_scenario(Path(text))
    return Side(Path(text).name, scenario, replicate)


def _name_of(part: str | Reform) -> str:
    return part.name if isinstance(part, Reform) else Path(part).stem


def _no_base(part: object) -> Side:
    raise MinshengError(f"{part} holds reforms and no scenario; name a scenario as the base")


def _no_reform(part: object) -> list[Sourced]:
    if Path(str(part)).is_file():
        raise MinshengError(f"{part} is a scenario; only files of reforms are stacked with +")
    raise MinshengError(f"{part}: no such file of reforms, which ends in .yaml")


def _same_world(one: Side, other: Side, year: int | None) -> int:
    """Return the last year of both; raises MinshengError if the two cannot be compared."""
    a, b = one.scenario, other.scenario
    for what, first, second in (
        ("seed", a.seed, b.seed),
        ("replicate", one.replicate, other.replicate),
        ("world", a.world, b.world),
        ("first year", a.years.first, b.years.first),
    ):
        if first != second:
            advice = "; give all one with --seed" if what == "seed" else ""
            raise MinshengError(
                f"{one.label} and {other.label} cannot be compared: the {what} differs "
                f"({first} and {second}){advice}"
            )
    last = min(a.years.last, b.years.last)
    if year is None:
        return last
    if not a.years.first <= year <= last:
        raise MinshengError(f"--year: must be a year from {a.years.first} to {last}, got {year}")
    return year


def _until(scenario: Scenario, last: int) -> Scenario:
    years = scenario.years.model_copy(update={"last": last})
    return scenario.model_copy(update={"years": years})


def changes(base: Side, side: Side) -> tuple[str, ...]:
    """Say in words what a side has and the base has not."""
    one, other = base.scenario, side.scenario
    found = [reform.in_words() for reform in other.reforms if reform not in one.reforms]
    found += [
        f"without the reform “{reform.name}” of {base.label}"
        for reform in one.reforms if reform not in other.reforms
    ]  # fmt: skip
    for kind in ("policies", "shocks"):
        before, after = getattr(one, kind), getattr(other, kind)
        found += [
            f"{name.replace('_', ' ')} is switched {'on' if is_on else 'off'}"
            for name, is_on in after.items() if before.get(name) != is_on
        ]  # fmt: skip
    return tuple(found)
