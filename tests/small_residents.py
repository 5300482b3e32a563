"""A county with a few persons, each in a household of their own unless they say, for insurance."""

from typing import Any

import numpy as np

from agents.households import Households
from agents.persons import Persons, Work
from agents.table import Column, total_by
from policies.worker_columns import MEDICAL_BIT
from tests.small_county import county

# A farmer of middle age and means, registered where he lives.
PERSON = {"age": 50, "skill": 0, "work": Work.FARM, "household": None, "hukou_urban": False,
          "township": 0, "hukou_township": 0, "away": False}  # fmt: skip
HOUSEHOLD = {"income": 10_000, "assets": 0.0, "deprived_years": 0, "inpatient_bill": 0.0,
             "trust_centre": 0.0}  # fmt: skip


def village(policy: Any, case: dict[str, Any]) -> Any:
    """Return the world of a case, with the policy set up and adopted, two counties if asked."""
    figures = {"urban_income": 1, "rural_income": 1, "room": 0} | case.get("county", {})
    world = county(case["year"], case.get("luck", {}), case.get("set", {}), **figures)
    world.counties.code[:] = case.get("code", 410101)
    world.poverty_line, world.central_spending = 1000.0, 0.0
    people = [PERSON | {"household": row} | person for row, person in enumerate(case["persons"])]
    n_homes = 1 + max(person["household"] for person in people)
    world.households = _homes(people, n_homes, case.get("households", []))
    world.persons = _people(people)
    world.county_sum = lambda values, rows: total_by(
        world.households.county[rows], (values * world.households.weight)[rows], 1
    )
    promised = Column("share", "as declared by assistance")
    world.households.declare("premium_promised", np.float64, promised)
    _fill(world.households, "premium_promised", case.get("households", []))
    _fill_schemes(world.persons, people)
    policy.set_up(world)
    for column in ("residents_tier", "residents_years", "residents_account", "residents_annuity"):
        if column in world.persons.declared:
            world.persons[column][:] = [person.get(column, 0) for person in people]
    if case.get("adopted", True):
        world.adoptions.adopt(policy.id, np.array([0]), world.year, "", "test")
    return world


def _homes(people: list[dict[str, Any]], n: int, given: list[dict[str, Any]]) -> Households:
    homes = Households(n)
    homes.alive[:] = True
    homes.weight[:] = 1
    homes.key[:] = np.arange(1, n + 1)
    for name in ("county", "township", "hukou_township", "hukou_county"):
        homes[name][:] = 0
    homes.size[:] = np.bincount([person["household"] for person in people], minlength=n)
    for person in people:
        homes.hukou_urban[person["household"]] = person["hukou_urban"]
    given = given + [{}] * (n - len(given))
    income = np.array([(HOUSEHOLD | home)["income"] for home in given], float)
    homes.market_income[:] = income * homes.size
    for name in ("assets", "deprived_years", "inpatient_bill", "trust_centre"):
        homes[name][:] = [(HOUSEHOLD | home)[name] for home in given]
    return homes


def _people(people: list[dict[str, Any]]) -> Persons:
    persons = Persons(len(people))
    persons.alive[:] = True
    persons.key[:] = np.arange(1, persons.n + 1)
    for name in PERSON:
        persons[name][:] = [
            getattr(Work, person[name]) if isinstance(person[name], str) else person[name]
            for person in people
        ]
    persons.state_sector[:] = [person.get("state_sector", False) for person in people]
    return persons


def _fill(homes: Households, name: str, given: list[dict[str, Any]]) -> None:
    for row, home in enumerate(given):
        homes[name][row] = home.get(name, 0)


def _fill_schemes(persons: Persons, people: list[dict[str, Any]]) -> None:
    """Make members of worker medical insurance of those who say so."""
    persons.declare("worker_schemes", np.uint8, Column("bits", "as declared by worker insurance"))
    insured = [person.get("insured_at_work", False) for person in people]
    persons["worker_schemes"][insured] = MEDICAL_BIT
