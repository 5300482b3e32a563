"""Engines of clusters, where they are installed: same answers, poison reported, a dead worker."""

import pytest

from experiments.engines import LostError, engine_named, ignore
from tests import small_jobs

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(params=["dask", "ray"])
def engine(request):
    pytest.importorskip({"dask": "distributed", "ray": "ray"}[request.param])
    return engine_named(request.param, 2)


def test_poison_is_reported_and_the_rest_finish(engine):
    ended = {e.place: e for e in engine.run(small_jobs.die_at_two, range(6), ignore)}
    assert [ended[n].result for n in range(6) if n != 2] == [0, 1, 3, 4, 5]
    assert type(ended[2].error) is LostError


def test_a_worker_killed_in_the_middle_costs_one_retry(engine, tmp_path):
    marks = [str(tmp_path / name) for name in "ab"]
    ended = {e.place: e for e in engine.run(small_jobs.die_once, marks, ignore)}
    assert {e.result for e in ended.values()} == {"done at last"}
