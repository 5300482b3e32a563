"""Directions of assistance: schemes on and off at the same seed, dibao by rights and by places."""

import pytest

OFF = {"policies.assistance": "off"}
ALL = ("disaster_relief", "tekun", "premium_aid", "medical_aid", "education_aid", "housing_aid",
       "employment_aid", "temporary_aid")  # fmt: skip
PREMIUMS_OFF = {"assistance.schemes.premium_aid": (0, 0)}
NO_GIFTS = {"assistance.rules.donated_share": 0}
# Counties are awarded for adopting it, and awards tell people of their rights.
NO_AWARDS = {"policies.incentives": "off"}


def only(*schemes):
    """Return settings that switch off every scheme but these."""
    return NO_GIFTS | {f"assistance.schemes.{s}": (0, 0) for s in ALL if s not in schemes}


@pytest.mark.imposed
def test_without_assistance_nobody_is_helped_and_nothing_is_paid(seed, history, national):
    sim = history(seed, OFF, last=2014)
    for scheme in (*ALL, "donations"):
        assert national(sim, "assistance_recipients", scheme=scheme).sum() == 0
        assert national(sim, "assistance_paid", scheme=scheme).sum() == 0


@pytest.mark.imposed
def test_schemes_that_are_all_off_leave_everybody_as_without_the_policy(seed, history):
    none, off = (history(seed, NO_AWARDS | settings, last=2010) for settings in (only(), OFF))
    for name in ("transfers", "out_of_pocket", "assets", "consumption"):
        assert none.households[name].tobytes() == off.households[name].tobytes(), name


@pytest.mark.imposed
def test_until_medical_aid_begins_nobody_notices_it(seed, history):
    with_it, without = (
        history(seed, NO_AWARDS | settings, last=2002) for settings in (only("medical_aid"), OFF)
    )
    for name in ("transfers", "out_of_pocket", "assets"):
        assert with_it.households[name].tobytes() == without.households[name].tobytes(), name


@pytest.mark.imposed
def test_medical_aid_leaves_fewer_people_with_catastrophic_bills(seed, history, national):
    name = "catastrophic_health_share"
    with_it, without = (
        national(history(seed, settings, last=2012), name)[2012]
        for settings in (only("medical_aid"), OFF)
    )
    assert with_it < without


@pytest.mark.imposed
def test_medical_aid_pays_into_no_income(seed, history):
    sim = history(seed, only("medical_aid"), last=2012)
    flows = [row for row in sim.treasury.flow_rows if row[3] == "medical_aid"]
    assert {row[1:3] for row in flows} == {("counties", "households")}
    assert flows


def members_among_the_poor(sim):
    """Return the share of households on rural dibao that are in residents' medical insurance."""
    homes = sim.households
    poor = homes.weight * (homes["receives_dibao"] & homes.alive & ~homes.hukou_urban)
    return (poor * homes["residents_medical"]).sum() / poor.sum()


@pytest.mark.imposed
def test_where_nobody_pays_their_premium_fewer_of_the_poor_are_insured(seed, history):
    paid, unpaid = (history(seed, settings, last=2012) for settings in ({}, PREMIUMS_OFF))
    assert members_among_the_poor(unpaid) < members_among_the_poor(paid) - 0.02


@pytest.mark.imposed
def test_in_their_first_year_paid_premiums_change_nobody_who_was_on_no_roll(seed, history):
    rolls = only("premium_aid", "tekun") | PREMIUMS_OFF
    begins = {"assistance.schemes.premium_aid@2009-01-01": (1, 1)}
    with_it, without = (
        history(seed, settings, last=2009).households for settings in (rolls | begins, rolls)
    )
    others = with_it["premium_promised"] == 0
    assert 0 < (with_it["premium_waived"] > 0).sum() <= (~others).sum()
    for name in with_it.declared:
        assert with_it[name][others].tobytes() == without[name][others].tobytes(), name


@pytest.mark.imposed
def test_a_premium_is_paid_once_by_the_household_or_by_medical_aid(seed, history):
    flows = history(seed, last=2017).treasury.flow_rows
    paid = {row[3]: row[4] for row in flows if row[0] == 2017 and row[2] == "insurance_pools"}
    # Of each member 180 yuan are due in 2017, to which governments add 450.
    due = paid["residents_medical_subsidy"] * 180 / 450
    assert paid["residents_medical_premiums"] + paid["premium_aid"] == pytest.approx(due)
    assert 0 < paid["premium_aid"] < due


@pytest.mark.imposed
def test_support_of_the_extremely_poor_lowers_the_severity_of_poverty(seed, history, national):
    severity = [
        national(history(seed, settings, last=2015), "poverty_severity", "rural")[2015]
        for settings in (only("tekun"), OFF)
    ]
    assert severity[0] < severity[1]


@pytest.mark.imposed
def test_assistance_moves_nobody_to_be_born_or_to_die(seed, history, national):
    for outcome in ("births", "deaths", "marriages"):
        with_it, without = (
            national(history(seed, settings, last=2010), outcome) for settings in ({}, OFF)
        )
        assert with_it.equals(without), outcome


@pytest.mark.imposed
def test_rights_miss_fewer_of_the_poor_than_places(seed, history, national):
    missed = {
        mode: national(history(seed, {"dibao.rules.mode": mode}, last=2012),
                       "exclusion_error", "rural")[2012]
        for mode in ("rights", "places")
    }  # fmt: skip
    assert missed["rights"] < missed["places"]


@pytest.mark.imposed
def test_rights_cost_more_than_places(seed, history, national):
    spent = {
        mode: national(history(seed, {"dibao.rules.mode": mode}, last=2012),
                       "assistance_spending")[2012]
        for mode in ("rights", "places")
    }  # fmt: skip
    assert spent["rights"] > spent["places"]


@pytest.mark.imposed
def test_who_pays_for_dibao_does_not_change_who_gets_it_in_the_first_year(seed, history):
    local, shared = (
        history(seed, {"dibao.rules.payer": payer}, last=1999) for payer in ("local", "fixed_share")
    )
    roll = "receives_dibao"
    assert local.households[roll].tobytes() == shared.households[roll].tobytes()
    assert local.counties.earmarked.sum() < shared.counties.earmarked.sum()


@pytest.mark.emergent
def test_the_platform_lowers_both_errors_of_rural_dibao(seed, history, national):
    settings = {"policies.assistance": "off", "dibao.rules.mode": "rights"}
    for error in ("exclusion_error_permanent", "inclusion_error_permanent"):
        with_it, without = (
            national(history(seed, settings | data, last=2017), error, "rural")[2017]
            for data in ({}, {"dibao.rules.data_matching": 0})
        )
        assert with_it < without, error
