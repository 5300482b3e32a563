"""Who is insured and against what: members, migrants, the residents' pension, pools, illness."""

import pandas as pd

from agents.enrolment import SCHEMES as WORKER_SCHEMES
from experiments.official_figures import MILLION, PERCENT
from experiments.report_axes import Scale
from experiments.report_data import Run, by_place, marks, tidy, true_and_reported
from experiments.report_lines import BILLION, bail_outs
from experiments.report_panels import NO_DOTS, Block, By, Plan, block, dots, same_scale, small

_TRILLION = 1e12
_TONES = ("urban", "rural", "green", "purple", "muted")
_SHORT = {"worker_pension": "pension", "worker_medical": "medical", "work_injury": "injury"}
# Scheme, what it is for, in words for the reader.
_RISKS = (
    ("medical", "Illness, any scheme"),
    ("residents_pension", "Old age, residents"),
    ("worker_pension", "Old age, workers"),
    ("work_injury", "Work injury"),
    ("maternity", "Maternity"),
)
_AGES = (("16–29", "urban", "age_16_29"), ("30–44", "green", "age_30_44"),
         ("45–59", "rural", "age_45_59"))  # fmt: skip


def insurance(run: Run, by: By) -> list[Block]:
    """Return members with official figures, and membership beside protection."""
    pensions = same_scale([
        _members(run, by, "worker_pension", "Worker pension", "contributors and pensioners"),
        _members(run, by, "residents_pension", "Residents' pension", "contributors and pensioners"),
    ])  # fmt: skip
    medical = _members(run, by, "medical", "Any basic medical insurance", "members of any scheme")
    text = (
        "Line: members over those whom the scheme could have. Dashed, “met”: effective coverage, "
        "what reached those whom the risk struck. Membership is no protection."
    )
    plans = [*pensions, medical, _alone(run)]
    return [block(plans), small(_protection(run), "Membership and protection", text)]


def _alone(run: Run) -> Plan:
    lines = tidy(
        (_SHORT[scheme], tone, run.series("self_insured_persons", "all", scheme) * MILLION)
        for scheme, tone in (("worker_pension", "urban"), ("worker_medical", "rural"))
    )
    return Plan("self-insured", "Workers who pay alone", "million without a formal job", lines,
                NO_DOTS, Scale(0), marks(run, ["self_insurance"]))  # fmt: skip


def _members(run: Run, by: By, scheme: str, title: str, who: str) -> Plan:
    lines = true_and_reported(run, "covered_persons", "all", scheme, MILLION)
    return Plan(f"members-{scheme}".replace("_", "-"), title, f"million {who}", lines,
                dots(by, f"members_{scheme}"), Scale(0), _acts(run, scheme))  # fmt: skip


def _acts(run: Run, scheme: str) -> tuple[int, ...]:
    policies = {"medical": ["residents_medical"], "residents_pension": ["residents_pension"]}
    return marks(run, policies.get(scheme, ["worker_insurance"]))


def _protection(run: Run) -> list[Plan]:
    plans = []
    for scheme, title in _RISKS:
        held = run.series("coverage", "all", scheme) * PERCENT
        met = run.series("effective_coverage", "all", scheme) * PERCENT
        lines = tidy([("", "all", held), ("met", "urban", met)], ["met"])
        plans.append(Plan(f"protection-{scheme}".replace("_", "-"), title, "", lines, NO_DOTS,
                          Scale(0, "%", top=PERCENT)))  # fmt: skip
    return plans


def migrants(run: Run, by: By) -> list[Block]:
    """Return the five schemes among outgoing migrants, most members first, and their leaving."""
    held = {
        scheme: run.series(run.reported("coverage"), "migrant_outgoing", scheme) * PERCENT
        for scheme in WORKER_SCHEMES
    }
    order = sorted(held, key=lambda scheme: -held[scheme].fillna(0).sum())
    ladder = same_scale([
        Plan(f"ladder-{scheme}".replace("_", "-"), scheme.replace("_", " ").capitalize(), "",
             tidy([("", "all", held[scheme])]), dots(by, f"migrant_{scheme}"), Scale(0, "%"))
        for scheme in order
    ])  # fmt: skip
    text = (
        "Percent of outgoing migrant workers, as governments report it; most members first, all "
        "on one scale."
    )
    return [small(ladder, "", text), block(_leaving(run))]


