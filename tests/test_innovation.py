"""Weak departments, novelties and awards: who proposes, who is nominated, who wins (h.6, h.7)."""

from types import SimpleNamespace

import numpy as np
import pytest

from agents import innovation
from agents.households import Households
from agents.local_government import Counties
from agents.table import Column
from model.chance import Chance, derive_keys
from policies.incentives_awards import TOPICS, Awards
from policies.parameters import ParameterSet
from tests.small_county import Luck, parameters
from tests.small_officials import leaders

PROVINCES = 31
ROUNDS = (2001, 2003, 2005, 2007, 2009)


def test_legitimacy_is_half_money_and_half_trust():
    found = innovation.legitimacy(np.array([0.2, 0.4]), np.array([0.6, 1.0]))
    assert found == pytest.approx(np.array([[0.4, 0.6], [0.5, 0.7]]))


@pytest.mark.parametrize(("draw", "proposes"), [(0.0599, True), (0.0601, False)])
def test_a_department_proposes_the_more_often_the_less_it_is_worth(draw, proposes):
    # 0.1 x (1 - 0.4)
    found = innovation.propose(np.array([[0.4]]), (Luck(draw),), np.zeros(1, np.uint64),
                               parameters(2005))  # fmt: skip
    assert found.tolist() == [[proposes]]


@pytest.mark.parametrize(("gain", "passes"), [(0.06, False), (0.061, True)])
def test_a_leader_lets_a_proposal_pass_if_novelties_are_worth_more_than_its_cost(gain, passes):
    found = innovation.approve(np.ones((1, 1), bool), np.array([gain]), parameters(2005))
    assert found.tolist() == [[passes]]


def test_the_most_visible_are_chosen_and_no_more_than_there_are_places():
    visible = np.array([0.3, 0.0, 0.9, 0.5])
    assert innovation.rank_by_visibility(visible, np.array([0, 2, 3]), 2).tolist() == [2, 3]
    assert len(innovation.rank_by_visibility(visible, np.array([0, 2, 3]), 5)) == 3


class Land(SimpleNamespace):
    """A country of counties that make novelties, and its awards."""

    def __init__(self, n=620, seed=1, **overrides):
        counties = Counties(n)
        counties.key[:] = derive_keys(np.arange(n, dtype=np.uint64), "county")
        counties.province[:] = np.arange(n) % PROVINCES
        officials = leaders(n, PROVINCES, effort_innovation=0.08)
        luck, base = Chance(seed), ParameterSet.load()
        super().__init__(
            counties=counties, officials=officials, year=2000,
            households=Households(n), county_sum=lambda values: values,
            chance=lambda decision: luck.draws(decision, self.year),
        )  # fmt: skip
        self.view = lambda year: parameters(year, **overrides) if overrides else base.at(year)
        self.households.trust_local[:] = self.parameters.schedule("trust.rules.start")[0]
        self.households.declare("aware_of_dibao", bool, Column("flag", "of another policy"))
        self.households.key[:], self.households.alive[:] = counties.key, True
        self.households.hukou_county[:] = np.arange(n)
        self.adoptions = SimpleNamespace(in_force=lambda policy: np.arange(n) % 2 == 0)
        self.awards = Awards(self)

    @property
    def parameters(self):
        return self.view(self.year)

    def live(self, last, early=None):
        """Let years pass; return nominated and won by topic, summed, with shape (2,) each."""
        totals = np.zeros((2, len(TOPICS)))
        while self.year < last:
            self.year += 1
            self.awards.innovate(self, np.zeros(self.counties.n) if early is None else early)
            self.awards.judge(self)
            totals += [self.awards.nominated.sum(axis=1), self.awards.won.sum(axis=1)]
        return totals


def test_five_rounds_nominate_113_of_whom_50_win():
    nominated, won = Land().live(2012)
    assert nominated.sum() == 113
    assert won.sum() == 50


def test_there_is_a_round_every_second_year():
    land, years = Land(), []
    for year in range(2001, 2013):
        if land.live(year)[0].sum():
            years.append(year)
    assert tuple(years) == ROUNDS


