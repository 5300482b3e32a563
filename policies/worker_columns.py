"""The columns of worker insurance, and who is where in them (module d).

Membership is a bit for each scheme in the persons column ``worker_schemes``; the money of all
schemes is kept by county, in the reserve columns of counties.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.enrolment import SCHEMES
from agents.persons import Work, works_as
from agents.table import Bool, Column, Float, Rows, at, total_by
from agents.work import labour_units
from policies.base import World

PENSION_BIT, MEDICAL_BIT, UNEMPLOYMENT_BIT, INJURY_BIT, MATERNITY_BIT = (
    np.uint8(1 << place) for place in range(len(SCHEMES))
)
EVERY_SCHEME = np.uint8((1 << len(SCHEMES)) - 1)
SEPARATE_BIT = np.uint8(1 << len(SCHEMES))
"""Set for members of a separate scheme for migrants."""
OFF_FARM = (Work.OFF_FARM, Work.FORMAL, Work.INFORMAL)
"""Work off the farm."""
# Rural and urban.
_PLACES = 2
_PERSON_COLUMNS = {
    "worker_schemes": (
        np.uint8,
        Column("bits", "member of pension, medical, unemployment, injury, maternity; separate"),
    ),
    "pension_years": (np.int8, Column("years", "credited years of the worker pension")),
    "pension_account": (np.float32, Column("yuan", "individual account of the worker pension")),
    "insured_county": (np.int32, Column("row", "county that holds the pension rights", -1)),
    "unpaid_premiums": (np.float32, Column("yuan", "premiums the present employer owes")),
    "worker_wage": (np.float32, Column("yuan/year", "wage or unit pension")),
    "contribution_base": (
        np.float32,
        Column("yuan/year", "contribution base of members at work"),
    ),
    "unvested": (bool, Column("flag", "reached pension age without the years of a pension")),
    "unemployed_years": (np.int8, Column("years", "years without work in a row")),
}
_COUNTY_COLUMNS = {
    "worker_schemes_open": (np.uint8, Column("bits", "worker schemes that run")),
    "mean_wage": (np.float64, Column("yuan/year", "mean formal wage, last year where known")),
    "make_up_years": (
        np.float64,
        Column("years", "how long after pension age missing pension years may be paid for"),
    ),
} | {
    f"{scheme}_reserve": (np.float64, Column("yuan", f"pooled money of {scheme}"))
    for scheme in SCHEMES
}


class Residence(NamedTuple):
    """Where persons live and how they are registered there, shape (n,) each.

    Attributes
    ----------
    county : ndarray of int32
        County of residence.
    local : ndarray of bool
        See `is_local`.
    away, rural : ndarray of bool
        Registered in another township; of rural hukou.
    """

    county: NDArray[np.int32]
    local: Bool
    away: Bool
    rural: Bool


def declare_columns(sim: World) -> None:
    """Declare the columns of both policies, once."""
    for table, columns in ((sim.persons, _PERSON_COLUMNS), (sim.counties, _COUNTY_COLUMNS)):
        for name, (dtype, column) in columns.items():
            if name not in table.declared:
                table.declare(name, dtype, column)


def bits_of(members: Bool) -> NDArray[np.uint8]:
    """Pack membership by scheme, shape (n, 5), into bits, shape (n,)."""
    packed: NDArray[np.uint8] = np.packbits(members, axis=1, bitorder="little")[:, 0]
    return packed


def schemes_of(bits: NDArray[np.uint8]) -> Bool:
    """Unpack bits, shape (n,), into membership by scheme, shape (n, 5)."""
    unpacked = np.unpackbits(bits[:, None], axis=1, bitorder="little", count=len(SCHEMES))
    return unpacked.astype(bool)


def county_of(sim: World, rows: Rows) -> NDArray[np.int32]:
    """Return the county in which persons live, shape of `rows`."""
    county: NDArray[np.int32] = at(sim.township_county, at(sim.persons.township, rows))
    return county


def is_local(sim: World, rows: Rows) -> Bool:
    """Return who holds an urban hukou of the county of residence, shape of `rows`.

    Everybody else who works off the farm is a migrant for the schemes: registered in another
    county, or of rural hukou, be it away or in local off-farm work.
    """
    return residence_of(sim, rows).local


def residence_of(sim: World, rows: Rows) -> Residence:
    """Return where persons live, against where they are registered."""
    persons = sim.persons
    township, registered = at(persons.township, rows), at(persons.hukou_township, rows)
    county, urban = at(sim.township_county, township), at(persons.hukou_urban, rows)
    local = urban & (at(sim.township_county, registered) == county)
    return Residence(county, local, township != registered, ~urban)


def is_public(sim: World, rows: Rows) -> Bool:
    """Return who is employed, or was until retirement, by government or a public institution.

    A lasting draw splits the state sector; the other part works in firms of the state.
    """
    keys = sim.persons.key[rows]
    share = 1 - sim.parameters.number("shocks.soe_layoffs.firm_share")
    public = sim.lasting_chance("persons.public_employee").happens(keys, share)
    return sim.persons.state_sector[rows] & public


def weights(sim: World, rows: Rows) -> Float:
    """Return how many real persons each of `rows` stands for."""
    weight: Float = at(sim.households.weight, at(sim.persons.household, rows))
    return weight


def by_county(sim: World, rows: Rows, values: Float) -> Float:
    """Return weighted sums over persons by county of residence, shape (n_counties,)."""
    return total_by(county_of(sim, rows), values * weights(sim, rows), sim.counties.n)


def measure_wages(sim: World) -> Float:
    """Set wages, off the farm, and unit pensions; return mean formal wages, shape (n_counties,).

    A wage is the person's share of the household's market income, by labour units times the mean
    income of the place where the person lives, since some work away.
    """
    persons, households = sim.persons, sim.households
    units = _earning_power(sim)
    total = total_by(persons.household, units, households.n)
    rows = np.flatnonzero(persons.alive & works_as(persons.work, *OFF_FARM, Work.RETIRED))
    home = at(persons.household, rows)
    share = np.maximum(at(total, home), np.finfo(np.float32).tiny)
    persons["worker_wage"][:] = 0
    persons["worker_wage"][rows] = at(units, rows) * (at(households.market_income, home) / share)
    formal = rows[works_as(at(persons.work, rows), Work.FORMAL)]
    wage = np.maximum(at(persons["worker_wage"], formal), 0).astype(np.float64)
    weight, county = weights(sim, formal), county_of(sim, formal)
    people = total_by(county, weight, sim.counties.n)
    paid = total_by(county, wage * weight, sim.counties.n)
    national = paid.sum() / max(people.sum(), 1)
    return np.where(people > 0, paid / np.maximum(people, 1), national)


def _earning_power(sim: World) -> Float:
    """Return labour units times the mean income of the place where persons live, shape (n,)."""
    persons, counties = sim.persons, sim.counties
    units = labour_units(persons, sim.parameters)
    # What people keep can be less than nothing where premiums are dear; what they earn cannot.
    incomes = np.maximum(np.stack([counties.rural_income, counties.urban_income], axis=1), 0)
    by_place = incomes[sim.township_county].ravel()
    place = persons.township * np.int32(_PLACES) + persons.urban
    return at(by_place, place) * units
