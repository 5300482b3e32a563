"""What dibao records every year: its roll, its line, and whom it misses or serves wrongly."""

from dataclasses import replace

from policies.base import DECILES, Outcome

_MCA = "Ministry of Civil Affairs statistics"
_CENTRAL = (
    "Interim Measures for Social Assistance, State Council Order No. 649 (2014), audited rates"
)
_MEASURES = {
    "": "market income of the year below the line",
    "_permanent": "income without passing shocks below the line",
    "_need": "two or more of: income below the line, ill or disabled member, no worker, deprived",
}
_REPORTED = ("dibao_recipients", "covered", "coverage", "exclusion_error", "inclusion_error")
_DECILES = ", ".join(f"{place}&{name}" for place in ("urban", "rural") for name in DECILES)
_TRUE = (
    Outcome("dibao_recipients", "persons", "Persons on the roll at the end of the year", _MCA),
    Outcome("dibao_line", "yuan/person/month", "Mean line where there is one, by people", _MCA),
    Outcome("dibao_benefit_mean", "yuan/person/month", "Dibao paid per recipient", _MCA),
    Outcome("covered_persons", "persons", "Members of the scheme", _MCA, schemes=("dibao",)),
    Outcome(
        "coverage",
        "share",
        "Members over persons whose hukou the scheme serves",
        "Definition of the project",
        f"all, urban, rural, {_DECILES}",
        ("dibao",),
    ),
    Outcome(
        "effective_coverage",
        "share",
        "Dibao over what is missing to the line where there is one, at most 1, mean over the poor "
        "(market income of the year below the line)",
        "S2 section 3.2.1 (effective coverage); definition of the project",
        f"all, urban, rural, {_DECILES}",
        ("dibao",),
    ),
    *(
        Outcome(
            f"exclusion_error{ending}",
            "share",
            f"Poor not served over poor; poor: {poor}",
            _CENTRAL,
        )
        for ending, poor in _MEASURES.items()
    ),
    *(
        Outcome(
            f"inclusion_error{ending}",
            "share",
            f"Served not poor over served; poor: {poor}",
            _CENTRAL,
        )
        for ending, poor in _MEASURES.items()
    ),
)


def _as_reported(outcome: Outcome) -> Outcome:
    """Return the outcome as governments report it."""
    definition = f"{outcome.definition}; as counties report it"
    groups = "all, urban, rural"
    return replace(outcome, name=f"{outcome.name}_reported", definition=definition, groups=groups)


OUTCOMES = _TRUE + tuple(
    _as_reported(outcome) for outcome in _TRUE if outcome.name.removesuffix("_persons") in _REPORTED
)
"""True outcomes, and those that governments report themselves."""
