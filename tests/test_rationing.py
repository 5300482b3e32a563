"""Rationing: who is ahead of whom, and how places are filled."""

import numpy as np
import pytest

from policies.rationing import fill_places, order_within


def crowd(n, groups, digits):
    """Return households with rounded values, so that many are equal."""
    luck = np.random.default_rng(7)
    value = np.round(luck.normal(size=n), digits)
    return luck.integers(0, groups, n, dtype=np.int32), value, luck.permutation(n).astype(np.uint64)


@pytest.mark.parametrize("groups", [1, 40, 70_000])
@pytest.mark.parametrize("digits", [0, 1, 9])
def test_order_is_that_of_a_lexical_sort(groups, digits):
    group, value, key = crowd(5000, groups, digits)
    expected = np.lexsort((key, value, group))
    assert np.array_equal(order_within(group, value, key), expected)


def test_nobody_has_an_order_too():
    group, value, key = crowd(0, 1, 1)
    assert order_within(group, value, key).tolist() == []


def filled(scores, places, keys=(1, 2, 3), persons=(2, 2, 2), townships=(0, 0, 0)):
    township, key = np.array(townships, np.int32), np.array(keys, np.uint64)
    sizes, room = np.array(persons, float), np.array(places, float)
    return sorted(fill_places(township, np.array(scores, float), key, sizes, room).tolist())


def test_the_highest_scores_get_the_places():
    assert filled(scores=(1, 3, 2), places=[4]) == [1, 2]


def test_among_equals_the_lower_key_goes_first():
    assert filled(scores=(1, 1, 1), keys=(9, 4, 6), places=[2]) == [1]


def test_a_household_enters_if_half_of_it_fits():
    assert filled(scores=(3, 2, 1), places=[3]) == [0, 1]
    assert filled(scores=(3, 2, 1), places=[2.9]) == [0]


def test_townships_without_applicants_leave_the_others_their_places():
    assert filled(scores=(3, 2, 1), townships=(1, 3, 3), places=[9, 1, 9, 2]) == [0, 1]
