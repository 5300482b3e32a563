"""Gains and losses: pairs, weights, ties, empty groups and negative incomes, by hand."""

import numpy as np
import pytest

from experiments.gains import Side, baseline_deciles, gains, gains_by_group, side_of
from policies.base import DECILES


def of(before, after, people=None, **groups):
    people = np.ones(len(before)) if people is None else np.array(people, float)
    counted = {"all": people} | {name: np.array(count, float) for name, count in groups.items()}
    table = gains_by_group(np.array(before, float), np.array(after, float), counted)
    return table.set_index("group")


def side(key, income, people=None):
    people = np.ones(len(key)) if people is None else np.array(people, float)
    return Side(np.array(key, np.uint64), np.array(income, float), {"all": people})


def test_ten_people_make_ten_deciles():
    assert baseline_deciles(np.arange(10.0), np.ones(10)).tolist() == list(range(10))


def test_a_household_falls_where_the_middle_of_its_people_lies():
    assert baseline_deciles(np.array([1.0, 2, 3]), np.array([1.0, 8, 1])).tolist() == [0, 5, 9]


def test_equal_incomes_share_a_decile_whatever_their_order():
    income = np.array([5.0, 1, 5, 9])
    assert baseline_deciles(income, np.ones(4)).tolist() == [5, 1, 5, 8]


def test_when_all_incomes_are_equal_the_other_deciles_are_empty_and_null():
    table = of([7] * 4, [8] * 4)
    assert table.loc["decile_6", "winning"] == 1
    others = table.drop(["decile_6", "all"])
    assert (others["people"] == 0).all()
    assert others[["change", "winning", "losing", "change_share"]].isna().all(axis=None)


def test_people_and_not_households_are_counted():
    table = of([100, 100.5], [90, 102], people=[3, 1])
    assert table.loc["all", "losing"] == pytest.approx(0.75)
    assert table.loc["all", "change"] == pytest.approx((3 * -10 + 1.5) / 4)


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        (100, 101.01, "winning"),
        (100, 101, "unchanged"),
        (100, 99, "unchanged"),
        (100, 98.99, "losing"),
        (0, 0.01, "winning"),
        (0, 0, "unchanged"),
        (-100, -98.9, "winning"),
        (-100, -99.5, "unchanged"),
        (-100, -101.1, "losing"),
    ],
)
def test_a_change_counts_beyond_one_percent_of_the_first_income(before, after, column):
    row = of([before], [after]).loc["all"]
    assert row[column] == 1
    assert row[["winning", "losing", "unchanged"]].sum() == 1


def test_the_relative_change_of_a_group_without_income_is_null():
    row = of([-5, 5], [0, 10]).loc["all"]
    assert row["change"] == 5
    assert np.isnan(row["change_share"])


def test_only_households_of_both_histories_are_paired():
    found = gains(side([1, 2, 3], [10, 20, 30], [1, 1, 2]), side([3, 9], [33, 5]))
    row = found.set_index("group").loc["all"]
    assert (row["people"], row["before"], row["change"]) == (2, 30, 3)
    assert (row["unpaired_before"], row["unpaired_after"]) == (0.5, 0.5)


def test_groups_count_their_own_people_and_deciles_are_those_of_everybody():
    table = of([100, 200], [110, 200], rural=[1, 0], elderly=[1, 3])
    assert table.loc["rural", "winning"] == 1
    assert table.loc["elderly", "winning"] == 0.25
    assert table.loc["rural&decile_3", "people"] == 1
    assert np.isnan(table.loc["rural&decile_8", "change"])
    assert "elderly&decile_3" not in table.index


def test_halves_of_a_simulation_add_up_and_a_history_gains_nothing_on_itself(ten_years):
    people = side_of(ten_years).people
    for one, other in (("rural", "urban"), ("hukou_rural", "hukou_urban")):
        assert np.allclose(people[one] + people[other], people["all"])
    assert (people["children"] + people["elderly"] <= people["all"] + 1e-6).all()
    table = gains(side_of(ten_years), side_of(ten_years)).set_index("group")
    assert (table["unchanged"].dropna() == 1).all()
    assert table.loc[list(DECILES), "people"].sum() == pytest.approx(table.loc["all", "people"])
