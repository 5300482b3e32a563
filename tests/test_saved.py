"""A saved simulation goes on as if it had never stopped, and no other file passes for one."""

import json
import zipfile

import numpy as np
import pytest

from agents.errors import MinshengError
from model import saved_graph
from model.diffusion import Adoptions
from model.saved import read_about
from model.saved_arrays import pack, unpack
from model.saved_changes import changed
from model.saved_graph import UnsavableError
from model.scenario_files import load_scenario
from model.simulation import Simulation
from policies.parameters import Override
from tests.same_state import differences

SMALL = {"world.counties": 62, "world.townships_per_county": 1, "world.households": 700}
LINE = "dibao.urban.line_ratio"
# Scenario, first year, year at whose end it is saved, last year.
PASTS = {
    "before the first year": ("tiny", 1993, 1992, 1993),
    "history": ("historical", 2004, 2005, 2007),
    "endogenous adoption": ("bottom_up", 1997, 1998, 1999),
    "welfare mix": ("managerialism", 2004, 2005, 2006),
    "vouchers": ("vouchers_for_services", 2008, 2009, 2010),
    "without the tournament": ("no_tournament", 1998, 2000, 2001),
    "in the middle of COVID-19": ("historical", 2018, 2020, 2021),
}


def years_from(scenario: str, first: int, last: int, **settings: object) -> Simulation:
    years = {"years.first": first, "years.last": last}
    return Simulation(scenario, **SMALL, **years, **settings)


def simulated_to(sim: Simulation, year: int) -> Simulation:
    while sim.setup.years.first + sim.steps <= year:
        sim.step()
    return sim


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """Return a file saved at the end of 2005, with 2003 as the first year."""
    path = tmp_path_factory.mktemp("saved") / "past.npz"
    years_from("historical", 2003, 2005).run().save(path)
    return path


@pytest.mark.parametrize("case", PASTS)
def test_nothing_tells_a_simulation_that_went_on_from_one_that_never_stopped(case, tmp_path):
    scenario, first, year, last = PASTS[case]
    sim = simulated_to(years_from(scenario, first, last), year)
    sim.save(tmp_path / "saved.npz")
    other = Simulation.load(tmp_path / "saved.npz")
    assert differences(sim, other) == []
    assert differences(sim.run(), other.run()) == []
    assert other.record.table().equals(sim.record.table())


def test_what_is_saved_again_goes_on_as_well(past, tmp_path):
    once = Simulation.load(past, {"years.last": 2007})
    once.save(tmp_path / "again.npz")
    assert differences(once.run(), Simulation.load(tmp_path / "again.npz").run()) == []


def test_state_that_somebody_adds_is_saved_without_asking_for_it(tmp_path):
    sim = years_from("historical", 2003, 2003)
    memory = {"seen": np.arange(3), (1, "a"): [{2.5}, None], "who": sim.counties}
    sim.policies["hukou"].memory = memory
    sim.save(tmp_path / "saved.npz")
    assert differences(sim, Simulation.load(tmp_path / "saved.npz")) == []


def test_comparison_finds_an_attribute_that_is_not_saved(monkeypatch, tmp_path):
    forgotten = {**saved_graph.LEFT_OUT, Adoptions: frozenset({"first"})}
    monkeypatch.setattr(saved_graph, "LEFT_OUT", forgotten)
    sim = years_from("historical", 2003, 2003)
    sim.save(tmp_path / "saved.npz")
    other = Simulation.load(tmp_path / "saved.npz")
    assert any("sim.adoptions" in line for line in differences(sim, other))


@pytest.mark.parametrize("strange", [lambda: 0, iter([1]), np.array([1j]), zipfile.ZipInfo()])
def test_what_cannot_be_saved_is_refused_with_its_place_and_leaves_no_file(strange, tmp_path):
    sim = years_from("historical", 2003, 2003)
    sim.policies["hukou"].strange = strange
    with pytest.raises(UnsavableError, match=r"\.policies\['hukou'\]\.strange cannot be saved"):
        sim.save(tmp_path / "saved.npz")
    assert not list(tmp_path.iterdir())


def test_a_future_is_that_of_a_simulation_that_was_told_of_it_at_the_start(past):
    changes = {LINE: 0.3, "policies.hukou": False, "shocks.covid": False}
    later = {"adoption.calendar.procurement_share@2007-01-01": 1.0, "years.last": 2008}
    future = Simulation.load(past, changes | later).run()
    assert future.record.table().equals(Simulation(future.setup).run().record.table())


