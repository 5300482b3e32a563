"""Read reforms from files: one, or an ordered list of them, apart from any scenario.

A file holds the keys of one reform, or a list of reforms under ``reforms``. Everything wrong is
reported at once, with file, line and the nearest accepted name.
"""

import warnings
from collections.abc import Iterable

from pydantic import Field, ValidationError

from model.reforms import Reform, ScenarioWarning, Sourced, overlaps, stack_warnings
from model.scenario import Scenario
from model.scenario_files import SUFFIXES, Known, read_text, reform_problems
from policies.parameter_files import StrictModel
from policies.parameter_values import last_day_of
from policies.yaml_errors import explain, problem_at, raise_problems
from policies.yaml_text import Document, InvalidFileError, read_yaml

_LIST = "reforms"
_OF_SCENARIOS = {"years", "world", "seed", "title", "shocks"}


class ReformFile(StrictModel):
    """A file of several reforms."""

    reforms: list[Reform] = Field(min_length=1)


def is_reform_file(name: str) -> bool:
    """Return whether a file holds reforms and not a scenario.

    Raises
    ------
    InvalidFileError
        The file is no YAML or cannot be read.
    """
    if not name.endswith(SUFFIXES):
        return False
    data = read_yaml(read_text(name), name).data
    return isinstance(data, dict) and not _OF_SCENARIOS & set(data)


def load_reforms(name: str, known: Known | None = None) -> list[Sourced]:
    """Read a file of reforms.

    Raises
    ------
    InvalidFileError
        With a line for everything wrong in the file.

    Warns
    -----
    ScenarioWarning
        One of its reforms never holds, since a later one sets the same from no later date.
    """
    known = known or Known.shipped()
    document = read_yaml(read_text(name, "reform"), name)
    data = document.data
    if data is None:
        raise InvalidFileError([f"{name}:1: the file is empty; a reform is a mapping of keys"])
    if isinstance(data, dict) and (given := sorted(_OF_SCENARIOS & set(data))):
        text = f"is a scenario and no reform (it has {', '.join(given)})"
        raise InvalidFileError([f"{name}:1: {text}; give it as a scenario of its own"])
    is_list = isinstance(data, dict) and _LIST in data
    reforms = _checked(document, is_list)
    problems = [
        problem_at(document, (_LIST, place, *at) if is_list else at, text)
        for place, reform in enumerate(reforms)
        for at, text in reform_problems(reform, known)
    ]
    raise_problems(document, problems)
    for found in overlaps(reforms):
        if found.is_hidden:
            earlier, later = reforms[found.earlier], reforms[found.later]
            line = document.line((_LIST, found.later, found.section, found.name))
            text = f"reform {later.name!r} sets {found.name} and hides reform {earlier.name!r}"
            warnings.warn(f"{name}:{line}: {text}", ScenarioWarning, stacklevel=2)
    return [Sourced(reform, name) for reform in reforms]


def _checked(document: Document, is_list: bool) -> list[Reform]:
    model = ReformFile if is_list else Reform
    try:
        found = model.model_validate(document.data)
    except ValidationError as error:
        raise_problems(document, explain(document, model, error))
        raise
    return found.reforms if isinstance(found, ReformFile) else [found]


def with_reforms(scenario: Scenario, added: Iterable[Sourced]) -> Scenario:
    """Return a scenario with reforms after its own.

    Warns
    -----
    ScenarioWarning
        Reforms from two sources set the same parameter or policy in the same place (names both),
        or one begins after the end.
    """
    more = list(added)
    own = [Sourced(reform, f"scenario {scenario.name}") for reform in scenario.reforms]
    last = scenario.years.last
    late = [one for one in more if one.reform.start and one.reform.start > last_day_of(last)]
    told = [
        f"reform {one.reform.name!r} ({one.source}) begins after the last year {last}"
        for one in late
    ]
    for text in [*stack_warnings([*own, *more]), *told]:
        warnings.warn(text, ScenarioWarning, stacklevel=2)
    reforms = [*scenario.reforms, *(one.reform for one in more)]
    return scenario.model_copy(update={"reforms": reforms})
