"""A draw belongs to a decision, a year and a key, and to nothing else."""

import numpy as np
import pytest
from scipy.stats import chi2, kstest, norm

from model import chance
from model.chance import Chance, Draws, derive_keys, place_keys

KEYS = derive_keys(np.arange(20_000, dtype=np.uint64), "test")
DECISION = "persons.test"


def draws(seed=1, replicate=0, decision=DECISION, year=2000):
    return Chance(seed, replicate).draws(decision, year)


def correlation(one, other):
    return abs(np.corrcoef(one, other)[0, 1])


def test_same_key_has_the_same_draw_whoever_else_is_asked():
    alone = draws().uniform(KEYS[5000:5001])
    assert draws().uniform(KEYS)[5000] == alone[0]
    assert draws().uniform(KEYS[::-1])[-5001] == alone[0]
    assert draws().uniform(np.repeat(KEYS[5000], 40_000))[39_999] == alone[0]


def test_same_key_has_the_same_draw_however_often_and_in_whatever_order_one_asks():
    luck = Chance(1)
    first = luck.draws(DECISION, 2000).uniform(KEYS)
    luck.draws("households.other", 2000).normal(KEYS)
    luck.draws(DECISION, 2001).uniform(KEYS)
    assert (luck.draws(DECISION, 2000).uniform(KEYS) == first).all()


def test_draws_of_no_keys_are_no_draws_and_shapes_are_kept():
    assert draws().uniform(KEYS[:0]).shape == (0,)
    assert draws().normal(KEYS[:0]).shape == (0,)


@pytest.mark.parametrize(
    "other",
    [{"seed": 2}, {"replicate": 1}, {"year": 2001}, {"decision": "persons.tesT"}],
    ids=lambda other: next(iter(other)),
)
def test_other_seed_replicate_year_or_decision_has_unrelated_draws(other):
    one, two = draws().uniform(KEYS), draws(**other).uniform(KEYS)
    assert (one != two).all()
    assert correlation(one, two) < 0.03


def test_seed_and_replicate_are_not_confused():
    assert (draws(seed=1, replicate=11).bits(KEYS) != draws(seed=11, replicate=1).bits(KEYS)).all()
    assert (draws(seed=11, replicate=0).bits(KEYS) != draws(seed=1, replicate=10).bits(KEYS)).all()


@pytest.mark.parametrize("bits", [0, 1, 2**12 - 1, 2**63, 2**64 - 2**12, 2**64 - 1])
def test_uniforms_are_never_0_or_1_and_normals_finite_for_any_hash(monkeypatch, bits):
    def constant(block, _):
        block[:] = np.uint64(bits)

    monkeypatch.setattr(chance, "_mix", constant)
    uniform = draws().uniform(KEYS[:3])
    assert (uniform > 0).all()
    assert (uniform < 1).all()
    assert np.isfinite(draws().normal(KEYS[:3])).all()


def test_extreme_hashes_are_equally_far_from_0_and_1(monkeypatch):
    ends = []
    for bits in (0, 2**64 - 1):
        monkeypatch.setattr(chance, "_mix", lambda block, _, b=bits: block.fill(np.uint64(b)))
        ends.append(draws().uniform(KEYS[:1])[0])
    assert ends == [2.0**-53, 1 - 2.0**-53]


def test_uniforms_are_uniform():
    counts = np.bincount((draws().uniform(KEYS) * 100).astype(int), minlength=100)
    statistic = ((counts - 200) ** 2 / 200).sum()
    assert chi2.ppf(1e-6, 99) < statistic < chi2.ppf(1 - 1e-6, 99)
    assert kstest(draws().uniform(KEYS), "uniform").pvalue > 1e-6


def test_low_bits_are_uniform_too():
    low = draws().bits(KEYS) & np.uint64(0xFF)
    counts = np.bincount(low.astype(int), minlength=256)
    assert ((counts - 20_000 / 256) ** 2 / (20_000 / 256)).sum() < chi2.ppf(1 - 1e-6, 255)


