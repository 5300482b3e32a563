"""The first year's society: places, households, members, work, incomes and savings.

Everything is drawn by keys from official figures; the last step lets urban and rural incomes follow
the official distributions and means of the year exactly.
"""

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from agents import work
from agents.households import Households
from agents.local_government import Counties
from agents.persons import Persons
from agents.protocols import Chance, Parameters
from agents.table import Bool, Float, Int64, Rows
from model import economy, evidence
from model.chance import derive_keys, place_keys
from model.composition import compose_members
from model.geography import Geography
from model.sampling import Places, sample_places, urban_share_of_townships
from model.scenario_places import included_counties
from model.start_incomes import rural_incomes, urban_incomes
from model.strata import Strata, households_per_township, make_strata

if TYPE_CHECKING:
    from model.scenario import World
    from model.simulation import Simulation

_PLACES = 2
_TEN_THOUSAND = 10_000
# Fewest households of a township in the sample.
_FEWEST = 5
# Corrections of the first weights; each cuts the error to a fraction.
_ROUNDS = 60
_MOST = 5
# Steps to the first incomes; each leaves a few percent of the error.
_STEPS = 12
# Shift of log odds that no backcast exceeds.
_LARGE_SHIFT = 10.0


def draw_places(
    world: "World", geography: Geography, parameters: Parameters, chance: Chance
) -> Places:
    """Draw the counties and townships of the world."""
    subdistrict = parameters.number("geography.sampling.size_subdistrict")
    township = parameters.number("geography.sampling.size_township")
    return sample_places(
        geography,
        world.n_counties,
        world.townships_drawn,
        chance("places.sample").uniform,
        (subdistrict, 1, township),
        evidence.province_column("population_2000", geography.province_name),
        included_counties(geography, world.include),
    )


def settle_households(
    world: "World",
    geography: Geography,
    places: Places,
    parameters: Parameters,
    chance: Chance,
) -> Households:
    """Spread households over the townships and decide which are urban.

    Returns
    -------
    Households
        With ``key``, ``number``, place and hukou set, ordered by township.
    """
    province = geography.county_province[places.county_rows][places.township_place_county]
    strata = make_strata(geography, places)
    population = evidence.province_column("population_2000", geography.province_name)
    per_township = households_per_township(world.households, _FEWEST, population, strata, places)
    township = np.repeat(np.arange(len(province)), per_township).astype(np.int32)
    within = np.arange(len(township)) - np.repeat(
        np.cumsum(per_township) - per_township, per_township
    )
    households = Households(len(township))
    households.alive[:] = True
    households.number = np.arange(households.n)
    households.township = township
    households.county = places.township_place_county[township].astype(np.int32)
    households.province = province[township].astype(np.int16)
    codes = geography.township_code[places.township_rows][township]
    households.key = place_keys(codes, "household", within)
    margin = _urban_probability(geography, places, parameters)[township]
    margin -= chance("households.place").uniform(households.key)
    households.urban = _is_urban(margin, strata.of_county[households.county])
    rural_hukou = parameters.number("economy.start.rural_hukou_in_urban_share")
    keeps_rural = chance("households.hukou_type").happens(households.key, rural_hukou)
    households.hukou_urban = households.urban & ~keeps_rural
    households.hukou_township = households.township.copy()
    households.hukou_county = households.county.copy()
    households.land = ~households.hukou_urban
    tied = parameters.number("dibao.rules.tied_share")
    households.tied_to_leaders = chance("households.tie").happens(households.key, tied)
    households.reluctance[:] = chance("households.reluctant_to_claim").normal(households.key)
    return households


def people_households(households: Households, parameters: Parameters, chance: Chance) -> Persons:
    """Fill households with members; `weigh` makes them stand for the provinces' populations."""
    size = {
        kind: parameters.number(f"economy.start.household_size_{kind}")
        for kind in ("urban", "rural")
    }
    persons = compose_members(households, size, parameters, chance)
    households.size = np.bincount(persons.household, minlength=households.n).astype(np.int16)
    return persons


