"""The names in a plan: that they exist, may vary, and stand in one place each."""

from collections.abc import Iterator

from agents.errors import MinshengError
from experiments.plan import REFORMS, PlanFile
from model.outcome_list import all_outcomes
from model.scenario_files import Known, Located
from model.scenario_overrides import field_names, parse_setting
from policies.yaml_errors import unknown_key
from policies.yaml_text import Document

_FIXED = {
    "seed": "is a key of the plan itself; for many histories write replicates",
    **dict.fromkeys(("name", "title", "description"), "changes no result and cannot be set here"),
}


def name_problems(content: PlanFile, known: Known) -> Iterator[Located]:
    """Find names that do not exist or cannot vary, in every part of a plan."""
    for section, settings in content.sections():
        for key in settings:
            if text := _name_problem(section, key, known):
                yield (section, key), text
    outcomes = [outcome.name for outcome in all_outcomes()]
    for place, name in enumerate(content.outcomes.names):
        if name not in outcomes:
            yield ("outcomes", "names", place), unknown_key(name, outcomes, "outcome")


def _name_problem(section: str, key: str, known: Known) -> str | None:
    if key == REFORMS:
        return None if section == "levers" else "files of reforms are levers; list them there"
    try:
        setting = parse_setting(key, None, key)
    except MinshengError as error:
        return str(error)
    fields = field_names(known)
    if setting.path in known.parameters:
        return None
    if setting.path not in fields:
        accepted = [*known.parameters.paths(), *fields, REFORMS]
        return unknown_key(setting.path, accepted, "setting")
    return "only parameters take a date" if setting.date else _FIXED.get(setting.path)


def overlaps(document: Document, content: PlanFile) -> Iterator[Located]:
    """Find settings that stand in two places, or once with a date and once for all dates."""
    first: dict[str, tuple[str, str]] = {}
    for section, settings in content.sections():
        for key in settings:
            path, _, day = key.partition("@")
            rivals = [key, path] if day else [key, *(k for k in first if k.startswith(f"{path}@"))]
            for rival in rivals:
                if rival in first:
                    where = document.line(first[rival])
                    other = f"{rival} in {first[rival][0]} on line {where}"
                    yield (section, key), f"overlaps with {other}; keep one of them"
                    break
            first.setdefault(key, (section, key))
