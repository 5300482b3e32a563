"""What COVID-19, the response to it and disasters move, on against off at the same seed."""

import pytest

LAST = 2021
NO_COVID = {"shocks.covid": "off"}
NO_RESPONSE = {"shocks.covid_response": "off"}
NO_DISASTERS = {"shocks.disasters": "off"}


@pytest.mark.imposed
@pytest.mark.parametrize("off", [NO_COVID, NO_RESPONSE], ids=["covid", "response"])
def test_until_2019_covid_and_the_response_change_nothing(seed, history, same, off):
    assert same(*(history(seed, settings, last=LAST) for settings in ({}, off)), before=2020)


@pytest.mark.imposed
def test_work_is_lost_in_2020_and_in_no_other_year(seed, history, national):
    lost = national(history(seed, last=LAST), "jobs_lost_to_covid")
    assert lost[2020] > 10e6
    assert (lost.drop(2020) == 0).all()
    assert (national(history(seed, NO_COVID, last=LAST), "jobs_lost_to_covid") == 0).all()


@pytest.mark.emergent
def test_covid_lowers_income_and_raises_poverty_in_2020(seed, history, national):
    struck, spared = (history(seed, settings, last=LAST) for settings in ({}, NO_COVID))
    assert national(struck, "income_mean")[2020] < national(spared, "income_mean")[2020]
    assert national(struck, "poverty_rate")[2020] > national(spared, "poverty_rate")[2020]


@pytest.mark.imposed
def test_disasters_take_savings_or_consumption_only_where_they_strike(seed, history, national):
    struck, spared = (history(seed, settings, last=1993) for settings in ({}, NO_DISASTERS))
    assert (national(spared, "disaster_losses") == 0).all()
    ours, theirs = struck.households, spared.households
    hit = ours["disaster_loss"] > 0
    assert (ours.assets == theirs.assets)[~hit].mean() > 0.95
    assert ours.assets[hit].mean() < theirs.assets[hit].mean()
    # Who can owe no more, or wants to keep as much, eats less.
    assert ((ours.assets < theirs.assets) | (ours.consumption < theirs.consumption))[hit].all()
