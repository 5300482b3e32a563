"""The map: provinces, prefectures, counties and townships of 2023, with points and borders.

Loaded once from ``model/data/geography`` (origin and licences in its README) into plain arrays and
kept. The map is fixed: the simulated years start earlier than its codes, so every place keeps the
rank and the borders of 2023 throughout.
"""

import lzma
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from agents.table import Float, Int8, Int16, Int32, Int64
from model.chance import Chance

# The four regions of the National Bureau of Statistics.
REGIONS = ("East", "Northeast", "Central", "West")
# Metro district (市辖区), county-level city (县级市), rural county (县, 旗, 自治县 and the like).
COUNTY_TYPES = ("metro", "city", "rural")
# Subdistrict (街道), town (镇), township (乡, 苏木, farms and whatever else has this rank).
TOWNSHIP_KINDS = ("subdistrict", "town", "township")

EARTH_RADIUS_KM = 6371.0088

_SUBDISTRICT_ENDINGS = ("街道", "街道办事处", "街道办", "地区")
_TOWN_ENDINGS = ("镇",)
# Special districts and forest districts are run as rural counties although their name ends in 区.
_RURAL_ENDINGS = ("特区", "神农架林区")
# Digits of a division code: a county's code over this is its prefecture's, and so on.
_COUNTY_TO_PREFECTURE = 100
_PREFECTURE_TO_PROVINCE = 100
# Convention of this map: townships lie within a third of the way to the nearest other county.
_SCATTER_SHARE = 1 / 3


@dataclass(frozen=True, eq=False)
class Geography:
    """The places of the country as read-only arrays; a place is a row.

    Attributes
    ----------
    province_code : ndarray of int32, shape (31,)
    province_name, province_name_zh : tuple of str
        English, as in the official series, and Chinese.
    region : ndarray of int8, shape (31,)
        Index into `REGIONS`.
    tile_column, tile_row : ndarray of int16, shape (31,)
        Place of the province in a tile map; row 0 is the north.
    prefecture_code : ndarray of int32, shape (342,)
    prefecture_name : tuple of str
        Chinese.
    prefecture_province : ndarray of int16, shape (342,)
        Row of the province.
    county_code : ndarray of int32, shape (2854,)
        Ascending.
    county_name : tuple of str
        Chinese.
    county_province, county_prefecture : ndarray of int16, shape (2854,)
        Rows of the province and of the prefecture.
    county_type : ndarray of int8, shape (2854,)
        Index into `COUNTY_TYPES`. A prefecture without counties is a metro district.
    county_longitude, county_latitude : ndarray of float64, shape (2854,)
        Seat or centre, degrees.
    county_neighbours : sparse array of bool, shape (2854, 2854)
        Symmetric: shares a border; an island or a county without known border is joined to the
        nearest county of its province.
    township_code : ndarray of int64, shape (41352,)
        Ascending within the county. A development zone's townships keep their code.
    township_name : tuple of str
        Chinese.
    township_county : ndarray of int32, shape (41352,)
        Row of the county, ascending.
    county_first_township : ndarray of int32, shape (2855,)
        Townships of county `i` are the rows from entry `i` up to entry `i + 1`.
    township_kind : ndarray of int8, shape (41352,)
        Index into `TOWNSHIP_KINDS`, by the ending of the name.
    township_longitude, township_latitude : ndarray of float64, shape (41352,)
        Degrees. Assumption: no township coordinates are at hand, so they are scattered evenly over
        a disc around the county's point, by a draw that belongs to the township's code.
    """

    province_code: Int32
    province_name: tuple[str, ...]
    province_name_zh: tuple[str, ...]
    region: Int8
    tile_column: Int16
    tile_row: Int16
    prefecture_code: Int32
    prefecture_name: tuple[str, ...]
    prefecture_province: Int16
    county_code: Int32
    county_name: tuple[str, ...]
    county_province: Int16
    county_prefecture: Int16
    county_type: Int8
    county_longitude: Float
    county_latitude: Float
    county_neighbours: "sparse.csr_array[np.bool_, tuple[int, int]]"
    township_code: Int64
    township_name: tuple[str, ...]
    township_county: Int32
    county_first_township: Int32
    township_kind: Int8
    township_longitude: Float
    township_latitude: Float

    def __post_init__(self) -> None:
        for field in fields(self):
            if isinstance(value := getattr(self, field.name), np.ndarray):
                value.setflags(write=False)


