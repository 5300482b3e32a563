"""The map: complete, connected, inside China and quick to read."""

import re
from importlib.resources import files

import networkx as nx
import numpy as np
import pytest

from model.geography import COUNTY_TYPES, TOWNSHIP_KINDS, distance_km, load_geography
from model.networks import hierarchy, nearest

ENGLISH = re.compile(r"[A-Z][a-z]+( [A-Z][a-z]+)?")


@pytest.fixture(scope="module")
def geography():
    return load_geography()


def row(geography, county):
    return geography.county_name.index(county)


def type_of(geography, county):
    return COUNTY_TYPES[geography.county_type[row(geography, county)]]


def kind_of(geography, township):
    return TOWNSHIP_KINDS[geography.township_kind[geography.township_name.index(township)]]


def test_map_has_31_provinces_2854_counties_and_41352_townships(geography):
    assert len(geography.province_code) == len(geography.province_name) == 31
    assert len(geography.county_code) == len(geography.county_name) == 2854
    assert len(geography.township_code) == len(geography.township_name) == 41_352


def test_regions_have_10_3_6_and_12_provinces(geography):
    assert np.bincount(geography.region).tolist() == [10, 3, 6, 12]


def test_province_names_are_english_and_unique(geography):
    assert all(ENGLISH.fullmatch(name) for name in geography.province_name)
    assert len(set(geography.province_name)) == 31


def test_codes_are_unique_and_counties_ascend(geography):
    assert (np.diff(geography.county_code) > 0).all()
    assert np.unique(geography.township_code).size == 41_352


def test_every_county_stands_on_a_point_inside_china(geography):
    assert ((geography.county_longitude > 73) & (geography.county_longitude < 136)).all()
    assert ((geography.county_latitude > 3) & (geography.county_latitude < 54)).all()


