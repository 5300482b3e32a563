"""Lots of the year: what counties buy in each township, who bids, who gets it (g.1 to g.4).

A lot is that of one real county; like its county it stands for ``weight`` of them.
"""

from dataclasses import dataclass

import numpy as np

from agents import award as rules
from agents.award import FAILED, NOBODY, VOUCHER, Bids
from agents.organisations import (
    BODIES,
    HUB,
    NEEDS,
    OF_PROVINCE,
    REGISTERED,
    Organisations,
    is_ngo,
    slot_keys,
)
from agents.table import Bool, Float, Int8, Int16, Key, Rows, at, numbered, total_by
from policies.base import World
from policies.procurement_places import Setting

_LOTS = "procurement.lots."
_AWARD = "procurement.award."
_MONTHS = 12
_TINY = np.finfo(np.float64).tiny


@dataclass
class Lots:
    """Lots of a year, shape (n,) each.

    Attributes
    ----------
    key : ndarray of uint64
        Identity of the lot, the same every year.
    township, county, need : ndarray of intp
        Where it is, and for what.
    place : ndarray of int8
        Kind of place, see `PLACES`.
    yuan : ndarray of float64
        What it pays, in one real county.
    size : ndarray of float64
        Full-time workers whose cost that is.
    bidders : ndarray of int16
        How many tendered.
    mode : ndarray of int8
        Procedure, see `MODES`; `FAILED` where nobody tendered.
    """

    key: Key
    township: Rows
    county: Rows
    need: Rows
    place: Int8
    yuan: Float
    size: Float
    bidders: Int16
    mode: Int8

    @property
    def n(self) -> int:
        """Number of lots."""
        return len(self.key)


@dataclass(frozen=True)
class Payments:
    """What counties and hubs pay for lots, shape (k,) each; a voucher lot has several.

    Attributes
    ----------
    lot, payer, payee : ndarray of intp
        Lot; row of the hub that passes the money on, or `NOBODY` for the county; who gets it.
    yuan : ndarray of float64
        In one real county.
    price : ndarray of float64
        Price over the cost of staff.
    """

    lot: Rows
    payer: Rows
    payee: Rows
    yuan: Float
    price: Float

    @staticmethod
    def none() -> "Payments":
        """Return no payments."""
        rows = np.zeros(0, np.intp)
        return Payments(rows, rows, rows, np.zeros(0), np.zeros(0))

    def joined(self, other: "Payments") -> "Payments":
        """Return these payments and others."""
        names = ("lot", "payer", "payee", "yuan", "price")
        return Payments(*(np.concatenate([getattr(self, n), getattr(other, n)]) for n in names))


def cut_lots(sim: World, money: Float, needed: Float, place: Int8, wage: Float) -> Lots:
    """Cut the budget of counties into lots by township and need, by hours needed (g.1).

    Parameters
    ----------
    money : ndarray of float64, shape (n_counties,)
        Budget of one real county, yuan.
    needed : ndarray of float64, shape (n_townships, 4)
    place : ndarray of int8, shape (n_townships,)
    wage : ndarray of float64, shape (n_counties,)
    """
    number, of = sim.parameters.number, sim.township_county
    whole = total_by(of, needed.sum(axis=1), sim.counties.n)
    each = needed / np.maximum(whole, 1)[of, None] * money[of, None]
    workers = each / wage[of, None]
    count = np.clip(np.ceil(workers / number(f"{_LOTS}lot_staff")), 1, number(f"{_LOTS}most_lots"))
    count = np.where(each > 0, count, 0).astype(np.intp).ravel()
    cell = np.repeat(np.arange(each.size), count)
    township, need = np.divmod(cell, len(NEEDS))
    yuan = each.ravel()[cell] / count[cell]
    slot = numbered(count) * len(NEEDS) + need
    return Lots(
        key=slot_keys(sim.township_key[township], len(BODIES), slot),
        township=township,
        county=of[township].astype(np.intp),
        need=need,
        place=place[township],
        yuan=yuan,
        size=yuan / wage[of[township]],
        bidders=np.zeros(len(cell), np.int16),
        mode=np.full(len(cell), FAILED, np.int8),
    )


