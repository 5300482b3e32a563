"""The members of the first year: official sizes, the ages of 1993, and nobody disturbs another."""

import numpy as np
import pytest

from agents.errors import MinshengError
from model.chance import Chance
from model.composition import compose_members
from model.composition_tables import PLACES, age_structure, composition_tables
from policies.parameters import ParameterSet
from tests.small_country import MEAN_SIZE, Country, settle

BROAD = {"0-14": (0, 14), "15-59": (15, 59), "60+": (60, 200), "65+": (65, 200)}


@pytest.fixture(scope="module")
def country():
    return Country(settle(60_000))


@pytest.mark.parametrize("place", PLACES)
def test_mean_household_size_is_the_official_one(country, place):
    assert country.mean_size(place == "urban") == pytest.approx(MEAN_SIZE[place], rel=0.005)


def test_every_five_year_group_of_each_sex_has_its_share_of_1993(country):
    persons, structure = country.persons, 100 * age_structure()
    for sex in (0, 1):
        age = persons.age[persons.female == bool(sex)]
        found = 100 * np.bincount(age, minlength=structure.shape[1]) / persons.n
        groups = range(0, structure.shape[1], 5)
        assert np.add.reduceat(found - structure[sex], groups) == pytest.approx(0, abs=0.25)


@pytest.mark.parametrize("group", BROAD)
def test_broad_age_groups_have_their_share_of_1993(country, group):
    youngest, oldest = BROAD[group]
    expected = 100 * age_structure()[:, youngest : oldest + 1].sum()
    assert country.age_share(youngest, oldest) == pytest.approx(expected, abs=0.4)


def test_one_old_person_in_eight_lives_without_family_but_a_spouse(country):
    persons = country.persons
    size = country.households.size[persons.household]
    alone = (size == 1) | ((size == 2) & (persons.spouse >= 0))
    assert alone[persons.age >= 65].mean() == pytest.approx(0.12, abs=0.015)


def test_spouses_name_each_other_and_live_together(country):
    persons = country.persons
    rows = np.flatnonzero(persons.spouse >= 0)
    spouse = persons.spouse[rows]
    assert np.array_equal(persons.spouse[spouse], rows)
    assert np.all(persons.female[rows] != persons.female[spouse])
    assert np.array_equal(persons.household[rows], persons.household[spouse])


def test_mothers_are_women_of_the_household_at_least_eighteen_years_older(country):
    persons = country.persons
    child = np.flatnonzero(persons.mother >= 0)
    mother = persons.mother[child]
    assert persons.female[mother].all()
    assert np.array_equal(persons.household[child], persons.household[mother])
    assert (persons.age[mother] - persons.age[child]).min() >= 18


def test_fathers_are_the_husbands_of_mothers(country):
    persons = country.persons
    both = np.flatnonzero((persons.mother >= 0) & (persons.father >= 0))
    assert len(both)
    assert np.array_equal(persons.spouse[persons.mother[both]], persons.father[both])
    assert not persons.female[persons.father[both]].any()
    alone = np.flatnonzero((persons.mother < 0) & (persons.father >= 0))
    assert (persons.spouse[persons.father[alone]] < 0).all()


def test_nobody_is_married_below_the_legal_age(country):
    persons = country.persons
    married = persons.spouse >= 0
    assert persons.age[married & persons.female].min() == 20
    assert persons.age[married & ~persons.female].min() == 22


def test_every_household_has_an_adult(country):
    adults = country.persons.age >= 18
    counted = np.bincount(country.persons.household, adults, country.households.n)
    assert counted.min() >= 1


def test_keys_are_unique_and_places_are_those_of_the_household(country):
    persons, households = country.persons, country.households
    assert len(np.unique(persons.key)) == persons.n
    assert np.array_equal(persons.township, households.township[persons.household])
    assert np.array_equal(persons.hukou_township, persons.township)
    assert np.array_equal(persons.hukou_urban, households.hukou_urban[persons.household])


def test_one_more_household_changes_nobody_else():
    small, large = (Country(settle(n)).persons for n in (500, 501))
    others = large.household < 500
    for name in ("key", "household", "age", "female", "spouse", "mother", "father"):
        assert np.array_equal(small[name], large[name][others]), name


def test_another_seed_gives_other_members():
    first, second = (Country(settle(500), seed=seed).persons for seed in (1, 2))
    assert first.n != second.n or not np.array_equal(first.age, second.age)


@pytest.mark.parametrize("size", [1.0, 9.0])
def test_an_impossible_mean_size_is_refused_with_the_reason(size):
    view = ParameterSet.load().at(1993)
    with pytest.raises(MinshengError, match=r"mean household size of .* cannot be reached"):
        composition_tables({"urban": 3.3, "rural": size}, view)


def test_a_world_without_urban_households_can_be_composed():
    households = settle(200)
    households.urban[:] = False
    persons = compose_members(
        households, MEAN_SIZE, ParameterSet.load().at(1993), lambda d: Chance(1).draws(d, 0)
    )
    assert not persons.urban.any()
    assert persons.n > 200
