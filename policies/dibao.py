"""Dibao (minimum living guarantee, 最低生活保障): lines, places, applications, verification.

Rules f.1 to f.5 and f.8, urban and rural alike; the two schemes differ in parameters, in whose
hukou they serve, and in when counties adopt them. Households claim where they are registered, not
where they live (`policies.registration`). Source of the schemes: S0, S3; State Council Order No.
271 (1999) and Notice [2007] No. 19.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.service_effects import still_unaware
from agents.table import Bool, Column, Float, Int16, Rows, total_by
from agents.trust import note_requests
from policies.base import World
from policies.dibao_budget import DibaoBudget
from policies.dibao_outcomes import OUTCOMES
from policies.dibao_record import record_roll
from policies.dibao_rules import (
    assessment_error,
    may_exit_gradually,
    needy,
    refund_of_centre,
    single_persons,
    steps_of_exit,
    work_costs,
)
from policies.rationing import fill_places
from policies.registration import application_cost, claim_places, stigma
from policies.remedies import REVIEW, error_left, is_pledged, review_bonus, written_down

_COLUMNS = {
    "aware_of_dibao": (np.bool_, Column("flag", "knows of dibao")),
    "assessed_income": (np.float64, Column("yuan/person/year", "income as verifiers see it")),
    "applies_for_dibao": (np.bool_, Column("flag", "applied for dibao this year")),
    "receives_dibao": (np.bool_, Column("flag", "on the dibao roll at the end of the year")),
    "dibao_benefit": (np.float64, Column("yuan/year", "dibao paid to the household")),
    "dibao_persons": (np.int16, Column("persons", "members on the dibao roll")),
    "dibao_workers": (np.int8, Column("persons", "members at work when dibao was granted")),
    "dibao_exit_years": (np.int8, Column("years", "years since income rose above the line")),
    "dibao_review": REVIEW,
}


class Dibao(DibaoBudget):
    """What the urban and the rural scheme share: from applications to the roll."""

    neutral = "No county has the scheme; nobody applies and nothing is paid."
    outcomes = OUTCOMES
    parameters = (
        "dibao",
        "adoption.calendar",
        "economy.prices",
        "fiscal",
        "procurement.links",
        "shocks.covid",
        "trust.rules",
    )

    def set_up(self, sim: World) -> None:
        """Add the columns of the roll and start without the scheme anywhere."""
        for name, (dtype, column) in _COLUMNS.items():
            if name not in sim.households.declared:
                sim.households.declare(name, dtype, column)
        self._open_budget(sim)

    def on_assist(self, sim: World) -> None:
        """Take applications, verify, ration and pay (f.2 to f.4)."""
        self._look_up(sim)
        rows = self._reached(sim)
        self._spread_word(sim, rows)
        self._apply(sim, rows)
        applicants = rows[sim.households["applies_for_dibao"][rows]]
        was_on_roll = sim.households["receives_dibao"][applicants]
        self._verify(sim, applicants)
        roll, paid, persons = self._clear_roll(sim)
        alone = self._claim(sim, applicants)
        self.cost = np.zeros(sim.counties.n)
        chosen = self._choose(sim, applicants, alone, was_on_roll)
        self._grant(sim, applicants, alone, chosen)
        self._let_go(sim, roll, paid, persons)
        self._answer(sim, applicants, roll)
        self._settle(sim)

    def on_record(self, sim: World) -> None:
        """Record the roll, the line, the benefit and the errors by three measures of poverty."""
        self._look_up(sim)
        rows = np.flatnonzero(self._serves(sim))
        record_roll(sim, self.place, self.line, rows, self.claims)

    def _look_up(self, sim: World) -> None:
        """Find where each household claims, as long as nobody moves."""
        self.claims = claim_places(sim)

    def _serves(self, sim: World) -> Bool:
        """Households whose hukou the scheme serves."""
        urban = self.claims.urban
        return sim.households.alive & (urban if self.place == "urban" else ~urban)

    def _reached(self, sim: World) -> Rows:
        """Rows of households the scheme serves in counties that have it."""
        rows = np.flatnonzero(self._serves(sim))
        return rows[sim.adoptions.in_force(self.id)[self.claims.county[rows]]]

    def _spread_word(self, sim: World, rows: Rows) -> None:
        """Households hear of it by themselves, from acquaintances, committee or organisations."""
        aware = sim.households["aware_of_dibao"]
        township, knows = sim.households.township[rows], aware[rows]
        reached = np.bincount(township, minlength=1)
        known = np.bincount(township[knows], minlength=len(reached)) / np.maximum(reached, 1)
        rules = "dibao.rules."
        friends = sim.parameters.number(f"{rules}acquaintances") * known
        # Committees tell as much as civil affairs lets them.
        effort = sim.counties.effort_civil[sim.township_county[: len(reached)]]
        told = np.minimum(sim.parameters.number(f"{rules}committee_awareness") * effort, 1)
        deaf = 1 - sim.parameters.number(f"{rules}network_awareness")
        unaware = (1 - sim.parameters.number(f"{rules}spontaneous_awareness")) * deaf**friends
        unaware *= 1 - told
        others = rows[~knows]
        keys, unaware = sim.households.key[others], unaware[township[~knows]]
        hears = 1 - unaware * still_unaware(sim.households.org_links[others], sim.parameters)
        aware[others] = sim.chance("households.hear_of_dibao").happens(keys, hears)

    def _apply(self, sim: World, rows: Rows) -> None:
        """Apply when aware, hopeful of being found poor, and the gain exceeds cost and stigma."""
        households, rules = sim.households, "dibao.rules."
        income = self._true_income(sim, rows)
        line = self.line[self.claims.county[rows]]
        margin = sim.parameters.number(f"{rules}hopeful_margin")
        hopeful = income < margin * line * (1 + households.tied_to_leaders[rows])
        gain = sim.parameters.number(f"{rules}mean_benefit_ratio") * line
        burden = application_cost(sim, rows, self.claims) + stigma(sim, rows)
        applies = households["aware_of_dibao"][rows] & hopeful & (gain > burden * income)
        applies |= is_pledged(sim, rows)
        applied = households["applies_for_dibao"]
        applied &= ~self._serves(sim)
        applied[rows] = applies

    def _true_income(self, sim: World, rows: Rows) -> Float:
        """Income per head without passing shocks, before assistance."""
        households = sim.households
        return households.expected_income[rows] / np.maximum(households.size[rows], 1)

    def _verify(self, sim: World, rows: Rows) -> None:
        """Assess income (f.2): regular pay is seen, part of the rest hidden, all with error.

        An able worker is taken to earn at least a share of the local mean; the costs of working for
        wages are deducted (f.5). The error shrinks with the effort of civil affairs (a.2), where
        neighbours are heard, and at promised reviews (j).
        """
        households = sim.households
        hidden = sim.parameters.number("dibao.rules.hidden_share")
        seen = self._true_income(sim, rows) * (1 - hidden * (1 - households.regular_share[rows]))
        error = sim.chance("households.dibao_verification").normal(households.key[rows])
        error *= error_left(sim, rows, self.claims)
        county = self.claims.county[rows]
        spread = assessment_error(sim) / sim.counties.effort_civil[county]
        imputed = sim.parameters.number("dibao.rules.imputed_earnings")
        able = households.able_workers[rows] / np.maximum(households.size[rows], 1)
        least = imputed * able * self._local_income(sim)[county]
        assessed = np.maximum(seen * np.exp(spread * error), least)
        assessed *= 1 - work_costs(sim, rows)
        line = self.line[county]
        households["assessed_income"][rows] = written_down(sim, rows, assessed, line)

    def _clear_roll(self, sim: World) -> tuple[Rows, Float, Int16]:
        """Strike everybody the scheme serves; return who that is, what they got, how many each."""
        households = sim.households
        struck = np.flatnonzero(households["receives_dibao"] & self._serves(sim))
        paid, persons = households["dibao_benefit"][struck], households["dibao_persons"][struck]
        households["receives_dibao"][struck] = False
        households["dibao_benefit"][struck] = 0
        households["dibao_persons"][struck] = 0
        return struck, paid, persons

    def _claim(self, sim: World, rows: Rows) -> Int16:
        """Count who is found entitled; return how many claim alone, not as a household (f.5)."""
        county = self.claims.county[rows]
        line = self.line[county]
        alone = single_persons(sim, rows, county, line)
        poor = sim.households["assessed_income"][rows] < line
        entitled = np.where(poor, sim.households.size[rows], alone)
        self._found_eligible = self._county_sum(sim, rows, entitled)
        return alone

    def _choose(self, sim: World, rows: Rows, alone: Int16, was_on_roll: Bool) -> Bool:
        """Whether each gets onto the roll: by right where entitled, else by rank and places."""
        county = self.claims.county[rows]
        poor = sim.households["assessed_income"][rows] < self.line[county]
        rights = self.rights[county]
        chosen = rights & (poor | (alone > 0))
        ranked = np.flatnonzero(~rights)
        score = self._score(sim, rows[ranked], was_on_roll[ranked])
        chosen[ranked[self._fill_places(sim, rows[ranked], score, alone[ranked])]] = True
        return chosen

    def _score(self, sim: World, rows: Rows, was_on_roll: Bool) -> Float:
        """Score = -ln assessed income + need + neighbours' view + tie + being on the roll (f.3)."""
        households, rules = sim.households, "dibao.rules."
        line = self.line[self.claims.county[rows]]
        need = needy(sim, rows) * sim.parameters.number(f"{rules}weight_need")
        view = -np.log(np.maximum(self._true_income(sim, rows), 1) / np.maximum(line, 1))
        score: Float = need - np.log(np.maximum(households["assessed_income"][rows], 1))
        score += sim.parameters.number(f"{rules}weight_neighbours") * view
        score += sim.parameters.number(f"{rules}weight_ties") * households.tied_to_leaders[rows]
        score += sim.parameters.number(f"{rules}stay_share") * was_on_roll
        score += review_bonus(sim, rows)
        return score

    def _fill_places(self, sim: World, rows: Rows, score: Float, alone: Int16) -> Rows:
        """Fill the places of each township by rank; who claims alone takes one place each."""
        if not len(rows):
            return rows
        households, places = sim.households, self._township_places(sim)
        persons = households.weight[rows] * np.where(alone > 0, alone, households.size[rows])
        township, key = self.claims.township[rows], households.key[rows]
        return fill_places(township, score, key, persons, places)

    def _township_places(self, sim: World) -> Float:
        """Places handed down to townships by hukou population, roughly, shape (n_townships,)."""
        households = sim.households
        rows = np.flatnonzero(self._serves(sim))
        n = len(sim.township_county)
        persons = households.weight[rows] * households.size[rows]
        members = total_by(self.claims.township[rows], persons, n)
        county_members = total_by(sim.township_county, members, sim.counties.n)
        places = self.places * (1 + sim.parameters.number("shocks.covid.extra_places"))
        share = places / np.maximum(county_members, 1)
        spread = sim.parameters.number("dibao.rules.village_quota_sd")
        luck = sim.lasting_chance(f"townships.places_{self.id}").normal(sim.township_key)
        rough = np.exp(spread * luck - spread * spread / 2)
        return members * share[sim.township_county] * rough

    def _grant(self, sim: World, rows: Rows, alone: Int16, chosen: Bool) -> None:
        """Pay the gap in rights mode and flat tiers in quota mode; who claims alone has no income.

        Tiers go by thirds of the gap.
        """
        rows, alone = rows[chosen], alone[chosen]
        households, county = sim.households, self.claims.county[rows]
        line, assessed = self.line[county], households["assessed_income"][rows]
        gap = np.where(alone > 0, 1, np.clip((line - assessed) / line, 0, 1))
        tiers = sim.parameters.schedule("dibao.rules.flat_tiers")
        tier = np.minimum((gap * len(tiers)).astype(np.intp), len(tiers) - 1)
        paid_gap = sim.parameters.number("dibao.rules.gap_paid") * gap
        per_head = line * np.where(self.rights[county], paid_gap, tiers[tier])
        persons = np.where(alone > 0, alone, households.size[rows])
        households["dibao_exit_years"][rows] = 0
        households["dibao_workers"][rows] = households.workers[rows]
        self._pay(sim, rows, per_head * persons, persons)

    def _let_go(self, sim: World, roll: Rows, paid: Float, persons: Int16) -> None:
        """Let those whose income rose above the line keep the benefit for a while (f.5).

        A household founded since by members of one on the roll was paid nothing and keeps nothing.
        """
        households = sim.households
        in_force = sim.adoptions.in_force(self.id)[self.claims.county[roll]]
        left = ~households["receives_dibao"][roll] & in_force
        roll, paid = roll[left], paid[left]
        persons = np.minimum(persons[left], households.size[roll])
        line = self.line[self.claims.county[roll]]
        poor = households["applies_for_dibao"][roll] & (households["assessed_income"][roll] < line)
        steps, years = steps_of_exit(sim), households["dibao_exit_years"]
        keeps = ~poor & (paid > 0) & (years[roll] < len(steps)) & may_exit_gradually(sim, roll)
        years[roll[~keeps]] = 0
        roll, paid, persons = roll[keeps], paid[keeps], persons[keeps]
        if len(roll):
            self._pay(sim, roll, paid * steps[years[roll]], persons)
            years[roll] += 1

    def _pay(self, sim: World, rows: Rows, benefit: Float, persons: Int16) -> None:
        """Put households on the roll and pay them; counties and the centre share (a.3)."""
        households, counties = sim.households, sim.counties
        households["receives_dibao"][rows] = True
        households["dibao_benefit"][rows] = benefit
        households["dibao_persons"][rows] = persons
        households.transfers[rows] += benefit
        cost = self._county_sum(sim, rows, benefit)
        counties.assistance += cost
        self.cost += cost

    def _answer(self, sim: World, applicants: Rows, roll: Rows) -> None:
        """Let trust follow the answers, and the loss of dibao where the county gave it up (b.9)."""
        households = sim.households
        served = households["receives_dibao"][applicants]
        note_requests(households, applicants, served, sim.parameters)
        in_force = sim.adoptions.in_force(self.id)[self.claims.county[roll]]
        note_requests(households, roll[~in_force], False, sim.parameters)

    def _settle(self, sim: World) -> None:
        """Book the cost of the year, and what the centre returns of it."""
        refund = refund_of_centre(sim, self.place, self.cost)
        sim.counties.earmarked += refund
        sim.treasury.pay("counties", "households", self.id, float(self.cost.sum()))
        sim.treasury.pay("centre", "counties", f"earmarked_{self.id}", float(refund.sum()))

    def _county_sum(self, sim: World, rows: Rows, values: NDArray[Any]) -> Float:
        """Return the weighted sum of `values` of `rows` by county that decides, (n_counties,)."""
        weighted = sim.households.weight[rows] * values
        return total_by(self.claims.county[rows], weighted, sim.counties.n)


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
