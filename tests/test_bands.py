"""What replicates say of an effect: means, bands, signs and what pairing is worth, by hand."""

import numpy as np
import pandas as pd
import pytest

from agents.errors import UnknownNameError
from experiments import bands
from experiments.bands import ASSUMPTIONS, CHANCE


def runs(base, value, varied=CHANCE, outcome="gini", scheme="", group="all"):
    return pd.DataFrame(
        {"reform": "r", "year": 2000, "outcome": outcome, "scheme": scheme, "group": group,
         "varied": varied, "draw": range(len(base)), "base": base, "value": value}
    )  # fmt: skip


def only(table):
    assert len(table) == 1
    return table.iloc[0]


def test_the_effect_is_the_mean_of_paired_differences():
    found = only(bands.effects(runs([1.0, 2, 3], [2.0, 4, 6])))
    assert (found["base"], found["value"], found["difference"]) == (2, 4, 2)


def test_a_band_holds_nine_of_ten_differences():
    found = only(bands.effects(runs([0.0] * 101, np.arange(101.0))))
    assert (found["chance_low"], found["chance_high"]) == pytest.approx((5, 95))


def test_half_width_is_students():
    # Differences 1 and 3: standard error 1, and t of one degree of freedom is 12.706.
    found = only(bands.effects(runs([0.0, 0], [1.0, 3])))
    assert found["half_width"] == pytest.approx(12.706, abs=1e-3)


def test_one_replicate_has_no_uncertainty():
    found = only(bands.effects(runs([1.0], [2.0])))
    assert found[["half_width", "variance_reduction"]].isna().all()


def test_pairing_is_worth_the_variance_it_takes_away():
    # Independent runs: variance 1 + 1; paired: 1/4 of it is left when half of the change is shared.
    base, own = np.array([-1.0, 0, 1]), np.array([0.5, -1, 0.5])
    found = only(bands.effects(runs(base, base + own)))
    apart = base.var(ddof=1) + (base + own).var(ddof=1)
    assert found["variance_reduction"] == pytest.approx(apart / own.var(ddof=1))


def test_where_only_rounding_differs_nothing_is_said_of_pairing():
    found = only(bands.effects(runs([1e9, 2e9], [1e9, 2e9 + 1e-6])))
    assert np.isnan(found["variance_reduction"])


def test_signs_are_counted_for_each_band_by_itself():
    table = pd.concat([runs([0.0] * 4, [1.0, 1, 1, -1]), runs([0.0] * 2, [1.0, -2], ASSUMPTIONS)])
    found = only(bands.effects(table))
    assert (found["chance_same_sign"], found["assumptions_same_sign"]) == (0.75, 0.5)
    assert (found["chance_n"], found["assumptions_n"]) == (4, 2)


def test_what_one_side_does_not_have_is_left_out():
    found = only(bands.effects(runs([1.0, np.nan, 3], [2.0, 2, np.nan])))
    assert (found["chance_n"], found["difference"]) == (1, 1)


def test_precision_is_asked_for_by_outcome_scheme_and_group():
    dibao = runs([0.0, 0], [1.0, 1], outcome="coverage", scheme="dibao", group="rural")
    table = pd.concat([runs([0.0, 0], [1.0, 3]), dibao])
    widths = bands.widest(bands.effects(table), {"gini": 1, "coverage/dibao/rural": 1}, 2000)
    assert widths == pytest.approx({"gini": 12.706, "coverage/dibao/rural": 0}, abs=1e-3)
    assert not bands.is_precise(widths, {"gini": 12})
    assert bands.is_precise(widths, {"gini": 13, "coverage/dibao/rural": 0.1})


def test_an_unknown_outcome_is_answered_with_the_nearest():
    found = bands.effects(runs([0.0, 0], [1.0, 3]))
    with pytest.raises(UnknownNameError, match=r"--precision.*did you mean 'gini'"):
        bands.widest(found, {"ginni": 1}, 2000)


@pytest.mark.parametrize(("pairs", "share"), [(4, 0.56), (6, 0.66), (20, 0.82)])
def test_a_band_of_few_pairs_holds_as_many_further_ones_as_the_document_says(pairs, share):
    rng = np.random.default_rng(1)
    tables = [runs(np.zeros(pairs), rng.normal(size=pairs), outcome=str(n)) for n in range(400)]
    found = bands.effects(pd.concat(tables))
    further = rng.normal(size=(len(found), 200))
    inside = (further >= found[["chance_low"]].to_numpy()) & (
        further <= found[["chance_high"]].to_numpy()
    )
    assert inside.mean() == pytest.approx(share, abs=0.02)


def test_the_half_width_of_the_mean_holds_the_truth_in_nineteen_of_twenty_cases():
    rng = np.random.default_rng(2)
    tables = [runs(np.zeros(6), rng.normal(3.0, 2.0, 6), outcome=str(n)) for n in range(600)]
    found = bands.effects(pd.concat(tables))
    held = (found["difference"] - 3.0).abs() <= found["half_width"]
    assert held.mean() == pytest.approx(0.95, abs=0.025)