@pytest.mark.parametrize("years", [1, 2, 10])
def test_draws_of_different_years_are_not_correlated(years):
    assert correlation(draws().uniform(KEYS), draws(year=2000 + years).uniform(KEYS)) < 0.03


def test_draws_of_neighbours_on_the_list_of_keys_are_not_correlated():
    for keys in (KEYS, np.arange(20_000, dtype=np.uint64), np.sort(KEYS)):
        uniform = draws().uniform(keys)
        assert correlation(uniform[1:], uniform[:-1]) < 0.03


def test_every_bit_of_a_key_changes_half_of_the_bits_of_a_draw():
    before = draws().bits(KEYS)
    for bit in range(64):
        after = draws().bits(KEYS ^ np.uint64(1 << bit))
        changed = np.bitwise_count(before ^ after).mean()
        assert 31 < changed < 33, bit


def test_pairs_of_decisions_have_the_joint_distribution_of_independent_ones():
    one, two = draws().uniform(KEYS), draws(decision="households.test").uniform(KEYS)
    cells = (one * 10).astype(int) * 10 + (two * 10).astype(int)
    counts = np.bincount(cells, minlength=100)
    assert ((counts - 200) ** 2 / 200).sum() < chi2.ppf(1 - 1e-6, 99)


def test_normal_is_the_inverse_distribution_of_the_uniform():
    uniform, normal = draws().uniform(KEYS), draws().normal(KEYS)
    assert normal == pytest.approx(norm.ppf(uniform), rel=1e-9, abs=1e-9)
    assert (np.argsort(normal) == np.argsort(uniform)).all()


def test_event_that_happens_with_one_chance_happens_with_every_greater_one():
    luck = draws()
    often, seldom = luck.happens(KEYS, 0.4), luck.happens(KEYS, 0.3)
    assert (seldom <= often).all()
    assert often.mean() == pytest.approx(0.4, abs=0.02)
    assert not luck.happens(KEYS, 0.0).any()
    assert luck.happens(KEYS, 1.0).all()


def test_chance_may_differ_between_keys():
    chances = np.where(np.arange(20_000) % 2, 0.9, 0.1)
    happens = draws().happens(KEYS, chances)
    assert happens[1::2].mean() == pytest.approx(0.9, abs=0.02)
    assert happens[::2].mean() == pytest.approx(0.1, abs=0.02)


def test_children_of_the_same_parent_have_keys_of_their_own():
    parent = KEYS[:1]
    births = [(relation, year) for relation in ("child", "twin", "household")
              for year in range(1990, 2090)]  # fmt: skip
    keys = {int(derive_keys(parent, relation, year)[0]) for relation, year in births}
    assert len(keys | {int(parent[0])}) == len(births) + 1


def test_keys_of_a_family_tree_do_not_collide():
    generation, all_keys = KEYS, [KEYS]
    for year in range(1993, 2024):
        generation = derive_keys(generation, "child", year)
        all_keys.append(generation)
    every = np.concatenate(all_keys)
    assert len(np.unique(every)) == len(every)


def test_keys_are_the_same_in_every_history():
    assert (derive_keys(KEYS[:5], "child", 2000) == derive_keys(KEYS[:5], "child", 2000)).all()
    assert derive_keys(np.array([110101], np.uint64), "county").tolist() == [
        int(Chance(0).draws("key/county", 0).bits(np.array([110101], np.uint64))[0])
    ]


def test_households_of_all_places_have_keys_of_their_own():
    codes = np.repeat(np.arange(110101001, 110101501), 200)
    keys = place_keys(codes, "household", np.tile(np.arange(200), 500))
    assert len(np.unique(keys)) == len(codes)


def test_country_wide_shocks_have_a_generator_of_their_own():
    numbers = [Chance(seed).shock("storm", year).random() for seed, year in
               ((1, 2000), (1, 2001), (2, 2000))]  # fmt: skip
    assert len(set(numbers)) == 3
    assert Chance(1).shock("storm", 2000).random() == numbers[0]


def test_keys_that_are_asked_are_left_as_they_were():
    keys = KEYS.copy()
    Draws(12345).uniform(keys)
    assert (keys == KEYS).all()
