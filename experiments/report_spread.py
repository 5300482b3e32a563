"""How policies spread among counties: when each had it, what the centre did, how designs differ."""

import math
from dataclasses import dataclass

import pandas as pd

from experiments.official_figures import PERCENT
from experiments.report_axes import Scale
from experiments.report_data import NATION, Run, tidy
from experiments.report_panels import NO_DOTS, Block, By, Plan, block, small
from policies.base import discover

_HALF = 50.0
# What the centre does to a policy that counties have, in the order of the table.
_ACTS = ("recognised", "mandated")
_SHOWN_REASONS = 3
# Colour and name at the end of a line, for the policies that come in many designs.
_SHAPED = {
    "urban_dibao": ("urban", "urban dibao"),
    "rural_dibao": ("rural", "rural dibao"),
    "residents_medical": ("green", "medical"),
    "residents_pension": ("purple", "pension"),
    "migrant_insurance": ("muted", "migrants"),
    "hukou": ("all", "hukou"),
}


@dataclass(frozen=True)
class SpreadLine:
    """How a policy became national; all fields are text, empty for what did not happen.

    Attributes
    ----------
    first, half : str
        When the first county had it, and half of the units of the country.
    recognised, ordered, everybody : str
        When the centre took it up, at the latest by ordering it, when it first ordered it, and
        by when all were to have it.
    years : str
        From the first county to that date.
    given_up : str
        Times that it was given up or taken back, in units of the country.
    reasons : str
        What stood first among the recorded reasons of those who adopted.
    """

    title: str
    first: str
    half: str
    recognised: str
    ordered: str
    everybody: str
    years: str
    given_up: str
    reasons: str


def adoption(run: Run, policy: str) -> "pd.Series[float]":
    """Return the share of the county-level units that have a policy, percent."""
    return PERCENT * run.series("adopters", scheme=policy).fillna(0) / run.units


def acts(run: Run, policy: str, events: tuple[str, ...] = _ACTS) -> "pd.Series[int]":
    """Return the years in which the centre recognised or ordered a policy in this run."""
    rows = run.adoptions
    chosen = (rows["policy"] == policy) & (rows["area"] == NATION[1]) & rows["event"].isin(events)
    return rows.loc[chosen, "year"].astype(int)


def spread(run: Run, _: By) -> list[Block]:
    """Return the units that have each policy, the variety of designs, and what was given up."""
    plans = []
    for name, title in _titles().items():
        held = adoption(run, name)
        begun = held.index[held > 0]
        unit = f"first in {begun[0]}" if len(begun) else ""
        plans.append(Plan(f"adoption-{name}".replace("_", "-"), title, unit,
                          tidy([("", "all", held)]), NO_DOTS, Scale(0, "%", top=PERCENT),
                          tuple(sorted(set(acts(run, name))))))  # fmt: skip
    return [small(plans), block(_variety(run), "Designs and reversals")]


def _variety(run: Run) -> list[Plan]:
    designs = tidy((label, tone, run.series("fragmentation", scheme=policy))
                   for policy, (tone, label) in _SHAPED.items())  # fmt: skip
    lost = {policy: run.series("reversals", scheme=policy) for policy in run.schemes("reversals")}
    reversals = tidy(
        (_SHAPED.get(policy, ("", policy.replace("_", " ")))[1],
         _SHAPED.get(policy, ("muted", ""))[0], values)
        for policy, values in lost.items() if (values > 0).any()
    )  # fmt: skip
    return [
        Plan("fragmentation", "Fragmentation",
             "chance that two residents under a policy live under different designs", designs,
             NO_DOTS, Scale(2, top=1), note="Designs are copied from peers, altered, made anew, or "
             "taken from the centre; they fall together when the centre unifies them."),
        Plan("reversals", "Given up or taken back", "county-level units a year", reversals, NO_DOTS,
             Scale(0), note="For hukou, a place that drops a rung after being overrun; it may "
             "still be open below."),
    ]  # fmt: skip


def spread_table(run: Run) -> list[SpreadLine]:
    """Return how each policy that any county had became national, the earliest first."""
    found = []
    for name, title in _titles().items():
        held = adoption(run, name)
        if (held > 0).any():
            found.append((int(held.index[held > 0][0]), _line(run, name, title, held)))
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def _line(run: Run, policy: str, title: str, held: "pd.Series[float]") -> SpreadLine:
    begun, half = int(held.index[held > 0][0]), held.index[held >= _HALF]
    lags = run.series("diffusion_lag", scheme=policy).dropna()
    lag = float(lags.iloc[-1]) if len(lags) else math.nan
    # What is there at the start is older, unless few have it and the run knows when it began.
    is_older = begun == run.first and (math.isnan(lag) or held[begun] >= _HALF)
    if is_older:
        lag = math.nan
    lost = float(run.series("reversals", scheme=policy).sum())
    # An order recognises what was not recognised before.
    recognised, ordered = _first(acts(run, policy)), _first(acts(run, policy, _ACTS[1:]))
    return SpreadLine(
        title,
        f"{begun} or before" if is_older else str(begun),
        str(half[0]) if len(half) else "",
        recognised,
        ordered,
        "" if math.isnan(lag) else f"{begun + lag:.0f}",
        "" if math.isnan(lag) else f"{lag:.0f}",
        f"{lost:,.0f}" if lost else "",
        _reasons(run, policy),
    )


def _first(years: "pd.Series[int]") -> str:
    return str(years.min()) if len(years) else ""


def _reasons(run: Run, policy: str) -> str:
    """Return the most frequent of what stood first among the reasons, with their shares."""
    rows = run.adoptions
    told = rows.loc[(rows["policy"] == policy) & (rows["event"] == "adopted"), "reason"]
    strongest = told.str.removeprefix("choice: ").str.replace(
        r"\s*([+-][\d.]+|[,;]).*$", "", regex=True
    )
    counts = strongest.groupby(strongest).size().sort_values(ascending=False, kind="stable")
    shares = PERCENT * counts.head(_SHOWN_REASONS) / counts.sum()
    return ", ".join(f"{reason} {share:.0f}%" for reason, share in shares.items())


def _titles() -> dict[str, str]:
    return {name: policy.title.partition(" (")[0] for name, policy in discover().items()}
