"""Organisations that deliver services: hubs, incubators, incubated and grassroots ones (g.4, g.5).

One row an organisation, which stands for ``weight`` real ones, as its county does; its numbers are
those of one of them. Dead rows stay for the year in which they closed. Source: S1 section 4.
"""

from typing import Annotated, NamedTuple

import numpy as np

from agents.table import Bool, Column, Float, Int8, Int16, Int32, Key, Rows, Table

NEEDS = ("elderly_care", "migrant_service", "poverty_casework", "child_care")
"""What services are for."""
MIGRANT_SERVICE = NEEDS.index("migrant_service")
PROVIDERS = ("state", "hub", "incubated", "grassroots")
"""Who delivers: the state's own stations, hubs, organisations that hubs made, all others."""
STATE, BY_HUB, BY_INCUBATED, BY_GRASSROOTS = range(len(PROVIDERS))
KINDS = ("hub", "incubator", "incubated", "grassroots", "migrant_association")
"""Kinds of organisations, in the order of all schedules by kind."""
HUB, INCUBATOR, INCUBATED, GRASSROOTS, MIGRANTS = range(len(KINDS))
BODIES = ("trade_union", "womens_federation", "youth_league", "red_cross", "other")
"""Bodies that are hubs (枢纽组织): people's organisations and the like."""
STATUSES = ("unregistered", "registered", "firm")
UNREGISTERED, REGISTERED, FIRM = range(len(STATUSES))
OF_PROVINCE, OF_COUNTY = range(len(("province", "county")))
"""Levels of hubs."""
SOURCES = ("gov", "foreign", "donated", "hub_money", "charges")
"""Columns of income by source: the county, foreign funders, donors, a hub, users."""
PROVIDER_OF_KIND = np.array([BY_HUB, BY_HUB, BY_INCUBATED, BY_GRASSROOTS, BY_GRASSROOTS], np.int8)
"""As which provider each kind counts."""
# Odd, so that adding it again and again passes through every key.
_NEXT_SLOT = np.uint64(0xD1B54A32D192ED03)


class Organisations(Table):
    """One row an organisation (社会组织); money and hours are those of one of them."""

    kind: Annotated[Int8, Column("KINDS", "hub, incubator, incubated, grassroots, of migrants")]
    body: Annotated[Int8, Column("BODIES", "body a hub belongs to; -1: none", -1)]
    level: Annotated[Int8, Column("level", "0 province, 1 county", OF_COUNTY)]
    county: Annotated[Int32, Column("row", "county; -1: a whole province", -1)]
    province: Annotated[Int32, Column("row", "province", -1)]
    township: Annotated[Int32, Column("row", "township; -1: a whole county or province", -1)]
    weight: Annotated[Float, Column("organisations", "real ones it stands for", 1)]
    status: Annotated[Int8, Column("STATUSES", "unregistered, registered, firm")]
    supervised: Annotated[Bool, Column("flag", "registered under a supervising body")]
    foreign_tie: Annotated[Bool, Column("flag", "foreign funders support it now")]
    founded: Annotated[Int16, Column("year", "year of founding")]
    mission: Annotated[Int8, Column("NEEDS", "need it was founded for")]
    staff: Annotated[Float, Column("workers", "paid workers, those on lots included")]
    core: Annotated[Float, Column("workers", "paid workers beside those on lots")]
    volunteers: Annotated[Float, Column("workers", "work of members who are not paid")]
    skill: Annotated[Float, Column("ratio", "service in an hour of work")]
    tie: Annotated[Float, Column("share", "closeness to the Party-state, 1: part of it")]
    trust: Annotated[Float, Column("index", "trust of households of the place, 0 to 1")]
    funds: Annotated[Float, Column("yuan", "money at hand; below zero: debts")]
    gov: Annotated[Float, Column("yuan/year", "income from the county's lots")]
    foreign: Annotated[Float, Column("yuan/year", "income from foreign funders")]
    donated: Annotated[Float, Column("yuan/year", "income from donors")]
    hub_money: Annotated[Float, Column("yuan/year", "income from hubs: sub-contracts, seed")]
    charges: Annotated[Float, Column("yuan/year", "income from users")]
    cost: Annotated[Float, Column("yuan/year", "pay of staff")]
    lots: Annotated[Float, Column("lots", "lots held this year; of a voucher lot the part")]
    reported: Annotated[Bool, Column("flag", "held a lot in an earlier year")]
    admin: Annotated[Float, Column("share", "staff time on reports; the office not counted")]
    drift: Annotated[Float, Column("share", "free hours that follow what is bought")]
    own_hours: Annotated[Float, Column("share", "hours of work on its own mission")]
    advocacy: Annotated[Float, Column("share", "hours of work on advocacy")]
    deficit_years: Annotated[Int8, Column("years", "years in debt in a row")]


class Members(NamedTuple):
    """Persons by the row of their household and of the township where they live, (k,) each."""

    household: Int32
    township: Int32


class InNeed(NamedTuple):
    """Those who need a service this year: persons, and households for casework.

    Attributes
    ----------
    old, newcomers, children : Members
        Persons who need elderly care, migrant service and child care.
    poor : ndarray of intp
        Rows of households below the rural line of the year or on dibao.
    """

    old: Members
    newcomers: Members
    children: Members
    poor: Rows

    @staticmethod
    def nobody() -> "InNeed":
        """Return that no one needs a service."""
        none = Members(np.zeros(0, np.int32), np.zeros(0, np.int32))
        return InNeed(none, none, none, np.zeros(0, np.intp))


def no_service(n_townships: int) -> tuple[Float, Float]:
    """Return hours of service needed, (n_townships, 4), and delivered, (n_townships, 4, 4): none.

    By township and need; what is delivered also by provider. Real hours of the year.
    """
    needed = np.zeros((n_townships, len(NEEDS)))
    return needed, np.zeros((*needed.shape, len(PROVIDERS)))


def slot_keys(place: Key, kind: int, number: Rows) -> Key:
    """Return the keys of founding slots: of a kind, the `number`-th of a place; the same always.

    Whoever is founded in a slot has its key, in every history, so that regimes share draws.
    """
    step = number.astype(np.uint64) * np.uint64(len(KINDS)) + np.uint64(kind + 1)
    keys: Key = place + _NEXT_SLOT * step
    return keys


def is_ngo(organisations: Organisations) -> Bool:
    """Return which living rows are no hub and no incubator, shape (n,)."""
    ngo: Bool = organisations.alive & (organisations.kind >= INCUBATED)
    return ngo


def incomes(organisations: Organisations) -> Float:
    """Return the year's income of each, all sources together, yuan, shape (n,)."""
    total: Float = np.sum([organisations[source] for source in SOURCES], axis=0)
    return total


def share_of(organisations: Organisations, *sources: str) -> Float:
    """Return the share of some sources in the year's income; zero without income, shape (n,)."""
    part = np.sum([organisations[source] for source in sources], axis=0)
    total = incomes(organisations)
    share: Float = np.divide(part, total, out=np.zeros(organisations.n), where=total > 0)
    return share
