"""What links to organisations bring to a household: rules worked by hand, on both sides."""

import numpy as np
import pytest

from agents import enrolment
from agents import service_effects as rules
from agents.enrolment import PENSION
from agents.organisations import BY_GRASSROOTS, BY_HUB, NEEDS
from agents.persons import Work
from agents.service_links import bits_of, link_bit
from agents.table import Column
from policies.participation import with_capacity
from policies.residents_medical import ResidentsMedical
from policies.residents_pension import ResidentsPension
from tests.small_city import CITY, City
from tests.small_claims import LINE, claim, town
from tests.small_county import Given, Luck, parameters
from tests.small_residents import village

POVERTY, ELDERLY = NEEDS.index("poverty_casework"), NEEDS.index("elderly_care")
MIGRANTS, CHILDREN = NEEDS.index("migrant_service"), NEEDS.index("child_care")
UNION, NGO = link_bit(MIGRANTS, BY_HUB), link_bit(MIGRANTS, BY_GRASSROOTS)
GIVEN = Given(awareness=0.2, application_help=0.3, counsel=0.2, rights=0.5, training=0.1,
              insurance_rights=0.3, freed=[0.05, 0.2], sides_with_employer=0.8,
              advocacy_contacts=2)  # fmt: skip
NOTHING = Given(awareness=0, application_help=0, counsel=0, rights=0, training=0,
                insurance_rights=0, freed=[0, 0], sides_with_employer=0,
                advocacy_contacts=0)  # fmt: skip
ALL = np.arange(2**16, dtype=np.uint16) & bits_of(tuple(range(len(NEEDS))))


def links(*bits):
    return np.array(bits, np.uint16)


def test_two_organisations_leave_sixty_four_percent_unaware():
    two = link_bit(ELDERLY, BY_HUB) | link_bit(POVERTY, BY_GRASSROOTS)
    assert rules.still_unaware(links(0, two), GIVEN) == pytest.approx([1, 0.64])


def test_who_is_told_takes_a_step_that_others_leave_out():
    found = rules.or_told(0.25, links(0, UNION), "awareness", GIVEN)
    assert found == pytest.approx([0.25, 0.25 + 0.75 * 0.2])


def test_help_takes_three_tenths_off_the_cost_of_applying():
    assert rules.cost_left(links(0, link_bit(ELDERLY, BY_HUB)), GIVEN) == pytest.approx([1, 0.7])


def test_counsel_comes_with_casework_not_with_care_of_the_old():
    found = rules.gives_counsel(links(link_bit(POVERTY, BY_HUB), link_bit(ELDERLY, BY_HUB), 0))
    assert found.tolist() == [True, False, False]


def test_counsel_raises_the_chance_of_an_answer_unless_the_claim_is_suppressed():
    chance = rules.with_counsel(np.array([0.5, 0.5, 0, 1]), np.array([1, 0, 1, 1], bool), GIVEN)
    assert chance == pytest.approx([0.6, 0.5, 0, 1])


def test_counsel_tells_half_of_those_who_do_not_know_their_rights():
    known = rules.knows_rights(np.array([0.4, 0.4]), np.array([True, False]), GIVEN)
    assert known == pytest.approx([0.7, 0.4])


def test_a_hub_leaves_four_in_five_alone_against_the_employer_and_nobody_else():
    linked = links(UNION, UNION, UNION, NGO, link_bit(CHILDREN, BY_HUB))
    dispute = np.array([True, True, False, True, True])
    draw = np.array([0.79, 0.81, 0.1, 0.1, 0.1])
    found = rules.left_alone(linked, dispute, draw, GIVEN)
    assert found.tolist() == [True, False, False, False, False]


def test_who_is_left_alone_by_the_hub_has_the_counsel_of_others_only():
    alone = np.array([True, True, False])
    assert rules.counselled(links(UNION, UNION | NGO, UNION), alone).tolist() == [False, True, True]


def test_training_and_care_of_children_multiply():
    both = link_bit(POVERTY, BY_HUB) | link_bit(CHILDREN, BY_HUB)
    found = rules.work_factor(links(0, both, link_bit(ELDERLY, BY_HUB)), GIVEN)
    assert found == pytest.approx([1, 1.1 * 1.2, 1.05])


def test_advocacy_of_half_an_hour_a_household_tells_sixty_three_percent():
    found = rules.told_by_advocates(np.array([50.0, 0.0]), np.array([100.0, 100.0]), GIVEN)
    assert found == pytest.approx([1 - np.exp(-1), 0])


