"""The command line: what it prints, and that every mistake ends in one clear message."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from experiments import cli, run

ROOT = Path(__file__).parents[1]
IMPORTED_FOR_HELP = """
import sys
from experiments.cli import main
sys.argv = ["minsheng", "--help"]
try:
    main()
except SystemExit as end:
    heavy = {"mesa", "pandas", "numpy", "pyarrow", "pydantic", "scipy", "networkx", "matplotlib"}
    print(end.code, sorted(heavy & set(sys.modules)))
"""
# What is typed, the exit code, and words that the answer must have.
MISTAKES = [
    ("run tinny", 1, ["unknown scenario 'tinny'", "did you mean 'tiny'?"]),
    ("run nowhere/my.yaml", 1, ["nowhere/my.yaml"]),
    ("run tiny --set dibao.urban.line_rato=0.2", 1, ["did you mean 'dibao.urban.line_ratio'?"]),
    ("run tiny --set wrld.households=5000", 1, ["did you mean 'world.households'?"]),
    ("run tiny --set policies.urban_diabo=off", 1, ["did you mean 'policies.urban_dibao'?"]),
    ("run tiny --set line_ratio", 1, ["--set line_ratio", "PATH=VALUE"]),
    ("run tiny --set world.households=many", 1, ["must be a whole number, got the text 'many'"]),
    ("run tiny --set policies.urban_dibao=perhaps", 1, ["must be on or off"]),
    ("run tiny --set dibao.urban.line_ratio=high", 1, ["must be a number"]),
    ("run tiny --set dibao.urban.line_ratio=20", 1, ["[0.05, 0.6] (share)", "write 0.2"]),
    ("run tiny --set dibao.urban.line_ratio@soon=0.2", 1, ["soon"]),
    ("run tiny --set years.first=1890", 1, ["years.first", "1993 to 2023"]),
    ("run tiny --until 0", 1, ["years.last", "1993 to 2023"]),
    ("run tiny --reform tiny", 1, ["tiny: cannot be read: No such file or directory\n"]),
    ("run tiny --set years.last=2050", 1, ["years.last", "for which there are data"]),
    ("run tiny --set years.last=1992.5", 1, ["must be a year such as 1993"]),
    ("run tiny --set years.first=2010 --set years.last=2000", 1, ["not lie before", "2010"]),
    ("run tiny --set world.households=-5", 1, ["world.households: must be at least 31"]),
    ("run tiny --set world.households=0", 1, ["world.households: must be at least 31"]),
    ("run tiny --set world.counties=-1", 1, ["from 31 (one per province) to 2854"]),
    ("run tiny --set world.townships_per_county=0", 1, ["must be at least 1"]),
    ("run tiny --set world.households=40", 1, ["one per township (62 counties"]),
    ("run tiny --seed -1", 1, ["seed: must be at least 0"]),
    ("run tiny --seed one", 2, ["--seed", "integer"]),
    ("run tiny --replicate -1", 2, ["--replicate"]),
    ("run", 2, ["scenario"]),
    ("run tiny --hosueholds 5", 2, ["--hosueholds"]),
    ("rnu tiny", 2, ["rnu"]),
    ("", 2, ["Usage: ", "verify", "explain"]),
    ("verify .", 1, ["is not a run", "run.json"]),
    ("verify nowhere", 1, ["nowhere is not a run"]),
    ("explain . --household 1", 1, ["is not a run"]),
    ("explain .", 2, ["--household"]),
    ("explain . --household -1", 2, ["--household"]),
    ("explain . --household 1 --county 330502", 2, ["one of --household"]),
    ("explain . --county 330502", 1, ["is not a run"]),
    ("validate --seeds 0", 2, ["--seeds"]),
    ("validate --scenario tinny", 1, ["did you mean 'tiny'?"]),
    ("compare tiny", 2, ["argument"]),
    ("compare tiny tinny", 1, ["did you mean 'tiny'?"]),
    ("compare tiny tiny --year 1890", 1, ["--year", "from 1993 to 2023, got 1890"]),
    ("sweep nowhere.yaml", 1, ["nowhere.yaml: cannot be read"]),
    ("sweep tiny", 1, ["tiny: cannot be read"]),
    ("sweep plan.yaml --workers 0", 2, ["--workers"]),
    ("sweep plan.yaml --shard 3/2", 1, ["--shard 3/2", "from 1/N to N/N"]),
    ("show wrong", 1, ["unknown list 'wrong'", "known: outcomes, parameters, policies, scenarios"]),
    ("show policy", 1, ["did you mean 'policies'?"]),
    ("show parameters dibao.urban.line_rato", 1, ["did you mean 'dibao.urban.line_ratio'?"]),
]
LISTED = {
    "parameters": ["dibao.urban.line_ratio", "share", "0.05 to 0.6", "Ministry of Civil Affairs"],
    "outcomes": ["gini", "index", "dibao_line", "yuan/person/month", "Foster, Greer"],
    "policies": ["rural_dibao", "Urban dibao", "dibao, adoption.calendar", "nobody applies"],
    "scenarios": ["historical", "1993-2023", "100,000", "No dibao at all"],
}


@pytest.fixture
def minsheng(monkeypatch, tmp_path, capsys):
    """Return a function that runs the command in an empty folder: code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["minsheng", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err

    return command


@pytest.fixture
def quick(monkeypatch):
    """Write a page in place of the report, which is not what is tested here."""
    monkeypatch.setattr(run, "write_report", lambda folder: (folder / "report.html").touch())


@pytest.mark.parametrize(("words", "code", "answers"), MISTAKES)
def test_mistake_is_answered_in_one_message_and_nothing_is_written(
    minsheng, tmp_path, words, code, answers
):
    found, printed, message = minsheng(*words.split())
    assert found == code
    assert [answer for answer in answers if answer not in printed + message] == []
    assert "Traceback" not in message
    assert len(message) < 1500
    assert list(tmp_path.iterdir()) == []


def test_every_mistake_in_the_settings_is_told_at_once(minsheng):
    _, _, message = minsheng("run", "tiny", "--set", "years.last=1", "--set", "seed=x")
    assert "years.last" in message
    assert "seed" in message


def test_broken_scenario_file_is_answered_with_its_line(minsheng, tmp_path):
    (tmp_path / "my.yaml").write_text("name: my\ntitle: My\nyears: {first: 1993, last: 1994}\n"
                                      "sed: 1\nworld: {counties: 62, households: [\n")  # fmt: skip
    code, _, message = minsheng("run", "my.yaml")
    assert code == 1
    assert message.startswith("Error: my.yaml:")
    assert "Traceback" not in message


def test_world_larger_than_memory_is_predicted_and_not_built(minsheng, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "Simulation", None)
    monkeypatch.setattr(run, "available_bytes", lambda: 4e9)
    code, _, message = minsheng("run", "full", "--set", "world.households=4000000")
    assert code == 1
    for number in ("4,000,000 households", "12.8 GB", "4.0 GB are free", "at most 496,002"):
        assert number in message
    assert list(tmp_path.iterdir()) == []


def test_folder_that_exists_is_refused_and_kept(minsheng, tmp_path):
    (tmp_path / "mine").mkdir()
    code, _, message = minsheng("run", "tiny", "--out", "mine")
    assert code == 1
    assert "mine exists already" in message
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (MemoryError, 1)])
def test_interruption_and_lack_of_memory_are_one_message(
    minsheng, tmp_path, monkeypatch, error, code
):
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(run.Simulation, "step", fail)
    found, _, message = minsheng("run", "tiny")
    assert found == code
    assert "Stopped." in message or "out of memory" in message
    assert "Traceback" not in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("quick")
