"""The country behind the policies: incomes, people, shocks, provinces, money."""

import pandas as pd

from experiments.official_figures import AGES, MILLION, PERCENT
from experiments.report_axes import Scale
from experiments.report_charts import rank_chart
from experiments.report_data import Run, by_place, tidy
from experiments.report_lines import (
    BILLION,
    deciles,
    dibao_money,
    flows_of,
    map_years,
    tiles,
)
from experiments.report_panels import (
    NO_DOTS,
    Block,
    By,
    Panel,
    Plan,
    block,
    dots,
    draw,
    same_scale,
    told_lines,
)
from experiments.report_pictures import flow_picture, shared_top, tile_map
from experiments.report_svg import Words
from model.treasury import ACCOUNTS

_PLACES = ("urban", "rural")
# Outcome, scheme, title, unit, colours.
_MAPS = (
    ("coverage", "dibao", "Dibao coverage", "percent, urban and rural together", "PuBu"),
    ("poverty_rate", "", "Poverty rate", "percent, urban and rural together", "OrRd"),
    ("separated_share", "", "Registered elsewhere", "percent of residents", "BuGn"),
)


def incomes(run: Run, by: By) -> list[Block]:
    """Return mean incomes and inequality over time, and the shape by decile."""
    means = same_scale([
        Plan(f"income-{place}", f"Mean income, {place}", "yuan per head and year, ratio scale",
             tidy([("", place, run.series("income_mean", place))]), dots(by, f"income_{place}"),
             Scale(0, log=True))
        for place in _PLACES
    ])  # fmt: skip
    gini = tidy((name, name, run.series("gini", name)) for name in ("all", *_PLACES))
    relative = by_place(run, "poverty_rate_relative", "", PERCENT)
    note = "Dots, for “all”: an academic estimate up to 2002, the Bureau of Statistics later."
    inequality = [
        Plan("gini", "Gini of income per head", "index", gini,
             dots(by, "gini_income_academic", "gini_income"), Scale(3, low=None), note=note),
        Plan("relative-poverty", "Relative poverty", "percent below half the national median",
             relative, NO_DOTS, Scale(1, "%")),
    ]  # fmt: skip
    return [Block([*draw([*means, *inequality]), *_decile_panels(run)])]


def _decile_panels(run: Run) -> list[Panel]:
    panels = []
    tables = {place: deciles(run, place) for place in _PLACES}
    values = [value for table in tables.values() for value in table["value"].dropna()]
    for place, lines in tables.items():
        if len(lines):
            title = f"Income by decile, {place}"
            words = Words(f"deciles-{place}", title, told_lines(lines, "times the mean", 2))
            scale = Scale(2, log=True, top=max(values), low=min(values))
            unit = "mean of each tenth over the mean of all, ratio scale"
            panels.append(Panel(title, unit, rank_chart(lines, scale, words)))
    return panels


def people(run: Run, by: By) -> list[Block]:
    """Return population, births and deaths, ages, household sizes."""
    count = tidy([("", "all", run.series("population") * MILLION)])
    born = tidy([("births", "green", run.series("births") * MILLION),
                 ("deaths", "muted", run.series("deaths") * MILLION)])  # fmt: skip
    sizes = tidy((place, place, run.series("household_size", place)) for place in _PLACES)
    plans = [
        Plan("population", "Population", "million", count, dots(by, "population"),
             Scale(0, low=None)),
        Plan("births", "Births and deaths", "million a year", born, NO_DOTS, Scale(1)),
        Plan("sizes", "Household size", "persons", sizes, dots(by, "size_urban", "size_rural"),
             Scale(2, low=None)),
    ]  # fmt: skip
    for age in AGES:
        if age != "60+":
            lines = tidy([("", "all", run.series(AGES[age]) * PERCENT)])
            plans.append(Plan(f"age-{age}".replace("+", "-up"), f"Aged {age.replace('-', '–')}",
                              "percent of residents; dots: United Nations", lines,
                              dots(by, f"age_un_{age}"), Scale(1, "%")))  # fmt: skip
    return [block(plans)]


def shocks(run: Run, _: By) -> list[Block]:
    """Return lay-offs, jobs lost to COVID-19, and losses to disasters."""
    specs = (
        ("laid-off", "Laid off", "percent of the urban work force", 1, "%",
         run.series("laid_off_share", "urban") * PERCENT),
        ("covid", "Jobs lost to COVID-19", "million persons in the year", 1, "",
         run.series("jobs_lost_to_covid") * MILLION),
        ("disasters", "Losses to disasters", "billion yuan a year", 0, "",
         run.series("disaster_losses") / BILLION),
    )  # fmt: skip
    return [block([
        Plan(name, title, unit, tidy([("", "all", values)]), NO_DOTS, Scale(digits, suffix))
        for name, title, unit, digits, suffix, values in specs
    ])]  # fmt: skip


def maps(run: Run, _: By) -> list[Block]:
    """Return tile maps, a row for each of two years on one scale."""
    rows: dict[int, list[Panel]] = {year: [] for year in map_years(run)}
    for outcome, scheme, title, unit, colours in _MAPS:
        tables = {year: _percent(tiles(run, outcome, scheme, year)) for year in rows}
        top = shared_top(tables)
        for year, table in tables.items():
            if top > 0 and table["value"].notna().any():
                name = f"map-{outcome}-{year}".replace("_", "-")
                words = Words(name, f"{title}, {year}", _extremes(table))
                digits = 0 if top >= PERCENT / 2 else 1
                svg = tile_map(table, top, colours, digits, words)
                rows[year].append(Panel(words.title, unit, svg, words.description))
    return [Block([panel for row in rows.values() for panel in row])]


def _percent(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(value=table["value"] * PERCENT)


def _extremes(table: pd.DataFrame) -> str:
    """Say in words where a map is palest and deepest."""
    known = table.dropna(subset=["value"]).sort_values("value", kind="stable")
    least, most = known.iloc[0], known.iloc[-1]
    return (f"Lowest: {least['name']}, {least['value']:.1f}%. "
            f"Highest: {most['name']}, {most['value']:.1f}%.")  # fmt: skip


def money(run: Run, _: By) -> list[Block]:
    """Return who paid whom in the last year, and who paid for dibao."""
    plan = Plan("dibao-money", "Dibao paid to households",
                "billion yuan a year; “centre”: refunded by the centre", dibao_money(run), NO_DOTS,
                Scale(1))  # fmt: skip
    return [Block([*_flow_panel(run), *draw([plan])])]


def _flow_panel(run: Run) -> list[Panel]:
    flows = flows_of(run, run.last)
    if flows.empty:
        return []
    purpose, payer, payee = (
        str(flows[column].iloc[0]).replace("_", " ") for column in ("purpose", "payer", "payee")
    )
    told = (f"{len(flows)} kinds of payment; the largest is {purpose} from {payer} to {payee}. "
            "The table below lists all.")  # fmt: skip
    words = Words("flows", f"Who paid whom, {run.last}", told)
    return [Panel(words.title, "trillion yuan; payers left, payees right; dibao in orange",
                  flow_picture(flows, ACCOUNTS, words))]  # fmt: skip
