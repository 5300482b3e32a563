"""The figures of the report, section by section: which numbers go into which chart."""

from collections.abc import Callable, Mapping

import pandas as pd

from experiments.official_figures import AGES, MILLION, PERCENT
from experiments.report_charts import Scale, rank_chart
from experiments.report_data import (
    Run,
    adoption,
    by_place,
    deciles,
    dibao_money,
    flows_of,
    map_years,
    marks,
    tidy,
    tiles,
)
from experiments.report_panels import NO_DOTS, Panel, Plan, draw, same_scale, told_lines
from experiments.report_pictures import flow_picture, shared_top, tile_map
from experiments.report_series import Comparison
from experiments.report_svg import Words
from model.treasury import ACCOUNTS

PLACES = ("urban", "rural")
MEASURES = {"": "this year", "_permanent": "lasting", "_need": "need"}
_BOTH = ("urban_dibao", "rural_dibao")

By = Mapping[str, Comparison]


def assistance(run: Run, by: By) -> list[Panel]:
    """Return coverage, poverty, recipients and lines by place, official figures beside them."""
    coverage = by_place(run, "coverage", "dibao", PERCENT)
    poverty = by_place(run, "poverty_rate", "", PERCENT)
    plans = [
        Plan("coverage", "Dibao coverage", "percent of the people whose hukou the scheme serves",
             coverage, NO_DOTS, Scale(1, "%"), marks(run, _BOTH)),
        Plan("poverty", "Poverty rate", "percent of residents", poverty,
             _dots(by, "poverty_rural"), Scale(1, "%"), marks(run, _BOTH),
             "Rural: the 2010 standard, like the official dots. Urban: twice the dibao line of "
             "the place, real or as it would be; no official series exists for it."),
    ]  # fmt: skip
    for key, outcome, scale, digits, words, unit in (
        ("recipients", "dibao_recipients", MILLION, 1, "dibao recipients", "million persons"),
        ("line", "dibao_line", 1.0, 0, "dibao line", "yuan a month"),
    ):
        plans += same_scale([
            Plan(f"{key}-{place}", f"{place.title()} {words}", unit,
                 _true_and_reported(run, outcome, place, scale), _dots(by, f"{key}_{place}"),
                 Scale(digits), marks(run, [f"{place}_dibao"]))
            for place in PLACES
        ])  # fmt: skip
    return draw(plans)


def targeting(run: Run, _: By) -> list[Panel]:
    """Return exclusion and inclusion errors by three measures of poverty and by place."""
    plans = []
    for error, unit in (
        ("exclusion", "percent of the poor who are left out"),
        ("inclusion", "percent of the recipients who are not poor"),
    ):
        for place in PLACES:
            tones = (place, "all", "muted")
            lines = tidy(
                (words, tone,
                 run.series(f"{error}_error{ending}", place) * PERCENT)
                for (ending, words), tone in zip(MEASURES.items(), tones, strict=True)
            )  # fmt: skip
            title = f"{error.title()} error, {place}"
            plans.append(
                Plan(
                    f"{error}-{place}",
                    title,
                    unit,
                    lines,
                    NO_DOTS,
                    Scale(0, "%", top=PERCENT),
                    marks(run, [f"{place}_dibao"]),
                )
            )
    return draw(plans)


def maps(run: Run, _: By) -> list[Panel]:
    """Return tile maps of coverage and poverty, two years on one scale."""
    panels = []
    for outcome, scheme, title, colours in (
        ("coverage", "dibao", "Dibao coverage", "PuBu"),
        ("poverty_rate", "", "Poverty rate", "OrRd"),
    ):
        tables = {}
        for year in map_years(run):
            table = tiles(run, outcome, scheme, year)
            tables[year] = table.assign(value=table["value"] * PERCENT)
        top = shared_top(tables)
        for year, table in tables.items():
            if top > 0 and table["value"].notna().any():
                name = f"map-{outcome}-{year}".replace("_", "-")
                panels.append(_map(f"{title}, {year}", table, top, colours, name))
    return panels


def _map(title: str, table: pd.DataFrame, top: float, colours: str, name: str) -> Panel:
    known = table.dropna(subset=["value"]).sort_values("value", kind="stable")
    least, most = known.iloc[0], known.iloc[-1]
    told = (
        f"Lowest: {least['name']}, {least['value']:.1f}%. "
        f"Highest: {most['name']}, {most['value']:.1f}%."
    )
    digits = 0 if top >= PERCENT / 2 else 1
    svg = tile_map(table, top, colours, digits, Words(name, title, told))
    return Panel(title, "percent, urban and rural together", svg, told)


