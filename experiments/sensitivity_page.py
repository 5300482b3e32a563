"""The page of a study of sensitivity: for each outcome the factors, ranked, with the dummy.

One self-contained file that opens without a network, in the look of the report of a run.
"""

from typing import Any

import pandas as pd
from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from experiments.plan import DUMMY
from experiments.report import environment
from experiments.report_svg import Words, box, label, picture, straight
from experiments.sensitivity import ASSUMPTION, Sensitivity
from experiments.sensitivity_indices import COLUMNS, SCORE
from experiments.sensitivity_words import WORDS, conclusion, main_targets, ranked, title

_TEMPLATE = "sensitivity.html.j2"
_PANELS, _BARS = 24, 12
_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 560.0, 262.0, 24.0, 6.0, 22.0
_ROW, _THICK, _TEXT, _SMALL = 19.0, 10.0, 11.0, 10.0
_LONGEST, _PAD = 42, 8.0
_TICKS = 4


def page(found: Sensitivity, command: str) -> str:
    """Return the page as HTML."""
    targets = main_targets(found)
    panels = [
        _panel(found, place, target, title(target), conclusion(found, target))
        for place, (_, target) in enumerate(targets.head(_PANELS).iterrows())
    ]
    return environment().get_template(_TEMPLATE).render(
        found=found, panels=panels, hidden=len(targets) - len(panels), command=command,
        index=WORDS[SCORE[found.design]],
    )  # fmt: skip


def _panel(found: Sensitivity, place: int, target: Any, title: str, note: str) -> dict[str, Any]:
    words = Words(
        f"sensitivity-{place}", title, f"Factors by {SCORE[found.design]}, ranked. {note}"
    )
    svg = bars(ranked(found, target), SCORE[found.design], COLUMNS[found.design], words)
    return {"title": title, "unit": "", "svg": svg, "note": note}


def bars(rows: pd.DataFrame, score: str, columns: tuple[str, ...], words: Words) -> Markup:
    """Draw factors as bars with their half-widths, and the dummy as a line across all of them.

    Parameters
    ----------
    rows : DataFrame
        The ranking of one target; columns factor, kind, the score and its half-width.
    score : str
        The ranked index.
    columns : tuple of str
        The indices; the half-width stands behind the score.
    """
    width = columns[columns.index(score) + 1]
    floor = float(rows.loc[rows["factor"] == DUMMY, score].iloc[0])
    shown = rows[rows["factor"] != DUMMY].head(_BARS)
    ends = [*(shown[score] + shown[width].fillna(0)), floor, 0.0]
    ticks = [t for t in MaxNLocator(_TICKS).tick_values(0, max(ends) or 1.0) if t >= 0]
    bottom = _TOP + _ROW * len(shown)
    scale = (_WIDTH - _LEFT - _RIGHT) / ticks[-1]
    parts = []
    for tick in ticks:
        x = _LEFT + scale * tick
        parts.append(straight((x, _TOP), (x, bottom), "rule", 1))
        parts.append(label((x, bottom + _PAD + _SMALL / 2), f"{tick:g}", _SMALL, anchor="middle"))
    for row, (_, factor) in enumerate(shown.iterrows()):
        parts += _bar(factor, score, width, _TOP + _ROW * (row + 0.5), scale)
    x = _LEFT + scale * max(floor, 0.0)
    parts.append(straight((x, _TOP), (x, bottom), "ink", 1.2, "4 3"))
    return picture(parts, _WIDTH, bottom + _BOTTOM, words)


def _bar(factor: Any, score: str, width: str, y: float, scale: float) -> list[str]:
    is_assumption = factor["kind"] == ASSUMPTION
    value = max(float(factor[score]), 0.0)
    name = str(factor["factor"])
    short = name if len(name) <= _LONGEST else f"\N{HORIZONTAL ELLIPSIS}{name[1 - _LONGEST :]}"
    mark = " *" if is_assumption else ""
    ink = "rural" if is_assumption else "urban"
    half = float(factor[width]) if pd.notna(factor[width]) else 0.0
    ends = [_LEFT + scale * end for end in (max(value - half, 0.0), value + half)]
    return [
        label((_LEFT - _PAD, y), short + mark, _TEXT, ink="ink", anchor="end"),
        box((_LEFT, y - _THICK / 2), scale * value, _THICK, ink),
        straight((ends[0], y), (ends[1], y), "ink", 1),
    ]
