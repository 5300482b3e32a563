"""Directions of migration: what more or less of each force does to where people live."""

import pytest

OUTGOING = "migrants/migrant_outgoing"


@pytest.fixture
def outcome(seed, history):
    """Return a function that gives a national outcome of 2005 under some settings."""
    return lambda name, **settings: history(seed, settings, last=2005).latest[name]


@pytest.mark.imposed
def test_dearer_moves_keep_people_at_home(outcome):
    dear = {"migration.choice.moving_cost": 3.0}
    assert outcome(OUTGOING, **dear) < outcome(OUTGOING)


@pytest.mark.imposed
def test_services_for_newcomers_bring_families_to_town(outcome):
    open_doors = {"migration.choice.closed_services": 0.3, "migration.return.follow": 0.3}
    left = "left_behind_share/children"
    assert outcome(left, **open_doors) < outcome(left)


@pytest.mark.emergent
def test_migrants_raise_rural_incomes_at_home(outcome):
    nobody = {"migration.choice.review": 0.05, "migration.choice.moving_cost": 3.0}
    rural = "income_mean/rural"
    assert outcome(rural) > outcome(rural, **nobody)


@pytest.mark.emergent
def test_chains_of_migrants_feed_on_themselves(outcome):
    no_chain = {"migration.corridors.chain": 0.0}
    assert outcome(OUTGOING) > outcome(OUTGOING, **no_chain)


@pytest.mark.imposed
def test_without_new_towns_fewer_people_are_urban(outcome):
    no_towns = {"migration.places.reclassified": 0.0}
    share = "urban_share"
    assert outcome(share, **no_towns) < outcome(share)