def incomes(run: Run, by: By) -> list[Panel]:
    """Return mean incomes and inequality over time, and the shape by decile."""
    means = [
        Plan(f"income-{place}", f"Mean income, {place}", "yuan per head and year, ratio scale",
             tidy([(place, place, run.series("income_mean", place))]),
             _dots(by, f"income_{place}"), Scale(0, log=True))
        for place in PLACES
    ]  # fmt: skip
    gini = tidy((name, name, run.series("gini", name)) for name in ("all", *PLACES))
    dots = [_dots(by, key) for key in ("gini_income_academic", "gini_income")]
    dots = [part for part in dots if len(part)]
    note = (
        "Official dots: an academic estimate up to 2002, the National Bureau of Statistics later."
    )
    plan = Plan("gini", "Gini of income per head", "index; the dots belong to the line “all”", gini,
                pd.concat(dots) if dots else NO_DOTS, Scale(3, low=None), note=note)  # fmt: skip
    relative = by_place(run, "poverty_rate_relative", "", PERCENT)
    below = Plan("relative-poverty", "Relative poverty", "percent below half the national median",
                 relative, NO_DOTS, Scale(1, "%"))  # fmt: skip
    return [*draw([*same_scale(means), plan, below]), *_decile_panels(run)]


def _decile_panels(run: Run) -> list[Panel]:
    panels = []
    tables = {place: deciles(run, place) for place in PLACES}
    values = [value for table in tables.values() for value in table["value"].dropna()]
    for place, lines in tables.items():
        if len(lines):
            title = f"Income by decile, {place}"
            words = Words(f"deciles-{place}", title, told_lines(lines, "times the mean", 2))
            scale = Scale(2, log=True, top=max(values), low=min(values))
            unit = "mean of each tenth of the people over the mean of all, ratio scale"
            panels.append(Panel(title, unit, rank_chart(lines, scale, words)))
    return panels


def people(run: Run, by: By) -> list[Panel]:
    """Return population, ages, household sizes and the urban share."""
    count = tidy([("all", "all", run.series("population") * MILLION)])
    urban = tidy([("urban", "all", run.series("urban_share") * PERCENT)])
    note = "" if "migrants" in run.names else (
        "Nobody moves between places in this run: the share follows births and deaths alone."
    )  # fmt: skip
    plans = [
        Plan("population", "Population", "million", count, _dots(by, "population"),
             Scale(0, low=None)),
        Plan("urban-share", "Urban share of residents", "percent", urban,
             _dots(by, "urban_share"), Scale(1, "%"), note=note),
    ]  # fmt: skip
    for age in ("0-14", "65+"):
        words = f"aged {age.replace('-', '–')}"
        lines = tidy([("all", "all", run.series(AGES[age]) * PERCENT)])
        name = f"age-{age}".replace("+", "-up")
        plans.append(Plan(name, f"People {words}", "percent of residents; dots: United Nations",
                          lines, _dots(by, f"age_un_{age}"), Scale(1, "%")))  # fmt: skip
    plans += same_scale([
        Plan(f"size-{place}", f"Household size, {place}", "persons",
             tidy([(place, place, run.series("household_size", place))]),
             _dots(by, f"size_{place}"), Scale(2, low=None))
        for place in PLACES
    ])  # fmt: skip
    return draw(plans)


def money(run: Run, _: By) -> list[Panel]:
    """Return who paid whom in the last year, and who paid for dibao over time."""
    flows, panels = flows_of(run, run.last), []
    if len(flows):
        purpose, payer, payee = (
            str(flows[column].iloc[0]).replace("_", " ") for column in ("purpose", "payer", "payee")
        )
        told = (f"{len(flows)} kinds of payment; the largest is {purpose} from {payer} to "
                f"{payee}. The table below lists all.")  # fmt: skip
        words = Words("flows", f"Who paid whom, {run.last}", told)
        panels.append(
            Panel(words.title, "trillion yuan; payers left, payees right",
                  flow_picture(flows, ACCOUNTS, words),
                  "The bands are as wide as the sums. Dibao is drawn in orange."))  # fmt: skip
    unit = "billion yuan a year; “centre”: the part of both that the centre refunds"
    plan = Plan("dibao-money", "Dibao paid to households", unit, dibao_money(run), NO_DOTS,
                Scale(1))  # fmt: skip
    return [*panels, *draw([plan])]


def spreading(run: Run, _: By) -> list[Panel]:
    """Return the share of counties that have each scheme."""
    plan = Plan("adoption", "Counties with dibao", "percent of the simulated counties",
                adoption(run), NO_DOTS, Scale(0, "%", top=PERCENT), marks(run, _BOTH))  # fmt: skip
    return draw([plan])


SECTIONS: dict[str, Callable[[Run, By], list[Panel]]] = {
    "assistance": assistance,
    "targeting": targeting,
    "maps": maps,
    "incomes": incomes,
    "people": people,
    "money": money,
    "spreading": spreading,
}
"""What draws the figures of each section of the page."""


def _true_and_reported(run: Run, outcome: str, place: str, scale: float) -> pd.DataFrame:
    """Return the true line, and the reported one where governments report something else."""
    true = run.series(outcome, place) * scale
    reported = run.series(run.reported(outcome), place) * scale
    if true.equals(reported):
        return tidy([(place, place, true)])
    return tidy([("true", place, true), ("reported", "muted", reported)])


def _dots(by: By, key: str) -> pd.DataFrame:
    return by[key].dots if key in by else NO_DOTS