@cache
def load_geography() -> Geography:
    """Return the map, read on the first call and shared afterwards."""
    provinces, prefectures = _read("provinces.csv"), _read("prefectures.csv.xz")
    counties, townships = _read("counties.csv.xz"), _read("townships.csv.xz")
    return Geography(
        **_province_columns(provinces),
        **_prefecture_columns(prefectures, provinces),
        **_county_columns(counties, prefectures, provinces),
        county_neighbours=_neighbours(_codes(counties), _read("borders.csv.xz")),
        **_township_columns(townships, counties),
    )


def distance_km(
    longitude_1: Float | float,
    latitude_1: Float | float,
    longitude_2: Float | float,
    latitude_2: Float | float,
) -> Float:
    """Return great-circle distances in km between points in degrees (haversine), broadcast."""
    east = np.radians(np.subtract(longitude_2, longitude_1)) / 2
    north = np.radians(np.subtract(latitude_2, latitude_1)) / 2
    along = np.cos(np.radians(latitude_1)) * np.cos(np.radians(latitude_2))
    chord = np.sin(north) ** 2 + along * np.sin(east) ** 2
    distance: Float = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1)))
    return distance


def unit_vectors(longitude: Float, latitude: Float) -> Float:
    """Return points in degrees as vectors of length 1 from the centre of the earth, (n, 3)."""
    east, north = np.radians(longitude), np.radians(latitude)
    level = np.cos(north)
    return np.column_stack([level * np.cos(east), level * np.sin(east), np.sin(north)])


def _read(name: str) -> pd.DataFrame:
    file = files("model") / "data" / "geography" / name
    with file.open("rb") as raw:
        return pd.read_csv(lzma.open(raw) if name.endswith(".xz") else raw)


def _province_columns(provinces: pd.DataFrame) -> dict[str, Any]:
    return {
        "province_code": provinces["code"].to_numpy(np.int32),
        "province_name": _texts(provinces["name"]),
        "province_name_zh": _texts(provinces["name_zh"]),
        "region": np.array([REGIONS.index(name) for name in provinces["region"]], np.int8),
        "tile_column": provinces["tile_column"].to_numpy(np.int16),
        "tile_row": provinces["tile_row"].to_numpy(np.int16),
    }


