"""Insurance of workers and migrants: cases in ``cases/worker_insurance.yaml``, and parts."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from ruamel.yaml import YAML

from model.simulation import Simulation
from policies.migrant_insurance import INCLUSION, SEPARATE
from policies.worker_columns import bits_of, schemes_of
from tests.small_county import parameters
from tests.small_works import MIGRANT, bits, came_out, live, paid, reserve, works

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "worker_insurance.yaml")


def decide(case):
    """Let the two policies decide a case for one year; return the world."""
    codes = case.get("codes", (320102, 320103))
    world = works(case["year"], case["people"], case.get("set"), case.get("luck"), codes)
    world.adoptions.in_force("migrant_insurance")[:] = case.get("migrants", True)
    world.policies[0]._took_over[:] = not case.get("begins", False)
    return live(world)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    came_out(decide(case), case)


def test_every_case_is_a_sentence_of_its_own():
    sentences = [case["case"] for case in CASES]
    assert len(set(sentences)) == len(sentences) > 50
    assert all(case.get("out") or case.get("paid") for case in CASES)


def test_bits_and_schemes_are_the_same_thing():
    some = np.array([[True, False, True, True, False], [False] * 5])
    assert (schemes_of(bits_of(some)) == some).all()


def test_employers_put_off_a_quarter_of_their_premiums_in_2020_and_pay_it_in_2021():
    due = {year: paid(live(works(year, [{}]))) for year in (2020, 2021)}
    flow = "employers > insurance_pools: worker_medical_premiums"
    assert {year: flows[flow] for year, flows in due.items()} == pytest.approx(
        {2020: 60, 2021: 100}
    )
    own = [flows["households > insurance_pools: worker_medical_premiums"] for flows in due.values()]
    assert own == pytest.approx([20, 20])


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


def test_members_of_a_county_that_gives_the_schemes_up_are_let_go():
    member = {"work": "RETIRED", "age": 61, "wage": 0, "pension_years": 15, "insured_county": 0,
              "worker_schemes": ["worker_pension"]}  # fmt: skip
    there = {"township": 1, "hukou_township": 1, "insured_county": 1}
    world = works(2012, [member, member | there])
    world.adoptions.in_force("worker_insurance")[0] = False
    live(world)
    assert world.persons["worker_schemes"].tolist() == [0, bits(["worker_pension"])]


def year_by_year(world, runs):
    """Live a year for each of `runs`, with worker insurance or without."""
    for in_force in runs:
        world.adoptions.in_force("worker_insurance")[:] = in_force
        live(world)
    return world


def test_firms_owe_pensions_again_where_the_schemes_end():
    world = works(2012, [{}, {"township": 1, "hukou_township": 1}])
    owed = [year_by_year(world, [runs]).counties.unit_pensions.tolist() for runs in (True, False)]
    assert owed == [[False] * 2, [True] * 2]


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


def test_rights_move_also_where_a_scheme_begins_that_counts_earlier_work():
    came = {"pension_account": 80, "insured_county": 0, "township": 1, "hukou_township": 1}
    world = works(2012, [came], {"worker_insurance.choice.interest": 0,
                                 "worker_insurance.rates.own": [0] * 5,
                                 "worker_insurance.rates.employer": [0] * 5})  # fmt: skip
    world.policies[0]._took_over[1] = world.policies[0]._ran[1] = False
    world.counties["worker_pension_reserve"][:] = [280, 0]
    assert reserve(live(world)) == pytest.approx([80, 200])


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
