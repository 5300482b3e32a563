"""The tabs of the dashboard as components: they show themselves for whole and for growing runs."""

import re
import threading
from dataclasses import replace

import ipyvuetify
import pandas as pd
import pytest
import solara

from dashboard import state
from dashboard.lessons.lesson import lessons
from dashboard.results import Result, WorldResult
from dashboard.runner import Progress
from dashboard.show import groups, money, networks, officials, overview, stories, widgets
from dashboard.show import map as maps
from dashboard.tables import title
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


class Shown:
    """A component on show, whose parts can be found by their class.

    Only children are looked through: the finder of the library also searches the charts' data.
    """

    def __init__(self, component):
        self.box, found = solara.render(component, handle_error=False)
        self._found = found

    def close(self):
        if self._found is not None:
            self._found.close()
        self._found = None

    def parts(self, kind):
        return [one for one in _below(self.box) if isinstance(one, kind)]

    def charts(self):
        return [card for card in self.parts(widgets._CardWidget) if card.option]

    def titles(self):
        return [chart.title for chart in self.charts()]


def _below(widget):
    for child in getattr(widget, "children", ()):
        if not isinstance(child, str):
            yield child
            yield from _below(child)


@pytest.fixture
def show():
    """Show components until the end of the test; one left open would follow every change."""
    shown = []

    def opened(component):
        shown.append(Shown(component))
        return shown[-1]

    yield opened
    for one in shown:
        one.close()


@pytest.mark.parametrize("name", TABS)
def test_a_tab_shows_a_finished_run(show, result, name):
    charts = show(TABS[name](result)).charts()
    assert bool(charts) == (name != "stories")
    assert all(chart.told.endswith((".", "。")) for chart in charts)


@pytest.mark.parametrize("name", TABS)
def test_a_tab_shows_a_growing_run(show, growing, name):
    charts = show(TABS[name](growing)).charts()
    # The others wait for the files of the run.
    assert bool(charts) == (name in {"overview", "groups", "officials"})


@pytest.mark.parametrize("name", TABS)
def test_a_tab_can_be_read_in_chinese_on_a_dark_page(show, result, name):
    state.language.value, state.dark.value = "zh", True
    try:
        page = show(TABS[name](result))
        assert all(re.search("[\u4e00-\u9fff]", title) for title in page.titles())
        page.close()
    finally:
        state.language.value, state.dark.value = "en", False


def test_another_topic_draws_other_charts(show, result):
    page = show(overview.Overview(result))
    before = page.titles()
    page.parts(widgets._PickWidget)[0].vue_chosen("health")
    assert set(page.titles()) - set(before)
    assert set(before) - set(page.titles())


def test_an_open_lesson_shows_first_what_it_is_about(show, result):
    try:
        for name, one in lessons().items():
            state.lesson.value = name
            page = show(overview.Overview(result))
            wanted = [
                column for column in one.columns() if column in result.worlds["A"].national[0]
            ]
            assert wanted
            assert page.titles()[: len(wanted)] == [title(column, "en") for column in wanted]
            page.close()
        page = show(overview.Overview(result))
        page.parts(widgets._PickWidget)[0].vue_chosen("health")
        assert page.parts(widgets._PickWidget)[0].value == "health"
        state.lesson.value = next(iter(lessons()))
        assert page.parts(widgets._PickWidget)[0].value == "lesson"
    finally:
        state.lesson.value = None


def test_a_list_takes_only_what_it_offers(show, result):
    page = show(overview.Overview(result))
    page.parts(widgets._PickWidget)[0].vue_chosen("../secret")
    assert page.parts(widgets._PickWidget)[0].value == "poverty"


def test_a_slider_stays_within_its_ends():
    got = []
    slider = widgets._SlideWidget(min=1993, max=1996, value=1994, on_value=got.append)
    slider.vue_moved(2050)
    slider.vue_moved(1.5)
    assert got == [1996, 1993]


def test_a_number_stays_within_its_ends():
    got = []
    widgets._NumberWidget(min=0, max=9, value="3", whole=True, on_value=got.append).vue_moved(2.5)
    widgets._NumberWidget(min=0, max=9, value="3", on_value=got.append).vue_moved(10.5)
    assert got == [2, 9.0]
    assert [type(one) for one in got] == [int, float]


def test_a_click_on_a_province_shows_its_counties(show, result):
    page = show(maps.Map(result))
    page.charts()[0].vue_clicked({"data": {"code": "52"}})
    assert page.titles()[1].startswith("Guizhou")


def test_a_household_is_asked_for_in_the_background(show, result):
    told = threading.Event()
    asked = []

    def ask(folder, number, tell, is_wanted):
        asked.append((folder, number, is_wanted()))
        tell(Progress(done=1, total=4))
        told.set()

    page = show(stories.Stories(result, ask))
    page.parts(ipyvuetify.Btn)[0].click()
    assert told.wait(5)
    assert asked == [(result.worlds["A"].folder, 0, True)]
