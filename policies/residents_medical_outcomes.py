"""What residents' medical insurance records: members of any basic scheme, what is paid, pools."""

from dataclasses import dataclass

import numpy as np

from agents.persons import Work
from agents.table import Bool, Float, total_by
from policies.base import BROKEN_DOWN, DECILES, Outcome, World
from policies.residents_tables import FeatureTable

_SCHEME = "medical"
_OWN = "Definition of the project"
_GROUPS = "all, urban, rural, hukou_urban, hukou_rural, migrant_outgoing, elderly, children"
_MEMBERS = "Members of any basic medical scheme"
# Bounds of the official age groups: children below, elderly from.
_AGE_BOUNDS = (15, 60)
_WHO: dict[str, dict[str, bool]] = {
    "all": {},
    "urban": {"urban": True},
    "rural": {"urban": False},
    "hukou_urban": {"hukou_urban": True},
    "hukou_rural": {"hukou_urban": False},
    "migrant_outgoing": {"hukou_urban": False, "works_away": True},
    "elderly": {"old": True},
    "children": {"child": True},
}
_DOUBLY = ("all", "hukou_rural", "migrant_outgoing")
OUTCOMES = (
    *(
        Outcome(f"{base}{ending}", unit, f"{text}{how}", _OWN, f"{_GROUPS}{more}", (_SCHEME,))
        for base, unit, text, deciles in (
            ("covered_persons", "persons", _MEMBERS, ""),
            ("coverage", "share", f"{_MEMBERS} over everybody", f", {', '.join(DECILES)}"),
        )
        for ending, how, more in (
            ("", "", deciles),
            ("_reported", "; as counties report it", ""),
        )
    ),
    Outcome(
        "effective_coverage",
        "share",
        "Part of the hospital bills of the year that basic medical insurance paid, serious-illness "
        "cover of the registered poor left out",
        "S2 section 3.2.1 (effective coverage); definition of the project",
        f"all, urban, rural, {BROKEN_DOWN}",
        (_SCHEME,),
    ),
    Outcome(
        "double_enrolment",
        "share",
        "Members of worker medical insurance whose family has them enrolled at home as well, over "
        "all its members",
        _OWN,
        ", ".join(_DOUBLY),
        (_SCHEME,),
    ),
    Outcome("pool_balance", "yuan", "Money in the pools of the scheme", _OWN, "all", (_SCHEME,)),
)


@dataclass(frozen=True)
class Record:
    """The figures of a year.

    Attributes
    ----------
    sim : World
    at_home, at_work : ndarray of bool, shape (n,)
        Members of the residents' and of the worker scheme; some are in both.
    """

    sim: World
    at_home: Bool
    at_work: Bool

    def add_all(self, balance: Float) -> None:
        """Record every outcome; `balance` is what the pools hold, by county."""
        add, table = self.sim.record.add, self._table()
        for group, wanted in _WHO.items():
            among, insured = table.count(**wanted), table.count(at_work=True, **wanted)
            who = insured + table.count(at_work=False, at_home=True, **wanted)
            # Added in another order, a part may be more than the whole by a rounding.
            who = np.minimum(who, among)
            self.sim.report_members(who, among, _SCHEME, group)
            if group in _DOUBLY:
                both = table.count(at_work=True, at_home=True, **wanted)
                add("double_enrolment", np.minimum(both, insured), insured, _SCHEME, group)
        self._add_deciles()
        bills = self.sim.households.inpatient_bill
        paid = self._by_place(bills * self._cover())
        for place, part, whole in zip(("rural", "urban"), paid, self._by_place(bills), strict=True):
            add("effective_coverage", part, whole, _SCHEME, place)
        add("pool_balance", balance, scheme=_SCHEME)

    def _add_deciles(self) -> None:
        """Record members by decile, and what is paid by hukou group and decile."""
        sim, breakdown = self.sim, self.sim.breakdown
        households = sim.households
        counts = breakdown.count(self.at_home | self.at_work, 2)
        breakdown.record_deciles("coverage", _SCHEME, counts[:, 1], counts.sum(axis=1))
        rows = np.flatnonzero(households.alive & (households.inpatient_bill > 0))
        bill = households.inpatient_bill[rows] * households.weight[rows]
        cell = breakdown.of_households(rows)
        above, below = (
            total_by(cell, yuan, breakdown.n) for yuan in (bill * self._cover()[rows], bill)
        )
        breakdown.record("effective_coverage", _SCHEME, above, below)

    def _cover(self) -> Float:
        """Return the share of bills that basic medical insurance pays, shape (n_households,)."""
        households = self.sim.households
        if "illness_cover" not in households.declared:
            return households.insured_cover
        # Poverty alleviation adds what it pays of a bill to what the schemes pay.
        basic: Float = households.insured_cover - households["illness_cover"]
        return basic

    def _by_place(self, yuan: Float) -> Float:
        """Return real sums over households of rural and urban places, shape (2, n_counties)."""
        households, n = self.sim.households, self.sim.counties.n
        cell = households.county + np.where(households.urban, np.intp(n), 0)
        return total_by(cell, yuan * households.weight, 2 * n).reshape(2, n)

    def _table(self) -> FeatureTable:
        """Count everybody by what the groups are made of."""
        persons = self.sim.persons
        child, old = _AGE_BOUNDS
        works = (persons.work >= Work.FARM) & (persons.work <= Work.INFORMAL)
        away = persons.township != persons.hukou_township
        return FeatureTable(
            self.sim,
            at_home=self.at_home,
            at_work=self.at_work,
            urban=persons.urban,
            hukou_urban=persons.hukou_urban,
            works_away=works & away,
            old=persons.age >= old,
            child=persons.age < child,
        )
