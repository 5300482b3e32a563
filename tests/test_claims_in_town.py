"""A year of claims in a small town: grievances, remedies, order, participation (rules j)."""

import numpy as np
import pytest

from agents.claims import AGAIN, BUY_OFF, CONCEAL, HOTLINE, LEFT, PETITION, SUPPRESS
from agents.enrolment import PENSION, SCHEMES
from agents.persons import Work
from model.simulation import Simulation
from policies import participation, remedies
from tests.small_claims import HERE, LINE, THERE, claim, town

# Who is poor enough for three quarters of the line to be missing, with nobody to envy.
POOR = {"income": LINE / 4}
ANSWERED = {"households.claim_answered": 0.01, "households.claim_remedied": 0.01}


def test_household_without_anything_owed_to_it_has_no_grievance():
    world = claim(town([{"income": LINE * 1.5}]))
    assert world.record.total("grievances") == 0


def test_gap_below_the_line_is_the_grievance_of_who_was_refused():
    world = claim(town([POOR, {"income": LINE * 1.01}]))
    assert world.record.total("grievances") == 1
    assert world.record.total("claims_by_channel", "again") == 1


def test_who_is_on_the_roll_has_no_claim_on_it():
    served = POOR | {"receives_dibao": True, "dibao_persons": 1}
    assert claim(town([served])).record.total("claims") == 0


def test_neighbour_no_poorer_on_the_roll_is_a_grievance_and_a_poorer_one_is_not():
    refused = {"income": LINE * 1.2}
    for income, expected in ((1.2, 1), (1.19, 0)):
        served = {"income": LINE * income, "receives_dibao": True, "dibao_persons": 1,
                  "applies_for_dibao": True}  # fmt: skip
        assert claim(town([refused, served])).record.total("grievances") == expected


def test_premiums_an_employer_owes_are_a_grievance_of_who_knows_of_it():
    worker = {"household": 0, "unpaid_premiums": 20 * LINE}
    home = [{"income": LINE, "applies_for_dibao": False}]
    for luck, expected in ((0.19, 1), (0.21, 0)):
        world = town(home, [worker], luck={"persons.know_unpaid_premiums": luck})
        assert claim(world).record.total("claims_by_ground", "premiums") == expected


def test_crowding_concerns_registered_residents_beyond_the_load_that_is_tolerated():
    home = {"income": LINE, "applies_for_dibao": False}
    migrant = home | {"hukou_urban": False}
    for load, expected in ((1.2, 0), (1.8, 1)):
        world = town([home, migrant], luck={"households.use_crowded_services": 0.1})
        world.counties["school_load"][:] = load
        assert claim(world).record.total("grievances") == expected


def test_poor_ask_for_a_scheme_that_another_county_of_the_province_has():
    villager = POOR | {"applies_for_dibao": False, "hukou_urban": False}
    for has_it, luck, expected in ((THERE, 0.24, 1), (THERE, 0.26, 0), (HERE, 0.01, 0)):
        world = town([villager], luck={"households.hear_of_rural_dibao_elsewhere": luck})
        world.adoptions.in_force("rural_dibao")[1 - has_it] = False
        assert claim(world).record.total("claims_by_ground", "absent") == expected


def test_refused_claim_is_remembered_and_another_channel_taken_next_year():
    world = claim(town([POOR], luck={"households.claim_answered": 0.99}))
    assert world.households["claims_tried"].tolist() == [1 << AGAIN]
    assert claim(world).record.total("claims_by_channel", "hotline") == 1


def test_who_tries_anew_begins_with_the_cheapest_channel():
    luck = {"households.claim_answered": 0.99, "households.claim_anew": 0.01}
    world = claim(claim(town([POOR], luck=luck)))
    assert world.record.total("claims_by_channel", "again") == 1


def test_remedy_is_a_verification_without_error_and_a_better_rank_next_year():
    world = claim(town([POOR], luck=ANSWERED))
    rows, places = np.array([0]), world.dibao
    places._look_up(world)
    assert world.households["dibao_review"].tolist() == [remedies.REVIEWED]
    assert remedies.error_left(world, rows, places.claims).tolist() == [0]
    assert remedies.review_bonus(world, rows).tolist() == [0.7]


