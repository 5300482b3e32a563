"""Migration: who leaves, returns, follows; where people count; wages and rents (rule b.7)."""

import numpy as np
import pytest

from agents import migration
from agents.migration import HOME, Prospects
from agents.persons import Work
from model import earnings
from model import migration as year
from model.labour_market import LabourMarket
from model.residents import Residents
from model.simulation import Simulation
from model.tally import Tally
from policies.parameters import Override, ParameterSet

VIEW = ParameterSet.load().at(2005)


def prospects(pay=1.0, km=100.0, stock=0.0, services=0.3, pull=0.0, known=True):
    columns = (np.array([[float(value)]]) for value in (pay, km, stock, services, pull))
    return Prospects(*columns, np.array([[known]]))


def attraction(**offers):
    return float(migration.attraction(prospects(**offers), VIEW)[0, 0])


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"pay": 2.0}, {"pay": 1.0}),
        ({"km": 50}, {"km": 500}),
        ({"stock": 5}, {"stock": 0}),
        ({"services": 0.6}, {"services": 0.1}),
        ({"pull": 0.5}, {"pull": 0.0}),
    ],
)
def test_pay_nearness_earlier_migrants_and_services_attract(better, worse):
    assert attraction(**better) > attraction(**worse)


def test_place_with_home_pay_and_services_at_a_days_travel_costs_just_the_move():
    assert attraction() == pytest.approx(-VIEW.number("migration.choice.moving_cost"))


def test_doubled_pay_adds_theta_times_its_logarithm():
    gain = attraction(pay=2.0) - attraction()
    assert gain == pytest.approx(VIEW.number("migration.choice.income_elasticity") * np.log(2))


def test_nobody_chooses_an_unknown_place():
    utility = migration.attraction(prospects(known=False), VIEW)
    assert migration.choose(utility, np.array([0.999999])).tolist() == [HOME]


def test_choice_among_equals_is_by_equal_shares_with_home_first():
    draws = np.array([0.1, 0.3, 0.4, 0.6, 0.7, 0.99])
    slots = migration.choose(np.zeros((6, 2)), draws)
    assert slots.tolist() == [HOME, HOME, 0, 0, 1, 1]


def test_hazards_of_return_add_up_and_stop_at_one():
    number = VIEW.number
    yes, no = np.array([True]), np.array([False])
    base = migration.return_hazard(no, no, np.zeros(1), VIEW)
    older = migration.return_hazard(yes, no, np.zeros(1), VIEW)
    assert base[0] == pytest.approx(number("migration.return.base"))
    assert older[0] - base[0] == pytest.approx(number("migration.return.older"))


def test_family_follows_its_highest_rank_and_the_first_of_equals():
    leaders = migration.main_earner(np.array([7, 7, 3, 3], np.int32), np.array([1, 2, 5, 5]))
    assert leaders.tolist() == [2, 1]


def test_wages_fall_and_rents_rise_where_workers_double():
    market = LabourMarket(1)
    market.observe(np.array([[100.0, 100.0]]), np.zeros(1))
    market.observe(np.array([[100.0, 200.0]]), np.zeros(1))
    wage, rent = market.earnings_ratio(VIEW)[0, 1], market.rent_share(VIEW)[0]
    elasticity = VIEW.number("migration.places.wage_elasticity")
    assert wage == pytest.approx(2**-elasticity)
    assert rent > VIEW.number("migration.places.rent_share")


def test_without_elasticities_newcomers_change_no_price():
    paths = ("wage_elasticity", "farm_elasticity", "rent_elasticity")
    values = {f"migration.places.{path}": 0.0 for path in paths}
    sim = Simulation("tiny", **values, **{"years.last": 1995}).run()
    assert np.all(sim.labour_market.earnings_ratio(sim.parameters) == 1)
    share = sim.parameters.number("migration.places.rent_share")
    assert np.all(sim.labour_market.rent_share(sim.parameters) == share)


def test_employment_is_one_where_nobody_looks_for_work():
    market = LabourMarket(2)
    market.observe(np.array([[0.0, 0.0], [0.0, 90.0]]), np.array([0.0, 10.0]))
    assert market.employment.tolist() == [1.0, 0.9]


def test_mostly_workers_of_rural_hukou_live_apart_from_their_family(ten_years):
    persons = ten_years.persons
    away = persons.away & persons.alive
    assert away.any()
    assert persons.hukou_urban[away].mean() < 0.05
    assert np.isin(persons.work[away], (Work.FORMAL, Work.INFORMAL, Work.UNEMPLOYED)).mean() > 0.9


def test_everybody_who_is_not_away_lives_with_the_family(ten_years):
    persons, households = ten_years.persons, ten_years.households
    rows = np.flatnonzero(persons.alive & ~persons.away)
    home = persons.household[rows]
    assert np.array_equal(persons.township[rows], households.township[home])
    assert np.array_equal(persons.urban[rows], households.urban[home])


def test_county_and_province_of_a_household_are_those_of_its_township(ten_years):
    households, counties = ten_years.households, ten_years.counties
    living = households.alive
    county = ten_years.township_county[households.township[living]]
    assert np.array_equal(county, households.county[living])
    assert np.array_equal(counties.province[county], households.province[living])
    registered = ten_years.township_county[households.hukou_township[living]]
    assert np.array_equal(registered, households.hukou_county[living])


def test_families_live_outside_their_registration_after_some_years(ten_years):
    households = ten_years.households
    elsewhere = households.alive & (households.township != households.hukou_township)
    assert elsewhere.any()
    assert (households.size[elsewhere] > 1).any()


