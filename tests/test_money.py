"""The state's money in a run: tiers, regions, who pays, and what is written of it."""

import numpy as np
import pytest

from model import public_money, records
from model.simulation import Simulation
from policies.cofinance import by_region, centre_share, regions
from policies.dibao_rules import refund_of_centre
from tests.small_county import county

# Beijing, Liaoning, Henan, Sichuan.
CODES = [110101, 210101, 410101, 510101]


def four_regions(year=2010, **settings):
    world = county(year, {}, settings, n=4)
    world.counties.code[:] = CODES
    return world


@pytest.fixture(scope="module")
def flows(tiny):
    table = records.tables(tiny)["flows"].to_pandas()
    return table.groupby(["payer", "payee", "purpose", "year"])["yuan"].sum()


@pytest.fixture(scope="module")
def governments(tiny):
    return records.tables(tiny)["institutions"].to_pandas().set_index(["level", "year"])


def test_regions_are_those_of_the_statistics_bureau():
    assert regions(four_regions()).tolist() == [0, 1, 2, 3]


def test_the_poorer_the_region_the_more_the_centre_pays_around_the_share_of_the_scheme():
    shares = centre_share(four_regions(), "dibao.urban.centre_share")
    assert (np.diff(shares) > 0).all()
    assert shares[0] < 0.59 < shares[1]
    # expit(logit(0.59) - 0.8)
    assert shares[0] == pytest.approx(0.3927, abs=1e-4)


def test_nothing_and_everything_are_the_same_in_every_region():
    world = four_regions(**{"dibao.urban.centre_share": 0})
    assert centre_share(world, "dibao.urban.centre_share").tolist() == [0] * 4
    assert centre_share(world, "poverty_alleviation.payers.ecology").tolist() == [1] * 4


def test_without_a_tilt_every_region_gets_the_share_of_the_scheme():
    world = four_regions(**{"fiscal.cofinance.tilt": [0, 0, 0, 0]})
    cost = np.full(4, 100.0)
    assert refund_of_centre(world, "urban", cost).tolist() == pytest.approx([59] * 4)


def test_the_east_has_shares_of_its_own_where_the_law_says_so():
    found = by_region(four_regions(), "residents_pension.rules.centre_share")
    assert found.tolist() == [0.5, 1, 1, 1]


def test_transfers_pass_through_provinces(flows):
    received = flows["centre", "provinces", "transfers"]
    passed = flows["provinces", "counties", "transfers"]
    assert len(received) == len(passed) == 31
    assert ("centre", "counties", "transfers") not in flows


def test_staff_are_paid_through_employers_who_keep_nothing(flows, tiny):
    paid = flows["counties", "employers", "payroll"]
    assert paid[2023] == pytest.approx(tiny.counties.payroll.sum())
    assert tiny.treasury.balance["employers"] == pytest.approx(0, abs=1e3)


def test_townships_hold_their_reserve_and_nothing_else(tiny):
    wanted = tiny.parameters.number("assistance.rules.reserve_per_head") * tiny.townships.people
    assert tiny.townships.reserve == pytest.approx(wanted)
    assert tiny.treasury.balance["townships"] == pytest.approx(wanted.sum())


def test_reserves_are_empty_where_there_is_no_assistance():
    sim = Simulation("tiny", **{"years.last": 1995, "policies.assistance": "off",
                                "assistance.rules.reserve_per_head": 5}).run()  # fmt: skip
    assert sim.townships.reserve.sum() == 0


def test_money_for_order_leaves_the_county_and_its_room():
    calm, uneasy = (Simulation("tiny", **{"years.last": 1993}) for _ in range(2))
    uneasy.counties.stability_money[:] = 1e6
    for sim in (calm, uneasy):
        public_money.budget(sim)
        public_money.settle(sim)
    spent = uneasy.counties.stability_money
    assert spent.sum() > 0
    assert calm.counties.room - uneasy.counties.room == pytest.approx(spent)
    assert calm.counties.services - uneasy.counties.services == pytest.approx(spent, abs=1)


def test_every_government_has_one_row_a_year_and_nobody_else(governments, tiny):
    rows = governments.reset_index()
    assert not rows.duplicated(["year", "code"]).any()
    count = rows.groupby("level").size() / 31
    assert count.to_dict() == {"centre": 1, "province": 31, "county": tiny.counties.n}


def test_rows_of_governments_say_what_the_flows_say(governments, flows):
    county, province = (governments.loc[level].groupby("year") for level in ("county", "province"))
    assert np.allclose(county["transfer"].sum(), flows["provinces", "counties", "transfers"])
    assert np.allclose(province["passed_down"].sum(), flows["provinces", "counties", "transfers"])
    assert np.allclose(province["transfer"].sum(), flows["centre", "provinces", "transfers"])
    assert np.allclose(governments.loc["centre"]["passed_down"].to_numpy(),
                       flows["centre", "provinces", "transfers"])  # fmt: skip


def test_rows_of_counties_and_provinces_name_their_leaders(governments):
    for level in ("county", "province"):
        rows = governments.loc[level]
        assert rows[["leader_age", "leader_years", "effort_growth"]].notna().all().all()
    assert governments.loc["centre"]["leader_age"].isna().all()


def test_prefectures_stand_between_where_the_scenario_says_so():
    on = Simulation("tiny", **{"years.last": 1993, "fiscal.tiers.prefectures": True}).run()
    off = Simulation("tiny", **{"years.last": 1993}).run()
    assert on.counties.transfer.sum() < off.counties.transfer.sum()
    assert any(data["level"] == "prefecture" for _, data in on.hierarchy.nodes(data=True))
    assert all(data["level"] != "prefecture" for _, data in off.hierarchy.nodes(data=True))
