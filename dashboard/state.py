"""What a visitor chose and what is shown: one value each for every browser tab."""

# Solara re-exports its names implicitly and leaves some functions untyped.
# mypy: disable-error-code="attr-defined, no-untyped-call"

from dataclasses import dataclass, replace
from functools import cache

import solara

from dashboard.runner import Finished, Progress, Request
from model.scenario import Scenario
from model.scenario_files import load_scenario

FIRST_CHOICE = "tiny"
"""The scenario a new visitor sees: the one that takes about a second."""
RATIOS = ("dibao.urban.line_ratio", "dibao.rural.line_ratio")
"""The parameters the page can change."""

Setting = float | bool


@dataclass(frozen=True)
class Choices:
    """A shipped scenario, its last year, and what the reform changes.

    Attributes
    ----------
    scenario : str
    last_year : int
    changes : tuple of (str, float or bool)
        Settings of the reform that differ from the scenario, by parameter path or
        ``policies.<id>``, in the order in which they were changed.
    """

    scenario: str
    last_year: int
    changes: tuple[tuple[str, Setting], ...] = ()

    @staticmethod
    def of(name: str) -> "Choices":
        """Return the choices of somebody who changed nothing."""
        return Choices(name, _shipped(name).years.last)

    @property
    def base(self) -> Scenario:
        """The scenario as it is shipped."""
        return _shipped(self.scenario)

    def value(self, path: str) -> Setting | None:
        """Return what the reform sets, None where it leaves the scenario as it is."""
        return dict(self.changes).get(path)

    def with_value(self, path: str, value: Setting | None) -> "Choices":
        """Return the choices with one setting of the reform; None takes it back."""
        kept = dict(self.changes)
        kept.pop(path, None)
        if value is not None:
            kept[path] = value
        return replace(self, changes=tuple(kept.items()))

    def with_last_year(self, year: int) -> "Choices":
        """Return the choices with another last year, of both runs."""
        return replace(self, last_year=year)

    def is_on(self, policy: str) -> bool:
        """Return whether a policy is on in the reform, or in the scenario without one."""
        changed = self.value(f"policies.{policy}")
        return self.base.policies[policy] if changed is None else bool(changed)

    def with_policy(self, policy: str, on: bool) -> "Choices":
        """Return the choices with a policy of the reform switched."""
        same = on == self.base.policies[policy]
        return self.with_value(f"policies.{policy}", None if same else on)

    def request(self) -> Request:
        """Return what has to be simulated: the scenario, and the reform if there is one."""
        shorter = self.last_year != self.base.years.last
        common = (f"years.last={self.last_year}",) if shorter else ()
        changed = tuple(f"{path}={_written(value)}" for path, value in sorted(self.changes))
        return Request(self.scenario, common, (*common, *changed) if changed else None)


@cache
def _shipped(name: str) -> Scenario:
    return load_scenario(name)


def _written(value: Setting) -> str:
    """Return a setting as the command line writes it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}"


choices: solara.Reactive[Choices | None] = solara.reactive(None)
"""None until something is chosen, so that no scenario is read on import."""
progress: solara.Reactive[Progress] = solara.reactive(Progress())
problem: solara.Reactive[str] = solara.reactive("")
"""Why the last run gave no result; empty if it did."""
finished: solara.Reactive[Finished | None] = solara.reactive(None)
"""The last run that came to its end."""

dark: solara.Reactive[bool] = solara.reactive(False)
"""Whether the theme is dark."""


def chosen() -> Choices:
    """Return the choices of this tab."""
    return choices.value or Choices.of(FIRST_CHOICE)
