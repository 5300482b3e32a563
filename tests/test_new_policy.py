"""A researcher adds a policy with one Python file, one parameter file and one test."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "child_allowance"
PLACES = {
    "child_allowance.py": "policies/child_allowance.py",
    "rules.yaml": "policies/parameters/child_allowance/rules.yaml",
    "test_child_allowance.py": "tests/test_child_allowance.py",
}


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory):
    """Return a copy of the policies with the files of the example, before all other packages."""
    folder = tmp_path_factory.mktemp("laboratory")
    left_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "policies", folder / "policies", ignore=left_out)
    for name, place in PLACES.items():
        example, there = EXAMPLE / name, folder / place
        there.parent.mkdir(parents=True, exist_ok=True)
        same = there.exists() and there.read_bytes() == example.read_bytes()
        assert same or not there.exists(), "the example must not replace another file"
        shutil.copy(example, there)
    return folder


def in_laboratory(folder, *words):
    path = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.run(
        [sys.executable, *words], cwd=folder, text=True, capture_output=True, timeout=600,
        env=os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1",
                          "COLUMNS": "250"},
    )  # fmt: skip


def test_the_test_of_the_example_passes(laboratory):
    found = in_laboratory(laboratory, "-W", "error", "-m", "pytest", "-q", "tests")
    assert found.returncode == 0, found.stdout[-3000:]
    assert "5 passed" in found.stdout


def test_the_command_knows_the_policy_its_parameters_and_its_outcome(laboratory):
    for what, word in (
        ("policies", "County child allowance"),
        ("parameters", "child_allowance.rules.yearly_amount"),
        ("outcomes", "child_allowance_children"),
    ):
        script = "from experiments.cli import main; main()"
        found = in_laboratory(laboratory, "-c", script, "show", what, "child_allowance")
        assert word in found.stdout, found.stderr


@pytest.mark.parametrize("name", PLACES)
def test_the_page_shows_the_files_as_they_are(name):
    page = (ROOT / "docs" / "new_policy.md").read_text(encoding="utf-8")
    assert (EXAMPLE / name).read_text(encoding="utf-8").strip() in page, f"copy {name} anew"


def test_the_page_says_where_each_file_belongs():
    page = (ROOT / "docs" / "new_policy.md").read_text(encoding="utf-8")
    assert all(f"`{place}`" in page for place in PLACES.values())
