"""How leaders are judged, promoted, moved and retired, and what they attend to, case by case."""

import numpy as np
import pytest

from agents import careers, priorities
from agents.local_government import Counties
from agents.official import KINDS, Official, posts, successor
from model.simulation import Simulation
from tests.small_county import Luck, parameters
from tests.small_officials import leaders, lucky

YEAR = 2005
NEVER, ALWAYS = 1 - 1e-12, 1e-12
ONE_PROVINCE = np.zeros(4, int)


def rules(year=YEAR, **overrides):
    return parameters(year, **{f"incentives.{path.replace('__', '.')}": value
                               for path, value in overrides.items()})  # fmt: skip


def hazard(year=YEAR, **columns):
    return careers.promotion_hazard(leaders(1, **columns), year, rules())[0]


# Scores, rule h.1


def test_z_scores_compare_only_within_the_province():
    scores = careers.standardise(np.array([1.0, 3, 10, 30]), np.array([0, 0, 1, 1]))
    assert scores.tolist() == [-1, 1, -1, 1]


def test_an_unknown_figure_counts_as_the_mean_and_moves_nobody_else():
    scores = careers.standardise(np.array([1.0, 3, np.nan]), np.zeros(3, int))
    assert scores.tolist() == [-1, 1, 0]


def test_equal_figures_give_everybody_the_same_score():
    assert careers.standardise(np.full(7, 0.1), np.zeros(7, int)).tolist() == [0] * 7


def test_a_leader_alone_in_his_province_has_the_mean_score():
    assert careers.standardise(np.array([5.0]), np.zeros(1, int)).tolist() == [0]


def test_the_score_is_the_weighted_sum_of_z_scores_standardised_again():
    indicators = np.zeros((len(KINDS), 2))
    indicators[KINDS.index("growth")] = 0.1, 0.2
    indicators[KINDS.index("stability")] = 0, -5
    by_growth = careers.evaluate(
        indicators, np.array([0.45, 0.2, 0.2, 0.05, 0, 0.1]), np.zeros(2, int)
    )
    by_order = careers.evaluate(
        indicators, np.array([0.1, 0.2, 0.5, 0.05, 0, 0.15]), np.zeros(2, int)
    )
    assert by_growth.tolist() == [-1, 1]
    assert by_order.tolist() == [1, -1]


@pytest.mark.parametrize("year", [1995, 2012, 2013, 2020])
def test_weights_sum_to_one_in_every_period(year):
    assert rules(year).schedule("incentives.evaluation.weights").sum() == pytest.approx(1)


def test_errors_count_from_2013_on_and_not_before():
    place = KINDS.index("errors")
    found = [rules(year).schedule("incentives.evaluation.weights")[place] for year in (2012, 2013)]
    assert found == [0, 0.1]


# Promotion, rule h.2


def test_mean_score_before_fifty_gives_the_base_hazard():
    assert hazard() == pytest.approx(0.12)


def test_one_standard_deviation_adds_beta_to_the_log_odds():
    # 0.12 / 0.88 x e^0.25 = 0.17510; 0.17510 / 1.17510 = 0.14900
    assert hazard(score=1.0) == pytest.approx(0.14900, abs=1e-5)


def test_leaders_of_provinces_are_judged_by_a_smaller_beta():
    officials = leaders(1, level=1, score=1.0)
    found = careers.promotion_hazard(officials, YEAR, rules())[0]
    assert found == pytest.approx(1 / (1 + 0.88 / 0.12 * np.exp(-0.17)))


@pytest.mark.parametrize(("years", "may"), [(1, False), (2, True)])
def test_nobody_is_promoted_before_two_years_in_the_post(years, may):
    assert (hazard(years=years) > 0) == may


@pytest.mark.parametrize(("until", "may"), [(YEAR + 1, False), (YEAR, True)])
def test_nobody_is_promoted_under_a_veto(until, may):
    assert (hazard(veto_until=until) > 0) == may


def test_chances_fall_from_the_fiftieth_year_on():
    at = [hazard(age=age) for age in (49, 50, 51)]
    assert at[0] == at[1]
    assert at[2] == pytest.approx(1 / (1 + 0.88 / 0.12 * np.exp(0.1)))


def test_without_a_tournament_the_score_makes_no_difference():
    none = rules(careers__score_weight=[0.0, 0.0])
    officials = leaders(2, score=[-3, 3])
    low, high = careers.promotion_hazard(officials, YEAR, none)
    assert low == high == pytest.approx(0.12)