def test_run_prints_a_table_and_says_where_everything_is(minsheng, tmp_path):
    code, printed, _ = minsheng("run", "tiny", "--set", "years.last=1994")
    assert code == 0
    assert "Population (million)" in printed
    assert "1,178.4" in printed
    assert "Results: results/tiny" in printed
    assert "Report:  results/tiny/report.html" in printed
    assert (tmp_path / "results" / "tiny" / "outcomes.parquet").exists()


@pytest.mark.usefixtures("quick")
def test_command_in_the_results_makes_the_same_run_again(minsheng, tmp_path):
    words = ["run", "tiny", "--seed", "3", "--replicate", "2", "--set", "years.last=1993"]
    minsheng(*words, "--out", "a")
    command = json.loads((tmp_path / "a" / "run.json").read_text(encoding="utf-8"))["command"]
    assert command.split() == ["minsheng", *words]
    minsheng(*command.split()[1:], "--out", "b")
    files = [Path(name, "outcomes.parquet").read_bytes() for name in "ab"]
    assert files[0] == files[1]


@pytest.mark.usefixtures("quick")
@pytest.mark.filterwarnings("default")
def test_warning_of_a_scenario_is_one_line_and_the_run_goes_on(minsheng, tmp_path):
    (tmp_path / "my.yaml").write_text(
        "{name: my, title: My, years: {first: 1993, last: 1993}, seed: 1, world: {counties: 31, "
        "townships_per_county: 1, households: 100}, reforms: [{name: a, parameters: "
        "{dibao.urban.line_ratio: 0.2}}, {name: b, parameters: {dibao.urban.line_ratio: 0.3}}]}"
    )
    code, _, message = minsheng("run", "my.yaml")
    assert code == 0
    assert message.startswith("Warning: ")
    assert "dibao.urban.line_ratio" in message.splitlines()[0]


