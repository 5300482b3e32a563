"""What one sees, in a sentence: the world, what differs, and where poverty stands in both."""

from functools import cache

from dashboard import words
from dashboard.cards import provinces
from dashboard.choices import POLICY, SHOCK, Change, World
from dashboard.parameter_row import shown_value
from dashboard.results import Result
from dashboard.words import say

_SHOWN = "poverty_rate/rural"
_MOST_TOLD = 4


def finding(result: Result, language: str) -> str:
    """Return what a result shows, as far as it is known."""
    first = next(iter(result.worlds.values()))
    if not first.national or not len(first.national[0]):
        return ""
    years = first.national[0].index
    values = {
        name.lower(): float(world.national[0][_SHOWN].iloc[-1])
        for name, world in result.worlds.items()
    }
    return say(
        "runs.finding_two" if len(values) > 1 else "runs.finding",
        language,
        scenario=_title(result.choices.scenario, language),
        first=years[0],
        last=years[-1],
        households=f"{first.scenario.world.households:,}",
        **values,
    )


@cache
def _title(scenario: str, language: str) -> str:
    return words.scenario(scenario, language)


def changes(result: Result, language: str) -> list[str]:
    """Return what each world changes, a sentence each."""
    return [
        say("runs.differs", language, world=name,
            changes=world_in_words(result.choices.world(name), language, _MOST_TOLD))
        for name in result.worlds
    ]  # fmt: skip


def world_in_words(world: World, language: str, most: int | None = None) -> str:
    """Return the changes of a world in words, or the first of them."""
    if not world:
        return say("runs.as_scenario", language)
    told = [in_words(change, language) for change in world[:most]]
    return say("runs.join_changes", language).join(told + ["…"] * (len(told) < len(world)))


def in_words(change: Change, language: str) -> str:
    """Return a change in words: what, from when, where."""
    text = _what(change, language)
    if change.year is not None:
        text = say("runs.since", language, what=text, year=change.year)
    if change.places:
        names = {code: name for name, code in provinces(language).items()}
        places = say("runs.join_places", language).join(
            names.get(place, place) for place in change.places
        )
        text = say("runs.where", language, what=text, places=places)
    return text


def _what(change: Change, language: str) -> str:
    if not change.is_switch:
        what = words.parameter(change.path, language)
        return say("runs.is_set", language, what=what, value=shown_value(change.value, language))
    if change.path.startswith(SHOCK):
        what = say(f"controls.shock_{change.path.removeprefix(SHOCK)}", language)
    else:
        what = words.policy(change.path.removeprefix(POLICY), language)
    return say("runs.is_on" if change.value else "runs.is_off", language, what=what)
