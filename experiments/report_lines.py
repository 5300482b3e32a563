"""What stands in the pictures that no single outcome gives: maps, deciles, money."""

import pandas as pd

from experiments.report_data import DECILES, Run, tidy
from model.geography import load_geography

DIBAO_ENDING = "_dibao"
_HALF = 2
BILLION = 1e9
_POOLS = "insurance_pools"
# Who makes good what a pool lacks: label, tone, and the beginnings or ends of the purposes.
_BAIL_OUTS = (
    ("worker pension", "urban", ("pension_subsidy",)),
    ("medical", "rural", ("residents_medical_bail_out",)),
    ("others", "muted", ("_shortfall",)),
)


def map_years(run: Run) -> tuple[int, ...]:
    """Return the years shown on maps: the middle and the last, or the only one."""
    middle = (run.first + run.last) // _HALF
    return tuple(sorted({middle, run.last}))


def tiles(run: Run, outcome: str, scheme: str, year: int) -> pd.DataFrame:
    """Return the provinces as tiles: name, column, row (0 is the north), value (null: no data)."""
    land = load_geography()
    places = [("province", str(code)) for code in land.province_code]
    values = [run.series(outcome, "all", scheme, place)[year] for place in places]
    return pd.DataFrame(
        {"name": land.province_name, "column": land.tile_column, "row": land.tile_row,
         "value": values}
    )  # fmt: skip


def deciles(run: Run, place: str) -> pd.DataFrame:
    """Return mean income by decile over the mean of the place, first and last year, as lines."""
    mean = run.series("income_mean", place)
    lines = {}
    for year in (run.first, run.last):
        values = [run.series("income_mean", f"{place}&{name}")[year] for name in DECILES]
        lines[year] = pd.Series(values, range(1, len(DECILES) + 1), dtype=float) / mean[year]
    last = lines.pop(run.last)
    return tidy(
        [(str(year), "muted", line) for year, line in lines.items()]
        + [(str(run.last), place, last)]
    )


def flows_of(run: Run, year: int) -> pd.DataFrame:
    """Return the payments of a year: payer, payee, purpose, yuan, per_resident; largest first."""
    rows = run.flows[run.flows["year"] == year]
    people = run.series("population")[year]
    rows = rows.assign(per_resident=rows["yuan"] / people)
    return rows.sort_values("yuan", ascending=False, kind="stable", ignore_index=True)


def accounts_of(run: Run, year: int) -> pd.DataFrame:
    """Return the accounts that were used in a year: account, opening, inflow, outflow, closing."""
    rows = run.accounts[run.accounts["year"] == year]
    # What a rounding error leaves behind is less than one yuan of the whole country.
    used = (rows[["opening", "inflow", "outflow", "closing"]].abs() >= 1).any(axis=1)
    return rows[used].reset_index(drop=True)


def largest_gap(run: Run) -> float:
    """Return how far any account of any year is from closing, over the turnover of the year."""
    rows = run.accounts
    gap = (rows["opening"] + rows["inflow"] - rows["outflow"] - rows["closing"]).abs()
    turnover = rows.groupby("year")["inflow"].transform("sum")
    unmatched = rows["inflow"].groupby(rows["year"]).sum().sub(
        rows["outflow"].groupby(rows["year"]).sum()
    )  # fmt: skip
    between = (unmatched.abs() / turnover.groupby(rows["year"]).first()).fillna(0)
    return float(max((gap / turnover).fillna(0).max(), between.max()))


def dibao_money(run: Run) -> pd.DataFrame:
    """Return dibao paid to households and the part the centre refunds, billion yuan, as lines."""
    rows = run.flows[run.flows["purpose"].str.endswith(DIBAO_ENDING)]
    paid = rows[rows["payee"] == "households"].groupby(["purpose", "year"])["yuan"].sum()
    refund = rows[rows["payer"] == "centre"].groupby("year")["yuan"].sum()
    lines = []
    for place in ("urban", "rural"):
        if (purpose := f"{place}{DIBAO_ENDING}") in paid.index.get_level_values("purpose"):
            lines.append((place, place, _billions(run, paid[purpose])))
    if lines:
        lines.append(("centre", "muted", _billions(run, refund)))
    return tidy(lines)


def bail_outs(run: Run) -> pd.DataFrame:
    """Return what the centre and counties paid into pools that ran dry, billion yuan, as lines."""
    rows = run.flows[run.flows["payee"] == _POOLS]
    lines = []
    for name, tone, endings in _BAIL_OUTS:
        chosen = rows[rows["purpose"].str.endswith(endings)]
        if len(chosen):
            paid = chosen.groupby("year")["yuan"].sum().reindex(run.years, fill_value=0)
            lines.append((name, tone, paid / BILLION))
    return tidy(lines)


def _billions(run: Run, yuan: "pd.Series[float]") -> "pd.Series[float]":
    return yuan.reindex(run.years) / BILLION
