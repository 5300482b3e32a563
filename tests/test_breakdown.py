"""Coverage by hukou group and income decile: the parts give the whole, and one case by hand."""

import numpy as np
import pytest

from model.breakdown import Breakdown
from model.inequality import DECILES, Ranked, sorted_incomes
from policies.base import BROKEN_DOWN
from policies.base import DECILES as NAMES
from policies.registration import claim_places
from tests.small_works import live, works

RURAL = {"hukou_urban": False, "hukou_township": 1}


@pytest.fixture(scope="module")
def last(tiny):
    """Return the values of the last year by level, area, outcome, scheme and group."""
    table = tiny.record.table()
    keys = ["level", "area", "outcome", "scheme", "group"]
    return table[table["year"] == tiny.year].set_index(keys)["value"].sort_index()


def deciles_of(sim):
    """Return the decile of each household, ranked as the definition says."""
    households = sim.households
    _, rows = sorted_incomes(households.income_per_head, households.alive)
    people = (households.weight * households.size)[rows]
    decile = np.zeros(households.n, int)
    decile[rows] = ((np.cumsum(people) - people / 2) / people.sum() * DECILES).astype(int)
    return decile


def test_the_decile_of_a_row_is_where_the_middle_of_its_people_falls(tiny):
    income, rows = sorted_incomes(tiny.households.income_per_head, tiny.households.alive)
    people = (tiny.households.weight * tiny.households.size)[rows]
    assert (Ranked(income, people).deciles() == deciles_of(tiny)[rows]).all()
    assert Ranked(np.empty(0), np.empty(0)).deciles().tolist() == []


def test_medical_coverage_by_decile_adds_up_to_that_of_everybody(tiny, last):
    persons, households = tiny.persons, tiny.households
    weight = households.weight[persons.household] * persons.alive
    people = np.bincount(deciles_of(tiny)[persons.household], weight)
    found = last["nation", "0", "coverage", "medical"]
    assert np.average(found[list(NAMES)], weights=people) == pytest.approx(found["all"])
    assert found["decile_1"] != found["decile_10"]


def test_hukou_groups_of_the_worker_pension_lie_around_the_whole(last):
    for area in ("0", "33"):
        level = "nation" if area == "0" else "province"
        found = last[level, area, "coverage", "worker_pension"]
        parts = found[["hukou_rural", "hukou_urban"]]
        assert parts.min() < found["all"] < parts.max()


def test_deciles_stop_above_the_county_and_hukou_groups_do_not(last):
    levels = last.reset_index().groupby("group")["level"].unique().map(set)
    assert levels["decile_3"] == levels["urban&decile_3"] == {"nation", "region", "province"}
    assert levels["hukou_urban"] == levels["hukou_rural"] == levels["all"]


def test_a_worker_counts_in_his_own_hukou_group_and_decile():
    world = works(2005, [{}, {"work": "INFORMAL"} | RURAL, {"work": "FARM", "urban": False}])
    world.breakdown = Breakdown(world, np.array([9, 4, 0], np.int8), np.ones(3))
    record = live(world).record

    def members(group):
        part, whole = record["coverage", "worker_pension", group]
        return part.sum(), whole.sum()

    assert members("hukou_urban") == members("decile_10") == (1, 1)
    assert members("hukou_rural")[1] == members("decile_5")[1] == 1
    assert members("decile_1") == (0, 0)


def test_dibao_reaches_a_part_of_what_the_poor_lack(tiny, last):
    households, places = tiny.households, claim_places(tiny)
    rural = households.alive & ~places.urban
    lines = tiny.counties["rural_dibao_line"][places.county]
    lacks = (lines * households.size - households.market_income)[rural]
    poor, people = lacks > 0, (households.weight * households.size)[rural]
    paid = (households["dibao_benefit"] * households["receives_dibao"])[rural]
    share = np.average(np.minimum(paid / lacks, 1)[poor], weights=people[poor])
    found = last["nation", "0", "effective_coverage", "dibao"]
    assert found["rural"] == pytest.approx(share)
    assert 0 < found["rural&decile_1"] < 1


def test_every_group_of_a_breakdown_has_a_name_of_its_own():
    names = BROKEN_DOWN.split(", ")
    assert len(set(names)) == len(names) == len(NAMES) + 2
