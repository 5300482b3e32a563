"""Who is poor and who is helped: dibao, its errors, the other schemes, poverty alleviation."""

from collections.abc import Sequence

import pandas as pd

from experiments.official_figures import MILLION, PERCENT
from experiments.report_axes import Scale
from experiments.report_data import Run, by_place, marks, tidy, true_and_reported
from experiments.report_lines import BILLION, dibao_money
from experiments.report_panels import NO_DOTS, Block, By, Plan, block, dots, same_scale, small

PLACES = ("urban", "rural")
MEASURES = {"": "this year", "_permanent": "lasting", "_need": "need"}
_BOTH = ("urban_dibao", "rural_dibao")
_ERRORS = {
    "exclusion": "percent of the poor who are left out",
    "inclusion": "percent of the recipients who are not poor",
}
# The schemes of social assistance beside dibao, in words.
_SCHEMES = {
    "tekun": "Extremely poor",
    "temporary_aid": "Temporary aid",
    "medical_aid": "Medical aid",
    "education_aid": "Education aid",
    "housing_aid": "Housing aid",
    "employment_aid": "Employment aid",
    "disaster_relief": "Disaster relief",
    "donations": "Donations",
}
_TIERS = {"centre": "urban", "local": "rural", "gongo": "green", "ngo": "purple"}


def dibao(run: Run, by: By) -> list[Block]:
    """Return coverage, poverty, recipients and lines by place, official figures beside them."""
    coverage = by_place(run, "coverage", "dibao", PERCENT)
    poverty = by_place(run, "poverty_rate", "", PERCENT)
    plans = [
        Plan("coverage", "Dibao coverage", "percent of the people whose hukou the scheme serves",
             coverage, NO_DOTS, Scale(1, "%"), marks(run, _BOTH)),
        *_recipients_and_lines(run, by, "recipients"),
        Plan("poverty", "Poverty rate",
             "percent; rural: 2010 standard; urban: twice the dibao line",
             poverty, dots(by, "poverty_rural"), Scale(1, "%"), marks(run, _BOTH),
             "The dots are rural; both lines are true. Where there is no dibao yet, the poverty "
             "line is as it would be."),
        *_recipients_and_lines(run, by, "line"),
    ]  # fmt: skip
    return [block(plans)]


def _recipients_and_lines(run: Run, by: By, key: str) -> list[Plan]:
    """Return the urban and the rural chart of recipients or of lines, on one scale."""
    outcome, scale, digits, unit = {
        "recipients": ("dibao_recipients", MILLION, 1, "million persons"),
        "line": ("dibao_line", 1.0, 0, "yuan a month"),
    }[key]
    return same_scale([
        Plan(f"{key}-{place}", f"{place.title()} {outcome.replace('_', ' ')}", unit,
             true_and_reported(run, outcome, place, "", scale, place), dots(by, f"{key}_{place}"),
             Scale(digits), marks(run, [f"{place}_dibao"]))
        for place in PLACES
    ])  # fmt: skip


def targeting(run: Run, _: By) -> list[Block]:
    """Return exclusion and inclusion errors: a row for each, a column for each measure."""
    return [
        block([
            Plan(f"{error}-{words.replace(' ', '-')}", f"{error.title()} error, {words}", unit,
                 by_place(run, f"{error}_error{ending}", "", PERCENT), NO_DOTS,
                 Scale(0, "%", top=PERCENT), marks(run, _BOTH))
            for error, unit in _ERRORS.items()
            for ending, words in MEASURES.items()
        ])
    ]  # fmt: skip


def assistance(run: Run, _: By) -> list[Block]:
    """Return who is helped by each scheme and what it pays; all spending, its aim, and trust."""
    lines = dibao_money(run).set_index("label")
    plans = []
    for place in PLACES:
        paid = lines["value"].get(place)
        last = float(paid.iloc[-1]) if isinstance(paid, pd.Series) else float("nan")
        helped = run.series("dibao_recipients", place)
        plans.append(_helped(run, f"{place.title()} dibao", f"{place}-dibao", helped, last))
    for scheme, title in _SCHEMES.items():
        paid = run.series("assistance_paid", "all", scheme)[run.last] / BILLION
        helped = run.series("assistance_recipients", "all", scheme)
        plans.append(_helped(run, title, scheme.replace("_", "-"), helped, float(paid)))
    text = (
        "Persons helped in the year, million (dibao: on the roll at its end), each on its own "
        f"scale; below each name what it paid in {run.last}."
    )
    return [small(plans, "Whom each scheme helps", text), block(_spending(run))]


