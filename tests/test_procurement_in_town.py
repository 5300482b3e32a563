"""Procurement in the tiny world: budgets, accounts, regimes by date and place, lots, vouchers."""

import numpy as np
import pytest

from agents.organisations import BY_GRASSROOTS, BY_HUB, HUB, INCUBATED, REGISTERED, STATE, is_ngo
from model import records
from model.simulation import Simulation
from policies.base import discover
from policies.procurement_incubation import _place_in_line

ALONE = {f"policies.{policy}": "off" for policy in discover() if policy != "procurement"}
YEARS = {"years.first": 2006, "years.last": 2010}


def until(last=2010, **changes):
    return Simulation("tiny", **ALONE | YEARS | {"years.last": last} | changes).run()


def national(sim, name):
    return sim.datacollector.get_model_vars_dataframe()[name].astype(float)


@pytest.fixture(scope="module")
def usual():
    return until()


@pytest.fixture(scope="module")
def lots(usual):
    return records.tables(usual)["lots"].to_pandas()


def bought(sim):
    policy = sim.policies["procurement"]
    return policy.lots, policy.paid, policy.passed


def test_budgets_are_a_hundredth_of_the_room_of_counties_that_buy(usual):
    lots, counties = bought(usual)[0], usual.counties
    budget = np.bincount(lots.county, lots.yuan, counties.n) * counties.weight
    has = usual.adoptions.in_force("procurement")
    spent = np.where(has, 0.01 * counties.room, 0)
    no_incubator = ~np.isin(np.arange(counties.n), usual.organisations.county[
        usual.organisations.kind == 1])  # fmt: skip
    assert budget[no_incubator] == pytest.approx(spent[no_incubator])
    assert has.any()
    assert (~has).any()


def test_money_of_lots_goes_from_the_budget_to_one_provider_each(usual):
    lots, paid, passed = bought(usual)
    each = np.bincount(paid.lot, paid.yuan, lots.n)
    awarded = lots.mode >= 0
    assert each[awarded] == pytest.approx(lots.yuan[awarded])
    assert (each[~awarded] == 0).all()
    assert passed.yuan.sum() < 0.3 * paid.yuan.sum()


def test_lots_of_the_file_are_the_flows_of_the_accounts(usual, lots):
    flows = records.tables(usual)["flows"].to_pandas()
    for year in (2007, 2010):
        here, of = flows[flows["year"] == year], lots[lots["year"] == year]
        booked = here[here["purpose"] == "service_lots"]["yuan"].sum()
        assert booked == pytest.approx((of["paid"] * of["weight"]).sum(), rel=1e-9)
        passed = here[here["purpose"] == "sub_contracts"]["yuan"].sum()
        assert passed == pytest.approx((of["passed_on"] * of["weight"]).sum(), rel=1e-9)


def test_one_lot_is_followed_from_budget_to_service(usual):
    lots, paid, passed = bought(usual)
    lot = passed.lot[0]
    (first,) = np.flatnonzero(paid.lot == lot)
    table = usual.organisations
    assert table.kind[paid.payee[first]] == HUB
    assert passed.payer[0] == paid.payee[first]
    assert passed.yuan[0] == pytest.approx(0.3 * 0.9 * lots.yuan[lot])
    wage = usual.policies["procurement"].setting.wage[lots.county[lot]]
    own = (paid.yuan[first] - passed.yuan[0]) / paid.price[first] / wage
    hours = own * 1800 * (0.9 - table.admin[paid.payee[first]])
    assert usual.policies["procurement"].lot_hours[lot] > hours * 0.4


def test_counties_spend_what_they_buy_out_of_their_services():
    # Without links services change nobody's income, and so no revenue.
    usual, off = (
        until(**{"procurement.links.gain": 0.0} | change)
        for change in ({}, {"policies.procurement": "off"})
    )
    spent = usual.counties.procured
    assert spent.sum() > 0
    assert usual.counties.balance == pytest.approx(off.counties.balance, rel=1e-9, abs=1)
    less = off.counties.services + off.counties.allotment
    less = less - usual.counties.services - usual.counties.allotment
    assert less == pytest.approx(spent, rel=1e-6, abs=10)


def test_without_the_policy_nobody_buys_and_organisations_live_on():
    off = until(**{"policies.procurement": "off"})
    assert bought(off)[0].n == 0
    assert off.counties.procured.sum() == 0
    assert is_ngo(off.organisations).sum() > 0
    assert off.service_hours[:, :, BY_GRASSROOTS].sum() > 0
    assert off.organisations.kind.tolist().count(1) == 0


def test_residual_counties_buy_nothing():
    sim = until(2007, **{"procurement.regimes.regime": "residual"})
    assert sim.adoptions.in_force("procurement").any()
    assert bought(sim)[0].n == 0


def test_a_regime_can_hold_in_one_place_from_a_date_on():
    sim = until(**{"procurement.regimes.special_place": 31,
                   "procurement.regimes.special_regime": "residual"})  # fmt: skip
    lots = bought(sim)[0]
    shanghai = np.char.startswith(sim.counties.code.astype(str), "31")
    assert lots.n > 0
    assert not shanghai[lots.county].any()


