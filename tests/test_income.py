"""Expected and passing income of households (rule b.2), worked by hand."""

import numpy as np
import pytest

from agents import income
from agents.persons import Work
from tests.small_county import Given, Luck
from tests.small_tables import array, households, persons

INCOME = Given(passing_sd_formal=0.1, passing_sd_informal=0.3, illness_loss=0.06, persistence=0.9,
               persistent_sd=0.2)  # fmt: skip


def earn(draw=0.5, **columns):
    table = households(**{"persistent": [0.0]} | columns)
    yuan = income.Earnings(array(2000), regular=array(1000), farm=array(1000), pension=array(0))
    income.earn(table, yuan, INCOME, lambda _: Luck(draw))
    return table


def test_expected_income_is_what_members_earn_and_half_of_it_is_regular():
    table = earn()
    assert table.expected_income[0] == pytest.approx(2000)
    assert table.regular_share[0] == pytest.approx(0.5)


def test_passing_shock_is_smaller_for_regular_income_and_has_mean_one():
    spread = 0.2
    expected = 2000 * np.exp(spread - spread**2 / 2)
    assert earn(draw=0.8413447460685429).market_income[0] == pytest.approx(expected)
    assert earn().market_income[0] == pytest.approx(2000 * np.exp(-(spread**2) / 2))


def test_severe_illness_takes_six_percent_of_income():
    assert earn(ill_years=[1]).expected_income[0] == pytest.approx(1880)


def test_persistent_component_decays_and_is_moved_by_luck():
    table = households(persistent=[1.0])
    income.drift(table, INCOME, lambda _: Luck(0.8413447460685429))
    assert table.persistent[0] == pytest.approx(0.9 + 0.2)


def test_household_without_workers_lives_from_the_floor():
    people = persons(age=[80], work=[Work.NONE])
    table = households(size=[2])
    labour = income.household_labour(table, people, np.zeros(1, np.float32), 0.12)
    assert labour.all.tolist() == pytest.approx([0.24])
    assert labour.regular.tolist() == [0]
