import dataclasses

import numpy as np
import pytest

from benchmarks.agreement import compare, mean_outcomes
from benchmarks.columns import ColumnReferenceYear
from benchmarks.engines import engine_table, time_engine
from benchmarks.full_model import FullModelTime, growth_exponent
from benchmarks.mesa_objects import MesaReferenceYear
from benchmarks.reference_year import Constants
from experiments.engines import SerialEngine

HOUSEHOLDS, YEARS = 2_000, 5


def outcomes_of(society):
    for _ in range(YEARS):
        society.step()
    return mean_outcomes(society.outcomes, YEARS)


@pytest.fixture(scope="module")
def mesa_outcomes():
    return outcomes_of(MesaReferenceYear(HOUSEHOLDS))


def test_columns_and_mesa_objects_describe_the_same_society(mesa_outcomes):
    columns = outcomes_of(ColumnReferenceYear(HOUSEHOLDS))
    assert all(comparison.agrees for comparison in compare(columns, mesa_outcomes))


@pytest.mark.parametrize(
    ("constant", "value", "outcome"),
    [
        ("migration_intercept", -1.5, "migrant_share"),
        ("quota_share", 0.03, "dibao_share"),
        ("transitory_sd", 0.3, "gini"),
        ("saving_share", 0.2, "savings_mean"),
    ],
)
def test_a_changed_rule_is_noticed(mesa_outcomes, constant, value, outcome):
    changed = dataclasses.replace(Constants(), **{constant: value})
    columns = outcomes_of(ColumnReferenceYear(HOUSEHOLDS, constants=changed))
    apart = {found.outcome for found in compare(columns, mesa_outcomes) if not found.agrees}
    assert outcome in apart


def test_block_size_does_not_change_the_society(monkeypatch):
    whole = outcomes_of(ColumnReferenceYear(HOUSEHOLDS))
    monkeypatch.setattr("benchmarks.columns.BLOCK_ROWS", 300)
    assert np.allclose(outcomes_of(ColumnReferenceYear(HOUSEHOLDS)), whole, rtol=1e-12)


def test_engines_are_timed_beyond_the_work_of_their_tasks():
    found = time_engine("serial", SerialEngine(), 1, many=20, long=1)
    assert 0 <= found.overhead_seconds < 1
    assert 0 < found.efficiency <= 1
    assert engine_table([found]).rows[0][0] == "serial"


def test_time_that_doubles_with_households_grows_to_the_power_one():
    times = [FullModelTime(n, 31, 1.0, n / 1e5, n / 1e5, 10**9, {}, 10**8) for n in (10**5, 10**6)]
    assert growth_exponent(times) == pytest.approx(1)
