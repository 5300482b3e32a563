"""The same numbers without the page: command lines, a file of reforms, and Python."""

import shlex
from dataclasses import dataclass

from dashboard.choices import (
    WORLDS,
    Choices,
    World,
    as_settings,
    settings_of,
)
from dashboard.choices_text import reforms_yaml
from experiments.run import reproducing_command


@dataclass(frozen=True)
class Recipe:
    """How to make the numbers of a set-up again.

    Attributes
    ----------
    files : dict of str to str
        Files to save first, by name.
    commands : dict of str to str
        By what they make: a world, or ``compare``.
    python : str
    """

    files: dict[str, str]
    commands: dict[str, str]
    python: str


def recipe(choices: Choices) -> Recipe:
    """Return how to make the numbers of a set-up again."""
    names = choices.names()
    files = {
        file_of(name): reforms_yaml(choices.world(name))
        for name in names
        if needs_file(choices, choices.world(name))
    }
    commands = {name: command(choices, name) for name in names}
    return Recipe(files, commands, _python(choices, names))


def file_of(name: str) -> str:
    """Return the name of the file of reforms of a world."""
    return f"world_{name.lower()}.yaml"


def needs_file(choices: Choices, world: World) -> bool:
    """Return whether a world takes a file of reforms, since settings cannot say it."""
    return as_settings(choices, world) is None


def command(choices: Choices, name: str, replicate: int = 0) -> str:
    """Return the command line that makes one world again."""
    world = choices.world(name)
    reforms = [file_of(name)] if needs_file(choices, world) else []
    seed = None if choices.seed == choices.base.seed else choices.seed
    settings = settings_of(choices, world)
    line = reproducing_command(choices.scenario, settings, seed, replicate, reforms)
    return f"{line} --out {shlex.quote(f'results/world_{name.lower()}')}"


def _python(choices: Choices, names: tuple[str, ...]) -> str:
    lines = ["from experiments.run import prepare, simulate", ""]
    for name in names:
        world = choices.world(name)
        arguments = [repr(choices.scenario), repr(settings_of(choices, world))]
        arguments.append(f"seed={choices.seed}")
        if needs_file(choices, world):
            arguments.append(f"reforms=[{file_of(name)!r}]")
        lines.append(f"{name} = simulate(prepare({', '.join(arguments)}))")
    tables = [f"{name}.datacollector.get_model_vars_dataframe()" for name in names]
    lines += ["", *(f"table_{name} = {table}" for name, table in zip(names, tables, strict=True))]
    return "\n".join(lines)


def compare_command(choices: Choices) -> str | None:
    """Return the command that adds bands and costs; None where only one world is simulated.

    The base of `minsheng compare` is a scenario or the folder of a run, so A and B are run first.
    """
    if len(choices.names()) == 1:
        return None
    folders = [f"results/world_{name.lower()}" for name in WORLDS]
    return shlex.join(
        ["minsheng", "compare", *folders, "--replicates", str(max(choices.replicates, 2)),
         "--no-assumptions"]
    )  # fmt: skip
