"""Workers who insure themselves, on and off at the same seed: what moves, and what stays."""

import numpy as np
import pytest

from agents.enrolment import SCHEMES
from agents.persons import Work
from policies.worker_columns import PENSION_BIT

OFF = {"policies.self_insurance": "off"}
NO_YEARS = {"self_insurance.rules.make_up_years@2011-07-01": 0}
LAST = 2014


@pytest.fixture
def on(seed, history):
    return history(seed, last=LAST)


@pytest.fixture
def off(seed, history):
    return history(seed, OFF, last=LAST)


@pytest.mark.imposed
def test_until_it_begins_nobody_notices_it(on, off, same):
    assert same(on, off, before=1998)
    assert not same(on, off)


@pytest.mark.imposed
def test_without_it_nobody_pays_alone(off, national):
    for scheme in SCHEMES[:2]:
        assert national(off, "self_insured_persons", scheme=scheme).sum() == 0
    assert not any(row[3].endswith(("_alone", "_made_up")) for row in off.treasury.flow_rows)


@pytest.mark.imposed
def test_paying_alone_adds_members_of_pension_and_medical_insurance_and_of_no_other_scheme(
    on, off, national
):
    more = [
        national(on, "covered_persons", scheme=scheme)[LAST]
        / national(off, "covered_persons", scheme=scheme)[LAST]
        for scheme in SCHEMES
    ]
    assert min(more[:2]) > 1.05
    assert more[2:] == pytest.approx([1, 1, 1], abs=0.03)


@pytest.mark.imposed
def test_fewer_people_are_left_to_the_residents_pension(on, off, national):
    with_it, without = (
        national(sim, "covered_persons", scheme="residents_pension")[LAST] for sim in (on, off)
    )
    assert with_it < without


@pytest.mark.emergent
def test_births_and_deaths_hardly_depend_on_it(on, off, national):
    """No rule asks for it, but births ask where a woman lives, and care moves who returns home."""
    for outcome in ("births", "deaths", "marriages"):
        with_it, without = (national(sim, outcome).loc[1998:].sum() for sim in (on, off))
        assert with_it == pytest.approx(without, rel=0.002), outcome


@pytest.mark.emergent
def test_informal_workers_from_45_on_join_more_often_than_those_below_35(on):
    persons = on.persons
    works = persons.alive & persons.hukou_urban & (persons.work == Work.INFORMAL)
    member = persons["worker_schemes"] & PENSION_BIT > 0
    weight = on.households.weight[np.maximum(persons.household, 0)]

    def share(first, last):
        asked = works & (persons.age >= first) & (persons.age < last)
        return (weight * (asked & member)).sum() / weight[asked].sum()

    assert share(45, 55) > share(20, 35)


@pytest.mark.emergent
def test_more_insure_themselves_against_illness_than_for_old_age(on, national):
    pension, medical = (
        national(on, "self_insured_persons", scheme=scheme)[LAST] for scheme in SCHEMES[:2]
    )
    assert medical > pension > 0


@pytest.mark.imposed
def test_paying_for_missing_years_brings_more_pensions(seed, history, on, national):
    never = history(seed, NO_YEARS, last=LAST)
    assert national(on, "pension_years_made_up").loc[2011:].sum() > 0
    assert national(never, "pension_years_made_up").sum() == 0
    reached = [
        national(sim, "effective_coverage", scheme="worker_pension").loc[2012:].mean()
        for sim in (on, never)
    ]
    assert reached[0] > reached[1]
