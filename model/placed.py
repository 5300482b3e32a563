"""Reforms of places: what they set there, for rules that read county by county.

A parameter that a rule reads once for each county government can differ between counties: the rule
is then given an array of shape (n_counties,) where it expects a number, and computes with it as it
does with its columns of counties. `BY_COUNTY` lists these parameters, and a test reads each as an
array. All other parameters are one number for the country, and a reform of places that sets one is
refused.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import cast

import numpy as np

from agents.errors import MinshengError
from agents.table import Bool, Float, Int32, Rows
from model.scenario import Scenario
from policies.parameter_values import Value, last_day_of
from policies.parameters import ParameterSet, ParameterView, WrongReadingError

BY_COUNTY = (
    "assistance.rules.donated_share",
    "dibao.*.line_ratio", "dibao.*.quota_share", "dibao.*.statute", "dibao.rules.audit",
    "dibao.rules.line_adjustment", "dibao.rules.local_effort", "dibao.rules.need_tilt",
    "dibao.rules.open_rung", "dibao.rules.place_adjustment", "dibao.rules.rights_*",
    "fiscal.budget.need_share", "fiscal.tiers.township_allotment", "hukou.choice.review",
    "hukou.choice.seat_growth", "hukou.choice.target", "hukou.eligibility.quota",
    "migrant_insurance.regime.inclusion_share", "procurement.funding.incubation_share",
    "procurement.lots.budget_share", "residents_medical.rules.centre_share*",
    "residents_medical.rules.subsidy", "residents_medical.rules.urban_share",
    "residents_pension.rules.centre_share*", "residents_pension.rules.top_up_*",
)  # fmt: skip
"""Patterns of the parameters that may differ by county."""
ONE_FOR_ALL = ("hukou", "incentives")
"""Policies that county governments do not have or lack one by one."""


def place_problem(section: str, name: str) -> str | None:
    """Say why a reform of places cannot set a parameter or a policy; None if it can."""
    if section == "policies":
        text = "is one policy for the whole country and cannot be switched in some places only"
        return text if name in ONE_FOR_ALL else None
    if any(fnmatchcase(name, pattern) for pattern in BY_COUNTY):
        return None
    return (
        "is one value for the whole country; in some places can differ: "
        f"{', '.join(BY_COUNTY)}, and policies"
    )


def imposed(scenario: Scenario, policy: str, year: int, codes: Int32) -> tuple[Bool, Bool]:
    """Return the counties that reforms of their place give a policy, and keep from it.

    Parameters
    ----------
    codes : ndarray of int32, shape (n_counties,)
        Division codes.
    """
    must, must_not = np.zeros(len(codes), bool), np.zeros(len(codes), bool)
    for reform in scenario.reforms:
        begun = reform.start is None or reform.start <= last_day_of(year)
        if not begun or policy not in reform.policies:
            continue
        here = _covered(codes, reform.places)
        must[here] = bool(reform.places) and reform.policies[policy]
        must_not[here] = bool(reform.places) and not reform.policies[policy]
    return must, must_not


class Placed:
    """The parameters of a scenario by year, in its places.

    Parameters
    ----------
    scenario : Scenario
    everywhere : ParameterSet
        With the reforms that hold everywhere.
    """

    def __init__(self, scenario: Scenario, everywhere: ParameterSet) -> None:
        self._scenario, self._everywhere = scenario, everywhere
        self._sets: list[ParameterSet] = []
        self._of_county: Rows = np.zeros(0, np.intp)
        self._paths = frozenset(
            path for reform in scenario.reforms if reform.places for path in reform.parameters
        )

    def settle(self, codes: Int32) -> None:
        """Find which counties of the world have parameters of their own.

        Raises
        ------
        MinshengError
            A reform names a place of which the world has no county.
        """
        placed = [reform for reform in self._scenario.reforms if reform.places]
        for reform in placed:
            for place in reform.places:
                if not _covered(codes, [place]).any():
                    raise MinshengError(
                        f"reform {reform.name!r}: no county of {place} is in this world; "
                        f"add it to world.include"
                    )
        if not self._paths:
            return
        holds = np.array([_covered(codes, reform.places) for reform in placed])
        _, first, self._of_county = np.unique(
            holds, axis=1, return_index=True, return_inverse=True
        )  # fmt: skip
        shipped = ParameterSet.load()
        self._sets = [self._scenario.parameters(shipped, str(codes[row])) for row in first]

    def at(self, year: int) -> ParameterView:
        """Return the values of a year."""
        if not self._sets:
            return self._everywhere.at(year)
        views = [parameters.at(year) for parameters in self._sets]
        return PlacedView(self._everywhere, year, self._paths, views, self._of_county)


class PlacedView(ParameterView):
    """The values of one year, some of them by county."""

    __slots__ = ("_arrays", "_of_county", "_placed", "_views")

    def __init__(
        self,
        parameters: ParameterSet,
        year: int,
        placed: frozenset[str],
        views: list[ParameterView],
        of_county: Rows,
    ) -> None:
        super().__init__(parameters, year)
        self._placed, self._views, self._of_county = placed, views, of_county
        self._arrays: dict[str, Float] = {}

    def number(self, path: str) -> float:
        """Return a number, or an array of counties that stands for one."""
        if path not in self._placed:
            return super().number(path)
        if path not in self._arrays:
            array = np.array([view.number(path) for view in self._views])[self._of_county]
            array.flags.writeable = False
            self._arrays[path] = array
        # Rules are typed for one number; those of `BY_COUNTY` take an array as well.
        return cast(float, self._arrays[path])

    __call__ = number

    def value(self, path: str) -> Value:
        """Return a value that is the same everywhere."""
        if path in self._placed:
            raise WrongReadingError(f"{path} differs by place and is read as one value")
        return super().value(path)

    def paths_read(self) -> frozenset[str]:
        """Return what has been read so far."""
        return super().paths_read() | frozenset(self._arrays)

    def unread(self) -> ParameterView:
        """Return the same values as a view of which nothing has been read."""
        return PlacedView(
            self._parameters, self.year, self._placed, self._views, self._of_county
        )  # fmt: skip


def _covered(codes: Int32, places: Iterable[str]) -> Bool:
    """Return which counties lie in one of the places; without places all, shape (n_counties,)."""
    starts = tuple(places)
    if not starts:
        return np.ones(len(codes), bool)
    return np.array([str(code).startswith(starts) for code in codes.tolist()], bool)
