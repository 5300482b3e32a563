"""What is said of a study of sensitivity: which outcomes are shown, and what is told of each."""

from typing import Any

import pandas as pd

from experiments.plan import DUMMY
from experiments.sensitivity import NAME, TARGET, Sensitivity
from experiments.sensitivity_indices import SCORE
from model.record import national_name

WORDS = {"mu_star": "mean absolute effects", "total": "total-order indices"}
"""What the ranked index is called."""
_KEYS = ["levers", "less", *TARGET]


def main_targets(found: Sensitivity) -> pd.DataFrame:
    """Return the targets that are shown: moved, national, of everybody where there is such a row.

    Effects of reforms stand before the outcomes they are effects on.
    """
    rows = found.targets[found.targets["is_moved"] & (found.targets["level"] == "nation")]
    whole = rows[rows["group"] == "all"]
    has_whole = set(zip(whole["outcome"], whole["scheme"], strict=True))
    pairs = zip(rows["outcome"], rows["scheme"], strict=True)
    lonely = pd.Series([pair not in has_whole for pair in pairs], index=rows.index, dtype=bool)
    shown = rows[(rows["group"] == "all") | lonely]
    return shown.sort_values("less", key=lambda less: less == "", kind="stable")


def ranked(found: Sensitivity, target: Any) -> pd.DataFrame:
    """Return the rows of the ranking that belong to a target."""
    rows = found.ranking
    for key in _KEYS:
        rows = rows[rows[key] == target[key]]
    return rows


def title(target: Any) -> str:
    """Return what a target is called."""
    area = "" if target["level"] == "nation" else f" of {target['level']} {target['area']}"
    name = national_name(*(target[key] for key in NAME)) + area
    words = f"effect on {name}, {target['year']}" if target["less"] else f"{name}, {target['year']}"
    levers = f"{target['levers']} less {target['less']}" if target["less"] else target["levers"]
    return f"{words} ({levers})" if levers else words


def conclusion(found: Sensitivity, target: Any) -> str:
    """Say how much of an outcome's sensitivity rests on assumptions, and what chance does."""
    rows, score = ranked(found, target), SCORE[found.design]
    rest = (
        "" if not target["mixed_share"] else f", {percent(target['mixed_share'])} with mixed groups"
    )
    dummy = rows[rows["factor"] == DUMMY].iloc[0]
    beyond = f"{int(rows['beyond_chance'].sum())} of {len(rows) - 1} factors stand out from chance"
    if pd.isna(target["assumption_share"]) or rows["share"].sum() == 0:
        return "nothing but chance moves it."
    noise = "" if pd.isna(target["noise_share"]) else (
        f"; chance leaves {percent(target['noise_share'])} of the variance between rows"
    )  # fmt: skip
    return (
        f"{percent(target['assumption_share'])} of the sum of the {WORDS[score]} rests with "
        f"assumptions{rest}; {beyond} (dummy {number(dummy[score])}){noise}."
    )


def number(value: float) -> str:
    """Return an index as text; nothing if there is none."""
    return "" if pd.isna(value) else f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share as text; nothing if there is none."""
    return "" if pd.isna(share) else f"{share:.0%}"
