"""Who moves and who is registered where they live."""

from experiments.official_figures import MILLION, PERCENT
from experiments.report_axes import Scale
from experiments.report_data import Run, marks, tidy
from experiments.report_panels import NO_DOTS, Block, By, Plan, block, dots


def moving(run: Run, by: By) -> list[Block]:
    """Return migrants, how far they go, and who stays behind."""
    migrants = tidy((label, tone, run.series("migrants", f"migrant_{label}") * MILLION)
                    for label, tone in (("all", "muted"), ("outgoing", "all")))  # fmt: skip
    far = tidy([("", "all", run.series("migrants_interprovincial_share") * PERCENT)])
    behind = tidy(
        (label, tone, run.series("left_behind_share", group) * PERCENT)
        for label, tone, group in (("children", "green", "children"), ("old", "purple", "elderly"))
    )
    return [block([
        Plan("migrants", "Migrant workers", "million; all: also off the farm inside their township",
             migrants, dots(by, "migrants_outgoing", "migrants_all"), Scale(0)),
        Plan("interprovincial", "In another province", "percent of outgoing migrant workers", far,
             dots(by, "migrants_interprovincial"), Scale(0, "%")),
        Plan("left-behind", "Left behind",
             "percent of rural children (0–14) and old (60+) with somebody away", behind, NO_DOTS,
             Scale(0, "%")),
    ])]  # fmt: skip


def registration(run: Run, by: By) -> list[Block]:
    """Return who is registered elsewhere, conversions, openness, load of services, and points."""
    urban = tidy([("live", "urban", run.series("urban_share") * PERCENT),
                  ("hukou", "purple", run.series("hukou_urban_share") * PERCENT)])  # fmt: skip
    away = tidy([("", "all", run.series("separated_share") * PERCENT)])
    return [block([
        Plan("urban-share", "Urban, by residence and by hukou", "percent of the people", urban,
             dots(by, "urban_share", "hukou_urban_share"), Scale(0, "%")),
        Plan("separated", "Registered in another county", "percent of residents", away,
             dots(by, "separated_population", "floating_population"), Scale(0, "%")),
        *_conversion(run),
    ])]  # fmt: skip


def _conversion(run: Run) -> list[Plan]:
    conversions = tidy([("all", "all", run.series("hukou_conversions") * MILLION),
                        ("by choice", "urban",
                         run.series("hukou_conversions_chosen") * MILLION)])  # fmt: skip
    openness = tidy([("", "all", run.series("hukou_rung_mean"))])
    load = tidy([("", "all", run.series("school_load"))])
    points = tidy([("", "all", run.series("points_granted_share") * PERCENT)])
    acts = marks(run, ["hukou"])
    return [
        Plan("conversions", "New urban registrations", "million persons a year", conversions,
             NO_DOTS, Scale(1), acts),
        Plan("openness", "Openness to registration", "mean rung, 0 closed to 4 open to all",
             openness, NO_DOTS, Scale(1, top=4), acts),
        Plan("school-load", "Load of schools and clinics", "users per seat in the core of cities",
             load, NO_DOTS, Scale(2, low=None), acts),
        Plan("points", "Granted under points", "percent of those who qualified and applied", points,
             NO_DOTS, Scale(0, "%"), acts),
    ]  # fmt: skip
