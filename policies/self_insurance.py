"""Workers who insure themselves: the self-employed and flexible workers, and years made up (d.4).

Who works off the farm without a formal job, with an urban hukou of the county of residence, may pay
into worker pension and worker medical insurance alone: both parts of the premium, on a low base, by
the choice that workers make when an employer offers. Who reaches pension age without the years may
pay for those that are missing. Source: State Council Decision [2005] No. 38; Social Insurance Law,
Article 16.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents import enrolment
from agents.enrolment import MEDICAL, PENSION, SCHEMES, Prospects
from agents.persons import Work, works_as
from agents.service_effects import insurance_odds
from agents.table import Bool, Float, Rows, at, total_by
from policies import worker_columns as columns
from policies import worker_members as members
from policies.base import Outcome, Policy, World
from policies.worker_columns import MEDICAL_BIT, PENSION_BIT
from policies.worker_jobs import pension_age, prospects_of

_RULES = "self_insurance.rules."
_BITS = {PENSION: PENSION_BIT, MEDICAL: MEDICAL_BIT}
_PREMIUMS = {PENSION: f"{_RULES}pension_premium", MEDICAL: f"{_RULES}medical_premium"}


@dataclass(frozen=True)
class _Payments:
    """Who pays a premium into which county's pool, and on which base, yuan; shape (n,) each."""

    rows: Rows
    county: NDArray[np.integer]
    base: Float


