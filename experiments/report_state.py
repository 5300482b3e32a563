"""What is asked of governments and what they make of it: claims, reports, money of the tiers."""

import math

from markupsafe import Markup

from experiments.official_figures import PERCENT
from experiments.report_axes import Scale
from experiments.report_data import Run, tidy
from experiments.report_facts import sample
from experiments.report_lines import BILLION
from experiments.report_officials import CONTESTED
from experiments.report_panels import NO_DOTS, Block, By, Plan, block, same_scale, small
from experiments.report_parameters import at_ends

_THOUSAND, _MANY = 1e3, 1e5
_AUDIT = "incentives.reporting.audit"
_POINTS = "percentage points"
# The reform that shared taxes between the centre and the provinces.
_TAX_SHARING = (1994,)
# Label, colour, and scheme of the outcome.
_GROUNDS = (("dibao roll", "rural", "assistance"), ("no dibao yet", "muted", "absent"),
            ("premiums", "urban", "premiums"), ("crowding", "green", "overload"))  # fmt: skip
_CHANNELS = (("apply again", "muted", "again"), ("hotline", "urban", "hotline"),
             ("petition", "rural", "petition"), ("together", "purple", "collective"))  # fmt: skip
_CHOICES = (("concede", "green", "concede"), ("buy off", "urban", "buy_off"),
            ("suppress", "rural", "suppress"), ("conceal", "purple", "conceal"))  # fmt: skip
# Title, name of the gap, and the outcome that is true of it: its name, scheme and group.
_SHARES = (
    ("Poverty rate", "poverty_rate", "poverty_rate", "", "all"),
    ("Exclusion error of dibao", "exclusion_error", "exclusion_error", "", "all"),
    ("Inclusion error of dibao", "inclusion_error", "inclusion_error", "", "all"),
    ("Coverage, dibao", "coverage_dibao", "coverage", "dibao", "all"),
    ("Coverage, medical", "coverage_medical", "coverage", "medical", "all"),
    ("Coverage, residents' pension", "coverage_residents_pension", "coverage",
     "residents_pension", "all"),
    ("Coverage, worker pension", "coverage_worker_pension", "coverage", "worker_pension", "all"),
)  # fmt: skip
_COUNTS = (
    ("Dibao recipients", "dibao_recipients", "dibao_recipients", "", "all"),
    ("Claims", "claims", "claims", "", "all"),
)
_UNITS = {"dibao_recipients": "million persons", "claims": "million households"}
Gap = tuple[str, str, str, str, str]


def claims(run: Run, _: By) -> list[Block]:
    """Return who claims, on what ground, how and with what result, and how order is kept."""
    weight = sample(run)["weight"]
    text = (
        f"One simulated household stands for about {weight:,.0f}: lines of few claims move in "
        "steps and jump by chance."
    )
    return [
        block([*_raised(run), *_seen(run)], "Claims", text if math.isfinite(weight) else ""),
        block(_order(run), "When unrest threatens"),
    ]


def _raised(run: Run) -> list[Plan]:
    """Return grievances and claims over all households, and what comes of claims."""
    each = _THOUSAND * run.series("household_size") / run.series("population")
    unit = "per 1,000 households, in the year"
    both = tidy((label, tone, run.series(outcome) * each)
                for label, tone, outcome in (("aggrieved", "muted", "grievances"),
                                             ("claim", "all", "claims")))  # fmt: skip
    ground, channel = (
        tidy((label, tone, run.series(outcome, "all", scheme) * each)
             for label, tone, scheme in kinds if (run.series(outcome, "all", scheme) > 0).any())
        for outcome, kinds in (("claims_by_ground", _GROUNDS), ("claims_by_channel", _CHANNELS))
    )  # fmt: skip
    result = tidy(
        (label, tone, run.series(outcome) * PERCENT)
        for label, tone, outcome in (
            ("answered", "urban", "response_rate"),
            ("remedied", "green", "remedied_share"),
        )
    )
    return [
        Plan("claims", "Who has a grievance, and who claims", unit, both, NO_DOTS, Scale(0)),
        Plan("claims-ground", "What claims are about", unit, ground, NO_DOTS, Scale(1)),
        Plan("claims-channel", "How people claim", unit, channel, NO_DOTS, Scale(1)),
        Plan("answers", "What claims bring", "percent of the claims of the year", result, NO_DOTS,
             Scale(0, "%"), note="An answer is no remedy: what is remedied is part of what is "
             "answered."),
    ]  # fmt: skip


def _seen(run: Run) -> list[Plan]:
    """Return collective claims and incidents that somebody outside knows of."""
    unrest = tidy((label, label, run.series("unrest", label) * _MANY)
                  for label in ("urban", "rural"))  # fmt: skip
    incidents = tidy([("", "all", run.series("incidents"))])
    return [
        Plan("unrest", "Collective claims that are seen", "per 100,000 households, in the year",
             unrest, NO_DOTS, Scale(1)),
        Plan("incidents", "Collective incidents", "counties a year of which the upper level knows",
             incidents, NO_DOTS, Scale(0)),
    ]  # fmt: skip


