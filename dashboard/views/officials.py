"""Who adopts what and when, who is promoted, and what leaders order about unrest."""

from typing import Any

import pandas as pd

from dashboard import words
from dashboard.charts import Option, categories, frame, line, over_time
from dashboard.palette import Palette
from dashboard.results import Result, WorldResult
from dashboard.results import table as read
from dashboard.tables import Shown, of_world
from dashboard.views.overview import years_of
from dashboard.views.places import county_names, province_names
from dashboard.words import say
from experiments.explain_county import tell_reason

ADOPTERS = "adopters/"
CENTRE = "0"
CAREERS = ("promotions", "promoted_score", "official_tenure", "veto_share", "incidents",
           "stability_spending")  # fmt: skip
"""Outcomes of leaders that are drawn over time."""
ORDERS = ("concede", "buy_off", "suppress", "conceal")
_LEAST, _MOST = 5, 26
UNITS = Shown("county-level units", 1, 0)


def policies(result: Result) -> list[str]:
    """Return the policies that counties of any world adopt."""
    found: dict[str, None] = {}
    for one in result.worlds.values():
        for frame_ in one.national[:1]:
            for name in frame_.columns:
                if name.startswith(ADOPTERS) and (frame_[name].fillna(0) > 0).any():
                    found[name.removeprefix(ADOPTERS)] = None
    return list(found)


def curves(result: Result, policy: str, language: str, palette: Palette) -> Option:
    """Return how many counties have a policy by year, with the acts of the centre as marks."""
    years = years_of(result)
    series = []
    for key, one in result.worlds.items():
        values = of_world(one, ADOPTERS + policy)["middle"].reindex(years)
        dashed = key == "A" and "B" in result.worlds
        label = say(f"charts.world.{key}", language)
        series.append(line(label, values, UNITS, palette.worlds[key], dashed))
    if series:
        acts = sorted(set(acts_of_centre(result.worlds["A"], policy)["year"]))
        series[0]["markLine"] = _marks([str(year) for year in acts], palette)
    return over_time(years, series, UNITS.label(language), palette)


def _marks(years: list[str], palette: Palette) -> Option:
    return {
        "symbol": "none",
        "silent": True,
        "label": {"show": False},
        "lineStyle": {"color": palette.text, "type": "dotted", "width": 1},
        "data": [{"xAxis": year} for year in years],
    }


def acts_of_centre(world: WorldResult, policy: str) -> pd.DataFrame:
    """Return what the centre did about a policy: year, event, reason; nothing before the end."""
    if world.folder is None:
        return pd.DataFrame({"year": [], "event": [], "reason": []})
    rows = read(world, "adoptions", area=CENTRE)
    return rows[rows["policy"] == policy][["year", "event", "reason"]]


def told(result: Result, policy: str, language: str) -> str:
    """Say in which year half of the final adopters had a policy, for each world."""
    parts = []
    for key, one in result.worlds.items():
        values = of_world(one, ADOPTERS + policy)["middle"].dropna()
        has = values[values >= values.max() / 2]
        if len(values) and values.max() > 0:
            parts.append(say("officials.half", language, world=say(f"charts.world.{key}", language),
                             year=has.index[0], most=UNITS.text(values.max())))  # fmt: skip
    return " ".join(parts) or say("charts.nothing", language)


