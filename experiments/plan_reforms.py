"""The files of reforms in a plan: read once, one or several stacked at a position."""

from collections.abc import Iterator
from pathlib import Path

from agents.errors import MinshengError
from experiments.plan import NO_REFORM, REFORMS, PlanFile
from model.reform_files import load_reforms, with_reforms
from model.reforms import Reform, Sourced
from model.scenario import Scenario
from model.scenario_files import Known, Located
from policies.yaml_errors import shown
from policies.yaml_text import Document, InvalidFileError

Reforms = dict[str, tuple[Reform, ...]]


def read_reforms(
    document: Document, content: PlanFile, scenario: Scenario, known: Known
) -> tuple[Reforms, list[Located]]:
    """Return the reforms of each position of the lever, named as in the plan.

    A position is the word none, a file, or a list of files that hold together in this order.

    Warns
    -----
    ScenarioWarning
        Reforms of two files, or one and the scenario, set the same thing; names both.
    """
    found: Reforms = {}
    problems: list[Located] = []
    for place, position in enumerate(content.levers.get(REFORMS, [])):
        files = position if isinstance(position, list) else [position]
        if not files or not all(isinstance(file, str) for file in files):
            text = f"must be {NO_REFORM}, a file or a list of files, got {shown(position)}"
            problems.append(((("levers", REFORMS, place)), text))
            continue
        try:
            wanted = [file for file in files if file != NO_REFORM]
            folder = Path(document.name).parent
            sourced = [one for file in wanted for one in _read(folder, file, known)]
            with_reforms(scenario, sourced)  # for its warnings
            found[" + ".join(files)] = tuple(one.reform for one in sourced)
        except MinshengError as error:
            problems.append((("levers", REFORMS, place), str(error)))
    return found, problems


def _read(folder: Path, file: str, known: Known) -> list[Sourced]:
    beside = folder / file
    try:
        return load_reforms(str(beside) if beside.is_file() else file, known)
    except InvalidFileError as error:
        raise MinshengError("; ".join(error.problems)) from None


def reform_overlaps(document: Document, content: PlanFile, reforms: Reforms) -> Iterator[Located]:
    """Find settings of the plan that a reform of the plan changes as well."""
    for name, stacked in reforms.items():
        for reform in stacked:
            changed = {*reform.parameters, *(f"policies.{policy}" for policy in reform.policies)}
            for section, settings in content.sections():
                for key in settings:
                    if key.partition("@")[0] in changed:
                        line = document.line(("levers", REFORMS))
                        other = f"reform {reform.name!r} ({name}, on line {line})"
                        yield (section, key), f"is also changed by {other}; keep one of them"
