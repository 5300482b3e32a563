"""Which official series stands beside which outcome: the one list that everything else reads.

A `Link` names both sides, how both are shown, and how far apart they may lie. The tolerances are
judgements about a stylised, scaled world, set before any run was looked at; they are no evidence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pandas as pd

from model import evidence

PERCENT = 100.0
MILLION = 1e-6
CHINA, NATION = "China", ("nation", "0")
# Official units in units of the model: persons, yuan, shares.
IN_MODEL_UNITS = {
    "percent": 0.01,
    "10000 persons": 10_000.0,
    "100 million persons": 100_000_000.0,
    "persons": 1.0,
    "yuan": 1.0,
    "yuan per month": 1.0,
    "yuan per month per recipient": 1.0,
    "index 0-1": 1.0,
}
AGES = {"0-14": "children_share", "15-59": "working_age_share", "60+": "elderly_share",
        "65+": "aged_share"}  # fmt: skip
_NBS_AGES, _UN_AGES = "population_age_share", "population_by_age_un"
# The three age groups that add up to everybody, in a source whose totals are not those of others.
_EVERYBODY = tuple((_UN_AGES, group) for group in ("0-14", "15-59", "60+"))
_RESIDENTS = ("population_total_worldbank", "all")
_INTER, _INTRA = "migrant_workers_interprovincial", "migrant_workers_intraprovincial"
_MIGRANTS, _UN, _NBS = "outgoing migrant workers", "United Nations", "National Bureau of Statistics"
_COVERED = "members of insurance"
Pairs = tuple[tuple[str, str], ...]
# Of figures that are added up, the use that allows least holds for the sum.
_STRICTNESS = ("validation", "fitting", "input", "context")
_NONE = pd.DataFrame({"value": [], "use": []})
# Scheme, its word among the official coverage rates of migrants, its words for people.
_MIGRANT_SCHEMES = (
    ("worker_pension", "pension", "pension"),
    ("worker_medical", "medical", "medical"),
    ("work_injury", "work_injury", "work injury"),
    ("unemployment", "unemployment", "unemployment"),
    ("maternity", "maternity", "maternity"),
)


@dataclass(frozen=True)
class Tolerance:
    """How far the model may lie from an official figure.

    Attributes
    ----------
    size : float
        In the unit shown, or as a share of the figure.
    relative : bool
        Whether it is a share.
    """

    size: float
    relative: bool = False

    def allowed(self, official: float) -> float:
        """Return the accepted distance in the unit shown."""
        return abs(official) * self.size if self.relative else self.size

    def text(self, unit: str) -> str:
        """Return it for people."""
        if self.relative:
            return f"±{self.size * PERCENT:g}%"
        return f"±{self.size:g} {'points' if unit.startswith('%') else unit}".strip()


@dataclass(frozen=True)
class Link:
    """An official series and the outcome beside it.

    Attributes
    ----------
    key, topic, title, unit : str
        Short name, what it is about, what it is called, and the unit shown.
    digits : int
        Decimals that are worth showing.
    indicator : str
        Name among the official figures.
    parts : tuple of str
        Groups of the indicator that are added up.
    outcome, group, scheme : str
        The outcome of the model.
    tolerance : Tolerance
    scale : float
        What turns units of the model into the unit shown.
    also : tuple of (indicator, group)
        Other official figures that are added.
    over : tuple of (indicator, group)
        What the official figure is divided by, added up, to become a share.
    geography, place : str, (str, str)
        Where, in both worlds.
    is_imposed : bool
        Whether a rule writes the outcome down, so that a match says nothing.
    """

    key: str
    topic: str
    title: str
    unit: str
    digits: int
    indicator: str
    parts: tuple[str, ...]
    outcome: str
    group: str
    scheme: str
    tolerance: Tolerance
    scale: float = 1.0
    over: Pairs = ()
    also: Pairs = ()
    geography: str = CHINA
    place: tuple[str, str] = NATION
    is_imposed: bool = False

    @property
    def column(self) -> str:
        """The outcome as the data collector names it."""
        names = (self.outcome, self.scheme, "" if self.group == "all" else self.group)
        return "/".join(name for name in names if name)


@cache
def links() -> tuple[Link, ...]:
    """Return every link, in the order of reading."""
    return (*_assistance(), *_incomes(), *_people(), *_migrants(), *_insurance())


@cache
def by_column() -> dict[str, Link]:
    """Return the national links by column of the data collector; of several the last."""
    return {link.column: link for link in links() if link.place == NATION}


def figures(link: Link) -> pd.DataFrame:
    """Return the official figures of a link in units of the model: columns value, use; by year."""
    pairs = tuple((link.indicator, part) for part in link.parts) + link.also
    rows = _added_up(pairs, link.geography)
    if link.over:
        rows["value"] = rows["value"] / _added_up(link.over, link.geography)["value"]
    return rows.dropna(subset="value")


def _added_up(pairs: Pairs, geography: str) -> pd.DataFrame:
    """Return the sum of figures by year, for the years that have all of them."""
    parts = [_series().get((*pair, geography), _NONE) for pair in pairs]
    values = pd.concat([part["value"] for part in parts], axis=1).dropna()
    strictness = pd.concat([part["use"] for part in parts], axis=1).loc[values.index]
    use = strictness.max(axis=1).map(dict(enumerate(_STRICTNESS)))
    return pd.DataFrame({"value": values.sum(axis=1), "use": use}).sort_index()


@cache
def _series() -> dict[tuple[str, ...], pd.DataFrame]:
    """Return every official series by indicator, group and geography: value, use; by year."""
    table = evidence.official()
    values = table["value"].astype(float) * table["unit"].map(IN_MODEL_UNITS).astype(float)
    strictness = table["use"].map(_STRICTNESS.index)
    rows = pd.DataFrame({"value": values, "use": strictness}).set_index(table["year"])
    keys = [table[name].to_numpy() for name in ("indicator", "group", "geography")]
    return {tuple(map(str, key)): part for key, part in rows.groupby(keys, sort=False)}


def _assistance() -> Iterator[Link]:
    for group in ("urban", "rural"):
        yield Link(f"recipients_{group}", "dibao recipients", f"{group.title()} dibao recipients",
                   "million", 2, "dibao_recipients", (group,), "dibao_recipients", group, "",
                   Tolerance(0.25, relative=True), MILLION)  # fmt: skip
    yield Link("recipients_shanghai", "dibao recipients", "Urban dibao recipients in Shanghai",
               "million", 3, "dibao_recipients", ("urban",), "dibao_recipients", "urban", "",
               Tolerance(0.25, relative=True), MILLION, geography="Shanghai",
               place=("province", "31"))  # fmt: skip
    for group in ("urban", "rural"):
        yield Link(f"line_{group}", "dibao lines", f"{group.title()} dibao line", "yuan/month", 0,
                   "dibao_standard", (group,), "dibao_line", group, "",
                   Tolerance(0.1, relative=True))  # fmt: skip
    yield Link("benefit_rural", "dibao paid", "Rural dibao paid per recipient", "yuan/month", 0,
               "dibao_benefit_paid", ("rural",), "dibao_benefit_mean", "rural", "",
               Tolerance(0.25, relative=True))  # fmt: skip
    yield Link("poverty_rural", "rural poverty", "Rural poverty rate, 2010 standard", "%", 1,
               "rural_poverty_rate_2010std", ("rural",), "poverty_rate", "rural", "",
               Tolerance(4), PERCENT)  # fmt: skip


def _incomes() -> Iterator[Link]:
    for group, word in (("urban", "Urban"), ("rural", "Rural"), ("all", "National")):
        yield Link(f"income_{group}", "mean incomes", f"{word} mean income per head", "yuan", 0,
                   "disposable_income_per_capita", (group,), "income_mean", group, "",
                   Tolerance(0.05, relative=True))  # fmt: skip
    for name, who in (("gini_income_academic", "academic estimate"), ("gini_income", _NBS)):
        yield Link(name, "the Gini", f"Gini of income, {who}", "index", 3, name, ("all",),
                   "gini", "all", "", Tolerance(0.03))  # fmt: skip


def _people() -> Iterator[Link]:
    yield Link("population", "population", "Population", "million", 0, _RESIDENTS[0], ("all",),
               "population", "all", "", Tolerance(0.015, relative=True), MILLION)  # fmt: skip
    for source, indicator, who in (("nbs", _NBS_AGES, _NBS), ("un", _UN_AGES, _UN)):
        for age, outcome in AGES.items():
            yield Link(f"age_{source}_{age}", "ages",
                       f"People aged {age.replace('-', '–')}, {who}", "%", 1, indicator, (age,),
                       outcome, "all", "", Tolerance(1.5), PERCENT,
                       _EVERYBODY if source == "un" else ())  # fmt: skip
    for group, official, word in (("urban", "urban", "Urban"), ("rural", "rural", "Rural"),
                                  ("all", "all family households", "National")):  # fmt: skip
        yield Link(f"size_{group}", "household sizes", f"{word} household size", "persons", 2,
                   "household_size", (official,), "household_size", group, "",
                   Tolerance(0.1, relative=True))  # fmt: skip
    for kind, outcome, title in (
        ("resident", "urban_share", "Urban share of residents"),
        ("hukou", "hukou_urban_share", "Share with an urban hukou"),
    ):
        yield Link(outcome, "the urban share", title, "%", 1, f"urbanisation_rate_{kind}", ("all",),
                   outcome, "all", "", Tolerance(4), PERCENT)  # fmt: skip


def _migrants() -> Iterator[Link]:
    for key, word, group in (("outgoing", "Outgoing", "outgoing"), ("total", "All", "all")):
        yield Link(f"migrants_{group}", "migrants", f"{word} migrant workers", "million", 0,
                   f"migrant_workers_{key}", ("rural migrant workers",), "migrants",
                   f"migrant_{group}", "", Tolerance(0.2, relative=True), MILLION)  # fmt: skip
    yield Link("migrants_interprovincial", "migrants", "Outgoing migrants in another province",
               "%", 1, _INTER, ("outgoing",), "migrants_interprovincial_share", "all", "",
               Tolerance(8), PERCENT, ((_INTER, "outgoing"), (_INTRA, "outgoing")))  # fmt: skip
    for name, title in (("separated_population", "People who live elsewhere than registered"),
                        ("floating_population", "Floating population")):  # fmt: skip
        part = "all" if name == "floating_population" else "residence differs from hukou"
        yield Link(name, "migrants", title, "% of residents", 1, name, (part,), "separated_share",
                   "all", "", Tolerance(4), PERCENT, (_RESIDENTS,))  # fmt: skip
    for scheme, official, words in _MIGRANT_SCHEMES:
        yield Link(f"migrant_{scheme}", "insurance of migrants",
                   f"Outgoing migrants with {words} insurance", "%", 1,
                   f"migrant_insurance_coverage_{official}", (_MIGRANTS,), "coverage",
                   "migrant_outgoing", scheme, Tolerance(3), PERCENT)  # fmt: skip


def _insurance() -> Iterator[Link]:
    for scheme, indicator, words in (
        ("worker_pension", "migrants_in_employee_pension", "worker pension"),
        ("worker_medical", "migrants_in_medical_insurance", "worker medical"),
        ("work_injury", "migrants_in_work_injury", "work injury"),
    ):
        yield _members(f"members_migrant_{scheme}", f"Migrant workers in {words} insurance",
                       indicator, ("migrant workers",), scheme, "migrant_all")  # fmt: skip
    workers = "workers"
    yield _members("members_worker_pension", "Members of the worker pension",
                   "pension_enrolment_employee", ("contributors + retirees",),
                   "worker_pension")  # fmt: skip
    yield _members("members_residents_pension", "Members of the residents' pension",
                   "pension_enrolment_resident", ("rural + urban residents",),
                   "residents_pension")  # fmt: skip
    for key, parts in (("early", ("working", "retired")), ("later", ("working + retired",))):
        title = f"Members of worker medical insurance, {'to 2003' if key == 'early' else 'later'}"
        yield _members(f"members_worker_medical_{key}", title, "medical_enrolment_employee", parts,
                       "worker_medical")  # fmt: skip
    yield _members("members_rural_medical", "Members of the rural cooperative medical scheme",
                   "ncms_enrolment", ("rural",), "medical", "hukou_rural")  # fmt: skip
    employees = (("medical_enrolment_employee", "working + retired"),)
    resident = "urban resident (URBMI), from 2016 increasingly urban+rural"
    yield Link("members_medical", _COVERED, "Members of any basic medical insurance", "million", 0,
               "medical_enrolment_resident", (resident,), "covered_persons", "all", "medical",
               Tolerance(0.1, relative=True), MILLION, also=employees)  # fmt: skip
    yield _members("members_unemployment", "Members of unemployment insurance",
                   "unemployment_insurance_enrolment", (workers,), "unemployment")  # fmt: skip
    for scheme in ("work_injury", "maternity"):
        yield _members(f"members_{scheme}", f"Members of {scheme.replace('_', ' ')} insurance",
                       f"{scheme}_enrolment", (workers,), scheme)  # fmt: skip


def _members(
    key: str, title: str, indicator: str, parts: tuple[str, ...], scheme: str, group: str = "all"
) -> Link:
    """Return the link of a count of members."""
    return Link(key, _COVERED, title, "million", 0, indicator, parts, "covered_persons", group,
                scheme, Tolerance(0.2, relative=True), MILLION)  # fmt: skip
