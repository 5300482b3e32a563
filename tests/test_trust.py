"""Trust follows the answers to requests, and nothing else (rule b.9)."""

import numpy as np
import pytest

from agents.households import Households
from agents.trust import TIERS, note_requests, start_trust
from model.moving import found_households
from model.simulation import Simulation
from policies.base import discover
from tests.small_county import Given

RULES = Given(start=[0.8, 0.6, 0.5, 0.5], step=0.2)
OFF = {f"policies.{policy}": "off" for policy in discover()}


@pytest.fixture
def households():
    table = Households(3)
    table.alive[:] = True
    start_trust(table, RULES)
    return table


def trust(table, tier):
    return table[f"trust_{tier}"].tolist()


def test_everybody_starts_with_the_same_trust_and_most_in_the_centre(households):
    found = [trust(households, tier) for tier in TIERS]
    assert found == pytest.approx(np.repeat([[0.8], [0.6], [0.5], [0.5]], 3, axis=1))


def test_met_requests_raise_trust_and_refusals_lower_it(households):
    note_requests(households, np.array([0, 2]), np.array([True, False]), RULES)
    assert trust(households, "local") == pytest.approx([0.68, 0.6, 0.48])


def test_who_asked_for_nothing_keeps_the_same_bits(households):
    before = {name: households[name].copy() for name in households.declared}
    note_requests(households, np.array([1]), True, RULES)
    for name, column in before.items():
        kept = np.array([True, name != "trust_local", True])
        assert households[name][kept].tobytes() == column[kept].tobytes(), name


def test_only_the_one_who_was_asked_is_judged(households):
    note_requests(households, np.arange(3), False, RULES, tier="centre")
    assert trust(households, "centre") == pytest.approx([0.64] * 3)
    assert trust(households, "local") == pytest.approx([0.6] * 3)


def test_trust_stays_between_0_and_1_however_often_one_is_answered(households):
    for _ in range(200):
        note_requests(households, np.array([0, 1]), np.array([True, False]), RULES)
    low, high = trust(households, "local")[1::-1]
    assert 0 <= low < 1e-6
    assert 1 - 1e-6 < high <= 1


def test_new_households_inherit_trust(households):
    note_requests(households, np.array([1]), True, RULES)
    rows = found_households(households, np.array([1]), np.array([7], np.uint64), 2000)
    assert households["trust_local"][rows] == pytest.approx([0.68])


def test_without_any_policy_and_with_no_work_lost_nobody_changes_his_mind():
    quiet = {"shocks.soe_layoffs": "off", "years.last": 1996}
    sim = Simulation("tiny", **OFF, **quiet).run()
    households = sim.households
    for tier, start in zip(TIERS, sim.parameters.schedule("trust.rules.start"), strict=True):
        living = households[f"trust_{tier}"][households.alive]
        assert (living == np.float32(start)).all()
