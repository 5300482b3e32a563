"""Incentives of officials: scores, careers, priorities, reports, order, awards (mechanism h).

Each rule stands in a file of `agents`: `careers`, `priorities`, `reporting`, `stability` and
`innovation`. Here: in which order they act, and what they read and write. Switched off, nobody is
scored: promotions come at the base hazard and nothing depends on who leads.
"""

import numpy as np

from agents import careers, priorities, reporting, stability
from agents.official import KINDS
from agents.table import Bool, Column, Float, Int8
from policies.base import Policy, World
from policies.incentives_awards import Awards
from policies.incentives_outcomes import OUTCOMES
from policies.incentives_score import Scoreboard

_COLUMNS = {
    "welfare_priority": (
        np.float64,
        Column("ratio", "the leader's priority for coverage and poverty, 1: as usual", 1),
    ),
    "stability_choice": (
        np.int8,
        Column("CHOICES", "answer to unrest: none, concede, buy off, suppress, conceal"),
    ),
}
_EVALUATION = "incentives.evaluation."
_REPORTING = "incentives.reporting."
_PRIORITIES = "incentives.priorities."
_STABILITY = "incentives.stability."


class Incentives(Policy):
    """The evaluation of leaders and what they make of it (干部考核).

    Attributes
    ----------
    scores : Scoreboard
    awards : Awards
    """

    id = "incentives"
    title = "Incentives of officials"
    neutral = (
        "Nobody is scored: promotions come at the base hazard, priorities are equal, departments "
        "deliver as usual, reports are true, no money goes to order beyond the usual budget."
    )
    parameters = ("incentives", "adoption.calendar", "fiscal.budget", "trust.rules", "claims")
    outcomes = OUTCOMES

    def set_up(self, sim: World) -> None:
        """Declare columns and fill the posts of the first year."""
        for name, (dtype, column) in _COLUMNS.items():
            sim.counties.declare(name, dtype, column)
        self.scores = Scoreboard(sim)
        self.awards = Awards(sim)
        self._begun = False
        careers.first_leaders(sim.officials, sim.parameters, sim.lasting_chance)

    def on_appraise(self, sim: World) -> None:
        """Score, promote and move leaders; let them set priorities for the year."""
        officials, parameters = sim.officials, sim.parameters
        if self._begun:
            careers.grow_older(officials, parameters)
        self._begun = True
        indicators = self.scores.look(sim, self.awards.won.sum(axis=0))
        officials.score[:] = officials.found_out[:] = 0
        if sim.is_on(self.id):
            self._judge(sim, indicators)
        else:
            officials.veto_until[:] = 0
        careers.change_posts(
            officials, self.scores.group, sim.year, parameters, sim.chance, sim.lasting_chance
        )
        officials.horizon = careers.expect_to_stay(officials, parameters, sim.lasting_chance)
        if sim.is_on(self.id):
            self._act(sim)
        else:
            self._stand_by(sim)

    def on_record(self, sim: World) -> None:
        """Record careers, effort, order and awards."""
        counties, officials, add = sim.counties, sim.officials, sim.record.add
        of_counties, weight = slice(counties.n), counties.weight
        left_after = officials.left_after[of_counties]
        promoted = weight * officials.promoted[of_counties]
        add("promotions", promoted)
        add("province_promotions", self._by_first_county(sim, officials.promoted[counties.n :]))
        for name, (true, stated) in self.scores.grown.items():
            known = np.isfinite(true)
            add(name, weight * np.where(known, true, 0), weight * known)
            add(f"{name}_reported", weight * np.where(known, stated, 0), weight * known)
        add("promoted_score", promoted * officials.score[of_counties], promoted)
        add("official_tenure", weight * left_after, weight * (left_after > 0))
        add("veto_share", weight * (officials.veto_until[of_counties] > sim.year), weight)
        add("stability_spending", counties.stability_money.copy())
        for code, choice in enumerate(stability.CHOICES[1:], start=1):
            chosen = counties["stability_choice"] == code
            add("stability_choices", weight * chosen, group=choice)
        for kind in KINDS:
            effort = officials[f"effort_{kind}"][of_counties]
            add("effort_share", weight * effort, weight, group=kind)
        for department in priorities.DEPARTMENTS:
            quality = counties[f"effort_{department}"]
            add("delivery", weight * quality, weight, group=department)
        self.awards.record(sim)

    def _by_first_county(self, sim: World, of_provinces: Int8) -> Float:
        """Return values of provinces at the first county of each in the sample, (n_counties,)."""
        counties = sim.counties
        provinces, first = np.unique(counties.province, return_index=True)
        values = np.zeros(counties.n)
        values[first] = of_provinces[provinces]
        return values

    def _judge(self, sim: World, indicators: Float) -> None:
        """Score by what was reported, less for who is found out; note whom the veto strikes."""
        officials, number = sim.officials, sim.parameters.number
        weights = sim.parameters.schedule(f"{_EVALUATION}weights")
        score = careers.evaluate(indicators, weights, self.scores.group)
        found, scandal = self._audit(sim)
        officials.found_out[:] = found
        officials.score = score - number(f"{_REPORTING}penalty") * found
        struck = scandal.copy()
        struck[: sim.counties.n] |= sim.counties.incident > 0
        careers.note_vetoes(officials, struck, sim.year, sim.parameters)

    def _audit(self, sim: World) -> tuple[Bool, Bool]:
        """Return whose false reports of last year are found out, and for whom it is a scandal."""
        officials, number = sim.officials, sim.parameters.number
        false = np.zeros(officials.n, bool)
        false[: sim.counties.n] = sim.counties.reporting > 0
        luck = sim.chance("officials.audit_of_reports").uniform(officials.key)
        audited = number(f"{_REPORTING}audit")
        scandal = audited * number(f"{_REPORTING}scandal_share")
        return false & (luck < audited), false & (luck < scandal)

    def _act(self, sim: World) -> None:
        """Divide effort, set reports, meet unrest, let departments and awards have their turn."""
        officials, counties, parameters = sim.officials, sim.counties, sim.parameters
        driven = self._drive(sim)[officials.level]
        self._set_priorities(sim, driven)
        years = officials.years[: counties.n]
        counties.reporting = reporting.boldness(years, driven[: counties.n], parameters)
        self._keep_order(sim, driven[: counties.n])
        self.awards.innovate(sim, self.scores.early)
        self.awards.judge(sim)

    def _drive(self, sim: World) -> Float:
        """Return how far the score drives leaders, by level, shape (2,)."""
        return priorities.drive(
            sim.parameters.schedule("incentives.careers.score_weight"),
            sim.parameters.schedule(f"{_PRIORITIES}usual_strength"),
            sim.parameters.number(f"{_PRIORITIES}by_tournament"),
        )

    def _set_priorities(self, sim: World, driven: Float) -> None:
        """Divide each leader's effort, and set what departments deliver (h.3, h.4, a.2)."""
        officials, counties, parameters = sim.officials, sim.counties, sim.parameters
        weights = parameters.schedule(f"{_EVALUATION}weights")
        effort = priorities.divide_effort(
            priorities.task_weights(weights, parameters),
            priorities.payoff(officials.horizon, parameters),
            priorities.own_values(officials.key, parameters, sim.lasting_chance),
            parameters.schedule(f"{_PRIORITIES}measurable"),
        )
        for kind, share in zip(KINDS, priorities.by_kind(effort), strict=True):
            officials[f"effort_{kind}"] = share
        led = counties.n + counties.province.astype(np.intp)
        capacity = parameters.schedule(f"{_PRIORITIES}capacity")[counties.kind]
        orders = parameters.schedule(f"{_PRIORITIES}mandates")
        orders = orders / parameters.schedule(f"{_PRIORITIES}usual_mandates")
        follows = parameters.number(f"{_PRIORITIES}province_share")
        says = parameters.schedule(f"{_PRIORITIES}leader_share")
        least = parameters.number(f"{_PRIORITIES}least_delivery")
        for place, department in enumerate(priorities.DEPARTMENTS):
            b = priorities.department_priority(department, effort, parameters, driven)
            own, above = b[: counties.n], b[led]
            sent = priorities.orders_from_above(orders[place], above, follows)
            quality = priorities.delivery(own, sent, says[place], capacity)
            counties[f"effort_{department}"] = np.maximum(quality, least)
        welfare = priorities.department_priority("poverty", effort, parameters, driven)
        counties["welfare_priority"] = welfare[: counties.n]

    def _keep_order(self, sim: World, driven: Float) -> None:
        """Let leaders who face unrest choose what to do about it, and set money aside for it."""
        counties, parameters = sim.counties, sim.parameters
        number = parameters.number
        severity = stability.severity_of(counties.unrest, counties["petitions"], parameters)
        room = np.maximum(counties.room, 1)
        wealth = counties.product * number("fiscal.budget.household_income_share") / room
        weights = parameters.schedule(f"{_EVALUATION}weights")
        stake = driven * weights[KINDS.index("stability")]
        veto = number(f"{_STABILITY}veto_loss") * parameters.flag(f"{_EVALUATION}veto")
        horizon = sim.officials.horizon[: counties.n]
        worth = stability.payoffs(severity, wealth, horizon, stake, veto, parameters)
        choice = stability.choose(worth, severity)
        counties["stability_choice"] = choice
        cost = stability.budget_share(severity, wealth, parameters)
        cost = np.minimum(cost[choice, np.arange(counties.n)], 1)
        # Who concedes or buys off pays claimants through the schemes, not through this account.
        by_force = (choice == stability.SUPPRESS) | (choice == stability.CONCEAL)
        counties.stability_money = np.where(by_force, cost * np.maximum(counties.room, 0), 0.0)

    def _stand_by(self, sim: World) -> None:
        """Set everything to what it is when nobody is scored."""
        officials, counties = sim.officials, sim.counties
        # What answers to claims reckon with where no leader says otherwise.
        usual = sim.parameters.number("claims.answers.stability_mean")
        for kind in KINDS:
            share = usual if kind == "stability" else (1 - usual) / (len(KINDS) - 1)
            officials[f"effort_{kind}"][:] = share
        for department in priorities.DEPARTMENTS:
            counties[f"effort_{department}"][:] = 1
        counties["welfare_priority"][:] = 1
        counties["stability_choice"][:] = 0
        counties.reporting[:] = counties.stability_money[:] = 0
        self.awards.clear(sim)
