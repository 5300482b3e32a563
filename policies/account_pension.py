"""Voluntary pensions with individual accounts: what the old rural and the residents' scheme share.

A contributor chooses a tier each year; contributions, subsidies and interest fill an account, from
which a pension is drawn from pension age on. The money lies in a fund of the county of
registration. What the dead leave in their accounts stays in the fund and pays those who outlive
theirs (the law lets heirs have the contributions; that is left out). Source: rule e.1; S2 section
3.1.2.
"""

from typing import ClassVar

import numpy as np

from agents.persons import Work
from agents.residents_enrolment import (
    PensionPlans,
    PensionTerms,
    affordable_tiers,
    choose_tier,
    plan_pensions,
)
from agents.table import Bool, Column, Float, Int32, Rows, total_by
from policies.base import Policy, World
from policies.worker_members import PENSION_BIT

MONTHS = 12
FUND = "residents_pension_fund"
_MOST_YEARS = np.iinfo(np.int8).max
_COLUMNS = {
    "residents_tier": (np.int16, Column("yuan/year", "paid this year into a residents' pension")),
    "residents_years": (np.int8, Column("years", "years of contributions to it")),
    "residents_account": (np.float64, Column("yuan", "individual account of it")),
    "residents_annuity": (np.float64, Column("yuan/person/year", "pension drawn from the account")),
}
_CHOICE = "residents_pension.choice."


