"""Aid tied to being poor: support of the extremely poor, medicine, school, home, work (rule f.6).

Each function takes the world and which counties have the scheme, for rural and for urban hukou,
and returns what it gave. Source: Interim Measures for Social Assistance, State Council Order
No. 649 (2014); S0 section II (vouchers of Changxing); S3; S4 section I.
"""

from dataclasses import dataclass

import numpy as np

from agents.persons import Work, members_of
from agents.service_effects import or_told, work_factor
from agents.table import Bool, Float, Int32, Rows
from agents.trust import note_requests
from policies.base import World
from policies.registration import ClaimPlaces, application_cost, claim_lines, claim_places

# In the order of `assistance.rules.premium_share`.
_ROLLS = ("receives_dibao", "receives_tekun", "registered_poor")


@dataclass(frozen=True)
class Aid:
    """What a scheme gave in a year.

    Attributes
    ----------
    rows : ndarray of intp, shape (k,)
        Households helped, each once.
    yuan : ndarray of float64, shape (k,)
        Worth to each, yuan/year.
    persons : ndarray, shape (k,)
        Persons helped in each.
    county : ndarray of int32, shape (k,)
        County that pays for it.
    payee, payer : str
        Accounts: who receives the money (``"outside"`` for aid in kind), and who hands it out.
    """

    rows: Rows
    yuan: Float
    persons: "np.ndarray[tuple[int], np.dtype[np.floating | np.integer]]"
    county: Int32
    payee: str = "households"
    payer: str = "counties"

    @classmethod
    def none(cls) -> "Aid":
        """Return the aid of a scheme that helped nobody."""
        nobody = np.zeros(0, np.intp)
        return cls(nobody, np.zeros(0), np.zeros(0), nobody.astype(np.int32))


def promise_premiums(sim: World, has: Bool) -> None:
    """Promise the poor a share of their premium of residents' medical insurance (资助参保).

    Rolls of dibao and of the extremely poor are those of last year, since assistance decides after
    enrolment. Who is on several rolls gets the largest share.
    """
    households = sim.households
    promised = households["premium_promised"]
    promised[:] = 0
    rows = _entitled(sim, has, claim_places(sim))
    shares = sim.parameters.schedule("assistance.rules.premium_share")
    for roll, share in zip(_ROLLS, shares, strict=True):
        if roll in households.declared:
            promised[rows] = np.maximum(promised[rows], share * households[roll][rows])


def premium_aid(sim: World, has: Bool) -> Aid:
    """Pay what was promised of the premiums of the year, into the pools of medical insurance.

    `has` says where premiums are promised; what members were spared is known since enrolment.
    """
    households, places = sim.households, claim_places(sim)
    if "premium_waived" not in households.declared:
        return Aid.none()
    rows = np.flatnonzero(households.alive & (households["premium_waived"] > 0))
    rows = rows[_there(has, rows, places)]
    yuan = households["premium_waived"][rows]
    county = places.county[rows]
    return Aid(rows, yuan, households.size[rows], county, payee="insurance_pools")


def tekun(sim: World, has: Bool) -> Aid:
    """Support the extremely poor (特困): no income, no ability to work, no family able to help.

    Their standard is a multiple of the dibao line, and care for those who are ill or disabled; it
    takes the place of dibao, so that the rest of it is paid. The committee reports them, or an
    organisation that knows them.
    """
    households, places = sim.households, claim_places(sim)
    rows = np.flatnonzero(households.alive & (households.workers == 0))
    rows = rows[_there(has, rows, places)]
    line = claim_lines(sim, rows, places)
    poor = households.market_income[rows] < line * households.size[rows]
    rows, line = rows[poor], line[poor]
    people = members_of(sim.persons, sim.households.n, rows)
    alone = ~(_has_able_member(sim, people) | _has_family(sim, people))[rows]
    rows, line = rows[alone], line[alone]
    luck = sim.lasting_chance("households.found_by_tekun").uniform(households.key[rows])
    share = sim.parameters.number("assistance.rules.tekun_found")
    found = luck < or_told(share, households.org_links[rows], "awareness", sim.parameters)
    rows, line = rows[found], line[found]
    care = households.disabled[rows] + (households.ill_years[rows] > 0)
    lines = sim.parameters.number("assistance.rules.tekun_ratio") * households.size[rows]
    lines += sim.parameters.number("assistance.rules.care_ratio") * care
    yuan = np.maximum(lines * line - households["dibao_benefit"][rows], 0)
    households["receives_tekun"][rows] = True
    households.transfers[rows] += yuan
    return Aid(rows, yuan, households.size[rows], places.county[rows])


def medical_aid(sim: World, has: Bool) -> Aid:
    """Pay a share of what the poor still pay for care themselves (医疗救助)."""
    households, places = sim.households, claim_places(sim)
    rows = _entitled(sim, has, places)
    own = households.out_of_pocket[rows].astype(np.float64)
    yuan: Float = own * sim.parameters.number("assistance.rules.medical_share")
    claims = _worth_claiming(sim, rows, yuan, places)
    rows, own = rows[claims], own[claims]
    note_requests(households, rows, True, sim.parameters)
    households.out_of_pocket[rows] = own - yuan[claims]
    # What is paid is what the bill fell by, to the last bit.
    yuan = own - households.out_of_pocket[rows]
    return Aid(rows, yuan, households.size[rows], places.county[rows])


