"""A county whose households may claim, and one beside it, for rules of claims worked by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from agents.households import Households
from agents.local_government import Counties
from agents.official import Officials
from agents.persons import Persons
from model import claims
from model.diffusion import Adoptions
from model.treasury import Treasury
from policies import worker_columns
from policies.dibao import UrbanDibao
from tests.small_county import Luck, households_of, parameters

LINE, INCOME = 2000.0, 8000.0
HERE, THERE = 0, 1
# Who claims whatever it is about, if a channel is worth its cost: nobody is more reluctant.
SURE = {"claims.rules.reluctance_sd": 0.0}


class Recorded(dict):
    """What is recorded, by outcome, scheme and group; shares as above and below."""

    def add(self, outcome, above, below=None, scheme="", group="all"):
        self[outcome, scheme, group] = above, below

    def total(self, outcome, scheme=""):
        return sum(float(self[outcome, scheme, place][0].sum()) for place in ("urban", "rural"))


def town(rows: list[dict[str, Any]], members: list[dict[str, Any]] | None = None, year: int = 2010,
         luck: dict[str, float] | None = None, **changes: Any) -> Any:  # fmt: skip
    """Return two counties with dibao; the people live in the first.

    Each row is a household that applied and is not on the roll.

    `members` are persons (with their ``household``); `luck` gives draws by decision.
    """
    counties = Counties(2)
    counties.alive[:], counties.weight[:], counties.province[:] = True, 1, 0
    counties.key[:], counties.code[:] = (7, 8), (320102, 320104)
    counties.urban_income[:] = counties.rural_income[:] = INCOME
    draws = luck or {}

    def chance(decision):
        return Luck(draws.get(decision, 0.5))

    world = SimpleNamespace(
        year=year, parameters=parameters(year, **SURE | changes), counties=counties,
        officials=Officials(2), chance=chance, lasting_chance=chance, persons=Persons(0),
        households=Households(len(rows)), township_county=np.arange(2, dtype=np.int32),
        township_key=np.arange(1, 3, dtype=np.uint64), treasury=Treasury({}),
        adoptions=Adoptions(counties), record=Recorded(), reports={}, poverty_line=0.0,
    )  # fmt: skip
    world.report = lambda *args, **more: _report(world, *args, **more)
    world.dibao = UrbanDibao()
    world.dibao.set_up(world)
    _declare(world)
    claims.set_up(world)
    households_of(world.households, [{"urban": True, "applies_for_dibao": True} | row
                                     for row in rows])  # fmt: skip
    _employ(world, members or [])
    for policy in ("urban_dibao", "rural_dibao"):
        world.adoptions.adopt(policy, np.array([HERE, THERE]), year, "", "test")
    world.dibao.line[:] = counties["urban_dibao_line"][:] = counties["rural_dibao_line"][:] = LINE
    return world


def claim(world: Any) -> Any:
    """Let a year's claims be made and answered; return the world."""
    claims.claim(world)
    return world


def _declare(world: Any) -> None:
    worker_columns.declare_columns(world)
    column = worker_columns.Column("flag", "of another policy")
    world.households.declare("receives_tekun", np.bool_, column)
    world.persons.declare("laid_off", np.int16, column)
    for name, dtype in (("school_load", np.float64), ("rural_dibao_line", np.float64),
                        ("stability_choice", np.int8)):  # fmt: skip
        world.counties.declare(name, dtype, column)


def _employ(world: Any, members: list[dict[str, Any]]) -> None:
    kept = world.persons
    world.persons = Persons(len(members))
    for name in set(kept.declared) - set(world.persons.declared):
        world.persons.declare(name, *kept.declared[name])
    for row, member in enumerate(members):
        for name, value in ({"key": row + 1, "alive": True} | member).items():
            world.persons[name][row] = value


def _report(world: Any, outcome: str, above: Any, below: Any = None, group: str = "all") -> None:
    world.record.add(outcome, above, below, group=group)
    world.record.add(f"{outcome}_reported", above, below, group=group)
    world.reports[outcome, "", group] = (above, below)
