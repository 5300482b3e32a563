"""The story of one county government, told from the files of a run.

Who led it, what it adopted and why, what that cost, and what it reported beside what was true.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from agents import stability
from agents.errors import MinshengError, UnknownNameError
from experiments.words import ENGLISH, JOIN, told
from experiments.words import event as calendar_event
from model import records
from model.geography import load_geography

_MILLION = 1e6
_PERCENT = 100
# What a leader can put his effort into.
_EFFORTS = ("growth", "revenue", "stability", "social", "errors", "innovation")
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
    stability.BUY_OFF: "bought_off",
    stability.SUPPRESS: "suppressed",
    stability.CONCEAL: "concealed",
}
# Whom dibao serves, and the outcomes that give its cost: persons times yuan a month.
_DIBAO = ("urban", "rural")
_MONTHS = 12
# How the model writes why somebody chose, and the terms of the choice.
_CHOICES = {
    "chance": re.compile(r"choice: (?P<reasons>.*); base (?P<base>\S+), chance (?P<chance>\S+)"),
    "all_by": re.compile(r"choice: all are to have it by (?P<year>\d+)"),
    "lead": re.compile(r"choice: (?P<share>\S+) of the lead provinces, gain (?P<gain>\S+)"),
    "choice": re.compile(r"choice: (?P<reasons>.*)"),
}
_TERM = re.compile(r"(?P<word>[a-z][a-z ]*[a-z])(?P<size>(?: [+-][\d.]+)?)")
# A gap between report and truth that a reader would notice, points.
_NOTABLE = 1.0


@dataclass(frozen=True)
class CountyStory:
    """What happened to a county government.

    Attributes
    ----------
    code, name : str
    years : pandas.DataFrame
        Its row of ``institutions.parquet`` for each year.
    acts : list of dict
        Rows of ``adoptions.parquet`` that concern it.
    dibao : pandas.DataFrame
        What dibao paid by year (row) and scheme (column), yuan.
    money, reports : pandas.DataFrame
        Money of each year, million yuan; what was reported and what was true, percent.
    """

    code: str
    name: str
    years: pd.DataFrame
    acts: list[dict[Any, Any]]
    dibao: pd.DataFrame
    money: pd.DataFrame
    reports: pd.DataFrame

    def title(self, language: str = ENGLISH) -> str:
        """Return who it is."""
        weight = self.years["weight"].iloc[0]
        return _say("title", language, name=self.name, code=self.code, weight=weight)

    def sentences(self, language: str = ENGLISH) -> list[str]:
        """Return a paragraph for each year, in a language."""
        return [_tell(self, int(year), language) for year in self.years.index]


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
    money = mine[[column for column in _MONEY if column in mine]] / _MILLION
    return CountyStory(
        code,
        name,
        mine,
        adoptions.to_dict("records"),
        _dibao_cost(outcomes),
        money.rename(columns=_MONEY),
        _reports(outcomes),
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


def _tell(story: CountyStory, year: int, language: str) -> str:
    """Tell one year in sentences."""
    now = story.years.loc[year].to_dict()
    acts = [row for row in story.acts if row["year"] == year]
    parts = [_career(now, year, language), _leader(now, language), _order(now, language)]
    parts += [*(_act(row, story.code, language) for row in acts), _cost(now, language)]
    if year in story.dibao.index:
        parts += _paid(story.dibao.loc[year].to_dict(), language)
    if year in story.reports.index:
        parts += _embellished(story.reports.loc[year].to_dict(), language)
    return _say("year", language, year=year, told=_joined(parts, language))


def _joined(parts: list[str], language: str) -> str:
    return JOIN[language].join(filter(None, parts))


def _leader(now: dict[Any, Any], language: str) -> str:
    """Tell who leads and what he works for."""
    if "leader_age" not in now:
        return ""
    age, years = now["leader_age"], now["leader_years"]
    who = (
        _say("new_leader", language, age=age)
        if years < 1
        else _say("leader", language, age=age, years=years + 1)
    )
    efforts = {name: now[f"effort_{name}"] for name in _EFFORTS if f"effort_{name}" in now}
    ranked = sorted(efforts, key=lambda name: -efforts[name])
    if not ranked:
        return _say("only_leads", language, who=who)
    most, least = (_say(f"effort_{name}", language) for name in (ranked[0], ranked[-1]))
    return _say("works", language, who=who, most=most, least=least)


def _career(now: dict[Any, Any], year: int, language: str) -> str:
    """Tell why the post was left, and what bars its holder from promotion."""
    if "leader_promoted" not in now:
        return ""
    parts = []
    if (after := now["leader_left_after"]) > 0:
        how = "left_promoted" if now["leader_promoted"] else "left_moved"
        years = _say("one_year" if round(after) == 1 else "years", language, years=after)
        parts.append(_say(how, language, years=years))
    if now["leader_found_out"]:
        parts.append(_say("found_out", language))
    if now["leader_veto_until"] > year:
        parts.append(_say("veto", language, year=now["leader_veto_until"]))
    return _joined(parts, language)


def _order(now: dict[Any, Any], language: str) -> str:
    """Tell what was seen of unrest and what the leader had done about it."""
    order = _ORDERS.get(int(now.get("stability_choice", 0)))
    parts = [_say(f"order_{order}", language)] if order else []
    if now.get("incident"):
        parts.append(_say("incident", language))
    return _joined(parts, language)


def _paid(dibao: dict[Any, float], language: str) -> list[str]:
    """Tell what dibao cost."""
    known = {place: yuan / _MILLION for place, yuan in dibao.items() if yuan > 0}
    each = [_say(f"paid_{place}", language, million=yuan) for place, yuan in known.items()]
    if not each:
        return []
    if len(each) > 1:
        each = [_say("paid_both", language, one=each[0], other=each[1])]
    return [_say("paid", language, each=each[0])]


def _act(row: dict[Any, Any], code: str, language: str) -> str:
    """Tell what the county did about a policy, or what was decided above it."""
    event = _say(f"event_{row['event']}", language)
    said = {
        "policy": _policy(row["policy"], language),
        "reason": tell_reason(row["reason"], language),
        "event": event,
    }
    if row["area"] != code:
        return _say("above", language, **said)
    setting = "" if row["event"] == "adopted" else _setting(row["setting"], language)
    if setting:
        return _say("act_set", language, setting=setting, **said)
    return _say("act", language, **said)


def _policy(name: str, language: str) -> str:
    return told().get(f"policies.{name}.title", language) or name.replace("_", " ")


def _setting(setting: str, language: str) -> str:
    """Return how a policy is set: a rung or the national design; its title adds nothing."""
    kind, _, number = setting.partition(" ")
    if kind == "rung":
        return _say("setting_rung", language, n=number)
    return told().get(f"told.county.setting_{setting.replace(' ', '_')}", language) or ""


def tell_reason(reason: str, language: str) -> str:
    """Return why: a reason that the model wrote, or an event of the calendar."""
    for key, pattern in _CHOICES.items():
        if found := pattern.fullmatch(reason):
            said = found.groupdict()
            if "reasons" in said:
                said["reasons"] = _TERM.sub(lambda term: _term(term, language), said["reasons"])
            return told().say(f"told.reason.{key}", language, **said)
    known = f"told.reason.{reason.replace(' ', '_')}"
    return told().get(known, language) or calendar_event(reason, language)


def _term(term: re.Match[str], language: str) -> str:
    word = told().get(f"told.word.{term['word'].replace(' ', '_')}", language)
    return f"{word or term['word']}{term['size']}"


def _cost(now: dict[Any, Any], language: str) -> str:
    money = now["own_revenue"] + now["transfer"] + now["earmarked"]
    spent = now["assistance"] + now["schemes"]
    key = ("cost" if money > 0 else "no_money") + ("_arrears" if now["balance"] < 0 else "")
    share = _PERCENT * spent / money if money > 0 else 0
    return _say(key, language, million=money / _MILLION, share=share)


def _embellished(row: dict[Any, float], language: str) -> list[str]:
    """Tell where reports and truth differ notably."""
    found = []
    for name in dict.fromkeys(name for name, _ in row):
        stated, true = row[name, "reported"], row[name, "true"]
        if abs(stated - true) >= _NOTABLE:
            what = told().say(f"told.twice.{name.replace(' ', '_')}", language)
            found.append(_say("reported", language, name=what, stated=stated, true=true))
    return found


def _say(key: str, language: str, **values: object) -> str:
    return told().say(f"told.county.{key}", language, **values)


def _pair(stated: float, true: float) -> str:
    return "" if pd.isna(true) else f"{stated:.1f} / {true:.1f}"
