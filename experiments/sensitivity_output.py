"""What a study of sensitivity says: tables, a ranked list for the terminal, and sentences."""

from collections.abc import Iterator
from pathlib import Path

from rich.table import Column, Table

from experiments.plan import DUMMY
from experiments.sensitivity import ASSUMPTION, Sensitivity
from experiments.sensitivity_indices import COLUMNS
from experiments.sensitivity_page import page
from experiments.sensitivity_words import (
    conclusion,
    main_targets,
    number,
    percent,
    ranked,
    title,
)
from experiments.sweep_store import PAGE, RANKING, TARGETS
from model.run_folder import whole_file

_SHOWN, _TABLES = 10, 6


def save(found: Sensitivity, folder: Path, command: str) -> None:
    """Write the tables (Parquet and CSV) and the page beside the runs of the sweep."""
    for name, table in ((RANKING, found.ranking), (TARGETS, found.targets)):
        with whole_file(folder / f"{name}.parquet") as draft:
            table.to_parquet(draft, index=False)
        with whole_file(folder / f"{name}.csv") as draft:
            table.to_csv(draft, index=False, lineterminator="\n")
    with whole_file(folder / PAGE) as draft:
        draft.write_text(page(found, command), encoding="utf-8", newline="\n")


def tables(found: Sensitivity) -> Iterator[Table]:
    """Yield a table for each of the first main targets: the factors that matter most."""
    columns = COLUMNS[found.design]
    for _, target in main_targets(found).head(_TABLES).iterrows():
        table = Table("", Column("factor", no_wrap=True, overflow="fold"),
                      *(name.replace("_", " ") for name in columns), "share",
                      title=title(target), title_justify="left")  # fmt: skip
        rows = ranked(found, target)
        is_shown = (rows["rank"] <= _SHOWN) | (rows["factor"] == DUMMY)
        for _, row in rows[is_shown].iterrows():
            mark = "*" if row["kind"] == ASSUMPTION else ""
            numbers = (number(row[name]) for name in columns)
            share = "" if row["factor"] == DUMMY else percent(row["share"])
            table.add_row(str(row["rank"]), row["factor"] + mark, *numbers, share)
        yield table


def lines(found: Sensitivity) -> Iterator[str]:
    """Yield what the study says in sentences: how much rests on assumptions, and on chance."""
    shown = main_targets(found)
    for _, target in shown.head(_TABLES).iterrows():
        yield f"{title(target)}: {conclusion(found, target)}"
    rest = len(found.targets) - min(len(shown), _TABLES)
    if rest:
        yield f"{rest} more outcomes are in the files; "\
              f"{int((~found.targets['is_moved']).sum())} of them nothing moved."  # fmt: skip
    if found.left_out:
        names = ", ".join(found.left_out[:_TABLES])
        more = " and others" if len(found.left_out) > _TABLES else ""
        yield f"Left out, since some run has no value: {names}{more}."
    if found.replicates == 1:
        yield "One replicate: what chance leaves in a row is known from the dummy only."
