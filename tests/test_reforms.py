"""Reforms: stacks in order, overlaps with both sources, dates, places and switches."""

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pytest

from agents.errors import MinshengError
from experiments.plan_files import load_plan
from experiments.run import prepare, reforms_of
from model.placed import BY_COUNTY, imposed
from model.reform_files import is_reform_file, load_reforms, with_reforms
from model.reforms import Reform, ScenarioWarning, Sourced, overlaps
from model.scenario import Scenario
from model.scenario_files import load_scenario
from model.simulation import Simulation
from policies.parameters import ParameterSet, ParameterView
from policies.yaml_text import InvalidFileError

LINE = "dibao.urban.line_ratio"
SMALL = {"world.households": 1240, "world.townships_per_county": 1}


def reform(name="mine", **more):
    return Reform.model_validate({"name": name} | more)


def listed(*reforms):
    return [Sourced(one, f"{one.name}.yaml") for one in reforms]


def simulated(*reforms, first=2003, last=2005, **more):
    scenario = load_scenario("tiny")
    setup = scenario.model_copy(update={"reforms": list(reforms)})
    return Simulation(setup, **{"years.first": first, "years.last": last} | SMALL | more).run()


def write(folder, text, name="mine.yaml"):
    (folder / name).write_text(text)
    return str(folder / name)


@pytest.fixture(scope="module")
def usual():
    return simulated()


def test_a_file_holds_one_reform_or_a_list_in_order(tmp_path):
    one = write(tmp_path, "name: A\nfrom: 2003-01-01\npolicies: {hukou: off}\n", "one.yaml")
    two = write(tmp_path, "reforms:\n  - name: A\n  - name: B\n", "two.yaml")
    assert [sourced.reform.name for sourced in reforms_of([two, one])] == ["A", "B", "A"]
    assert {sourced.source for sourced in load_reforms(one)} == {one}


def test_a_scenario_is_told_from_reforms(tmp_path):
    assert is_reform_file(write(tmp_path, "name: A\npolicies: {hukou: off}\n"))
    scenario = write(tmp_path, "name: a\ntitle: A\nseed: 1\n", "scenario.yaml")
    assert not is_reform_file(scenario)
    with pytest.raises(InvalidFileError, match="is a scenario and no reform"):
        load_reforms(scenario)


@pytest.mark.parametrize(
    ("line", "told"),
    [("parameters: {dibao.urban.line_rato: 0.2}", "did you mean 'dibao.urban.line_ratio'"),
     ("policies: {urban_dibo: off}", "did you mean 'urban_dibao'"),
     ("places: [99]", "unknown province code"), ("places: [Guandong]", "did you mean 'guangdong'"),
     ("places: [44]\nparameters: {dibao.rules.gap_paid: 1}", "is one value for the whole country"),
     ("places: [44]\npolicies: {incentives: off}", "is one policy for the whole country"),
     ("place: [44]", "place")],
)  # fmt: skip
def test_what_is_wrong_in_a_reform_is_told_with_its_line(tmp_path, line, told):
    with pytest.raises(InvalidFileError, match=rf"mine.yaml:\d+: .*{told}"):
        load_reforms(write(tmp_path, f"name: A\n{line}\n"))


def test_places_are_named_by_code_or_name():
    assert reform(places=["Guangdong", 3305, "51"]).places == ["44", "3305", "51"]


@pytest.mark.parametrize(
    ("earlier", "later", "hidden"),
    [({}, {}, True), ({"from": "2003-01-01"}, {"from": "2005-01-01"}, False),
     ({"from": "2005-01-01"}, {"from": "2003-01-01"}, True),
     ({"places": ["44"]}, {"places": ["4401"]}, True), ({"places": ["44"]}, {}, True)],
)  # fmt: skip
def test_two_reforms_that_set_the_same_overlap(earlier, later, hidden):
    found = list(overlaps([reform(parameters={LINE: 0.2}, **earlier),
                           reform(parameters={LINE: 0.3}, **later)]))  # fmt: skip
    assert [(one.name, one.is_hidden) for one in found] == [(LINE, hidden)]


