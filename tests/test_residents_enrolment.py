"""How people decide on residents' insurance: worked by hand, and what follows from the terms."""

from dataclasses import replace

import numpy as np
import pytest

from agents.residents_enrolment import (
    PensionTerms,
    affordable_tiers,
    chance_of_link,
    choose_tier,
    plan_pensions,
    seen_benefit,
)

# Two years to pension age, one kind of person, nothing discounted; half of the account is drawn a
# year, for two years, so that a yuan paid in comes back as a yuan.
PLAIN = PensionTerms(
    tiers=(100.0, 200.0), subsidy=(0.0, 0.0), first_age=58, pension_age=60, years_required=2,
    drawn_share=0.5, expected_return=0.0, patience=(1.0,), time_discount=(0.0,),
    yearly_survival=1.0, pension_years=2,
)  # fmt: skip
REAL = replace(
    PLAIN, tiers=(100.0, 200.0, 500.0), subsidy=(30.0, 30.0, 30.0), first_age=16,
    years_required=15, drawn_share=12 / 139, expected_return=0.02, patience=(0.4, 0.7, 1.0),
    time_discount=(0.1, 0.06, 0.02), yearly_survival=0.996, pension_years=18,
)  # fmt: skip


def choose(terms, age, needs=0, kind=0, affordable=None, base=0.0, family=0.0):
    cells = [np.atleast_1d(x) for x in (age, needs, kind)]
    many = len(terms.tiers) if affordable is None else affordable
    n = max(map(len, cells))
    cells = [np.broadcast_to(x, n) for x in (*cells, np.atleast_1d(many))]
    chosen = choose_tier(plan_pensions(terms), *cells, np.full(n, base), np.full(n, family))
    return chosen.tolist()


def test_without_subsidy_an_account_that_gives_back_what_it_takes_is_not_worth_having():
    assert choose(PLAIN, 59) == [0]


def test_a_subsidy_of_one_yuan_is_enough_for_who_discounts_nothing():
    assert choose(replace(PLAIN, subsidy=(1.0, 1.0)), 59) == [100]


def test_flat_subsidy_makes_the_lowest_tier_best_and_a_matched_one_the_highest():
    short = replace(PLAIN, patience=(0.9,))
    assert choose(replace(short, subsidy=(30.0, 30.0)), 59) == [100]
    assert choose(replace(short, subsidy=(30.0, 60.0)), 59) == [200]


def test_present_bias_of_099_undoes_a_subsidy_of_one_percent():
    assert choose(replace(PLAIN, subsidy=(1.0, 2.0), patience=(0.99,)), 59) == [0]


def test_nobody_pays_more_than_the_tiers_within_reach():
    matched = replace(PLAIN, subsidy=(30.0, 90.0))
    assert choose(matched, 59, affordable=2) == [200]
    assert choose(matched, 59, affordable=1) == [100]
    assert choose(matched, 59, affordable=0) == [0]


def test_a_base_pension_is_worth_paying_for_when_the_years_left_are_just_enough():
    hasty = replace(PLAIN, patience=(0.5,))
    # 58: pays 100 + 50 later, for an account of 200 worth 100 and a base pension worth the same.
    assert choose(hasty, 58, needs=2, base=51.0) == [100]
    assert choose(hasty, 58, needs=2, base=49.0) == [0]


def test_who_can_still_wait_for_the_base_pension_waits():
    hasty = replace(PLAIN, patience=(0.5,))
    assert choose(hasty, [58, 59], needs=1, base=500.0) == [0, 100]


def test_what_the_parents_gain_this_year_counts_in_full():
    assert choose(replace(PLAIN, patience=(0.5,)), 59, family=51.0) == [100]
    assert choose(replace(PLAIN, patience=(0.5,)), 59, family=49.0) == [0]


def test_all_but_the_patient_wait_until_fifteen_years_are_left():
    ages = np.arange(16, 60)
    needs = np.minimum(15, 60 - ages)
    for kind in (0, 1):
        joins = np.array(choose(REAL, ages, needs, kind, base=660.0)) > 0
        assert ages[joins].tolist() == list(range(45, 60))
    assert all(choose(REAL, ages, needs, 2, base=660.0))


def test_the_tables_of_the_same_terms_are_made_once():
    assert plan_pensions(REAL) is plan_pensions(replace(REAL))


def test_tiers_within_reach_are_those_up_to_a_share_of_income():
    tiers, income = np.array([100.0, 200.0]), np.array([1999.0, 2000.0, 4000.0, -5.0])
    assert affordable_tiers(tiers, income, 0.05).tolist() == [0, 1, 2, 0]


def test_the_benefit_seen_rises_with_illness_nearby_and_with_a_dark_view():
    half, one, dark = np.array([0.5]), np.array([1.0]), np.array([2.0])
    assert seen_benefit(one, half, 0.3, np.zeros(1), 1.0) == pytest.approx(1.15)
    assert seen_benefit(one, one, 0.3, dark, 0.5) == pytest.approx(1.3 * np.e)


def test_one_of_four_acquaintances_is_ill_more_often_than_one():
    assert chance_of_link(np.array([0.0, 0.5, 1.0]), 4).tolist() == [0, 1 - 0.5**4, 1]
