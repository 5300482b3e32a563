"""Open the folder of a sweep, new or begun: who may work in it, on what, and what is left to do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from agents.errors import MinshengError
from experiments.plan import Plan
from experiments.sweep_runs import Run
from experiments.sweep_store import (
    LOCK,
    MARK,
    OWN,
    Store,
    held,
    read_description,
    read_json,
    refuse_foreign,
)
from experiments.sweep_tables import publish
from experiments.sweep_work import DONE, WAITING
from model.digests import changes_since
from model.digests import made_by as made_by
from model.run_folder import whole_file


@dataclass(frozen=True)
class Request:
    """How a plan is to be worked off.

    Attributes
    ----------
    engine : str
        Name of the engine, see `experiments.engines`.
    workers : int, optional
        Processes; as many as cores and memory allow if not given.
    address : str, optional
        Of a cluster that exists.
    shard : tuple of (int, int), optional
        Which of how many parts of the runs, from 1, this process does.
    retry_failed, overwrite : bool
        Do runs again that failed; remove an earlier sweep first.
    """

    engine: str = "local"
    workers: int | None = None
    address: str | None = None
    shard: tuple[int, int] | None = None
    retry_failed: bool = False
    overwrite: bool = False

    def __post_init__(self) -> None:
        if self.overwrite and self.shard is not None:
            text = "--overwrite would remove what other shards did; begin again without --shard"
            raise MinshengError(text)


def parse_shard(text: str) -> tuple[int, int]:
    """Read a part written as ``2/8``; raises MinshengError."""
    part, _, parts = text.partition("/")
    if part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts):
        return int(part), int(parts)
    raise MinshengError(f"--shard {text}: must be I/N, from 1/N to N/N, for instance 2/8")


@dataclass(frozen=True)
class Work:
    """A plan, the folder of its sweep, all runs in the order of the folder, and what is left."""

    plan: Plan
    store: Store
    runs: list[Run]
    left: list[Run]


@contextmanager
def opened(plan: Plan, store: Store, runs: list[Run], request: Request) -> Iterator[Work]:
    """Hold the folder of a sweep, new or begun, and say what is left to do in it."""
    refuse_foreign(store.folder, OWN, MARK, "sweep")
    with _locked(store.folder, request.shard):
        if request.shard is None:
            store.sweep_drafts()
        if request.overwrite:
            store.clear()
        ordered = _begin_or_go_on(plan, store, runs)
        table = publish(store, ordered, plan.scenario.seed)
        reasons = why(table, request)
        left = [run for run, reason in zip(ordered, reasons, strict=True) if reason in WILL_RUN]
        yield Work(plan, store, ordered, left)


WILL_RUN = ("will run", "will run again")


def why(table: pd.DataFrame, request: Request) -> list[str]:
    """Say of every run why it will be done or not."""
    found = []
    for place, status in enumerate(table["status"]):
        if status == DONE:
            reason = DONE
        elif request.shard and place % request.shard[1] != request.shard[0] - 1:
            reason = "in another shard"
        elif status == WAITING:
            reason = WILL_RUN[0]
        elif request.retry_failed:
            reason = WILL_RUN[1]
        else:
            reason = f"{status}; --retry-failed does it again"
        found.append(reason)
    return found


@contextmanager
def _locked(folder: Path, shard: tuple[int, int] | None) -> Iterator[None]:
    """Keep others out: everybody, or with a shard those who do the whole or the same shard."""
    if shard is None:
        with held(folder / LOCK):
            yield
        return
    name = f"{LOCK}-{shard[0]}-of-{shard[1]}"
    with held(folder / LOCK, shared=True), held(folder / name):
        yield


def _begin_or_go_on(plan: Plan, store: Store, runs: list[Run]) -> list[Run]:
    """Write what the sweep is, or see that it is this one; return the runs in its order."""
    mark = store.folder / MARK
    found = in_order(plan, store, runs)
    order = [run.run_id for run in found]
    if not mark.exists() or read_json(mark)["runs"] != order:
        text = json.dumps(_description(plan, order), indent=1, ensure_ascii=False)
        with whole_file(mark) as draft:
            draft.write_text(text + "\n", encoding="utf-8")
    return found


def in_order(plan: Plan, store: Store, runs: list[Run]) -> list[Run]:
    """Return the runs in the order of the folder: those it has, then those that are new.

    Raises
    ------
    MinshengError
        The folder cannot go on with this plan or this version.
    """
    by_id = {run.run_id: run for run in runs}
    before = _earlier(plan, store, by_id) if (store.folder / MARK).exists() else []
    return [by_id[run_id] for run_id in dict.fromkeys([*before, *by_id])]


def _description(plan: Plan, order: list[str]) -> dict[str, Any]:
    return {
        "plan": plan.content.model_dump(mode="json"),
        "scenario": plan.scenario.as_dict(),
        "reforms": {
            position: [reform.model_dump(mode="json", by_alias=True) for reform in stacked]
            for position, stacked in plan.reforms.items()
        },
        **made_by(),
        "runs": order,
    }


def _earlier(plan: Plan, store: Store, known: dict[str, Run]) -> list[str]:
    before = read_description(store.folder / MARK)
    begin_anew = "choose another --out, or add --overwrite to begin again"
    if changes := changes_since(before, made_by()):
        listed = "\n".join(f"- {change}" for change in changes)
        raise MinshengError(
            f"{store.folder} was begun by another version, whose runs cannot stand beside new "
            f"ones:\n{listed}\nGo back to that version, {begin_anew}"
        )
    kept, order = plan.content.outcomes.model_dump(mode="json"), before.get("runs")
    is_plan = isinstance(before.get("plan"), dict)
    if not (is_plan and isinstance(order, list) and all(isinstance(name, str) for name in order)):
        text = f"{store.folder / MARK} is damaged (no plan, or no runs)"
        raise MinshengError(f"{text}; delete it to go on")
    if before["plan"].get("outcomes") != kept:
        raise MinshengError(f"{store.folder} keeps other outcomes than this plan; {begin_anew}")
    if strange := [run_id for run_id in order if run_id not in known]:
        raise MinshengError(
            f"{store.folder} holds {len(strange)} of {len(order)} runs that this plan does not "
            f"have; a plan may be added to, not changed: {begin_anew}"
        )
    return order
