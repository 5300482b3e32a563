"""Rules worked by hand on two to five households, one case on each side of every threshold."""

import numpy as np
import pytest

from agents import care, consumption, income, work
from agents.households import Households
from agents.persons import Persons, Work
from agents.table import Column
from model.inequality import Ranked, poverty_powers, sorted_incomes
from model.prices import Prices
from policies.parameters import Override, ParameterSet
from tests.small_county import Given, Luck, parameters

CONSUMPTION = Given(saving_rate=0.24, asset_adjustment=0.15, target_assets=1, kin_loan_limit=0.5)
CARE = Given(
    age_profile=[1] * 6, supply=0.1, price_elasticity=0, cost_sd=0, cost_per_admission=0.5,
    moral_hazard=0.3, forgone_threshold=0.5, forgone_probability=1, outpatient=0.1,
    outpatient_sd=0, severe_share=0.3, severe_years=3, catastrophic_threshold=0.4,
)  # fmt: skip
INCOME = Given(passing_sd_formal=0.1, passing_sd_informal=0.3, illness_loss=0.06, persistence=0.9,
               persistent_sd=0.2)  # fmt: skip


def array(*values):
    return np.array(values, float)


def households(**columns):
    """Return households with the columns given, each with one member."""
    table = Households(len(next(iter(columns.values()))))
    table.alive[:], table.size[:], table.weight[:] = True, 1, 1
    table.key[:] = np.arange(1, table.n + 1)
    for name, values in columns.items():
        table[name][:] = values
    return table


def persons(**columns):
    table = Persons(len(next(iter(columns.values()))))
    table.alive[:], table.household[:] = True, 0
    for name, values in columns.items():
        table[name][:] = values
    return table


def luck(**draws):
    return lambda decision: Luck(draws.get(decision.partition(".")[2], 0.999))


# Inequality and poverty


def test_poverty_measures_count_the_gap_and_its_square():
    poor, gap, severity = poverty_powers(array(0, 50, 75, 100, 150), array(*[100] * 5))
    assert poor.tolist() == [True, True, True, False, False]
    assert gap.tolist() == [1, 0.5, 0.25, 0, 0]
    assert severity.tolist() == [1, 0.25, 0.0625, 0, 0]


def test_income_at_the_line_is_not_poor():
    assert poverty_powers(array(99.99, 100), array(100, 100))[0].tolist() == [True, False]


@pytest.mark.parametrize(
    ("incomes", "expected"),
    [((5, 5, 5, 5), 0), ((0, 0, 0, 1), 0.75), ((1, 3), 0.25), ((1, 2, 3), 2 / 9), ((7,), 0)],
)
def test_gini_of_known_distributions(incomes, expected):
    assert Ranked(array(*incomes), np.ones(len(incomes))).gini() == pytest.approx(expected)


def test_gini_of_weighted_people_is_that_of_as_many_people():
    weighted, alone = Ranked(array(1, 4), array(3, 1)), Ranked(array(1, 1, 1, 4), np.ones(4))
    assert weighted.gini() == pytest.approx(alone.gini())


def test_gini_and_median_of_nobody_and_gini_without_income_are_null():
    assert np.isnan(Ranked(array(), array()).gini())
    assert np.isnan(Ranked(array(0, 0), array(1, 1)).gini())
    assert np.isnan(Ranked(array(), array()).median())


def test_median_is_the_income_at_which_half_of_the_people_are_reached():
    assert Ranked(array(1, 2, 3), array(1, 1, 1)).median() == 2
    assert Ranked(array(1, 2, 9), array(1, 1, 3)).median() == 9
    assert Ranked(array(1, 2), array(1, 1)).median() == 1


def test_deciles_of_ten_people_are_the_ten_incomes():
    assert Ranked(np.arange(10.0), np.ones(10)).decile_means().tolist() == list(range(10))


def test_households_with_the_same_income_are_split_between_deciles_without_changing_means():
    assert Ranked(array(*[5] * 20), np.ones(20)).decile_means().tolist() == [5] * 10


def test_household_on_a_border_belongs_to_the_decile_of_its_middle():
    means = Ranked(array(1, 2, 3), array(1, 18, 1)).decile_means()
    assert means[0] == 1
    assert means[5] == 2
    assert means[9] == 3
    assert np.isnan(means[[1, 2, 3, 4, 6, 7, 8]]).all()


