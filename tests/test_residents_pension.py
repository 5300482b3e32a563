"""Residents' pension, case by case: what can be worked by hand is in the cases."""

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from model.breakdown import Breakdown
from policies.old_rural_pension import OldRuralPension
from policies.residents_pension import ResidentsPension
from tests.small_residents import village
from tests.small_works import Recorded

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "residents_pension.yaml")
# Nothing grows by itself, so that amounts can be worked by hand.
PLAIN = {"residents_pension.rules.account_interest": 0, "residents_pension.rules.top_up_share": 0}


def decide(case):
    """Let a county and its people go through a year; return their world."""
    funds = case.get("county", {}).get("residents_pension_fund", 0)
    figures = {k: v for k, v in case.get("county", {}).items() if k != "residents_pension_fund"}
    policy = ResidentsPension()
    world = village(policy, case | {"county": figures, "set": PLAIN | case.get("set", {})})
    world.counties["residents_pension_fund"][:] = funds
    if "since" in case:
        policy.since[:] = case["since"]
    for phase in ("on_budget", "on_enrol", "on_contribute"):
        getattr(policy, phase)(world)
    world.policy = policy
    return world


def recorded(world):
    """Return what the policy of a world records: numerators and denominators."""
    world.record, homes = Recorded(), world.households.n
    world.report = world.record.add
    world.report_members = lambda *values: world.record.add("coverage", *values)
    world.breakdown = Breakdown(world, np.zeros(homes, np.int8), np.ones(world.persons.n))
    world.policy.on_record(world)
    return world.record


def found(world, name):
    for table in (world.persons, world.households):
        if name in table.declared:
            return table[name]
    return world.counties[name][0]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    world = decide(case)
    for name, expected in case["out"].items():
        assert np.asarray(found(world, name)).tolist() == pytest.approx(expected), name


def test_every_case_is_a_sentence_of_its_own():
    sentences = [case["case"] for case in CASES]
    assert len(set(sentences)) == len(sentences) > 30
    assert all(case["out"] for case in CASES)


def test_the_fund_holds_what_was_paid_in_less_what_was_drawn():
    case = {"year": 2015, "persons": [{"age": 50}, {"age": 61, "residents_account": 1390}]}
    world = decide(case | {"county": {"residents_pension_fund": 1390}})
    world.treasury.balance["insurance_pools"] = 1390
    held = 1390 + 130 - 120
    # Raises where what is held is not what was paid in and drawn.
    world.treasury.close(2015, {"insurance_pools": held})
    assert world.treasury.balance["insurance_pools"] == pytest.approx(held)


def mover(fund):
    """Return the world of an account of 1,000, three times, that moves with its holder."""
    policy, two = ResidentsPension(), {"n": 2}
    person = {"age": 50, "residents_account": 1000}
    world = village(policy, {"year": 2015, "persons": [person], "county": two, "set": PLAIN})
    world.township_county = np.array([0, 1], np.int32)
    world.adoptions.adopt(policy.id, np.array([1]), 2015, "", "test")
    world.households.weight[:] = 3
    world.counties["residents_pension_fund"][:] = fund
    world.treasury.balance["insurance_pools"] = sum(fund)
    for township in (0, 1, 1):
        world.persons.hukou_township[:] = township
        policy.on_enrol(world)
    world.policy = policy
    return world


def test_the_money_of_an_account_follows_its_holder_to_the_fund_of_the_new_county():
    world = mover([3500, 0])
    assert world.counties["residents_pension_fund"].tolist() == [500, 3000]


def test_a_county_fills_its_fund_when_more_leaves_than_it_holds():
    world = mover([2900, 0])
    world.policy.on_contribute(world)
    assert world.counties["residents_pension_fund"].tolist() == [0, 3000]
    assert world.counties.schemes.tolist() == [100, 0]
    # Raises where money came from nowhere.
    world.treasury.close(2015, world.policy.stocks())


def test_every_fund_holds_the_accounts_of_its_county_and_what_the_dead_left(tiny):
    persons, homes = tiny.persons, tiny.households
    yuan = persons["residents_account"] * homes.weight[persons.household] * persons.alive
    county = tiny.township_county[persons.hukou_township]
    accounts = np.bincount(county, yuan, tiny.counties.n)
    # A little less where accounts of the dead did not yet pay for those who outlived theirs.
    short = np.maximum(accounts - tiny.counties["residents_pension_fund"], 0)
    assert short.sum() < 0.001 * accounts.sum()


def test_who_draws_only_an_account_is_a_member_and_a_retired_worker_is_not():
    late = {"age": 61, "residents_account": 1390}
    case = {"year": 2023, "since": 2012, "persons": [late, late | {"work": "RETIRED"}, {"age": 61}]}
    world = decide(case)
    assert world.households.transfers.tolist() == pytest.approx([120, 120, 0])
    members, people = recorded(world)["coverage", "residents_pension", "rural"]
    assert (members.sum(), people.sum()) == (1, 2)


def test_interest_is_credited_before_the_contribution_of_the_year():
    rate = {"residents_pension.rules.account_interest": 0.1}
    person = {"age": 50, "residents_account": 1000}
    world = decide({"year": 2015, "set": rate, "persons": [person]})
    assert world.persons["residents_account"].tolist() == pytest.approx([1000 * 1.1 + 130])


def old_scheme(year, patience=0.9, **person):
    """Return the world of one person whom the old scheme asks."""
    policy = OldRuralPension()
    luck = {"persons.patience": patience}
    world = village(policy, {"year": year, "persons": [person], "luck": luck})
    policy.on_enrol(world)
    policy.on_contribute(world)
    return world


def test_only_the_patient_pay_into_the_old_scheme():
    assert old_scheme(1998, 0.9, age=30).persons["residents_tier"][0] == 240
    assert old_scheme(1998, 0.7, age=30).persons["residents_tier"][0] == 0


def test_the_old_scheme_takes_nothing_after_2002():
    assert old_scheme(2002, age=30).persons["residents_tier"][0] > 0
    assert old_scheme(2003, age=30).persons["residents_tier"][0] == 0


def test_the_old_scheme_adds_nothing_to_what_a_member_pays():
    world = old_scheme(1998, age=30)
    assert world.persons["residents_account"][0] == world.persons["residents_tier"][0]
    assert world.counties.schemes[0] == 0


def test_the_new_scheme_takes_over_where_it_is_adopted():
    policy = OldRuralPension()
    world = village(policy, {"year": 2002, "persons": [{"age": 30}]})
    assert policy.in_charge(world).all()
    world.adoptions.adopt("residents_pension", np.array([0]), 2002, "", "test")
    assert not policy.in_charge(world).any()


def test_members_of_the_old_scheme_hold_accounts_until_the_new_one_takes_them():
    people = [{"age": 40, "residents_account": 500}, {"age": 40}, {"age": 15},
              {"age": 40, "residents_account": 500, "hukou_urban": True}]  # fmt: skip
    policy, key = OldRuralPension(), ("coverage", "old_rural_pension", "all")
    world = village(policy, {"year": 2005, "persons": people})
    world.policy = policy
    members, adults = recorded(world)[key]
    assert (members.sum(), adults.sum()) == (1, 2)
    world.adoptions.adopt("residents_pension", np.array([0]), 2009, "", "test")
    assert recorded(world)[key][0].sum() == 0