def test_futures_share_their_past_and_part_from_the_first_year_to_come(past):
    same, other = (
        Simulation.load(past, {"years.last": 2006, **change}).run().record.table()
        for change in ({}, {LINE: 0.4})
    )
    changed = (same["value"] != other["value"]) & ~(same["value"].isna() & other["value"].isna())
    assert set(same["year"][changed]) == {2006}


REFUSED = {
    "world.households=5": "fixed when the saved simulation began",
    "seed=3": "fixed when the saved simulation began",
    "years.first=2001": "fixed when the saved simulation began",
    f"{LINE}@2004-01-01=0.2": "lies in the past",
    "years.last=2005": "has reached 2005",
    "shocks.disasters=false": "set its parameters",
    "dibao.urban.line_rati=0.2": "did you mean",
    "policies.hukuo=true": "did you mean",
}


@pytest.mark.parametrize("setting", REFUSED)
def test_a_future_that_would_change_the_past_is_refused(past, setting):
    key, value = setting.split("=")
    with pytest.raises(MinshengError, match=REFUSED[setting]):
        Simulation.load(past, {key: json.loads(value)})


@pytest.mark.parametrize("shock", ["covid", "covid_response"])
def test_a_shock_can_be_switched_until_it_has_struck(shock):
    scenario, off = load_scenario("tiny"), Override(f"shocks.{shock}", False)
    assert changed(scenario, [off], 2020).has_shock(shock) is False
    with pytest.raises(MinshengError, match=f"{shock} is part of the past already"):
        changed(scenario, [off], 2022)


def rewritten(source, target, **members):
    """Copy a saved simulation with some members replaced, by bytes or None to leave out."""
    with np.load(source, allow_pickle=False) as file:
        content = {name: file[name] for name in file.files}
    for name, text in members.items():
        content[name] = np.frombuffer(text.encode(), np.uint8)
    np.savez(target, **content)
    return target


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"format": 99}, "its format is 99, this version reads 1"),
        ({"hashes": {}}, "the code changed since the file was made"),
        ({"parameters": "0"}, "the parameters changed"),
    ],
)
def test_a_file_of_another_version_is_refused(past, tmp_path, part, message):
    about = json.dumps(read_about(past) | part)
    with pytest.raises(MinshengError, match=message):
        Simulation.load(rewritten(past, tmp_path / "other.npz", about=about))


def test_no_object_of_python_is_read_from_a_file(past, tmp_path):
    np.savez(tmp_path / "pickled.npz", about=np.array([print], object), allow_pickle=True)
    with pytest.raises(MinshengError, match="is no saved simulation"):
        Simulation.load(tmp_path / "pickled.npz")


@pytest.mark.parametrize("name", ["os:system", "numpy:ndarray", "model.saved:np", "builtins:eval"])
def test_no_class_but_those_of_the_model_is_made(past, tmp_path, name):
    objects = json.dumps([["root", {}], ["own", name, {}, None]])
    with pytest.raises(MinshengError, match="is damaged"):
        Simulation.load(rewritten(past, tmp_path / "other.npz", objects=objects))


def test_a_damaged_or_missing_file_is_told_in_a_sentence(past, tmp_path):
    whole = past.read_bytes()
    for content in (b"", b"no zip", whole[: len(whole) // 2], whole[:5000] + b"x" + whole[5001:]):
        (tmp_path / "broken.npz").write_bytes(content)
        with pytest.raises(MinshengError, match=r"is no saved simulation|is damaged"):
            Simulation.load(tmp_path / "broken.npz")
    with pytest.raises(MinshengError, match="cannot read"):
        Simulation.load(tmp_path / "missing.npz")


def test_arrays_share_memory_again_and_keep_their_form():
    block = np.arange(60_000.0).reshape(200, 300)
    arrays = [block, block[3], block[:, ::-2], block.T, block[:0], np.array(2.5), np.array(["a"])]
    again = unpack(*pack(arrays))
    for one, other in zip(arrays, again, strict=True):
        assert (one.tobytes(), one.strides) == (other.tobytes(), other.strides)
    again[1][:] = -1
    assert (again[0][3] == -1).all()
    assert (again[2][3] == -1).all()
