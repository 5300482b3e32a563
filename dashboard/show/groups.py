"""Whom the worlds change: outcomes by group, winners and losers."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from html import escape

import pandas as pd
import solara

from dashboard.palette import palette
from dashboard.results import Result
from dashboard.show.parts import Tab, has_folders
from dashboard.show.widgets import Card, Pick, Slide
from dashboard.state import dark, language
from dashboard.tables import definition, title
from dashboard.views import groups
from dashboard.views.overview import years_of
from dashboard.words import t
from policies.base import DECILES

_FIRST = {"place": "poverty_rate", "hukou": "coverage/medical", "decile": "income_mean",
          groups.PROVINCE: "poverty_rate"}  # fmt: skip
_MADE_OF = ("all", "rural", "urban", "hukou_rural", "hukou_urban", "children", "elderly")
_ROW, _FRAME = 22, 110


@solara.component
def Groups(result: Result) -> None:  # noqa: N802
    """Show an outcome by group in a year and over time, and who wins and loses."""
    kind, set_kind = solara.use_state("place")
    chosen, set_chosen = solara.use_state(dict(_FIRST))
    years = years_of(result)
    year, set_year = solara.use_state(int(years[-1]))
    one = result.worlds["A"]
    known = list(one.national[0].columns) if one.national else []
    kinds = [*groups.KINDS, *([groups.PROVINCE] if has_folders(result) else [])]
    offered = groups.outcomes_with(kind, known)
    outcome = chosen[kind] if chosen[kind] in offered else (offered or [""])[0]
    with Tab():
        with solara.v.Html(tag="div", class_="picks"):
            Pick(t("charts.groups.by"), [(k, t(f"charts.groups.{k}")) for k in kinds], kind,
                 set_kind)  # fmt: skip
            Pick(t("charts.outcome"), [(name, title(name, language.value)) for name in offered],
                 outcome, lambda name: set_chosen({**chosen, kind: name}))  # fmt: skip
            Slide(t("charts.year"), int(years[0]), int(years[-1]),
                  min(max(year, int(years[0])), int(years[-1])), set_year)  # fmt: skip
        if outcome:
            _ByGroup(result, outcome, kind, year)
        _Gains(result)


@solara.component
def _ByGroup(result: Result, outcome: str, kind: str, year: int) -> None:  # noqa: N802
    spoken, colours = language.value, palette(dark.value)

    def read() -> pd.DataFrame:
        if kind == groups.PROVINCE:
            return groups.by_province(result, outcome, year)
        return groups.by_group(result, outcome, kind, year)

    table = solara.use_memo(read, [result, outcome, kind, year])
    name = title(outcome, spoken)
    with solara.v.Html(tag="div", class_="cards wide"):
        Card(
            t("charts.groups.in_year", what=name, year=year),
            groups.in_year(table, outcome, kind, spoken, colours),
            groups.told(table, outcome, kind, year, spoken),
            [t("charts.definition", text=definition(outcome, spoken))],
            groups.texts(table, outcome, kind, spoken),
            groups.scale_of(table, outcome, spoken).label(spoken),
            _FRAME + _ROW * len(table) if kind == groups.PROVINCE else 320,
        )
        if kind != groups.PROVINCE:
            Card(
                t("charts.groups.over_time", what=name),
                groups.over_years(result, outcome, kind, spoken, colours),
                t(f"charts.groups.over_time.{'decile' if kind == 'decile' else 'told'}"),
                height=320,
            )


@solara.component
def _Gains(result: Result) -> None:  # noqa: N802
    """Show who wins and who loses in B against A."""
    solara.HTML("h2", escape(t("charts.gains.title")))
    if result.gains is None:
        solara.HTML("p", escape(t("charts.gains.none")), classes=["lead"])
        return
    spoken, colours = language.value, palette(dark.value)
    solara.HTML("p", escape(groups.gains_told(result.gains, spoken)), classes=["lead"])
    solara.HTML("p", escape(t("charts.gains.how")), classes=["small"])
    with solara.v.Html(tag="div", class_="cards"):
        for key, chosen in (("decile", DECILES), ("group", _MADE_OF)):
            rows = groups.gains_by(result.gains, chosen)
            Card(
                t(f"charts.gains.by_{key}"),
                groups.winners(rows, spoken, colours),
                t(f"charts.gains.by_{key}.told"),
                table=groups.gains_texts(rows, spoken),
                height=_FRAME + 26 * len(rows),
            )
