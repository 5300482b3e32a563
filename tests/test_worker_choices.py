"""What employers offer and workers accept, rule by rule (d.3, d.4)."""

import numpy as np
import pytest
from scipy.special import logit

from agents import employers, enrolment
from agents.employers import Employers, draw_employers
from agents.enrolment import MEDICAL, PENSION, UNEMPLOYMENT, Prospects, Terms
from model.chance import Chance
from policies import worker_jobs as jobs
from policies.worker_columns import schemes_of
from tests.small_county import parameters
from tests.small_works import MIGRANT, live, works


def owners(n=1, **values):
    filled = {"offer": 0.0, "declare": 0.0, "size": 0, "state": False, "effort": 0.7} | values
    return Employers(**{name: np.full(n, value) for name, value in filled.items()})


def offered(year=2014, migrant=False, base_ratio=1.0, changes=None, **values):
    """Return the share of a thousand employers that offers each scheme."""
    n = 1000
    draws = logit((np.arange(n) + 0.5) / n)
    view = parameters(year, **(changes or {}))
    rates = view.schedule("worker_insurance.rates.employer")[None]
    place, ones = np.zeros(n, np.intp), np.ones(1)
    terms = Terms(np.full(n, 31, np.uint8), place, rates, rates, ones, ones)
    firms = owners(n, **values | {"offer": draws})
    ratio, migrants = np.full(n, base_ratio), np.full(n, migrant)
    return schemes_of(employers.offers(firms, terms, ratio, migrants, view))


def test_a_larger_bundle_contains_the_smaller_ones():
    found = offered(migrant=True)
    by_reach = found[:, np.argsort(-found.sum(axis=0), kind="stable")]
    assert (np.diff(by_reach.astype(int), axis=1) <= 0).all()


@pytest.mark.parametrize(
    ("more", "less"),
    [({"size": 1}, {"size": -1}), ({"state": True}, {"state": False}),
     ({"effort": 0.9}, {"effort": 0.1}), ({"migrant": False}, {"migrant": True}),
     ({"base_ratio": 1}, {"base_ratio": 2}), ({"year": 2008}, {"year": 2007})],
)  # fmt: skip
def test_employers_offer_more_when_large_of_the_state_inspected_or_for_dear_locals(more, less):
    assert (offered(**more).mean(axis=0) > offered(**less).mean(axis=0)).all()


def test_the_odds_of_an_offer_are_worked_by_hand():
    """3.5 + .5 x size 1 + 2 x .7 x .1 x 1.5 + law .4 - migrant 1.7 - 3 x .2 x .81 x 1.2."""
    odds = 3.5 + 0.5 + 0.21 + 0.4 - 1.7 - 0.5832
    view, place, ones = parameters(2014), np.zeros(2, np.intp), np.ones(1)
    rates = np.array([[0.2, 0, 0, 0, 0]])
    terms = Terms(np.full(2, 1, np.uint8), place, rates, rates, ones, ones)
    firms = owners(2, size=1, offer=np.array([odds - 1e-6, odds + 1e-6]))
    found = employers.offers(firms, terms, np.full(2, 1.2), np.full(2, True), view)
    assert found.tolist() == [1, 0]


def test_without_inspection_effort_does_not_matter():
    changes = {"worker_insurance.employers.audit": 0.02, "worker_insurance.employers.fine": 1,
               "worker_insurance.employers.enforcement": 0}  # fmt: skip
    assert (offered(effort=0.9, changes=changes) == offered(effort=0.1, changes=changes)).all()


def test_the_floor_is_declared_only_for_wages_above_it_and_less_under_inspection():
    view = parameters(2014)
    draws = logit((np.arange(1000) + 0.5) / 1000)

    def share(wage, effort, due=None):
        firms = owners(1000, declare=draws, effort=effort)
        args = np.full(1000, 0.3), np.full(1000, wage), np.full(1000, due or wage)
        return employers.declares_floor(firms, *args, np.full(1000, 600.0), view).mean()

    assert share(600.0, 0.5) == 0
    assert share(3000.0, 0.9) < share(3000.0, 0.1)
    assert share(1000.0, 0.5) < share(3000.0, 0.5)
    # What is not due cannot be saved.
    assert share(6000.0, 0.5, due=3000.0) < share(6000.0, 0.5)


def test_workmates_share_an_employer_and_movers_change_it():
    chance = lambda name: Chance(1).draws(name, 0)  # noqa: E731
    workers = np.arange(1000, dtype=np.uint64) * np.uint64(7919)
    cells = draw_employers(np.array([5, 6], np.uint64), 20, chance)
    home, no = np.zeros(1000, np.int32), np.zeros(1000, bool)
    here = cells.offer[cells.of_workers(home, workers, no, chance)]
    there = cells.offer[cells.of_workers(home + 1, workers, no, chance)]
    assert len(np.unique(here)) == 20
    assert not np.intersect1d(here, there).size


