"""Sensitivity: which numbers an outcome, or the effect of a reform, hangs on.

A study is a sweep whose plan has a design for it, `morris` to screen many factors or `saltelli`
for Sobol's indices, alone or in groups. Its runs are those of the sweep, in the folder of the
sweep, so whatever stops it, it goes on. Each combination of levers is studied by itself, and as
the difference from the first, row by row and replicate by replicate at the same seed.

Levers        those of the plan; with `reforms: [none, a.yaml]` the second is the effect of a.yaml
Factors       the uncertainties of the plan, and a dummy that chooses the seed and is in no rule
Outcomes      those that the plan keeps, in the years that it keeps; in the last if it names none
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.dataset as ds
from numpy.typing import NDArray

from agents.errors import MinshengError
from agents.table import Float
from experiments.plan import DUMMY, Plan
from experiments.plan_files import load_plan
from experiments.run import Progress, no_progress
from experiments.sensitivity_design import Factors, factors_of, places
from experiments.sensitivity_indices import by_target, noise_variance
from experiments.sweep import Tell, sweep
from experiments.sweep_folder import Request
from experiments.sweep_runs import lever_points, runs_by_point
from experiments.sweep_store import Store
from experiments.sweep_tables import summary
from experiments.sweep_work import DONE
from model.record import national_name
from policies.parameters import ParameterSet

TARGET = ["level", "area", "outcome", "scheme", "group", "year"]
"""What names an outcome of a study, beside the levers."""
NAME = ["outcome", "scheme", "group"]
Names = NDArray[np.str_]
ASSUMPTION, SETTING, MIXED = "assumption", "setting", "mixed"


@dataclass(frozen=True)
class Sensitivity:
    """What a study found.

    Attributes
    ----------
    design : {"morris", "saltelli"}
    ranking : DataFrame
        One row a factor and target, ranked: levers, less (the levers of which the outcome is taken
        off, empty for the outcome itself), the columns of `TARGET`, rank, factor, kind, the indices
        of the design, share, beyond_chance.
    targets : DataFrame
        One row a target: mean and variance over the rows, noise_variance (what chance leaves in
        the mean of a row), noise_share of the variance, assumption_share and mixed_share of the
        ranked index, is_moved.
    left_out : list of str
        Outcomes that some row does not have.
    rows, replicates, runs : int
    """

    design: str
    ranking: pd.DataFrame
    targets: pd.DataFrame
    left_out: list[str]
    rows: int
    replicates: int
    runs: int


def sensitivity(
    plan: str | Path,
    folder: str | Path,
    request: Request | None = None,
    progress: Progress = no_progress,
    tell: Tell = print,
) -> Sensitivity:
    """Do what is left of a plan and say which of its uncertainties matter.

    Parameters are those of `experiments.sweep.sweep`.

    Raises
    ------
    MinshengError
        The plan is wrong or has no design for this, the folder cannot be used, or a run is missing.
    """
    asked = load_plan(plan)
    refuse_other_designs(asked)
    table = sweep(plan, folder, request, progress, tell)
    return analysed(asked, Store(Path(folder)), table)


def refuse_other_designs(plan: Plan) -> None:
    """Raise MinshengError unless indices can be computed from the plan's design."""
    if not plan.content.uncertainties or not plan.content.design.is_for_sensitivity:
        raise MinshengError(
            f"{plan.name}: no indices can be computed from this design; name uncertainties, and "
            "write design: {uncertainties: morris, samples: 20} to screen them, or "
            "design: {uncertainties: saltelli, samples: 64} for Sobol's indices"
        )


