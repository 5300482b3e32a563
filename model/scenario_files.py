"""Read a scenario from a file, or by its name from those that come with the model.

Everything wrong is reported at once, with file, line and the nearest accepted name.
"""

import os
import stat
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from agents.errors import MinshengError, UnknownNameError
from model.placed import place_problem
from model.reforms import Reform, ScenarioWarning, overlaps
from model.scenario import KNOWN_SHOCKS, OTHERS, Scenario
from policies.base import discover
from policies.parameter_values import ParameterValueError, last_day_of
from policies.parameters import ParameterSet
from policies.yaml_errors import (
    explain,
    printable,
    problem_at,
    quotable,
    raise_problems,
    unknown_key,
)
from policies.yaml_text import InvalidFileError, read_yaml

LARGEST_FILE = 1_000_000
"""Bytes; a scenario has some tens of lines."""
SUFFIXES = (".yaml", ".yml")

Located = tuple[tuple[str | int, ...], str]


@dataclass(frozen=True)
class Known:
    """The names a scenario may use.

    Attributes
    ----------
    parameters : ParameterSet
        Also says which values they take.
    policies, shocks : tuple of str
    """

    parameters: ParameterSet
    policies: tuple[str, ...]
    shocks: tuple[str, ...] = KNOWN_SHOCKS

    @staticmethod
    def shipped() -> "Known":
        """Return the names of the parameters and policies that come with the model."""
        return Known(ParameterSet.load(), tuple(discover()))


def shipped_scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the model."""
    folder = files("experiments") / "scenarios"
    names = (file.name for file in folder.iterdir() if file.name.endswith(SUFFIXES[0]))
    return tuple(sorted(name.removesuffix(SUFFIXES[0]) for name in names))


class UnknownScenarioError(UnknownNameError):
    """No scenario has this name; names the nearest and all of them."""

    def __init__(self, name: str) -> None:
        super().__init__("scenario", quotable(name), shipped_scenarios())
        listing = f" Known: {', '.join(self.known)};" if self.nearest else ";"
        self.args = (f"{self}{listing} or give the path of a file that ends in .yaml",)


def load_scenario(name_or_path: str, known: Known | None = None) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    name_or_path : str
        A scenario that comes with the model, such as ``historical``, or a path to a file that
        ends in ``.yaml``.
    known : Known, optional
        The names it may use; those that come with the model by default.

    Returns
    -------
    Scenario
        With every policy and shock listed as on or off.

    Raises
    ------
    UnknownScenarioError
        No such scenario; names the nearest one.
    InvalidFileError
        With a line for everything wrong in the file.

    Warns
    -----
    ScenarioWarning
        Two reforms set the same parameter from the same date, or a reform begins after the end.
    """
    name = str(name_or_path)
    if name in shipped_scenarios():
        file = files("experiments") / "scenarios" / f"{name}{SUFFIXES[0]}"
        return scenario_from_text(file.read_text(encoding="utf-8"), file.name, known)
    if not name:
        raise UnknownScenarioError(name)
    return scenario_from_text(read_text(name), name, known)


def scenario_from_text(text: str, name: str, known: Known | None = None) -> Scenario:
    """Check the text of a scenario file; see `load_scenario`."""
    known = known or Known.shipped()
    document = read_yaml(text, name)
    if document.data is None:
        raise InvalidFileError([f"{name}:1: the file is empty; a scenario is a mapping of keys"])
    try:
        scenario = Scenario.model_validate(document.data)
    except ValidationError as error:
        raise_problems(document, explain(document, Scenario, error))
        raise
    found = name_problems(scenario, known)
    raise_problems(document, [problem_at(document, at, text) for at, text in found])
    for at, text in _doubts(scenario):
        line = document.line(at)
        warnings.warn(f"{name}:{line}: {text}", ScenarioWarning, stacklevel=2)
    return completed(scenario, known)


def completed(scenario: Scenario, known: Known) -> Scenario:
    """Return the scenario with every policy and shock written out as on or off."""
    others = scenario.policies.get(OTHERS, True)
    policies = {policy: scenario.policies.get(policy, others) for policy in known.policies}
    shocks = {shock: scenario.has_shock(shock) for shock in known.shocks}
    return scenario.model_copy(update={"policies": policies, "shocks": shocks})