def test_the_province_of_a_winner_signals_approval_until_the_next_round():
    land = Land()
    land.live(2009)
    homes = land.counties.province[np.flatnonzero(land.awards.won.sum(axis=0))]
    shown = []
    for year in (2009, 2010, 2011):
        land.live(year)
        signal = land.counties["award_signal"]
        shown.append(set(land.counties.province[signal > 0]))
    assert shown == [set(homes), set(homes), set()]


def test_whether_a_novelty_protects_makes_no_difference_to_the_jury():
    totals = sum(Land(seed=seed).live(2010) for seed in range(60))
    protecting, other = totals[1] / totals[0]
    assert protecting == pytest.approx(other, abs=0.1)


def test_a_jury_without_luck_takes_the_most_visible_of_those_nominated():
    land = Land(**{"incentives.innovation.jury_luck": 0.0})
    shown = []
    show = land.awards._shown
    land.awards.innovate(land, np.zeros(land.counties.n))
    land.year = 2001
    shown = show.copy()
    land.awards.judge(land)
    won, lost = land.awards.won > 0, (land.awards.nominated > 0) & (land.awards.won == 0)
    assert shown[won].min() > shown[lost].max()


def test_early_adoption_is_a_novelty_that_protects():
    land = Land(
        **{"incentives.innovation.proposal": 0.0, "incentives.innovation.other_novelties": 0.0}
    )
    nominated, _ = land.live(2001, early=np.ones(land.counties.n))
    assert nominated.tolist() == [20, 0]


def test_departments_push_by_their_share_with_a_proposal():
    land = Land(**{"incentives.innovation.proposal": 0.3})
    land.live(2001)
    push = land.counties["department_push"]
    assert set(np.round(np.unique(push) * 3)) <= {0, 1, 2, 3}
    # 0.3 x (1 - legitimacy), of which the three departments have 0.4, 0.35 and 0.5 on average.
    assert push.mean() == pytest.approx(0.3 * (1 - (0.4 + 0.35 + 0.5) / 3), abs=0.03)


def test_departments_push_less_where_households_trust_the_government():
    land = Land(**{"incentives.innovation.proposal": 0.3})
    trust = np.where(np.arange(land.counties.n) % 2, 1.0, 0.0)
    land.households.trust_local[:] = trust
    land.live(2003)
    push = np.array([land.counties["department_push"][trust == level] for level in (0.0, 1.0)])
    assert push[0].mean() > push[1].mean()


def test_while_nobody_is_scored_there_is_neither_push_nor_signal():
    land = Land()
    land.live(2009)
    land.awards.clear(land)
    for name in ("department_push", "award_signal", "legal_capacity"):
        assert not land.counties[name].any()


def test_people_learn_of_their_rights_where_a_department_had_its_way():
    land = Land(**{"incentives.innovation.capacity_gain": 0.1})
    land.live(2001)
    push, known = land.counties["department_push"], land.counties["legal_capacity"]
    assert known[push == 0].max() == 0
    # One of three departments, and two of them.
    assert known[np.isclose(push, 1 / 3)] == pytest.approx(0.1)
    assert known[np.isclose(push, 2 / 3)] == pytest.approx(1 - 0.9**2)


def test_what_people_know_of_their_rights_fades():
    land = Land(**{"incentives.innovation.capacity_gain": 0.1})
    land.live(2001)
    land.officials.effort_innovation[:] = 0
    before = land.counties["legal_capacity"].copy()
    land.live(2002)
    assert land.counties["legal_capacity"] == pytest.approx(0.8 * before)


def test_some_hear_of_dibao_there_if_their_county_has_it():
    land = Land(**{"incentives.innovation.capacity_gain": 0.3})
    land.live(2001)
    aware, has = land.households["aware_of_dibao"], land.adoptions.in_force("urban_dibao")
    told = land.counties["department_push"] > 0
    assert not aware[~told | ~has].any()
    assert 0.1 < aware[told & has].mean() < 0.6
