"""Consumption, saving and borrowing (rule b.6), worked by hand for single households."""

import pytest

from agents import consumption
from tests.small_county import Given
from tests.small_tables import array, households

CONSUMPTION = Given(saving_rate=0.24, asset_adjustment=0.15, target_assets=1, kin_loan_limit=0.5)


@pytest.mark.parametrize(
    ("given", "spent", "left", "deprived"),
    [
        pytest.param((1000, 1000, 1000, 0, 100), 760, 1240, 0, id="at its target saves a share"),
        pytest.param((1000, 1000, 2000, 0, 100), 910, 2090, 0, id="above its target spends more"),
        pytest.param((1000, 1000, 0, 0, 100), 610, 390, 0, id="below its target spends less"),
        pytest.param((100, 100, 1000, 0, 500), 500, 600, 0, id="spends at least the minimum"),
        pytest.param((1000, 1000, 0, 900, 50), 100, 0, 0, id="spends no more than its cash"),
        pytest.param((400, 400, 0, 100, 500), 500, -200, 0, id="borrows up to the minimum"),
        pytest.param((400, 400, 0, 100, 501), 500, -200, 1, id="is deprived below the minimum"),
        pytest.param((400, 400, -150, 100, 500), 350, -200, 1, id="borrows less when in debt"),
        pytest.param((400, 400, -250, 100, 500), 300, -250, 1, id="borrows nothing if deep in it"),
        pytest.param((0, 0, 0, 50, 100), 0, -50, 1, id="never spends less than nothing"),
    ],
)
def test_household(given, spent, left, deprived):
    earned, expected, assets, care_paid, minimum = given
    table = households(market_income=[earned], expected_income=[expected], assets=[assets],
                       out_of_pocket=[care_paid])  # fmt: skip
    consumption.consume(table, array(minimum), CONSUMPTION)
    assert table.consumption[0] == pytest.approx(spent)
    assert table.assets[0] == pytest.approx(left)
    assert table.deprived_years[0] == deprived


def test_transfers_are_spent_and_saved_like_income():
    table = households(market_income=[600], transfers=[400], expected_income=[1000], assets=[1000])
    consumption.consume(table, array(100), CONSUMPTION)
    assert table.consumption[0] == pytest.approx(760)


def test_years_of_deprivation_are_counted_in_a_row():
    table = households(market_income=[0, 1000], assets=[0, 1000], deprived_years=[3, 3])
    consumption.consume(table, array(100, 100), CONSUMPTION)
    assert table.deprived_years.tolist() == [4, 0]
