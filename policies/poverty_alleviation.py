"""Targeted poverty alleviation (精准扶贫), 2014 to 2025: register, five treatments, exit (f.7).

Who is on the register is in `policies.poverty_registers`, what is done for them in
`policies.poverty_treatments`. Here: the order of a year, who pays, what is recorded. Counties of
registration run the programme, for rural hukou only. Source: S2 section 4.3.4; S3; S4 section I.
"""

import numpy as np

from agents.table import Bool, Float, Rows
from policies import poverty_registers as registers
from policies import poverty_treatments as treatments
from policies.base import Policy, World
from policies.cofinance import centre_share
from policies.poverty_outcomes import OUTCOMES

_RULES = "poverty_alleviation."


class PovertyAlleviation(Policy):
    """The register of poor households, five treatments, and the exit from poverty.

    Attributes
    ----------
    has_register : ndarray of bool, shape (n_counties,)
        Counties that have made their register.
    spent : ndarray of float64, shape (n_counties,)
        Cost of the year by county of registration, yuan, the centre's share included.
    """

    id = "poverty_alleviation"
    title = "Targeted poverty alleviation"
    neutral = "No household is registered; nobody is helped and nothing is spent."
    parameters = (
        "poverty_alleviation",
        "adoption.calendar",
        "assistance.rules",
        "dibao.rules",
        "economy.work",
        "fiscal.cofinance",
    )
    after = (
        "migrant_insurance",
        "residents_medical",
        "residents_pension",
        "rural_dibao",
        "urban_dibao",
        "worker_insurance",
        "assistance",
    )
    outcomes = OUTCOMES

    def set_up(self, sim: World) -> None:
        """Declare columns and start without a register."""
        for name, (dtype, column) in (registers.COLUMNS | treatments.COLUMNS).items():
            sim.households.declare(name, dtype, column)
        self.has_register = np.zeros(sim.counties.n, bool)
        self.spent = np.zeros(sim.counties.n)

    def on_budget(self, sim: World) -> None:
        """Keep the register; support production and relocation, which change the year's work."""
        self.spent[:] = 0
        in_force = sim.adoptions.in_force(self.id)
        if not (in_force.any() or self.has_register.any()):
            return
        households = sim.households
        for name in ("treatments", "alleviation_cash", "illness_cover"):
            households[name][:] = 0
        self._close_registers(sim, ~in_force)
        self._keep_registers(sim, in_force)
        rows = np.flatnonzero(treatments.helped(sim))
        supported = treatments.produce(sim, rows)
        self._spend(sim, supported, self._per_head(sim, supported, "production"), "production")
        moved = treatments.relocate(sim, rows)
        self._spend(sim, moved, self._per_head(sim, moved, "relocation"), "relocation")

    def on_contribute(self, sim: World) -> None:
        """Pay premiums and promise cover of serious illness."""
        rows = self._helped(sim)
        if len(rows):
            self._give(sim, rows, treatments.premiums(sim, rows), "premiums")
            treatments.cover_illness(sim, rows)

    def on_reimburse(self, sim: World) -> None:
        """Pay the promised share of the bills of serious illness."""
        rows = self._helped(sim)
        bill = sim.households.inpatient_bill[rows] * sim.households["illness_cover"][rows]
        self._spend(sim, rows, bill, "serious_illness")

    def on_assist(self, sim: World) -> None:
        """Pay public-welfare jobs and pupils; top dibao up; where one must choose, let go."""
        rows = self._helped(sim)
        if len(rows):
            self._give(sim, *treatments.guard_nature(sim, rows), "ecology")
            self._give(sim, *treatments.teach(sim, rows), "education")
        if sim.parameters.flag(f"{_RULES}assistance.top_up") and len(rows):
            self._give(sim, *treatments.top_up(sim, rows), "assistance")
        on_both = np.flatnonzero(
            sim.households["registered_poor"] & sim.households["receives_dibao"]
        )
        if len(on_both):
            choose = registers.either_or(sim)[sim.households.hukou_county[on_both]]
            registers.strike_off(sim, on_both[choose])

    def on_record(self, sim: World) -> None:
        """Record the register and its errors, let those leave who are no longer poor."""
        households = sim.households
        in_force = sim.adoptions.in_force(self.id)
        rows = registers.served(sim, in_force) if in_force.any() else np.zeros(0, np.intp)
        self._record_errors(sim, rows)
        left = registers.leave(sim)
        on_register = rows[households["registered_poor"][rows]]
        years = households["left_register_year"][rows]
        fell_back = (years > 0) & (years < sim.year)
        fell_back &= households.income_per_head[rows] < sim.poverty_line
        sim.record.add("registered_poor", registers.by_county(sim, on_register))
        sim.record.add("register_exits", registers.by_county(sim, left))
        sim.record.add("returned_to_poverty", registers.by_county(sim, rows[fell_back]))
        sim.record.add("alleviation_spending", self.spent.copy())

    def _record_errors(self, sim: World, rows: Rows) -> None:
        """Exclusion = poor not registered / poor; inclusion = registered not poor / registered."""
        households = sim.households
        own = households.market_income[rows] / np.maximum(households.size[rows], 1)
        poor = own < sim.poverty_line
        listed = households["registered_poor"][rows]
        of_listed = registers.by_county(sim, rows[listed])
        of_poor = registers.by_county(sim, rows[poor])
        missed = registers.by_county(sim, rows[poor & ~listed])
        wrong = registers.by_county(sim, rows[~poor & listed])
        both = registers.by_county(sim, rows[listed & households["receives_dibao"][rows]])
        sim.record.add("registration_exclusion_error", missed, of_poor)
        sim.record.add("registration_inclusion_error", wrong, of_listed)
        sim.record.add("register_overlap", both, of_listed)

    def _close_registers(self, sim: World, closed: Bool) -> None:
        """Strike off everybody where the programme has ended, and who got an urban hukou."""
        households = sim.households
        rows = np.flatnonzero((households["registered_year"] > 0) & households.alive)
        gone = closed[households.hukou_county[rows]] | households.hukou_urban[rows]
        registers.strike_off(sim, rows[gone])
        self.has_register &= ~closed

    def _keep_registers(self, sim: World, in_force: Bool) -> None:
        """Make registers where there is none yet, then look back and compare (f.7)."""
        households = sim.households
        rows = registers.served(sim, in_force)
        registers.assess(sim, rows)
        passed_over = registers.either_or(sim)[households.hukou_county[rows]]
        candidates = rows[~(passed_over & households["receives_dibao"][rows])]
        old = self.has_register[households.hukou_county[candidates]]
        if not old.all():
            new = candidates[~old]
            registers.enter(sim, registers.register(sim, new, registers.quotas(sim)))
        if sim.parameters.flag(f"{_RULES}registration.look_back") and old.any():
            registers.look_back(sim, candidates[old])
        if sim.parameters.flag(f"{_RULES}registration.comparison") and old.any():
            registers.compare(sim, candidates[old])
        self.has_register |= in_force

    def _helped(self, sim: World) -> Rows:
        """Return the rows that get help this year."""
        if not self.has_register.any():
            return np.zeros(0, np.intp)
        return np.flatnonzero(treatments.helped(sim))

    def _per_head(self, sim: World, rows: Rows, treatment: str) -> Float:
        """Return the cost of a treatment for each of `rows`, yuan."""
        cost = sim.parameters.number(f"{_RULES}{treatment}.cost")
        return sim.households.size[rows] * np.float64(cost)

    def _give(self, sim: World, rows: Rows, yuan: Float, purpose: str) -> None:
        """Pay cash to households."""
        sim.households.transfers[rows] += yuan
        sim.households["alleviation_cash"][rows] += yuan
        self._spend(sim, rows, yuan, purpose, payee="households")

    def _spend(
        self, sim: World, rows: Rows, yuan: Float, purpose: str, payee: str = "outside"
    ) -> None:
        """Let counties of registration pay, and the centre return its share."""
        counties = sim.counties
        cost = registers.by_county(sim, rows, yuan * sim.households.weight[rows])
        refund = centre_share(sim, f"{_RULES}payers.{purpose}") * cost
        self.spent += cost
        counties.schemes += cost
        counties.earmarked += refund
        pay = sim.treasury.pay
        pay("counties", payee, f"alleviation_{purpose}", float(cost.sum()))
        pay("centre", "counties", f"earmarked_alleviation_{purpose}", float(refund.sum()))