def weigh(sim: "Simulation") -> None:
    """Weigh households so that residents are those of the official figures; sets ``weight``.

    The weight is one for each stratum (a province, or what the scenario includes of it) and kind of
    place. It starts at real persons over members and is then corrected for those who live
    elsewhere, until the persons of the 2000 census, scaled to the first year's total, and the
    national urban share come out.
    """
    households, persons = sim.households, sim.persons
    strata = make_strata(sim.geography, sim.places)
    n_cells = _PLACES * strata.n
    wanted = _wanted_residents(sim, strata).ravel()
    home = strata.of_county[households.county] * _PLACES + households.urban
    here = strata.of_county[sim.township_county[persons.township]] * _PLACES + persons.urban
    # Members by the cell of their home and the cell they live in.
    both = home[persons.household] * n_cells + here
    members = np.bincount(both, minlength=n_cells * n_cells).reshape(n_cells, n_cells)
    first = wanted / np.maximum(members.sum(axis=1), 1)
    weight = first.copy()
    for _ in range(_ROUNDS):
        weight *= wanted / np.maximum(weight @ members, 1)
        # In worlds too small for it, nobody may count for many times what he started with.
        weight = np.clip(weight, first / _MOST, first * _MOST)
    households.weight = weight[home]


def start_working(
    persons: Persons,
    households: Households,
    geography: Geography,
    parameters: Parameters,
    chance: Chance,
) -> None:
    """Give skills, disabilities and work to the adults of the first year."""
    work.enter_work(persons, np.arange(persons.n), parameters, chance)
    scale = parameters.number("economy.work.off_farm_share_start")
    wage_share = evidence.province_column("rural_wage_share_2008", geography.province_name)
    off_farm = (scale * wage_share)[households.province][persons.household]
    work.start_jobs(persons, parameters, chance, off_farm)


def structural_incomes(
    geography: Geography, counties: Counties, parameters: Parameters, chance: Chance
) -> Float:
    """Return log income of counties relative to the nation, rural and urban, shape (c, 2).

    Rural: provincial incomes of 1990 and 1995; urban: those of 2010, flattened (an assumption);
    plus a county effect shared by both.
    """
    names = geography.province_name
    first = np.log(evidence.province_column("rural_income_1990", names))
    last = np.log(evidence.province_column("rural_income_1995", names))
    rural = (first + last) / _PLACES
    shrink = parameters.number("economy.start.urban_gradient_shrink")
    urban = shrink * np.log(evidence.province_column("urban_income_2010", names))
    spread = parameters.number("economy.start.county_income_sd")
    effect = spread * chance("counties.income").normal(counties.key)
    provincial = np.stack([rural - rural.mean(), urban - urban.mean()], axis=1)
    return provincial[counties.province] + effect[:, None]


def fit_first_incomes(sim: "Simulation") -> None:
    """Let first incomes follow the official distributions; sets ``persistent``, ``income_level``.

    Households keep their rank by raw income (place, members, work and luck); each gets the
    official income of that rank, and the difference becomes its persistent component.
    """
    households = sim.households
    luck = sim.lasting_chance("households.start_luck").normal(households.key)
    households.persistent = sim.parameters.number("economy.start.raw_income_sd") * luck
    economy.earn(sim)
    target = np.empty(households.n)
    for urban in (False, True):
        rows = np.flatnonzero(households.urban == urban)
        target[rows] = _official_incomes(sim, rows, urban=urban)
        persons = households.weight[rows] * households.size[rows]
        shift = np.log(target[rows] / households.market_income[rows])
        sim.income_level[:, int(urban)] *= np.exp((shift * persons).sum() / persons.sum())
    # Pay sent home and rents tie incomes to each other, so that one step does not do.
    for _ in range(_STEPS):
        economy.earn(sim)
        households.persistent += np.log(target / households.market_income)


def _official_incomes(sim: "Simulation", rows: Rows, *, urban: bool) -> Float:
    """Return the official income of each household's rank, yuan/year, shape of `rows`."""
    households = sim.households
    per_head = households.market_income[rows] / households.size[rows]
    persons = households.weight[rows] * households.size[rows]
    ranks = _weighted_ranks(per_head, persons)
    relative = urban_incomes(ranks, sim.year) if urban else rural_incomes(ranks, sim.parameters)
    relative *= persons.sum() / (relative * persons).sum()
    mean = sim.parameters.number(f"economy.start.{'urban' if urban else 'rural'}_income_mean")
    return mean * relative * households.size[rows]