def name_problems(scenario: Scenario, known: Known) -> Iterator[Located]:
    """Find names that do not exist and values that parameters do not take."""
    switches: list[tuple[tuple[str | int, ...], dict[str, bool], tuple[str, ...]]] = [
        (("policies",), scenario.policies, known.policies),
        (("shocks",), scenario.shocks, known.shocks),
    ]
    for i, reform in enumerate(scenario.reforms):
        for at, text in reform_problems(reform, known):
            yield ("reforms", i, *at), text
    for at, given, accepted in switches:
        kind = "shock" if at[-1] == "shocks" else "policy"
        for name in given:
            if name not in accepted and name != OTHERS:
                yield (*at, name), unknown_key(name, list(accepted), kind)


def reform_problems(reform: Reform, known: Known) -> Iterator[Located]:
    """Find what a reform names that does not exist, is not taken, or cannot differ by place."""
    for path, value in reform.parameters.items():
        text = _parameter_problem(path, value, known.parameters)
        if text := text or _place_problem(reform, "parameters", path):
            yield ("parameters", path), text
    for name in reform.policies:
        if name not in known.policies:
            yield ("policies", name), unknown_key(name, list(known.policies), "policy")
        elif text := _place_problem(reform, "policies", name):
            yield ("policies", name), text


def _place_problem(reform: Reform, section: str, name: str) -> str | None:
    return place_problem(section, name) if reform.places else None


def _parameter_problem(path: str, value: object, parameters: ParameterSet) -> str | None:
    if path not in parameters:
        return unknown_key(path, list(parameters.paths()), "parameter")
    try:
        parameters.parameter(path).checked(value)
    except ParameterValueError as error:
        return error.reason
    return None


def _doubts(scenario: Scenario) -> Iterator[Located]:
    """Find what works but may not be meant."""
    for i, reform in enumerate(scenario.reforms):
        if reform.start and reform.start > last_day_of(scenario.years.last):
            text = f"reform {reform.name!r} begins after the last year {scenario.years.last}"
            yield ("reforms", i, "from"), text
    for found in overlaps(scenario.reforms):
        if found.is_hidden:
            earlier, later = scenario.reforms[found.earlier], scenario.reforms[found.later]
            same = "the same date as" if earlier.start == later.start else "before"
            text = f"sets {found.name} from {same} reform {earlier.name!r}, and wins"
            at = ("reforms", found.later, found.section, found.name)
            yield at, f"reform {later.name!r} {text}"


def read_text(name: str, kind: str = "scenario") -> str:
    """Read a file that a user names, whatever it turns out to be; raises InvalidFileError."""
    path = Path(name)
    try:
        status = path.stat()
        _check_file(name, status, kind)
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise _refused(name, "is not a text in UTF-8") from None
    except (OSError, ValueError) as error:
        if isinstance(error, MinshengError):
            raise
        if kind == "scenario" and not name.endswith(SUFFIXES):
            raise UnknownScenarioError(name) from None
        raise _refused(name, f"cannot be read: {_reason(error, path, kind)}") from None


def _check_file(name: str, status: os.stat_result, kind: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise _refused(name, "is a folder; give a file that ends in .yaml")
    if not name.endswith(SUFFIXES):
        raise _refused(name, f"is no {kind}; a {kind} file ends in .yaml")
    if not stat.S_ISREG(status.st_mode):
        raise _refused(name, "is not a regular file")
    if status.st_size > LARGEST_FILE:
        accepted = f"a {kind} has at most {LARGEST_FILE:,}"
        raise _refused(name, f"has {status.st_size:,} bytes; {accepted}")


def _reason(error: Exception, path: Path, kind: str) -> str:
    reason = error.strerror if isinstance(error, OSError) else "this is no file name"
    stem = path.name.removesuffix(path.suffix)
    known = kind == "scenario" and stem in shipped_scenarios()
    return f"{reason}; write {stem} for the one that comes with the model" if known else str(reason)


def _refused(name: str, text: str) -> InvalidFileError:
    return InvalidFileError([f"{printable(name)}: {text}"])
