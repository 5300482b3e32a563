"""Which counties a world draws, found without building it, so that a place can be refused at once.

A world is a sample of the counties, and every replicate draws its own.
"""

from collections.abc import Sequence
from functools import lru_cache

from agents.errors import MinshengError
from model.chance import Chance
from model.geography import load_geography
from model.population import draw_places
from model.scenario import Scenario, World
from model.scenario_places import place_code
from policies.parameters import Override, ParameterSet

# The parameters on which the sample depends, and the year of a draw that is made once.
_SAMPLING = "geography.sampling."
_ONCE = 0
_PROVINCE = 2
_KEPT = 128


def missing_place(scenario: Scenario, replicates: int, places: Sequence[str]) -> str | None:
    """Say which place has no county in a world, None where all have one."""
    for place in places:
        code = place_code(place)
        # Every world has a county of each province.
        for replicate in range(replicates if len(code) > _PROVINCE else 0):
            if not any(county.startswith(code) for county in counties(scenario, replicate)):
                world = f"replicate {replicate + 1} of this world" if replicate else "this world"
                return (
                    f"no county of {place} is in {world}; take its province, or a scenario that "
                    "includes it"
                )
    return None


def refuse_missing(scenario: Scenario, replicates: int) -> None:
    """Raise MinshengError before any year if a reform names a place that a world does not draw."""
    for reform in scenario.reforms:
        if text := missing_place(scenario, replicates, reform.places):
            raise MinshengError(f"reform {reform.name!r}: {text}")


def counties(scenario: Scenario, replicate: int) -> tuple[str, ...]:
    """Return the codes of the counties that a world draws."""
    sizes = tuple(one for one in scenario.overrides() if one.path.startswith(_SAMPLING))
    world = scenario.world.model_dump_json()
    return _counties(world, scenario.years.first, scenario.seed, replicate, sizes)


@lru_cache(maxsize=_KEPT)
def _counties(
    world: str, first_year: int, seed: int, replicate: int, sizes: tuple[Override, ...]
) -> tuple[str, ...]:
    chance, geography = Chance(seed, replicate), load_geography()
    places = draw_places(
        World.model_validate_json(world),
        geography,
        ParameterSet.load().with_overrides(sizes).at(first_year),
        lambda decision: chance.draws(decision, _ONCE),
    )
    return tuple(map(str, geography.county_code[places.county_rows].tolist()))
