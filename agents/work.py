"""How people work: entry, formal and informal jobs, farm and off-farm work, retirement (rule b.3).

Each function reads and writes columns of `Persons`; draws are made only for those at risk.
"""

import numpy as np

from agents.persons import Persons, Work
from agents.protocols import Chance, Parameters
from agents.service_effects import work_factor
from agents.service_links import Links
from agents.table import Bool, Float, Float32, Int8, Rows


def enter_work(persons: Persons, rows: Rows, parameters: Parameters, chance: Chance) -> None:
    """Give the cohort that comes of age its skill and its lasting disabilities.

    Reads ``urban``, ``key``; writes ``skill``, ``disabled`` of `rows`.
    Source: schooling of cohorts, economy.work.skill_shares_*.
    """
    keys = persons.key[rows]
    shares = np.where(
        persons.urban[rows, None],
        parameters.schedule("economy.work.skill_shares_urban"),
        parameters.schedule("economy.work.skill_shares_rural"),
    )
    draw = chance("persons.skill").uniform(keys)
    persons.skill[rows] = (draw[:, None] > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1)
    share = parameters.number("economy.work.disability_share")
    persons.disabled[rows] = chance("persons.disability").happens(keys, share)


def start_jobs(persons: Persons, parameters: Parameters, chance: Chance, off_farm: Float) -> None:
    """Put the adults of the first year to work.

    Parameters
    ----------
    persons : Persons
        Reads ``age``, ``skill``, ``female``, ``urban``, ``township``; writes ``work``,
        ``state_sector``.
    parameters, chance
        Of the first year.
    off_farm : ndarray of float64, shape (n,)
        Share of rural workers in local off-farm work at each person's home.
    """
    adult = persons.age >= parameters.schedule("economy.work.start_age")[persons.skill]
    _find_jobs(persons, np.flatnonzero(adult & persons.urban), parameters, chance, start=True)
    rural = np.flatnonzero(adult & ~persons.urban)
    _find_farm_work(persons, rural, parameters, chance, off_farm[rural])
    _retire(persons, np.ones(persons.n, bool), parameters)


def change_jobs(
    persons: Persons,
    links: Links,
    unit_pensions: Bool,
    parameters: Parameters,
    chance: Chance,
) -> None:
    """Move people between kinds of work in one year.

    Reads ``age``, ``skill``, ``female``, ``urban``, ``alive``; writes ``work``, ``state_sector``,
    ``skill``, ``disabled``. Source: rule b.3.

    Parameters
    ----------
    persons : Persons
    links : ndarray of uint16, shape (n_households,)
        To organisations, which train members for work and free them from care.
    unit_pensions : ndarray of bool, shape (n_townships,)
        Where firms pay the pensions of their former workers, because no scheme of workers does.
    """
    ages = parameters.schedule("economy.work.start_age")
    may_start = (persons.age >= int(ages.min())) & (persons.age <= int(ages.max()))
    young = np.flatnonzero(persons.alive & may_start)
    enter_work(persons, young[persons.age[young] == ages.min()], parameters, chance)
    entrants = young[persons.age[young] == ages[persons.skill[young]]]
    urban = persons.urban[entrants]
    _find_jobs(persons, entrants[urban], parameters, chance, start=False)
    rural = entrants[~urban]
    _find_farm_work(persons, rural, parameters, chance, np.zeros(len(rural)))
    _change_urban_jobs(persons, links, parameters, chance)
    _change_rural_jobs(persons, links, parameters, chance)
    by_unit = persons.state_sector | unit_pensions.take(persons.township, mode="clip")
    _retire(persons, by_unit, parameters)


