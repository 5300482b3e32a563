"""The effect of reforms with bands: base and reforms paired at the same draws, many times over.

One piece of work simulates the base and every reform with the same replicate and the same
assumptions, so that all that differs between them is the reform. Pieces with the usual assumptions
make the band of chance, pieces with assumptions drawn over their ranges (`experiments.assumptions`)
the band of chance and assumptions. Pieces are added until a half-width asked for is reached.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agents.errors import MinshengError
from experiments import assumptions, bands
from experiments.bands import ASSUMPTIONS, CHANCE
from experiments.compare import (
    MARK,
    Side,
    find_scenario,
    gains_by_group,
    same_world,
    side_of,
    until,
)
from experiments.parallel import fitting_workers, run_all
from experiments.run import Progress, no_progress, simulate
from model import run_folder
from model.scenario import Scenario
from model.simulation import Simulation
from policies.parameters import ParameterSet

PUBLIC_COST, POOR_PERSONS = "public_cost", "poor_persons"
"""Rows beside the outcomes: yuan a year that governments pay for schemes, and the poor."""
GOVERNMENTS = ("centre", "provinces", "counties", "townships")
_GENERAL = ("payroll", "public_services")
_SERIES = ["year", "outcome", "scheme", "group"]
# Pieces that are added at a time until the half-width is reached.
_BATCH = 4


@dataclass(frozen=True)
class Piece:
    """Base and reforms at one draw; `place` is that of the assumptions, null where usual."""

    scenarios: tuple[Scenario, ...]
    replicate: int
    varied: str
    place: tuple[float, ...] | None = None
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a piece of work found: outcomes and gains of each reform, or why there is none."""

    varied: str
    draw: int
    outcomes: pd.DataFrame = field(default_factory=pd.DataFrame)
    gains: pd.DataFrame = field(default_factory=pd.DataFrame)
    error: str = ""


@dataclass(frozen=True)
class Effects:
    """The effect of reforms against a base.

    Attributes
    ----------
    names : tuple of str
        The base, then the reforms.
    year, seed : int
    table : DataFrame
        See `bands.effects`.
    gains : DataFrame
        Winners and losers by decile and reform, means over chance.
    costs : DataFrame
        See `costs`.
    replicates, drawn : int
        Pieces of chance and of assumptions that were done.
    failed : tuple of str
        What kept others from being done.
    paths : tuple of str
        Parameters that were drawn.
    """

    names: tuple[str, ...]
    year: int
    seed: int
    table: pd.DataFrame
    gains: pd.DataFrame
    costs: pd.DataFrame
    replicates: int
    drawn: int
    failed: tuple[str, ...]
    paths: tuple[str, ...]


def study(
    names: Sequence[str],
    replicates: int,
    year: int | None = None,
    seed: int | None = None,
    settings: Sequence[str] = (),
    draw_assumptions: bool = True,
    precision: Mapping[str, float] | None = None,
    cap: int = 200,
    workers: int | None = None,
    progress: Progress = no_progress,
) -> Effects:
    """Measure the effect of reforms against a base, the first of the names.

    Parameters
    ----------
    names : sequence of str
        Scenarios by name, file or folder of a run; at least two.
    replicates : int
        Paired runs by chance, and as many with drawn assumptions.
    precision : mapping of str to float, optional
        Half-width of the mean difference by outcome in the last year; replicates are added until
        it is reached, or the cap.

    Raises
    ------
    MinshengError
        A scenario or outcome is unknown, the worlds differ, or every piece failed.
    """
    scenarios = _scenarios(names, year, seed, settings)
    last = scenarios[0].years.last
    paths = assumptions.drawn_over(ParameterSet.load(), scenarios) if draw_assumptions else ()
    places = assumptions.draws(paths, replicates, scenarios[0].seed) if paths else np.zeros((0, 0))
    pieces = [
        *(Piece(scenarios, k, CHANCE) for k in range(replicates)),
        *(Piece(scenarios, k, ASSUMPTIONS, tuple(at), paths) for k, at in enumerate(places)),
    ]
    found = _do(pieces, workers, progress)
    table = _effects(found)
    for _ in count():
        done = sum(piece.varied == CHANCE for piece in pieces)
        wanted = precision or {}
        if bands.is_precise(bands.widest(table, wanted, last), wanted) or done >= cap:
            break
        more = [Piece(scenarios, k, CHANCE) for k in range(done, min(done + _BATCH, cap))]
        pieces += more
        found += _do(more, workers, progress)
        table = _effects(found)
    return _summed_up(scenarios, found, table, paths)


