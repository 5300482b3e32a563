"""Which parameters stand on the card of which policy, in which order, and how each is set."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import floor, log10

from experiments.words import CHINESE
from model.geography import load_geography
from model.placed import place_problem
from policies.base import Policy, discover
from policies.parameter_values import Parameter
from policies.parameters import ParameterSet

MOST_SHOWN = 8
SWITCH, SLIDER, NUMBER, WORD = "switch", "slider", "number", "word"
_SWITCHED = ("switch", "flag")
_ABSTRACT = ("log odds", "logit", "log points", "log utility", "elasticity", "exponent")
_PRESCRIBED = ("law", "statistic")
_STEPS = 100
_ADOPTION = "adoption."
_NICE = (1, 2, 5, 10)


@dataclass(frozen=True)
class Card:
    """The parameters of a policy that take one value at a time.

    Attributes
    ----------
    policy : str
    shown, more : tuple of str
        Paths: the most telling, and the others.
    """

    policy: str
    shown: tuple[str, ...]
    more: tuple[str, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them."""
        return self.shown + self.more


@cache
def cards() -> Mapping[str, Card]:
    """Return the card of every policy module, by its id."""
    return {policy: _card(policy) for policy in discover()}


def _card(policy: str) -> Card:
    parameters = ParameterSet.load()
    mine = [parameters.parameter(path) for path in parameters.paths() if policy in owners(path)]
    scalar = sorted((one for one in mine if one.type != "schedule"), key=_rank)
    telling = [one.path for one in scalar if _rank(one) < _LAST][:MOST_SHOWN]
    rest = tuple(one.path for one in scalar if one.path not in telling)
    return Card(policy, tuple(telling), rest)


def owners(path: str) -> tuple[str, ...]:
    """Return the policies on whose cards a parameter stands.

    That is the policy whose own parameters begin most like it. Of two with the same beginning, a
    file named after one (``dibao.urban``) is its own.
    """
    domain, file, _ = path.split(".")
    policies = discover()
    if f"{domain}." == _ADOPTION:
        return tuple(name for name in policies if name == file)
    found = {name: _own(policy) for name, policy in policies.items()}
    fitting = {name: own for name, own in found.items() if f"{path}.".startswith(f"{own}.")}
    longest = max(map(len, fitting.values()), default=0)
    tied = tuple(name for name, own in fitting.items() if len(own) == longest)
    named = tuple(name for name in tied if file in name.split("_"))
    return named or tied


def _own(policy: type[Policy]) -> str:
    return policy.parameters[0]


_LAST = 3


def _rank(parameter: Parameter) -> int:
    """Order parameters: what the state prescribes, switches, assumptions with a range, others."""
    if parameter.path.startswith(_ADOPTION):
        return _LAST
    if control_of(parameter) in {SWITCH, WORD}:
        return 1
    if parameter.range is None or parameter.unit in _ABSTRACT:
        return _LAST
    return 0 if parameter.kind in _PRESCRIBED else _LAST - 1


def control_of(parameter: Parameter) -> str:
    """Return what sets a parameter."""
    if parameter.type == "flag" or parameter.unit in _SWITCHED:
        return SWITCH
    if parameter.type == "text":
        return WORD
    return NUMBER if parameter.range is None else SLIDER


def step_of(parameter: Parameter) -> float:
    """Return the step of a slider: a hundredth of the range or so, 1, 2 or 5 times a power of 10.

    A whole number has steps of at least one.
    """
    low, high = parameter.range or (0.0, 1.0)
    rough = (high - low) / _STEPS
    power = 10.0 ** floor(log10(rough)) if rough > 0 else 1.0
    nice: float = min((power * factor for factor in _NICE), key=lambda one: abs(one - rough))
    return max(1.0, nice) if parameter.type == "whole number" else nice


def on_grid(value: float, parameter: Parameter) -> float:
    """Return the nearest value at which a slider stops, within the range."""
    low, high = parameter.range or (0.0, 1.0)
    step = step_of(parameter)
    decimals = max(0, -floor(log10(step)))
    return round(min(max(low + round((value - low) / step) * step, low), high), decimals)


def takes_places(path: str) -> bool:
    """Return whether a parameter, or ``policies.<id>``, can differ between provinces."""
    section, _, name = path.partition(".")
    if section == "policies":
        return place_problem("policies", name) is None
    return section != "shocks" and place_problem("parameters", path) is None


@cache
def provinces(language: str) -> Mapping[str, str]:
    """Return the division codes of the provinces by name."""
    places = load_geography()
    codes = map(str, places.province_code.tolist())
    names = places.province_name_zh if language == CHINESE else places.province_name
    return dict(zip(map(str, names), codes, strict=True))
