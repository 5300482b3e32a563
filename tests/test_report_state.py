"""What the report shows of governments: officials, spread, claims, reports, money of the tiers."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.report_axes import Scale
from experiments.report_data import read_run, true_and_reported
from experiments.report_officials import tournament
from experiments.report_panels import NO_DOTS, Plan, same_scale
from experiments.report_sections import SECTIONS
from experiments.report_spread import acts, adoption, spread_table
from experiments.report_state import audits
from experiments.run import prepare

STATE = "How governments act"


@pytest.fixture(scope="module")
def run(run_folder):
    return read_run(run_folder)


def panels_of(run, name):
    """Return the panels of a section by their titles."""
    (section,) = (section for section in SECTIONS if section.id == name)
    return {panel.title: panel for block in section.draw(run, {}) for panel in block.panels}


def with_values(run, name, values, group="all", scheme=""):
    """Return the run with one national series in place of all rows of that outcome."""
    kept = run.outcomes[run.outcomes["outcome"] != name].astype({"outcome": str, "scheme": str})
    rows = pd.DataFrame({"year": run.years, "level": "nation", "area": "0", "outcome": name,
                         "scheme": scheme, "group": group, "value": values})  # fmt: skip
    return replace(run, outcomes=pd.concat([kept, rows]))


def with_settings(run, *settings):
    """Return the run as if it were of another scenario."""
    scenario = prepare("tiny", ["years.last=1996", *settings]).as_dict()
    return replace(run, description={"scenario": scenario})


def with_acts(run, *rows):
    """Return the run with other rows of adoption."""
    columns = ["year", "policy", "area", "event", "setting", "reason"]
    return replace(run, adoptions=pd.DataFrame(rows, columns=columns))


def line_of(run, title):
    (line,) = (line for line in spread_table(run) if line.title == title)
    return line


def test_what_governments_do_stands_under_one_question():
    ids = [section.id for section in SECTIONS if section.question == STATE]
    assert ids == ["officials", "spreading", "claims", "reports", "tiers", "services"]


@pytest.mark.parametrize(
    ("section", "title"),
    [("officials", "Leaders promoted"), ("officials", "Time in the post"),
     ("officials", "What leaders put their effort into"), ("claims", "What claims are about"),
     ("claims", "What claims bring"), ("reports", "Poverty rate"), ("tiers", "Vertical gap"),
     ("tiers", "Unfunded mandates"), ("spreading", "Fragmentation")],
)  # fmt: skip
def test_an_ordinary_run_shows_what_the_state_does(run, section, title):
    assert title in panels_of(run, section)


@pytest.mark.parametrize(
    ("name", "section", "title"),
    [("incidents", "claims", "Collective incidents"), ("veto_share", "claims", "Barred by the "
     "one-ballot veto"), ("official_tenure", "officials", "Time in the post"),
     ("arrears_share", "tiers", "Counties in debt")],
)  # fmt: skip
def test_what_never_happens_is_not_drawn(run, name, section, title):
    assert title in panels_of(with_values(run, name, 0.25), section)
    assert title not in panels_of(with_values(run, name, 0.0), section)


def test_every_government_chart_has_a_unit_in_words(run):
    sections = [section.id for section in SECTIONS if section.question == STATE]
    panels = [panel for name in sections for panel in panels_of(run, name).values()]
    assert len(panels) > 20
    assert all(re.search("[a-z]{3}", panel.unit) for panel in panels)


def test_the_section_on_officials_says_that_the_tournament_is_contested(run):
    (told,) = tournament(run)
    assert "contested" in told
    assert "no_tournament" in told
    assert "by 1.28" in told
    assert "0.25 for counties, 0.17 for provinces" in told


def test_the_strength_of_the_tournament_is_that_of_the_run(run):
    (told,) = tournament(with_settings(run, "incentives.careers.score_weight=[0.6, 0.0]"))
    assert "by 1.82" in told
    (told,) = tournament(with_settings(run, "incentives.careers.score_weight=[0, 0]"))
    assert "it has no part" in told
    assert "multiplies" not in told


def test_a_tournament_that_ends_is_told_with_both_years(run):
    ended = with_settings(run, "incentives.careers.score_weight@1995-01-01=[0, 0]")
    assert "0.25 in 1993 and 0 in 1996 for counties" in tournament(ended)[0]


def test_nothing_is_said_of_the_tournament_or_of_audits_where_nobody_is_scored(run):
    off = with_settings(run, "policies.incentives=off")
    assert tournament(off) == audits(off) == []
    assert set(panels_of(off, "officials")) <= {
        "Leaders promoted", "Score of those promoted", "Time in the post",
    }  # fmt: skip


def test_the_chance_of_an_audit_is_that_of_the_run(run):
    assert "20% of reports" in audits(run)[0]
    assert "100% of reports" in audits(with_settings(run, "incentives.reporting.audit=1"))[0]


def test_charts_that_depend_on_the_tournament_lead_to_what_is_said_of_it(run, run_folder):
    panels = panels_of(run, "officials")
    for title in ("Score of those promoted", "What departments deliver"):
        assert '<a href="#officials">contested tournament</a>' in panels[title].note
    page = (run_folder / "report.html").read_text(encoding="utf-8")
    assert "&lt;a href" not in page
    reports = page.split('<section id="reports">')[1].split("</section>")[0]
    assert 'href="#officials"' in reports


def test_a_place_that_takes_a_step_back_still_counts_as_having_the_policy(run):
    held = with_values(run, "adopters", run.units, scheme="hukou")
    back = [(1995, "hukou", "110101", "reversed", "rung 3", "overload")] * 30
    assert adoption(with_acts(held, *back), "hukou").to_list() == [100] * 4


def test_units_are_those_of_the_country(run):
    assert run.units == pytest.approx(2854)


def test_acts_of_the_centre_are_those_of_the_run_and_marked(run):
    shown = with_acts(
        run,
        (1994, "urban_dibao", "0", "recognised", "", "choice"),
        (1995, "urban_dibao", "0", "mandated", "", "choice"),
        (1995, "urban_dibao", "0", "changed", "", "a regulation"),
        (1996, "urban_dibao", "310101", "mandated", "", "of a county"),
    )
    assert acts(shown, "urban_dibao").to_list() == [1994, 1995]
    assert panels_of(shown, "spreading")["Urban dibao"].svg.count('stroke-dasharray="1 2"') == 2


def test_the_table_of_spread_tells_first_order_lag_and_reversals(run):
    other = with_values(run, "adopters", [0, 0.2 * run.units, 0.6 * run.units, run.units],
                        scheme="hukou")  # fmt: skip
    other = with_values(other, "diffusion_lag", [np.nan, np.nan, np.nan, 2.0], scheme="hukou")
    other = with_values(other, "reversals", [0, 0, 3.4, 2.0], scheme="hukou")
    line = line_of(with_acts(other, (1995, "hukou", "0", "mandated", "", "")), "Hukou")
    assert (line.first, line.half, line.recognised, line.ordered) == (
        "1994",
        "1995",
        "1995",
        "1995",
    )
    assert (line.everybody, line.years, line.given_up) == ("1996", "2", "5")


def test_what_a_run_finds_at_its_start_may_be_older(run):
    other = with_values(run, "adopters", run.units, scheme="hukou")
    assert line_of(other, "Hukou").first == "1993 or before"
    many = with_values(other, "diffusion_lag", 1.0, scheme="hukou")
    assert (line_of(many, "Hukou").first, line_of(many, "Hukou").years) == ("1993 or before", "")
    few = with_values(many, "adopters", 1.0, scheme="hukou")
    assert (line_of(few, "Hukou").first, line_of(few, "Hukou").years) == ("1993", "1")


def test_reasons_are_counted_by_what_stood_first(run):
    told = ["choice: peers +1.2, room +0.3", "choice: peers +0.2", "pioneer", "choice: peers +0.1"]
    rows = [(1994, "hukou", str(at), "adopted", "", reason) for at, reason in enumerate(told)]
    other = with_values(with_acts(run, *rows), "adopters", 1.0, scheme="hukou")
    assert line_of(other, "Hukou").reasons == "peers 75%, pioneer 25%"


def test_reports_above_and_below_the_truth_are_told_as_such(run):
    true = with_values(run, "poverty_rate", 0.4)
    for gap, words in ((0.04, "10.0% too high"), (-0.02, "5.0% too low"), (0.0, "")):
        other = with_values(true, "reported_minus_true", gap, scheme="poverty_rate")
        panel = panels_of(other, "reports").get("Poverty rate")
        assert panel.unit.endswith(words) if words else panel is None


def test_gaps_that_are_shares_have_one_scale_even_below_zero():
    up, down = (Plan(name, name, "", pd.DataFrame({"year": [1, 2], "value": values}), NO_DOTS,
                     Scale())
                for name, values in (("up", [0.0, 3.0]), ("down", [0.0, -1.0])))  # fmt: skip
    scales = {(plan.scale.low, plan.scale.top) for plan in same_scale([up, down])}
    assert scales == {(-1.0, 3.0)}


def test_the_true_line_lies_on_top_of_the_reported_one_and_only_where_they_differ(run):
    other = with_values(run, "dibao_recipients", 1.0, "urban")
    lines = true_and_reported(
        with_values(other, "dibao_recipients_reported", 2.0, "urban"),
        "dibao_recipients", "urban", tone="urban",
    )  # fmt: skip
    assert list(lines["label"].unique()) == ["reported", "true"]
    assert set(lines.loc[lines["dashed"], "label"]) == {"reported"}
    same = with_values(other, "dibao_recipients_reported", 1.0, "urban")
    alone = true_and_reported(same, "dibao_recipients", "urban", tone="urban")
    assert set(alone["label"]) == {"urban"}


def test_claims_are_counted_per_thousand_households(run):
    size, people = run.series("household_size"), run.series("population")
    other = with_values(run, "claims", (people / size / 100).to_numpy())
    assert "claim 10<" in panels_of(other, "claims")["Who has a grievance, and who claims"].svg


def test_awards_are_points_of_their_rounds(run):
    nominated = with_values(run, "award_nominees", [20.0, 0, 18.0, 0])
    rows = [with_values(nominated, "award_winners", [4.0, 0, 2.0, 0], "protection").outcomes]
    other = replace(run, outcomes=pd.concat(rows))
    svg = panels_of(other, "officials")["Innovation awards for protecting a group"].svg
    assert svg.count("<circle") == 2
    assert "1995" in svg
    assert "1996" not in svg
