"""What is compared: scenarios, run folders and stacks of reforms, in one world."""

import pytest

from agents.errors import MinshengError
from experiments.run import prepare
from experiments.sides import find_sides
from model import records
from model.reforms import Reform, ScenarioWarning
from policies.yaml_text import InvalidFileError

LINE = "dibao.urban.line_ratio"
SHORT = ("years.last=1995",)


@pytest.fixture(scope="module")
def reform(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reforms")

    def write(name, text):
        (folder / f"{name}.yaml").write_text(text)
        return str(folder / f"{name}.yaml")

    return write


@pytest.fixture(scope="module")
def higher(reform):
    return reform("higher", f"name: Higher\nparameters: {{{LINE}: 0.3}}\n")


@pytest.fixture(scope="module")
def off(reform):
    return reform("off", "name: Off\npolicies: {rural_dibao: off}\n")


def folder_of(folder, *settings):
    """Return a run folder that says which scenario it is of, which is all that is read."""
    folder.mkdir()
    scenario = prepare("tiny", [*SHORT, *settings])
    records.write_description(folder, {"scenario": scenario.as_dict(), "replicate": 0})
    return str(folder)


def test_reforms_are_added_to_the_base_in_their_order(higher, off):
    base, one, both = find_sides("tiny", [higher, f"{higher}+{off}"])
    assert [side.label for side in (base, one, both)] == ["tiny", "higher", "higher+off"]
    assert [reform.name for reform in both.scenario.reforms] == ["Higher", "Off"]
    assert not both.scenario.is_on("rural_dibao", 2010)


def test_the_base_may_have_reforms_of_its_own(higher, off):
    base, reform = find_sides(f"tiny+{off}", [higher])
    assert base.label == "tiny+off"
    assert [one.name for one in reform.scenario.reforms] == ["Off", "Higher"]


def test_in_python_reforms_may_be_objects_and_lists(off):
    mine = Reform(name="mine", parameters={LINE: 0.2})
    _, one, both = find_sides("tiny", [mine, [mine, off]])
    assert (one.label, both.label) == ("mine", "mine+off")
    assert both.scenario.reforms[0] == mine


def test_run_folders_are_simulated_again_under_their_own_names(tmp_path):
    pair = folder_of(tmp_path / "a"), folder_of(tmp_path / "b", "policies.urban_dibao=off")
    base, other = find_sides(pair[0], [pair[1]])
    assert (base.label, other.label) == ("a", "b")
    assert not other.scenario.is_on("urban_dibao", 1995)


@pytest.mark.parametrize(
    ("setting", "what"), [("seed=2", "seed"), ("world.households=700", "world")]
)
def test_different_worlds_are_refused(tmp_path, setting, what):
    pair = folder_of(tmp_path / "a", setting), folder_of(tmp_path / "b")
    with pytest.raises(MinshengError, match=f"the {what} differs"):
        find_sides(pair[0], [pair[1]])


def test_a_year_that_is_not_simulated_is_refused(off):
    with pytest.raises(MinshengError, match="from 1993 to 1995, got 2001"):
        find_sides("tiny", [off], 2001, settings=SHORT)


def test_two_sides_of_one_name_are_refused(off):
    with pytest.raises(MinshengError, match="different names"):
        find_sides("tiny", [off, off])


def test_reforms_alone_are_no_base(higher, off):
    with pytest.raises(MinshengError, match="holds reforms and no scenario"):
        find_sides(higher, [off])


def test_only_files_of_reforms_are_stacked(off, tmp_path):
    with pytest.raises(MinshengError, match="no such file of reforms"):
        find_sides("tiny", [f"{off}+nothing.yaml"])


def test_reforms_that_set_the_same_warn_with_both_sources(higher, reform):
    lower = reform("lower", f"name: Lower\nfrom: 2005-01-01\nparameters: {{{LINE}: 0.1}}\n")
    told = r"reform 'Lower' \(.*lower.yaml\) sets dibao.urban.line_ratio, as reform 'Higher' " \
           r"\(.*higher.yaml\) does; 'Lower' holds from 2005-01-01 on"  # fmt: skip
    with pytest.warns(ScenarioWarning, match=told):
        find_sides("tiny", [f"{higher}+{lower}"])


def test_a_mistake_in_a_reform_is_told_with_its_line(reform):
    wrong = reform("wrong", "name: Wrong\nparameters:\n  dibao.urban.line_rato: 0.2\n")
    with pytest.raises(InvalidFileError, match=r"wrong.yaml:3: .*did you mean 'dibao.urban.line_r"):
        find_sides("tiny", [wrong])
