"""Links of households to organisations: rules worked by hand, and short histories of tiny."""

import networkx as nx
import numpy as np
import pytest

from agents import service_links as rules
from agents.errors import UnknownNameError
from agents.organisations import BY_GRASSROOTS, BY_HUB, NEEDS, STATE
from agents.service_links import UNSERVED, bits_of, link_bit
from model.organisation_network import GOVERNMENT, organisation_network
from model.service_links import leave_behind
from model.simulation import Simulation
from policies.base import discover
from tests.small_county import Given

ALONE = {f"policies.{policy}": "off" for policy in discover() if policy != "procurement"}
YEARS = {"years.first": 2006, "years.last": 2008}
POVERTY = NEEDS.index("poverty_casework")
GIVEN = Given(gain=0.3, loss=0.2, acquaintances=2)


def links(*bits):
    return np.array(bits, np.uint16)


def until(**changes):
    return Simulation("tiny", **ALONE | YEARS | changes).run()


@pytest.fixture(scope="module")
def usual():
    return until()


def test_every_link_has_a_bit_of_its_own():
    bits = {int(link_bit(need, who)) for need in range(4) for who in rules.ORGANISATIONS}
    assert len(bits) == 12
    assert sum(bits) == bits_of((0, 1, 2, 3))


def test_reach_is_hours_over_need_and_never_more_than_all():
    hours = np.zeros((1, 4, 4))
    hours[0, 0] = [10, 30, 0, 0]
    hours[0, 1] = [0, 60, 0, 140]
    reach = rules.reach_of(hours, np.array([[100.0, 100.0, 0.0, 0.0]]))[0]
    assert reach[0] == pytest.approx([0.1, 0.3, 0, 0])
    assert reach[1] == pytest.approx([0, 0.3, 0, 0.7])
    assert (reach[2:] == 0).all()


def test_the_draw_decides_who_serves():
    reach = np.array([[0.0, 0.0, 0.0, 0.0], [0.1, 0.3, 0.0, 0.2]])
    place = np.array([1, 1, 1, 1, 0], np.int32)
    served = rules.who_serves(reach, place, np.array([0.05, 0.2, 0.5, 0.7, 0.0]))
    assert served.tolist() == [STATE, BY_HUB, BY_GRASSROOTS, UNSERVED, UNSERVED]


def test_an_acquaintance_is_linked_with_the_chance_of_two_neighbours():
    near = rules.linked_neighbour(np.array([0], np.int32), np.array([2.0, 2.0]), GIVEN)
    assert near == pytest.approx([1 - 0.5**2, 0])


def test_links_are_gained_by_use_or_by_reach_and_neighbours():
    used = np.array([True, False, False])
    chance = rules.gain_chance(used, 0.5 * np.array([0, 0.4, 0]), GIVEN)
    assert chance == pytest.approx([0.3, 0.3 * 0.5 * 0.4, 0])


def test_unused_links_are_lost_and_used_ones_stay():
    linked = np.array([True, True, True, False, False])
    used = np.array([True, False, False, True, True])
    draw = np.array([0.1, 0.1, 0.25, 0.25, 0.35])
    found = rules.next_links(linked, used, np.full(5, 0.3), draw, GIVEN)
    assert found.tolist() == [True, False, True, True, False]


def test_who_is_linked_and_not_served_asked_in_vain():
    nobody = np.zeros(0, np.intp), np.zeros(0, np.int8)
    needs = [nobody] * len(NEEDS)
    needs[POVERTY] = np.arange(3), np.array([BY_HUB, UNSERVED, UNSERVED], np.int8)
    linked = links(0, link_bit(POVERTY, BY_HUB), 0)
    rows, met = rules.asked_and_met(needs, linked, (BY_HUB,))
    assert rows.tolist() == [0, 1]
    assert met.tolist() == [True, False]


def test_some_households_are_served_and_linked(usual):
    households, served = usual.households, usual.served
    assert any((need.provider > STATE).any() for need in served)
    assert all((np.diff(need.rows) > 0).all() for need in served)
    assert 0 < (households.org_links[households.alive] > 0).mean() < 0.6


def test_trust_moves_only_where_something_was_asked(usual):
    trust = usual.households.trust_ngo
    assert (trust != 0.5).any()
    assert (trust == 0.5).any()


def test_reach_by_provider_adds_up(usual):
    found = usual.datacollector.get_model_vars_dataframe().iloc[-1]
    name = "service_reach/poverty_casework"
    parts = sum(found[f"{name}/{who}"] for who in ("state", "hub", "incubated", "grassroots"))
    assert parts == pytest.approx(found[name])
    assert 0 < found[name] <= 1


def test_links_are_gained_by_use_or_by_need():
    sim = until(**{"procurement.links.gain": 1.0, "procurement.links.loss": 1.0})
    for need, served in enumerate(sim.served):
        linked = np.flatnonzero(sim.households.org_links & bits_of((need,)))
        assert len(linked)
        assert np.isin(linked, served.rows).all()


def test_links_are_cut_where_none_are_gained():
    cut = until(**{"procurement.links.gain": 0.0})
    assert (cut.households.org_links == 0).all()


def test_without_procurement_nobody_is_served_or_linked():
    off = until(**{"policies.procurement": "off"})
    assert (off.households.org_links == 0).all()
    assert not any(len(need.rows) for need in off.served)
    living = off.households.alive
    assert (off.households.trust_gongo[living] == np.float32(0.5)).all()


def test_who_moved_left_the_links_behind():
    sim = until(**{"procurement.links.gain": 1.0})
    households = sim.households
    row = np.flatnonzero(households.org_links > 0)[0]
    households.links_township[row] = -1
    leave_behind(sim)
    assert households.org_links[row] == 0


@pytest.fixture(scope="module")
def graph(usual):
    policy = usual.policies["procurement"]
    busiest = np.bincount(policy.lots.county[policy.paid.lot]).argmax()
    return organisation_network(usual, int(usual.counties.code[busiest]))


def test_the_network_of_a_county_has_what_a_drawing_needs(graph):
    assert isinstance(graph, nx.DiGraph)
    for _, node in graph.nodes(data=True):
        assert node.keys() == {"kind", "size", "money", "tie"}
        assert 0 <= node["tie"] <= 1
    assert all(edge["money"] > 0 for _, _, edge in graph.edges(data=True))


def test_the_government_of_the_network_pays_what_its_lots_cost(graph):
    paid = sum(edge["money"] for _, _, edge in graph.out_edges(GOVERNMENT, data=True))
    assert paid == pytest.approx(graph.nodes[GOVERNMENT]["money"])
    assert paid > 0


def test_a_county_outside_the_sample_has_no_network(usual):
    with pytest.raises(UnknownNameError, match="county of the sample"):
        organisation_network(usual, 1)