def _leaving(run: Run) -> list[Plan]:
    included = tidy([("", "all", run.series("migrant_regime") * PERCENT)])
    cash = tidy([("", "all", run.series("pension_cash_outs") * MILLION)])
    twice = tidy(
        (label, tone, run.series("double_enrolment", group, "medical") * PERCENT)
        for label, tone, group in (("all", "all", "all"), ("migrants", "rural", "migrant_outgoing"))
    )
    return [
        Plan("migrant-regime", "Where migrants are included",
             "percent of off-farm migrants, by the place where they live", included, NO_DOTS,
             Scale(0, "%", top=PERCENT), marks(run, ["migrant_insurance"])),
        Plan("cash-outs", "Pensions taken in cash",
             "million migrants a year who left a city or a job", cash, NO_DOTS, Scale(1)),
        Plan("double-enrolment", "Insured twice against illness",
             "percent of members of the worker scheme who are enrolled at home too", twice,
             NO_DOTS, Scale(0, "%")),
    ]  # fmt: skip


def pension(run: Run, _: By) -> list[Block]:
    """Return take-up by age, the lowest tier, and what the residents' pension pays."""
    scheme = "residents_pension"
    ages = tidy((label, tone, run.series("take_up", group, scheme) * PERCENT)
                for label, tone, group in _AGES)  # fmt: skip
    lowest = tidy([("", "all", run.series("lowest_tier_share") * PERCENT)])
    paid = by_place(run, "residents_pension_benefit_mean")
    acts = marks(run, [scheme])
    return [block([
        Plan("take-up", "Take-up by age", "percent of those who may contribute, where it exists",
             ages, NO_DOTS, Scale(0, "%", top=PERCENT), acts),
        Plan("lowest-tier", "Contributors at the lowest tier", "percent of contributors", lowest,
             NO_DOTS, Scale(0, "%", top=PERCENT), acts),
        Plan("benefit", "Pension paid", "yuan a month per beneficiary", paid, NO_DOTS, Scale(0),
             acts),
    ])]  # fmt: skip


def pools(run: Run, _: By) -> list[Block]:
    """Return what pools hold, and who paid when they ran dry."""
    worker = tidy(
        (_SHORT.get(scheme, scheme), tone, run.reserves[scheme].reindex(run.years) / _TRILLION)
        for scheme, tone in zip(WORKER_SCHEMES, _TONES, strict=True)
        if scheme in run.reserves
    )
    residents = tidy(
        (label, tone, run.series("pool_balance", "all", scheme) / BILLION)
        for label, tone, scheme in (("pension", "urban", "residents_pension"),
                                    ("medical", "rural", "medical"))
    )  # fmt: skip
    return [block([
        Plan("reserves-workers", "Reserves, worker schemes", "trillion yuan at the end of the year",
             worker, NO_DOTS, Scale(1)),
        Plan("reserves-residents", "Reserves, residents' schemes",
             "billion yuan at the end of the year; below zero: owed to hospitals", residents,
             NO_DOTS, Scale(0)),
        Plan("bail-outs", "Bail-outs", "billion yuan a year, from the centre; others from counties",
             bail_outs(run), NO_DOTS, Scale(1)),
    ])]  # fmt: skip


def health(run: Run, _: By) -> list[Block]:
    """Return catastrophic spending, own payments, and the part of bills that insurance met."""
    catastrophic = by_place(run, "catastrophic_health_share", "", PERCENT)
    own = by_place(run, "out_of_pocket_mean")
    met: pd.DataFrame = by_place(run, "effective_coverage", "medical", PERCENT)
    return [block([
        Plan("catastrophic", "Catastrophic health spending",
             "percent of households whose own payments reach 40% of capacity to pay",
             catastrophic, NO_DOTS, Scale(1, "%")),
        Plan("out-of-pocket", "Own payments for care", "yuan per head and year, ratio scale", own,
             NO_DOTS, Scale(0, log=True)),
        Plan("bills-met", "Hospital bills met by insurance", "percent of the bills of the year",
             met, NO_DOTS, Scale(0, "%", top=PERCENT), marks(run, ["residents_medical"])),
    ])]  # fmt: skip
