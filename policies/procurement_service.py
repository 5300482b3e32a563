"""Services delivered in a year: hours by township, need and provider; autonomy and drift (g.5).

Also what the year does to organisations: staff, ties, skill and debts of the next.
"""

import numpy as np

from agents import service_work as rules
from agents.award import FAILED
from agents.organisations import (
    HUB,
    INCUBATED,
    NEEDS,
    OF_PROVINCE,
    PROVIDER_OF_KIND,
    PROVIDERS,
    STATE,
    Organisations,
    is_ngo,
    share_of,
)
from agents.service_work import Day
from agents.table import Bool, Float, Int32, Rows, total_by
from policies.base import World
from policies.procurement_lots import Lots, Payments, hub_fit
from policies.procurement_places import Setting

_ORGANISATIONS = "procurement.organisations."
# Less than a yuan is a rounding.
_COUNTED_DEBT = 1.0


def work(sim: World, table: Organisations, on_lots: Float, setting: Setting) -> Day:
    """Divide the hours of organisations; write what it says of their autonomy (g.5)."""
    parameters, number = sim.parameters, sim.parameters.number
    hours = number("procurement.funding.work_hours")
    hub = table.kind == HUB
    core = table.core * np.where(hub, number(f"{_ORGANISATIONS}hub_service_share"), 1)
    extra = np.where(hub, table.staff - table.core - on_lots, 0)
    free = (core + extra + table.volunteers) * hours * ~(hub & (table.level == OF_PROVINCE))
    free *= hub | is_ngo(table)
    bought = on_lots * hours
    public, foreign = share_of(table, "gov", "hub_money"), share_of(table, "foreign")
    reports = rules.time_on_reports(
        public, share_of(table, "donated"), table.lots, free + bought,
        setting.reporting[table.county], parameters,
    )  # fmt: skip
    given_up = rules.dependence(public, foreign, setting.control[table.county], parameters)
    voice = rules.voice_of(table.kind, table.supervised, given_up, parameters)
    day = rules.divide_hours(free, bought, reports, table.drift, voice, parameters)
    worked = np.maximum(day.worked, 1)
    table.admin = day.reports / worked
    table.advocacy = day.advocacy / worked
    table.drift = np.where(hub, 0, rules.drifted(table.drift, given_up, parameters))
    return day


def skill_of(sim: World, table: Organisations) -> Float:
    """Return service in an hour of work: skill, and what licensed workers add, shape (n,)."""
    number = sim.parameters.number
    licensed = number(f"{_ORGANISATIONS}social_workers") * number(f"{_ORGANISATIONS}licence_gain")
    paid = table.staff / np.maximum(table.staff + table.volunteers, np.finfo(np.float32).eps)
    better: Float = np.minimum(table.skill * (1 + licensed * paid), 1)
    return better


def deliver_lots(
    sim: World,
    table: Organisations,
    lots: Lots,
    paid: Payments,
    passed: Payments,
    staff: tuple[Float, Float],
) -> tuple[Float, Float, Float]:
    """Return hours for lots by place, (n_townships, 4, 4), on the own mission, (n,), and by lot.

    A worker on a lot works the hours that reports and the office leave, with the skill of his
    organisation.
    """
    hours = sim.parameters.number("procurement.funding.work_hours")
    left = 1 - table.admin - sim.parameters.number(f"{_ORGANISATIONS}office")
    skill = skill_of(sim, table)
    delivered = np.zeros((len(sim.township_county), len(NEEDS), len(PROVIDERS)))
    own, by_lot = np.zeros(table.n), np.zeros(lots.n)
    for payments, workers in zip((paid, passed), staff, strict=True):
        who, lot = payments.payee, payments.lot
        work_hours = workers * hours * left[who]
        on_mission = table.mission[who] == lots.need[lot]
        own += total_by(who, work_hours * on_mission, table.n)
        service = work_hours * skill[who] * table.weight[who]
        cell = _cell(lots.township[lot], lots.need[lot], _provider(table, who))
        delivered += total_by(cell, service, delivered.size).reshape(delivered.shape)
        by_lot += total_by(lot, service, lots.n)
    return delivered, own, by_lot


def _provider(table: Organisations, rows: Rows) -> Rows:
    provider: Rows = PROVIDER_OF_KIND[table.kind[rows]].astype(np.intp)
    return provider


def _cell(township: Rows, need: Rows, provider: Rows) -> Rows:
    cell: Rows = (township.astype(np.intp) * len(NEEDS) + need) * len(PROVIDERS) + provider
    return cell


