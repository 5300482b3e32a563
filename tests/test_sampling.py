"""The sample of places: every province, right on average, and undisturbed by what is elsewhere."""

import numpy as np
import pytest

from agents.errors import MinshengError
from model.chance import Chance, place_keys
from model.geography import load_geography
from model.sampling import (
    fewest_counties,
    sample_places,
    township_sizes,
    urban_share_of_townships,
)

KIND_SIZES = (2.0, 1.0, 0.5)
KIND_LOGITS = (2.5, 0.0, -1.5)
TYPE_LOGITS = (1.0, 0.0, -0.5)
SEEDS = range(200)


@pytest.fixture(scope="module")
def geography():
    return load_geography()


def chance(seed):
    return Chance(seed).draws("geography.sample", 1993).uniform


def draw(geography, n_counties=300, townships_per_county=4, seed=1, **more):
    return sample_places(
        geography, n_counties, townships_per_county, chance(seed), KIND_SIZES, **more
    )


def province_of(geography, places):
    return geography.county_province[places.county_rows]


def people(geography):
    return np.linspace(3e6, 120e6, len(geography.province_code))


def test_300_counties_leave_no_province_out(geography):
    places = draw(geography)
    assert places.county_rows.size == 300
    assert np.unique(province_of(geography, places)).size == 31


def test_31_counties_are_one_per_province(geography):
    places = draw(geography, 31, 1)
    assert (np.bincount(province_of(geography, places)) == 1).all()


def test_places_are_sorted_and_townships_belong_to_their_county(geography):
    places = draw(geography)
    assert (np.diff(places.county_rows) > 0).all()
    assert (np.diff(places.township_rows) > 0).all()
    county = places.county_rows[places.township_place_county]
    assert (geography.township_county[places.township_rows] == county).all()


def test_each_county_gives_four_townships_or_all_it_has(geography):
    places = draw(geography)
    frame = np.diff(geography.county_first_township)[places.county_rows]
    assert (np.bincount(places.township_place_county) == np.minimum(frame, 4)).all()


def test_no_number_of_counties_takes_every_place_with_weight_one(geography):
    places = draw(geography, None, None)
    assert places.county_rows.size == 2854
    assert places.township_rows.size == 41_352
    assert (places.county_weight == 1).all()
    assert (places.township_weight == 1).all()


@pytest.mark.parametrize("n_counties", [31, 32, 120, 300, 1500, 2853, 2854])
def test_sample_has_exactly_the_size_asked_for(geography, n_counties):
    for seed in range(5):
        assert draw(geography, n_counties, 3, seed).county_rows.size == n_counties


@pytest.mark.parametrize("n_counties", [31, 300, 2000])
def test_every_sample_weighs_as_much_as_each_province(geography, n_counties):
    target = people(geography)
    places = draw(geography, n_counties, province_sizes=target)
    province = province_of(geography, places)[places.township_place_county]
    weight = places.township_weight * places.township_size
    assert np.bincount(province, weight) == pytest.approx(target)


def test_provinces_get_counties_in_proportion_to_their_size(geography):
    target = people(geography)
    places = draw(geography, province_sizes=target)
    fair = 300 * target / target.sum()
    assert np.abs(np.bincount(province_of(geography, places)) - fair).max() < 1.5


def test_each_type_gets_its_share_of_a_province_rounded_up_or_down(geography):
    places = draw(geography)
    size = township_sizes(geography, KIND_SIZES)
    stratum = geography.county_province * 3 + geography.county_type
    whole = np.bincount(stratum[geography.township_county], size, minlength=93).reshape(31, 3)
    drawn = np.bincount(stratum[places.county_rows], minlength=93).reshape(31, 3)
    fair = whole / whole.sum(axis=1, keepdims=True) * drawn.sum(axis=1, keepdims=True)
    assert (np.abs(drawn - fair) < 1).all()


def test_weights_are_right_on_average_for_size_by_kind_and_type(geography):
    size, kind = township_sizes(geography, KIND_SIZES), geography.township_kind
    group = kind * 3 + geography.county_type[geography.township_county]
    estimates = []
    for seed in SEEDS:
        rows = (places := draw(geography, seed=seed)).township_rows
        weight = places.township_weight * size[rows]
        estimates.append(np.bincount(group[rows], weight, minlength=9))
    error = np.mean(estimates, axis=0) - np.bincount(group, size)
    assert (np.abs(error) < 4 * np.std(estimates, axis=0) / np.sqrt(len(SEEDS))).all()


def test_large_counties_are_drawn_in_proportion_to_size(geography):
    size = np.bincount(geography.township_county, township_sizes(geography, KIND_SIZES))
    drawn = np.zeros(2854)
    for seed in SEEDS:
        drawn[draw(geography, 300, 1, seed).county_rows] += 1
    large = size > np.median(size)
    fair = 300 * size / size.sum() * len(SEEDS)
    assert drawn[large].sum() == pytest.approx(fair[large].sum(), rel=0.02)
    assert drawn[~large].sum() == pytest.approx(fair[~large].sum(), rel=0.02)


