"""What counties state of themselves: signs, sizes, and what stays true (rule h.5)."""

import numpy as np
import pytest
from scipy.special import logit

from agents import reporting
from agents.local_government import Counties
from model.simulation import Simulation
from tests.small_county import parameters

PLACES = {"urban": 1, "rural": 0}


def rules(year, **overrides):
    return parameters(year, **{f"incentives.{path.replace('__', '.')}": value
                               for path, value in overrides.items()})  # fmt: skip


def counties(n=1, **columns):
    table = Counties(n)
    table.weight[:] = 1
    for name, value in ({"reporting": 0.24} | columns).items():
        table[name][:] = value
    return table


def shift(outcome, year=2015, **columns):
    return reporting.shift_of(outcome, counties(**columns), rules(year))


def test_a_share_moves_by_the_shift_on_the_logit():
    stated = reporting.as_reported(np.array([80.0]), np.array([100.0]), np.array([0.24]))
    assert logit(stated[0] / 100) == pytest.approx(logit(0.8) + 0.24)


def test_a_count_moves_by_the_shift_on_the_logarithm():
    stated = reporting.as_reported(np.array([100.0]), None, np.array([np.log(1.1)]))
    assert stated[0] == pytest.approx(110)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nobody_and_everybody_stay_nobody_and_everybody(share):
    stated = reporting.as_reported(np.array([share]), np.array([1.0]), np.array([0.3]))
    assert stated[0] == pytest.approx(share, abs=1e-15)


def test_without_people_there_is_nothing_to_shift():
    assert reporting.as_reported(np.zeros(1), np.zeros(1), np.array([0.3])).tolist() == [0]


def test_true_reports_are_the_same_to_the_last_bit():
    true, people = np.array([0.1, 0.3]), np.array([0.7, 0.9])
    stated = reporting.as_reported(true, people, np.array([0.0, 0.2]))
    assert stated[0] == true[0]
    assert stated[1] > true[1]
    assert reporting.as_reported(true, people, np.zeros(2)) is true


@pytest.mark.parametrize("outcome", ["coverage", "basic_pension_coverage", "dibao_recipients"])
def test_what_flatters_is_reported_higher(outcome):
    assert shift(outcome) > 0


@pytest.mark.parametrize("outcome", ["poverty_rate", "exclusion_error", "inclusion_error",
                                     "claims", "unrest"])  # fmt: skip
def test_what_shames_is_reported_lower(outcome):
    assert shift(outcome) < 0


def test_what_nobody_is_scored_by_is_reported_as_it_is():
    assert shift("gini").tolist() == [0]


def test_the_heaviest_indicator_is_shifted_in_full_and_others_by_their_weight():
    # In 2012 growth weighs 0.45 and the social indicators 0.05; in 2015 both weigh 0.25.
    assert shift("coverage", 2012)[0] == pytest.approx(0.24 * 0.05 / 0.45)
    assert shift("coverage", 2015)[0] == pytest.approx(0.24)


def test_error_rates_are_true_as_long_as_they_do_not_count():
    assert shift("exclusion_error", 2012).tolist() == [0]
    assert shift("exclusion_error", 2013)[0] == pytest.approx(-0.24 * 0.1 / 0.25)


@pytest.mark.parametrize(("year", "signs"), [(2012, [1, -1, -1, -1]), (2013, [-1, -1, -1, -1])])
def test_the_poorest_fifth_gains_by_poverty_until_the_campaign(year, signs):
    poor = rules(year, reporting__poor_status_share=0.25 * (year < 2013))
    found = reporting.shift_of("poverty_rate", counties(4, rural_income=[2, 9, 5, 7]), poor)
    assert np.sign(found).tolist() == signs


def test_the_status_of_a_poor_county_ends_with_the_campaign():
    share = [rules(year).number("incentives.reporting.poor_status_share") for year in (2012, 2013)]
    assert share == [0.207, 0]


def bold(years=4.0, driven=1.0, **overrides):
    return reporting.boldness(np.array([years]), driven, rules(2015, **overrides))[0]


def test_nobody_shifts_a_report_that_is_audited_for_sure():
    assert bold(reporting__audit=1.0) == 0
    assert bold(reporting__audit=0.99) > 0


@pytest.mark.parametrize(("years", "part"), [(0, 0), (1, 0.5), (2, 1), (5, 1)])
def test_reports_are_bolder_the_nearer_the_appraisal_is(years, part):
    assert bold(years) == pytest.approx(part * 0.3 * 0.8)


def test_who_is_not_driven_by_the_score_reports_less_boldly():
    assert bold(driven=0.5) == pytest.approx(bold() / 2)


@pytest.fixture(scope="module")
def reported():
    """Return a table of the true and the reported outcomes of a short run."""
    sim = Simulation("tiny", **{"years.last": 1999, "incentives.evaluation.weights":
                                [0.2, 0.1, 0.1, 0.5, 0.05, 0.05]}).run()  # fmt: skip
    return sim.record.table().query("year > 1994")


@pytest.mark.parametrize("name", ["poverty_rate", "coverage_worker_pension", "dibao_recipients"])
def test_the_gap_is_what_is_reported_less_what_is_true(reported, name):
    outcome, _, scheme = name.partition("_worker") if "worker" in name else (name, "", "")
    scheme = scheme and f"worker{scheme}"
    keys = ["year", "level", "area", "group"]
    rows = reported[reported["scheme"].isin([scheme, name])].set_index([*keys, "outcome"])["value"]
    wide = rows[~rows.index.duplicated()].unstack()
    gap = (wide[f"{outcome}_reported"] - wide[outcome]).dropna()
    found = wide["reported_minus_true"].reindex(gap.index).dropna()
    assert len(found)
    assert np.allclose(found, gap.reindex(found.index), rtol=1e-9, atol=1e-9)


def test_pensions_are_over_reported_and_poverty_of_most_counties_under_reported(reported):
    nation = reported.query("level == 'nation' and group == 'all' and year == 1999")
    gap = nation[nation["outcome"] == "reported_minus_true"].set_index("scheme")["value"]
    assert gap["coverage_worker_pension"] > 0 > gap["poverty_rate"]
