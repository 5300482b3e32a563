"""What the worker schemes pay: pensions, hospital bills, unemployment, injury, maternity."""

import numpy as np

from agents.enrolment import (
    INJURY,
    MATERNITY,
    MEDICAL,
    PENSION,
    UNEMPLOYMENT,
    yearly_pension,
)
from agents.persons import Work, works_as
from agents.table import Bool, Float, Rows, at, total_by
from policies.base import World
from policies.worker_columns import (
    INJURY_BIT,
    MATERNITY_BIT,
    MEDICAL_BIT,
    OFF_FARM,
    PENSION_BIT,
    SEPARATE_BIT,
    county_of,
)
from policies.worker_jobs import pension_age
from policies.worker_members import (
    draws_pension,
    pay_households,
    take_from_pool,
    unemployment_benefit,
)
from policies.worker_outcomes import Struck

_DAYS = 365


def benefit_factor(sim: World, rows: Rows) -> Float:
    """Return benefits relative to the worker schemes: less in separate schemes."""
    separate = at(sim.persons["worker_schemes"], rows) & SEPARATE_BIT > 0
    return np.where(separate, sim.parameters.number("migrant_insurance.regime.benefit_factor"), 1)


def pay_pensions(sim: World) -> Struck:
    """Take unit pensions over from employers, and pay those who earned rights without one.

    Retired formal workers have their pension in the market income already; the pool relieves their
    former employer of it. Others of pension age with enough years get accrual x years x mean wage
    + account over its months, as a transfer; who has too few years is struck and gets nothing. Need
    is the floor of the contribution base.
    """
    persons = sim.persons
    rests = (persons["pension_years"] > 0) & ~works_as(persons.work, Work.FORMAL)
    rests |= persons["unvested"]
    rows = np.flatnonzero(persons.alive & (works_as(persons.work, Work.RETIRED) | rests))
    retired = works_as(at(persons.work, rows), Work.RETIRED)
    old = retired | (at(persons.age, rows) >= pension_age(sim, rows))
    rows, retired = rows[old], retired[old]
    draws = persons["worker_schemes"][rows] & PENSION_BIT > 0
    yuan = at(persons["worker_wage"], rows).astype(np.float64)
    yuan[~retired] = _earned_pension(sim, rows[~retired])
    yuan = np.maximum(yuan, 0) * draws
    relieved = take_from_pool(sim, rows[retired], yuan[retired], PENSION)
    sim.treasury.pay("insurance_pools", "employers", "worker_pensions", relieved)
    sim.treasury.pay("employers", "outside", "pensions_taken_over", relieved)
    pay_households(sim, rows[~retired], yuan[~retired], PENSION, "worker_pensions")
    return Struck(rows, yuan / _need(sim, rows))


def _earned_pension(sim: World, rows: Rows) -> Float:
    persons = sim.persons
    held = persons["insured_county"][rows]
    wage = sim.counties["mean_wage"][np.where(held >= 0, held, county_of(sim, rows))]
    years, yuan = persons["pension_years"][rows], persons["pension_account"][rows]
    pooled, account = yearly_pension(years, wage, yuan, sim.parameters)
    return pooled * benefit_factor(sim, rows) + account


def _need(sim: World, rows: Rows) -> Float:
    """Return the floor of the contribution base where persons live, yuan/year."""
    floor = sim.parameters.number("worker_insurance.rates.base_floor")
    need: Float = floor * np.maximum(sim.counties["mean_wage"][county_of(sim, rows)], 1)
    return need


def promise_cover(sim: World) -> tuple[Rows, Float]:
    """Promise a share of hospital bills; return members and what each adds to the household's.

    Work units no longer pay for those whom the scheme covers.
    """
    persons, households = sim.persons, sim.households
    rows = np.flatnonzero(persons.alive & (persons["worker_schemes"] & MEDICAL_BIT > 0))
    home = at(persons.household, rows)
    size = np.maximum(at(households.size, home), 1)
    unit_cover = sim.parameters.number("health.care.unit_cover")
    from_unit = at(persons.state_sector, rows) * unit_cover / size
    relieved = total_by(home, from_unit, households.n)
    households.unit_cover -= np.minimum(relieved, households.unit_cover)
    paid = sim.parameters.number("worker_insurance.benefits.medical_share")
    share = paid * benefit_factor(sim, rows) / size
    wanted = total_by(home, share, households.n)
    left = np.maximum(1 - households.unit_cover - households.insured_cover, 0)
    cover = np.minimum(wanted, left)
    households["worker_medical_cover"] = cover
    households.insured_cover += cover
    tiny = np.finfo(np.float64).tiny
    return rows, share * (cover / np.maximum(wanted, tiny))[home]