@pytest.mark.parametrize("what", LISTED)
def test_lists_have_names_units_sources_and_ranges(minsheng, what):
    code, printed, _ = minsheng("show", what)
    assert code == 0
    text = " ".join(printed.split())
    assert [word for word in LISTED[what] if word not in text] == []


def test_list_can_be_cut_to_names_that_contain_a_word(minsheng):
    _, printed, _ = minsheng("show", "parameters", "dibao.urban")
    assert "dibao.urban.line_ratio" in printed
    assert "dibao.rural.line_ratio" not in printed


def test_household_is_explained_by_a_sentence_and_a_row_for_every_year(minsheng, run_folder):
    code, printed, _ = minsheng("explain", str(run_folder), "--household", "5")
    assert code == 0
    assert printed.startswith("Household 5 lives in ")
    for year in range(1993, 1997):
        assert f"\n{year}: " in printed
        assert f"│ {year} │" in printed
    assert "…" not in printed


def test_unknown_household_is_answered_with_the_range(minsheng, run_folder):
    code, _, message = minsheng("explain", str(run_folder), "--household", "99999")
    assert code == 1
    assert "no household 99999" in message
    assert "numbers run from 0 to 3" in message


def test_county_is_explained_by_its_acts_its_money_and_its_reports(minsheng, run_folder):
    county = pd.read_parquet(run_folder / "institutions.parquet")["code"].iloc[-1]
    code, printed, _ = minsheng("explain", str(run_folder), "--county", county)
    assert code == 0
    assert f"({county}), which stands for" in printed
    assert "It adopted assistance: calendar." in printed
    for year in range(1993, 1997):
        assert f"\n{year}: " in printed
        assert printed.count(f"│ {year} │") == 2


def test_unknown_county_is_answered_with_the_nearest_of_the_sample(minsheng, run_folder):
    code, _, message = minsheng("explain", str(run_folder), "--county", "110100")
    assert code == 1
    assert "unknown county '110100'; did you mean '1101" in message


def test_help_does_not_load_the_model():
    command = [sys.executable, "-c", IMPORTED_FOR_HELP]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"
    for name in ("run", "verify", "explain", "show"):
        assert f" {name} " in done.stdout
