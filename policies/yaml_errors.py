"""Say what is wrong with the values of a file: line, key, what is accepted, the nearest match.

Pydantic finds the errors, all at once; its own wording gives no line and no suggestion.
"""

import itertools
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from agents.errors import nearest_match
from policies.yaml_text import Document, InvalidFileError

LONGEST_QUOTE = 60
"""Characters of a user's text that a message repeats."""
LONGEST_LIST = 12
"""Accepted names that a message lists."""
PERCENT = 100

_PERCENT_TEXT = re.compile(r"([-+]?\d+(?:[.,]\d+)?) *%")
_COMMA_TEXT = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+")
_NUMBER_TEXT = re.compile(r"[-+]?\d+(?:[ _]\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?")


class Problem(NamedTuple):
    """One thing wrong at one place of a file."""

    line: int
    text: str


def problem_at(document: Document, location: tuple[object, ...], text: str) -> Problem:
    """Return a problem with the line and the path, as far as the file has them."""
    path = document.locate(location)
    parts = (f"[{p}]" if isinstance(p, int) else f".{quotable(p)}" for p in path)
    where = "".join(parts).removeprefix(".")
    return Problem(document.line(location), f"{where}: {text}" if where else text)


def raise_problems(document: Document, problems: list[Problem]) -> None:
    """Raise InvalidFileError with every problem, in the order of the lines; none, nothing."""
    if problems:
        ordered = sorted(problems, key=lambda problem: problem.line)
        raise InvalidFileError([f"{document.name}:{line}: {text}" for line, text in ordered])


def explain(
    document: Document, model: type[BaseModel], error: ValidationError, base: tuple[str, ...] = ()
) -> list[Problem]:
    """Turn pydantic's errors into problems.

    Parameters
    ----------
    document : Document
        The file that was checked.
    model : type of BaseModel
        What it was checked against; its fields are the accepted keys.
    error : ValidationError
        What pydantic found.
    base : tuple of str
        Where in the file the checked part stands.
    """
    return [
        problem_at(document, (*base, *details["loc"]), _wording(details, model))
        for details in error.errors(include_url=False)
    ]


def _wording(details: ErrorDetails, model: type[BaseModel]) -> str:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown_key(str(details["loc"][-1]), _accepted_keys(model, details["loc"][:-1]))
    if kind == "missing":
        return f"the key {details['loc'][-1]!r} is missing"
    if kind == "literal_error":
        return f"must be {context['expected']}, got {shown(value)}"
    if kind in _ACCEPTED:
        return f"must be {_ACCEPTED[kind].format(**context)}, got {shown(value)}{hint(kind, value)}"
    return details["msg"].removeprefix("Value error, ")


_ACCEPTED = {
    "model_type": "a mapping (keys with values)",
    "dict_type": "a mapping (keys with values)",
    "mapping_type": "a mapping (keys with values)",
    "list_type": "a list",
    "tuple_type": "a list",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
    "string_type": "text",
    "string_too_short": "text, not empty",
    "string_too_long": "text of at most {max_length} characters",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
}


def unknown_key(key: str, accepted: list[str], kind: str = "key") -> str:
    """Say that a key is unknown, with the nearest accepted one or all of them."""
    nearest = nearest_match(key, accepted)
    more = f" and {len(accepted) - LONGEST_LIST} more" if len(accepted) > LONGEST_LIST else ""
    listing = f"known: {', '.join(accepted[:LONGEST_LIST])}{more}"
    advice = f"did you mean {nearest!r}?" if nearest else listing
    return f"unknown {kind} '{quotable(key)}'; {advice}"


def shown(value: object) -> str:
    """Return a value as a message shows it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {quotable(_digits(value))}"
    if isinstance(value, str):
        return f"the text '{quotable(value)}'"
    return "a mapping" if isinstance(value, Mapping) else "a list"


def hint(kind: str, value: object) -> str:
    """Return what to write instead, for numbers written as people write them."""
    if kind == "string_type" and isinstance(value, bool | int | float):
        return "; put it in quotes"
    if not isinstance(value, str) or kind not in {"int_type", "float_type"}:
        return ""
    text = value.strip()
    if percent := _PERCENT_TEXT.fullmatch(text):
        share = float(percent[1].replace(",", ".")) / PERCENT
        return f"; write {share:.6g} without the percent sign"
    if _COMMA_TEXT.fullmatch(text):
        return f"; write {text.replace(',', '')} (or {text.replace(',', '.')} if that was meant)"
    if _NUMBER_TEXT.fullmatch(text):
        return f"; write {text.replace(' ', '').replace('_', '')} without quotes, spaces or _"
    return ""


def _digits(value: float) -> str:
    try:
        return repr(value)
    except ValueError:  # Python does not print whole numbers of thousands of digits
        return "of thousands of digits"


def quotable(text: str) -> str:
    """Return a user's text short enough for a message, on one line."""
    whole = printable(text)
    return whole if len(whole) <= LONGEST_QUOTE else f"{whole[:LONGEST_QUOTE]}…"


def printable(text: str) -> str:
    """Return a text with escapes for what a terminal cannot show."""
    return text if text.isprintable() else repr(text)[1:-1]


def _accepted_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Follow a location down the fields of a model to the keys accepted there."""
    annotation: Any = model
    for part in location:
        for here in itertools.islice(_models(annotation), 1):
            fields = {field.alias or name: field for name, field in here.model_fields.items()}
            annotation = fields[str(part)].annotation if part in fields else annotation
    found = next(_models(annotation), model)
    return [field.alias or name for name, field in found.model_fields.items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models(inner)
