"""The dashboard: its components without a browser, and the whole page in a real one."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import ipyvuetify as v
import pandas as pd
import pytest
import solara
from solara.components.echarts import EchartsWidget

import app
from dashboard import controls, state
from dashboard.charts import CHARTS, DARK
from dashboard.runner import BASELINE, REFORM, Finished, Progress, Request, national_outcomes
from dashboard.state import Choices
from experiments.run import prepare, simulate
from policies.parameters import ParameterSet

URBAN, RURAL = state.RATIOS
SHORT = ("years.last=1996",)
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def result():
    """A finished run of four years, its own reform."""
    scenario = prepare("tiny", SHORT)
    outcomes = national_outcomes(simulate(scenario))
    return Finished(
        Request("tiny", SHORT, SHORT), scenario, dict.fromkeys((BASELINE, REFORM), outcomes)
    )


@pytest.fixture(autouse=True)
def fresh_tab():
    """Reset what a tab remembers."""
    for reactive, value in (
        (state.choices, None),
        (state.finished, None),
        (state.problem, ""),
        (state.progress, Progress()),
    ):
        reactive.set(value)


def render(element):
    """Render without a browser and return what finds widgets."""
    return solara.render(element, handle_error=False)[1]


def texts(context):
    """Return all text of a rendered page."""
    return " ".join(
        str(part)
        for widget in context.find(v.Html).widgets + context.find(solara.widgets.HTML).widgets
        for part in (getattr(widget, "unsafe_innerHTML", None), *getattr(widget, "children", ()))
        if isinstance(part, str)
    )


def test_the_first_page_tells_what_to_do():
    context = render(app.Page())
    assert "press Run" in texts(context)
    assert not context.find(EchartsWidget).widgets
    context.close()


def test_a_finished_run_shows_charts_a_table_and_how_to_repeat_it(result):
    state.finished.set(result)
    context = render(app.Page())
    assert len(context.find(EchartsWidget).widgets) == len(CHARTS)
    assert "<th scope='row'>1996</th>" in texts(context)
    assert "minsheng run tiny --set years.last=1996" in texts(context)
    assert "have changed since this run" in texts(context)
    context.close()


def test_a_problem_is_shown_as_a_message():
    state.problem.set("there is not enough memory")
    context = render(app.Page())
    assert context.find(v.Alert).widgets[0].children[0] == "there is not enough memory"
    context.close()


def test_a_slider_has_the_range_of_its_parameter_and_changes_the_reform():
    state.choices.set(Choices.of("tiny").with_value(RURAL, 0.38))
    context = render(controls.Controls())
    slider = context.find(v.Slider).widgets[-1]
    assert (slider.min, slider.max) == ParameterSet.load().parameter(RURAL).range
    slider.v_model = 0.45
    assert state.chosen().request().reform == (f"{RURAL}=0.45",)
    context.close()


def test_a_switch_turns_a_policy_off():
    context = render(controls.Controls())
    switches = {widget.label: widget for widget in context.find(v.Switch).widgets}
    switches["Urban dibao"].v_model = False
    assert state.chosen().request().reform == ("policies.urban_dibao=off",)
    context.close()


def test_another_scenario_takes_all_changes_back():
    state.choices.set(Choices.of("tiny").with_value(RURAL, 0.38))
    context = render(controls.Controls())
    context.find(v.Select).widgets[0].v_model = "no_dibao"
    assert state.chosen() == Choices.of("no_dibao")
    context.close()


def find_chromium():
    """Return the browser; without one fail where tests must be complete, and skip elsewhere."""
    found = shutil.which("chromium")
    if found is None:
        reason = "chromium is not installed, so the page cannot be opened in a browser"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address, server, seconds=60):
    """Wait until the server answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the dashboard did not start at {address}")


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory):
    """The dashboard on a free port; it cannot fetch anything, since its CDN does not exist."""
    find_chromium()
    port = free_port()
    options = ["--host", "127.0.0.1", "--no-open", "--no-check-version", "--production"]
    command = [sys.executable, "-m", "solara", "run", "app.py", "--port", str(port), *options]
    offline = {
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "SOLARA_THEME_SHOW_BANNER": "False",
        "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/",
    }
    log = tmp_path_factory.mktemp("server") / "log"
    with (
        log.open("w") as out,
        subprocess.Popen(
            command, cwd=ROOT, env=os.environ | offline, stdout=out, stderr=out
        ) as server,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, server)
            yield SimpleNamespace(address=address, pid=server.pid)
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser():
    chromium = find_chromium()
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def page(browser, dashboard):
    """A tab with the dashboard; anything from elsewhere, missing or broken fails the test."""
    troubles = []
    tab = browser.new_page()

    def guard(route):
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            troubles.append(f"asked for {route.request.url}")
            route.abort()

    tab.route("**/*", guard)
    tab.on("websocket", lambda ws: None if "//127.0.0.1:" in ws.url else troubles.append(ws.url))
    tab.on("response", lambda r: troubles.append(f"{r.status} {r.url}") if r.status > 399 else 0)
    tab.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.goto(dashboard.address)
    yield tab
    tab.close()
    assert not troubles


