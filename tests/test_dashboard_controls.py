"""The controls, the run bar and the page, without a browser."""

import ipyvuetify as v
import pandas as pd
import pytest
import solara

import app
from dashboard import controls, state
from dashboard.cards import MOST_SHOWN, cards, owners, step_of, takes_places
from dashboard.choices import Change, Choices, problems
from dashboard.finding import finding
from dashboard.results import KEPT, Result, WorldResult
from dashboard.run_bar import RunBar
from dashboard.runner import PAUSED, WAITING, Progress
from dashboard.words import scenario
from policies.base import discover
from policies.parameters import ParameterSet

URBAN = "dibao.urban.line_ratio"
SHORT = Choices(last_year=1996)
COVID = "shocks.covid"


@pytest.fixture(autouse=True)
def fresh_tab():
    """Reset what a tab remembers."""
    for reactive, value in (
        (state.choices, SHORT),
        (state.result, None),
        (state.problem, ""),
        (state.progress, Progress()),
        (state.opened, "B"),
        (state.language, "en"),
    ):
        reactive.set(value)
    KEPT.clear()


@pytest.fixture
def left():
    """The left side of the page, rendered."""
    context = solara.render(controls.Controls(), handle_error=False)[1]
    yield context
    context.close()


def button(context, text):
    """Return the button with a text."""
    return next(one for one in context.find(v.Btn).widgets if text in str(one.children))


def labelled(context, kind, text):
    """Return the widget of a kind whose label begins with a text."""
    return next(one for one in context.find(kind).widgets if str(one.label).startswith(text))


def test_every_policy_has_a_card_with_something_to_set():
    assert set(cards()) == set(discover())
    assert all(0 < len(card.shown) <= MOST_SHOWN for card in cards().values())


def test_a_card_holds_no_table_and_no_parameter_twice():
    parameters = ParameterSet.load()
    for card in cards().values():
        assert len(set(card.paths)) == len(card.paths)
        assert all(parameters.parameter(path).type != "schedule" for path in card.paths)


def test_a_file_named_after_a_policy_is_on_its_card_alone():
    assert owners(URBAN) == ("urban_dibao",)
    assert set(owners("dibao.rules.mode")) == {"urban_dibao", "rural_dibao"}
    assert owners("residents_pension.old.interest") == ("old_rural_pension",)


def test_sliders_have_about_a_hundred_steps_of_a_round_size():
    parameter = ParameterSet.load().parameter(URBAN)
    assert step_of(parameter) == pytest.approx(0.005)


def test_only_what_counties_decide_takes_places():
    assert takes_places(URBAN)
    assert not takes_places("policies.hukou")
    assert not takes_places("shocks.covid")


def test_an_opened_card_shows_a_slider_with_the_range_of_its_parameter(left):
    button(left, "Urban dibao").click()
    slider = labelled(left, v.Slider, "Target ratio of the urban dibao line")
    assert (slider.min, slider.max) == ParameterSet.load().parameter(URBAN).range
    slider.v_model = 0.45
    assert state.choices.value.b == (Change(URBAN, 0.45),)
    assert not state.choices.value.a


def test_a_switch_turns_a_policy_off_and_back(left):
    button(left, "Rural dibao").click()
    labelled(left, v.Switch, "In force in world B").v_model = False
    assert state.choices.value.b == (Change("policies.rural_dibao", False),)
    labelled(left, v.Switch, "In force in world B").v_model = True
    assert not state.choices.value.b


def test_what_is_not_accepted_is_said_on_its_card(left):
    state.choices.set(SHORT.with_change("B", Change(URBAN, 9.0)))
    button(left, "Urban dibao").click()
    texts = " ".join(str(one.children) for one in left.find(v.Html).widgets)
    assert "must lie in [0.05, 0.6]" in texts


def test_what_is_wrong_with_a_shock_is_said_as_well(left):
    state.choices.set(SHORT.with_world("B", (Change(COVID, True), Change(COVID, False))))
    texts = " ".join(str(one.children) for one in left.find(v.Html).widgets)
    assert f"{COVID}: has several values for the same time" in texts


def test_a_word_is_chosen_from_those_accepted(left):
    state.choices.set(SHORT.with_change("B", Change("dibao.rules.mode", "rihgts")))
    button(left, "Urban dibao").click()
    problem = problems(state.choices.value, "B")["dibao.rules.mode"]
    assert (
        "must be one of odds, rights, places, got the text 'rihgts'; did you mean 'rights'?"
        in problem
    )


def test_a_setting_takes_another_value_from_a_later_year(left):
    state.choices.set(SHORT.with_change("B", Change(URBAN, 0.3, 1994)))
    button(left, "Urban dibao").click()
    button(left, "Another value from a later year").click()
    assert state.choices.value.b == (Change(URBAN, 0.3, 1994), Change(URBAN, 0.3, 1996))
    with pytest.raises(StopIteration):
        button(left, "Another value from a later year")


def test_worlds_are_copied_swapped_and_reset(left):
    state.choices.set(SHORT.with_change("B", Change(URBAN, 0.3)))
    button(left, "Swap A and B").click()
    assert state.choices.value.a == (Change(URBAN, 0.3),)
    assert not state.choices.value.b
    button(left, "Copy B to A").click()
    assert not state.choices.value.a


def test_another_scenario_keeps_what_the_worlds_change(left):
    state.choices.set(SHORT.with_change("B", Change(URBAN, 0.3)))
    labelled(left, v.Select, "Scenario").v_model = scenario("no_dibao", "en")
    assert state.choices.value.b == (Change(URBAN, 0.3),)


def bar(progress):
    """Return the texts of how far a run is."""
    from dashboard.run_bar import told

    return told(progress)


def test_waiting_and_pausing_are_said():
    assert "number 2 in line" in bar(Progress(WAITING, 2))
    assert bar(Progress(PAUSED, 0, 1999, 0, 14, 62)) == "Paused after 1999"
    assert bar(Progress(PAUSED, 0, 1992, 0, 0, 62)) == "Paused before the first year"
    assert "About 2 minutes left" in bar(Progress("running", 0, 1999, 0, 14, 62, 130.0))


def test_a_set_up_that_is_refused_cannot_be_run():
    state.choices.set(SHORT.with_change("B", Change(URBAN, 9.0)))
    context = solara.render(RunBar(), handle_error=False)[1]
    assert button(context, "Run A and B").disabled
    context.close()


@pytest.fixture(scope="module")
def result():
    """A result of two years, of numbers that are no simulation's."""
    frame = pd.DataFrame({"poverty_rate/rural": [0.5, 0.25]}, index=pd.Index([1993, 1994]))
    world = WorldResult((frame,), None, SHORT.base)
    return Result(SHORT, {"A": world}, None, finished=False)


def test_a_sentence_says_what_one_sees_in_both_languages(result):
    assert "Rural poverty in 1994: 25.0%." in finding(result, "en")
    assert "1994年农村贫困发生率：25.0%" in finding(result, "zh")


def test_the_page_without_a_result_says_what_to_do():
    context = solara.render(app.Page(), handle_error=False)[1]
    texts = " ".join(str(one.children) for one in context.find(v.Html).widgets)
    assert "press Run" in texts
    context.close()
