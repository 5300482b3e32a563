"""Insurance of workers and migrants: cases in ``cases/worker_insurance.yaml``, and parts."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from ruamel.yaml import YAML
from scipy.special import logit

from agents import employers, enrolment
from agents.employers import Employers, draw_employers
from agents.enrolment import MEDICAL, PENSION, UNEMPLOYMENT, Prospects, Terms
from agents.errors import MinshengError
from agents.local_government import Counties
from model.chance import Chance
from model.simulation import Simulation
from policies import worker_jobs as jobs
from policies.migrant_insurance import INCLUSION, SEPARATE
from policies.worker_columns import bits_of, schemes_of
from policies.worker_pools import central_adjustment, pool_of, share_risk
from tests.small_county import parameters
from tests.small_works import bits, live, paid, reserve, works

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "worker_insurance.yaml")
MIGRANT = {"hukou_urban": False, "hukou_township": 1}


def decide(case):
    """Let the two policies decide a case for one year; return the world."""
    codes = case.get("codes", (320102, 320103))
    world = works(case["year"], case["people"], case.get("set"), case.get("luck"), codes)
    world.adoptions.in_force("migrant_insurance")[:] = case.get("migrants", True)
    world.policies[0]._took_over[:] = not case.get("begins", False)
    return live(world)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    world = decide(case)
    for name, expected in case.get("out", {}).items():
        table = world.persons if name in world.persons.declared else world.households
        expected = [bits(names) for names in expected] if name == "worker_schemes" else expected
        assert table[name].tolist() == pytest.approx(expected, rel=1e-5), name
    flows = paid(world)
    for name, yuan in case.get("paid", {}).items():
        assert flows.get(name, 0) == pytest.approx(yuan, rel=1e-6), name


def test_every_case_is_a_sentence_of_its_own():
    sentences = [case["case"] for case in CASES]
    assert len(set(sentences)) == len(sentences) > 50
    assert all(case.get("out") or case.get("paid") for case in CASES)


def test_bits_and_schemes_are_the_same_thing():
    some = np.array([[True, False, True, True, False], [False] * 5])
    assert (schemes_of(bits_of(some)) == some).all()


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

    def share(wage, effort):
        firms = owners(1000, declare=draws, effort=effort)
        args = np.full(1000, 0.3), np.full(1000, wage), np.full(1000, 600.0)
        return employers.declares_floor(firms, *args, view).mean()

    assert share(600.0, 0.5) == 0
    assert share(3000.0, 0.9) < share(3000.0, 0.1)
    assert share(1000.0, 0.5) < share(3000.0, 0.5)


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


def test_employers_put_off_a_quarter_of_their_premiums_in_2020_and_pay_it_in_2021():
    due = {year: paid(live(works(year, [{}]))) for year in (2020, 2021)}
    flow = "employers > insurance_pools: worker_medical_premiums"
    assert {year: flows[flow] for year, flows in due.items()} == pytest.approx(
        {2020: 60, 2021: 100}
    )
    own = [flows["households > insurance_pools: worker_medical_premiums"] for flows in due.values()]
    assert own == pytest.approx([20, 20])


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


def test_what_a_pool_keeps_of_leavers_is_worked_by_hand():
    """Half a wage of 1000 times a fifth times the chance to leave, for ten workers each."""
    there = MIGRANT | {"township": 1, "hukou_township": 0, "place_years": 8}
    world = works(2012, [MIGRANT | {"place_years": 0}, there])
    world.households.weight[:] = 10
    world.counties.product[:] = [1000, 4000]
    live(world, ["budget", "enrol"])
    assert world.counties["net_pool_gain"].tolist() == pytest.approx([1.4, 0.1])


@pytest.mark.parametrize(("weight", "first"), [(1, [1, 0, 0]), (0, [0, 1, 0]), (0.5, [1, 0, 0])])
def test_cities_include_where_the_pool_gains_most_and_by_chance(weight, first):
    """Gains rank first, third, second; chance ranks second, first, third."""
    changes = {"migrant_insurance.regime.gain_weight": weight,
               "migrant_insurance.regime.inclusion_share": 0.34}  # fmt: skip
    world = works(2012, [MIGRANT], changes, codes=(320102, 320103, 320104))
    world.counties["net_pool_gain"][:] = [3, 1, 2]
    draws = {"counties.order_of_inclusion": np.array([0.4, 0.1, 0.9])}
    world.lasting_chance = lambda name: SimpleNamespace(uniform=lambda keys: draws[name])
    world.policies[1].on_budget(world)
    assert (world.counties["migrant_regime"] == INCLUSION).tolist() == [bool(one) for one in first]
    world.parameters = parameters(2012, **changes | {"migrant_insurance.regime.inclusion_share": 0})
    world.policies[1].on_budget(world)
    assert not (world.counties["migrant_regime"] == INCLUSION).any()


def test_portability_and_benefits_are_those_of_the_regime_of_the_city():
    world = works(2012, [MIGRANT, MIGRANT | {"township": 1, "hukou_township": 0}])
    live(world, ["budget", "enrol"])
    world.counties["migrant_regime"][:] = [INCLUSION, SEPARATE]
    _, terms = world.policies[1]._jobs(world, np.arange(2))
    assert terms.portability[terms.place].tolist() == pytest.approx([0.7, 0.1])
    assert terms.benefit_factor[terms.place].tolist() == pytest.approx([1, 0.5])
    assert [bin(open_).count("1") for open_ in terms.open] == [5, 3]


def test_the_reach_of_inclusion_and_who_cashed_out_are_counted_in_real_workers():
    gone = MIGRANT | {"work": "INFORMAL", "worker_schemes": ["worker_pension"],
                      "pension_account": 80, "insured_county": 0}  # fmt: skip
    there = MIGRANT | {"township": 1, "hukou_township": 0}
    world = works(
        2009,
        [gone, MIGRANT, there],
        {
            "migrant_insurance.regime.gain_weight": 1,
            "migrant_insurance.regime.inclusion_share": 0.5,
        },
    )
    world.households.weight[:] = [3, 4, 5]
    world.counties["net_pool_gain"][:] = [2, 1]
    live(world)
    assert world.record["pension_cash_outs", "", "all"][0].tolist() == [3, 0]
    included, migrants = world.record["migrant_regime", "", "all"]
    assert (included.tolist(), migrants.tolist()) == ([7, 0], [7, 5])


@pytest.mark.parametrize(
    ("scheme", "policy"),
    [("worker_medical", "residents_medical"), ("worker_pension", "residents_pension")],
)
def test_what_waits_at_home_counts_only_where_the_home_county_has_it(scheme, policy):
    """A worth of 400 a year at home, against a premium of 20 to 80, keeps every migrant out."""
    changes = {"migrant_insurance.choice.outside_pension": 400,
               "migrant_insurance.choice.outside_medical": 400}  # fmt: skip
    joined = []
    for has in (False, True):
        world = works(
            2012,
            [MIGRANT, MIGRANT | {"hukou_township": 0}, {}],
            changes,
            luck={f"persons.accept_{scheme}": 0.01},
        )
        world.adoptions.in_force(policy)[1] = has
        live(world)
        joined.append((world.persons["worker_schemes"] & bits([scheme]) > 0).tolist())
    assert joined == [[True, True, True], [False, True, True]]


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


def test_counties_of_a_pool_cover_each_other_before_anybody_else_pays():
    kept, short = share_risk(np.array([100.0, -40.0, -30.0]), np.array([0, 0, 1]))
    assert kept.tolist() == [60, 0, 0]
    assert short.tolist() == [0, 0, 30]


def test_a_shortfall_is_shared_by_those_who_overdrew():
    kept, short = share_risk(np.array([10.0, -40.0, -10.0]), np.zeros(3, int))
    assert kept.tolist() == [0, 0, 0]
    assert short.tolist() == pytest.approx([0, 32, 8])


def test_pooling_levels_are_county_province_and_nation():
    counties = Counties(3)
    counties.province[:] = [0, 0, 1]
    assert pool_of("county", counties).tolist() == [0, 1, 2]
    assert pool_of("province", counties).tolist() == [0, 0, 1]
    assert pool_of("nation", counties).tolist() == [0, 0, 0]
    with pytest.raises(MinshengError, match="did you mean 'province'"):
        pool_of("provinces", counties)


def test_the_central_adjustment_is_zero_sum_and_who_has_more_workers_per_retiree_pays():
    members, retirees = np.array([800.0, 130.0]), np.array([100.0, 100.0])
    done = central_adjustment(0.03 * 0.9, np.full(2, 1000.0), members, retirees, np.arange(2))
    assert done.net.sum() == pytest.approx(0, abs=1e-9)
    assert done.paid.tolist() == pytest.approx([21600, 3510])
    assert done.net[0] < 0 < done.net[1]


def test_the_mean_wage_of_a_province_counts_not_that_of_its_counties():
    wage, one = np.array([1000.0, 3000.0]), np.ones(2)
    done = central_adjustment(0.1, wage, one, one, np.zeros(2, int))
    assert done.paid.tolist() == pytest.approx([200, 200])
    assert done.net.tolist() == pytest.approx([0, 0])


@pytest.mark.parametrize(
    ("level", "moved", "work"),
    [("province", 13.5, "RETIRED"), ("province", 13.5, "INFORMAL"), ("nation", 0, "RETIRED")],
)
def test_the_central_adjustment_moves_money_from_workers_to_retirees(level, moved, work):
    """Two workers at a wage of 1000 pay 3 percent of nine tenths; retirees are one and one."""
    retired = {"work": work, "age": 61, "wage": 0, "pension_years": 15, "insured_county": 0}
    there = {"township": 1, "hukou_township": 1}
    people = [{}, {}, retired | {"insured_county": 0}, retired | there | {"insured_county": 1},
              there | {"wage": 1000}]  # fmt: skip
    changes = {"worker_insurance.schemes.pension_level": level,
               "worker_insurance.schemes.adjustment_rate": 0.03}  # fmt: skip
    world = live(works(2018, people, changes, codes=(320102, 330103)), ["budget", "enrol"])
    world.policies[0]._adjust(world)
    assert reserve(world) == pytest.approx([-moved, moved])


def test_members_of_a_county_that_gives_the_schemes_up_are_let_go():
    member = {"work": "RETIRED", "age": 61, "wage": 0, "pension_years": 15, "insured_county": 0,
              "worker_schemes": ["worker_pension"]}  # fmt: skip
    there = {"township": 1, "hukou_township": 1, "insured_county": 1}
    world = works(2012, [member, member | there])
    world.adoptions.in_force("worker_insurance")[0] = False
    live(world)
    assert world.persons["worker_schemes"].tolist() == [0, bits(["worker_pension"])]


def test_without_retirees_nobody_pays():
    done = central_adjustment(0.1, np.ones(2), np.ones(2), np.zeros(2), np.arange(2))
    assert done.net.tolist() == [0, 0]


def test_a_pension_pool_that_is_short_is_filled_by_the_centre():
    pensioner = {"work": "RETIRED", "age": 61, "wage": 500, "pension_years": 20,
                 "insured_county": 0}  # fmt: skip
    world = live(works(2012, [pensioner]))
    assert world.central_spending == pytest.approx(500)
    assert paid(world)["centre > insurance_pools: pension_subsidy"] == pytest.approx(500)
    assert reserve(world) == [0, 0]


def test_a_county_makes_good_what_its_medical_pool_lacks_and_that_is_no_assistance():
    world = live(works(2012, [{"inpatient_bill": 10000, "medical_bill": 10000}]))
    short = paid(world)["counties > insurance_pools: worker_medical_shortfall"]
    assert world.counties.schemes.tolist() == pytest.approx([short, 0])
    assert world.counties.assistance.tolist() == [0, 0]


@pytest.mark.parametrize(("room", "helped"), [(0, 50), (1e6, 0)])
def test_a_province_helps_a_county_whose_room_does_not_reach(room, helped):
    world = works(2012, [{"inpatient_bill": 10000, "medical_bill": 10000}])
    world.counties.room[:] = room
    world.provinces.relief_left[:] = 50
    live(world)
    flows, lack = paid(world), "insurance_pools: worker_medical_shortfall"
    assert flows.get(f"provinces > {lack}", 0) == pytest.approx(helped)
    short = flows["insurance_pools > outside: medical_bills"] - 100
    assert flows[f"counties > {lack}"] == pytest.approx(short - helped)


def test_the_county_that_holds_the_rights_pays_the_pension_by_its_own_mean_wage():
    returned = {"work": "FARM", "age": 60, "wage": 0, "township": 1, "hukou_township": 1,
                "pension_years": 15, "insured_county": 0}  # fmt: skip
    world = works(2012, [returned], mean_wage=[1000, 3000])
    world.households.weight[:] = 10
    world.counties["worker_pension_reserve"][:] = [2000, 2000]
    live(world)
    assert world.households.transfers.tolist() == pytest.approx([150])
    assert reserve(world) == pytest.approx([500, 2000])


def year_by_year(world, runs):
    """Live a year for each of `runs`, with worker insurance or without."""
    for in_force in runs:
        world.adoptions.in_force("worker_insurance")[:] = in_force
        live(world)
    return world


def test_years_without_a_scheme_that_ran_before_are_not_deemed_to_be_paid():
    pensioner = {"work": "RETIRED", "age": 61, "wage": 500, "pension_years": 15,
                 "insured_county": 0, "worker_schemes": ["worker_medical"]}  # fmt: skip
    people = [{"age": 45, "pension_years": 3, "insured_county": 0}, pensioner,
              {"work": "RETIRED", "age": 61, "wage": 500}]  # fmt: skip
    world = year_by_year(works(2012, people), [True, False, True])
    assert world.persons["pension_years"].tolist() == [5, 15, 0]
    drawn = bits(["worker_pension", "worker_medical"])
    assert world.persons["worker_schemes"].tolist()[1:] == [drawn, 0]


def test_unpaid_premiums_of_who_moved_lapse_also_after_the_schemes_ended():
    world = works(2012, [{"unpaid_premiums": 500}, {"unpaid_premiums": 500, "place_years": 0}])
    world.adoptions.in_force("migrant_insurance")[:] = False
    assert year_by_year(world, [False]).persons["unpaid_premiums"].tolist() == [500, 0]


def test_who_reached_the_age_without_the_years_was_struck_and_got_nothing():
    old = {"work": "OFF_FARM", "age": 61, "wage": 0, "insured_county": 0}
    world = works(2012, [{}, old | {"pension_years": 14}, old | {"pension_years": 15}])
    for _ in range(2):
        reached, struck = live(world).record["effective_coverage", "worker_pension", "all"]
        # 150 a year against a need of 600, of which half is enough.
        assert (reached.sum(), struck.sum()) == (pytest.approx(0.5), 2)


def test_only_pensions_are_paid_by_the_county_that_holds_pension_rights():
    world = works(2012, [{"insured_county": 1, "pension_years": 3}], luck={
        "persons.work_injury": 0, "persons.accept_worker_pension": 1 - 1e-9})  # fmt: skip
    live(world, ["budget", "enrol", "contribute"])
    assert reserve(world, "work_injury") == pytest.approx([10 - 900, 0])


def test_cash_outs_are_recorded_in_the_year_in_which_insurance_of_migrants_ends():
    leaver = MIGRANT | {"work": "INFORMAL", "worker_schemes": ["worker_pension"],
                        "pension_account": 80, "insured_county": 0}  # fmt: skip
    world = works(2009, [leaver])
    world.adoptions.in_force("migrant_insurance")[:] = False
    assert live(world).record["pension_cash_outs", "", "all"][0].tolist() == [1, 0]


def test_a_share_of_one_includes_every_county_that_offers_however_many():
    world = works(2012, [MIGRANT], codes=tuple(range(320102, 320402)))
    for number in range(1, 301):
        offers = np.arange(300) < number
        order = world.policies[1]._first_to_include(world, offers)[offers]
        assert order.max() == 1
        assert order.min() == pytest.approx(1 / number)


def test_the_dead_neither_pay_nor_draw():
    gone = [{"work": "RETIRED", "age": 61, "pension_years": 20, "insured_county": 0},
            {"female": True}, {"age": 0, "work": "NONE", "mother": 1, "wage": 0},
            {"work": "FARM", "age": 60, "pension_years": 15, "insured_county": 0}, {}]  # fmt: skip
    world = works(2018, gone, luck={"persons.work_injury": 0})
    world.persons.alive[:] = False
    world.counties["worker_pension_reserve"][:] = [1000, 1000]
    live(world)
    assert set(paid(world).values()) <= {0.0}
    assert reserve(world) == [1000, 1000]
    assert not world.record["coverage", "worker_pension", "all"][1].any()
    assert not world.record["effective_coverage", "work_injury", "all"][1].any()


@pytest.mark.parametrize(
    ("scheme", "person", "share"),
    [("worker_pension", {"work": "RETIRED", "age": 61, "wage": 150, "pension_years": 20,
                         "insured_county": 0}, 0.5),
     ("worker_medical", {"size": 3, "inpatient_bill": 900, "medical_bill": 900}, 0.7),
     ("work_injury", {}, 1)],
)  # fmt: skip
def test_effective_coverage_is_benefit_over_need_up_to_the_cut(scheme, person, share):
    """Need is 600 for a pension and the bill for care; half of it is enough."""
    changes = {"worker_insurance.benefits.medical_share": 0.35}
    world = live(works(2012, [person], changes, luck={"persons.work_injury": 0}))
    reached, struck = world.record["effective_coverage", scheme, "all"]
    assert (reached.sum(), struck.sum()) == (pytest.approx(share), 1)


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
    terms = jobs.terms_of(found, np.full(2, 31), jobs.worker_rates(world), 0.6 * same, 0.5 * same)
    base = np.array([800.0, 500.0])
    expected = jobs.prospects_of(world, found, terms, base, rows)
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


@pytest.mark.parametrize(
    ("level", "subsidy"), [("county", 500), ("province", 220), ("nation", 220)]
)
def test_a_county_with_workers_helps_one_with_retirees_where_they_share_a_pool(level, subsidy):
    pensioner = {"work": "RETIRED", "age": 61, "wage": 500, "pension_years": 20,
                 "insured_county": 1, "township": 1, "hukou_township": 1}  # fmt: skip
    world = live(works(2012, [{}, pensioner], {"worker_insurance.schemes.pension_level": level}))
    assert world.central_spending == pytest.approx(subsidy)


def test_the_pooled_part_of_a_leaver_stays_with_the_city():
    leaver = MIGRANT | {"work": "INFORMAL", "worker_schemes": ["worker_pension"],
                        "pension_account": 80, "insured_county": 0}  # fmt: skip
    world = works(2009, [leaver])
    world.counties["worker_pension_reserve"][:] = [280, 0]
    live(world)
    assert reserve(world) == [200, 0]


def test_rights_that_move_take_twelve_points_of_twenty_along():
    mover = MIGRANT | {"township": 1, "worker_schemes": ["worker_pension"],
                       "pension_account": 80, "insured_county": 0}  # fmt: skip
    world = works(2012, [mover], {"worker_insurance.choice.interest": 0,
                                  "worker_insurance.rates.own": [1e-9, 0, 0, 0, 0],
                                  "worker_insurance.rates.employer": [0, 0, 0, 0, 0]})  # fmt: skip
    world.counties["worker_pension_reserve"][:] = [280, 0]
    live(world)
    assert reserve(world) == pytest.approx([80, 200])


def test_cities_include_all_by_2012_and_nobody_before_1998():
    for year, regime in ((1997, [0, 0]), (2012, [2, 2])):
        world = works(year, [{}])
        world.adoptions.in_force("migrant_insurance")[:] = year > 1997
        assert live(world, ["budget"]).counties["migrant_regime"].tolist() == regime


def test_inclusion_needs_worker_schemes_to_be_included_in():
    world = works(2012, [{}])
    world.adoptions.in_force("worker_insurance")[:] = False
    assert live(world, ["budget"]).counties["migrant_regime"].tolist() == [1, 1]


def test_the_place_that_gains_more_from_leavers_includes_first():
    changes = {"migrant_insurance.regime.inclusion_share": 0.5,
               "migrant_insurance.regime.gain_weight": 1}  # fmt: skip
    world = works(2005, [{}], changes)
    world.counties["net_pool_gain"][:] = [0.01, 0.02]
    assert live(world, ["budget"]).counties["migrant_regime"].tolist() == [1, 2]


def test_coverage_counts_workers_by_where_they_live_and_are_registered():
    people = [{}, MIGRANT, MIGRANT | {"work": "INFORMAL"}, {"work": "INFORMAL"},
              {"work": "RETIRED", "age": 61, "pension_years": 20, "insured_county": 0}]  # fmt: skip
    recorded = live(works(2012, people)).record
    shares = {
        group: tuple(part.sum() for part in recorded["coverage", "worker_pension", group])
        for group in ("all", "urban", "local_urban", "migrant_outgoing", "migrant_all")
    }
    assert shares == {"all": (3, 5), "urban": (3, 5), "local_urban": (2, 3),
                      "migrant_outgoing": (1, 2), "migrant_all": (1, 2)}  # fmt: skip


def test_mean_wages_and_coverage_count_real_workers_and_a_place_without_any_has_the_national():
    there = {"township": 1, "hukou_township": 1}
    people = [{}, {"wage": 2000}, there | {"wage": 3000}, {"work": "INFORMAL"},
              {"work": "UNEMPLOYED", "wage": 0, "worker_schemes": ["unemployment"]}]  # fmt: skip
    changes = {"worker_insurance.benefits.unemployment_level": 0.15}
    world = works(2012, people, changes, codes=(320102, 320103, 320104))
    world.households.weight[:] = [3, 1, 2, 4, 8]
    live(world)
    assert world.counties["mean_wage"].tolist() == pytest.approx([1250, 3000, 11000 / 6])
    members, everybody = world.record["coverage", "worker_pension", "all"]
    assert (members.tolist(), everybody.tolist()) == ([4, 2, 0], [8, 2, 0])
    reached, struck = world.record["effective_coverage", "unemployment", "all"]
    assert (reached.tolist(), struck.tolist()) == (pytest.approx([4, 0, 0]), [8, 0, 0])


def test_villagers_without_a_formal_job_and_farmers_who_draw_are_counted_in_their_groups():
    rural = {"urban": False, "hukou_urban": False}
    returned = rural | {"work": "FARM", "age": 60, "pension_years": 15, "insured_county": 0}
    people = [rural | {"work": "OFF_FARM"}, rural, returned, rural | {"work": "FARM"}]
    recorded = live(works(2012, people, luck={"employers.offer": 1})).record
    shares = {
        group: tuple(part.sum() for part in recorded["coverage", "worker_pension", group])
        for group in ("all", "urban", "local_urban", "migrant_outgoing", "migrant_all")
    }
    assert shares == {"all": (1, 2), "urban": (0, 0), "local_urban": (0, 0),
                      "migrant_outgoing": (0, 0), "migrant_all": (0, 2)}  # fmt: skip


def test_coverage_by_schemes_without_pensioners_leaves_them_out():
    people = [{}, {"work": "RETIRED", "age": 61, "pension_years": 20, "insured_county": 0}]
    recorded = live(works(2012, people)).record
    assert recorded["coverage", "work_injury", "all"][1].sum() == 1


def test_effective_coverage_counts_a_small_benefit_in_part():
    """A benefit of 150 against a need of 600 reaches half of the adequacy cut."""
    changes = {"worker_insurance.benefits.unemployment_level": 0.15}
    lost = {"work": "UNEMPLOYED", "wage": 0, "worker_schemes": ["unemployment"]}
    recorded = live(works(2012, [lost, lost | {"worker_schemes": []}], changes)).record
    reached, struck = recorded["effective_coverage", "unemployment", "urban"]
    assert (reached.sum(), struck.sum()) == (pytest.approx(0.5), 2)


def test_who_the_schemes_do_not_reach_is_left_bit_identical(people):
    # Neighbours would hear of claims for unpaid premiums.
    silent = {"years.last": 1993, "claims.rules.on": False}
    everything = silent | {"worker_insurance.schemes.rollout": [1, 1, 1, 1, 1],
                           "adoption.calendar.worker_insurance_share": 1}  # fmt: skip
    on = Simulation("tiny", **everything, **{"policies.migrant_insurance": "off"}).run()
    off = Simulation("tiny", **silent, **{"policies.worker_insurance": "off",
                                          "policies.migrant_insurance": "off"}).run()  # fmt: skip
    reached = np.zeros(on.households.n, bool)
    reached[on.persons.household[on.persons.alive & (on.persons["pension_years"] > 0)]] = True
    reached[on.persons.household[on.persons["worker_schemes"] > 0]] = True
    reached[on.persons.household[on.persons.alive & (on.persons["unpaid_premiums"] > 0)]] = True
    left, right = people(on, ~reached), people(off, ~reached)
    skipped = {"Persons.worker_wage"}
    assert reached.any()
    assert all((left[name] == right[name]).all() for name in left if name not in skipped)
