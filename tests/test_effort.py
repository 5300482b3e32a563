"""What the effort of a department changes in what people get, one effect at a time (a.2)."""

import numpy as np
import pytest

from agents.table import Column
from policies.hukou_load import measures
from policies.poverty_registers import assess
from policies.residents_medical import ResidentsMedical
from policies.residents_pension import ResidentsPension
from policies.worker_jobs import job_cells, jobs_of
from tests import test_dibao, test_poverty_alleviation
from tests.small_city import City
from tests.small_county import Luck, county
from tests.small_residents import village
from tests.small_works import works

# A draw one standard deviation above the mean.
HIGH = 0.8413447460685429


def dibao(**case):
    usual = {"year": 2005, "households": [{"income": 1000}], "line": 1000, "places": 10,
             "county": {"urban_income": 1}, "luck": {}}  # fmt: skip
    for name in ("county", "luck"):
        case[name] = usual[name] | case.get(name, {})
    return test_dibao.decide(usual | case)


@pytest.mark.parametrize("effort", [0.5, 1.0, 2.0])
def test_the_error_of_assessed_income_shrinks_with_the_effort_of_civil_affairs(effort):
    world, _ = dibao(county={"effort_civil": effort},
                     luck={"households.dibao_verification": HIGH})  # fmt: skip
    assert world.households["assessed_income"][0] == pytest.approx(1000 * np.exp(0.9 / effort))


@pytest.mark.parametrize(
    ("effort", "draw", "hears"),
    [(1, 0.2874, True), (1, 0.2876, False), (2, 0.5249, True), (2, 0.5251, False)],
)
def test_committees_tell_more_people_where_civil_affairs_makes_an_effort(effort, draw, hears):
    # 1 - (1 - 0.05) (1 - 0.25 effort), without any acquaintance who knows.
    world, _ = dibao(county={"effort_civil": effort}, luck={"households.hear_of_dibao": draw},
                     households=[{"income": 1, "aware_of_dibao": False}])  # fmt: skip
    assert world.households["aware_of_dibao"].tolist() == [hears]


def test_effort_finds_money_for_more_places():
    places = []
    for effort in (1.0, 2.0):
        figures = {"effort_civil": effort, "urban_hukou": 1000, "urban_income": 7702.8}
        _, policy = test_dibao.decide({"year": 2003, "county": figures})
        places.append(policy.places[0])
    assert places[1] == pytest.approx(2**0.4 * places[0])


def test_a_leader_who_cares_for_coverage_closes_more_of_the_gap_of_the_line():
    lines = []
    for priority in (0.5, 1.0, 2.0):
        world = county(2005, {}, {}, urban_income=10_000)
        world.counties.declare("welfare_priority", np.float64, Column("ratio", "test", 1))
        world.counties["welfare_priority"][:] = priority
        policy = test_dibao.dibao(world, "urban", [])
        policy.line[:] = 1000
        policy.on_budget(world)
        lines.append(policy.line[0])
    assert lines[0] < lines[1] < lines[2]


@pytest.mark.parametrize(("draw", "by_right"), [(0.738, True), (0.740, False)])
def test_doubled_effort_moves_counties_to_rights(draw, by_right):
    # Log odds -1 + 1 by statute + 1.5 ln 2 = 1.04: probability 0.739; as usual one half.
    case = {"year": 2005, "luck": {"counties.rights_mode_urban_dibao": draw}}
    usual, eager = (test_dibao.decide(case | {"county": {"effort_civil": effort}})[1].rights[0]
                    for effort in (1.0, 2.0))  # fmt: skip
    assert (usual, eager) == (False, by_right)


@pytest.mark.parametrize("effort", [0.5, 1.0, 1.5])
def test_inspection_of_employers_rises_with_the_effort_of_social_security(effort):
    world = works(2014, [{}])
    world.counties.effort_insurance[:] = effort
    jobs = jobs_of(world, np.array([0]), job_cells(world, None))
    usual = world.parameters.schedule("worker_insurance.employers.effort")[world.counties.kind[0]]
    assert jobs.employers.effort == pytest.approx([effort * usual])


@pytest.mark.parametrize(("effort", "joins"), [(0.5, False), (1.0, True)])
def test_fewer_townships_have_a_drive_where_the_medical_department_is_idle(effort, joins):
    # Drives in 0.6 of the townships, times effort; nobody sees a benefit.
    luck = {"townships.sign_up_drive": 0.4, "households.sign_up_drive": 0.1}
    policy = ResidentsMedical()
    world = village(policy, {"year": 2005, "persons": [{}], "luck": luck,
                             "county": {"effort_medical": effort}})  # fmt: skip
    policy.on_budget(world)
    policy.on_enrol(world)
    assert world.households["residents_medical"].tolist() == [joins]


@pytest.mark.parametrize(("effort", "planned"), [(0.4, 0.2), (1, 0.5), (1.5, 0.75), (3, 1.0)])
def test_matching_measures_follow_the_effort_of_education_and_never_exceed_the_need(
    effort, planned
):
    city = City([])
    city.counties.effort_education[:] = effort
    assert measures(city, city.policy.cities)[0] == pytest.approx(planned)


@pytest.mark.parametrize("effort", [1.0, 1.8])
def test_registrars_err_less_where_the_poverty_office_makes_an_effort(effort):
    world, _ = test_poverty_alleviation.decide({"year": 2014, "households": [{"income": 1000,
                                                "regular_share": 1}]})  # fmt: skip
    world.counties.effort_poverty[:] = effort
    world.lasting_chance = lambda decision: Luck(HIGH)
    assess(world, np.array([0]))
    found = world.households["register_income"][0]
    assert found == pytest.approx(1000 * np.exp(0.9 / effort))


@pytest.mark.parametrize(("priority", "top_up"), [(0.5, 5.0), (1.0, 10.0), (1.5, 15.0)])
def test_top_ups_of_pensions_follow_the_priority_for_welfare(priority, top_up):
    share = {"residents_pension.rules.top_up_share": 0.01}
    policy = ResidentsPension()
    world = village(policy, {"year": 2015, "persons": [{"age": 65}], "set": share,
                             "county": {"room": 12_000}})  # fmt: skip
    world.counties.declare("welfare_priority", np.float64, Column("ratio", "test", 1))
    world.counties["welfare_priority"][:] = priority
    policy.on_budget(world)
    floor = world.parameters.number("residents_pension.rules.base_pension")
    assert policy.base[0] - floor == pytest.approx(top_up)
