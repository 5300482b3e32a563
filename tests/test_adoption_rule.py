"""The hazard of adoption, reason by reason (rule i.2)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import adoption, centre
from agents.adoption import DRIVERS, REASONS, Attributes, Situation, Standing
from model.simulation import Simulation

POLICY = Attributes(cost=2.0, visibility=0.5, stability_gain=0.8, long_run_gain=0.6, protects=0.25)
ALONE = Standing(recognised=False, pressure=0.0)
NAMES = [reason.name for reason in REASONS]


def one_county(**changes):
    """Return a county about which nothing is special, with some changes."""
    plain = dict.fromkeys(("room", "dependence", "unrest", "claims", "new_leader", "department",
                           "award", "pool_gain"), 0.0) | {"burden": 1.0}  # fmt: skip
    return Situation(**{name: np.array([value]) for name, value in (plain | changes).items()})


def reasons(seen=None, standing=ALONE, peers=0.0, borne=0.0, weights=None):
    values = np.array([(weights or {}).get(name, 1.0) for name in NAMES])
    found = adoption.reasons_to_adopt(
        seen or one_county(), POLICY, standing, np.array([peers]), np.array([borne]), values
    )
    return dict(zip(NAMES, found[:, 0].tolist(), strict=True))


CASES = [
    ({"seen": one_county(room=1.5)}, {"room": 1.5}),
    ({"borne": 0.5, "seen": one_county(burden=1.2)}, {"cost": -1.2}),
    ({"peers": 0.4}, {"peers": 0.4}),
    ({"seen": one_county(unrest=0.5)}, {"unrest": 0.4}),
    ({"seen": one_county(claims=1.0)}, {"claims": 0.25}),
    ({"seen": one_county(new_leader=1.0)}, {"new_leader": 0.5}),
    ({"seen": one_county(dependence=0.7)}, {"dependence": 0.7}),
    ({"seen": one_county(dependence=0.7), "standing": Standing(True, 0.0)},
     {"dependence": -0.7, "recognition": 1.0}),
    ({"standing": Standing(False, 1.6)}, {"mandate": 1.6}),
    ({"seen": one_county(department=1.0)}, {"department": 0.25}),
    ({"seen": one_county(award=1.0)}, {"award": 0.5}),
    ({"seen": one_county(pool_gain=-0.7)}, {"pool_gain": -0.7}),
]  # fmt: skip


@pytest.mark.parametrize(("given_", "out"), CASES)
def test_each_reason_by_hand(given_, out):
    found = {name: value for name, value in reasons(**given_).items() if value}
    assert found == pytest.approx(out)


@pytest.mark.parametrize("name", NAMES)
def test_a_weight_of_zero_mutes_its_reason_and_no_other(name):
    everything = {"seen": one_county(**dict.fromkeys(
        ("room", "dependence", "unrest", "claims", "new_leader", "department", "award",
         "pool_gain"), 1.0)),
        "standing": Standing(True, 1.0), "peers": 1.0, "borne": 1.0}  # fmt: skip
    full, muted = reasons(**everything), reasons(**everything, weights={name: 0.0})
    assert full[name] != 0
    assert muted == {**full, name: 0.0}


def test_chance_is_the_logistic_of_base_and_reasons():
    chance = adoption.chance_to_adopt(-1.0, np.array([[0.4, 0.0], [0.6, -2.0]]))
    assert chance == pytest.approx([0.5, 1 / (1 + np.exp(3))])


def test_the_record_names_every_term_the_strongest_for_it_first():
    column = dict.fromkeys(NAMES, 0.0) | {"mandate": 2.6, "peers": 1.1, "cost": -0.4, "room": 0.02}
    told = adoption.tell(-5.4, np.array([list(column.values())]).T, np.array([0.104]))
    assert told == ["choice: mandate +2.6, peers +1.1, cost -0.4; base -5.4, chance 10%"]


def test_who_adopts_against_all_reasons_does_so_by_luck():
    column = dict.fromkeys(NAMES, 0.0) | {"cost": -1.0}
    told = adoption.tell(-2.0, np.array([list(column.values())]).T, np.array([0.05]))
    assert told == ["choice: luck, cost -1.0; base -2.0, chance 5%"]


def test_a_rate_is_felt_by_half_at_its_half_and_never_beyond_one():
    felt = adoption.felt(np.array([0.0, 0.01, 1e9]), 0.01)
    assert felt == pytest.approx([0, 0.5, 1])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_scores_keep_order_and_give_equals_the_same(values):
    given_, scores = np.array(values), adoption.normal_scores(np.array(values))
    assert np.isfinite(scores).all()
    order = np.argsort(given_, kind="stable")
    rises = np.diff(given_[order]) > 0
    assert ((np.diff(scores[order]) > 0) == rises).all()


def test_every_reason_has_a_weight_and_every_driver_a_strength():
    paths = Simulation("tiny").known_paths
    assert {f"diffusion.hazard.{name}" for name in NAMES} <= paths
    assert {f"diffusion.drivers.{name}" for name in DRIVERS} <= paths
    assert {reason.driver for reason in REASONS} == {"", *DRIVERS}


def test_the_centre_sees_too_much_where_pilots_try_harder():
    assert centre.evaluated(0.6, effort=0.2, correction=1.0) == pytest.approx(0.5)
    assert centre.evaluated(0.6, effort=0.2, correction=0.3) == pytest.approx(0.57)
    assert centre.evaluated(0.6, effort=0.2, correction=0.0) == 0.6


def test_gain_is_worth_times_reach_less_cost():
    assert centre.gain(0.45, reach=0.9, worth=0.8, cost=0.1) == pytest.approx(0.3)
    assert centre.gain(2.0, reach=0.9, worth=0.8, cost=0.1) == pytest.approx(0.7)
    assert centre.gain(-1.0, reach=0.9, worth=0.8, cost=0.1) == pytest.approx(-0.1)


def test_lead_provinces_are_those_with_the_largest_shares():
    held, every = np.array([9.0, 1, 0, 0]), np.array([10.0, 10, 10, 10])
    assert centre.lead_share(held, every, 0.25) == pytest.approx(0.9)
    assert centre.lead_share(held, every, 0.5) == pytest.approx(0.5)
    assert centre.lead_share(held, every, 0.01) == pytest.approx(0.9)


def test_the_centre_recognises_what_leads_and_pays_and_drops_only_what_does_not_pay():
    assert centre.recognises(0.3, 0.3, 0.1)
    assert not centre.recognises(0.29, 0.3, 0.1)
    assert not centre.recognises(0.9, 0.3, 0.0)
    assert centre.chance_to_drop(0.1, -1.0, 5.0) == 0
    assert centre.chance_to_drop(-0.2, -1.0, 5.0) == pytest.approx(0.5)
