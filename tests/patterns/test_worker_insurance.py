"""Directions of worker and migrant insurance: on against off at the same seed."""

import numpy as np
import pytest

from agents.enrolment import SCHEMES

SEPARATE = {"migrant_insurance.regime.inclusion_share": 0}
EVERYWHERE = {"adoption.mode.migrant_insurance": "calendar",
              "adoption.calendar.migrant_insurance_share@2001-01-01": 1}  # fmt: skip
EARLY = EVERYWHERE | {"migrant_insurance.regime.inclusion_share@2001-01-01": 1}
ALONE = {f"policies.{name}": "off" for name in
         ("assistance", "hukou", "old_rural_pension", "poverty_alleviation", "residents_medical",
          "residents_pension", "rural_dibao", "urban_dibao")}  # fmt: skip


def coverage(sim, national, group="migrant_all", year=None, outcome="coverage"):
    """Return coverage of all five schemes in the last year, or in another."""
    year = year or sim.year
    return np.array([national(sim, outcome, group, scheme)[year] for scheme in SCHEMES])


@pytest.mark.fitted
def test_migrants_of_2014_are_covered_most_against_injury_and_least_for_maternity(
    seed, history, national
):
    covered = coverage(history(seed, last=2014), national)
    pension, medical, unemployment, injury, maternity = covered
    assert injury > medical > pension > unemployment > maternity
    assert covered == pytest.approx([0.167, 0.176, 0.105, 0.262, 0.078], abs=0.04)


@pytest.mark.imposed
def test_without_migrant_insurance_no_migrant_is_covered_and_locals_still_are(
    seed, history, national
):
    off = history(seed, ALONE | {"policies.migrant_insurance": "off"})
    assert (coverage(off, national) == 0).all()
    assert (coverage(off, national, "local_urban") > 0).all()


@pytest.mark.imposed
def test_insuring_migrants_leaves_the_membership_of_locals_as_it_was(seed, history, national):
    on, off = history(seed, ALONE, last=2004), history(
        seed, ALONE | {"policies.migrant_insurance": "off"}, last=2004
    )  # fmt: skip
    assert coverage(on, national, "migrant_all")[0] > 0
    with_, without = (coverage(sim, national, "local_urban") for sim in (on, off))
    assert with_ == pytest.approx(without, abs=0.01)


@pytest.mark.imposed
def test_without_worker_insurance_only_separate_schemes_are_left(seed, history, national):
    off = history(seed, ALONE | {"policies.worker_insurance": "off"}, last=2010)
    assert (coverage(off, national, "local_urban") == 0).all()
    pension, medical, unemployment, injury, maternity = coverage(off, national)
    assert pension > 0 < medical
    assert injury > 0
    assert unemployment == maternity == 0


@pytest.mark.imposed
def test_inclusion_brings_migrants_unemployment_and_maternity_insurance(seed, history, national):
    _, _, unemployment, _, maternity = coverage(history(seed, EARLY, last=2005), national)
    apart = coverage(history(seed, SEPARATE, last=2005), national)
    assert unemployment > 0 < maternity
    assert apart[2] == apart[4] == 0


@pytest.mark.emergent
def test_merging_a_cheap_separate_scheme_lowers_pension_cover_where_rights_do_not_move(
    seed, history, national
):
    cheap = {"migrant_insurance.regime.portability": (0.1, 0.1),
             "migrant_insurance.regime.separate_own": (0.03, 0, 0, 0, 0),
             "migrant_insurance.regime.separate_employer": (0.08, 0.02, 0, 0.01, 0)}  # fmt: skip
    merged, apart = (history(seed, ALONE | cheap | way, last=2006)
                     for way in (EARLY, SEPARATE | EVERYWHERE))  # fmt: skip
    assert coverage(merged, national)[0] < coverage(apart, national)[0]


