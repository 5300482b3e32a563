"""What a rule may ask of the world: a number in force, and a draw for a decision.

Rules are written against these two, so that the layers above stay free to build them as they like.
"""

from collections.abc import Callable
from typing import Protocol

from agents.table import Bool, Float, Float32, Key


class Draws(Protocol):
    """Draws of one decision in one year, one for each key."""

    def uniform(self, keys: Key) -> Float:
        """Return uniforms in (0, 1), shape of `keys`."""

    def normal(self, keys: Key) -> Float:
        """Return standard normals, shape of `keys`."""

    def happens(self, keys: Key, probability: Float | Float32 | float) -> Bool:
        """Return whether an event of this probability happens, shape of `keys`."""


class Parameters(Protocol):
    """The parameters in force in a year, by path."""

    def number(self, path: str) -> float:
        """Return a number."""

    def schedule(self, path: str) -> Float:
        """Return a list of numbers, for instance by age group."""

    def flag(self, path: str) -> bool:
        """Return a switch."""


Chance = Callable[[str], Draws]