def _order(run: Run) -> list[Plan]:
    """Return how leaders meet threats of unrest, what that costs, and whom the veto bars."""
    barred = tidy([("", "all", run.series("veto_share") * PERCENT)])
    chosen = tidy((label, tone, run.series("stability_choices", choice) / run.units * PERCENT)
                  for label, tone, choice in _CHOICES
                  if (run.series("stability_choices", choice) > 0).any())  # fmt: skip
    spent = tidy(
        (label, tone, run.series(outcome) / BILLION)
        for label, tone, outcome in (
            ("order", "rural", "stability_spending"),
            ("pay-offs", "urban", "selective_payments"),
        )
    )
    return [
        Plan("choices", "How leaders meet threats of unrest", "percent of counties", chosen,
             NO_DOTS, Scale(0, "%"), note=Markup("Other leaders let things be. ") + CONTESTED),
        Plan("stability-money", "What order costs",
             "billion yuan a year: order beyond the usual; paid to who claimed together", spent,
             NO_DOTS, Scale(1)),
        Plan("veto", "Barred by the one-ballot veto",
             "percent of leaders who cannot be promoted after an incident or a scandal", barred,
             NO_DOTS, Scale(1, "%")),
    ]  # fmt: skip


def reported(run: Run, _: By) -> list[Block]:
    """Return reported minus true: shares on one scale, counts each on their own."""
    shares = same_scale([_gap(run, gap, PERCENT, _POINTS, 2) for gap in _SHARES])
    counts = [_gap(run, gap, 1 / _THOUSAND**2, _UNITS[gap[1]], 1) for gap in _COUNTS]
    text = Markup("Below each name: how far the reports of {} are off, as a share of what is true. "
                  "All shares have one scale. ").format(run.last) + CONTESTED  # fmt: skip
    return [small([*shares, *counts], "Reported minus true", text)]


def _gap(run: Run, gap: Gap, scale: float, unit: str, digits: int) -> Plan:
    title, name, outcome, scheme, group = gap
    off = run.series("reported_minus_true", group, name)
    last, true = float(off[run.last]), float(run.series(outcome, group, scheme)[run.last])
    known = math.isfinite(last) and math.isfinite(true) and true > 0
    side = "high" if last > 0 else "low"
    share = f"; {abs(PERCENT * last / true):.1f}% too {side}" if known and last else ""
    return Plan(f"gap-{name}".replace("_", "-"), title, unit + share,
                tidy([("", "all", off * scale)]), NO_DOTS, Scale(digits))  # fmt: skip


def audits(run: Run) -> list[Markup]:
    """Say how often reports are audited in this run, and what audits of all would change."""
    if not run.scenario.is_on("incentives", run.last):
        return []
    ((_, chance),) = zip(*at_ends(run.scenario, _AUDIT), strict=True)
    text = Markup("In this run {:.0f}% of reports are audited in a year (<code>{}</code>, an "
                  "assumption); in the scenario <code>audited_reports</code> all are, and nobody "
                  "shifts one.")  # fmt: skip
    return [text.format(chance * PERCENT, _AUDIT)]


def tiers(run: Run, _: By) -> list[Block]:
    """Return what counties have, owe, and are ordered to pay."""
    lines = {
        name: tidy([("", "all", run.series(name) * scale)])
        for name, scale in (("vertical_gap", PERCENT), ("transfers_share", PERCENT),
                            ("unfunded_mandate_share", PERCENT), ("arrears_share", PERCENT),
                            ("fiscal_balance", 1 / BILLION), ("local_spending_per_head", 1))
    }  # fmt: skip
    return [block([
        Plan("vertical-gap", "Vertical gap",
             "points: local share of public spending less that of public revenue",
             lines["vertical_gap"], NO_DOTS, Scale(0), _TAX_SHARING),
        Plan("transfers", "Money from above", "percent of the money of counties",
             lines["transfers_share"], NO_DOTS, Scale(0, "%", top=PERCENT), _TAX_SHARING,
             note="General and earmarked transfers; land revenue is left out here and in the gap."),
        Plan("unfunded", "Unfunded mandates",
             "percent of ordered spending for which payroll leaves no money",
             lines["unfunded_mandate_share"], NO_DOTS, Scale(1, "%"), _TAX_SHARING),
        Plan("arrears", "Counties in debt", "percent of counties, at the end of the year",
             lines["arrears_share"], NO_DOTS, Scale(0, "%")),
        Plan("balance", "Balance of counties", "billion yuan a year; below zero: a deficit",
             lines["fiscal_balance"], NO_DOTS, Scale(1)),
        Plan("local-spending", "Local spending", "yuan per resident and year, ratio scale",
             lines["local_spending_per_head"], NO_DOTS, Scale(0, log=True)),
    ])]  # fmt: skip