def test_reforms_of_different_places_or_things_do_not_overlap():
    mine = reform(parameters={LINE: 0.2}, places=["44"])
    other = reform(parameters={LINE: 0.2}, places=["33"])
    assert not list(overlaps([mine, other, reform(policies={"hukou": False})]))


def test_an_overlap_warns_with_both_sources():
    mine = reform("a", parameters={LINE: 0.2}, policies={"hukou": False})
    other = reform("b", policies={"hukou": True}, **{"from": "2005-01-01"})
    told = r"reform 'b' \(b.yaml\) sets hukou, as reform 'a' \(a.yaml\) does; 'b' holds from 2005"
    with pytest.warns(ScenarioWarning, match=told):
        with_reforms(load_scenario("tiny"), listed(mine, other))


def test_an_overlap_with_the_scenario_warns(tmp_path):
    mine = write(tmp_path, "name: A\nparameters: {residents_medical.pools.level: county}\n")
    with pytest.warns(ScenarioWarning, match=r"reform 'One pool' \(scenario national_pool\) does"):
        prepare("national_pool", reforms=[mine])


def test_a_setting_over_a_reform_warns(tmp_path):
    mine = write(tmp_path, f"name: A\nparameters: {{{LINE}: 0.2}}\n")
    told = f"--set {LINE}@2005-01-01=0.3: reform 'A' sets it too; the setting holds from 2005-01-01"
    with pytest.warns(ScenarioWarning, match=told):
        prepare("tiny", [f"{LINE}@2005-01-01=0.3"], reforms=[mine])


def test_an_overlap_in_a_plan_of_a_sweep_warns(tmp_path):
    for name in "ab":
        write(tmp_path, f"name: {name}\nparameters: {{{LINE}: 0.2}}\n", f"{name}.yaml")
    plan = write(tmp_path, "scenario: tiny\nlevers: {reforms: [none, [a.yaml, b.yaml]]}\n")
    with pytest.warns(ScenarioWarning, match=r"reform 'b' \(.*b.yaml\) sets .*\(.*a.yaml\)"):
        load_plan(plan)


def test_a_reform_with_places_survives_json():
    mine = reform(places=["44"], parameters={LINE: 0.3}, **{"from": "2005-01-01"})
    scenario = load_scenario("tiny").model_copy(update={"reforms": [mine]})
    assert Scenario.from_dict(json.loads(json.dumps(scenario.as_dict()))) == scenario


def test_a_parameter_of_all_provinces_is_a_parameter_of_the_country(digest):
    everywhere = [str(code) for code in simulated(last=2003).provinces.code]
    one = simulated(reform(parameters={LINE: 0.3}))
    other = simulated(reform(parameters={LINE: 0.3}, places=everywhere))
    assert digest(one) == digest(other)


def test_a_parameter_of_a_province_moves_lines_there_and_not_elsewhere(usual):
    mine = reform(parameters={LINE: 0.4}, places=["44"], **{"from": "2004-06-01"})
    sim = simulated(mine, last=2004)
    before = simulated(last=2004).counties["urban_dibao_line"]
    there = sim.counties.lie_in(44)
    assert (sim.counties["urban_dibao_line"][there] > before[there]).all()
    assert np.array_equal(sim.counties["urban_dibao_line"][~there], before[~there])


def test_a_later_reform_of_the_country_holds_in_the_place_as_well(digest):
    later = reform(parameters={LINE: 0.3})
    stacked = simulated(reform(parameters={LINE: 0.4}, places=["44"]), later, last=2003)
    assert digest(stacked) == digest(simulated(later, last=2003))