def tender(sim: World, lots: Lots, table: Organisations, foreign: Float, wage: Float) -> Bids:
    """Let registered organisations tender for lots (g.3); count bidders."""
    lot, org = _possible(sim, lots, table)
    wants = rules.wants(
        _fits(sim, lots, table, lot, org), at(_strained(sim, table, wage), org),
        at(lots.size, lot), at(table.core + table.volunteers, org), sim.parameters,
    )  # fmt: skip
    wanted = np.flatnonzero(wants)
    wanted = wanted[np.argsort(at(lot, wanted), kind="stable")]
    lot, org = at(lot, wanted), at(org, wanted)
    key = at(lots.key, lot) ^ at(table.key, org)
    there = sim.chance("lots.tendered_for").uniform(key)
    tenders = np.flatnonzero(there < _presence(sim, lots, table, lot, org))
    lot, org, key = at(lot, tenders), at(org, tenders), at(key, tenders)
    lots.bidders = np.bincount(lot, minlength=lots.n).astype(np.int16)
    margin = sim.parameters.schedule(f"{_AWARD}margin")[table.kind[org]]
    spread = sim.parameters.number(f"{_AWARD}margin_sd")
    price = 1 + margin + spread * sim.chance("lots.price").normal(key)
    suspicion = sim.parameters.number(f"{_AWARD}suspicion")
    return Bids(
        lot=lot,
        organisation=org,
        quality=table.skill[org],
        tie=np.maximum(table.tie - suspicion * foreign, 0)[org],
        price=np.maximum(price, 1),
        reports=table.reported[org],
        hub=table.kind[org] == HUB,
        luck=sim.chance("lots.award").uniform(key),
    )


def _possible(sim: World, lots: Lots, table: Organisations) -> tuple[Rows, Rows]:
    """Return pairs of lots with registered organisations of the county and hubs of the province."""
    hubs = table.alive & (table.kind == HUB) & sim.parameters.flag("procurement.regimes.hubs_bid")
    can = hubs | (is_ngo(table) & (table.status == REGISTERED))
    near = np.flatnonzero(can & (table.level != OF_PROVINCE))
    far = np.flatnonzero(can & (table.level == OF_PROVINCE))
    first = rules.pairs(lots.county, table.county[near].astype(np.intp))
    province = sim.counties.province[lots.county].astype(np.intp)
    second = rules.pairs(province, table.province[far].astype(np.intp))
    lot = np.concatenate([first[0], second[0]])
    org = np.concatenate([near[first[1]], far[second[1]]])
    return lot, org


def _presence(sim: World, lots: Lots, table: Organisations, lot: Rows, org: Rows) -> Float:
    """Return the chance of each pair that the organisation is there at all, shape (k,)."""
    schedule, place = sim.parameters.schedule, at(lots.place, lot)
    home = at(table.township, org) == at(lots.township, lot)
    presence = np.where(home, 1.0, at(schedule(f"{_AWARD}reach_out"), place))
    by_level = np.where(
        at(table.level, org) == OF_PROVINCE,
        at(schedule(f"{_AWARD}province_presence"), place),
        at(schedule(f"{_AWARD}hub_presence"), place),
    )
    return np.where(at(table.kind, org) == HUB, by_level, presence)


def hub_fit(sim: World) -> Float:
    """Return for which needs each body tenders, one or zero, shape (5, 4)."""
    fit: Float = sim.parameters.schedule(f"{_AWARD}hub_fit").reshape(len(BODIES), len(NEEDS))
    return fit


def _fits(sim: World, lots: Lots, table: Organisations, lot: Rows, org: Rows) -> Bool:
    """Return for which pairs the lot is the mission of the organisation, or the hub's field."""
    body = np.where(table.kind == HUB, table.body, len(BODIES) + table.mission)
    # Who is no hub tenders for its mission.
    fields = np.concatenate([hub_fit(sim) > 0, np.eye(len(NEEDS), dtype=bool)])
    fits: Bool = fields[at(body, org), at(lots.need, lot)]
    return fits


def _strained(sim: World, table: Organisations, wage: Float) -> Bool:
    """Return which organisations are short of money, and take what there is, shape (n,)."""
    months = sim.parameters.number(f"{_AWARD}strain") / _MONTHS
    needs = months * wage[table.county] * (table.core + table.volunteers)
    strained: Bool = is_ngo(table) & (table.funds < needs)
    return strained


def choose(
    sim: World, lots: Lots, bids: Bids, setting: Setting, class_shares: Float | None
) -> Payments:
    """Choose the procedure of each lot and who gets it; return what counties pay (g.2, g.3).

    Parameters
    ----------
    class_shares : ndarray of float64, shape (n_lots, 2), or None
        Of the households with vouchers of each lot, who goes to a hub and who to others.
    """
    hub_bids = np.zeros(lots.n, bool)
    if sim.parameters.flag("procurement.regimes.hub_role"):
        hub_bids[bids.lot[bids.hub]] = True
    luck = np.stack(
        [sim.chance(f"lots.{name}").uniform(lots.key) for name in ("voucher", "opened")]
    )
    lots.mode = rules.modes(lots.bidders.astype(np.intp), hub_bids, lots.size, luck, sim.parameters)
    z = rules.scores(bids, lots.mode, setting.tie_weight[lots.county], sim.parameters)
    price = rules.prices(bids, lots.mode, sim.parameters)
    winner = rules.award(bids, z, lots.n)
    winner[lots.mode == VOUCHER] = NOBODY
    lot = np.flatnonzero(winner != NOBODY)
    won = winner[lot]
    county = np.full(len(lot), NOBODY)
    paid = Payments(lot, county, bids.organisation[won], lots.yuan[lot], price[won])
    return paid if class_shares is None else paid.joined(_vouchers(sim, lots, bids, class_shares))


