"""The plain layout of YAML that nearly every line of our files uses, read line by line.

A general YAML reader in Python spends about 0.15 ms on a line, a quarter of a second for the 1,800
lines of 150 parameters, at every start. This one needs a twentieth of that. It knows nested
``key: value`` lines with values on one line, and answers None to a text with anything else in
it; `policies.yaml_text` then reads that text with the full reader. A test holds the two equal.
"""

import re

YamlPath = tuple[str | int, ...]
"""Keys and list positions that lead to a value."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+")
_BASED_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

# Only characters that every reader passes through unchanged; a tab or another line break is not.
_UNUSUAL = re.compile(r"[^\n\x20-\x7e\xa0-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_COMMENT = re.compile(r" *(?:#.*)?")
_LINE = re.compile(r"( *)([A-Za-z0-9_][\w.@-]*):(?: +(.*))?", re.ASCII)
_QUOTED = re.compile(r"""(?:"([^"\\]*)"|'([^']*)')(?: +#.*| *)""")
_BARE = re.compile(r"([\w.+(<~-](?:[^:#]|:(?=[^ ])|(?<! )#)*?)(?: +#.*| *)")
_FLOW = re.compile(r"([\[{]) *(.*?) *([\]}])(?: +#.*| *)")
_FLOW_ITEM = re.compile(
    r"""(?:([A-Za-z0-9_][\w.@-]*): +)?(?:"([^"\\]*)"|'([^']*)'|([\w.+-][\w.+ -]*?)) *(?:, *|$)"""
)


class _NotPlainError(Exception):
    """The text uses more of YAML than the plain layout."""


def plain_scalar(text: str) -> str | int | float | bool | None:
    """Return what an unquoted word means by the core schema of YAML 1.2 (``no`` is a word)."""
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _INT.fullmatch(text):
        return _whole_number(text, 10)
    if _BASED_INT.fullmatch(text):
        return _whole_number(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text


def _whole_number(text: str, base: int) -> int | str:
    try:
        return int(text, base)
    except ValueError:  # thousands of digits; the check of types then shows them as text
        return text


def read_plain(text: str) -> tuple[dict[str, object], dict[YamlPath, int]] | None:
    """Read a text in the plain layout.

    Parameters
    ----------
    text : str
        A whole file.

    Returns
    -------
    tuple of (dict, dict) or None
        The values, and the line (from 1) of every key and list item by its path; None when the
        text holds anything but the plain layout, right or wrong.
    """
    if _UNUSUAL.search(text):
        return None
    try:
        return _read_lines(text.split("\n"))
    except _NotPlainError:
        return None


def _read_lines(texts: list[str]) -> tuple[dict[str, object], dict[YamlPath, int]]:
    root: dict[str, object] = {}
    lines: dict[YamlPath, int] = {}
    open_blocks: list[tuple[int, dict[str, object], YamlPath]] = [(0, root, ())]
    opened_by: tuple[int, dict[str, object], str] | None = None
    for number, text in enumerate(texts, start=1):
        if _COMMENT.fullmatch(text):
            continue
        indent, key, rest = _split(text)
        if opened_by and indent > opened_by[0]:
            block: dict[str, object] = {}
            opened_by[1][opened_by[2]] = block
            open_blocks.append((indent, block, (*open_blocks[-1][2], opened_by[2])))
        while indent < open_blocks[-1][0]:
            open_blocks.pop()
        if indent != open_blocks[-1][0]:
            raise _NotPlainError
        _, block, path = open_blocks[-1]
        if key in block:
            raise _NotPlainError
        lines[*path, key] = number
        block[key] = _value(rest, (*path, key), number, lines)
        opened_by = (indent, block, key) if not rest or rest.startswith("#") else None
    if not root:
        raise _NotPlainError
    return root, lines


def _split(text: str) -> tuple[int, str, str]:
    found = _LINE.fullmatch(text)
    if not found:
        raise _NotPlainError
    return len(found[1]), found[2], (found[3] or "").strip(" ")


def _value(rest: str, path: YamlPath, number: int, lines: dict[YamlPath, int]) -> object:
    if not rest or rest.startswith("#"):
        return None
    if quoted := _QUOTED.fullmatch(rest):
        return quoted[1] if quoted[1] is not None else quoted[2]
    if bare := _BARE.fullmatch(rest):
        return plain_scalar(_word(bare[1]))
    if flow := _FLOW.fullmatch(rest):
        return _flow(flow, path, number, lines)
    raise _NotPlainError


def _word(text: str) -> str:
    """Refuse a word whose first character, or last colon, has another meaning in YAML."""
    if text.startswith("- ") or text == "-" or text.endswith(":"):
        raise _NotPlainError
    return text


def _flow(
    found: re.Match[str], path: YamlPath, number: int, lines: dict[YamlPath, int]
) -> list[object] | dict[str, object]:
    is_list = found[1] == "["
    if is_list != (found[3] == "]"):
        raise _NotPlainError
    entries: dict[str | int, object] = {}
    position = 0
    body = found[2]
    while position < len(body):
        item = _FLOW_ITEM.match(body, position)
        if not item or is_list != (item[1] is None) or item[1] in entries:
            raise _NotPlainError
        key = len(entries) if is_list else item[1]
        entries[key] = _flow_scalar(item)
        lines[*path, key] = number
        position = item.end()
    return list(entries.values()) if is_list else {str(k): v for k, v in entries.items()}


def _flow_scalar(item: re.Match[str]) -> object:
    if item[4] is None:
        return item[2] if item[2] is not None else item[3]
    return plain_scalar(_word(item[4]))
