"""Who delivers services: who gets the lots, which organisations there are, whom they reach."""

from experiments.official_figures import PERCENT
from experiments.report_axes import Scale
from experiments.report_data import Run, tidy
from experiments.report_lines import BILLION
from experiments.report_panels import NO_DOTS, Block, By, Plan, block

_THOUSAND = 1e3
# Label, colour, and group or scheme of the outcome.
_PROVIDERS = (("hubs", "rural", "hub"), ("incubated", "purple", "incubated"),
              ("grassroots", "green", "grassroots"), ("state", "muted", "state"))  # fmt: skip
_PLACES = (("metropolis", "all", "metro"), ("city", "urban", "city"),
           ("county seat", "purple", "county_seat"), ("township", "rural", "township"))  # fmt: skip
_KINDS = (
    ("hubs", "rural", "hub"),
    ("incubated", "purple", "incubated"),
    ("grassroots", "green", "grassroots"),
    ("of migrants", "urban", "migrant_association"),
)
_NEEDS = (
    ("the old", "urban", "elderly_care"),
    ("newcomers", "all", "migrant_service"),
    ("the poor", "rural", "poverty_casework"),
    ("children", "green", "child_care"),
)
_TRUST = (("centre", "all", "centre"), ("local", "rural", "local"), ("hubs", "purple", "gongo"),
          ("others", "green", "ngo"))  # fmt: skip
_HOURS = (("own mission", "green", "own_mission_share"), ("advocacy", "purple", "advocacy_share"),
          ("reports", "rural", "report_time"))  # fmt: skip


def services(run: Run, _: By) -> list[Block]:
    """Return who is bought from, which organisations there are, and whom services reach."""
    return [
        block(_market(run), "Lots"),
        block(_organisations(run), "Organisations"),
        block(_reached(run), "Households"),
    ]


def _market(run: Run) -> list[Plan]:
    spent = tidy([("", "all", run.series("procurement_spending") / BILLION)])
    share, contest = (
        tidy((label, tone, run.series(outcome, group) * PERCENT) for label, tone, group in groups)
        for outcome, groups in (("provider_share", _PROVIDERS), ("uncontested_share", _PLACES))
    )
    return [
        Plan("bought", "What counties pay for services", "billion yuan a year", spent, NO_DOTS,
             Scale(1)),
        Plan("providers", "Who gets the money of lots", "percent of the money of the year's lots",
             share, NO_DOTS, Scale(0, "%"), note="State: tenders without a bidder, which stations "
             "of the state make up for. Ties count for hubs by the rule of the regime."),
        Plan("uncontested", "Lots without a contest", "percent of lots with fewer than two bidders",
             contest, NO_DOTS, Scale(0, "%"), note="The order of places follows from where hubs "
             "and organisations are assumed to be."),
    ]  # fmt: skip


def _organisations(run: Run) -> list[Plan]:
    there = tidy((label, tone, run.series("organisations", kind) / _THOUSAND)
                 for label, tone, kind in _KINDS)  # fmt: skip
    hours = tidy((label, tone, run.series(name) * PERCENT) for label, tone, name in _HOURS)
    return [
        Plan("organisations", "Organisations that serve", "thousand, the sample weighted", there,
             NO_DOTS, Scale(1)),
        Plan("hours", "What their hours go to", "percent of hours of work, hubs left out", hours,
             NO_DOTS, Scale(0, "%"), note="The rest goes to what counties buy and to the office."),
    ]  # fmt: skip


def _reached(run: Run) -> list[Plan]:
    reach = tidy((label, tone, run.series("service_reach", "all", need) * PERCENT)
                 for label, tone, need in _NEEDS)  # fmt: skip
    trust = tidy((label, tone, run.series("trust", "all", body)) for label, tone, body in _TRUST)
    linked = tidy([("", "all", run.series("linked_share") * PERCENT)])
    return [
        Plan("reach", "Who in need is served", "percent of households with somebody in need", reach,
             NO_DOTS, Scale(0, "%")),
        Plan("linked", "Who is linked to an organisation", "percent of households", linked, NO_DOTS,
             Scale(1, "%"), note="Links bring word of schemes, help with applications, counsel, "
             "training and care; nothing else of services does."),
        Plan("who-is-trusted", "Trust of households", "from 0 to 1", trust, NO_DOTS, Scale(2)),
    ]  # fmt: skip
