"""The story of one county government, told from the files of a run.

Who led it, what it adopted and why, what that cost, and what it reported beside what was true.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from agents import stability
from agents.errors import MinshengError, UnknownNameError
from model import records
from model.geography import load_geography

_MILLION = 1e6
_PERCENT = 100
# What happened to a policy, as the county would say it.
_EVENTS = {"adopted": "adopted", "changed": "changed", "reversed": "gave up"}
# What a leader can put his effort into, and how a sentence calls it.
_EFFORTS = {
    "effort_growth": "growth",
    "effort_revenue": "revenue",
    "effort_stability": "stability",
    "effort_social": "coverage and poverty",
    "effort_errors": "right decisions",
    "effort_innovation": "novelties",
}
_MONEY = {
    "own_revenue": "own revenue",
    "transfer": "transfers",
    "earmarked": "earmarked",
    "assistance": "assistance",
    "schemes": "schemes",
    "stability_money": "stability",
    "services": "services",
    "balance": "balance",
}
# Outcomes that exist twice: name, scheme, group, and how the table calls them.
_TWICE = (
    ("coverage", "medical", "all", "medical cover"),
    ("coverage", "residents_pension", "all", "pension cover"),
    ("poverty_rate", "", "all", "poverty"),
    ("exclusion_error", "", "all", "excluded from dibao"),
    ("inclusion_error", "", "all", "on dibao by mistake"),
)
# What a leader ordered about unrest, by the number in the file.
_ORDERS = {
    stability.CONCEDE: "conceded",
    stability.BUY_OFF: "bought claimants off",
    stability.SUPPRESS: "suppressed it",
    stability.CONCEAL: "concealed it",
}
# Whom dibao serves, and the outcomes that give its cost: persons times yuan a month.
_DIBAO = ("urban", "rural")
_MONTHS = 12
# A gap between report and truth that a reader would notice, points.
_NOTABLE = 1.0


@dataclass(frozen=True)
class CountyStory:
    """What happened to a county government.

    Attributes
    ----------
    title : str
        Who it is.
    sentences : list of str
        One paragraph a year.
    money, reports : pandas.DataFrame
        Money of each year, million yuan; what was reported and what was true, percent.
    """

    title: str
    sentences: list[str]
    money: pd.DataFrame
    reports: pd.DataFrame


def explain_county(folder: Path, code: str) -> CountyStory:
    """Tell the story of a county of a run.

    Parameters
    ----------
    folder : Path
        Folder of a run.
    code : str
        Division code of a county of its sample, or its Chinese name.

    Raises
    ------
    MinshengError
        The folder is no run, or the county is not in its sample.
    """
    records.read_scenario(folder)
    institutions = _read(folder, "institutions", [("level", "==", "county")])
    code, name = _find(code, institutions["code"].unique().tolist(), folder)
    mine = institutions[institutions["code"] == code].set_index("year")
    adoptions = _read(folder, "adoptions", [("area", "in", [code, mine["province"].iloc[0], "0"])])
    outcomes = _read(folder, "outcomes", [("level", "==", "county"), ("area", "==", code)])
    reports = _reports(outcomes)
    return CountyStory(
        f"{name} ({code}), which stands for {mine['weight'].iloc[0]:,.1f} counties",
        [_tell(int(year), mine, adoptions, reports, _dibao_cost(outcomes)) for year in mine.index],
        (mine[[column for column in _MONEY if column in mine]] / _MILLION).rename(columns=_MONEY),
        reports,
    )


def money_table(story: CountyStory) -> Table:
    """Return the money of a county as a table."""
    table = Table(title="Money, million yuan a year")
    for head in ("year", *story.money.columns):
        table.add_column(head, justify="right")
    for year, row in story.money.iterrows():
        table.add_row(str(year), *(f"{value:,.0f}" for value in row))
    return table


def report_table(story: CountyStory) -> Table:
    """Return what a county reported and what was true as a table."""
    table = Table(title="Reported / true, percent")
    names = list(dict.fromkeys(story.reports.columns.get_level_values(0)))
    for head in ("year", *names):
        table.add_column(head, justify="right")
    for year, row in story.reports.iterrows():
        cells = [_pair(row[name, "reported"], row[name, "true"]) for name in names]
        table.add_row(str(year), *cells)
    return table


def _read(folder: Path, name: str, filters: Any) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{name}.parquet", filters=filters)


def _find(asked: str, codes: list[str], folder: Path) -> tuple[str, str]:
    """Return code and name of the county that is asked for."""
    geography = load_geography()
    all_names = dict(zip(map(str, geography.county_code), geography.county_name, strict=True))
    names = {code: str(all_names[code]) for code in codes}
    if asked in names:
        return asked, names[asked]
    found = [code for code, name in names.items() if name == asked]
    if len(found) == 1:
        return found[0], asked
    if found:
        raise MinshengError(f"{asked} is the name of several counties: {', '.join(found)}")
    where = f"{folder}, whose sample has {len(codes)} counties"
    raise UnknownNameError("county", asked, [*codes, *names.values()], where=where)


def _reports(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return reported and true values by year, in percent, one pair of columns an outcome."""
    values = outcomes.set_index(["outcome", "scheme", "group", "year"])["value"].sort_index()
    columns = {}
    for outcome, scheme, group, name in _TWICE:
        for ending, kind in (("_reported", "reported"), ("", "true")):
            key = (f"{outcome}{ending}", scheme, group)
            if key in values.index:
                columns[name, kind] = _PERCENT * values.loc[key]
    return pd.DataFrame(columns)


