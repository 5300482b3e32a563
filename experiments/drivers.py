"""Who drives the spread of a policy: every combination of drivers muted, at the same draws (j.5).

Levers        the five drivers of `agents.adoption.DRIVERS`, each at work or muted: 32 histories
Outcomes      county-years of adoption up to a year; from them the Shapley value of each driver
Held fixed    scenario, seed, replicate, and hence every draw; a small world of the same counties

A driver's Shapley value is what it adds to the county-years of adoption, averaged over all orders
in which the drivers could be switched on (Shapley 1953). The values of all drivers add up to the
difference between all at work and none. Three of the histories also tell what makes the kink in the
curve of adoption: all drivers, peers alone, recognition and orders alone.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from rich.table import Table

from agents.adoption import DRIVERS
from agents.errors import MinshengError, UnknownNameError
from agents.table import Float
from experiments.parallel import fitting_workers, run_all
from experiments.run import Progress, no_progress, simulate
from model import run_folder
from model.centre import by_calendar
from model.scenario import Scenario
from model.scenario_files import load_scenario
from model.scenario_overrides import parse_set_option, resolve_options
from policies.base import discover
from policies.parameters import Override, ParameterSet

MARK = "drivers.json"
"""The file by which a folder is known to hold such a study."""
_TOWNSHIPS, _HOUSEHOLDS = 2, 20
# Years after the centre's deadline that still count.
_AFTER = 5
_HALF = 0.5
VARIANTS = {
    "all": frozenset(DRIVERS),
    "peers_only": frozenset({"peers"}),
    "mandate_only": frozenset({"mandate"}),
}
"""Histories in which the kink of the curve is compared, and the drivers at work in each."""

AtWork = frozenset[str]


@dataclass(frozen=True)
class Spread:
    """How far a policy spread in one history.

    Attributes
    ----------
    county_years : float
        Sum over years of the counties that have it, weighted to the country.
    half : float
        First year in which half of the counties have it; null if never.
    shares : tuple of float
        Share of the counties that have it, year by year.
    """

    county_years: float
    half: float
    shares: tuple[float, ...] = ()


@dataclass(frozen=True)
class Study:
    """What drives the spread of a policy.

    Attributes
    ----------
    subsets : DataFrame
        One row a history: a column for each driver (1 at work, 0 muted), county_years, half.
    drivers : DataFrame
        One row a driver: lost_alone (county-years lost when only it is muted), shapley, share (of
        the difference between all and none), half_without.
    kinks : DataFrame
        One row a year: for each of `VARIANTS` the share of counties that have the policy, and its
        hazard (who adopts, over those without it); columns ``share_<variant>``,
        ``hazard_<variant>``.
    """

    scenario: str
    policy: str
    seed: int
    until: int
    subsets: pd.DataFrame
    drivers: pd.DataFrame
    kinks: pd.DataFrame


@dataclass(frozen=True)
class _Job:
    scenario: Scenario
    policy: str


def study(
    name: str,
    policy: str,
    until: int | None = None,
    seed: int | None = None,
    settings: Sequence[str] = (),
    workers: int | None = None,
    progress: Progress = no_progress,
) -> Study:
    """Simulate a scenario with every combination of drivers muted.

    Parameters
    ----------
    name : str
        A shipped scenario or a file.
    policy : str
        Id of a policy that counties choose to adopt.
    until : int, optional
        Last year that counts; by default some years after the centre's deadline.
    settings : sequence of str
        ``PATH=VALUE`` for all histories; the world is small unless they say otherwise.

    Raises
    ------
    MinshengError
        The scenario or policy is unknown, counties do not choose the policy, or no such year.
    """
    base = _small(name, settings, seed)
    last = _last_year(base, policy, until)
    _refuse_calendar(base, policy, last)
    sets = every_subset()
    jobs = [_Job(_muted(base, at_work, last), policy) for at_work in sets]
    years = len(jobs) * (last - base.years.first + 1)
    free = fitting_workers([job.scenario for job in jobs], workers)
    found = dict(zip(sets, run_all(observe, jobs, years, free, progress), strict=True))
    tables = _subset_table(found), _driver_table(found), kink_table(found, base.years.first)
    return Study(base.name, policy, base.seed, last, *tables)


def observe(job: _Job, progress: Progress = no_progress) -> Spread:
    """Simulate one history and see how far the policy spread."""
    sim = simulate(job.scenario, 0, progress)
    kept = sim.datacollector.get_model_vars_dataframe()[f"adopters/{job.policy}"].astype(float)
    shares = kept.to_numpy() / sim.counties.weight.sum()
    reached = np.flatnonzero(shares >= _HALF)
    half = job.scenario.years.first + reached[0] if len(reached) else math.nan
    return Spread(float(kept.sum()), float(half), tuple(shares.tolist()))


def kink_table(found: Mapping[AtWork, Spread], first: int) -> pd.DataFrame:
    """Return share and hazard by year with all drivers, peers alone and orders alone.

    Parameters
    ----------
    found : mapping of frozenset to Spread
        What came of every combination of drivers.
    first : int
        First year of the histories.
    """
    columns: dict[str, Float] = {}
    for name, at_work in VARIANTS.items():
        share = np.array(found[at_work].shares)
        before = np.concatenate([[0.0], share[:-1]])[: len(share)]
        columns[f"share_{name}"] = share
        without = np.maximum(1 - before, 0)
        hazard = np.full(len(share), np.nan)
        np.divide(share - before, without, out=hazard, where=without > 0)
        columns[f"hazard_{name}"] = hazard
    table = pd.DataFrame(columns)
    table.insert(0, "year", first + np.arange(len(table)))
    return table


def every_subset() -> list[AtWork]:
    """Return all combinations of drivers at work, none first, all last."""
    sizes = range(len(DRIVERS) + 1)
    return [frozenset(chosen) for n in sizes for chosen in combinations(DRIVERS, n)]


def shapley(worth: Mapping[AtWork, float]) -> dict[str, float]:
    """Return the Shapley value of each driver.

    Parameters
    ----------
    worth : mapping of frozenset to float
        What every combination of drivers achieves.
    """
    n = len(DRIVERS)
    values = dict.fromkeys(DRIVERS, 0.0)
    for at_work in worth:
        for driver in set(DRIVERS) - at_work:
            orders = math.factorial(len(at_work)) * math.factorial(n - len(at_work) - 1)
            gain = worth[at_work | {driver}] - worth[at_work]
            values[driver] += orders / math.factorial(n) * gain
    return values


def study_to_folder(
    name: str,
    policy: str,
    folder: Path,
    until: int | None = None,
    seed: int | None = None,
    settings: Sequence[str] = (),
    overwrite: bool = False,
    workers: int | None = None,
    progress: Progress = no_progress,
) -> Study:
    """Study and write drivers.csv, subsets.csv, kinks.csv and drivers.json; see `study`."""
    run_folder.sweep(folder)
    run_folder.refuse_folder(folder, overwrite, MARK)
    found = study(name, policy, until, seed, settings, workers, progress)
    with run_folder.new_folder(folder, overwrite, MARK) as draft:
        found.drivers.to_csv(draft / "drivers.csv", index=False)
        found.subsets.to_csv(draft / "subsets.csv", index=False)
        found.kinks.to_csv(draft / "kinks.csv", index=False)
        what = {"scenario": found.scenario, "policy": policy, "seed": found.seed,
                "until": found.until, "settings": list(settings)}  # fmt: skip
        (draft / MARK).write_text(json.dumps(what, indent=2) + "\n", encoding="utf-8")
    return found


def driver_table(found: Study) -> Table:
    """Return the drivers as people read them."""
    worth = found.subsets["county_years"]
    title = f"What drives {found.policy} in {found.scenario} to {found.until}, seed {found.seed}"
    caption = (
        f"County-years of adoption: {worth.iloc[-1]:,.0f} with all drivers, {worth.iloc[0]:,.0f} "
        "with none. Shapley value: average over all orders of switching the drivers on."
    )
    table = Table("driver", title=title, caption=caption)
    for head in ("lost without it", "Shapley value", "share", "half without it"):
        table.add_column(head, justify="right")
    for row in found.drivers.to_dict("records"):
        half, share = row["half_without"], row["share"]
        table.add_row(
            str(row["driver"]),
            f"{row['lost_alone']:,.0f}",
            f"{row['shapley']:,.0f}",
            "–" if math.isnan(share) else f"{share:.1%}",
            "never" if math.isnan(half) else f"{half:.0f}",
        )
    return table


def _small(name: str, settings: Sequence[str], seed: int | None) -> Scenario:
    """Return the scenario with few households in each county."""
    scenario = load_scenario(name)
    counties = scenario.world.n_counties
    options = [
        Override("world.townships_per_county", min(_TOWNSHIPS, scenario.world.n_townships)),
        Override("world.households", min(_HOUSEHOLDS * counties, scenario.world.households)),
        *(parse_set_option(text) for text in settings),
    ]
    if seed is not None:
        options.append(Override("seed", seed, None, "--seed"))
    return resolve_options(scenario, options)


def _last_year(scenario: Scenario, policy: str, until: int | None) -> int:
    first, last = scenario.years.first, scenario.years.last
    if until is None:
        deadline = by_calendar(policy, last).deadline
        return last if deadline is None else min(max(deadline + _AFTER, first), last)
    if not first <= until <= last:
        raise MinshengError(f"--until: must be a year from {first} to {last}, got {until}")
    return until


def _refuse_calendar(scenario: Scenario, policy: str, last: int) -> None:
    """Raise MinshengError unless counties choose the policy in this scenario."""
    if policy not in (known := discover()):
        raise UnknownNameError("policy", policy, known, where="--policy")
    path = f"adoption.mode.{policy}"
    parameters = scenario.parameters(ParameterSet.load())
    if path not in parameters or parameters.at(last).text(path) != "choice":
        raise MinshengError(
            f"--policy {policy}: counties follow the calendar in {scenario.name}, so nothing "
            f"drives it; {_remedy(policy, path, parameters)}"
        )
    if not scenario.is_on(policy, last):
        raise MinshengError(f"--policy {policy}: it is switched off in {scenario.name}")


def _remedy(policy: str, path: str, parameters: ParameterSet) -> str:
    """Return what helps where counties follow the calendar."""
    if path in parameters:
        return f"--set {path}=choice turns it over to them"
    return f"{policy} is no policy that local governments adopt, and has no {path}"


def _muted(scenario: Scenario, at_work: AtWork, last: int) -> Scenario:
    options = [
        Override(f"diffusion.drivers.{driver}", 0.0, None, "drivers")
        for driver in DRIVERS
        if driver not in at_work
    ]
    return resolve_options(scenario, [Override("years.last", last), *options])


def _subset_table(found: Mapping[AtWork, Spread]) -> pd.DataFrame:
    return pd.DataFrame(
        {driver: int(driver in at_work) for driver in DRIVERS}
        | {"county_years": spread.county_years, "half": spread.half}
        for at_work, spread in found.items()
    )


def _driver_table(found: Mapping[AtWork, Spread]) -> pd.DataFrame:
    worth = {at_work: spread.county_years for at_work, spread in found.items()}
    everything = frozenset(DRIVERS)
    whole = worth[everything] - worth[frozenset()]
    values = shapley(worth)
    rows = []
    for driver in DRIVERS:
        without = found[everything - {driver}]
        rows.append(
            {
                "driver": driver,
                "lost_alone": worth[everything] - without.county_years,
                "shapley": values[driver],
                "share": values[driver] / whole if whole else math.nan,
                "half_without": without.half,
            }
        )
    return pd.DataFrame(rows)
