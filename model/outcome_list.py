"""The outcomes of a run: names, units, definitions, sources. What is not listed is not recorded."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING

import mesa

from agents.trust import TIERS
from model import claim_outcomes, designs, evaluation, service_links, shocks
from model.record import national_name
from policies.base import DECILES, Outcome, discover

if TYPE_CHECKING:
    from model.simulation import Simulation

_ALL = "all"
_DECILES = ", ".join(f"{place}{name}" for place in ("", "urban&", "rural&") for name in DECILES)
_SHARE = "share"
_WHO = "World Health Organization; Li et al. 2012, Bull. WHO 90"
_OWN = "Definition of the project"

_FGT = (("rate", 0), ("gap", 1), ("severity", 2))
_LINES = {
    "": "rural: 2010 standard; urban: twice the dibao line of the place",
    "_2dibao": "line: twice the dibao line at the place of registration, where there is one",
    "_relative": "line: half the national median of income after transfers",
}
_INCOMES = {"": "after public transfers", "_before_transfers": "before public transfers"}


def _poverty_outcomes() -> tuple[Outcome, ...]:
    """Return the Foster-Greer-Thorbecke outcomes: three powers, three lines, two incomes."""
    return tuple(
        Outcome(
            f"poverty_{name}{line}{income}",
            _SHARE,
            f"FGT({power}) {of_income}; {at_line}",
            "Foster, Greer and Thorbecke 1984; definition of the project",
        )
        for line, at_line in _LINES.items()
        for income, of_income in _INCOMES.items()
        for name, power in _FGT
    )


OUTCOMES = (
    Outcome("population", "persons", "Residents", "Household register of the model"),
    Outcome("urban_share", _SHARE, "Residents of urban places over residents", _OWN, _ALL),
    Outcome(
        "hukou_urban_share",
        _SHARE,
        "Holders of a non-agricultural hukou over residents",
        _OWN,
        _ALL,
    ),
    Outcome(
        "migrants",
        "persons",
        "Workers of rural hukou employed outside their home township; migrant_all and all: also "
        "those employed off the farm inside it; where they live",
        "National Bureau of Statistics, migrant worker reports",
        "all, migrant_outgoing, migrant_all",
    ),
    Outcome(
        "migrants_interprovincial_share",
        _SHARE,
        "Outgoing migrant workers outside their home province over all outgoing",
        "National Bureau of Statistics, migrant worker reports",
        _ALL,
    ),
    Outcome(
        "separated_share",
        _SHARE,
        "Residents registered in another county-level unit over residents",
        "Census concept of population separated from its registration",
        _ALL,
    ),
    Outcome(
        "left_behind_share",
        _SHARE,
        "Rural children (0-14) and old (60 and above) in families of which somebody is away, over "
        "all of them",
        _OWN,
        "all, children, elderly",
    ),
    Outcome("household_size", "persons", "Residents over households", _OWN),
    Outcome("births", "persons/year", "Live births of the year", _OWN, _ALL),
    Outcome("deaths", "persons/year", "Deaths of the year", _OWN, _ALL),
    Outcome("marriages", "couples/year", "Marriages of the year", _OWN, _ALL),
    Outcome("children_share", _SHARE, "Persons aged 0-14 over persons", "UN age groups"),
    Outcome("working_age_share", _SHARE, "Persons aged 15-59 over persons", "UN age groups"),
    Outcome("elderly_share", _SHARE, "Persons aged 60 and above over persons", "UN age groups"),
    Outcome("aged_share", _SHARE, "Persons aged 65 and above over persons", "UN age groups"),
    Outcome("laid_off_share", _SHARE, "Laid-off persons over the work force", _OWN, "urban"),
    Outcome(
        "income_mean",
        "yuan/person/year",
        "Income per head after transfers; by decile of persons ranked by income within the group",
        "National Bureau of Statistics concept of disposable income",
        f"all, urban, rural, {_DECILES}",
    ),
    Outcome(
        "consumption_mean", "yuan/person/year", "Spending per head, health care excluded", _OWN
    ),
    Outcome(
        "out_of_pocket_mean", "yuan/person/year", "Own payments for health care per head", _OWN
    ),
    Outcome(
        "catastrophic_health_share",
        _SHARE,
        "Households whose own payments for care reach 40% of capacity to pay, over households",
        _WHO,
    ),
    Outcome(
        "deprived_share", _SHARE, "Households below minimum consumption, over households", _OWN
    ),
    Outcome("gini", "index", "Gini of income per head after transfers over persons", "Gini 1912"),
    *_poverty_outcomes(),
    Outcome(
        "poverty_rate_reported",
        _SHARE,
        "poverty_rate as counties report it",
        _OWN,
    ),
    Outcome(
        "transfer_concentration",
        "index",
        "Concentration index of public transfers over people ranked by income before them",
        "Kakwani 1977, Econometrica 45",
        _ALL,
    ),
    Outcome(
        "trust",
        "index",
        "Mean trust of households in the centre, the local government, hubs run by the state "
        "(gongo) and other organisations (ngo), from 0 to 1",
        _OWN,
        schemes=TIERS,
    ),
    Outcome(
        "fiscal_balance",
        "yuan/year",
        "Money less spending of county governments with their townships",
        _OWN,
        _ALL,
    ),
    Outcome(
        "unfunded_mandate_share",
        _SHARE,
        "Duties and schemes that counties are ordered to pay, the centre's share taken off, beyond "
        "the money that payroll leaves, over all of them",
        _OWN,
        _ALL,
    ),
    Outcome("arrears_share", _SHARE, "Counties in debt at the end of the year", _OWN, _ALL),
    Outcome(
        "transfers_share",
        _SHARE,
        "General and earmarked transfers over the money of counties, land revenue left out",
        "World Bank concept: 58 percent at county level and below in 2003",
        _ALL,
    ),
    Outcome(
        "vertical_gap",
        "ratio",
        "Local share of public spending less local share of public revenue, land left out",
        "Ministry of Finance concept of local shares",
        _ALL,
    ),
    Outcome(
        "local_spending_per_head",
        "yuan/person/year",
        "Spending of counties, townships and provinces per resident",
        _OWN,
        _ALL,
    ),
    Outcome("assistance_spending", "yuan/year", "Social assistance paid by counties", _OWN, _ALL),
    Outcome(
        "adopters",
        "county-level units",
        "Counties that have the policy, the sampled ones weighted to the country",
        _OWN,
        _ALL,
    ),
    Outcome(
        "reversals",
        "county-level units",
        "Counties that gave the policy up in the year, the sampled ones weighted to the country",
        _OWN,
        _ALL,
    ),
)


# Outcomes that have one row for every policy; the scheme is the policy's id.
BY_POLICY = ("adopters", "reversals")


@cache
def all_outcomes() -> tuple[Outcome, ...]:
    """Return the outcomes of the model and of every policy, by name.

    Where several policies record the same outcome for schemes of their own, it is one outcome.
    """
    listed: dict[str, Outcome] = {}
    policies = (policy.outcomes for policy in discover().values())
    for outcome in chain(
        OUTCOMES,
        designs.outcomes(),
        evaluation.outcomes(),
        shocks.OUTCOMES,
        claim_outcomes.OUTCOMES,
        service_links.OUTCOMES,
        *policies,
    ):
        known = listed.get(outcome.name)
        listed[outcome.name] = outcome if known is None else _joined(known, outcome)
    return tuple(listed[name] for name in sorted(listed))


def _joined(one: Outcome, other: Outcome) -> Outcome:
    """Return an outcome for the schemes and groups of two of the same name."""
    groups = dict.fromkeys([*one.groups.split(", "), *other.groups.split(", ")])
    definitions = dict.fromkeys([*one.definition.split("; "), *other.definition.split("; ")])
    return replace(
        one,
        schemes=tuple(dict.fromkeys([*one.schemes, *other.schemes])),
        groups=", ".join(groups),
        definition="; ".join(definitions),
    )


class NationalOutcomes(mesa.DataCollector):
    """What Mesa keeps: every national outcome of every year, by name, scheme and group.

    Parameters
    ----------
    policies : iterable of str
        The policies of the simulation.
    """

    def __init__(self, policies: Iterable[str]) -> None:
        names: list[str] = []
        for outcome in all_outcomes():
            schemes = outcome.schemes or (policies if outcome.name in BY_POLICY else ("",))
            for scheme in schemes:
                for group in outcome.groups.split(", "):
                    names.append(national_name(outcome.name, scheme, group))
        # Mesa asks for the first and counts the years; the others are too many to ask for, and it
        # copies deeply what it is given.
        super().__init__(model_reporters={names[0]: partial(_latest, names[0])})
        self.model_vars |= {name: [] for name in names[1:]}

    def collect(self, model: "Simulation") -> None:
        """Keep the outcomes of the year that ends."""
        super().collect(model)
        _, *others = self.model_vars
        for name in others:
            self.model_vars[name].append(model.latest.get(name))


def _latest(name: str, model: "Simulation") -> float | None:
    """Return the value of an outcome in the year that ends."""
    return model.latest.get(name)
