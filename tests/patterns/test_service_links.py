"""What the links of households to organisations carry, at the same seed."""

import numpy as np
import pytest

from agents.persons import Work

CUT = {"procurement.links.gain": 0.0}
NO_WORD = {"procurement.links.awareness": 0.0}
NO_COUNSEL = {"procurement.links.insurance_rights": 0.0}
SUPPORTED = {"procurement.links.sides_with_employer": 0.0}
OFF = {"policies.procurement": "off"}
LAST = 2012


def mean(values, first=2008, last=LAST):
    return values.loc[first:last].mean()


@pytest.mark.imposed
def test_fewer_are_aware_of_dibao_where_links_bring_no_word(seed, history):
    usual, silent = (
        (sim.households["aware_of_dibao"] * sim.households.weight).sum()
        for sim in (history(seed, settings, 2005) for settings in ({}, NO_WORD))
    )
    assert silent < usual


@pytest.mark.imposed
def test_fewer_migrants_are_insured_where_nobody_tells_them_of_their_rights(
    seed, history, national
):
    usual, untold = (
        mean(national(history(seed, settings, LAST), "coverage", "migrant_all", "worker_pension"))
        for settings in ({}, NO_COUNSEL)
    )
    assert untold < usual


@pytest.mark.imposed
def test_workers_trust_hubs_less_where_the_union_sides_with_the_employer(seed, history):
    sides, supports = (_trust_of_workers(history(seed, s, LAST)) for s in ({}, SUPPORTED))
    assert sides < supports


def _trust_of_workers(sim):
    """Return the mean trust in hubs of households with a worker off the farm."""
    persons, households = sim.persons, sim.households
    works = np.isin(persons.work, (Work.FORMAL, Work.INFORMAL, Work.OFF_FARM)) & persons.alive
    homes = np.unique(persons.household[works])
    return np.average(households.trust_gongo[homes], weights=households.weight[homes])


@pytest.mark.imposed
def test_links_change_nothing_without_procurement(seed, history, same):
    off, cut = (history(seed, OFF | more, 2010) for more in ({}, CUT))
    assert same(off, cut)
