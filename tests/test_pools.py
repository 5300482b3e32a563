"""Insurance pools: who shares with whom, and what happens when the money runs out."""

import numpy as np
import pytest

from agents.errors import UnknownNameError
from agents.local_government import Provinces
from policies.pools import Pools, bail_out, growth_of
from tests.small_county import Luck, county

# Two counties of one prefecture, one of another, one of another province.
CODES = np.array([110101, 110102, 110201, 120101])
KEYS = np.arange(1, 5, dtype=np.uint64)
MEMBERS = np.array([1.0, 3.0, 1.0, 1.0])


def settle(pools, income, claims):
    return pools.settle(np.array(income, float), np.array(claims, float), MEMBERS)


@pytest.mark.parametrize(("level", "n_pools"), [("county", 4), ("prefecture", 3),
                                                 ("province", 2), ("nation", 1)])  # fmt: skip
def test_counties_share_risks_at_the_level_that_is_set(level, n_pools):
    pools = Pools(CODES)
    pools.regroup(level)
    assert len(np.unique(pools.pool)) == n_pools


def test_an_unknown_level_is_an_error_with_the_nearest_one():
    with pytest.raises(UnknownNameError, match="did you mean 'county'"):
        Pools(CODES).regroup("countie")


def test_counties_of_a_pool_share_a_surplus_by_members():
    pools = Pools(CODES)
    pools.regroup("prefecture")
    settle(pools, [100, 0, 10, 10], [20, 0, 0, 20])
    assert pools.balance.tolist() == pytest.approx([20, 60, 10, -10])


def test_raising_the_level_of_pooling_loses_no_money():
    pools = Pools(CODES)
    settle(pools, [100, 40, 10, 10], [20, 0, 0, 20])
    before = pools.balance.sum()
    pools.regroup("nation")
    settle(pools, [0] * 4, [0] * 4)
    assert pools.balance.sum() == pytest.approx(before)
    assert pools.balance.tolist() == pytest.approx((before * MEMBERS / 6).tolist())


def test_a_pool_pays_from_its_reserve_before_it_cuts():
    pools = Pools(CODES)
    settle(pools, [100] * 4, [50] * 4)
    settle(pools, [100] * 4, [120] * 4)
    pools.set_paid_share(1, 1, 0.5)
    assert (pools.paid_share == 1).all()
    settle(pools, [100] * 4, [140] * 4)
    pools.set_paid_share(1, 1, 0.5)
    assert pools.paid_share.tolist() == pytest.approx([90 / 140] * 4)


def test_the_promised_share_is_never_cut_by_more_than_the_most():
    pools = Pools(CODES)
    settle(pools, [10] * 4, [1000] * 4)
    pools.set_paid_share(1, 1, 0.3)
    assert (pools.paid_share == 0.7).all()


def test_more_money_per_member_spares_the_cut():
    pools = Pools(CODES)
    settle(pools, [100] * 4, [100] * 4)
    pools.set_paid_share(1, 1.25, 0.5)
    assert pools.paid_share.tolist() == pytest.approx([0.8] * 4)
    pools.set_paid_share(1.25, 1.25, 0.5)
    assert (pools.paid_share == 1).all()


def test_where_there_was_no_money_last_year_nothing_has_grown():
    assert growth_of(30.0, 20.0) == 1.5
    assert growth_of(30.0, 0.0) == 1
    assert growth_of(np.array([30.0, 0]), np.array([0.0, 20])).tolist() == [1, 0]


def test_a_pool_that_has_not_cut_yet_asks_for_nothing():
    pools = Pools(CODES)
    assert settle(pools, [0] * 4, [10] * 4).sum() == 0
    assert (pools.balance == -10).all()


def test_a_pool_that_cut_and_is_still_short_asks_for_its_debt():
    pools = Pools(CODES)
    settle(pools, [0] * 4, [10] * 4)
    pools.set_paid_share(1, 1, 0.3)
    asked = settle(pools, [0, 40, 0, 0], [20, 0, 0, 0])
    assert asked.tolist() == pytest.approx([30, 0, 10, 10])
    assert pools.balance.tolist() == pytest.approx([-30, 30, -10, -10])


def test_a_pool_that_may_not_cut_asks_as_soon_as_it_expects_to_be_short():
    pools = Pools(CODES)
    pools.set_paid_share(1, 1, 0)
    assert settle(pools, [10] * 4, [20] * 4).sum() == 0
    pools.set_paid_share(1, 1, 0)
    assert (pools.paid_share == 1).all()
    assert settle(pools, [10] * 4, [20] * 4).tolist() == pytest.approx([20] * 4)


def test_a_pool_asks_as_a_whole():
    pools = Pools(CODES)
    pools.regroup("prefecture")
    settle(pools, [0, 0, 50, 50], [0, 40, 0, 0])
    pools.set_paid_share(1, 1, 0.3)
    assert settle(pools, [0] * 4, [0] * 4).tolist() == pytest.approx([10, 30, 0, 0])


def test_luck_is_that_of_the_first_county_of_a_pool():
    pools = Pools(CODES)
    pools.regroup("prefecture")
    draws = Luck(0.5)
    assert pools.lucky(draws, KEYS, 0.6).all()
    assert not pools.lucky(draws, KEYS, 0.4).any()


def world(relief_left, centre=0.0):
    """Return two provinces with three counties and one, and what is set aside above them."""
    found = county(2010, {}, {}, n=4, **{"weight": 1})
    found.counties.province[:] = [0, 0, 0, 1]
    found.provinces = Provinces(2)
    found.provinces.relief_left[:] = relief_left
    found.centre.relief_left, found.central_spending = centre, 0.0
    return found


ASKED = np.array([30.0, 0, 10, 10])


@pytest.mark.parametrize("level", ["county", "prefecture"])
def test_a_province_pays_as_far_as_the_money_goes_that_it_set_aside(level):
    sim = world([10, 50])
    assert bail_out(sim, ASKED, level, "relief").tolist() == pytest.approx([7.5, 0, 2.5, 10])
    assert sim.provinces.relief.tolist() == pytest.approx([10, 10])
    assert sim.provinces.relief_left.tolist() == pytest.approx([0, 40])
    sim.treasury.close(2010, {"provinces": -20, "insurance_pools": 20})


@pytest.mark.parametrize("level", ["province", "nation"])
def test_the_centre_answers_for_provincial_and_national_pools(level):
    sim = world([10, 50], centre=25)
    assert bail_out(sim, ASKED, level, "relief").tolist() == pytest.approx([15, 0, 5, 5])
    assert (sim.centre.relief, sim.centre.relief_left) == (25, 0)
    assert sim.central_spending == pytest.approx(25)


def test_whoever_has_set_nothing_aside_pays_nothing():
    assert bail_out(world([0, 0]), ASKED, "county", "relief").sum() == 0