def test_a_place_that_is_not_in_the_world_is_refused():
    with pytest.raises(MinshengError, match="no county of 4419 is in this world"):
        simulated(reform(places=["4419"], parameters={LINE: 0.3}))


def test_a_policy_is_withheld_from_a_province_from_a_date_on():
    mine = reform(policies={"rural_dibao": False, "urban_dibao": False}, places=["44"],
                  **{"from": "2004-01-01"})  # fmt: skip
    sim = simulated(mine)
    there, table = sim.counties.lie_in(44), sim.record.table()
    for policy in ("urban_dibao", "rural_dibao"):
        assert not sim.adoptions.in_force(policy)[there].any()
        assert sim.adoptions.in_force(policy)[~there].any()
    chosen = table[(table["outcome"] == "dibao_line") & (table["area"] == "44")]
    by_year = chosen[chosen["group"] == "urban"].set_index("year")["value"]
    assert by_year.loc[2003] > 0
    assert not (by_year.loc[2004:] > 0).any()


def test_a_policy_that_is_off_may_be_on_in_a_province():
    off = reform("off", policies={"rural_dibao": False})
    on = reform("on", policies={"rural_dibao": True}, places=["44"], **{"from": "2004-01-01"})
    sim = simulated(off, on)
    assert np.array_equal(sim.adoptions.in_force("rural_dibao"), sim.counties.lie_in(44))
    told = [(year, reason) for year, policy, _, event, _, reason in sim.adoptions.rows
            if policy == "rural_dibao" and event == "adopted"]  # fmt: skip
    assert set(told) == {(2004, "scenario")}


def test_the_later_reform_decides_who_has_a_policy():
    codes = np.array([440100, 330100], np.int32)
    on = reform(policies={"hukou": True}, places=["44"])
    off = reform(policies={"hukou": False})
    tiny = load_scenario("tiny")
    for reforms, first in (([off, on], True), ([on, off], False)):
        setup = tiny.model_copy(update={"reforms": reforms})
        assert imposed(setup, "hukou", 2000, codes)[0].tolist() == [first, False]


def test_what_may_differ_by_place_is_read_county_by_county(digest, monkeypatch):
    # Two districts of one city: there are fewer cities than counties. Leaders open when they wish.
    world = {"world.include": ["3305"], "hukou.choice.review": 1.0, "hukou.choice.hurdle": -1.0}
    spans = ((2000, 2004), (2011, 2012))
    usual = [simulated(first=first, last=last, **world) for first, last in spans]
    n_counties = usual[0].counties.n
    number, read = ParameterView.number, set()
    paths = {path for path in ParameterSet.load().paths()
             if any(fnmatchcase(path, pattern) for pattern in BY_COUNTY)}  # fmt: skip

    def by_county(view, path):
        value = number(view, path)
        read.add(path)
        return np.full(n_counties, value) if path in paths else value

    monkeypatch.setattr(ParameterView, "number", by_county)
    monkeypatch.setattr(ParameterView, "__call__", by_county)
    found = [simulated(first=first, last=last, **world) for first, last in spans]
    assert [digest(one) for one in found] == [digest(one) for one in usual]
    assert paths <= read


def documented(folder):
    """Return the reforms that the document shows, as files under the names it gives them."""
    text = (Path(__file__).parent.parent / "docs" / "reforms.md").read_text(encoding="utf-8")
    found = re.findall(r"`(\w+\.yaml)`:\n\n```yaml\n(.*?)```", text, re.DOTALL)
    return [write(folder, content, name) for name, content in found]


def test_the_reforms_of_the_document_run(tmp_path):
    higher, south = documented(tmp_path)
    with pytest.warns(ScenarioWarning, match="The south goes ahead.*holds from 2002-07-01"):
        setup = prepare("tiny", ["years.last=1994"], None, [higher, south])
    assert [one.places for one in setup.reforms] == [[], ["44", "33", "52"], ["51"]]
    Simulation(setup).step()
