"""The recorder: county sums of the year become tidy rows for county, province, region, nation."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from agents.local_government import Counties
from agents.table import Float, Int32
from model.geography import REGIONS, Geography

LEVELS = ("nation", "region", "province", "county")


@dataclass(frozen=True)
class Areas:
    """The areas for which outcomes are given: nation, regions, provinces, counties, in this order.

    Attributes
    ----------
    level, name : ndarray of str, shape (a,)
        Level and name (``"0"``, region name or division code) of each area.
    """

    level: NDArray[np.str_]
    name: NDArray[np.str_]
    province: Int32
    region: Int32

    def add_up(self, sums: Float) -> Float:
        """Turn sums by county, shape (m, c), into sums by area, shape (m, a)."""
        to_provinces, to_regions = self._parts
        # A product with many columns at once: county by county, in the order of the counties.
        provinces = to_provinces @ np.ascontiguousarray(sums.T)
        regions = to_regions @ provinces
        nation = sums.sum(axis=1, keepdims=True)
        return np.concatenate([nation, regions.T, provinces.T, sums], axis=1)

    @cached_property
    def _parts(self) -> tuple[csr_array, csr_array]:
        """The counties of each province and the provinces of each region, as rows of ones."""
        return _members(self.province, len(self.region)), _members(self.region, len(REGIONS))


def make_areas(geography: Geography, counties: Counties) -> Areas:
    """Return the areas of a world."""
    names = ["0", *REGIONS, *map(str, geography.province_code), *map(str, counties.code)]
    counts = (1, len(REGIONS), len(geography.province_code), counties.n)
    return Areas(
        np.repeat(LEVELS, counts),
        np.array(names),
        counties.province.astype(np.int32),
        geography.region.astype(np.int32),
    )


def _members(group: Int32, n: int) -> csr_array:
    members = np.arange(len(group))
    return csr_array((np.ones(len(group)), (group, members)), (n, len(group)))


class _Row(NamedTuple):
    """Values of an outcome for the first areas."""

    year: int
    outcome: str
    scheme: str
    group: str
    values: Float


class Recorder:
    """Collects outcomes year by year.

    An outcome that is added for several groups (``urban``, ``rural``) gets their sum as ``all``.
    """

    def __init__(self, areas: Areas) -> None:
        self.areas = areas
        self._sums: dict[tuple[str, str], dict[str, tuple[Float, Float | None]]] = defaultdict(dict)
        self._rows: dict[int, list[_Row]] = defaultdict(list)

    def add(
        self,
        outcome: str,
        numerator: Float,
        denominator: Float | None = None,
        scheme: str = "",
        group: str = "all",
    ) -> None:
        """Record county sums, shape (c,); with a denominator the outcome is their ratio."""
        self._sums[outcome, scheme][group] = (numerator, denominator)

    def put(
        self, year: int, outcome: str, values: Float, group: str = "all", scheme: str = ""
    ) -> None:
        """Record values by area that do not add up, for the first `len(values)` areas."""
        self._rows[year].append(_Row(year, outcome, scheme, group, values))

    def close(self, year: int) -> None:
        """Turn the year's sums into values by area."""
        names: list[tuple[str, str, str]] = []
        parts: list[tuple[Float, Float | None]] = []
        for (outcome, scheme), groups in self._sums.items():
            if "all" not in groups and len(groups) > 1:
                groups["all"] = _sum(list(groups.values()))
            names += [(outcome, scheme, group) for group in groups]
            parts += groups.values()
        self._sums.clear()
        for (outcome, scheme, group), values in zip(names, self._values(parts), strict=True):
            self.put(year, outcome, values, group, scheme)

    def _values(self, parts: list[tuple[Float, Float | None]]) -> Float:
        """Return the values by area of numerators over denominators, if any, shape (m, a)."""
        if not parts:
            return np.empty((0, len(self.areas.level)))
        values = self.areas.add_up(np.array([above for above, _ in parts], np.float64))
        shares = np.array([row for row, (_, below) in enumerate(parts) if below is not None], int)
        if len(shares):
            bases = [below for _, below in parts if below is not None]
            base = self.areas.add_up(np.array(bases, np.float64))
            empty = np.full_like(base, np.nan)
            values[shares] = np.divide(values[shares], base, out=empty, where=base > 0)
        return values

    def national(self, year: int) -> dict[str, float]:
        """Return a year's national values, named ``outcome``, ``outcome/scheme`` and so on."""
        values = {}
        for row in self._rows[year]:
            parts = [row.outcome, row.scheme, "" if row.group == "all" else row.group]
            values["/".join(part for part in parts if part)] = float(row.values[0])
        return values

    def table(self) -> pd.DataFrame:
        """Return all rows: year, level, area, outcome, scheme, group, value (null: empty group)."""
        rows = [row for of_year in self._rows.values() for row in of_year]
        lengths = [len(row.values) for row in rows]
        area = np.concatenate([np.arange(length) for length in lengths])
        columns = {
            "year": np.repeat(np.array([row.year for row in rows], np.int16), lengths),
            "level": self.areas.level[area],
            "area": self.areas.name[area],
        }
        for name in ("outcome", "scheme", "group"):
            columns[name] = np.repeat([getattr(row, name) for row in rows], lengths)
        columns["value"] = np.concatenate([row.values for row in rows])
        return pd.DataFrame(columns)


def _sum(parts: list[tuple[Float, Float | None]]) -> tuple[Float, Float | None]:
    numerator = np.sum([part[0] for part in parts], axis=0)
    denominators = [part[1] for part in parts if part[1] is not None]
    return numerator, np.sum(denominators, axis=0) if denominators else None
