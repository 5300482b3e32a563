"""Engines of clusters: same bytes, poison reported, a dead worker."""

import sys
from pathlib import Path

import dask
import pytest
from dask_jobqueue import SLURMCluster
from distributed import LocalCluster
from ray.cluster_utils import Cluster as RayCluster

from experiments import engine_dask
from experiments.engines import EngineError, LostError, engine_named, ignore
from experiments.sweep import Request, sweep
from tests import small_jobs

pytestmark = pytest.mark.filterwarnings("ignore")

ROOT = Path(__file__).parents[1]
PLAN = """
scenario: tiny
levers: {dibao.urban.line_ratio: [0.14, 0.2]}
constants: {years.last: 1993, world.counties: 31, world.townships_per_county: 1,
            world.households: 155}
outcomes: {names: [poverty_rate, coverage, gini]}
replicates: 2
"""
# A batch system on this machine: a job is a process group, and its number that of the first.
SBATCH = """#!/bin/sh
# The caller removes its script at once, so a job has a copy, as with SLURM itself.
job="$(dirname "$0")/$(basename "$1")"
cp "$1" "$job"
setsid bash "$job" >"$job.log" 2>&1 &
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
for job in "$@"; do kill -- "-$job"; done
"""


@pytest.fixture(scope="module")
def ray_address():
    """Return the address of a Ray cluster that exists, which takes long to start."""
    head = {"num_cpus": 2, "include_dashboard": False}
    cluster = RayCluster(initialize_head=True, head_node_args=head)
    yield cluster.address
    cluster.shutdown()


@pytest.fixture(params=["dask", "ray"])
def engine(request):
    if request.param == "dask":
        return engine_named("dask", 2)
    return engine_named("ray", 2, request.getfixturevalue("ray_address"))


def test_poison_is_reported_and_the_rest_finish(engine):
    ended = {e.place: e for e in engine.run(small_jobs.die_at_two, range(6), ignore)}
    assert [ended[n].result for n in range(6) if n != 2] == [0, 1, 3, 4, 5]
    assert type(ended[2].error) is LostError


def test_a_worker_killed_in_the_middle_costs_one_retry(engine, tmp_path):
    marks = [str(tmp_path / name) for name in "ab"]
    ended = {e.place: e for e in engine.run(small_jobs.die_once, marks, ignore)}
    assert {e.result for e in ended.values()} == {"done at last"}


def test_workers_of_dask_keep_freed_memory_for_the_next_year():
    ended = engine_named("dask", 1).run(small_jobs.threshold, [0], ignore)
    assert [e.result for e in ended] == [None]


def test_a_worker_that_starts_again_while_dask_closes_costs_no_result(monkeypatch):
    close = LocalCluster.close

    def racing(cluster, timeout=None):
        close(cluster, timeout)
        raise AssertionError("can only join a started process")

    monkeypatch.setattr(LocalCluster, "close", racing)
    ended = engine_named("dask", 1).run(small_jobs.threshold, [0], ignore)
    assert [e.result for e in ended] == [None]


def outcomes_by_file(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "outcomes").iterdir())}


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """Return a plan of four short runs."""
    path = tmp_path_factory.mktemp("plans") / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def serial(plan):
    """Return the files of outcomes that one process wrote."""
    sweep(plan, plan.parent / "serial", Request(engine="serial"))
    return outcomes_by_file(plan.parent / "serial")


@pytest.mark.parametrize(("name", "workers"), [("local", 2), ("dask", 2), ("ray", 2)])
def test_outcomes_are_the_same_bytes_whoever_computed_them(plan, serial, tmp_path, name, workers):
    table = sweep(plan, tmp_path / "swept", Request(engine=name, workers=workers))
    assert set(table["status"]) == {"done"}
    assert outcomes_by_file(tmp_path / "swept") == serial


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """Return a cluster of SLURM jobs whose `sbatch` starts a process of this machine."""
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    cluster = SLURMCluster(
        cores=1, processes=1, memory="2GB", walltime="00:10:00", python=sys.executable,
        job_script_prologue=[f"export PYTHONPATH={ROOT}"], local_directory=str(tmp_path),
        scheduler_options={"host": "127.0.0.1", "dashboard_address": None},
        worker_extra_args=["--no-dashboard", "--host", "127.0.0.1"],
    )  # fmt: skip
    yield cluster
    cluster.close(timeout=30)


def test_jobs_of_slurm_do_a_sweep_with_the_same_bytes(slurm, plan, serial, tmp_path):
    slurm.scale(jobs=2)
    table = sweep(plan, tmp_path / "swept", Request(engine="dask", address=slurm.scheduler_address))
    assert set(table["status"]) == {"done"}
    assert outcomes_by_file(tmp_path / "swept") == serial


def test_a_cluster_without_workers_is_given_up(monkeypatch):
    monkeypatch.setattr(engine_dask, "_PATIENCE_ELSEWHERE", 0.2)
    monkeypatch.setattr(engine_dask, "_LOOK_SECONDS", 0.5)
    with LocalCluster(n_workers=0, dashboard_address=None) as empty:
        engine = engine_named("dask", 1, empty.scheduler_address)
        with pytest.raises(EngineError, match="no Dask worker has been at work"):
            list(engine.run(small_jobs.square, [1], ignore))


def test_an_address_at_which_nobody_answers_is_one_message():
    engine = engine_named("dask", 1, "tcp://127.0.0.1:9")
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(EngineError, match="no Dask scheduler answers"),
    ):
        list(engine.run(small_jobs.square, [1], ignore))