def test_deciles_of_nobody_are_null():
    assert np.isnan(Ranked(array(), array()).decile_means()).all()


@pytest.mark.parametrize("n", [1, 9, 10, 11, 500])
def test_deciles_are_those_of_every_household_placed_by_its_middle(n):
    luck = np.random.default_rng(n)
    income, weight = np.sort(luck.exponential(size=n)), luck.integers(1, 4, n).astype(float)
    tenth = ((np.cumsum(weight) - weight / 2) / weight.sum() * 10).astype(int)
    means = Ranked(income, weight).decile_means()
    for number in range(10):
        there = tenth == number
        expected = np.average(income[there], weights=weight[there]) if there.any() else np.nan
        assert means[number] == pytest.approx(expected, nan_ok=True)


def test_groups_keep_the_ranking_and_may_be_empty():
    people = Ranked(array(1, 2, 3, 4), array(5, 6, 7, 8))
    groups = list(people.groups(np.array([2, 0, 2, 0], np.int8), 4))
    assert [part.income.tolist() for part in groups] == [[2, 4], [], [1, 3], []]
    assert [part.weight.tolist() for part in groups] == [[6, 8], [], [5, 7], []]


def test_those_who_count_are_ranked_from_the_poorest_and_equals_by_row():
    incomes, rows = sorted_incomes(array(3, 1, 2, 1, 0, 9), np.arange(6) < 5)
    assert incomes.tolist() == [0, 1, 1, 2, 3]
    assert rows.tolist() == [4, 1, 3, 2, 0]


# Consumption, rule b.6


@pytest.mark.parametrize(
    ("given", "spent", "left", "deprived"),
    [
        pytest.param((1000, 1000, 1000, 0, 100), 760, 1240, 0, id="at its target saves a share"),
        pytest.param((1000, 1000, 2000, 0, 100), 910, 2090, 0, id="above its target spends more"),
        pytest.param((1000, 1000, 0, 0, 100), 610, 390, 0, id="below its target spends less"),
        pytest.param((100, 100, 1000, 0, 500), 500, 600, 0, id="spends at least the minimum"),
        pytest.param((1000, 1000, 0, 900, 50), 100, 0, 0, id="spends no more than its cash"),
        pytest.param((400, 400, 0, 100, 500), 500, -200, 0, id="borrows up to the minimum"),
        pytest.param((400, 400, 0, 100, 501), 500, -200, 1, id="is deprived below the minimum"),
        pytest.param((400, 400, -150, 100, 500), 350, -200, 1, id="borrows less when in debt"),
        pytest.param((400, 400, -250, 100, 500), 300, -250, 1, id="borrows nothing if deep in it"),
        pytest.param((0, 0, 0, 50, 100), 0, -50, 1, id="never spends less than nothing"),
    ],
)
def test_household(given, spent, left, deprived):
    earned, expected, assets, care_paid, minimum = given
    table = households(market_income=[earned], expected_income=[expected], assets=[assets],
                       out_of_pocket=[care_paid])  # fmt: skip
    consumption.consume(table, array(minimum), CONSUMPTION)
    assert table.consumption[0] == pytest.approx(spent)
    assert table.assets[0] == pytest.approx(left)
    assert table.deprived_years[0] == deprived


def test_transfers_are_spent_and_saved_like_income():
    table = households(market_income=[600], transfers=[400], expected_income=[1000], assets=[1000])
    consumption.consume(table, array(100), CONSUMPTION)
    assert table.consumption[0] == pytest.approx(760)


def test_years_of_deprivation_are_counted_in_a_row():
    table = households(market_income=[0, 1000], assets=[0, 1000], deprived_years=[3, 3])
    consumption.consume(table, array(100, 100), CONSUMPTION)
    assert table.deprived_years.tolist() == [4, 0]


# Care, rules b.4 and b.5


def fall_ill(assets, admission, reimbursed=0.0):
    table = households(assets=[assets], insured_cover=[reimbursed])
    people = persons(age=[30], household=[0])
    draws = luck(admission=admission, outpatient=0.5, bill=0.5, severe_illness=0.5, forgo_care=0.5)
    care.fall_ill(table, people, array(1000), CARE, draws)
    return table


