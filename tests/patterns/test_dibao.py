"""Dibao on and off at the same seed: what moves, and what stays as it is to the last bit."""

import numpy as np
import pytest

from policies.base import discover

SCHEMES = ("urban_dibao", "rural_dibao")
# Alone, since poverty alleviation and other assistance look at the roll.
ALONE = {f"policies.{name}": "off" for name in discover() if name not in SCHEMES}
NONE = ALONE | {f"policies.{name}": "off" for name in SCHEMES}


@pytest.fixture
def pair(seed, history):
    """Return the history with dibao and the one without."""
    return history(seed, ALONE), history(seed, NONE)


def paid(sim, purpose):
    rows = (row for row in sim.treasury.flow_rows if row[3] == purpose and row[2] == "households")
    return sum(row[-1] for row in rows)


@pytest.mark.imposed
def test_dibao_closes_part_of_the_rural_poverty_gap(pair, national):
    with_it, without = (national(sim, "poverty_gap", "rural") for sim in pair)
    assert (with_it <= without).all()
    assert with_it[2009] < without[2009]


@pytest.mark.imposed
def test_dibao_pays_households_and_without_it_nobody_is_paid(pair):
    for purpose in SCHEMES:
        with_it, without = (paid(sim, purpose) for sim in pair)
        assert with_it > 0 == without


@pytest.mark.emergent
def test_dibao_lowers_the_severity_of_rural_poverty_more_than_its_rate(pair, national):
    fall = {}
    for measure in ("poverty_rate", "poverty_severity"):
        with_it, without = (national(sim, measure, "rural")[2009] for sim in pair)
        fall[measure] = 1 - with_it / without
    assert fall["poverty_severity"] > fall["poverty_rate"]


@pytest.mark.imposed
def test_births_and_deaths_do_not_depend_on_dibao(pair, national):
    for outcome in ("births", "deaths", "marriages"):
        with_it, without = (national(sim, outcome) for sim in pair)
        assert with_it.equals(without), outcome


@pytest.mark.imposed
def test_market_incomes_do_not_depend_on_dibao(pair):
    with_it, without = (sim.households for sim in pair)
    assert np.array_equal(with_it.key, without.key)
    assert with_it.market_income.tobytes() == without.market_income.tobytes()


@pytest.mark.emergent
def test_stigma_keeps_the_poor_from_their_right_and_more_of_the_better_off(seed, history, national):
    rights = ALONE | {"dibao.rules.mode": "rights"}
    little, much = (
        history(seed, rights | {"dibao.rules.stigma": stigma}, last=2012) for stigma in (0.0, 0.3)
    )
    for error, rises in (("exclusion_error", True), ("inclusion_error", False)):
        before, after = (national(sim, error, "rural").loc[2010:].mean() for sim in (little, much))
        assert (after > before) == rises, error


@pytest.mark.imposed
def test_stigma_differs_between_households_only_where_it_is_felt(seed, history, same):
    none = ALONE | {"dibao.rules.stigma": 0.0}
    alike = history(seed, none | {"dibao.rules.stigma_sd": 0.0}, last=2005)
    assert same(alike, history(seed, none, last=2005))
