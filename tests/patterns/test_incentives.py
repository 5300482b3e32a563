"""What leaders do who are scored: errors, terms, the veto, awards, and what the tournament adds.

Results that need the tournament (beta above zero) say so; whether scores decide promotion is
contested in the literature.
"""

import numpy as np
import pytest

from agents.careers import standardise
from experiments.veto_map import gain, veto_map

LAST = 2012
# Awards: ten of about twenty-three nominated win.
JURY = 50 / 113
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
    assert with_them < without


@pytest.mark.imposed
@pytest.mark.parametrize("error", ["exclusion_error", "inclusion_error"])
def test_on_average_error_rates_in_the_score_lower_both_errors_by_a_point(
    seeds, history, national, error
):
    with_them, without = (
        np.mean([mean(national(history(seed, settings, LAST), error)) for seed in seeds])
        for settings in (ERRORS, PLAIN)
    )
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


@pytest.mark.imposed
def test_counties_that_silence_have_less_money_for_what_they_produce_than_those_that_remedy(
    seed, history
):
    years = history(seed, PLAIN, 2016).institutions.table().to_pandas()
    years = years[(years["level"] == "county") & (years["room"] > 0) & (years["product"] > 0)]
    money = np.log(years["room"] / years["product"])
    remedied, silenced = (years["stability_choice"].isin(kinds) for kinds in ((1, 2), (3, 4)))
    assert min(remedied.sum(), silenced.sum()) > 15
    assert money[silenced].mean() < money[remedied].mean() - 0.2


@pytest.mark.emergent
def test_with_the_veto_less_unrest_is_seen(seed, history, national):
    with_it, without = (
        national(history(seed, settings, 2016), "unrest").loc[1996:2003].sum()
        for settings in (PLAIN, NO_VETO)
    )
    assert with_it < 0.95 * without


@pytest.mark.emergent
def test_the_veto_adds_force_where_nothing_becomes_known_and_remedies_where_all_does(seed):
    # In simulations of the years of lay-offs, with money for order at its default.
    table = veto_map(fears=(0.0, 1.0), moneys=(10.0,), seeds=(seed,), years=(1996, 2003), workers=1)
    added = gain(table)
    hidden, known = (added[(added["by"] == "all") & (added["fear"] == fear)].iloc[0]
                     for fear in (0.0, 1.0))  # fmt: skip
    assert hidden["suppress"] > 0.015 > hidden["protection"]
    assert hidden["spending"] > 0
    assert known["protection"] > 0.015 > 0 >= known["repression"]
    assert known["remedied"] > 0


@pytest.mark.emergent
def test_where_money_for_order_is_dear_the_veto_protects_nobody(seed):
    table = veto_map(fears=(0.3,), moneys=(2.0, 40.0), seeds=(seed,), years=(1996, 2003), workers=1)
    added = gain(table).query("by == 'all'").set_index("money")
    assert added["protection"][2.0] > 0.015
    assert added["protection"][40.0] < 0.01


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
    nominees, winners = (
        [national(sim, f"award_{kind}", topic).sum() for topic in ("protection", "other")]
        for kind in ("nominees", "winners")
    )
    protecting, other = np.divide(winners, nominees)
    assert abs(protecting - other) < 3 * np.sqrt(JURY * (1 - JURY) * sum(1 / n for n in nominees))


@pytest.mark.emergent
def test_awarded_counties_do_not_serve_the_poor_better(seed, history):
    sim = history(seed, PLAIN, LAST)
    missed, poor = sim.reports["exclusion_error", "", "rural"]
    error = np.divide(missed, poor, out=np.full(len(poor), np.nan), where=poor > 0)
    scores = standardise(error, np.zeros(len(error), int))
    # Three standard errors of about thirty winners among the sixty counties.
    assert scores[sim.policies["incentives"].awards.prizes > 0].mean() > -0.35


@pytest.mark.imposed
def test_reports_hide_poverty_and_stretch_coverage_once_both_count(seed, history, national):
    sim = history(seed, PLAIN, 2016)
    assert national(sim, "reported_minus_true", scheme="poverty_rate")[2016] < 0
    assert national(sim, "reported_minus_true", scheme="coverage_residents_pension")[2016] > 0


@pytest.mark.imposed
def test_without_a_tournament_reports_stretch_less(seed, history, national):
    usual, none = (
        national(history(seed, settings, 2016), "reported_minus_true",
                 scheme="coverage_residents_pension").loc[2013:].mean()
        for settings in (PLAIN, PLAIN | NO_TOURNAMENT)
    )  # fmt: skip
    assert 0 < none < 0.8 * usual


@pytest.mark.imposed
def test_leaders_state_more_growth_than_there_was(seed, history, national):
    sim = history(seed, PLAIN, 2016)
    for name in ("product_growth", "revenue_growth"):
        stated, true = (national(sim, f"{name}{end}").loc[1996:] for end in ("_reported", ""))
        assert stated.mean() > 1.02 * true.mean(), name


@pytest.mark.imposed
def test_audits_of_every_report_close_the_gap_and_bring_hidden_claims_to_light(
    seed, history, national
):
    sim = history(seed, PLAIN | {"incentives.reporting.audit": 1.0}, 2016)
    for scheme in ("poverty_rate", "coverage_residents_pension", "claims"):
        assert (national(sim, "reported_minus_true", scheme=scheme).dropna() == 0).all()
    for outcome in ("claims", "collective_claims", "unrest", "incidents", "product_growth"):
        true, stated = national(sim, outcome), national(sim, f"{outcome}_reported")
        assert (true.dropna() == stated.dropna()).all(), outcome


@pytest.mark.imposed
def test_counties_report_fewer_claims_and_less_unrest_than_there_are(seed, history, national):
    sim = history(seed, PLAIN, 2016)
    for outcome in ("claims", "collective_claims", "unrest", "incidents"):
        assert national(sim, f"{outcome}_reported").sum() < national(sim, outcome).sum(), outcome


@pytest.mark.imposed
def test_short_terms_weaken_the_departments_that_fill_reserves(seed, history, national):
    for department in ("insurance", "medical"):
        short, long = (
            mean(national(history(seed, settings, LAST), "delivery", department), 1996)
            for settings in (SHORT, LONG)
        )
        assert short < long - 0.005, department


@pytest.mark.fitted
def test_departments_deliver_as_when_schemes_were_fitted(seed, history, national):
    sim = history(seed, PLAIN, 2016)
    for department in ("civil", "insurance", "medical", "education", "poverty"):
        delivered = national(sim, "delivery", department)
        assert mean(delivered, 1999, 2016) == pytest.approx(1, abs=0.06), department
