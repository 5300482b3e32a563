"""Rules of claims by hand: who claims and how, who is answered, what people learn (rules j)."""

import numpy as np
import pytest
from scipy.stats import poisson

from agents import claims as rules
from agents.claims import (
    AGAIN,
    ASSISTANCE,
    BUY_OFF,
    COLLECTIVE,
    CONCEAL,
    CONCEDE,
    HOTLINE,
    LEFT,
    OVERLOAD,
    PETITION,
    PREMIUMS,
    SILENT,
    SUPPRESS,
    WORK,
    Asked,
)
from tests.small_county import parameters

HOPE = np.ones(4)
ALL = np.ones((1, 4), bool)
NOBODY = np.zeros(1, bool)


def one(value, dtype=np.int8):
    return np.array([value], dtype)


def asked(channel, order=LEFT, ground=ASSISTANCE):
    return Asked(one(ground), one(channel), one(order))


def answer(channel, order=LEFT, stability=0.2, effort=1.0, once=False):
    chance = rules.response_chance(
        asked(channel, order), one(stability, float), one(effort, float), one(once, bool),
        parameters(2010),
    )  # fmt: skip
    return chance.item()


def taken(worth, costs, fits=ALL, hope=HOPE):
    return rules.channel_taken(one(worth, float), costs, hope, fits).item()


@pytest.mark.parametrize(("worth", "channel"), [(0.0199, SILENT), (0.0201, AGAIN)])
def test_household_claims_only_when_the_claim_is_worth_more_than_the_cheapest_channel(
    worth, channel
):
    assert taken(worth, [0.02, 0.03, 0.15, 0.3]) == channel


def test_cheaper_hotline_is_taken_instead_of_applying_again():
    assert taken(0.05, [0.02, 0.019, 0.15, 0.3]) == HOTLINE


def test_channel_that_does_not_fit_is_not_taken_however_cheap():
    fits = np.array([[False, True, True, True]])
    assert taken(0.05, [0.001, 0.02, 0.15, 0.3], fits) == HOTLINE


def test_hope_for_a_channel_counts_for_that_channel_only():
    only_petition = np.array([[False, False, True, False]])
    hope = np.array([1.0, 1.0, 2.0, 1.0])
    assert taken(0.08, [0.02, 0.02, 0.15, 0.3], only_petition) == SILENT
    assert taken(0.08, [0.02, 0.02, 0.15, 0.3], only_petition, hope) == PETITION


def test_worth_of_a_claim_by_hand():
    # Half a line is missing, one claim in five succeeds, income is half a line: 0.2 of a year.
    worth = rules.worth_of(*(np.array([x]) for x in (0.5, 0.2, 0.5, 1.0)))
    assert worth == pytest.approx(0.2)


def test_whoever_is_silent_for_lack_of_worth_is_left_out_before_channels_are_looked_at():
    worth = np.array([0.0199, 0.0201])
    assert rules.may_pay(worth, [0.02, 0.03, 0.15, 0.3], HOPE).tolist() == [1]


def test_applying_again_fits_assistance_only():
    grounds = np.array([ASSISTANCE, PREMIUMS, OVERLOAD], np.int8)
    fits = rules.fitting(grounds, np.zeros(3, np.uint8), np.zeros(3, bool))
    assert fits[:, AGAIN].tolist() == [True, False, False]


def test_petition_fits_only_who_was_refused_and_a_channel_tried_in_vain_fits_no_more():
    fresh, refused = (rules.fitting(one(ASSISTANCE), one(bits, np.uint8), one(True, bool))[0]
                      for bits in (0, 1 << AGAIN))  # fmt: skip
    assert fresh.tolist() == [True, True, False, False]
    assert refused.tolist() == [False, True, True, True]


@pytest.mark.parametrize("share", [0.01, 0.06, 0.2])
def test_five_of_a_circle_of_eighty_must_share_a_grievance_for_a_collective(share):
    cells, families = np.array([0]), np.array([1000.0])
    chance = rules.chance_to_share(cells, np.array([1000 * share]), families, parameters(2010))
    assert chance[0] == pytest.approx(poisson.sf(4, 80 * share))


def test_sharers_are_counted_in_real_households_whatever_the_sample_is():
    families = np.array([1000.0])
    one, many = (rules.chance_to_share(np.zeros(n, int), np.full(n, 60.0 / n), families,
                                       parameters(2010)) for n in (1, 60))  # fmt: skip
    assert one == pytest.approx(many)


def test_who_lost_work_with_others_goes_with_them_and_alone_he_calls():
    fits = rules.fitting(np.full(2, WORK, np.int8), np.zeros(2, np.uint8), np.array([True, False]))
    assert [fits[row].nonzero()[0].tolist() for row in range(2)] == [[COLLECTIVE], [HOTLINE]]


