"""Pools of insurance through work: who covers whom, and the central adjustment (e.5)."""

import numpy as np
import pytest

from agents.errors import MinshengError
from agents.local_government import Counties
from policies.worker_pools import central_adjustment, pool_of, share_risk
from tests.small_works import live, paid, reserve, works


def test_counties_of_a_pool_cover_each_other_before_anybody_else_pays():
    kept, short = share_risk(np.array([100.0, -40.0, -30.0]), np.array([0, 0, 1]))
    assert kept.tolist() == [60, 0, 0]
    assert short.tolist() == [0, 0, 30]


def test_a_shortfall_is_shared_by_those_who_overdrew():
    kept, short = share_risk(np.array([10.0, -40.0, -10.0]), np.zeros(3, int))
    assert kept.tolist() == [0, 0, 0]
    assert short.tolist() == pytest.approx([0, 32, 8])


def test_pooling_levels_are_county_province_and_nation():
    counties = Counties(3)
    counties.province[:] = [0, 0, 1]
    assert pool_of("county", counties).tolist() == [0, 1, 2]
    assert pool_of("province", counties).tolist() == [0, 0, 1]
    assert pool_of("nation", counties).tolist() == [0, 0, 0]
    with pytest.raises(MinshengError, match="did you mean 'province'"):
        pool_of("provinces", counties)


def test_the_central_adjustment_is_zero_sum_and_who_has_more_workers_per_retiree_pays():
    members, retirees = np.array([800.0, 130.0]), np.array([100.0, 100.0])
    done = central_adjustment(0.03 * 0.9, np.full(2, 1000.0), members, retirees, np.arange(2))
    assert done.net.sum() == pytest.approx(0, abs=1e-9)
    assert done.paid.tolist() == pytest.approx([21600, 3510])
    assert done.net[0] < 0 < done.net[1]


def test_the_mean_wage_of_a_province_counts_not_that_of_its_counties():
    wage, one = np.array([1000.0, 3000.0]), np.ones(2)
    done = central_adjustment(0.1, wage, one, one, np.zeros(2, int))
    assert done.paid.tolist() == pytest.approx([200, 200])
    assert done.net.tolist() == pytest.approx([0, 0])


@pytest.mark.parametrize(
    ("level", "moved", "work"),
    [("province", 13.5, "RETIRED"), ("province", 13.5, "INFORMAL"), ("nation", 0, "RETIRED")],
)
def test_the_central_adjustment_moves_money_from_workers_to_retirees(level, moved, work):
    """Two workers at a wage of 1000 pay 3 percent of nine tenths; retirees are one and one."""
    retired = {"work": work, "age": 61, "wage": 0, "pension_years": 15, "insured_county": 0}
    there = {"township": 1, "hukou_township": 1}
    people = [{}, {}, retired | {"insured_county": 0}, retired | there | {"insured_county": 1},
              there | {"wage": 1000}]  # fmt: skip
    changes = {"worker_insurance.schemes.pension_level": level,
               "worker_insurance.schemes.adjustment_rate": 0.03}  # fmt: skip
    world = live(works(2018, people, changes, codes=(320102, 330103)), ["budget", "enrol"])
    world.policies[0]._adjust(world)
    assert reserve(world) == pytest.approx([-moved, moved])


def test_the_central_adjustment_leaves_public_employees_out():
    retired = {"work": "RETIRED", "age": 61, "wage": 0, "pension_years": 15, "insured_county": 0,
               "state_sector": True}  # fmt: skip
    there = {"township": 1, "hukou_township": 1, "insured_county": 1}
    people = [{"state_sector": True}, {}, retired, retired | there]
    luck = {"persons.public_employee": 1e-9}
    changes = {"worker_insurance.schemes.adjustment_rate": 0.03}
    world = works(2018, people, changes, luck, codes=(320102, 330103))
    live(world, ["budget", "enrol"]).policies[0]._adjust(world)
    assert reserve(world) == [0, 0]


def test_without_retirees_nobody_pays():
    done = central_adjustment(0.1, np.ones(2), np.ones(2), np.zeros(2), np.arange(2))
    assert done.net.tolist() == [0, 0]


def test_a_pension_pool_that_is_short_is_filled_by_the_centre():
    pensioner = {"work": "RETIRED", "age": 61, "wage": 500, "pension_years": 20,
                 "insured_county": 0}  # fmt: skip
    world = live(works(2012, [pensioner]))
    assert world.central_spending == pytest.approx(500)
    assert paid(world)["centre > insurance_pools: pension_subsidy"] == pytest.approx(500)
    assert reserve(world) == [0, 0]


def test_a_county_makes_good_what_its_medical_pool_lacks_and_that_is_no_assistance():
    world = live(works(2012, [{"inpatient_bill": 10000, "medical_bill": 10000}]))
    short = paid(world)["counties > insurance_pools: worker_medical_shortfall"]
    assert world.counties.schemes.tolist() == pytest.approx([short, 0])
    assert world.counties.assistance.tolist() == [0, 0]


@pytest.mark.parametrize(("room", "helped"), [(0, 50), (1e6, 0)])
def test_a_province_helps_a_county_whose_room_does_not_reach(room, helped):
    world = works(2012, [{"inpatient_bill": 10000, "medical_bill": 10000}])
    world.counties.room[:] = room
    world.provinces.relief_left[:] = 50
    live(world)
    flows, lack = paid(world), "insurance_pools: worker_medical_shortfall"
    assert flows.get(f"provinces > {lack}", 0) == pytest.approx(helped)
    short = flows["insurance_pools > outside: medical_bills"] - 100
    assert flows[f"counties > {lack}"] == pytest.approx(short - helped)


def test_the_county_that_holds_the_rights_pays_the_pension_by_its_own_mean_wage():
    returned = {"work": "FARM", "age": 60, "wage": 0, "township": 1, "hukou_township": 1,
                "pension_years": 15, "insured_county": 0}  # fmt: skip
    world = works(2012, [returned], mean_wage=[1000, 3000])
    world.households.weight[:] = 10
    world.counties["worker_pension_reserve"][:] = [2000, 2000]
    live(world)
    assert world.households.transfers.tolist() == pytest.approx([150])
    assert reserve(world) == pytest.approx([500, 2000])


def test_only_pensions_are_paid_by_the_county_that_holds_pension_rights():
    world = works(2012, [{"insured_county": 1, "pension_years": 3}], luck={
        "persons.work_injury": 0, "persons.accept_worker_pension": 1 - 1e-9})  # fmt: skip
    live(world, ["budget", "enrol", "contribute"])
    assert reserve(world, "work_injury") == pytest.approx([10 - 900, 0])


@pytest.mark.parametrize(
    ("level", "subsidy"), [("county", 500), ("province", 220), ("nation", 220)]
)
def test_a_county_with_workers_helps_one_with_retirees_where_they_share_a_pool(level, subsidy):
    pensioner = {"work": "RETIRED", "age": 61, "wage": 500, "pension_years": 20,
                 "insured_county": 1, "township": 1, "hukou_township": 1}  # fmt: skip
    world = live(works(2012, [{}, pensioner], {"worker_insurance.schemes.pension_level": level}))
    assert world.central_spending == pytest.approx(subsidy)
