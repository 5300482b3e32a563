"""Hukou (household registration, 户口): who may register where he lives, and what that overloads.

Rules c.1 to c.8 as amended: rungs by place and year, conversion by choice, steady conversion of
villagers in town, matching measures that act through seats, staff and cost, and reversal.
Source: S0 section I (investment, Huzhou, Zhengzhou), S1 section 4 (Guangzhou, points, permits).
"""

from typing import Any, ClassVar

import numpy as np
from scipy.special import expit

from agents import conversion
from agents.conversion import Newcomers, Rung
from agents.persons import Work, members_of
from agents.service_effects import or_told
from agents.table import Bool, Column, Float, Rows
from agents.trust import note_requests
from policies.base import Outcome, Policy, World
from policies.hukou_choice import Openings
from policies.hukou_load import (
    METRO,
    Cities,
    Services,
    book_cost,
    measures,
    registered,
)

_COUNTY_COLUMNS = {
    "hukou_rung": (np.int8, Column("rung", "how open the place is to registration, 0 to 4")),
    "newcomer_services": (np.float64, Column("share", "local services open to newcomers")),
    "newcomer_use": (np.float64, Column("share", "local services that newcomers use by now")),
    "newcomer_pull": (np.float64, Column("log utility", "draw of a place that just opened")),
    "school_load": (np.float64, Column("ratio", "users per seat of core schools and clinics", 1)),
    "newcomer_cost": (np.float64, Column("yuan/year", "own cost of new residents and places")),
    "hukou_locked": (np.int16, Column("year", "no new opening before this year")),
    "hukou_highest": (np.int8, Column("rung", "highest rung of an opening until then")),
    "hukou_opened": (np.int16, Column("year", "when the place last opened beyond the path")),
}
_JOINED = Column("year", "when it registered at the place as a newcomer; 0: never")
_OWN = "Definition of the project"


