"""What the commands of ``minsheng`` share: options, the terminal, the progress bar."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Setting = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a parameter or scenario key."),
]


def say(line: str) -> None:
    """Say a line on standard error."""
    err.print(line, markup=False, soft_wrap=True)


class progress:  # noqa: N801
    """A progress bar on standard error that advances with simulated years."""

    def __init__(self, what: str) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("years"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=err,
        )
        self._task = self._bar.add_task(what, total=None)

    def __enter__(self) -> "progress":
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show how much is done."""
        # A command that is refused shows no bar.
        self._bar.start()
        self._bar.update(self._task, completed=done, total=total)

    def __exit__(self, *failure: object) -> None:
        self._bar.stop()
