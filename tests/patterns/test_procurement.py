"""Who delivers services under which regime, and what it does to those who deliver (g)."""

import numpy as np
import pytest

from agents.organisations import INCUBATED
from policies.base import discover

LAST = 2016
# Only procurement, so that what differs follows from it.
ALONE = {f"policies.{policy}": "off" for policy in discover() if policy != "procurement"}
REGIME = "procurement.regimes.regime"
SHARE = "adoption.calendar.procurement_share"
NO_TIE = {"procurement.regimes.tie_weight": [0.0, 0.0, 0.0]}
OPEN = {"procurement.lots.open_share": 1.0}
NO_DUTY = {
    "procurement.organisations.reports_on_money": 0.0,
    "procurement.organisations.reports_per_lot": 0.0,
}
NO_FOREIGN = {"procurement.funding.foreign_supply": 0.0}
DIRECT = {
    "procurement.organisations.rung": "direct",
    "procurement.organisations.migrants_register": [0.9, 0.9, 0.9],
}
NO_HUBS = {"procurement.regimes.hubs_bid": False, "procurement.regimes.hub_role": False}
VOUCHERS = {"procurement.lots.voucher_share": 1.0}
# Every county buys and hubs mediate in all years, under each of the three regimes.
REGIMES = {name: {REGIME: name, SHARE: 1.0, "procurement.regimes.hub_role": True}
           for name in ("residual", "managerial", "partnership")}  # fmt: skip


def mean(values, first=2009, last=2012):
    return values.loc[first:last].mean()


@pytest.fixture
def run(seed, history):
    """Return a function that simulates a seed without any other policy."""
    return lambda settings=None, last=LAST: history(seed, ALONE | (settings or {}), last)


@pytest.mark.fitted
def test_hubs_hold_most_lots_of_metropolitan_districts(run, national):
    assert 0.7 < mean(national(run(), "provider_share", "metro&hub")) < 0.97


@pytest.mark.imposed
@pytest.mark.parametrize("change", [NO_TIE, OPEN], ids=["without ties", "all lots opened"])
def test_hubs_hold_fewer_where_ties_count_less(run, national, change):
    usual, changed = (mean(national(run(s), "provider_share", "metro&hub")) for s in ({}, change))
    assert changed < usual - 0.03


@pytest.mark.imposed
def test_uncontested_lots_are_most_frequent_in_townships_then_seats_then_metropolises(
    run, national
):
    township, seat, metro = (
        mean(national(run(), "uncontested_share", place), 2009, LAST)
        for place in ("township", "county_seat", "metro")
    )
    assert township > seat > metro + 0.2


@pytest.mark.imposed
def test_reporting_duties_take_service_hours_from_organisations_and_make_them_dearer(run, national):
    usual, without = (run(s) for s in ({}, NO_DUTY))
    hours = [national(sim, "service_hours", "grassroots")[LAST] for sim in (usual, without)]
    price = [mean(national(sim, "service_price"), 2010, LAST) for sim in (usual, without)]
    assert hours[0] < 0.97 * hours[1]
    assert price[0] > 1.05 * price[1]


