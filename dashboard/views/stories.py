"""The story of a county, from the files of a run, and the tables behind it."""

import pandas as pd

from agents.errors import MinshengError
from dashboard.results import WorldResult
from dashboard.words import say
from experiments.explain_county import CountyStory, explain_county


def county(world: WorldResult, code: str) -> CountyStory:
    """Tell the story of a county of a run; raises MinshengError before the run has ended."""
    if world.folder is None:
        raise MinshengError("a county's story needs the folder of a finished run")
    return explain_county(world.folder, code)


def money(story: CountyStory, language: str) -> pd.DataFrame:
    """Return the money of a county by year, million yuan, as texts."""
    names = {name: say(f"stories.money.{name.replace(' ', '_')}", language)
             for name in story.money.columns}  # fmt: skip
    table = story.money.rename(columns=names).map(lambda value: f"{value:,.0f}")
    return table.rename_axis(say("charts.year", language))


def reports(story: CountyStory, language: str) -> pd.DataFrame:
    """Return what a county reported and what was true by year, percent, as texts."""
    heads = []
    columns: list[tuple[str, str]] = list(story.reports.columns)  # type: ignore[arg-type]
    for name, kind in columns:
        what = say(f"told.twice.{str(name).replace(' ', '_')}", language)
        stated = say(f"stories.reports.{kind}", language)
        heads.append(say("stories.reports.head", language, what=what, kind=stated))
    table = story.reports.map(lambda value: "–" if pd.isna(value) else f"{value:.1f}")
    return table.set_axis(heads, axis=1).rename_axis(say("charts.year", language))
