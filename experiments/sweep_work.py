"""What a worker does for a sweep: one run, kept as a file, or the reason why there is none."""

import json
import time
import traceback
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from agents.errors import MinshengError
from experiments.plan import Kept, Plan
from experiments.run import Progress, simulate
from experiments.sweep_runs import Run, identity, reproducing_command, scenario_at
from experiments.sweep_store import Store
from model.run_folder import whole_file
from model.scenario import Scenario
from model.simulation import Simulation

DONE, FAILED, LOST, WAITING = "done", "failed", "lost", "waiting"
"""What a run can be: a lost one ended its worker, again and again."""


@dataclass(frozen=True)
class Settled:
    """What a run came to: `DONE` or `FAILED`, and in a line why."""

    status: str
    error: str = ""


def simulate_run(plan: Plan, store: Store, run: Run, progress: Progress) -> Settled:
    """Simulate a run and keep its outcomes, or keep what went wrong in it.

    Raises
    ------
    OutputError
        Neither can be written.
    MinshengError
        This process has other code, data or parameters than the one that planned the run.
    """
    if store.is_done(run.run_id):
        return Settled(DONE)
    scenario = scenario_at(plan, run.values)
    if identity(scenario, run.replicate) != run.run_id:
        raise MinshengError(
            "a worker has other code, data or parameters than the driver; install the same "
            "version on every machine, or start the workers again"
        )
    began = time.perf_counter()
    try:
        sim = simulate(scenario, run.replicate, progress)
        outcomes = kept_rows(sim, plan.content.outcomes, run.run_id)
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        keep_failure(plan, store, run, Settled(FAILED, text), traceback.format_exc())
        return Settled(FAILED, text)
    store.save(run.run_id, outcomes, time.perf_counter() - began)
    return Settled(DONE)


def kept_rows(sim: Simulation, kept: Kept, run_id: str) -> pa.Table:
    """Return the rows that the plan keeps, with the run they belong to."""
    table = sim.record.compact(counties="county" in kept.levels).unify_dictionaries()
    wanted: dict[str, list[Any]] = {
        "level": list(kept.levels), "outcome": kept.names, "year": kept.years,
    }  # fmt: skip
    for column, values in wanted.items():
        if values:
            kind = pa.int16() if column == "year" else pa.string()
            held = pc.is_in(table[column].cast(kind), value_set=pa.array(values, kind))
            table = table.filter(held)
    name = pa.array([run_id] * table.num_rows, pa.string())
    return table.add_column(0, "run_id", name.dictionary_encode())


def keep_failure(plan: Plan, store: Store, run: Run, settled: Settled, trace: str = "") -> None:
    """Keep why a run failed, with the command that makes the same run again."""
    file = store.failed_file(run.run_id).with_suffix(".yaml")
    command = reproducing_command(plan, run, str(file))
    if str(file) in command:
        with whole_file(file) as draft:
            draft.write_text(_as_yaml(scenario_at(plan, run.values)), encoding="utf-8")
    description = {
        "run_id": run.run_id,
        "status": settled.status,
        "error": settled.error,
        "command": command,
        "seed": scenario_at(plan, run.values).seed,
        "replicate": run.replicate,
        "values": run.values,
        "traceback": trace,
    }
    store.fail(run.run_id, description)


def _as_yaml(scenario: Scenario) -> str:
    """Return a scenario as a scenario file; JSON is YAML too."""
    return json.dumps(scenario.as_dict(), indent=2, ensure_ascii=False) + "\n"