def lay_off(persons: Persons, parameters: Parameters, chance: Chance, lasting: Chance) -> int:
    """Lay off workers of state firms; return how many rows lost their post (shock k.1).

    Who works in an office or school rather than in a firm is a `lasting` draw.

    Reads ``work``, ``state_sector``, ``age``, ``female``; writes ``work``, ``state_sector``.
    """
    hazard = parameters.number("shocks.soe_layoffs.hazard")
    if hazard == 0:
        return 0
    rows = np.flatnonzero(persons.alive & persons.state_sector & (persons.work == Work.FORMAL))
    offices = 1 - parameters.number("shocks.soe_layoffs.firm_share")
    rows = rows[~lasting("persons.public_employee").happens(persons.key[rows], offices)]
    older = persons.age[rows] >= parameters.number("shocks.soe_layoffs.older_age")
    risk = hazard * np.where(older, parameters.number("shocks.soe_layoffs.older_ratio"), 1)
    risk *= np.where(persons.female[rows], parameters.number("shocks.soe_layoffs.women_ratio"), 1)
    lost = rows[chance("persons.lay_off").happens(persons.key[rows], risk)]
    persons.work[lost] = Work.UNEMPLOYED
    persons.state_sector[lost] = False
    return len(lost)


def labour_units(persons: Persons, parameters: Parameters) -> Float32:
    """Return earning power relative to a low-skilled formal (urban) or farm (rural) worker, (n,).

    Reads ``work``, ``skill``, ``age``, ``disabled``. Source: rule b.2.
    """
    by_kind = parameters.schedule("economy.income.relative_earnings")
    skills = np.arange(len(parameters.schedule("economy.work.start_age")))
    table = by_kind[:, None] * np.exp(parameters.number("economy.income.skill_return") * skills)
    cell = persons.work * np.int8(len(skills)) + persons.skill
    units: Float32 = table.astype(np.float32).ravel().take(cell, mode="clip")
    decline = parameters.number("economy.income.elder_work_decline")
    full_age = parameters.number("economy.income.full_strength_age")
    elders = np.flatnonzero(persons.age > full_age)
    weakened = elders[_works_irregularly(persons.work[elders])]
    units[weakened] *= np.maximum(0, 1 - decline * (persons.age[weakened] - full_age))
    disabled = np.flatnonzero(persons.disabled)
    units[disabled] *= parameters.number("economy.income.disabled_earnings")
    units *= persons.alive
    return units


def _works_irregularly(work: Int8) -> Bool:
    """Return who works without a formal job."""
    return (work == Work.FARM) | (work == Work.OFF_FARM) | (work == Work.INFORMAL)


def _find_jobs(
    persons: Persons,
    rows: Rows,
    parameters: Parameters,
    chance: Chance,
    start: bool,
) -> None:
    """Let urban adults take part, and find formal or informal jobs."""
    keys = persons.key[rows]
    if start:
        formal_share = np.full(len(rows), parameters.number("economy.work.formal_share_start"))
        state_share = parameters.number("economy.work.state_share_start")
    else:
        formal_share = parameters.schedule("economy.work.formal_entry")[persons.skill[rows]]
        state_share = parameters.number("economy.work.state_entry")
    registered = persons.hukou_urban[rows]
    formal = chance("persons.formal_job").happens(keys, formal_share) & registered
    persons.state_sector[rows] = formal & chance("persons.state_job").happens(keys, state_share)
    takes_part = chance("persons.take_part").happens(
        keys, parameters.number("economy.work.participation_urban")
    )
    work = np.where(formal, Work.FORMAL, Work.INFORMAL)
    persons.work[rows] = np.where(takes_part, work, Work.NONE)


def _find_farm_work(
    persons: Persons,
    rows: Rows,
    parameters: Parameters,
    chance: Chance,
    off_farm: Float,
) -> None:
    """Let rural adults take part, on the farm or in local off-farm work."""
    keys = persons.key[rows]
    takes_part = chance("persons.take_part").happens(
        keys, parameters.number("economy.work.participation_rural")
    )
    leaves_farm = chance("persons.off_farm_start").happens(keys, off_farm)
    work = np.where(leaves_farm, Work.OFF_FARM, Work.FARM)
    persons.work[rows] = np.where(takes_part, work, Work.NONE)


