"""Which outcomes belong to which topic, and what is drawn first."""

from collections.abc import Iterable

from dashboard.tables import keys_of

TOPICS: dict[str, tuple[str, ...]] = {
    "poverty": ("poverty_rate/rural", "poverty_rate_relative/rural", "poverty_rate/urban",
                "poverty_gap/rural", "exclusion_error", "inclusion_error", "dibao_recipients/rural",
                "dibao_recipients/urban", "dibao_line/rural", "dibao_line/urban",
                "deprived_share"),
    "coverage": ("coverage/medical", "coverage/residents_pension", "coverage/worker_pension",
                 "coverage/worker_medical", "coverage/dibao", "coverage/unemployment",
                 "coverage/work_injury", "basic_pension_coverage", "effective_coverage/medical",
                 "effective_coverage/dibao", "effective_coverage/residents_pension"),
    "benefits": ("dibao_benefit_mean/rural", "dibao_benefit_mean/urban",
                 "residents_pension_benefit_mean", "assistance_spending",
                 "assistance_paid/medical_aid", "assistance_paid/tekun",
                 "assistance_paid/temporary_aid", "pool_balance/medical"),
    "inequality": ("gini", "gini/rural", "gini/urban", "income_mean/rural", "income_mean/urban",
                   "transfer_concentration", "poverty_rate_relative"),
    "migration": ("migrants/migrant_outgoing", "migrants_interprovincial_share",
                  "separated_share", "left_behind_share", "urban_share", "hukou_urban_share",
                  "hukou_conversions", "coverage/worker_pension/migrant_outgoing",
                  "coverage/work_injury/migrant_outgoing", "school_load"),
    "health": ("catastrophic_health_share", "catastrophic_health_share/rural",
               "out_of_pocket_mean", "coverage/medical", "effective_coverage/medical",
               "double_enrolment/medical"),
    "state": ("fiscal_balance", "arrears_share", "unfunded_mandate_share", "transfers_share",
              "vertical_gap", "local_spending_per_head", "promotions", "veto_share", "claims",
              "response_rate", "remedied_share", "unrest", "trust/local", "trust/centre"),
    "services": ("organisations_registered", "organisations", "procurement_spending",
                 "service_hours", "service_cover", "provider_hhi", "uncontested_share",
                 "ngo_autonomy", "supplier_deserts"),
}  # fmt: skip
"""Columns of the data collector by topic; the first four are drawn, the others can be chosen."""
FIRST = 4
"""How many charts a topic shows before anything is chosen."""


def every_outcome(known: Iterable[str]) -> list[str]:
    """Return the columns for everybody, or for the first group where there is none for all."""
    first: dict[tuple[str, str], str] = {}
    for name in known:
        outcome, scheme, group = keys_of(name)
        if group == "all" or (outcome, scheme) not in first:
            first[outcome, scheme] = name
    return sorted(first.values())
