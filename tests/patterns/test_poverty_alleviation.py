"""What targeted poverty alleviation moves, on against off at the same seed."""

import pytest

from policies.parameters import ParameterSet

LAST = 2017
EITHER_OR = "poverty_alleviation.registration.either_or_share"
CHOOSING = ParameterSet.load().value(EITHER_OR, 2015)
OFF = {"policies.poverty_alleviation": "off"}
ROUGH = {"poverty_alleviation.registration.assessment_sd": 1.3}
EXACT = {"poverty_alleviation.registration.assessment_sd": 0.0}


def errors(history, national, seed, settings):
    """Return exclusion and inclusion error of the register of 2014, before anybody left."""
    sim = history(seed, settings, last=2014)
    names = ("registration_exclusion_error", "registration_inclusion_error")
    return [national(sim, name)[2014] for name in names]


@pytest.mark.imposed
def test_without_the_programme_nobody_is_registered_and_nothing_spent(seed, history, national):
    sim = history(seed, OFF, last=LAST)
    assert (national(sim, "registered_poor") == 0).all()
    assert (national(sim, "alleviation_spending") == 0).all()


@pytest.mark.imposed
def test_before_the_programme_nothing_differs(seed, history, same):
    assert same(*(history(seed, settings, last=LAST) for settings in ({}, OFF)), before=2014)


@pytest.mark.imposed
def test_about_as_many_are_registered_as_the_quota_says(seed, history, national):
    assert national(history(seed, last=LAST), "registered_poor")[2014] == pytest.approx(
        90e6, rel=0.25
    )


@pytest.mark.emergent
def test_registers_miss_some_of_the_poor_and_hold_others_however_exact(seed, history, national):
    exclusion, inclusion = errors(history, national, seed, EXACT)
    assert exclusion > 0.1
    assert inclusion > 0.1


@pytest.mark.emergent
def test_rough_sight_makes_both_errors_larger(seed, history, national):
    rough, exact = (errors(history, national, seed, sight) for sight in (ROUGH, EXACT))
    assert all(more > less for more, less in zip(rough, exact, strict=True))


@pytest.mark.emergent
def test_rural_poverty_falls_faster_with_the_programme(seed, history, national):
    rates = [national(history(seed, settings, last=LAST), "poverty_rate", "rural")
             for settings in ({}, OFF)]  # fmt: skip
    assert rates[0].loc[2015:].mean() < rates[1].loc[2015:].mean()


@pytest.mark.emergent
def test_some_who_left_fall_back(seed, history, national):
    sim = history(seed, last=LAST)
    assert national(sim, "register_exits").loc[2015:].sum() > 0
    assert national(sim, "returned_to_poverty").loc[2016:].max() > 0


@pytest.mark.imposed
def test_overlap_of_the_registers_rises_when_one_need_not_choose_any_more(seed, history, national):
    still = {f"{EITHER_OR}@2016-01-01": CHOOSING}
    ended, kept = (
        national(history(seed, settings, last=LAST), "register_overlap") for settings in ({}, still)
    )
    assert ended.loc[:2015].equals(kept.loc[:2015])
    assert ended[2016] > kept[2016]
