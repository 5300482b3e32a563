"""Insurance of migrants: nothing, a separate and inferior scheme, or inclusion (module d).

Migrants are all who work off the farm without an urban hukou of the county in which they live: away
from where they are registered, or of rural hukou at home. A city offers nothing, then a separate
scheme, then the worker schemes. Source: S1 section 4 and Table 2; S2 section 3.2.3.
"""

import numpy as np
from numpy.typing import NDArray

from agents.enrolment import INJURY, MEDICAL, PENSION, SCHEMES, Terms, stay_chance
from agents.persons import Work
from agents.table import Bool, Column, Float, Rows
from policies import worker_columns as columns
from policies import worker_members as members
from policies.base import Outcome, Policy, World
from policies.worker_benefits import pension_age
from policies.worker_columns import PENSION_BIT, SEPARATE_BIT
from policies.worker_members import Enrolled, Jobs

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
    parameters = ("migrant_insurance", "worker_insurance", "adoption.calendar")
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
        if not self._enrolled:
            return
        cashed = columns.by_county(sim, self._cashed, np.ones(len(self._cashed)))
        sim.record.add("pension_cash_outs", cashed)
        rows = self._migrants
        migrants = columns.by_county(sim, rows, np.ones(len(rows)))
        included = migrants * (sim.counties["migrant_regime"] == INCLUSION)
        sim.record.add("migrant_regime", included, migrants)

    def _workers(self, sim: World) -> Rows:
        """Return everybody off the farm below pension age who is neither local nor of the state."""
        persons = sim.persons
        works = persons.alive & ~persons.state_sector & np.isin(persons.work, columns.OFF_FARM)
        rows = np.flatnonzero(works)
        return rows[~columns.is_local(sim, rows) & (persons.age[rows] < pension_age(sim, rows))]

    def _has_contract(self, sim: World, rows: Rows) -> Bool:
        """Return who has a labour contract: formal workers, and some village off-farm workers."""
        persons = sim.persons
        share = sim.parameters.number(f"{_CHOICE}local_contract")
        luck = sim.lasting_chance("persons.local_contract").happens(persons.key[rows], share)
        village = persons.work[rows] == Work.OFF_FARM
        contract: Bool = (persons.work[rows] == Work.FORMAL) | (village & luck)
        return contract

    def _first_to_include(self, sim: World, offers: Bool) -> Float:
        """Place of each county in the order of inclusion, among those with a scheme, in (0, 1]."""
        weight = sim.parameters.number(f"{_REGIME}gain_weight")
        luck = sim.lasting_chance("counties.order_of_inclusion").uniform(sim.counties.key)
        score = weight * _ranks(-sim.counties["net_pool_gain"]) + (1 - weight) * luck
        score = np.where(offers, score, np.inf)
        return _ranks(score) * sim.counties.n / max(int(offers.sum()), 1)

    def _expect_gain(self, sim: World, jobs: Jobs) -> None:
        """Publish what inclusion would leave in the pool: wages x pooled rate x chance to leave."""
        persons = sim.persons
        years = persons.place_years[jobs.rows].astype(np.float64)
        leave = 1 - stay_chance(years, ~jobs.migrant, sim.parameters)
        rate = sim.parameters.schedule("worker_insurance.rates.employer")[PENSION]
        gain = columns.by_county(sim, jobs.rows, jobs.wage * rate * leave)
        sim.counties["net_pool_gain"] = gain / np.maximum(sim.counties.product, 1)

    def _leave(self, sim: World) -> None:
        """Let members who moved or lost the job cash out, unless their rights travel (d.5)."""
        persons = sim.persons
        rows = np.flatnonzero(persons.alive & (persons["worker_schemes"] > 0))
        rows = rows[(persons.work[rows] != Work.RETIRED) & ~columns.is_local(sim, rows)]
        rows = rows[~persons.state_sector[rows]]
        rows = rows[persons.age[rows] < pension_age(sim, rows)]
        moved = persons["insured_county"][rows] != columns.county_of(sim, rows)
        idle = ~np.isin(persons.work[rows], columns.OFF_FARM) | ~self._has_contract(sim, rows)
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
        jobs = members.jobs_of(sim, rows)
        regime = sim.counties["migrant_regime"][jobs.county]
        terms = self._terms(sim, jobs, regime)
        kept = sim.parameters.schedule(f"{_REGIME}portability")
        factor = sim.parameters.number(f"{_REGIME}benefit_factor")
        enrolled = members.enrol(
            sim,
            jobs,
            terms,
            np.where(regime == INCLUSION, kept[1], kept[0]),
            np.where(regime == INCLUSION, 1, factor),
            self._outside(sim, len(rows)),
        )
        self._mark_separate(sim, rows, regime)
        return enrolled

    def _terms(self, sim: World, jobs: Jobs, regime: NDArray[np.integer]) -> Terms:
        """Return the terms of the worker schemes where migrants are included, else the separate."""
        separate, included = (regime == SEPARATE)[:, None], (regime == INCLUSION)[:, None]
        runs = columns.schemes_of(sim.counties["worker_schemes_open"])[jobs.county]
        parts = sim.parameters.schedule(f"{_REGIME}separate_schemes") > 0
        worker = members.worker_terms(sim, jobs, (runs & included) | (parts & separate))
        employer = sim.parameters.schedule(f"{_REGIME}separate_employer")
        own = sim.parameters.schedule(f"{_REGIME}separate_own")
        return Terms(
            worker.open,
            np.where(separate, employer, worker.employer),
            np.where(separate, own, worker.own),
        )

    def _outside(self, sim: World, n: int) -> Float:
        """Return what joining makes superfluous at home, yuan a year by scheme, shape (n, 5)."""
        outside = np.zeros((n, len(SCHEMES)))
        outside[:, PENSION] = sim.parameters.number(f"{_CHOICE}outside_pension")
        outside[:, MEDICAL] = sim.parameters.number(f"{_CHOICE}outside_medical")
        return outside

    def _mark_separate(self, sim: World, rows: Rows, regime: NDArray[np.integer]) -> None:
        bits = sim.persons["worker_schemes"]
        inside = rows[(regime == SEPARATE) & (bits[rows] > 0)]
        bits[inside] |= SEPARATE_BIT

    def _insure_sites(self, sim: World, rows: Rows) -> Enrolled:
        """Insure some workers without a contract against injury, through their building site."""
        share = sim.parameters.number(f"{_CHOICE}site_injury")
        luck = sim.lasting_chance("persons.site_injury").happens(sim.persons.key[rows], share)
        sim.persons["worker_schemes"][rows] = 0
        rows = rows[luck]
        jobs = members.jobs_of(sim, rows)
        regime = sim.counties["migrant_regime"][jobs.county]
        terms = self._terms(sim, jobs, regime)
        insured = np.zeros(terms.open.shape, bool)
        insured[:, INJURY] = terms.open[:, INJURY]
        floor = sim.parameters.number("worker_insurance.rates.base_floor") * jobs.mean_wage
        sim.persons["worker_schemes"][rows] = columns.bits_of(insured)
        self._mark_separate(sim, rows, regime)
        return Enrolled(jobs, insured, np.maximum(floor, 1), terms)


def _ranks(values: Float) -> Float:
    """Ranks scaled to (0, 1]; ties in row order."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks / len(values)
