"""The child allowance pays what its rules say, and changes nothing else."""

import numpy as np
import pytest

from model.simulation import Simulation
from policies.base import discover

LAST = 2003
# Alone, since other policies look at what households have.
OTHERS_OFF = {f"policies.{name}": "off" for name in discover() if name != "child_allowance"}


@pytest.fixture(scope="module")
def pair():
    """Return the same history with the allowance and without it."""
    alone = {"years.last": LAST, **OTHERS_OFF}
    with_it = Simulation("tiny", **alone).run()
    return with_it, Simulation("tiny", **alone, **{"policies.child_allowance": "off"}).run()


def young_children(sim):
    persons = sim.persons
    return np.bincount(
        persons.household[persons.alive & (persons.age < 6)], minlength=sim.households.n
    )


def recorded(sim, outcome):
    rows = sim.record.table().query("level == 'nation' and outcome == @outcome and group == 'all'")
    return rows.set_index("year")["value"]


def test_each_young_child_brings_240_yuan_a_year_where_the_county_pays(pair):
    with_it, without = pair
    pays = with_it.adoptions.in_force("child_allowance")[with_it.households.county]
    more = with_it.households.transfers - without.households.transfers
    assert more == pytest.approx(240 * young_children(with_it) * pays)


def test_counties_start_in_2001_and_half_of_them_pay(pair):
    children = recorded(pair[0], "child_allowance_children")
    assert (children.loc[:2000] == 0).all()
    assert (children.loc[2001:] > 0).all()
    assert pair[0].adoptions.in_force("child_allowance").mean() == pytest.approx(0.5)


def test_switched_off_nobody_is_paid(pair):
    assert (recorded(pair[1], "child_allowance_children") == 0).all()


def test_nobody_lives_or_works_differently(pair):
    with_it, without = (sim.persons for sim in pair)
    for name in ("key", "age", "alive", "work", "household"):
        assert np.array_equal(with_it[name], without[name]), name


def test_counties_pay_what_households_receive(pair):
    rows = pair[0].treasury.flow_rows
    paid = sum(row[-1] for row in rows if row[3] == "child_allowance" and row[0] == LAST)
    children = recorded(pair[0], "child_allowance_children")[LAST]
    assert paid == pytest.approx(240 * children)