@pytest.mark.parametrize(("year", "struck"), [(1994, False), (1995, True)])
def test_the_veto_strikes_from_the_mid_1990s_on_for_two_years(year, struck):
    officials = leaders(2)
    careers.note_vetoes(officials, np.array([True, False]), year, rules(year))
    assert officials.veto_until.tolist() == [year + 2 if struck else 0, 0]


# Leaving and moving, rule h.2


def change(officials, group=ONE_PROVINCE, **draws):
    usual = {"promotion": NEVER, "rotation": NEVER}
    careers.change_posts(officials, group, YEAR, rules(), lucky(**usual | draws), lucky())
    return officials


@pytest.mark.parametrize(("age", "stays"), [(59, True), (60, False)])
def test_county_leaders_retire_at_sixty(age, stays):
    officials = change(leaders(4, age=age))
    assert (officials.key == leaders(4).key).all() == stays


def test_who_is_promoted_is_followed_by_a_new_person_of_the_age_of_appointment():
    officials = change(leaders(4), promotion=ALWAYS)
    assert officials.promoted.all()
    assert officials.key.tolist() == successor(leaders(4).key).tolist()
    assert officials.age.tolist() == [46] * 4
    assert officials.left_after.tolist() == [4] * 4


def test_all_who_rotate_exchange_posts_within_the_province():
    officials = leaders(4, age=[41, 42, 43, 44], veto_until=[0, 0, 2007, 0])
    change(officials, group=np.array([0, 0, 1, 1]), rotation=ALWAYS)
    assert officials.key.tolist() == [2, 1, 4, 3]
    assert officials.age.tolist() == [42, 41, 44, 43]
    assert officials.veto_until.tolist() == [0, 0, 0, 2007]
    assert officials.moved_from.tolist() == [1, 0, 3, 2]


def test_a_rotation_of_many_is_a_permutation_that_leaves_nobody_in_place():
    officials = change(leaders(50), group=np.arange(50) % 3, rotation=ALWAYS)
    before = leaders(50).key
    assert sorted(officials.key) == sorted(before)
    assert (officials.key != before).all()
    assert ((officials.key - 1) % 3 == np.arange(50) % 3).all()


def test_who_rotates_alone_leaves_for_a_place_elsewhere():
    officials = change(leaders(1), group=np.zeros(1, int), rotation=ALWAYS)
    assert officials.key.tolist() == successor(leaders(1).key).tolist()
    assert officials.moved_from.tolist() == [-1]


def test_the_tie_to_the_county_before_lasts_three_years():
    officials = leaders(2, years=0, moved_from=[1, 0])
    ties = []
    for _ in range(3):
        careers.grow_older(officials, rules())
        ties.append(officials.moved_from[0].item())
    assert ties == [1, 1, -1]


def test_keys_of_successors_never_meet():
    key, met = np.arange(1000, dtype=np.uint64) << np.uint64(50), set()
    for _ in range(50):
        met |= set(key.tolist())
        key = successor(key)
    assert len(met) == 50 * 1000


# Horizon and effort, rules h.3 and h.4


def horizon(officials, **overrides):
    return careers.expect_to_stay(officials, rules(**overrides), lucky())


def test_who_retires_in_two_years_expects_less_than_who_is_young():
    old, young = horizon(leaders(2, age=[58, 45]))
    assert old < 2 < young


def test_longer_tenure_lengthens_the_horizon():
    short, usual, long = (
        horizon(leaders(1), careers__mean_tenure=years)[0] for years in (2, 3.5, 8)
    )
    assert short < usual < 4 < long


def test_expected_years_are_those_of_the_hazards():
    # Hazard 1 / 2 of moving, a year before 60: 1 year for sure to be there now.
    found = horizon(leaders(1, age=59), careers__mean_tenure=2.0)
    assert found.tolist() == [1]


@pytest.mark.parametrize(("years", "worth"), [(1.9, 0), (2.0, 0.8**2)])
def test_what_pays_off_after_a_leader_is_gone_is_worth_nothing_to_him(years, worth):
    errors = priorities.TASKS.index("errors")
    assert priorities.payoff(np.array([years]), rules())[errors] == pytest.approx(worth)