def education_aid(sim: World, has: Bool) -> Aid:
    """Give the poor a voucher for every pupil (教育券): it pays for school and frees own money."""
    households, persons, places = sim.households, sim.persons, claim_places(sim)
    youngest, oldest = sim.parameters.schedule("assistance.rules.school_ages")
    people = members_of(sim.persons, sim.households.n, _entitled(sim, has, places))
    at_school = people[(persons.age[people] >= youngest) & (persons.age[people] <= oldest)]
    pupils = np.bincount(persons.household[at_school], minlength=households.n)
    rows = np.flatnonzero(pupils)
    yuan: Float = pupils[rows].astype(np.float64) * sim.parameters.number(
        "assistance.rules.voucher"
    )
    claims = _worth_claiming(sim, rows, yuan, places)
    rows, yuan = rows[claims], yuan[claims]
    note_requests(households, rows, True, sim.parameters)
    households.transfers[rows] += yuan
    return Aid(rows, yuan, pupils[rows], places.county[rows])


def housing_aid(sim: World, has: Bool) -> Aid:
    """Repair unsafe homes of the poor, one grant a household, some of them every year.

    Organisations put homes of those linked to them on the list.
    """
    households, places = sim.households, claim_places(sim)
    rows = _entitled(sim, has, places)
    rows = rows[has_unsafe_home(sim, rows)]
    share = sim.parameters.number("assistance.rules.homes_repaired")
    listed = or_told(share, households.org_links[rows], "awareness", sim.parameters)
    rows = rows[sim.chance("households.home_repair").happens(households.key[rows], listed)]
    households["home_repaired"][rows] = True
    yuan = np.full(len(rows), sim.parameters.number("assistance.rules.repair_grant"))
    return Aid(rows, yuan, households.size[rows], places.county[rows], payee="outside")


def has_unsafe_home(sim: World, rows: Rows) -> Bool:
    """Whether the home of each of some poor households is unsafe and not repaired yet."""
    share = sim.parameters.number("assistance.rules.unsafe_homes")
    luck = sim.lasting_chance("households.unsafe_home")
    unsafe: Bool = luck.happens(sim.households.key[rows], share)
    return unsafe & ~sim.households["home_repaired"][rows]


def employment_aid(sim: World, has: Bool) -> Aid:
    """Place in work the poor who lost theirs, and idle members where nobody works (就业救助).

    Who is placed works from the next year on, off the farm; placing costs a part of the line. It
    succeeds more often with who is trained, or freed from care, by an organisation.
    """
    households, persons, places = sim.households, sim.persons, claim_places(sim)
    youngest, oldest = sim.parameters.schedule("assistance.rules.placement_ages")
    rows = members_of(sim.persons, sim.households.n, _entitled(sim, has, places))
    work, age = persons.work[rows], persons.age[rows]
    jobless = households.workers[persons.household[rows]] == 0
    idle = (work == Work.UNEMPLOYED) | (work == Work.NONE) & jobless
    rows = rows[idle & ~persons.disabled[rows] & (age >= youngest) & (age <= oldest)]
    links = households.org_links[persons.household[rows]]
    chance = work_factor(links, sim.parameters)
    chance *= sim.parameters.number("assistance.rules.placement_chance")
    rows = rows[sim.chance("persons.placement").happens(persons.key[rows], chance)]
    persons.work[rows] = np.where(persons.urban[rows], Work.INFORMAL, Work.OFF_FARM)
    placed = np.bincount(persons.household[rows], minlength=households.n)
    homes = np.flatnonzero(placed)
    lines = sim.parameters.number("assistance.rules.placement_cost") * placed[homes]
    yuan = lines * claim_lines(sim, homes, places)
    return Aid(homes, yuan, placed[homes], places.county[homes], payee="outside")


def _entitled(sim: World, has: Bool, places: ClaimPlaces) -> Rows:
    """On the roll of dibao, extremely poor or registered poor, where there is the scheme."""
    households = sim.households
    poor = households["receives_dibao"] | households["receives_tekun"]
    if "registered_poor" in households.declared:
        poor |= households["registered_poor"]
    rows = np.flatnonzero(poor & households.alive)
    return rows[_there(has, rows, places)]


def _there(has: Bool, rows: Rows, places: ClaimPlaces) -> Bool:
    """Whether there is the scheme where `rows` claim, shape of `rows`."""
    there: Bool = has[places.county[rows], places.urban[rows].astype(np.intp)]
    return there


def _worth_claiming(sim: World, rows: Rows, yuan: Float, places: ClaimPlaces) -> Bool:
    """Who is on the roll claims what outweighs time and travel; there is no stigma any more."""
    households = sim.households
    per_head = households.expected_income[rows] / np.maximum(households.size[rows], 1)
    worth: Bool = yuan > application_cost(sim, rows, places) * per_head
    return worth


def _has_able_member(sim: World, people: Rows) -> Bool:
    """Households that have somebody of working age without a disability among `people`, (n,)."""
    persons = sim.persons
    youngest, oldest = sim.parameters.schedule("assistance.rules.able_ages")
    able = (persons.age[people] >= youngest) & (persons.age[people] <= oldest)
    able &= ~persons.disabled[people]
    found = np.zeros(sim.households.n, bool)
    found[persons.household[people[able]]] = True
    return found


def _has_family(sim: World, people: Rows) -> Bool:
    """Households of those of `people` who are a parent of somebody who works, shape (n,)."""
    persons = sim.persons
    asked = np.zeros(persons.n, bool)
    asked[people] = True
    works = persons.alive & (persons.work >= Work.FARM) & (persons.work <= Work.INFORMAL)
    found = np.zeros(sim.households.n, bool)
    for parent in (persons.mother, persons.father):
        parents = parent[works & (parent >= 0)]
        found[persons.household[parents[asked[parents]]]] = True
    return found
