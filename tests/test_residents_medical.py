"""Residents' medical insurance, case by case: what can be worked by hand is in the cases."""

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from policies.residents_medical import ResidentsMedical
from tests.small_residents import village

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "residents_medical.yaml")
NO_DRIVE = {"residents_medical.rules.drive_share": 0}


def decide(case):
    """Let a county and its people go through a year; return their world and the policy."""
    policy = ResidentsMedical()
    world = village(policy, case | {"set": NO_DRIVE | case.get("set", {})})
    # The second township lies in another county.
    world.township_county, world.township_key = np.array([0, 1]), np.ones(2, np.uint64)
    for home in np.flatnonzero(world.households.inpatient_bill):
        world.households["admission_memory"][home] = 3
    for phase in ("on_budget", "on_enrol", "on_contribute"):
        getattr(policy, phase)(world)
    world.households.inpatient_bill[:] = case.get("bill_now", 0)
    policy.on_reimburse(world)
    return world, policy


def found(world, policy, name):
    if name == "pool":
        return policy.pools.balance.sum()
    table = world.households if name in world.households.declared else world.counties
    return table[name] if table is world.households else table[name][0]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    world, policy = decide(case)
    for name, expected in case["out"].items():
        assert np.asarray(found(world, policy, name)).tolist() == pytest.approx(expected), name


def test_every_case_is_a_sentence_of_its_own():
    sentences = [case["case"] for case in CASES]
    assert len(set(sentences)) == len(sentences) > 15
    assert all(case["out"] for case in CASES)


def test_the_pool_holds_premiums_and_subsidies_less_bills():
    case = {"year": 2011, "persons": [{}], "bill_now": [100],
            "set": {"residents_medical.rules.drive_share": 1}}  # fmt: skip
    world, policy = decide(case)
    world.treasury.close(2011, policy.stocks())
    assert policy.stocks()["insurance_pools"] == pytest.approx(30 + 200 - 46.9)


def test_a_stay_in_hospital_is_on_mind_for_three_years():
    world, policy = decide({"year": 2011, "persons": [{}], "bill_now": [1]})
    seen = [int(world.households["admission_memory"][0])]
    world.households.inpatient_bill[:] = 0
    for _ in range(3):
        policy._remember_admissions(world)
        seen.append(int(world.households["admission_memory"][0]))
    assert seen == [3, 2, 1, 0]


def test_a_pool_in_debt_pays_a_smaller_share_next_year():
    case = {"year": 2011, "persons": [{}], "bill_now": [1000],
            "set": {"residents_medical.rules.drive_share": 1}}  # fmt: skip
    world, policy = decide(case)
    policy.on_budget(world)
    assert policy.pools.paid_share[0] == pytest.approx(0.7)


def test_households_that_ended_are_no_acquaintances():
    case = {"year": 2003, "persons": [{}, {}, {}], "households": [{"inpatient_bill": 109}, {}, {}],
            "set": NO_DRIVE}  # fmt: skip
    policy = ResidentsMedical()
    world = village(policy, case)
    world.households["admission_memory"][0] = 3
    # Two are left, of whom one was ill: 1 - (1 - 1/2)^4.
    world.households.alive[2] = False
    assert policy._admitted(world)[:2].tolist() == pytest.approx([1, 0.9375])


def test_effective_coverage_is_what_the_medical_schemes_pay_and_not_cover_of_the_poor(tiny):
    homes = tiny.households
    bills = homes.inpatient_bill * homes.weight
    shares = homes["residents_medical_cover"] + homes["worker_medical_cover"]
    assert (bills * homes["illness_cover"]).any()
    found = tiny.latest["effective_coverage/medical"]
    assert found == pytest.approx((bills * shares).sum() / bills.sum())
