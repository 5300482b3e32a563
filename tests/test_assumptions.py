"""Assumptions drawn over their ranges: what is drawn, where it ends up, and what stays."""

from dataclasses import replace

import numpy as np
import pytest

from experiments import assumptions
from model.scenario_files import load_scenario
from model.simulation import Simulation
from policies.parameters import ParameterSet

PARAMETERS = ParameterSet.load()
TINY = load_scenario("tiny")
NUMBER = "dibao.rules.verification_sd"


@pytest.mark.parametrize(("place", "value"), [(0, 0.1), (0.25, 0.15), (0.5, 0.2), (1, 1.0)])
def test_the_usual_value_is_the_median_and_the_ends_are_those_of_the_range(place, value):
    parameter = replace(PARAMETERS.parameter(NUMBER), range=(0.1, 1.0))
    assert assumptions.moved(0.2, parameter, place) == pytest.approx(value)


def test_all_of_a_schedule_moves_by_the_same_part():
    parameter = replace(PARAMETERS.parameter(NUMBER), range=(0.0, 1.0))
    assert assumptions.moved((0.0, 0.2, 1.0), parameter, 0.75) == pytest.approx([0.5, 0.6, 1.0])


def test_whole_numbers_stay_whole():
    parameter = replace(PARAMETERS.parameter(NUMBER), range=(1.0, 6.0), type="whole number")
    assert assumptions.moved(3, parameter, 0.6) == 4


def test_laws_and_fitted_paths_are_not_drawn_and_contested_switches_are():
    paths = assumptions.drawn_over(PARAMETERS, [TINY])
    assert set(assumptions.CONTESTED) <= set(paths)
    kinds = {PARAMETERS.parameter(p).kind for p in paths if p not in assumptions.CONTESTED}
    assert kinds == {"assumption"}
    assert not [path for path in paths if path.startswith("economy.growth.")]


def test_what_a_compared_scenario_sets_is_not_drawn():
    reform = {"name": "mine", "parameters": {NUMBER: 0.3}}
    changed = TINY.from_dict(TINY.as_dict() | {"reforms": [reform]})
    assert NUMBER in assumptions.drawn_over(PARAMETERS, [TINY])
    assert NUMBER not in assumptions.drawn_over(PARAMETERS, [TINY, changed])


def test_draws_fill_every_row_of_the_cube_once_and_are_those_of_the_seed():
    places = assumptions.draws(["a", "b"], 8, seed=3)
    assert sorted(np.floor(places[:, 0] * 8).astype(int)) == list(range(8))
    assert np.array_equal(places, assumptions.draws(["a", "b"], 8, seed=3))
    assert not np.array_equal(places, assumptions.draws(["a", "b"], 8, seed=4))


def test_a_scenario_reads_its_drawn_values_at_every_date():
    paths = assumptions.drawn_over(PARAMETERS, [TINY])
    drawn = assumptions.with_drawn(TINY, PARAMETERS, paths, np.full(len(paths), 0.999))
    values = drawn.parameters(PARAMETERS)
    for path in paths:
        parameter = PARAMETERS.parameter(path)
        if path not in assumptions.CONTESTED:
            wanted = assumptions.moved(parameter.value_in(2005), parameter, 0.999)
            assert np.array_equal(values.value(path, 2005), wanted), path


def test_in_the_middle_everything_is_as_usual():
    paths = tuple(p for p in assumptions.drawn_over(PARAMETERS, [TINY])
                  if p not in assumptions.CONTESTED)  # fmt: skip
    drawn = assumptions.with_drawn(TINY, PARAMETERS, paths, np.full(len(paths), 0.5))
    usual, same = (Simulation(s, **{"years.last": 1994}).run() for s in (TINY, drawn))
    assert np.array_equal(usual.households.income_per_head, same.households.income_per_head)