def test_other_luck_elsewhere_leaves_a_province_alone(geography):
    own = place_keys(geography.province_code[5:6], "sample of counties")[0]
    inside = geography.county_province == 5
    own_counties = place_keys(geography.county_code[inside], "sample of townships")

    def elsewhere_differs(keys):
        kept = (keys == own) | np.isin(keys, own_counties)
        return np.where(kept, chance(1)(keys), chance(2)(keys))

    one = draw(geography)
    other = sample_places(geography, 300, 4, elsewhere_differs, KIND_SIZES)
    ours = [
        p.township_rows[inside[geography.township_county[p.township_rows]]] for p in (one, other)
    ]
    assert ours[0].tolist() == ours[1].tolist()
    assert one.township_rows.tolist() != other.township_rows.tolist()


def test_townships_of_a_county_do_not_depend_on_how_many_counties_are_drawn(geography):
    few, many = draw(geography, 300), draw(geography, 2854)
    chosen = np.isin(geography.township_county[many.township_rows], few.county_rows)
    assert many.township_rows[chosen].tolist() == few.township_rows.tolist()


@pytest.mark.parametrize("n_counties", [-1, 0, 30, 2855])
def test_impossible_number_of_counties_is_refused(geography, n_counties):
    with pytest.raises(MinshengError, match=f"between 31 counties.*got {n_counties}"):
        draw(geography, n_counties)


def test_county_without_townships_is_refused(geography):
    with pytest.raises(MinshengError, match="at least 1 township"):
        draw(geography, 300, 0)


def test_sizes_that_are_not_positive_are_refused(geography):
    with pytest.raises(MinshengError, match="positive"):
        sample_places(geography, 300, 4, chance(1), (2.0, 0.0, 0.5))
    with pytest.raises(MinshengError, match="positive"):
        draw(geography, province_sizes=np.zeros(31))


@pytest.mark.parametrize("n_counties", [31, 300, None])
def test_urban_share_hits_the_target_of_every_province(geography, n_counties):
    places = draw(geography, n_counties)
    target = np.linspace(0.05, 0.95, 31)
    share = urban_share_of_townships(geography, places, target, KIND_LOGITS, TYPE_LOGITS)
    province = province_of(geography, places)[places.township_place_county]
    weight = places.township_weight * places.township_size
    mean = np.bincount(province, weight * share) / np.bincount(province, weight)
    assert mean == pytest.approx(target, abs=1e-12)


def test_wholly_rural_and_wholly_urban_provinces_are_possible(geography):
    places = draw(geography)
    target = np.where(np.arange(31) < 15, 0.0, 1.0)
    share = urban_share_of_townships(geography, places, target, KIND_LOGITS, TYPE_LOGITS)
    province = province_of(geography, places)[places.township_place_county]
    assert (share == target[province]).all()


def test_subdistricts_are_more_urban_than_towns_and_towns_than_townships(geography):
    places = draw(geography)
    target = np.full(31, 0.4)
    share = urban_share_of_townships(geography, places, target, KIND_LOGITS, TYPE_LOGITS)
    kind = geography.township_kind[places.township_rows]
    mean = np.bincount(kind, share) / np.bincount(kind)
    assert mean[0] > mean[1] > mean[2]


def including(geography, *rows):
    included = np.zeros(geography.county_code.size, bool)
    included[list(rows)] = True
    return included


def test_included_counties_are_certain_and_stand_for_themselves(geography):
    included = including(geography, 7, 8, 2000)
    for seed in range(5):
        places = draw(geography, seed=seed, included=included)
        assert places.county_rows[places.county_included].tolist() == [7, 8, 2000]
        assert (places.county_weight[places.county_included] == 1).all()
        assert places.county_rows.size == 300


@pytest.mark.parametrize("n_counties", [50, 300, 2854])
def test_sample_with_included_counties_weighs_as_much_as_each_province(geography, n_counties):
    target = people(geography)
    included = including(geography, *range(16), 100, 2853)
    places = draw(geography, n_counties, province_sizes=target, included=included)
    province = province_of(geography, places)[places.township_place_county]
    weight = places.township_weight * places.township_size
    assert np.bincount(province, weight) == pytest.approx(target)


def test_including_nothing_draws_the_same_places(geography):
    plain, empty = draw(geography), draw(geography, included=including(geography))
    assert plain.township_rows.tolist() == empty.township_rows.tolist()
    assert plain.township_weight.tolist() == empty.township_weight.tolist()


def test_included_counties_leave_a_place_for_every_other_province(geography):
    included = including(geography, *range(100))
    fewest = fewest_counties(geography, included)
    places = draw(geography, fewest, included=included)
    assert np.unique(province_of(geography, places)).size == 31
    with pytest.raises(MinshengError, match=f"between {fewest} .* besides 100 included"):
        draw(geography, fewest - 1, included=included)


def test_all_counties_may_be_included(geography):
    places = draw(geography, 2854, included=including(geography, *range(2854)))
    assert (places.county_weight == 1).all()
    assert places.county_rows.size == 2854


def test_impossible_urban_share_names_the_province(geography):
    target = np.full(31, 0.4)
    target[3] = 1.2
    with pytest.raises(MinshengError, match=r"Shanxi.*1\.2"):
        urban_share_of_townships(geography, draw(geography), target, KIND_LOGITS, TYPE_LOGITS)