def test_household_is_admitted_when_its_draw_lies_above_the_chance_of_none():
    nobody, once = np.exp(-0.1), np.exp(-0.1) * 1.1
    bills = [fall_ill(1e6, draw).medical_bill[0] for draw in (nobody - 1e-9, nobody + 1e-9)]
    assert bills == pytest.approx([100, 600])
    assert fall_ill(1e6, once + 1e-9).medical_bill[0] == pytest.approx(1100)


def test_care_is_forgone_when_it_costs_more_than_half_of_the_savings():
    bills = [fall_ill(assets, 0.95).out_of_pocket[0] for assets in (1000.01, 999.99)]
    assert bills == pytest.approx([600, 100])


def test_who_is_insured_pays_a_share_of_a_larger_bill():
    table = fall_ill(1e6, 0.95, reimbursed=0.4)
    assert table.medical_bill[0] == pytest.approx(500 * (1 + 0.3 * 0.4) + 100)
    assert table.out_of_pocket[0] == pytest.approx(500 * 1.12 * 0.6 + 100)


def test_severe_illness_lasts_three_years():
    table = households(ill_years=[0, 0, 3, 1])
    rows, times = np.array([0, 1]), array(1, 1)
    care._weaken(table, rows, times, CARE, lambda _: Luck(0.71))
    assert table.ill_years.tolist() == [3, 3, 2, 0]
    care._weaken(table, rows, times, CARE, lambda _: Luck(0.69))
    assert table.ill_years.tolist() == [2, 2, 1, 0]


@pytest.mark.parametrize(("paid", "marked"), [(400, True), (399.9, False), (0, False)])
def test_care_is_catastrophic_from_forty_percent_of_capacity_to_pay(paid, marked):
    table = households(out_of_pocket=[paid], consumption=[1100 - paid])
    care.catastrophic(table, array(100), CARE)
    assert table.catastrophic[0] == marked


def test_any_payment_is_catastrophic_for_who_has_no_capacity_and_none_is_not():
    table = households(out_of_pocket=[1, 0], consumption=[0, 0])
    care.catastrophic(table, array(100, 100), CARE)
    assert table.catastrophic.tolist() == [True, False]


# Income, rule b.2


def earn(draw=0.5, **columns):
    table = households(**{"persistent": [0.0]} | columns)
    yuan = income.Earnings(array(2000), regular=array(1000), farm=array(1000), pension=array(0))
    income.earn(table, yuan, INCOME, lambda _: Luck(draw))
    return table


def test_expected_income_is_what_members_earn_and_half_of_it_is_regular():
    table = earn()
    assert table.expected_income[0] == pytest.approx(2000)
    assert table.regular_share[0] == pytest.approx(0.5)


def test_passing_shock_is_smaller_for_regular_income_and_has_mean_one():
    spread = 0.2
    expected = 2000 * np.exp(spread - spread**2 / 2)
    assert earn(draw=0.8413447460685429).market_income[0] == pytest.approx(expected)
    assert earn().market_income[0] == pytest.approx(2000 * np.exp(-(spread**2) / 2))


def test_severe_illness_takes_six_percent_of_income():
    assert earn(ill_years=[1]).expected_income[0] == pytest.approx(1880)


def test_persistent_component_decays_and_is_moved_by_luck():
    table = households(persistent=[1.0])
    income.drift(table, INCOME, lambda _: Luck(0.8413447460685429))
    assert table.persistent[0] == pytest.approx(0.9 + 0.2)


def test_household_without_workers_lives_from_the_floor():
    people = persons(age=[80], work=[Work.NONE])
    table = households(size=[2])
    labour = income.household_labour(table, people, np.zeros(1, np.float32), 0.12)
    assert labour.all.tolist() == pytest.approx([0.24])
    assert labour.regular.tolist() == [0]


def test_elders_work_less_each_year_above_sixty():
    people = persons(age=[60, 61, 70], work=[Work.FARM] * 3)
    assert work.labour_units(people, parameters(2005)).tolist() == pytest.approx([1, 0.96, 0.6])


def test_dead_and_disabled_earn_nothing_and_less():
    people = persons(age=[40, 40], work=[Work.FARM] * 2, disabled=[True, False])
    people.alive[1] = False
    assert work.labour_units(people, parameters(2005)).tolist() == pytest.approx([0.4, 0])


# Work, rule b.3 and shock k.1


