"""Outcomes over time: A, B, B less A, bands over replicates, official figures, and sentences."""

import pandas as pd

from dashboard.charts import Option, dots, edges, line, over_time
from dashboard.palette import Palette
from dashboard.results import Result, WorldResult
from dashboard.tables import (
    NOTHING,
    TENTHS_FROM,
    Shown,
    by_year,
    definition,
    of_difference,
    of_world,
    official_rows,
    outcome_of,
    shown,
    title,
)
from dashboard.words import citation, say

LEVELS, DIFFERENCE = "levels", "difference"
# Uses of official figures, the one that says least about the model first.
_USES = ("input", "fitting", "validation", "context")


def years_of(result: Result) -> pd.Index:
    """Return all years of the scenario, so that the axis stands still while a run goes on."""
    span = result.worlds["A"].scenario.years
    return pd.RangeIndex(span.first, span.last + 1, name="year")


def _begun(result: Result) -> list[WorldResult]:
    return [one for one in result.worlds.values() if one.national and len(one.national[0])]


def scale_of(result: Result, name: str, language: str) -> Shown:
    """Return how a column is shown, by its largest value in all worlds."""
    frames = [frame[name] for one in _begun(result) for frame in one.national if name in frame]
    largest = max((abs(float(v)) for frame in frames for v in frame.dropna()), default=0.0)
    return shown(name, largest, language)


def levels(result: Result, name: str, language: str, palette: Palette) -> Option:
    """Return the chart of a column by year: each world with its band, official figures as dots."""
    scale, years = scale_of(result, name, language), years_of(result)
    series: list[Option] = []
    for key, one in result.worlds.items():
        found = of_world(one, name).reindex(years)
        colour, label = palette.worlds[key], say(f"charts.world.{key}", language)
        if len(one.national) > 1:
            series += edges(label, found, scale, colour)
        series.append(line(label, found["middle"], scale, colour, key == "A" and _two(result)))
    official = official_rows(name, years)["value"]
    if not official.empty:
        label = say("charts.official", language)
        series.append(dots(label, official.reindex(years), scale, palette.official))
    return over_time(years, series, scale.label(language), palette)


def difference(result: Result, name: str, language: str, palette: Palette) -> Option:
    """Return the chart of B less A by year, paired replicate by replicate."""
    scale, years = scale_of(result, name, language).finer(), years_of(result)
    found = of_difference(result, name).reindex(years)
    label, colour = say("charts.difference", language), palette.worlds["B"]
    series = edges(label, found, scale, colour) if replicates(result) > 1 else []
    series.append(line(label, found["middle"], scale, colour))
    return over_time(years, series, scale.label(language), palette)


def _two(result: Result) -> bool:
    return "B" in result.worlds


def replicates(result: Result) -> int:
    """Return how many replicates every world has so far."""
    return min(len(one.national) for one in result.worlds.values())


def sentence(result: Result, name: str, language: str) -> str:
    """Say what one sees: the first and the last value of A, and where B ends."""
    table, scale = by_year(result, name), scale_of(result, name, language)
    known = table["A"].dropna()
    if known.empty:
        return say("charts.nothing", language)
    unit = scale.label(language)
    told = {
        "what": title(name, language),
        "first": known.index[0],
        "last": known.index[-1],
        "start": _with(scale.text(known.iloc[0]), unit),
        "end": _with(scale.text(known.iloc[-1]), unit),
    }
    if "B" not in table:
        return say("charts.told.one", language, **told)
    other = float(table["B"].reindex(known.index).iloc[-1])
    return say("charts.told.two", language, other=_with(scale.text(other), unit), **told)


def _with(text: str, unit: str) -> str:
    """Return a number with its unit; a dash, where there is none, stands alone."""
    if text == NOTHING:
        return text
    return f"{text}{unit}" if unit == "%" else f"{text} {unit}"


def notes(result: Result, name: str, language: str) -> list[str]:
    """Return what must be known of a chart: definition, source, dots, band."""
    uses = set(official_rows(name, years_of(result))["use"])
    source = citation(outcome_of(name).source, language)
    told = [say("charts.definition", language, text=definition(name, language)),
            say("charts.source", language, text=source)]  # fmt: skip
    worst = next((use for use in _USES if use in uses), None)
    return told + ([say(f"charts.dots.{worst}", language)] if worst else [])


def band_note(result: Result, language: str) -> str:
    """Say what the bands are and over how many replicates."""
    n = replicates(result)
    kind = "one" if n <= 1 else "tenths" if n >= TENTHS_FROM else "range"
    return say(f"charts.band.{kind}", language, n=n)


def numbers(result: Result, name: str, language: str) -> tuple[pd.DataFrame, str]:
    """Return a column by year as texts, the alternative to its chart, and the unit."""
    table, scale = by_year(result, name), scale_of(result, name, language)
    heads = {"A": say("charts.world", language, name="A"),
             "B": say("charts.world", language, name="B"),
             "difference": say("charts.difference", language),
             "official": say("charts.official", language)}  # fmt: skip
    scales = dict.fromkeys(heads, scale) | {"difference": scale.finer()}
    named = {str(column): values for column, values in table.items()}
    texts = {heads[column]: [*map(scales[column].text, named[column])] for column in named}
    index = pd.Index(table.index, name=say("charts.year", language))
    return pd.DataFrame(texts, index), scale.label(language)
