"""What one visitor may ask of the server: years of households, and memory."""

import os
from collections.abc import Mapping

from dashboard.choices import Choices, SetUpError
from model.memory import available_bytes, predicted_bytes, readable
from model.scenario import Scenario

MOST_HOUSEHOLD_YEARS = 40_000_000
"""By default: about six pairs of the historical scenario, a quarter of an hour."""
LIMIT_VARIABLE = "MINSHENG_HOUSEHOLD_YEARS"


def most_household_years() -> int:
    """Return the households times years that this server simulates for one set-up."""
    given = os.environ.get(LIMIT_VARIABLE, "")
    return int(given) if given.isdigit() else MOST_HOUSEHOLD_YEARS


def household_years(choices: Choices, scenarios: Mapping[str, Scenario]) -> int:
    """Return the households times years of all worlds and replicates."""
    once = sum(
        one.world.households * (one.years.last - one.years.first + 1) for one in scenarios.values()
    )
    return once * choices.replicates


def check_limits(choices: Choices, scenarios: Mapping[str, Scenario]) -> None:
    """Raise SetUpError for more than this server simulates, or more memory than is free."""
    asked, most = household_years(choices, scenarios), most_household_years()
    if asked > most:
        raise SetUpError(
            f"This is {asked:,} households times years; this server simulates at most {most:,} "
            "for one set-up. Choose a smaller scenario, fewer years or fewer replicates, or run "
            "it on your own machine with the commands under “Take along”."
        )
    needed, free = sum(map(predicted_bytes, scenarios.values())), available_bytes()
    if free is not None and needed > free:
        raise SetUpError(
            f"This needs about {readable(needed)} of memory and {readable(free)} are free. "
            "Choose a smaller scenario."
        )
