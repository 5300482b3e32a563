"""The views of the dashboard: what the charts, tables and sentences of a small pair of runs say."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from agents.errors import MinshengError
from dashboard.palette import DARK, LIGHT, shade, text_on
from dashboard.results import Result, WorldResult
from dashboard.results import table as read
from dashboard.tables import TENTHS_FROM, Shown, band, by_year, keys_of, official_rows, shown
from dashboard.views import groups, money, networks, officials, overview, stories, topics
from dashboard.views import map as maps
from dashboard.words import texts
from experiments.gains import gains, side_of
from experiments.run import prepare, run_to_folder
from model.organisation_network import organisation_network

YEARS = range(1993, 2000)
BOTH = ("en", "zh")


def national(sim):
    frame = sim.datacollector.get_model_vars_dataframe().astype(float)
    return frame.set_axis(pd.RangeIndex(YEARS[0], YEARS[-1] + 1, name="year"))


@pytest.fixture(scope="module")
def sims(tmp_path_factory):
    """Two small worlds to 1999 in folders; in B there is no urban dibao."""
    folder = tmp_path_factory.mktemp("runs")
    changes = {"A": (), "B": ("policies.urban_dibao=off",)}
    ran = {}
    for key, given in changes.items():
        scenario = prepare("tiny", ("years.last=1999", *given))
        ran[key] = run_to_folder(scenario, folder / key), folder / key
    return ran


@pytest.fixture(scope="module")
def result(sims):
    worlds = {
        key: WorldResult((national(sim),), folder, sim.setup) for key, (sim, folder) in sims.items()
    }
    gained = gains(*(side_of(sim) for sim, _ in sims.values()))
    return Result(None, worlds, gained, True)


@pytest.fixture
def alone(result):
    return replace(result, worlds={"A": result.worlds["A"]}, gains=None)


def replicated(result, factors):
    """Return the result with further replicates, which are the first one times a factor."""
    worlds = {
        key: replace(one, national=tuple(one.national[0] * factor for factor in factors))
        for key, one in result.worlds.items()
    }
    return replace(result, worlds=worlds)


def named(option):
    return {one["name"]: one for one in option["series"]}


def test_a_is_dashed_b_is_solid_and_official_figures_are_diamonds(result):
    drawn = named(overview.levels(result, "dibao_recipients/urban", "en", LIGHT))
    assert drawn["A"]["lineStyle"]["type"] == "dashed"
    assert drawn["B"]["lineStyle"]["type"] == "solid"
    assert drawn["official"]["symbol"] == "diamond"
    assert any(drawn["official"]["data"])


def test_a_single_world_is_solid(alone):
    assert overview.levels(alone, "gini", "en", LIGHT)["series"][0]["lineStyle"]["type"] == "solid"


def test_the_band_reaches_from_the_lowest_to_the_highest_replicate(result):
    several = replicated(result, (1, 0.5, 2))
    drawn = named(overview.levels(several, "gini", "en", LIGHT))
    low, wide = drawn["A low"]["data"], drawn["A band"]["data"]
    first = result.worlds["A"].national[0]["gini"].to_numpy()
    assert np.add(low, wide) == pytest.approx(2 * first, abs=0.001)
    assert drawn["A"]["data"] == pytest.approx(first, abs=0.001)
    assert "3" in overview.band_note(several, "en")


def test_many_replicates_give_a_band_from_ten_to_ninety_percent():
    frames = [pd.Series([float(n)], [1993]) for n in range(11)]
    assert band(frames).loc[1993].tolist() == [1.0, 5.0, 9.0]
    assert band(frames[: TENTHS_FROM - 1]).loc[1993].tolist() == [0.0, 4.0, 8.0]


def test_the_difference_is_b_less_a_in_percentage_points(result):
    option = overview.difference(result, "poverty_rate/urban", "en", LIGHT)
    table = by_year(result, "poverty_rate/urban")
    assert option["yAxis"]["name"] == "percentage points"
    expected = (100 * (table["B"] - table["A"])).round(2)
    assert option["series"][0]["data"] == pytest.approx(expected.tolist())
    assert expected.abs().max() > 0


def test_the_axis_of_years_stands_still_while_a_run_goes_on(result):
    worlds = {key: replace(one, national=(one.national[0].iloc[:2],), folder=None)
              for key, one in result.worlds.items()}  # fmt: skip
    option = overview.levels(replace(result, worlds=worlds), "gini", "en", LIGHT)
    assert option["xAxis"]["data"] == [str(year) for year in YEARS]
    assert option["series"][0]["data"][2:] == [None] * 5


def test_a_run_that_has_not_begun_has_empty_charts(result):
    worlds = {key: replace(one, national=(one.national[0].iloc[:0],), folder=None)
              for key, one in result.worlds.items()}  # fmt: skip
    empty = replace(result, worlds=worlds)
    assert overview.levels(empty, "gini", "en", LIGHT)["series"][0]["data"] == [None] * 7
    assert "Nothing" in overview.sentence(empty, "gini", "en")


def test_the_sentence_says_where_both_worlds_end(result):
    table = by_year(result, "poverty_rate/urban")
    said = overview.sentence(result, "poverty_rate/urban", "en")
    assert f"{100 * table['A'].iloc[-1]:.1f}% in A" in said
    assert f"{100 * table['B'].iloc[-1]:.1f}% in B" in said


def test_what_official_figures_were_used_for_is_told(result):
    said = {
        name: " ".join(overview.notes(result, name, "en"))
        for name in ("income_mean/rural", "births")
    }
    assert set(official_rows("income_mean/rural", pd.Index(YEARS))["use"])
    assert "Dots" in said["income_mean/rural"]
    assert "Dots" not in said["births"]


@pytest.mark.parametrize("topic", topics.TOPICS)
def test_every_column_of_a_topic_is_one_of_the_model(result, topic):
    assert set(topics.TOPICS[topic]) <= set(result.worlds["A"].national[0].columns)


def test_every_column_can_be_drawn_as_json_without_nan(result):
    for name in result.worlds["A"].national[0].columns[::9]:
        json.dumps(overview.levels(result, name, "zh", DARK), allow_nan=False)
        json.dumps(overview.difference(result, name, "en", LIGHT), allow_nan=False)


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [(1_185e6, "en", "1.2 billion persons"), (1_185e6, "zh", "11.8 亿人"),
     (60_000, "en", "60.0 thousand persons"), (3.94, "zh", "3.9 人")],
)  # fmt: skip
def test_counts_are_shown_in_the_steps_of_each_language(value, language, text):
    scale = shown("population", value, language)
    assert f"{scale.text(value)} {scale.label(language)}" == text


def test_nothing_is_a_dash_and_zero_has_no_sign():
    scale = Shown("percent", 1, 1, 100)
    assert [scale.text(float("nan")), scale.text(-0.0001)] == ["–", "0.0"]
    assert scale.number(float("nan")) is None


def test_bars_by_group_are_the_values_of_the_year(result):
    table = groups.by_group(result, "income_mean", "decile", 1998)
    frame = result.worlds["B"].national[0]
    assert table.loc["decile_3", "B"] == frame.loc[1998, "income_mean/decile_3"]
    option = groups.in_year(table, "income_mean", "decile", "en", LIGHT)
    assert len(option["xAxis"]["data"]) == 10
    assert [len(one["data"]) for one in option["series"]] == [10, 10]


def test_only_outcomes_that_are_broken_down_are_offered(result):
    known = result.worlds["A"].national[0].columns
    assert "coverage/medical" in groups.outcomes_with("hukou", known)
    assert "gini" not in groups.outcomes_with("hukou", known)
    assert "gini" in groups.outcomes_with("place", known)


def test_losers_keepers_and_winners_are_everybody(result):
    rows = groups.gains_by(result.gains, ("all", "rural", "urban"))
    option = groups.winners(rows, "en", LIGHT)
    sums = np.sum([one["data"] for one in option["series"]], axis=0)
    assert sums == pytest.approx([100, 100, 100], abs=0.2)
    assert option["series"][0]["name"] == "lose"


def test_every_province_has_a_tile_of_its_own_with_its_value(result):
    tiles = maps.provinces(result, "poverty_rate", "A", "en")
    at = tiles.places[["column", "row"]]
    assert len(at.drop_duplicates()) == 31
    rows = read(result.worlds["A"], "outcomes", level="province", area="33", year=1997,
                outcome="poverty_rate", scheme="", group="all")  # fmt: skip
    assert tiles.values.loc["33", 1997] == rows["value"].item()


def test_a_map_of_differences_has_no_change_in_its_middle(result):
    tiles = maps.provinces(result, "poverty_rate", maps.DIFFERENCE, "en")
    low, high = tiles.ends()
    assert low == -high < 0
    option = maps.draw(tiles, "poverty_rate", 1999, "en", LIGHT)
    assert option["visualMap"][0]["inRange"]["color"] == list(LIGHT.both_ways)


def test_counties_of_a_province_are_those_of_the_sample(result, sims):
    tiles = maps.counties(result, "poverty_rate", "B", "33")
    codes = [code for code in map(str, sims["B"][0].counties.code) if code.startswith("33")]
    assert sorted(tiles.places.index) == sorted(codes)
    assert not tiles.places.duplicated(["column", "row"]).any()


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_numbers_can_be_read_on_every_shade(palette):
    for shades in (palette.shades, palette.both_ways):
        for share in np.linspace(0, 1, 41):
            fill = shade(shades, float(share))
            assert contrast(fill, text_on(fill)) >= 4.5


def contrast(one, other):
    """Return the contrast of two colours as WCAG 2 defines it."""
    light = sorted((luminance(one), luminance(other)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def luminance(colour):
    channels = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_tiers_lead_from_the_centre_to_townships_with_the_money_of_the_year(result):
    world = result.worlds["A"]
    code = next(code for code in networks.counties(world, "en") if code.startswith("52"))
    graph = networks.tiers(world, code, 1999, "en")
    kinds = [node["kind"] for node in graph.nodes]
    assert kinds[:4] == ["centre", "province", "prefecture", "county"]
    row = read(world, "institutions", year=1999, code=code)
    paid = {edge["kind"]: edge["yuan"] for edge in graph.edges if edge["yuan"]}
    assert paid["general"] == row["transfer"].item()
    assert graph.allotment == row["allotment"].item()


def test_the_organisation_network_is_that_of_the_live_world(result, sims):
    sim, _ = sims["A"]
    code = int(read(result.worlds["A"], "lots", year=1999)["county"].iloc[0])
    live, graph = organisation_network(sim, code), networks.organisations(
        result.worlds["A"], str(code), 1999, "en")  # fmt: skip
    assert {node["key"] for node in graph.nodes} == set(live.nodes)
    paid = {(edge["source"], edge["target"]): edge["yuan"] for edge in graph.edges}
    expected = {(a, b): told["money"] for a, b, told in live.edges(data=True)}
    assert paid == pytest.approx(expected)
    assert len({(node["x"], node["y"]) for node in graph.nodes}) == len(graph.nodes)
    assert all(0 <= node[axis] <= 1 for node in graph.nodes for axis in "xy")


def test_a_run_without_organisations_shows_the_government_alone(result, monkeypatch):
    def missing(*_, **__):
        raise MinshengError("no such table")

    monkeypatch.setattr(networks, "read", missing)
    graph = networks.organisations(result.worlds["A"], "330102", 1999, "en")
    assert [node["kind"] for node in graph.nodes] == ["government"]
    assert not graph.edges


def test_adoption_curves_carry_the_acts_of_the_centre(result):
    option = officials.curves(result, "urban_dibao", "en", LIGHT)
    first = result.worlds["A"].national[0]["adopters/urban_dibao"].fillna(0)
    assert option["series"][0]["data"][-1] == pytest.approx(first.iloc[-1], abs=1)
    assert {"xAxis": "1997"} in option["series"][0]["markLine"]["data"]


def test_the_timeline_counts_every_adoption_once(result):
    rows = read(result.worlds["A"], "adoptions")
    dots = officials.timeline(result.worlds["A"], "en", LIGHT)["series"][0]["data"]
    counted = sum(int(dot["name"].split(": ")[1].split()[0]) for dot in dots)
    assert counted == ((rows["area"] != "0") & (rows["event"] == "adopted")).sum() > 0


def test_acts_of_the_centre_are_told_in_chinese(result):
    told = officials.events(result.worlds["A"], "zh")
    assert len(told)
    assert not [text for text in told.to_numpy().ravel() if re.search("[a-z]{2}", text)]


def test_the_promoted_of_a_year_are_those_of_the_table(result):
    rows = read(result.worlds["A"], "institutions", year=1998)
    expected = int((rows["leader_promoted"] == 1).sum())
    assert len(officials.promoted(result.worlds["A"], 1998, "en")) == expected > 0


def test_on_a_phone_tiers_are_tall_and_tell_sums_in_the_table_alone(result):
    world = result.worlds["A"]
    graph = networks.tiers(world, next(iter(networks.counties(world, "en"))), 1999, "en")
    wide, slim = (
        networks.draw(graph, "en", LIGHT, narrow=one)["series"][0] for one in (False, True)
    )
    heights = [np.ptp([node["y"] for node in one["data"]]) for one in (wide, slim)]
    assert heights[1] > 3 * heights[0]
    assert any(link["label"]["show"] for link in wide["links"])
    assert not any(link["label"]["show"] for link in slim["links"])


def test_the_bands_of_money_add_up_to_the_payments(result):
    rows = money.payments(result.worlds["A"], 1999, money.EVERYTHING)
    option = money.sankey(rows, "en", LIGHT)
    scale = 1e9
    assert len(option["series"][0]["links"]) == len(rows.groupby(["payer", "payee"]))
    drawn = sum(link["value"] for link in option["series"][0]["links"])
    assert drawn * scale == pytest.approx(rows["yuan"].sum(), rel=0.01)


def test_benefits_and_premiums_are_a_part_of_public_money(result):
    kept = {part: set(money.payments(result.worlds["A"], 1999, part).itertuples(index=False))
            for part in money.PARTS}  # fmt: skip
    assert kept[money.SOCIAL] < kept[money.PUBLIC] < kept[money.EVERYTHING]


def test_a_purpose_of_a_policy_of_ones_own_is_shown_by_its_name():
    assert money.purpose("winter_heating", "en") == "winter heating"
    assert money.purpose("earmarked_winter_heating", "zh") == "专项：winter heating"


@pytest.mark.parametrize("language", BOTH)
def test_every_purpose_and_account_has_its_words(result, language):
    for world in result.worlds.values():
        rows = read(world, "flows")
        names = rows["purpose"].str.removeprefix("earmarked_").unique()
        assert all(texts().get(f"money.purpose.{name}", language) for name in names)
        assert all(money.account(name, language) for name in {*rows["payer"], *rows["payee"]})


def test_a_county_has_a_sentence_for_every_year(result):
    world = result.worlds["A"]
    story = stories.county(world, next(iter(networks.counties(world, "en"))))
    assert len(story.sentences("zh")) == len(YEARS)
    assert list(stories.money(story, "zh").index) == list(YEARS)
    assert len(stories.reports(story, "zh").columns) == len(story.reports.columns)


def test_columns_of_results_have_outcome_scheme_and_group():
    assert keys_of("adopters/urban_dibao") == ("adopters", "urban_dibao", "all")
    assert keys_of("coverage/dibao/rural&decile_1") == ("coverage", "dibao", "rural&decile_1")
