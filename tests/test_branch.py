"""Many futures from one past, on the command line: results, verification, refusals."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agents.errors import MinshengError
from experiments import cli
from experiments.branch import branch_to_folder, branched_name
from experiments.run import prepare, run_to_folder, verify
from model import records
from model.run_folder import OutputError
from model.saved import file_digest
from model.simulation import Simulation

ROOT = Path(__file__).parents[1]
YEARS = ["years.first=2003", "years.last=2006"]


def minsheng(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from experiments.cli import main; main()"
    )
    command = [sys.executable, "-W", "error", "-c", code, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the folder of a run that was saved on its way; for reading only."""
    folder = tmp_path_factory.mktemp("results") / "whole"
    run_to_folder(prepare("tiny", YEARS), folder, command="minsheng run tiny", save_at=[2004])
    return folder


@pytest.fixture(scope="module")
def future(whole):
    """Return the folder of a future with another dibao line, made by another process."""
    words = ["run", "--from", "whole/saved_2004.npz", "--set", "dibao.urban.line_ratio=0.3"]
    done = minsheng(*words, "--until", "2005", "--out", "future", folder=whole.parent)
    assert done.returncode == 0, done.stderr
    return whole.parent / "future"


def test_a_run_that_goes_on_in_another_process_writes_the_same_bytes(whole, tmp_path):
    out = str(tmp_path / "again")
    done = minsheng("run", "--from", str(whole / "saved_2004.npz"), "--out", out, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    for name in records.FILES:
        file = f"{name}.parquet"
        assert (tmp_path / "again" / file).read_bytes() == (whole / file).read_bytes(), name


def test_a_future_tells_where_it_came_from_and_the_command_that_makes_it_again(whole, future):
    description = json.loads((future / "run.json").read_text(encoding="utf-8"))
    assert description["continued_from"] == {
        "file": "whole/saved_2004.npz",
        "hash": file_digest(whole / "saved_2004.npz"),
        "year": 2004,
    }
    assert description["command"] == (
        "minsheng run --from whole/saved_2004.npz --set dibao.urban.line_ratio=0.3 "
        "--set years.last=2005"
    )


def test_a_future_is_verified_with_the_file_it_went_on_from(whole, future, tmp_path):
    with pytest.raises(MinshengError, match="say where it is with --from"):
        verify(future)
    moved = Path(shutil.copy(whole / "saved_2004.npz", tmp_path / "moved.npz"))
    assert verify(future, saved=moved) == []
    moved.write_bytes(moved.read_bytes() + b" ")
    with pytest.raises(MinshengError, match="went on from a file with the hash"):
        verify(future, saved=moved)


def test_a_run_that_began_at_the_start_needs_no_saved_file(whole):
    with pytest.raises(MinshengError, match="leave --from out"):
        verify(whole, saved=whole / "saved_2004.npz")


def test_results_do_not_replace_the_file_they_go_on_from(whole):
    with pytest.raises(MinshengError, match="holds the saved simulation"):
        branch_to_folder(whole / "saved_2004.npz", [], whole, overwrite=True)
    assert (whole / "saved_2004.npz").exists()


def test_a_folder_that_exists_is_refused_before_anything_is_simulated(whole, tmp_path):
    with pytest.raises(OutputError, match="exists already"):
        branch_to_folder(whole / "saved_2004.npz", [], tmp_path)


@pytest.mark.parametrize("year", [2004, 2007])
def test_only_years_to_come_can_be_saved(whole, tmp_path, year):
    with pytest.raises(MinshengError, match=f"from 2005 to 2006, got {year}"):
        branch_to_folder(whole / "saved_2004.npz", [], tmp_path / "x", save_at=[year])


def test_a_past_without_a_year_to_come_asks_for_one(tmp_path):
    saved = tmp_path / "saved.npz"
    Simulation("tiny", **{"years.first": 2003, "years.last": 2003}).run().save(saved)
    with pytest.raises(MinshengError, match=r"reached its last year, 2003; .* --until"):
        branch_to_folder(saved, [], tmp_path / "x")


def test_a_future_is_named_after_its_first_year(whole):
    assert branched_name(whole / "saved_2004.npz") == "tiny_from_2005"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "give one of SCENARIO and --from SAVED"),
        (("tiny", "--from", "{saved}"), 2, "give one of SCENARIO and --from SAVED"),
        (("--from", "{saved}", "--seed", "3"), 1, "--seed: the saved simulation has its own"),
        (("--from", "missing.npz"), 1, "cannot read missing.npz"),
        (("tiny", "--save-at", "1992"), 1, "--save-at: must be a year from 1993 to 2023"),
    ],
)
def test_a_command_that_cannot_be_done_is_answered_in_a_sentence(
    whole, tmp_path, monkeypatch, capsys, words, code, message
):
    filled = [word.format(saved=whole / "saved_2004.npz") for word in words]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["minsheng", "run", *filled])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
