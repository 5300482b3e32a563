"""Directions of diffusion: who innovates first, what speeds it up, what pilots show, who drives."""

import numpy as np
import pytest

from model.centre import difference
from model.simulation import Simulation

URBAN = "urban_dibao"
DRIVERS = ("claims", "incentives", "legitimacy", "peers", "mandate")
# More places than the tiny world has, so that a year's adopters are more than a handful.
WIDE = {"world.counties": 186, "world.townships_per_county": 1, "world.households": 1860}


def adopted(sim, policy, last=2023):
    """Return the year of adoption of each county, shape (n_counties,); never: a year after last."""
    years = np.full(sim.counties.n, last + 1)
    place = {str(code): row for row, code in enumerate(sim.counties.code)}
    for year, of_policy, area, event, *_ in sim.adoptions.rows:
        if of_policy == policy and event == "adopted":
            years[place[area]] = year
    return years


def hazard(sim, policy, year):
    """Return the share of the counties still without a policy that adopt it in a year."""
    years = adopted(sim, policy)
    return (years == year).sum() / max((years >= year).sum(), 1)


@pytest.mark.imposed
def test_rich_places_innovate_first(seed, history):
    sim = history(seed, WIDE, last=2018)
    early = adopted(sim, URBAN) <= 1996
    assert 0.02 < early.mean() < 0.4
    ranks = np.argsort(np.argsort(sim.counties.priority)) / sim.counties.n
    assert ranks[early].mean() > ranks[~early].mean() + 0.05


@pytest.mark.fitted
def test_half_of_the_counties_have_urban_dibao_in_1997_or_1998_and_all_by_the_deadline(
    seed, history
):
    years = adopted(history(seed, WIDE, last=2018), URBAN)
    assert 1996 <= np.median(years) <= 1998
    assert (years <= 1999).mean() > 0.95


@pytest.mark.imposed
@pytest.mark.parametrize(("policy", "recognised", "deadline"), [
    (URBAN, 1996, 1999), ("residents_medical", 2005, 2008), ("residents_pension", 2011, 2012),
])  # fmt: skip
def test_spread_speeds_up_after_recognition_and_again_at_the_deadline(
    seed, history, policy, recognised, deadline
):
    sim = history(seed, WIDE, last=2018)
    before, after, at_last = (hazard(sim, policy, year)
                              for year in (recognised - 1, recognised, deadline))  # fmt: skip
    assert before < after < at_last
    assert at_last > 0.9


@pytest.mark.emergent
def test_without_orders_peers_carry_urban_dibao_only_slowly(seed, history):
    alone = WIDE | {"diffusion.drivers.mandate": 0.0}
    years = adopted(history(seed, alone, last=2010), URBAN)
    assert (years <= 1999).mean() < 0.3
    assert (years <= 1999).mean() < (years <= 2010).mean()


@pytest.mark.imposed
@pytest.mark.parametrize("driver", ["claims", "peers"])
def test_a_policy_is_never_earlier_with_only_one_driver_than_with_that_and_orders(
    seed, history, driver
):
    mute = {f"diffusion.drivers.{name}": 0.0 for name in DRIVERS if name not in {driver, "mandate"}}
    both = history(seed, WIDE | mute, last=2000)
    alone = history(seed, WIDE | mute | {"diffusion.drivers.mandate": 0.0}, last=2000)
    assert (
        np.minimum(adopted(both, URBAN), 2001).sum()
        <= np.minimum(adopted(alone, URBAN), 2001).sum()
    )


@pytest.mark.imposed
@pytest.mark.parametrize("driver", ["peers", "mandate"])
def test_muting_a_driver_delays_urban_dibao(seed, history, driver):
    muted = history(seed, WIDE | {f"diffusion.drivers.{driver}": 0.0}, last=2000)
    years, late = (np.minimum(adopted(sim, URBAN), 2001).mean()
                   for sim in (history(seed, WIDE, last=2018), muted))  # fmt: skip
    assert late > years


def seen_in_pilots(seed, **settings):
    """Return what the centre sees of the rural medical scheme in the second year of its pilots."""
    sim = Simulation("tiny", seed=seed, **WIDE, **{"years.first": 2000, "years.last": 2004},
                     **settings).run()  # fmt: skip
    return difference(sim, "residents_medical")


@pytest.mark.imposed
def test_pilots_look_better_than_the_same_sites_would_at_the_roll_out(seed):
    usual = seen_in_pilots(seed, **{"diffusion.pilots.effort": 0.0})
    assert seen_in_pilots(seed, **{"diffusion.pilots.effort": 0.5}) > usual


@pytest.mark.imposed
@pytest.mark.parametrize(("policy", "year"), [
    ("residents_medical", 2003), ("residents_pension", 2009),
])  # fmt: skip
def test_provinces_place_pilots_in_richer_places(seed, history, policy, year):
    sim = history(seed, WIDE | {"world.households": 7440}, last=year)
    product = sim.counties.product / sim.counties.population
    sites = sim.adoptions.pilots(policy)
    assert (product[sites] > np.median(product)).mean() > 0.6


@pytest.mark.imposed
def test_orders_make_designs_more_alike_and_unification_one(seed, history, national):
    sim = history(seed, WIDE, last=2018)
    pension = national(sim, "fragmentation", scheme="residents_pension")
    medical = national(sim, "fragmentation", scheme="residents_medical")
    assert pension[2013] > 0.5 > pension[2015]
    assert medical[2015] > 0.5 > medical[2017]


@pytest.mark.emergent
def test_designs_multiply_while_a_policy_spreads_from_below(seed, history, national):
    urban = national(history(seed, WIDE, last=2018), "fragmentation", scheme=URBAN)
    assert urban[1993] < urban[1996]


@pytest.mark.emergent
def test_urban_dibao_spreads_more_slowly_from_below_than_by_order(seed, history):
    below = WIDE | {"diffusion.drivers.mandate": 0.0, "diffusion.drivers.claims": 3.0}
    above = WIDE | {f"diffusion.drivers.{name}": 0.0 for name in DRIVERS if name != "mandate"}
    one, other = (np.minimum(adopted(history(seed, way, last=2010), URBAN), 2011).mean()
                  for way in (below, above))  # fmt: skip
    assert one > other


@pytest.mark.emergent
def test_a_centre_that_waits_for_what_it_sees_orders_urban_dibao_no_earlier_than_it_did(
    seed, history
):
    sim = history(seed, WIDE | {"centre.rules.mode": "choice"}, last=2012)
    order = sim.orders[URBAN].ordered
    assert order is None or order >= 1995
    assert adopted(sim, URBAN).mean() > adopted(history(seed, WIDE, last=2018), URBAN).mean() - 0.5


@pytest.mark.fitted
def test_only_some_cities_open_by_themselves_beyond_the_path(seed, history):
    rows = [row for row in history(seed, last=2012).adoptions.rows if row[1] == "hukou"]
    opened = {row[2] for row in rows if row[4].startswith("rung") and row[5].startswith("choice")}
    assert 0 < len(opened) < 0.4 * len({row[2] for row in rows})
