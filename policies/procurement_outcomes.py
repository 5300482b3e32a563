"""What procurement records: who delivers what, at what price, and what it does to them."""

from agents.award import MODES
from agents.founding import REASONS
from agents.organisations import INCUBATED, KINDS, NEEDS, PROVIDERS, SOURCES
from policies.base import Outcome
from policies.procurement_places import PLACES

_OWN = "Definition of the project"
_S1 = "S1 section 4"
NGOS = KINDS[INCUBATED:]
"""Kinds that are no hubs."""
_BY_PLACE = ", ".join(("all", *PLACES))
_BY_KIND = ", ".join(("all", *KINDS))
_BY_NGO = ", ".join(("all", *NGOS))
_BY_NEED = ", ".join(("all", *NEEDS))
_PLACE_PROVIDER = ", ".join(f"{place}&{provider}" for place in PLACES for provider in PROVIDERS)

OUTCOMES = (
    Outcome(
        "provider_share",
        "share",
        "Share of the money of the year's lots by who got it; state: tenders that failed, which "
        "stations of the state make up for; all: any organisation",
        "S1 section 4 (over 85 percent by hubs, Beijing 2009 to 2012); definition of the project",
        ", ".join(("all", *PROVIDERS, _PLACE_PROVIDER)),
    ),
    Outcome(
        "provider_hhi",
        "index",
        "Sum of squared shares of organisations in the money of a county's lots that were awarded, "
        "mean over counties by money",
        "Herfindahl and Hirschman",
        "all",
    ),
    Outcome(
        "uncontested_share",
        "share",
        "Lots with fewer than two bidders over lots, by place of the lot",
        f"{_S1} (difficulties in finding suitable consignees)",
        _BY_PLACE,
    ),
    Outcome(
        "failed_share", "share", "Lots without any bidder over lots, by place of the lot", _S1,
        _BY_PLACE,
    ),
    Outcome(
        "lots", "lots/year", "Lots that counties put out, the sampled ones weighted to the country",
        _OWN, _BY_PLACE,
    ),
    Outcome(
        "procurement_modes",
        "share",
        "Share of lots that were awarded by each procedure; all: mean over procedures",
        "S1 Table 3",
        ", ".join(("all", *MODES)),
    ),
    Outcome(
        "procurement_spending",
        "yuan/year",
        "What counties paid organisations for lots, and what incubation cost them",
        _OWN,
        "all",
    ),
    Outcome(
        "service_price",
        "yuan/hour",
        "What counties paid for lots over the hours delivered for it",
        _OWN,
        "all",
    ),
    Outcome(
        "organisations",
        "organisations",
        "Organisations that deliver services, the sampled ones weighted to the country",
        f"{_OWN}; {_S1} for the kinds",
        _BY_KIND,
    ),
    Outcome(
        "organisations_registered",
        "organisations",
        "Of these, those registered as social organisations",
        f"{_OWN}; {_S1}",
        _BY_KIND,
    ),
    Outcome(
        "organisations_founded", "organisations/year", "Organisations founded in the year", _OWN,
        "all",
    ),
    Outcome(
        "organisations_incubated",
        "organisations/year",
        "Organisations that incubators made or took up in the year",
        "S1 section 4: over 147 in 25 centres of Guangdong, 2012",
        "all",
    ),
    Outcome(
        "organisations_closed",
        "organisations/year",
        "Organisations that closed or merged in the year, by reason",
        _OWN,
        ", ".join(("all", *REASONS)),
    ),
    Outcome(
        "organisation_income",
        "yuan/year",
        "Income of organisations that are no hubs, by source",
        f"{_OWN}; {_S1} for the sources",
        ", ".join(("all", *SOURCES)),
    ),
    Outcome(
        "organisation_staff",
        "workers",
        "Paid workers and volunteers of organisations that are no hubs",
        _OWN,
        _BY_NGO,
    ),
    Outcome(
        "ngo_autonomy",
        "share",
        "Hours of work on the own mission and on advocacy over all hours of work of organisations "
        "that are no hubs",
        f"{_OWN}: autonomy as behaviour",
        _BY_NGO,
    ),
    Outcome(
        "own_mission_share",
        "share",
        "Hours of work on the own mission, whoever pays, over all hours of work",
        _OWN,
        _BY_NGO,
    ),
    Outcome(
        "advocacy_share", "share", "Hours of work on advocacy over all hours of work", _OWN, _BY_NGO
    ),
    Outcome(
        "report_time",
        "share",
        "Staff time on reports and accounts over all hours of work",
        f"{_OWN}; {_S1} for the burden",
        _BY_NGO,
    ),
    Outcome(
        "service_hours",
        "hours/year",
        "Hours of service delivered, by provider and by need",
        _OWN,
        ", ".join(("all", *PROVIDERS, *NEEDS)),
    ),
    Outcome(
        "service_cover",
        "share",
        "Hours of service delivered over hours needed, by need and by place; in no township more "
        "counts than is needed",
        _OWN,
        ", ".join(("all", *NEEDS, *PLACES)),
    ),
    Outcome(
        "supplier_deserts",
        "share",
        "Townships in which organisations deliver next to nothing for a need, over townships",
        f"{_OWN}; {_S1} for the scarcity",
        _BY_NEED,
    ),
    Outcome(
        "staff_trained", "persons/year", "Staff trained by incubators",
        "S1: 2,500 in 25 centres of Guangdong", "all",
    ),
)  # fmt: skip