def _dibao_cost(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return what dibao paid by year (row) and scheme (column), yuan."""
    names = ["dibao_recipients", "dibao_benefit_mean"]
    rows = outcomes[outcomes["outcome"].isin(names) & outcomes["group"].isin(_DIBAO)]
    values = rows.pivot_table(index="year", columns=["outcome", "group"], values="value")
    values = values.reindex(columns=pd.MultiIndex.from_product([names, _DIBAO]))
    recipients, benefit = (values.loc[:, name] for name in names)
    return pd.DataFrame(recipients * benefit * _MONTHS)


def _tell(
    year: int,
    mine: pd.DataFrame,
    adoptions: pd.DataFrame,
    reports: pd.DataFrame,
    dibao: pd.DataFrame,
) -> str:
    """Tell one year in sentences."""
    now = mine.loc[year].to_dict()
    acts = adoptions[adoptions["year"] == year].to_dict("records")
    parts = [_career(now, year), _leader(now), _order(now)]
    parts += [*(_act(row, str(now["code"])) for row in acts), _cost(now)]
    if year in dibao.index:
        parts += _paid(dibao.loc[year].to_dict())
    if year in reports.index:
        parts += _embellished(reports.loc[year].to_dict())
    return f"{year}: " + " ".join(part for part in parts if part)


def _leader(now: dict[Any, Any]) -> str:
    """Tell who leads and what he works for."""
    if "leader_age" not in now:
        return ""
    age, years = now["leader_age"], now["leader_years"]
    who = (
        f"A new leader of {age:.0f} takes office"
        if years < 1
        else f"The leader, {age:.0f}, is in year {years + 1:.0f} of office"
    )
    efforts = {name: now[column] for column, name in _EFFORTS.items() if column in now}
    ranked = sorted(efforts, key=lambda name: -efforts[name])
    works = f" and works most for {ranked[0]}, least for {ranked[-1]}" if ranked else ""
    return f"{who}{works}."


def _career(now: dict[Any, Any], year: int) -> str:
    """Tell why the post was left, and what bars its holder from promotion."""
    if "leader_promoted" not in now:
        return ""
    told = []
    if now["leader_left_after"] > 0:
        how = "was promoted" if now["leader_promoted"] else "was moved or retired"
        years = f"{now['leader_left_after']:.0f}"
        told.append(f"The leader before {how} after {years} year{'' if years == '1' else 's'}.")
    if now["leader_found_out"]:
        told.append("An audit found last year's reports to be false.")
    if now["leader_veto_until"] > year:
        told.append(f"One veto bars promotion before {now['leader_veto_until']:.0f}.")
    return " ".join(told)


def _order(now: dict[Any, Any]) -> str:
    """Tell what was seen of unrest and what the leader had done about it."""
    order = _ORDERS.get(int(now.get("stability_choice", 0)))
    told = [f"Faced with unrest the county {order}."] if order else []
    if now.get("incident"):
        told.append("A collective incident was heard of above.")
    return " ".join(told)


def _paid(dibao: dict[Any, float]) -> list[str]:
    """Tell what dibao cost."""
    known = {place: yuan / _MILLION for place, yuan in dibao.items() if yuan > 0}
    if not known:
        return []
    each = " and ".join(f"{place} dibao {yuan:,.0f}" for place, yuan in known.items())
    return [f"It paid {each} million."]


def _act(row: dict[Any, Any], code: str) -> str:
    """Tell what the county did about a policy, or what was decided above it."""
    policy = row["policy"].replace("_", " ")
    if row["area"] != code:
        return f"From above: {policy} {row['event']} ({row['reason']})."
    setting = f" ({row['setting']})" if row["setting"] and row["event"] != "adopted" else ""
    return f"It {_EVENTS[row['event']]} {policy}{setting}: {row['reason']}."


def _cost(now: dict[Any, Any]) -> str:
    money = now["own_revenue"] + now["transfer"] + now["earmarked"]
    spent = now["assistance"] + now["schemes"]
    share = f"{_PERCENT * spent / money:.1f}%" if money > 0 else "more than it had"
    text = f"Of {money / _MILLION:,.0f} million yuan assistance and schemes took {share}"
    return text + (", and it is in arrears." if now["balance"] < 0 else ".")


def _embellished(row: dict[Any, float]) -> list[str]:
    """Tell where reports and truth differ notably."""
    found = []
    for name in dict.fromkeys(name for name, _ in row):
        stated, true = row[name, "reported"], row[name, "true"]
        if abs(stated - true) >= _NOTABLE:
            found.append(f"It reported {stated:.1f}% {name}; {true:.1f}% was true.")
    return found


def _pair(stated: float, true: float) -> str:
    return "" if pd.isna(true) else f"{stated:.1f} / {true:.1f}"