def _prefecture_columns(prefectures: pd.DataFrame, provinces: pd.DataFrame) -> dict[str, Any]:
    code = _codes(prefectures)
    province = np.searchsorted(_codes(provinces), code // _PREFECTURE_TO_PROVINCE)
    return {
        "prefecture_code": code,
        "prefecture_name": _texts(prefectures["name"]),
        "prefecture_province": province.astype(np.int16),
    }


def _county_columns(
    counties: pd.DataFrame, prefectures: pd.DataFrame, provinces: pd.DataFrame
) -> dict[str, Any]:
    code = _codes(counties)
    prefecture_code = code // _COUNTY_TO_PREFECTURE
    prefecture = np.searchsorted(_codes(prefectures), prefecture_code)
    province = np.searchsorted(_codes(provinces), prefecture_code // _PREFECTURE_TO_PROVINCE)
    return {
        "county_code": code,
        "county_name": _texts(counties["name"]),
        "county_province": province.astype(np.int16),
        "county_prefecture": prefecture.astype(np.int16),
        "county_type": _county_type(counties["name"], prefectures["name"].to_numpy()[prefecture]),
        "county_longitude": counties["longitude"].to_numpy(np.float64),
        "county_latitude": counties["latitude"].to_numpy(np.float64),
    }


def _county_type(name: "pd.Series[str]", prefecture_name: Any) -> Int8:
    # A city that is its own prefecture has no counties below it, only townships (Dongguan 东莞).
    whole_prefecture = (name == prefecture_name).to_numpy(bool)
    district = _ends(name, "区") & ~_ends(name, *_RURAL_ENDINGS)
    types = np.select(
        [whole_prefecture | district, _ends(name, "市")],
        [COUNTY_TYPES.index("metro"), COUNTY_TYPES.index("city")],
        COUNTY_TYPES.index("rural"),
    )
    return types.astype(np.int8)


def _neighbours(
    county_code: Int32, borders: pd.DataFrame
) -> "sparse.csr_array[np.bool_, tuple[int, int]]":
    one = np.searchsorted(county_code, borders["a"].to_numpy())
    other = np.searchsorted(county_code, borders["b"].to_numpy())
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    shape = (county_code.size, county_code.size)
    return sparse.csr_array((np.ones(rows.size, np.bool_), (rows, columns)), shape=shape)


def _township_columns(townships: pd.DataFrame, counties: pd.DataFrame) -> dict[str, Any]:
    county_code = _codes(counties)
    code = townships["code"].to_numpy(np.int64)
    county = np.searchsorted(county_code, townships["county"].to_numpy()).astype(np.int32)
    first = np.searchsorted(county, np.arange(county_code.size + 1)).astype(np.int32)
    longitude, latitude = _scatter(code, county, counties)
    return {
        "township_code": code,
        "township_name": _texts(townships["name"]),
        "township_county": county,
        "county_first_township": first,
        "township_kind": _township_kind(townships["name"]),
        "township_longitude": longitude,
        "township_latitude": latitude,
    }


def _township_kind(name: "pd.Series[str]") -> Int8:
    kinds = np.select(
        [_ends(name, *_SUBDISTRICT_ENDINGS), _ends(name, *_TOWN_ENDINGS)],
        [TOWNSHIP_KINDS.index("subdistrict"), TOWNSHIP_KINDS.index("town")],
        TOWNSHIP_KINDS.index("township"),
    )
    return kinds.astype(np.int8)


def _scatter(code: Int64, county: Int32, counties: pd.DataFrame) -> tuple[Float, Float]:
    """Return a point for each township, evenly over a disc around its county's point."""
    longitude = counties["longitude"].to_numpy(np.float64)
    latitude = counties["latitude"].to_numpy(np.float64)
    # The seed is fixed and the draw belongs to the code: the map is the same in every history.
    chance, keys = Chance(0), code.astype(np.uint64)
    radius = _km_to_other_county(longitude, latitude)[county] * _SCATTER_SHARE
    away = radius * np.sqrt(chance.draws("geography.scatter.distance", 0).uniform(keys))
    bearing = 2 * np.pi * chance.draws("geography.scatter.bearing", 0).uniform(keys)
    north = np.degrees(away * np.cos(bearing) / EARTH_RADIUS_KM)
    east = np.degrees(away * np.sin(bearing) / EARTH_RADIUS_KM)
    centre = latitude[county]
    return longitude[county] + east / np.cos(np.radians(centre)), centre + north


def _km_to_other_county(longitude: Float, latitude: Float) -> Float:
    """Return each county's distance to the nearest county at another point, (n,) km."""
    # Four counties stand on the same point, the mean of their prefecture: points, not counties.
    points, own = np.unique(np.column_stack([longitude, latitude]), axis=0, return_inverse=True)
    tree = cKDTree(unit_vectors(points[:, 0], points[:, 1]))
    second = np.asarray(tree.query(tree.data, k=[2])[1])[:, 0]
    other = points[second]
    return distance_km(points[:, 0], points[:, 1], other[:, 0], other[:, 1])[own]


def _codes(table: pd.DataFrame) -> Int32:
    return table["code"].to_numpy(np.int32)


def _texts(names: "pd.Series[str]") -> tuple[str, ...]:
    return tuple(names.to_numpy(object).tolist())


def _ends(name: "pd.Series[str]", *endings: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return name.str.endswith(endings).to_numpy(bool)
