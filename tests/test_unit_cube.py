"""Designs by their properties: evenness, extension, order."""

import numpy as np
import pytest
from SALib.sample import sobol

from experiments import unit_cube
from experiments.plan import Axis


def test_factorial_has_every_combination_once_the_last_name_fastest():
    places = unit_cube.factorial([2, 3])
    assert places.shape == (6, 2)
    assert np.floor(places * [2, 3]).tolist() == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]


def test_no_names_are_one_point():
    assert unit_cube.factorial([]).shape == (1, 0)


def test_latin_hypercube_has_one_point_in_every_part_of_every_column():
    places = unit_cube.latin_hypercube(10, 3, 1)
    assert (np.sort(np.floor(places * 10), axis=0) == np.arange(10)[:, None]).all()


def test_sobol_extends_and_halves_every_column_evenly():
    longer = unit_cube.sobol(64, 4, 1)
    assert (longer[:32] == unit_cube.sobol(32, 4, 1)).all()
    assert ((longer[:32] < 0.5).sum(axis=0) == 16).all()
    assert not np.array_equal(longer, unit_cube.sobol(64, 4, 2))


def test_sobol_of_an_uneven_number_warns_and_names_the_even_ones():
    with pytest.warns(unit_cube.DesignWarning, match="powers of two, 8 or 16"):
        unit_cube.sobol(12, 2, 1)


def test_saltelli_swaps_one_column_at_a_time_and_extends():
    rows = unit_cube.saltelli(4, "abc", 1).reshape(4, 5, 3)
    a, b = rows[:, 0], rows[:, -1]
    for column in range(3):
        changed = rows[:, column + 1] != a
        assert (changed == (np.arange(3) == column)).all()
        assert (rows[:, column + 1, column] == b[:, column]).all()
    assert (unit_cube.saltelli(8, "abc", 1)[:20] == rows.reshape(-1, 3)).all()


def test_saltelli_has_the_rows_that_salib_analyses():
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    rng = np.random.default_rng(5)
    expected = sobol.sample(problem, 8, calc_second_order=False, seed=rng)
    assert np.array_equal(unit_cube.saltelli(8, "abc", 5), expected)


def test_ranges_are_scaled_to_both_ends_and_whole_numbers_are_as_likely_as_each_other():
    assert Axis(False, (), 2.0, 4.0).at(0.0) == 2.0
    assert Axis(False, (), 2.0, 4.0).at(0.5) == 3.0
    whole = Axis(False, (), 1, 3, True)
    assert [whole.at(p) for p in (0.0, 0.32, 0.34, 0.66, 0.67, 0.999)] == [1, 1, 2, 2, 3, 3]
    assert [Axis(False, ("a", "b")).at(p) for p in (0.0, 0.49, 0.5, 1.0)] == ["a", "a", "b", "b"]
