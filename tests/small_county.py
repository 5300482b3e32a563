"""One county with one township and a few households, for rules worked by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.special import ndtri

from agents.households import Households
from agents.local_government import Counties, Provinces
from agents.persons import Persons
from model.diffusion import Adoptions
from model.treasury import Treasury
from policies.dibao import RuralDibao, UrbanDibao
from policies.parameters import Override, ParameterSet

SCHEMES = {"urban": UrbanDibao, "rural": RuralDibao}
# Money that covers the standard need, so that the log of their ratio is zero.
ENOUGH = {"own_revenue": 1e6, "need": 1e6, "room": 1e6}


class Luck:
    """The same draw for everybody; one half has the normal quantile zero."""

    def __init__(self, value: float = 0.5) -> None:
        self.value = value

    def uniform(self, keys):
        return np.full(keys.shape, self.value)

    def normal(self, keys):
        return ndtri(self.uniform(keys))

    def happens(self, keys, probability):
        return self.uniform(keys) < probability


class Given:
    """Parameters as a test gives them, by the last part of their path."""

    def __init__(self, **values: Any) -> None:
        self.values = values

    def number(self, path: str) -> float:
        return self.values[path.rpartition(".")[2]]

    def flag(self, path: str) -> bool:
        return self.values[path.rpartition(".")[2]]

    def schedule(self, path: str):
        return np.array(self.values[path.rpartition(".")[2]], float)


def above(n_provinces: int) -> dict[str, Any]:
    """Return provinces and a centre without any money for pools in debt."""
    centre = SimpleNamespace(relief_left=0.0, relief=0.0)
    return {"provinces": Provinces(n_provinces), "centre": centre}


def parameters(year: int, **overrides: Any):
    """Return the shipped parameters of a year, some of them changed, by path."""
    changes = [Override(path, value, None) for path, value in overrides.items()]
    return ParameterSet.load().with_overrides(changes).at(year)


def households_of(table: Households, rows: list[dict[str, Any]]) -> None:
    """Fill a table; a household has one member, a regular income and no worker unless it says.

    Its workers are able unless it says otherwise.
    """
    for row, values in enumerate(rows):
        size = values.get("size", 1)
        filled = {"key": row + 1, "alive": True, "weight": 1, "size": size, "regular_share": 1,
                  "hukou_urban": True, "county": 0, "township": 0,
                  "hukou_county": 0, "hukou_township": 0, "able_workers": values.get("workers", 0),
                  "aware_of_dibao": True, "market_income": values.get("income", 0) * size,
                  "expected_income": values.get("income", 0) * size}  # fmt: skip
        for name, value in (filled | values).items():
            if name not in ("income", "members"):
                table[name][row] = value


def people(world: Any, rows: list[dict[str, Any]], usual: list[dict[str, Any]]) -> None:
    """Fill the table of persons with the ``members`` of each household, or the `usual` ones."""
    members = [(home, member) for home, row in enumerate(rows)
               for member in row.get("members", usual)]  # fmt: skip
    world.persons = Persons(len(members))
    for row, (home, member) in enumerate(members):
        filled = {"key": row + 1, "alive": True, "household": home, "mother": -1, "spouse": -1}
        for name, value in (filled | member).items():
            world.persons[name][row] = value


def county(
    year: int, luck: dict[str, float], overrides: dict[str, Any], n: int = 1, **figures: float
) -> Any:
    """Return a world of one county whose figures are given, or of `n` like it."""
    counties = Counties(n)
    counties.key[:] = counties.code[:] = 7
    counties.province[:] = 0
    for name, value in (ENOUGH | figures).items():
        counties[name][:] = value

    def chance(decision: str) -> Luck:
        return Luck(luck.get(decision, 0.5))

    return SimpleNamespace(
        year=year, parameters=parameters(year, **overrides), counties=counties, chance=chance,
        lasting_chance=chance, township_county=np.zeros(1, np.int32), persons=Persons(0),
        township_key=np.ones(1, np.uint64), treasury=Treasury({}), adoptions=Adoptions(counties),
        poverty_line=0.0, reports={}, **above(1),
    )  # fmt: skip


def dibao(world: Any, place: str, rows: list[dict[str, Any]]) -> Any:
    """Return a scheme that the county has, with these households in its world."""
    policy = SCHEMES[place]()
    world.households = Households(len(rows))
    policy.set_up(world)
    households_of(world.households, rows)
    people(world, rows, [])
    world.adoptions.adopt(policy.id, np.array([0]), world.year, "", "test")
    return policy