def _vouchers(sim: World, lots: Lots, bids: Bids, class_shares: Float) -> Payments:
    """Return what voucher lots pay to each bidder: by kind as households chose, then by quality."""
    rows = np.flatnonzero(lots.mode[bids.lot] == VOUCHER)
    weight = sim.parameters.number(f"{_AWARD}quality_weight")
    odds = np.exp(weight * bids.quality[rows])
    column = np.where(bids.hub[rows], 0, 1)
    cell = bids.lot[rows] * class_shares.shape[1] + column
    whole = total_by(cell, odds, class_shares.size)
    share = odds / whole[cell] * class_shares[bids.lot[rows], column]
    kept = share > 0
    rows, share = rows[kept], share[kept]
    yuan = share * lots.yuan[bids.lot[rows]]
    county = np.full(len(rows), NOBODY)
    return Payments(bids.lot[rows], county, bids.organisation[rows], yuan, bids.price[rows])


def voucher_choices(sim: World, lots: Lots, bids: Bids) -> Float | None:
    """Return which kind of provider households with vouchers choose, shape (n_lots, 2).

    Each household of the township that lives where a voucher is given out goes to a hub or to
    another organisation, by its own trust in each and by the quality there is; a share of
    households by lot. None where no voucher is given out.
    """
    trust = sim.parameters.number(f"{_AWARD}trust_weight")
    if not sim.parameters.number(f"{_LOTS}voucher_share"):
        return None
    there = rules.kinds_that_bid(bids, lots.n)
    weight = sim.parameters.number(f"{_AWARD}quality_weight")
    odds = np.exp(weight * bids.quality)
    cell = bids.lot * there.shape[1] + np.where(bids.hub, 0, 1)
    worth = total_by(cell, odds, there.size).reshape(there.shape)
    households = sim.households
    rows = np.flatnonzero(households.alive)
    gap = trust * (households.trust_gongo[rows] - households.trust_ngo[rows]).astype(np.float64)
    luck = sim.chance("households.use_voucher").uniform(households.key[rows])
    # Gap in trust that a household asks of the others, in log odds.
    lean = gap - np.log(1 / luck - 1)
    order = np.lexsort((lean, households.township[rows]))
    township, lean = (
        households.township[rows][order].astype(np.intp),
        lean[order],
    )
    weights = households.weight[rows][order]
    advantage = np.log(np.maximum(worth[:, 0], _TINY)) - np.log(np.maximum(worth[:, 1], _TINY))
    share = _share_above(township, lean, weights, lots.township, -advantage)
    share = np.where(there.all(axis=1), share, there[:, 0])
    some = there[:, 0] | there[:, 1]
    return np.stack([share, 1 - share], axis=1) * some[:, None]


def _share_above(group: Rows, value: Float, weight: Float, asked: Rows, bound: Float) -> Float:
    """Return the weight share of values above a bound in the group asked for, shape (m,)."""
    share = np.zeros(len(asked))
    reached = np.concatenate([[0.0], np.cumsum(weight)])
    first, last = np.searchsorted(group, asked, "left"), np.searchsorted(group, asked, "right")
    for row, (start, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        if end > start:
            place = start + int(np.searchsorted(value[start:end], bound[row], "right"))
            share[row] = (reached[end] - reached[place]) / (reached[end] - reached[start])
    return share


def sub_contract(sim: World, lots: Lots, table: Organisations, paid: Payments) -> Payments:
    """Return what hubs pass on of their lots to organisations they trust and that fit (g.4).

    Also to those that are not registered: hubs align what there is.
    """
    if not sim.parameters.flag("procurement.regimes.hub_role"):
        return Payments.none()
    by_hub = np.flatnonzero(at(table.kind, paid.payee) == HUB)
    ngos = np.flatnonzero(is_ngo(table))
    theirs = paid.lot[by_hub]
    asked = lots.county[theirs] * len(NEEDS) + lots.need[theirs]
    offered = table.county[ngos].astype(np.intp) * len(NEEDS) + table.mission[ngos]
    item, member = rules.pairs(asked, offered)
    paying, org = at(by_hub, item), at(ngos, member)
    key = at(at(lots.key, paid.lot), paying) ^ at(table.key, org)
    near = sim.chance("lots.sub_contract").uniform(key)
    can = np.flatnonzero(rules.sub_contracts(at(table.trust, org), at(table.tie, org), near))
    paying, org, near = at(paying, can), at(org, can), at(near, can)
    order = np.lexsort((near, paying))
    paying, first = np.unique(at(paying, order), return_index=True)
    org = org[order[first]]
    number = sim.parameters.number
    passed = number(f"{_AWARD}sub_share") * (1 - number(f"{_AWARD}hub_fee")) * paid.yuan[paying]
    return Payments(paid.lot[paying], paid.payee[paying], org, passed, np.ones(len(org)))
