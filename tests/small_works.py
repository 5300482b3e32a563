"""Two counties with one township each and a few workers, for rules of worker insurance by hand.

Every person is a household of one, so that the wage is its market income. Unless a test says
otherwise employers offer everything and declare true pay, and workers accept everything.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from agents.enrolment import SCHEMES
from agents.households import Households
from agents.local_government import Counties
from agents.persons import Persons, Work
from model.breakdown import Breakdown
from model.diffusion import Adoptions
from model.treasury import Treasury
from policies.migrant_insurance import MigrantInsurance
from policies.worker_columns import bits_of
from policies.worker_insurance import WorkerInsurance
from tests.small_county import Luck, above, parameters

PHASES = ("budget", "enrol", "contribute", "reimburse", "assist", "record")
WILLING = {f"persons.accept_{scheme}": 1e-9 for scheme in SCHEMES} | {
    "employers.offer": 1e-9, "employers.declare": 1 - 1e-9, "persons.work_injury": 1 - 1e-9,
    "persons.public_employee": 1 - 1e-9,
}  # fmt: skip
PERSON = {"age": 30, "work": "FORMAL", "urban": True, "hukou_urban": True, "wage": 1000,
          "township": 0, "hukou_township": 0, "place_years": 1, "insured_county": -1}  # fmt: skip
# Changes that make a person a migrant of the other county.
MIGRANT = {"hukou_urban": False, "hukou_township": 1}


class Recorded(dict):
    """What policies record, by outcome, scheme and group."""

    def add(self, outcome, numerator, denominator=None, scheme="", group="all"):
        self[outcome, scheme, group] = numerator, denominator

    def cut(self, outcome, numerator, denominator, scheme, group, *, above_county):
        self[outcome, scheme, group] = numerator, denominator


def bits(names: list[str]) -> int:
    """Return the bits of the schemes that are named."""
    places = [[scheme in names for scheme in SCHEMES] + ["separate" in names]]
    return int(bits_of(np.array(places))[0])


def works(year, people, changes=None, luck=None, codes=(320102, 320103), mean_wage=1000) -> Any:
    """Return a world of two counties in which all of `people` live and work."""
    counties, n = Counties(len(codes)), len(people)
    counties.code[:] = counties.key[:] = codes
    counties.province[:] = counties.code // 10000
    counties.priority[:] = -np.arange(len(codes))
    counties.rural_income[:] = counties.urban_income[:] = counties.product[:] = 1000
    draws = WILLING | (luck or {})

    def chance(decision):
        return Luck(draws.get(decision, 0.5))

    world = SimpleNamespace(
        year=year, parameters=parameters(year, **(changes or {})), counties=counties,
        persons=Persons(n), households=Households(n), chance=chance, lasting_chance=chance,
        township_county=np.arange(len(codes), dtype=np.int32), poverty_line=0.0,
        township_key=np.arange(1, len(codes) + 1, dtype=np.uint64), central_spending=0.0,
        treasury=Treasury({}), adoptions=Adoptions(counties), record=Recorded(),
        **above(int(counties.province.max()) + 1),
    )  # fmt: skip
    world.report = world.record.add
    world.report_members = lambda members, people, *which: (
        world.record.add("coverage", members, people, *which),
        world.record.add("covered_persons", members, None, *which),
    )
    world.breakdown = Breakdown(world, np.zeros(n, np.int8), np.ones(n))
    world.policies = [WorkerInsurance(), MigrantInsurance()]
    for policy in world.policies:
        policy.set_up(world)
        world.adoptions.in_force(policy.id)[:] = True
    # The schemes did not begin this year.
    world.policies[0]._took_over[:] = world.policies[0]._ran[:] = True
    counties["mean_wage"][:] = mean_wage
    _settle(world, people)
    return world


def _settle(world, people) -> None:
    persons, households = world.persons, world.households
    households.alive[:] = persons.alive[:] = True
    households.weight[:] = households.size[:] = 1
    households.assets[:] = 1e6
    persons.key[:] = households.key[:] = persons.household[:] = np.arange(len(people))
    persons.mother[:] = persons.spouse[:] = -1
    for row, person in enumerate(people):
        for name, value in (PERSON | person).items():
            if name == "wage":
                households.market_income[row] = value
            elif name in households.declared and name not in persons.declared:
                households[name][row] = value
            elif name == "worker_schemes":
                persons[name][row] = bits(value)
            else:
                persons[name][row] = getattr(Work, value) if name == "work" else value
    households.township[:] = persons.township
    households.county[:] = world.township_county[persons.township]


def live(world, phases=PHASES) -> Any:
    """Let both policies act in the phases of a year; return the world."""
    for phase in phases:
        for policy in world.policies:
            getattr(policy, f"on_{phase}")(world)
    return world


def paid(world) -> dict[str, float]:
    """Close the books; return what was paid, named "payer > payee: purpose"."""
    world.treasury.close(world.year, {})
    return {f"{row[1]} > {row[2]}: {row[3]}": row[4] for row in world.treasury.flow_rows}


def came_out(world, case) -> None:
    """Check what a case says of columns (``out``) and flows (``paid``)."""
    for name, expected in case.get("out", {}).items():
        table = world.persons if name in world.persons.declared else world.households
        expected = [bits(names) for names in expected] if name == "worker_schemes" else expected
        assert table[name].tolist() == pytest.approx(expected, rel=1e-5), name
    flows = paid(world)
    for name, yuan in case.get("paid", {}).items():
        assert flows.get(name, 0) == pytest.approx(yuan, rel=1e-6), name


def reserve(world, scheme="worker_pension"):
    """Return the reserves of the two counties."""
    return world.counties[f"{scheme}_reserve"].tolist()
