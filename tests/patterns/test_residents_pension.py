"""The residents' pension on and off at the same seed: what moves, and what stays as it is."""

import pytest

SCHEME = "residents_pension"
OFF = {"policies.residents_pension": "off", "policies.old_rural_pension": "off"}
LAST = 2013


@pytest.mark.fitted
def test_few_are_covered_in_2009_and_most_in_2012(on, national):
    coverage = national(on, "coverage", scheme=SCHEME)
    assert coverage[2009] < 0.1
    assert coverage[2012] > 0.35


@pytest.mark.emergent
def test_take_up_at_45_to_59_is_twenty_points_above_that_at_16_to_29(on, national):
    old, young = (
        national(on, "take_up", group, SCHEME)[2012] for group in ("age_45_59", "age_16_29")
    )
    assert old - young > 0.2


@pytest.mark.emergent
def test_most_contributors_pay_the_lowest_tier(on, national):
    assert national(on, "lowest_tier_share")[2012] > 0.5


@pytest.mark.emergent
def test_the_old_scheme_has_members_before_2003_and_far_fewer_than_the_subsidised_one(on, national):
    fund = national(on, "pool_balance", scheme=SCHEME)
    assert 0 < fund[1994] < fund[2002]
    assert national(on, "coverage", scheme=SCHEME)[2008] == 0


@pytest.mark.imposed
def test_family_binding_makes_more_young_adults_pay(seed, history, on, national):
    free = history(seed, {"residents_pension.rules.family_binding": False}, last=LAST)
    bound, unbound = (national(sim, "take_up", "age_30_44", SCHEME)[2012] for sim in (on, free))
    assert bound > unbound


@pytest.mark.imposed
def test_the_pension_lowers_rural_poverty_among_those_who_live_with_the_old(on, off, national):
    with_it, without = (national(sim, "poverty_gap", "rural")[2012] for sim in (on, off))
    assert with_it < without


@pytest.mark.imposed
def test_without_the_schemes_nobody_contributes_and_no_fund_holds_anything(off, national):
    assert (national(off, "covered_persons", scheme=SCHEME) == 0).all()
    assert (national(off, "pool_balance", scheme=SCHEME) == 0).all()
    ids = ("residents_pension", "old_rural_pension")
    assert not any(row[3].startswith(ids) for row in off.treasury.flow_rows)


@pytest.mark.imposed
def test_births_and_deaths_do_not_depend_on_the_pension(on, off, national):
    for outcome in ("births", "deaths", "marriages"):
        assert national(on, outcome).equals(national(off, outcome)), outcome
