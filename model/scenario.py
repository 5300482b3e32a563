"""A scenario: the years, the size of the world, and what differs from history.

The names in it (policies, shocks, parameters) are checked by `model.scenario_files`, which reads
scenarios from files; `model.scenario_overrides` changes single settings.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from model.reforms import Reform, Switch
from model.scenario_places import division_code, refuse_too_many
from policies.parameter_files import StrictModel, Text
from policies.parameter_values import last_day_of
from policies.parameters import Override, ParameterSet
from policies.yaml_errors import hint, shown

FIRST_YEAR, LAST_YEAR = 1993, 2023
"""The years for which the model has data."""
N_PROVINCES, N_COUNTIES, N_TOWNSHIPS = 31, 2854, 41_352
"""Provinces, county-level units and townships of the map."""
MOST_HOUSEHOLDS = 490_000_000
"""About as many as the country has; more would make one stand for less than a real one."""
LARGEST_SEED = 2**63 - 1
KNOWN_SHOCKS = ("soe_layoffs", "covid", "covid_response", "disasters")
"""Shocks, and the response to one, that a scenario can switch off."""
_NO_RESPONSE: dict[str, object] = {
    "shocks.covid.reserve_open": False,
    "shocks.covid.extra_places": 0.0,
    "shocks.covid.premium_due": 1.0,
}
OTHERS = "others"
"""Key that switches all policies, or shocks, that a scenario does not name."""

NEUTRAL: dict[str, dict[str, object]] = {
    "covid": {"shocks.covid.corridor_factor": 1.0} | _NO_RESPONSE,
    "covid_response": _NO_RESPONSE,
}
"""What parameters of a shock say without it, for the rules outside `model.shocks` that read them.

