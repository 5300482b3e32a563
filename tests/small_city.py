"""A city with a village that people come from, for rules of registration (hukou) by hand."""

from typing import Any

import numpy as np

from agents.households import Households
from agents.local_government import Counties
from agents.persons import Persons, Work
from agents.table import total_by
from model.chance import Chance
from model.diffusion import Adoptions
from model.treasury import Treasury
from policies.hukou import Hukou
from tests.small_county import parameters

CITY, VILLAGE = 0, 1
KINDS = {"metro": 0, "city": 1, "rural": 2}
URBAN_INCOME, RURAL_INCOME = 8000.0, 2500.0
# A newcomer household unless a test says otherwise: it just came and qualifies for nothing.
NEWCOMER = {"savings": 0.0, "years": 0, "work": "INFORMAL", "skill": 0, "age": 30, "child": False,
            "land": True, "registered": "elsewhere", "size": 1}  # fmt: skip


class City:
    """One county-level unit, `code`, with registered residents and newcomers.

    Parameters
    ----------
    newcomers : list of dict
        See `NEWCOMER`; a dict may say how many of it there are (``times``) and when they come.
    """

    def __init__(self, newcomers, code=330502, kind="metro", residents=300, year=2001,
                 chance=None, seed=1, on=True, opened=True, **overrides: Any) -> None:  # fmt: skip
        # Nobody leads this city who could open it by himself.
        self.overrides = {"hukou.opening.mode": "scenario"} | overrides
        self.views, self.year = {}, year
        self.chance = chance or (lambda decision: Chance(seed).draws(decision, self.year))
        self.lasting_chance = chance or (lambda decision: Chance(seed).draws(decision, 0))
        self.is_on = lambda policy: on
        self.counties = _counties(code, KINDS[kind])
        self.adoptions, self.treasury = Adoptions(self.counties), Treasury({})
        given = [NEWCOMER | row for row in newcomers for _ in range(row.get("times", 1))]
        self.households, self.persons = _people(residents, given)
        self.comes = np.array([0] * residents + [row.get("comes", 0) for row in given])
        self.policy = Hukou()
        self.policy.set_up(self)
        if opened:
            self.adoptions.adopt(Hukou.id, np.array([CITY, VILLAGE]), year, "", "test")

    @property
    def parameters(self):
        if self.year not in self.views:
            self.views[self.year] = parameters(self.year, **self.overrides)
        return self.views[self.year]

    def county_sum(self, values, rows):
        home = self.households.county[rows]
        return total_by(home, values[rows] * self.households.weight[rows], self.counties.n)

    def live(self, arrivals=None):
        """Live a year; `arrivals` says how many of those still to come arrive, given the world."""
        self.policy.on_budget(self)
        if arrivals:
            waiting = np.flatnonzero((self.comes > 0) & ~self.households.alive)
            self.households.alive[waiting[: arrivals(self)]] = True
        self.policy.on_move(self)
        found = {name: self.counties[name][CITY].item() for name in ("hukou_rung", "school_load")}
        self.year += 1
        return found


def reversed_after(seed, code, measures, years=6, start=2001, **settings):
    """Open the districts of a city with 300 registered and 90 newcomer households; see what comes.

    People come as the pull of the opening says. Returns the years until it took the opening back,
    None if it did not.
    """
    opening = {"hukou.opening.rung": 4, "hukou.opening.area": code // 100,
               "hukou.opening.start": start, "hukou.load.measures": [measures] * 4}  # fmt: skip
    here = {"times": 90, "savings": 2.0, "years": 3}
    city = City([here, here | {"times": 300, "comes": 1}], code=code, year=start - 1, seed=seed,
                **opening | settings)  # fmt: skip
    # About as short of money as counties were: rule a.3.
    city.counties.own_revenue *= 0.91
    for year in range(years + 1):
        if city.live(_arrivals)["hukou_rung"] < 4 and year:
            return year - 1
    return None


def _arrivals(city):
    usual = city.parameters.number("hukou.opening.usual_inflow")
    registered = city.households.hukou_urban[city.households.county == CITY].sum()
    return round(usual * np.exp(city.counties["newcomer_pull"][CITY]) * registered)


def _counties(code, kind):
    counties = Counties(2)
    counties.alive[:] = True
    counties.code[:] = code, 659001
    counties.key[:] = 11, 12
    counties.kind[:] = kind, KINDS["rural"]
    counties.population[:] = 1e6, 1e6
    counties.urban_income[:], counties.rural_income[:] = URBAN_INCOME, RURAL_INCOME
    counties.need[:], counties.own_revenue[:] = 1e9, 1e9
    return counties


def _people(residents, newcomers):
    n = residents + len(newcomers)
    households = Households(n)
    households.key[:] = np.arange(1, n + 1) * np.uint64(2**40 + 1)
    households.weight[:], households.urban[:], households.size[:] = 1000, True, 1
    households.hukou_urban[:residents] = True
    for row, values in enumerate(newcomers, start=residents):
        households.assets[row] = values["savings"] * URBAN_INCOME
        households.land[row], households.size[row] = values["land"], values["size"]
        elsewhere = values["registered"] == "elsewhere"
        households.hukou_county[row] = VILLAGE if elsewhere else CITY
    households.hukou_county[:residents] = CITY
    households.hukou_township[:] = households.hukou_county
    households.township[:] = households.county[:] = CITY
    households.alive[:] = [True] * residents + [not row.get("comes") for row in newcomers]
    return households, _members(households, residents, newcomers)


def _members(households, residents, newcomers):
    """Return one adult a household, and a child where there is one."""
    rows = [(row, {"age": 40, "work": "FORMAL", "years": 20, "skill": 1})
            for row in range(residents)]  # fmt: skip
    for row, values in enumerate(newcomers, start=residents):
        rows.append((row, values))
        rows += [(row, {"age": 8, "work": "NONE", "years": 0, "skill": 0})] * values["child"]
    persons = Persons(len(rows))
    persons.alive[:] = True
    persons.household[:] = [row for row, _ in rows]
    persons.work[:] = [getattr(Work, values["work"]) for _, values in rows]
    persons.place_years[:] = [values["years"] for _, values in rows]
    persons.age[:], persons.skill[:] = zip(*[(v["age"], v["skill"]) for _, v in rows], strict=True)
    persons.township[:] = households.township[persons.household]
    persons.hukou_township[:] = households.hukou_township[persons.household]
    persons.hukou_urban[:] = households.hukou_urban[persons.household]
    return persons
