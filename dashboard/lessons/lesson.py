"""What a lesson is, and how one is read from its file: strictly, with file and line of an error."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agents.errors import UnknownNameError
from policies.yaml_errors import explain, raise_problems
from policies.yaml_text import InvalidFileError, read_yaml

STEPS = 3
WORLDS = ("A", "B")

Tag = Literal["imposed", "fitted", "emergent"]
Setting = bool | int | float | str | list[bool | int | float]
Settings = dict[str, Setting]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Text(_Strict):
    """A text in both languages."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    def say(self, language: str) -> str:
        """Return the text in a language."""
        return self.zh if language == "zh" else self.en


class Step(_Strict):
    """A step: what to set up and what to look at.

    Attributes
    ----------
    both, a, b : dict
        Settings of both worlds, and of either, by parameter path, ``policies.<id>`` or a field of
        the scenario; ``path@2001`` holds from that year on.
    """

    text: Text
    both: Settings = {}
    a: Settings = {}
    b: Settings = {}
    scenario: str | None = None
    last_year: int | None = None

    def settings(self, world: str) -> Settings:
        """Return what a world sets."""
        return self.both | (self.a if world == WORLDS[0] else self.b)


class Measure(_Strict):
    """A national outcome, mean over years, of a world of a step (from 1)."""

    world: Literal["A", "B"]
    outcome: str
    group: str = "all"
    scheme: str = ""
    years: Annotated[list[int], Field(min_length=2, max_length=2)]
    step: int | None = None

    @property
    def column(self) -> str:
        """The name under which the data collector keeps it."""
        parts = (self.outcome, self.scheme, "" if self.group == "all" else self.group)
        return "/".join(part for part in parts if part)


class Claim(_Strict):
    """What a lesson says that the model shows, so that a test can repeat it.

    Attributes
    ----------
    tag : {"imposed", "fitted", "emergent"}
        As in the table of directions of ``docs/validation.md``.
    direction : str
        The line of that table; empty where the claim has none of its own.
    reason : Text or None
        Why it has the tag, where the table has no line for it.
    left, relation, right
        The left measure is ``above`` or ``below`` `times` the right one plus `margin`.
    seeds : int
        Over how many histories the measures are means, where one history is too much chance.
    """

    says: Text
    tag: Tag
    direction: str = ""
    reason: Text | None = None
    step: Annotated[int, Field(ge=1, le=STEPS)]
    left: Measure
    relation: Literal["above", "below"]
    right: Measure | float | int
    times: float = 1.0
    margin: float = 0.0
    seeds: Annotated[int, Field(ge=1, le=20)] = 1

    @model_validator(mode="after")
    def _has_a_ground(self) -> "Claim":
        if not self.direction and self.reason is None:
            raise ValueError("give the direction in docs/validation.md, or the reason of the tag")
        return self

    def needs(self) -> set[tuple[int, str]]:
        """Return the worlds it looks at, as (step, world)."""
        sides = (self.left, self.right)
        return {(s.step or self.step, s.world) for s in sides if isinstance(s, Measure)}


class Lesson(_Strict):
    """One mechanism in ten minutes."""

    title: Text
    aim: Text
    scenario: str
    last_year: int
    seed: int = 1
    steps: Annotated[list[Step], Field(min_length=STEPS, max_length=STEPS)]
    question: Text
    answer: Text
    claims: Annotated[list[Claim], Field(min_length=1)]

    def columns(self) -> list[str]:
        """Return the outcomes that its claims are about, as the data collector names them."""
        sides = (side for claim in self.claims for side in (claim.left, claim.right))
        return list(dict.fromkeys(side.column for side in sides if isinstance(side, Measure)))

    def scenario_of(self, number: int) -> str:
        """Return the scenario of a step (from 1)."""
        return self.steps[number - 1].scenario or self.scenario

    def last_year_of(self, number: int) -> int:
        """Return the last year of a step (from 1)."""
        return self.steps[number - 1].last_year or self.last_year

    def overrides(self, number: int, world: str) -> dict[str, Setting]:
        """Return what `Simulation` takes for a world of a step (from 1)."""
        settings = self.steps[number - 1].settings(world)
        dated = {path if "@" not in path else f"{path}-01-01": v for path, v in settings.items()}
        return {"years.last": self.last_year_of(number), **dated}

    def tags(self) -> tuple[Tag, ...]:
        """Return the tags of its claims, each once."""
        return tuple(dict.fromkeys(claim.tag for claim in self.claims))


@cache
def lessons() -> Mapping[str, Lesson]:
    """Return all lessons by name; raises InvalidFileError for a file that is wrong."""
    folder = files("dashboard") / "lessons"
    found = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    return {
        # The number in front of a name is its place in the list.
        name.removesuffix(".yaml").partition("_")[2]: read_lesson(
            (folder / name).read_text(encoding="utf-8"), name
        )
        for name in found
    }


def lesson(name: str) -> Lesson:
    """Return one lesson; raises UnknownNameError with the nearest name."""
    if name not in lessons():
        raise UnknownNameError("lesson", name, lessons())
    return lessons()[name]


def read_lesson(text: str, name: str) -> Lesson:
    """Check the text of a lesson; raises InvalidFileError with everything wrong in it."""
    document = read_yaml(text, name)
    if not isinstance(document.data, dict):
        raise InvalidFileError([f"{name}:1: a lesson is a mapping of keys"])
    try:
        return Lesson.model_validate(document.data)
    except ValidationError as error:
        raise_problems(document, explain(document, Lesson, error))
        raise