def parse_precision(texts: Sequence[str]) -> dict[str, float]:
    """Return half-widths by outcome from texts such as ``poverty_rate=0.001``.

    Raises
    ------
    MinshengError
        A text is of another form, or its width is not above zero.
    """
    found = {}
    for text in texts:
        name, _, width = text.partition("=")
        try:
            found[name] = float(width)
        except ValueError:
            found[name] = -1
        if not (name and found[name] > 0):
            raise MinshengError(
                f"--precision: must be an outcome and a half-width above zero, such as "
                f"poverty_rate=0.001, got {text!r}"
            )
    return found


def _scenarios(
    names: Sequence[str], year: int | None, seed: int | None, settings: Sequence[str]
) -> tuple[Scenario, ...]:
    jobs = [find_scenario(name, seed, settings) for name in names]
    last = min(same_world(jobs[0], other, year) for other in jobs[1:])
    scenarios = tuple(until(job.scenario, last) for job in jobs)
    titles = [scenario.name for scenario in scenarios]
    if len(set(titles)) < len(titles):
        raise MinshengError(f"scenarios to compare need different names, got {', '.join(titles)}")
    return scenarios


def _do(pieces: Sequence[Piece], workers: int | None, progress: Progress) -> list[Found]:
    every = [piece.scenarios[0] for piece in pieces]
    each = len(pieces[0].scenarios) * (every[0].years.last - every[0].years.first + 1)
    free = fitting_workers(every, workers)
    return run_all(observe, pieces, each * len(pieces), free, progress)


def observe(piece: Piece, progress: Progress = no_progress) -> Found:
    """Simulate base and reforms at one draw; what goes wrong in the model is part of the answer."""
    draw, before = piece.replicate, 0
    sides: list[tuple[Scenario, Side, pd.DataFrame]] = []
    try:
        for scenario in piece.scenarios:

            def report(done: int, _: int, before: int = before) -> None:
                progress(before + done, 0)

            sim = simulate(_at(scenario, piece), draw, report)
            sides.append((scenario, side_of(sim), _series(sim)))
            before += scenario.years.last - scenario.years.first + 1
    except MinshengError as error:
        return Found(piece.varied, draw, error=f"{piece.varied} {draw}: {error}")
    (_, base, series), *others = sides
    outcomes = [_paired(series, changed, scenario.name) for scenario, _, changed in others]
    gains = [_gains(base, side, scenario.name) for scenario, side, _ in others]
    return Found(
        piece.varied,
        draw,
        pd.concat(outcomes).assign(varied=piece.varied, draw=draw),
        pd.concat(gains).assign(draw=draw),
    )


def _at(scenario: Scenario, piece: Piece) -> Scenario:
    if piece.place is None:
        return scenario
    place = np.array(piece.place)
    return assumptions.with_drawn(scenario, ParameterSet.load(), piece.paths, place)


def _series(sim: Simulation) -> pd.DataFrame:
    """Return national outcomes, public cost and the number of the poor by year."""
    rows = sim.record.table()
    nation = rows[rows["level"] == "nation"]
    flows = pd.DataFrame(
        sim.treasury.flow_rows, columns=["year", "payer", "payee", "purpose", "yuan"]
    )
    mine = flows["payer"].isin(GOVERNMENTS) & ~flows["payee"].isin(GOVERNMENTS)
    cost = flows[mine & ~flows["purpose"].isin(_GENERAL)].groupby("year")["yuan"].sum()
    plain = nation[(nation["group"] == "all") & (nation["scheme"] == "")]
    by_year = plain.pivot_table("value", "year", "outcome")
    people = by_year["poverty_rate"] * by_year["population"] if "poverty_rate" in by_year else cost
    return pd.concat(
        [nation[[*_SERIES, "value"]], _rows(PUBLIC_COST, cost), _rows(POOR_PERSONS, people)]
    )


