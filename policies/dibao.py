"""Dibao (minimum living guarantee, 最低生活保障): lines, places, applications, verification.

Rules f.1 to f.4, urban and rural alike; the two schemes differ in parameters, in whose hukou they
serve, and in when counties adopt them. Source of the schemes: S0, S3; State Council Order No. 271
(1999) and Notice [2007] No. 19.
"""

from typing import ClassVar

import numpy as np
from scipy.special import expit

from agents.table import Bool, Column, Float, Rows, total_by
from policies.base import Policy, World
from policies.dibao_outcomes import OUTCOMES

MONTHS = 12
# Parts of a person in which places are counted.
_PARTS = 1000
_COLUMNS = {
    "aware_of_dibao": (np.bool_, Column("flag", "knows of dibao")),
    "assessed_income": (np.float64, Column("yuan/person/year", "income as verifiers see it")),
    "applies_for_dibao": (np.bool_, Column("flag", "applied for dibao this year")),
    "receives_dibao": (np.bool_, Column("flag", "on the dibao roll at the end of the year")),
    "dibao_benefit": (np.float64, Column("yuan/year", "dibao paid to the household")),
}


class Dibao(Policy):
    """What the urban and the rural scheme share.

    Attributes
    ----------
    line : ndarray of float64, shape (n_counties,)
        Dibao line, yuan/person/year; zero before adoption.
    places : ndarray of float64, shape (n_counties,)
        Persons for whom there are places in quota mode.
    rights : ndarray of bool, shape (n_counties,)
        Whether the county serves everybody it finds entitled.
    """

    place: ClassVar[str]
    neutral = "No county has the scheme; nobody applies and nothing is paid."
    outcomes = OUTCOMES
    parameters = ("dibao", "adoption.calendar", "economy.prices", "fiscal.budget")

    def set_up(self, sim: World) -> None:
        """Add the columns of the roll and start without the scheme anywhere."""
        for name, (dtype, column) in _COLUMNS.items():
            if name not in sim.households.declared:
                sim.households.declare(name, dtype, column)
        self.line_column = f"{self.id}_line"
        line = Column("yuan/person/year", f"line of {self.title.lower()}; zero without the scheme")
        sim.counties.declare(self.line_column, np.float64, line)
        self.line = np.zeros(sim.counties.n)
        self.places = np.zeros(sim.counties.n)
        self.rights = np.zeros(sim.counties.n, bool)
        self._found_eligible = np.zeros(sim.counties.n)
        self._first_cost = np.zeros(sim.counties.n)
        self._first_room = np.ones(sim.counties.n)
        self._affordable = np.zeros(sim.counties.n)

    def on_budget(self, sim: World) -> None:
        """Set lines, places and the mode of every county that has the scheme (f.1, f.4)."""
        self._set_lines(sim)
        self._set_places(sim)
        self._set_mode(sim)

    def on_assist(self, sim: World) -> None:
        """Take applications, verify, ration and pay (f.2 to f.4)."""
        rows = self._reached(sim)
        self._spread_word(sim, rows)
        self._apply(sim, rows)
        applicants = rows[sim.households["applies_for_dibao"][rows]]
        was_on_roll = sim.households["receives_dibao"][applicants]
        self._verify(sim, applicants)
        self._clear_roll(sim)
        chosen = self._choose(sim, applicants, was_on_roll)
        self._pay(sim, chosen)

    def on_record(self, sim: World) -> None:
        """Record the roll, the line, the benefit and the errors by three measures of poverty."""
        households = sim.households
        rows = np.flatnonzero(self._serves(sim))
        on_roll = rows[households["receives_dibao"][rows]]
        recipients, people = _persons(sim, on_roll), _persons(sim, rows)
        for name in ("dibao_recipients", "dibao_recipients_reported"):
            self._add(sim, name, recipients)
        for name in ("covered_persons", "covered_persons_reported"):
            self._add(sim, name, recipients, scheme="dibao")
        for name in ("coverage", "coverage_reported"):
            self._add(sim, name, recipients, people, scheme="dibao")
        benefit = sim.county_sum(households["dibao_benefit"], on_roll)
        self._add(sim, "dibao_benefit_mean", benefit / MONTHS, recipients)
        covered = people * (self.line > 0)
        self._add(sim, "dibao_line", covered * self.line / MONTHS, covered)
        self._record_errors(sim, rows[(self.line > 0)[households.county[rows]]])

    def _record_errors(self, sim: World, rows: Rows) -> None:
        """Exclusion = poor not served / poor; inclusion = served not poor / served."""
        on_roll = sim.households["receives_dibao"][rows]
        served = _persons(sim, rows[on_roll])
        for ending, poor in self._measures(sim, rows).items():
            errors = {
                "exclusion_error": (
                    _persons(sim, rows[poor & ~on_roll]),
                    _persons(sim, rows[poor]),
                ),
                "inclusion_error": (_persons(sim, rows[~poor & on_roll]), served),
            }
            for error, (wrong, base) in errors.items():
                self._add(sim, error + ending, wrong, base)
                if not ending:
                    self._add(sim, f"{error}_reported", wrong, base)

    def _measures(self, sim: World, rows: Rows) -> dict[str, Bool]:
        """Who is truly poor: by this year's income, by lasting income, by need on two counts."""
        households = sim.households
        size = np.maximum(households.size[rows], 1)
        line = self.line[households.county[rows]]
        poor_now = households.market_income[rows] / size < line
        deprivations = poor_now.astype(np.int8)
        deprivations += (households.ill_years[rows] > 0) | (households.disabled[rows] > 0)
        deprivations += households.workers[rows] == 0
        deprivations += households.deprived_years[rows] > 0
        cutoff = sim.parameters.number("outcomes.definitions.need_cutoff")
        return {
            "": poor_now,
            "_permanent": self._true_income(sim, rows) < line,
            "_need": deprivations >= cutoff,
        }

    def _add(
        self,
        sim: World,
        outcome: str,
        numerator: Float,
        denominator: Float | None = None,
        scheme: str = "",
    ) -> None:
        sim.record.add(outcome, numerator, denominator, scheme, group=self.place)

    def _number(self, sim: World, key: str) -> float:
        return sim.parameters.number(f"dibao.{self.place}.{key}")

    def _serves(self, sim: World) -> Bool:
        """Households whose hukou the scheme serves."""
        hukou_urban = sim.households.hukou_urban
        return sim.households.alive & (hukou_urban if self.place == "urban" else ~hukou_urban)

    def _reached(self, sim: World) -> Rows:
        """Rows of households the scheme serves in counties that have it."""
        in_force = sim.adoptions.in_force(self.id)
        return np.flatnonzero(self._serves(sim) & in_force[sim.households.county])

    def _local_income(self, sim: World) -> Float:
        """Mean income per head of the place, as published last year, shape (n_counties,)."""
        counties = sim.counties
        return counties.urban_income if self.place == "urban" else counties.rural_income

    def _set_lines(self, sim: World) -> None:
        """D' = D (1 + inflation) + adj (ratio x local income - D); first D = ratio x income."""
        target = self._number(sim, "line_ratio") * self._local_income(sim)
        raised = self.line * (1 + sim.parameters.number("economy.prices.inflation"))
        speed = sim.parameters.number("dibao.rules.line_adjustment")
        # Lines are not lowered in yuan, even when prices fall.
        moved = np.maximum(raised + speed * (target - self.line), self.line)
        line = np.where(self.line > 0, moved, target)
        if self._number(sim, "floor_at_poverty_line"):
            line = np.maximum(line, sim.poverty_line)
        self.line = np.where(sim.adoptions.in_force(self.id), line, 0)
        sim.counties[self.line_column] = self.line

    def _set_places(self, sim: World) -> None:
        """Places follow the statistics up to the last fitted year, then need and money."""
        counties = sim.counties
        room = np.maximum(counties.room, 1)
        by_statistics = self._places_by_statistics(sim)
        fitted = (self.places == 0) | (sim.year <= self._number(sim, "quota_last_year"))
        growth = sim.parameters.number("dibao.rules.money_growth")
        money = self._first_cost * (room / self._first_room) ** growth
        self._affordable = money / np.maximum(self._cost(sim, np.ones(counties.n)), 1)
        wanted = np.minimum(self._affordable, self._found_eligible)
        speed = sim.parameters.number("dibao.rules.place_adjustment")
        moved = self.places + speed * (wanted - self.places)
        self.places = np.where(fitted, by_statistics, moved)
        self._first_cost = np.where(fitted, self._cost(sim, self.places), self._first_cost)
        self._affordable = np.where(fitted, self.places, self._affordable)
        self._first_room = np.where(fitted, room, self._first_room)

    def _places_by_statistics(self, sim: World) -> Float:
        """Share the national number of places out, poor counties getting more."""
        counties = sim.counties
        hukou = counties.urban_hukou if self.place == "urban" else counties.rural_hukou
        national = sim.parameters.number(f"economy.start.{self.place}_income_mean")
        tilt = sim.parameters.number("dibao.rules.need_tilt")
        poorer = (national / np.maximum(self._local_income(sim), 1)) ** tilt
        return self._number(sim, "quota_share") * hukou * poorer * sim.adoptions.in_force(self.id)

    def _cost(self, sim: World, persons: Float) -> Float:
        """Return the expected yearly cost of serving `persons`."""
        return persons * self.line * sim.parameters.number("dibao.rules.mean_benefit_ratio")

    def _set_mode(self, sim: World) -> None:
        """Rights mode with log odds of room, statute and audit, while the budget can bear it."""
        parameters = sim.parameters
        counties = sim.counties
        money = counties.own_revenue + counties.transfer
        room = np.log(np.maximum(money, 1) / np.maximum(counties.need, 1))
        odds = parameters.number("dibao.rules.rights_room") * room
        odds += parameters.number("dibao.rules.rights_intercept")
        odds += parameters.number("dibao.rules.rights_statute") * self._number(sim, "statute")
        audit = parameters.number("dibao.rules.audit")
        odds += parameters.number("dibao.rules.rights_audit") * audit
        luck = sim.lasting_chance(f"counties.rights_mode_{self.id}").uniform(counties.key)
        stretch = parameters.number("dibao.rules.rights_stretch")
        payable = self._found_eligible <= stretch * self._affordable
        self.rights = (luck < expit(odds)) & payable & sim.adoptions.in_force(self.id)

    def _spread_word(self, sim: World, rows: Rows) -> None:
        """Households hear of the scheme by themselves, from acquaintances or the committee."""
        aware = sim.households["aware_of_dibao"]
        township = sim.households.township[rows]
        reached = np.bincount(township, minlength=1)
        known = total_by(township, aware[rows], len(reached)) / np.maximum(reached, 1)
        rules = "dibao.rules."
        friends = sim.parameters.number(f"{rules}acquaintances") * known
        deaf = 1 - sim.parameters.number(f"{rules}network_awareness")
        unaware = (1 - sim.parameters.number(f"{rules}spontaneous_awareness")) * deaf**friends
        unaware *= 1 - sim.parameters.number(f"{rules}committee_awareness")
        hears = (1 - unaware)[township]
        keys = sim.households.key[rows]
        aware[rows] |= sim.chance("households.hear_of_dibao").happens(keys, hears)

    def _apply(self, sim: World, rows: Rows) -> None:
        """Apply when aware, hopeful of being found poor, and the gain exceeds cost and stigma."""
        households, rules = sim.households, "dibao.rules."
        income = self._true_income(sim, rows)
        line = self.line[households.county[rows]]
        margin = sim.parameters.number(f"{rules}hopeful_margin")
        hopeful = income < margin * line * (1 + households.tied_to_leaders[rows])
        gain = sim.parameters.number(f"{rules}mean_benefit_ratio") * line
        burden = sim.parameters.number(f"{rules}stigma")
        burden += sim.parameters.number(f"{rules}application_cost")
        applies = households["aware_of_dibao"][rows] & hopeful & (gain > burden * income)
        households["applies_for_dibao"][self._serves(sim)] = False
        households["applies_for_dibao"][rows] = applies

    def _true_income(self, sim: World, rows: Rows) -> Float:
        """Income per head without passing shocks, before assistance."""
        households = sim.households
        return households.expected_income[rows] / np.maximum(households.size[rows], 1)

    def _verify(self, sim: World, rows: Rows) -> None:
        """Assess income (f.2): regular pay is seen, part of the rest hidden, all with error.

        An able worker is taken to earn at least a share of the local mean.
        """
        households = sim.households
        hidden = sim.parameters.number("dibao.rules.hidden_share")
        seen = self._true_income(sim, rows) * (1 - hidden * (1 - households.regular_share[rows]))
        error = sim.chance("households.dibao_verification").normal(households.key[rows])
        spread = sim.parameters.number("dibao.rules.verification_sd")
        imputed = sim.parameters.number("dibao.rules.imputed_earnings")
        able = np.maximum(households.workers[rows] - households.disabled[rows], 0)
        able = able / np.maximum(households.size[rows], 1)
        least = imputed * able * self._local_income(sim)[households.county[rows]]
        assessed = np.maximum(seen * np.exp(spread * error), least)
        households["assessed_income"][rows] = assessed
        poor = households["assessed_income"][rows] < self.line[households.county[rows]]
        persons = households.weight[rows] * households.size[rows] * poor
        self._found_eligible = total_by(households.county[rows], persons, sim.counties.n)

    def _clear_roll(self, sim: World) -> None:
        """Strike everybody the scheme serves, before the roll is made anew."""
        served = self._serves(sim)
        sim.households["receives_dibao"][served] = False
        sim.households["dibao_benefit"][served] = 0

    def _choose(self, sim: World, rows: Rows, was_on_roll: Bool) -> Rows:
        """Return who gets onto the roll: by right where assessed poor, else by rank and places."""
        county = sim.households.county[rows]
        poor = sim.households["assessed_income"][rows] < self.line[county]
        rights = self.rights[county]
        by_right = rows[rights & poor]
        ranked = rows[~rights]
        score = self._score(sim, ranked, was_on_roll[~rights])
        return np.concatenate([by_right, self._fill_places(sim, ranked, score)])

    def _score(self, sim: World, rows: Rows, was_on_roll: Bool) -> Float:
        """Score = -ln assessed income + need + neighbours' view + tie + being on the roll (f.3)."""
        households, rules = sim.households, "dibao.rules."
        line = self.line[households.county[rows]]
        need = _needy(sim, rows) * sim.parameters.number(f"{rules}weight_need")
        view = -np.log(np.maximum(self._true_income(sim, rows), 1) / np.maximum(line, 1))
        score = need - np.log(np.maximum(households["assessed_income"][rows], 1))
        score += sim.parameters.number(f"{rules}weight_neighbours") * view
        score += sim.parameters.number(f"{rules}weight_ties") * households.tied_to_leaders[rows]
        score += sim.parameters.number(f"{rules}stay_share") * was_on_roll
        return score

    def _fill_places(self, sim: World, rows: Rows, score: Float) -> Rows:
        """Fill the places of each township by rank; a household enters if half of it fits."""
        households = sim.households
        township = households.township[rows]
        order = np.lexsort((households.key[rows], -score, township))
        persons = (households.weight * households.size)[rows[order]]
        # Sums of whole numbers are exact, so that no rounding comes from townships before.
        parts = np.rint(persons * _PARTS).astype(np.int64)
        filled = np.cumsum(parts)
        ordered = township[order]
        first = np.searchsorted(ordered, ordered)
        before = filled - parts - (filled - parts)[first]
        enters = (before + parts / 2) / _PARTS <= self._township_places(sim)[ordered]
        return rows[order[enters]]

    def _township_places(self, sim: World) -> Float:
        """Places handed down to townships by hukou population, roughly, shape (n_townships,)."""
        households = sim.households
        rows = np.flatnonzero(self._serves(sim))
        persons = households.weight[rows] * households.size[rows]
        n = len(sim.township_county)
        members = total_by(households.township[rows], persons, n)
        county_members = total_by(sim.township_county, members, sim.counties.n)
        share = self.places / np.maximum(county_members, 1)
        spread = sim.parameters.number("dibao.rules.village_quota_sd")
        luck = sim.lasting_chance(f"townships.places_{self.id}").normal(sim.township_key)
        rough = np.exp(spread * luck - spread * spread / 2)
        return members * share[sim.township_county] * rough

    def _pay(self, sim: World, rows: Rows) -> None:
        """Pay the gap in rights mode and flat tiers in quota mode; counties and centre share."""
        households, counties = sim.households, sim.counties
        county = households.county[rows]
        line, assessed = self.line[county], households["assessed_income"][rows]
        gap = np.clip((line - assessed) / line, 0, 1)
        tiers = sim.parameters.schedule("dibao.rules.flat_tiers")
        tier = np.minimum((gap * len(tiers)).astype(np.intp), len(tiers) - 1)
        paid_gap = sim.parameters.number("dibao.rules.gap_paid") * gap
        per_head = line * np.where(self.rights[county], paid_gap, tiers[tier])
        benefit = per_head * households.size[rows]
        households["receives_dibao"][rows] = True
        households["dibao_benefit"][rows] = benefit
        households.transfers[rows] += benefit
        cost = total_by(county, benefit * households.weight[rows], counties.n)
        counties.assistance += cost
        refund = self._number(sim, "centre_share") * cost
        counties.earmarked += refund
        sim.treasury.pay("counties", "households", self.id, float(cost.sum()))
        sim.treasury.pay("centre", "counties", f"earmarked_{self.id}", float(refund.sum()))


class UrbanDibao(Dibao):
    """Urban dibao (城市低保), for holders of an urban hukou."""

    id = "urban_dibao"
    title = "Urban dibao"
    place = "urban"


class RuralDibao(Dibao):
    """Rural dibao (农村低保), for holders of a rural hukou."""

    id = "rural_dibao"
    title = "Rural dibao"
    place = "rural"


def _needy(sim: World, rows: Rows) -> Bool:
    """Need as neighbours see it: illness, disability, or old people alone."""
    households = sim.households
    alone = (households.elders[rows] >= households.size[rows]) & (households.elders[rows] > 0)
    return (households.ill_years[rows] > 0) | (households.disabled[rows] > 0) | alone


def _persons(sim: World, rows: Rows) -> Float:
    """Return the persons in the households `rows` by county, weighted, shape (n_counties,)."""
    return sim.county_sum(sim.households.size, rows)
