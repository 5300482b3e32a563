"""Variant (b): the reference year in the engine's style, as numpy columns.

Rows stay ordered by township, and a block is a run of whole counties with about
``BLOCK_ROWS`` rows, so every rule, rationing and Gini included, works on arrays that stay
in the processor's cache. Scores, shares and draws are float32; money is float64.
"""

import numpy as np
from numpy.typing import NDArray

from benchmarks.draws import Draws, Floats
from benchmarks.reference_year import Constants, Start, start_population

BLOCK_ROWS = 20_000
LOW_32_BITS = np.uint64(32)

Money = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]


class Block:
    """A run of whole counties: its columns, its rules and its county outcomes."""

    def __init__(self, start: Start, rows: slice, constants: Constants, seed: int) -> None:
        self.constants = constants
        self.draws = Draws(start.key[rows], seed)
        self.settle(start.township[rows], start.county[rows])
        self.log_county_income = start.log_county_income[rows].astype(np.float32)
        self.members = start.members[rows].astype(np.float32)
        self.schooling = start.schooling[rows].astype(np.float32)
        self.elderly_share = start.elderly_share[rows].astype(np.float32)
        self.log_permanent = start.log_permanent[rows].astype(np.float32)
        self.is_migrant = start.is_migrant[rows].copy()
        self.is_enrolled = start.is_enrolled[rows].copy()
        self.savings = start.savings[rows].copy()
        self.income_per_head = np.zeros_like(self.savings)
        self.out_of_pocket = np.zeros_like(self.savings)
        self.benefit_per_head = np.zeros_like(self.savings)

    def settle(self, township: Rows, county: Rows) -> None:
        """Count the block's townships and counties from 0 and note what never changes."""
        self.township = township - township[0]
        self.county = county - county[0]
        self.township_quota = self.constants.quota(np.bincount(self.township))
        self.county_size = np.bincount(self.county)
        self.county_start = np.cumsum(self.county_size) - self.county_size
        self.county_high_bits = self.county.astype(np.uint64) << LOW_32_BITS
        rank = np.arange(len(county)) - self.county_start[self.county] + 1
        self.gini_weight = 2.0 * rank - self.county_size[self.county] - 1

    def year(self, year: int) -> NDArray[np.float64]:
        """Run one reference year; returns the county outcomes."""
        permanent, transitory = self.draws.normals("income", year)
        to_move, to_enrol = self.draws.uniforms("choices", year)
        self.decide_migration(permanent, to_move)
        log_income = self.earn(transitory)
        self.decide_enrolment(to_enrol)
        onset, _ = self.draws.uniforms("illness", year)
        severity, noise = self.draws.normals("bill and means test", year)
        catastrophic = self.pay_medical_bills(onset, severity)
        recipients = self.ration_dibao(log_income, noise)
        self.save()
        return self.county_outcomes(catastrophic, recipients)

    def decide_migration(self, shock: Floats, uniform: Floats) -> None:
        """Permanent shock, then the migration logit."""
        c = self.constants
        self.log_permanent *= c.permanent_persistence
        self.log_permanent += c.permanent_sd * shock
        score = c.migration_per_log_income * self.log_permanent
        score += c.migration_per_schooling * self.schooling
        score += c.migration_if_migrant * self.is_migrant
        score += c.migration_intercept
        self.is_migrant = accepts(score, uniform)

    def earn(self, shock: Floats) -> Floats:
        """Transitory shock and income; returns log income per head over the county's."""
        c = self.constants
        log_income = self.log_permanent + c.transitory_sd * shock
        log_income += c.migrant_log_premium * self.is_migrant
        self.income_per_head[:] = np.exp(log_income + self.log_county_income)
        return log_income

    def decide_enrolment(self, uniform: Floats) -> None:
        """Decide on medical insurance, a logit."""
        c = self.constants
        score = c.enrolment_per_schooling * self.schooling
        score += c.enrolment_if_enrolled * self.is_enrolled
        score += c.enrolment_if_migrant * self.is_migrant
        score += c.enrolment_intercept
        self.is_enrolled = accepts(score, uniform)

    def pay_medical_bills(self, onset: Floats, severity: Floats) -> Rows:
        """Health shock, bill, reimbursement; returns the rows with catastrophic bills.

        Bills are computed for the ill only: they are few and the exponential is dear.
        """
        c = self.constants
        onset -= c.illness_per_elderly_share * self.elderly_share
        ill = np.flatnonzero(onset < c.illness_base_share)
        bill = np.exp(c.log_bill_mean + c.log_bill_sd * severity[ill].astype(np.float64))
        bill *= 1 - c.reimbursed_share * self.is_enrolled[ill]
        self.out_of_pocket.fill(0.0)
        self.out_of_pocket[ill] = bill
        capacity = (self.income_per_head[ill] - c.food_per_head) * self.members[ill]
        return ill[bill > c.catastrophic_share_of_capacity * capacity]

    def ration_dibao(self, log_income: Floats, noise: Floats) -> Rows:
        """Noisy means test, then each township's places go to its poorest claimants.

        Only claimants are ranked, by one sort of township and observed income packed in
        64 bits: the bits of a positive float32 sort as the number does. The sort is
        stable, so ties go to the lower row.
        """
        c = self.constants
        noise *= c.means_test_noise_sd
        noise += log_income
        claimants = np.flatnonzero(noise < c.log_dibao_line_ratio)
        observed = np.exp(noise[claimants])
        packed = self.township[claimants].astype(np.uint64) << LOW_32_BITS
        packed |= observed.view(np.uint32)
        order = np.argsort(packed, kind="stable")
        n_rivals = np.bincount(self.township[claimants], minlength=len(self.township_quota))
        rank = np.arange(len(order)) - np.repeat(np.cumsum(n_rivals) - n_rivals, n_rivals)
        served = order[rank < np.repeat(self.township_quota, n_rivals)]
        self.pay_dibao(claimants[served], observed[served])
        return claimants[served]

    def pay_dibao(self, recipients: Rows, observed: Floats) -> None:
        """Fill the gap between the line and the observed income, at least the minimum."""
        c = self.constants
        county_income = np.exp(self.log_county_income[recipients].astype(np.float64))
        gap = (c.dibao_line_to_county_income - observed) * county_income
        self.benefit_per_head.fill(0.0)
        self.benefit_per_head[recipients] = np.maximum(gap, c.benefit_min_per_head)
        self.income_per_head += self.benefit_per_head

    def save(self) -> None:
        """Consume a share of what is left, carry the rest over, never below zero."""
        c = self.constants
        self.savings *= 1 + c.interest_rate
        self.savings += c.saving_share * self.income_per_head * self.members
        self.savings -= self.out_of_pocket
        np.maximum(self.savings, 0.0, out=self.savings)

    def county_outcomes(self, catastrophic: Rows, recipients: Rows) -> NDArray[np.float64]:
        """Measure the block's counties: shape (n_outcomes, n_counties), in OUTCOMES' order."""
        poor = np.flatnonzero(self.income_per_head < self.constants.poverty_line)
        gap = 1 - self.income_per_head[poor] / self.constants.poverty_line
        income = np.add.reduceat(self.income_per_head, self.county_start)
        sums = [
            self.sum_over(poor),
            self.sum_over(poor, gap),
            self.sum_over(poor, gap * gap),
            self.rank_weighted_income() / income,
            np.add.reduceat(self.is_migrant, self.county_start, dtype=np.int64),
            np.add.reduceat(self.is_enrolled, self.county_start, dtype=np.int64),
            self.sum_over(catastrophic),
            self.sum_over(recipients),
            income,
            np.add.reduceat(self.savings, self.county_start),
        ]
        return np.array(sums) / self.county_size

    def sum_over(self, rows: Rows, weights: Money | None = None) -> NDArray[np.float64] | Rows:
        """Sum by county over a few rows; over all rows ``reduceat`` is five times cheaper."""
        return np.bincount(self.county[rows], weights, minlength=len(self.county_size))

    def rank_weighted_income(self) -> Money:
        """Sum (2 rank - n - 1) times income by county, the numerator of Gini's coefficient."""
        packed = self.county_high_bits | self.income_per_head.astype(np.float32).view(np.uint32)
        packed.sort()
        income = packed.astype(np.uint32).view(np.float32)
        return np.add.reduceat(self.gini_weight * income, self.county_start)