def _change_urban_jobs(
    persons: Persons, links: Links, parameters: Parameters, chance: Chance
) -> None:
    """Formal to informal and back, and re-employment of the laid off."""
    formal = np.flatnonzero(persons.alive & (persons.work == Work.FORMAL) & ~persons.state_sector)
    informal = np.flatnonzero(persons.alive & persons.urban & (persons.work == Work.INFORMAL))
    laid_off = np.flatnonzero(persons.alive & (persons.work == Work.UNEMPLOYED))
    _move(persons, formal, Work.INFORMAL, "persons.leave_formal", chance,
          parameters.number("economy.work.formal_to_informal"))  # fmt: skip
    hired = parameters.schedule("economy.work.informal_to_formal")[persons.skill[informal]]
    # Without urban hukou, contracts come and go so that their share stays that of newcomers.
    contract = parameters.schedule("migration.choice.contract_share")[persons.skill[informal]]
    leave = parameters.number("economy.work.formal_to_informal")
    hired = np.where(persons.hukou_urban[informal], hired, leave * contract / (1 - contract))
    helped = work_factor(links[persons.household[informal]], parameters)
    _move(persons, informal, Work.FORMAL, "persons.enter_formal", chance, hired * helped)
    helped = work_factor(links[persons.household[laid_off]], parameters)
    _move(persons, laid_off, Work.INFORMAL, "persons.re_employment", chance,
          parameters.number("economy.work.re_employment") * helped)  # fmt: skip


def _change_rural_jobs(
    persons: Persons, links: Links, parameters: Parameters, chance: Chance
) -> None:
    """Farm to local off-farm work and back."""
    young = persons.age < parameters.number("economy.work.off_farm_max_age")
    farm = np.flatnonzero(persons.alive & (persons.work == Work.FARM) & young)
    off_farm = np.flatnonzero(persons.alive & (persons.work == Work.OFF_FARM))
    helped = work_factor(links[persons.household[farm]], parameters)
    _move(persons, farm, Work.OFF_FARM, "persons.leave_farm", chance,
          parameters.number("economy.work.farm_to_off_farm") * helped)  # fmt: skip
    _move(persons, off_farm, Work.FARM, "persons.return_to_farm", chance,
          parameters.number("economy.work.off_farm_to_farm"))  # fmt: skip


def _move(
    persons: Persons,
    rows: Rows,
    work: int,
    decision: str,
    chance: Chance,
    probability: Float | float,
) -> None:
    """Let `rows` change to `work` with a probability."""
    persons.work[rows[chance(decision).happens(persons.key[rows], probability)]] = work


def _retire(persons: Persons, by_unit: Bool, parameters: Parameters) -> None:
    """Retire formal workers by sex and age; others stop when they are old.

    Those with an urban hukou get a pension whose employer would pay it (`by_unit`, shape (n,)), all
    others only for the years that they were insured; without one they go on working.
    """
    men = parameters.number("economy.work.formal_retirement_age_men")
    women = parameters.number("economy.work.formal_retirement_age_women")
    stop = parameters.number("economy.work.informal_stop_age")
    rows = np.flatnonzero(persons.age >= min(men, women, stop))
    age, work = persons.age[rows], persons.work[rows]
    leaves: Bool = (work == Work.FORMAL) & (age >= np.where(persons.female[rows], women, men))
    pensioned = persons.hukou_urban[rows] & by_unit[rows]
    pensioned |= _earned_pension(persons, rows, parameters)
    persons.work[rows[leaves]] = np.where(pensioned[leaves], Work.RETIRED, Work.INFORMAL)
    stops = (age >= stop) & _works_irregularly(work)
    persons.work[rows[stops]] = Work.NONE


def _earned_pension(persons: Persons, rows: Rows, parameters: Parameters) -> Bool:
    """Return who was insured long enough for a worker pension, shape of `rows`."""
    if "pension_years" not in persons.declared:
        return np.zeros(len(rows), bool)
    earned: Bool = persons["pension_years"][rows] >= parameters.number("economy.work.vesting_years")
    return earned
