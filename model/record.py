"""The recorder: county sums of the year become tidy rows for county, province, region, nation."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from agents.local_government import Counties
from agents.table import Float, Int32
from model.geography import REGIONS, Geography

LEVELS = ("nation", "region", "province", "county")
# Counties put into the table of results at a time, to need little memory beside it.
_COUNTIES = 100


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


class _Block(NamedTuple):
    """Outcomes of one year, shape (m, a), each of which has values for its first areas."""

    names: list[tuple[str, str, str]]
    values: Float
    lengths: list[int]


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
        self._above = int((areas.level != "county").sum())
        self._sums: dict[tuple[str, str], dict[str, tuple[Float, Float | None]]] = defaultdict(dict)
        self._cuts: list[tuple[tuple[str, str, str], tuple[Float, Float], bool]] = []
        # By year; made into rows, which takes longer, when somebody reads them.
        self._kept: dict[int, list[_Block]] = defaultdict(list)

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

    def cut(
        self,
        outcome: str,
        numerator: Float,
        denominator: Float,
        scheme: str,
        group: str,
        *,
        above_county: bool,
    ) -> None:
        """Record the share of a group that cuts across those that add up to ``all``.

        Parameters are those of `add`; for the levels above the county only, if so asked.
        """
        self._cuts.append(((outcome, scheme, group), (numerator, denominator), above_county))

    def put(
        self, year: int, outcome: str, values: Float, group: str = "all", scheme: str = ""
    ) -> None:
        """Record values by area that do not add up, for the first `len(values)` areas."""
        self._kept[year].append(_Block([(outcome, scheme, group)], values[None], [len(values)]))

    def close(self, year: int) -> None:
        """Turn the year's sums into values by area."""
        names: list[tuple[str, str, str]] = []
        parts: list[tuple[Float, Float | None]] = []
        for (outcome, scheme), groups in self._sums.items():
            if "all" not in groups and len(groups) > 1:
                groups["all"] = _sum(list(groups.values()))
            names += [(outcome, scheme, group) for group in groups]
            parts += groups.values()
        lengths = [len(self.areas.level)] * len(names)
        for name, part, above_county in self._cuts:
            names.append(name)
            parts.append(part)
            lengths.append(self._above if above_county else len(self.areas.level))
        self._sums.clear()
        self._cuts.clear()
        self._kept[year].append(_Block(names, self._values(parts), lengths))

    def _values(self, parts: list[tuple[Float, Float | None]]) -> Float:
        """Return the values by area of numerators over denominators, if any, shape (m, a)."""
        if not parts:
            return np.empty((0, len(self.areas.level)))
        shares = [row for row, (_, below) in enumerate(parts) if below is not None]
        sums = [above for above, _ in parts] + [below for _, below in parts if below is not None]
        added = self.areas.add_up(np.array(sums, np.float64))
        values, base = added[: len(parts)], added[len(parts) :]
        empty = np.full_like(base, np.nan)
        values[shares] = np.divide(values[shares], base, out=empty, where=base > 0)
        return values

    def national(self, year: int) -> dict[str, float]:
        """Return a year's national values, named ``outcome``, ``outcome/scheme`` and so on."""
        return {
            national_name(*name): value
            for block in self._kept[year]
            for name, value in zip(block.names, block.values[:, 0].tolist(), strict=True)
        }

    def _rows(self) -> list[_Row]:
        """Return all rows in the order in which they were recorded."""
        return [
            _Row(year, *name, values[:length])
            for year, blocks in self._kept.items()
            for block in blocks
            for name, values, length in zip(*block, strict=True)
        ]

    def compact(self, *, counties: bool = True) -> pa.Table:
        """Return all rows as `table` has them: first those above the county, then by county.

        Names are codes into dictionaries, so that a world with all counties, which has tens of
        millions of rows, fits into memory; readers of the file meet plain text, and find a county
        without reading the others.
        """
        rows = self._rows()
        coded = _Coded(rows, self.areas)
        above = self._above
        lengths = np.array([min(len(row.values), above) for row in rows])
        area = np.concatenate([np.arange(length) for length in lengths])
        values = np.concatenate([row.values[:above] for row in rows])
        tables = [coded.table(np.repeat(np.arange(len(rows)), lengths), area, values)]
        full = np.flatnonzero([len(row.values) > above for row in rows])
        starts = range(above, len(self.areas.level), _COUNTIES)
        for start in starts if counties and len(full) else ():
            some = np.arange(start, min(start + _COUNTIES, len(self.areas.level)))
            part = [rows[row].values[some[0] : some[-1] + 1] for row in full]
            which = np.tile(full, len(some)), np.repeat(some, len(full))
            tables.append(coded.table(*which, np.array(part).T.ravel()))
        return pa.concat_tables(tables)

    def table(self) -> pd.DataFrame:
        """Return all rows: year, level, area, outcome, scheme, group, value (null: empty group)."""
        rows = self._rows()
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


class _Coded:
    """The names of rows and areas as codes into lists in which each text stands once."""

    def __init__(self, rows: list[_Row], areas: Areas) -> None:
        self._year = np.array([row.year for row in rows], np.int16)
        self._of_area = {"level": _codes(areas.level), "area": _codes(areas.name)}
        self._of_row = {
            name: _codes(np.array([getattr(row, name) for row in rows]))
            for name in ("outcome", "scheme", "group")
        }

    def table(self, row: NDArray[np.integer], area: NDArray[np.integer], values: Float) -> pa.Table:
        """Return the table whose rows are these."""
        columns: dict[str, pa.Array] = {"year": pa.array(self._year[row])}
        for names, which in ((self._of_area, area), (self._of_row, row)):
            for name, (code, words) in names.items():
                columns[name] = pa.DictionaryArray.from_arrays(pa.array(code[which]), words)
        columns["value"] = pa.array(values, from_pandas=True)
        return pa.table(columns)


def _codes(texts: NDArray[np.str_]) -> tuple[NDArray[np.int16], pa.Array]:
    """Return the code of each text and the list of texts."""
    words, code = np.unique(texts, return_inverse=True)
    return code.astype(np.int16), pa.array(words.tolist())


@cache
def national_name(outcome: str, scheme: str, group: str) -> str:
    """Return the name of a national value: ``outcome``, ``outcome/scheme`` and so on."""
    return "/".join(filter(None, (outcome, scheme, "" if group == "all" else group)))


def _sum(parts: list[tuple[Float, Float | None]]) -> tuple[Float, Float | None]:
    denominators = [part[1] for part in parts if part[1] is not None]
    numerator = reduce(np.add, [part[0] for part in parts])
    return numerator, reduce(np.add, denominators) if denominators else None
