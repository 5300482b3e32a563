"""Ages at marriage, couples and births: laws that depend on nobody who exists."""

import numpy as np
import pytest
from scipy.stats import norm

from agents.family import MarriageAges, birth_rates, find_couples, marriage_ages, splitting_rate
from policies.parameters import Override, ParameterSet

OLDEST = 110
WOMEN = MarriageAges(mean=23.0, sd=3.0, legal=20, last=50)


@pytest.fixture
def view():
    return ParameterSet.load().at(2000)


def married_after(ages, age):
    return 1 - np.prod(1 - ages.hazards(OLDEST)[:age])


@pytest.mark.parametrize("age", [21, 23, 26, 35])
def test_hazards_add_up_to_the_normal_law_of_the_age_at_marriage(age):
    assert married_after(WOMEN, age) == pytest.approx(norm.cdf((age - 23) / 3))
    assert 1 - WOMEN.unmarried_share(np.array(age)) == pytest.approx(norm.cdf((age - 23) / 3))


def test_nobody_marries_below_the_legal_age_or_from_the_last_age_on():
    hazards = WOMEN.hazards(OLDEST)
    assert not hazards[:20].any()
    assert hazards[20:50].all()
    assert not hazards[50:].any()


def test_men_marry_two_years_later_than_women(view):
    men, women = (marriage_ages(view, female) for female in (False, True))
    assert men.mean - women.mean == 2
    assert (men.legal, women.legal) == (22, 20)


def seekers(cells, soon, suits):
    return np.array(cells), np.array(soon, float), np.array(suits, float)


def test_the_kth_of_those_asked_first_meets_the_kth_of_the_other_side():
    men = seekers([0, 0, 0], [0.9, 0.1, 0.5], [30, 28, 24])
    women = seekers([0, 0], [0.2, 0.3], [26, 21])
    grooms, brides = find_couples(men, women)
    assert list(zip(grooms, brides, strict=True)) == [(2, 1), (1, 0)]


def test_people_of_different_cells_wait():
    grooms, brides = find_couples(seekers([0], [0.1], [25]), seekers([1], [0.1], [23]))
    assert grooms.size == brides.size == 0


def test_nobody_marries_when_nobody_is_there():
    nobody = (np.array([], int), np.array([]), np.array([]))
    grooms, brides = find_couples(nobody, seekers([0], [0.1], [23]))
    assert grooms.size == brides.size == 0


def test_births_of_all_women_make_the_total_fertility_rate(view):
    rates = birth_rates(view, OLDEST)
    married = 1 - marriage_ages(view, female=True).unmarried_share(np.arange(OLDEST + 1))
    by_place = (rates * married).sum(axis=1)
    urban_share = view("demography.mortality.reference_urban_share")
    expected = view("demography.fertility.total_rate") * view("demography.fertility.births_factor")
    found = (1 - urban_share) * by_place[0] + urban_share * by_place[1]
    assert found == pytest.approx(expected, rel=0.01)
    assert by_place[0] / by_place[1] == pytest.approx(
        view("demography.fertility.rural_ratio"), 0.02
    )


def test_births_can_be_moved_by_a_reform():
    path = "demography.fertility.total_rate"
    lower = ParameterSet.load().with_overrides([Override(path, 1.0)]).at(2000)
    assert (
        birth_rates(lower, OLDEST).sum() < birth_rates(ParameterSet.load().at(2000), OLDEST).sum()
    )


def test_couples_rarely_leave_an_old_mother_and_never_when_they_are_old(view):
    urban = np.zeros(3, bool)
    rate = splitting_rate(urban, np.array([30, 30, 46]), np.array([59, 60, 70]), view)
    assert rate[0] == view("demography.family.split_rate_rural")
    assert rate[1] == rate[0] * view("demography.family.elder_factor")
    assert rate[2] == 0
