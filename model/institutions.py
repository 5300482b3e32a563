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
    """Keeps the rows of all years, by level, as columns."""

    def __init__(self) -> None:
        self._years: dict[str, list[Columns]] = {level: [] for level in LEVELS}

    def keep(self, sim: "Simulation") -> None:
        """Keep the rows of the year that ends."""
        self._years["centre"].append(_centre(sim))
        self._years["province"].append(_provinces(sim))
        self._years["county"].append(_counties(sim))

    def table(self) -> pa.Table:
        """Return all rows: columns that a level does not have are null there."""
        tables = [_table(level, years) for level, years in self._years.items() if years]
        return pa.concat_tables(tables, promote_options="default")


def _table(level: str, years: list[Columns]) -> pa.Table:
    columns = {name: np.concatenate([year[name] for year in years]) for name in years[0]}
    length = len(columns["year"])
    arrays = {"year": columns.pop("year"), "level": np.full(length, level)} | columns
    return pa.table({name: pa.array(values) for name, values in arrays.items()})


def _centre(sim: "Simulation") -> Columns:
    centre = sim.centre
    money = {_name(name): np.array([getattr(centre, name)]) for name in _OF_CENTRE}
    none = np.array([None])
    return _head(sim, np.array([centre.code]), np.array([centre.name_zh]), none) | money


def _provinces(sim: "Simulation") -> Columns:
    geography, n = sim.geography, sim.counties.n
    codes = geography.province_code.astype(str)
    names = np.array(geography.province_name_zh)
    leaders = slice(n, n + sim.provinces.n)
    return _head(sim, codes, names, codes) | _visible(sim.provinces) | _leaders(sim, leaders)


def _counties(sim: "Simulation") -> Columns:
    geography, counties = sim.geography, sim.counties
    codes = counties.code.astype(str)
    names = np.array(geography.county_name)[sim.places.county_rows]
    province = geography.province_code.astype(str)[counties.province]
    leaders = _leaders(sim, slice(0, counties.n))
    return _head(sim, codes, names, province) | _visible(counties) | leaders


def _head(
    sim: "Simulation", code: NDArray[Any], name: NDArray[Any], province: NDArray[Any]
) -> Columns:
    year = np.full(len(code), sim.year, np.int16)
    return {"year": year, "code": code, "name": name, "province": province}


def _visible(table: Table) -> Columns:
    return {_name(name): table[name].copy() for name in table.declared if name not in _INTERNAL}


def _leaders(sim: "Simulation", rows: slice) -> Columns:
    """Return what is known of leaders: shares of effort by their names, the rest as leader_*."""
    officials = sim.officials
    leaders: Columns = {}
    for name in officials.declared:
        if name in _INTERNAL:
            continue
        column = name if name.startswith("effort_") else f"leader_{name}"
        leaders[column] = officials[name][rows].copy()
    # Who led no county before has row -1, the last of the codes.
    codes = np.array([*sim.counties.code.astype(str), None], object)
    leaders["leader_moved_from"] = codes[leaders["leader_moved_from"]]
    return leaders


def _name(name: str) -> str:
    return _NAMES.get(name, name)
