"""What a policy is: a class with its parameters, the phases it acts in, and a neutral setting.

A policy is one class in one file of this package. It is found by being there: adding one needs
its file, its parameter files and its test, and no edit elsewhere.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from agents.errors import MinshengError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from agents.households import Households
    from agents.institution import Centre
    from agents.local_government import Counties, Provinces
    from agents.official import Officials
    from agents.organisations import InNeed, Organisations
    from agents.persons import Persons
    from agents.protocols import Draws
    from agents.table import Bool, Float, Int32, Key, Rows
    from policies.parameters import ParameterView

DECILES = tuple(f"decile_{number}" for number in range(1, 11))
"""Tenths of all residents by income per head after public transfers, the poorest first."""
HUKOU_GROUPS = ("hukou_rural", "hukou_urban")
BROKEN_DOWN = ", ".join((*HUKOU_GROUPS, *DECILES))
"""Groups that `Breakdown.record` adds to an outcome."""


@dataclass(frozen=True)
class Outcome:
    """An outcome that is recorded every year.

    Parameters
    ----------
    name, unit, definition, source : str
        As users meet them in the results and in the documents.
    groups : str
        The groups it is given for.
    schemes : tuple of str
        The schemes it is given for; empty where the name says it.
    """

    name: str
    unit: str
    definition: str
    source: str
    groups: str = "all, urban, rural"
    schemes: tuple[str, ...] = ()


class Treasury(Protocol):
    """The accounts of the simulation."""

    def pay(self, payer: str, payee: str, purpose: str, yuan: float) -> None:
        """Book a payment of the current year."""


class Adoptions(Protocol):
    """The list of what governments adopted, changed and reversed."""

    rows: list[tuple[int, str, str, str, str, str]]
    """Year, policy, area, event, setting and reason of every event so far."""

    def in_force(self, policy: str) -> "Bool":
        """Return which counties have the policy, shape (n_counties,)."""

    def adopt(
        self, policy: str, rows: "Rows", year: int, setting: str, reason: "str | Sequence[str]"
    ) -> None:
        """Let counties adopt a policy, for one reason or for each its own."""

    def change(
        self, policy: str, rows: "Rows", year: int, setting: str, reason: "str | Sequence[str]"
    ) -> None:
        """Note that counties that have a policy change it, for one reason or for each its own."""

    def reverse(self, policy: str, rows: "Rows", year: int, setting: str, reason: str) -> None:
        """Let counties give a policy up."""


class Recorder(Protocol):
    """Where outcomes of the year are put."""

    def add(
        self,
        outcome: str,
        numerator: "Float",
        denominator: "Float | None" = None,
        scheme: str = "",
        group: str = "all",
    ) -> None:
        """Record county sums, shape (n_counties,); a share where there is a denominator."""


class Breakdown(Protocol):
    """Cells of county, hukou group and income decile, in which somebody is counted."""

    n: int
    """Number of cells."""

    weight: "Float"
    """Real persons that everybody stands for, nobody where dead, shape (n_persons,)."""

    @property
    def county(self) -> "Rows":
        """County in which each person lives, shape (n_persons,)."""

    def count(self, code: "NDArray[Any]", n_codes: int) -> "Float":
        """Return real persons by cell and by a code of each, shape (n, n_codes)."""

    def of_persons(self, rows: "Rows") -> "Rows":
        """Return the cells of some persons by place of residence."""

    def of_households(self, rows: "Rows", county: "Int32 | None" = None) -> "Rows":
        """Return the cells of some households, by home or by the county given for each."""

    def record(self, outcome: str, scheme: str, above: "Float", below: "Float") -> None:
        """Record shares by hukou group and by decile; sums by cell, shape (n,) each."""

    def record_deciles(
        self, outcome: str, scheme: str, above: "Float", below: "Float", place: str = ""
    ) -> None:
        """Record shares by decile of everybody or of a place; sums by cell, shape (n,) each."""


class World(Protocol):
    """What a policy sees of the simulation."""

    @property
    def year(self) -> int:
        """The year that is being simulated."""

    @property
    def parameters(self) -> "ParameterView":
        """The parameters in force this year."""

    @property
    def persons(self) -> "Persons":
        """Everybody, as columns."""

    @property
    def households(self) -> "Households":
        """All households, as columns."""

    @property
    def counties(self) -> "Counties":
        """All county governments, as columns."""

    @property
    def provinces(self) -> "Provinces":
        """All provincial governments, as columns."""

    @property
    def centre(self) -> "Centre":
        """The central government."""

    @property
    def officials(self) -> "Officials":
        """The leaders of counties and provinces, as columns."""

    @property
    def organisations(self) -> "Organisations":
        """Hubs and other organisations that deliver services, as columns."""

    @property
    def township_county(self) -> "Int32":
        """Row of the county of each township, shape (n_townships,)."""

    @property
    def township_key(self) -> "Key":
        """Persistent key of each township, shape (n_townships,)."""

    @property
    def poverty_line(self) -> float:
        """Rural poverty line of the year, yuan/person/year."""

    @property
    def last_poverty_line(self) -> float:
        """Rural poverty line of last year, against which last year's incomes are held."""

    in_need: "InNeed"
    """Who needs a service this year."""

    service_need: "Float"
    """Hours of service needed this year, shape (n_townships, 4), by need."""

    service_hours: "Float"
    """Hours of service delivered this year, shape (n_townships, 4, 4), by need and provider."""

    central_spending: float
    """What the centre has paid to named schemes this year, yuan; policies add to it."""

    @property
    def record(self) -> Recorder:
        """Where outcomes of the year are put."""

    @property
    def breakdown(self) -> Breakdown:
        """Hukou groups and deciles of the year, once outcomes are recorded."""

    @property
    def treasury(self) -> Treasury:
        """The accounts."""

    @property
    def adoptions(self) -> Adoptions:
        """Who has which policy, and since when."""

    @property
    def reports(self) -> "dict[tuple[str, str, str], tuple[Float, Float | None]]":
        """What counties reported last: numerator and denominator by outcome, scheme and group."""

    def is_on(self, policy: str) -> bool:
        """Return whether the scenario has a policy switched on this year."""

    def chance(self, decision: str) -> "Draws":
        """Return this year's draws of a decision, named by a written constant."""

    def lasting_chance(self, decision: str) -> "Draws":
        """Return draws that stay the same in every year."""

    def county_sum(self, values: "NDArray[Any]", rows: "Rows | None" = None) -> "Float":
        """Return the weighted sum by county of a value of every household, or of `rows` of them.

        Parameters
        ----------
        values : ndarray, shape (n_households,)
            Also where `rows` are given.
        """

    def report(
        self,
        outcome: str,
        numerator: "Float",
        denominator: "Float | None" = None,
        scheme: str = "",
        group: str = "all",
    ) -> None:
        """Record an outcome and, as ``<outcome>_reported``, what counties report of it."""

    def report_members(
        self, members: "Float", people: "Float", scheme: str, group: str = "all"
    ) -> None:
        """Record members and coverage of a scheme, true and as counties report them."""


