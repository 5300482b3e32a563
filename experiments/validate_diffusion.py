"""How policies spread in a run, for ``docs/validation.md``: the cities of the 1990s, and lags."""

import pandas as pd

from experiments.markdown import table
from experiments.report_data import Run
from policies.base import discover
from policies.parameters import ParameterSet

# Counted by the sources that list the first cities with urban dibao.
_CITIES = 667
_SHARE = "adoption.calendar.urban_dibao_share"
_FIRST, _LAST = 1993, 1999
# Years from the first local rule to the national one: S0, S2, S3, Meng et al. 2012.
_LAGS = {
    "urban_dibao": "4–6",
    "rural_dibao": "3–10",
    "residents_medical": "5",
    "residents_pension": "3–9",
    "migrant_insurance": "–",
    "hukou": "–",
}


def cities_table(run: Run) -> str:
    """Return cities with urban dibao by year: as listed, and as the counties of the run chose."""
    listed, held = ParameterSet.load(), _holders(run, "urban_dibao")
    rows = []
    for year in range(_FIRST, _LAST + 1):
        share = float(str(listed.value(_SHARE, year)))
        model = held.get(year, 0.0)
        rows.append((str(year), f"{_CITIES * share:.0f}", f"{_CITIES * model:.0f}", f"{model:.3f}"))
    return table(("year", "cities listed", "model, of as many", "share"), rows, numbers=3)


def lag_table(run: Run) -> str:
    """Return when each policy began somewhere, was ordered for everybody, and was everywhere."""
    rows = []
    for policy, expected in _LAGS.items():
        acts = run.adoptions[run.adoptions["policy"] == policy]
        adopted = acts.loc[acts["event"].eq("adopted"), "year"]
        if len(adopted):
            orders = acts.loc[acts["area"].eq("0") & acts["event"].eq("mandated"), "year"]
            order = f"{orders.min()}" if len(orders) else "–"
            lag = f"{orders.min() - adopted.min()}" if len(orders) else "–"
            title = discover()[policy].title
            years = (f"{adopted.min()}", order, f"{adopted.max()}")
            rows.append((title, *years, lag, expected))
    heads = ("policy", "first county", "order", "last county", "lag to the order, years", "sources")
    return table(heads, rows, numbers=5)


def _holders(run: Run, policy: str) -> "pd.Series[float]":
    """Return the share of counties that have adopted a policy, by year."""
    rows = run.adoptions
    rows = rows[rows["policy"].eq(policy) & rows["event"].eq("adopted")]
    counts = rows.groupby("year").size().cumsum()
    years = range(int(counts.index.min()), run.last + 1) if len(counts) else range(0)
    return counts.reindex(years).ffill() / run.scenario.world.n_counties