def test_effort_is_proportional_to_weight_measurability_payoff_and_own_values():
    weights, measurable = np.array([0.6, 0.4, 0, 0, 0, 0, 0]), np.array([1, 0.5, 1, 1, 1, 1, 1])
    payoffs, values = np.full((7, 1), 0.8), np.ones((7, 1))
    values[1] = 1.5
    share = priorities.divide_effort(weights, payoffs, values, measurable)
    assert share[:, 0].tolist() == pytest.approx([0.6 / 0.9, 0.3 / 0.9, 0, 0, 0, 0, 0])


def test_without_anything_to_gain_effort_is_equal():
    share = priorities.divide_effort(np.zeros(7), np.ones((7, 2)), np.ones((7, 2)), np.ones(7))
    assert share == pytest.approx(np.full((7, 2), 1 / 7))


def effort_with(tenure):
    """Return the effort by task of many leaders whose terms have this mean."""
    view, officials = rules(careers__mean_tenure=tenure), leaders(3000)
    officials.horizon = careers.expect_to_stay(officials, view, _spread)
    weights = priorities.task_weights(view.schedule("incentives.evaluation.weights"), view)
    payoffs = priorities.payoff(officials.horizon, view)
    measurable = view.schedule("incentives.priorities.measurable")
    share = priorities.divide_effort(weights, payoffs, np.ones_like(payoffs), measurable)
    return dict(zip(priorities.TASKS, share.mean(axis=1), strict=True))


def _spread(decision):
    luck = Luck()
    luck.uniform = lambda keys: (keys - 0.5) / len(keys)
    return luck


def test_short_terms_move_effort_from_slow_measures_to_what_shows_early():
    short, long = effort_with(2.0), effort_with(8.0)
    assert short["measures"] < 0.7 * long["measures"]
    assert short["innovation"] > long["innovation"]


# Departments, rule a.2


def test_usual_priority_and_usual_orders_deliver_exactly_as_usual():
    assert priorities.priority(np.array([0.02]), 0.02, 1.0).tolist() == [1]
    assert priorities.delivery(np.array([1.0]), 1.0, 0.7).tolist() == [1]


def test_a_department_follows_its_leader_by_his_share_and_the_ministry_by_the_rest():
    found = priorities.delivery(np.array([0.0, 2.0]), 1.5, 0.7)
    assert found == pytest.approx([0.45, 1.85])


def test_a_leader_whom_the_score_does_not_drive_keeps_to_what_is_usual():
    assert priorities.priority(np.array([0.0, 0.5]), 0.02, 0.0).tolist() == [1, 1]


@pytest.mark.parametrize(("beta", "driven"), [(0, 0.5), (0.125, 0.75), (0.25, 1), (0.5, 1)])
def test_part_of_the_drive_depends_on_the_strength_of_the_tournament(beta, driven):
    found = priorities.drive(np.array([beta, beta]), np.array([0.25, 0.25]), 0.5)
    assert found.tolist() == [driven, driven]


@pytest.mark.parametrize(("year", "share"), [(2018, 0.7), (2019, 0.3)])
def test_premiums_answer_upwards_once_the_tax_authority_collects_them(year, share):
    says = rules(year).schedule("incentives.priorities.leader_share")
    assert says[priorities.DEPARTMENTS.index("insurance")] == share


# The simulation


@pytest.fixture(scope="module")
def sim():
    return Simulation("tiny", **{"years.last": 1997}).run()


def test_every_post_is_an_agent_that_reads_its_row(sim):
    agents = list(sim.agents_by_type[Official])
    assert len(agents) == sim.officials.n
    county = agents[0]
    assert (county.age, county.score) == (sim.officials.age[0], sim.officials.score[0])
    assert sum(county.priorities.values()) == pytest.approx(1)
    assert county.person["years"] == county.tenure


def test_posts_are_those_of_counties_then_provinces():
    counties = Counties(2)
    counties.key[:] = 5, 6
    officials = posts(counties, np.array([9], np.uint64))
    assert officials.key.tolist() == [5, 6, 9]
    assert officials.level.tolist() == [0, 0, 1]
    assert officials.place.tolist() == [0, 1, 0]


def test_leaders_are_of_an_age_to_lead(sim):
    limit = np.where(sim.officials.level == 0, 60, 65)
    assert (sim.officials.age < limit).all()
    assert (sim.officials.age > 30).all()
