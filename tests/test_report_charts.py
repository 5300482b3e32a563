"""The pictures of the report: what a table becomes."""

import re

import numpy as np
import pandas as pd
import pytest

from experiments.report_axes import FULL, SMALL, Scale, frame
from experiments.report_charts import spread, time_chart
from experiments.report_data import read_run, tidy
from experiments.report_lines import tiles as tiles_of
from experiments.report_panels import NO_DOTS, Plan, draw
from experiments.report_pictures import flow_picture, tile_map
from experiments.report_svg import Words, number

WORDS = Words("test", "A <title>", "A description")
YEARS = [1993, 1994, 1995]


def lines(**values):
    return tidy((name, "urban", pd.Series(list(row), YEARS)) for name, row in values.items())


def heights(svg, words):
    """Return the heights of texts that match."""
    return [float(y) for y in re.findall(rf'y="([-\d.]+)"[^>]*>{words}</text>', svg)]


def test_figures_that_were_fitted_are_open_and_held_out_ones_filled():
    dots = pd.DataFrame({"year": YEARS, "value": [1.0, 2.0, 3.0],
                         "use": ["fitting", "validation", "context"]})  # fmt: skip
    svg = time_chart(lines(a=[1, 2, 3]), dots, (), Scale(), WORDS)
    parts = {use: re.search(rf'class="official {use}">(.*?)</g>', svg)[1] for use in dots["use"]}
    assert parts["fitting"].count("<circle") == parts["validation"].count("<circle") == 1
    assert 'fill="var(--paper)"' in parts["fitting"]
    assert 'fill="var(--ink)"' in parts["validation"]
    assert "<circle" not in parts["context"]


def test_a_line_breaks_at_nulls_and_an_empty_one_is_left_out():
    table = lines(whole=[1, 2, 3], broken=[1, np.nan, 3], empty=[np.nan] * 3)
    assert set(table["label"]) == {"whole", "broken"}
    svg = time_chart(table, NO_DOTS, (), Scale(), WORDS)
    whole, broken = re.findall(r'class="model urban"><path d="([^"]*)"', svg)
    assert (whole.count("M"), whole.count("L")) == (1, 2)
    assert (broken.count("M"), broken.count("L")) == (2, 0)


def test_what_stands_alone_between_nulls_is_a_point():
    svg = time_chart(lines(broken=[1, np.nan, 3]), NO_DOTS, (), Scale(), WORDS)
    assert svg.count("<circle") == 2


def test_a_single_year_is_drawn_as_a_point():
    table = tidy([("a", "rural", pd.Series([2.0], [2010]))])
    svg = time_chart(table, NO_DOTS, (2010,), Scale(), WORDS)
    assert "<circle" in svg.split('class="model rural"')[1]
    assert ">a 2.0</text>" in svg


def test_marks_outside_the_years_are_not_drawn():
    svg = time_chart(lines(a=[1, 2, 3]), NO_DOTS, (1990, 1994, 2007), Scale(), WORDS)
    assert svg.count(">1994</text>") == len(["tick", "mark"])
    assert "2007" not in svg
    assert "1990" not in svg


def test_a_mark_that_would_touch_another_has_no_name():
    years = range(1993, 2024)
    table = tidy([("a", "all", pd.Series(1.0, years))])
    svg = time_chart(table, NO_DOTS, (1997, 1998, 2004), Scale(), WORDS)
    assert svg.count('stroke-dasharray="1 2"') == 3
    assert "\N{RIGHT SINGLE QUOTATION MARK}97" in svg
    assert "\N{RIGHT SINGLE QUOTATION MARK}98" not in svg


def test_a_larger_value_stands_higher_and_panels_with_one_scale_agree():
    tall = time_chart(lines(low=[1, 1, 1], high=[9, 9, 9]), NO_DOTS, (), Scale(), WORDS)
    assert heights(tall, "high 9.0") < heights(tall, "low 1.0")
    alone = time_chart(lines(low=[1, 1, 1]), NO_DOTS, (), Scale(top=9), WORDS)
    assert heights(alone, "low 1.0") == heights(tall, "low 1.0")


def test_equal_ratios_have_equal_distances_on_a_ratio_scale():
    svg = time_chart(lines(a=[1, 10, 100]), NO_DOTS, (), Scale(log=True), WORDS)
    path = re.search(r'class="model urban"><path d="([^"]*)"', svg)[1]
    first, second, third = (float(y) for y in re.findall(r" ([\d.]+)", path))
    assert first - second == pytest.approx(second - third, abs=0.02)


def test_a_small_chart_marks_only_the_ends_of_the_years():
    table = tidy([("", "all", pd.Series(1.0, range(1993, 2024)))])
    svg = time_chart(table, NO_DOTS, (), Scale(), WORDS, SMALL)
    assert ">1993</text>" in svg
    assert ">2023</text>" in svg
    assert ">2000</text>" not in svg


def test_a_dashed_line_is_dashed_and_no_other():
    table = tidy([(name, "all", pd.Series([1.0, 2.0], YEARS[:2])) for name in "ab"], ["b"])
    svg = time_chart(table, NO_DOTS, (), Scale(), WORDS)
    first, second = re.findall(r'class="model all"><path [^>]*>', svg)
    assert "dasharray" not in first
    assert "dasharray" in second


def test_what_is_zero_in_every_year_is_no_chart():
    nothing, something = (
        Plan("a", "A", "", lines(a=row), NO_DOTS, Scale()) for row in ([0, 0, 0], [0, 1, 0])
    )
    assert len(draw([nothing, something])) == 1


def test_titles_are_escaped_and_lengths_have_no_needless_digits():
    svg = time_chart(lines(a=[1, 2, 3]), NO_DOTS, (), Scale(), WORDS)
    assert "A &lt;title&gt;" in svg
    assert [number(value) for value in (1.0, 2.345, -0.001)] == ["1", "2.35", "0"]


def test_names_at_line_ends_keep_their_distance_and_order():
    placed = spread(np.array([50.0, 51.0, 49.0, 3.0]), 13, 100)
    assert list(np.argsort(placed)) == [3, 2, 0, 1]
    assert np.diff(np.sort(placed)).min() >= 13 - 1e-9
    assert placed.max() <= 100


def test_names_that_end_in_percent_have_more_room():
    plain, percent = (
        frame(FULL, Scale(), (1993, 2023), [1.0], [name]).right
        for name in ("answered 420", "answered 42%")
    )
    assert percent > plain


def test_every_province_is_a_tile_and_one_without_data_shows_a_dash(run_folder):
    run = read_run(run_folder)
    tiles = tiles_of(run, "coverage", "dibao", run.last)
    tiles["value"] = [np.nan, *np.arange(30.0)]
    svg = tile_map(tiles, 29.0, "OrRd", 0, WORDS)
    assert svg.count('class="tile"') == 31
    assert svg.count(">–</text>") == 1


def test_bands_of_payments_are_as_wide_as_the_sums():
    flows = pd.DataFrame({"payer": ["a", "a"], "payee": ["b", "c"], "purpose": ["x", "y"],
                          "yuan": [1e12, 3e12]})  # fmt: skip
    svg = flow_picture(flows, ("a", "b", "c"), WORDS)
    narrow, wide = (
        float(end) - float(start)
        for start, end in re.findall(r'class="flow" d="M[\d.]+ ([\d.]+)C.*? ([\d.]+)Z"', svg)
    )
    assert wide == pytest.approx(3 * narrow, abs=0.05)
    assert ">4.00</text>" in svg
