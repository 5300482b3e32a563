"""Concentration of transfers, by hand and by what must always hold."""

import math

import numpy as np
import pytest

from model.concentration import concentration_index, income_order
from model.inequality import stable_order

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


def test_ranks_are_the_middle_of_the_people_of_an_income():
    order, rank = income_order(np.array([2.0, 1.0, 2.0]), np.array([1.0, 2.0, 1.0]))
    assert order.tolist() == [1, 0, 2]
    assert rank.tolist() == [0.25, 0.75, 0.75]


@pytest.mark.parametrize("scale", [1.0, 1e-7, 1e6])
def test_the_fast_order_is_that_of_a_stable_sort_also_where_single_precision_ties(scale):
    luck = np.random.default_rng(1).normal(size=5000)
    values = np.concatenate([1 + luck * scale, np.zeros(50), -np.zeros(50), luck[:100]])
    assert np.array_equal(stable_order(values), np.argsort(values, kind="stable"))
