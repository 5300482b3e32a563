"""A population over thirty years: the official totals and ages, and nobody lost on the way."""

import numpy as np
import pytest

from agents.table import total_by
from model import evidence
from tests.small_country import FIRST_YEAR, LAST_YEAR, Country, settle

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
UN_YEARS = range(FIRST_YEAR, 2021)
GROUPS = {"0-14": (0, 14), "15-59": (15, 59), "60+": (60, 200), "65+": (65, 200)}


class History:
    """Thirty years of thirty thousand households, with what is checked in each of them."""

    def __init__(self):
        self.country = Country(settle(30_000))
        self.savings = [self.worth()]
        self.population = [self.country.population()]
        self.shares = [self.age_shares()]
        self.sizes = [self.mean_sizes()]
        self.vital = []
        self.broken = []
        for year in YEARS[1:]:
            self.vital.append(self.country.next_year())
            self.savings.append(self.worth())
            self.population.append(self.country.population())
            self.shares.append(self.age_shares())
            self.sizes.append(self.mean_sizes())
            self.broken += [f"{year}: {what}" for what in self.broken_links()]

    def worth(self):
        return (self.country.households.assets * self.country.households.weight).sum()

    def age_shares(self):
        return {group: self.country.age_share(*ages) for group, ages in GROUPS.items()}

    def mean_sizes(self):
        return {"urban": self.country.mean_size(True), "rural": self.country.mean_size(False)}

    def broken_links(self):
        persons, households = self.country.persons, self.country.households
        living = np.flatnonzero(persons.alive)
        spouse, mother = persons.spouse[living], persons.mother[living]
        mother = mother[mother >= 0]
        father = persons.father[living]
        father = father[father >= 0]
        home = persons.household[living]
        wed = spouse >= 0
        yield from (
            name
            for name, holds in {
                "spouses": (persons.spouse[spouse[wed]] == living[wed]).all(),
                "living spouses": persons.alive[spouse[wed]].all(),
                "couples": (home[wed] == persons.household[spouse[wed]]).all(),
                "mothers": persons.female[mother].all(),
                "fathers": len(father) and not persons.female[father].any(),
                "homes": households.alive[home].all(),
                "sizes": (np.bincount(home, minlength=households.n) == households.size).all(),
                "adults": total_by(home, persons.age[living] >= 18, households.n)[home].all(),
                "townships": (persons.township[living] == households.township[home]).all(),
                "places": (persons.urban[living] == households.urban[home]).all(),
                "numbers": len(np.unique(households.number)) == households.n,
                "keys": len(np.unique(persons.key)) == persons.n,
                "ended": not households.weight[~households.alive].any(),
            }.items()
            if not holds
        )


@pytest.fixture(scope="module")
def history():
    return History()


@pytest.mark.parametrize("group", GROUPS)
def test_age_shares_stay_within_one_and_a_half_points_of_the_un_shares(history, group):
    total = sum(evidence.series("population_by_age_un", g) for g in ("0-14", "15-59", "60+"))
    official = 100 * evidence.series("population_by_age_un", group) / total
    found = {year: history.shares[year - FIRST_YEAR][group] for year in UN_YEARS}
    assert found == pytest.approx({year: official[year] for year in UN_YEARS}, abs=1.5)


def test_total_population_stays_within_one_and_a_half_percent_of_the_official_total(history):
    official = 10_000 * evidence.series("population_total_worldbank")
    found = dict(zip(YEARS, history.population, strict=True))
    assert found == pytest.approx({year: official[year] for year in YEARS}, rel=0.015)


def test_population_changes_by_births_less_deaths(history):
    change = [vital.births - vital.deaths for vital in history.vital]
    assert np.diff(history.population) == pytest.approx(np.array(change), abs=1)


def test_savings_are_kept_when_people_move_die_and_part(history):
    assert history.savings == pytest.approx([history.savings[0]] * len(YEARS), rel=1e-12)


def test_links_numbers_and_sizes_hold_in_every_year(history):
    assert history.broken == []


def test_rows_of_the_dead_do_not_pile_up(history):
    country = history.country
    assert min(country.persons.alive.mean(), country.households.alive.mean()) > 0.89


@pytest.mark.parametrize(
    ("place", "year", "official"),
    [("urban", 1998, 3.16), ("urban", 2012, 2.86), ("rural", 1995, 4.48), ("rural", 2000, 4.20)],
)
def test_households_become_smaller_about_as_recorded(history, place, year, official):
    assert history.sizes[year - FIRST_YEAR][place] == pytest.approx(official, abs=0.12)


def test_marriages_are_about_one_percent_of_the_population_a_year(history):
    rates = [v.marriages / p for v, p in zip(history.vital, history.population, strict=False)]
    assert 0.004 < min(rates) <= max(rates) < 0.014


def lives(country, last):
    """Return who lives how, by key, in the counties up to `last`."""
    persons, households = country.persons, country.households
    here = persons.alive & (households.county[persons.household] <= last)
    rows = np.flatnonzero(here)
    order = rows[np.argsort(persons.key[rows])]
    linked = [np.where(persons[n][order] >= 0, persons.key[persons[n][order]], 0) for n in LINKS]
    home = persons.household[order]
    return [persons.key[order], persons.age[order], *linked, *(households[n][home] for n in HOME)]


LINKS = ("spouse", "mother", "father")
HOME = ("key", "size", "assets", "township")


def test_one_more_household_elsewhere_leaves_every_life_as_it_was():
    small, large = Country(settle(600)), Country(settle(601))
    large.households.province[-1] = 30
    large.households.weight[:] = small.households.weight[0]
    for _ in range(12):
        small.next_year()
        large.next_year()
    for one, other in zip(lives(small, 1), lives(large, 1), strict=True):
        assert np.array_equal(one, other)


def test_women_below_the_legal_age_and_the_unmarried_have_no_children(history):
    persons = history.country.persons
    newborn = np.flatnonzero(persons.alive & (persons.age == 0))
    mother_age = persons.age[persons.mother[newborn]]
    assert mother_age.min() > 20
    assert mother_age.max() < 50


def test_newborn_live_with_their_mother_and_share_her_hukou():
    country = Country(settle(3000))
    country.next_year()
    persons = country.persons
    newborn = np.flatnonzero(persons.alive & (persons.age == 0))
    mother = persons.mother[newborn]
    for name in ("household", "township", "urban", "hukou_township", "hukou_urban"):
        assert np.array_equal(persons[name][newborn], persons[name][mother]), name
    father = persons.father[newborn]
    assert np.array_equal(persons.spouse[mother], father)
    assert not persons.female[father].any()


def test_numbers_of_new_households_go_on_counting():
    country = Country(settle(3000))
    country.next_year()
    assert country.households.number[3000:].min() == 3000
