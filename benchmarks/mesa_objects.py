"""Variant (a): the reference year as plain Mesa agents, one object per household.

Written as a careful Mesa user would: Python numbers as attributes (numpy scalars would
be two to four times slower), two activations a year because rationing must wait for every
claim, rationing and statistics in the model's step over a plain list of the households, which is
quicker than ``AgentSet.get``. ``activation`` may be ``do`` instead of
``shuffle_do``, which saves the shuffling, since the order of households plays no part here.
"""

from collections import defaultdict
from math import exp
from operator import attrgetter
from typing import Any

import mesa
import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmarks.reference_year import Constants, Start, start_population


class Household(mesa.Agent):
    """A household that earns, moves, enrols, falls ill, claims dibao and saves."""

    model: "MesaReferenceYear"

    def __init__(
        self,
        model: "MesaReferenceYear",
        township: int,
        county: int,
        log_county_income: float,
        members: int,
        schooling: float,
        elderly_share: float,
        log_permanent: float,
        is_migrant: bool,
        is_enrolled: bool,
        savings: float,
    ) -> None:
        super().__init__(model)
        self.township = township
        self.county = county
        self.log_county_income = log_county_income
        self.members = members
        self.schooling = schooling
        self.elderly_share = elderly_share
        self.log_permanent = log_permanent
        self.is_migrant = is_migrant
        self.is_enrolled = is_enrolled
        self.savings = savings
        self.log_income = 0.0
        self.income = 0.0
        self.out_of_pocket = 0.0
        self.is_catastrophic = False
        self.claims_dibao = False
        self.observed_income = 0.0
        self.benefit = 0.0
        self.income_per_head = 0.0

    def live(self) -> None:
        """Go through the year up to the dibao claim."""
        self.decide_migration()
        self.earn()
        self.decide_enrolment()
        self.pay_medical_bill()
        self.claim_dibao()

    def decide_migration(self) -> None:
        """Permanent shock, then the migration logit."""
        c = self.model.constants
        random = self.model.random
        self.log_permanent = c.permanent_persistence * self.log_permanent + random.gauss(
            0.0, c.permanent_sd
        )
        score = (
            c.migration_intercept
            + c.migration_if_migrant * self.is_migrant
            + c.migration_per_log_income * self.log_permanent
            + c.migration_per_schooling * self.schooling
        )
        self.is_migrant = random.random() < 1.0 / (1.0 + exp(-score))

    def earn(self) -> None:
        """Transitory shock and this year's income."""
        c = self.model.constants
        self.log_income = (
            self.log_county_income
            + self.log_permanent
            + self.model.random.gauss(0.0, c.transitory_sd)
            + c.migrant_log_premium * self.is_migrant
        )
        self.income = exp(self.log_income) * self.members

    def decide_enrolment(self) -> None:
        """Decide on medical insurance, a logit."""
        c = self.model.constants
        score = (
            c.enrolment_intercept
            + c.enrolment_if_enrolled * self.is_enrolled
            + c.enrolment_if_migrant * self.is_migrant
            + c.enrolment_per_schooling * self.schooling
        )
        self.is_enrolled = self.model.random.random() < 1.0 / (1.0 + exp(-score))

    def pay_medical_bill(self) -> None:
        """Health shock, medical bill, reimbursement and the catastrophic test."""
        c = self.model.constants
        random = self.model.random
        self.out_of_pocket = 0.0
        self.is_catastrophic = False
        if random.random() < c.illness_base_share + (
            c.illness_per_elderly_share * self.elderly_share
        ):
            bill = exp(random.gauss(c.log_bill_mean, c.log_bill_sd))
            self.out_of_pocket = bill * (1.0 - c.reimbursed_share * self.is_enrolled)
            capacity = self.income - c.food_per_head * self.members
            self.is_catastrophic = self.out_of_pocket > c.catastrophic_share_of_capacity * capacity

    def claim_dibao(self) -> None:
        """Noisy means test against the county's dibao line."""
        c = self.model.constants
        self.benefit = 0.0
        log_observed = self.log_income + self.model.random.gauss(0.0, c.means_test_noise_sd)
        self.claims_dibao = log_observed < self.log_county_income + self.model.log_line_ratio
        if self.claims_dibao:
            self.observed_income = exp(log_observed)

    def receive_dibao(self) -> None:
        """Fill the gap between the line and the observed income, at least the minimum."""
        c = self.model.constants
        line = exp(self.log_county_income + self.model.log_line_ratio)
        gap = line - self.observed_income
        self.benefit = max(gap, c.benefit_min_per_head) * self.members

    def save(self) -> None:
        """Consume a share of what is left, carry the rest over, never below zero."""
        c = self.model.constants
        received = self.income + self.benefit
        kept = c.saving_share * received - self.out_of_pocket
        self.savings = max(0.0, (1.0 + c.interest_rate) * self.savings + kept)
        self.income_per_head = received / self.members


