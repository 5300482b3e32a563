"""What governments have, pass down and spend, worked by hand on one to three counties (a.3)."""

import numpy as np
import pytest

from agents.local_government import (
    Counties,
    Provinces,
    Townships,
    allot,
    count_mandates,
    pass_down,
    raise_revenue,
    set_budgets,
    set_room,
    spend_the_rest,
)
from tests.small_county import Given

RULES = {
    "revenue_share": 0.2, "local_revenue_share": 0.5, "revenue_elasticity": 0,
    "national_revenue_per_head": 200, "reference_product": 1,
    "province_revenue_share": 0.5, "need_share": 0.4, "province_need_share": 0.2,
    "transfer_fill": 0.8, "keep": 0.5, "prefectures": False, "prefecture_keep": 0.1,
    "seat_weight": 2, "payroll_share": 0.6, "duties_share": 0.3, "gross_share": 0.1,
    "elasticity": 0, "free_share": 0.1, "township_allotment": 0.1, "relief_share": [0.1, 0.1],
    "least_services": 0, "repaid_share": 0.1,
}  # fmt: skip


def rules(**changes):
    return Given(**RULES | changes)


def counties(n=1, **columns):
    table = Counties(n)
    table.province[:] = 0
    for name, value in columns.items():
        table[name][:] = value
    return table


def governments(product, population, province=0, n_provinces=1, **changes):
    """Return counties and provinces whose revenue is raised and passed down; 200 a head."""
    table = counties(len(product), product=product, population=population, province=province)
    provinces = Provinces(n_provinces)
    for act in (raise_revenue, pass_down):
        act(table, provinces, rules(**changes))
    return table, provinces


def test_half_of_local_revenue_is_the_provinces_and_land_revenue_the_countys():
    table, provinces = governments([1000, 3000], [1, 1])
    assert table.own_revenue.tolist() == pytest.approx([50, 150])
    assert provinces.own_revenue.tolist() == pytest.approx([200])
    assert table.land_revenue.tolist() == pytest.approx([100, 300])


def test_rich_places_are_taxed_more():
    # The nation has 200 / 0.2 = 1000 a head: what a place has beyond it is taxed more.
    table, _ = governments([1000, 3000], [1, 1], revenue_elasticity=1, elasticity=2)
    assert table.own_revenue.tolist() == pytest.approx([50, 450])
    assert table.land_revenue.tolist() == pytest.approx([100, 2700])


def test_a_place_at_the_reference_is_taxed_at_the_national_rate():
    table, _ = governments([1100], [1], revenue_elasticity=0.6, reference_product=1.1)
    assert table.own_revenue.tolist() == pytest.approx([55])


def test_expected_growth_raises_revenue_and_not_need():
    table = counties(product=1000, population=1)
    set_budgets(table, Provinces(1), rules(), growth=1.1)
    assert (table.own_revenue[0], table.need[0]) == pytest.approx((55, 80))


def test_the_centre_fills_a_share_of_the_gap_of_a_province_with_its_counties():
    # At 200 a head counties need 80 and 240, the province 160, together 480.
    table, provinces = governments([1000, 3000], [1, 3])
    assert table.need.tolist() == pytest.approx([80, 240])
    assert provinces.need.tolist() == pytest.approx([160])
    assert provinces.received.tolist() == pytest.approx([0.8 * (480 - 400)])


def test_a_province_keeps_its_share_and_gives_the_rest_by_gaps():
    table, provinces = governments([1000, 3000], [1, 3])
    # It has 200 + 64 and passes down 132, more than the gaps of 30 and 90: they are filled.
    assert table.transfer.tolist() == pytest.approx([30, 90])
    table, provinces = governments([1000, 3000], [1, 3], keep=0.75)
    assert table.transfer.tolist() == pytest.approx([66 / 4, 66 * 3 / 4])
    assert provinces.passed.tolist() == pytest.approx([66])


def test_a_rich_province_gets_nothing_from_the_centre():
    table, provinces = governments([1000, 9000], [5, 5], province=[0, 1], n_provinces=2)
    assert provinces.received[1] == 0
    assert provinces.received[0] == pytest.approx(0.8 * (0.6 * 200 * 5 - 100))
    assert table.transfer[1] == 0


def test_a_prefecture_keeps_a_share_and_favours_its_own_city():
    changes = {"keep": 0.75, "prefectures": True}
    table = counties(2, product=[2000, 2000], population=[2, 2], kind=[0, 2])
    provinces = Provinces(1)
    for act in (raise_revenue, pass_down):
        act(table, provinces, rules(**changes))
    given = 66 * 0.9
    assert table.transfer.tolist() == pytest.approx([given * 2 / 3, given / 3])


@pytest.mark.parametrize(
    ("money", "room"),
    [
        pytest.param(100, 10, id="meets its need: a tenth is left to decide about"),
        pytest.param(80, 5, id="short: duties and room share the twenty left by three to one"),
        pytest.param(60, 0, id="can just pay its staff"),
        pytest.param(50, 0, id="cannot pay its staff"),
        pytest.param(150, 60, id="rich: what is beyond the need is room"),
    ],
)
def test_room_is_what_payroll_and_duties_leave(money, room):
    table = counties(need=100, own_revenue=money)
    set_room(table, rules())
    assert table.payroll[0] == 60
    assert table.room[0] == pytest.approx(room)


def test_the_free_part_of_land_revenue_is_room():
    table = counties(need=100, own_revenue=100, land_revenue=50)
    set_room(table, rules())
    assert table.room[0] == pytest.approx(15)


