"""The central calendar: sourced, in order, and strict."""

from datetime import date
from pathlib import Path

import pytest

from policies.calendar import load_calendar, read_calendar
from policies.yaml_text import InvalidFileError

EVENT = "{date: %s, kind: pilot, event: a, source: S0, effect: b}"


def test_shanghai_comes_first_and_rural_dibao_goes_nationwide_in_2007() -> None:
    events = load_calendar()
    assert (events[0].date, events[0].area) == (date(1993, 6, 1), "310000")
    rural = [event for event in events if event.policy == "rural_dibao" and event.area == "0"]
    acts = [(event.date.year, event.kind) for event in rural]
    assert acts == [(2006, "recognition"), (2007, "mandate"), (2014, "regulation")]


def test_every_event_names_a_source() -> None:
    assert all(event.source.startswith("S") for event in load_calendar())


def test_events_out_of_order_and_wrong_kinds_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "calendar.yaml"
    first, second = EVENT % "1999-01-01", EVENT % "1998-01-01"
    file.write_text(f"events:\n  - {first}\n  - {second}\n", encoding="utf-8")
    with pytest.raises(InvalidFileError, match=r"calendar.yaml:3: events\[1\].date: .*order"):
        read_calendar(file)
    file.write_text(f"events:\n  - {first.replace('pilot', 'plan')}\n", encoding="utf-8")
    with pytest.raises(InvalidFileError, match=r"calendar.yaml:2: events\[0\].kind: must be"):
        read_calendar(file)