def analysed(plan: Plan, store: Store, table: pd.DataFrame) -> Sensitivity:
    """Return what a finished sweep says.

    Parameters
    ----------
    table : DataFrame
        The runs of the sweep, as `experiments.sweep.sweep` returns them.

    Raises
    ------
    MinshengError
        A run of the design is missing.
    """
    _refuse_gaps(table, store.folder)
    runs = [[run.run_id for run in point] for point in runs_by_point(plan)]
    levers = lever_points(plan)
    names, values, left_out = _values(plan, store, np.array(runs))
    # From (points, replicates, targets) to levers, rows, replicates, targets.
    cube = values.reshape(len(levers), -1, *values.shape[1:])
    rows, factors = places(plan), factors_of(plan)
    kinds = {name: kind_of(name, factors) for name in factors.moved}
    rankings, targets = [], []
    for words, less, part in _parts([_words(point) for point in levers], cube):
        named = names.assign(levers=words, less=less)
        found = by_target(
            plan.content.design.uncertainties, factors, rows, part, plan.scenario.seed
        )
        noise = noise_variance(part)
        for place, ranked in enumerate(found):
            name = dict(named.iloc[place])
            if ranked is not None:
                ranked.insert(2, "kind", ranked["factor"].map(kinds))
                rankings.append(ranked.assign(**name))
            targets.append(name | _target(part[..., place], float(noise[place]), ranked))
    order = ["levers", "less", *TARGET]
    ranking = pd.concat(rankings, ignore_index=True) if rankings else pd.DataFrame(columns=order)
    return Sensitivity(
        plan.content.design.uncertainties,
        ranking[order + [name for name in ranking if name not in order]],
        pd.DataFrame(targets)[order + [name for name in targets[0] if name not in order]],
        left_out, len(rows), plan.content.replicates, len(table),
    )  # fmt: skip


def _refuse_gaps(table: pd.DataFrame, folder: Path) -> None:
    missing = int((table["status"] != DONE).sum())
    if missing:
        raise MinshengError(
            f"{missing} of the runs are missing ({summary(table)}); indices need every row of the "
            f"design. {folder / 'failed'} says why runs failed; the same command does those that "
            "wait, and with --retry-failed those that failed"
        )


def _values(plan: Plan, store: Store, runs: Names) -> tuple[pd.DataFrame, Float, list[str]]:
    """Return the targets, values of shape (points, replicates, targets), and what is left out."""
    data = ds.dataset(store.outcomes, format="parquet")
    years = plan.content.outcomes.years or [pc.max(data.to_table(["year"])["year"]).as_py()]
    table = data.to_table(["run_id", *TARGET, "value"], filter=ds.field("year").isin(years))
    frame = table.to_pandas(strings_to_categorical=False)
    texts = [name for name in TARGET if name != "year"]
    frame[texts] = frame[texts].astype(str)
    wide = frame.set_index(["run_id", *TARGET])["value"].unstack(TARGET)
    wide = wide.reindex(pd.unique(runs.ravel()))
    is_whole = wide.notna().all().to_numpy()
    names = wide.columns.to_frame(index=False)
    left_out = sorted({national_name(*row) for row in names[~is_whole][NAME].to_numpy()})
    if not is_whole.any():
        raise MinshengError(f"{store.folder} holds no outcome of {years} that every run has")
    values = wide.loc[runs.ravel(), is_whole].to_numpy().reshape(*runs.shape, -1)
    return names[is_whole].reset_index(drop=True), values, left_out


def _parts(levers: list[str], cube: Float) -> Iterator[tuple[str, str, Float]]:
    """Yield every combination of levers, then each but the first less the first."""
    for words, part in zip(levers, cube, strict=True):
        yield words, "", part
    for words, part in list(zip(levers, cube, strict=True))[1:]:
        yield words, levers[0], part - cube[0]


def _words(levers: dict[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in levers.items())


def kind_of(factor: str, factors: Factors) -> str:
    """Return what a factor is: a kind of parameter, a setting of the scenario, a mixed group."""
    known = ParameterSet.load()
    if factor == DUMMY:
        return DUMMY
    paths = [
        name.partition("@")[0]
        for name, group in zip(factors.names, factors.groups, strict=True)
        if group == factor
    ]
    kinds = {known.parameter(path).kind if path in known else SETTING for path in paths}
    return kinds.pop() if len(kinds) == 1 else MIXED


def _target(values: Float, noise: float, ranked: pd.DataFrame | None) -> dict[str, object]:
    means = values.mean(axis=1)
    variance = float(means.var())
    shares = {} if ranked is None else ranked.groupby("kind")["share"].sum().to_dict()
    is_moved = ranked is not None
    return {
        "mean": float(means.mean()),
        "variance": variance,
        "noise_variance": noise,
        "noise_share": noise / variance if is_moved else np.nan,
        "assumption_share": shares.get(ASSUMPTION, 0.0) if is_moved else np.nan,
        "mixed_share": shares.get(MIXED, 0.0) if is_moved else np.nan,
        "is_moved": is_moved,
    }
