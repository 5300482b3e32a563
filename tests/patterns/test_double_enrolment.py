"""Insured at home and through work: where families enrol as a whole, and registers are compared."""

import pytest

WHOLE, FOUND = "residents_medical.rules.whole_families", "residents_medical.rules.matched_share"
LAST = 2012


@pytest.fixture
def usual(seed, history):
    return history(seed, last=LAST)


@pytest.fixture
def everywhere(seed, history):
    return history(seed, {WHOLE: 1}, last=LAST)


def doubly(sim, national, group="all"):
    return national(sim, "double_enrolment", group, "medical")[LAST]


@pytest.mark.fitted
def test_about_a_quarter_of_insured_migrants_are_enrolled_at_home_too(usual, national):
    assert 0.1 < doubly(usual, national, "hukou_rural") < 0.4


@pytest.mark.imposed
def test_nobody_is_where_families_may_leave_members_off_or_registers_are_compared(
    seed, history, national
):
    for settings in ({WHOLE: 0}, {FOUND: 1}):
        assert doubly(history(seed, settings, last=LAST), national) == 0


@pytest.mark.imposed
def test_more_are_where_every_county_enrols_whole_families(usual, everywhere, national):
    assert doubly(everywhere, national) > doubly(usual, national) > 0


@pytest.mark.imposed
def test_it_costs_governments_money_and_pays_nobody_more(usual, everywhere):
    subsidy, bills = (
        [sum(row[4] for row in sim.treasury.flow_rows if row[3] == f"residents_medical_{purpose}")
         for sim in (usual, everywhere)]
        for purpose in ("subsidy", "medical_bills")
    )  # fmt: skip
    assert subsidy[1] > subsidy[0]
    assert bills[1] == pytest.approx(bills[0], rel=0.03)


@pytest.mark.imposed
def test_no_bill_is_paid_twice(everywhere):
    households = everywhere.households
    covered = households.insured_cover + households.unit_cover
    assert covered.max() <= 1 + 1e-12


@pytest.mark.emergent
def test_a_premium_that_buys_nothing_keeps_some_families_out(usual, everywhere):
    joined = [
        (sim.households["residents_medical"] * sim.households.weight).sum()
        for sim in (usual, everywhere)
    ]
    assert joined[1] < joined[0]


@pytest.mark.imposed
def test_everybody_is_covered_once(everywhere, national):
    assert national(everywhere, "coverage", "all", "medical").max() <= 1
