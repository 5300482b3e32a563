"""Tables grow and shrink without anybody noticing; totals by group."""

import numpy as np

from agents.households import Households
from agents.table import total_by


def households(n):
    made = Households(n)
    made.key[:] = made.assets[:] = np.arange(n)
    return made


def test_rows_are_appended_whether_a_column_has_room_left_or_was_assigned_anew():
    grown = households(3)
    for key in range(3, 40):
        if key % 5 == 0:
            grown.assets = grown.assets + 0
        assert grown.append(1, key=key, assets=key).tolist() == [key]
    assert grown.key.tolist() == grown.assets.tolist() == list(range(40))
    assert grown.number.tolist()[3:] == [-1] * 37


def test_rows_appended_after_others_were_dropped_follow_those_that_stay():
    grown = households(20)
    grown.append(2, key=[20, 21])
    assert grown.keep(grown.key % 2 == 0)[:4].tolist() == [0, -1, 1, -1]
    grown.append(1, key=99)
    assert grown.key.tolist() == [*range(0, 21, 2), 99]


def test_totals_are_those_of_the_group_for_any_type_of_number():
    group = np.array([2, 0, 2], np.int32)
    assert total_by(group, np.array([1, 2, 3], np.float32), 4).tolist() == [2, 0, 4, 0]
    assert total_by(group, np.array([True, False, True]), 3).tolist() == [0, 0, 2]
