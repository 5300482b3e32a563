"""Insurance of urban workers: pension, medical, unemployment, work injury, maternity (d, e.5).

Members are formal workers with a local urban hukou and workers of the state; public employees are
looked after by their unit, without contributions, until the merger. Premiums, benefits and pools
serve the members whom `policies.migrant_insurance` enrols as well. Source: S2 sections 3.1, 4.2.2
and 4.3.1.
"""

import numpy as np

from agents.employers import JobCells
from agents.enrolment import INJURY, MATERNITY, MEDICAL, PENSION, SCHEMES, UNEMPLOYMENT, Bits
from agents.persons import Work, works_as
from agents.table import Bool, Column, Float, Rows, at
from policies import worker_benefits as benefits
from policies import worker_columns as columns
from policies import worker_jobs as jobs
from policies import worker_members as members
from policies.base import Policy, World
from policies.pools import bail_out
from policies.worker_columns import MEDICAL_BIT, PENSION_BIT, SEPARATE_BIT, UNEMPLOYMENT_BIT
from policies.worker_outcomes import OUTCOMES, Struck, record_coverage, record_effective
from policies.worker_pools import central_adjustment, pool_of, share_risk

_SECTORS = ("firms", "public employees")


class WorkerInsurance(Policy):
    """The five schemes of urban workers (城镇职工社会保险)."""

    id = "worker_insurance"
    title = "Worker insurance"
    neutral = (
        "No county runs the five schemes; employers pay the pensions of former formal workers."
    )
    parameters = ("worker_insurance", "adoption.calendar", "outcomes.definitions", "shocks.covid")
    outcomes = OUTCOMES

    def set_up(self, sim: World) -> None:
        """Add the columns of members and reserves, and start without members."""
        columns.declare_columns(sim)
        cover = Column("share", "hospital bills that worker medical insurance pays")
        sim.households.declare("worker_medical_cover", np.float64, cover)
        self._counties = sim.counties
        self._took_over = np.zeros((sim.counties.n, len(SCHEMES), len(_SECTORS)), bool)
        self._resumes = np.zeros(sim.counties.n, bool)
        self._ran = np.zeros((sim.counties.n, len(SCHEMES)), bool)
        self._enrolled: members.Enrolled | None = None
        self._employers: JobCells | None = None
        self._wages = np.zeros(sim.counties.n)
        self._lost_job, self._was_insured = np.zeros(0, np.intp), np.zeros(0, bool)
        self._covered: tuple[Rows, Float] = (np.zeros(0, np.intp), np.zeros(0))
        self._struck: dict[int, Struck] = {}
        self._adjustment = np.zeros(sim.counties.n)

    def on_budget(self, sim: World) -> None:
        """Open the schemes that have begun, rich counties first."""
        counties = sim.counties
        order = np.argsort(-counties.priority, kind="stable")
        place = np.empty(counties.n)
        place[order] = np.arange(1, counties.n + 1) / counties.n
        share = sim.parameters.schedule("worker_insurance.schemes.rollout")
        runs = (place[:, None] <= share) & sim.adoptions.in_force(self.id)[:, None]
        counties["worker_schemes_open"] = columns.bits_of(runs)
        self._enrolled = None
        self._struck.clear()
        self._adjustment[:] = 0

    def on_enrol(self, sim: World) -> None:
        """Measure wages; end, begin and renew memberships; credit work before the schemes."""
        self._forget_debts(sim)
        # Who retires next year has a pension of the unit only where no scheme took its place.
        runs = sim.counties["worker_schemes_open"] & PENSION_BIT > 0
        sim.counties.unit_pensions[:] = ~runs
        if not self._acts(sim):
            return
        self._wages = columns.measure_wages(sim)
        known = sim.counties["mean_wage"] > 0
        sim.counties["mean_wage"] = np.where(known, sim.counties["mean_wage"], self._wages)
        self._note_job_losses(sim)
        self._end_memberships(sim)
        self._take_over(sim)
        self._retire(sim)
        self._enrolled = self._enrol(sim, self._local_workers(sim))

    def on_contribute(self, sim: World) -> None:
        """Credit interest, collect premiums of locals, pay benefits, promise a share of bills."""
        if self._enrolled is None:
            return
        members.bear_interest(sim)
        members.collect(sim, self._enrolled)
        self._struck[PENSION] = benefits.pay_pensions(sim)
        unemployed = benefits.pay_unemployed(sim, self._lost_job, self._was_insured)
        self._struck[UNEMPLOYMENT] = unemployed
        self._struck[INJURY] = benefits.pay_injured(sim)
        self._struck[MATERNITY] = benefits.pay_mothers(sim)
        self._covered = benefits.promise_cover(sim)

    def on_reimburse(self, sim: World) -> None:
        """Pay hospital bills, and outpatient care out of medical accounts."""
        if self._enrolled is None:
            return
        self._struck[MEDICAL] = benefits.pay_hospital_bills(sim, *self._covered)
        benefits.pay_medical_accounts(sim, self._covered[0])

    def on_assist(self, sim: World) -> None:
        """Settle the pools: central adjustment, sharing within pools, shortfalls."""
        if self._enrolled is None:
            return
        self._adjust(sim)
        for scheme, name in enumerate(SCHEMES):
            key = "pension_level" if scheme == PENSION else "other_level"
            level = sim.parameters.text(f"worker_insurance.schemes.{key}")
            reserve = sim.counties[f"{name}_reserve"]
            kept, short = share_risk(reserve, pool_of(level, sim.counties))
            sim.counties[f"{name}_reserve"] = kept
            self._make_good(sim, scheme, short)

    def on_record(self, sim: World) -> None:
        """Record coverage and what reached those struck; publish mean wages."""
        record_coverage(sim)
        if self._enrolled is None:
            return
        record_effective(sim, self._struck)
        sim.record.add("central_adjustment_net", self._adjustment)
        sim.counties["mean_wage"] = self._wages

    def stocks(self) -> dict[str, float]:
        """Return the reserves of all pools, those of migrants included."""
        reserves = (self._counties[f"{scheme}_reserve"] for scheme in SCHEMES)
        return {"insurance_pools": sum(float(reserve.sum()) for reserve in reserves)}

    def _acts(self, sim: World) -> bool:
        """Whether anybody runs a scheme for workers, or still has members to let go."""
        runs = sim.adoptions.in_force(self.id) | sim.adoptions.in_force("migrant_insurance")
        return bool(runs.any() or sim.persons["worker_schemes"].any())

    def _enrol(self, sim: World, rows: Rows) -> members.Enrolled:
        """Let employers offer and locals accept the schemes that run."""
        self._employers = jobs.job_cells(sim, self._employers)
        workers = jobs.jobs_of(sim, rows, self._employers)
        _, portability = sim.parameters.schedule("migrant_insurance.regime.portability")
        same = np.ones(sim.counties.n)
        open_, rates = self._open_to(sim, workers), jobs.worker_rates(sim)
        terms = jobs.terms_of(workers, open_, rates, portability * same, same)
        return members.enrol(sim, workers, terms, {})

    def _local_workers(self, sim: World) -> Rows:
        """Formal workers who are local, and those of the state wherever they are registered."""
        persons = sim.persons
        rows = np.flatnonzero(persons.alive & works_as(persons.work, Work.FORMAL))
        return rows[at(persons.state_sector, rows) | columns.is_local(sim, rows)]

    def _open_to(self, sim: World, workers: jobs.Jobs) -> Bits:
        """Return which schemes run for whom, as bits."""
        runs: Bits = at(sim.counties["worker_schemes_open"], workers.county)
        return runs & self._meant_for(sim, workers.rows)

    def _meant_for(self, sim: World, rows: Rows) -> Bits:
        """Return which schemes are meant for whom, as bits: for public employees by the merger."""
        included = sim.parameters.schedule("worker_insurance.schemes.public_included") > 0
        everything = np.full(len(rows), columns.EVERY_SCHEME)
        if included.all():
            return everything
        public = columns.is_public(sim, rows)
        return np.where(public, columns.bits_of(included[None]), everything)

    def _forget_debts(self, sim: World) -> None:
        """Let unpaid premiums lapse for those who left the place or off-farm work."""
        persons = sim.persons
        rows = np.flatnonzero(persons["unpaid_premiums"] != 0)
        works = works_as(at(persons.work, rows), *columns.OFF_FARM)
        left = ~works | (at(persons.place_years, rows) == 0)
        persons["unpaid_premiums"][rows[left]] = 0

    def _note_job_losses(self, sim: World) -> None:
        """Remember who lost the job since last year, and who of them was insured."""
        persons = sim.persons
        years = persons["unemployed_years"]
        idle = np.flatnonzero(persons.alive & works_as(persons.work, Work.UNEMPLOYED))
        more = np.minimum(at(years, idle), np.iinfo(np.int8).max - 1) + 1
        years[:] = 0
        years[idle] = more
        self._lost_job = idle[more == 1]
        bits = persons["worker_schemes"][self._lost_job]
        self._was_insured = bits & UNEMPLOYMENT_BIT > 0

    def _end_memberships(self, sim: World) -> None:
        """Let those go who lost a job, locally or of the state, or whose county gave schemes up.

        Of those past pension age `_retire` decides what they keep.
        """
        persons = sim.persons
        is_member = persons["worker_schemes"] > 0
        rows = np.flatnonzero(is_member & ~works_as(persons.work, Work.FORMAL, Work.RETIRED))
        rows = rows[at(persons.age, rows) < jobs.pension_age(sim, rows)]
        of_state = at(persons.state_sector, rows)
        members.drop_schemes(sim, rows[of_state | columns.is_local(sim, rows)])
        runs = sim.adoptions.in_force(self.id)
        if not runs.all():
            rows = np.flatnonzero(is_member & (persons["worker_schemes"] & SEPARATE_BIT == 0))
            members.drop_schemes(sim, rows[~at(runs, columns.county_of(sim, rows))])

    def _take_over(self, sim: World) -> None:
        """Where a scheme begins, take over who is retired; count earlier formal work as paid.

        It begins for public employees with their merger. The transition is full: who is retired at
        the beginning draws, whatever was paid.
        """
        persons, begins_at = sim.persons, self._beginnings(sim)
        new = begins_at[:, (PENSION, MEDICAL)].reshape(sim.counties.n, -1)
        place: Bool = np.any(new, axis=1)
        if not place.any():
            return
        rows = np.flatnonzero(persons.alive & works_as(persons.work, Work.FORMAL, Work.RETIRED))
        rows = rows[at(place, columns.county_of(sim, rows))]
        rows = rows[persons.state_sector[rows] | columns.is_local(sim, rows)]
        sector = columns.is_public(sim, rows).astype(np.intp)
        begins = begins_at[columns.county_of(sim, rows), :, sector]
        retired = works_as(persons.work[rows], Work.RETIRED)
        for scheme, bit in ((PENSION, PENSION_BIT), (MEDICAL, MEDICAL_BIT)):
            persons["worker_schemes"][rows[retired & begins[:, scheme]]] |= bit
        rows, retired = rows[begins[:, PENSION]], retired[begins[:, PENSION]]
        start = sim.parameters.number("worker_insurance.benefits.deemed_from_age")
        least = retired * sim.parameters.number("economy.work.vesting_years")
        deemed = np.maximum(np.maximum(persons.age[rows] - start, 0), least)
        deemed = np.maximum(deemed, persons["pension_years"][rows])
        persons["pension_years"][rows] = np.minimum(deemed, np.iinfo(np.int8).max)
        members.move_rights(sim, rows, columns.county_of(sim, rows))
        persons["insured_county"][rows] = columns.county_of(sim, rows)

    def _beginnings(self, sim: World) -> Bool:
        """Return which schemes begin this year, shape (n_counties, 5, 2): for firms, for public."""
        open_ = columns.schemes_of(sim.counties["worker_schemes_open"])
        included = sim.parameters.schedule("worker_insurance.schemes.public_included") > 0
        runs = np.stack([open_, open_ & included], axis=-1)
        begins = runs & ~self._took_over
        # Work in years without a scheme that ran before counts no more than evasion does.
        self._resumes = open_[:, MEDICAL] & ~self._ran[:, MEDICAL] & ~begins[:, MEDICAL].any(axis=1)
        self._took_over, self._ran = self._took_over | runs, open_
        return begins

    def _retire(self, sim: World) -> None:
        """Let those of pension age draw when they have the years; pay others their account.

        Where missing years may be paid for, the account waits as long. Where a county takes medical
        insurance up again, its pensioners are members again.
        """
        persons = sim.persons
        concerned = (persons["worker_schemes"] > 0) | (persons["pension_years"] > 0)
        rows = np.flatnonzero(persons.alive & concerned & ~works_as(persons.work, Work.FORMAL))
        retired = works_as(at(persons.work, rows), Work.RETIRED)
        rows = rows[retired | (at(persons.age, rows) >= jobs.pension_age(sim, rows))]
        needed = sim.parameters.number("economy.work.vesting_years")
        held = persons["insured_county"][rows]
        vested = (persons["pension_years"][rows] >= needed) & (held >= 0)
        bits, retired = persons["worker_schemes"][rows], works_as(persons.work[rows], Work.RETIRED)
        vested &= sim.adoptions.in_force(self.id)[held] | (bits & SEPARATE_BIT > 0)
        keeps = PENSION_BIT * vested | bits & MEDICAL_BIT * (retired | vested)
        again = retired & vested & at(self._resumes, columns.county_of(sim, rows))
        keeps = (keeps | MEDICAL_BIT * again) & self._meant_for(sim, rows)
        persons["worker_schemes"][rows] = keeps | bits & SEPARATE_BIT * (keeps > 0)
        unvested = rows[(persons["pension_years"][rows] < needed) & (held >= 0)]
        persons["unvested"][unvested] = True
        waits = sim.counties["make_up_years"][persons["insured_county"][unvested]]
        over = persons.age[unvested] >= jobs.pension_age(sim, unvested) + waits
        members.close_account(sim, unvested[over])

    def _adjust(self, sim: World) -> None:
        """Move money between pension pools of provinces (e.5), without public employees."""
        schemes = "worker_insurance.schemes."
        rate = sim.parameters.number(f"{schemes}adjustment_rate")
        if not rate or sim.parameters.text(f"{schemes}pension_level") == "nation":
            return
        persons, counties = sim.persons, sim.counties
        rows = np.flatnonzero(persons.alive & (persons["worker_schemes"] & PENSION_BIT > 0))
        rows = rows[~columns.is_public(sim, rows)]
        draws = members.draws_pension(sim, rows)
        adjustment = central_adjustment(
            rate * sim.parameters.number(f"{schemes}adjustment_wage_share"),
            counties["mean_wage"],
            columns.by_county(sim, rows[~draws], np.ones(int((~draws).sum()))),
            columns.by_county(sim, rows[draws], np.ones(int(draws.sum()))),
            counties.province,
        )
        counties[f"{SCHEMES[PENSION]}_reserve"] += adjustment.net
        self._adjustment = adjustment.net

    def _make_good(self, sim: World, scheme: int, short: Float) -> None:
        """Let the centre fill pension pools; others counties by their room, then the province."""
        if scheme == PENSION:
            sim.treasury.pay("centre", "insurance_pools", "pension_subsidy", float(short.sum()))
            sim.central_spending += float(short.sum())
            return
        purpose = f"{SCHEMES[scheme]}_shortfall"
        beyond = np.maximum(short - np.maximum(sim.counties.room, 0), 0)
        own = short - bail_out(sim, beyond, "county", purpose)
        sim.treasury.pay("counties", "insurance_pools", purpose, float(own.sum()))
        sim.counties.schemes += own