def test_promise_holds_for_a_year():
    world = claim(town([POOR], luck=ANSWERED))
    world.households["applies_for_dibao"][:] = False
    assert claim(world).households["dibao_review"].tolist() == [0]


def test_employer_pays_what_it_owes_into_the_pool():
    worker = {"household": 0, "unpaid_premiums": 20 * LINE}
    world = town([{"income": LINE, "applies_for_dibao": False}], [worker],
                 luck=ANSWERED | {"persons.know_unpaid_premiums": 0.1})  # fmt: skip
    claim(world)
    assert world.persons["unpaid_premiums"].tolist() == [0]
    assert world.counties[f"{SCHEMES[PENSION]}_reserve"][HERE] == 20 * LINE


def neighbours(order=LEFT, **changes):
    """Return a town of four poor households that tried everything but to claim together."""
    world = town([POOR] * 4, luck={"households.claim_answered": 0.99}, **changes)
    world.households["claims_tried"][:] = 1 << AGAIN | 1 << HOTLINE | 1 << PETITION
    world.counties["stability_choice"][:] = order
    return claim(world)


def test_neighbours_who_share_a_grievance_claim_together_and_are_seen():
    world = neighbours(**{"claims.stability.chances": [0.0] * 4})
    assert world.record.total("collective_claims") == 4
    assert world.counties.unrest[HERE] == 1


def test_collective_claims_of_a_whole_town_become_an_incident_with_a_chance_of_three_tenths():
    for luck, incident in ((0.29, 1), (0.31, 0)):
        world = town([POOR] * 4, luck={"counties.collective_incident": luck,
                                       "counties.keep_order": 0.9})  # fmt: skip
        world.households["claims_tried"][:] = 7
        assert claim(world).counties.incident[HERE] == incident


def test_who_is_bought_off_gets_money_now_and_a_place_next_year():
    world = neighbours(BUY_OFF)
    assert world.households.transfers.tolist() == [LINE / 2] * 4
    assert world.households.assets.tolist() == [LINE / 2] * 4
    assert world.counties.assistance[HERE] == 2 * LINE
    assert world.record.total("selective_payments") == 2 * LINE
    assert world.households["dibao_review"].tolist() == [remedies.PLEDGED] * 4


def test_pledged_place_needs_no_application_and_no_poverty():
    world = town([{"income": 3 * LINE, "applies_for_dibao": False}])
    world.households["dibao_review"][:] = remedies.PLEDGED
    world.dibao.rights[:] = True
    world.dibao.on_assist(world)
    assert world.households["receives_dibao"].tolist() == [True]


def test_suppressed_claims_are_hardly_seen_and_the_grievances_stay():
    free, silenced = neighbours(CONCEAL), neighbours(SUPPRESS)
    assert silenced.counties.unrest[HERE] == pytest.approx(0.2 * free.counties.unrest[HERE])
    assert silenced.record.total("grievances") == free.record.total("grievances") == 4
    assert silenced.record.total("claims") == free.record.total("claims") == 4
    assert (silenced.households["efficacy"] < free.households["efficacy"]).all()


def test_concealed_and_suppressed_claims_are_missing_in_the_reports():
    stated = [said("claims_reported", order, audit=0.0) for order in (LEFT, SUPPRESS, CONCEAL)]
    assert stated == pytest.approx([4, 0.8, 2])
    stated = [said("collective_claims_reported", order, audit=0.2) for order in (SUPPRESS, CONCEAL)]
    assert stated == pytest.approx([4 * (1 - 0.8 * 0.8), 4 * (1 - 0.5 * 0.8)])


def said(outcome, order, audit):
    usual = {"claims.stability.chances": [0.0] * 4, "incentives.reporting.audit": audit}
    return neighbours(order, **usual).record.total(outcome)


@pytest.mark.parametrize("order", [LEFT, SUPPRESS, CONCEAL])
def test_audits_bring_suppressed_and_concealed_claims_to_light(order):
    assert said("claims_reported", order, audit=1.0) == pytest.approx(4)


