"""Where the one-ballot veto protects people and where it represses them: a map (rules h.1, j.3).

Levers        whether what is done about unrest becomes known above (fear), what money for order is
              worth to a leader (money), and the veto itself, on or off
Outcomes      what leaders do, whom it reaches, what order costs, by wealth of the county and region
Held fixed    scenario, seeds, and hence every draw; a small world

Every point is a pair of histories, one with and one without the veto. The map is their difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agents.errors import MinshengError
from agents.stability import BUY_OFF, CONCEAL, CONCEDE, SUPPRESS
from agents.table import Float
from experiments.parallel import fitting_workers, run_all
from experiments.run import Progress, no_progress
from model import run_folder
from model.geography import REGIONS
from model.scenario import Scenario
from model.scenario_files import load_scenario
from model.scenario_overrides import resolve
from model.simulation import Simulation

FEARS = (0.0, 0.15, 0.3, 0.6, 1.0)
MONEYS = (2.0, 10.0, 40.0)
"""Points of the map: incentives.stability.fear and .money, within their ranges."""
FIRST, LAST = 1996, 2006
"""Years of the histories: those of the lay-offs, and some after."""
PLACES = ("poor", "middle", "rich")
"""Thirds of the counties by structural income in the first year."""
SHARES = {
    "concede": CONCEDE,
    "buy_off": BUY_OFF,
    "suppress": SUPPRESS,
    "conceal": CONCEAL,
}
MARK = "choices.csv"
"""File by which a folder with a map is known."""
_RULES = "incentives.stability."
_THOUSAND = 1000
_INCHES, _SPAN = 2.6, 0.02


@dataclass(frozen=True)
class Point:
    """One history of the map.

    Attributes
    ----------
    scenario : Scenario
    fear, money : float
    veto : bool
    """

    scenario: Scenario
    fear: float
    money: float
    veto: bool


def veto_map(
    scenario: str = "tiny",
    fears: Sequence[float] = FEARS,
    moneys: Sequence[float] = MONEYS,
    seeds: Sequence[int] = (1,),
    years: tuple[int, int] = (FIRST, LAST),
    workers: int | None = None,
    progress: Progress = no_progress,
    **settings: Any,
) -> pd.DataFrame:
    """Simulate every point of the map with and without the veto.

    Parameters
    ----------
    scenario : str
        A shipped scenario or a file.
    fears, moneys : sequence of float
    seeds : sequence of int
    years : tuple of int
        First and last year.
    **settings : object
        Values by parameter path or scenario key, for all histories.

    Returns
    -------
    DataFrame
        One row for each seed, point, veto (0 or 1) and place: ``concede`` to ``conceal`` (share of
        county-years), ``incidents`` (a county and year), ``remedied`` and ``dibao`` (households,
        persons per thousand residents and year), ``spending`` (on order, yuan per resident and
        year).

    Raises
    ------
    MinshengError
        A name, value or year is not accepted.
    """
    if not (fears and moneys and seeds):
        raise MinshengError("a map needs at least one value of fear, one of money, and one seed")
    base = load_scenario(scenario)
    fixed = {"years.first": years[0], "years.last": years[1], **settings}
    points = [
        Point(resolve(base, {**fixed, "seed": seed, **_levers(fear, money, veto)}),
              fear, money, veto)
        for seed in seeds for fear in fears for money in moneys for veto in (True, False)
    ]  # fmt: skip
    free = fitting_workers([point.scenario for point in points], workers)
    total = len(points) * (years[1] - years[0] + 1)
    return pd.concat(run_all(observe, points, total, free, progress), ignore_index=True)


def observe(point: Point, progress: Progress = no_progress) -> pd.DataFrame:
    """Simulate one history; return its rows of the map."""
    sim = Simulation(point.scenario)
    seen = [_look(sim, progress, sim.year) for _ in iter(lambda: sim.running, False)]
    sums = {name: np.sum([year[name] for year in seen], axis=0) for name in seen[0]}
    sums["remedied"] = _remedied(sim)
    rows = [_row(sums, chosen) | {"by": by, "place": place} for by, place, chosen in _places(sim)]
    table = pd.DataFrame(rows)
    setup = {"seed": sim.setup.seed, "fear": point.fear, "money": point.money}
    return table.assign(**setup, veto=int(point.veto))


def gain(table: pd.DataFrame) -> pd.DataFrame:
    """Return what the veto adds, mean over seeds: one row for each point and place.

    Columns as of `veto_map`, and ``protection`` (concede and buy_off) and ``repression`` (suppress
    and conceal), share of county-years.
    """
    keys = ["by", "place", "fear", "money"]
    mean = table.drop(columns="seed").groupby([*keys, "veto"]).mean()
    added = mean.xs(1, level="veto") - mean.xs(0, level="veto")
    added["protection"] = added["concede"] + added["buy_off"]
    added["repression"] = added["suppress"] + added["conceal"]
    return added.reset_index()


def map_to_folder(
    scenario: str,
    folder: Path,
    seeds: Sequence[int] = (1,),
    overwrite: bool = False,
    workers: int | None = None,
    progress: Progress = no_progress,
) -> pd.DataFrame:
    """Draw the map of a scenario; write its histories, what the veto adds, and a picture.

    Parameters
    ----------
    scenario, seeds, workers, progress
        See `veto_map`.
    folder : Path
        Appears whole or not at all; raises MinshengError if it exists and `overwrite` is not set.

    Returns
    -------
    DataFrame
        What the veto adds; see `gain`.
    """
    run_folder.sweep(folder)
    run_folder.refuse_folder(folder, overwrite, MARK)
    with run_folder.new_folder(folder, overwrite, MARK) as draft:
        table = veto_map(scenario, seeds=seeds, workers=workers, progress=progress)
        added = gain(table)
        table.to_csv(draft / MARK, index=False, float_format="%.6g")
        added.to_csv(draft / "veto.csv", index=False, float_format="%.6g")
        draw(added, draft / "veto.svg")
    return added


def draw(added: pd.DataFrame, file: Path) -> None:
    """Draw what the veto adds to remedies, force and silence by wealth, over fear and money."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    kinds = (("protection", "concede, buy off"), ("suppress", "suppress"), ("conceal", "conceal"))
    size = _INCHES * len(PLACES), _INCHES * len(kinds)
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots(len(kinds), len(PLACES), sharex=True, sharey=True, squeeze=False)
    by_wealth = added[added["by"] == "wealth"]
    most = max(float(by_wealth[[kind for kind, _ in kinds]].abs().to_numpy().max()), _SPAN)
    for row, (kind, words) in enumerate(kinds):
        for column, place in enumerate(PLACES):
            of_place = by_wealth[by_wealth["place"] == place]
            grid = of_place.pivot_table(index="money", columns="fear", values=kind)
            axis = axes[row, column]
            shown = axis.imshow(grid, cmap="PuOr", vmin=-most, vmax=most, origin="lower",
                                aspect="auto")  # fmt: skip
            axis.set_xticks(range(len(grid.columns)), [f"{value:g}" for value in grid.columns])
            axis.set_yticks(range(len(grid.index)), [f"{value:g}" for value in grid.index])
            axis.set_title(f"{place} counties: {words}", fontsize="small")
    figure.supxlabel("fear: chance that what is done becomes known above", fontsize="small")
    figure.supylabel("money: worth of the budget to a leader", fontsize="small")
    figure.colorbar(shown, ax=axes, label="what the veto adds, share of county-years")
    figure.savefig(file, format="svg", metadata={"Date": None})


