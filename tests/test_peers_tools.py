"""Tools of others work on the simulation as it is: every example of ``docs/peers.md`` runs."""

import os
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples" / "peers"


def printed(name: str, *words: str) -> str:
    """Run an example in a process of its own, as a reader would, and return what it prints."""
    found = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *words],
        text=True, capture_output=True, timeout=600, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-3000:]
    return found.stdout


def test_mesa_runs_a_batch_and_a_higher_line_makes_more_people_poor():
    lines = printed("mesa_batch.py").splitlines()
    low, high = (float(line.split()[1]) for line in lines[-2:])
    assert 0 < low < high < 1


def test_salib_samples_and_analyses_a_simulation():
    rows = [line.split() for line in printed("salib_indices.py").splitlines()[1:]]
    total = {row[0]: float(row[1]) for row in rows}
    assert max(total, key=total.get) == "dibao.urban.line_ratio"


def test_the_ema_workbench_runs_experiments_on_a_model_around_a_run():
    lines = printed("ema_model.py").splitlines()
    assert lines[0].split() == ["line", "stigma", "hazard", "poverty", "gini"]
    assert len(lines) == 1 + 3 * 2


def test_prim_finds_that_poverty_by_the_line_of_dibao_is_where_the_line_is_high(tmp_path):
    limits = printed("discovery.py", str(tmp_path / "sweep")).splitlines()
    row = next(line.split() for line in limits if line.startswith("0"))
    assert float(row[1]) > 0.17


def test_the_notebook_runs_from_top_to_bottom():
    notebook = nbformat.read(EXAMPLES / "sweep_in_pandas.ipynb", as_version=4)
    assert [cell["outputs"] for cell in notebook.cells if cell.cell_type == "code"] == [[]] * 4
    os.environ["PYTHONPATH"] = str(ROOT)
    done = nbclient.NotebookClient(notebook, timeout=300).execute()
    assert "0.14" in str(done.cells[-3]["outputs"])


def test_every_example_is_named_in_the_document():
    text = (ROOT / "docs" / "peers.md").read_text(encoding="utf-8")
    for path in EXAMPLES.iterdir():
        if path.is_file():
            assert path.name in text, path.name
