"""Cities that open their register by themselves (rule c.7)."""

import numpy as np
import pytest

from agents import opening
from agents.opening import POINTS, Costs, Prospects
from policies.hukou import Hukou
from tests.small_city import CITY, City
from tests.small_county import Luck

COSTS = Costs(per_head=0.85, seats=0.63, core=3.6, growth=np.array([0.01]))
# Services that rungs 0 to 4 open beyond a path on rung 1.
GAINED = np.array([0.0, 0.0, 0.15, 0.5, 0.9])[:, None]


def city(**changes):
    """Return a city of a million with room of ten billion and an inflow of two percent."""
    plain = {"inflow": 0.02, "income": 8000.0, "registered": 1e6, "room": 1e10, "load": 1.0,
             "measures": 0.5, "novelty": 1.0}  # fmt: skip
    return Prospects(**{name: np.array([value]) for name, value in (plain | changes).items()})


def seen(rung, **changes):
    found = opening.points(GAINED, city(**changes), COSTS, np.array([0.01]))[:, rung, 0]
    return dict(zip(POINTS, found.tolist(), strict=True))


def test_points_of_zero_threshold_by_hand():
    users = 3.6 * 0.018
    load = 1.0 * (1 + users) / (1.01 + 0.5 * users)
    cost = (0.85 + 0.63 * 0.5) * 8000 * 1e6 * 0.018 / 1e10
    expected = {"growth": 1.8, "target": 1.0, "novelty": 0.9, "cost": -cost, "crowding": 1 - load}
    assert seen(4) == pytest.approx(expected)


def test_to_stay_on_the_path_scores_nothing():
    assert list(seen(1, load=1.5).values()) == pytest.approx([0] * 5)


@pytest.mark.parametrize(("change", "point"), [
    ({"room": 1e8}, "cost"), ({"load": 1.3}, "crowding"), ({"novelty": 0.5}, "novelty"),
    ({"inflow": 0.005}, "growth"), ({"inflow": 0.005}, "target"),
])  # fmt: skip
def test_what_makes_an_opening_less_attractive(change, point):
    assert seen(4, **change)[point] < seen(4)[point]


def test_measures_cost_money_and_relieve_crowding():
    planned, not_planned = seen(4, measures=1.0), seen(4, measures=0.0)
    assert planned["cost"] < not_planned["cost"]
    assert planned["crowding"] > not_planned["crowding"]


def test_the_best_rung_is_taken_if_it_clears_the_hurdle():
    weighed = np.array([[[0.0, 0.0], [0.3, 0.2], [0.9, 0.4]]])
    assert opening.choose_rung(weighed, 0.5).tolist() == [2, -1]


def test_what_speaks_for_an_opening_is_told_the_strongest_first():
    assert opening.tell(np.array([0.2, 0.7, 0.0, -1.0, -0.1])) == "choice: target +0.7, growth +0.2"
    assert opening.tell(-np.ones(5)) == "choice: chance"


def led(on_agenda=True, waiting=5, **settings):
    """Return a city with residents, some newcomers, and more to come, whose leader may choose."""
    luck = {"counties.consider_opening": 1e-12 if on_agenda else 1 - 1e-12,
            "counties.take_hukou_opening_back": 1 - 1e-12}  # fmt: skip
    to_come = {"times": waiting, "comes": 1}
    choice = {"hukou.opening.mode": "choice"} | settings
    found = City([{"times": 5}, to_come], residents=100, year=2000,
                 chance=lambda decision: Luck(luck.get(decision, 0.5)), **choice)  # fmt: skip
    found.officials = {f"effort_{kind}": np.zeros(2) for kind in
                       ("growth", "social", "innovation", "stability")}  # fmt: skip
    found.counties.room[:] = 1e10
    return found


def live(found, years):
    return [found.live(lambda _: 2)["hukou_rung"] for _ in range(years)]


def test_a_leader_who_saw_people_come_opens_his_city_beyond_the_path():
    found = led()
    # Newcomers are counted for the first time in 2000; before 2001 nobody thinks of it.
    assert live(found, 3) == [1, 4, 4]
    row = found.adoptions.rows[-1]
    assert row[:5] == (2001, Hukou.id, "330502", "changed", "rung 4")
    assert row[5].startswith("choice: target +1.0, growth")


def test_a_city_without_an_opening_on_its_agenda_stays_on_the_path():
    assert live(led(on_agenda=False), 3) == [1, 1, 1]


def test_a_city_without_room_does_not_open():
    found = led()
    found.counties.room[:] = 1.0
    assert live(found, 3) == [1, 1, 1]


def test_villages_have_nothing_to_open():
    assert live(led(kind="rural"), 3) == [1, 3, 3]


def test_a_leader_whose_effort_is_all_for_stability_fears_crowding_more():
    found = led(**{"hukou.load.start": [1.5] * 4, "hukou.choice.hurdle": 0.5})
    found.officials = {"effort_growth": np.full(2, 0.01), "effort_social": np.full(2, 0.01),
                       "effort_innovation": np.full(2, 0.01),
                       "effort_stability": np.full(2, 0.97)}  # fmt: skip
    assert live(found, 3) == [1, 1, 1]


def test_an_opening_by_choice_can_be_taken_back_and_is_then_locked():
    found = led(**{"hukou.reversal.base": 0.0})
    live(found, 2)
    luck = {"counties.consider_opening": 1e-12, "counties.take_hukou_opening_back": 1e-12}
    found.chance = lambda decision: Luck(luck.get(decision, 0.5))
    assert live(found, 2) == [3, 2]
    assert found.policy.openings.rung[CITY] == 2


@pytest.mark.parametrize(("block", "years"), [(0, 1), (2, 2), (4, 4)])
def test_after_the_lock_a_leader_may_open_his_city_again(block, years):
    found = led(waiting=30, **{"hukou.reversal.base": 0.0, "hukou.reversal.block_years": block})
    live(found, 2)
    considers = {"counties.consider_opening": 1e-12}
    lost = considers | {"counties.take_hukou_opening_back": 1e-12}
    found.chance = lambda decision: Luck(lost.get(decision, 0.5))
    taken_back = found.year
    assert live(found, 1) == [4 if block == 0 else 3]
    kept = considers | {"counties.take_hukou_opening_back": 1 - 1e-12}
    found.chance = lambda decision: Luck(kept.get(decision, 0.5))
    again = live(found, 6)
    first = taken_back + 1 + again.index(4)
    assert first == taken_back + years