def test_firms_and_the_state_are_different_employers_in_a_cell():
    chance = lambda name: Chance(1).draws(name, 0)  # noqa: E731
    cells = draw_employers(np.array([5, 6], np.uint64), 3, chance)
    workers = np.arange(1000, dtype=np.uint64) * np.uint64(7919)
    home = np.arange(1000, dtype=np.int32) % 2
    found = [cells.of_workers(home, workers, np.full(1000, state), chance) for state in (0, 1)]
    assert not np.intersect1d(*found).size
    assert np.unique(found).size == len(np.unique(cells.size)) == 12


def test_rates_and_sums_over_sets_of_schemes_are_worked_by_hand():
    rates = np.array([[0.2, 0.08, 0.02, 0.01, 0.008], [0.1, 0, 0, 0.02, 0]])
    place, has = np.array([0, 1, 1]), np.array([0b00011, 0b01001, 0b00001], np.uint8)
    terms = Terms(has, place, rates, rates, np.ones(2), np.ones(2))
    assert terms.rate(rates, has).tolist() == pytest.approx([0.28, 0.12, 0.1])
    sums = terms.sums(np.array([10.0, 20.0, 5.0]), has)
    assert sums.tolist() == [[10, 10, 0, 0, 0], [25, 0, 0, 20, 0]]
    assert (
        schemes_of(terms.free()).tolist() == [[False] * 5] + [[False, True, True, False, True]] * 2
    )


def prospects(n=1, **values):
    filled = {"years_left": 20, "credited": 0, "stay": 0.5, "portability": 0.5,
              "benefit_factor": 1, "hospital": 0.01, "jobless": 0.01} | values  # fmt: skip
    return Prospects(**{name: np.full(n, float(value)) for name, value in filled.items()})


def test_value_of_the_pension_is_worked_by_hand():
    changes = {f"worker_insurance.choice.{name}": value for name, value in
               {"present_bias": 0.5, "survival": 0.8, "interest": 0.05, "discount": 0.05,
                "accrual": 0.01, "annuity": 10, "vest_chance": 0.6}.items()}  # fmt: skip
    view = parameters(2014, **changes)
    given = prospects(years_left=15, stay=0.5, portability=0.0)
    value = enrolment.pension_value(np.array([0.08]), given, view)
    pooled = 0.01 * 10 * 1.05**-15 * 0.5 * 0.6
    assert value[0] == pytest.approx(0.5 * 0.8 * (0.08 + pooled) / 0.08)


@pytest.mark.parametrize(
    ("more", "less"),
    [({"years_left": 15}, {"years_left": 35}), ({"portability": 0.7}, {"portability": 0.1}),
     ({"stay": 0.8}, {"stay": 0.3}), ({"benefit_factor": 1}, {"benefit_factor": 0.5}),
     ({"credited": 10}, {"credited": 0}), ({"years_left": 15}, {"years_left": 14})],
)  # fmt: skip
def test_a_pension_is_worth_more_near_pension_age_for_the_settled_with_rights_that_move(more, less):
    view, own = parameters(2014), np.array([0.08])
    worth = [enrolment.pension_value(own, prospects(**given), view)[0] for given in (more, less)]
    assert worth[0] > worth[1]


def accepted(own=0.08, outside=0.0, poor=False, year=2014, **values):
    """Return the share of a thousand workers that accepts the pension."""
    n = 1000
    view, rates, taste = parameters(year), np.full(n, own), (np.arange(n) + 0.5) / n
    value = enrolment.value_of(PENSION, rates, prospects(n, **values), view)
    aside, short = np.full(n, outside), np.full(n, poor)
    return enrolment.accepts(rates, value, aside, short, taste, view).mean()


def test_a_scheme_that_costs_the_worker_nothing_is_accepted_by_all():
    assert accepted(own=0.0, stay=0, portability=0) == 1


def test_what_waits_at_home_and_lack_of_cash_keep_workers_out():
    assert accepted(outside=0.02) < accepted()
    assert accepted(poor=True) < accepted()


@pytest.mark.parametrize(("factor", "worth"), [(1, 1), (0.5, 0.5)])
def test_value_of_medical_insurance_is_worked_by_hand(factor, worth):
    changes = {"worker_insurance.choice.account_value": 0.1,
               "worker_insurance.choice.risk_aversion": 0.5,
               "worker_insurance.benefits.medical_account": 0.05}  # fmt: skip
    given, view = prospects(hospital=0.01, benefit_factor=factor), parameters(2014, **changes)
    value = enrolment.medical_value(np.array([0.02]), given, view)
    # (0.1 x 0.05 + 1.5 x 0.01) / 0.02, and half of it where benefits are half.
    assert value[0] == pytest.approx(worth)


def test_value_of_unemployment_insurance_is_the_benefit_of_who_stays_over_its_cost():
    own, given, view = np.array([0.01]), prospects(jobless=0.02, stay=0.5), parameters(2014)
    assert enrolment.value_of(UNEMPLOYMENT, own, given, view)[0] == pytest.approx(1)
    assert enrolment.value_of(MEDICAL, own, given, view)[0] != pytest.approx(1)


