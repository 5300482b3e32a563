"""Who leads counties and what for: careers, effort, what departments deliver, awards.

What rests on the contested tournament of promotions is marked, and the section tells its strength.
"""

import math

from markupsafe import Markup

from experiments.official_figures import PERCENT
from experiments.report_axes import Scale
from experiments.report_data import Run, tidy
from experiments.report_panels import NO_DOTS, Block, By, Plan, block
from experiments.report_parameters import at_ends

CONTESTED = Markup('Depends in part on the <a href="#officials">contested tournament</a>.')
"""Said below charts that change when scores no longer decide promotion."""
_WEIGHT = "incentives.careers.score_weight"
_DRIVE = "incentives.priorities.by_tournament"
# Label, colour, and kind of effort.
_EFFORTS = (("growth", "muted", "growth"), ("revenue", "all", "revenue"),
            ("order", "rural", "stability"), ("welfare", "green", "social"),
            ("right decisions", "purple", "errors"),
            ("novelties", "urban", "innovation"))  # fmt: skip
# Label, colour, and department.
_DEPARTMENTS = (("civil", "rural", "civil"), ("insurance", "urban", "insurance"),
                ("medical", "green", "medical"), ("schools", "purple", "education"),
                ("poverty", "muted", "poverty"))  # fmt: skip


def officials(run: Run, _: By) -> list[Block]:
    """Return careers, effort, delivery and awards."""
    careers = block(_careers(run), "Careers")
    if not any(run.scenario.is_on("incentives", year) for year in run.years):
        # Nobody drives them: leaders divide their effort equally and departments do the usual.
        return [careers]
    return [careers, block(_work(run), "What leaders work for")]


def _careers(run: Run) -> list[Plan]:
    promoted = tidy([("", "all", run.series("promotions"))])
    score = tidy([("", "all", run.series("promoted_score"))])
    tenure = tidy([("", "all", run.series("official_tenure"))])
    n = run.scenario.world.n_counties
    few = f"The {n:,} simulated counties stand for {run.units:,.0f}; single years jump by chance."
    return [
        Plan("promotions", "Leaders promoted", "leaders of county-level units a year", promoted,
             NO_DOTS, Scale(0), note=few),
        Plan("promoted-score", "Score of those promoted",
             "standard deviations above the mean of their province", score, NO_DOTS, Scale(2),
             note=Markup(" ").join([*_mean_score(run), CONTESTED])),
        Plan("tenure", "Time in the post", "mean years of the leaders who left it in the year",
             tenure, NO_DOTS, Scale(1)),
    ]  # fmt: skip


def _mean_score(run: Run) -> list[str]:
    """Say what those promoted in all years scored on average."""
    promoted, score = run.series("promotions"), run.series("promoted_score")
    known = promoted.where(score.notna(), 0).fillna(0)
    if not known.sum():
        return []
    mean = float((known * score.fillna(0)).sum() / known.sum())
    shown = f"{mean:+.2f}".replace("-", "\N{MINUS SIGN}")
    return [f"All who were promoted in these years together: {shown}."]


def _work(run: Run) -> list[Plan]:
    effort = tidy((label, tone, run.series("effort_share", kind) * PERCENT)
                  for label, tone, kind in _EFFORTS)  # fmt: skip
    done = tidy((label, tone, run.series("delivery", department))
                for label, tone, department in _DEPARTMENTS)  # fmt: skip
    return [
        Plan("effort", "What leaders put their effort into", "percent of effort, mean of leaders",
             effort, NO_DOTS, Scale(0, "%"), note="Effort goes where the score has weight and pays "
             "off before the leader moves on; how far departments follow is the next chart."),
        Plan("delivery", "What departments deliver", "ratio; one: as when schemes were fitted",
             done, NO_DOTS, Scale(2, low=None), note=CONTESTED),
        _awards(run),
    ]  # fmt: skip


def _awards(run: Run) -> Plan:
    """Return the rounds of the innovation awards: points, since there is nothing in between."""
    rounds = run.series("award_nominees").fillna(0) > 0
    years = rounds.index[rounds]
    held = run.years[(run.years >= years.min()) & (run.years <= years.max())] if len(years) else []
    lines = tidy(
        (label, tone, run.series(outcome, "protection").where(rounds).reindex(held))
        for label, tone, outcome in (("nominated", "muted", "award_nominees"),
                                     ("won", "green", "award_winners"))
    )  # fmt: skip
    return Plan("awards", "Innovation awards for protecting a group",
                "innovations by round; all others of the round had other aims", lines, NO_DOTS,
                Scale(0), note="A jury weighs how visible a novelty is; what it does for anybody "
                "plays no part (a rule of the model, no finding).")  # fmt: skip


def tournament(run: Run) -> list[Markup]:
    """Say that the tournament is contested, how strong it is in this run, and what to show."""
    if not run.scenario.is_on("incentives", run.last):
        return []
    told = Markup(
        "Whether scores decide promotion is contested: Li and Zhou (2005) find it among leaders of "
        "provinces, Wiebe (2020, 2024) not among those of prefectures, and Pang, Keng and Zhang "
        "(2023) find no effect of competition on effort. {} The scenario <code>no_tournament</code>"
        " sets both to zero: promotion then follows age and time in the post alone, and {:.0f}% of "
        "what scores do to priorities, reports and the handling of unrest falls away. Conclusions "
        "that need the tournament should be shown with and without it; charts that depend on it "
        "say so."
    )
    ((_, falls),) = zip(*at_ends(run.scenario, _DRIVE), strict=True)
    return [told.format(_strength(run), falls * PERCENT)]


def _strength(run: Run) -> Markup:
    """Say what a score is worth in this run, for leaders of counties and of provinces."""
    county, province = zip(*at_ends(run.scenario, _WEIGHT), strict=True)
    shown = [_dated(run, *ends) for ends in (county, province)]
    if not (county[-1] or province[-1]):
        text = Markup("In this run it has no part: <code>{}</code> is {} for counties, {} for "
                      "provinces.")  # fmt: skip
        return text.format(_WEIGHT, *shown)
    text = Markup("In this run a score that is one standard deviation higher multiplies the odds "
                  "of promotion of a county leader by {:.2f} (<code>{}</code> is {} for counties, "
                  "{} for provinces).")  # fmt: skip
    return text.format(math.exp(county[-1]), _WEIGHT, *shown)


def _dated(run: Run, first: float, last: float) -> str:
    return f"{last:g}" if first == last else f"{first:g} in {run.first} and {last:g} in {run.last}"
