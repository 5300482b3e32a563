"""Who wins and who loses between two scenarios: households paired, grouped by income in the first.

Both are simulated again with the same seed and the same world, since a run folder holds outcomes
and no households. ``docs/compare.md`` says what is counted, and how ties, empty groups and negative
incomes are treated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from agents.errors import MinshengError
from agents.table import Float, Int64, Key
from experiments.parallel import fitting_workers, run_all
from experiments.run import Progress, no_progress, prepare, simulate
from model import records, run_folder
from model.run_folder import RUN_FILE
from model.scenario import Scenario
from model.scenario_overrides import parse_set_option, resolve_options
from model.simulation import Simulation
from policies.parameters import Override

MARK = "compare.json"
"""The file by which a folder is known to hold a comparison."""
DECILES = 10
THRESHOLD = 0.01
"""Share of the income in the first scenario that a change must exceed to count."""
_HALF = 0.5


@dataclass(frozen=True)
class Side:
    """What one scenario leaves: households at the end of the year, national outcomes by year.

    Attributes
    ----------
    key : ndarray of uint64, shape (n,)
    income, people : ndarray of float64, shape (n,)
        Income per head after transfers and contributions (yuan/year), and real people.
    outcomes : DataFrame
        Columns year, outcome, scheme, group, value.
    """

    name: str
    key: Key
    income: Float
    people: Float
    outcomes: pd.DataFrame


@dataclass(frozen=True)
class Gains:
    """Two scenarios compared.

    Attributes
    ----------
    names : tuple of str
        The first, whose incomes make the deciles, and the second.
    year, seed, replicate : int
    groups : DataFrame
        A row for every decile and one for all; see `gains_by_group`.
    outcomes : DataFrame
        Columns year, outcome, scheme, group, first, second, difference.
    unpaired : tuple of float
        Shares of the people of each scenario whose household does not exist in the other.
    """

    names: tuple[str, str]
    year: int
    seed: int
    replicate: int
    groups: pd.DataFrame
    outcomes: pd.DataFrame
    unpaired: tuple[float, float]


@dataclass(frozen=True)
class Job:
    """A scenario and which of its many histories."""

    scenario: Scenario
    replicate: int


def compare(
    pair: tuple[str, str],
    year: int | None = None,
    seed: int | None = None,
    settings: Sequence[str] = (),
    workers: int | None = None,
    progress: Progress = no_progress,
) -> Gains:
    """Compare two scenarios by name, file or run folder.

    Parameters
    ----------
    pair : tuple of str
    year : int, optional
        The year of the comparison; the last that both simulate.
    seed : int, optional
        Of both; otherwise their own, which must be the same.
    settings : sequence of str
        ``PATH=VALUE`` for both.

    Raises
    ------
    MinshengError
        A scenario is unknown, or the two have another seed, world or first year.
    """
    jobs = [find_scenario(text, seed, settings) for text in pair]
    last = same_world(jobs[0], jobs[1], year)
    jobs = [Job(until(job.scenario, last), job.replicate) for job in jobs]
    first = jobs[0].scenario
    years = len(jobs) * (last - first.years.first + 1)
    free = fitting_workers([job.scenario for job in jobs], workers)
    one, other = run_all(observe, jobs, years, free, progress)
    return gains(one, other, last, first.seed, jobs[0].replicate)


def observe(job: Job, progress: Progress = no_progress) -> Side:
    """Simulate one scenario and keep what is compared."""
    return side_of(simulate(job.scenario, job.replicate, progress))


def side_of(sim: Simulation) -> Side:
    """Return what is compared of a simulation that has ended."""
    households = sim.households
    rows = np.flatnonzero(households.alive)
    table = sim.record.table()
    nation = table[table["level"] == "nation"]
    return Side(
        sim.setup.name,
        households.key[rows],
        households.income_per_head[rows],
        households.weight[rows] * households.size[rows],
        nation[["year", "outcome", "scheme", "group", "value"]].reset_index(drop=True),
    )


def gains(one: Side, other: Side, year: int, seed: int, replicate: int) -> Gains:
    """Return gains and losses of the second scenario against the first."""
    _, first, second = np.intersect1d(one.key, other.key, return_indices=True)
    income, people = one.income[first], one.people[first]
    groups = gains_by_group(income, other.income[second], people)
    keys = ["year", "outcome", "scheme", "group"]
    outcomes = one.outcomes.merge(other.outcomes, "outer", keys, suffixes=("_first", "_second"))
    outcomes = outcomes.rename(columns={"value_first": "first", "value_second": "second"})
    outcomes["difference"] = outcomes["second"] - outcomes["first"]
    unpaired = (_without(one.people, first), _without(other.people, second))
    return Gains((one.name, other.name), year, seed, replicate, groups, outcomes, unpaired)


def gains_by_group(before: Float, after: Float, people: Float) -> pd.DataFrame:
    """Return gains by decile of the incomes before, and of all.

    Parameters
    ----------
    before, after : ndarray of float64, shape (n,)
        Income per head in the two scenarios, of any sign.
    people : ndarray of float64, shape (n,)
        Real people of each household.

    Returns
    -------
    DataFrame
        Columns group (``1`` to ``10``, ``all``), people, before, after, change (yuan per person
        and year), change_share (of income before), winning, losing, unchanged (shares of the
        people); null in a group without people.
    """
    decile = baseline_deciles(before, people)
    rows = [_gains_of(str(n + 1), decile == n, before, after, people) for n in range(DECILES)]
    rows.append(_gains_of("all", np.ones(len(before), bool), before, after, people))
    return pd.DataFrame(rows)


def baseline_deciles(income: Float, people: Float) -> Int64:
    """Return the decile of each household, 0 to 9, shape (n,); equal incomes share a decile.

    A household belongs where the middle of its people falls, and so do all of the same income
    together. A decile may therefore be empty.
    """
    _, place = np.unique(income, return_inverse=True)
    at_income = np.bincount(place, people)
    total = at_income.sum()
    if not total > 0:
        return np.zeros(len(income), np.int64)
    middle = (np.cumsum(at_income) - at_income * _HALF) / total
    decile: Int64 = np.minimum((middle * DECILES).astype(np.int64), DECILES - 1)[place]
    return decile


def _gains_of(
    name: str, chosen: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    before: Float, after: Float, people: Float,
) -> dict[str, object]:  # fmt: skip
    weight, change = people[chosen], (after - before)[chosen]
    total = weight.sum()
    if not total > 0:
        return {"group": name, "people": 0.0}
    least = THRESHOLD * np.abs(before[chosen])
    received = (weight * before[chosen]).sum()
    gained = (weight * change).sum()
    won, lost = weight[change > least].sum() / total, weight[change < -least].sum() / total
    return {
        "group": name,
        "people": total,
        "before": received / total,
        "after": (received + gained) / total,
        "change": gained / total,
        "change_share": gained / received if received > 0 else np.nan,
        "winning": won,
        "losing": lost,
        "unchanged": 1 - won - lost,
    }


def _without(people: Float, paired: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> float:
    left = np.ones(len(people), bool)
    left[paired] = False
    total = people.sum()
    return float(people[left].sum() / total) if total > 0 else float("nan")


def find_scenario(text: str, seed: int | None, settings: Sequence[str]) -> Job:
    """Return the scenario of a name, a file or a run folder, with its replicate."""
    if not (Path(text) / RUN_FILE).exists():
        return Job(prepare(text, settings, seed), 0)
    scenario, replicate = records.read_scenario(Path(text))
    options = [parse_set_option(setting) for setting in settings]
    if seed is not None:
        options.append(Override("seed", seed, None, "--seed"))
    return Job(resolve_options(scenario, options), replicate)


def same_world(one: Job, other: Job, year: int | None) -> int:
    """Return the year of the comparison; raises MinshengError if the two cannot be compared."""
    a, b = one.scenario, other.scenario
    for what, first, second in (
        ("seed", a.seed, b.seed),
        ("replicate", one.replicate, other.replicate),
        ("world", a.world, b.world),
        ("first year", a.years.first, b.years.first),
    ):
        if first != second:
            advice = "; give both one with --seed" if what == "seed" else ""
            raise MinshengError(
                f"{a.name} and {b.name} cannot be compared: the {what} differs "
                f"({first} and {second}){advice}"
            )
    last = min(a.years.last, b.years.last)
    if year is None:
        return last
    if not a.years.first <= year <= last:
        raise MinshengError(f"--year: must be a year from {a.years.first} to {last}, got {year}")
    return year


def until(scenario: Scenario, last: int) -> Scenario:
    """Return the scenario with another last year."""
    years = scenario.years.model_copy(update={"last": last})
    return scenario.model_copy(update={"years": years})


def compare_to_folder(
    pair: tuple[str, str],
    year: int | None,
    seed: int | None,
    settings: Sequence[str],
    folder: Path,
    overwrite: bool = False,
    workers: int | None = None,
    progress: Progress = no_progress,
) -> Gains:
    """Compare and write ``deciles.csv``, ``outcomes.csv`` and ``compare.json``; see `compare`."""
    from experiments.compare_output import save

    run_folder.sweep(folder)
    run_folder.refuse_folder(folder, overwrite, MARK)
    found = compare(pair, year, seed, settings, workers, progress)
    with run_folder.new_folder(folder, overwrite, MARK) as draft:
        save(found, draft)
    return found
