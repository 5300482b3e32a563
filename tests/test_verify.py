"""A run can be made again bit by bit, and whatever was changed in its folder is found."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from agents.errors import MinshengError
from experiments.run import verify
from model import records

ROOT = Path(__file__).parents[1]


def change(path: Path, column: str, value: object) -> None:
    """Change the first value of a column in a file."""
    table = pq.read_table(path)
    first = pa.array([value], table[column].type)
    new = pa.concat_arrays([first, *table[column].slice(1).chunks])
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, column, new), path)


@pytest.fixture
def copy(run_folder, tmp_path):
    return Path(shutil.copytree(run_folder, tmp_path / "run"))


@pytest.fixture
def damaged(copy):
    """Return a function that rewrites the description of a copied run."""

    def rewrite(**changes: object) -> Path:
        path = copy / "run.json"
        description = json.loads(path.read_text(encoding="utf-8")) | changes
        path.write_text(json.dumps(description), encoding="utf-8")
        return copy

    return rewrite


def test_run_is_reproduced_bit_by_bit_in_another_process(run_folder):
    command = [sys.executable, "-W", "error", "-c", "from experiments.cli import main; main()"]
    words = [*command, "verify", str(run_folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "is reproduced bit by bit" in done.stdout


def test_every_changed_value_and_damaged_file_is_named(copy):
    change(copy / "outcomes.parquet", "value", 0.5)
    change(copy / "flows.parquet", "payee", "hubs")
    (copy / "accounts.parquet").unlink()
    (copy / "adoptions.parquet").write_bytes(b"PAR1 and nothing else PAR1")
    rows = pq.read_table(copy / "institutions.parquet")
    pq.write_table(rows.slice(1), copy / "institutions.parquet")
    found = "\n".join(verify(copy))
    assert "outcomes.parquet differs in value" in found
    assert "flows.parquet differs in payee" in found
    assert "accounts.parquet cannot be read" in found
    assert "adoptions.parquet cannot be read" in found
    assert "institutions.parquet has other columns or another number of rows" in found


def test_smallest_possible_change_of_a_number_is_found(copy):
    yuan = pq.read_table(copy / "flows.parquet")["yuan"][0].as_py()
    change(copy / "flows.parquet", "yuan", yuan * (1 + 2**-52))
    assert verify(copy) == ["flows.parquet differs in yuan"]


def test_null_that_became_zero_is_found(copy):
    path = copy / "outcomes.parquet"
    table = pq.read_table(path)
    filled = pc.fill_null(table["value"], 0.0)
    pq.write_table(table.set_column(6, "value", filled), path)
    assert verify(copy) == ["outcomes.parquet differs in value"]


def test_run_of_another_version_says_what_changed(damaged):
    folder = damaged(hashes={"code": "0" * 32}, versions={"numpy": "1.0"})
    found = "\n".join(verify(folder))
    assert "the code changed since the run was made" in found
    assert "numpy was 1.0 and is" in found


def test_folder_that_is_no_run_is_one_message(tmp_path):
    with pytest.raises(MinshengError, match=r"is not a run: it has no readable run\.json"):
        verify(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"seed": 1}', "\0"])
def test_description_that_is_no_description_is_one_message(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(MinshengError, match=r"run\.json is damaged"):
        verify(tmp_path)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"scenario": "tiny"}, "scenario"),
        ({"scenario": {"name": "tiny"}}, "scenario.title"),
        ({"replicate": None}, "replicate"),
        ({"replicate": "1; rm"}, "replicate"),
    ],
)
def test_damaged_scenario_is_named(damaged, changes, named):
    with pytest.raises(MinshengError, match=rf"run\.json is damaged: {named}"):
        records.read_scenario(damaged(**changes))


def test_missing_table_is_one_message(copy):
    (copy / "outcomes.parquet").unlink()
    with pytest.raises(MinshengError, match=r"cannot read .*outcomes\.parquet"):
        records.read_table(copy, "outcomes")
