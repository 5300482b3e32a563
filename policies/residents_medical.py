"""Residents' medical insurance: new rural cooperative 2003, urban residents' 2007, merged 2016.

Rules e.3 and e.4. Households join where they are registered, all of them or none; premiums and
subsidies fill pools, which pay a share of hospital bills, a smaller one away from home. Who is
insured through work is left out, unless the county holds families to enrolling everybody
(`policies.medical_lists`). Source: S2 section 3.1.2.
"""

import numpy as np

from agents.residents_enrolment import chance_of_link, seen_benefit
from agents.service_effects import or_told
from agents.table import Bool, Column, Float, Int32, Rows, total_by
from policies.base import Policy, World
from policies.cofinance import by_region
from policies.medical_lists import FamilyLists, in_worker_medical
from policies.pools import Pools, bail_out, growth_of, pay_as_centre
from policies.residents_medical_outcomes import OUTCOMES, Record

RESIDENTS_MEDICAL = "residents_medical"
_RULES = "residents_medical.rules."
# What decides whether the level above pays the debt of a pool.
_PLACES = 2
_COLUMNS = {
    "residents_medical": (np.bool_, Column("flag", "in the residents' medical scheme")),
    "residents_medical_cover": (
        np.float64,
        Column("share", "share of hospital bills that the residents' medical scheme pays"),
    ),
    "premium_waived": (
        np.float64,
        Column("yuan/year", "residents' medical premium that medical aid pays for the poor"),
    ),
    "admission_memory": (np.int8, Column("years", "years for which a stay in hospital is on mind")),
}


