"""The reference year: one small society that both variants of the benchmark simulate.

``reference_year.md`` states the rules. This file holds what the two variants share and
must not differ in: the constants, the population of the first year and the list of
yearly county outcomes. The numbers make a plausible society for measuring speed; they
are no estimates of China and no part of the model.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

OUTCOMES = (
    "poverty_rate",
    "poverty_gap",
    "poverty_severity",
    "gini",
    "migrant_share",
    "enrolled_share",
    "catastrophic_share",
    "dibao_share",
    "income_mean",
    "savings_mean",
)


@dataclass(frozen=True)
class Constants:
    """Every number of the reference year; money in yuan a year, ``log_`` in natural logs."""

    households_per_county: int = 100
    n_counties_max: int = 300
    townships_per_county: int = 4

    members_max: int = 6
    log_income_mean: float = 9.0
    log_income_county_sd: float = 0.25
    log_savings_mean: float = 8.0
    log_savings_sd: float = 1.0
    migrant_share_start: float = 0.25
    enrolled_share_start: float = 0.6

    permanent_persistence: float = 0.95
    permanent_sd: float = 0.12
    transitory_sd: float = 0.2
    migrant_log_premium: float = 0.25

    migration_intercept: float = -2.0
    migration_if_migrant: float = 2.5
    migration_per_log_income: float = -0.8
    migration_per_schooling: float = 0.3

    enrolment_intercept: float = -0.6
    enrolment_if_enrolled: float = 1.8
    enrolment_if_migrant: float = -0.7
    enrolment_per_schooling: float = 0.4

    illness_base_share: float = 0.06
    illness_per_elderly_share: float = 0.15
    log_bill_mean: float = 8.0
    log_bill_sd: float = 1.2
    reimbursed_share: float = 0.5
    food_per_head: float = 1500.0
    catastrophic_share_of_capacity: float = 0.4

    dibao_line_to_county_income: float = 0.5
    means_test_noise_sd: float = 0.3
    quota_share: float = 0.06
    benefit_min_per_head: float = 200.0

    interest_rate: float = 0.02
    saving_share: float = 0.25
    poverty_line: float = 4500.0

    @property
    def log_dibao_line_ratio(self) -> float:
        """Dibao line over the county's typical income per head, in logs."""
        return float(np.log(self.dibao_line_to_county_income))

    def quota(self, n_households: NDArray[np.int64]) -> NDArray[np.int64]:
        """Dibao places of townships of these sizes: a share of them, at least one."""
        return np.maximum(1, np.round(self.quota_share * n_households)).astype(np.int64)


class Start(NamedTuple):
    """The society before its first year, rows ordered by township and so by county."""

    key: NDArray[np.uint64]
    township: NDArray[np.int64]
    county: NDArray[np.int64]
    log_county_income: NDArray[np.float64]
    members: NDArray[np.int64]
    schooling: NDArray[np.float64]
    elderly_share: NDArray[np.float64]
    log_permanent: NDArray[np.float64]
    is_migrant: NDArray[np.bool_]
    is_enrolled: NDArray[np.bool_]
    savings: NDArray[np.float64]


def start_population(n_households: int, seed: int, constants: Constants) -> Start:
    """Draw the first year's society, the same for both variants."""
    c = constants
    rng = np.random.default_rng(seed)
    n_counties = max(2, min(c.n_counties_max, n_households // c.households_per_county))
    n_townships = n_counties * c.townships_per_county
    everywhere = np.arange(n_townships)
    settled = rng.integers(n_townships, size=n_households - n_townships)
    township = np.sort(np.concatenate([everywhere, settled]))
    county = township // c.townships_per_county
    county_income = rng.normal(c.log_income_mean, c.log_income_county_sd, n_counties)
    members = rng.integers(1, c.members_max + 1, n_households)
    stationary_sd = c.permanent_sd / np.sqrt(1 - c.permanent_persistence**2)
    return Start(
        key=rng.integers(2**64, size=n_households, dtype=np.uint64),
        township=township,
        county=county,
        log_county_income=county_income[county],
        members=members,
        schooling=rng.normal(size=n_households),
        elderly_share=rng.binomial(members, 0.2) / members,
        log_permanent=rng.normal(0, stationary_sd, n_households),
        is_migrant=rng.random(n_households) < c.migrant_share_start,
        is_enrolled=rng.random(n_households) < c.enrolled_share_start,
        savings=rng.lognormal(c.log_savings_mean, c.log_savings_sd, n_households),
    )
