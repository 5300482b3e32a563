"""The story of a county: what it tells of leaders, orders, adoption, cost and reports."""

import re

import pandas as pd
import pytest

from agents import stability
from agents.adoption import REASONS
from agents.opening import POINTS
from experiments import explain_county
from experiments.explain import explain_household
from experiments.explain_county import explain_county as story_of
from experiments.words import told
from model.geography import load_geography


@pytest.fixture(scope="module")
def story(run_folder):
    counties = pd.read_parquet(run_folder / "institutions.parquet").query("level == 'county'")
    return story_of(run_folder, counties["code"].iloc[0])


def test_every_year_is_told_with_its_leader_and_its_money(story):
    assert [sentence[:5] for sentence in story.sentences()] == ["1993:", "1994:", "1995:", "1996:"]
    for sentence in story.sentences():
        assert "leader" in sentence
        assert "million yuan assistance and schemes took" in sentence
        assert "  " not in sentence


def test_a_county_is_found_by_its_chinese_name(run_folder, story):
    code = story.title().partition("(")[2][:6]
    geography = load_geography()
    names = dict(zip(map(str, geography.county_code), geography.county_name, strict=True))
    assert story_of(run_folder, names[code]).title() == story.title()


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"leader_left_after": 3.0, "leader_promoted": 1}, "was promoted after 3 years."),
     ({"leader_left_after": 1.0}, "was moved or retired after 1 year."),
     ({"leader_found_out": 1}, "An audit found last year's reports to be false."),
     ({"leader_veto_until": 2007}, "One veto bars promotion before 2007."),
     ({"leader_veto_until": 2005}, "")],
)  # fmt: skip
def test_careers_are_told(changes, told):
    quiet = dict.fromkeys(("leader_promoted", "leader_left_after", "leader_found_out",
                           "leader_veto_until"), 0)  # fmt: skip
    assert explain_county._career(quiet | changes, 2005, "en").endswith(told)
    assert explain_county._career(quiet, 2005, "en") == ""


def test_every_order_about_unrest_has_its_words_and_quiet_years_have_none():
    told = {
        order: explain_county._order({"stability_choice": float(order)}, "en")
        for order in range(len(stability.CHOICES))
    }
    assert told.pop(0) == ""
    assert len(set(told.values())) == len(told)
    assert "incident" in explain_county._order({"incident": 1.0}, "en")


def test_dibao_costs_persons_times_what_each_gets_in_a_year():
    rows = [("dibao_recipients", "urban", 2000.0), ("dibao_benefit_mean", "urban", 50.0)]
    outcomes = pd.DataFrame(rows, columns=["outcome", "group", "value"]).assign(year=2001)
    paid = explain_county._dibao_cost(outcomes)
    assert paid.loc[2001, "urban"] == 2000 * 50 * 12
    assert explain_county._paid(paid.loc[2001].to_dict(), "en") == [
        "It paid urban dibao 1 million."
    ]


def test_a_county_is_told_of_in_chinese(story):
    assert len(story.sentences("zh")) == len(story.sentences("en"))
    for sentence in story.sentences("zh"):
        assert re.match(r"\d{4}年：", sentence)
        assert not re.search("[a-z]{2}", sentence)


def test_the_life_of_a_household_is_told_in_chinese(run_folder):
    life = explain_household(run_folder, 5)
    sentences = life.sentences("zh")
    assert len(sentences) == len(life.sentences("en"))
    assert sentences[0].startswith("第5号家庭住在")
    assert not [one for one in sentences if re.search("[a-z]{2}", one)]


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        ("calendar", "按中央时间表"),
        (
            "choice: peers +1.7, new leader +0.3, room -0.2; base -3.1, chance 44%",
            "自主选择：同级先例 +1.7, 新任领导 +0.3, 财力余地 -0.2；基准-3.1，概率44%",
        ),
        ("choice: chance", "自主选择：偶然"),
        ("choice: all are to have it by 2010", "自主决定：2010年前各地都要推行"),
        ("opening", "放开落户"),
        ("Labour Contract Law", "《劳动合同法》"),
        ("An event of no calendar", "An event of no calendar"),
    ],
)
def test_reasons_and_events_are_told_in_chinese(reason, chinese):
    assert explain_county.tell_reason(reason, "zh") == chinese
    assert explain_county.tell_reason(reason, "en") == reason


def test_what_is_given_up_is_named_once_and_in_the_language_of_the_story():
    act = {"area": "1", "policy": "rural_dibao", "event": "reversed", "reason": "scenario"}
    by_title = act | {"setting": "Rural dibao"}
    assert explain_county._act(by_title, "1", "zh") == "取消了农村低保：情景设定。"
    assert explain_county._act(by_title, "1", "en") == "It gave up rural dibao: scenario."
    by_rung = act | {"policy": "hukou", "setting": "rung 2"}
    assert explain_county._act(by_rung, "1", "zh") == "取消了户籍制度（第2档）：情景设定。"


def test_every_reason_of_a_choice_has_its_chinese_word():
    names = [reason.word for reason in REASONS] + list(POINTS)
    assert all(told().get(f"told.word.{name.replace(' ', '_')}", "zh") for name in names)
