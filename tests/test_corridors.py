"""Corridors: who knows which places elsewhere."""

import numpy as np
import pytest

from model.chance import Chance, derive_keys
from model.corridors import Corridors, draw_corridors
from model.geography import Geography, load_geography
from model.sampling import Places, sample_places
from policies.parameters import ParameterSet

PARAMETERS = ParameterSet.load().at(1993)


@pytest.fixture(scope="module")
def world() -> tuple[Geography, Places, Corridors]:
    geography = load_geography()
    uniform = Chance(1).draws("places", 0).uniform
    places = sample_places(geography, 62, 2, uniform, (2.0, 1.0, 0.5))
    return geography, places, _draw(geography, places)


def _draw(geography: Geography, places: Places) -> Corridors:
    codes = geography.township_code[places.township_rows].astype(np.uint64)
    keys = derive_keys(codes, "township")
    return draw_corridors(geography, places, keys, PARAMETERS, Chance(1).draws("corridors", 0))


def test_every_township_knows_as_many_places_as_the_parameter_says(world) -> None:
    _, places, corridors = world
    assert corridors.destination.shape == (len(places.township_rows), 6)
    assert (corridors.destination >= 0).all()


def test_no_corridor_stays_in_the_own_county_or_is_named_twice(world) -> None:
    _, places, corridors = world
    county = places.township_place_county
    assert (county[corridors.destination] != county[:, None]).all()
    assert all(len(set(row)) == len(row) for row in corridors.destination.tolist())


def test_near_places_are_known_more_often_than_far_ones(world) -> None:
    corridors = world[2]
    assert np.median(corridors.kilometres) < 1_000
    assert corridors.kilometres.min() > 0


def test_pull_falls_with_distance_and_rises_with_earlier_migrants(world) -> None:
    corridors = Corridors(
        np.array([[0, 1, 1]], np.int32), np.array([[10.0, 100.0, 100.0]]), np.array([[0, 0, 9.0]])
    )
    near, far, chained = corridors.pull(PARAMETERS)[0]
    assert near / far == pytest.approx(10**1.2)
    assert chained / far == pytest.approx(10**0.4)


def test_the_graph_has_a_node_for_each_township_and_an_edge_for_each_corridor(world) -> None:
    geography, places, corridors = world
    graph = corridors.graph(geography, places, PARAMETERS)
    assert graph.number_of_nodes() == len(places.township_rows)
    assert graph.number_of_edges() == corridors.destination.size


def test_corridors_are_the_same_when_drawn_again(world) -> None:
    geography, places, corridors = world
    again = _draw(geography, places)
    np.testing.assert_array_equal(again.destination, corridors.destination)
