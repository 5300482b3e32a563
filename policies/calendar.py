"""The central calendar: what the state did when, as far as the model uses or shows it."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal

from pydantic import ValidationError

from policies.parameter_files import DateText, StrictModel, Text
from policies.yaml_errors import explain, problem_at, raise_problems
from policies.yaml_text import read_yaml


class Event(StrictModel):
    """One dated event.

    Attributes
    ----------
    date : datetime.date
        The day, or the first day of the year where only the year is known.
    until : datetime.date or None
        Last day of something that lasts.
    policy : str or None
        Policy concerned; None for a shock.
    kind : {"pilot", "recognition", "mandate", "regulation", "shock"}
        A place that goes first, the centre takes a policy up as its own, an order to all, a rule of
        law, something that happens to people.
    area : str
        Division code of the place; ``"0"`` is the whole country.
    deadline : datetime.date or None
        By when a mandate is to be fulfilled.
    event, source, effect : str
        What happened, where it is documented, and what it changes in the model.
    """

    date: DateText
    until: DateText | None = None
    policy: Text | None = None
    kind: Literal["pilot", "recognition", "mandate", "regulation", "shock"]
    area: Text = "0"
    deadline: DateText | None = None
    event: Text
    source: Text
    effect: Text


class _Calendar(StrictModel):
    events: list[Event]


def load_calendar() -> tuple[Event, ...]:
    """Return the calendar that comes with the model, by date, read once per process."""
    return _shipped()


@cache
def _shipped() -> tuple[Event, ...]:
    return read_calendar(files("policies") / "calendar.yaml")


def read_calendar(file: Traversable) -> tuple[Event, ...]:
    """Read a calendar file; raises InvalidFileError with a line for everything wrong."""
    document = read_yaml(file.read_text(encoding="utf-8"), file.name)
    try:
        events = _Calendar.model_validate(document.data).events
    except ValidationError as error:
        raise_problems(document, explain(document, _Calendar, error))
        raise
    raise_problems(
        document,
        [
            problem_at(document, ("events", i, key), text)
            for i, event in enumerate(events)
            for key, text in _misdated(event, events[i - 1] if i else event)
        ],
    )
    return tuple(events)


def _misdated(event: Event, before: Event) -> list[tuple[str, str]]:
    problems = []
    if event.date < before.date:
        problems.append(("date", f"events stand in order of date; this follows {before.date}"))
    for key, end in (("until", event.until), ("deadline", event.deadline)):
        if end and end < event.date:
            problems.append((key, f"lies before the date of the event, {event.date}"))
    return problems
