"""Five ways out of poverty, each with who is eligible, what it costs and who pays (rule f.7).

Production, relocation and education raise earnings, all of them times the share that the
programme itself is held to cause (`poverty_alleviation.effects.attribution`). Ecological
compensation and assistance are money. Source: S4 for the five ways; S3 for cover and premiums.
"""

from enum import IntFlag

import numpy as np

from agents.persons import Work
from agents.table import Bool, Column, Float, Rows, total_by
from policies.base import World

COLUMNS = {
    "treatments": (np.int8, Column("Treatment", "ways out of poverty followed in the year")),
    "relocated": (np.bool_, Column("flag", "was moved from a remote township (易地搬迁)")),
    "alleviation_growth": (np.float64, Column("log points", "added to lasting income so far")),
    "alleviation_cash": (np.float64, Column("yuan/year", "cash from poverty alleviation")),
    "illness_cover": (np.float64, Column("share", "inpatient bill paid by serious-illness cover")),
}
_ROOT = "poverty_alleviation."


class Treatment(IntFlag):
    """Ways out of poverty; a household may follow several."""

    PRODUCTION = 1
    RELOCATION = 2
    ECOLOGY = 4
    EDUCATION = 8
    ASSISTANCE = 16


def helped(sim: World) -> Bool:
    """Return who gets help this year, shape (n,): the registered, and those who left lately.

    Help begins in the year after registration; who left lately and is registered again keeps it.
    """
    households = sim.households
    left = households["left_register_year"]
    after = sim.parameters.number(f"{_ROOT}effects.years_after_exit")
    kept = (left > 0) & (sim.year - left <= after)
    listed = households["registered_poor"] & (households["registered_year"] < sim.year)
    gets: Bool = (listed | kept) & households.alive
    return gets


def poor_townships(sim: World, trait: str, share: float) -> Bool:
    """Return the townships of poor counties that have a trait of the land, shape (n_townships,).

    Poor counties are the poorest share of counties by last year's rural income.
    """
    counties = sim.counties
    order = np.argsort(counties.rural_income, kind="stable")
    rank = np.empty(counties.n)
    rank[order] = np.cumsum(counties.weight[order]) / counties.weight.sum()
    is_poor = rank <= sim.parameters.number(f"{_ROOT}registration.poor_county_share")
    has = sim.lasting_chance(f"townships.{trait}").happens(sim.township_key, share)
    return is_poor[sim.township_county] & has


def produce(sim: World, rows: Rows) -> Rows:
    """Support production of households with an able member; return whom, shape (m,).

    For some years after registration lasting income grows faster where the project succeeds.
    """
    households, number = sim.households, sim.parameters.number
    since = sim.year - households["registered_year"][rows]
    due = (since > 0) & (since <= number(f"{_ROOT}production.years"))
    rows = rows[_able(sim, rows) & due]
    luck = sim.lasting_chance("households.alleviation_project")
    succeeds = luck.happens(households.key[rows], number(f"{_ROOT}production.success"))
    growth = number(f"{_ROOT}effects.attribution") * number(f"{_ROOT}production.growth")
    households.persistent[rows[succeeds]] += growth
    households["alleviation_growth"][rows[succeeds]] += growth
    _mark(sim, rows, Treatment.PRODUCTION)
    return rows


def relocate(sim: World, rows: Rows) -> Rows:
    """Move registered households out of remote townships to safe homes; return whom, shape (m,).

    Some of their farming members find off-farm work at the new site, within the township's county.
    """
    households, number = sim.households, sim.parameters.number
    remote = poor_townships(sim, "remote", number(f"{_ROOT}relocation.remote_share"))
    at_home = ~households.urban & (households.township == households.hukou_township)
    waits = households["registered_poor"] & ~households["relocated"] & at_home
    rows = rows[waits[rows] & remote[households.hukou_township[rows]]]
    share = number(f"{_ROOT}relocation.yearly_share")
    rows = rows[sim.chance("households.relocation").happens(households.key[rows], share)]
    households["relocated"][rows] = households["home_repaired"][rows] = True
    _mark(sim, rows, Treatment.RELOCATION)
    _find_off_farm_work(sim, rows)
    return rows


def _find_off_farm_work(sim: World, rows: Rows) -> None:
    persons, number = sim.persons, sim.parameters.number
    moved = np.zeros(sim.households.n, bool)
    moved[rows] = True
    farmers = np.flatnonzero(persons.alive & (persons.work == Work.FARM))
    farmers = farmers[moved[persons.household[farmers]]]
    farmers = farmers[persons.age[farmers] < number("economy.work.off_farm_max_age")]
    chance = number(f"{_ROOT}relocation.off_farm") * number(f"{_ROOT}effects.attribution")
    works = sim.chance("persons.work_after_relocation").happens(persons.key[farmers], chance)
    persons.work[farmers[works]] = Work.OFF_FARM


