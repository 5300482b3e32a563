"""Workers who insure themselves: cases in ``cases/self_insurance.yaml``, and parts."""

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML
from scipy.special import expit

from agents import enrolment
from agents.enrolment import MEDICAL, PENSION, SCHEMES
from policies.self_insurance import SelfInsurance
from policies.worker_jobs import prospects_of
from tests.small_works import came_out, live, paid, reserve, works

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "self_insurance.yaml")


def alone(year, people, changes=None, luck=None):
    """Return the two counties of `works` with a third policy; people are informal workers."""
    people = [{"work": "INFORMAL"} | person for person in people]
    world, policy = works(year, people, changes, luck), SelfInsurance()
    policy.set_up(world)
    world.adoptions.in_force(policy.id)[:] = True
    world.policies.append(policy)
    return world


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    came_out(live(alone(case["year"], case["people"], case.get("set"), case.get("luck"))), case)


def test_every_case_is_a_sentence_of_its_own():
    assert len({case["case"] for case in CASES}) == len(CASES) > 20


@pytest.mark.parametrize(("scheme", "counted"), [(PENSION, 0.08 / 0.2), (MEDICAL, 1)])
def test_they_choose_as_workers_do_with_the_whole_premium_as_their_cost(scheme, counted):
    person, name = {"age": 45, "wage": 2000}, f"persons.accept_{SCHEMES[scheme]}"
    world = live(alone(2012, [person]), ["budget", "enrol"])
    view, base = world.parameters, np.array([600.0])
    _, portability = view.schedule("migrant_insurance.regime.portability")
    expected = prospects_of(world, np.arange(1), np.ones(1, bool), base, portability, np.ones(1))
    rate = 0.2 if scheme == PENSION else 0.1
    ratio = counted * enrolment.value_of(scheme, np.array([rate * counted]), expected, view)[0]
    weight, least = (view.number(f"worker_insurance.choice.value_{part}")
                     for part in ("weight", "threshold"))  # fmt: skip
    odds = weight * (ratio - least)
    for off, joins in ((-1e-6, True), (1e-6, False)):
        luck = {name: expit(odds) + off}
        world = live(alone(2012, [person], luck=luck), ["budget", "enrol"])
        assert bool(world.persons["worker_schemes"][0] >> scheme & 1) is joins


def test_what_residents_have_at_home_and_empty_pockets_speak_against_joining():
    name = f"persons.accept_{SCHEMES[PENSION]}"

    def joins(at_home, draw, **person):
        changes = {"migrant_insurance.choice.outside_pension": 60}
        world = alone(2012, [{"age": 45} | person], changes, {name: draw})
        world.adoptions.in_force("residents_pension")[:] = at_home
        return bool(live(world, ["budget", "enrol"]).persons["worker_schemes"][0] & 1)

    def share(at_home, **person):
        return np.mean([joins(at_home, draw, **person) for draw in (np.arange(40) + 0.5) / 40])

    assert share(False) > share(True)
    assert share(False) > share(False, assets=0)


def test_members_of_one_household_share_its_savings():
    old = {"age": 60, "pension_years": 14, "insured_county": 0, "assets": 600}
    world = alone(2012, [old, old])
    world.persons.household[:] = 0
    live(world)
    assert world.persons["pension_years"].tolist() == [14, 14]
    assert world.households.contributions.tolist() == [0, 0]


def test_premiums_fill_the_pool_of_the_county_and_years_made_up_that_of_the_rights():
    old = {"age": 60, "pension_years": 14, "insured_county": 1, "pension_account": 0}
    world = alone(2012, [{}, old])
    world.households.weight[:] = [1, 10]
    live(world, ["budget", "enrol"])
    pools = reserve(world)
    world.policies[-1].on_contribute(world)
    gained = np.subtract(reserve(world), pools)
    assert gained.tolist() == pytest.approx([120, 1200])
    assert reserve(world, "worker_medical") == pytest.approx([60, 0])


def test_it_records_who_pays_alone_and_who_made_up_years():
    old = {"age": 60, "pension_years": 14, "insured_county": 0}
    found = live(alone(2012, [{}, {"wage": 300}, old])).record
    assert found["self_insured_persons", "worker_pension", "all"][0].tolist() == [1, 0]
    assert found["self_insured_persons", "worker_medical", "all"][0].tolist() == [2, 0]
    assert found["pension_years_made_up", "", "all"][0].tolist() == [1, 0]


def test_where_nobody_may_pay_alone_nothing_happens():
    old = {"age": 60, "pension_years": 14, "insured_county": 0}
    world = alone(2012, [{}, old])
    world.adoptions.in_force("self_insurance")[:] = False
    live(world)
    assert world.persons["worker_schemes"].tolist() == [0, 0]
    assert world.persons["pension_years"].tolist() == [0, 0]
    assert world.households.contributions.tolist() == [0, 0]
    assert "pension_years_made_up" not in {outcome for outcome, *_ in world.record}


def test_whose_county_gives_the_scheme_up_is_let_go():
    world = live(alone(2012, [{}]))
    world.adoptions.in_force("self_insurance")[:] = False
    live(world)
    assert world.persons["worker_schemes"].tolist() == [0]
    assert world.persons["pension_years"].tolist() == [1]


def test_the_medical_account_of_who_draws_and_works_on_is_a_share_of_the_pension():
    """A pension of 15 percent of 1000, of which 3.8 percent, whatever the own wage is."""
    old = {"age": 60, "pension_years": 15, "insured_county": 0, "worker_schemes":
           ["worker_pension", "worker_medical"]}  # fmt: skip
    changes = {"worker_insurance.benefits.medical_account": 0.038}
    for wage in (400, 4000):
        world = live(alone(2012, [old | {"wage": wage}], changes), ["budget", "enrol"])
        world.households.medical_bill[:] = world.households.out_of_pocket[:] = 500
        live(world, ["contribute", "reimburse"])
        assert paid(world)["insurance_pools > households: medical_accounts"] == pytest.approx(5.7)
