"""Who pays whom in a year: payers on the left, payees on the right."""

import pandas as pd

from dashboard import words
from dashboard.charts import Option, line, over_time, tooltip
from dashboard.palette import Palette
from dashboard.results import Result, WorldResult
from dashboard.results import table as read
from dashboard.tables import Shown, yuan
from dashboard.views.overview import years_of
from dashboard.words import say
from model.treasury import ACCOUNTS

SOCIAL, PUBLIC, EVERYTHING = "social", "public", "everything"
PARTS = (SOCIAL, PUBLIC, EVERYTHING)
"""Which payments are drawn: benefits, premiums and services; all of the state; all."""
_STATE = ("townships", "counties", "provinces", "centre")
_CIVIL = ("insurance_pools", "hubs", "ngos", "foreign_funders", "donors")
_EARMARKED = "earmarked_"
_TO_PEOPLE = ("households", *_CIVIL)


def payments(world: WorldResult, year: int, part: str) -> pd.DataFrame:
    """Return the payments of a year, the largest first: payer, payee, purpose, yuan."""
    rows = read(world, "flows", year=year)
    rows = rows[rows["yuan"] > 0]
    kept = rows[_chosen(rows, part)]
    return kept.sort_values("yuan", ascending=False, kind="stable", ignore_index=True)


def _chosen(rows: pd.DataFrame, part: str) -> "pd.Series[bool]":
    payer, payee = rows["payer"], rows["payee"]
    if part == EVERYTHING:
        return pd.Series(True, rows.index)
    if part == PUBLIC:
        return payer.isin((*_STATE, *_CIVIL)) | payee.isin((*_STATE, *_CIVIL))
    benefits = payer.isin(_STATE) & payee.isin(_TO_PEOPLE)
    civil = payer.isin(_CIVIL) | payee.isin(_CIVIL)
    return benefits | civil | rows["purpose"].str.startswith(_EARMARKED)


def account(name: str, language: str) -> str:
    """Return an account in words."""
    return say(f"money.account.{name}", language)


def purpose(name: str, language: str) -> str:
    """Return what a payment is for in words; a policy of one's own has only the name."""
    if name.startswith(_EARMARKED):
        what = purpose(name.removeprefix(_EARMARKED), language)
        return say("money.earmarked", language, what=what)
    return words.texts().get(f"money.purpose.{name}", language) or name.replace("_", " ")


def sankey(rows: pd.DataFrame, language: str, palette: Palette) -> Option:
    """Return the payments between accounts as bands as wide as the sums."""
    sums = rows.groupby(["payer", "payee"])["yuan"].sum()
    scale = yuan(float(sums.max()), language)
    ends = {name: [a for a in ACCOUNTS if a in set(rows[name])] for name in ("payer", "payee")}
    paid = {name: rows.groupby(name)["yuan"].sum() for name in ends}
    nodes = [
        {"name": f"{side}:{name}", "depth": depth, "value": scale.number(paid[side][name]),
         "itemStyle": {"color": palette.groups[ACCOUNTS.index(name) % len(palette.groups)]},
         "label": {"formatter": f"{account(name, language)} {scale.text(paid[side][name])}",
                   "position": "right" if depth == 0 else "left"}}
        for depth, side in enumerate(("payer", "payee"))
        for name in ends[side]
    ]  # fmt: skip
    pairs = zip(sums.index.to_list(), sums.to_list(), strict=True)
    links = [_band(payer, payee, value, scale, language) for (payer, payee), value in pairs]
    text = {"color": palette.text, "fontSize": 12, "textBorderWidth": 0}
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "tooltip": tooltip(palette, "item"),
        "series": [{"type": "sankey", "left": 8, "right": 8, "top": 12, "bottom": 12,
                    "nodeWidth": 12, "nodeGap": 12, "layoutIterations": 0, "draggable": False,
                    "nodeAlign": "left", "data": nodes, "links": links, "label": text,
                    "emphasis": {"focus": "adjacency"},
                    "lineStyle": {"color": "source", "opacity": 0.35, "curveness": 0.5}}],
    }  # fmt: skip


def _band(payer: str, payee: str, value: float, scale: Shown, language: str) -> Option:
    told = (f"{account(payer, language)} → {account(payee, language)}: {scale.text(value)} "
            f"{scale.label(language)}")  # fmt: skip
    return {"source": f"payer:{payer}", "target": f"payee:{payee}",
            "value": scale.number(value), "tooltip": {"formatter": told}}  # fmt: skip


def told(rows: pd.DataFrame, year: int, language: str) -> str:
    """Say how much was paid and what the largest payment is."""
    if rows.empty:
        return say("charts.nothing", language)
    first, scale = rows.iloc[0], yuan(float(rows["yuan"].sum()), language)
    return say("money.told", language, year=year, n=len(rows),
               total=scale.text(rows["yuan"].sum()), unit=scale.label(language),
               what=purpose(first["purpose"], language), payer=account(first["payer"], language),
               payee=account(first["payee"], language), most=scale.text(first["yuan"]))  # fmt: skip


def texts(rows: pd.DataFrame, language: str) -> tuple[pd.DataFrame, str]:
    """Return the payments as texts, and their unit."""
    scale = yuan(float(rows["yuan"].max()) if len(rows) else 0, language)
    table = pd.DataFrame({
        say("money.payer", language): [account(name, language) for name in rows["payer"]],
        say("money.payee", language): [account(name, language) for name in rows["payee"]],
        say("money.purpose", language): [purpose(name, language) for name in rows["purpose"]],
        scale.label(language): rows["yuan"].map(scale.text),
    })  # fmt: skip
    return table.set_axis(range(1, len(table) + 1)), scale.label(language)


def purposes(result: Result) -> list[str]:
    """Return what was paid for in any year of any world, by size."""
    rows = pd.concat([read(one, "flows") for one in result.worlds.values()])
    return list(rows.groupby("purpose")["yuan"].sum().sort_values(ascending=False).index)


def by_year(result: Result, what: str, language: str, palette: Palette) -> Option:
    """Return what is paid for a purpose by year in each world."""
    years, found = years_of(result), {}
    for key, one in result.worlds.items():
        rows = read(one, "flows", purpose=what)
        found[key] = rows.groupby("year")["yuan"].sum().reindex(years, fill_value=0.0)
    scale = yuan(max(float(values.max()) for values in found.values()), language)
    series = [
        line(say(f"charts.world.{key}", language), values, scale, palette.worlds[key],
             key == "A" and "B" in found)
        for key, values in found.items()
    ]  # fmt: skip
    return over_time(years, series, scale.label(language), palette)
