"""Local governments as tables, and their money: revenue, transfers, room, arrears (rule a.3).

Provinces take part of the taxes, get transfers from the centre and pass the rest down; counties
feed their staff, do what is ordered, and decide about what is left; townships have no tax.
"""

from typing import Annotated

import numpy as np

from agents.protocols import Parameters
from agents.table import Bool, Column, Float, Int8, Int16, Int32, Table, total_by

# Kind of a county that is a district of a city, first of its kinds.
METRO = 0
# Length of the division code of a county.
_DIGITS = 6


class Counties(Table):
    """One row a county-level unit (县级单位) of the sample, money in real-population yuan."""

    code: Annotated[Int32, Column("division code", "official code of 2023")]
    province: Annotated[Int16, Column("row", "province", -1)]
    kind: Annotated[Int8, Column("COUNTY_TYPES", "metro district, city or rural county")]
    weight: Annotated[Float, Column("counties", "real county-level units it stands for")]
    priority: Annotated[Float, Column("log points", "structural income of the place, first year")]
    population: Annotated[Float, Column("persons", "residents, last year")]
    urban_hukou: Annotated[Float, Column("persons", "registered with non-agricultural hukou")]
    rural_hukou: Annotated[Float, Column("persons", "registered with agricultural hukou")]
    urban_income: Annotated[Float, Column("yuan/person", "mean income, urban places, last year")]
    rural_income: Annotated[Float, Column("yuan/person", "mean income, rural places, last year")]
    product: Annotated[Float, Column("yuan/year", "gross local product")]
    own_revenue: Annotated[Float, Column("yuan/year", "local taxes and fees")]
    land_revenue: Annotated[Float, Column("yuan/year", "sale of land use, before its cost")]
    transfer: Annotated[Float, Column("yuan/year", "general transfers from above")]
    earmarked: Annotated[Float, Column("yuan/year", "the centre's share of named schemes")]
    need: Annotated[Float, Column("yuan/year", "standard spending need")]
    payroll: Annotated[Float, Column("yuan/year", "pay of officials, teachers, doctors")]
    mandated: Annotated[Float, Column("yuan/year", "duties and schemes ordered from above, net")]
    unfunded: Annotated[Float, Column("yuan/year", "mandated beyond what payroll leaves")]
    room: Annotated[Float, Column("yuan/year", "money left after payroll and duties")]
    assistance: Annotated[Float, Column("yuan/year", "social assistance paid")]
    schemes: Annotated[Float, Column("yuan/year", "paid for insurance, newcomers, poverty work")]
    stability_money: Annotated[Float, Column("yuan/year", "spent on keeping order")]
    procured: Annotated[Float, Column("yuan/year", "services bought from organisations")]
    allotment: Annotated[Float, Column("yuan/year", "given to townships")]
    services: Annotated[Float, Column("yuan/year", "all other spending")]
    balance: Annotated[Float, Column("yuan", "accumulated balance; below zero: arrears")]
    effort_civil: Annotated[Float, Column("ratio", "delivery of civil affairs, 1: as usual", 1)]
    effort_insurance: Annotated[Float, Column("ratio", "delivery of social security", 1)]
    effort_medical: Annotated[Float, Column("ratio", "delivery of medical insurance", 1)]
    effort_education: Annotated[Float, Column("ratio", "delivery of education", 1)]
    effort_poverty: Annotated[Float, Column("ratio", "delivery of poverty work", 1)]
    pilot_effort: Annotated[Float, Column("ratio", "extra effort of a pilot site, 1: none", 1)]
    unit_pensions: Annotated[Bool, Column("flag", "firms pay pensions of former workers", 1)]
    unrest: Annotated[Float, Column("share", "households in collective claims seen last year")]
    claims_rate: Annotated[Float, Column("claims/household", "claims last year")]
    incident: Annotated[Int8, Column("flag", "a collective incident became known last year")]
    reporting: Annotated[Float, Column("log points", "shift of what the county reports")]

    def lie_in(self, area: float) -> Bool:
        """Return the counties whose division code begins with that of an area, shape (n,)."""
        digits = len(str(int(area)))
        begins: Bool = self.code // 10 ** max(_DIGITS - digits, 0) == int(area)
        return begins


