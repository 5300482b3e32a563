"""Sensitivity: known answers come out, chance is told from parameters, gaps are refused."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from agents.errors import MinshengError
from experiments import cli, console, sweep_verify, sweep_work
from experiments.plan import DUMMY
from experiments.plan_files import load_plan, plan_from_text
from experiments.sensitivity import sensitivity
from experiments.sensitivity_design import added_to_seed, factors_of, places, rows_a_block
from experiments.sensitivity_indices import indices, noise_variance
from experiments.sensitivity_output import lines, save, tables
from experiments.sweep_folder import Request
from experiments.sweep_runs import planned_runs, points, scenario_at
from experiments.sweep_store import PAGE
from experiments.sweep_verify import verify_sweep
from policies.parameters import ParameterSet

X1, X2, X3 = "dibao.rules.stigma", "health.care.moral_hazard", "dibao.urban.line_ratio"
PLAN = f"""\
scenario: tiny
levers: {{policies.hukou: [on, off]}}
uncertainties:
  {X1}: {{low: 0.0, high: 0.2}}
  {X2}: {{low: 0.0, high: 0.5}}
  {X3}: {{low: 0.1, high: 0.5}}
design: {{uncertainties: DESIGN, samples: 4}}
constants: {{years.last: 1993}}
replicates: 2
outcomes: {{names: [gini, poverty_rate]}}
"""
SERIAL = Request("serial")
NOISE = 0.1
DOCS = Path(__file__).parents[1] / "docs"


def design_of(text, name="plan.yaml"):
    return plan_from_text(text, name)


def made_up(scenario, replicate, progress):
    """Return a simulation of which the answer is known: a sum, and a reform that works by X3.

    Chance, which a seed and a replicate fix, is added to one outcome; the other has none.
    """
    parameters = scenario.parameters(ParameterSet.load())
    x1, x2, x3 = (float(parameters.value(path, 1993)) for path in (X1, X2, X3))
    luck = np.random.default_rng([scenario.seed, replicate]).normal(scale=NOISE)
    effect = 0.0 if scenario.policies.get("hukou", True) else 10 * (x3 - 0.1)
    exact = 5 * x1 + 4 * x2 + effect
    rows = [("gini", exact), ("poverty_rate", exact + luck)]
    table = pa.table({
        "year": pa.array([1993] * 2, pa.int16()), "level": ["nation"] * 2, "area": ["0"] * 2,
        "outcome": [name for name, _ in rows], "scheme": [""] * 2, "group": ["all"] * 2,
        "value": [value for _, value in rows],
    })  # fmt: skip
    return SimpleNamespace(record=SimpleNamespace(compact=lambda counties: table))


@pytest.fixture
def known_answers(monkeypatch):
    monkeypatch.setattr(sweep_work, "simulate", made_up)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a study of Morris; it is for reading only, but for its tables."""
    return tmp_path_factory.mktemp("sensitivity")


@pytest.fixture(scope="module")
def found(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep_work, "simulate", made_up)
        return studied(folder, "morris")


def studied(folder, design, text=PLAN, request=SERIAL):
    (folder / "plan.yaml").write_text(text.replace("DESIGN", design))
    return sensitivity(folder / "plan.yaml", folder / "study", request, tell=lambda line: None)


def scores(found, index, outcome="gini", less=""):
    rows = found.ranking
    rows = rows[(rows["outcome"] == outcome) & (rows["less"] == less)]
    first = rows[rows["levers"] == rows["levers"].iloc[0]]
    return first.set_index("factor")[index].to_dict()


def test_morris_finds_the_slopes_of_a_sum_over_the_whole_ranges(found):
    assert (found.rows, found.runs) == (4 * 5, 4 * 5 * 2 * 2)
    assert scores(found, "mu_star") == pytest.approx({X1: 1, X2: 2, X3: 0, DUMMY: 0})
    assert scores(found, "rank") == {X2: 1, X1: 2, X3: 3, DUMMY: 4}


def test_sobol_finds_the_shares_of_the_variance_of_a_sum_and_of_chance():
    plan = design_of(PLAN.replace("DESIGN, samples: 4", "saltelli, samples: 512"))
    rows, factors = places(plan), factors_of(plan)
    luck = [np.random.default_rng(seed).normal(scale=NOISE)
            for seed in added_to_seed(rows, rows_a_block(plan))]  # fmt: skip
    answer = indices("saltelli", factors, rows, rows @ [1, 2, 0, 0] + luck, 1).set_index("factor")
    parts = {X1: 1 / 12, X2: 4 / 12, X3: 0, DUMMY: NOISE**2}
    expected = {name: part / sum(parts.values()) for name, part in parts.items()}
    assert answer["total"].to_dict() == pytest.approx(expected, abs=0.03)
    assert answer["first"].to_dict() == pytest.approx(expected, abs=0.03)
    assert answer["share"][X1] == pytest.approx(0.2, abs=0.02)


