"""Directions of registration (hukou): who registers, what it overloads, when cities close again.

The two fates are told with a city of 300 registered and 90 newcomer households, on twenty strokes
of luck for each seed; shares over more come from ``share_reversed(seed, ..., n=30)``. The scenarios
``huzhou`` and ``zhengzhou`` tell them in the whole country, which takes too long for a test.
"""

import numpy as np
import pytest

from tests.small_city import reversed_after

ZHENGZHOU = {"code": 410102, "measures": 0.1, "start": 2003}
HUZHOU = {"code": 330502, "measures": 0.8, "start": 2001}
SMALL_JUMP = {"hukou.opening.jump": [0.02] * 4}
NOT_CROWDED = {"hukou.load.start": [1.0] * 4}
ZERO_THRESHOLD = {"hukou.opening.rung": 4, "hukou.opening.start": 2001}


def share_reversed(seed, within=3, n=20, **place):
    """Return the share of `n` runs in which a city takes its opening back within some years."""
    fates = [reversed_after(1000 * seed + number, **place) for number in range(n)]
    return np.mean([fate is not None and fate <= within for fate in fates])


@pytest.mark.fitted
def test_a_big_city_that_plans_little_soon_closes_again(seed):
    assert share_reversed(seed, **ZHENGZHOU) > 0.7


@pytest.mark.fitted
def test_a_smaller_city_that_plans_seats_mostly_stays_open(seed):
    assert share_reversed(seed, within=6, **HUZHOU) < 0.4


@pytest.mark.emergent
@pytest.mark.parametrize("reason", [{"measures": 0.8}, SMALL_JUMP, NOT_CROWDED])
def test_without_one_of_its_reasons_the_big_city_closes_later(seed, reason):
    soon = share_reversed(seed, within=2, n=40, **ZHENGZHOU)
    assert share_reversed(seed, within=2, n=40, **ZHENGZHOU | reason) < soon


@pytest.mark.emergent
def test_without_any_of_its_reasons_the_big_city_fares_like_the_small_one(seed):
    mended = ZHENGZHOU | {"measures": 0.8} | SMALL_JUMP | NOT_CROWDED
    assert abs(share_reversed(seed, **mended) - share_reversed(seed, **HUZHOU)) < 0.3


@pytest.mark.emergent
def test_the_small_city_mostly_holds_for_some_years_even_without_measures(seed):
    assert share_reversed(seed, **HUZHOU | {"measures": 0.1}) < 0.5


@pytest.mark.imposed
def test_where_registration_is_closed_nobody_becomes_urban(seed, history, national):
    closed = history(seed, {"policies.hukou": "off"})
    assert national(closed, "hukou_conversions").max() == 0
    shares = [national(sim, "hukou_urban_share")[2010] for sim in (history(seed), closed)]
    assert shares[0] > shares[1]


@pytest.mark.imposed
def test_an_opening_still_to_come_changes_nothing(seed, history, same):
    later = {"hukou.opening.rung": 4, "hukou.opening.start": 2020}
    assert same(history(seed), history(seed, later))


@pytest.mark.imposed
def test_until_cities_open_history_is_the_same_with_and_without_the_opening(seed, history, same):
    assert same(history(seed), history(seed, ZERO_THRESHOLD), before=2001)


@pytest.mark.emergent
def test_cities_without_threshold_register_more_people(seed, history, national):
    opened = national(history(seed, ZERO_THRESHOLD), "hukou_urban_share")
    assert opened[2010] > national(history(seed), "hukou_urban_share")[2010]


@pytest.mark.emergent
def test_cities_without_threshold_are_more_crowded(seed, history, national):
    opened = national(history(seed, ZERO_THRESHOLD), "school_load")
    assert opened[2003] > national(history(seed), "school_load")[2003]


@pytest.mark.imposed
def test_openings_are_taken_back_only_where_that_is_possible(seed, history, national):
    fixed = ZERO_THRESHOLD | {"hukou.reversal.possible": False}
    closed = {"hukou.opening.mode": "scenario"}
    given_up = [national(history(seed, changes), "reversals", scheme="hukou").sum()
                for changes in (ZERO_THRESHOLD, fixed, closed)]  # fmt: skip
    assert given_up[0] > 0
    assert given_up[1:] == [0, 0]