def guard_nature(sim: World, rows: Rows) -> tuple[Rows, Float]:
    """Pay public-welfare jobs such as forest ranger; return who has one, and its pay, yuan/year."""
    households, number = sim.households, sim.parameters.number
    green = poor_townships(sim, "ecological", number(f"{_ROOT}ecology.ecological_share"))
    rows = rows[_able(sim, rows) & green[households.hukou_township[rows]]]
    share = number(f"{_ROOT}ecology.job_share")
    luck = sim.lasting_chance("households.ranger")
    rows = rows[luck.happens(households.key[rows], share)]
    _mark(sim, rows, Treatment.ECOLOGY)
    return rows, np.full(len(rows), number(f"{_ROOT}ecology.pay"))


def teach(sim: World, rows: Rows) -> tuple[Rows, Float]:
    """Support pupils after compulsory school; return their homes and the support, yuan/year.

    Some of those who would leave for work this year go on, to the next skill.
    """
    households, persons = sim.households, sim.persons
    youngest, end = sim.parameters.schedule(f"{_ROOT}education.pupil_ages")
    chosen = np.zeros(households.n, bool)
    chosen[rows] = True
    young = np.flatnonzero(persons.alive & (persons.age >= youngest) & (persons.age < end))
    young = young[chosen[persons.household[young]]]
    _stay_at_school(sim, young)
    pupils = young[persons.work[young] == Work.NONE]
    count = total_by(persons.household[pupils], np.ones(len(pupils)), households.n)
    rows = np.flatnonzero(count)
    _mark(sim, rows, Treatment.EDUCATION)
    return rows, count[rows] * sim.parameters.number(f"{_ROOT}education.support")


def _stay_at_school(sim: World, young: Rows) -> None:
    persons, number = sim.persons, sim.parameters.number
    ages = sim.parameters.schedule("economy.work.start_age")
    leaves = (persons.age[young] == ages.min()) & (persons.skill[young] == 0)
    leavers = young[leaves]
    chance = number(f"{_ROOT}education.stays_at_school") * number(f"{_ROOT}effects.attribution")
    stays = sim.chance("persons.stay_at_school").happens(persons.key[leavers], chance)
    persons.skill[leavers[stays]] = 1
    persons.work[leavers[stays]] = Work.NONE


def top_up(sim: World, rows: Rows) -> tuple[Rows, Float]:
    """Put households unable to work on rural dibao; return whom, and what they lack of its line.

    What they lack is counted from the income registrars see and the transfers of the year,
    yuan/year. Nothing where the county has no rural dibao.
    """
    households = sim.households
    line = sim.counties["rural_dibao_line"][households.hukou_county[rows]]
    own = households["register_income"][rows] * households.size[rows]
    lacking = line * households.size[rows] - own - households.transfers[rows]
    entitled = ~_able(sim, rows) & (lacking > 0)
    rows, lacking = rows[entitled], lacking[entitled]
    households["receives_dibao"][rows] = True
    households["dibao_persons"][rows] = households.size[rows]
    households["dibao_benefit"][rows] += lacking
    _mark(sim, rows, Treatment.ASSISTANCE)
    return rows, lacking


def cover_illness(sim: World, rows: Rows) -> None:
    """Promise the insured among `rows` a share of what insurance leaves of a hospital bill."""
    households = sim.households
    insured, unit = households.insured_cover[rows], households.unit_cover[rows]
    share = sim.parameters.number(f"{_ROOT}assistance.serious_illness_cover")
    cover = share * np.maximum(1 - insured - unit, 0) * (insured > 0)
    households["illness_cover"][rows] = cover
    households.insured_cover[rows] += cover


def premiums(sim: World, rows: Rows) -> Float:
    """Return what is paid of the social insurance premiums of `rows`, yuan/year.

    What medical aid pays of them is neither contributed nor paid once more.
    """
    households = sim.households
    most = sim.parameters.number(f"{_ROOT}assistance.premium_paid") * households.size[rows]
    if "premium_waived" in households.declared:
        most = np.maximum(most - households["premium_waived"][rows], 0)
    return np.minimum(most, households.contributions[rows])


def _able(sim: World, rows: Rows) -> Bool:
    """Whether a household has a member who works and is not disabled, shape of `rows`."""
    able: Bool = sim.households.able_workers[rows] > 0
    return able


def _mark(sim: World, rows: Rows, treatment: Treatment) -> None:
    sim.households["treatments"][rows] |= np.int8(treatment)
