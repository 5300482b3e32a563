"""Markdown for the documents: tables, and the sections between markers that programs write.

A generated section stands between ``<!-- generated: NAME -->`` and ``<!-- /generated -->``; all
other text of a document is left as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from agents.errors import MinshengError

_END = "<!-- /generated -->"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> str:
    """Return a table; the last `numbers` columns are aligned to the right."""
    rules = ["---"] * (len(heads) - numbers) + ["---:"] * numbers
    lines = [_line(heads), _line(rules)]
    return "\n".join([*lines, *(_line([_cell(cell) for cell in row]) for row in rows)])


def section(text: str, name: str) -> str:
    """Return the body of a generated section; raises MinshengError when there is none."""
    start, end = _bounds(text, name)
    return text[start:end].strip("\n")


def with_section(text: str, name: str, body: str) -> str:
    """Return the text with another body in a section; raises MinshengError when there is none."""
    start, end = _bounds(text, name)
    # Blank lines, so that every reader of Markdown sees a table behind the marker.
    return f"{text[:start]}\n\n{body}\n\n{text[end:]}"


def rewrite(file: Path, sections: Mapping[str, str]) -> bool:
    """Write the sections into a file; return whether it changed."""
    before = file.read_text(encoding="utf-8")
    after = before
    for name, body in sections.items():
        after = with_section(after, name, body)
    if after != before:
        file.write_text(after, encoding="utf-8", newline="\n")
    return after != before


def _bounds(text: str, name: str) -> tuple[int, int]:
    begin = f"<!-- generated: {name} -->"
    start = text.find(begin)
    end = text.find(_END, start)
    if start < 0 or end < 0:
        raise MinshengError(f"the document has no section between {begin} and {_END}")
    return start + len(begin), end


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Keep what would end a cell or a line from doing so."""
    return " ".join(text.split()).replace("|", r"\|")
