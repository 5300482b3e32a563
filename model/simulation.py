"""The simulation: the order of a year, and what everybody in it can see."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import mesa
import networkx as nx
import numpy as np
from numpy.typing import NDArray

from agents.institution import Centre, County, Province
from agents.official import Official, posts
from agents.organisations import InNeed, Organisations, no_service
from agents.reporting import as_reported, shift_of
from agents.table import Float, Key, Rows, total_by
from agents.trust import start_trust
from model import (
    centre,
    claims,
    demography,
    designs,
    diffusion,
    economy,
    migration,
    outcomes,
    population,
    public_money,
    saved,
    service_links,
    shocks,
)
from model.chance import Chance, Draws, derive_keys
from model.corridors import Corridors, draw_corridors
from model.diffusion import Adoptions
from model.geography import Geography, load_geography
from model.institutions import Institutions
from model.labour_market import LabourMarket
from model.networks import hierarchy
from model.outcome_list import NationalOutcomes
from model.peers import Peers
from model.placed import Placed
from model.prices import Prices
from model.record import Recorder, make_areas
from model.residents import Residents
from model.saved_changes import changed
from model.scenario import FIRST_YEAR, Scenario
from model.scenario_files import load_scenario
from model.scenario_overrides import parse_setting, resolve
from model.treasury import Treasury
from policies.base import Policy, discover
from policies.parameters import ParameterSet

# Year number under which draws that last for ever are made.
_LASTING = 0
# Year whose prices the rural poverty line is in.
_LINE_YEAR = 2010


class Simulation(mesa.Model):
    """One history of the country.

    Parameters
    ----------
    scenario : str, Path or Scenario
        Name of a shipped scenario, path of a scenario file, or a scenario.
    seed : int, optional
        Seed; the scenario's own if none is given.
    replicate : int
        Which of many equally likely histories.
    **overrides : object
        Values by parameter path (``dibao.urban.line_ratio``) or scenario key
        (``world.households``).

    Attributes
    ----------
    year : int
        The year being simulated, or the last one simulated.
    running : bool
        False after the last year.
    origin : Origin or None
        The saved simulation from which this one went on.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "historical",
        seed: int | None = None,
        replicate: int = 0,
        **overrides: Any,
    ) -> None:
        base = scenario if isinstance(scenario, Scenario) else load_scenario(str(scenario))
        if seed is not None:
            overrides["seed"] = seed
        self.setup = resolve(base, overrides)
        self.replicate = replicate
        self.origin: saved.Origin | None = None
        super().__init__(rng=self.setup.seed)
        self.luck = Chance(self.setup.seed, replicate)
        self.parameter_set = self.setup.parameters(ParameterSet.load())
        self.placed = Placed(self.setup, self.parameter_set)
        self.known_paths = frozenset(self.parameter_set.paths())
        self.prices = Prices(self.parameter_set)
        self.begin_year(self.setup.years.first)
        self._build_world()
        self._build_institutions()
        self._open_books()
        # Society is drawn before there are places in which anything could differ.
        self.parameters = self.placed.at(self.year)
        self.running = True

    def step(self) -> None:
        """Simulate one year, phase by phase; every decision uses what was published last year."""
        centre.act(self)  # 1 the centre recognises, orders, regulates
        shocks.strike(self)  # 2 shocks
        self._call("on_appraise")  # 3 officials are scored, promoted, moved; they set priorities
        self._adopt()  # 4 local governments adopt policies, set standards and budgets
        self._live_and_die()  # 5 demography
        self._migrate()  # 8 migration; before income, which is earned where people are counted
        self._call("on_move")  # 8 hukou conversion
        economy.work_and_earn(self)  # 6 work and income
        self._call("on_enrol")  # 9 enrolment
        self._call("on_contribute")  # 10 contributions and pensions
        economy.fall_ill(self)  # 10 care and its bills, at the price that insurance leaves
        self._call("on_reimburse")  # 10 reimbursements
        self._call("on_assist")  # 11 assistance: apply, verify, ration, pay
        self._call("on_deliver")  # 12 procurement and service delivery
        service_links.link(self)  # 12 households are served, and linked to who serves them
        economy.consume(self)  # 13 consumption and saving
        claims.claim(self)  # 13 claims on governments
        self._close_year()  # 14 accounts close, outcomes are recorded

    def run(self) -> "Simulation":
        """Simulate all years that are left and return the simulation."""
        while self.running:
            self.step()
        return self

    def save(self, path: str | Path) -> None:
        """Write the simulation into a file; see `model.saved`, also for errors."""
        saved.save(self, Path(path))

    @classmethod
    def load(cls, path: str | Path, changes: Mapping[str, object] | None = None) -> Self:
        """Return a saved simulation, which goes on as if it had never stopped.

        Parameters
        ----------
        path : str or Path
        changes : mapping of str to object, optional
            What is another in its future, with the keys of overrides. Parameters
            (``dibao.urban.line_ratio``) and policies (``policies.hukou``) hold from its next year
            on, or from a later date (``dibao.urban.line_ratio@2010-01-01``); ``years.last`` is
            its last year.

        Raises
        ------
        MinshengError
            The file is not a saved simulation of this version of the model, or a change says what
            was fixed at the start.
        """
        options = [parse_setting(key, value, "change") for key, value in (changes or {}).items()]
        return saved.load(cls, Path(path), lambda past, year: changed(past, options, year))

    def chance(self, decision: str) -> Draws:
        """Return this year's draws of a decision, named by a written constant."""
        return self.luck.draws(decision, self.year)

    def lasting_chance(self, decision: str) -> Draws:
        """Return draws that stay the same in every year."""
        return self.luck.draws(decision, _LASTING)

    def is_on(self, policy: str) -> bool:
        """Return whether the scenario has a policy switched on this year, if only in places."""
        return self.setup.is_on(policy, self.year) or bool(self.adoptions.imposed(policy).any())

    def total(self, values: Float) -> float:
        """Return the national sum over households, weighted to the real population."""
        return float((values * self.households.weight).sum())

    def county_sum(self, values: NDArray[Any], rows: Rows | None = None) -> Float:
        """Return the weighted sum over households (or `rows` of them) by county, (n_counties,).

        `values` has one for every household, also where `rows` are given; raises ValueError.
        """
        households = self.households
        if len(values) != households.n:
            raise ValueError(
                f"values: one for each of {households.n} households, got {len(values)}"
            )
        if rows is None:
            return total_by(households.county, values * households.weight, self.counties.n)
        weighted = values[rows] * households.weight[rows]
        return total_by(households.county[rows], weighted, self.counties.n)

    def report(
        self,
        outcome: str,
        numerator: Float,
        denominator: Float | None = None,
        scheme: str = "",
        group: str = "all",
    ) -> None:
        """Record an outcome and, as ``<outcome>_reported``, what counties report of it.

        Parameters as `Recorder.add`. What was reported stays in `reports` for a year: officials
        are scored by it.
        """
        self.record.add(outcome, numerator, denominator, scheme, group)
        shift = shift_of(outcome, self.counties, self.parameters)
        stated = as_reported(numerator, denominator, shift)
        self.record.add(f"{outcome}_reported", stated, denominator, scheme, group)
        self.reports[outcome, scheme, group] = (stated, denominator)
        self.truths[outcome, scheme, group] = numerator

    def report_members(
        self, members: Float, people: Float, scheme: str, group: str = "all"
    ) -> None:
        """Record members of a scheme and coverage, and what counties report: one claim for both.

        Parameters
        ----------
        members, people : ndarray of float64, shape (n_counties,)
            Persons covered, and those who could be.
        """
        self.report("coverage", members, people, scheme, group)
        stated, _ = self.reports["coverage", scheme, group]
        self.record.add("covered_persons", members, None, scheme, group)
        self.record.add("covered_persons_reported", stated, None, scheme, group)

    @property
    def peers(self) -> "nx.DiGraph[str]":
        """Which county governments look at which others this year; edges have ``weight``."""
        return self.peer_network.graph(self.counties)

    @property
    def corridor_graph(self) -> "nx.DiGraph[str]":
        """The corridors of this year as a graph of townships; edges have ``weight`` and ``km``."""
        return self.corridors.graph(self.geography, self.places, self.parameters)

    @cached_property
    def hierarchy(self) -> "nx.DiGraph[str]":
        """The tree of governments of this world: centre, provinces, counties, townships."""
        between = self.parameters.flag("fiscal.tiers.prefectures")
        places = self.places
        return hierarchy(self.geography, places.county_rows, places.township_rows, between)

    @cached_property
    def corridors(self) -> Corridors:
        """The places elsewhere that each township knows of, drawn when first asked for."""
        draws = self.lasting_chance("townships.corridors")
        first = self.parameter_set.at(self.setup.years.first)
        return draw_corridors(self.geography, self.places, self.township_key, first, draws)

    def dibao_lines(self) -> Float:
        """Return the dibao line at each household's registration, zero without one, shape (n,)."""
        county = self.households.hukou_county
        urban = self.counties["urban_dibao_line"][county]
        rural = self.counties["rural_dibao_line"][county]
        lines: Float = np.where(self.households.hukou_urban, urban, rural)
        return lines

    def poverty_lines(self) -> Float:
        """Return the poverty line of each household's place, yuan/person/year, shape (n,).

        Rural: the 2010 standard at current prices. Urban: twice the dibao line of the place;
        before it has one, the national ratio times its mean income.
        """
        counties = self.counties
        ratio = self.parameters.number("dibao.urban.line_ratio")
        expected = ratio * counties.urban_income
        local = np.where(counties["urban_dibao_line"] > 0, counties["urban_dibao_line"], expected)
        times = self.parameters.number("outcomes.definitions.urban_poverty_ratio")
        households = self.households
        lines: Float = np.where(
            households.urban, times * local[households.county], self.poverty_line
        )
        return lines

    def begin_year(self, year: int) -> None:
        """Turn to a year: its parameters hold."""
        self.year = year
        self.central_spending = 0.0
        self.parameters = self.placed.at(year)
        self.poverty_line = self._rural_line(year)
        # What is known when a history begins is of its first year.
        self.last_poverty_line = self._rural_line(max(year - 1, self.setup.years.first))

    def _rural_line(self, year: int) -> float:
        standard = self.placed.at(year).number("outcomes.definitions.poverty_line_2010")
        return standard * self.prices.relative(year, _LINE_YEAR)

    def _build_world(self) -> None:
        world, view, chance = self.setup.world, self.parameters, self.lasting_chance
        self.geography: Geography = load_geography()
        self.places = population.draw_places(world, self.geography, view, chance)
        self.counties = population.county_table(self.geography, self.places)
        self.placed.settle(self.counties.code)
        self.township_county = self.places.township_place_county
        codes = self.geography.township_code[self.places.township_rows]
        self.township_key: Key = derive_keys(codes.astype(np.uint64), "township")
        self.provinces, self.townships = public_money.tables(self)
        self.organisations = Organisations(0)
        self.service_need, self.service_hours = no_service(len(self.township_county))
        self.in_need = InNeed.nobody()
        args = (self.geography, self.places, view, chance)
        self.households = population.settle_households(world, *args)
        start_trust(self.households, view)
        # Who lives with whom is of the first year with data, whenever a history begins.
        of_then = self.parameter_set.at(FIRST_YEAR)
        self.persons = population.people_households(self.households, of_then, chance)
        population.start_working(self.persons, self.households, self.geography, view, chance)
        self.structural_income = population.structural_incomes(
            self.geography, self.counties, view, chance
        )
        self.labour_market = LabourMarket(self.counties.n)
        self.income_level = np.exp(self.structural_income)
        migration.begin(self)
        population.weigh(self)
        migration.count_stock(self)
        population.fit_first_incomes(self)
        self.counties.priority = self.structural_income.mean(axis=1)

    def _build_institutions(self) -> None:
        geography = self.geography
        self.centre = Centre(self, "centre", "0", "中央")
        provinces = zip(geography.province_code, geography.province_name_zh, strict=True)
        for row, (code, name) in enumerate(provinces):
            Province(self, "province", str(code), name, row)
        for row, place in enumerate(self.places.county_rows):
            code = str(geography.county_code[place])
            County(self, "county", code, geography.county_name[place], row)
        leaders = derive_keys(geography.province_code.astype(np.uint64), "leader of a province")
        self.officials = posts(self.counties, leaders)
        governments = [*self.agents_by_type[County], *self.agents_by_type[Province]]
        for row, seat in enumerate(governments):
            Official(self, seat.code, seat.name_zh, row)
        self.reports: dict[tuple[str, str, str], tuple[Float, Float | None]] = {}
        self.truths: dict[tuple[str, str, str], Float] = {}
        self.adoptions = Adoptions(self.counties)
        shocks.set_up(self)
        claims.set_up(self)
        self.served = service_links.Served.nobody()
        self.policies: dict[str, Policy] = {id_: cls() for id_, cls in discover().items()}
        for policy in self.policies.values():
            policy.set_up(self)
        self.orders = {id_: centre.Order() for id_ in self.policies}
        self.usual_effort: dict[str, Float] = {}
        designs.set_up(self)

    def _open_books(self) -> None:
        """Publish the first year's figures, open accounts and start recording."""
        # Nobody counted the births and deaths of the first year.
        self.vital = demography.Vital(np.nan, np.nan, np.nan)
        economy.earn(self)
        population.save_first_assets(self)
        tally = economy.take_stock(self)
        self.mean_consumption = economy.usual_consumption(self, tally)
        economy.publish(self, tally, Residents(self, tally))
        self.treasury = Treasury({"households": self.total(self.households.assets)})
        self.peer_network = Peers(self.counties, self.parameters)
        self.record = Recorder(make_areas(self.geography, self.counties))
        self.datacollector = NationalOutcomes(self.policies)
        self.latest: dict[str, float] = {}
        self.institutions = Institutions(self)

    def _adopt(self) -> None:
        public_money.budget(self)
        diffusion.adopt_policies(self)
        self._call("on_budget")

    def _live_and_die(self) -> None:
        """People age, die, marry and give birth; the first year is as it was observed."""
        if self.year > self.setup.years.first:
            self.vital = demography.live_a_year(self)

    def _migrate(self) -> None:
        """People leave for work, families follow, some return; the first year is as observed."""
        if self.year > self.setup.years.first:
            migration.migrate(self)

    def _call(self, phase: str) -> None:
        for policy in self.policies.values():
            getattr(policy, phase)(self)

    def _close_year(self) -> None:
        public_money.settle(self)
        tally = economy.take_stock(self)
        residents = Residents(self, tally)
        outcomes.record_year(self, tally, residents)
        stocks = {
            "households": self.total(self.households.assets),
            "employers": 0.0,
            **public_money.stocks(self),
        }
        for policy in self.policies.values():
            for account, yuan in policy.stocks().items():
                stocks[account] = stocks.get(account, 0.0) + yuan
        self.treasury.close(self.year, stocks)
        economy.publish(self, tally, residents)
        economy.observe_consumption(self, tally)
        self._collect()
        if self.year == self.setup.years.last:
            self.running = False
        else:
            self.begin_year(self.year + 1)

    def _collect(self) -> None:
        """Keep the national outcomes for Mesa and a row for every institution."""
        self.latest = self.record.national(self.year)
        self.datacollector.collect(self)
        self.institutions.keep(self)
