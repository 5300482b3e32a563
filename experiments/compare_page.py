"""The page of a comparison: every reform's effect over the years, with its two bands.

One self-contained file that opens without a network, in the look of the report of a run.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from markupsafe import Markup

from experiments import compare_output as output
from experiments.bands import ASSUMPTIONS, CHANCE
from experiments.compare import Comparison
from experiments.report import environment
from experiments.report_axes import FULL, Frame, Scale, behind, frame, year_ticks
from experiments.report_svg import Words, box, colour, curve, label, picture, straight
from model.outcome_list import all_outcomes
from policies.base import DECILES

_TEMPLATE = "compare.html.j2"
_PERCENT = 100
_MILLION = 1_000_000
# The wider band is the fainter one.
_FAINT = {ASSUMPTIONS: 0.18, CHANCE: 0.4}
_LINE, _BAR = 1.8, 0.62
_LARGE, _MIDDLE = 1e7, 50
_HALF = 0.5
Panel = dict[str, Any]


def page(found: Comparison, command: str) -> str:
    """Return the page of a comparison."""
    reforms = [
        {
            "name": name,
            "id": _id(name),
            "lines": list(output.effect_lines(found, name)),
            "panels": list(_panels(found, name)),
            "deciles": _deciles(found, name),
            "gains": list(output.gain_lines(found, name)),
            "gain_caption": output.gain_caption(found, name),
            "costs": list(output.cost_lines(found, name)),
        }
        for name in found.names[1:]
    ]
    return environment().get_template(_TEMPLATE).render(
        found=found, reforms=reforms, caption=output.caption(found), command=command,
        notes=output.notes(found), chance=CHANCE, assumptions=ASSUMPTIONS,
    )  # fmt: skip


def _id(name: str) -> str:
    """Return a name made of letters, digits and ``-``."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)


def _panels(found: Comparison, reform: str) -> Iterator[Panel]:
    """Yield a chart for every main outcome of all that the reform changed in the last year."""
    changed = output.main_rows(found, reform)
    changed = changed[changed["group"] == "all"]
    units = {outcome.name: outcome.unit for outcome in all_outcomes()}
    rows = found.table[found.table["reform"] == reform]
    for outcome, scheme in changed[["outcome", "scheme"]].itertuples(index=False):
        chosen = (rows["outcome"] == outcome) & (rows["scheme"] == scheme)
        series = rows[chosen & (rows["group"] == "all")].sort_values("year")
        title = f"{outcome} {scheme}".strip().replace("_", " ")
        factor, unit = _unit(units.get(outcome, ""), series)
        words = Words(
            _id(f"{reform}-{outcome}-{scheme}").rstrip("-"),
            title,
            f"Difference by year, {unit}, with two bands.",
        )
        svg = chart(series, factor, words)
        yield {"title": title[0].upper() + title[1:], "unit": unit, "svg": svg, "note": ""}


def _unit(unit: str, series: pd.DataFrame) -> tuple[float, str]:
    """Return by what values are multiplied, and in what they then are."""
    if unit in output.SHARES:
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
    values = series[["difference", *_ends()]] * factor
    scale, numbers = _scale(values)
    low, high = int(series["year"].min()), int(series["year"].max())
    last = scale.shown(float(values["difference"].iloc[-1]))
    place = frame(FULL, scale, (low - _HALF, high + _HALF), numbers, [last])
    parts = [*behind(place, year_ticks(low, high, are_ends=False), ())]
    parts += [_area(place, series["year"], values, band) for band in (ASSUMPTIONS, CHANCE)]
    line = list(zip(map(place.x, series["year"]), map(place.y, values["difference"]), strict=True))
    parts.append(
        f'<path d="{curve(line)}" fill="none" stroke="{colour("ink")}" stroke-width="{_LINE}"/>'
    )
    parts.append(label((line[-1][0] + 4, line[-1][1]), last, FULL.text, "ink"))
    return picture(parts, FULL.width, FULL.height, words)


def _ends() -> list[str]:
    return [f"{band}_{end}" for band in (CHANCE, ASSUMPTIONS) for end in ("low", "high")]


