"""Poverty measures, Gini, median and deciles of a few people with known answers."""

import numpy as np
import pytest

from model.inequality import Ranked, poverty_powers, sorted_incomes
from tests.small_tables import array


def test_poverty_measures_count_the_gap_and_its_square():
    poor, gap, severity = poverty_powers(array(0, 50, 75, 100, 150), array(*[100] * 5))
    assert poor.tolist() == [True, True, True, False, False]
    assert gap.tolist() == [1, 0.5, 0.25, 0, 0]
    assert severity.tolist() == [1, 0.25, 0.0625, 0, 0]


def test_a_negative_income_is_as_poor_as_none():
    _, gap, severity = poverty_powers(array(-900, 0), array(100, 100))
    assert gap.tolist() == severity.tolist() == [1, 1]


def test_income_at_the_line_is_not_poor():
    assert poverty_powers(array(99.99, 100), array(100, 100))[0].tolist() == [True, False]


@pytest.mark.parametrize(
    ("incomes", "expected"),
    [((5, 5, 5, 5), 0), ((0, 0, 0, 1), 0.75), ((1, 3), 0.25), ((1, 2, 3), 2 / 9), ((7,), 0)],
)
def test_gini_of_known_distributions(incomes, expected):
    assert Ranked(array(*incomes), np.ones(len(incomes))).gini() == pytest.approx(expected)


def test_gini_of_weighted_people_is_that_of_as_many_people():
    weighted, alone = Ranked(array(1, 4), array(3, 1)), Ranked(array(1, 1, 1, 4), np.ones(4))
    assert weighted.gini() == pytest.approx(alone.gini())


def test_gini_and_median_of_nobody_and_gini_without_income_are_null():
    assert np.isnan(Ranked(array(), array()).gini())
    assert np.isnan(Ranked(array(0, 0), array(1, 1)).gini())
    assert np.isnan(Ranked(array(), array()).median())


def test_median_is_the_income_at_which_half_of_the_people_are_reached():
    assert Ranked(array(1, 2, 3), array(1, 1, 1)).median() == 2
    assert Ranked(array(1, 2, 9), array(1, 1, 3)).median() == 9
    assert Ranked(array(1, 2), array(1, 1)).median() == 1


def test_deciles_of_ten_people_are_the_ten_incomes():
    assert Ranked(np.arange(10.0), np.ones(10)).decile_means().tolist() == list(range(10))


def test_households_with_the_same_income_are_split_between_deciles_without_changing_means():
    assert Ranked(array(*[5] * 20), np.ones(20)).decile_means().tolist() == [5] * 10


def test_household_on_a_border_belongs_to_the_decile_of_its_middle():
    means = Ranked(array(1, 2, 3), array(1, 18, 1)).decile_means()
    assert means[0] == 1
    assert means[5] == 2
    assert means[9] == 3
    assert np.isnan(means[[1, 2, 3, 4, 6, 7, 8]]).all()


def test_deciles_of_nobody_are_null():
    assert np.isnan(Ranked(array(), array()).decile_means()).all()


@pytest.mark.parametrize("n", [1, 9, 10, 11, 500])
def test_deciles_are_those_of_every_household_placed_by_its_middle(n):
    luck = np.random.default_rng(n)
    income, weight = np.sort(luck.exponential(size=n)), luck.integers(1, 4, n).astype(float)
    tenth = ((np.cumsum(weight) - weight / 2) / weight.sum() * 10).astype(int)
    means = Ranked(income, weight).decile_means()
    for number in range(10):
        there = tenth == number
        expected = np.average(income[there], weights=weight[there]) if there.any() else np.nan
        assert means[number] == pytest.approx(expected, nan_ok=True)


def test_groups_keep_the_ranking_and_may_be_empty():
    people = Ranked(array(1, 2, 3, 4), array(5, 6, 7, 8))
    groups = list(people.groups(np.array([2, 0, 2, 0], np.int8), 4))
    assert [part.income.tolist() for part in groups] == [[2, 4], [], [1, 3], []]
    assert [part.weight.tolist() for part in groups] == [[6, 8], [], [5, 7], []]


def test_those_who_count_are_ranked_from_the_poorest_and_equals_by_row():
    incomes, rows = sorted_incomes(array(3, 1, 2, 1, 0, 9), np.arange(6) < 5)
    assert incomes.tolist() == [0, 1, 1, 2, 3]
    assert rows.tolist() == [4, 1, 3, 2, 0]