def test_every_effect_is_gone_to_the_last_bit_where_its_parameter_is_zero():
    known = np.random.default_rng(1).uniform(size=len(ALL))
    yes, families = np.ones(len(ALL), bool), np.ones(len(ALL))
    for found in (
        rules.or_told(known, ALL, "awareness", NOTHING),
        known * rules.still_unaware(ALL, NOTHING),
        known * rules.cost_left(ALL, NOTHING),
        known * rules.work_factor(ALL, NOTHING),
        rules.with_counsel(known, yes, NOTHING),
        rules.knows_rights(known, yes, NOTHING),
        known + rules.insurance_odds(ALL, NOTHING),
        known + rules.told_by_advocates(families, families, NOTHING),
    ):
        assert found.tobytes() == known.tobytes()
    assert not rules.left_alone(ALL, yes, known, NOTHING).any()


@pytest.mark.parametrize(("effort", "chance"), [(0.5, 0.45), (1.0, 0.9)])
def test_organisations_ask_one_in_five_of_the_others_to_think_of_the_pension(effort, chance):
    told = chance + (1 - chance) * 0.2
    for luck, linked, tier in (
        (told - 0.001, UNION, 100),
        (told + 0.001, UNION, 0),
        (told - 0.001, 0, 0),
    ):
        pension = ResidentsPension()
        world = village(pension, {
            "year": 2015, "persons": [{"age": 50}], "luck": {"households.think_of_pension": luck},
            "county": {"effort_insurance": effort}})  # fmt: skip
        world.households.org_links[:] = linked
        pension.on_budget(world)
        pension.on_enrol(world)
        assert (world.persons["residents_tier"][0] > 0) == (tier > 0)


def test_in_a_drive_organisations_sign_up_one_in_five_of_those_whom_cadres_miss():
    for luck, linked, joins in ((0.919, UNION, True), (0.921, UNION, False), (0.901, 0, False)):
        policy = ResidentsMedical()
        world = village(policy, {"year": 2005, "persons": [{}], "luck": {
            "townships.sign_up_drive": 0.4, "households.sign_up_drive": luck}})  # fmt: skip
        world.households.org_links[:] = linked
        policy.on_budget(world)
        policy.on_enrol(world)
        assert world.households["residents_medical"].tolist() == [joins]


def test_organisations_get_one_in_twenty_newcomers_more_to_consider_registration():
    for draw, linked, registers in ((0.239, UNION, True), (0.241, UNION, False), (0.201, 0, False)):
        luck = {"households.consider_hukou": draw, "households.register": 0.01}
        city = City([{"work": "FORMAL"}], year=2019,
                    chance=lambda name, luck=luck: Luck(luck.get(name, 0.5)))  # fmt: skip
        city.households.org_links[-1] = linked
        city.live()
        assert (city.households.hukou_county[-1] == CITY) == registers


def test_counsel_makes_some_workers_accept_the_pension():
    view, n = parameters(2014), 1000
    own, taste = np.full(n, 0.08), (np.arange(n) + 0.5) / n
    value = np.full(n, view.number("worker_insurance.choice.value_threshold"))
    never, odds = np.zeros(n, bool), rules.insurance_odds(np.full(n, UNION), GIVEN)
    usual, counselled = (
        enrolment.accepts(own, value, np.zeros(n), never, taste, view, more).mean()
        for more in (0.0, odds)
    )
    assert PENSION == 0
    assert usual == pytest.approx(0.5)
    assert counselled == pytest.approx(1 / (1 + np.exp(-0.3)), abs=0.001)


@pytest.mark.parametrize(("sides", "trust"), [(0.8, 0.4), (0.0, 0.5)])
def test_a_worker_whom_the_union_leaves_alone_trusts_hubs_less(sides, trust):
    worker = {"household": 0, "unpaid_premiums": 20 * LINE, "work": Work.FORMAL}
    home = [{"income": LINE, "applies_for_dibao": False, "org_links": UNION, "trust_gongo": 0.5}]
    luck = {"persons.know_unpaid_premiums": 0.1, "households.hub_takes_sides": 0.79}
    world = town(home, [worker], luck=luck, **{"procurement.links.sides_with_employer": sides})
    assert claim(world).record.total("claims_by_ground", "premiums") == 1
    assert world.households.trust_gongo.tolist() == pytest.approx([trust])


def test_advocates_tell_a_part_of_those_who_would_not_know_their_rights():
    world = town([])
    world.counties.declare("told_by_advocates", np.float64, Column("share", "test"))
    world.counties["told_by_advocates"][:] = 0.0, 0.25
    assert with_capacity(world, 0.2).tolist() == pytest.approx([0.2, 0.4])
