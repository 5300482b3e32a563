"""Work over a life (rule b.3) and lay-offs (k.1), one case on each side of every threshold."""

import numpy as np
import pytest

from agents import work
from agents.organisations import BY_HUB, NEEDS
from agents.persons import Work
from agents.service_links import link_bit
from agents.table import Column
from tests.small_county import parameters
from tests.small_tables import luck, persons

# Links to organisations of the one household.
NOBODY = np.zeros(1, np.uint16)
# Firms of the one township pay pensions.
BY_UNITS = np.ones(1, bool)


def test_elders_work_less_each_year_above_sixty():
    people = persons(age=[60, 61, 70], work=[Work.FARM] * 3)
    assert work.labour_units(people, parameters(2005)).tolist() == pytest.approx([1, 0.96, 0.6])


def test_dead_and_disabled_earn_nothing_and_less():
    people = persons(age=[40, 40], work=[Work.FARM] * 2, disabled=[True, False])
    people.alive[1] = False
    assert work.labour_units(people, parameters(2005)).tolist() == pytest.approx([0.4, 0])


@pytest.mark.parametrize(
    ("kind", "female", "age", "after"),
    [
        (Work.FORMAL, False, 59, Work.FORMAL),
        (Work.FORMAL, False, 60, Work.RETIRED),
        (Work.FORMAL, True, 54, Work.FORMAL),
        (Work.FORMAL, True, 55, Work.RETIRED),
        (Work.FARM, False, 74, Work.FARM),
        (Work.FARM, True, 75, Work.NONE),
        (Work.INFORMAL, False, 74, Work.INFORMAL),
        (Work.INFORMAL, False, 75, Work.NONE),
        (Work.RETIRED, False, 80, Work.RETIRED),
    ],
)
def test_formal_workers_retire_by_law_and_others_stop_when_they_are_old(kind, female, age, after):
    people = persons(age=[age], female=[female], work=[kind], urban=[True], hukou_urban=[True])
    work.change_jobs(people, NOBODY, BY_UNITS, parameters(2005), luck())
    assert people.work[0] == after


@pytest.mark.parametrize(("years", "after"), [(14, Work.INFORMAL), (15, Work.RETIRED)])
def test_worker_without_urban_hukou_retires_only_with_fifteen_insured_years(years, after):
    people = persons(age=[60], work=[Work.FORMAL], urban=[True])
    people.declare("pension_years", np.int8, Column("years", "insured", years))
    work.change_jobs(people, NOBODY, BY_UNITS, parameters(2005), luck())
    assert people.work[0] == after


@pytest.mark.parametrize(
    ("state", "by_units", "years", "after"),
    [
        (False, True, 0, Work.RETIRED),
        (False, False, 14, Work.INFORMAL),
        (False, False, 15, Work.RETIRED),
        (True, False, 0, Work.RETIRED),
    ],
)
def test_where_a_scheme_runs_firms_owe_no_pension_and_the_state_does(state, by_units, years, after):
    people = persons(age=[60], work=[Work.FORMAL], urban=[True], hukou_urban=[True])
    people.state_sector[:] = state
    people.declare("pension_years", np.int8, Column("years", "insured", years))
    work.change_jobs(people, NOBODY, np.array([by_units]), parameters(2005), luck())
    assert people.work[0] == after


@pytest.mark.parametrize(
    ("skill", "age", "works"),
    [(0, 16, True), (1, 18, False), (1, 19, True), (2, 21, False), (2, 22, True)],
)
def test_work_starts_at_16_19_or_22_by_skill(skill, age, works):
    people = persons(age=[age], skill=[skill])
    draws = {"take_part": 0.5, "skill": 0.5}
    work.change_jobs(people, NOBODY, BY_UNITS, parameters(2005), luck(**draws))
    assert (people.work[0] == Work.FARM) == works


@pytest.mark.parametrize(
    ("need", "change", "kind", "decision", "after"),
    [
        ("poverty_casework", 1.1, Work.INFORMAL, "enter_formal", Work.FORMAL),
        ("poverty_casework", 1.1, Work.UNEMPLOYED, "re_employment", Work.INFORMAL),
        ("child_care", 1.2, Work.INFORMAL, "enter_formal", Work.FORMAL),
        ("child_care", 1.2, Work.FARM, "leave_farm", Work.OFF_FARM),
        ("elderly_care", 1.05, Work.FARM, "leave_farm", Work.OFF_FARM),
    ],
)
def test_the_trained_and_those_freed_from_care_find_regular_work_more_often(
    need, change, kind, decision, after
):
    view, links = parameters(2005), np.array([link_bit(NEEDS.index(need), BY_HUB)])
    usual = {"enter_formal": view.schedule("economy.work.informal_to_formal")[0],
             "re_employment": view.number("economy.work.re_employment"),
             "leave_farm": view.number("economy.work.farm_to_off_farm")}[decision]  # fmt: skip
    for draw, linked, found in ((0.999, links, after), (1.001, links, kind), (0.999, NOBODY, kind)):
        people = persons(age=[30], work=[kind], urban=[kind != Work.FARM], hukou_urban=[True])
        work.change_jobs(people, linked, BY_UNITS, view, luck(**{decision: usual * change * draw}))
        assert people.work[0] == found


@pytest.mark.parametrize(
    ("female", "age", "risk"),
    [(False, 39, 0.07), (False, 40, 0.091), (True, 39, 0.091), (True, 40, 0.1183)],
)
def test_women_and_workers_from_forty_are_laid_off_more_often(female, age, risk):
    for draw, expected in ((risk - 1e-6, Work.UNEMPLOYED), (risk + 1e-6, Work.FORMAL)):
        people = persons(age=[age], female=[female], work=[Work.FORMAL], state_sector=[True])
        draws = luck(public_employee=0.5, lay_off=draw)
        work.lay_off(people, parameters(1998), draws, draws)
        assert people.work[0] == expected
        assert people.state_sector[0] == (expected == Work.FORMAL)


@pytest.mark.parametrize(
    ("year", "office", "state", "lost"),
    [
        (1995, 0.5, True, 0),
        (1996, 0.5, True, 1),
        (2002, 0.5, True, 1),
        (2003, 0.5, True, 0),
        (1998, 0.31, True, 1),
        (1998, 0.29, True, 0),
        (1998, 0.5, False, 0),
    ],
)
def test_lay_offs_strike_state_firms_from_1996_to_2002(year, office, state, lost):
    people = persons(age=[30], work=[Work.FORMAL], state_sector=[state])
    draws = luck(public_employee=office, lay_off=0.01)
    assert work.lay_off(people, parameters(year), draws, draws) == lost


@pytest.mark.parametrize(("age", "after"), [(49, Work.OFF_FARM), (50, Work.FARM)])
def test_farmers_from_fifty_no_longer_leave_the_farm(age, after):
    people = persons(age=[age], work=[Work.FARM])
    work.change_jobs(people, NOBODY, BY_UNITS, parameters(2005), luck(leave_farm=0.01))
    assert people.work[0] == after
