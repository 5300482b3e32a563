"""Directions of diffusion: who innovates first, what speeds it up, what pilots show, who drives."""

import numpy as np
import pytest

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


# Enough townships that the luck of a few does not decide what pilots bring.
DENSE = {"world.counties": 310, "world.townships_per_county": 4, "world.households": 9300}
PILOTED = (("residents_medical", 2003), ("residents_pension", 2009))


@pytest.fixture
def seen(seed, history, national):
    """Return a function: what is seen of a policy in the first two years of its pilots, mean."""

    def effect(policy, year, **settings):
        sim = history(seed, DENSE | {"years.first": year - 1} | settings, last=year + 1)
        return national(sim, "pilot_effect", scheme=policy).loc[year:].mean()

    return effect


@pytest.mark.imposed
@pytest.mark.parametrize(("policy", "year"), PILOTED)
def test_pilots_look_better_than_a_roll_out_of_the_same_year(seed, seen, policy, year):
    everywhere = {f"adoption.{policy}.pilot_share": 1.0, "diffusion.pilots.effort": 0.0}
    assert seen(policy, year) > seen(policy, year, **everywhere) > 0


@pytest.mark.imposed
@pytest.mark.parametrize(("policy", "year"), PILOTED)
def test_pilots_look_better_by_their_extra_effort(seed, seen, policy, year):
    assert seen(policy, year) > seen(policy, year, **{"diffusion.pilots.effort": 0.0})


@pytest.mark.imposed
@pytest.mark.parametrize(("policy", "year"), PILOTED)
def test_provinces_place_pilots_in_richer_places(seed, history, national, policy, year):
    sim = history(seed, WIDE | {"world.households": 7440}, last=year)
    assert national(sim, "richer_pilots", scheme=policy)[year] > 0.6


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


LAGS = ("urban_dibao", "rural_dibao", "migrant_insurance", "residents_pension")


@pytest.mark.emergent
def test_the_way_to_the_nation_takes_as_long_as_the_centre_needs_to_see(seed, history, national):
    ways = {"dated": {}, "decides": {"centre.rules.mode": "choice"},
            "below": {"centre.rules.mode": "choice", "diffusion.drivers.mandate": 0.0,
                      "diffusion.drivers.claims": 3.0}}  # fmt: skip
    lags = {way: [national(history(seed, WIDE | settings, last=2018), "diffusion_lag",
                           scheme=policy)[2018] for policy in LAGS]
            for way, settings in ways.items()}  # fmt: skip
    assert lags["decides"][0] > lags["dated"][0] == 6
    assert lags["below"] != lags["decides"] != lags["dated"]


@pytest.mark.fitted
def test_only_some_cities_open_by_themselves_beyond_the_path(seed, history):
    rows = [row for row in history(seed, last=2012).adoptions.rows if row[1] == "hukou"]
    opened = {row[2] for row in rows if row[4].startswith("rung") and row[5].startswith("choice")}
    assert 0 < len(opened) < 0.4 * len({row[2] for row in rows})
