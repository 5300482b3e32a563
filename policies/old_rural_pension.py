"""The old rural pension (老农保): unsubsidised accounts, by county, before the residents' pension.

Nobody adds to what a member pays, so that only the patient join: S2 section 3.1.2 and Box 1-1-1
(low participation). Where a county adopts the residents' pension, that scheme takes the accounts.
"""

import numpy as np

from agents.table import Bool, at
from policies.account_pension import AccountPension, has_worker_pension
from policies.base import Outcome, World
from policies.residents_pension import RESIDENTS_PENSION
from policies.residents_tables import FeatureTable

_SCHEME = "old_rural_pension"
_MEMBERS = "Adults of rural hukou with an account or a pension of the old rural pension"
_OUTCOMES = (
    ("covered_persons", "persons", _MEMBERS),
    ("coverage", "share", f"{_MEMBERS} over residents aged 20 and above of rural hukou"),
)


class OldRuralPension(AccountPension):
    """Accounts of holders of a rural hukou, paid for by themselves."""

    id = _SCHEME
    title = "Old rural pension"
    neutral = "No county has the scheme; nobody pays and nothing is drawn."
    parameters = ("residents_pension.old", "residents_pension.choice", "adoption.calendar")
    outcomes = tuple(
        Outcome(name, unit, text, "Definition of the project", "all", (_SCHEME,))
        for name, unit, text in _OUTCOMES
    )
    rules = "residents_pension.old."
    after = ("migrant_insurance", "self_insurance", "worker_insurance")

    def in_charge(self, sim: World) -> Bool:
        """Return the counties that have this scheme and not yet its successor."""
        return sim.adoptions.in_force(self.id) & ~sim.adoptions.in_force(RESIDENTS_PENSION)

    def on_enrol(self, sim: World) -> None:
        """Let adults with a rural hukou choose a tier, while the scheme takes contributions."""
        self._payers = np.zeros(0, np.intp)
        if not self.in_charge(sim).any():
            return
        self._find_members(sim)
        rows = np.zeros(0, np.intp)
        if sim.parameters.flag(f"{self.rules}open"):
            persons = sim.persons
            outside = persons.alive & ~persons.hukou_urban & ~has_worker_pension(sim)
            rows = self._may_pay(sim, outside)
        self._enrol(sim, rows, self._decide(sim, rows))

    def on_contribute(self, sim: World) -> None:
        """Collect contributions, credit interest, pay pensions from the accounts."""
        if self.in_charge(sim).any():
            self._collect(sim)
            self._pay_accounts(sim)

    def on_record(self, sim: World) -> None:
        """Record who has an account or draws from one, until the successor takes it."""
        persons = sim.persons
        adult = ~persons.hukou_urban & (persons.age >= self._number(sim, "first_age"))
        holds = (persons["residents_account"] > 0) | (persons["residents_annuity"] > 0)
        here = at(self.in_charge(sim), at(sim.township_county, persons.hukou_township))
        table = FeatureTable(sim, adult=adult, member=adult & holds & here)
        members = table.count(member=True)
        sim.record.add("covered_persons", members, scheme=self.id)
        sim.record.add("coverage", members, table.count(adult=True), self.id)
