"""Life tables: the level is the official life expectancy, the shape that of human mortality."""

import numpy as np
import pytest

from model.mortality import OLDEST, death_probabilities, life_expectancy
from policies.parameters import ParameterSet

MALE, FEMALE = 0, 1
RURAL, URBAN = 0, 1


def view(year):
    return ParameterSet.load().at(year)


@pytest.mark.parametrize("year", [1993, 2008, 2023])
def test_years_lived_add_up_to_the_official_life_expectancy(year):
    lived = np.cumprod(1 - death_probabilities(view(year)), axis=-1).sum(axis=-1)
    assert lived == pytest.approx(life_expectancy(view(year)), abs=0.01)


def test_national_life_expectancy_lies_between_the_places_by_their_people():
    expected = life_expectancy(view(1993))
    urban = view(1993)("demography.mortality.reference_urban_share")
    mean = (1 - urban) * expected[MALE, RURAL] + urban * expected[MALE, URBAN]
    assert mean == pytest.approx(67.1)
    gap = view(1993)("demography.mortality.rural_gap")
    assert expected[FEMALE, URBAN] - expected[FEMALE, RURAL] == pytest.approx(gap)


def test_chances_to_die_rise_over_adult_ages_and_everybody_dies():
    chance = death_probabilities(view(2000))
    assert (np.diff(chance[..., 30:], axis=-1) > 0).all()
    assert (chance[..., OLDEST] == 1).all()
    assert ((chance > 0) & (chance <= 1)).all()


def test_women_and_townspeople_die_less_at_most_ages():
    chance = death_probabilities(view(2000))[..., 20:90]
    assert (chance[FEMALE] < chance[MALE]).all()
    assert (chance[:, URBAN] < chance[:, RURAL]).all()


def test_infants_die_less_as_the_years_pass():
    first, last = (death_probabilities(view(year))[..., 0] for year in (1993, 2020))
    assert (last < first / 3).all()