class AccountPension(Policy):
    """What the old rural and the residents' pension share.

    Attributes
    ----------
    rules : str
        Where the parameters of the scheme are, with a dot at the end.
    """

    rules: ClassVar[str]

    def set_up(self, sim: World) -> None:
        """Add the columns of members and the county funds."""
        for name, (dtype, column) in _COLUMNS.items():
            if name not in sim.persons.declared:
                sim.persons.declare(name, dtype, column)
        if FUND not in sim.counties.declared:
            column = Column("yuan", "fund behind the accounts of the residents' pension")
            sim.counties.declare(FUND, np.float64, column)
        self._county = np.zeros(0, np.int32)
        self._payers: Rows = np.zeros(0, np.intp)

    def in_charge(self, sim: World) -> Bool:
        """Return the counties in which this scheme takes contributions and pays, (n_counties,)."""
        return sim.adoptions.in_force(self.id)

    def _find_members(self, sim: World) -> None:
        """Note the county of registration of everybody, for the rest of the year."""
        self._county = sim.township_county[sim.persons.hukou_township]

    def _enrol(self, sim: World, rows: Rows, paid: Float) -> None:
        """Note what `rows` pay this year; nobody else in the counties of the scheme pays."""
        tier = sim.persons["residents_tier"]
        in_charge = self.in_charge(sim)
        tier[slice(None) if in_charge.all() else in_charge[self._county]] = 0
        tier[rows] = paid
        self._payers = rows[paid > 0]

    def _may_pay(self, sim: World) -> Bool:
        """Return who may pay: adults below pension age, no student, in no scheme for workers."""
        persons = sim.persons
        grown = persons.age >= self._number(sim, "first_age")
        may = persons.alive & grown & (persons.age < self._number(sim, "pension_age"))
        starts = sim.parameters.schedule("economy.work.start_age")[persons.skill]
        studies = (persons.work == Work.NONE) & (persons.age < starts)
        return may & ~studies & ~has_worker_pension(sim) & self.in_charge(sim)[self._county]

    def _decide(
        self,
        sim: World,
        rows: Rows,
        needs: Int32,
        base_pension: Float,
        family_gain: Float,
    ) -> Float:
        """Return what `rows` pay this year, yuan; only some think about it anew.

        See `choose_tier` for the years they need, the base pension and the gain of old parents.
        """
        persons = sim.persons
        plans, tiers = self._plans(sim, rows)
        income = self._income(sim)[persons.household[rows]]
        share = sim.parameters.number(f"{_CHOICE}affordable_share")
        affordable = affordable_tiers(tiers, income, share)
        before = np.searchsorted(tiers, persons["residents_tier"][rows], side="right")
        # Whoever does not think goes on, steps down to a tier within reach, or lapses.
        paid = np.concatenate([[0], tiers])[np.minimum(before, affordable)]
        new = np.flatnonzero(self._think(sim, rows, before > 0))
        age, kinds = persons.age[rows[new]], self._kinds(sim, rows[new])
        situation = needs[new], kinds, affordable[new], base_pension[new], family_gain[new]
        paid[new] = choose_tier(plans, age, *situation)
        return paid

    def _think(self, sim: World, rows: Rows, is_member: Bool) -> Bool:
        """Return who of `rows` thinks about the scheme this year; members do so less often."""
        thinks = sim.parameters.number(f"{_CHOICE}consider_share")
        thinks_again = sim.parameters.number(f"{_CHOICE}reconsider_share")
        draw = sim.chance("households.think_of_pension").uniform(sim.households.key)
        return draw[sim.persons.household[rows]] < np.where(is_member, thinks_again, thinks)

    def _plans(self, sim: World, rows: Rows) -> tuple[PensionPlans, Float]:
        """Return the plans of the menu that `rows` choose from, and its tiers."""
        tiers = self._tiers(sim, rows)
        number, schedule = sim.parameters.number, sim.parameters.schedule
        terms = PensionTerms(
            tiers=tuple(tiers),
            subsidy=tuple(self._subsidies(sim, tiers)),
            first_age=int(self._number(sim, "first_age")),
            pension_age=int(self._number(sim, "pension_age")),
            years_required=int(self._number(sim, "years_required")),
            drawn_share=self._drawn_share(sim),
            expected_return=number(f"{_CHOICE}expected_return"),
            patience=tuple(schedule(f"{_CHOICE}patience")),
            time_discount=tuple(schedule(f"{_CHOICE}time_discount")),
            yearly_survival=number(f"{_CHOICE}yearly_survival"),
            pension_years=int(number(f"{_CHOICE}pension_years")),
        )
        return plan_pensions(terms), tiers

    def _tiers(self, sim: World, rows: Rows) -> Float:
        """Return the tiers that `rows` choose from, yuan/year."""
        return sim.parameters.schedule(f"{self.rules}tiers")

    def _subsidies(self, sim: World, tiers: Float) -> Float:
        """Return what the government adds at each tier, yuan/year; nothing by itself."""
        return np.zeros(len(tiers))

    def _drawn_share(self, sim: World) -> float:
        return MONTHS / self._number(sim, "months_drawn")

    def _kinds(self, sim: World, rows: Rows) -> Int32:
        """Return how patient each of `rows` is: kinds are equally frequent and last for life."""
        kinds = len(sim.parameters.schedule(f"{_CHOICE}patience"))
        draw = sim.lasting_chance("persons.patience").uniform(sim.persons.key[rows])
        return (draw * kinds).astype(np.int32)

    def _income(self, sim: World) -> Float:
        """Income per head of the year before transfers; none to spare after a year in want."""
        households = sim.households
        income = households.market_income / np.maximum(households.size, 1)
        return np.where(households.deprived_years > 0, 0, income)

    def _collect(self, sim: World) -> None:
        """Credit interest, then put contributions and subsidies into the accounts."""
        persons, reached = sim.persons, self.in_charge(sim)[self._county]
        accounts = persons["residents_account"]
        holders = np.flatnonzero(persons.alive & reached & (accounts > 0))
        interest = self._number(sim, "account_interest") * accounts[holders]
        accounts[holders] += interest
        self._into_fund(sim, "outside", "interest", holders, interest)
        rows = self._payers
        tier = persons["residents_tier"][rows].astype(np.float64)
        self._pay_in(sim, rows, tier, "contributions")
        years = persons["residents_years"]
        years[rows] = np.minimum(years[rows], _MOST_YEARS - 1) + 1
        subsidy = self._subsidies(sim, tier)
        accounts[rows] += subsidy
        cost = self._into_fund(sim, "counties", "subsidy", rows, subsidy)
        sim.counties.schemes += cost

    def _pay_in(self, sim: World, rows: Rows, yuan: Float, purpose: str) -> None:
        """Let `rows` pay into their accounts."""
        persons = sim.persons
        persons["residents_account"][rows] += yuan
        paid = total_by(persons.household[rows], yuan, sim.households.n)
        sim.households.contributions += paid
        self._into_fund(sim, "households", purpose, rows, yuan)

    def _into_fund(self, sim: World, payer: str, purpose: str, rows: Rows, yuan: Float) -> Float:
        """Put amounts of `rows` into the funds; return the sums by county of registration."""
        by_county = self._by_county(sim, rows, yuan)
        sim.counties[FUND] += by_county
        sim.treasury.pay(payer, "insurance_pools", f"{self.id}_{purpose}", float(by_county.sum()))
        return by_county

    def _pay_accounts(self, sim: World) -> Float:
        """Pay pensions from the accounts; return them by person, yuan, shape (n,).

        They last for life: where the fund of a county is empty, the county pays.
        """
        persons, reached = sim.persons, self.in_charge(sim)[self._county]
        accounts, annuity = persons["residents_account"], persons["residents_annuity"]
        old = persons.alive & reached & (persons.age >= self._number(sim, "pension_age"))
        new = old & (accounts > 0) & (annuity == 0)
        annuity[new] = accounts[new] * self._drawn_share(sim)
        rows = np.flatnonzero(old & (annuity > 0))
        accounts[rows] = np.maximum(accounts[rows] - annuity[rows], 0)
        paid = np.zeros(persons.n)
        paid[rows] = annuity[rows]
        cost = self._by_county(sim, rows, annuity[rows])
        fund = sim.counties[FUND]
        missing = np.maximum(cost - fund, 0)
        fund += missing - cost
        sim.counties.schemes += missing
        pay = sim.treasury.pay
        pay("counties", "insurance_pools", f"{self.id}_shortfall", float(missing.sum()))
        pay("insurance_pools", "households", f"{self.id}_accounts", float(cost.sum()))
        self._give(sim, rows, annuity[rows])
        return paid

    def _give(self, sim: World, rows: Rows, yuan: Float) -> None:
        """Add pensions of `rows` to the cash of their households."""
        home = sim.persons.household[rows]
        sim.households.transfers += total_by(home, yuan, sim.households.n)

    def _by_county(self, sim: World, rows: Rows, yuan: Float) -> Float:
        """Return real yuan by county of registration, shape (n_counties,)."""
        weight = sim.households.weight[sim.persons.household[rows]]
        return total_by(self._county[rows], yuan * weight, sim.counties.n)

    def _number(self, sim: World, key: str) -> float:
        return sim.parameters.number(self.rules + key)


def has_worker_pension(sim: World) -> Bool:
    """Return who is outside the residents' schemes: members and pensioners of workers' pensions.

    Public employees and the retired of formal jobs have a pension of their own.
    """
    persons = sim.persons
    outside = persons.work == Work.RETIRED
    outside |= (persons.work == Work.FORMAL) & persons.state_sector
    if "worker_schemes" in persons.declared:
        outside |= (persons["worker_schemes"] & PENSION_BIT) > 0
    return outside