def save_first_assets(sim: "Simulation") -> None:
    """Give households the savings of the first year, in years of expected income."""
    households = sim.households
    luck = sim.lasting_chance("households.start_assets").normal(households.key)
    spread = sim.parameters.number("economy.consumption.start_assets_sd")
    median = sim.parameters.number("economy.consumption.start_assets")
    households.assets = median * households.expected_income * np.exp(spread * luck)


def county_table(geography: Geography, places: Places) -> Counties:
    """Return the counties of the sample."""
    counties = Counties(len(places.county_rows))
    counties.alive[:] = True
    counties.code = geography.county_code[places.county_rows]
    counties.key = derive_keys(counties.code.astype(np.uint64), "county")
    counties.province = geography.county_province[places.county_rows]
    counties.kind = geography.county_type[places.county_rows]
    counties.weight = _county_weights(geography, places)
    return counties


def _county_weights(geography: Geography, places: Places) -> Float:
    """Weigh counties by how rarely they are drawn, up to the number of each stratum."""
    strata = make_strata(geography, places)
    included = np.bincount(strata.of_county, minlength=strata.n)[strata.n_provinces :]
    real = np.bincount(geography.county_province).astype(np.float64)
    real = strata.split(real, included.astype(np.float64))
    drawn = np.bincount(strata.of_county, places.county_weight, strata.n)
    return places.county_weight * (real / np.maximum(drawn, 1))[strata.of_county]


def _weighted_ranks(values: Float, weights: Float) -> Float:
    """Return the middle of each value's share of the weights, in (0, 1)."""
    order = np.argsort(values, kind="stable")
    above = np.cumsum(weights[order])
    ranks = np.empty(len(values))
    ranks[order] = (above - weights[order] / _PLACES) / above[-1]
    return ranks


def _wanted_residents(sim: "Simulation", strata: Strata) -> Float:
    """Return rural and urban residents of the first year by stratum, shape (s, 2)."""
    urban = _urban_shares(sim.geography, sim.parameters)
    target = _province_populations(sim.geography, sim.parameters)
    whole = np.stack([target * (1 - urban), target * urban], axis=1)
    share = _urban_probability(sim.geography, sim.places, sim.parameters)
    size = sim.places.township_size
    cities, everybody = strata.totals(sim.places, share * size), strata.totals(sim.places, size)
    own = (cities / np.maximum(everybody, 1))[strata.n_provinces :]
    people = strata.shares(sim.places) * target[strata.parent]
    return strata.split(whole, np.stack([people * (1 - own), people * own], axis=1))


def _urban_shares(geography: Geography, parameters: Parameters) -> Float:
    """Urban share of each province: that of 2008, shifted in log odds to the national share."""
    share = evidence.province_column("urban_share_2008", geography.province_name)
    population = evidence.province_column("population_2000", geography.province_name)
    target = parameters.number("economy.start.urban_share")
    odds = logit(share)

    def excess(shift: float) -> float:
        return float((expit(odds + shift) * population).sum() - target * population.sum())

    shares: Float = expit(odds + brentq(excess, -_LARGE_SHIFT, _LARGE_SHIFT, xtol=1e-14))
    return shares


def _province_populations(geography: Geography, parameters: Parameters) -> Float:
    """Persons of the 2000 census, scaled to the first year's national total, shape (31,)."""
    census = evidence.province_column("population_2000", geography.province_name)
    total = parameters.number("economy.start.population") * _TEN_THOUSAND
    return census * (total / census.sum())


def _urban_probability(geography: Geography, places: Places, parameters: Parameters) -> Float:
    def odds(kind: str) -> float:
        return parameters.number(f"geography.sampling.urban_logit_{kind}")

    return urban_share_of_townships(
        geography,
        places,
        _urban_shares(geography, parameters),
        (odds("subdistrict"), 0, odds("township")),
        (odds("metro"), 0, odds("rural_county")),
    )


def _is_urban(margin: Float, stratum: Int64) -> Bool:
    """Return where the margin is positive, but at least one of each kind in every stratum."""
    urban = margin > 0
    order = np.argsort(stratum, kind="stable")
    first = np.flatnonzero(np.diff(stratum[order], prepend=-1))
    for rows in np.split(order, first[1:]):
        urban[rows[margin[rows].argmax()]] = True
        urban[rows[margin[rows].argmin()]] = False
    return urban
