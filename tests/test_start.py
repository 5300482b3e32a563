"""The first year is the China of official figures."""

import numpy as np
import pytest

from agents.persons import Work
from model import evidence
from model.simulation import Simulation
from policies.base import discover

GINI_1993 = 0.4195
SMALLEST = {"world.counties": 31, "world.townships_per_county": 1, "world.households": 620}
START = "economy.start."


@pytest.fixture(scope="module", params=["tiny", "small", "later"])
def start(request):
    """Return worlds before their first year: tiny, the smallest sensible one, and of 2005."""
    changes = {"tiny": {}, "small": SMALLEST, "later": {"years.first": 2005}}
    return Simulation("tiny", **changes[request.param])


@pytest.fixture(scope="module")
def first_year():
    return Simulation("tiny", **{"years.last": 1993}).run()


def real_persons(sim):
    return sim.households.weight * sim.households.size


def residents(sim):
    """Return each person's real number, province and kind of place of residence."""
    persons = sim.persons
    province = sim.counties.province[sim.township_county[persons.township]]
    return sim.households.weight[persons.household], province, persons.urban


@pytest.mark.parametrize("kind", ["urban", "rural"])
def test_mean_incomes_before_transfers_are_the_official_ones(start, kind):
    rows = start.households.urban == (kind == "urban")
    earned = (start.households.market_income * start.households.weight)[rows].sum()
    official = start.parameters.number(f"{START}{kind}_income_mean")
    assert earned / real_persons(start)[rows].sum() == pytest.approx(official, rel=1e-6)


def test_official_means_of_1993_are_those_of_the_statistics(first_year):
    assert first_year.parameter_set.value(f"{START}urban_income_mean", 1993) == 2577.4
    assert first_year.parameter_set.value(f"{START}rural_income_mean", 1993) == 921.6


def test_gini_of_the_first_year_is_near_the_official_one(first_year):
    rows = first_year.record.table().query("outcome == 'gini' and level == 'nation'")
    values = rows.set_index("group")["value"]
    assert values["all"] == pytest.approx(GINI_1993, abs=0.02)
    assert values["urban"] < values["rural"] < values["all"]


def test_weights_give_the_provinces_of_the_census_scaled_to_the_year(start):
    census = evidence.province_column("population_2000", start.geography.province_name)
    total = start.parameters.number(f"{START}population") * 10_000
    number, province, _ = residents(start)
    people = np.bincount(province, number, 31)
    assert people == pytest.approx(census * total / census.sum(), rel=0.01)


def test_weights_give_the_national_urban_share(start):
    number, _, urban = residents(start)
    share = number[urban].sum() / number.sum()
    assert share == pytest.approx(start.parameters.number(f"{START}urban_share"), rel=1e-6)


def test_every_province_has_urban_and_rural_households(start):
    cells = start.households.province * 2 + start.households.urban
    assert len(np.unique(cells)) == 62


def test_members_and_households_agree(start):
    persons, households = start.persons, start.households
    assert (np.bincount(persons.household, minlength=households.n) == households.size).all()
    assert (households.size > 0).all()
    at_home = ~persons.away
    assert (persons.urban == households.urban[persons.household])[at_home].all()
    assert (persons.hukou_urban == households.hukou_urban[persons.household]).all()
    assert len(np.unique(persons.key)) == persons.n
    assert len(np.unique(households.key)) == households.n


def test_household_sizes_are_the_official_ones(first_year):
    rows = first_year.record.table().query("outcome == 'household_size' and level == 'nation'")
    sizes = rows.set_index("group")["value"]
    for kind in ("urban", "rural"):
        official = first_year.parameter_set.value(f"{START}household_size_{kind}", 1993)
        assert sizes[kind] == pytest.approx(official, rel=0.03)


def test_richer_provinces_are_richer_in_the_model_too(start):
    rural = ~start.households.urban
    people = np.bincount(start.households.province[rural], real_persons(start)[rural], 31)
    earned = start.households.market_income * start.households.weight
    mean = np.bincount(start.households.province[rural], earned[rural], 31) / people
    official = evidence.province_column("rural_income_1995", start.geography.province_name)
    assert np.corrcoef(np.log(mean), np.log(official))[0, 1] > 0.6


def test_everybody_has_an_income_and_savings(start):
    assert (start.households.market_income > 0).all()
    assert (start.households.assets > 0).all()


def test_families_of_1993_start_a_history_in_any_year():
    years = {"years.first": 2023, "years.last": 2023}
    late, usual = Simulation("tiny", **years), Simulation("tiny")
    for town in (True, False):
        ages = [sim.persons.age[sim.persons.urban == town].mean() for sim in (late, usual)]
        assert ages[0] == pytest.approx(ages[1], abs=1)


def test_incomes_of_later_first_years_grow_from_their_own_level():
    # Without dues, which official means have taken off already.
    off = {f"policies.{policy}": "off" for policy in discover()}
    sim = Simulation("tiny", **{"years.first": 2005, "years.last": 2006}, **off).run()
    rows = sim.record.table().query("outcome == 'income_mean' and level == 'nation'")
    urban = rows.query("group == 'urban'").set_index("year")["value"]
    assert urban[2005] == pytest.approx(10493, rel=0.005)
    assert urban[2006] == pytest.approx(11760, rel=0.05)


def test_what_is_known_is_held_against_the_line_of_its_own_year():
    sim = Simulation("tiny")
    first = sim.poverty_line
    assert sim.last_poverty_line == first
    sim.begin_year(1994)
    assert (sim.poverty_line > first, sim.last_poverty_line) == (True, first)


def test_able_workers_are_those_who_work_and_are_not_disabled(start):
    persons, households = start.persons, start.households
    works = persons.alive & (persons.work >= Work.FARM) & (persons.work <= Work.INFORMAL)
    able = np.bincount(persons.household[works & ~persons.disabled], minlength=households.n)
    assert households.able_workers.tolist() == able.tolist()
    assert (able < households.workers).any()