@pytest.mark.parametrize(
    ("kind", "female", "age", "after"),
    [
        (Work.FORMAL, False, 59, Work.FORMAL),
        (Work.FORMAL, False, 60, Work.RETIRED),
        (Work.FORMAL, True, 54, Work.FORMAL),
        (Work.FORMAL, True, 55, Work.RETIRED),
        (Work.FARM, False, 74, Work.FARM),
        (Work.FARM, True, 75, Work.NONE),
        (Work.INFORMAL, False, 74, Work.INFORMAL),
        (Work.INFORMAL, False, 75, Work.NONE),
        (Work.RETIRED, False, 80, Work.RETIRED),
    ],
)
def test_formal_workers_retire_by_law_and_others_stop_when_they_are_old(kind, female, age, after):
    people = persons(age=[age], female=[female], work=[kind], urban=[True], hukou_urban=[True])
    work.change_jobs(people, parameters(2005), luck())
    assert people.work[0] == after


@pytest.mark.parametrize(("years", "after"), [(14, Work.INFORMAL), (15, Work.RETIRED)])
def test_worker_without_urban_hukou_retires_only_with_fifteen_insured_years(years, after):
    people = persons(age=[60], work=[Work.FORMAL], urban=[True])
    people.declare("pension_years", np.int8, Column("years", "insured", years))
    work.change_jobs(people, parameters(2005), luck())
    assert people.work[0] == after


@pytest.mark.parametrize(
    ("skill", "age", "works"),
    [(0, 16, True), (1, 18, False), (1, 19, True), (2, 21, False), (2, 22, True)],
)
def test_work_starts_at_16_19_or_22_by_skill(skill, age, works):
    people = persons(age=[age], skill=[skill])
    draws = {"take_part": 0.5, "skill": 0.5}
    work.change_jobs(people, parameters(2005), luck(**draws))
    assert (people.work[0] == Work.FARM) == works


@pytest.mark.parametrize(
    ("female", "age", "risk"),
    [(False, 39, 0.07), (False, 40, 0.091), (True, 39, 0.091), (True, 40, 0.1183)],
)
def test_women_and_workers_from_forty_are_laid_off_more_often(female, age, risk):
    for draw, expected in ((risk - 1e-6, Work.UNEMPLOYED), (risk + 1e-6, Work.FORMAL)):
        people = persons(age=[age], female=[female], work=[Work.FORMAL], state_sector=[True])
        draws = luck(public_employee=0.5, lay_off=draw)
        work.lay_off(people, parameters(1998), draws, draws)
        assert people.work[0] == expected
        assert people.state_sector[0] == (expected == Work.FORMAL)


@pytest.mark.parametrize(
    ("year", "office", "state", "lost"),
    [
        (1995, 0.5, True, 0),
        (1996, 0.5, True, 1),
        (2002, 0.5, True, 1),
        (2003, 0.5, True, 0),
        (1998, 0.31, True, 1),
        (1998, 0.29, True, 0),
        (1998, 0.5, False, 0),
    ],
)
def test_lay_offs_strike_state_firms_from_1996_to_2002(year, office, state, lost):
    people = persons(age=[30], work=[Work.FORMAL], state_sector=[state])
    draws = luck(public_employee=office, lay_off=0.01)
    assert work.lay_off(people, parameters(year), draws, draws) == lost


@pytest.mark.parametrize(("age", "after"), [(49, Work.OFF_FARM), (50, Work.FARM)])
def test_farmers_from_fifty_no_longer_leave_the_farm(age, after):
    people = persons(age=[age], work=[Work.FARM])
    work.change_jobs(people, parameters(2005), luck(leave_farm=0.01))
    assert people.work[0] == after


# Prices


def test_price_level_is_chained_from_yearly_inflation():
    inflation = [Override("economy.prices.inflation", value, None) for value in (0.1,)]
    prices = Prices(ParameterSet.load().with_overrides(inflation))
    assert prices.relative(2010, 2010) == 1
    assert prices.relative(2011, 2010) == pytest.approx(1.1)
    assert prices.relative(2012, 2010) == pytest.approx(1.21)
    assert prices.relative(2009, 2010) == pytest.approx(1 / 1.1)


def test_poverty_line_of_2300_yuan_in_2010_is_deflated_to_every_year():
    prices = Prices(ParameterSet.load())
    assert 2300 * prices.relative(2010, 2010) == 2300
    assert 2300 * prices.relative(2020, 2010) == pytest.approx(2995, rel=0.02)