def test_the_dummy_shows_chance_and_parameters_are_compared_at_the_same_luck(found):
    noisy = scores(found, "mu_star", "poverty_rate")
    assert {name: noisy[name] for name in (X1, X2, X3)} == pytest.approx({X1: 1, X2: 2, X3: 0})
    assert 0.02 < noisy[DUMMY] < 0.4
    assert scores(found, "beyond_chance", "poverty_rate") == {X1: 1, X2: 1, X3: 0, DUMMY: 0}
    noise = found.targets.set_index(["outcome", "less"])["noise_variance"]
    assert noise["poverty_rate", ""].iloc[0] == pytest.approx(NOISE**2 / 2, rel=0.6)
    assert noise["gini", ""].max() < 1e-20


def test_the_effect_of_a_reform_is_paired_and_hangs_on_its_own_parameter(found):
    effect = scores(found, "mu_star", "poverty_rate", less="policies.hukou=on")
    assert effect == pytest.approx({X3: 4, X1: 0, X2: 0, DUMMY: 0}, abs=1e-9)
    targets = found.targets[found.targets["less"] != ""]
    assert targets["noise_variance"].max() < 1e-20


def test_a_group_is_moved_together(tmp_path, known_answers):
    text = PLAN.replace("samples: 4", f"samples: 4, groups: {{both: [{X1}, 'health.*']}}")
    found = studied(tmp_path, "morris", text)
    assert found.rows == 4 * 4
    both = scores(found, "mu_star")
    assert set(both) == {"both", X3, DUMMY}
    # In one trajectory both go up or down, each by itself: by one or by three together.
    assert 1 <= both["both"] <= 3


def test_assumptions_are_marked_and_their_share_of_the_conclusion_is_said(found):
    assert scores(found, "kind") == {
        X1: "assumption", X2: "assumption", X3: "statistic", DUMMY: "dummy"
    }  # fmt: skip
    said = list(lines(found))
    assert "effect on gini, 1993 (policies.hukou=off less policies.hukou=on): 0% of" in said[0]
    assert any(line.startswith("gini, 1993 (policies.hukou=on): 100% of the") for line in said)
    assert "2 of 3 factors stand out from chance" in said[3]


def test_tables_and_page_are_written_beside_the_runs(found, folder):
    save(found, folder / "study", "minsheng sensitivity plan.yaml")
    read = pd.read_parquet(folder / "study" / "sensitivity.parquet")
    assert list(read) == list(pd.read_csv(folder / "study" / "sensitivity.csv"))
    assert len(read) == 2 * 3 * 4
    page = (folder / "study" / PAGE).read_text()
    assert page.count("<svg role=") == len(list(tables(found))) == 6
    assert f"{X2} *" in page
    assert "http" not in page


def test_the_same_command_again_simulates_nothing_and_says_the_same(found, folder, monkeypatch):
    monkeypatch.setattr(sweep_work, "simulate", None)
    again = studied(folder, "morris")
    pd.testing.assert_frame_equal(found.ranking, again.ranking)


def test_a_sample_of_a_study_is_verified_with_the_seeds_of_its_rows(found, folder, monkeypatch):
    monkeypatch.setattr(sweep_verify, "simulate", made_up)
    assert verify_sweep(folder / "study", 5) == []
    runs = pd.read_parquet(folder / "study" / "runs.parquet")
    assert (runs["seed"] == 1 + runs[DUMMY]).all()


def test_plans_in_the_documentation_are_right(tmp_path):
    text = (DOCS / "sensitivity.md").read_text(encoding="utf-8")
    (tmp_path / "higher.yaml").write_text(f"name: Higher\nparameters: {{{X3}: 0.3}}")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    plan = design_of(block.replace("dibao.*:", '"dibao.rules.*":'), str(tmp_path / "plan.yaml"))
    assert "asking for dibao" in factors_of(plan).moved
    assert len(factors_of(load_plan(DOCS / "examples" / "screen.yaml")).moved) == 13 + 1
    assert len(factors_of(load_plan(DOCS / "examples" / "sobol.yaml")).moved) == 6 + 1


def test_a_missing_run_is_refused_until_it_is_done(tmp_path, monkeypatch):
    def broken(scenario, replicate, progress):
        if replicate == 1 and scenario.seed == 1:
            raise KeyError("no such county")
        return made_up(scenario, replicate, progress)

    monkeypatch.setattr(sweep_work, "simulate", broken)
    with pytest.raises(MinshengError, match=r"runs are missing .*failed.*every row"):
        studied(tmp_path, "morris")
    monkeypatch.setattr(sweep_work, "simulate", made_up)
    found = studied(tmp_path, "morris", request=Request("serial", retry_failed=True))
    assert scores(found, "mu_star") == pytest.approx({X1: 1, X2: 2, X3: 0, DUMMY: 0})


def test_a_longer_design_keeps_the_runs_of_the_shorter_one():
    for design in ("morris", "saltelli"):
        short = design_of(PLAN.replace("DESIGN", design))
        longer = design_of(PLAN.replace("DESIGN", design).replace("samples: 4", "samples: 8"))
        kept = {run.run_id for run in planned_runs(short)}
        assert kept < {run.run_id for run in planned_runs(longer)}


