"""The scorecard: what is scored, against what, and that it comes out the same however it is run."""

import multiprocessing
import pickle
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from agents.errors import MinshengError
from experiments import engines, parallel, scorecard, scorecard_output
from experiments.official_figures import Tolerance, by_column, figures, links
from experiments.patterns import patterns
from experiments.report_data import read_run, run_of
from experiments.report_series import Comparison, comparisons
from experiments.run import prepare, simulate
from experiments.scorecard import History, figure_scores, pattern_scores, series_scores
from model import evidence
from model.memory import TooLargeError
from model.outcome_list import all_outcomes
from policies.base import discover

SHORT = ["years.last=1995", "world.households=620"]


def compared(model, use="validation", official=(10.0, 20.0), **more):
    years = [2003 + place for place in range(len(model))]
    pairs = pd.DataFrame({"year": years, "item": "", "official": official, "model": model,
                          "use": use})  # fmt: skip
    return Comparison("key", "topic", "Title", "%", 1, "indicator", pairs, Tolerance(2), **more)


def seeds_of(*models, **more):
    return [History(seed, [compared(model, **more)], {}) for seed, model in enumerate(models)]


@pytest.fixture(scope="module")
def card():
    return scorecard.validate(prepare("tiny", SHORT), 2, workers=1)


def test_a_figure_passes_when_the_median_is_within_the_tolerance():
    rows = figure_scores(seeds_of((11.0, 23.0), (12.0, 22.5), (30.0, 22.1)))
    assert rows["median"].tolist() == [12, 22.5]
    assert rows["passed"].tolist() == [True, False]


def test_the_band_runs_from_the_tenth_to_the_ninetieth_percentile():
    rows = figure_scores(seeds_of(*((float(n), 0.0) for n in range(11))))
    assert rows.loc[0, ["p10", "median", "p90"]].tolist() == [1, 5, 9]


def test_inputs_and_figures_for_context_are_never_scored():
    for use in ("input", "context"):
        assert figure_scores(seeds_of((10.0, 20.0), use=use)).empty


@pytest.mark.parametrize(
    ("use", "imposed", "tag"),
    [
        ("fitting", False, "fitted"),
        ("validation", False, "emergent"),
        ("validation", True, "imposed"),
    ],
)
def test_the_tag_follows_from_the_use_of_the_figure(use, imposed, tag):
    rows = figure_scores(seeds_of((1.0, 2.0), use=use, is_imposed=imposed))
    assert set(rows["tag"]) == {tag}


def test_skill_compares_with_carrying_the_last_figure_forward():
    rows = figure_scores(seeds_of((10.0, 18.0)))
    assert np.isnan(rows["skill"][0])
    assert rows["known_year"][1] == 2003
    assert rows["skill"][1] == pytest.approx(1 - 2 / 10)


def test_figures_before_the_first_year_are_known():
    before = pd.DataFrame({"year": [2000, 2002], "item": "", "official": [4.0, 6.0]})
    rows = figure_scores(seeds_of((11.0, 20.0), before=before))
    assert rows["skill"][0] == pytest.approx(1 - 1 / 4)
    assert rows["skill_from_first"][0] == pytest.approx(1 - 1 / 6)


def test_an_outcome_that_is_not_recorded_is_neither_passed_nor_failed():
    rows = figure_scores(seeds_of((np.nan, np.nan), (np.nan, np.nan)))
    assert rows["passed"].isna().all()
    assert series_scores(rows)["passed"].isna().all()
    found = scorecard_output.shown(series_scores(rows).iloc[0].to_dict())
    assert (found["median"], found["verdict"]) == ("not recorded", "–")


def test_a_series_passes_when_four_of_five_figures_do():
    model = (10.0, 10.0, 10.0, 10.0, 20.0)
    rows = series_scores(figure_scores(seeds_of(model, official=(10.0,) * 5)))
    assert rows["passed"].tolist() == [True]
    rows = series_scores(figure_scores(seeds_of((*model[1:], 20.0), official=(10.0,) * 5)))
    assert rows["passed"].tolist() == [False]


