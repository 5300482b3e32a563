"""Concentration of transfers, by hand and by what must always hold."""

import math

import numpy as np
import pytest

from model.concentration import concentration_index
from model.inequality import in_order

INCOME = np.array([1.0, 2.0, 3.0, 4.0])
ONE_EACH = np.ones(4)


def index(amount, income=INCOME, people=ONE_EACH):
    return concentration_index(np.array(amount, float), np.array(income), np.array(people, float))


def test_the_same_for_everybody_is_not_concentrated():
    assert index([5, 5, 5, 5]) == pytest.approx(0)


def test_all_to_the_poorest_of_four_is_minus_three_quarters():
    assert index([8, 0, 0, 0]) == pytest.approx(-0.75)


def test_all_to_the_richest_mirrors_all_to_the_poorest():
    assert index([0, 0, 0, 8]) == pytest.approx(-index([8, 0, 0, 0]))


def test_people_of_the_same_income_share_a_rank():
    assert index([8, 0, 0, 0], [1, 1, 1, 1]) == pytest.approx(0)
    assert index([8, 0, 1, 0], [1, 1, 2, 3]) == pytest.approx(index([0, 8, 1, 0], [1, 1, 2, 3]))


def test_a_household_of_two_counts_as_two_people_of_one():
    joint = index([4, 6, 1], [1, 2, 3], [1, 2, 1])
    split = index([4, 3, 3, 1], [1, 2, 2, 3])
    assert joint == pytest.approx(split)


def test_negative_incomes_are_ranked_like_any_other():
    assert index([8, 0, 0, 0], [-5, 2, 3, 4]) == pytest.approx(-0.75)


@pytest.mark.parametrize(("amount", "people"), [([0, 0, 0, 0], ONE_EACH), ([1, 1, 1, 1], [0] * 4)])
def test_nothing_paid_or_nobody_there_is_null(amount, people):
    assert math.isnan(index(amount, people=people))


def test_nobody_at_all_is_null():
    assert math.isnan(concentration_index(np.zeros(0), np.zeros(0), np.zeros(0)))


def test_the_index_is_twice_the_covariance_with_the_rank_over_the_mean():
    luck = np.random.default_rng(1)
    income = np.round(luck.normal(size=500), 1)
    people, amount = luck.integers(1, 6, 500).astype(float), luck.random(500)
    of_income = [people[income == value].sum() for value in income]
    below = [people[income < value].sum() for value in income]
    rank = (np.array(below) + np.array(of_income) / 2) / people.sum()
    a_head = amount / people
    covariance = np.cov(a_head, rank, aweights=people, ddof=0)[0, 1]
    expected = 2 * covariance / np.average(a_head, weights=people)
    assert index(amount, income, people) == pytest.approx(expected)


@pytest.mark.parametrize("scale", [1.0, 1e-7, 1e6])
def test_the_fast_order_is_that_of_a_stable_sort_in_single_precision(scale):
    luck = np.random.default_rng(1).normal(size=5000)
    values = np.concatenate([1 + luck * scale, np.zeros(50), -np.zeros(50), luck[:100]])
    value, order = in_order(values)
    single = values.astype(np.float32)
    assert np.array_equal(order, np.argsort(single, kind="stable"))
    assert np.array_equal(value, single[order])
