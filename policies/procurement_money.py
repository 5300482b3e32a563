"""Money of organisations in a year: donors, foreign funders, users, lots, staff (g.5, g.7).

Every yuan has a payer and a payee. What is paid for staff goes to the outside economy, where the
wages of households come from.
"""

import numpy as np

from agents.award import NOBODY, SUBSIDY
from agents.organisations import HUB, INCUBATOR, OF_PROVINCE, Organisations, incomes, is_ngo
from agents.table import Bool, Float, Rows, total_by
from policies.base import World
from policies.procurement_lots import Lots, Payments
from policies.procurement_places import Setting

_FUNDING = "procurement.funding."
_ORGANISATIONS = "procurement.organisations."


def real(table: Organisations, yuan: Float, rows: Rows | Bool) -> float:
    """Return the sum of some organisations' money in yuan of the real population."""
    return float((yuan[rows] * table.weight[rows]).sum())


def own_wage(sim: World, table: Organisations, wage: Float) -> Float:
    """Return the cost of a worker of each organisation; of a province its mean, shape (n,)."""
    counties, n = sim.counties, sim.provinces.n
    province = counties.province.astype(np.intp)
    mean = total_by(province, wage, n) / np.maximum(np.bincount(province, minlength=n), 1)
    of_province = table.level == OF_PROVINCE
    return np.where(of_province, mean[table.province], wage[table.county])


def give(sim: World, table: Organisations, wages: Float, setting: Setting) -> None:
    """Let foreign funders and donors give (g.7)."""
    _foreign_grants(sim, table, wages)
    _donations(sim, table, setting)


def _foreign_grants(sim: World, table: Organisations, wages: Float) -> None:
    """Let foreign funders support a share of each kind; a fall of supply takes the last ones."""
    number, schedule = sim.parameters.number, sim.parameters.schedule
    reach = number(f"{_FUNDING}foreign_supply") * schedule(f"{_FUNDING}foreign_reach")
    luck = sim.lasting_chance("organisations.foreign_funder").uniform(table.key)
    table.foreign_tie = is_ngo(table) & (luck < reach[table.kind])
    table.foreign = table.foreign_tie * number(f"{_FUNDING}foreign_staff") * wages
    grants = real(table, table.foreign, table.alive)
    sim.treasury.pay("outside", "foreign_funders", "grants_abroad", grants)
    sim.treasury.pay("foreign_funders", "ngos", "foreign_grants", grants)


def _donations(sim: World, table: Organisations, setting: Setting) -> None:
    """Share donations of a county between hubs and others by trust in each, alike among them."""
    number, counties = sim.parameters.number, sim.counties
    income = counties.urban_income * counties.urban_hukou / counties.weight
    pool = number(f"{_FUNDING}donated") * np.maximum(income, 0)
    share = number(f"{_FUNDING}donated_to_hubs")
    to_hubs = share * setting.trust_gongo
    to_others = (1 - share) * setting.trust_ngo
    whole = np.maximum(to_hubs + to_others, np.finfo(np.float64).tiny)
    pay = sim.treasury.pay
    near = table.alive & (table.level != OF_PROVINCE)
    for account, part, rows in (
        ("hubs", to_hubs / whole, np.flatnonzero(near & (table.kind == HUB))),
        ("ngos", to_others / whole, np.flatnonzero(is_ngo(table))),
    ):
        county = table.county[rows]
        there = np.bincount(county, minlength=counties.n)
        table.donated[rows] = (pool * part / np.maximum(there, 1))[county]
        given = real(table, table.donated, rows)
        pay("outside", "donors", "gifts", given)
        pay("donors", account, "donations", given)