class SelfInsurance(Policy):
    """Flexible workers in the schemes of workers (灵活就业人员参保)."""

    id = "self_insurance"
    title = "Self-insured workers"
    neutral = "Nobody pays into the worker schemes alone, or for missing years of the pension."
    parameters = ("self_insurance", "worker_insurance", "migrant_insurance", "economy.work")
    adoption = f"{_RULES}counties"
    after = ("migrant_insurance", "worker_insurance")
    outcomes = (
        Outcome(
            "self_insured_persons",
            "persons",
            "Members of the worker scheme who work without a formal job and pay for themselves",
            "Definition of the project after State Council Decision [2005] No. 38",
            "all",
            tuple(SCHEMES[scheme] for scheme in _BITS),
        ),
        Outcome(
            "pension_years_made_up",
            "persons",
            "People past pension age who paid for missing years of the worker pension this year",
            "Definition of the project after the Social Insurance Law, Article 16",
            "all",
        ),
    )

    def set_up(self, sim: World) -> None:
        """Add the columns of members of the worker schemes."""
        columns.declare_columns(sim)
        self._premiums: dict[int, _Payments] = {}
        self._made_up: _Payments | None = None

    def on_budget(self, sim: World) -> None:
        """Let the rights of those who reach pension age wait for missing years."""
        self._premiums, self._made_up = {}, None
        years = sim.parameters.number(f"{_RULES}make_up_years")
        sim.counties["make_up_years"][:] = years * self._runs(sim)

    def on_enrol(self, sim: World) -> None:
        """Let workers without a formal job join or not, and the old pay for missing years."""
        if self._runs(sim).any():
            self._join(sim, self._workers(sim))
            self._made_up = self._make_up(sim)

    def on_contribute(self, sim: World) -> None:
        """Collect what was decided; credit years and accounts."""
        account = sim.parameters.number(f"{_RULES}pension_account")
        for scheme, paid in self._premiums.items():
            _collect(sim, paid, scheme, "premiums_alone")
            if scheme == PENSION:
                members.credit_year(sim, paid.rows, paid.county, account * paid.base)
        if self._made_up is not None:
            _collect(sim, self._made_up, PENSION, "years_made_up")
            sim.persons["pension_account"][self._made_up.rows] += account * self._made_up.base

    def on_record(self, sim: World) -> None:
        """Record who pays alone, and who made up years."""
        for scheme, paid in self._premiums.items():
            people = columns.by_county(sim, paid.rows, np.ones(len(paid.rows)))
            sim.record.add("self_insured_persons", people, None, SCHEMES[scheme])
        if self._made_up is not None:
            rows = self._made_up.rows
            people = columns.by_county(sim, rows, np.ones(len(rows)))
            sim.record.add("pension_years_made_up", people)

    def _runs(self, sim: World) -> Bool:
        """Return where there is a worker pension that takes the self-insured, (n_counties,)."""
        runs = sim.adoptions.in_force(self.id) & sim.adoptions.in_force("worker_insurance")
        pension: Bool = sim.counties["worker_schemes_open"] & PENSION_BIT > 0
        return runs & pension

    def _workers(self, sim: World) -> Rows:
        """Return local workers off the farm without a formal job, below pension age."""
        persons = sim.persons
        works = works_as(persons.work, Work.OFF_FARM, Work.INFORMAL)
        rows = np.flatnonzero(persons.alive & persons.hukou_urban & works)
        rows = rows[at(self._runs(sim), columns.county_of(sim, rows))]
        return rows[columns.is_local(sim, rows) & (at(persons.age, rows) < pension_age(sim, rows))]

    def _join(self, sim: World, rows: Rows) -> None:
        """Choose memberships for the year."""
        persons, county = sim.persons, columns.county_of(sim, rows)
        base, joined = at(self._base(sim), county), np.zeros(len(rows), np.uint8)
        running = at(sim.counties["worker_schemes_open"], county)
        prospects, outside = self._prospects(sim, rows, base), members.worth_at_home(sim, rows)
        for (scheme, bit), takes in zip(
            _BITS.items(), sim.parameters.schedule(f"{_RULES}open"), strict=True
        ):
            if takes:
                joins = self._accepts(sim, rows, base, prospects, outside[scheme], scheme)
                joins &= running & bit > 0
                joined |= bit * joins
                self._premiums[scheme] = _Payments(rows[joins], county[joins], base[joins])
        persons["worker_schemes"][rows] = joined
        persons["contribution_base"][rows] = np.where(joined > 0, base, 0)

    def _base(self, sim: World) -> Float:
        """Return the contribution base, yuan/year, shape (n_counties,)."""
        base = sim.parameters.number(f"{_RULES}base") * sim.counties["mean_wage"]
        return np.maximum(base, 1)

    def _prospects(self, sim: World, rows: Rows, base: Float) -> Prospects:
        """Return what the self-insured expect: what other locals do."""
        _, portability = sim.parameters.schedule("migrant_insurance.regime.portability")
        n = len(rows)
        local, full = np.ones(n, bool), np.ones(n)
        return prospects_of(sim, rows, local, base, np.full(n, portability), full)

    def _accepts(
        self,
        sim: World,
        rows: Rows,
        base: Float,
        prospects: Prospects,
        outside: Float,
        scheme: int,
    ) -> Bool:
        """Return who joins a scheme by d.4 and can afford it, shape of `rows`.

        Own cost is the whole premium; only a part of that of the pension goes into the account.
        """
        persons, households, parameters = sim.persons, sim.households, sim.parameters
        rate = np.full(len(rows), parameters.number(_PREMIUMS[scheme]))
        if scheme == PENSION:
            account = np.full(len(rows), parameters.number(f"{_RULES}pension_account"))
            value = enrolment.pension_value(rate, prospects, parameters, account)
        else:
            value = enrolment.medical_value(rate, prospects, parameters)
        home, keys = at(persons.household, rows), at(persons.key, rows)
        wage = at(persons["worker_wage"], rows).astype(np.float64)
        accepts = enrolment.accepts(
            rate,
            value,
            outside / base,
            enrolment.short_of_cash(at(households.assets, home), wage, parameters),
            sim.lasting_chance(f"persons.accept_{SCHEMES[scheme]}").uniform(keys),
            parameters,
            insurance_odds(at(households.org_links, home), parameters),
        )
        return accepts & (rate * base <= parameters.number(f"{_RULES}most_of_wage") * wage)

    def _make_up(self, sim: World) -> _Payments:
        """Let the old pay for all missing years at once, where it is worth it and they can.

        They can, where the household spends no more than a share of its savings on it. Who works
        formally, or draws a pension of a unit, has no need to.
        """
        persons, households, number = sim.persons, sim.households, sim.parameters.number
        held = persons["insured_county"]
        idle = ~works_as(persons.work, Work.FORMAL, Work.RETIRED)
        rows = np.flatnonzero(persons.alive & persons["unvested"] & idle & (held >= 0))
        rows = rows[at(sim.counties["make_up_years"], at(held, rows)) > 0]
        county, home = at(held, rows), at(persons.household, rows)
        needed = np.ceil(number("economy.work.vesting_years"))
        base = at(self._base(sim), county) * (needed - at(persons["pension_years"], rows))
        price = number(_PREMIUMS[PENSION]) * base
        account = at(persons["pension_account"], rows).astype(np.float64)
        grown = account + number(f"{_RULES}pension_account") * base
        wage, years = at(sim.counties["mean_wage"], county), np.full(len(rows), needed)
        pooled, drawn = enrolment.yearly_pension(years, wage, grown, sim.parameters)
        savings = number(f"{_RULES}make_up_savings") * np.maximum(households.assets, 0)
        can = at(total_by(home, price, households.n) <= savings, home)
        pays = can & enrolment.worth_making_up(price, account, pooled + drawn, sim.parameters)
        rows = rows[pays]
        persons["worker_schemes"][rows] |= PENSION_BIT
        persons["pension_years"][rows] = needed
        persons["unvested"][rows] = False
        return _Payments(rows, county[pays], base[pays])


def _collect(sim: World, payments: _Payments, scheme: int, purpose: str) -> None:
    """Take premiums of persons from their households into the pools."""
    households, home = sim.households, at(sim.persons.household, payments.rows)
    yuan = sim.parameters.number(_PREMIUMS[scheme]) * payments.base
    households.contributions += total_by(home, yuan, households.n)
    by_county = total_by(payments.county, yuan * at(households.weight, home), sim.counties.n)
    sim.counties[f"{SCHEMES[scheme]}_reserve"] += by_county
    purpose = f"{SCHEMES[scheme]}_{purpose}"
    sim.treasury.pay("households", "insurance_pools", purpose, float(by_county.sum()))