def _levers(fear: float, money: float, veto: bool) -> dict[str, Any]:
    levers = {f"{_RULES}fear": fear, f"{_RULES}money": money}
    # Left alone, the veto is dated.
    return levers if veto else levers | {"incentives.evaluation.veto": False}


def _look(sim: Simulation, progress: Progress, year: int) -> dict[str, Float]:
    """Simulate a year; return sums of it by county."""
    sim.step()
    first, last = sim.setup.years.first, sim.setup.years.last
    progress(year - first + 1, last - first + 1)
    counties = sim.counties
    choice, weight = counties["stability_choice"], counties.weight
    seen = {name: weight * (choice == code) for name, code in SHARES.items()}
    seen |= {
        "years": weight.copy(),
        "incidents": weight * counties.incident,
        "people": counties.population.copy(),
        "spending": counties.stability_money.copy(),
        "dibao": sim.county_sum(sim.households["dibao_persons"]),
    }
    return seen


def _remedied(sim: Simulation) -> Float:
    """Return households whose claims were remedied in all years, by county."""
    table = sim.record.table()
    rows = table[(table["level"] == "county") & (table["group"] == "all") & (table["scheme"] == "")]
    rows = rows[rows["outcome"].isin(("claims", "remedied_share"))]
    wide = rows.pivot_table(index=["area", "year"], columns="outcome", values="value",
                            observed=True)  # fmt: skip
    if "remedied_share" not in wide:
        return np.zeros(sim.counties.n)
    made = (wide["claims"] * wide["remedied_share"]).groupby(level="area", observed=True).sum()
    codes = sim.counties.code.astype(str)
    values: Float = made.reindex(codes).fillna(0).to_numpy(np.float64)
    return values


def _row(sums: dict[str, Float], chosen: "np.ndarray[Any, np.dtype[np.bool_]]") -> dict[str, Any]:
    total = {name: float(values[chosen].sum()) for name, values in sums.items()}
    years, people = max(total["years"], 1), max(total["people"], 1)
    row: dict[str, Any] = {name: total[name] / years for name in (*SHARES, "incidents")}
    row |= {name: _THOUSAND * total[name] / people for name in ("remedied", "dibao")}
    row["spending"] = total["spending"] / people
    return row


def _places(sim: Simulation) -> list[tuple[str, str, "np.ndarray[Any, np.dtype[np.bool_]]"]]:
    """Return kinds of places and which counties are in each: all, wealth, region."""
    counties = sim.counties
    # Of the first year, so that it is the same with and without the veto.
    income = counties.priority
    bounds = np.quantile(income, np.arange(1, len(PLACES)) / len(PLACES))
    third = np.searchsorted(bounds, income, side="left")
    region = sim.geography.region[counties.province]
    groups = [("all", "all", np.ones(counties.n, bool))]
    groups += [("wealth", name, third == row) for row, name in enumerate(PLACES)]
    groups += [("region", name, region == row) for row, name in enumerate(REGIONS)]
    return [group for group in groups if group[2].any()]
