"""Read the plan of a sweep and check everything in it before anything is simulated.

Everything wrong is reported at once, with file, line and the nearest accepted name.
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from agents.errors import MinshengError
from experiments.plan import REFORMS, Plan, PlanFile
from experiments.plan_names import name_problems, overlaps
from experiments.plan_patterns import group_problems, with_patterns
from experiments.plan_reforms import read_reforms, reform_overlaps
from experiments.plan_values import axes_of, axis_of, repeated, value_problem
from model.scenario import Scenario
from model.scenario_files import Known, Located, load_scenario, read_text
from model.scenario_overrides import parse_setting, resolve_options
from policies.yaml_errors import explain, problem_at, raise_problems
from policies.yaml_text import Document, InvalidFileError, read_yaml


def load_plan(path: str | Path) -> Plan:
    """Read and check a plan.

    Raises
    ------
    InvalidFileError
        With a line for everything wrong in the plan, or in a file that it names.
    """
    return plan_from_text(read_text(str(path), "plan"), str(path))


def plan_from_text(text: str, name: str, known: Known | None = None) -> Plan:
    """Check the text of a plan; files that it names are looked for beside it first."""
    known = known or Known.shipped()
    document = read_yaml(text, name)
    if document.data is None:
        raise InvalidFileError([f"{name}:1: the file is empty; a plan names at least a scenario"])
    try:
        content = PlanFile.model_validate(document.data)
    except ValidationError as error:
        raise_problems(document, explain(document, PlanFile, error))
        raise
    chosen, scenario = _scenario(document, content, known)
    content, unmatched = with_patterns(content, known)
    unknown = dict(name_problems(content, known))
    problems = [*unknown.items(), *overlaps(document, content), *_unfit_design(content)]
    problems += [*unmatched, *group_problems(content)]
    settled, refused = _with_constants(scenario, content, known, set(unknown))
    problems += refused
    problems += _years_not_simulated(settled, content)
    problems += _axis_problems(settled, content, known, set(unknown))
    reforms, refused_files = read_reforms(document, content, settled, known)
    problems += [*refused_files, *reform_overlaps(document, content, reforms)]
    raise_problems(document, [problem_at(document, at, text) for at, text in problems])
    axes = axes_of(content, known.parameters, reforms)
    return Plan(name, content, chosen, scenario, axes, reforms)


def _scenario(document: Document, content: PlanFile, known: Known) -> tuple[str, Scenario]:
    """Return name and scenario; a broken file has messages with lines of its own."""
    beside = Path(document.name).parent / content.scenario
    chosen = str(beside) if beside.is_file() else content.scenario
    try:
        scenario = load_scenario(chosen, known)
    except InvalidFileError:
        raise
    except MinshengError as error:
        line = document.line(("scenario",))
        raise InvalidFileError([f"{document.name}:{line}: scenario: {error}"]) from None
    if content.seed is not None:
        scenario = scenario.model_copy(update={"seed": content.seed})
    return chosen, scenario


def _unfit_design(content: PlanFile) -> Iterator[Located]:
    design = content.design
    is_drawn = bool(content.uncertainties) and design.uncertainties != "factorial"
    if is_drawn and design.samples is None:
        text = "design.samples is missing: uncertainties are drawn; write design: {samples: 64}"
        yield (), text
    for key, given in content.uncertainties.items() if not is_drawn else ():
        if not isinstance(given, list):
            yield ("uncertainties", key), "a factorial design needs a list of values"
    if not is_drawn and design.samples is not None:
        yield ("design", "samples"), "there are no uncertainties to draw"


def _years_not_simulated(scenario: Scenario, content: PlanFile) -> Iterator[Located]:
    """Find years whose rows are asked for, but which no run has."""
    if any(key.startswith("years.") for key in (*content.levers, *content.uncertainties)):
        return
    first, last = scenario.years.first, scenario.years.last
    for place, year in enumerate(content.outcomes.years):
        if not first <= year <= last:
            yield ("outcomes", "years", place), f"must be a year from {first} to {last}, got {year}"


def _with_constants(
    scenario: Scenario, content: PlanFile, known: Known, unknown: set[tuple[str | int, ...]]
) -> tuple[Scenario, list[Located]]:
    """Return the scenario with what is set for all runs."""
    good: dict[str, object] = {}
    problems: list[Located] = []
    for key, value in content.constants.items():
        at = ("constants", key)
        if at not in unknown:
            problem = value_problem(scenario, key, value, known)
            problems += [(at, problem)] if problem else []
            good |= {} if problem else {key: value}
    try:
        options = [parse_setting(key, value, "constants") for key, value in good.items()]
        return resolve_options(scenario, options, known), problems
    except MinshengError as error:  # each is accepted alone, not all together
        return scenario, [*problems, (("constants",), str(error))]


def _axis_problems(
    scenario: Scenario, content: PlanFile, known: Known, unknown: set[tuple[str | int, ...]]
) -> Iterator[Located]:
    """Find everything varied that the scenario does not take."""
    for section in ("levers", "uncertainties"):
        for key, given in getattr(content, section).items():
            at: tuple[str | int, ...] = (section, key)
            if isinstance(given, list):
                yield from (((*at, place), text) for place, text in repeated(given))
            if key == REFORMS or at in unknown:
                continue
            try:
                axis = axis_of(section == "levers", key, given, known.parameters)
            except MinshengError as error:
                yield at, str(error)
                continue
            for place, value in enumerate(axis.values or (axis.at(0), axis.at(1))):
                if problem := value_problem(scenario, key, value, known):
                    yield (*at, place), problem