class Policy:
    """A policy of the state; a subclass gives the four attributes and overrides its phases.

    Attributes
    ----------
    id : str
        Name in scenarios and results, for instance ``"urban_dibao"``.
    title : str
        Name for people.
    parameters : tuple of str
        Beginnings of the paths of its own parameters, for instance ``"dibao.urban"``; the first
        places it on the page. It may read others.
    neutral : str
        What switching the policy off means, in one sentence. A policy that is off is one that no
        county adopts.
    outcomes : tuple of Outcome
        What it records beyond the outcomes of the model.
    adoption : str
        Where its adoption calendar is: the path before ``_share`` and ``_pioneer``; by default
        ``adoption.calendar.<id>``. Without a calendar no county adopts by itself.
    after : tuple of str
        Ids of policies that act before this one in every phase, where they exist.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]]
    neutral: ClassVar[str]
    outcomes: ClassVar[tuple[Outcome, ...]] = ()
    adoption: ClassVar[str] = ""
    after: ClassVar[tuple[str, ...]] = ()

    def set_up(self, sim: World) -> None:
        """Declare columns and prepare state, once, before the first year."""

    def on_appraise(self, sim: World) -> None:
        """Score, promote and move officials; let them set priorities."""

    def on_budget(self, sim: World) -> None:
        """Set standards, quotas and budgets of the year."""

    def on_move(self, sim: World) -> None:
        """Let those who moved convert their hukou; set what newcomers may use."""

    def on_enrol(self, sim: World) -> None:
        """Enrol members."""

    def on_contribute(self, sim: World) -> None:
        """Collect contributions, pay pensions, promise a share of hospital bills."""

    def on_reimburse(self, sim: World) -> None:
        """Pay the promised share of the year's hospital bills."""

    def on_assist(self, sim: World) -> None:
        """Take applications, verify, ration, pay."""

    def on_deliver(self, sim: World) -> None:
        """Procure and deliver services."""

    def on_record(self, sim: World) -> None:
        """Record outcomes of the policy."""

    def tables(self) -> "dict[str, dict[str, NDArray[Any]]]":
        """Return result files of its own, by name: columns of equal length."""
        return {}

    def stocks(self) -> "dict[str, float]":
        """Return what the policy's own institutions hold at the end of a year, by account."""
        return {}


@cache
def discover() -> Mapping[str, type[Policy]]:
    """Return every policy of this package by id: alphabetical, but each after those it names.

    The package is searched on the first call.

    Raises
    ------
    MinshengError
        Two policies have the same id, or one lacks an attribute.
    """
    package = importlib.import_module(__package__ or "policies")
    found: dict[str, type[Policy]] = {}
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        contents = vars(importlib.import_module(module.name))
        for policy in contents.values():
            if _is_policy_of(policy, module.name):
                _check(policy, found)
                found[policy.id] = policy
    order = TopologicalSorter(dict.fromkeys(sorted(found), ()))
    for id_, policy in sorted(found.items()):
        order.add(id_, *(other for other in policy.after if other in found))
    return MappingProxyType({id_: found[id_] for id_ in order.static_order()})


def _is_policy_of(thing: object, module: str) -> bool:
    """Whether this is a policy defined in the module; one without an id is a shared base."""
    is_policy = isinstance(thing, type) and issubclass(thing, Policy)
    return is_policy and thing.__module__ == module and hasattr(thing, "id")


def _check(policy: type[Policy], found: dict[str, type[Policy]]) -> None:
    missing = [name for name in ("title", "parameters", "neutral") if not hasattr(policy, name)]
    if missing:
        raise MinshengError(f"policy {policy.id!r} lacks the attributes {', '.join(missing)}")
    if policy.id in found:
        other = found[policy.id].__module__
        raise MinshengError(f"policy id {policy.id!r} of {policy.__module__} is taken by {other}")
