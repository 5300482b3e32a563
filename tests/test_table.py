"""Tables grow, shrink and are worked on in parts without anybody noticing."""

import numpy as np
import pytest

from agents import table, threads
from agents.households import Households
from agents.table import in_parts, total_by
from model.simulation import Simulation


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


def test_what_is_written_into_a_part_is_written_into_the_table():
    whole = households(5)
    part = whole.part(slice(2, 4))
    part.assets[:] = -1
    assert (part.n, whole.assets.tolist()) == (2, [0, 1, -1, -1, 4])


@pytest.mark.parametrize("n", [0, 1, 10, 11, 40, 41, 12_345])
def test_parts_are_small_and_hold_every_row_once(monkeypatch, n):
    monkeypatch.setattr(table, "_PART", 10)
    sizes, times = [], np.zeros(n, int)

    def count(rows):
        times[rows] += 1
        sizes.append(len(times[rows]))

    in_parts(n, count)
    assert (times == 1).all()
    assert max(sizes, default=0) <= 10


def test_history_is_the_same_in_parts_on_two_threads(monkeypatch):
    years = {"years.first": 2007, "years.last": 2014}
    whole = Simulation("tiny", **years).run().record.table()
    monkeypatch.setattr(table, "_PART", 64)
    monkeypatch.setattr(threads, "WORTHWHILE", 0)
    assert whole.equals(Simulation("tiny", **years).run().record.table())


def test_totals_are_those_of_the_group_for_any_type_of_number():
    group = np.array([2, 0, 2], np.int32)
    assert total_by(group, np.array([1, 2, 3], np.float32), 4).tolist() == [2, 0, 4, 0]
    assert total_by(group, np.array([True, False, True]), 3).tolist() == [0, 0, 2]
