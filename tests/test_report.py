"""The report: one page that needs nothing else and shows every run as it is."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agents.errors import MinshengError
from experiments.report import write_report
from experiments.report_charts import Scale, spread, time_chart
from experiments.report_data import adoption, largest_gap, map_years, read_run, tidy
from experiments.report_data import tiles as tiles_of
from experiments.report_facts import headlines
from experiments.report_parameters import count_by_kind, parameter_lines
from experiments.report_pictures import tile_map
from experiments.report_scorecard import departures, scores
from experiments.report_sections import SECTIONS
from experiments.report_series import comparisons
from experiments.report_svg import Words
from experiments.run import prepare, run_to_folder
from model import evidence
from policies.parameters import ParameterSet

WORDS = Words("test", "A title", "A description")
NO_DOTS = pd.DataFrame(columns=["year", "value", "use"])
YEARS = [1993, 1994, 1995]
PARTS = ("reading", "headlines", "scorecard", "parameters", "origin", *SECTIONS)


class Page(HTMLParser):
    """What the tests ask of a page: headings, ids, links, the roles of pictures."""

    def __init__(self, text):
        super().__init__()
        self.levels, self.ids, self.links, self.attributes, self.tags = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        self.attributes += attributes
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if "href" in found else []
        self.levels += [int(tag[1])] if tag in {"h1", "h2", "h3"} else []


@pytest.fixture(scope="module")
def run(run_folder):
    return read_run(run_folder)


@pytest.fixture(scope="module")
def text(run_folder):
    return (run_folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture(scope="module")
def bare_folder(tmp_path_factory):
    """One year without any policy."""
    folder = tmp_path_factory.mktemp("bare") / "run"
    off = [f"policies.{name}=off" for name in ("urban_dibao", "rural_dibao")]
    run_to_folder(prepare("tiny", ["years.first=2010", "years.last=2010", *off]), folder)
    return folder


def copy_with(folder, target, **changes):
    """Copy a run with other entries in its scenario, and write its report again."""
    shutil.copytree(folder, target)
    description = json.loads((target / "run.json").read_text(encoding="utf-8"))
    description["scenario"] |= changes
    (target / "run.json").write_text(json.dumps(description), encoding="utf-8")
    write_report(target)
    return (target / "report.html").read_text(encoding="utf-8")


def with_outcome(run, name, group, value):
    """Return the run with one more national outcome, the same in every year."""
    rows = pd.DataFrame({"year": run.years, "level": "nation", "area": "0", "outcome": name,
                         "scheme": "", "group": group, "value": value})  # fmt: skip
    rows = pd.concat([run.outcomes[run.outcomes["outcome"] != name].astype({"outcome": str}), rows])
    return replace(run, outcomes=rows)


def lines(**values):
    return tidy((name, "urban", pd.Series(list(row), YEARS)) for name, row in values.items())


def test_the_page_asks_the_network_for_nothing(text, page):
    addresses = [v for name, v in page.attributes if name in {"src", "href", "srcset", "data"}]
    assert addresses
    assert all(address.startswith("#") for address in addresses)
    assert not re.search(r"https?:|@import|url\((?!#)|fetch\(|XMLHttp|<link|<iframe|<img", text)


def test_every_link_leads_to_a_part_of_the_page_and_no_id_stands_twice(page):
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_every_section_is_there_and_linked_from_the_top(page):
    assert set(PARTS) <= set(page.ids)
    assert {f"#{part}" for part in PARTS} <= set(page.links)


def test_headings_skip_no_level_and_there_is_one_title(page):
    assert page.levels[0] == 1
    assert page.levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(page.levels))


def test_every_picture_has_a_title_and_a_description_and_every_table_a_caption(text, page):
    pictures = [found for tag, found in page.tags if tag == "svg" and "aria-hidden" not in found]
    assert len(pictures) == text.count("<figure>") > 20
    named = [found["aria-labelledby"].split() for found in pictures if found["role"] == "img"]
    assert len(named) == len(pictures)
    assert all(set(ids) <= set(page.ids) for ids in named)
    assert text.count("<caption>") == text.count("<table")
    assert all("scope" in found for tag, found in page.tags if tag == "th")


def test_the_same_run_gives_the_same_bytes(run_folder, tmp_path, text):
    again = tmp_path / "again"
    shutil.copytree(run_folder, again)
    write_report(again)
    assert (again / "report.html").read_text(encoding="utf-8") == text


def test_what_users_write_is_escaped(bare_folder, tmp_path):
    title = "</title><script>alert(1)</script> & {{ 7*7 }}"
    reform = {"name": "<b>x</b>", "from": None, "parameters": {}, "policies": {}}
    text = copy_with(bare_folder, tmp_path / "run", title=title, description="<img src=x>",
                     reforms=[reform])  # fmt: skip
    assert text.count("<script>") == 1
    assert "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7*7 }}" in text
    assert "&lt;img src=x&gt;" in text
    assert "&lt;b&gt;x&lt;/b&gt;" in text


def test_the_page_opens_for_one_year_without_policies_and_says_what_is_missing(bare_folder):
    text = (bare_folder / "report.html").read_text(encoding="utf-8")
    assert set(PARTS) <= set(Page(text).ids)
    assert "nobody was entitled to assistance" in text
    assert "no county adopted a scheme" in text
    assert "Urban dibao is switched off" in text
    assert "2010 in numbers" in text
    assert "This run was made from Python" in text


def test_nothing_in_the_page_shows_a_null_as_a_number(text, bare_folder):
    bare = (bare_folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r">\s*-?(nan|NaN|None|inf)\b", text + bare)


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(MinshengError, match="is not a run"):
        write_report(tmp_path)


def test_a_missing_table_is_named(run_folder, tmp_path):
    shutil.copytree(run_folder, tmp_path / "run")
    (tmp_path / "run" / "outcomes.parquet").unlink()
    with pytest.raises(MinshengError, match=r"outcomes\.parquet"):
        write_report(tmp_path / "run")


def test_official_dots_stand_on_the_charts(run):
    by_key = {comparison.key: comparison for comparison in comparisons(run)}
    panels = {panel.title: panel.svg for panel in SECTIONS["assistance"](run, by_key)}
    held_out = re.search(r'class="official validation".*?</g></g>', panels["Poverty rate"])
    assert held_out
    assert held_out[0].count("<use") == len(evidence.series("rural_poverty_rate_2010std", "rural")
                                            .loc[run.first : run.last])  # fmt: skip
    assert "official fitting" in panels["Urban dibao recipients"]


def test_figures_that_were_fitted_are_open_and_held_out_ones_filled():
    dots = pd.DataFrame({"year": YEARS, "value": [1.0, 2.0, 3.0],
                         "use": ["fitting", "validation", "context"]})  # fmt: skip
    svg = time_chart(lines(a=[1, 2, 3]), dots, (), Scale(), WORDS)
    parts = {use: re.search(rf'class="official {use}">(.*?)</g></g>', svg)[1]
             for use in dots["use"]}  # fmt: skip
    assert "fill: var(--paper)" in parts["fitting"]
    assert "fill: var(--ink)" in parts["validation"]
    assert all(part.count("<use") == 1 for part in parts.values())


def test_a_line_breaks_at_nulls_and_an_empty_one_is_left_out():
    table = lines(whole=[1, 2, 3], broken=[1, np.nan, 3], empty=[np.nan] * 3)
    assert set(table["label"]) == {"whole", "broken"}
    svg = time_chart(table, NO_DOTS, (), Scale(), WORDS)
    whole, broken = re.findall(r'class="model urban"><path d="([^"]*)"', svg)
    assert whole.count("M") == 1
    assert whole.count("L") == 2
    assert broken.count("M") == 2


def test_a_single_year_is_drawn_as_a_point():
    table = tidy([("a", "rural", pd.Series([2.0], [2010]))])
    svg = time_chart(table, NO_DOTS, (2010,), Scale(), WORDS)
    assert "<use" in svg.split('class="model rural"')[1]
    assert ">a 2.0</text>" in svg


def test_marks_outside_the_years_are_not_drawn():
    svg = time_chart(lines(a=[1, 2, 3]), NO_DOTS, (1990, 1994, 2007), Scale(), WORDS)
    assert svg.count(">1994</text>") == len(["tick", "mark"])
    assert "2007" not in svg
    assert "1990" not in svg


def test_drawing_changes_no_global_setting_of_matplotlib():
    from matplotlib import rcParams

    before = dict(rcParams)
    time_chart(lines(a=[1, 2, 3]), NO_DOTS, (), Scale(), WORDS)
    assert dict(rcParams) == before


def test_charts_are_not_loaded_before_a_report_is_written():
    code = "import experiments.report, sys; print('matplotlib' in sys.modules)"
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert done.stdout.split() == [b"False"]


def test_names_at_line_ends_keep_their_distance_and_order():
    placed = spread(np.array([50.0, 51.0, 49.0, 3.0]), 13, 100)
    assert list(np.argsort(placed)) == [3, 2, 0, 1]
    assert np.diff(np.sort(placed)).min() >= 13 - 1e-9
    assert placed.max() <= 100


def test_every_province_is_a_tile_and_one_without_data_shows_a_dash(run):
    tiles = tiles_of(run, "coverage", "dibao", run.last)
    tiles["value"] = [np.nan, *np.arange(30.0)]
    svg = tile_map(tiles, 29.0, "OrRd", 0, WORDS)
    assert svg.count('class="tile"') == 31
    assert svg.count(">–</text>") == 1


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


def test_every_parameter_is_on_the_page(text):
    told = text.replace("<wbr>", "")
    assert all(f"<code>{path}</code>" in told for path in ParameterSet.load().paths())


def test_accounts_close_and_shares_of_counties_are_shares(run):
    assert largest_gap(run) <= 1e-12
    shares = adoption(run)["value"]
    assert shares.between(0, 100).all()


def test_maps_show_the_middle_and_the_last_year(run, bare_folder):
    assert map_years(run) == (1994, 1996)
    assert map_years(read_run(bare_folder)) == (2010,)
