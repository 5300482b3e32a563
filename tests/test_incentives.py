"""The policy as a whole: what it reads and writes, and that nothing is left when it is off."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest

from agents import stability
from agents.households import Households
from agents.official import KINDS
from agents.priorities import DEPARTMENTS
from agents.table import Column
from model.simulation import Simulation
from policies.incentives import Incentives
from policies.incentives_score import Scoreboard
from tests.small_county import county
from tests.small_officials import leaders

YEAR = 2015
OFF = {"policies.incentives": "off", "years.last": 1998}
# Values that would change every history if anybody were scored.
EXTREME = {
    "incentives.careers.score_weight": [0.6, 0.6],
    "incentives.priorities.own_values": 1.0,
    "incentives.priorities.mandates": [0.0] * 5,
    "incentives.reporting.most": 0.6,
    "incentives.reporting.audit": 0.0,
    "incentives.stability.noticed": 0.0,
    "incentives.innovation.proposal": 0.3,
}
FIRST = np.array([0])


class Place(SimpleNamespace):
    """Two counties of one province with their leaders, and the policy at work in them."""

    def __init__(self, year=YEAR, on=True, luck=None, leader=None, changes=None, **figures):
        usual = {"officials.promotion": 1 - 1e-9, "officials.rotation": 1 - 1e-9,
                 "officials.audit_of_reports": 1 - 1e-9}  # fmt: skip
        rules = {f"incentives.{path}": value for path, value in (changes or {}).items()}
        world = county(year, usual | (luck or {}), rules, n=2, urban_income=100, weight=1,
                       population=100, product=1000)  # fmt: skip
        super().__init__(**vars(world))
        self.counties.code[:] = 330501, 330502
        self.counties.key[:] = 1, 2
        for name, value in figures.items():
            if name in self.counties.declared:
                self.counties[name][:] = value
        self.officials, self.reports, self.recorded = leaders(2, 1), {}, {}
        self.counties.declare("petitions", np.float64, Column("claims/household", "of claims"))
        for name in ("unrest", "petitions"):
            if name in figures:
                self.counties[name][:] = figures[name]
        self.households = Households(0)
        self.county_sum = lambda of_households: np.zeros(2)
        self.is_on = lambda policy: on
        self.record = SimpleNamespace(add=self._add)
        self.policy = Incentives()
        self.policy.set_up(self)
        self.officials.age[:], self.officials.years[:] = 44, 3
        for name, value in (leader or {}).items():
            self.officials[name][:] = value
        self.policy._begun = True

    def _add(self, outcome, numerator, denominator=None, scheme="", group="all"):
        below = 1 if denominator is None else np.maximum(denominator.sum(), 1)
        total = numerator.sum() / below
        self.recorded[outcome, group] = total

    def appraise(self):
        """Let the policy act; return the leaders of the two counties."""
        self.policy.on_appraise(self)
        leaders = copy.copy(self.officials)
        leaders.keep(np.arange(leaders.n) < 2)
        return leaders


def report(place, outcome, stated, people, scheme="", group="all"):
    place.reports[outcome, scheme, group] = (np.array(stated, float), np.array(people, float))


# What is scored


def test_coverage_is_scored_as_it_was_reported():
    place = Place()
    report(place, "coverage", [90, 80], [100, 100], "medical")
    assert place.appraise().score.tolist() == [1, -1]


def test_more_poverty_than_the_year_before_counts_against_a_leader():
    place = Place()
    report(place, "poverty_rate", [10, 10], [100, 100], group="rural")
    place.appraise()
    report(place, "poverty_rate", [12, 8], [100, 100], group="rural")
    assert place.appraise().score.tolist() == [-1, 1]


def test_growth_is_that_of_the_product_published_last_year():
    place = Place(product=[1000, 1000])
    place.appraise()
    place.counties.product[:] = 1200, 1100
    assert place.appraise().score.tolist() == [1, -1]


def test_growth_is_scored_as_it_was_stated():
    place = Place(product=[1000, 1000], reporting=[0.0, 0.2])
    place.policy.scores.look(place, np.zeros(2))
    place.counties.product[:] = 1110, 1100
    stated = place.policy.scores.look(place, np.zeros(2))[KINDS.index("growth"), :2]
    assert stated == pytest.approx([np.log(1.11), np.log(1.1) * np.exp(0.2)])
    assert place.appraise().score.tolist() == [0, 0]


def test_unrest_counts_against_a_leader_as_it_was_reported():
    place = Place()
    report(place, "unrest", [0.0, 1.0], [100, 100], group="urban")
    assert place.appraise().score.tolist() == [1, -1]


def test_petitions_to_the_upper_level_cost_a_leader_score():
    assert Place(petitions=[0.0, 0.01]).appraise().score.tolist() == [1, -1]


def test_an_award_counts_as_much_as_an_early_adoption():
    place = Place()
    found = place.policy.scores.look(place, np.array([0.0, 2.0]))
    assert found[KINDS.index("innovation"), :2].tolist() == [0, 2]


@pytest.mark.parametrize(("follows", "differs"), [(0.5, True), (0.0, False)])
def test_a_leader_of_a_province_who_leaves_soon_sends_down_weaker_orders_for_slow_measures(
    follows, differs
):
    delivered = []
    for age in (62.0, 50.0):
        place = Place(year=2005, changes={"priorities.province_share": follows})
        place.officials.age[2:] = age
        place.appraise()
        delivered.append(place.counties.effort_education[0])
    assert (delivered[0] < delivered[1]) == differs


@pytest.mark.parametrize(("before", "early"), [(0, 1), (1, 0)])
def test_only_who_adopts_among_the_first_fifth_has_innovated(before, early):
    place = Place()
    board = Scoreboard(place)
    place.adoptions.adopt("rural_dibao", np.array([1])[:before], 2013, "", "choice")
    board.look(place, np.zeros(2))
    place.adoptions.adopt("rural_dibao", FIRST, 2014, "", "choice")
    board.look(place, np.zeros(2))
    assert board.early.tolist() == [early, 0]


def test_leaders_of_provinces_are_compared_with_each_other():
    sim = Simulation("tiny", **{"years.last": 1996}).run()
    scores = sim.officials.score[sim.counties.n :]
    assert scores.mean() == pytest.approx(0)
    assert scores.std() == pytest.approx(1)


# Audit and veto


@pytest.mark.parametrize(("draw", "found"), [(0.199, 1), (0.201, 0)])
def test_false_reports_of_last_year_are_found_out_by_the_chance_of_an_audit(draw, found):
    place = Place(luck={"officials.audit_of_reports": draw}, reporting=[0.1, 0.0])
    officials = place.appraise()
    assert officials.found_out.tolist() == [found, 0]
    assert officials.score.tolist() == [-found, 0]


@pytest.mark.parametrize(("draw", "until"), [(0.0199, YEAR + 2), (0.0201, 0)])
def test_one_of_ten_found_out_is_a_scandal_that_the_veto_strikes(draw, until):
    place = Place(luck={"officials.audit_of_reports": draw}, reporting=[0.1, 0.0])
    assert place.appraise().veto_until.tolist() == [until, 0]


def test_an_incident_bars_a_leader_from_promotion_and_nobody_else():
    place = Place(luck={"officials.promotion": 1e-9}, incident=[1, 0])
    assert place.appraise().promoted.tolist() == [0, 1]


def test_without_the_veto_an_incident_bars_nobody():
    place = Place(luck={"officials.promotion": 1e-9}, incident=[1, 0],
                  changes={"evaluation.veto": False})  # fmt: skip
    assert place.appraise().promoted.tolist() == [1, 1]


# What leaders set


def test_weight_of_errors_raises_the_effort_of_civil_affairs():
    plain = Place(changes={"evaluation.weights": [0.45, 0.2, 0.2, 0.05, 0, 0.1]}, year=2005)
    judged = Place(changes={"evaluation.weights": [0.35, 0.2, 0.2, 0.05, 0.1, 0.1]}, year=2005)
    for place in (plain, judged):
        place.appraise()
    assert (judged.counties.effort_civil > 1.2 * plain.counties.effort_civil).all()


def test_usual_leaders_deliver_about_as_usual():
    place = Place(year=2005)
    place.appraise()
    for department in ("civil", "medical", "poverty"):
        assert place.counties[f"effort_{department}"] == pytest.approx(1, abs=0.05)


def test_no_department_stops_working_altogether():
    none = {"priorities.mandates": [0.0] * 5, "priorities.own_values": 1.0,
            "evaluation.weights": [1.0, 0, 0, 0, 0, 0]}  # fmt: skip
    place = Place(changes=none)
    place.appraise()
    assert place.counties.effort_civil.tolist() == [0.1, 0.1]


def test_effort_of_every_leader_sums_to_one():
    officials = Place().appraise()
    assert sum(officials[f"effort_{kind}"] for kind in KINDS) == pytest.approx(1)


@pytest.mark.parametrize(("wealth", "choice"), [(10, "concede"), (120, "suppress")])
def test_only_force_is_paid_from_the_stability_account(wealth, choice):
    place = Place(unrest=[0.005, 0.0], room=[100.0, 100.0])
    income = place.parameters.number("fiscal.budget.household_income_share")
    place.counties.product[:] = wealth * 100 / income
    place.appraise()
    assert stability.CHOICES[place.counties["stability_choice"][0]] == choice
    money = 0.05 * 100 if choice == "suppress" else 0
    assert place.counties.stability_money == pytest.approx([money, 0])


def test_a_county_without_room_has_no_money_for_order():
    place = Place(unrest=[0.001, 0.001], room=[0.0, -5.0])
    place.appraise()
    assert place.counties.stability_money.tolist() == [0, 0]


def test_careers_are_recorded_for_the_country():
    place = Place(luck={"officials.promotion": 1e-9}, weight=10)
    place.appraise()
    place.policy.on_record(place)
    assert place.recorded["promotions", "all"] == 20
    assert place.recorded["official_tenure", "all"] == 4
    assert place.recorded["veto_share", "all"] == 0


# Off


def test_when_nobody_is_scored_everything_is_exactly_as_usual():
    place = Place(on=False, reporting=[0.2, 0.2], stability_money=[9, 9], unrest=[0.1, 0.1])
    officials, counties = place.appraise(), place.counties
    for department in DEPARTMENTS:
        assert counties[f"effort_{department}"].tolist() == [1, 1]
    assert counties["welfare_priority"].tolist() == [1, 1]
    for name in ("reporting", "stability_money", "stability_choice", "department_push"):
        assert counties[name].tolist() == [0, 0]
    assert officials.score.tolist() == officials.veto_until.tolist() == [0, 0]
    effort = [officials[f"effort_{kind}"][0].item() for kind in KINDS]
    # A fifth for stability is what answers to claims take where no leader says otherwise.
    assert effort == pytest.approx([0.16, 0.16, 0.2, 0.16, 0.16, 0.16])


def test_when_nobody_is_scored_promotions_come_at_the_base_hazard():
    below = Place(on=False, luck={"officials.promotion": 0.1199}, incident=[1, 1])
    above = Place(on=False, luck={"officials.promotion": 0.1201})
    assert below.appraise().promoted.tolist() == [1, 1]
    assert above.appraise().promoted.tolist() == [0, 0]


def test_switched_off_no_parameter_of_incentives_changes_anything(digest):
    plain, extreme = (Simulation("tiny", **OFF, **more).run() for more in ({}, EXTREME))
    assert digest(plain) == digest(extreme)


def test_switched_on_the_same_parameters_do_change_history(digest):
    on = {"years.last": 1998}
    plain, extreme = (Simulation("tiny", **on, **more).run() for more in ({}, EXTREME))
    assert digest(plain) != digest(extreme)


def test_reports_are_true_when_nobody_is_scored():
    table = Simulation("tiny", **OFF).run().record.table()
    gaps = table[table["outcome"] == "reported_minus_true"]["value"].dropna()
    assert len(gaps)
    assert (gaps == 0).all()
