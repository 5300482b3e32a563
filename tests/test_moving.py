"""Moves: everybody takes an equal share, orphans find a home, nothing is lost when a home ends."""

import numpy as np

from agents.households import Households
from agents.persons import Persons
from model.chance import Chance
from model.moving import close_empty, drop_dead_rows, found_households, move, shelter_orphans

ADULT_AGE = 18


def homes(n, **columns):
    households = Households(n)
    households.alive[:] = True
    households.weight[:] = 1000.0
    households.key = np.arange(1, n + 1, dtype=np.uint64)
    households.number = np.arange(n)
    for name in ("township", "county", "province"):
        households[name] = np.zeros(n)
    for name, values in columns.items():
        households[name] = np.array(values)
    return households


def members(households, home, age):
    persons = Persons(len(home))
    persons.alive[:] = True
    persons.key = np.arange(1, persons.n + 1, dtype=np.uint64)
    persons.household = np.array(home, np.int32)
    persons.age = np.array(age, np.int16)
    households.size = np.bincount(persons.household, minlength=households.n).astype(np.int16)
    return persons


def test_a_mover_takes_an_equal_share_of_the_savings():
    households = homes(2, assets=[9000.0, 500.0])
    persons = members(households, [0, 0, 0, 1], [50, 48, 22, 24])
    move(persons, households, np.array([2]), np.array([1]))
    assert list(households.assets) == [6000, 3500]
    assert list(households.size) == [2, 2]
    assert persons.household[2] == 1


def test_a_share_of_debt_goes_along_and_weights_are_respected():
    households = homes(2, assets=[-900.0, 0.0], weight=[1000.0, 500.0], township=[0, 3])
    persons = members(households, [0, 0, 1], [50, 22, 24])
    move(persons, households, np.array([1]), np.array([1]))
    assert list(households.assets) == [-450, -900]
    assert persons.township[1] == 3


def test_who_moves_to_another_township_begins_to_count_years_there():
    households = homes(3, township=[0, 0, 3])
    persons = members(households, [0, 0, 0, 1, 2], [50, 24, 22, 40, 40])
    persons.township[:] = 0, 0, 0, 0, 3
    persons.place_years[:] = 9
    move(persons, households, np.array([1, 2]), np.array([1, 2]))
    assert persons.place_years.tolist() == [9, 9, 0, 9, 9]


def test_a_new_household_is_like_its_parent_but_for_people_money_and_the_year():
    households = homes(2, urban=[True, False], assets=[10.0, 20.0], market_income=[5.0, 6.0])
    households.ill_years[:] = 2
    new = found_households(households, np.array([0]), np.array([77], np.uint64), 1999)
    assert list(new) == [2]
    row = households[2]
    assert row["urban"]
    assert (row["weight"], row["number"]) == (1000, 2)
    assert row["size"] == row["assets"] == row["market_income"] == row["ill_years"] == 0
    assert len(np.unique(households.key)) == 3


def orphaned(townships, urban, counties=(0, 0, 0)):
    households = homes(3, township=townships, urban=urban, county=counties)
    persons = members(households, [0, 0, 1, 2], [6, 9, 40, 40])
    draws = Chance(1).draws("households.shelter", 2000)
    shelter_orphans(persons, households, np.array([0, 1]), ADULT_AGE, draws)
    return list(persons.household)


def test_orphans_join_a_household_of_their_township_and_kind_of_place_together():
    assert orphaned([0, 0, 1], [False] * 3) == [1, 1, 1, 2]
    assert orphaned([0, 0, 1], [False, True, False]) == [2, 2, 1, 2]


def test_orphans_look_in_the_county_then_in_the_province():
    assert orphaned([0, 1, 2], [False] * 3, (0, 1, 0)) == [2, 2, 1, 2]
    assert orphaned([0, 1, 2], [False, True, False], (0, 1, 1)) == [2, 2, 1, 2]


def test_orphans_stay_by_themselves_where_there_is_nobody():
    assert orphaned([0, 0, 0], [True, False, False]) == [0, 0, 1, 2]


def test_children_with_an_adult_stay():
    households = homes(2)
    persons = members(households, [0, 0, 1], [6, 18, 40])
    draws = Chance(1).draws("households.shelter", 2000)
    shelter_orphans(persons, households, np.array([0, 1]), ADULT_AGE, draws)
    assert list(persons.household) == [0, 0, 1]


def test_neighbours_share_what_an_ended_household_leaves():
    households = homes(4, township=[0, 0, 0, 1], assets=[600.0, 10.0, 20.0, 30.0])
    households.size[1:] = 1
    close_empty(households)
    assert list(households.assets) == [0, 310, 320, 30]
    assert list(households.alive) == [False, True, True, True]
    assert households.weight[0] == 0


def test_an_estate_without_neighbours_goes_to_the_county():
    households = homes(3, township=[0, 1, 2], county=[0, 0, 1], assets=[600.0, 0.0, 0.0])
    households.size[1:] = 1
    close_empty(households)
    assert list(households.assets) == [0, 600, 0]


def test_links_still_name_the_same_people_after_dead_rows_are_dropped():
    households = homes(6)
    persons = members(households, [0, 1, 2, 3, 4, 5], [40] * 6)
    persons.spouse[[3, 5]] = [5, 3]
    persons.mother[[4, 5]] = [0, 2]
    persons.alive[:2] = households.alive[:2] = False
    drop_dead_rows(persons, households)
    assert list(persons.key) == [3, 4, 5, 6]
    assert list(persons.spouse) == [-1, 3, -1, 1]
    assert list(persons.mother) == [-1, -1, -1, 0]
    assert np.array_equal(households.key[persons.household], persons.key)


def test_few_dead_rows_are_left_where_they_are():
    households = homes(20)
    persons = members(households, range(20), [40] * 20)
    persons.alive[0] = False
    drop_dead_rows(persons, households)
    assert (persons.n, households.n) == (20, 20)


def test_the_household_with_the_highest_number_stays_for_counting():
    households = homes(4)
    persons = members(households, [0, 1], [40, 40])
    households.alive[2:] = False
    drop_dead_rows(persons, households)
    assert list(households.number) == [0, 1, 3]