def _helped(run: Run, title: str, name: str, helped: "pd.Series[float]", paid: float) -> Plan:
    lines = tidy([("", "all", helped * MILLION)])
    digits = 1 if paid < 1 else 0
    unit = f"{paid:,.{digits}f} billion yuan" if paid > 0 else f"nothing paid in {run.last}"
    most = float(lines["value"].max()) if len(lines) else 0.0
    scale = Scale(1 if most >= 1 else 2)
    return Plan(f"helped-{name}", title, unit, lines, NO_DOTS, scale)


def _spending(run: Run) -> list[Plan]:
    spent = tidy([("", "all", run.series("assistance_spending") / BILLION)])
    aim = tidy([("", "all", run.series("transfer_concentration"))])
    trust = tidy(
        (tier, _TIERS.get(tier, "muted"), values)
        for tier in run.schemes("trust")
        # Trust in a body of which nobody asks anything stays where it began.
        if (values := run.series("trust", "all", tier)).nunique() > 1
    )
    return [
        Plan("assistance-spending", "Social assistance paid by counties", "billion yuan a year",
             spent, NO_DOTS, Scale(0)),
        Plan("concentration", "Whom public transfers reach",
             "concentration index; below zero: the poor have more than their share",
             aim, NO_DOTS, Scale(2, low=None)),
        Plan("trust", "Trust of households", "mean, 0 to 1; moves when a request is met or refused",
             trust, NO_DOTS, Scale(2, low=None)),
    ]  # fmt: skip


def alleviation(run: Run, _: By) -> list[Block]:
    """Return the register, its errors and its cost, and poverty before and after transfers."""
    register = (("registered", "all", "registered_poor"), ("left", "green", "register_exits"),
                ("back", "rural", "returned_to_poverty"))  # fmt: skip
    errors = (("missed", "rural", "registration_exclusion_error"),
              ("not poor", "urban", "registration_inclusion_error"),
              ("on dibao", "muted", "register_overlap"))  # fmt: skip
    begin = _begin(run.series("registered_poor"))
    plans = [
        Plan("register", "The register of the poor",
             "million: registered; left in the year; left earlier, back below the line",
             _since(run, register, begin, MILLION), NO_DOTS, Scale(1)),
        Plan("register-errors", "Errors and overlap of the register",
             "percent: poor not on it; on it, not poor; on it and on dibao",
             _since(run, errors, begin, PERCENT), NO_DOTS, Scale(0, "%", top=PERCENT)),
        Plan("alleviation-spending", "Cost of poverty alleviation", "billion yuan a year",
             _since(run, [("", "all", "alleviation_spending")], begin, 1 / BILLION), NO_DOTS,
             Scale(0)),
    ]  # fmt: skip
    return [block(plans), block(_transfers(run), "Poverty before and after transfers")]


def _begin(registered: "pd.Series[float]") -> int:
    """Return the year before the first with a register, or the first of all without one."""
    years = registered.index[registered.fillna(0) > 0]
    return int(max(years.min() - 1, registered.index.min()) if len(years) else registered.index[0])


def _since(
    run: Run, specs: Sequence[tuple[str, str, str]], begin: int, scale: float
) -> pd.DataFrame:
    return tidy((label, tone, run.series(outcome).loc[begin:] * scale)
                for label, tone, outcome in specs)  # fmt: skip


def _transfers(run: Run) -> list[Plan]:
    """Return the headcount before and after transfers, and how deep poverty is after them."""
    plans = []
    for place in PLACES:
        before = run.series("poverty_rate_before_transfers", place) * PERCENT
        after = run.series("poverty_rate", place) * PERCENT
        lines = tidy([("before", "muted", before), ("after", place, after)], ["before"])
        plans.append(Plan(f"before-after-{place}", f"Poor, {place}",
                          "percent of residents, before and after public transfers", lines, NO_DOTS,
                          Scale(1, "%")))  # fmt: skip
    depth = tidy(
        (name, tone, run.series(outcome, "rural") * PERCENT)
        for name, tone, outcome in (("gap", "rural", "poverty_gap"),
                                    ("squared", "purple", "poverty_severity"))
    )  # fmt: skip
    plans.append(Plan("depth", "Depth of rural poverty", "gap and squared gap, percent of the line",
                      depth, NO_DOTS, Scale(1, "%")))  # fmt: skip
    return plans
