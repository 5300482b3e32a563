"""One row a year for every government: the centre, provinces, counties, and who leads them.

Townships have no row: there are tens of thousands, and what they do is told by their county.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from agents.table import Table

if TYPE_CHECKING:
    from model.simulation import Simulation

LEVELS = ("centre", "province", "county")
Columns = dict[str, NDArray[Any]]

# Columns that only the simulation needs.
_INTERNAL = {"key", "alive", "level", "place", "province", "code", "relief_left"}
# What money of provinces and of the centre is called among that of counties.
_NAMES = {"received": "transfer", "revenue": "own_revenue", "passed": "passed_down"}
_OF_CENTRE = ("revenue", "passed", "relief", "services", "balance")


class Institutions:
    """Keeps the rows of all years, by level, as columns.

    Parameters
    ----------
    sim : Simulation
        Gives the names and codes, which stay the same.
    """

    def __init__(self, sim: "Simulation") -> None:
        geography, counties, centre = sim.geography, sim.counties, sim.centre
        provinces = geography.province_code.astype(str)
        codes = counties.code.astype(str)
        names = np.array([geography.county_name[row] for row in sim.places.county_rows])
        self._heads = {
            "centre": _head(np.array([centre.code]), np.array([centre.name_zh]), np.array([None])),
            "province": _head(provinces, np.array(geography.province_name_zh), provinces),
            "county": _head(codes, names, provinces[counties.province]),
        }
        # Who led no county before has row -1, the last of the codes.
        self._led_before = np.array([*codes, None], object)
        self._seen: list[int] = []
        self._years: dict[str, list[Columns]] = {level: [] for level in LEVELS}

    def keep(self, sim: "Simulation") -> None:
        """Keep the rows of the year that ends."""
        n = sim.counties.n
        self._seen.append(sim.year)
        money = {_name(name): np.array([getattr(sim.centre, name)]) for name in _OF_CENTRE}
        self._years["centre"].append(money)
        leaders = self._leaders(sim, slice(n, n + sim.provinces.n))
        self._years["province"].append(_visible(sim.provinces) | leaders)
        leaders = self._leaders(sim, slice(0, n))
        self._years["county"].append(_visible(sim.counties) | leaders)

    def _leaders(self, sim: "Simulation", rows: slice) -> Columns:
        """Return what is known of leaders: effort shares by their names, the rest as leader_*."""
        officials = sim.officials
        leaders: Columns = {}
        for name in officials.declared:
            if name in _INTERNAL:
                continue
            column = name if name.startswith("effort_") else f"leader_{name}"
            leaders[column] = officials[name][rows].copy()
        leaders["leader_moved_from"] = self._led_before[leaders["leader_moved_from"]]
        return leaders

    def table(self) -> pa.Table:
        """Return all rows: columns that a level does not have are null there."""
        tables = [self._table(level) for level in LEVELS if self._seen]
        return pa.concat_tables(tables, promote_options="default")

    def _table(self, level: str) -> pa.Table:
        head, years = self._heads[level], self._years[level]
        year = np.repeat(np.array(self._seen, np.int16), len(head["code"]))
        columns = {"year": year, "level": np.full(len(year), level)}
        columns |= {name: np.tile(values, len(years)) for name, values in head.items()}
        columns |= {name: np.concatenate([of[name] for of in years]) for name in years[0]}
        return pa.table({name: pa.array(values) for name, values in columns.items()})


def _head(code: NDArray[Any], name: NDArray[Any], province: NDArray[Any]) -> Columns:
    return {"code": code, "name": name, "province": province}


def _visible(table: Table) -> Columns:
    return {_name(name): table[name].copy() for name in table.declared if name not in _INTERNAL}


def _name(name: str) -> str:
    return _NAMES.get(name, name)