def _rows(outcome: str, values: "pd.Series[float]") -> pd.DataFrame:
    rows = values.rename("value").rename_axis("year").reset_index()
    return rows.assign(outcome=outcome, scheme="", group="all")[[*_SERIES, "value"]]


def _paired(base: pd.DataFrame, reform: pd.DataFrame, name: str) -> pd.DataFrame:
    both = base.rename(columns={"value": "base"}).merge(reform, "outer", _SERIES)
    return both.assign(reform=name)


def _gains(base: Side, side: Side, name: str) -> pd.DataFrame:
    _, first, second = np.intersect1d(base.key, side.key, return_indices=True)
    income, people = base.income[first], base.people[first]
    return gains_by_group(income, side.income[second], people).assign(reform=name)


def _effects(found: Sequence[Found]) -> pd.DataFrame:
    done = [piece.outcomes for piece in found if not piece.error]
    if not any(piece.varied == CHANCE and not piece.error for piece in found):
        raise MinshengError(found[0].error)
    return bands.effects(pd.concat(done))


def _summed_up(
    scenarios: tuple[Scenario, ...],
    found: Sequence[Found],
    table: pd.DataFrame,
    paths: tuple[str, ...],
) -> Effects:
    good = [piece for piece in found if not piece.error]
    by_chance = pd.concat([piece.gains for piece in good if piece.varied == CHANCE])
    gains = by_chance.drop(columns="draw").groupby(["reform", "group"], sort=False).mean()
    return Effects(
        tuple(scenario.name for scenario in scenarios),
        scenarios[0].years.last,
        scenarios[0].seed,
        table,
        gains.reset_index(),
        costs(table),
        sum(piece.varied == CHANCE for piece in good),
        sum(piece.varied == ASSUMPTIONS for piece in good),
        tuple(piece.error for piece in found if piece.error),
        paths,
    )


def costs(table: pd.DataFrame) -> pd.DataFrame:
    """Return what a person-year of cover and of no poverty costs, over all years.

    Cost is what governments pay outside themselves but for payroll and general services, which
    take what is left; yuan of the years. Columns reform, what (a scheme, or ``out of poverty``),
    cost, person_years, yuan_each; null where nobody more is covered or lifted out.
    """
    whole = ["reform", "outcome", "scheme"]
    of_all = table[table["group"] == "all"]
    summed = of_all.groupby(whole, sort=False)["difference"].sum().reset_index()
    cost = summed[summed["outcome"] == PUBLIC_COST].set_index("reform")["difference"]
    covered = summed[summed["outcome"] == "covered_persons"]
    covered = covered.assign(what=covered["scheme"], person_years=covered["difference"])
    poor = summed[summed["outcome"] == POOR_PERSONS]
    lifted = poor.assign(what="out of poverty", person_years=-poor["difference"])
    found = pd.concat([covered, lifted])[["reform", "what", "person_years"]]
    found.insert(2, "cost", found["reform"].map(cost).astype(float))
    found["person_years"] = found["person_years"].astype(float)
    more = found["person_years"] > 0
    found["yuan_each"] = (found["cost"] / found["person_years"]).where(more)
    return found[found["person_years"] != 0].reset_index(drop=True)


def study_to_folder(
    names: Sequence[str],
    replicates: int,
    folder: Path,
    overwrite: bool = False,
    command: str = "",
    **options: Any,
) -> Effects:
    """Measure effects and write tables and page; `options` are those of `study`."""
    from experiments.effects_output import save
    from experiments.effects_page import write_page

    run_folder.sweep(folder)
    run_folder.refuse_folder(folder, overwrite, MARK)
    found = study(names, replicates, **options)
    with run_folder.new_folder(folder, overwrite, MARK) as draft:
        save(found, draft, command)
        write_page(found, draft, command)
    return found
