"""Citizens' claims on their governments in the course of a year (rules j.1 to j.4)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.simulation import Simulation


def claim(sim: "Simulation") -> None:
    """Let households claim, governments answer, and publish what became visible of it."""