@pytest.mark.emergent
def test_merging_raises_pension_cover_where_rights_move_and_rates_are_near(seed, history, national):
    near = {"migrant_insurance.regime.portability": (0.0, 0.9),
            "migrant_insurance.regime.separate_own": (0.08, 0, 0, 0, 0),
            "migrant_insurance.regime.separate_employer": (0.14, 0.02, 0, 0.01, 0)}  # fmt: skip
    merged, apart = (history(seed, ALONE | near | way, last=2006)
                     for way in (EARLY, SEPARATE | EVERYWHERE))  # fmt: skip
    # Of those who left home: rights that move are worth little to those who stay.
    cover = [coverage(sim, national, "migrant_outgoing")[0] for sim in (merged, apart)]
    assert cover[0] > cover[1]


@pytest.mark.imposed
def test_without_the_labour_contract_law_fewer_are_insured(seed, history, national):
    law, none = (
        coverage(history(seed, ALONE | setting, last=2010), national)
        for setting in ({}, {"worker_insurance.employers.contract_law": "off"})
    )
    assert (law >= none).all()
    assert law.sum() > none.sum()


@pytest.mark.imposed
def test_more_audits_bring_more_migrants_into_insurance(seed, history, national):
    audited = history(seed, ALONE | {"worker_insurance.employers.audit": 0.4}, last=2010)
    usual = history(seed, ALONE, last=2010)
    assert coverage(audited, national).sum() > coverage(usual, national).sum()


@pytest.mark.imposed
def test_the_central_adjustment_sums_to_zero_and_moves_money(seed, history):
    rows = history(seed, ALONE, last=2019).record.table()
    rows = rows[(rows["outcome"] == "central_adjustment_net") & (rows["year"] >= 2018)]
    nation = rows[rows["level"] == "nation"]["value"].to_numpy()
    province = rows[rows["level"] == "province"]["value"].abs()
    assert np.abs(nation).max() < 1e-9 * province.sum()
    assert province.sum() > 0


@pytest.mark.emergent
def test_smaller_pension_pools_cost_the_centre_more(seed, history):
    cost = {}
    for level in ("county", "province", "nation"):
        sim = history(seed, ALONE | {"worker_insurance.schemes.pension_level": level})
        cost[level] = sum(row[4] for row in sim.treasury.flow_rows if row[3] == "pension_subsidy")
    assert cost["county"] > cost["province"] > cost["nation"]


@pytest.mark.imposed
def test_pools_relieve_employers_of_the_pensions_they_paid(seed, history):
    flows = history(seed, ALONE, last=2000).treasury.flow_rows
    relief = {row[0]: row[4] for row in flows if row[3] == "pensions_taken_over"}
    pensions = {row[0]: row[4] for row in flows if row[3] == "unit_pensions"}
    assert min(relief) == 1997
    assert all(0 < relief[year] < pensions[year] for year in relief)


@pytest.mark.emergent
def test_on_average_fewer_migrant_mothers_are_reached_than_are_members_nominally(
    seeds, history, national
):
    """Births among the migrants of one tiny history are too few to tell."""
    reached, nominal = (
        [
            national(history(seed, ALONE, last=2014), outcome, "migrant_all", "maternity")[year]
            for seed in seeds
            for year in range(2010, 2015)
        ]
        for outcome in ("effective_coverage", "coverage")
    )
    assert np.nanmean(reached) < np.mean(nominal)


@pytest.mark.emergent
def test_portable_rights_make_fewer_leavers_take_cash(seed, history, national):
    closed, open_ = (
        history(seed, ALONE | {"migrant_insurance.regime.portability": (0.1, share)}, last=2013)
        for share in (0.1, 0.9)
    )
    cash = [national(sim, "pension_cash_outs").loc[2009:].sum() for sim in (closed, open_)]
    members = [coverage(sim, national)[0] for sim in (closed, open_)]
    assert cash[0] / members[0] > cash[1] / members[1]