def test_rows_of_a_block_share_the_seed_until_the_dummy_moves():
    for design, block in (("morris", 5), ("saltelli", 6)):
        plan = design_of(PLAN.replace("DESIGN", design))
        assert rows_a_block(plan) == block
        rows = places(plan)
        dummy = rows[:, -1].reshape(-1, block)
        seeds = np.array(added_to_seed(rows, block)).reshape(-1, block)
        assert ((seeds == seeds[:, :1]) == (dummy == dummy[:, :1])).all()
        assert len(np.unique(seeds)) == 2 * 4


def test_levers_of_a_row_share_seed_and_draws():
    plan = design_of(PLAN.replace("DESIGN", "morris"))
    on, off = np.array_split(np.array(points(plan), object), 2)
    assert [a | {"policies.hukou": "off"} for a in on] == list(off)
    assert {scenario_at(plan, a).seed - plan.scenario.seed for a in on} == set(range(8))


def test_a_pattern_stands_for_all_parameters_that_a_range_can_move():
    text = "scenario: tiny\nuncertainties: {'dibao.*': range, dibao.rules.stigma: [0.0, 0.1]}"
    plan = design_of(f"{text}\ndesign: {{uncertainties: morris, samples: 1}}")
    assert plan.content.uncertainties[X1] == [0.0, 0.1]
    names = set(factors_of(plan).names)
    assert {"dibao.rules.exit_shares", "dibao.rules.travel_ratio", DUMMY} < names
    assert not {X3, "dibao.rules.payer", "dibao.rules.audit"} & names
    known = ParameterSet.load().parameter("dibao.rules.exit_shares")
    low, middle, high = (plan.axes["dibao.rules.exit_shares"].at(p) for p in (0.0, 0.5, 1.0))
    assert middle == list(known.values[0].value)
    assert (set(low), set(high)) == ({known.range[0]}, {known.range[1]})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("uncertainties: {'dibaoo.*': range}", "no parameter with a range"),
        ("uncertainties: {'dibao.*': [1, 2]}", "takes the word range"),
        (f"uncertainties: {{{X1}: range}}\n  groups: {{a: [b]}}", "only the designs morris"),
    ],
)
def test_a_mistake_in_a_pattern_or_group_is_named(text, named):
    uncertain, _, groups = text.partition("\n  ")
    more = f", {groups}" if groups else ""
    with pytest.raises(MinshengError, match=named):
        design_of(f"scenario: tiny\n{uncertain}\ndesign: {{samples: 4{more}}}")


@pytest.mark.parametrize(
    ("groups", "named"),
    [
        ("{a: ['nothing.*']}", "no uncertainty of this plan is named nothing"),
        (f"{{a: [{X1}], b: ['dibao.*']}}", "is in the group a already"),
        (f"{{{DUMMY}: [{X1}]}}", "is the name of a factor"),
    ],
)
def test_a_group_that_cannot_be_moved_is_named(groups, named):
    text = PLAN.replace("DESIGN, samples: 4", f"morris, samples: 8, groups: {groups}")
    with pytest.raises(MinshengError, match=named):
        design_of(text)


def test_other_designs_are_refused_before_anything_runs(tmp_path, monkeypatch, capsys):
    (tmp_path / "plan.yaml").write_text(PLAN.replace("DESIGN", "sobol"))
    words = ["minsheng", "sensitivity", str(tmp_path / "plan.yaml"), "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    assert "design: {uncertainties: morris, samples: 20}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_outcome_that_nothing_moves_has_no_indices():
    plan = design_of(PLAN.replace("DESIGN", "morris"))
    rows = places(plan)
    assert indices("morris", factors_of(plan), rows, np.full(len(rows), 0.3), 1) is None


def test_chance_in_a_row_is_unknown_with_one_replicate():
    assert np.isnan(noise_variance(np.ones((4, 1, 2)))).all()


def test_the_command_ranks_what_a_real_outcome_hangs_on(tmp_path, monkeypatch, capsys):
    text = (
        f"scenario: tiny\nuncertainties: {{{X3}: {{low: 0.14, high: 0.25}}, {X2}: range}}\n"
        "design: {uncertainties: morris, samples: 2}\noutcomes: {names: [poverty_rate]}\n"
        "constants: {years.first: 2008, years.last: 2008, world.counties: 31, "
        "world.townships_per_county: 1, world.households: 155}"
    )
    (tmp_path / "plan.yaml").write_text(text)
    out = str(tmp_path / "out")
    words = ["minsheng", "sensitivity", str(tmp_path / "plan.yaml"), "--engine", "serial"]
    monkeypatch.setattr(sys, "argv", [*words, "--out", out])
    monkeypatch.setattr(console.out, "width", 80)
    with pytest.raises(SystemExit) as end:
        cli.main()
    printed = capsys.readouterr().out
    assert end.value.code == 0, printed
    assert printed.index(X3) < printed.index(f"{X2}*")
    assert "One replicate" in printed
