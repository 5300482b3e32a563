"""Outcomes by group in a year, and who wins and who loses."""

from collections.abc import Iterable

import pandas as pd

from dashboard import words
from dashboard.charts import Option, bars, line, over_time
from dashboard.palette import Palette
from dashboard.results import Result
from dashboard.results import table as read
from dashboard.tables import Shown, columns_by_outcome, keys_of, of_world, shown
from dashboard.views.overview import years_of
from dashboard.views.places import province_names
from dashboard.words import say
from model.geography import load_geography
from policies.base import DECILES, HUKOU_GROUPS

PROVINCE = "province"
KINDS: dict[str, tuple[str, ...]] = {
    "place": ("urban", "rural"),
    "hukou": HUKOU_GROUPS,
    "decile": DECILES,
}
"""Groups of national outcomes by kind; provinces come from the table of outcomes."""
_GAINED = ("losing", "unchanged", "winning")


def outcomes_with(kind: str, known: Iterable[str]) -> list[str]:
    """Return the outcomes (``coverage/dibao``) that are given for every group of a kind."""
    found = columns_by_outcome(known)
    if kind == PROVINCE:
        return [name for name, groups in found.items() if "all" in groups]
    return [name for name, groups in found.items() if set(KINDS[kind]) <= set(groups)]


def by_group(result: Result, outcome: str, kind: str, year: int) -> pd.DataFrame:
    """Return values of a year by group (row) and world (column), over replicates the middle one."""
    columns = [f"{outcome}/{group}" for group in KINDS[kind]]
    return pd.DataFrame(
        {key: [_at(of_world(one, name)["middle"], year) for name in columns]
         for key, one in result.worlds.items()},
        index=list(KINDS[kind]),
    )  # fmt: skip


def by_province(result: Result, outcome: str, year: int) -> pd.DataFrame:
    """Return values of a year by province code (row) and world; of the first replicate."""
    name, scheme, _ = keys_of(outcome)
    codes = [str(code) for code in load_geography().province_code]
    parts = {}
    for key, one in result.worlds.items():
        rows = read(one, "outcomes", level=PROVINCE, outcome=name, scheme=scheme, group="all")
        parts[key] = rows[rows["year"] == year].set_index("area")["value"].reindex(codes)
    return pd.DataFrame(parts)


def _at(values: "pd.Series[float]", year: int) -> float:
    return float(values.get(year, float("nan")))


def scale_of(table: pd.DataFrame, outcome: str, language: str) -> Shown:
    """Return how the values of a table are shown."""
    largest = table.abs().max().max()
    return shown(outcome, 0.0 if pd.isna(largest) else float(largest), language)


def named(table: pd.DataFrame, kind: str, language: str) -> pd.DataFrame:
    """Return a table by group with the groups in words."""
    names = province_names(language)
    heads = [names[g] if kind == PROVINCE else words.group(g, language) for g in table.index]
    return table.set_axis(heads, axis="index")


def in_year(
    table: pd.DataFrame, outcome: str, kind: str, language: str, palette: Palette
) -> Option:
    """Return bars by group, the worlds side by side; provinces from the largest value down."""
    scale = scale_of(table, outcome, language)
    ordered = table.sort_values("A", ascending=False) if kind == PROVINCE else table
    rows = named(ordered, kind, language)
    parts = {
        say("charts.world", language, name=key): (
            [*map(scale.number, values)],
            palette.worlds[str(key)],
        )
        for key, values in rows.items()
    }
    return bars(list(rows.index), parts, scale.label(language), palette, across=kind == PROVINCE)


def over_years(result: Result, outcome: str, kind: str, language: str, palette: Palette) -> Option:
    """Return lines by group over time: A dashed, B solid; the first and the last decile."""
    groups = KINDS[kind] if kind != "decile" else (DECILES[0], DECILES[-1])
    years, series = years_of(result), []
    found = {(group, key): of_world(one, f"{outcome}/{group}")["middle"].reindex(years)
             for group in groups for key, one in result.worlds.items()}  # fmt: skip
    scale = scale_of(pd.DataFrame(found), outcome, language)
    for (group, key), values in found.items():
        colour = palette.groups[groups.index(group)]
        label = f"{words.group(group, language)} {say(f'charts.world.{key}', language)}"
        dashed = key == "A" and "B" in result.worlds
        series.append(line(label, values, scale, colour, dashed))
    return over_time(years, series, scale.label(language), palette)


def told(table: pd.DataFrame, outcome: str, kind: str, year: int, language: str) -> str:
    """Say which group has least and which has most of an outcome."""
    rows = named(table, kind, language)["A"].dropna()
    if rows.empty:
        return say("charts.nothing", language)
    scale = scale_of(table, outcome, language)
    return say(
        "charts.groups.told",
        language,
        year=year,
        least=rows.idxmin(),
        low=scale.text(rows.min()),
        most=rows.idxmax(),
        high=scale.text(rows.max()),
        unit=scale.label(language),
    )


def texts(table: pd.DataFrame, outcome: str, kind: str, language: str) -> pd.DataFrame:
    """Return a table by group as texts."""
    scale = scale_of(table, outcome, language)
    rows = named(table, kind, language)
    heads = [say("charts.world", language, name=key) for key in rows.columns]
    return rows.map(scale.text).set_axis(heads, axis=1).rename_axis(say("charts.group", language))


def gains_by(gains: pd.DataFrame, groups: Iterable[str]) -> pd.DataFrame:
    """Return the rows of some groups that have people, with the group as index."""
    rows = gains.set_index("group")
    return rows.reindex([group for group in groups if group in rows.index]).dropna(subset="change")


def winners(rows: pd.DataFrame, language: str, palette: Palette) -> Option:
    """Return the shares of people who lose, keep and gain by group, stacked to a hundred."""
    scale = Shown("percent", 1, 1, 100)
    colours = (palette.both_ways[-1], palette.missing, palette.both_ways[0])
    parts = {
        say(f"charts.gains.{kind}", language): ([*map(scale.number, rows[kind])], colour)
        for kind, colour in zip(_GAINED, colours, strict=True)
    }
    names = [words.group(group, language) for group in rows.index]
    return bars(names, parts, "%", palette, stacked=True, across=True)


def gains_texts(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return gains by group as texts: shares, and the mean change of income."""
    share, money = Shown("percent", 1, 1, 100), Shown("yuan/person/year", 1, 1)
    columns = {say(f"charts.gains.{kind}", language): rows[kind].map(share.text)
               for kind in _GAINED}  # fmt: skip
    columns[say("charts.gains.change", language)] = rows["change"].map(money.text)
    table = pd.DataFrame(columns)
    heads = [words.group(group, language) for group in table.index]
    return table.set_axis(heads).rename_axis(say("charts.group", language))


def gains_told(gains: pd.DataFrame, language: str) -> str:
    """Say how many people gain and lose in all."""
    rows = gains.set_index("group")
    share, money = Shown("percent", 1, 1, 100), Shown("yuan/person/year", 1, 1)
    everybody = {name: float(rows[name].loc["all"]) for name in ("winning", "losing", "change")}
    return say(
        "charts.gains.told",
        language,
        winning=share.text(everybody["winning"]),
        losing=share.text(everybody["losing"]),
        change=money.text(everybody["change"]),
    )
