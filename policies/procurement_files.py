"""What procurement leaves in files: every lot and every organisation of every year.

A lot can be followed from the budget of its county to the hours it brought: who tendered, by which
procedure it was given to whom at what price, what a hub passed on, and to which organisation.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.award import MODES, VOUCHER
from agents.organisations import (
    INCUBATED,
    KINDS,
    NEEDS,
    OF_PROVINCE,
    PROVIDER_OF_KIND,
    PROVIDERS,
    SOURCES,
    STATE,
    STATUSES,
    Organisations,
)
from agents.table import Float, Key, total_by
from policies.base import World
from policies.procurement_lots import Lots, Payments
from policies.procurement_places import PLACES
from policies.procurement_sector import home_counties

Columns = dict[str, NDArray[Any]]
_SHOWN = (
    "weight", "staff", "volunteers", "skill", "tie", "trust", "funds", *SOURCES, "cost", "lots",
    "admin", "drift", "own_hours", "advocacy",
)  # fmt: skip
_CODES = ("county", "province")
_IN_A_PROVINCE = 10_000
# A code of -1, as that of a tender that failed, is the last of the words.
_WORDS = {
    "place": PLACES,
    "need": NEEDS,
    "mode": (*MODES, "failed"),
    "provider": (*PROVIDERS, "several"),
    "kind": KINDS,
    "status": STATUSES,
    "mission": (*NEEDS, ""),
}


class Files:
    """Columns of all years so far, by file."""

    def __init__(self) -> None:
        self._years: dict[str, list[Columns]] = {"lots": [], "organisations": []}

    def keep(self, sim: World, lots: Lots, paid: Payments, passed: Payments, hours: Float) -> None:
        """Keep the lots and the organisations of the year that ends."""
        self._years["lots"].append(lot_columns(sim, lots, paid, passed, hours))
        self._years["organisations"].append(organisation_columns(sim, sim.organisations))

    def tables(self) -> dict[str, Columns]:
        """Return the columns of each file, all years one after another; codes become words."""
        return {
            name: {column: _shown(column, [year[column] for year in years]) for column in years[0]}
            for name, years in self._years.items()
            if years
        }


def _shown(column: str, years: list[NDArray[Any]]) -> NDArray[Any]:
    """Return a column of all years; keys, codes of places and kinds as texts, empty for none."""
    values = np.concatenate(years)
    if values.dtype == np.uint64:
        return _names(values)
    if column in _CODES:
        text = values.astype(str)
        text[values <= 0] = ""
        return text
    return np.array(_WORDS[column])[values] if column in _WORDS else values


def _names(key: Key) -> NDArray[Any]:
    """Return keys as texts, the same for the same organisation in every history; none for 0."""
    unique, place = np.unique(key, return_inverse=True)
    texts = [f"{one:016x}" if one else "" for one in unique.tolist()]
    names: NDArray[Any] = np.array(texts, "U16")[place]
    return names


def lot_columns(sim: World, lots: Lots, paid: Payments, passed: Payments, hours: Float) -> Columns:
    """Return one row a lot of the year; money in yuan of one real county.

    Parameters
    ----------
    hours : ndarray of float64, shape (n_lots,)
        Hours of service that the lot brought in one real county.

    Notes
    -----
    Of a voucher lot, which several share, the organisation is empty.
    """
    table, provider = sim.organisations, np.full(lots.n, STATE, np.int8)
    who, through = np.zeros(lots.n, np.uint64), np.zeros(lots.n, np.uint64)
    one = lots.mode[paid.lot] != VOUCHER
    lot, payee = paid.lot[one], paid.payee[one]
    provider[lot] = PROVIDER_OF_KIND[table.kind[payee]]
    who[lot] = table.key[payee]
    provider[lots.mode == VOUCHER] = len(PROVIDERS)
    through[passed.lot] = table.key[passed.payee]
    return {
        "year": np.full(lots.n, sim.year, np.int16),
        "lot": lots.key,
        "county": sim.counties.code[lots.county],
        "township": lots.township.astype(np.int32),
        "place": lots.place,
        "need": lots.need.astype(np.int8),
        "weight": sim.counties.weight[lots.county],
        "budget": lots.yuan,
        "bidders": lots.bidders,
        "mode": lots.mode,
        "provider": provider,
        "organisation": who,
        "price": _mean_price(lots, paid),
        "paid": total_by(paid.lot, paid.yuan, lots.n),
        "passed_on": total_by(passed.lot, passed.yuan, lots.n),
        "passed_to": through,
        "hours": hours,
    }


def _mean_price(lots: Lots, paid: Payments) -> Float:
    """Return the price over the cost of staff, by money; null where nothing was paid."""
    yuan = total_by(paid.lot, paid.yuan, lots.n)
    price = total_by(paid.lot, paid.yuan * paid.price, lots.n)
    return np.divide(price, yuan, out=np.full(lots.n, np.nan), where=yuan > 0)


def organisation_columns(sim: World, table: Organisations) -> Columns:
    """Return one row an organisation of the year, those that closed in it included."""
    counties = sim.counties
    code = np.where(table.level == OF_PROVINCE, 0, counties.code[table.county])
    province = counties.code[home_counties(sim, table)] // _IN_A_PROVINCE
    shown: Columns = {name: table[name].copy() for name in _SHOWN}
    return {
        "year": np.full(table.n, sim.year, np.int16),
        "organisation": table.key.copy(),
        "kind": table.kind.copy(),
        "status": table.status.copy(),
        "province": province,
        "county": code,
        "township": table.township.copy(),
        "mission": np.where(table.kind >= INCUBATED, table.mission, np.int8(-1)),
        "founded": table.founded.copy(),
        "alive": table.alive.copy(),
        **shown,
    }
