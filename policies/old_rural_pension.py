"""The old rural pension (老农保): unsubsidised accounts, by county, before the residents' pension.

Nobody adds to what a member pays, so that only the patient join: S2 section 3.1.2 and Box 1-1-1
(low participation). Where a county adopts the residents' pension, that scheme takes the accounts.
"""

import numpy as np

from agents.table import Bool
from policies.account_pension import AccountPension, has_worker_pension
from policies.base import World
from policies.residents_pension import RESIDENTS_PENSION


class OldRuralPension(AccountPension):
    """Accounts of holders of a rural hukou, paid for by themselves."""

    id = "old_rural_pension"
    title = "Old rural pension"
    neutral = "No county has the scheme; nobody pays and nothing is drawn."
    parameters = ("residents_pension.old", "residents_pension.choice", "adoption.calendar")
    rules = "residents_pension.old."
    after = ("migrant_insurance", "worker_insurance")

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
