"""Procurement of services and the sector that delivers them: the welfare mix (mechanism g).

Where organisations come from is in `policies.procurement_founding`, `procurement_incubation` and
`procurement_closing`; lots and awards in `procurement_lots`; money in `procurement_money`; hours in
`procurement_service`. Here: the order of a year. Source: S1 sections 3 and 4.
"""

import numpy as np

from agents.award import CONTESTED
from agents.organisations import NEEDS, STATE, is_ngo
from agents.service_effects import told_by_advocates
from agents.table import Column, Float, Rows, total_by
from policies import procurement_lots as market
from policies import procurement_money as money
from policies import procurement_record as records
from policies import procurement_service as service
from policies.base import Policy, World
from policies.procurement_closing import close
from policies.procurement_files import Columns, Files
from policies.procurement_founding import first_organisations, found, register
from policies.procurement_incubation import has_incubator, incubate
from policies.procurement_lots import Payments
from policies.procurement_outcomes import OUTCOMES
from policies.procurement_places import (
    hours_needed,
    kinds_of_place,
    setting,
    who_needs,
)
from policies.procurement_sector import Sector, begin_year


class Procurement(Policy):
    """Counties buy services from organisations (政府购买服务), and what becomes of these.

    Attributes
    ----------
    sector : Sector
        What the sector remembers.
    lots : Lots
        Lots of the year.
    paid, passed : Payments
        What counties paid for them, and what hubs passed on.
    """

    id = "procurement"
    title = "Procurement of services"
    neutral = (
        "No county buys services and nobody is incubated; hubs and organisations live from other "
        "money."
    )
    parameters = (
        "procurement",
        "adoption.calendar",
        "claims.answers",
        "trust.rules",
    )
    after = ("assistance", "poverty_alleviation", "rural_dibao", "urban_dibao")
    outcomes = OUTCOMES

    def set_up(self, sim: World) -> None:
        """Start without organisations; the first ones appear in the first year."""
        n = len(sim.township_county)
        self.sector = Sector.empty(n, sim.counties.n, sim.year)
        self.paid = self.passed = Payments.none()
        self.files = Files()
        self._table = sim.organisations
        told = Column("share", "households told of their rights by advocates this year")
        sim.counties.declare("told_by_advocates", np.float64, told)

    def on_deliver(self, sim: World) -> None:
        """Let organisations come, be paid, work and go; counties buy where they do (g)."""
        table, sector = sim.organisations, self.sector
        foreign = begin_year(table, sector)
        if not table.n:
            first_organisations(sim, table)
            foreign = np.zeros(table.n)
        self.setting = setting(sim, sim.adoptions.in_force(self.id))
        self.place = kinds_of_place(sim)
        sim.in_need = who_needs(sim)
        sim.service_need = hours_needed(sim, sim.in_need)
        found(sim, table, self.setting, sector)
        budget = self._budget(sim)
        spent = incubate(sim, table, self.setting, sector, self._for_incubation(sim, budget))
        register(sim, table, self.setting, sector)
        wages = money.own_wage(sim, table, self.setting.wage)
        money.give(sim, table, wages, self.setting)
        foreign = np.concatenate([foreign, np.zeros(table.n - len(foreign))])
        self._buy(sim, budget - spent, foreign)
        self._work(sim, wages)
        self._speak_up(sim)
        weight = sim.counties.weight
        sim.counties.procured = spent * weight + money.spent_by_counties(sim, self.lots, self.paid)
        close(sim, table, self.setting, sector)

    def _speak_up(self, sim: World) -> None:
        """Let the advocacy of organisations tell households of a county of their rights (j.4)."""
        if not sim.is_on(self.id):
            return
        table = sim.organisations
        rows = np.flatnonzero(is_ngo(table))
        hours = (self.day.advocacy * table.weight)[rows]
        hours = total_by(table.county[rows], hours, sim.counties.n)
        told = told_by_advocates(hours, self.setting.families, sim.parameters)
        sim.counties["told_by_advocates"] = told

    def _budget(self, sim: World) -> Float:
        """Return the service budget of each real county: s0 x room x priority (g.1), yuan."""
        counties = sim.counties
        share = sim.parameters.number("procurement.lots.budget_share")
        priority = np.ones(counties.n)
        if "welfare_priority" in counties.declared:
            priority = counties["welfare_priority"]
        room = np.maximum(counties.room, 0) / counties.weight
        budget: Float = share * room * priority * self.setting.buys
        return budget

    def _for_incubation(self, sim: World, budget: Float) -> Float:
        share: Float = sim.parameters.number("procurement.funding.incubation_share") * budget
        return share

    def _buy(self, sim: World, budget: Float, foreign: Float) -> None:
        """Put out lots, take tenders, award, sub-contract, pay (g.2 to g.4)."""
        table, wage = sim.organisations, self.setting.wage
        self.lots = market.cut_lots(sim, budget, sim.service_need, self.place, wage)
        bids = market.tender(sim, self.lots, table, foreign, wage)
        kinds = market.voucher_choices(sim, self.lots, bids)
        self.paid = market.choose(sim, self.lots, bids, self.setting, kinds)
        self.passed = market.sub_contract(sim, self.lots, table, self.paid)
        self.passed_on = money.pay_for_lots(sim, table, self.lots, self.paid, self.passed)
        self._note_contest(sim, bids.lot[~bids.hub])

    def _note_contest(self, sim: World, tendered: Rows) -> None:
        """Note where lots lacked bidders beside hubs, for incubators."""
        lots, n = self.lots, sim.counties.n * len(NEEDS)
        cell = lots.county * len(NEEDS) + lots.need
        independent = np.bincount(tendered, minlength=lots.n)
        lacking = total_by(cell, independent < CONTESTED, n)
        share = lacking / np.maximum(np.bincount(cell, minlength=n), 1)
        self.sector.uncontested = share.reshape(sim.counties.n, len(NEEDS))

    def _work(self, sim: World, wages: Float) -> None:
        """Let organisations work and deliver, and the year change them (g.5)."""
        table, wage, weight = sim.organisations, self.setting.wage, sim.counties.weight
        lots, paid, passed = self.lots, self.paid, self.passed
        staff = money.staff_on_lots(table, lots, paid, passed, wage, weight)
        on_lots = total_by(paid.payee, staff[0], table.n) + total_by(
            passed.payee, staff[1], table.n
        )
        affordable = money.pay_staff(sim, table, on_lots, self.passed_on, wages, self.setting)
        self.day = service.work(sim, table, on_lots, self.setting)
        hours, on_mission, by_lot = service.deliver_lots(sim, table, lots, paid, passed, staff)
        self.bought_hours = total_by(lots.county, by_lot, sim.counties.n)
        self.lot_hours = by_lot / weight[lots.county]
        hours += service.deliver_freely(sim, table, self.day, lots, sim.service_need)
        hours[:, :, STATE] += service.deliver_by_state(sim, lots, sim.service_need, wage)
        sim.service_hours = hours
        self.sector.needed = sim.service_need
        self.sector.unmet = np.maximum(sim.service_need - hours.sum(axis=-1), 0)
        service.note_own_hours(table, self.day, on_mission)
        trust = self.setting.trust_gongo, self.setting.trust_ngo
        training = has_incubator(sim, self.setting)
        service.look_ahead(sim, table, affordable, training, trust)

    def on_record(self, sim: World) -> None:
        """Record lots, the sector, its work and what was delivered."""
        table, procured = sim.organisations, sim.counties.procured
        records.record_lots(sim, self.lots, self.paid, table)
        sim.record.add("procurement_spending", procured.copy())
        for_lots = money.spent_by_counties(sim, self.lots, self.paid)
        sim.record.add("service_price", for_lots, self.bought_hours)
        records.record_sector(sim, table, self.sector)
        records.record_work(sim, table, self.day)
        records.record_service(sim, sim.service_hours, sim.service_need, self.place)
        self.files.keep(sim, self.lots, self.paid, self.passed, self.lot_hours)

    def tables(self) -> dict[str, Columns]:
        """Return every lot and every organisation of every year."""
        return self.files.tables()

    def stocks(self) -> dict[str, float]:
        """Return what organisations hold at the end of the year."""
        return money.stocks(self._table)
