"""The plan of a sweep: which scenario, what varies, what is held fixed, how often, what is kept.

Levers         what a government could choose; every combination of their values is simulated
Uncertainties  what nobody knows; drawn by a design over ranges, or listed
Constants      what is set once, for all runs

Every name is a parameter path, with a date where it is to hold from one on
(``dibao.rural.line_ratio@2008-01-01``), or a key of the scenario (``world.households``). The
lever ``reforms`` lists files of reforms. `experiments.plan_files` reads and checks plans.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from model.reforms import Reform
from model.scenario import FIRST_YEAR, LARGEST_SEED, LAST_YEAR, Scenario
from policies.parameter_files import StrictModel, Text
from policies.parameter_values import as_value
from policies.yaml_errors import shown

REFORMS = "reforms"
"""The lever whose positions are files of reforms."""
NO_REFORM = "none"
RANGE = "range"
"""The word for the range that the parameter file gives."""
DUMMY = "dummy"
"""The factor of sensitivity designs that is in no rule: it chooses the seed."""
MOST = 1_000_000
"""Replicates or samples; far more than anybody can wait for."""
Level = Literal["nation", "region", "province", "county"]
_MIDDLE = 0.5
SECTIONS = ("levers", "uncertainties", "constants")


def _positions(raw: object) -> object:
    if not isinstance(raw, list) or not raw:
        raise ValueError(f"must be a list of at least 1 value, got {shown(raw)}")
    return raw


def _uncertainty(raw: object) -> object:
    if raw == RANGE or isinstance(raw, list):
        return raw if raw == RANGE else _positions(raw)
    if not isinstance(raw, dict) or set(raw) != {"low", "high"}:
        accepted = "the word range, a mapping with low and high, or a list of values"
        raise ValueError(f"must be {accepted}, got {shown(raw)}")
    for end in raw.values():
        if as_value(end, "number") is None:
            raise ValueError(f"low and high must be numbers, got {shown(end)}")
    if not raw["low"] < raw["high"]:
        raise ValueError(f"low must be less than high, got {raw['low']} and {raw['high']}")
    return raw


def _nation() -> list[Level]:
    return ["nation"]


Positions = Annotated[list[Any], BeforeValidator(_positions)]
Uncertain = Annotated[Any, BeforeValidator(_uncertainty)]


class Design(StrictModel):
    """How the space is filled: levers in all combinations, uncertainties by a sample.

    Groups of uncertainties, by name and with patterns, are moved together in the designs for
    sensitivity.
    """

    levers: Literal["factorial"] = "factorial"
    uncertainties: Literal["sobol", "lhs", "saltelli", "morris", "factorial"] = "sobol"
    samples: int | None = Field(default=None, ge=1, le=MOST)
    groups: dict[str, list[Text]] = Field(default_factory=dict)

    @property
    def is_for_sensitivity(self) -> bool:
        """Whether indices of sensitivity can be computed from it."""
        return self.uncertainties in {"saltelli", "morris"}


class Kept(StrictModel):
    """Which rows of a run are kept: of these levels, outcomes and years; empty means all."""

    levels: Annotated[list[Level], BeforeValidator(_positions)] = Field(default_factory=_nation)
    names: list[Text] = Field(default_factory=list)
    years: list[Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]] = Field(default_factory=list)


class PlanFile(StrictModel):
    """What a plan file may say."""

    scenario: Text
    levers: dict[str, Positions] = Field(default_factory=dict)
    uncertainties: dict[str, Uncertain] = Field(default_factory=dict)
    constants: dict[str, Any] = Field(default_factory=dict)
    design: Design = Design()
    replicates: int = Field(default=1, ge=1, le=MOST)
    seed: int | None = Field(default=None, ge=0, le=LARGEST_SEED)
    outcomes: Kept = Kept()

    def sections(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the parts that name settings."""
        for section in SECTIONS:
            yield section, getattr(self, section)


@dataclass(frozen=True)
class Axis:
    """What one varied name takes.

    Attributes
    ----------
    is_lever : bool
    values : tuple
        A list of values; empty where there is a range.
    low, high : float
        The range, both ends included.
    is_whole : bool
        Whether only whole numbers are taken from the range.
    around : tuple of float
        The usual values of a schedule; all are moved by the same part towards an end of the range.
    """

    is_lever: bool
    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    is_whole: bool = False
    around: tuple[float, ...] = ()

    def at(self, place: float) -> object:
        """Return the value at a place in [0, 1), every value or equal part as likely."""
        if self.values:
            return self.values[min(int(place * len(self.values)), len(self.values) - 1)]
        if self.is_whole:
            return min(int(self.low + place * (self.high - self.low + 1)), int(self.high))
        if self.around:
            return [self._moved(usual, place) for usual in self.around]
        return min(self.low + place * (self.high - self.low), self.high)

    def _moved(self, usual: float, place: float) -> float:
        """Return the usual value at one half, and the ends of the range at 0 and 1."""
        part = place / _MIDDLE - 1
        moved = usual + part * (usual - self.low if part < 0 else self.high - usual)
        return min(max(moved, self.low), self.high)


@dataclass(frozen=True)
class Plan:
    """A checked plan.

    Attributes
    ----------
    name : str
        The file.
    content : PlanFile
    scenario_name : str
        Name or path of the scenario, as a command line takes it.
    scenario : Scenario
        With the seed of the plan.
    axes : dict of str to Axis
        By varied name, levers first.
    reforms : dict of str to tuple of Reform
        The reforms of each position of the lever ``reforms``.
    """

    name: str
    content: PlanFile
    scenario_name: str
    scenario: Scenario
    axes: dict[str, Axis]
    reforms: dict[str, tuple[Reform, ...]] = field(default_factory=dict)
