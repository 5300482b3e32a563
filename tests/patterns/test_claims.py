"""Claims: what moves them, what is seen of them, and what they change, at the same seed."""

import pytest

CHANCES = "claims.stability.chances"
# No leader orders anything, so that what offices do about unrest is what a test says.
NO_ORDERS = {"policies.incentives": "off"}
# People claim together more readily, so that small worlds have collectives too; workers who are
# owed premiums know of it, so that not only the poor gather.
LOUD = NO_ORDERS | {"claims.channels.sharers": 1, "claims.channels.collective_cost": 0.05,
                    "claims.rules.premiums_known": 1.0}  # fmt: skip
NO_LAY_OFFS = {"shocks.soe_layoffs": "off"}
NOTHING, BUY, SUPPRESS = (0.0,) * 4, (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)


@pytest.fixture
def loud(seed, history, national):
    """Return the sum over 2002 to 2010 of an outcome, by what offices do about unrest."""

    def total(outcome, order):
        return national(history(seed, LOUD | {CHANCES: order}), outcome).loc[2002:].sum()

    return total


@pytest.fixture
def hearings(seed, history, national):
    """Return a national outcome by year when participation is on one rung everywhere."""

    def of(outcome, rung, group="all"):
        settings = NO_ORDERS | {"claims.participation.rung": (rung,) * 3}
        return national(history(seed, settings), outcome, group)

    return of


@pytest.mark.imposed
def test_lay_offs_bring_people_into_the_streets(seed, history, national):
    laid_off, spared = (history(seed, settings) for settings in ({}, NO_LAY_OFFS))
    unrest = [national(sim, "unrest").loc[1996:2003].sum() for sim in (laid_off, spared)]
    assert unrest[0] > 5 * unrest[1]
    assert unrest[0] / 8 > 0.0003


@pytest.mark.emergent
def test_incidents_peak_with_the_lay_offs(seed, history, national):
    sim = history(seed, last=2016)
    yearly = national(sim, "unrest")
    assert yearly.loc[1996:2003].mean() > 1.5 * yearly.loc[2004:2016].mean()
    share = national(sim, "incidents").loc[1996:].mean() / sim.counties.weight.sum()
    assert 0.001 < share < 0.03


@pytest.mark.imposed
def test_who_learns_of_rights_from_a_weak_department_claims_more(seed, history, national):
    told, untold = (
        national(history(seed, {"incentives.innovation.capacity_gain": gain}), "claims").sum()
        for gain in (0.3, 0.0)
    )
    assert told > 1.05 * untold


@pytest.mark.imposed
def test_cheaper_hotline_brings_more_claims(seed, history, national):
    cheap, dear = (
        national(history(seed, {"claims.channels.hotline_cost": cost}), "claims").sum()
        for cost in (0.01, 0.1)
    )
    assert cheap > 1.5 * dear


@pytest.mark.imposed
def test_suppression_hides_unrest_and_leaves_the_grievances(loud):
    assert loud("unrest", SUPPRESS) < 0.5 * loud("unrest", NOTHING)
    assert loud("claims_reported", SUPPRESS) < loud("claims_reported", NOTHING)
    assert loud("grievances", SUPPRESS) > 0.95 * loud("grievances", NOTHING)


@pytest.mark.imposed
def test_suppression_frightens_people_out_of_claiming(loud):
    assert loud("claims", SUPPRESS) < loud("claims", NOTHING)


@pytest.mark.imposed
def test_buying_off_puts_people_on_the_roll_who_are_not_poor(loud):
    assert loud("selective_payments", BUY) > loud("selective_payments", NOTHING) == 0
    assert loud("inclusion_error", BUY) > loud("inclusion_error", NOTHING)


@pytest.mark.emergent
def test_claims_move_places_on_the_roll_and_hardly_the_errors(seed, history, national):
    # Places are rationed: who is put on the roll by a claim takes the place of another.
    with_them, without = (
        national(history(seed, NO_ORDERS | {"claims.rules.on": on}), "exclusion_error").loc[2006:]
        for on in (True, False)
    )
    assert with_them.mean() == pytest.approx(without.mean(), abs=0.02)


@pytest.mark.imposed
def test_binding_hearings_lower_both_errors_of_rural_dibao(hearings):
    for error in ("exclusion_error", "inclusion_error"):
        bound, none = (hearings(error, rung, "rural").loc[2006:].mean() for rung in (3, 1))
        assert bound < none, error


@pytest.mark.imposed
def test_hearings_for_show_bring_fewer_claims_than_notices(hearings):
    show, notice = (hearings("claims", rung).sum() for rung in (2, 1))
    assert show < notice