@pytest.mark.parametrize(("years", "stays"), [(0, 0.2), (2, 0.35), (8, 0.8), (30, 0.8)])
def test_newcomers_become_as_settled_as_locals_within_eight_years(years, stays):
    view = parameters(2014, **{"worker_insurance.choice.stay_new": 0.2,
                               "worker_insurance.choice.stay_settled": 0.8})  # fmt: skip
    chances = enrolment.stay_chance(np.full(2, float(years)), np.array([False, True]), view)
    assert chances.tolist() == pytest.approx([stays, 0.8])


@pytest.mark.parametrize(
    ("credited", "left", "reaches"), [(0, 15, 0.6), (5, 15, 0.6 + 0.4 / 3), (15, 0, 1), (5, 9, 0)]
)
def test_who_has_more_years_is_surer_to_reach_fifteen(credited, left, reaches):
    given = prospects(credited=credited, years_left=left)
    assert enrolment._vesting(given, parameters(2014))[0] == pytest.approx(reaches)


def test_the_odds_to_accept_are_worked_by_hand():
    """4 x (value 1 - outside .01 / .08 - .2) - .5 without cash + counsel .3, as log odds."""
    for poor, counsel, odds in ((False, 0.0, 2.7), (True, 0.0, 2.2), (True, 0.3, 2.5)):
        share = 1 / (1 + np.exp(-odds))
        taste = np.array([share - 1e-9, share, share + 1e-9])
        given = (np.full(3, value) for value in (0.08, 1.0, 0.01, poor))
        yes = enrolment.accepts(*given, taste, parameters(2014), counsel)
        assert yes.tolist() in ([True, False, False], [True, True, False])


def test_less_than_two_months_of_wage_is_short_of_cash():
    short = enrolment.short_of_cash(np.array([199.9, 200.0]), np.full(2, 1200.0), parameters(2014))
    assert short.tolist() == [True, False]


def test_a_pension_formula_says_nothing_about_sickness():
    view, own = parameters(2014), np.array([0.02])
    young, old = prospects(years_left=35), prospects(years_left=5)
    assert enrolment.medical_value(own, young, view) == enrolment.medical_value(own, old, view)


def test_folding_a_cheap_scheme_into_the_worker_scheme_can_raise_or_lower_acceptance():
    """The sign is that of portability gained against benefits and cash given up."""
    separate = accepted(own=0.05, benefit_factor=0.5, portability=0.1, stay=0.3)
    portable = accepted(own=0.08, portability=0.7, stay=0.3)
    barely = accepted(own=0.08, portability=0.1, stay=0.0)
    generous = accepted(own=0.03, benefit_factor=0.8, portability=0.1, stay=0.3)
    assert portable > separate
    assert barely < generous


def test_a_dearer_scheme_for_employers_is_offered_less():
    cheap = {"worker_insurance.rates.employer": [0.12, 0.02, 0, 0.01, 0]}
    both = offered(migrant=True).mean(axis=0), offered(migrant=True, changes=cheap).mean(axis=0)
    assert both[0][PENSION] < both[1][PENSION]
    assert both[0][MEDICAL] < both[1][MEDICAL]


def test_what_workers_expect_is_worked_by_hand():
    changes = {"worker_insurance.choice.job_loss": 0.04, "health.care.supply": 0.08,
               "worker_insurance.benefits.unemployment_months": 6,
               "worker_insurance.benefits.unemployment_level": 0.3,
               "migrant_insurance.choice.jobless_share": 0.5,
               "economy.consumption.saving_rate": 0.2,
               "health.care.cost_per_admission": 0.5, "worker_insurance.choice.risk_age": 40,
               "worker_insurance.benefits.medical_share": 0.6}  # fmt: skip
    world = works(2012, [{"age": 50, "pension_years": 7}, MIGRANT | {"age": 62}], changes)
    world.counties.urban_income[:] = 2000
    rows, parts = np.arange(2), live(world, ["budget", "enrol"]).policies[0]
    found = jobs.jobs_of(world, rows, parts._employers)
    same = np.ones(world.counties.n)
    base = np.array([800.0, 500.0])
    expected = jobs.prospects_of(world, rows, ~found.migrant, base, 0.6 * same, 0.5 * same)
    view = world.parameters
    stay = enrolment.stay_chance(np.ones(2), np.array([True, False]), view)
    bill = 0.5 * (1 - 0.2) * 2000
    hospital = 0.08 / 40 * np.array([50, 62]) * 0.6 * bill * stay
    jobless = 0.04 * 1000 * 6 / 12 * 0.3 * np.array([1, 0.5])
    assert found.migrant.tolist() == [False, True]
    assert expected.years_left.tolist() == [10, 0]
    assert expected.credited.tolist() == [7, 0]
    assert expected.portability.tolist() == pytest.approx([0.6, 0.6])
    assert expected.benefit_factor.tolist() == pytest.approx([0.5, 0.5])
    assert expected.stay == pytest.approx(stay)
    assert expected.hospital == pytest.approx(hospital / base)
    assert expected.jobless == pytest.approx(jobless / base)
