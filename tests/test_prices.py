"""The price level, and the poverty line of 2010 in the prices of other years."""

import pytest

from model.prices import Prices
from policies.parameters import Override, ParameterSet


def test_price_level_is_chained_from_yearly_inflation():
    inflation = [Override("economy.prices.inflation", value, None) for value in (0.1,)]
    prices = Prices(ParameterSet.load().with_overrides(inflation))
    assert prices.relative(2010, 2010) == 1
    assert prices.relative(2011, 2010) == pytest.approx(1.1)
    assert prices.relative(2012, 2010) == pytest.approx(1.21)
    assert prices.relative(2009, 2010) == pytest.approx(1 / 1.1)


def test_poverty_line_of_2300_yuan_in_2010_is_deflated_to_every_year():
    prices = Prices(ParameterSet.load())
    assert 2300 * prices.relative(2010, 2010) == 2300
    assert 2300 * prices.relative(2020, 2010) == pytest.approx(2995, rel=0.02)
