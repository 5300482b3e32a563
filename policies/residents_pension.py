"""Residents' pension (居民养老保险): new rural 2009, urban residents' 2011, merged 2014.

Rules e.1 and e.2. One policy whose dated parameters change: tiers, subsidy, base pension, family
binding. Who is past pension age when the scheme comes gets the base pension at once; who reaches
it later needs years of contributions. Source: S2 section 3.1.2 and Box 1-1-1.
"""

import numpy as np

from agents.service_effects import or_told
from agents.table import Bool, Float, Int16, Int32, Rows, total_by
from agents.trust import note_requests
from policies.account_pension import FUND, MONTHS, AccountPension, has_worker_pension
from policies.base import World
from policies.cofinance import by_region
from policies.dibao_rules import welfare_priority
from policies.residents_pension_outcomes import OUTCOMES, Record

RESIDENTS_PENSION = "residents_pension"
_KINDS = ("rural", "urban")
_NEVER = np.iinfo(np.int16).max


class ResidentsPension(AccountPension):
    """A subsidised account, and a base pension for everybody of pension age with enough years.

    Attributes
    ----------
    base : ndarray of float64, shape (n_counties,)
        Base pension with the county's top-up, yuan/month.
    since : ndarray of int16, shape (2, n_counties)
        Year in which rural and urban residents of a county could first join.
    """

    id = RESIDENTS_PENSION
    title = "Residents' pension"
    neutral = "No county has the scheme; nobody contributes and no base pension is paid."
    parameters = (
        "residents_pension",
        "adoption.calendar",
        "economy.work",
        "fiscal.budget",
        "procurement.links",
        "trust.rules",
    )
    outcomes = OUTCOMES
    rules = "residents_pension.rules."
    after = ("migrant_insurance", "old_rural_pension", "self_insurance", "worker_insurance")

    def set_up(self, sim: World) -> None:
        """Start without the scheme anywhere."""
        super().set_up(sim)
        self.base = np.zeros(sim.counties.n)
        self.since: Int16 = np.full((len(_KINDS), sim.counties.n), _NEVER, np.int16)
        self._funds = sim.counties
        self._had_scheme = np.zeros(sim.counties.n, bool)
        self._elders = self._entitled = np.zeros(0, np.intp)
        self._can_pay: Rows = np.zeros(0, np.intp)
        self._paid: Float = np.zeros(0)
        self._gain: Float = np.zeros(0)

    def on_budget(self, sim: World) -> None:
        """Set the base pension of every county: the national floor and what its room allows (e.2).

        Reads ``room`` of counties; the top-up is a share of it per person of pension age, the
        larger, the more coverage and poverty matter to the leader.
        """
        in_force = self.in_charge(sim)
        self._note_start(sim, in_force)
        if not in_force.any():
            self.base[:] = 0
            return
        elders = self._residents_of_pension_age(sim)
        share = self._number(sim, "top_up_share") * welfare_priority(sim)
        room = np.maximum(sim.counties.room, 0) / np.maximum(elders, 1) / MONTHS
        top_up = np.minimum(share * room, self._number(sim, "top_up_most"))
        self.base = in_force * (self._number(sim, "base_pension") + top_up)

    def on_enrol(self, sim: World) -> None:
        """Let adults choose a tier or none, and find out who is entitled to the base pension."""
        persons = sim.persons
        self._find_members(sim)
        self._clear_left_over(sim)
        self._can_pay = self._payers = self._elders = self._entitled = np.zeros(0, np.intp)
        if not self.in_charge(sim).any():
            return
        outside = persons.alive & ~has_worker_pension(sim)
        old = persons.age >= self._number(sim, "pension_age")
        self._elders = self._joined(sim, np.flatnonzero(outside & old))
        rows = self._can_pay = self._joined(sim, self._may_pay(sim, outside))
        bound = self._bound_parents(sim)
        self._gain = self._family_gain(sim, rows, bound)
        paid = np.zeros(len(rows))
        for menu in self._menus(sim, rows):
            paid[menu] = self._decide(sim, rows[menu])
        self._enrol(sim, rows, paid)
        self._entitled = self._entitled_elders(sim, rows[paid == 0], bound)

    def on_contribute(self, sim: World) -> None:
        """Collect contributions and arrears, pay pensions from accounts and base pensions."""
        self._paid = np.zeros(sim.persons.n)
        if not self.in_charge(sim).any():
            return
        self._collect(sim)
        self._make_up_years(sim)
        drawing, paid = self._pay_accounts(sim)
        self._paid[drawing] = paid
        self._pay_base(sim)
        self._answer(sim)

    def on_record(self, sim: World) -> None:
        """Record members, take-up by age, tiers, pensions and funds."""
        if len(self._paid) != sim.persons.n:
            self._paid = np.zeros(sim.persons.n)
        members = np.zeros(sim.persons.n, bool)
        members[self._payers] = True
        members[self._entitled] = True
        # Some draw an account and no base pension; a pension of workers makes nobody a member here.
        members |= (self._paid > 0) & ~has_worker_pension(sim)
        Record(sim, self._can_pay, members, self._paid).add_all(
            int(self._number(sim, "first_age")), int(self._number(sim, "pension_age"))
        )

    def stocks(self) -> dict[str, float]:
        """Return what the county funds hold, those of the old scheme included."""
        return {"insurance_pools": float(self._funds[FUND].sum())}

    def _think(self, sim: World, home: Int32, is_member: Bool) -> Bool:
        """Return who thinks about the scheme this year; members do so less often.

        Cadres who ask outsiders to join reach the more of them, the more effort the department of
        social security makes (a.2); in counties that are pilots it makes more (i.3). Organisations
        ask those linked to them as well.
        """
        households, number = sim.households, sim.parameters.number
        effort = sim.counties.effort_insurance[np.maximum(households.hukou_county, 0)]
        reached = number("residents_pension.choice.consider_share") * effort
        reached = or_told(reached, households.org_links, "enrolment", sim.parameters)
        again = number("residents_pension.choice.reconsider_share")
        draw = sim.chance("households.think_of_pension").uniform(households.key)
        return np.where(is_member, (draw < again)[home], (draw < reached)[home])

    def _note_start(self, sim: World, in_force: Bool) -> None:
        """Note in which year rural and urban residents of each county could first join."""
        opened = (True, sim.parameters.flag(f"{self.rules}urban_open"))
        for since, is_open in zip(self.since, opened, strict=True):
            first = in_force & is_open & (since == _NEVER)
            since[first] = sim.year
            since[~in_force] = _NEVER

    def _residents_of_pension_age(self, sim: World) -> Float:
        persons = sim.persons
        old = persons.alive & (persons.age >= self._number(sim, "pension_age"))
        rows = np.flatnonzero(old)
        weight = sim.households.weight[persons.household[rows]]
        county = sim.township_county[persons.hukou_township[rows]]
        return total_by(county, weight, sim.counties.n)

    def _joined(self, sim: World, rows: Rows) -> Rows:
        """Return those of `rows` whose place of registration has opened the scheme to them."""
        started = (self.since <= sim.year).ravel()
        if started.all():
            return rows
        return rows[started[self._county[rows] + sim.counties.n * sim.persons.hukou_urban[rows]]]

    def _clear_left_over(self, sim: World) -> None:
        """Nobody pays where neither this scheme nor the old one is in force any more."""
        tier = sim.persons["residents_tier"]
        any_scheme = sim.adoptions.in_force(self.id) | sim.adoptions.in_force("old_rural_pension")
        if (self._had_scheme & ~any_scheme).any():
            tier[~any_scheme[self._county]] = 0
        self._had_scheme = any_scheme

    def _menus(self, sim: World, rows: Rows) -> tuple[Bool | slice, ...]:
        """Split `rows` into those who choose from the same tiers."""
        if sim.parameters.flag(f"{self.rules}merged"):
            return (slice(None),)
        urban = sim.persons.hukou_urban[rows]
        return (~urban, urban)

    def _tiers(self, sim: World, rows: Rows) -> Float:
        """Return the tiers of the scheme that `rows`, all of one menu, may choose from."""
        if sim.parameters.flag(f"{self.rules}merged"):
            return sim.parameters.schedule(f"{self.rules}tiers_merged")
        menu = "urban" if sim.persons.hukou_urban[rows].any() else "rural"
        return sim.parameters.schedule(f"{self.rules}tiers_{menu}")

    def _subsidies(self, sim: World, tiers: Float) -> Float:
        """Return the flat subsidy, and the larger one of the upper tiers."""
        upper = tiers >= self._number(sim, "upper_tier")
        return np.where(upper, self._number(sim, "subsidy_upper"), self._number(sim, "subsidy"))

    def _years_required(self, sim: World, rows: Rows) -> Int32:
        """Return how many years of contributions a base pension takes, shape of `rows`.

        Fifteen, or as many as were left until pension age when the scheme came to the place.
        """
        persons = sim.persons
        cell = self._county[rows] + sim.counties.n * persons.hukou_urban[rows]
        since = self.since.ravel()[cell]
        left = self._number(sim, "pension_age") - (persons.age[rows] - (sim.year - since))
        return np.clip(left, 0, self._number(sim, "years_required")).astype(np.int32)

    def _needs(self, sim: World, rows: Rows) -> Int32:
        """Return the years of contributions still missing."""
        missing = self._years_required(sim, rows) - sim.persons["residents_years"][rows]
        return np.maximum(missing, 0)

    def _prospects(self, sim: World, rows: Rows) -> tuple[Int32, Float, Float]:
        """Return years needed, the base pension in reach and the gain of old parents."""
        needs = self._needs(sim, rows)
        gain = self._gain[sim.persons.household[rows]]
        return needs, self._base_in_reach(sim, rows, needs), gain

    def _base_in_reach(self, sim: World, rows: Rows, needs: Int32) -> Float:
        """Return the yearly base pension that `rows` get if they pay every year from now on."""
        left = self._number(sim, "pension_age") - sim.persons.age[rows]
        too_late = needs - left > self._number(sim, "arrears_most")
        return np.where(too_late, 0, MONTHS * self.base[self._county[rows]])

    def _bound_parents(self, sim: World) -> Bool:
        """Return whose base pension hangs on the children: old when the scheme came, shape (n,)."""
        bound = np.zeros(sim.persons.n, bool)
        if sim.parameters.flag(f"{self.rules}family_binding"):
            bound[self._elders] = self._years_required(sim, self._elders) == 0
        return bound

    def _family_gain(self, sim: World, rows: Rows, bound: Bool) -> Float:
        """Return each adult's part of the base pensions that old members get if all adults pay.

        By household, shape (n_households,); `rows` are the adults.
        """
        home, n = sim.persons.household, sim.households.n
        old = np.flatnonzero(bound)
        if not len(old):
            return np.zeros(n)
        pensions = total_by(home[old], MONTHS * self.base[self._county[old]], n)
        adults = np.bincount(home[rows], minlength=n)
        return pensions / np.maximum(adults, 1)

    def _entitled_elders(self, sim: World, idle: Rows, bound: Bool) -> Rows:
        """Return who gets a base pension: enough years, and no adult at home who should pay."""
        elders = self._elders
        refusing = np.zeros(sim.households.n, bool)
        refusing[sim.persons.household[idle]] = True
        held_back = bound[elders] & refusing[sim.persons.household[elders]]
        return elders[(self._needs(sim, elders) == 0) & ~held_back]

    def _make_up_years(self, sim: World) -> None:
        """Let people of pension age pay for missing years at once, at the lowest tier, if they can.

        Without subsidy, and out of a share of the household's savings. It adds to a pension that is
        drawn from the account already.
        """
        persons, rows = sim.persons, self._elders
        needs = self._needs(sim, rows)
        lowest = np.zeros(len(rows))
        for menu in self._menus(sim, rows):
            lowest[menu] = self._tiers(sim, rows[menu]).min()
        lump = needs * lowest
        home = persons.household[rows]
        wanted = total_by(home, lump, sim.households.n)
        share = self._number(sim, "arrears_savings")
        affordable = wanted <= share * np.maximum(sim.households.assets, 0)
        pays = (needs > 0) & (needs <= self._number(sim, "arrears_most")) & affordable[home]
        rows, lump = rows[pays], lump[pays]
        self._pay_in(sim, self._members(sim, rows), lump, "arrears")
        annuity = persons["residents_annuity"]
        annuity[rows] += (annuity[rows] > 0) * lump * self._drawn_share(sim)
        persons["residents_years"][rows] += needs[pays].astype(np.int8)
        self._entitled = np.concatenate([self._entitled, rows])

    def _answer(self, sim: World) -> None:
        """Let trust in the centre follow the claims of the old to the base pension (b.9).

        They claim it every year; a household is refused if one of its members is.
        """
        home, n = sim.persons.household, sim.households.n
        claims = np.bincount(home[self._elders], minlength=n)
        paid = np.bincount(home[self._entitled], minlength=n)
        rows = np.flatnonzero(claims)
        met = paid[rows] >= claims[rows]
        note_requests(sim.households, rows, met, sim.parameters, tier="centre")

    def _pay_base(self, sim: World) -> None:
        """Pay base pensions; the centre refunds its share of the national floor (e.2)."""
        entitled = self._members(sim, self._entitled)
        yearly = MONTHS * self.base[entitled.county]
        self._give(sim, entitled, yearly)
        self._paid[entitled.rows] += yearly
        cost = self._by_county(sim, entitled, yearly)
        floor = np.full(len(yearly), MONTHS * self._number(sim, "base_pension"))
        refund = by_region(sim, f"{self.rules}centre_share") * self._by_county(sim, entitled, floor)
        sim.counties.schemes += cost
        sim.counties.earmarked += refund
        sim.treasury.pay("counties", "households", self.id, float(cost.sum()))
        sim.treasury.pay("centre", "counties", f"earmarked_{self.id}", float(refund.sum()))
