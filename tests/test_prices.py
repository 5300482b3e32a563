"""The price level, and the official poverty lines in yuan of the year."""

import pytest

from model import evidence
from model.prices import Prices
from policies.parameters import Override, ParameterSet


def test_price_level_is_chained_from_yearly_inflation():
    inflation = [Override("economy.prices.inflation", value, None) for value in (0.1,)]
    prices = Prices(ParameterSet.load().with_overrides(inflation))
    assert prices.relative(2010, 2010) == 1
    assert prices.relative(2011, 2010) == pytest.approx(1.1)
    assert prices.relative(2012, 2010) == pytest.approx(1.21)
    assert prices.relative(2009, 2010) == pytest.approx(1 / 1.1)


def test_rural_poverty_line_is_the_official_one_of_every_year_that_has_one():
    official = evidence.series("poverty_line_2010std", "rural")
    assert len(official) == 10
    parameters = ParameterSet.load()
    prices = Prices(parameters)
    for year, yuan in official.items():
        standard = parameters.at(year).number("outcomes.definitions.poverty_line_2010")
        assert standard * prices.relative(year, 2010) == pytest.approx(yuan, rel=0.0005)


def test_rural_poverty_line_follows_prices_after_the_last_official_one():
    parameters = ParameterSet.load()
    lines = [
        parameters.at(year).number("outcomes.definitions.poverty_line_2010")
        for year in (2020, 2023)
    ]
    assert lines[0] == lines[1]
