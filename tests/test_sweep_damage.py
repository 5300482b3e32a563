"""Sweeps whose files are damaged, gone or not to be read; a sample that is verified."""

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from agents.errors import MinshengError
from experiments import sweep_folder
from experiments.sweep_output import preview
from experiments.sweep_store import Store
from experiments.sweep_verify import verify_sweep
from tests.small_sweep import LINE, PLAN, SERIAL, bytes_of, copied, do


def test_damaged_files_are_done_again(plan, whole, tmp_path):
    do(plan, tmp_path / "sweep")
    part = tmp_path / "sweep" / "outcomes" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-100])
    do(plan, tmp_path / "sweep")
    assert bytes_of(tmp_path / "sweep") == bytes_of(whole)


def test_nobody_loses_a_file_by_looking_at_it(plan, whole, tmp_path):
    folder = copied(whole, tmp_path)
    part = folder / "outcomes" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-100])
    before = bytes_of(folder)
    assert "6 will run" in preview(plan, folder, SERIAL).lines[1]
    with pytest.raises(MinshengError, match="no run is done"):
        verify_sweep(folder, 1)
    assert bytes_of(folder) == before


def test_a_file_that_may_not_be_read_is_no_damaged_one(whole, tmp_path, monkeypatch):
    folder = copied(whole, tmp_path)

    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pq, "read_metadata", refused)
    with pytest.raises(MinshengError, match=r"cannot read .*part-00000.parquet: Permission denied"):
        verify_sweep(folder, 1)
    assert bytes_of(folder) == bytes_of(whole)


def test_damage_behind_a_whole_end_is_named_and_mended_by_the_next_try(plan, whole, tmp_path):
    folder, longer = copied(whole, tmp_path), tmp_path / "longer.yaml"
    part = folder / "outcomes" / "part-00000.parquet"
    content = bytearray(part.read_bytes())
    content[200:2000] = bytes(1800)
    part.write_bytes(content)
    with pytest.raises(MinshengError, match=r"part-00000.parquet is damaged .*; delete it"):
        verify_sweep(folder, 6)
    longer.write_text(PLAN.replace("replicates: 3", "replicates: 4"))
    with pytest.raises(MinshengError, match=r"moved to .*damaged, and the same command"):
        do(longer, folder)
    assert (do(longer, folder)["status"] == "done").all()
    assert verify_sweep(folder, 2) == []
    assert bytes((folder / "damaged" / part.name).read_bytes()) == content
    assert pd.read_parquet(folder / "outcomes")["run_id"].nunique() == 8


def test_a_damaged_file_can_be_deleted_as_its_error_says(plan, whole, tmp_path):
    folder = copied(whole, tmp_path)
    for name in ("outcomes/part-00000.parquet", "runs.parquet"):
        file = folder / name
        file.write_bytes(file.read_bytes()[:100] + bytes(1800) + file.read_bytes()[1900:])
        with pytest.raises(MinshengError, match=rf"{name} is damaged .*; delete it"):
            verify_sweep(folder, 6)
        file.unlink()
        do(plan, folder)
        assert verify_sweep(folder, 1) == []
    (folder / "runs.parquet").unlink()
    assert verify_sweep(folder, 1) == ["runs.parquet is missing; the same sweep writes it again"]


@pytest.mark.parametrize("end", [-50, 100])
def test_a_damaged_file_of_one_run_costs_only_this_run(plan, whole, tmp_path, end):
    store, there = Store(tmp_path / "sweep"), Store(whole).published()
    (folder := store.folder).mkdir()
    (folder / "sweep.json").write_bytes((whole / "sweep.json").read_bytes())
    for run_id, place in there.items():
        store.save(run_id, Store(whole).read_published(place), 1.0)
    file = store.pending_file(next(iter(there)))
    content = file.read_bytes()
    file.write_bytes(content[:end] + (bytes(300) + content[400:] if end > 0 else b""))
    if end > 0:
        with pytest.raises(MinshengError, match=r"moved to .*damaged, and the same command"):
            do(plan, folder)
    totals = set()
    table = do(plan, folder, progress=lambda done, total: totals.add(total))
    assert totals == {1}
    assert (table["status"] == "done").all()
    assert bytes_of(folder) == bytes_of(whole)


def test_a_description_that_may_not_be_read_need_not_be_deleted(plan, whole, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refused)
    with pytest.raises(MinshengError, match=r"cannot read .*sweep.json: .*nothing was changed"):
        verify_sweep(whole, 1)


def test_files_that_are_gone_when_looked_at_are_no_error(plan, whole, monkeypatch):
    def gone(*_):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(pq, "read_metadata", gone)
    assert "6 will run" in preview(plan, whole, SERIAL).lines[1]


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "{}", '{"hashes": 7}', '{"plan": 7, "runs": []}', '{"plan": {}, "runs": [[]]}'],
)
def test_a_damaged_description_can_be_deleted_as_its_error_says(plan, whole, tmp_path, content):
    folder, made = copied(whole, tmp_path), sweep_folder.made_by()
    if "plan" in content:
        content = json.dumps(json.loads(content) | made)
    (folder / "sweep.json").write_text(content)
    with pytest.raises(MinshengError, match=r"sweep.json is damaged .*; delete it to go on"):
        do(plan, folder)
    (folder / "sweep.json").unlink()
    (folder / "sensitivity.html").write_text("a study with these runs")
    assert (do(plan, folder)["status"] == "done").all()
    assert bytes_of(folder) == bytes_of(whole)


def test_a_sample_is_verified_and_a_changed_value_found(whole, tmp_path):
    assert verify_sweep(whole, 2) == []
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("sweep.json", "runs.parquet"):
        (copy / name).write_bytes((whole / name).read_bytes())
    store, there = Store(copy), Store(whole).published()
    tables = {run: Store(whole).read_published(place) for run, place in there.items()}
    first = next(iter(tables))
    doubled = pd.DataFrame(tables[first].to_pydict()).assign(value=lambda t: t["value"] * 2)
    tables[first] = tables[first].from_pandas(doubled, tables[first].schema)
    store.write_part(store.outcomes / "part-00000.parquet", list(tables), tables.get)
    assert verify_sweep(copy, 6) == [f"run {first} differs in value"]
    texts = tables[first].to_pandas().astype({"value": str})
    store.write_part(store.outcomes / "part-00000.parquet", [first], lambda _: pa.table(texts))
    assert verify_sweep(copy, 1) == [f"run {first} differs in value"]
    runs = pd.read_parquet(copy / "runs.parquet")
    runs[LINE] = runs[LINE].to_numpy()[::-1]
    runs.to_parquet(copy / "runs.parquet")
    assert verify_sweep(copy, 1)[0] == f"runs.parquet differs in {LINE}"