class Provinces(Table):
    """One row a province (省); prefectures count with it unless they stand between."""

    code: Annotated[Int32, Column("division code", "official code of 2023")]
    own_revenue: Annotated[Float, Column("yuan/year", "its part of local taxes and fees")]
    received: Annotated[Float, Column("yuan/year", "general transfers from the centre")]
    passed: Annotated[Float, Column("yuan/year", "general transfers to its counties")]
    need: Annotated[Float, Column("yuan/year", "standard spending need of its own")]
    relief_left: Annotated[Float, Column("yuan/year", "set aside for pools in debt, not yet paid")]
    relief: Annotated[Float, Column("yuan/year", "paid to pools in debt")]
    services: Annotated[Float, Column("yuan/year", "all other spending")]
    balance: Annotated[Float, Column("yuan", "accumulated balance; below zero: arrears")]


class Townships(Table):
    """One row a township (乡镇、街道) of the sample; it lives on an allotment of its county."""

    county: Annotated[Int32, Column("row", "county")]
    people: Annotated[Float, Column("persons", "residents")]
    allotment: Annotated[Float, Column("yuan/year", "from the county")]
    services: Annotated[Float, Column("yuan/year", "spent on services")]
    reserve: Annotated[Float, Column("yuan", "held for temporary aid")]


def set_budgets(
    counties: Counties, provinces: Provinces, parameters: Parameters, growth: float = 1.0
) -> None:
    """Set the year's revenue, transfers and room, from what was published last year (a.3).

    Reads ``product``, ``population``, ``stability_money`` and last year's cost of schemes of
    counties; writes their and the provinces' other money columns of the year. Products are
    expected to grow by `growth`, a factor, the same everywhere.
    """
    raise_revenue(counties, provinces, parameters, growth)
    pass_down(counties, provinces, parameters)
    set_room(counties, parameters)
    count_mandates(counties, parameters)
    for column in ("earmarked", "assistance", "schemes"):
        counties[column][:] = 0
    share = parameters.schedule("fiscal.tiers.relief_share")[0]
    kept = provinces.own_revenue + provinces.received - provinces.passed
    provinces.relief_left = share * kept
    provinces.relief[:] = 0


def raise_revenue(
    counties: Counties, provinces: Provinces, parameters: Parameters, growth: float = 1.0
) -> None:
    """Raise taxes where the product is, rich places more of it; the province takes its part.

    Local revenue = t Y (y / k mean y)^e with y the product per head, and k such that the nation's
    is about t of its product; land revenue alike with its own t and e, all of it the county's.
    """
    number, budget = parameters.number, "fiscal.budget."
    rate = number(f"{budget}revenue_share") * number(f"{budget}local_revenue_share")
    product = growth * counties.product
    mean = number(f"{budget}national_revenue_per_head") / number(f"{budget}revenue_share")
    reference = number(f"{budget}reference_product") * mean
    relative = product / np.maximum(counties.population, 1) / reference
    local = rate * product * relative ** number(f"{budget}revenue_elasticity")
    taken = number("fiscal.tiers.province_revenue_share") * local
    counties.own_revenue = local - taken
    provinces.own_revenue = total_by(counties.province, taken, provinces.n)
    land = product * relative ** number("fiscal.land.elasticity")
    counties.land_revenue = number("fiscal.land.gross_share") * land


def pass_down(counties: Counties, provinces: Provinces, parameters: Parameters) -> None:
    """Pass general transfers from the centre to provinces and from there to counties.

    Standard need = need share x residents x revenue of all governments per head of the nation.
    G = fill x [need - revenue of the province with its counties]+. A province keeps a share of its
    revenue and of G, and gives the rest to its counties by their gaps [need - own revenue]+, none
    of them more than its gap. A prefecture between them keeps a share and favours its own city.
    """
    number, tiers = parameters.number, "fiscal.tiers."
    province, n = counties.province, provinces.n
    standard = counties.population * number("fiscal.budget.national_revenue_per_head")
    counties.need = number("fiscal.budget.need_share") * standard
    provinces.need = number(f"{tiers}province_need_share") * total_by(province, standard, n)
    need = provinces.need + total_by(province, counties.need, n)
    revenue = provinces.own_revenue + total_by(province, counties.own_revenue, n)
    provinces.received = number(f"{tiers}transfer_fill") * np.maximum(need - revenue, 0)
    pool = (1 - number(f"{tiers}keep")) * (provinces.own_revenue + provinces.received)
    gap = np.maximum(counties.need - counties.own_revenue, 0)
    part = gap
    if parameters.flag(f"{tiers}prefectures"):
        pool = pool * (1 - number("fiscal.tiers.prefecture_keep"))
        is_district = counties.kind == METRO
        part = gap * np.where(is_district, number("fiscal.tiers.seat_weight"), 1)
    whole = np.maximum(total_by(province, part, n), 1)
    counties.transfer = np.minimum(part * (pool / whole)[province], gap)
    provinces.passed = total_by(province, counties.transfer, n)


