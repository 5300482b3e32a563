"""In what share of the seeds each direction of the model holds, with and without the tournament.

``make patterns`` writes two tables: one of history and one without the tournament of leaders, which
is contested in the literature. ``python -m experiments.directions WITH WITHOUT`` puts them together
in ``docs/validation.md``; what most seeds show only with it, or only without it, is marked.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from rich.console import Console

from agents.errors import MinshengError
from experiments.markdown import rewrite, table
from experiments.scorecard import PASSING_SHARE
from experiments.scorecard_output import CONTESTED

DOCUMENT = Path(__file__).parents[1] / "docs" / "validation.md"
_COLUMNS = ("module", "direction", "tag", "seeds", "held")
_KEY = ["module", "direction", "tag"]
_PERCENT = 100


def held(tests: Iterable[tuple[str, str, bool]]) -> pd.DataFrame:
    """Return for each direction in how many seeds it was tested and in how many it held.

    Parameters
    ----------
    tests : iterable of (str, str, bool)
        Name of a test as ``path/test_module.py::test_direction[seed]``, its tag, whether it passed.

    Returns
    -------
    DataFrame
        Columns module, direction, tag, seeds, held; a row for each direction.
    """
    rows = []
    for name, tag, passed in tests:
        path, _, test = name.partition("::")
        direction = test.partition("[")[0].removeprefix("test_").replace("_", " ")
        module = Path(path).stem.removeprefix("test_").replace("_", " ")
        rows.append((module, direction, tag, 1, int(passed)))
    each = pd.DataFrame(rows, columns=list(_COLUMNS))
    return each.groupby(_KEY, sort=True, as_index=False).sum()


def together(with_it: pd.DataFrame, without: pd.DataFrame) -> pd.DataFrame:
    """Return shares of both tables side by side, and whether a direction hangs on the tournament.

    Raises
    ------
    MinshengError
        One table has directions that the other lacks.
    """
    both = with_it.merge(without, on=_KEY, how="outer", suffixes=("", "_without"), indicator=True)
    lacking = both.loc[both.pop("_merge") != "both", "direction"].tolist()
    if lacking:
        raise MinshengError(f"the two tables differ in their directions: {'; '.join(lacking)}")
    shares = both.assign(
        share=both["held"] / both["seeds"],
        without_tournament=both["held_without"] / both["seeds_without"],
    )
    often = shares[["share", "without_tournament"]] >= PASSING_SHARE
    contested = often["share"] != often["without_tournament"]
    return shares.assign(contested=contested)[
        [*_KEY, "seeds", "seeds_without", "share", "without_tournament", "contested"]
    ]


def section(both: pd.DataFrame) -> str:
    """Return the table of the validation page."""
    rows = []
    for row in both.to_dict("records"):
        tag = f"{row['tag']}; {CONTESTED}" if row["contested"] else row["tag"]
        shares = (f"{_PERCENT * row[name]:.0f}" for name in ("share", "without_tournament"))
        seeds = f"{row['seeds']} / {row['seeds_without']}"
        rows.append((row["module"], row["direction"], tag, seeds, *shares))
    heads = (
        "module",
        "direction",
        "tag",
        "seeds with / without tournament",
        "holds, %",
        "without, %",
    )
    return table(heads, rows, numbers=3)


def main(arguments: list[str]) -> int:
    """Rewrite the section of the page from two files; return the exit code."""
    console = Console()
    try:
        with_it, without = (pd.read_csv(path) for path in arguments)
        both = together(with_it, without)
        console.print(rewrite(DOCUMENT, {"directions": section(both)}))
    except (MinshengError, OSError, ValueError) as error:
        console.print(f"error: {error}", soft_wrap=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