Without COVID-19 there is no response to it either.
"""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _year(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise ValueError(f"must be a year such as {FIRST_YEAR}, got {shown(raw)}")
    if not FIRST_YEAR <= raw <= LAST_YEAR:
        raise ValueError(
            f"must be a year from {FIRST_YEAR} to {LAST_YEAR}, for which there are data, "
            f"got {shown(raw)}"
        )
    return raw


def _counties(raw: object) -> int | Literal["full"]:
    if raw == "full":
        return "full"
    whole = isinstance(raw, int) and not isinstance(raw, bool)
    if not (whole and isinstance(raw, int) and N_PROVINCES <= raw <= N_COUNTIES):
        raise ValueError(
            f"must be a whole number from {N_PROVINCES} (one per province) to {N_COUNTIES}, "
            f"or the word full, got {shown(raw)}{hint('int_type', raw)}"
        )
    return raw


def _townships(raw: object) -> int | Literal["full"]:
    if raw == "full":
        return "full"
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 1:
        raise ValueError(
            f"must be at least 1, a whole number, or the word full, got {shown(raw)}"
            f"{hint('int_type', raw)}"
        )
    return raw


def _n_counties(counties: int | Literal["full"]) -> int:
    return N_COUNTIES if counties == "full" else counties


def _name(raw: object) -> str:
    if not isinstance(raw, str) or not _NAME.fullmatch(raw):
        raise ValueError(
            f"must be text of at most 64 letters, digits, - and _ that starts with a letter or "
            f"digit, got {shown(raw)}{hint('string_type', raw)}"
        )
    return raw


DivisionCode = Annotated[str, BeforeValidator(division_code)]


class Years(StrictModel):
    """First and last year simulated."""

    first: Annotated[int, BeforeValidator(_year)]
    last: Annotated[int, BeforeValidator(_year)]

    @field_validator("last")
    @classmethod
    def _not_before_first(cls, last: int, others: ValidationInfo) -> int:
        first = others.data.get("first", last)
        if last < first:
            raise ValueError(f"must not lie before the first year {first}, got {shown(last)}")
        return last


class World(StrictModel):
    """How large the simulated world is.

    Attributes
    ----------
    counties : int or "full"
        County-level units drawn from the map, at least one per province.
    townships_per_county : int or "full"
        All townships where a county has fewer, or where it is ``full``.
    households : int
        Simulated households, about: each township gets at least five. Each stands for many real
        ones.
    include : list of str
        Division codes of provinces (2 digits), prefectures (4) or counties (6) whose counties are
        all taken, within the number of counties. Each has as many households as the average county
        of the world; weights make up for it.
    """

    counties: Annotated[int | Literal["full"], BeforeValidator(_counties)]
    townships_per_county: Annotated[int | Literal["full"], BeforeValidator(_townships)]
    households: int = Field(ge=N_PROVINCES, le=MOST_HOUSEHOLDS)
    include: list[DivisionCode] = Field(default_factory=list)

    @field_validator("households")
    @classmethod
    def _one_per_township(cls, households: int, others: ValidationInfo) -> int:
        size = others.data
        if {"counties", "townships_per_county"} <= size.keys():
            counties, each = _n_counties(size["counties"]), size["townships_per_county"]
            # Of a sample of counties nobody knows yet how many townships they have.
            least = counties * (each if each != "full" else 1)
            if households < least:
                raise ValueError(
                    f"must be at least {least}, one per township ({counties} counties "
                    f"with {each} each), got {shown(households)}"
                )
        return households

    @field_validator("include")
    @classmethod
    def _fits(cls, include: list[str], others: ValidationInfo) -> list[str]:
        if include and "counties" in others.data:
            refuse_too_many(include, _n_counties(others.data["counties"]))
        return include

    @property
    def n_counties(self) -> int:
        """The number of counties, also when it is ``full``."""
        return _n_counties(self.counties)

    @property
    def n_townships(self) -> int:
        """The townships asked for, about; a county that has fewer takes all it has."""
        each = self.townships_drawn
        return self.n_counties * (-(-N_TOWNSHIPS // N_COUNTIES) if each is None else each)

    @property
    def townships_drawn(self) -> int | None:
        """How many townships are drawn in each county; None: all it has."""
        return None if self.townships_per_county == "full" else self.townships_per_county


class Scenario(StrictModel):
    """Everything that one simulation is asked to do, apart from its replicate number."""

    name: Annotated[str, BeforeValidator(_name)]
    title: Text
    description: str = ""
    years: Years
    seed: int = Field(ge=0, le=LARGEST_SEED)
    world: World
    policies: dict[str, Switch] = Field(default_factory=dict)
    shocks: dict[str, Switch] = Field(default_factory=dict)
    reforms: list[Reform] = Field(default_factory=list)

    def parameters(self, base: ParameterSet, county: str | None = None) -> ParameterSet:
        """Return the parameters with the reforms that hold everywhere, and those of a county.

        Parameters
        ----------
        base : ParameterSet
        county : str, optional
            Division code of a county.

        Raises
        ------
        MinshengError
            A parameter does not exist or does not take a value.
        """
        return base.with_overrides(self.overrides(county))

    def overrides(self, county: str | None = None) -> Iterator[Override]:
        """Yield what shocks that are off set, then what the reforms set, in their order."""
        for shock, neutral in NEUTRAL.items():
            origin = f"scenario {self.name!r}, without the shock {shock}"
            for path, value in neutral.items() if not self.has_shock(shock) else ():
                yield Override(path, value, None, origin)
        for reform in self._of(county):
            origin = f"scenario {self.name!r}, reform {reform.name!r}"
            for path, value in reform.parameters.items():
                yield Override(path, value, reform.start, origin)

    def is_on(self, policy: str, year: int) -> bool:
        """Return whether a policy is on at the end of a year; on unless something says off.

        That is where no reform of places says otherwise; see `model.placed.imposed`.
        """
        on = self.policies.get(policy, self.policies.get(OTHERS, True))
        for reform in self._of(None):
            begun = reform.start is None or reform.start <= last_day_of(year)
            on = reform.policies.get(policy, on) if begun else on
        return on

    def _of(self, county: str | None) -> Iterator[Reform]:
        """Yield the reforms that hold everywhere and, given a county, those that hold there."""
        for reform in self.reforms:
            if not reform.places or (county is not None and reform.covers(county)):
                yield reform

    def has_shock(self, shock: str) -> bool:
        """Return whether a shock happens; it does unless the scenario says not."""
        return self.shocks.get(shock, self.shocks.get(OTHERS, True))

    def as_dict(self) -> dict[str, Any]:
        """Return the scenario as plain values for JSON; `from_dict` reads it back."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the scenario that `as_dict` wrote."""
        return cls.model_validate(values)
