"""Gains and losses: pairs, weights, ties, empty groups and negative incomes, by hand."""

import json

import numpy as np
import pandas as pd
import pytest

from agents.errors import MinshengError
from experiments.compare import (
    MARK,
    Side,
    baseline_deciles,
    compare,
    compare_to_folder,
    gains,
    gains_by_group,
)
from experiments.compare_output import decile_table, outcome_table
from experiments.run import prepare
from model import records

SHORT = ("years.last=1995", "world.households=620")
OFF = "policies.urban_dibao=off"


def of(before, after, people=None):
    people = np.ones(len(before)) if people is None else np.array(people, float)
    table = gains_by_group(np.array(before, float), np.array(after, float), people)
    return table.set_index("group")


def side(key, income, people=None):
    people = np.ones(len(key)) if people is None else np.array(people, float)
    columns = ["year", "outcome", "scheme", "group", "value"]
    outcomes = pd.DataFrame([(2000, "gini", "", "all", income[0])], columns=columns)
    return Side("side", np.array(key, np.uint64), np.array(income, float), people, outcomes)


def test_ten_people_make_ten_deciles():
    assert baseline_deciles(np.arange(10.0), np.ones(10)).tolist() == list(range(10))


def test_a_household_falls_where_the_middle_of_its_people_lies():
    assert baseline_deciles(np.array([1.0, 2, 3]), np.array([1.0, 8, 1])).tolist() == [0, 5, 9]


def test_equal_incomes_share_a_decile_whatever_their_order():
    income = np.array([5.0, 1, 5, 9])
    assert baseline_deciles(income, np.ones(4)).tolist() == [5, 1, 5, 8]


def test_when_all_incomes_are_equal_the_other_deciles_are_empty_and_null():
    table = of([7] * 4, [8] * 4)
    assert table.loc["6", "winning"] == 1
    others = table.drop(["6", "all"])
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
    found = gains(side([1, 2, 3], [10, 20, 30], [1, 1, 2]), side([3, 9], [33, 5]), 2000, 1, 0)
    row = found.groups.set_index("group").loc["all"]
    assert (row["people"], row["before"], row["change"]) == (2, 30, 3)
    assert found.unpaired == (0.5, 0.5)


def test_a_scenario_compared_with_itself_differs_in_nothing():
    found = compare(("tiny", "tiny"), settings=SHORT, workers=1)
    assert found.unpaired == (0, 0)
    assert (found.groups["unchanged"] == 1).all()
    assert (found.outcomes["difference"].dropna() == 0).all()


def folder_of(folder, *settings):
    """Return a run folder that says which scenario it is of, which is all that is read."""
    folder.mkdir()
    scenario = prepare("tiny", [*SHORT, *settings])
    records.write_description(folder, {"scenario": scenario.as_dict(), "replicate": 0})
    return str(folder)


def test_two_run_folders_are_compared_and_written(tmp_path):
    pair = folder_of(tmp_path / "a"), folder_of(tmp_path / "b", OFF)
    found = compare_to_folder(pair, None, None, (), tmp_path / "out", workers=1)
    told = json.loads((tmp_path / "out" / MARK).read_text())
    assert (told["year"], told["seed"]) == (1995, 1)
    assert len(pd.read_csv(tmp_path / "out" / "deciles.csv")) == 11
    assert found.groups["winning"].max() == 0
    assert decile_table(found).row_count == 11
    assert outcome_table(found).row_count > 10


@pytest.mark.parametrize(
    ("setting", "what"), [("seed=2", "seed"), ("world.households=700", "world")]
)
def test_different_worlds_are_refused(tmp_path, setting, what):
    pair = folder_of(tmp_path / "a", setting), folder_of(tmp_path / "b")
    with pytest.raises(MinshengError, match=f"the {what} differs"):
        compare(pair)


def test_a_year_that_is_not_simulated_is_refused():
    with pytest.raises(MinshengError, match="from 1993 to 1995, got 2001"):
        compare(("tiny", "tiny"), 2001, settings=SHORT)