def pay_for_lots(
    sim: World, table: Organisations, lots: Lots, paid: Payments, passed: Payments
) -> Float:
    """Book what counties pay for lots, and hubs; return what each hub passed on, shape (n,)."""
    weight = sim.counties.weight
    is_hub = table.kind[paid.payee] == HUB
    for account, rows in (("hubs", is_hub), ("ngos", ~is_hub)):
        yuan = paid.yuan[rows] * weight[lots.county[paid.lot[rows]]]
        sim.treasury.pay("counties", account, "service_lots", float(yuan.sum()))
    through: Float = passed.yuan * weight[lots.county[passed.lot]]
    sim.treasury.pay("hubs", "ngos", "sub_contracts", float(through.sum()))
    # A hub of a province stands for one, the county whose lot it holds for many.
    scale = weight[lots.county[paid.lot]] / table.weight[paid.payee]
    table.gov = total_by(paid.payee, paid.yuan * scale, table.n)
    part = paid.yuan / lots.yuan[paid.lot] * (lots.mode[paid.lot] != SUBSIDY)
    table.lots = total_by(paid.payee, part, table.n)
    table.hub_money += total_by(passed.payee, passed.yuan, table.n)
    return total_by(passed.payer, through / table.weight[passed.payer], table.n)


def staff_on_lots(
    table: Organisations, lots: Lots, paid: Payments, passed: Payments, wage: Float, weight: Float
) -> tuple[Float, Float]:
    """Return the workers whom payments pay for, those of counties and those of hubs, (k,), (j,).

    What a hub passes on pays nobody of its own; its fee does.
    """
    gone = np.zeros(len(paid.lot))
    if len(passed.lot):
        key = paid.lot * table.n + paid.payee
        order = np.argsort(key, kind="stable")
        place = order[np.searchsorted(key[order], passed.lot * table.n + passed.payer)]
        gone[place] = passed.yuan
    own = (paid.yuan - gone) / paid.price / wage[lots.county[paid.lot]]
    subs = passed.yuan / wage[lots.county[passed.lot]]
    scale = weight[lots.county[paid.lot]] / table.weight[paid.payee]
    return own * scale, subs


def pay_staff(
    sim: World,
    table: Organisations,
    on_lots: Float,
    passed_on: Float,
    wages: Float,
    setting: Setting,
) -> Float:
    """Pay staff, charge users, carry funds; return what organisations could pay without lots.

    Parameters
    ----------
    on_lots : ndarray of float64, shape (n,)
        Workers on lots and sub-contracts.
    passed_on : ndarray of float64, shape (n,)
        What hubs passed on of their lots.

    Notes
    -----
    The posts of hubs are on the public payroll; what else they have they spend on workers at once.
    """
    ngo = is_ngo(table)
    hub = table.alive & (table.kind == HUB)
    rate = setting.charges[table.county]
    table.charges = np.where(ngo, rate * wages * table.core, 0)
    earned = incomes(table) - passed_on
    free = np.maximum(earned - wages * on_lots, 0)
    extra = np.where(hub, free / wages, 0)
    paid = on_lots + extra + np.where(ngo, table.core, 0)
    table.staff = np.where(hub | ngo, paid + np.where(hub, table.core, 0), table.core)
    table.cost = np.where(hub | ngo, paid * wages, 0)
    table.funds += np.where(hub | ngo, earned - table.cost, 0)
    pay = sim.treasury.pay
    pay("outside", "ngos", "charges", real(table, table.charges, ngo))
    pay("ngos", "outside", "staff_of_organisations", real(table, table.cost, ngo))
    pay("hubs", "outside", "staff_of_hubs", real(table, table.cost, hub))
    affordable: Float = (free + np.minimum(table.funds, 0)) / wages
    return np.where(ngo, affordable, table.core)


def stocks(table: Organisations) -> dict[str, float]:
    """Return what organisations hold, by account; foreign funders and donors keep nothing."""
    hub = table.kind <= INCUBATOR
    return {
        "hubs": real(table, table.funds, hub),
        "ngos": real(table, table.funds, ~hub),
        "foreign_funders": 0.0,
        "donors": 0.0,
    }


def spent_by_counties(sim: World, lots: Lots, paid: Payments) -> Float:
    """Return what counties paid for lots, real yuan, shape (n_counties,)."""
    county = lots.county[paid.lot]
    direct = paid.payer == NOBODY
    yuan = paid.yuan * direct * sim.counties.weight[county]
    return total_by(county, yuan, sim.counties.n)
