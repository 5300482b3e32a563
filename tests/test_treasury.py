"""Every yuan has a payer and a payee, and every year closes."""

import numpy as np
import pandas as pd
import pytest

from model import records
from model.scenario_files import shipped_scenarios
from model.simulation import Simulation
from model.treasury import ACCOUNTS, AccountsError, Treasury

# The worlds of the shipped scenarios, shrunk to be quick; some include places, which need counties.
SMALL = {"world.counties": 48, "world.townships_per_county": 1, "world.households": 1550}
ALL_YEARS = {"tiny": {}}
SOME_YEARS = {"years.first": 2002, "years.last": 2006}
TOLERANCE = 1e-12
EARNED = {"wages", "farm_sales", "unit_pensions", "rent_received"}
TAKEN_OFF = {"rent", "living_away", "premiums_passed_on"}
# What lowers bills and losses instead of raising income.
NOT_CASH = {"medical_aid", "medical_accounts", "disaster_insurance"}


@pytest.fixture(scope="module", params=shipped_scenarios())
def books(request):
    """Return accounts by year and account, flows, and the simulation, of each scenario."""
    years = ALL_YEARS.get(request.param, SOME_YEARS)
    sim = Simulation(request.param, **SMALL, **years).run()
    tables = {name: table.to_pandas() for name, table in records.tables(sim).items()}
    return tables["accounts"].set_index(["year", "account"]), tables["flows"], sim


def turnover(flows: pd.DataFrame) -> pd.Series:
    return flows.groupby("year")["yuan"].sum()


def test_payment_moves_money_from_payer_to_payee():
    treasury = Treasury({"households": 100})
    treasury.pay("households", "outside", "bread", 30)
    treasury.pay("households", "outside", "bread", 5)
    treasury.close(1993, {"households": 65})
    assert treasury.flow_rows == [(1993, "households", "outside", "bread", 35)]
    assert (1993, "households", 100, 0, 35, 65) in treasury.account_rows
    assert (1993, "outside", 0, 35, 0, 35) in treasury.account_rows


def test_next_year_opens_where_this_one_closed():
    treasury = Treasury({"centre": 7})
    treasury.pay("outside", "centre", "taxes", 3)
    treasury.close(1993, {})
    treasury.close(1994, {"centre": 10})
    assert (1994, "centre", 10, 0, 0, 10) in treasury.account_rows


@pytest.mark.parametrize(("payer", "payee"), [("nobody", "centre"), ("centre", "nobody")])
def test_unknown_account_is_refused_with_the_list_of_accounts(payer, payee):
    with pytest.raises(AccountsError, match="no account 'nobody'; accounts: households, employers"):
        Treasury({}).pay(payer, payee, "x", 1)


@pytest.mark.parametrize("yuan", [-1e-9, float("nan"), -float("inf")])
def test_negative_and_undefined_amounts_are_refused(yuan):
    with pytest.raises(AccountsError, match=r"centre cannot pay counties .* for transfers"):
        Treasury({}).pay("centre", "counties", "transfers", yuan)


def test_payment_of_nothing_leaves_no_row():
    treasury = Treasury({})
    treasury.pay("centre", "counties", "transfers", 0)
    treasury.close(1993, {})
    assert treasury.flow_rows == []


def test_stock_that_does_not_match_its_account_is_refused_with_both_numbers():
    treasury = Treasury({"households": 100})
    treasury.pay("outside", "households", "wages", 50)
    with pytest.raises(AccountsError, match=r"1993 do not close: households .* 150.00 .* 149.00"):
        treasury.close(1993, {"households": 149})


def test_undefined_stock_does_not_close():
    with pytest.raises(AccountsError, match=r"should hold 0\.00 yuan and hold nan"):
        Treasury({}).close(1993, {"households": float("nan")})


def test_stock_may_be_off_by_rounding_and_by_no_more():
    for error, closes in ((0.5 * TOLERANCE, True), (2 * TOLERANCE, False)):
        treasury = Treasury({})
        treasury.pay("outside", "households", "wages", 1)
        if closes:
            treasury.close(1993, {"households": 1 + error})
        else:
            with pytest.raises(AccountsError):
                treasury.close(1993, {"households": 1 + error})