@pytest.mark.emergent
def test_duties_weigh_more_on_organisations_with_fewer_workers_for_each_lot(run):
    table = run().organisations
    holds = (table.lots >= 1) & (table.kind >= 2)
    per_lot = ((table.staff + table.volunteers) / table.lots.clip(1))[holds]
    small = per_lot < sorted(per_lot)[len(per_lot) // 2]
    assert table.admin[holds][small].mean() > table.admin[holds][~small].mean()


def measures(sim, national):
    """Return reach, own-mission hours, advocacy, cheapness and trust; more is better."""
    names = ("service_cover", "own_mission_share", "advocacy_share", "procurement_spending")
    found = [mean(national(sim, name), 2005, LAST) for name in names]
    trust = [mean(national(sim, "trust", scheme=tier), 2005, LAST) for tier in ("gongo", "ngo")]
    return [*found[:-1], -found[-1], *trust]


@pytest.mark.emergent
def test_no_regime_is_best_in_reach_own_mission_advocacy_cost_and_trust_together(run, national):
    table = {name: measures(run(s), national) for name, s in REGIMES.items()}
    best = {max(table, key=lambda name: table[name][row]) for row in range(6)}
    assert len(best) > 1


@pytest.mark.imposed
def test_residualism_reaches_least_and_leaves_most_autonomy(run, national):
    cover, autonomy = (
        {name: mean(national(run(s), outcome), 2005, LAST) for name, s in REGIMES.items()}
        for outcome in ("service_cover", "ngo_autonomy")
    )
    assert min(cover, key=cover.get) == "residual"
    assert max(autonomy, key=autonomy.get) == "residual"


@pytest.mark.emergent
def test_partnership_gives_grassroots_more_of_the_hours_than_managerialism(run, national):
    usual, partners = (
        mean(national(run(REGIMES[name]), "service_hours", "grassroots"), 2005, LAST)
        for name in ("managerial", "partnership")
    )
    assert partners > 1.1 * usual


@pytest.mark.imposed
def test_more_money_for_lots_makes_more_incubated_organisations(run, national):
    little, much = (
        national(run({"procurement.lots.budget_share": share}), "organisations", "incubated")[LAST]
        for share in (0.002, 0.03)
    )
    assert little < much


@pytest.mark.emergent
def test_incubated_organisations_follow_their_own_mission_less_than_grassroots(run, national):
    made, grown = (
        mean(national(run(), "own_mission_share", kind), 2013, LAST)
        for kind in ("incubated", "grassroots")
    )
    assert made < grown


@pytest.mark.emergent
def test_incubated_organisations_grow_where_there_is_money_for_lots(run):
    sim = run()
    table, lots = sim.organisations, sim.policies["procurement"].lots
    money = np.bincount(lots.county, lots.yuan, sim.counties.n) / sim.counties.weight
    made = table.alive & (table.kind == INCUBATED)
    rich = money[table.county[made]] > np.median(money[table.county[made]])
    assert table.staff[made][rich].mean() > table.staff[made][~rich].mean()


@pytest.mark.imposed
def test_organisations_that_live_from_lots_drift(run):
    table = run().organisations
    ngo = table.alive & (table.kind >= 2) & (table.founded < LAST - 3)
    money = table.gov + table.hub_money
    others = table.foreign + table.donated + table.charges
    lives = ngo & (money > others)
    free = ngo & (money == 0)
    assert table.drift[lives].mean() > table.drift[free].mean() + 0.1


@pytest.mark.imposed
def test_without_foreign_money_organisations_have_fewer_workers(run, national):
    with_, without = (
        mean(national(run(s), "organisation_staff"), 2000, LAST) for s in ({}, NO_FOREIGN)
    )
    assert without < 0.95 * with_


@pytest.mark.imposed
def test_foreign_money_falls_by_the_assumed_share_after_2016(run, national):
    kept = {"procurement.funding.foreign_supply@2017-01-01": 1.0}
    cut, uncut = (
        national(run(way, last=2018), "organisation_income", "foreign") for way in ({}, kept)
    )
    assert cut[2016] == uncut[2016]
    assert cut[2018] < 0.8 * uncut[2018]


@pytest.mark.imposed
def test_direct_registration_registers_more_and_contests_more_lots(run, national):
    usual, direct = (run(s) for s in ({}, DIRECT))
    counts = [mean(national(sim, "organisations_registered")) for sim in (usual, direct)]
    contests = [mean(national(sim, "uncontested_share")) for sim in (usual, direct)]
    assert counts[0] < counts[1]
    assert contests[0] > contests[1]


@pytest.mark.emergent
def test_vouchers_take_money_from_hubs_and_break_up_concentration(run, national):
    usual, vouchers = (run(s) for s in ({}, VOUCHERS))
    for outcome, group in (("provider_share", "metro&hub"), ("provider_hhi", "all")):
        assert mean(national(vouchers, outcome, group)) < mean(national(usual, outcome, group))


@pytest.mark.imposed
def test_without_hubs_more_tenders_fail(run, national):
    usual, without = (mean(national(run(s), "failed_share")) for s in ({}, NO_HUBS))
    assert without > usual + 0.02


@pytest.mark.fitted
def test_the_sector_grows_before_2010(run, national):
    sim = run()
    ngos = national(sim, "organisations") - national(sim, "organisations", "hub")
    growth = (ngos[2009] / ngos[1997]) ** (1 / 12) - 1
    assert 0.0 < growth < 0.12


@pytest.mark.imposed
def test_before_anybody_buys_regimes_do_not_differ(run, same):
    assert same(run(), run({REGIME: "residual"}), before=1995)
