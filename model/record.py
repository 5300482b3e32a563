"""The recorder: county sums of the year become tidy rows for county, province, region, nation."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.local_government import Counties
from agents.table import Float, Int32, total_by
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
        """Turn sums by county, shape (c,), into sums by area, shape (a,)."""
        provinces = total_by(self.province, sums, len(self.region))
        regions = total_by(self.region, provinces, len(REGIONS))
        return np.concatenate([[sums.sum()], regions, provinces, sums])


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


class Recorder:
    """Collects outcomes year by year.

    An outcome that is added for several groups (``urban``, ``rural``) gets their sum as ``all``.
    """

    def __init__(self, areas: Areas) -> None:
        self.areas = areas
        self._sums: dict[tuple[str, str], dict[str, tuple[Float, Float | None]]] = defaultdict(dict)
        self._chunks: list[tuple[int, str, str, str, int, Float]] = []

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
        self._chunks.append((year, outcome, scheme, group, len(values), values))

    def close(self, year: int) -> None:
        """Turn the year's sums into values by area."""
        for (outcome, scheme), parts in self._sums.items():
            if "all" not in parts and len(parts) > 1:
                parts["all"] = _sum(list(parts.values()))
            for group, (numerator, denominator) in parts.items():
                values = self.areas.add_up(numerator)
                if denominator is not None:
                    below = self.areas.add_up(denominator)
                    values = np.divide(values, below, out=np.full_like(values, np.nan),
                                       where=below > 0)  # fmt: skip
                self.put(year, outcome, values, group, scheme)
        self._sums.clear()

    def national(self, year: int) -> dict[str, float]:
        """Return this year's national values, named ``outcome``, ``outcome/scheme`` and so on."""
        values = {}
        for chunk_year, outcome, scheme, group, _, chunk in self._chunks:
            if chunk_year == year:
                parts = [outcome, scheme, "" if group == "all" else group]
                values["/".join(part for part in parts if part)] = float(chunk[0])
        return values

    def table(self) -> pd.DataFrame:
        """Return all rows: year, level, area, outcome, scheme, group, value (null: empty group)."""
        lengths = [chunk[4] for chunk in self._chunks]
        area = np.concatenate([np.arange(length) for length in lengths])
        columns = {
            "year": np.repeat(np.array([chunk[0] for chunk in self._chunks], np.int16), lengths),
            "level": self.areas.level[area],
            "area": self.areas.name[area],
        }
        for place, name in enumerate(("outcome", "scheme", "group"), start=1):
            columns[name] = np.repeat([chunk[place] for chunk in self._chunks], lengths)
        columns["value"] = np.concatenate([chunk[5] for chunk in self._chunks])
        return pd.DataFrame(columns)


def _sum(parts: list[tuple[Float, Float | None]]) -> tuple[Float, Float | None]:
    numerator = np.sum([part[0] for part in parts], axis=0)
    denominators = [part[1] for part in parts if part[1] is not None]
    return numerator, np.sum(denominators, axis=0) if denominators else None
