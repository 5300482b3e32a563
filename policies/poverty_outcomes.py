"""What poverty alleviation records every year: its register, its errors, exits, relapse, cost."""

from policies.base import Outcome

_REGISTER = "Register of poor households (建档立卡), S3"
_AUDIT = "S3, audited rates of missing and wrong evaluation"
_OWN = "Definition of the project"

OUTCOMES = (
    Outcome(
        "registered_poor",
        "persons",
        "Persons on the register of the poor at the end of the year, by place of hukou",
        _REGISTER,
        "all",
    ),
    Outcome(
        "register_overlap",
        "share",
        "Registered persons who are on dibao too, over registered persons; before exits",
        "S3, comparison of the two registers",
        "all",
    ),
    Outcome(
        "registration_exclusion_error",
        "share",
        "Poor persons of rural hukou not registered over the poor; poor: market income below line",
        _AUDIT,
        "all",
    ),
    Outcome(
        "registration_inclusion_error",
        "share",
        "Registered persons with a market income from the line on, over the registered",
        _AUDIT,
        "all",
    ),
    Outcome(
        "register_exits", "persons/year", "Persons who left the register as not poor", _OWN, "all"
    ),
    Outcome(
        "returned_to_poverty",
        "persons",
        "Persons who left in earlier years and are below the line, transfers counted",
        _OWN,
        "all",
    ),
    Outcome(
        "alleviation_spending",
        "yuan/year",
        "Cost of poverty alleviation, the centre's share included",
        _OWN,
        "all",
    ),
)
"""Recorded by county of registration; errors and overlap are null where nobody is concerned."""
