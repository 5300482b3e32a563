"""Which organisations close or merge, why, and what becomes of their money (g.5, g.7)."""

import numpy as np

from agents import founding
from agents.founding import REASONS, STAYS
from agents.organisations import FIRM, NEEDS, REGISTERED, Organisations, is_ngo, share_of
from agents.table import Rows, total_by
from policies.base import World
from policies.procurement_places import Setting
from policies.procurement_sector import Sector

_PLACELESS = -1


def close(sim: World, table: Organisations, setting: Setting, sector: Sector) -> None:
    """Close and merge organisations for stated reasons, and settle what they leave (g.5, g.7)."""
    rows = np.flatnonzero(is_ngo(table))
    suspected = founding.suspicion(
        share_of(table, "foreign")[rows], table.status[rows] == FIRM,
        setting.stability[table.county[rows]], sim.parameters,
    )  # fmt: skip
    luck = np.stack([
        sim.chance(f"organisations.{name}").uniform(table.key[rows])
        for name in ("merge", "give_up", "closed_for_foreign_money")
    ])  # fmt: skip
    partner = _partners(table, rows)
    unpaid = table.staff[rows] < sim.parameters.number("procurement.organisations.post")
    new = table.founded[rows] == sim.year
    reason = founding.closing(
        table.deficit_years[rows], partner >= 0, unpaid & ~new, suspected, luck, sim.parameters
    )
    # Who is to take over another stays this year.
    reason[np.isin(rows, partner[reason == founding.MERGED])] = STAYS
    for code, name in enumerate(REASONS):
        gone = rows[reason == code]
        sector.note(table, gone, sim.year, "merged" if name == "merged" else "closed", name)
        sector.closed[code] = total_by(table.county[gone], table.weight[gone], sim.counties.n)
    _hand_over(table, rows[reason == founding.MERGED], partner[reason == founding.MERGED])
    gone = rows[reason != STAYS]
    _settle(sim, table, gone)
    table.alive[gone] = False


def _partners(table: Organisations, rows: Rows) -> Rows:
    """Return for each the richest other registered one of its mission and county; -1: none."""
    group = table.county[rows].astype(np.intp) * len(NEEDS) + table.mission[rows]
    can = np.flatnonzero((table.status[rows] == REGISTERED) & (table.deficit_years[rows] == 0)
                         & (table.funds[rows] >= 0))  # fmt: skip
    order = can[np.lexsort((-table.funds[rows[can]], group[can]))]
    groups, first = np.unique(group[order], return_index=True)
    place = np.searchsorted(groups, group)
    place = np.minimum(place, max(len(groups) - 1, 0))
    partner = np.full(len(rows), _PLACELESS, np.intp)
    if len(groups):
        found_ = groups[place] == group
        partner[found_] = rows[order[first[place[found_]]]]
    partner[partner == rows] = _PLACELESS
    return partner


def _hand_over(table: Organisations, rows: Rows, partner: Rows) -> None:
    """Let partners take over the people and the money, or the debts, of those who join them."""
    for name in ("funds", "core", "volunteers"):
        np.add.at(table[name], partner, table[name][rows])
        table[name][rows] = 0


def _settle(sim: World, table: Organisations, gone: Rows) -> None:
    """Give away what is left, and write off debts."""
    left = table.funds[gone] * table.weight[gone]
    pay = sim.treasury.pay
    pay("ngos", "outside", "closure", float(left[left > 0].sum()))
    pay("outside", "ngos", "debts_written_off", float(-left[left < 0].sum()))
    table.funds[gone] = 0