def pay_hospital_bills(sim: World, rows: Rows, share: Float) -> Struck:
    """Pay the promised share of hospital bills out of the pools of the members."""
    bill = at(sim.households.inpatient_bill, at(sim.persons.household, rows))
    paid = take_from_pool(sim, rows, share * bill, MEDICAL)
    sim.treasury.pay("insurance_pools", "outside", "medical_bills", paid)
    return _hospital_risk(sim, rows, share)


def _hospital_risk(sim: World, rows: Rows, share: Float) -> Struck:
    """Workers and retirees of households with a hospital bill, and the share that is paid."""
    persons, households = sim.persons, sim.households
    has_bill = households.inpatient_bill > 0
    struck = np.flatnonzero(persons.alive & works_as(persons.work, *OFF_FARM, Work.RETIRED))
    struck = struck[at(has_bill, at(persons.household, struck))]
    cover = np.zeros(persons.n)
    cover[rows] = share * at(households.size, at(persons.household, rows))
    return Struck(struck, at(cover, struck))


def pay_medical_accounts(sim: World, rows: Rows) -> None:
    """Let members of the worker scheme pay outpatient care from their medical accounts.

    A share of the contribution base fills them, a share of the pension those of who draws one.
    """
    persons, households = sim.persons, sim.households
    rows = rows[at(persons["worker_schemes"], rows) & SEPARATE_BIT == 0]
    home = at(persons.household, rows)
    rate = sim.parameters.number("worker_insurance.benefits.medical_account")
    draws, work = draws_pension(sim, rows), at(persons.work, rows)
    pays = works_as(work, *OFF_FARM) & ~draws
    base = np.where(pays, at(persons["contribution_base"], rows), at(persons["worker_wage"], rows))
    base = base.astype(np.float64)
    earned = np.flatnonzero(draws & ~works_as(work, Work.RETIRED))
    base[earned] = _earned_pension(sim, rows[earned])
    account = rate * np.maximum(base, 0)
    total = total_by(home, account, households.n)
    outpatient = households.medical_bill - households.inpatient_bill
    spent = np.clip(np.minimum(total, outpatient), 0, households.out_of_pocket)
    households.out_of_pocket -= spent
    used = (spent / np.maximum(total, np.finfo(np.float64).tiny))[home]
    paid = take_from_pool(sim, rows, account * used, MEDICAL)
    sim.treasury.pay("insurance_pools", "households", "medical_accounts", paid)


def pay_unemployed(sim: World, rows: Rows, insured: Bool) -> Struck:
    """Pay those who lost their work this year and were insured; need as for pensions."""
    benefit = unemployment_benefit(sim, rows) * insured
    pay_households(sim, rows, benefit, UNEMPLOYMENT, "unemployment_benefits")
    return Struck(rows, benefit / _need(sim, rows))


def pay_injured(sim: World) -> Struck:
    """Pay insured workers whom a work injury struck, in yearly wages."""
    persons = sim.persons
    rows = np.flatnonzero(persons.alive & works_as(persons.work, *OFF_FARM))
    risk = sim.parameters.number("worker_insurance.benefits.injury_risk")
    rows = rows[sim.chance("persons.work_injury").happens(at(persons.key, rows), risk)]
    insured = persons["worker_schemes"][rows] & INJURY_BIT > 0
    wages = sim.parameters.number("worker_insurance.benefits.injury_wages")
    wage = np.maximum(persons["worker_wage"][rows].astype(np.float64), 0)
    benefit = wages * wage * insured * benefit_factor(sim, rows)
    pay_households(sim, rows, benefit, INJURY, "injury_benefits")
    return Struck(rows, insured.astype(np.float64))


def pay_mothers(sim: World) -> Struck:
    """Pay insured mothers of the year for their leave; where so ruled, the locally registered."""
    persons, parameters = sim.persons, sim.parameters
    born = np.flatnonzero(persons.alive & (persons.age == 0) & (persons.mother >= 0))
    rows = np.unique(persons.mother[born]).astype(np.intp)
    rows = rows[persons.alive[rows] & works_as(persons.work[rows], *OFF_FARM)]
    county = county_of(sim, rows)
    kinds = parameters.schedule("worker_insurance.benefits.maternity_local")
    registered = sim.township_county[persons.hukou_township[rows]] == county
    entitled = registered | (kinds[sim.counties.kind[county]] == 0)
    entitled &= persons["worker_schemes"][rows] & MATERNITY_BIT > 0
    years = parameters.number("worker_insurance.benefits.maternity_days") / _DAYS
    wage = np.maximum(persons["worker_wage"][rows].astype(np.float64), 0)
    pay_households(sim, rows, years * wage * entitled, MATERNITY, "maternity_benefits")
    return Struck(rows, entitled.astype(np.float64))