def test_of_claims_about_single_runs_the_share_of_runs_counts():
    claim = next(pattern for pattern in patterns() if pattern.across == "mean")
    numbers = dict.fromkeys((pattern.number for pattern in patterns()), np.nan)
    histories = [History(n, [], numbers | {claim.number: float(n > 0)}) for n in range(5)]
    row = pattern_scores(histories).set_index("key").loc[claim.number]
    assert (row["median"], row["passed"]) == (0.8, True)


def test_tolerances_are_shares_of_the_figure_or_in_its_unit():
    assert Tolerance(0.2, relative=True).allowed(-50) == pytest.approx(10)
    assert Tolerance(3).allowed(50) == 3
    assert Tolerance(0.2, relative=True).text("million") == "±20%"
    assert Tolerance(3).text("% of residents") == "±3 points"


def test_every_link_has_official_figures_and_every_indicator_a_unit():
    for link in links():
        assert len(figures(link)), link.key
        assert figures(link)["value"].notna().all(), link.key
    assert len({link.key for link in links()}) == len(links())


def test_official_members_of_any_medical_insurance_are_both_kinds_together():
    found = figures(by_column()["covered_persons/medical"])
    assert found.loc[2021, "value"] == pytest.approx((35431 + 100866) * 10_000)
    assert found.loc[2012, "use"] == "context"


def test_migrants_in_other_provinces_are_a_share_of_all_outgoing():
    found = figures(by_column()["migrants_interprovincial_share"])
    assert found.loc[2011, "value"] == pytest.approx(7473 / (7473 + 8390))


def test_patterns_have_numbers_of_their_own_and_accept_something():
    numbers = [pattern.number for pattern in patterns()]
    assert len(set(numbers)) == len(numbers)
    assert all(pattern.low < pattern.high for pattern in patterns())


def test_no_held_out_indicator_is_forgotten(run_folder):
    run = replace(read_run(run_folder))
    known = {comparison.indicator for comparison in comparisons(run)}
    table = evidence.official()
    rows = table[(table["use"] == "validation") & table["year"].between(run.first, run.last)]
    left = {"labourers_per_household", "rural_household_share_by_net_income"}
    assert set(rows["indicator"]) - known <= left


def test_a_run_in_memory_gives_the_statistics_of_its_folder(card):
    assert card.seeds == (1, 2)
    again = scorecard.history(run_of(simulate(prepare("tiny", SHORT))))
    first = card.figures[card.figures["key"] == "population"]
    (found,) = (one.pairs for one in again.compared if one.key == "population")
    assert first["p10"].min() <= found["model"].max()


def test_a_verdict_that_hangs_on_the_tournament_is_marked():
    with_it, without = seeds_of((10.0, 20.0)), seeds_of((10.0, 30.0))
    marked = [
        scorecard.contested(series_scores(rows), series_scores(rows), series_scores(others))
        for rows in [figure_scores(with_it)]
        for others in [figure_scores(without), rows]
    ]
    assert [rows["contested"].tolist() for rows in marked] == [[True], [False]]
    assert marked[0]["without_tournament"].tolist() == [30]
    row = marked[0].iloc[0].to_dict()
    assert scorecard_output.shown(row)["tag"].endswith(scorecard_output.CONTESTED)


def test_the_first_seeds_are_simulated_without_the_tournament_as_well(card):
    assert card.contrasted == 2
    assert card.patterns["without_tournament"].notna().any()
    assert "with and without" in scorecard_output.summary_line(card)


def test_without_a_tournament_there_is_nothing_to_contrast():
    plain = prepare("tiny", [f"{scorecard.TOURNAMENT}=[0, 0]", "years.last=1993"])
    assert scorecard.validate(plain, 1, workers=1).contrasted == 0