def test_every_county_and_prefecture_lies_in_its_province(geography):
    province = geography.province_code[geography.county_province]
    prefecture = geography.prefecture_code[geography.county_prefecture]
    assert (geography.county_code // 10_000 == province).all()
    assert (geography.county_code // 100 == prefecture).all()
    by_prefecture = geography.prefecture_province[geography.county_prefecture]
    assert (by_prefecture == geography.county_province).all()


def test_every_township_has_a_county_of_its_prefecture(geography):
    county = geography.county_code[geography.township_county]
    assert (geography.township_code // 100_000 == county // 100).all()


def test_only_townships_of_development_zones_left_their_county(geography):
    county = geography.county_code[geography.township_county]
    moved = geography.township_code[geography.township_code // 1000 != county] // 1000
    assert moved.size == 434
    assert np.unique(moved).size == 124
    assert not np.isin(moved, geography.county_code).any()


def test_offsets_delimit_the_townships_of_each_county(geography):
    sizes = np.diff(geography.county_first_township)
    rows = np.arange(geography.county_code.size)
    assert (sizes >= 1).all()
    assert (np.repeat(rows, sizes) == geography.township_county).all()


@pytest.mark.parametrize(
    ("county", "expected"),
    [
        ("东城区", "metro"),
        ("东莞市", "metro"),
        ("嘉峪关市", "metro"),
        ("昆山市", "city"),
        ("仙桃市", "city"),
        ("神农架林区", "rural"),
        ("六枝特区", "rural"),
        ("碑林区", "metro"),
        ("定日县", "rural"),
    ],
)
def test_county_type_follows_the_name(geography, county, expected):
    assert type_of(geography, county) == expected


@pytest.mark.parametrize(
    ("township", "expected"),
    [
        ("东华门街道", "subdistrict"),
        ("北极镇", "town"),
        ("三卡乡", "township"),
        ("新华农场", "township"),
    ],
)
def test_township_kind_follows_the_ending_of_the_name(geography, township, expected):
    assert kind_of(geography, township) == expected


def test_neighbourhood_is_symmetric_and_without_loops(geography):
    neighbours = geography.county_neighbours
    assert (neighbours != neighbours.T).nnz == 0
    assert not neighbours.diagonal().any()


def test_every_county_has_a_neighbour(geography):
    assert (np.diff(geography.county_neighbours.indptr) >= 1).all()


def test_neighbours_are_near_except_for_remote_islands(geography):
    one, other = geography.county_neighbours.nonzero()
    place = geography.county_longitude, geography.county_latitude
    distance = distance_km(place[0][one], place[1][one], place[0][other], place[1][other])
    far = np.unique(geography.county_code[one[distance > 800]])
    assert np.median(distance) < 60
    assert set(far.tolist()) <= {460203, 460322, 460323, 469006}


def test_no_two_provinces_share_a_tile(geography):
    tiles = set(zip(geography.tile_column.tolist(), geography.tile_row.tolist(), strict=True))
    assert len(tiles) == 31
    assert min(geography.tile_column) == min(geography.tile_row) == 0


def test_tile_map_agrees_with_the_compass(geography):
    province = geography.county_province
    east = np.bincount(province, geography.county_longitude) / np.bincount(province)
    north = np.bincount(province, geography.county_latitude) / np.bincount(province)
    assert np.corrcoef(east, geography.tile_column)[0, 1] > 0.85
    assert np.corrcoef(north, -geography.tile_row)[0, 1] > 0.85


def test_townships_lie_around_their_county_and_apart_from_each_other(geography):
    county = geography.township_county
    longitude, latitude = geography.township_longitude, geography.township_latitude
    away = distance_km(
        geography.county_longitude[county], geography.county_latitude[county], longitude, latitude
    )
    assert away.max() < 310
    assert 1 < np.median(away) < 15
    assert np.unique(np.column_stack([longitude, latitude]), axis=0).shape[0] == 41_352


def test_distance_from_beijing_to_shanghai_is_1067_km():
    assert distance_km(116.4, 39.9, 121.47, 31.23) == pytest.approx(1067, abs=1)


def test_distance_is_zero_to_oneself_and_half_the_equator_at_most():
    assert distance_km(100.0, 30.0, 100.0, 30.0) == 0
    assert distance_km(0.0, 0.0, 180.0, 0.0) == pytest.approx(np.pi * 6371.0088)


def test_nearest_counties_agree_with_all_distances(geography):
    rows = np.arange(0, 2854, 29)
    east, north = geography.county_longitude[rows], geography.county_latitude[rows]
    distance = distance_km(east[:, None], north[:, None], east, north)
    np.fill_diagonal(distance, np.inf)
    expected = np.argsort(distance, axis=1, kind="stable")[:, :5]
    assert (nearest(geography, rows, 5) == expected).all()


def test_counties_on_one_point_are_not_their_own_neighbours(geography):
    found = nearest(geography, np.arange(2854), 2)
    assert (found != np.arange(2854)[:, None]).all()


def test_more_neighbours_than_counties_are_cut_to_what_there_is(geography):
    assert nearest(geography, np.array([5, 9, 12]), 8).shape == (3, 2)
    assert nearest(geography, np.array([5]), 8).shape == (1, 0)


def test_hierarchy_is_a_tree_from_the_centre(geography):
    tree = hierarchy(geography, prefectures=True)
    assert nx.is_arborescence(tree)
    assert tree.number_of_nodes() == 1 + 31 + 342 + 2854 + 41_352


def test_hierarchy_of_chosen_counties_holds_only_their_places(geography):
    counties = np.array([row(geography, "昆山市"), row(geography, "东城区")])
    townships = geography.county_first_township[counties]
    tree = hierarchy(geography, counties, townships)
    assert tree.number_of_nodes() == 1 + 2 + 2 + 2
    assert nx.shortest_path(tree, "0", "320583") == ["0", "32", "320583"]
    assert tree.nodes["320583"]["type"] == "city"
    assert tree.nodes["32"]["region"] == "East"


def test_map_is_read_only_and_read_once(geography):
    assert load_geography() is geography
    with pytest.raises(ValueError, match="read-only"):
        geography.county_type[0] = 1


def test_data_of_the_map_stay_under_a_megabyte():
    folder = files("model") / "data" / "geography"
    assert sum(len(file.read_bytes()) for file in folder.iterdir()) < 1_000_000