IDLE = {"household": 0, "work": Work.UNEMPLOYED, "laid_off": 2010}
CALM = {"income": LINE, "applies_for_dibao": False}


@pytest.mark.parametrize(("work", "year", "grounds"), [(Work.UNEMPLOYED, 2010, 1),
                         (Work.UNEMPLOYED, 2009, 1), (Work.UNEMPLOYED, 2008, 0),
                         (Work.INFORMAL, 2010, 0)])  # fmt: skip
def test_who_was_laid_off_this_year_or_the_last_and_has_no_work_has_a_grievance(
    work, year, grounds
):
    world = town([CALM], [IDLE | {"work": work, "laid_off": year}])
    assert claim(world).record.total("grievances") == grounds


def test_the_laid_off_of_a_neighbourhood_claim_together_at_once():
    world = town([CALM] * 4, [IDLE | {"household": home} for home in range(4)],
                 luck={"households.claim_answered": 0.99})  # fmt: skip
    assert claim(world).record.total("collective_claims") == 4
    assert world.record.total("claims_by_ground", "work") == 4


def test_former_employers_pay_what_they_owe_if_a_claim_is_remedied():
    world = claim(town([CALM], [IDLE], luck=ANSWERED))
    assert world.households.assets.tolist() == [2.5 * LINE]


def test_rung_of_participation_is_dated_and_the_pioneer_is_ahead():
    world = town([POOR], year=2006)
    assert participation.rungs(world)[HERE] == participation.SHOW
    world.counties.code[:] = 331081
    assert participation.rungs(world)[HERE] == participation.BINDING


def test_binding_hearings_lower_the_error_raise_the_weight_of_claims_and_take_time():
    worlds = [town([POOR], **{"claims.participation.rung": [rung] * 3}) for rung in (1, 3)]
    costs = [participation.cost_of_applying(world, np.full(2, 0.02))[HERE] for world in worlds]
    assert costs == pytest.approx([0.02, 0.03])
    for world, weight, error in zip(worlds, (1, 2), (1, 0.7), strict=True):
        world.dibao._look_up(world)
        left = remedies.error_left(world, np.array([0]), world.dibao.claims)
        assert claim(world).counties["claims_weight"][HERE] == weight
        assert left == pytest.approx(error)


@pytest.mark.parametrize(
    ("year", "code", "cost"),
    [(2016, 330502, 0.02), (2017, 330502, 0.014), (2017, 320102, 0.02), (2018, 320102, 0.014)],
)
def test_no_more_than_once_makes_applying_cheaper_first_in_zhejiang(year, code, cost):
    world = town([POOR], year=year)
    world.counties.code[:] = code
    assert participation.cost_of_applying(world, np.full(2, 0.02))[HERE] == pytest.approx(cost)


def test_without_claims_nobody_claims_and_participation_changes_nothing():
    world = claim(town([POOR] * 4, year=2018, **{"claims.rules.on": False}))
    assert world.record.total("claims") == world.record.total("grievances") == 0
    assert participation.rungs(world).tolist() == [0, 0]
    assert participation.cost_of_applying(world, np.full(2, 0.02)).tolist() == [0.02, 0.02]
    assert not world.households["dibao_review"].any()


def test_claims_and_what_is_paid_for_them_leave_the_accounts_closed():
    loud = {"claims.channels.sharers": 1, "claims.channels.collective_cost": 0.05,
            "claims.stability.chances": [0.0, 1.0, 0.0, 0.0]}  # fmt: skip
    sim = Simulation("tiny", **{"years.last": 2004, **loud}).run()
    paid = [row for row in sim.treasury.flow_rows if row[3] == "selective_payments"]
    assert sum(row[-1] for row in paid) > 0
    assert any(row[3] == f"{SCHEMES[PENSION]}_arrears" for row in sim.treasury.flow_rows)


def test_switched_off_no_number_of_claims_changes_anything(digest):
    off = {"years.last": 1999, "claims.rules.on": False}
    changes = {"claims.participation.rung": [3, 3, 3], "claims.service.once": True,
               "claims.answers.review_weight": 3.0}  # fmt: skip
    one, other = (Simulation("tiny", **settings).run() for settings in (off, off | changes))
    assert digest(one) == digest(other)