def timeline(world: WorldResult, language: str, palette: Palette) -> Option:
    """Return adoptions by year and policy as dots that grow with their number."""
    rows = read(world, "adoptions")
    local = rows[(rows["area"] != CENTRE) & (rows["event"] == "adopted")]
    central = rows[rows["area"] == CENTRE]
    names = list(dict.fromkeys(rows.sort_values("year", kind="stable")["policy"]))
    span = world.scenario.years
    years = [str(year) for year in range(span.first, span.last + 1)]
    counted = local.groupby(["year", "policy"], as_index=False).size()
    most = max([1, *counted["size"]])
    option = frame(palette)
    option["grid"] |= {"top": 8}
    option["tooltip"] = {**option["tooltip"], "trigger": "item", "formatter": "{b}"}
    option["xAxis"] = categories(palette, years)
    policies_ = categories(palette, [words.policy(name, language) for name in names])
    policies_["axisLabel"] |= {"width": 150, "overflow": "break"}
    option["yAxis"] = {**policies_, "inverse": True}
    columns = (counted[name] for name in ("year", "policy", "size"))
    dots = [
        _dot(int(year), str(name), int(n), names, span.first, most, language)
        for year, name, n in zip(*columns, strict=True)
    ]
    acts = [_act(dict(row), names, span.first, language) for row in central.to_dict("records")]
    option["series"] = [
        {"type": "scatter", "name": say("officials.counties", language), "data": dots,
         "color": palette.worlds["A"], "emphasis": {"disabled": True}},
        {"type": "scatter", "name": say("officials.centre", language), "data": acts,
         "symbol": "diamond", "symbolSize": 11, "color": palette.worlds["B"],
         "itemStyle": {"borderColor": palette.surface, "borderWidth": 1},
         "emphasis": {"disabled": True}},
    ]  # fmt: skip
    return option


def _dot(
    year: int, name: str, n: int, names: list[str], first: int, most: int, language: str
) -> Option:
    size = _LEAST + (_MOST - _LEAST) * (n / most) ** 0.5
    said = say("officials.adopted", language, year=year, n=n, policy=words.policy(name, language))
    return {"name": said, "value": [year - first, names.index(name)], "symbolSize": size}


def _act(row: dict[Any, Any], names: list[str], first: int, language: str) -> Option:
    event = say(f"officials.event.{row['event']}", language)
    policy = words.policy(row["policy"], language)
    return {"name": f"{row['year']}: {policy}, {event}",
            "value": [int(row["year"]) - first, names.index(row["policy"])]}  # fmt: skip


def events(world: WorldResult, language: str) -> pd.DataFrame:
    """Return what the centre did, by year, as texts."""
    rows = read(world, "adoptions", area=CENTRE).sort_values("year", kind="stable")
    return pd.DataFrame({
        say("officials.policy", language): [words.policy(p, language) for p in rows["policy"]],
        say("officials.what", language): [say(f"officials.event.{e}", language)
                                          for e in rows["event"]],
        say("officials.reason", language): [tell_reason(why, language)
                                            for why in rows["reason"].fillna("")],
    }, index=pd.Index(rows["year"], name=say("charts.year", language)))  # fmt: skip


def promoted(world: WorldResult, year: int, language: str) -> pd.DataFrame:
    """Return the leaders of simulated counties and provinces who were promoted in a year."""
    rows = read(world, "institutions", year=year)
    if "leader_promoted" not in rows:
        return pd.DataFrame()
    rows = rows[rows["leader_promoted"] == 1]
    own = province_names(language)
    places = zip(county_names(rows, language), rows["code"], rows["level"], strict=True)
    names = [own[str(code)] if level == "province" else name for name, code, level in places]
    return pd.DataFrame({
        say("officials.years", language): [f"{years:.0f}" for years in rows["leader_left_after"]],
    }, index=pd.Index(names, name=say("officials.post", language)))  # fmt: skip


def careers(result: Result) -> list[str]:
    """Return the outcomes of leaders that a run has."""
    frames = result.worlds["A"].national
    return [name for name in CAREERS if frames and name in frames[0]]


def orders(result: Result, key: str, language: str, palette: Palette) -> Option:
    """Return how many counties choose each answer to unrest, by year, in a world."""
    years, one = years_of(result), result.worlds[key]
    series = []
    for at, order in enumerate(ORDERS):
        values = of_world(one, f"stability_choices/{order}")["middle"].reindex(years)
        label = say(f"officials.order.{order}", language)
        series.append(line(label, values, UNITS, palette.groups[at]))
    return over_time(years, series, UNITS.label(language), palette)


def has_orders(result: Result) -> bool:
    """Return whether leaders are told to answer unrest in a run."""
    frames = result.worlds["A"].national
    return bool(frames) and f"stability_choices/{ORDERS[0]}" in frames[0]