@pytest.mark.parametrize(("asked", "paid", "room"), [(4, 4, 6), (14, 10, 0), (-3, 0, 10)])
def test_money_for_order_competes_with_everything_else_and_cannot_exceed_it(asked, paid, room):
    table = counties(need=100, own_revenue=100, stability_money=asked)
    set_room(table, rules())
    assert (table.stability_money[0], table.room[0]) == pytest.approx((paid, room))


def test_duties_larger_than_what_payroll_leaves_take_all_of_it_and_no_more():
    table = counties(need=100, own_revenue=70, stability_money=5)
    set_room(table, rules(duties_share=0.5))
    assert (table.stability_money[0], table.room[0]) == (0, 0)


@pytest.mark.parametrize(
    ("money", "cost", "refund", "unfunded"),
    [(100, 0, 0, 0), (100, 10, 0, 0), (100, 12, 0, 2), (100, 12, 2, 0), (80, 4, 0, 14),
     (50, 0, 0, 30)],
)  # fmt: skip
def test_unfunded_is_what_is_ordered_beyond_what_payroll_leaves(money, cost, refund, unfunded):
    table = counties(need=100, own_revenue=money, schemes=cost, earmarked=refund)
    set_room(table, rules())
    count_mandates(table, rules())
    assert table.mandated[0] == pytest.approx(30 + cost - refund)
    assert table.unfunded[0] == pytest.approx(unfunded)


def test_mandates_of_a_budget_are_those_of_last_years_schemes_and_then_the_year_starts_anew():
    table = counties(product=4000, population=1, schemes=50, assistance=20, earmarked=30)
    set_budgets(table, Provinces(1), rules())
    assert table.mandated[0] == pytest.approx(0.3 * 80 + 40)
    assert table.schemes[0] == table.assistance[0] == table.earmarked[0] == 0


def test_a_province_sets_a_share_of_what_it_keeps_aside_for_pools_in_debt():
    table = counties(2, product=[1000, 3000], population=[1, 3])
    provinces = Provinces(1)
    set_budgets(table, provinces, rules())
    assert provinces.relief_left.tolist() == pytest.approx([0.1 * (200 + 64 - 120)])


@pytest.mark.parametrize(
    ("balance", "assistance", "services", "left"),
    [(0, 30, 170, 0), (0, 200, 0, 0), (0, 250, 0, -50), (-50, 30, 120, 0), (-300, 30, 0, -130)],
)
def test_county_cuts_services_first_and_then_runs_up_and_pays_back_arrears(
    balance, assistance, services, left
):
    table = counties(own_revenue=100, transfer=60, earmarked=40, balance=balance,
                     assistance=assistance)  # fmt: skip
    spend_the_rest(table, rules())
    assert (table.services[0], table.balance[0]) == (services, left)


@pytest.mark.parametrize(("own", "services", "left"), [(85, 15, 0), (75, 15, 0), (70, 15, -5)])
def test_schools_stay_open_and_a_county_that_cannot_pay_them_runs_up_arrears(own, services, left):
    table = counties(own_revenue=own, need=100, payroll=60)
    spend_the_rest(table, rules(least_services=0.5, township_allotment=0))
    assert table.services[0] == max(services, own - 60)
    assert table.balance[0] == left


def test_arrears_are_felt_in_the_room_to_decide():
    table = counties(need=100, own_revenue=100, balance=-30)
    set_room(table, rules())
    assert table.room[0] == pytest.approx(10 - 3)


def test_staff_and_order_are_paid_before_services_and_townships_before_the_rest():
    table = counties(own_revenue=100, land_revenue=20, need=100, payroll=60, stability_money=15)
    spend_the_rest(table, rules())
    assert (table.allotment[0], table.services[0], table.balance[0]) == (10, 35, 0)


def test_the_cost_of_land_is_paid_out_of_land_revenue_even_in_debt():
    table = counties(own_revenue=50, land_revenue=20, need=100, payroll=60)
    spend_the_rest(table, rules())
    assert (table.services[0], table.balance[0]) == pytest.approx((18, -8))


def test_townships_share_the_allotment_fill_their_reserve_and_spend_the_rest():
    table = counties(2, allotment=[90, 10], services=[5, 5])
    townships = Townships(3)
    townships.county[:], townships.people[:] = [0, 0, 1], [20, 10, 0]
    townships.reserve[:] = [15, 0, 7]
    allot(townships, table, 2)
    assert townships.allotment.tolist() == [60, 30, 0]
    assert townships.reserve.tolist() == [40, 20, 0]
    assert townships.services.tolist() == [35, 10, 7]
    assert table.services.tolist() == [5, 15]
    assert table.allotment.tolist() == [90, 0]


def test_nothing_is_lost_on_the_way_down():
    luck = np.random.default_rng(1)
    product, people = luck.exponential(1e9, 40), luck.exponential(1e5, 40)
    province = np.arange(40) % 5
    table, provinces = governments(product, people, province=province, n_provinces=5,
                                   revenue_elasticity=0.6)  # fmt: skip
    assert table.own_revenue.sum() == pytest.approx(provinces.own_revenue.sum())
    assert table.transfer.sum() == pytest.approx(provinces.passed.sum())
    assert (provinces.passed <= provinces.own_revenue + provinces.received).all()
    assert (table.transfer <= np.maximum(table.need - table.own_revenue, 0) + 1e-3).all()
