"""Lay-offs and growth on and off at the same seed."""

import pytest

SPARED = {"shocks.soe_layoffs": "off"}
YEARS_OF_LAYOFFS = range(1997, 2003)


@pytest.fixture
def pair(seed, history):
    """Return the history with the lay-offs of state-owned enterprises and the one without."""
    return history(seed), history(seed, SPARED)


@pytest.mark.imposed
def test_layoffs_leave_people_without_work(pair, national):
    laid_off, spared = (national(sim, "laid_off_share", "urban") for sim in pair)
    assert (laid_off[YEARS_OF_LAYOFFS] > spared[YEARS_OF_LAYOFFS]).all()


@pytest.mark.imposed
def test_layoffs_lower_urban_incomes(pair, national):
    laid_off, spared = (national(sim, "income_mean", "urban") for sim in pair)
    assert laid_off[2002] < spared[2002]


@pytest.mark.emergent
def test_layoffs_raise_urban_poverty_before_transfers(pair, national):
    laid_off, spared = (national(sim, "poverty_rate_before_transfers", "urban") for sim in pair)
    assert laid_off[2002] > spared[2002]


@pytest.mark.imposed
def test_nothing_differs_before_the_first_layoffs(pair, national):
    for outcome in ("income_mean", "poverty_rate", "gini", "births"):
        laid_off, spared = (national(sim, outcome) for sim in pair)
        assert laid_off.loc[:1995].equals(spared.loc[:1995]), outcome


@pytest.mark.emergent
def test_where_rural_earnings_are_higher_fewer_rural_people_are_poor(seed, history, national):
    usual = history(seed)
    path = usual.parameters.number("economy.growth.rural_path")
    higher = history(seed, {"economy.growth.rural_path@2000-01-01": 1.2 * path})
    rates = [national(sim, "poverty_rate", "rural")[2010] for sim in (usual, higher)]
    assert rates[1] < rates[0]
