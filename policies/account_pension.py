"""Voluntary pensions with individual accounts: what the old rural and the residents' scheme share.

A contributor chooses a tier each year; contributions, subsidies and interest fill an account, from
which a pension is drawn from pension age on. The money lies in a fund of the county of
registration and follows whoever registers elsewhere. What the dead leave in their accounts stays in
the fund and pays those who outlive theirs (the law lets heirs have the contributions; that is left
out). Source: rule e.1; S2 section 3.1.2.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from agents.persons import Work
from agents.residents_enrolment import (
    PensionPlans,
    PensionTerms,
    affordable_tiers,
    choose_tier,
    plan_pensions,
)
from agents.table import Bool, Column, Float, Int32, Rows, at, total_by
from policies.base import Policy, World
from policies.worker_columns import PENSION_BIT

MONTHS = 12
FUND = "residents_pension_fund"
_MOST_YEARS = np.iinfo(np.int8).max
_COLUMNS = {
    "residents_tier": (np.int16, Column("yuan/year", "paid this year into a residents' pension")),
    "residents_years": (np.int8, Column("years", "years of contributions to it")),
    "residents_account": (np.float64, Column("yuan", "individual account of it")),
    "residents_annuity": (np.float64, Column("yuan/person/year", "pension drawn from the account")),
    "residents_county": (np.int32, Column("row", "county whose fund holds the account", -1)),
}
_CHOICE = "residents_pension.choice."


class _Members(NamedTuple):
    """Some persons, with the household, the county of registration and the weight of each."""

    rows: Rows
    home: Rows
    county: Int32
    weight: Float


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
        """Note where everybody is registered this year; the money of accounts follows.

        A fund that holds less than leaves it is filled by its county, see `_pay_accounts`.
        """
        persons, n = sim.persons, sim.counties.n
        self._county = at(sim.township_county, persons.hukou_township)
        held = persons["residents_county"]
        moved = self._members(
            sim, np.flatnonzero(persons.alive & (held >= 0) & (held != self._county))
        )
        yuan = persons["residents_account"][moved.rows] * moved.weight
        sim.counties[FUND] += total_by(moved.county, yuan, n)
        sim.counties[FUND] -= total_by(held[moved.rows], yuan, n)
        held[:] = self._county

    def _members(self, sim: World, rows: Rows) -> _Members:
        home = sim.persons.household[rows].astype(np.intp)
        return _Members(rows, home, self._county[rows], sim.households.weight[home])

    def _in_reach(self, sim: World, rows: Rows) -> Rows:
        """Return those of `rows` who are registered where this scheme is in charge."""
        in_charge = self.in_charge(sim)
        return rows if in_charge.all() else rows[in_charge[self._county[rows]]]

    def _enrol(self, sim: World, rows: Rows, paid: Float) -> None:
        """Note what `rows` pay this year; nobody else in the counties of the scheme pays."""
        tier = sim.persons["residents_tier"]
        tier[self._in_reach(sim, np.flatnonzero(tier > 0))] = 0
        tier[rows] = paid
        self._payers = rows[paid > 0]

    def _may_pay(self, sim: World, outside: Bool) -> Rows:
        """Return who may pay: adults below pension age who are no students.

        `outside` are the living in no scheme for workers, see `has_worker_pension`.
        """
        persons = sim.persons
        may = outside & (persons.age >= self._number(sim, "first_age"))
        may &= persons.age < self._number(sim, "pension_age")
        starts = sim.parameters.schedule("economy.work.start_age")
        idle = np.flatnonzero(may & (persons.work == Work.NONE) & (persons.age < starts.max()))
        may[idle] = persons.age[idle] >= starts[persons.skill[idle]]
        return self._in_reach(sim, np.flatnonzero(may))

    def _decide(self, sim: World, rows: Rows) -> Float:
        """Return what `rows` pay this year, yuan; only some think about it anew."""
        persons, home = sim.persons, sim.persons.household[rows]
        plans, tiers = self._plans(sim, rows)
        share = sim.parameters.number(f"{_CHOICE}affordable_share")
        affordable = affordable_tiers(tiers, self._income(sim), share)[home]
        # Tiers are whole yuan: what was paid before tells the number of tiers that cost no more.
        number = np.searchsorted(tiers, np.arange(int(tiers[-1]) + 1), side="right")
        before = number[np.minimum(persons["residents_tier"][rows], len(number) - 1)]
        # Whoever does not think goes on, steps down to a tier within reach, or lapses.
        paid = np.concatenate([[0], tiers])[np.minimum(before, affordable)]
        new = np.flatnonzero(self._think(sim, home, before > 0))
        some = rows[new]
        needs, base_pension, family_gain = self._prospects(sim, some)
        kinds = self._kinds(sim, some)
        situation = needs, kinds, affordable[new], base_pension, family_gain
        paid[new] = choose_tier(plans, persons.age[some], *situation)
        return paid

    def _prospects(self, sim: World, rows: Rows) -> tuple[Int32, Float, Float]:
        """Return years needed, base pension and gain of old parents, see `choose_tier`; none."""
        nothing = np.zeros(len(rows))
        return np.zeros(len(rows), np.int32), nothing, nothing

    def _think(self, sim: World, home: Int32, is_member: Bool) -> Bool:
        """Return who thinks about the scheme this year; members do so less often.

        `home` is the row of the household of each person asked about.
        """
        thinks = sim.parameters.number(f"{_CHOICE}consider_share")
        thinks_again = sim.parameters.number(f"{_CHOICE}reconsider_share")
        draw = sim.chance("households.think_of_pension").uniform(sim.households.key)
        return np.where(is_member, (draw < thinks_again)[home], (draw < thinks)[home])

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
        persons, accounts = sim.persons, sim.persons["residents_account"]
        rows = self._in_reach(sim, np.flatnonzero(accounts > 0))
        holders = self._members(sim, rows[persons.alive[rows]])
        interest = self._number(sim, "account_interest") * accounts[holders.rows]
        accounts[holders.rows] += interest
        self._into_fund(sim, "outside", "interest", holders, interest)
        payers = self._members(sim, self._payers)
        tier = persons["residents_tier"][payers.rows].astype(np.float64)
        self._pay_in(sim, payers, tier, "contributions")
        years = persons["residents_years"]
        years[payers.rows] = np.minimum(years[payers.rows], _MOST_YEARS - 1) + 1
        subsidy = self._subsidies(sim, tier)
        accounts[payers.rows] += subsidy
        sim.counties.schemes += self._into_fund(sim, "counties", "subsidy", payers, subsidy)

    def _pay_in(self, sim: World, payers: _Members, yuan: Float, purpose: str) -> None:
        """Let members pay into their accounts."""
        sim.persons["residents_account"][payers.rows] += yuan
        sim.households.contributions += total_by(payers.home, yuan, sim.households.n)
        self._into_fund(sim, "households", purpose, payers, yuan)

    def _into_fund(
        self, sim: World, payer: str, purpose: str, members: _Members, yuan: Float
    ) -> Float:
        """Put amounts of members into the funds; return the sums by county of registration."""
        by_county = self._by_county(sim, members, yuan)
        sim.counties[FUND] += by_county
        sim.treasury.pay(payer, "insurance_pools", f"{self.id}_{purpose}", float(by_county.sum()))
        return by_county

    def _pay_accounts(self, sim: World) -> tuple[Rows, Float]:
        """Pay pensions from the accounts; return who gets one, and yuan.

        They last for life: where the fund of a county is empty, the county pays.
        """
        persons = sim.persons
        accounts, annuity = persons["residents_account"], persons["residents_annuity"]
        of_age = np.flatnonzero(persons.alive & (persons.age >= self._number(sim, "pension_age")))
        old = self._in_reach(sim, of_age)
        new = old[(accounts[old] > 0) & (annuity[old] == 0)]
        annuity[new] = accounts[new] * self._drawn_share(sim)
        drawing = self._members(sim, old[annuity[old] > 0])
        paid = annuity[drawing.rows]
        accounts[drawing.rows] = np.maximum(accounts[drawing.rows] - paid, 0)
        cost = self._by_county(sim, drawing, paid)
        fund = sim.counties[FUND]
        missing = np.maximum(cost - fund, 0)
        fund += missing - cost
        sim.counties.schemes += missing
        pay = sim.treasury.pay
        pay("counties", "insurance_pools", f"{self.id}_shortfall", float(missing.sum()))
        pay("insurance_pools", "households", f"{self.id}_accounts", float(cost.sum()))
        self._give(sim, drawing, paid)
        return drawing.rows, paid

    def _give(self, sim: World, members: _Members, yuan: Float) -> None:
        """Add pensions of members to the cash of their households."""
        sim.households.transfers += total_by(members.home, yuan, sim.households.n)

    def _by_county(self, sim: World, members: _Members, yuan: Float) -> Float:
        """Return real yuan by county of registration, shape (n_counties,)."""
        return total_by(members.county, yuan * members.weight, sim.counties.n)

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