class MesaReferenceYear(mesa.Model):
    """The society of households; ``outcomes`` holds one county table per year."""

    def __init__(
        self,
        n_households: int,
        seed: int = 1,
        constants: Constants | None = None,
        activation: str = "shuffle_do",
    ) -> None:
        super().__init__(rng=seed)
        self.activate = getattr(self.agents, activation)
        self.constants = constants or Constants()
        self.log_line_ratio = self.constants.log_dibao_line_ratio
        start = start_population(n_households, seed, self.constants)
        self.county_of_row = start.county
        self.county_size = np.bincount(start.county)
        self.quota = self.constants.quota(np.bincount(start.township)).tolist()
        self.outcomes: list[NDArray[np.float64]] = []
        created = Household.create_agents(self, n_households, **python_columns(start))
        self.households: list[Household] = list(created)

    def step(self) -> None:
        """One reference year."""
        self.activate("live")
        self.ration_dibao()
        self.activate("save")
        self.outcomes.append(self.county_outcomes())

    def ration_dibao(self) -> None:
        """Give each township's places to its poorest claimants."""
        claimants: defaultdict[int, list[Household]] = defaultdict(list)
        for household in self.households:
            if household.claims_dibao:
                claimants[household.township].append(household)
        for township, rivals in claimants.items():
            rivals.sort(key=attrgetter("observed_income"))
            for household in rivals[: self.quota[township]]:
                household.receive_dibao()

    def county_outcomes(self) -> NDArray[np.float64]:
        """Measure every county: shape (n_outcomes, n_counties), in the order of OUTCOMES."""
        income = np.array([h.income_per_head for h in self.households])
        benefit = np.array([h.benefit for h in self.households])
        gap = np.maximum(0.0, 1.0 - income / self.constants.poverty_line)
        return np.array(
            [
                self.county_mean(gap > 0),
                self.county_mean(gap),
                self.county_mean(gap**2),
                self.county_gini(income),
                self.county_mean([h.is_migrant for h in self.households]),
                self.county_mean([h.is_enrolled for h in self.households]),
                self.county_mean([h.is_catastrophic for h in self.households]),
                self.county_mean(benefit > 0),
                self.county_mean(income),
                self.county_mean([h.savings for h in self.households]),
            ]
        )

    def county_mean(self, values: ArrayLike) -> NDArray[np.float64]:
        """Mean over the households of each county."""
        return np.bincount(self.county_of_row, weights=values) / self.county_size

    def county_gini(self, income: NDArray[np.float64]) -> NDArray[np.float64]:
        """Gini coefficient of income per head in each county."""
        order = np.lexsort((income, self.county_of_row))
        first_row = np.cumsum(self.county_size) - self.county_size
        rank = np.arange(len(income)) - first_row[self.county_of_row] + 1
        size = self.county_size[self.county_of_row]
        weighted = np.bincount(self.county_of_row, weights=(2 * rank - size - 1) * income[order])
        total = np.bincount(self.county_of_row, weights=income)
        return weighted / (self.county_size * total)


def python_columns(start: Start) -> dict[str, list[Any]]:
    """Turn the start columns into lists of Python numbers; Mesa draws need no keys."""
    return {name: column.tolist() for name, column in start._asdict().items() if name != "key"}
