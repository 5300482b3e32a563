"""What leaders do about unrest: one formula, five choices, and what the veto makes of them."""

import numpy as np
import pytest

from agents import stability
from tests.small_county import parameters

NONE = 0
STAKE, VETO = 0.2, 1.0


def rules(**overrides):
    return parameters(2005, **{f"incentives.stability.{name}": value
                               for name, value in overrides.items()})  # fmt: skip


def chosen(severity=1.0, wealth=30.0, horizon=2.0, veto=VETO, **overrides):
    args = (np.array([value], float) for value in (severity, wealth, horizon))
    worth = stability.payoffs(*args, STAKE, veto, rules(**overrides))
    return stability.CHOICES[stability.choose(worth, np.array([severity]))[0]]


def worth_of(choice, severity=1.0, wealth=30.0, horizon=2.0, veto=VETO, **overrides):
    args = (np.array([value], float) for value in (severity, wealth, horizon))
    found = stability.payoffs(*args, STAKE, veto, rules(**overrides))
    return found[stability.CHOICES.index(choice), 0]


@pytest.mark.parametrize(("unrest", "noticed"), [(0.000494, False), (0.000496, True)])
def test_a_leader_reacts_from_a_third_of_the_usual_unrest_on(unrest, noticed):
    severity = stability.severity_of(np.array([unrest]), np.zeros(1), rules())
    assert (severity[0] > 0) == noticed


def test_a_leader_reacts_to_exactly_what_is_noticed():
    usual = np.array([0.002])
    severity = stability.severity_of(usual, np.zeros(1), rules(usual_unrest=0.002, noticed=1))
    assert severity.tolist() == [1]


def test_one_petition_in_four_is_feared_to_become_unrest():
    severity = stability.severity_of(np.array([0.001]), np.array([0.008]), rules())
    assert severity[0] == pytest.approx(2)


def test_without_unrest_nothing_is_done():
    assert chosen(severity=0.0) == "none"


def test_payoff_by_hand():
    # (0.2 + 1) (0.7 - 0.3 x 0) 2 + 0.2 x 0.6 x 0.8^3 x 2 - 10 x 0.6 x 0.0015 x 2 x 30
    assert worth_of("concede", severity=2, horizon=3) == pytest.approx(1.68 + 0.12288 - 0.54)
    # (0.2 + 1) (0.9 - 0.3 x 1.0) 2 - 10 x 0.05; later is not his business
    assert worth_of("suppress", severity=2, horizon=2.9) == pytest.approx(1.44 - 0.5)


@pytest.mark.parametrize(("horizon", "counts"), [(2.9, False), (3.0, True)])
def test_what_comes_back_later_counts_only_for_who_is_still_there(horizon, counts):
    now = worth_of("suppress", horizon=horizon)
    assert (now < worth_of("suppress", horizon=1.0)) == counts


def test_a_poor_county_suppresses_what_a_rich_one_concedes():
    assert chosen(wealth=10.0, severity=3.0) == "concede"
    assert chosen(wealth=120.0, severity=3.0) == "suppress"


def test_silence_is_the_choice_of_poor_counties_where_few_claim():
    assert chosen(wealth=80.0, severity=0.6) == "conceal"
    assert chosen(wealth=10.0, severity=0.6) == "concede"
    assert chosen(wealth=80.0, severity=3.0) == "suppress"


def test_force_pays_where_many_claim_because_it_costs_the_same():
    assert chosen(severity=0.6, wealth=40) in {"concede", "buy_off"}
    assert chosen(severity=8.0, wealth=40) == "suppress"


def test_where_all_becomes_known_above_nobody_suppresses_or_conceals():
    for wealth in (10.0, 30.0, 60.0):
        assert chosen(wealth=wealth, fear=1.0) in {"none", "concede", "buy_off"}


def test_without_a_veto_unrest_is_left_alone_where_money_is_dear():
    assert chosen(veto=0.0, wealth=60.0, horizon=2.0, money=20.0) == "none"


def choices(veto, fear, money, wealth):
    worth = stability.payoffs(np.ones_like(wealth), wealth, np.full_like(wealth, 2.0), STAKE, veto,
                              rules(fear=fear, money=money))  # fmt: skip
    return stability.choose(worth, np.ones_like(wealth))


def veto_map(fears, moneys):
    """Return what the veto adds to the shares of counties that protect and that repress.

    Two arrays by fear and worth of money; over counties from rich to poor.
    """
    wealth = np.linspace(10, 130, 49)
    protects, represses = (np.zeros((len(fears), len(moneys))) for _ in range(2))
    for row, fear in enumerate(fears):
        for column, money in enumerate(moneys):
            on, off = (choices(veto, fear, money, wealth) for veto in (VETO, 0.0))
            gain = [np.isin(on, kinds).mean() - np.isin(off, kinds).mean()
                    for kinds in ((stability.CONCEDE, stability.BUY_OFF),
                                  (stability.SUPPRESS, stability.CONCEAL))]  # fmt: skip
            protects[row, column], represses[row, column] = gain
    return protects, represses


def test_whether_the_veto_protects_or_represses_depends_on_fear_and_money():
    fears, moneys = np.linspace(0, 1, 6), np.array([2.0, 5, 10, 20, 40])
    protects, represses = veto_map(fears, moneys)
    # Nobody hears of it and money is dear: the veto turns patience into force and silence.
    assert represses[0, -1] > 0.5 > protects[0, -1]
    # What is done becomes known: it turns patience into remedies.
    assert protects[-1, 2] > 0.5 > 0 >= represses[-1, 2]
    # In between, with money at hand, it turns silence into remedies.
    assert protects[2, 0] > 0.5
    assert represses[2, 0] < -0.5


@pytest.mark.parametrize(("choice", "paid"), [("concede", False), ("suppress", True)])
def test_cost_of_force_is_fixed_and_that_of_remedies_rises_with_claimants(choice, paid):
    row = stability.CHOICES.index(choice)
    one, ten = (stability.budget_share(np.array([s]), np.array([30.0]), rules())[row, 0]
                for s in (1.0, 10.0))  # fmt: skip
    assert (one == ten) == paid
