"""What counties set for dibao each year: lines, places, and whether they serve by right.

Rules f.1 and f.4. Source: State Council Order No. 271 (1999) and Notice [2007] No. 19; S3.
"""

from typing import ClassVar

import numpy as np
from scipy.special import expit

from agents.table import Column, Float
from policies.base import Policy, World
from policies.dibao_rules import welfare_priority


class DibaoBudget(Policy):
    """The side of a dibao scheme that decides about everybody at once.

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

    def _open_budget(self, sim: World) -> None:
        """Start without the scheme anywhere."""
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

    def _number(self, sim: World, key: str) -> float:
        return sim.parameters.number(f"dibao.{self.place}.{key}")

    def _local_income(self, sim: World) -> Float:
        """Mean income per head of the place, as published last year, shape (n_counties,)."""
        counties = sim.counties
        return counties.urban_income if self.place == "urban" else counties.rural_income

    def _set_lines(self, sim: World) -> None:
        """D' = D (1 + inflation) + adj (ratio x local income - D); first D = ratio x income.

        A leader raises the line the faster, the more coverage and poverty matter to him (f.1).
        """
        target = self._number(sim, "line_ratio") * self._local_income(sim)
        raised = self.line * (1 + sim.parameters.number("economy.prices.inflation"))
        speed = sim.parameters.number("dibao.rules.line_adjustment") * welfare_priority(sim)
        speed = np.minimum(speed, 1)
        # Lines are not lowered in yuan, even when prices fall.
        moved = np.maximum(raised + speed * (target - self.line), self.line)
        line = np.where(self.line > 0, moved, target)
        if self._number(sim, "floor_at_poverty_line"):
            line = np.maximum(line, sim.poverty_line)
        self.line = np.where(sim.adoptions.in_force(self.id), line, 0)
        sim.counties[self.line_column] = self.line

    def _set_places(self, sim: World) -> None:
        """Places follow the statistics up to the last fitted year, then need and money.

        A county that takes the scheme up later, or again, begins with those of the statistics.
        Where civil affairs makes more effort than usual, because its leader answers for those who
        are missed, the county pays for more places: times effort ^ e (f.4).
        """
        counties = sim.counties
        room = np.maximum(counties.room, 1)
        more = counties.effort_civil ** sim.parameters.number("dibao.rules.places_effort")
        by_statistics = more * self._places_by_statistics(sim)
        fitted = (self.places == 0) | (sim.year <= self._number(sim, "quota_last_year"))
        fitted |= ~sim.adoptions.in_force(self.id)
        growth = sim.parameters.number("dibao.rules.money_growth")
        money = more * self._first_cost * (room / self._first_room) ** growth
        self._affordable = money / np.maximum(self._cost(sim, np.ones(counties.n)), 1)
        wanted = np.minimum(self._affordable, self._found_eligible)
        speed = sim.parameters.number("dibao.rules.place_adjustment")
        moved = self.places + speed * (wanted - self.places)
        self.places = np.where(fitted, by_statistics, moved)
        usual_cost = self._cost(sim, by_statistics / more)
        self._first_cost = np.where(fitted, usual_cost, self._first_cost)
        self._affordable = np.where(fitted, self.places, self._affordable)
        self._first_room = np.where(fitted, room, self._first_room)

    def _places_by_statistics(self, sim: World) -> Float:
        """Share the national number of places out, poor counties getting more."""
        counties = sim.counties
        registered = counties.urban_hukou if self.place == "urban" else counties.rural_hukou
        national = sim.parameters.number(f"economy.start.{self.place}_income_mean")
        tilt = sim.parameters.number("dibao.rules.need_tilt")
        poorer = (national / np.maximum(self._local_income(sim), 1)) ** tilt
        share = self._number(sim, "quota_share") * sim.adoptions.in_force(self.id)
        return share * registered * poorer

    def _cost(self, sim: World, persons: Float) -> Float:
        """Return the expected yearly cost of serving `persons`."""
        return persons * self.line * sim.parameters.number("dibao.rules.mean_benefit_ratio")

    def _set_mode(self, sim: World) -> None:
        """Rights mode with log odds of room, statute, audit and effort, if the budget can bear it.

        Or the same mode everywhere, where the scenario says so. The effort of civil affairs, which
        rises when error rates count in the score of the leader, adds its logarithm (f.4).
        """
        parameters = sim.parameters
        counties = sim.counties
        money = counties.own_revenue + counties.transfer
        room = np.log(np.maximum(money, 1) / np.maximum(counties.need, 1))
        odds = parameters.number("dibao.rules.rights_room") * room
        odds += parameters.number("dibao.rules.rights_intercept")
        odds += parameters.number("dibao.rules.rights_statute") * self._number(sim, "statute")
        audit = parameters.number("dibao.rules.audit")
        odds += parameters.number("dibao.rules.rights_audit") * audit
        odds += parameters.number("dibao.rules.rights_effort") * np.log(counties.effort_civil)
        luck = sim.lasting_chance(f"counties.rights_mode_{self.id}").uniform(counties.key)
        stretch = parameters.number("dibao.rules.rights_stretch")
        payable = self._found_eligible <= stretch * self._affordable
        mode = sim.parameters.text("dibao.rules.mode")
        by_right = (luck < expit(odds)) & payable if mode == "odds" else mode == "rights"
        self.rights = sim.adoptions.in_force(self.id) & by_right