def test_no_household_is_without_anybody_at_home(ten_years):
    persons, households = ten_years.persons, ten_years.households
    away = np.flatnonzero(persons.away & persons.alive)
    absent = np.bincount(persons.household[away], minlength=households.n)
    rural = households.alive & ~households.hukou_urban & (households.size > 0)
    assert (absent[rural] == households.size[rural]).mean() < 0.01


def test_residents_of_all_places_are_all_persons(ten_years):
    tally = Tally(ten_years.households, ten_years.counties.n)
    residents = Residents(ten_years, tally)
    assert residents.people.sum() == pytest.approx(tally.people.sum(), rel=1e-12)
    assert residents.people[:, 1].sum() > tally.people[:, 1].sum()


def test_corridors_remember_who_left(ten_years):
    assert ten_years.corridors.stock.max() > 1
    assert np.all(ten_years.corridors.stock >= 0)


def test_rent_goes_from_newcomers_to_registered_families(ten_years):
    rows = ten_years.treasury.flow_rows
    paid = sum(row[4] for row in rows if row[3] == "rent")
    received = sum(row[4] for row in rows if row[3] == "rent_received")
    assert paid >= received > 0


def paid_out(sim, monkeypatch, **shares):
    """Return what households would earn this year with other shares of rent and living costs."""
    changed = [Override(f"migration.places.{name}", share, None) for name, share in shares.items()]
    with monkeypatch.context() as patch:
        view = ParameterSet.load().with_overrides(changed).at(sim.year)
        patch.setattr(sim, "parameters", view)
        return earnings.of_year(sim)


def test_workers_away_live_on_a_share_of_pay_after_rent_and_bring_home_the_rest(
    ten_years, monkeypatch
):
    everything = paid_out(ten_years, monkeypatch, living_share=0.0)
    usual = paid_out(ten_years, monkeypatch, living_share=0.3)
    half = paid_out(ten_years, monkeypatch, living_share=0.6)
    persons = ten_years.persons
    away = np.zeros(ten_years.households.n, bool)
    away[persons.household[persons.away & persons.alive]] = True
    assert everything.living_away.sum() == 0 < usual.living_away.sum()
    assert not usual.living_away[~away].any()
    assert half.living_away == pytest.approx(2 * usual.living_away)
    missing = everything.earnings.all - usual.earnings.all
    assert missing == pytest.approx(usual.living_away, abs=1e-6)
    regular = everything.earnings.regular - usual.earnings.regular
    assert regular.max() > 0
    assert np.all(regular <= missing + 1e-6)
    assert np.array_equal(usual.rent, everything.rent)


def test_what_workers_away_live_on_is_paid_out_of_wages(ten_years):
    rows = ten_years.treasury.flow_rows
    living = [row for row in rows if row[3] == "living_away"]
    assert {row[1:3] for row in living} == {("households", "outside")}
    paid = sum(row[4] for row in living)
    wages = sum(row[4] for row in rows if row[3] == "wages")
    assert 0 < paid < 0.1 * wages


@pytest.fixture
def in_town() -> Simulation:
    """Return a simulation in which families live outside their place of registration."""
    return Simulation("tiny", **{"years.last": 1997}).run()


def families_elsewhere(sim):
    """Return families that moved, and for each of them the rows of its members who live there."""
    persons, households = sim.persons, sim.households
    elsewhere = households.alive & (households.township != households.hukou_township)
    lives_there = persons.alive & ~persons.away
    return [
        (home, members)
        for home in np.flatnonzero(elsewhere & ~households.hukou_urban)
        if (members := np.flatnonzero(lives_there & (persons.household == home))).size > 1
    ]


@pytest.mark.parametrize("reason", ["age", "job"])
def test_the_age_and_job_of_the_main_earner_decide_whether_a_family_returns(
    in_town, monkeypatch, reason
):
    persons, households = in_town.persons, in_town.households
    families = families_elsewhere(in_town)
    assert len(families) > 1
    households.ill_years[:] = 0
    for number, (_, members) in enumerate(families):
        persons.age[members], persons.work[members] = 70, Work.NONE
        earner, second = members[:2]
        persons.work[earner], persons.work[second] = Work.FORMAL, Work.INFORMAL
        persons.skill[members] = persons.skill[earner]
        persons.age[[earner, second]] = 50, 60
        # Every other family keeps a main earner of fifty at work, beside an older one.
        if number % 2:
            persons.age[earner] = 51
            persons.work[earner] = Work.UNEMPLOYED if reason == "job" else Work.FORMAL
            persons.skill[earner] = 2
    if reason == "job":
        persons.age[:] = np.minimum(persons.age, 50)
    monkeypatch.setattr(
        year.rules, "return_hazard", lambda older, struck, *_: (older | struck).astype(float)
    )
    year._return_families(in_town)
    returned = [
        bool(households.township[home] == households.hukou_township[home]) for home, _ in families
    ]
    assert returned == [number % 2 == 1 for number in range(len(families))]


def test_the_old_alone_at_home_follow_nobody_however_they_were_counted_last_year(in_town):
    persons = in_town.persons
    home = np.unique(persons.household[persons.alive & ~persons.away])[:2].astype(np.int32)
    persons.age[persons.household == home[0]] = 70
    in_town.households.elders[:] = 0
    assert year._somebody_younger_at_home(in_town, home).tolist() == [False, True]
