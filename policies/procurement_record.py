"""Records a year of procurement: see the definitions in `policies.procurement_outcomes`."""

import numpy as np
from scipy.sparse import csr_array

from agents.award import CONTESTED, FAILED, MODES
from agents.founding import REASONS
from agents.organisations import (
    INCUBATOR,
    KINDS,
    NEEDS,
    PROVIDER_OF_KIND,
    PROVIDERS,
    REGISTERED,
    SOURCES,
    STATE,
    Organisations,
    is_ngo,
)
from agents.service_work import Day
from agents.table import Bool, Float, Int8, Rows, total_by
from policies.base import World
from policies.procurement_lots import Lots, Payments
from policies.procurement_outcomes import NGOS
from policies.procurement_places import PLACES
from policies.procurement_sector import Sector, home_counties


def record_lots(sim: World, lots: Lots, paid: Payments, table: Organisations) -> None:
    """Record who got lots, how contested they were, and by which procedure."""
    n, add = sim.counties.n, sim.record.add
    weight = sim.counties.weight[lots.county]

    def by_county(values: Float, rows: Bool) -> Float:
        return total_by(lots.county[rows], (values * weight)[rows], n)

    one = np.ones(lots.n)
    for place, name in enumerate(PLACES):
        here = lots.place == place
        add("lots", by_county(one, here), group=name)
        few = here & (lots.bidders < CONTESTED)
        add("uncontested_share", by_county(one, few), by_county(one, here), group=name)
        none = here & (lots.mode == FAILED)
        add("failed_share", by_county(one, none), by_county(one, here), group=name)
    awarded = lots.mode != FAILED
    for code, name in enumerate(MODES):
        chosen = by_county(one, lots.mode == code)
        add("procurement_modes", chosen, by_county(one, awarded), group=name)
    _providers(sim, lots, paid, table)
    _concentration(sim, lots, paid, table)


def _providers(sim: World, lots: Lots, paid: Payments, table: Organisations) -> None:
    """Record shares of the money of lots by provider, everywhere and by kind of place."""
    n = sim.counties.n
    weight = sim.counties.weight
    money = np.zeros((len(PROVIDERS), len(PLACES), n))
    provider = PROVIDER_OF_KIND[table.kind[paid.payee]]
    place, county = lots.place[paid.lot], lots.county[paid.lot]
    np.add.at(money, (provider, place, county), paid.yuan * weight[county])
    failed = lots.mode == FAILED
    county = lots.county[failed]
    np.add.at(money[STATE], (lots.place[failed], county), lots.yuan[failed] * weight[county])
    whole = money.sum(axis=0)
    add = sim.record.add
    # Sums in another order may differ by a rounding, and no share is above one.
    everything = whole.sum(axis=0)
    organisations = np.minimum(money[STATE + 1 :].sum(axis=(0, 1)), everything)
    add("provider_share", organisations, everything)
    for row, name in enumerate(PROVIDERS):
        part = np.minimum(money[row].sum(axis=0), everything)
        add("provider_share", part, everything, group=name)
        for column, where in enumerate(PLACES):
            group = f"{where}&{name}"
            add("provider_share", money[row, column], whole[column], group=group)


def _concentration(sim: World, lots: Lots, paid: Payments, table: Organisations) -> None:
    """Record the index of concentration of awarded money by county, weighted by that money."""
    county = lots.county[paid.lot]
    yuan = paid.yuan * sim.counties.weight[county]
    # What each organisation gets from each county, several payments to one as their sum.
    each = csr_array((yuan, (county, paid.payee)), shape=(sim.counties.n, table.n))
    whole: Float = each.sum(axis=1)
    squares: Float = each.multiply(each).sum(axis=1)
    index = np.divide(squares, whole, out=np.zeros_like(whole), where=whole > 0)
    sim.record.add("provider_hhi", np.minimum(index, whole), whole)


def record_sector(sim: World, table: Organisations, sector: Sector) -> None:
    """Record how many organisations of which kind there are, who came, who went, from what."""
    n, add = sim.counties.n, sim.record.add
    county = home_counties(sim, table)
    living = table.alive * table.weight
    registered = living * (table.status == REGISTERED)
    for code, kind in enumerate(KINDS):
        here = table.kind == code
        add("organisations", total_by(county, living * here, n), group=kind)
        add("organisations_registered", total_by(county, registered * here, n), group=kind)
    add("organisations_founded", sector.founded.copy())
    add("organisations_incubated", sector.incubated.copy())
    for code, reason in enumerate(REASONS):
        add("organisations_closed", sector.closed[code].copy(), group=reason)
    ngo = is_ngo(table) * table.weight
    for source in SOURCES:
        add("organisation_income", total_by(county, ngo * table[source], n), group=source)
    centres = living * (table.kind == INCUBATOR)
    each = sim.parameters.number("procurement.organisations.trained_a_year")
    add("staff_trained", total_by(county, centres * each, n))


def record_work(sim: World, table: Organisations, day: Day) -> None:
    """Record what organisations that are no hubs do with their time."""
    n, add = sim.counties.n, sim.record.add
    worked = day.worked * table.weight
    outcomes = {
        "ngo_autonomy": table.own_hours + table.advocacy,
        "own_mission_share": table.own_hours,
        "advocacy_share": table.advocacy,
        "report_time": table.admin,
    }
    for kind in NGOS:
        rows = np.flatnonzero(table.kind == KINDS.index(kind))
        county = table.county[rows]
        below = total_by(county, worked[rows], n)
        for name, share in outcomes.items():
            add(name, total_by(county, (share * worked)[rows], n), below, group=kind)
        people = ((table.staff + table.volunteers) * table.weight)[rows]
        add("organisation_staff", total_by(county, people, n), group=kind)


def record_service(sim: World, hours: Float, needed: Float, place: Int8) -> None:
    """Record hours of service, how much of the need they cover, and where there are none."""
    n, of, add = sim.counties.n, sim.township_county, sim.record.add
    add("service_hours", total_by(of, hours.reshape(len(of), -1).sum(axis=1), n))
    for column, provider in enumerate(PROVIDERS):
        add("service_hours", total_by(of, hours[:, :, column].sum(axis=1), n), group=provider)
    met = np.minimum(hours.sum(axis=-1), needed)
    by_organisations = hours[:, :, STATE + 1 :].sum(axis=-1)
    least = sim.parameters.number("procurement.lots.desert_cover")
    townships = sim.counties.weight / np.maximum(np.bincount(of, minlength=n), 1)
    add("service_cover", total_by(of, met.sum(axis=1), n), total_by(of, needed.sum(axis=1), n))
    for column, name in enumerate(NEEDS):
        add("service_hours", total_by(of, hours[:, column].sum(axis=1), n), group=name)
        cover = total_by(of, met[:, column], n), total_by(of, needed[:, column], n)
        add("service_cover", *cover, group=name)
        needy: Float = townships[of] * (needed[:, column] > 0)
        little = by_organisations[:, column] < least * needed[:, column]
        empty = needy * little
        add("supplier_deserts", total_by(of, empty, n), total_by(of, needy, n), group=name)
    for column, name in enumerate(PLACES):
        here: Rows = np.flatnonzero(place == column)
        cover = (total_by(of[here], met[here].sum(axis=1), n),
                 total_by(of[here], needed[here].sum(axis=1), n))  # fmt: skip
        add("service_cover", *cover, group=name)