class Hukou(Policy):
    """Registration of newcomers where they live.

    Attributes
    ----------
    cities : Cities
    services : Services
    base : ndarray of int8, shape (n_counties,)
        Rung of the path, without any opening of the place's own.
    """

    id = "hukou"
    title = "Hukou (household registration)"
    neutral = (
        "Registration is closed everywhere and stays as it is; "
        "newcomers have the services of a closed place."
    )
    parameters = (
        "hukou",
        "adoption.calendar",
        "migration.return",
        "procurement.links",
        "trust.rules",
    )
    outcomes: ClassVar[tuple[Outcome, ...]] = (
        Outcome(
            "hukou_conversions",
            "persons/year",
            "All members of households that registered as urban, also those who work elsewhere",
            _OWN,
            "all",
        ),
        Outcome(
            "hukou_conversions_chosen",
            "persons/year",
            "Those of them who did so by choice, newcomers or villagers of the county in town",
            _OWN,
            "all",
        ),
        Outcome(
            "hukou_rung_mean", "rung", "Openness to registration, 0 to 4, by residents", _OWN, "all"
        ),
        Outcome(
            "points_granted_share",
            "share",
            "Under points: registered persons over those who qualified and applied in the year",
            _OWN,
            "all",
        ),
        Outcome(
            "school_load",
            "ratio",
            "Users per seat of schools and clinics in the core of cities, by residents",
            _OWN,
            "all",
        ),
    )

    def set_up(self, sim: World) -> None:
        """Declare the columns and group districts into cities."""
        for name, (dtype, column) in _COUNTY_COLUMNS.items():
            sim.counties.declare(name, dtype, column)
        sim.households.declare("joined_city", np.int16, _JOINED)
        self.cities = Cities(sim)
        self.services = Services(sim.counties.n)
        self.openings = Openings(sim.counties.n)
        self.base = np.zeros(sim.counties.n, np.int8)
        self._planned = np.zeros(sim.counties.n)
        self._joined = np.zeros(sim.counties.n)
        self._chosen = np.zeros(sim.counties.n)
        self._steady = np.zeros(sim.counties.n)
        self._applied = self._granted = np.zeros(sim.counties.n)
        closed = sim.parameters.schedule("hukou.path.services")[Rung.CLOSED]
        sim.counties["newcomer_services"][:] = sim.counties["newcomer_use"][:] = closed

    def on_budget(self, sim: World) -> None:
        """Set the rung, take openings back, plan seats, and say what newcomers may use."""
        counties = sim.counties
        path = sim.parameters.schedule("hukou.path.rung")[self.cities.kind]
        self.base = np.where(sim.adoptions.in_force(self.id), path, 0).astype(np.int8)
        self._take_back(sim)
        before = counties["hukou_rung"].copy()
        self.openings.choose(sim, self.cities, self.base)
        rung = np.maximum(self.base, np.maximum(self._opening(sim), self.openings.rung))
        counties["hukou_rung"] = rung
        self._announce(sim, np.flatnonzero((rung > before) & (rung > self.base)))
        self._set_services(sim)
        self._planned = self.services.build(sim, self.cities, rung > self.base)

    def on_move(self, sim: World) -> None:
        """Let newcomers register, by choice or steadily; count the load and pay for them."""
        self._joined = self._chosen = self._steady = np.zeros(sim.counties.n)
        self._applied = self._granted = np.zeros(sim.counties.n)
        if sim.is_on(self.id):
            by_choice = self._convert_by_choice(sim)
            _register_members(sim, np.concatenate([by_choice, self._convert_steadily(sim)]))
        sim.counties["school_load"] = self.services.load(sim, self.cities)
        sim.counties["newcomer_cost"] = book_cost(sim, self._joined, self._planned)

    def on_record(self, sim: World) -> None:
        """Record conversions, rungs and load."""
        counties = sim.counties
        people = counties.population
        sim.record.add("hukou_conversions", self._chosen + self._steady)
        sim.record.add("hukou_conversions_chosen", self._chosen.copy())
        sim.record.add("points_granted_share", self._granted, self._applied)
        sim.record.add("hukou_rung_mean", people * counties["hukou_rung"], people)
        sim.record.add("school_load", people * counties["school_load"], people)

    def _opening(self, sim: World) -> Float:
        """Rung that places open to beyond the path, shape (n_counties,); zero where none."""
        counties, number = sim.counties, sim.parameters.number
        area = number("hukou.opening.area")
        if area == 0:
            # Every city: districts and county-level cities, the two first kinds of place.
            chosen = (counties.kind == METRO) | (counties.kind == METRO + 1)
        else:
            chosen = counties.lie_in(area)
        chosen &= sim.is_on(self.id) & (sim.year >= number("hukou.opening.start"))
        locked = sim.year < counties["hukou_locked"]
        rung = number("hukou.opening.rung")
        highest = np.where(locked, np.minimum(rung, counties["hukou_highest"]), rung)
        return np.where(chosen, highest, 0)

    def _announce(self, sim: World, rows: Rows) -> None:
        """Put openings beyond the path on the record."""
        counties, adoptions = sim.counties, sim.adoptions
        counties["hukou_opened"][rows] = sim.year
        held, city_of = adoptions.in_force(self.id)[rows], self.cities.of_county
        for rung in np.unique(counties["hukou_rung"][rows]):
            here = counties["hukou_rung"][rows] == rung
            setting = f"rung {rung}"
            for new, note in ((here & ~held, adoptions.adopt), (here & held, adoptions.change)):
                told = [self.openings.told.get(city, "opening") for city in city_of[rows[new]]]
                note(self.id, rows[new], sim.year, setting, told)

    def _take_back(self, sim: World) -> None:
        """Let overloaded places drop a rung that lies beyond the path and lock it (c.8)."""
        counties, adoptions = sim.counties, sim.adoptions
        at_risk = counties["hukou_rung"] > self.base
        if not (
            at_risk.any() and sim.is_on(self.id) and sim.parameters.flag("hukou.reversal.possible")
        ):
            return
        draw = sim.chance("counties.take_hukou_opening_back").uniform(self.cities.key)
        gives_up = at_risk & (draw[self.cities.of_county] < expit(self._pressure(sim)))
        rows = np.flatnonzero(gives_up)
        lower = counties["hukou_rung"][rows] - 1
        counties["hukou_rung"][rows] = counties["hukou_highest"][rows] = lower
        self.openings.take_back(rows, lower)
        block = sim.parameters.number("hukou.reversal.block_years")
        counties["hukou_locked"][rows] = sim.year + block
        for rung in np.unique(lower):
            back = rows[lower == rung]
            adoptions.reverse(self.id, back, sim.year, f"rung {rung}", "overload")
        # A place that keeps a lower rung is still open.
        adoptions.in_force(self.id)[rows[lower > 0]] = True

    def _pressure(self, sim: World) -> Float:
        """Log odds to take an opening back: load, deficit, claims of incumbents (c.8)."""
        counties, number = sim.counties, sim.parameters.number
        load = counties["school_load"]
        tolerated = number("hukou.reversal.tolerated_load")
        excess = np.maximum(load - tolerated, 0)
        claims = np.minimum(self._complaints(sim) / number("hukou.reversal.claims_full"), 1)
        money = counties.own_revenue + counties.transfer - counties["newcomer_cost"]
        deficit = self.cities.share(np.maximum(counties.need - money, 0), counties.need)
        odds = number("hukou.reversal.base") + number("hukou.reversal.load_weight") * excess
        odds = odds + number("hukou.reversal.deficit_weight") * deficit
        odds += number("hukou.reversal.claims_weight") * claims
        if sim.parameters.flag("hukou.reversal.direct_matching"):
            odds -= number("hukou.reversal.matching_weight") * measures(sim, self.cities)
        return odds

    def _complaints(self, sim: World) -> Float:
        """Claims of last year about crowding per household of the city; only incumbents claim."""
        counties = sim.counties
        if "overload_claims" not in counties.declared:
            return np.zeros(counties.n)
        people = counties.population
        return self.cities.share(counties["overload_claims"] * people, people)

    def _set_services(self, sim: World) -> None:
        """Open services by rung; what a place opens beyond the path draws people for some years."""
        counties, number = sim.counties, sim.parameters.number
        by_rung = sim.parameters.schedule("hukou.path.services")
        open_share = by_rung[counties["hukou_rung"]]
        counties["newcomer_services"] = open_share
        take_up = number("hukou.load.take_up")
        counties["newcomer_use"] += take_up * (open_share - counties["newcomer_use"])
        beyond = np.maximum(open_share - by_rung[self.base], 0)
        fade = (1 - number("hukou.opening.jump_fade")) ** (sim.year - counties["hukou_opened"])
        jump = sim.parameters.schedule("hukou.opening.jump")[self.cities.kind]
        usual = number("hukou.opening.usual_inflow")
        counties["newcomer_pull"] = np.log1p(jump * beyond * fade / usual)

    def _convert_by_choice(self, sim: World) -> Rows:
        """Let newcomers who qualify and wish to register where they live (c.1, c.2).

        Some consider it by themselves, others since an organisation told them how.
        """
        households, rung = sim.households, sim.counties["hukou_rung"]
        rows = np.flatnonzero(households.alive & households.urban)
        rows = rows[(rung[households.county[rows]] > Rung.CLOSED) & ~registered(sim, rows)]
        review = sim.parameters.number("hukou.conversion.review")
        told = or_told(review, households.org_links[rows], "registration", sim.parameters)
        rows = rows[sim.chance("households.consider_hukou").happens(households.key[rows], told)]
        rows = self._let_in(sim, rows)
        came = rows[households.hukou_county[rows] != households.county[rows]]
        self._chosen = _register(sim, rows)
        households["joined_city"][came] = sim.year
        self._joined = sim.county_sum(households.size, came)
        return rows

    def _let_in(self, sim: World, rows: Rows) -> Rows:
        """Return who of those who consider it applies and is registered."""
        households, facts = sim.households, _facts(sim, rows)
        level = sim.counties["hukou_rung"][households.county[rows]]
        wishes = conversion.wish(
            level, self._gain(sim, rows), self._gives_up_land(sim, rows), facts.pupils,
            sim.parameters,
        )  # fmt: skip
        applies = conversion.qualifies(level, facts, sim.parameters)
        applies &= sim.chance("households.register").happens(households.key[rows], wishes)
        by_points = applies & (level == Rung.POINTS)
        enters = applies & self._gets_place(sim, rows, facts, by_points, level)
        self._applied = sim.county_sum(households.size, rows[by_points])
        self._granted = sim.county_sum(households.size, rows[by_points & enters])
        note_requests(households, rows[applies], enters[applies], sim.parameters)
        return rows[enters]

    def _gain(self, sim: World, rows: Rows) -> Float:
        """Services gained, in mean urban incomes: places offer what their incomes allow."""
        households, counties = sim.households, sim.counties
        people = np.maximum(counties.population, 1)
        mean = (counties.urban_income * people).sum() / people.sum()
        home = households.hukou_county[rows]
        urban = households.hukou_urban[rows]
        at_home = np.where(urban, counties.urban_income[home], counties.rural_income[home]) / mean
        here = households.county[rows]
        there = counties.urban_income[here] / mean
        return conversion.services_gained(there, counties["newcomer_services"][here], at_home)

    def _gives_up_land(self, sim: World, rows: Rows) -> Bool:
        return sim.households.land[rows] & sim.parameters.flag("hukou.conversion.land_given_up")

    def _gets_place(
        self, sim: World, rows: Rows, facts: Newcomers, by_points: Bool, level: "Any"
    ) -> Bool:
        """Ration places where points rule; there is room for all others."""
        chosen, gets = rows[by_points], level != Rung.POINTS
        ranks = np.flatnonzero(by_points)
        residents = self.cities.total(sim.counties.population)
        households = sim.households
        gets[ranks] = conversion.within_quota(
            self.cities.of_county[households.county[chosen]],
            conversion.points(facts, sim.parameters)[ranks],
            households.key[chosen],
            households.weight[chosen] * households.size[chosen],
            self.cities.decided(sim.parameters.number("hukou.eligibility.quota")) * residents,
            sim.chance("households.hukou_quota").uniform(households.key[chosen]),
        )
        return gets

    def _convert_steadily(self, sim: World) -> Rows:
        """Make villagers in town urban when their land is taken, or in place (nongzhuanfei)."""
        households, number = sim.households, sim.parameters.number
        rows = np.flatnonzero(households.alive & households.urban & ~households.hukou_urban)
        rows = rows[households.hukou_county[rows] == households.county[rows]]
        keys = households.key[rows]
        taken = sim.chance("households.land_requisition").happens(
            keys, number("hukou.steady.requisition") * households.land[rows]
        )
        in_place = sim.chance("households.convert_in_place").happens(
            keys, number("hukou.steady.in_place")
        )
        households.land[rows[taken]] = False
        rows = rows[taken | in_place]
        self._steady = _register(sim, rows)
        return rows


