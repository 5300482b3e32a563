"""What incentives record every year: careers, effort, order, awards, and what reports hide."""

from agents.official import KINDS
from agents.priorities import DEPARTMENTS
from agents.reporting import GAP_GROUPS, GAPS
from agents.stability import CHOICES
from policies.base import Outcome
from policies.incentives_awards import TOPICS

_OWN = "Definition of the project"
_S0 = "S0 section II, awards for local government innovation"

OUTCOMES = (
    Outcome(
        "promotions",
        "persons/year",
        "Leaders of county-level units promoted, the sampled ones weighted to the country",
        _OWN,
        "all",
    ),
    Outcome(
        "province_promotions", "persons/year", "Leaders of provinces promoted", _OWN, "all",
    ),
    *(
        Outcome(name, "log points", f"Growth of {what} over the year before, {how}", _OWN, "all")
        for name, what, how in (
            ("product_growth", "product", "mean over counties"),
            ("product_growth_reported", "product", "as counties state it"),
            ("revenue_growth", "own revenue", "mean over counties"),
            ("revenue_growth_reported", "own revenue", "as counties state it"),
        )
    ),
    Outcome(
        "promoted_score",
        "s.d.",
        "Mean last score of the county leaders promoted in the year",
        _OWN,
        "all",
    ),
    Outcome(
        "official_tenure",
        "years",
        "Mean years in the post of the county leaders who left it in the year, for any reason",
        _OWN,
        "all",
    ),
    Outcome(
        "veto_share", "share", "County leaders whom the one-ballot veto bars from promotion", _OWN,
        "all",
    ),
    Outcome(
        "stability_spending",
        "yuan/year",
        "What county governments spend on order beyond their usual budget",
        "S1 note 6 for its growth; definition of the project",
        "all",
    ),
    Outcome(
        "stability_choices",
        "county-level units",
        "Counties whose leader meets unrest in this way, the sampled ones weighted to the country",
        _OWN,
        ", ".join(("all", *CHOICES[1:])),
    ),
    Outcome(
        "effort_share",
        "share",
        "Effort of county leaders by kind, mean over counties; all: mean over kinds",
        _OWN,
        ", ".join(("all", *KINDS)),
    ),
    Outcome(
        "delivery",
        "ratio",
        "How well departments deliver, mean over counties (all: and departments); 1: as when "
        "schemes were fitted",
        _OWN,
        ", ".join(("all", *DEPARTMENTS)),
    ),
    Outcome(
        "reported_minus_true",
        "unit of the indicator",
        "What counties report less what is true; the scheme names the indicator and its scheme",
        _OWN,
        ", ".join(GAP_GROUPS),
        GAPS,
    ),
    Outcome(
        "award_nominees", "innovations", "Innovations nominated for the award of the year", _S0,
        ", ".join(("all", *TOPICS)),
    ),
    Outcome(
        "award_winners", "innovations", "Innovations that won the award of the year", _S0,
        ", ".join(("all", *TOPICS)),
    ),
)  # fmt: skip
