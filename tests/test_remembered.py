"""Results that follow from parameters alone are worked out once for the same values."""

import numpy as np
import pytest

from model.composition_tables import composition_tables
from model.mortality import death_probabilities
from policies.parameters import Override, ParameterSet
from policies.remembered import remembered
from tests.small_country import MEAN_SIZE

LINE = "dibao.urban.line_ratio"


@pytest.fixture
def doubled():
    asked = []

    @remembered
    def rule(view, more=0):
        asked.append(view.year)
        return 2 * view.number(LINE) + more

    return rule, asked


def view(year=2000, **changes):
    overrides = [Override(path, value) for path, value in changes.items()]
    return ParameterSet.load().with_overrides(overrides).at(year)


def test_the_same_values_are_worked_out_once_even_in_another_simulation(doubled):
    rule, asked = doubled
    assert rule(view()) == rule(view())
    assert asked == [2000]


def test_another_value_gives_another_result(doubled):
    rule, _ = doubled
    before = rule(view())
    assert rule(view(**{LINE: 0.3})) == 0.6
    assert rule(view()) == before


def test_another_argument_gives_another_result(doubled):
    rule, _ = doubled
    assert rule(view(), 1) == rule(view()) + 1


def test_the_parameters_count_as_read_each_time(doubled):
    rule, _ = doubled
    rule(view())
    again = view()
    rule(again)
    assert again.paths_read() == {LINE}


def test_the_oldest_result_is_dropped_for_a_new_one(doubled):
    rule, asked = doubled
    for more in range(60):
        rule(view(), more)
    rule(view(), 59)
    assert len(asked) == 60
    rule(view(), 0)
    assert len(asked) == 61


def test_life_tables_and_tables_of_households_cannot_be_changed():
    couples, tables = composition_tables(MEAN_SIZE, view(1993))
    for shared in (death_probabilities(view()), couples.number, tables["urban"].children):
        with pytest.raises(ValueError, match="read-only"):
            shared[:] = np.nan
