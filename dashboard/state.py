"""What a visitor set up and what is shown: one value each for every browser tab."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

import solara

from dashboard.choices import Change, Choices
from dashboard.results import Result
from dashboard.runner import Progress, Remote

FIRST = Choices(b=(Change("policies.rural_dibao", False),))
"""What a new visitor finds finished: the small world as it was, and without rural dibao."""

choices: solara.Reactive[Choices] = solara.reactive(FIRST)
result: solara.Reactive[Result | None] = solara.reactive(None)
"""What is shown; it grows while a run goes on."""
progress: solara.Reactive[Progress] = solara.reactive(Progress())
remote: solara.Reactive[Remote | None] = solara.reactive(None)
"""What pauses the run that goes on."""
problem: solara.Reactive[str] = solara.reactive("")
"""Why the last run gave no result, or why a set-up was refused; empty if there is nothing."""
opened: solara.Reactive[str] = solara.reactive("B")
"""The world whose settings are shown."""
narrow: solara.Reactive[bool] = solara.reactive(False)
"""Whether the settings would lie over the page, so that it opens without them."""
dark: solara.Reactive[bool] = solara.reactive(False)
"""Whether the theme is dark."""
language: solara.Reactive[str] = solara.reactive("en")
tab: solara.Reactive[str] = solara.reactive("runs.tab_overview")
"""The tab that is open, by the key of its title."""
lesson: solara.Reactive[str | None] = solara.reactive(None)
"""The lesson that is open."""
