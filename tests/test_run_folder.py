"""A folder of results is whole or not there at all, whatever happens while it is written."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from experiments import run
from experiments.run import prepare, run_to_folder
from model.run_folder import OutputError, new_folder, refuse_folder, sweep

ROOT = Path(__file__).parents[1]
# The command as it is, but it waits for good in the year or in the file in which it is to be hit.
WAITS = """
import pathlib, sys, time
from experiments import cli, run
where, ready, *words = sys.argv[1:]
def wait(*_):
    pathlib.Path(ready).touch()
    time.sleep(300)
if where == "simulating":
    run.Simulation.step = wait
else:
    run.write_report = wait
sys.argv = ["minsheng", *words]
cli.main()
"""
CASES = [
    (where, how) for where in ("simulating", "writing") for how in (signal.SIGINT, signal.SIGKILL)
]


class Hit(Exception):  # noqa: N818
    """What strikes a run in the middle."""


def strike(*_: object) -> None:
    raise Hit


def short_run(folder: Path, **options: object) -> None:
    run_to_folder(prepare("tiny", ["years.last=1993"]), folder, **options)


def old_run(folder: Path) -> Path:
    """Make what looks like an earlier run."""
    folder.mkdir()
    (folder / "run.json").write_text("earlier")
    return folder


def gone_process() -> int:
    """Return the number of a process that has ended."""
    done = subprocess.Popen(["true"])
    done.wait()
    return done.pid


@pytest.fixture(scope="module")
def hit(tmp_path_factory):
    """Hit four real runs that overwrite an earlier one; return folder, exit code and message."""
    started = {}
    for where, how in CASES:
        folder = old_run(tmp_path_factory.mktemp("hit") / "run")
        ready = tmp_path_factory.mktemp("ready") / "now"
        words = ["run", "tiny", "--set", "years.last=1993", "--out", str(folder), "--overwrite"]
        process = subprocess.Popen([sys.executable, "-c", WAITS, where, str(ready), *words],
                                   cwd=ROOT, stderr=subprocess.PIPE, text=True)  # fmt: skip
        started[where, how] = folder, ready, process
    found = {}
    for (where, how), (folder, ready, process) in started.items():
        while not ready.exists() and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(how)
        message = process.communicate()[1]
        found[where, how] = folder, process.returncode, message
    return found


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("case", CASES)
def test_run_that_is_hit_leaves_the_earlier_run_as_it_was(hit, case):
    folder, _, _ = hit[case]
    assert names_in(folder) == ["run.json"]
    assert (folder / "run.json").read_text() == "earlier"


@pytest.mark.parametrize("where", ["simulating", "writing"])
def test_ctrl_c_ends_with_one_message_and_exit_code_130(hit, where):
    folder, code, message = hit[where, signal.SIGINT]
    assert code == 130
    assert "Stopped" in message
    assert "Traceback" not in message
    assert names_in(folder.parent) == ["run"]


def test_draft_of_a_killed_run_is_swept_by_the_next_run_to_the_folder(hit):
    folder, code, _ = hit["writing", signal.SIGKILL]
    assert code == -signal.SIGKILL
    assert [name for name in names_in(folder.parent) if name.endswith(".partial")]
    short_run(folder, overwrite=True)
    assert names_in(folder.parent) == ["run"]
    assert "outcomes.parquet" in names_in(folder)


@pytest.mark.parametrize("error", [Hit, KeyboardInterrupt, MemoryError])
def test_anything_raised_while_writing_leaves_no_folder_and_no_draft(tmp_path, monkeypatch, error):
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(run, "write_report", fail)
    with pytest.raises(error):
        short_run(tmp_path / "run")
    assert names_in(tmp_path) == []


def test_full_disk_while_writing_is_one_message(tmp_path, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run, "write_report", fail)
    with pytest.raises(OutputError, match=r"cannot write results to .*run: No space left"):
        short_run(tmp_path / "run")
    assert names_in(tmp_path) == []


def test_interruption_between_the_two_renamings_keeps_the_earlier_run(tmp_path, monkeypatch):
    folder, real = old_run(tmp_path / "run"), Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.suffix == ".partial":
            raise KeyboardInterrupt
        return real(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), new_folder(folder, overwrite=True):
        pass
    assert names_in(tmp_path) == ["run"]
    assert (folder / "run.json").read_text() == "earlier"


def test_existing_folder_is_refused_before_anything_is_simulated(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "simulate", strike)
    with pytest.raises(OutputError, match=r"run exists already; .* add --overwrite"):
        short_run(old_run(tmp_path / "run"))
    assert (tmp_path / "run" / "run.json").read_text() == "earlier"


def test_earlier_run_is_replaced_as_a_whole(tmp_path):
    folder = old_run(tmp_path / "run")
    (folder / "old.parquet").touch()
    with new_folder(folder, overwrite=True) as draft:
        (draft / "run.json").write_text("later")
        assert (folder / "run.json").read_text() == "earlier"
    assert names_in(tmp_path) == names_in(folder.parent) == ["run"]
    assert names_in(folder) == ["run.json"]
    assert (folder / "run.json").read_text() == "later"


def test_folder_that_appears_meanwhile_is_not_overwritten_unasked(tmp_path):
    def be_overtaken() -> None:
        with new_folder(tmp_path / "run", overwrite=False) as draft:
            (draft / "run.json").write_text("later")
            old_run(tmp_path / "run")

    with pytest.raises(OutputError, match="cannot write results"):
        be_overtaken()
    assert (tmp_path / "run" / "run.json").read_text() == "earlier"
    assert names_in(tmp_path) == ["run"]


def test_folder_that_holds_something_else_is_never_overwritten(tmp_path):
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(OutputError, match=r"holds something that is not a run \(no run.json\)"):
        refuse_folder(tmp_path, overwrite=True)


def test_file_and_link_are_never_overwritten(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(old_run(tmp_path / "run"))
    for name in ("file", "link"):
        with pytest.raises(OutputError, match="is not a folder"):
            refuse_folder(tmp_path / name, overwrite=True)


def test_empty_folder_may_be_taken_with_overwrite(tmp_path):
    with new_folder(tmp_path / "run", overwrite=False):
        pass
    refuse_folder(tmp_path / "run", overwrite=True)
    assert list((tmp_path / "run").iterdir()) == []


def test_missing_parent_folders_are_made(tmp_path):
    with new_folder(tmp_path / "a" / "b" / "run", overwrite=False) as draft:
        (draft / "run.json").touch()
    assert names_in(tmp_path / "a" / "b") == ["run"]


def test_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file is not a writable folder"):
        refuse_folder(tmp_path / "file" / "deep" / "run", overwrite=False)


def test_folder_that_may_not_be_written_is_refused(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refuse)
    with pytest.raises(OutputError, match=f"{tmp_path.name} is not a writable folder .Permission"):
        refuse_folder(tmp_path / "run", overwrite=False)


@pytest.mark.parametrize("folder", ["/", "."])
def test_root_and_the_present_folder_are_refused(folder):
    with pytest.raises(OutputError):
        refuse_folder(Path(folder), overwrite=False)


def test_drafts_of_running_processes_and_of_other_folders_are_left_alone(tmp_path):
    gone = gone_process()
    kept = [f".run.{os.getpid()}.0123abcd.partial", f".other.{gone}.0123abcd.partial",
            f".run.{gone}.notes", "run.partial"]  # fmt: skip
    for name in [*kept, f".run.{gone}.0123abcd.partial"]:
        (tmp_path / name).mkdir()
    sweep(tmp_path / "run")
    assert names_in(tmp_path) == sorted(kept)


def test_run_that_a_killed_one_had_set_aside_comes_back(tmp_path):
    old_run(tmp_path / f".run.{gone_process()}.0123abcd.old")
    sweep(tmp_path / "run")
    assert names_in(tmp_path) == ["run"]
    assert (tmp_path / "run" / "run.json").read_text() == "earlier"
