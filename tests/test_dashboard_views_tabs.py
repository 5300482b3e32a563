"""The tabs of the dashboard as components: they show themselves for whole and for growing runs."""

from dataclasses import replace

import pandas as pd
import pytest
import solara

from dashboard import state
from dashboard.results import Result, WorldResult
from dashboard.show import groups, money, networks, officials, overview, stories, widgets
from dashboard.show import map as maps
from experiments.explain import Story
from experiments.gains import gains, side_of
from experiments.run import prepare, run_to_folder

TABS = {
    "overview": overview.Overview,
    "groups": groups.Groups,
    "map": maps.Map,
    "networks": networks.Networks,
    "officials": officials.Officials,
    "money": money.Money,
    "stories": stories.Stories,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """Two small worlds to 1996."""
    folder = tmp_path_factory.mktemp("runs")
    changes = {"A": (), "B": ("policies.urban_dibao=off",)}
    worlds, sides = {}, []
    for key, given in changes.items():
        sim = run_to_folder(prepare("tiny", ("years.last=1996", *given)), folder / key)
        frame = sim.datacollector.get_model_vars_dataframe().astype(float)
        frame = frame.set_axis(pd.RangeIndex(1993, 1997, name="year"))
        worlds[key] = WorldResult((frame,), folder / key, sim.setup)
        sides.append(side_of(sim))
    return Result(None, worlds, gains(*sides), True)


@pytest.fixture
def growing(result):
    """The same after one year, before there are folders."""
    worlds = {key: replace(one, national=(one.national[0].iloc[:1],), folder=None)
              for key, one in result.worlds.items()}  # fmt: skip
    return replace(result, worlds=worlds, gains=None, finished=False)


def rendered(component):
    """Return what a component shows: the element that finds its parts."""
    _, found = solara.render(component, handle_error=False)
    return found


def test_every_tab_has_a_fixture():
    assert len(TABS) == 7


@pytest.mark.parametrize("name", TABS)
def test_a_tab_shows_a_finished_run(result, name):
    found = rendered(TABS[name](result))
    has_charts = bool(found.find(widgets._ChartWidget).widgets)
    assert has_charts == (name != "stories")


@pytest.mark.parametrize("name", TABS)
def test_a_tab_shows_a_growing_run(growing, name):
    rendered(TABS[name](growing))


@pytest.mark.parametrize("name", TABS)
def test_a_tab_can_be_read_in_chinese_on_a_dark_page(result, name):
    state.language.value, state.dark.value = "zh", True
    try:
        rendered(TABS[name](result))
    finally:
        state.language.value, state.dark.value = "en", False


def test_every_chart_says_what_it_shows(result):
    charts = rendered(overview.Overview(result)).find(widgets._ChartWidget).widgets
    assert len({chart.label for chart in charts}) == len(charts) > 4
    assert all(chart.label.endswith(".") for chart in charts)


def test_another_topic_draws_other_charts(result):
    found = rendered(overview.Overview(result))
    before = {chart.title for chart in found.find(widgets._ChartWidget).widgets}
    topic = found.find(widgets._PickWidget).widgets[0]
    topic.vue_chosen("health")
    after = {chart.title for chart in found.find(widgets._ChartWidget).widgets}
    assert before - after
    assert after - before


def test_a_list_takes_only_what_it_offers(result):
    found = rendered(overview.Overview(result))
    topic = found.find(widgets._PickWidget).widgets[0]
    topic.vue_chosen("../secret")
    assert found.find(widgets._PickWidget).widgets[0].value == "poverty"


def test_a_slider_stays_within_its_ends():
    got = []
    slider = widgets._SlideWidget(min=1993, max=1996, value=1994, on_value=got.append)
    slider.vue_moved(2050)
    slider.vue_moved(1.5)
    assert got == [1996, 1993]


def test_a_click_on_a_province_shows_its_counties(result):
    found = rendered(maps.Map(result))
    found.find(widgets._ChartWidget).widgets[0].vue_clicked({"data": {"code": "52"}})
    titles = [chart.title for chart in found.find(widgets._ChartWidget).widgets]
    assert titles[1].startswith("Guizhou")


def test_a_household_is_asked_for_in_the_background(result):
    asked = []

    def ask(folder, number):
        asked.append((folder, number))
        return Story(number, ["1993: A life."], [])

    found = rendered(stories.Stories(result, ask))
    found.find(solara.v.Btn).widgets[0].click()
    found.find(solara.v.Html, tag="h3").wait_for(matches=2, timeout=5)
    assert asked == [(result.worlds["A"].folder, 0)]
