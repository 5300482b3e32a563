"""The report: one page that needs nothing else and shows every run as it is."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from agents.errors import MinshengError
from experiments.report import write_report
from experiments.report_data import read_run
from experiments.report_facts import scoring_command
from experiments.report_sections import SECTIONS
from experiments.run import prepare, run_to_folder
from experiments.scorecard import history, score
from experiments.scorecard_output import save
from experiments.summary import summary_table
from model.scenario import KNOWN_SHOCKS
from policies.base import discover

PARTS = ("reading", "headlines", "scorecard", "parameters", "origin",
         *(section.id for section in SECTIONS))  # fmt: skip
# A page that opens at once, and that a mail still takes.
MOST_BYTES = 2_000_000


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
def text(run_folder):
    return (run_folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture(scope="module")
def bare_folder(tmp_path_factory):
    """One year without any policy."""
    folder = tmp_path_factory.mktemp("bare") / "run"
    off = [f"policies.{name}=off" for name in discover()]
    off += [f"shocks.{name}=off" for name in KNOWN_SHOCKS]
    run_to_folder(prepare("tiny", ["years.first=2010", "years.last=2010", *off]), folder)
    return folder


def test_a_world_that_begins_late_says_whose_families_it_has(run_folder, bare_folder):
    late, usual = (str(summary_table(folder).caption) for folder in (bare_folder, run_folder))
    assert "families of 1993" in late
    assert "families of 1993" not in usual


def copy_with(folder, target, **changes):
    """Copy a run with other entries in its scenario, and write its report again."""
    shutil.copytree(folder, target)
    description = json.loads((target / "run.json").read_text(encoding="utf-8"))
    description["scenario"] |= changes
    (target / "run.json").write_text(json.dumps(description), encoding="utf-8")
    write_report(target)
    return (target / "report.html").read_text(encoding="utf-8")


def section(text, name):
    """Return the part of a page with an id."""
    return text.split(f'<section id="{name}">')[1].split("</section>")[0]


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


def test_the_page_is_small_enough_to_be_sent(text):
    assert len(text.encode("utf-8")) < MOST_BYTES


def test_the_page_opens_for_one_year_without_policies_and_says_what_is_missing(bare_folder):
    text = (bare_folder / "report.html").read_text(encoding="utf-8")
    assert set(PARTS) <= set(Page(text).ids)
    assert "no county adopted a scheme" in text
    assert "all policies are switched off" in text
    assert "no shock strikes" in text
    assert "2010 in numbers" in text
    assert "This run was made from Python" in text


@pytest.mark.parametrize(
    ("name", "policy"),
    [("registration", "Hukou"), ("targeting", "Urban dibao, Rural dibao"),
     ("assistance", "Social assistance beyond dibao"), ("pension", "Residents&#39; pension"),
     ("migrants", "Worker insurance, Insurance of migrants"), ("shocks", "COVID-19")],
)  # fmt: skip
def test_a_section_whose_policy_is_off_says_so(bare_folder, name, policy):
    text = section((bare_folder / "report.html").read_text(encoding="utf-8"), name)
    assert re.search(rf"Switched off in this scenario: [^<]*{policy}", text)


@pytest.mark.parametrize("name", ["targeting", "migrants", "pension", "pools", "shocks"])
def test_a_section_whose_policy_is_off_holds_no_empty_chart(bare_folder, name):
    text = section((bare_folder / "report.html").read_text(encoding="utf-8"), name)
    assert "<figure>" not in text


def test_a_policy_that_has_not_begun_is_named(text):
    assert "Not begun anywhere by 1996: Targeted poverty alleviation." in section(
        text, "alleviation"
    )


def test_a_run_says_how_to_get_the_scorecard_and_a_validation_holds_it(text, run_folder, tmp_path):
    assert "minsheng validate --scenario tiny" in section(text, "scorecard")
    shutil.copytree(run_folder, tmp_path / "card")
    run = read_run(run_folder)
    save(score(run.scenario, [history(run), history(run)]), tmp_path / "card")
    write_report(tmp_path / "card")
    scored = section((tmp_path / "card" / "report.html").read_text(encoding="utf-8"), "scorecard")
    assert "<b>Patterns.</b>" in scored
    assert "Over 2 seeds" in scored
    assert "minsheng validate" not in scored


def test_the_scoring_command_keeps_the_settings_and_the_seed_of_the_run():
    made = "minsheng run tiny --seed 7 --replicate 2 --set 'a=b c'"
    asked = scoring_command(SimpleNamespace(description={"command": made}))
    assert asked == "minsheng validate --scenario tiny --set seed=7 --set 'a=b c'"


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


def test_charts_are_not_loaded_before_a_report_is_written():
    code = "import experiments.report, sys; print('matplotlib' in sys.modules)"
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert done.stdout.split() == [b"False"]
