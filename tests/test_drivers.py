"""Who drives a policy: every combination of drivers muted at the same draws."""

import json

import numpy as np
import pandas as pd
import pytest

from agents.adoption import DRIVERS
from agents.errors import MinshengError, UnknownNameError
from experiments import drivers
from experiments.drivers import Spread, driver_table, every_subset, shapley
from model.scenario_files import load_scenario
from tests.test_cli import minsheng  # noqa: F401

EVERYTHING = frozenset(DRIVERS)


def spread(at_work):
    """Return a world in which peers bring 10, the mandate 30, and both together 20 more."""
    both = {"peers", "mandate"} <= at_work
    years = 5 + 10 * ("peers" in at_work) + 30 * ("mandate" in at_work) + 20 * both
    half = 1998.0 if "mandate" in at_work else np.nan
    return Spread(float(years), half, (0.1, 0.1 + 0.01 * years, 1.0))


@pytest.fixture
def quick(monkeypatch):
    """Let histories be known without simulating them."""

    def observe_all(work, jobs, years, workers, progress):
        progress(0, years)
        strength = "diffusion.drivers."
        muted = [{p.removeprefix(strength) for reform in job.scenario.reforms
                  for p, value in reform.parameters.items() if p.startswith(strength) and not value}
                 for job in jobs]  # fmt: skip
        return [spread(EVERYTHING - drivers_off) for drivers_off in muted]

    monkeypatch.setattr(drivers, "run_all", observe_all)


def test_every_combination_of_five_drivers_is_there_once():
    sets = every_subset()
    assert len(sets) == len(set(sets)) == 32
    assert (sets[0], sets[-1]) == (frozenset(), EVERYTHING)


def test_shapley_values_by_hand():
    values = shapley({chosen: spread(chosen).county_years for chosen in every_subset()})
    assert values == pytest.approx(
        {"claims": 0, "incentives": 0, "legitimacy": 0, "peers": 20, "mandate": 40}
    )


def test_values_add_up_to_what_all_drivers_bring():
    luck = np.random.default_rng(1)
    worth = {chosen: float(luck.random()) for chosen in every_subset()}
    total = worth[EVERYTHING] - worth[frozenset()]
    assert sum(shapley(worth).values()) == pytest.approx(total)


def test_table_and_files_say_who_drives(quick, tmp_path):
    found = drivers.study_to_folder("tiny", "urban_dibao", tmp_path / "study")
    rows = pd.read_csv(tmp_path / "study" / "drivers.csv").set_index("driver")
    assert rows.loc["mandate", "shapley"] == pytest.approx(40)
    assert rows.loc["mandate", "share"] == pytest.approx(2 / 3)
    assert rows.loc["peers", "lost_alone"] == pytest.approx(30)
    assert np.isnan(rows.loc["mandate", "half_without"])
    assert len(pd.read_csv(tmp_path / "study" / "subsets.csv")) == 32
    kinks = pd.read_csv(tmp_path / "study" / "kinks.csv")
    assert kinks["year"].tolist() == [1993, 1994, 1995]
    what = json.loads((tmp_path / "study" / "drivers.json").read_text())
    assert (what["until"], what["policy"]) == (2004, "urban_dibao")
    assert driver_table(found).row_count == len(DRIVERS)


def test_kinks_compare_all_drivers_with_peers_alone_and_orders_alone():
    found = {chosen: spread(chosen) for chosen in every_subset()}
    table = drivers.kink_table(found, 1993).set_index("year")
    assert table.loc[1994, "share_all"] == pytest.approx(0.75)
    assert table.loc[1994, "share_peers_only"] == pytest.approx(0.25)
    assert table.loc[1994, "hazard_mandate_only"] == pytest.approx(0.35 / 0.9)
    assert table.loc[1995, "hazard_all"] == pytest.approx(1)


def test_a_finished_study_is_not_overwritten_unasked(quick, tmp_path):
    drivers.study_to_folder("tiny", "urban_dibao", tmp_path / "study")
    with pytest.raises(MinshengError, match="exists already"):
        drivers.study_to_folder("tiny", "urban_dibao", tmp_path / "study")
    drivers.study_to_folder("tiny", "urban_dibao", tmp_path / "study", overwrite=True)


def test_the_world_is_small_unless_asked_otherwise():
    assert drivers._small("historical", (), None).world.households == 6000
    larger = drivers._small("historical", ("world.households=9000",), 7)
    assert (larger.world.households, larger.seed) == (9000, 7)


@pytest.mark.parametrize(("policy", "until", "kind", "answer"), [
    ("urban_diabo", None, UnknownNameError, "did you mean 'urban_dibao'"),
    ("worker_insurance", None, MinshengError, "worker_insurance=choice turns it over"),
    ("incentives", None, MinshengError, "no policy that local governments adopt"),
    ("urban_dibao", 1890, MinshengError, "from 1993 to 2023, got 1890"),
])  # fmt: skip
def test_mistakes_are_answered_before_anything_is_simulated(policy, until, kind, answer):
    with pytest.raises(kind, match=answer):
        drivers.study("tiny", policy, until)


def test_a_policy_that_is_switched_off_is_refused():
    with pytest.raises(MinshengError, match="switched off"):
        drivers.study("tiny", "urban_dibao", settings=["policies.urban_dibao=off"])


def test_the_command_prints_the_table(quick, minsheng, tmp_path):  # noqa: F811
    code, printed, _ = minsheng("drivers", "tiny", "--policy", "urban_dibao")
    assert code == 0
    assert "mandate" in printed
    assert (tmp_path / "results" / "drivers_of_urban_dibao_in_tiny" / "drivers.csv").exists()


def test_the_command_needs_a_policy(minsheng):  # noqa: F811
    code, _, message = minsheng("drivers", "tiny")
    assert code == 2
    assert "--policy" in message


def test_muting_a_driver_in_earnest_delays_adoption():
    scenario = drivers._small("tiny", ("world.households=620",), None)
    late = drivers._muted(scenario, EVERYTHING - {"mandate"}, 1998)
    full = drivers._muted(scenario, EVERYTHING, 1998)
    one, other = (drivers.observe(drivers._Job(s, "urban_dibao")) for s in (late, full))
    assert one.county_years < other.county_years
    assert load_scenario("tiny").world.households == 3100