def _scale(values: pd.DataFrame) -> tuple[Scale, list[float]]:
    """Return a scale for values, and the values that are known."""
    numbers = values.to_numpy(float).ravel()
    known = numbers[~pd.isna(numbers)].tolist()
    digits = 0 if max(map(abs, known), default=0) > _MIDDLE else 2
    return Scale(digits=digits, low=0.0), known


def _area(place: Frame, years: "pd.Series[int]", values: pd.DataFrame, band: str) -> str:
    known = values[f"{band}_low"].notna()
    across = [place.x(year) for year in years[known]]
    low, high = (map(place.y, values.loc[known, f"{band}_{end}"]) for end in ("low", "high"))
    edge = [*zip(across, high, strict=True), *reversed(list(zip(across, low, strict=True)))]
    if not edge:
        return ""
    ink = colour("urban")
    return f'<path d="{curve(edge)}Z" fill="{ink}" fill-opacity="{_FAINT[band]}" stroke="none"/>'


def _deciles(found: Comparison, reform: str) -> list[Panel]:
    """Return the charts of gains by decile: the change in income, and who wins and loses."""
    rows = found.gains[found.gains["reform"] == reform].set_index("group")
    tenths = rows.reindex(DECILES).reset_index()
    name = _id(reform)
    change = Words(
        f"{name}-deciles", "Change of income by decile", "Change in yuan by decile, with two bands."
    )
    won = Words(
        f"{name}-winners", "Winners and losers by decile", "Share that wins up, that loses down."
    )
    return [
        {"title": "Income per head", "unit": "yuan a year, mean change by decile",
         "svg": _change_chart(tenths, change), "note": ""},
        {"title": "Who wins, who loses", "unit": "percent of the people of a decile",
         "svg": _winner_chart(tenths, won), "note": ""},
    ]  # fmt: skip


def _change_chart(rows: pd.DataFrame, words: Words) -> Markup:
    """Draw the mean change of each decile as a mark within its bands."""
    values = rows[["change", *_ends()]]
    scale, numbers = _scale(values)
    place = frame(FULL, scale, (_HALF, len(rows) + _HALF), numbers, [])
    parts = [*behind(place, range(1, len(rows) + 1), ())]
    for tenth, row in enumerate(values.to_dict("records"), 1):
        for band, wide in ((ASSUMPTIONS, _BAR), (CHANCE, _BAR / 2)):
            low, high = row[f"{band}_low"], row[f"{band}_high"]
            if pd.notna(low) and pd.notna(high):
                faint = f' fill-opacity="{_FAINT[band]}"'
                parts.append(_bar(place, tenth, (low, high), wide, "urban", faint))
        if pd.notna(row["change"]):
            left, right = (place.x(tenth + side * _BAR / 2) for side in (-1, 1))
            y = place.y(row["change"])
            parts.append(straight((left, y), (right, y), "ink", _LINE))
    return picture(parts, FULL.width, FULL.height, words)


def _winner_chart(rows: pd.DataFrame, words: Words) -> Markup:
    """Draw winners of each decile upward and losers downward, in percent."""
    won, lost = (rows[name] * _PERCENT for name in ("winning", "losing"))
    numbers = [*won.dropna(), *(-lost.dropna())]
    place = frame(
        FULL, Scale(digits=0, suffix="%"), (_HALF, len(rows) + _HALF), numbers or [0.0], []
    )
    parts = [*behind(place, range(1, len(rows) + 1), ())]
    for tenth, (up, down) in enumerate(zip(won, lost, strict=True), 1):
        if pd.notna(up):
            parts.append(_bar(place, tenth, (0, up), _BAR, "urban"))
            parts.append(_bar(place, tenth, (-down, 0), _BAR, "rural"))
    return picture(parts, FULL.width, FULL.height, words)


def _bar(
    place: Frame, at: float, ends: tuple[float, float], wide: float, ink: str, more: str = ""
) -> str:
    left, right = place.x(at - wide / 2), place.x(at + wide / 2)
    low, high = (place.y(value) for value in ends)
    return box((left, high), right - left, low - high, ink, more)