def test_simulation_in_which_money_appears_does_not_close():
    sim = Simulation("tiny", **SMALL, **{"years.last": 1993})
    sim.households.assets[0] += 1e6
    with pytest.raises(AccountsError, match="households should hold"):
        sim.step()


def test_smallest_world_closes_although_whole_places_die_out():
    smallest = {"world.counties": 31, "world.townships_per_county": 1, "world.households": 31}
    sim = Simulation("tiny", **smallest).run()
    places = sim.households.province[sim.households.alive] * 2
    assert len(np.unique(places + sim.households.urban[sim.households.alive])) < 62


def test_every_year_has_every_account_of_the_list(books):
    accounts, _, sim = books
    years = range(sim.setup.years.first, sim.setup.years.last + 1)
    assert accounts.index.tolist() == [(year, name) for year in years for name in ACCOUNTS]


def test_every_account_moves_by_what_it_received_less_what_it_paid(books):
    accounts, flows, _ = books
    paid = flows.groupby(["year", "payer"])["yuan"].sum().rename_axis(accounts.index.names)
    received = flows.groupby(["year", "payee"])["yuan"].sum().rename_axis(accounts.index.names)
    change = received.reindex(accounts.index, fill_value=0) - paid.reindex(
        accounts.index, fill_value=0
    )
    gap = (accounts["closing"] - accounts["opening"] - change).abs().groupby("year").max()
    assert (gap <= TOLERANCE * turnover(flows)).all()


def test_inflow_and_outflow_are_those_of_the_flows(books):
    accounts, flows, _ = books
    for column, side in (("inflow", "payee"), ("outflow", "payer")):
        sums = flows.groupby(["year", side])["yuan"].sum().rename_axis(accounts.index.names)
        gap = (accounts[column] - sums.reindex(accounts.index, fill_value=0)).abs()
        assert (gap.groupby("year").max() <= TOLERANCE * turnover(flows)).all()


def test_nothing_is_created_and_nothing_lost(books):
    accounts, flows, _ = books
    wealth = accounts.groupby("year")[["opening", "closing"]].sum()
    assert ((wealth["closing"] - wealth["opening"]).abs() <= TOLERANCE * turnover(flows)).all()


def test_every_year_opens_with_what_the_year_before_closed_with(books):
    accounts, _, _ = books
    opening = accounts["opening"].unstack().iloc[1:]
    assert (opening.to_numpy() == accounts["closing"].unstack().iloc[:-1].to_numpy()).all()


def test_accounts_hold_what_the_agents_themselves_hold(books):
    accounts, flows, sim = books
    last = accounts.loc[sim.setup.years.last, "closing"]
    held = {
        "households": (sim.households.assets * sim.households.weight).sum(),
        "counties": sim.counties.balance.sum(),
        "centre": sim.centre.balance,
        "provinces": sim.provinces.balance.sum(),
        "townships": sim.townships.reserve.sum(),
        "employers": 0,
    }
    for account, yuan in held.items():
        assert abs(last[account] - yuan) <= TOLERANCE * turnover(flows).iloc[-1], account


def test_flows_have_a_payer_a_payee_and_a_positive_amount(books):
    _, flows, _ = books
    assert set(flows["payer"]) | set(flows["payee"]) <= set(ACCOUNTS)
    assert (flows["payer"] != flows["payee"]).all()
    assert (flows["yuan"] > 0).all()
    assert not flows.duplicated(["year", "payer", "payee", "purpose"]).any()


def test_incomes_of_households_in_the_flows_are_those_of_the_households(books):
    _, flows, sim = books
    last = flows[flows["year"] == sim.setup.years.last]
    received, paid = (
        last[last[side] == "households"].groupby("purpose")["yuan"].sum()
        for side in ("payee", "payer")
    )
    earned = received[received.index.isin(EARNED)].sum() - paid[paid.index.isin(TAKEN_OFF)].sum()
    assert np.isclose(earned, sim.total(sim.households.market_income), rtol=1e-9)
    public = received[~received.index.isin(EARNED | NOT_CASH)].sum()
    assert np.isclose(public, sim.total(sim.households.transfers), rtol=1e-9)
    to_pools = (last["payer"] == "households") & (last["payee"] == "insurance_pools")
    dues = last[to_pools]["yuan"].sum()
    assert np.isclose(dues, sim.total(sim.households.contributions), rtol=1e-9)
