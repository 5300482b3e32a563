"""Included places: counties that stand for themselves, in a country that stays the same."""

from functools import cache

import numpy as np
import pytest

from agents.table import total_by
from model import evidence
from model.simulation import Simulation

SIZE = {"world.counties": 150, "world.townships_per_county": 2, "world.households": 15_000}
CODES = [3305, 4101, 11]


@cache
def first_year(*include):
    return Simulation("tiny", **SIZE, **{"world.include": list(include)})


@pytest.fixture
def world():
    return first_year(*CODES)


@pytest.fixture
def alone():
    return first_year()


def residents(sim, chosen=slice(None)):
    """Return residents by province."""
    rows = np.flatnonzero(sim.persons.alive)[chosen]
    weight = sim.households.weight[sim.persons.household[rows]]
    county = sim.township_county[sim.persons.township[rows]]
    return total_by(sim.counties.province[county], weight, 31)


def test_every_included_county_is_there(world):
    code = world.counties.code
    found = [np.char.startswith(code.astype(str), str(prefix)).sum() for prefix in CODES]
    assert found == [5, 12, 16]
    assert world.counties.n == 150
    assert world.places.county_included.sum() == 33


def test_provinces_have_the_people_of_the_census(world):
    census = evidence.province_column("population_2000", world.geography.province_name)
    people = residents(world)
    assert people / people.sum() == pytest.approx(census / census.sum(), rel=0.01)


def test_population_and_urban_share_are_those_of_the_country(world):
    number = world.parameters.number
    assert residents(world).sum() == pytest.approx(1e4 * number("economy.start.population"))
    urban = residents(world, world.persons.urban[world.persons.alive]).sum()
    assert urban / residents(world).sum() == pytest.approx(
        number("economy.start.urban_share"), abs=1e-4
    )


def test_included_counties_stand_for_themselves_and_the_others_for_the_rest(world):
    counties, included = world.counties, world.places.county_included
    assert (counties.weight[included] == 1).all()
    real = np.bincount(world.geography.county_province)
    assert total_by(counties.province, counties.weight, 31) == pytest.approx(real)


def test_included_county_has_as_many_households_as_the_average_county(world):
    included = world.places.county_included
    households = np.bincount(world.households.county, minlength=world.counties.n)
    assert households[included].mean() == pytest.approx(100, rel=0.05)
    assert world.households.n == pytest.approx(15_000, rel=0.02)


def test_households_of_an_included_prefecture_go_to_its_counties_by_size(world):
    places, inside = world.places, world.counties.code // 100 == 4101
    size = total_by(
        places.township_place_county, places.township_weight * places.township_size, 150
    )
    households = np.bincount(world.households.county, minlength=150)
    share = size[inside] / size[inside].sum()
    assert households[inside] / households[inside].sum() == pytest.approx(share, abs=0.01)


def test_included_places_have_their_share_of_the_people(world):
    places, inside = world.places, world.counties.code // 100 == 4101
    size = places.township_weight * places.township_size
    real = total_by(places.township_place_county, size, 150)[inside].sum()
    census = evidence.province_column("population_2000", world.geography.province_name).sum()
    people = world.counties.population
    assert people[inside].sum() / people.sum() == pytest.approx(real / census, rel=0.01)


def test_including_nothing_changes_nothing(alone):
    without = Simulation("tiny", **SIZE)
    for name in ("key", "weight", "urban", "assets", "market_income"):
        assert np.array_equal(alone.households[name], without.households[name]), name
    assert not alone.places.county_included.any()


def test_wholly_included_province_has_no_rest(world):
    beijing = np.flatnonzero(world.geography.province_code == 11)
    here = world.counties.province == beijing
    assert world.places.county_included[here].all()
    households = world.households.weight[here[world.households.county]]
    assert households.min() > 0


@pytest.mark.parametrize("include", [[], [31], CODES])
def test_country_lives_a_year_and_its_accounts_close(include):
    sim = Simulation("tiny", **SIZE, **{"world.include": include, "years.last": 1994})
    before = residents(sim).sum()
    sim.run()
    assert residents(sim).sum() == pytest.approx(before * 1.011, rel=0.005)
