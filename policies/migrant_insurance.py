"""Insurance of migrants: nothing, a separate and inferior scheme, or inclusion (module d).

Migrants are all who work off the farm without an urban hukou of the county in which they live: away
from where they are registered, or of rural hukou at home. A city offers nothing, then a separate
scheme, then the worker schemes. Source: S1 section 4 and Table 2; S2 section 3.2.3.
"""

import numpy as np

from agents.employers import JobCells
from agents.enrolment import PENSION, Terms, stay_chance
from agents.persons import Work, works_as
from agents.table import Bool, Column, Float, Rows, at, total_by
from policies import worker_columns as columns
from policies import worker_jobs as jobs
from policies import worker_members as members
from policies.base import Outcome, Policy, World
from policies.worker_columns import INJURY_BIT, PENSION_BIT, SEPARATE_BIT
from policies.worker_jobs import Jobs, pension_age
from policies.worker_members import Enrolled

NOTHING, SEPARATE = 0, 1
INCLUSION = SEPARATE + 1
"""What a city offers migrants: the values of the county column ``migrant_regime``."""
_REGIME = "migrant_insurance.regime."
_CHOICE = "migrant_insurance.choice."


class MigrantInsurance(Policy):
    """Insurance of migrant workers (农民工社会保险)."""

    id = "migrant_insurance"
    title = "Insurance of migrants"
    neutral = "No city insures migrants; only locals are members of the worker schemes."
    parameters = ("migrant_insurance", "worker_insurance", "adoption.calendar", "shocks.covid")
    after = ("worker_insurance",)
    outcomes = (
        Outcome(
            "pension_cash_outs",
            "persons",
            "Migrants who left a city or a job and took their individual account in cash",
            "S1 section 4; S2 section 3.2.3",
            "all",
        ),
        Outcome(
            "migrant_regime",
            "share",
            "Off-farm migrants who live where migrants are included in the worker schemes",
            "S1 section 4 and Table 2",
            "all",
        ),
    )

    def set_up(self, sim: World) -> None:
        """Add the columns of members and of what cities offer."""
        columns.declare_columns(sim)
        regime = Column("0, 1, 2", "for migrants: nothing, a separate scheme, inclusion")
        sim.counties.declare("migrant_regime", np.int8, regime)
        gain = Column("share", "pooled premiums that leavers would leave, in the local product")
        sim.counties.declare("net_pool_gain", np.float64, gain)
        self._enrolled: list[Enrolled] = []
        self._employers: JobCells | None = None
        self._cashed = self._migrants = np.zeros(0, np.intp)

    def on_budget(self, sim: World) -> None:
        """Choose the regime of the year (d.1)."""
        self._enrolled.clear()
        self._cashed = np.zeros(0, np.intp)
        offers = sim.adoptions.in_force(self.id)
        able = offers & sim.adoptions.in_force("worker_insurance")
        share = sim.parameters.number(f"{_REGIME}inclusion_share")
        includes = self._first_to_include(sim, offers) <= share
        # Who includes goes on including, while anybody does.
        includes |= (sim.counties["migrant_regime"] == INCLUSION) & (share > 0)
        regime = np.where(includes & able, INCLUSION, SEPARATE)
        sim.counties["migrant_regime"] = np.where(offers, regime, NOTHING)

    def on_enrol(self, sim: World) -> None:
        """Let leavers cash out; let employers offer and migrants accept."""
        self._leave(sim)
        if not sim.adoptions.in_force(self.id).any():
            return
        self._migrants = rows = self._workers(sim)
        contract = self._has_contract(sim, rows)
        self._enrolled = [
            self._enrol(sim, rows[contract]),
            self._insure_sites(sim, rows[~contract]),
        ]
        self._expect_gain(sim, self._enrolled[0].jobs)

    def on_contribute(self, sim: World) -> None:
        """Collect the premiums of migrants and of their employers."""
        for enrolled in self._enrolled:
            members.collect(sim, enrolled)

    def on_record(self, sim: World) -> None:
        """Record cash-outs and the reach of inclusion."""
        if self._enrolled or len(self._cashed):
            cashed = columns.by_county(sim, self._cashed, np.ones(len(self._cashed)))
            sim.record.add("pension_cash_outs", cashed)
        if not self._enrolled:
            return
        rows = self._migrants
        migrants = columns.by_county(sim, rows, np.ones(len(rows)))
        included = migrants * (sim.counties["migrant_regime"] == INCLUSION)
        sim.record.add("migrant_regime", included, migrants)

    def _workers(self, sim: World) -> Rows:
        """Return everybody off the farm below pension age who is neither local nor of the state."""
        persons = sim.persons
        works = works_as(persons.work, *columns.OFF_FARM) & ~persons.state_sector
        rows = np.flatnonzero(persons.alive & works)
        rows = rows[~columns.is_local(sim, rows)]
        return rows[at(persons.age, rows) < pension_age(sim, rows)]

    def _has_contract(self, sim: World, rows: Rows) -> Bool:
        """Return who has a labour contract: formal workers, and some village off-farm workers."""
        persons = sim.persons
        share = sim.parameters.number(f"{_CHOICE}local_contract")
        work = at(persons.work, rows)
        contract: Bool = works_as(work, Work.FORMAL)
        village = np.flatnonzero(works_as(work, Work.OFF_FARM))
        keys = at(persons.key, rows[village])
        contract[village] = sim.lasting_chance("persons.local_contract").happens(keys, share)
        return contract

    def _first_to_include(self, sim: World, offers: Bool) -> Float:
        """Place of each county in the order of inclusion, among those with a scheme, in (0, 1]."""
        weight, n = sim.parameters.number(f"{_REGIME}gain_weight"), sim.counties.n
        luck = sim.lasting_chance("counties.order_of_inclusion").uniform(sim.counties.key)
        score = weight * _ranks(-sim.counties["net_pool_gain"]) / n + (1 - weight) * luck
        score = np.where(offers, score, np.inf)
        return _ranks(score) / max(int(offers.sum()), 1)

    def _expect_gain(self, sim: World, migrants: Jobs) -> None:
        """Publish what inclusion would leave in the pool: wages x pooled rate x chance to leave."""
        years = at(sim.persons.place_years, migrants.rows).astype(np.float64)
        leave = 1 - stay_chance(years, ~migrants.migrant, sim.parameters)
        rate = sim.parameters.schedule("worker_insurance.rates.employer")[PENSION]
        gain = migrants.wage * rate * leave * migrants.weight
        gain = total_by(migrants.county, gain, sim.counties.n)
        sim.counties["net_pool_gain"] = gain / np.maximum(sim.counties.product, 1)

    def _leave(self, sim: World) -> None:
        """Let members who moved or lost the job cash out, unless their rights travel (d.5)."""
        persons = sim.persons
        may_leave = persons.alive & ~persons.state_sector & ~works_as(persons.work, Work.RETIRED)
        rows = np.flatnonzero(may_leave & (persons["worker_schemes"] > 0))
        rows = rows[~columns.is_local(sim, rows)]
        rows = rows[at(persons.age, rows) < pension_age(sim, rows)]
        moved = persons["insured_county"][rows] != columns.county_of(sim, rows)
        works = works_as(at(persons.work, rows), *columns.OFF_FARM)
        idle = ~works | ~self._has_contract(sim, rows)
        insured = persons["worker_schemes"][rows] & PENSION_BIT > 0
        leavers = rows[(moved | idle) & insured & (persons["insured_county"][rows] >= 0)]
        separate, worker = sim.parameters.schedule(f"{_REGIME}portability")
        in_separate = persons["worker_schemes"][leavers] & SEPARATE_BIT > 0
        kept = np.where(in_separate, separate, worker)
        takes = sim.chance("persons.cash_out").happens(persons.key[leavers], 1 - kept)
        self._cashed = leavers[takes]
        members.close_account(sim, self._cashed)
        members.drop_schemes(sim, rows[moved | idle])
        gone = sim.counties["migrant_regime"][columns.county_of(sim, rows)] == NOTHING
        members.drop_schemes(sim, rows[gone])

    def _enrol(self, sim: World, rows: Rows) -> Enrolled:
        """Enrol workers with a contract on the terms of the city."""
        migrants, terms = self._jobs(sim, rows)
        enrolled = members.enrol(sim, migrants, terms, members.worth_at_home(sim, rows))
        self._mark_separate(sim, migrants)
        return enrolled

    def _jobs(self, sim: World, rows: Rows) -> tuple[Jobs, Terms]:
        """Return jobs and their terms: those of locals where migrants are included, or separate."""
        self._employers = jobs.job_cells(sim, self._employers)
        migrants = jobs.jobs_of(sim, rows, self._employers)
        regime, schedule = sim.counties["migrant_regime"], sim.parameters.schedule
        parts = columns.bits_of(schedule(f"{_REGIME}separate_schemes")[None] > 0)
        runs = np.where(regime == INCLUSION, sim.counties["worker_schemes_open"], 0)
        runs = np.where(regime == SEPARATE, parts, runs).astype(np.uint8)
        employer, own = jobs.worker_rates(sim)
        employer[regime == SEPARATE] = schedule(f"{_REGIME}separate_employer")
        own[regime == SEPARATE] = schedule(f"{_REGIME}separate_own")
        separate, worker = schedule(f"{_REGIME}portability")
        portability = np.where(regime == INCLUSION, worker, separate)
        lower = sim.parameters.number(f"{_REGIME}benefit_factor")
        factor = np.where(regime == INCLUSION, 1, lower)
        open_ = at(runs, migrants.county)
        return migrants, jobs.terms_of(migrants, open_, (employer, own), portability, factor)

    def _mark_separate(self, sim: World, migrants: Jobs) -> None:
        bits, separate = sim.persons["worker_schemes"], sim.counties["migrant_regime"] == SEPARATE
        rows = migrants.rows[at(separate, migrants.county)]
        rows = rows[at(bits, rows) > 0]
        bits[rows] |= SEPARATE_BIT

    def _insure_sites(self, sim: World, rows: Rows) -> Enrolled:
        """Insure some workers without a contract against injury, through their building site."""
        share = sim.parameters.number(f"{_CHOICE}site_injury")
        keys = at(sim.persons.key, rows)
        luck = sim.lasting_chance("persons.site_injury").happens(keys, share)
        sim.persons["worker_schemes"][rows] = 0
        migrants, terms = self._jobs(sim, rows[luck])
        insured = terms.open & INJURY_BIT
        floor = sim.parameters.number("worker_insurance.rates.base_floor") * migrants.mean_wage
        sim.persons["worker_schemes"][migrants.rows] = insured
        self._mark_separate(sim, migrants)
        return Enrolled(migrants, insured, np.maximum(floor, 1), terms)


def _ranks(values: Float) -> Float:
    """Return ranks from 1 on; ties in row order."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks
