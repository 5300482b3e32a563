"""What the report shows: series beside official figures, sections, parameters."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.official_figures import links
from experiments.report_data import marks, read_run
from experiments.report_facts import headlines
from experiments.report_lines import bail_outs, largest_gap, map_years
from experiments.report_parameters import count_by_kind, parameter_lines
from experiments.report_scorecard import departures, scores
from experiments.report_sections import SECTIONS
from experiments.report_series import comparisons
from experiments.report_spread import adoption
from experiments.run import prepare
from model import evidence
from policies.base import discover
from policies.parameters import ParameterSet

YEARS = [1993, 1994, 1995]


@pytest.fixture(scope="module")
def run(run_folder):
    return read_run(run_folder)


@pytest.fixture(scope="module")
def by_key(run):
    return {comparison.key: comparison for comparison in comparisons(run)}


def panels_of(run, name, by=None):
    """Return the panels of a section by their titles."""
    (section,) = (section for section in SECTIONS if section.id == name)
    return {panel.title: panel for block in section.draw(run, by or {}) for panel in block.panels}


def with_outcome(run, name, group, value, scheme=""):
    """Return the run with one more national outcome; without any of its name if it is None."""
    kept = run.outcomes[run.outcomes["outcome"] != name].astype({"outcome": str, "scheme": str})
    if value is None:
        return replace(run, outcomes=kept)
    rows = pd.DataFrame({"year": run.years, "level": "nation", "area": "0", "outcome": name,
                         "scheme": scheme, "group": group, "value": value})  # fmt: skip
    return replace(run, outcomes=pd.concat([kept, rows]))


def with_settings(run, *settings):
    """Return the run as if it were of another scenario."""
    return replace(run, description={"scenario": prepare("tiny", settings).as_dict()})


def test_official_dots_stand_on_the_charts(run, by_key):
    panels = panels_of(run, "dibao", by_key)
    held_out = panels["Poverty rate"].svg.split('class="official validation">')[1].split("</g>")[0]
    figures = evidence.series("rural_poverty_rate_2010std", "rural").loc[run.first : run.last]
    assert held_out.count("<circle") == len(figures) > 0
    assert "official fitting" in panels_of(run, "incomes", by_key)["Mean income, urban"].svg


def test_sections_ask_for_official_figures_that_exist(run):
    asked = set()

    class Nothing(dict):
        def __contains__(self, key):
            asked.add(key)
            return False

    for section in SECTIONS:
        section.draw(run, Nothing())
    assert {"migrants_outgoing", "members_worker_pension"} < asked
    assert asked <= {link.key for link in links()}


def test_sections_name_no_policy_that_does_not_exist():
    assert {policy for section in SECTIONS for policy in section.policies} <= set(discover())


def test_a_policy_without_a_section_of_its_own_is_among_the_adoptions(run):
    begun = set(run.adoptions["policy"][run.adoptions["event"] == "adopted"])
    titles = {policy.title.partition(" (")[0] for name, policy in discover().items()
              if name in begun}  # fmt: skip
    assert titles
    assert titles <= set(panels_of(run, "spreading"))


def test_no_section_has_the_id_of_another_and_every_one_has_a_question():
    ids = [section.id for section in SECTIONS]
    assert len(ids) == len(set(ids))
    assert all(section.question and section.short and section.title for section in SECTIONS)


@pytest.mark.parametrize(
    ("name", "section", "scheme", "title"),
    [("points_granted_share", "registration", "", "Granted under points"),
     ("double_enrolment", "migrants", "medical", "Insured twice against illness")],
)  # fmt: skip
def test_an_outcome_that_not_every_version_has_is_shown_where_it_is(
    run, name, section, scheme, title
):
    assert title in panels_of(with_outcome(run, name, "all", 0.25, scheme), section)
    assert title not in panels_of(with_outcome(run, name, "all", None), section)


def test_trust_is_shown_only_where_it_moves(run):
    rising = pd.Series([0.6, 0.61, 0.62, 0.63], run.years)
    one = with_outcome(run, "trust", "all", rising.to_numpy(), "local")
    still = with_outcome(run, "trust", "all", 0.5, "ngo")
    assert "local 0.63" in panels_of(one, "assistance")["Trust of households"].svg
    assert "Trust of households" not in panels_of(still, "assistance")


def test_acts_of_the_centre_are_not_marked_for_a_policy_that_is_off(run):
    assert marks(run, ["urban_dibao"]) == (1993, 1996)
    off = with_settings(run, "policies.urban_dibao=off", "years.last=1996")
    assert marks(off, ["urban_dibao"]) == ()


def test_reserves_of_pools_add_up_to_the_account_of_the_pools(run):
    rest = run.series("pool_balance", scheme="residents_pension").fillna(0)
    rest = rest + run.series("pool_balance", scheme="medical").fillna(0)
    pools = run.accounts[run.accounts["account"] == "insurance_pools"].set_index("year")["closing"]
    total = run.reserves.sum(axis=1) + rest
    assert total.to_numpy() == pytest.approx(pools.to_numpy(), rel=1e-9)


def test_bail_outs_count_what_governments_pay_into_pools(run):
    flows = pd.DataFrame(
        {"year": 1995, "payer": ["centre", "counties", "households"], "yuan": [1e9, 2e9, 4e9],
         "payee": "insurance_pools",
         "purpose": ["pension_subsidy", "maternity_shortfall", "worker_pension_premiums"]}
    )  # fmt: skip
    paid = bail_outs(replace(run, flows=flows)).set_index(["label", "year"])["value"]
    assert paid["worker pension", 1995] == 1
    assert paid["others", 1995] == 2
    assert paid.sum() == 3


def test_scores_describe_the_distance_from_held_out_and_fitted_figures_apart(run):
    income = next(c for c in comparisons(run) if c.key == "income_rural")
    pairs = pd.DataFrame({"year": YEARS, "item": "", "official": [10.0, 20.0, 30.0],
                          "model": [11.0, 18.0, np.nan],
                          "use": ["fitting", "validation", "validation"]})  # fmt: skip
    one = replace(income, pairs=pairs)
    (fitted,), (held_out,) = scores([one], "fitted"), scores([one], "validation")
    assert (fitted.n, fitted.deviation, fitted.side) == (1, 1.0, "above")
    assert (held_out.n, held_out.deviation, held_out.relative) == (1, 2.0, 0.1)
    assert (held_out.worst, held_out.worst_model) == ("1994", 18.0)
    assert scores([one], "context") == []


def test_no_figure_is_scored_in_two_classes(run):
    every = comparisons(run)
    scored = sum(score.n for use in ("validation", "fitted", "context")
                 for score in scores(every, use))  # fmt: skip
    assert scored == sum(len(c.pairs.dropna(subset=["model"])) for c in every)


def test_official_series_stand_beside_what_governments_report(run):
    other = with_outcome(run, "poverty_rate_reported", "rural", 0.25)
    rural = next(c for c in comparisons(other) if c.key == "poverty_rural")
    assert set(rural.pairs["model"]) == {25.0}


def test_age_shares_of_the_united_nations_add_up(run):
    every = {c.key: c.pairs for c in comparisons(run)}
    parts = [every[f"age_un_{age}"]["official"] for age in ("0-14", "15-59", "60+")]
    assert sum(parts).to_numpy() == pytest.approx(100)


def test_incomes_by_rank_are_compared_in_shape_only(run):
    ranks = next(c for c in comparisons(run) if c.key == "ranks_urban").pairs
    assert set(ranks["year"]) == {1995}
    sizes = ranks["item"].map({"lowest 10%": 1, "10-20%": 1, "80-90%": 1, "top 10%": 1}).fillna(2)
    assert np.average(ranks["official"], weights=sizes) == pytest.approx(1)
    assert np.average(ranks["model"], weights=sizes) == pytest.approx(1, abs=0.01)


def test_headlines_hold_the_first_and_the_last_year(run):
    population = headlines(run)[0]
    values = run.series("population") * 1e-6
    assert (population.first, population.last) == (values[run.first], values[run.last])
    assert population.first != population.last


def test_history_departs_from_nothing_and_a_reform_is_named(run):
    assert departures(run) == []
    reformed = prepare("tiny", ["dibao.urban.line_ratio@1994-01-01=0.4", "shocks.soe_layoffs=off"])
    told = departures(replace(run, description={"scenario": reformed.as_dict()}))
    assert len(told) == 2
    assert "sets dibao.urban.line_ratio from 1994-01-01" in told[1]


def test_the_table_of_parameters_holds_all_and_shows_what_a_reform_changed():
    base = ParameterSet.load()
    scenario = prepare("tiny", ["dibao.urban.line_ratio=0.4"])
    table = {line.path: line for line in parameter_lines(scenario, base)}
    assert set(table) == set(base.paths())
    changed = [line for line in table.values() if line.shipped]
    assert [(line.path, line.last) for line in changed] == [("dibao.urban.line_ratio", "0.4")]
    assert changed[0].shipped != "0.4"
    assert sum(count_by_kind(list(table.values())).values()) == len(table)


def test_every_parameter_is_on_the_page(run_folder):
    text = (run_folder / "report.html").read_text(encoding="utf-8").replace("<wbr>", "")
    assert all(f"<code>{path}</code>" in text for path in ParameterSet.load().paths())


def test_accounts_close_and_shares_of_counties_are_shares(run):
    assert largest_gap(run) <= 1e-12
    assert all(adoption(run, policy).between(0, 100).all() for policy in discover())


def test_maps_show_the_middle_and_the_last_year(run):
    assert map_years(run) == (1994, 1996)
    assert map_years(with_settings(run, "years.first=2010", "years.last=2010")) == (2010,)
