"""Tables that are printed with rich and written as markdown from the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import rich.table


@dataclass(frozen=True)
class Table:
    """A titled table of texts; the first ``n_labels`` columns are names, the others numbers."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    n_labels: int = 1

    def to_rich(self) -> rich.table.Table:
        """Table for the terminal."""
        table = rich.table.Table(title=self.title, title_justify="left")
        for place, name in enumerate(self.header):
            table.add_column(name, justify="left" if place < self.n_labels else "right")
        for row in self.rows:
            table.add_row(*row)
        return table

    def to_markdown(self) -> str:
        """Heading and table as markdown."""
        n_numbers = len(self.header) - self.n_labels
        rule = (*["---"] * self.n_labels, *["---:"] * n_numbers)
        lines = [f"| {' | '.join(cells)} |" for cells in (self.header, rule, *self.rows)]
        return "\n".join([f"## {self.title}", "", *lines, ""])


def megabytes(n_bytes: float) -> str:
    """Bytes as whole megabytes of a million bytes."""
    return f"{n_bytes / 1e6:,.0f}"


def millions(number: float) -> str:
    """Write a number in millions, with three figures."""
    return f"{number / 1e6:.3g}"
