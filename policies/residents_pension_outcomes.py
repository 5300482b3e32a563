"""What the residents' pension records: members, take-up by age, tiers, pensions, funds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.table import Bool, Float, Rows, total_by
from policies.account_pension import FUND, MONTHS, has_worker_pension
from policies.base import BROKEN_DOWN, Outcome, World
from policies.residents_tables import FeatureTable

_SCHEME = "residents_pension"
_S2 = "S2 section 3.1.2"
_OWN = "Definition of the project"
_PLACES = "all, urban, rural"
_BROKEN_DOWN = f"{_PLACES}, {BROKEN_DOWN}"
# Ages between which take-up is compared (Lei, Zhang and Zhao 2013, Research in Labor Economics 37).
_AGE_BOUNDS = (30, 45)
_PAYS = ("nothing", "lowest tier", "more")
_AGE_GROUPS = ("age_16_29", "age_30_44", "age_45_59")
_MEMBERS = "Contributors and beneficiaries of the residents' pension"
_OUTSIDE = "residents aged 16 and above outside the worker scheme"
_MEANINGS = {
    "covered_persons": ("persons", f"{_MEMBERS}"),
    "coverage": ("share", f"{_MEMBERS} over {_OUTSIDE}"),
}
OUTCOMES = (
    *(
        Outcome(name, unit, f"{text}{ending}", _OWN, groups, (_SCHEME,))
        for base, (unit, text) in _MEANINGS.items()
        for name, ending, groups in (
            (base, "", _BROKEN_DOWN if base == "coverage" else _PLACES),
            (f"{base}_reported", "; as counties report it", _PLACES),
        )
    ),
    Outcome(
        "effective_coverage",
        "share",
        "Pension over the rural poverty line, at most 1, mean over persons of pension age outside "
        "the worker scheme",
        "S2 section 3.2.1 (effective coverage); definition of the project",
        _BROKEN_DOWN,
        (_SCHEME,),
    ),
    Outcome(
        "take_up",
        "share",
        "Contributors over those who may contribute, in places with the scheme",
        _OWN,
        ", ".join(("all", *_AGE_GROUPS)),
        (_SCHEME,),
    ),
    Outcome("lowest_tier_share", "share", "Contributors at the lowest tier paid", _S2, "all"),
    Outcome(
        "residents_pension_benefit_mean",
        "yuan/person/month",
        "Residents' pension paid per beneficiary, base and account",
        _S2,
        _PLACES,
    ),
    *(
        Outcome(
            f"basic_pension_coverage{ending}",
            "share",
            "Members and pensioners of any basic pension, which the old rural pension is not, over "
            f"residents aged 16 and above{how}",
            "S2 section 2 (21.59 percent in 2009, 70.43 percent in 2012)",
            "all",
        )
        for ending, how in (("", ""), ("_reported", "; as counties report it"))
    ),
    Outcome("pool_balance", "yuan", "Money in the pools of the scheme", _OWN, "all", (_SCHEME,)),
)


@dataclass(frozen=True)
class Record:
    """The figures of a year.

    Attributes
    ----------
    sim : World
    can_pay : ndarray of intp
        Rows of those who may contribute.
    members : ndarray of bool, shape (n,)
        Contributors and beneficiaries.
    paid : ndarray of float64, shape (n,)
        Pension of the year by person, yuan.
    """

    sim: World
    can_pay: Rows
    members: Bool
    paid: Float

    def add_all(self, first_age: int, pension_age: int) -> None:
        """Record every outcome of the scheme."""
        persons = self.sim.persons
        adult, at_work = persons.age >= first_age, has_worker_pension(self.sim)
        table = FeatureTable(
            self.sim, adult=adult, member=self.members, at_work=at_work, urban=persons.urban
        )
        for place, urban in (("rural", False), ("urban", True)):
            self._add_members(table, place, urban)
        self._break_down(adult & ~at_work)
        old = persons.alive & ~at_work & (persons.age >= pension_age)
        self._add_benefits(np.flatnonzero(old))
        self._add_take_up()
        add, adults = self.sim.record.add, table.count(adult=True)
        insured = table.count(adult=True, member=True)
        if "worker_schemes" in persons.declared:
            insured = insured + table.count(adult=True, member=False, at_work=True)
        self.sim.report("basic_pension_coverage", insured, adults)
        add("pool_balance", self.sim.counties[FUND].copy(), scheme=_SCHEME)

    def _add_members(self, table: FeatureTable, place: str, urban: bool) -> None:
        """Record members, and what governments report."""
        members = table.count(member=True, urban=urban)
        outside = table.count(adult=True, at_work=False, urban=urban)
        self.sim.report_members(members, outside, _SCHEME, place)

    def _break_down(self, outside: Bool) -> None:
        """Record coverage of those `outside` the worker scheme by hukou group and decile."""
        breakdown = self.sim.breakdown
        counts = breakdown.count(2 * outside + self.members, 4).reshape(-1, 2, 2)
        members, people = counts[:, :, 1].sum(axis=1), counts[:, 1].sum(axis=1)
        breakdown.record("coverage", _SCHEME, members, people)

    def _add_benefits(self, rows: Rows) -> None:
        """Record how much pension there is, per beneficiary and against the poverty line.

        `rows` are those of pension age outside the worker scheme.
        """
        sim, persons, n = self.sim, self.sim.persons, self.sim.counties.n
        paid, weight = self.paid[rows], sim.households.weight[persons.household[rows]]
        cell = sim.township_county[persons.township[rows]] + np.intp(n) * persons.urban[rows]
        drawing = weight * (paid > 0)
        enough = np.minimum(paid / sim.poverty_line, 1)
        values = (enough * weight, weight, paid / MONTHS * weight, drawing)
        broken_down = sim.breakdown.of_persons(rows)
        reached, concerned = (
            total_by(broken_down, value, sim.breakdown.n) for value in (enough * weight, weight)
        )
        sim.breakdown.record("effective_coverage", _SCHEME, reached, concerned)
        sums = [total_by(cell, value, 2 * n).reshape(2, n) for value in values]
        for place, (part, everybody, monthly, beneficiaries) in zip(
            ("rural", "urban"), zip(*sums, strict=True), strict=True
        ):
            sim.record.add("effective_coverage", part, everybody, _SCHEME, place)
            name = "residents_pension_benefit_mean"
            sim.record.add(name, monthly, beneficiaries, group=place)

    def _add_take_up(self) -> None:
        """Record contributors over those who may contribute, by age, and the lowest tier."""
        persons, add = self.sim.persons, self.sim.record.add
        tier = persons["residents_tier"][self.can_pay]
        lowest = tier[tier > 0].min(initial=np.iinfo(tier.dtype).max)
        age, n_kinds = persons.age[self.can_pay], len(_PAYS)
        kind = np.zeros(len(age), np.uint8)
        for bound in _AGE_BOUNDS:
            kind += age >= bound
        kind *= np.uint8(n_kinds)
        # What each pays: nothing, the lowest tier, or more.
        kind += tier > 0
        kind += tier > lowest
        kinds = self._sums(kind, len(_AGE_GROUPS) * n_kinds)
        by_age = kinds.reshape(len(kinds), len(_AGE_GROUPS), n_kinds)
        for number, name in enumerate(_AGE_GROUPS):
            paying = by_age[:, number, 1:].sum(axis=1)
            add("take_up", paying, by_age[:, number].sum(axis=1), _SCHEME, name)
        contributors = by_age[:, :, 1:].sum(axis=-1).sum(axis=-1)
        add("lowest_tier_share", by_age[:, :, 1].sum(axis=1), contributors)

    def _sums(self, kind: NDArray[np.uint8], n: int) -> Float:
        """Return those who may contribute by county of residence and kind, (n_counties, n)."""
        sim, persons = self.sim, self.sim.persons
        cell = (sim.township_county * np.intp(n))[persons.township[self.can_pay]]
        cell += kind
        weight = sim.households.weight[persons.household[self.can_pay]]
        return total_by(cell, weight, sim.counties.n * n).reshape(-1, n)
