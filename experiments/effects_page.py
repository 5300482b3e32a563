"""The page of a comparison: every reform's effect over the years, with its two bands.

One self-contained file that opens without a network, in the look of the report of a run.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from experiments.bands import ASSUMPTIONS, CHANCE
from experiments.effects import Effects
from experiments.effects_output import PAGE, caption, main_rows
from experiments.report import environment
from experiments.report_axes import FULL, Frame, Scale, behind, frame, year_ticks
from experiments.report_svg import Words, colour, curve, picture
from model.outcome_list import all_outcomes

_TEMPLATE = "effects.html.j2"
_PERCENT = 100
_MILLION = 1_000_000
_SHARES = ("share", "index")
# The wider band is the fainter one.
_FAINT = {ASSUMPTIONS: 0.16, CHANCE: 0.32}
_LINE = 1.8
_LARGE, _MIDDLE = 1e7, 50


def write_page(effects: Effects, folder: Path, command: str) -> None:
    """Write ``effects.html`` into the folder of a comparison."""
    reforms = [
        {"name": name, "panels": list(_panels(effects, name)), "gains": _gains(effects, name)}
        for name in effects.names[1:]
    ]
    page = environment().get_template(_TEMPLATE).render(
        effects=effects, reforms=reforms, caption=caption(effects), command=command
    )  # fmt: skip
    (folder / PAGE).write_text(page, encoding="utf-8", newline="\n")


def _panels(effects: Effects, reform: str) -> "list[dict[str, Any]]":
    """Return a chart for every main outcome of all that the reform changed in the last year."""
    changed = main_rows(effects, reform)
    changed = changed[changed["group"] == "all"]
    units = {outcome.name: outcome.unit for outcome in all_outcomes()}
    rows = effects.table[effects.table["reform"] == reform]
    panels = []
    for outcome, scheme in changed[["outcome", "scheme"]].itertuples(index=False):
        chosen = (rows["outcome"] == outcome) & (rows["scheme"] == scheme)
        series = rows[chosen & (rows["group"] == "all")].sort_values("year")
        title = f"{outcome.replace('_', ' ')} {scheme.replace('_', ' ')}".strip()
        factor, unit = _unit(units.get(outcome, ""), series)
        name = f"{reform}-{outcome}-{scheme}".replace("_", "-").rstrip("-")
        words = Words(name, title, f"Difference by year, {unit}, with two bands.")
        svg = chart(series, factor, words)
        panels.append({"title": title, "unit": f", {unit}", "svg": svg, "note": ""})
    return panels


def _unit(unit: str, series: pd.DataFrame) -> tuple[float, str]:
    """Return by what values are multiplied, and in what they then are."""
    if unit in _SHARES:
        return _PERCENT, "percentage points" if unit == "share" else "hundredths"
    if series["difference"].abs().max() > _LARGE:
        return 1 / _MILLION, f"million {unit}"
    return 1, unit


def chart(series: pd.DataFrame, factor: float, words: Words) -> Markup:
    """Draw a difference by year as a line within its bands.

    Parameters
    ----------
    series : DataFrame
        One row a year, by year; columns year, difference, and both bands as `bands.effects` has
        them.
    factor : float
        By which values are multiplied.
    """
    ends = [f"{band}_{end}" for band in (CHANCE, ASSUMPTIONS) for end in ("low", "high")]
    values = series[["difference", *ends]] * factor
    numbers = values.to_numpy().ravel()
    numbers = numbers[~pd.isna(numbers)].tolist()
    digits = 0 if max(map(abs, numbers), default=0) > _MIDDLE else 2
    scale = Scale(digits=digits, low=0.0)
    low, high = int(series["year"].min()), int(series["year"].max())
    last = scale.shown(float(values["difference"].iloc[-1]))
    place = frame(FULL, scale, (low - 0.5, high + 0.5), numbers, [last])
    parts = [*behind(place, year_ticks(low, high, are_ends=False), ())]
    parts += [_area(place, series["year"], values, band) for band in (ASSUMPTIONS, CHANCE)]
    line = list(zip(map(place.x, series["year"]), map(place.y, values["difference"]), strict=True))
    parts.append(
        f'<path d="{curve(line)}" fill="none" stroke="{colour("ink")}" stroke-width="{_LINE}"/>'
    )
    return picture(parts, FULL.width, FULL.height, words)


def _area(place: Frame, years: "pd.Series[int]", values: pd.DataFrame, band: str) -> str:
    known = values[f"{band}_low"].notna()
    across = [place.x(year) for year in years[known]]
    low, high = (map(place.y, values.loc[known, f"{band}_{end}"]) for end in ("low", "high"))
    edge = [*zip(across, high, strict=True), *reversed(list(zip(across, low, strict=True)))]
    if not edge:
        return ""
    ink = colour("urban")
    return f'<path d="{curve(edge)}Z" fill="{ink}" fill-opacity="{_FAINT[band]}" stroke="none"/>'


def _gains(effects: Effects, reform: str) -> "list[dict[Any, Any]]":
    rows = effects.gains[effects.gains["reform"] == reform]
    return rows.astype(object).where(rows.notna(), None).to_dict("records")