def test_an_unknown_regime_names_the_nearest():
    with pytest.raises(ValueError, match="managerial"):
        until(2006, **{"procurement.regimes.regime": "managerialist"})


def test_registration_is_eased_in_2008(usual):
    before, after = (until(year).organisations for year in (2007, 2008))
    shares = [(t.status[is_ngo(t)] == REGISTERED).mean() for t in (before, after)]
    assert shares[0] < 0.4 < shares[1]


def test_only_registered_organisations_and_hubs_hold_lots(usual):
    table = usual.organisations
    holds = table.lots > 0
    assert (table.status[holds] == REGISTERED).all()
    assert (table.lots[~table.alive] >= 0).all()


def test_without_hubs_none_of_them_holds_a_lot():
    sim = until(**{"procurement.regimes.hubs_bid": False, "procurement.regimes.hub_role": False})
    table = sim.organisations
    assert (table.lots[table.kind == HUB] == 0).all()
    assert bought(sim)[2].lot.size == 0


def test_vouchers_are_shared_by_what_households_choose():
    sim = until(2008, **{"procurement.lots.voucher_share": 1.0})
    lots, paid, _ = bought(sim)
    each = np.bincount(paid.lot, paid.yuan, lots.n)
    awarded = lots.mode >= 0
    assert each[awarded] == pytest.approx(lots.yuan[awarded])
    assert len(paid.lot) > awarded.sum()


def test_trust_in_organisations_draws_vouchers_to_them():
    shares = []
    for trust in (0.2, 0.9):
        sim = until(2007, **{"procurement.lots.voucher_share": 1.0,
                             "trust.rules.start": [0.8, 0.6, 0.5, trust]})  # fmt: skip
        shares.append(national(sim, "provider_share/hub").iloc[-1])
    assert shares[0] > shares[1]


def test_organisations_are_founded_where_nobody_trusted_any_at_the_start():
    sim = until(2007, **{"trust.rules.start": [0.8, 0.6, 0.5, 0.0]})
    assert (sim.organisations.founded[is_ngo(sim.organisations)] == 2007).any()


def test_hours_that_fail_to_be_bought_are_left_to_the_state(usual):
    lots = bought(usual)[0]
    failed = lots.mode < 0
    assert failed.any()
    hours = usual.service_hours[lots.township[failed], lots.need[failed], STATE]
    assert (hours > 0).all()


def test_organisations_have_the_same_key_skill_and_tie_in_every_regime(usual):
    other = until(**{"procurement.regimes.regime": "residual"}).organisations
    mine = usual.organisations
    both, one, two = np.intersect1d(mine.key, other.key, return_indices=True)
    assert len(both) > 0.9 * other.n
    assert (mine.founded[one] == other.founded[two]).all()
    hubs = mine.kind[one] == HUB
    assert (mine.skill[one][hubs] == other.skill[two][hubs]).all()


def test_shares_lie_between_zero_and_one(usual):
    table = usual.organisations
    for name in ("tie", "trust", "admin", "drift", "own_hours", "advocacy", "skill"):
        assert ((table[name] >= 0) & (table[name] <= 1)).all(), name
    assert usual.service_hours.min() >= 0
    assert (usual.service_hours[:, :, BY_HUB] > 0).any()


def test_events_have_stated_reasons(usual):
    events = usual.policies["procurement"].sector.events
    told = {(event, reason) for _, _, _, event, reason in events}
    assert ("founded", "") in told
    assert {reason for event, reason in told if event in ("closed", "merged")} <= {
        "deficit", "merged", "fatigue", "foreign"}  # fmt: skip


def test_in_2012_some_twenty_centres_of_guangdong_make_about_a_hundred_organisations():
    sim = until(2012, **{"years.first": 2009, "world.include": [44], "world.counties": 186,
                         "world.townships_per_county": 2, "world.households": 6000})  # fmt: skip
    table = sim.record.table().query("year == 2012 and level == 'province' and area == '44'")
    made, trained = (
        table[(table["outcome"] == name) & (table["group"] == "all")]["value"].item()
        for name in ("organisations_incubated", "staff_trained")
    )
    assert 60 < made < 200
    assert 1800 < trained < 3200


def test_a_place_has_the_number_of_centres_that_is_known_of_it():
    luck, weight = np.array([0.9, 0.1, 0.5, 0.3]), np.array([1.0, 2.0, 1.0, 1.0])
    assert _place_in_line(luck, weight) == pytest.approx([0.9, 0.2, 0.7, 0.5])


def test_organisations_without_paid_staff_cost_nothing_to_incubate():
    years = {"years.first": 2011, "years.last": 2012}
    sim = Simulation("tiny", **years, **{"procurement.organisations.incubated_staff": 0.0}).run()
    assert (sim.organisations.kind == INCUBATED).any()