def test_processes_make_no_difference_and_leave_run_scores_and_report(card, tmp_path):
    folder, seen = tmp_path / "card", []
    scenario = prepare("tiny", SHORT)
    other = scorecard_output.validate_to_folder(
        scenario, 2, folder, workers=2, progress=lambda *done: seen.append(done)
    )
    pd.testing.assert_frame_equal(other.figures, card.figures)
    pd.testing.assert_frame_equal(other.patterns, card.patterns)
    assert (seen[0], seen[-1]) == ((0, 12), (12, 12))
    assert read_run(folder).scenario.seed == 1
    assert "Over 2 seeds" in (folder / "report.html").read_text(encoding="utf-8")


def test_what_is_saved_is_read_back(card, tmp_path):
    scorecard_output.save(card, tmp_path)
    content = scorecard_output.read(tmp_path)
    assert content["seeds"] == [1, 2]
    assert len(content["figures"]) == len(card.figures)
    rows = pd.read_csv(tmp_path / "scorecard.csv")
    assert len(rows) == len(card.figures) + len(card.patterns)
    assert set(rows["part"]) == {"series", "pattern"}


def test_the_tables_show_every_series_and_pattern(card):
    assert scorecard_output.series_table(card).row_count == len(card.series)
    assert scorecard_output.pattern_table(card).row_count == len(patterns())
    assert "not recorded" in scorecard_output.summary_line(card)


def test_a_damaged_scorecard_is_an_error_with_its_file(tmp_path):
    (tmp_path / "scorecard.json").write_text("{}")
    with pytest.raises(MinshengError, match=r"scorecard\.json is damaged"):
        scorecard_output.read(tmp_path)


def test_an_interruption_ends_every_process():
    scenario = prepare("tiny", ["years.last=2010", "world.households=620"])
    jobs = [scorecard.Job(scenario)] * 2

    def interrupt(done, _):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        parallel.run_all(scorecard.observe, jobs, 36, 2, interrupt)
    assert multiprocessing.active_children() == []


def test_an_error_with_parts_of_its_own_comes_back_as_text():
    def fail(job, _):
        raise TooLargeError(job, 10.0, 1.0)

    error = engines.attempt(fail, 0, prepare("tiny"), None).error
    assert "are free" in str(error)
    assert type(pickle.loads(pickle.dumps(error))) is MinshengError


def test_without_reform_every_policy_is_off_and_every_shock_strikes():
    scenario = prepare("no_reform")
    left_on = [name for name in discover() if scenario.is_on(name, 2023)]
    assert not left_on, f"add to experiments/scenarios/no_reform.yaml: {', '.join(left_on)}"
    assert scenario.has_shock("soe_layoffs")


def test_every_linked_outcome_that_exists_has_the_group_it_is_linked_for():
    groups = {outcome.name: outcome.groups.split(", ") for outcome in all_outcomes()}
    for link in links():
        if link.outcome in groups and not link.scheme:
            assert link.group in groups[link.outcome], link.key


@pytest.mark.parametrize(
    ("acts", "lasts"),
    [
        pytest.param([], None, id="nothing happens"),
        pytest.param([(1995, "adopted", "calendar")], None, id="follows the path, never opens"),
        pytest.param([(2001, "changed", "opening")], 1, id="opens and keeps it"),
        pytest.param([(2001, "changed", "opening"), (2007, "reversed", "overload")], 0,
                     id="takes it back in the sixth year"),
        pytest.param([(2001, "changed", "opening"), (2008, "reversed", "overload")], 1,
                     id="takes it back in the seventh"),
    ],
)  # fmt: skip
def test_huzhou_lasts_only_if_it_opened_by_itself(acts, lasts):
    rows = [(year, "hukou", "330502", event, reason) for year, event, reason in acts]
    columns = ["year", "policy", "area", "event", "reason"]
    run = SimpleNamespace(adoptions=pd.DataFrame(rows, columns=columns).astype({"area": str}))
    (huzhou,) = (pattern for pattern in patterns() if pattern.number == "6b")
    found = huzhou.statistic(run)
    assert np.isnan(found) if lasts is None else found == lasts
