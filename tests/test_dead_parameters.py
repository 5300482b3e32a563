"""Every parameter moves something in some world; a fixed sample here, all with a target of make."""

import random
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import MinshengError
from experiments import dead_parameters
from experiments.dead_output import body
from experiments.dead_parameters import (
    Verdict,
    others,
    positions,
    reason,
    verdict,
    verdicts,
    world_scenario,
)
from experiments.dead_reasons import REASONS, WORDS, WORLDS
from policies.parameters import ParameterSet

PARAMETERS = ParameterSet.load()
SAMPLE = random.Random(6).sample(
    [path for path in PARAMETERS.paths() if not path.startswith("adoption.") and not reason(path)],
    10,
)


@pytest.fixture(scope="module")
def small_worlds():
    """Leave out the larger world."""
    with pytest.MonkeyPatch.context() as patch:
        small = {name: world for name, world in WORLDS.items() if "more places" not in name}
        patch.setattr(dead_parameters, "WORLDS", small)
        dead_parameters._base.cache_clear()
        yield
    dead_parameters._base.cache_clear()


@pytest.mark.parametrize("path", SAMPLE)
def test_a_parameter_moves_something(small_worlds, path):
    found = verdict(path)
    assert not found.is_dead, found
    assert found.refused == ""


def test_a_parameter_that_nothing_reads_is_found_dead(small_worlds, monkeypatch):
    small = {"history": ("*", WORLDS["history"][1] | {"years.last": 1993})}
    monkeypatch.setattr(dead_parameters, "WORLDS", small)
    dead_parameters._base.cache_clear()
    unread = "residents_pension.old.years_required"
    assert verdict(unread) == Verdict(unread)
    dead_parameters._base.cache_clear()


def test_an_unknown_parameter_is_refused_before_anything_runs():
    with pytest.raises(MinshengError, match=r"did you mean 'dibao\.urban\.line_ratio'"):
        verdicts(["dibao.urban.line_rato"])


def test_every_parameter_has_somewhere_to_be_moved_to():
    scenario = world_scenario("some later years")
    for path in PARAMETERS.paths():
        assert next(positions(PARAMETERS.parameter(path), scenario), None) is not None, path


def test_the_search_goes_on_from_what_it_knows(tmp_path, monkeypatch):
    paths = ["dibao.urban.line_ratio", "dibao.rural.line_ratio"]
    kept = tmp_path / "a" / "kept.jsonl"

    def found(path, progress):
        if path in broken:
            raise MinshengError("this world broke")
        done.append(path)
        return Verdict(path, "history", 1999)

    monkeypatch.setattr(dead_parameters, "verdict", found)
    done, broken = [], paths[:1]
    with pytest.raises(MinshengError, match="this world broke"):
        verdicts(paths, 1, kept=kept)
    assert done == paths[1:]
    broken = []
    assert [one.path for one in verdicts(paths, 1, kept=kept)] == paths
    assert sorted(done) == sorted(paths)
    monkeypatch.setattr(dead_parameters, "_version", lambda: "other code")
    verdicts(paths, 1, kept=kept)
    assert len(done) == 4


def test_a_parameter_at_an_end_of_its_range_is_moved_to_the_other_only():
    parameter = PARAMETERS.parameter("health.care.moral_hazard")
    high = replace(parameter.values[0], value=parameter.range[1])
    scenario = world_scenario("history")
    assert len(list(positions(parameter, scenario))) == 2
    assert len(list(positions(replace(parameter, values=(high,)), scenario))) == 1


def test_values_without_a_range_are_turned_stepped_or_replaced():
    of_type = {kind: next(p for p in map(PARAMETERS.parameter, PARAMETERS.paths())
                          if p.type == kind and p.range is None)
               for kind in ("flag", "whole number", "schedule")}  # fmt: skip
    assert others(of_type["flag"], True) == [False]
    assert others(of_type["whole number"], 60) == [61, 59]
    assert np.allclose(others(of_type["schedule"], (2.0, 0.0))[0], [2.5, 0.25])


def test_every_word_has_another():
    for path in PARAMETERS.paths():
        parameter = PARAMETERS.parameter(path)
        if parameter.type == "text":
            assert others(parameter, parameter.values[0].value), path


def test_reasons_and_words_name_parameters_that_exist():
    from fnmatch import filter as matching

    for pattern in (*REASONS, *WORDS):
        assert matching(PARAMETERS.paths(), pattern), pattern


def test_the_document_names_every_dead_parameter_with_its_reason():
    text = body(
        [Verdict("a.b.c"), Verdict("d.e.f", "history", 1993), Verdict("g.h.i", refused="x")]
    )
    assert text.startswith("1 of 3 parameters move something; 2 move nothing")
    assert "| `a.b.c` | **none is known** |" in text
    assert "| `g.h.i` | x |" in text
