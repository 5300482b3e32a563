"""Directions of trust: who refuses loses it, who pays gains it, and who acts on it."""

import pytest

from policies import procurement_outcomes

LAST = 2012
NO_SERVICES = {"policies.procurement": "off"}


def local(sim, national, group="all"):
    return national(sim, "trust", group, "local")


@pytest.mark.imposed
def test_the_centre_is_trusted_more_than_local_governments(seed, history, national):
    sim = history(seed, last=LAST)
    assert (national(sim, "trust", scheme="centre") > local(sim, national)).all()


@pytest.mark.emergent
def test_dibao_costs_local_governments_trust_since_more_ask_than_get_it(seed, history, national):
    off = {"policies.urban_dibao": "off", "policies.rural_dibao": "off"}
    with_it, without = (history(seed, settings, last=LAST) for settings in ({}, off))
    assert local(with_it, national)[LAST] < local(without, national)[LAST]


@pytest.mark.emergent
def test_places_cost_more_trust_than_rights(seed, history, national):
    rights, places = (
        local(history(seed, {"dibao.rules.mode": mode}, last=LAST), national)[LAST]
        for mode in ("rights", "places")
    )
    assert places < rights


@pytest.mark.imposed
def test_without_a_base_pension_the_centre_is_trusted_as_at_first(seed, history, national):
    off = history(seed, {"policies.residents_pension": "off"}, last=LAST)
    assert national(off, "trust", scheme="centre").to_numpy() == pytest.approx(0.8)


@pytest.mark.imposed
def test_without_procurement_nobody_is_asked_of_hubs_and_other_organisations(
    seed, history, national
):
    sim = history(seed, NO_SERVICES, last=LAST)
    for tier in ("gongo", "ngo"):
        assert (national(sim, "trust", scheme=tier) == 0.5).all()


@pytest.mark.imposed
def test_force_costs_local_governments_trust_though_fewer_dare_to_ask(seed, history, national):
    alone = {"policies.incentives": "off"}
    never, always = (
        history(seed, alone | {"claims.stability.chances": chances}, last=LAST)
        for chances in ([0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0])
    )
    assert local(always, national)[LAST] < local(never, national)[LAST]
    assert national(always, "claims").sum() < national(never, "claims").sum()


@pytest.mark.imposed
def test_without_links_only_departments_and_organisations_act_on_trust(seed, history, same):
    silent = {"incentives.innovation.proposal": 0} | NO_SERVICES
    distrust = {"trust.rules.step": 0.05, "trust.rules.start": (0.1, 0.1, 0.1, 0.1)}
    usual, stubborn = (history(seed, silent | more, last=LAST) for more in ({}, distrust))
    sector = (outcome.name for outcome in procurement_outcomes.OUTCOMES)
    assert same(usual, stubborn, without=("trust", *sector))