@pytest.mark.parametrize(("helped", "left"), [(0.0, 2.5 * 2 / 4), (3.0, 0.5), (9.0, 0.0)])
def test_transfers_count_against_the_grievance_of_who_lost_work(helped, left):
    args = (np.array([value], float) for value in (2, helped * 2000, 2000, 4))
    assert rules.work_grievance(*args, parameters(2000)) == pytest.approx([left])


@pytest.mark.parametrize(("order", "left"), [(LEFT, 1.0), (CONCEDE, 0.3), (SUPPRESS, 0.1 + 0.3),
                                             (CONCEAL, 0.3 + 0.3 * 0.8)])  # fmt: skip
def test_what_a_county_orders_hides_unrest_and_may_come_out(order, left):
    chance = rules.incident_chance(np.array([9.0]), np.array([order]), parameters(2000))
    assert chance == pytest.approx([0.3 * left])


def test_small_gatherings_hardly_become_incidents():
    unrest = np.array([0.0, 0.0005, 0.005])
    chance = rules.incident_chance(unrest, np.zeros(3, np.int8), parameters(2000))
    assert chance == pytest.approx(0.3 * -np.expm1([0, -0.1, -1]))


def test_base_of_the_response_is_a_third():
    assert answer(HOTLINE) == pytest.approx(0.32, abs=0.001)


def test_collectives_and_petitions_are_answered_more_often():
    assert answer(COLLECTIVE) == pytest.approx(0.32 + 0.09, abs=0.005)
    assert answer(PETITION) == pytest.approx(0.32 + 0.07, abs=0.005)


def test_effort_of_leader_and_department_and_the_reform_raise_the_response():
    assert answer(HOTLINE, stability=0.4) > answer(HOTLINE)
    assert answer(HOTLINE, effort=1.3) > answer(HOTLINE)
    assert answer(HOTLINE, once=True) == pytest.approx(0.39, abs=0.005)


def test_leader_who_suppresses_answers_no_collective_and_no_petition_but_calls():
    assert answer(COLLECTIVE, SUPPRESS) == answer(PETITION, SUPPRESS) == 0
    assert answer(HOTLINE, SUPPRESS) == answer(HOTLINE)


def test_leader_who_concedes_answers_every_collective_and_remedies_more():
    assert answer(COLLECTIVE, CONCEDE) == 1
    chances = [rules.remedy_chance(asked(COLLECTIVE, order), parameters(2010)).item()
               for order in (LEFT, CONCEDE, BUY_OFF)]  # fmt: skip
    assert chances == [0.5, 0.9, 0]


def test_petition_to_the_upper_level_is_hardly_ever_remedied():
    assert rules.remedy_chance(asked(PETITION), parameters(2010)).item() == 0.002


def test_nobody_is_put_on_the_roll_of_a_scheme_that_does_not_exist():
    absent = asked(HOTLINE, ground=rules.ABSENT)
    assert rules.remedy_chance(absent, parameters(2010)).item() == 0


@pytest.mark.parametrize(
    ("chosen", "unrest", "draw", "order"),
    [(SUPPRESS, True, 0.1, SUPPRESS), (LEFT, True, 0.29, BUY_OFF), (LEFT, True, 0.31, LEFT),
     (LEFT, False, 0.1, LEFT), (CONCEAL, False, 0.9, CONCEAL)],
)  # fmt: skip
def test_order_is_the_leaders_or_else_what_offices_do_by_chance(chosen, unrest, draw, order):
    found = rules.orders(one(chosen), one(unrest, bool), one(draw, float), parameters(2010))
    assert found.item() == order


def learned(success, frightened=False):
    efficacy, year = np.array([0.2, 0.2, 0.2], np.float32), parameters(2010)
    home = np.array([0, 0, 1], np.int32)
    fear = rules.fear_by_township(home[:1], one(frightened, bool), np.ones(1), 2, year)
    rules.learn(efficacy, home, np.array([0]), one(success, float), np.ones(1), fear, year)
    return efficacy.tolist()


def test_success_is_learned_by_claimant_and_neighbours_and_by_nobody_elsewhere():
    # Neighbour: 0.2 + 0.1 x (1 - 0.2); claimant then 0.28 + 0.3 x (1 - 0.28).
    assert learned(1.0) == pytest.approx([0.496, 0.28, 0.2])


def test_refusal_lowers_what_people_expect():
    assert learned(0.0) == pytest.approx([0.18 * 0.7, 0.18, 0.2])


def test_force_frightens_the_township():
    assert learned(0.0, frightened=True) == pytest.approx([0.09 * 0.7, 0.09, 0.2])


def test_hearings_for_show_lower_what_is_expected_only_after_two_rounds():
    efficacy = np.full(3, 0.2, np.float32)
    expected = rules.expected_success(efficacy, np.array([0, 1, 2]), parameters(2010))
    assert expected == pytest.approx([0.2, 0.2, 0.18])
