"""Care and its bills (rules b.4 and b.5), one case on each side of every threshold."""

import numpy as np
import pytest

from agents import care
from tests.small_county import Given, Luck
from tests.small_tables import array, households, luck, persons

CARE = Given(
    age_profile=[1] * 6, supply=0.1, price_elasticity=0, cost_sd=0, cost_per_admission=0.5,
    moral_hazard=0.3, forgone_threshold=0.5, forgone_probability=1, outpatient=0.1,
    outpatient_sd=0, severe_share=0.3, severe_years=3, catastrophic_threshold=0.4,
)  # fmt: skip


def fall_ill(assets, admission, reimbursed=0.0):
    table = households(assets=[assets], insured_cover=[reimbursed])
    people = persons(age=[30], household=[0])
    draws = luck(admission=admission, outpatient=0.5, bill=0.5, severe_illness=0.5, forgo_care=0.5)
    care.fall_ill(table, people, array(1000), CARE, draws)
    return table


def test_household_is_admitted_when_its_draw_lies_above_the_chance_of_none():
    nobody, once = np.exp(-0.1), np.exp(-0.1) * 1.1
    bills = [fall_ill(1e6, draw).medical_bill[0] for draw in (nobody - 1e-9, nobody + 1e-9)]
    assert bills == pytest.approx([100, 600])
    assert fall_ill(1e6, once + 1e-9).medical_bill[0] == pytest.approx(1100)


def test_care_is_forgone_when_it_costs_more_than_half_of_the_savings():
    bills = [fall_ill(assets, 0.95).out_of_pocket[0] for assets in (1000.01, 999.99)]
    assert bills == pytest.approx([600, 100])


def test_who_is_insured_pays_a_share_of_a_larger_bill():
    table = fall_ill(1e6, 0.95, reimbursed=0.4)
    assert table.medical_bill[0] == pytest.approx(500 * (1 + 0.3 * 0.4) + 100)
    assert table.out_of_pocket[0] == pytest.approx(500 * 1.12 * 0.6 + 100)


def test_severe_illness_lasts_three_years():
    table = households(ill_years=[0, 0, 3, 1])
    rows, times = np.array([0, 1]), array(1, 1)
    care._weaken(table, rows, times, CARE, lambda _: Luck(0.71))
    assert table.ill_years.tolist() == [3, 3, 2, 0]
    care._weaken(table, rows, times, CARE, lambda _: Luck(0.69))
    assert table.ill_years.tolist() == [2, 2, 1, 0]


@pytest.mark.parametrize(("paid", "marked"), [(400, True), (399.9, False), (0, False)])
def test_care_is_catastrophic_from_forty_percent_of_capacity_to_pay(paid, marked):
    table = households(out_of_pocket=[paid], consumption=[1100 - paid])
    care.catastrophic(table, array(100), CARE)
    assert table.catastrophic[0] == marked


def test_any_payment_is_catastrophic_for_who_has_no_capacity_and_none_is_not():
    table = households(out_of_pocket=[1, 0], consumption=[0, 0])
    care.catastrophic(table, array(100, 100), CARE)
    assert table.catastrophic.tolist() == [True, False]