def deliver_freely(sim: World, table: Organisations, day: Day, lots: Lots, needed: Float) -> Float:
    """Return hours delivered beside lots, shape (n_townships, 4, 4).

    On the own mission; where it has drifted, on what the county buys. At home, or where there is
    most need in the county. Hubs divide their hours among their fields.
    """
    n = sim.counties.n
    skill = skill_of(sim, table) * table.weight
    ngos = np.flatnonzero(is_ngo(table))
    hubs = np.flatnonzero(table.alive & (table.kind == HUB) & (table.level != OF_PROVINCE))
    fields = np.zeros((table.n, len(NEEDS)))
    fields[ngos, table.mission[ngos]] = (day.own * skill)[ngos]
    bought = total_by(lots.county * len(NEEDS) + lots.need, lots.yuan * (lots.mode != FAILED),
                      n * len(NEEDS)).reshape(n, len(NEEDS))  # fmt: skip
    share = bought / np.maximum(bought.sum(axis=1), 1)[:, None]
    fields[ngos] += (day.followed * skill)[ngos, None] * share[table.county[ngos]]
    fit = hub_fit(sim)[table.body[hubs]]
    fit = fit / np.maximum(fit.sum(axis=1), 1)[:, None]
    fields[hubs] = fit * ((day.own + day.followed) * skill)[hubs, None]
    return _spread(sim, table, fields, np.concatenate([ngos, hubs]), needed)


def _spread(sim: World, table: Organisations, fields: Float, rows: Rows, needed: Float) -> Float:
    """Bring hours by organisation and need to townships."""
    delivered = np.zeros((len(sim.township_county), len(NEEDS), len(PROVIDERS)))
    home = rows[table.township[rows] >= 0]
    _add_up(delivered, table.township[home], _provider(table, home), fields[home])
    wide = rows[table.township[rows] < 0]
    of, n = sim.township_county, sim.counties.n
    whole = np.zeros((n, len(NEEDS), len(PROVIDERS)))
    _add_up(whole, table.county[wide], _provider(table, wide), fields[wide])
    need = np.stack([total_by(of, needed[:, k], n) for k in range(len(NEEDS))], axis=1)
    share = needed / np.maximum(need, 1)[of]
    delivered += whole[of] * share[:, :, None]
    return delivered


def _add_up(whole: Float, place: Int32, provider: Rows, fields: Float) -> None:
    """Add hours by organisation and need, (k, 4), at its place and provider of `whole`."""
    for need in range(len(NEEDS)):
        cell = place.astype(np.intp) * len(PROVIDERS) + provider
        part = total_by(cell, fields[:, need], len(whole) * len(PROVIDERS))
        whole[:, need] += part.reshape(len(whole), len(PROVIDERS))


def deliver_by_state(sim: World, lots: Lots, needed: Float, wage: Float) -> Float:
    """Return hours that the state's own stations deliver, shape (n_townships, 4).

    A part of the need where departments deliver as usual, and what tenders that failed leave to it.
    """
    effort = sim.counties.effort_civil[sim.township_county]
    usual = sim.parameters.schedule("procurement.lots.state_cover") * needed * effort[:, None]
    failed = lots.mode == FAILED
    hours = sim.parameters.number("procurement.funding.work_hours")
    skill = sim.parameters.schedule(f"{_ORGANISATIONS}skill")[STATE]
    bought = lots.yuan / wage[lots.county] * hours * skill * sim.counties.weight[lots.county]
    left = total_by(lots.township * len(NEEDS) + lots.need, bought * failed, usual.size)
    return usual + left.reshape(usual.shape)


def note_own_hours(table: Organisations, day: Day, on_mission: Float) -> None:
    """Write the share of hours of work that went to the own mission."""
    table.own_hours = (day.own + on_mission) / np.maximum(day.worked, 1)


def look_ahead(
    sim: World, table: Organisations, affordable: Float, training: Bool, trust: tuple[Float, Float]
) -> None:
    """Let the year change organisations: debts, core staff, ties, skill, record, trust (g.5)."""
    parameters = sim.parameters
    ngo = is_ngo(table)
    in_debt = ngo & (table.funds < -_COUNTED_DEBT)
    years = np.minimum(table.deficit_years, np.iinfo(np.int8).max - 1) + 1
    table.deficit_years = np.where(in_debt, years, 0).astype(np.int8)
    grown = rules.next_core(table.core, affordable, parameters)
    table.core = np.where(ngo, grown, table.core)
    most = float(parameters.schedule(f"{_ORGANISATIONS}tie")[INCUBATED])
    closer = rules.next_tie(table.tie, table.lots > 0, most, parameters)
    table.tie = np.where(ngo, closer, table.tie)
    taught = ngo & training[table.county]
    table.skill = rules.trained(table.skill, taught, parameters)
    table.reported |= table.lots > 0
    gongo, others = (level[table.county] for level in trust)
    table.trust = np.where(table.kind == HUB, gongo, others)