class ResidentsMedical(Policy):
    """A voluntary, subsidised scheme for whoever has none through work.

    Attributes
    ----------
    pools : Pools
        The money, by county of registration.
    urban_open : ndarray of bool, shape (n_counties,)
        Where urban residents may join.
    """

    id = RESIDENTS_MEDICAL
    title = "Residents' medical insurance"
    neutral = "No county has the scheme; nobody is a member and no pool pays a bill."
    parameters = ("residents_medical", "adoption.calendar", "fiscal", "procurement.links")
    outcomes = OUTCOMES
    after = ("assistance", "migrant_insurance", "self_insurance", "worker_insurance")

    def set_up(self, sim: World) -> None:
        """Start without the scheme anywhere, and with empty pools."""
        for name, (dtype, column) in _COLUMNS.items():
            if name not in sim.households.declared:
                sim.households.declare(name, dtype, column)
        self.pools = Pools(sim.counties.code)
        self.urban_open = np.zeros(sim.counties.n, bool)
        self._lists = FamilyLists.empty(sim)
        self._members_by_county = self._income = np.zeros(sim.counties.n)
        self._terms = (1.0, 1.0)

    def on_budget(self, sim: World) -> None:
        """Open the scheme to urban residents, set the pools and what they can pay (e.4)."""
        in_force = sim.adoptions.in_force(self.id)
        luck = sim.lasting_chance("counties.urban_residents_medical").uniform(sim.counties.key)
        self.urban_open = in_force & (luck < self._number(sim, "urban_share"))
        self.pools.regroup(sim.parameters.text("residents_medical.pools.level"))
        promised = self._number(sim, "reimbursed_share")
        money = self._number(sim, "premium") + self._number(sim, "subsidy")
        growth = growth_of(money, self._terms[1]), growth_of(promised, self._terms[0])
        cut = sim.parameters.number("residents_medical.pools.largest_cut")
        self.pools.set_paid_share(*growth, cut)
        self._terms = (promised, money)

    def on_enrol(self, sim: World) -> None:
        """Let households join that expect more than the premium, or are signed up by cadres."""
        joins = sim.households["residents_medical"]
        joins[:] = False
        self._lists = FamilyLists.empty(sim)
        rows = np.flatnonzero(self._may_join(sim))
        if not len(rows):
            return
        whole, found = self._number(sim, "whole_families"), self._number(sim, "matched_share")
        lists = FamilyLists.draw_up(sim, self._place(sim), whole, found)
        rows = rows[lists.insured[rows] > 0]
        signed = self._signed(sim, rows)
        joins[rows[signed]] = True
        ask = rows[~signed]
        own = self._number(sim, "premium") * (1 - _promised(sim)[ask]) * lists.listed[ask]
        joins[ask[self._seen(sim, ask) * lists.insured[ask] >= own]] = True
        self._lists = lists.of(sim, joins)

    def on_contribute(self, sim: World) -> None:
        """Collect premiums and subsidies, and promise a share of hospital bills."""
        households = sim.households
        self._income = np.zeros(sim.counties.n)
        households["residents_medical_cover"][:] = households["premium_waived"][:] = 0
        if not sim.adoptions.in_force(self.id).any():
            return
        self._members_by_county = self._by_county(sim, self._lists.listed)
        premium = self._number(sim, "premium") * self._lists.listed
        waived = premium * _promised(sim)
        households["premium_waived"][:] = waived
        households.contributions += premium - waived
        paid, for_the_poor = self._by_county(sim, premium - waived), self._by_county(sim, waived)
        subsidy = self._number(sim, "subsidy") * self._members_by_county
        refund = by_region(sim, f"{_RULES}centre_share") * subsidy
        sim.counties.schemes += subsidy
        sim.counties.earmarked += refund
        self._book(sim, "households", "insurance_pools", "premiums", paid)
        self._book(sim, "counties", "insurance_pools", "subsidy", subsidy)
        sim.treasury.pay("centre", "counties", f"earmarked_{self.id}", float(refund.sum()))
        self._income = paid + for_the_poor + subsidy
        cover = self._cover(sim)
        households["residents_medical_cover"][:] = cover
        households.insured_cover += cover

    def on_reimburse(self, sim: World) -> None:
        """Pay the promised share of bills from the pools, and settle them."""
        households = sim.households
        self._remember_admissions(sim)
        if not sim.adoptions.in_force(self.id).any():
            return
        bills = households.inpatient_bill * households["residents_medical_cover"]
        claims = self._by_county(sim, bills)
        self._book(sim, "insurance_pools", "outside", "medical_bills", claims)
        asked = self.pools.settle(self._income, claims, self._members_by_county)
        self.pools.balance += self._relief(sim, asked)

    def on_record(self, sim: World) -> None:
        """Record members of any basic medical scheme, what it pays, and the pools."""
        at_home = self._lists.members.copy()
        at_home[self._lists.doubly] = True
        at_work = sim.persons.alive & in_worker_medical(sim)
        Record(sim, at_home, at_work).add_all(self.pools.balance.copy())

    def stocks(self) -> dict[str, float]:
        """Return what the pools hold; below zero, what they owe to hospitals."""
        return {"insurance_pools": float(self.pools.balance.sum())}

    def _relief(self, sim: World, asked: Float) -> Float:
        """Return what the level above pays of what pools ask: as its room goes, or by chance."""
        rules, purpose = "residents_medical.pools.", f"{self.id}_bail_out"
        if sim.parameters.text(f"{rules}bail_out") == "room":
            return bail_out(sim, asked, sim.parameters.text(f"{rules}level"), purpose)
        draws = sim.chance("counties.bail_out_residents_medical")
        chance = sim.parameters.number("residents_medical.pools.bail_out_chance")
        lucky = self.pools.lucky(draws, sim.counties.key, chance)
        return pay_as_centre(sim, np.where(lucky, asked, 0), purpose)

    def _may_join(self, sim: World) -> Bool:
        """Return the households that the scheme serves at their registration, shape (n,)."""
        households = sim.households
        in_force = sim.adoptions.in_force(self.id)
        place = self._place(sim)
        is_open = np.where(households.hukou_urban, self.urban_open[place], in_force[place])
        return households.alive & is_open

    def _place(self, sim: World) -> Int32:
        """Return the county of registration; ended households, which weigh nothing, have none."""
        return np.maximum(sim.households.hukou_county, 0)

    def _seen(self, sim: World, rows: Rows) -> Float:
        """Return the benefit as households see it, after last year's bills at their place (e.3)."""
        households, persons = sim.households, sim.households.size
        place = households.county * np.intp(_PLACES) + households.urban
        n = _PLACES * sim.counties.n
        bills = total_by(place, households.inpatient_bill * households.weight, n)
        people = total_by(place, persons * households.weight, n)
        expected = self._number(sim, "reimbursed_share") * (bills / np.maximum(people, 1))
        here = expected[place[rows]] * self.pools.paid_share[self._place(sim)[rows]]
        luck = sim.lasting_chance("households.view_of_risk").normal(households.key[rows])
        gain, spread = self._number(sim, "link_gain"), self._number(sim, "view_spread")
        return seen_benefit(here, self._admitted(sim)[rows], gain, luck, spread)

    def _admitted(self, sim: World) -> Float:
        """Return the chance that somebody at home or among acquaintances was in hospital lately."""
        households = sim.households
        own = households["admission_memory"] > 0
        township, n = households.township, len(sim.township_county)
        families = np.bincount(township, households.alive, n)
        share = np.bincount(township[own], minlength=n) / np.maximum(families, 1)
        chance = chance_of_link(share, self._number(sim, "acquaintances"))[township]
        chance[own] = 1
        return chance

    def _signed(self, sim: World, rows: Rows) -> Bool:
        """Return who of `rows` the cadres of a township that has a drive sign up.

        There are the more drives, the more effort the medical department of the county makes. In a
        drive organisations sign up those linked to them.
        """
        households = sim.households
        drive = sim.lasting_chance("townships.sign_up_drive").uniform(sim.township_key)
        effort = sim.counties.effort_medical[self._place(sim)[rows]]
        signed = drive[households.hukou_township[rows]] < self._number(sim, "drive_share") * effort
        reached = sim.lasting_chance("households.sign_up_drive")
        asked = rows[signed]
        links, success = households.org_links[asked], self._number(sim, "drive_success")
        share = or_told(success, links, "enrolment", sim.parameters)
        signed[signed] = reached.happens(households.key[asked], share)
        return signed

    def _cover(self, sim: World) -> Float:
        """Return the share of its bills that is paid for each household, less away from home.

        A bill of the doubly enrolled is paid by the scheme of their job alone.
        """
        households, persons, place = sim.households, sim.persons, self._place(sim)
        members = self._lists.insured
        away = np.flatnonzero(self._lists.members & persons.away)
        home = persons.household[away]
        alone = np.bincount(home, minlength=households.n)
        far = sim.township_county[persons.township[away]] != place[home]
        # Where the family has moved, so have those who are not away from it.
        n_away = np.where(households.county != place, members - alone, 0)
        n_away += np.bincount(home[far], minlength=households.n)
        counted = members - self._number(sim, "away_cut") * n_away
        share = self._number(sim, "reimbursed_share") * self.pools.paid_share[place]
        return share * counted / np.maximum(households.size, 1)

    def _remember_admissions(self, sim: World) -> None:
        memory = sim.households["admission_memory"]
        years = int(self._number(sim, "memory_years"))
        memory[:] = np.where(sim.households.inpatient_bill > 0, years, np.maximum(memory - 1, 0))

    def _by_county(self, sim: World, yuan: Float) -> Float:
        """Return the real sum over households by county of registration, shape (n_counties,)."""
        households = sim.households
        return total_by(self._place(sim), yuan * households.weight, sim.counties.n)

    def _book(self, sim: World, payer: str, payee: str, purpose: str, by_county: Float) -> None:
        sim.treasury.pay(payer, payee, f"{self.id}_{purpose}", float(by_county.sum()))

    def _number(self, sim: World, key: str) -> float:
        return sim.parameters.number(_RULES + key)


def _promised(sim: World) -> Float:
    """Return the share of the premium that medical aid promised each household, shape (n,)."""
    households = sim.households
    if "premium_promised" not in households.declared:
        return np.zeros(households.n)
    return households["premium_promised"]