def set_room(counties: Counties, parameters: Parameters) -> None:
    """Set payroll, and the room that is left after it, the duties, the police and old debts.

    Room = left - min(duties, s x left) - stability money - part of the arrears, at least nothing,
    with left = [revenue + transfers + free land revenue - payroll]+ and s the duties in what
    payroll leaves of the standard need, at most one: a county that is short starves duties and
    everything else alike.
    """
    budget = "fiscal.budget."
    payroll = parameters.number(f"{budget}payroll_share")
    duties = parameters.number(f"{budget}duties_share")
    counties.payroll = payroll * counties.need
    left = after_payroll(counties, parameters)
    left -= np.minimum(duties * counties.need, min(duties / (1 - payroll), 1) * left)
    counties.stability_money = np.clip(counties.stability_money, 0, left)
    arrears = np.maximum(-counties.balance, 0)
    owed = parameters.number(f"{budget}repaid_share") * arrears
    counties.room = np.maximum(left - counties.stability_money - owed, 0)


def after_payroll(counties: Counties, parameters: Parameters) -> Float:
    """Return what payroll leaves of the year's general money, yuan, shape (n_counties,)."""
    money = counties.own_revenue + counties.transfer + counties.land_revenue
    bound = bound_to_land(counties, parameters)
    return np.maximum(money - bound - counties.payroll, 0)


def bound_to_land(counties: Counties, parameters: Parameters) -> Float:
    """Return what the cost of land and the building of towns take, yuan, shape (n_counties,)."""
    free: float = parameters.number("fiscal.land.free_share")
    return (1 - free) * counties.land_revenue


def count_mandates(counties: Counties, parameters: Parameters) -> None:
    """Count what is ordered from above, and what of it no money is there for.

    Mandated = standing duties + schemes less the centre's share; unfunded = [mandated - what
    payroll leaves]+. Source: S1 section 4 and S2 for orders without money.
    """
    duties = parameters.number("fiscal.budget.duties_share") * counties.need
    schemes = np.maximum(counties.assistance + counties.schemes - counties.earmarked, 0)
    counties.mandated = duties + schemes
    counties.unfunded = np.maximum(counties.mandated - after_payroll(counties, parameters), 0)


def spend_the_rest(counties: Counties, parameters: Parameters) -> None:
    """Spend on townships and services what is left, and carry the balance.

    Services are cut before a deficit is run, down to a part of the standing duties, for schools
    and clinics stay open: a county in arrears (balance below zero) first pays back out of the
    year's money. What it has bought from organisations (``procured``) is part of its services, and
    leaves so much less for the others. Reads all money columns; writes ``allotment``, ``services``,
    ``balance``.
    """
    number, bound = parameters.number, bound_to_land(counties, parameters)
    money = counties.own_revenue + counties.land_revenue + counties.transfer + counties.earmarked
    spent = counties.payroll + counties.assistance + counties.schemes + counties.stability_money
    available = counties.balance + money - spent - bound
    duties = number("fiscal.budget.duties_share") * counties.need
    least = np.maximum(number("fiscal.budget.least_services") * duties, counties.procured)
    left = np.maximum(available, least)
    counties.balance = available - left
    left -= counties.procured
    share = number("fiscal.tiers.township_allotment")
    counties.allotment = np.minimum(share * counties.need, left)
    counties.services = left - counties.allotment + bound


def allot(townships: Townships, counties: Counties, wanted: float) -> None:
    """Share allotments by residents; townships fill their reserves and spend the rest.

    Parameters
    ----------
    townships : Townships
        Reads ``people``, ``reserve``; writes ``allotment``, ``services``, ``reserve``.
    counties : Counties
        ``allotment`` of a county without residents goes back into its services.
    wanted : float
        Reserve for temporary aid, yuan/resident. What is paid from it the county replaces within
        the year.
    """
    people = total_by(townships.county, townships.people, counties.n)
    inhabited = people > 0
    counties.services += np.where(inhabited, 0, counties.allotment)
    counties.allotment = np.where(inhabited, counties.allotment, 0)
    per_head = counties.allotment / np.where(inhabited, people, 1)
    townships.allotment = townships.people * per_head[townships.county]
    money = townships.reserve + townships.allotment
    townships.reserve = np.minimum(wanted * townships.people, money)
    townships.services = money - townships.reserve
