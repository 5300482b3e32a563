"""Residents' medical insurance on and off at the same seed, and pools small and large."""

import pytest

SCHEME = "medical"
OFF = {"policies.residents_medical": "off"}
LAST = 2012


@pytest.mark.fitted
def test_most_rural_people_are_members_in_2009(on, national):
    assert national(on, "coverage", "hukou_rural", SCHEME)[2009] > 0.85


@pytest.mark.emergent
def test_coverage_runs_ahead_of_what_insurance_pays(on, national):
    nominal, effective = (
        national(on, outcome, scheme=SCHEME)[2011] for outcome in ("coverage", "effective_coverage")
    )
    assert effective < nominal - 0.2


@pytest.mark.emergent
def test_insured_people_use_more_care(on, off):
    used = [sim.households.medical_bill @ sim.households.weight for sim in (on, off)]
    assert used[0] > used[1]


@pytest.mark.imposed
def test_fewer_households_are_ruined_by_care(on, off, national):
    with_it, without = (national(sim, "catastrophic_health_share")[2011] for sim in (on, off))
    assert with_it < without


@pytest.mark.imposed
def test_until_the_first_pilot_everything_is_the_same_to_the_last_bit(on, off, national):
    for outcome in ("gini", "poverty_gap", "consumption_mean", "catastrophic_health_share"):
        with_it, without = (national(sim, outcome).loc[:2002] for sim in (on, off))
        assert with_it.equals(without), outcome


@pytest.mark.imposed
def test_without_the_scheme_no_pool_pays_a_bill(off, national):
    assert (national(off, "pool_balance", scheme=SCHEME) == 0).all()
    assert not any(row[3].startswith("residents_medical") for row in off.treasury.flow_rows)


@pytest.mark.imposed
def test_in_a_national_pool_all_counties_are_in_debt_or_none_and_in_county_pools_some(
    seed, history, on
):
    nation = history(seed, {"residents_medical.pools.level": "nation"}, last=LAST)
    shared, own = (
        (sim.policies["residents_medical"].pools.balance < 0).mean() for sim in (nation, on)
    )
    assert shared in {0, 1}
    assert 0 < own < 1
