"""The simulation is a good Mesa citizen: batch runs, data collector, agents, memory, SolaraViz."""

import gc
import inspect
import weakref

import mesa
import numpy as np
import pytest
import solara
from mesa.visualization import SolaraViz, make_plot_component

from agents.institution import Centre, County, Province
from agents.official import Official
from model.outcome_list import all_outcomes
from model.scenario import N_PROVINCES
from model.simulation import Simulation

SHORT = {"years.last": 1995}
LINE = "dibao.urban.line_ratio"


@pytest.fixture(scope="module")
def short():
    return Simulation("tiny", **SHORT).run()


@pytest.fixture(scope="module")
def batch():
    parameters = {"scenario": ["tiny"], LINE: [0.15, 0.2], "years.last": [1995]}
    return mesa.batch_run(
        Simulation, parameters, number_processes=1, data_collection_period=1, display_progress=False
    )


def test_a_batch_has_a_row_for_every_run_and_year(batch):
    assert [(row["RunId"], row[LINE]) for row in batch] == [(0, 0.15)] * 3 + [(1, 0.2)] * 3


def test_a_batch_finds_another_dibao_line_for_another_ratio(batch):
    low, high = (row["dibao_line/urban"] for row in batch if row["Step"] == batch[-1]["Step"])
    assert 0 < low < high


def test_a_batch_of_replicates_gives_other_histories():
    parameters = {"scenario": "tiny", "replicate": [0, 1], "years.last": 1993}
    first, second = mesa.batch_run(Simulation, parameters, display_progress=False)
    assert first["gini"] != second["gini"]


def test_a_batch_of_seeds_gives_other_histories():
    """Newer batch runs take seeds as `rng` and overwrite a parameter of the name `seed`."""
    parameters, seeds = {"scenario": "tiny", "years.last": 1993}, [1, 2]
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        rows = mesa.batch_run(Simulation, parameters, rng=seeds, display_progress=False)
    else:
        rows = mesa.batch_run(Simulation, parameters | {"seed": seeds}, display_progress=False)
    assert [row["seed"] for row in rows] == seeds
    assert rows[0]["gini"] != rows[1]["gini"]


def test_the_data_collector_holds_every_national_outcome_of_every_year(short):
    frame = short.datacollector.get_model_vars_dataframe()
    assert len(frame) == 3
    assert {name.partition("/")[0] for name in frame} == {o.name for o in all_outcomes()}


def test_the_data_collector_agrees_with_the_recorded_outcomes(short):
    rows = short.record.table()
    nation = rows[(rows["level"] == "nation") & (rows["outcome"] == "poverty_rate")]
    rural = nation[nation["group"] == "rural"]["value"]
    collected = short.datacollector.get_model_vars_dataframe()["poverty_rate/rural"]
    assert collected.tolist() == rural.tolist()


def test_running_turns_false_in_the_last_year():
    sim = Simulation("tiny", **{"years.last": 1994})
    seen = [sim.running]
    while sim.running:
        sim.step()
        seen.append(sim.running)
    assert (seen, sim.year) == ([True, True, False], 1994)


def test_the_simulation_leaves_all_other_sources_of_chance_alone():
    sim = Simulation("tiny", **SHORT)
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    own, generator = sim.random.getstate(), sim.rng.bit_generator.state
    sim.run()
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    assert (sim.random.getstate(), sim.rng.bit_generator.state) == (own, generator)


def test_building_a_world_leaves_the_global_source_of_chance_alone():
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    Simulation("tiny")
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_the_simulation_is_a_mesa_model_with_institutions_as_agents(short):
    assert isinstance(short, mesa.Model)
    assert all(isinstance(agent, mesa.Agent) for agent in short.agents)
    counts = {kind: len(agents) for kind, agents in short.agents_by_type.items()}
    n = short.counties.n
    assert counts == {Centre: 1, Province: N_PROVINCES, County: n, Official: n + N_PROVINCES}


def test_institutions_are_numbered_from_one_in_every_simulation():
    for _ in range(2):
        numbers = [agent.unique_id for agent in Simulation("tiny").agents]
        assert numbers == list(range(1, len(numbers) + 1))


def test_a_deleted_simulation_is_released_from_memory():
    sim = Simulation("tiny", **SHORT)
    sim.step()
    gone = weakref.ref(sim)
    del sim
    gc.collect()
    assert gone() is None


def test_solara_viz_shows_the_simulation():
    page = SolaraViz(
        Simulation("tiny", **SHORT),
        components=[make_plot_component("gini"), make_plot_component("poverty_rate/rural")],
        model_params={"scenario": "tiny", LINE: mesa.visualization.Slider("Line", 0.2, 0.05, 0.6)},
        name="Minsheng",
    )
    box, context = solara.render(page, handle_error=False)
    try:
        assert box.children
    finally:
        context.close()
