"""Reforms: what changes against history, from a date on or always, everywhere or in some places.

Reforms are an ordered list, those of a scenario first. Where two of them set the same thing, the
later in the list holds from its date on; `overlaps` finds them. `model.reform_files` reads them.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from model.scenario_places import place_code
from policies.parameter_files import DateText, StrictModel, Text
from policies.yaml_errors import shown

_SWITCH = {"on": True, "off": False}


class ScenarioWarning(UserWarning):
    """Something in a scenario or a reform that works but may not be meant."""


def _switch(raw: object) -> bool:
    value = _SWITCH.get(raw) if isinstance(raw, str) else raw
    if not isinstance(value, bool):
        raise ValueError(f"must be on or off, got {shown(raw)}")
    return value


def _parameter_value(raw: object) -> object:
    kinds = (bool, int, float, str)
    items = raw if isinstance(raw, list) and raw else [raw]
    if not all(isinstance(item, kinds) for item in items):
        raise ValueError(f"must be a number, a word, on or off, or a list, got {shown(raw)}")
    if not all(math.isfinite(item) for item in items if isinstance(item, float)):
        raise ValueError(f"must be finite, got {shown(raw)}")
    return raw


Switch = Annotated[bool, BeforeValidator(_switch)]
PlaceCode = Annotated[str, BeforeValidator(place_code)]


class Reform(StrictModel):
    """What changes against history.

    Attributes
    ----------
    name : str
    start : date, optional
        From when; at all times if not given. In files and in JSON the key is ``from``.
    places : list of str
        Division codes of provinces (2 digits), prefectures (4) or counties (6), in files also
        names; everywhere if there are none.
    parameters : dict of str to object
        Values by parameter path.
    policies : dict of str to bool
        Which policies are on and off.
    """

    name: Text
    start: DateText | None = Field(default=None, alias="from")
    places: list[PlaceCode] = Field(default_factory=list)
    parameters: dict[str, Annotated[Any, BeforeValidator(_parameter_value)]] = Field(
        default_factory=dict
    )
    policies: dict[str, Switch] = Field(default_factory=dict)

    def covers(self, county: str) -> bool:
        """Return whether it holds in the county of a division code; without places everywhere."""
        return not self.places or county.startswith(tuple(self.places))

    def keys(self) -> set[tuple[str, str]]:
        """Return what it sets: section and name."""
        sections = {"parameters": self.parameters, "policies": self.policies}
        return {(section, name) for section, names in sections.items() for name in names}

    def in_words(self) -> str:
        """Say what it does, where and from when."""
        changes = [f"sets {path}" for path in self.parameters]
        changes += [
            f"switches {name} {'on' if on else 'off'}" for name, on in self.policies.items()
        ]
        where = f" in {', '.join(self.places)}" if self.places else ""
        since = f" from {self.start}" if self.start else ""
        return (
            f"the reform “{self.name}” {' and '.join(changes) or 'changes nothing'}{where}{since}"
        )

    def meets(self, other: "Reform") -> bool:
        """Return whether there are places in which both hold."""
        if not (self.places and other.places):
            return True
        return any(
            one.startswith(two) or two.startswith(one) for one in self.places
            for two in other.places
        )  # fmt: skip


class Overlap(NamedTuple):
    """Two reforms of a list that set the same thing in the same place.

    Attributes
    ----------
    earlier, later : int
        Their places in the list.
    section, name : str
        What both set: a name under ``parameters`` or ``policies``.
    is_hidden : bool
        Whether the earlier one never holds where both apply, since the later begins no later.
    """

    earlier: int
    later: int
    section: str
    name: str
    is_hidden: bool


def overlaps(reforms: Sequence[Reform]) -> Iterator[Overlap]:
    """Find reforms of a list that set the same parameter or policy in the same place."""
    for (i, earlier), (j, later) in itertools.combinations(enumerate(reforms), 2):
        if not earlier.meets(later):
            continue
        hides = later.start is None or (earlier.start is not None and later.start <= earlier.start)
        for section, name in sorted(earlier.keys() & later.keys()):
            yield Overlap(i, j, section, name, hides)


class Sourced(NamedTuple):
    """A reform and where it was written, for messages."""

    reform: Reform
    source: str


def stack_warnings(listed: Iterable[Sourced]) -> Iterator[str]:
    """Say which reforms from different sources set the same thing, and which of them holds."""
    every = list(listed)
    for found in overlaps([one.reform for one in every]):
        earlier, later = every[found.earlier], every[found.later]
        if earlier.source == later.source:
            continue
        begun = later.reform.start
        since = f"from {begun} on" if begun else "at all times"
        yield (
            f"reform {later.reform.name!r} ({later.source}) sets {found.name}{_where(later.reform)}"
            f", as reform {earlier.reform.name!r} ({earlier.source}) does; {later.reform.name!r} "
            f"holds {since}"
        )


def _where(reform: Reform) -> str:
    return f" in {', '.join(reform.places)}" if reform.places else ""