def _facts(sim: World, rows: Rows) -> Newcomers:
    """Gather what the rules ask of newcomer households from their members who live there."""
    persons, households, number = sim.persons, sim.households, sim.parameters.number
    place = np.zeros(households.n, np.intp)
    place[rows] = np.arange(len(rows))
    members = members_of(sim.persons, sim.households.n, rows)
    home = persons.household[members]
    lives_there = persons.township[members] == households.township[home]
    members, where = members[lives_there], place[home[lives_there]]
    age, years, kind = persons.age[members], persons.place_years[members], persons.work[members]
    works = (kind >= Work.FARM) & (kind <= Work.INFORMAL)
    first, last = sim.parameters.schedule("migration.return.school_ages")

    def highest(values: Any, chosen: Bool | None = None) -> Any:
        found = np.zeros(len(rows), np.int16)
        kept = slice(None) if chosen is None else chosen
        np.maximum.at(found, where[kept], values[kept].astype(np.int16))
        return found

    past = works & (age > number("hukou.eligibility.young_age"))
    luck = sim.lasting_chance("households.registered_relative").uniform(households.key[rows])
    income = sim.counties.urban_income[households.county[rows]]
    return Newcomers(
        savings=households.assets[rows] / np.maximum(income, 1),
        years=highest(years),
        insured=highest(years, kind == Work.FORMAL),
        works=highest(works) > 0,
        contract=highest(kind == Work.FORMAL) > 0,
        skill=highest(persons.skill[members], works),
        young=highest(past) == 0,
        pupils=highest((age >= first) & (age <= last)) > 0,
        relative=luck < number("hukou.eligibility.relative_share"),
    )


def _register(sim: World, rows: Rows) -> Float:
    """Register households as urban where they live; `_register_members` does their members.

    Returns
    -------
    ndarray of float64, shape (n_counties,)
        Persons, by county.
    """
    households = sim.households
    households.hukou_township[rows] = households.township[rows]
    households.hukou_county[rows] = households.county[rows]
    households.hukou_urban[rows] = True
    if sim.parameters.flag("hukou.conversion.land_given_up"):
        households.land[rows] = False
    return sim.county_sum(households.size, rows)


def _register_members(sim: World, rows: Rows) -> None:
    """Register the members of households as the households are."""
    persons, members = sim.persons, members_of(sim.persons, sim.households.n, rows)
    home = persons.household[members]
    persons.hukou_township[members] = sim.households.hukou_township[home]
    persons.hukou_urban[members] = True
