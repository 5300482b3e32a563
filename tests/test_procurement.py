"""Procurement and organisations: rules worked by hand, see ``cases/procurement.yaml``."""

from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from agents import award, founding, service_work
from agents.award import MODES, Bids, pairs, sub_contracts
from agents.founding import REASONS, STAYS
from agents.organisations import GRASSROOTS, HUB, INCUBATED, STATUSES, slot_keys
from policies.procurement_places import _poor
from tests.small_county import parameters
from tests.small_tables import households

CASES = YAML(typ="safe").load(Path(__file__).parent / "cases" / "procurement.yaml")
RUNGS = ("dual", "eased", "direct")
WHERE = {name: module for module in (award, founding, service_work) for name in vars(module)}


def bids(given_):
    """Return bids for one lot, or for the lots that are named."""
    n = len(given_.get("quality", given_.get("z", [])))
    filled = {"lot": np.zeros(n, int), "organisation": np.arange(n), "quality": np.zeros(n),
              "tie": np.zeros(n), "price": np.ones(n), "reports": np.zeros(n, bool),
              "hub": np.zeros(n, bool), "luck": np.full(n, 0.5)}  # fmt: skip
    named = {name: np.array(values) for name, values in given_.items() if name in filled}
    return Bids(**filled | named)


def scores(given_, view):
    mode = np.array([MODES.index(name) for name in given_["mode"]], np.int8)
    return award.scores(bids(given_), mode, np.array(given_["tie_weight"]), view)


def modes(given_, view):
    names = ("bidders", "hub_bids", "size", "luck")
    found = award.modes(*(np.array(given_[name]) for name in names), view)
    return [(*MODES, "failed")[code] for code in found]


def register(given_, view):
    path = "procurement.organisations.registers"
    chance = view.schedule(path)[RUNGS.index(given_["rung"])]
    status = founding.register(
        chance, np.array(given_["luck"]), np.array(given_["firm_luck"]), view
    )
    return [STATUSES[code] for code in status]


def closing(given_, view):
    arrays = {name: np.array(values) for name, values in given_.items()}
    found = founding.closing(**arrays, parameters=view)
    return [(*REASONS, "stays")[code] for code in found]


def plain(name):
    """Return a rule that takes arrays as they are named, and parameters."""

    def rule(given_, view):
        values = {key: value if isinstance(value, float) else np.array(value)
                  for key, value in given_.items()}  # fmt: skip
        rest = {} if name == "how_many" else {"parameters": view}
        return getattr(WHERE[name], name)(**values, **rest)

    return rule


RULES = {
    "modes": modes,
    "scores": scores,
    "register": register,
    "closing": closing,
    "award": lambda g, _: award.award(bids(g), np.array(g["z"]), g["n_lots"]),
}


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case):
    view = parameters(case.get("year", 2010), **case.get("set", {}))
    rule = RULES.get(case["rule"]) or plain(case["rule"])
    found, expected = rule(case["in"], view), case["out"]
    if isinstance(expected, dict):
        found = {name: values[0] for name, values in asdict(found).items()}
        assert found == pytest.approx({name: values[0] for name, values in expected.items()})
    elif isinstance(expected[0], str):
        assert list(found) == expected
    else:
        assert list(found) == pytest.approx(expected, rel=1e-4)


def test_every_case_is_a_sentence_of_its_own():
    assert len({case["case"] for case in CASES}) == len(CASES) > 30


@given(st.lists(st.integers(0, 3), max_size=8), st.lists(st.integers(-1, 3), max_size=8))
def test_pairs_are_all_items_with_all_members_of_their_group(group, members):
    item, member = pairs(np.array(group, int), np.array(members, int))
    expected = [(i, m) for i, one in enumerate(group) for m, of in enumerate(members) if of == one]
    assert list(zip(item.tolist(), member.tolist(), strict=True)) == expected


def test_draws_give_lots_in_the_proportions_of_the_logit():
    luck = np.random.default_rng(1).uniform(size=40_000)
    lot = np.repeat(np.arange(20_000), 2)
    many = bids({"z": [0] * 40_000, "lot": lot, "luck": luck})
    z = np.tile([1.26, 0.8], 20_000)
    first = (award.award(many, z, 20_000) % 2 == 0).mean()
    assert first == pytest.approx(1 / (1 + np.exp(0.8 - 1.26)), abs=0.01)


def test_hubs_pass_work_to_the_aligned_and_trusted():
    trust, tie = np.array([0.5, 0.5, 0.5]), np.array([0.6, 0.1, 0.1])
    assert sub_contracts(trust, tie, np.array([0.54, 0.31, 0.29])).tolist() == [True, False, True]


def test_slots_of_a_place_have_keys_of_their_own_and_keep_them():
    place = np.full(300, 7, np.uint64)
    number = np.arange(300)
    keys = [slot_keys(place, kind, number) for kind in (HUB, INCUBATED, GRASSROOTS)]
    assert len(np.unique(np.concatenate(keys))) == 900
    assert slot_keys(place[:1], HUB, number[5:6]) == keys[0][5]


def test_need_is_taken_up_by_unmet_hours():
    unmet = np.tile([10.0, 0.0, 30.0, 0.0], (3, 1))
    found = founding.need_taken_up(unmet, np.array([0.2, 0.26, 0.99]))
    assert found.tolist() == [0, 2, 2]


def test_places_are_found_by_the_beginning_of_their_code():
    codes = np.array([440305, 440106, 110105, 320500])
    assert founding.at_places(codes, [4403, 11, 0]).tolist() == [True, False, True, False]


def test_who_is_refused_and_works_on_closes_for_no_reason():
    none = founding.closing(np.zeros(1, np.int8), np.array([True]), np.array([False]),
                            np.zeros(1), np.full((3, 1), 0.01), parameters(2010))  # fmt: skip
    assert none.tolist() == [STAYS]


def test_the_poor_in_need_of_services_were_below_the_line_of_the_year_of_their_income():
    table = households(income_per_head=[1850.0, 1950.0])
    world = SimpleNamespace(households=table, poverty_line=2000.0, last_poverty_line=1900.0)
    assert _poor(world).tolist() == [0]
