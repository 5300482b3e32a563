"""What leaders do who are scored: errors, terms, the veto, awards, and what the tournament adds.

Results that need the tournament (beta above zero) say so; whether scores decide promotion is
contested in the literature.
"""

import numpy as np
import pytest

from agents.careers import standardise

LAST = 2012
# Only what leaders deliver here, so that what differs follows from them.
PLAIN = {f"adoption.mode.{policy}": "calendar" for policy in ("urban_dibao", "rural_dibao")}
ERRORS = PLAIN | {"incentives.evaluation.weights": [0.25, 0.2, 0.2, 0.05, 0.2, 0.1]}
NO_TOURNAMENT = {"incentives.careers.score_weight": [0.0, 0.0]}
STRONG = PLAIN | {"incentives.careers.score_weight": [0.6, 0.6]}
NO_VETO = PLAIN | {"incentives.evaluation.veto": False}
SHORT, LONG = ({**PLAIN, "incentives.careers.mean_tenure": years} for years in (2.0, 8.0))


def mean(values, first=2000, last=LAST):
    return values.loc[first:last].mean()


@pytest.fixture
def scored(seed, history):
    """Return the history with errors in the score, and the one without."""
    return history(seed, ERRORS, LAST), history(seed, PLAIN, LAST)


@pytest.mark.imposed
@pytest.mark.parametrize("error", ["exclusion_error", "inclusion_error"])
def test_error_rates_in_the_score_lower_both_errors(scored, national, error):
    with_them, without = (mean(national(sim, error)) for sim in scored)
    assert with_them < without - 0.01


@pytest.mark.imposed
def test_error_rates_in_the_score_raise_what_assistance_costs(scored, national):
    with_them, without = (mean(national(sim, "assistance_spending")) for sim in scored)
    assert with_them > without


@pytest.mark.imposed
def test_error_rates_in_the_score_do_less_without_a_tournament(seed, history, national):
    rise = {}
    for name, more in (("usual", {}), ("none", NO_TOURNAMENT)):
        pair = (history(seed, settings | more, LAST) for settings in (ERRORS, PLAIN))
        with_them, without = (mean(national(sim, "delivery", "civil")) for sim in pair)
        rise[name] = with_them - without
    assert rise["usual"] > rise["none"] > 0


@pytest.mark.imposed
def test_short_terms_starve_matching_measures(seed, history, national):
    short, long = (
        mean(national(history(seed, settings, LAST), "delivery", "education"), 1996)
        for settings in (SHORT, LONG)
    )
    assert short < long - 0.1


@pytest.mark.imposed
def test_short_terms_move_effort_to_what_shows_early(seed, history, national):
    short, long = (history(seed, settings, 2020) for settings in (SHORT, LONG))
    effort = [
        {
            kind: mean(national(sim, "effort_share", kind), 2013, 2020)
            for kind in ("errors", "growth", "revenue", "innovation")
        }
        for sim in (short, long)
    ]
    late = [shares.pop("errors") for shares in effort]
    early = [sum(shares.values()) for shares in effort]
    assert late[0] < late[1]
    assert early[0] > early[1]


@pytest.mark.imposed
def test_longer_hazards_of_rotation_make_shorter_terms(seed, history, national):
    short, usual, long = (
        mean(national(history(seed, settings, LAST), "official_tenure"), 1996)
        for settings in (SHORT, PLAIN, LONG)
    )
    assert short < usual < long


@pytest.mark.imposed
def test_scores_of_the_promoted_are_higher_in_a_tournament(seed, history, national):
    strong, none = (
        mean(national(history(seed, settings, LAST), "promoted_score"), 1995)
        for settings in (STRONG, PLAIN | NO_TOURNAMENT)
    )
    assert strong > 0.1
    assert strong > none


@pytest.mark.emergent
def test_the_veto_makes_leaders_act_on_unrest_that_they_would_leave_or_hide(
    seed, history, national
):
    def chosen(settings, *choices):
        sim = history(seed, settings, LAST)
        return sum(mean(national(sim, "stability_choices", choice), 1998) for choice in choices)

    remedies, silence = ("concede", "buy_off"), ("conceal",)
    assert chosen(PLAIN, *remedies) > chosen(NO_VETO, *remedies)
    assert chosen(PLAIN, *silence) < chosen(NO_VETO, *silence)


@pytest.mark.emergent
def test_with_the_veto_poor_counties_use_force_rather_than_remedies(seed, history):
    sim = history(seed, PLAIN, 2018)
    counties = sim.counties
    choice, wealth = counties["stability_choice"], counties.room / counties.product
    remedied, forced = ((choice == 1) | (choice == 2), choice == 3)
    if remedied.any() and forced.any():
        assert wealth[forced].mean() < wealth[remedied].mean()


@pytest.mark.imposed
def test_force_is_paid_for_and_remedies_are_not(seed, history, national):
    deaf = PLAIN | {"incentives.stability.fear": 0.0, "incentives.stability.money": 5.0}
    open_ = PLAIN | {"incentives.stability.fear": 1.0, "incentives.stability.money": 5.0}
    force, remedies = (history(seed, settings, LAST) for settings in (deaf, open_))
    assert national(force, "stability_spending").sum() > 0
    assert national(remedies, "stability_spending").sum() == 0


@pytest.mark.imposed
def test_awards_are_won_whatever_the_innovation_is_about(seed, history, national):
    sim = history(seed, PLAIN, LAST)
    protecting, other = (
        national(sim, "award_winners", topic).sum() / national(sim, "award_nominees", topic).sum()
        for topic in ("protection", "other")
    )
    assert abs(protecting - other) < 0.35


@pytest.mark.emergent
def test_awarded_counties_do_not_serve_the_poor_better(seed, history):
    sim = history(seed, PLAIN, LAST)
    missed, poor = sim.reports["exclusion_error", "", "rural"]
    error = np.divide(missed, poor, out=np.full(len(poor), np.nan), where=poor > 0)
    scores = standardise(error, np.zeros(len(error), int))
    assert scores[sim.policies["incentives"].awards.prizes > 0].mean() > -0.5


@pytest.mark.imposed
def test_reports_hide_poverty_and_stretch_coverage_once_both_count(seed, history, national):
    sim = history(seed, PLAIN, 2016)
    assert national(sim, "reported_minus_true", scheme="poverty_rate")[2016] < 0
    assert national(sim, "reported_minus_true", scheme="coverage_residents_pension")[2016] > 0


@pytest.mark.imposed
def test_audits_of_every_report_close_the_gap(seed, history, national):
    sim = history(seed, PLAIN | {"incentives.reporting.audit": 1.0}, 2016)
    for scheme in ("poverty_rate", "coverage_residents_pension"):
        assert (national(sim, "reported_minus_true", scheme=scheme).dropna() == 0).all()


@pytest.mark.fitted
def test_departments_deliver_as_when_schemes_were_fitted(seed, history, national):
    sim = history(seed, PLAIN, 2016)
    for department in ("civil", "insurance", "medical", "education", "poverty"):
        delivered = national(sim, "delivery", department)
        assert mean(delivered, 1999, 2016) == pytest.approx(1, abs=0.06), department