def shorten(page):
    """Choose the shortest run."""
    page.locator(".controls [role=slider]").first.focus()
    page.keyboard.press("Home")
    page.get_by_text("Last year: 1994").wait_for()


IS_DRAWN = """canvas => canvas.getContext("2d")
    .getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0)"""


HAS_COLOUR = """([canvas, colour]) => {
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const same = (value, i) => i % 4 === 0 && colour.every((part, j) => data[i + j] === part);
    return data.some(same);
}"""


def rgb(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


@pytest.mark.e2e
def test_a_visitor_runs_the_tiny_scenario_and_sees_charts_and_a_table(page):
    shorten(page)
    page.get_by_role("button", name="Run").click()
    page.locator("table.numbers tbody tr").nth(1).wait_for()
    charts = page.locator(".solara-echarts canvas")
    charts.nth(len(CHARTS) - 1).wait_for()
    assert all(chart.evaluate(IS_DRAWN) for chart in charts.all())
    assert page.locator("table.numbers tbody tr").count() == 2
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all as CSV").click()
    rows = pd.read_csv(download.value.path())
    assert set(rows["year"]) == {1993, 1994}


@pytest.mark.e2e
def test_a_visitor_sees_what_a_reform_changes(page):
    shorten(page)
    page.get_by_label("Urban dibao", exact=True).click(force=True)
    page.get_by_role("button", name="Run baseline and reform").click()
    page.get_by_role("button", name="Effect of the reform").click()
    head = page.locator("table.numbers thead").inner_text()
    assert "Difference (percentage points)" in head
    assert page.get_by_text("--set policies.urban_dibao=off").is_visible()


@pytest.mark.e2e
def test_a_visitor_stops_a_run(page):
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped; nothing was kept.").wait_for()
    assert page.get_by_role("button", name="Run").is_visible()


def is_simulation(process, server):
    try:
        parent = (process / "stat").read_text().rpartition(") ")[2].split()[1]
        return parent == str(server.pid) and b"spawn_main" in (process / "cmdline").read_bytes()
    except OSError:
        return False  # it has just ended


def simulations(server):
    """Return the child processes that simulate."""
    return [one for one in Path("/proc").glob("[0-9]*") if is_simulation(one, server)]


@pytest.mark.e2e
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads the process table")
def test_a_tab_that_is_left_leaves_no_simulation_behind(page, dashboard):
    page.get_by_label("Scenario", exact=True).click(force=True)
    page.locator(".menuable__content__active .v-list-item", has_text="historical").click()
    page.get_by_text("China 1993 to 2023").wait_for()
    page.get_by_role("button", name="Run").click()
    page.get_by_text("years done").wait_for()
    assert simulations(dashboard)
    page.goto("about:blank")
    end = time.monotonic() + 15
    while simulations(dashboard) and time.monotonic() < end:
        page.wait_for_timeout(100)  # not sleep: the guard lets requests pass only meanwhile
    assert not simulations(dashboard)


@pytest.mark.e2e
def test_charts_follow_a_dark_system(page):
    page.emulate_media(color_scheme="dark")
    shorten(page)
    page.get_by_role("button", name="Run").click()
    chart = page.locator(".solara-echarts canvas").first
    chart.wait_for()
    drawn = [chart.element_handle(), rgb(DARK.lines["Urban"])]
    assert page.wait_for_function(HAS_COLOUR, arg=drawn).json_value()
