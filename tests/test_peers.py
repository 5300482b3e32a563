"""Whom county governments look at (rule a.4)."""

import networkx as nx
import numpy as np
import pytest

from agents.local_government import Counties
from agents.official import COUNTY, Officials
from model.networks import nearest_points
from model.peers import Peers
from model.simulation import Simulation
from policies.parameters import ParameterSet

PARAMETERS = ParameterSet.load().at(1993)


def counties_of(provinces, incomes=None, sizes=None, kinds=None):
    """Return a table of counties by province."""
    counties = Counties(len(provinces))
    counties.alive[:] = True
    counties.code[:] = 100 * np.array(provinces) + np.arange(len(provinces))
    counties.province[:] = provinces
    counties.priority[:] = incomes or np.arange(len(provinces))
    counties.population[:] = sizes or 1e5
    counties.kind[:] = kinds or 0
    return counties


def leaders(n, **columns):
    officials = Officials(n)
    officials.level[:] = COUNTY
    officials.place[:] = np.arange(n)
    officials.years[:] = 5
    for name, values in columns.items():
        officials[name] = np.array(values)
    return officials


@pytest.fixture
def two_provinces():
    """Return peers of two provinces of three counties each."""
    return Peers(counties_of([0, 0, 0, 1, 1, 1], [1.0, 2, 3, 1.1, 2.1, 3.1]), PARAMETERS)


def test_weights_of_every_county_sum_to_one(two_provinces):
    assert two_provinces.weights.sum(axis=1) == pytest.approx(np.ones(6))
    assert two_provinces.weights.diagonal() == pytest.approx(np.zeros(6))


@pytest.mark.parametrize("others", [5, 50])
def test_the_province_weighs_six_tenths_however_many_places_there_are(others):
    counties = counties_of([0] + [1] * others + [0], [0.0] + [0.1] * others + [9.5])
    weights = Peers(counties, PARAMETERS).weights.toarray()
    assert weights[0, -1] == pytest.approx(0.6)
    assert weights[1, 2 : others + 1].sum() >= 0.6


def test_places_most_alike_in_income_size_and_kind_are_peers_across_provinces():
    counties = counties_of([0, 1, 2, 3, 4, 5, 6], [5.0, 5.1, 1, 1, 1, 1, 1])
    weights = Peers(counties, PARAMETERS).weights.toarray()
    assert weights[0, 1] > 0
    assert weights[1, 0] > 0
    assert (weights > 0).sum(axis=1).max() == 4


def test_share_of_peers_that_have_a_policy(two_provinces):
    nobody, everybody = np.zeros(6), np.ones(6)
    assert two_provinces.share(nobody) == pytest.approx(nobody)
    assert two_provinces.share(everybody) == pytest.approx(everybody)
    first = two_provinces.share(np.array([1.0, 1, 1, 0, 0, 0]))
    assert first[0] > 0.6 > 0.4 >= first[3]


def test_a_leader_who_moved_looks_back_until_careers_forget_it(two_provinces):
    before = two_provinces.weights.toarray()
    moved = {"moved_from": [-1, -1, -1, -1, -1, 0]}
    two_provinces.follow_leaders(leaders(6, **moved), PARAMETERS)
    after = two_provinces.weights.toarray()
    assert after[5, 0] == pytest.approx(0.8 * before[5, 0] + 0.2)
    assert after.sum(axis=1) == pytest.approx(np.ones(6))
    assert (after[:5] == before[:5]).all()
    two_provinces.follow_leaders(leaders(6), PARAMETERS)
    assert (two_provinces.weights.toarray() == before).all()


def test_a_county_alone_in_the_world_has_no_peers():
    alone = Peers(counties_of([0]), PARAMETERS)
    assert alone.share(np.ones(1)).tolist() == [0]
    assert alone.draw(np.array([0]), np.ones(1), np.array([0.5])).tolist() == [-1]


def test_a_model_is_drawn_among_peers_that_have_it_by_weight(two_provinces):
    having = np.array([0.0, 1, 0, 0, 1, 0])
    rows, luck = np.zeros(2000, int), (np.arange(2000) + 0.5) / 2000
    drawn = two_provinces.draw(rows, having, luck)
    assert set(drawn) <= {1, 4}
    weights = two_provinces.weights.toarray()[0]
    expected = weights[1] / (weights[1] + weights[4])
    assert (drawn == 1).mean() == pytest.approx(expected, abs=0.002)


def test_who_has_no_peer_with_the_policy_has_no_model(two_provinces):
    assert two_provinces.draw(np.array([2]), np.zeros(6), np.array([0.3])).tolist() == [-1]


def test_nearest_points_leave_oneself_out_and_keep_order_at_equal_distance():
    points = np.array([[0.0], [0.0], [0.0], [2.0]])
    assert nearest_points(points, 2)[:3].tolist() == [[1, 2], [0, 2], [0, 1]]


def test_peers_and_corridors_of_a_world_are_graphs():
    sim = Simulation("tiny", **{"years.last": 1993})
    peers, corridors = sim.peers, sim.corridor_graph
    assert isinstance(peers, nx.DiGraph)
    assert set(peers) == set(sim.counties.code.astype(str))
    total = [sum(tie["weight"] for tie in peers[code].values()) for code in peers]
    assert total == pytest.approx([1.0] * len(peers))
    assert isinstance(corridors, nx.DiGraph)
    assert len(corridors) == len(sim.township_key)


def test_for_how_long_leaders_look_back_is_one_parameter():
    ties = [_ties(**{"incentives.careers.link_years": years}) for years in (0, 3, 8)]
    assert ties[0] < ties[1] < ties[2]


def _ties(**settings):
    """Return how many leaders still look back after seven years."""
    sim = Simulation("tiny", **settings, **{"years.last": 1999}).run()
    return int((sim.officials.moved_from[: sim.counties.n] >= 0).sum())


def test_the_graph_follows_leaders_from_year_to_year(tiny):
    recent = (tiny.officials.moved_from >= 0) & (tiny.officials.years < 3)
    rows = np.flatnonzero(recent[: tiny.counties.n])
    assert len(rows) > 0
    codes = tiny.counties.code.astype(str)
    for row in rows:
        tie = tiny.peers[codes[row]][codes[tiny.officials.moved_from[row]]]
        assert tie["weight"] >= 0.2
