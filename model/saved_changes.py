"""What a future may change of a saved past: what is decided in the years to come, from then on."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from agents.errors import MinshengError, UnknownNameError
from model.scenario import LAST_YEAR, NEUTRAL, Scenario
from model.scenario_files import Known
from model.scenario_overrides import field_names, resolve_options
from policies.parameters import Override, ParameterSet

_FREE = ("description", "name", "title", "years.last")
"""Keys of a scenario that a future may set as they are."""
_POLICY, _SHOCK = "policies.", "shocks."


def changed(scenario: Scenario, options: Iterable[Override], year: int) -> Scenario:
    """Return the scenario of a future that begins with a year.

    Parameters
    ----------
    scenario : Scenario
        That of the past.
    options : iterable of Override
        Parameters and policies hold from the beginning of `year` on, or from a later date.
        ``years.last`` is the last year of the future. A shock can be switched that did not strike
        yet.
    year : int
        The first year that is not simulated yet.

    Raises
    ------
    MinshengError
        A setting does not exist, or says what was fixed at the start or lies in the past.
    """
    known = Known.shipped()
    dated: list[Override] = []
    errors: list[MinshengError] = []
    for option in options:
        try:
            dated.append(_from_now_on(option, scenario, known, year))
        except MinshengError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else MinshengError("\n".join(map(str, errors)))
    switches = [option for option in dated if option.path.startswith(_POLICY)]
    result = resolve_options(scenario, [option for option in dated if option not in switches])
    return _switched(result, switches, year) if switches else result


def first_day(year: int) -> datetime.date:
    """Return the first day of a year, from which settings of a future hold."""
    return datetime.date(year, 1, 1)


def _from_now_on(option: Override, scenario: Scenario, known: Known, year: int) -> Override:
    """Return an option with its date; raises MinshengError for what cannot be set any more."""
    path, value, date, origin = option.path, option.value, option.date, option.origin
    if path in known.parameters:
        begins = max(first_day(year), known.parameters.parameter(path).first_date)
        if date is not None and date < first_day(year):
            raise MinshengError(
                f"{origin}: {date} lies in the past of this simulation; a setting holds from "
                f"{begins} on, or from a later date"
            )
        return Override(path, value, date or begins, origin)
    if path not in field_names(known):
        accepted = [*known.parameters.paths(), *field_names(known)]
        raise UnknownNameError("setting", path, accepted, where=origin)
    if path.startswith(_SHOCK):
        _refuse_past_shock(option, scenario, known.parameters, year)
    elif path not in _FREE and not path.startswith(_POLICY):
        raise MinshengError(
            f"{origin}: {path} was fixed when the saved simulation began and is part of its past; "
            "a future can set parameters, policies, shocks to come and years.last"
        )
    if path == "years.last" and isinstance(value, int) and not year <= value <= LAST_YEAR:
        raise MinshengError(
            f"{origin}: the simulation has reached {year - 1}; its last year must lie after it and "
            f"not after {LAST_YEAR}, got {value}"
        )
    return option


def _refuse_past_shock(
    option: Override, scenario: Scenario, shipped: ParameterSet, year: int
) -> None:
    """Raise MinshengError for a shock that may have struck before a year."""
    shock = option.path.removeprefix(_SHOCK)
    if shock not in NEUTRAL:
        names = ", ".join(path for path in shipped.paths() if path.startswith(f"{option.path}."))
        raise MinshengError(
            f"{option.origin}: {shock} struck in the past already; set its parameters for the "
            f"years to come: {names}"
        )
    past = range(scenario.years.first, year)
    for parameters in (shipped, scenario.parameters(shipped)):
        for path, neutral in NEUTRAL[shock].items():
            if any(parameters.value(path, earlier) != neutral for earlier in past):
                raise MinshengError(
                    f"{option.origin}: {shock} is part of the past already; it can be switched "
                    "in a simulation that was saved before it"
                )


def _switched(scenario: Scenario, switches: Iterable[Override], year: int) -> Scenario:
    """Return the scenario with policies switched from the beginning of a year on."""
    values = scenario.as_dict()
    for origin, switch in _checked(scenario, switches):
        reform = {
            "name": origin, "from": first_day(year).isoformat(), "parameters": {},
            "policies": switch,
        }  # fmt: skip
        values["reforms"].append(reform)
    return Scenario.from_dict(values)


def _checked(
    scenario: Scenario, switches: Iterable[Override]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the policies to switch, as a scenario that could begin now would have them."""
    for option in switches:
        policy = option.path.removeprefix(_POLICY)
        on = resolve_options(scenario, [option]).policies[policy]
        yield "settings", {policy: on}