class ColumnReferenceYear:
    """The society as blocks of columns; ``outcomes`` holds one county table per year."""

    def __init__(
        self, n_households: int, seed: int = 1, constants: Constants | None = None
    ) -> None:
        constants = constants or Constants()
        start = start_population(n_households, seed, constants)
        self.blocks = [Block(start, rows, constants, seed) for rows in whole_counties(start.county)]
        self.outcomes: list[NDArray[np.float64]] = []

    def step(self) -> None:
        """One reference year."""
        year = len(self.outcomes)
        self.outcomes.append(np.hstack([block.year(year) for block in self.blocks]))


def accepts(score: Floats, uniform: Floats) -> Mask:
    """Say yes with probability 1 / (1 + exp(-score)); overwrites the score."""
    np.negative(score, out=score)
    np.exp(score, out=score)
    score += 1
    score *= uniform
    return score < 1


def whole_counties(county: Rows) -> list[slice]:
    """Cut the rows at county borders, each block but the last with at least BLOCK_ROWS."""
    borders = np.flatnonzero(np.diff(county)) + 1
    cuts = [0]
    while (ahead := borders[borders >= cuts[-1] + BLOCK_ROWS]).size:
        cuts.append(int(ahead[0]))
    return [slice(first, last) for first, last in zip(cuts, [*cuts[1:], len(county)], strict=True)]
