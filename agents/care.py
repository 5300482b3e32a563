"""How households fall ill, seek care and pay for it (rules b.4 and b.5).

Admissions and bills are behaviour: supply and the price left to the patient move them.
"""

import numpy as np

from agents.households import Households
from agents.persons import Persons
from agents.protocols import Chance, Parameters
from agents.table import Float, Rows, total_by

# Lower ages of the groups of health.care.age_profile.
_AGE_GROUPS = (0, 5, 20, 40, 55, 65)
# Most admissions of one household in a year; more are as good as impossible.
_MOST_ADMISSIONS = 4


def fall_ill(
    households: Households,
    persons: Persons,
    consumption_per_head: Float,
    parameters: Parameters,
    chance: Chance,
) -> None:
    """Draw admissions and bills of the year.

    Parameters
    ----------
    households : Households
        Reads ``assets``, ``size``, ``unit_cover``, ``insured_cover``; writes ``inpatient_bill``,
        ``medical_bill``, ``out_of_pocket``, ``ill_years``.
    persons : Persons
        Reads ``age``, ``household``, ``alive``.
    consumption_per_head : ndarray of float64, shape (n,)
        Usual consumption at the place of the household, yuan/person/year.
    """
    risk = _risk(households, persons, parameters)
    reimbursed = households.unit_cover + households.insured_cover
    admitted, admissions = _admissions(households, risk, reimbursed, parameters, chance)
    inpatient = np.zeros(households.n)
    spread = parameters.number("health.care.cost_sd")
    size_of_bill = spread * chance("households.bill").normal(households.key[admitted])
    bill = admissions * parameters.number("health.care.cost_per_admission")
    bill *= consumption_per_head[admitted] * _lognormal(size_of_bill, spread)
    bill *= 1 + parameters.number("health.care.moral_hazard") * reimbursed[admitted]
    own = bill * (1 - reimbursed[admitted])
    afraid = own > parameters.number("health.care.forgone_threshold") * households.assets[admitted]
    forgone = afraid & chance("households.forgo_care").happens(
        households.key[admitted], parameters.number("health.care.forgone_probability")
    )
    inpatient[admitted] = np.where(forgone, 0, bill)
    outpatient = _outpatient(households, consumption_per_head, parameters, chance)
    households.inpatient_bill[:] = inpatient
    households.medical_bill[:] = inpatient + outpatient
    households.out_of_pocket[:] = inpatient * (1 - reimbursed) + outpatient
    _weaken(households, admitted, admissions, parameters, chance)


def catastrophic(households: Households, subsistence: Float, parameters: Parameters) -> None:
    """Mark households whose own payments reach the threshold of their capacity to pay.

    Reads ``out_of_pocket``, ``consumption``; writes ``catastrophic``. Capacity to pay is
    consumption, care included, less subsistence food (rule b.5; World Health Organization).
    """
    capacity = households.consumption + households.out_of_pocket - subsistence
    threshold = parameters.number("health.care.catastrophic_threshold") * np.maximum(capacity, 0)
    own = households.out_of_pocket
    households.catastrophic[:] = (own >= threshold) & (own > 0)


def _risk(households: Households, persons: Persons, parameters: Parameters) -> Float:
    """Add the risks of the members to need hospital care, by their ages, shape (n,)."""
    ages = np.arange(persons.age.max(initial=0) + 1)
    group = np.searchsorted(_AGE_GROUPS, ages, side="right") - 1
    by_age = parameters.schedule("health.care.age_profile")[group]
    risk = by_age.take(persons.age, mode="clip") * persons.alive
    return total_by(persons.household, risk, households.n)


def _admissions(
    households: Households,
    risk: Float,
    reimbursed: Float,
    parameters: Parameters,
    chance: Chance,
) -> tuple[Rows, Float]:
    """Poisson number of admissions, by the inverse distribution: who has some, and how many."""
    rate = np.full(households.n, parameters.number("health.care.supply"))
    covered = np.flatnonzero(reimbursed > 0)
    price = np.maximum(1 - reimbursed[covered], np.finfo(np.float32).eps)
    rate[covered] *= price ** -parameters.number("health.care.price_elasticity")
    rate *= risk
    draw = chance("households.admission").uniform(households.key)
    none = np.exp(-rate)
    admitted = np.flatnonzero(draw > none)
    rate, draw, term = rate[admitted], draw[admitted], none[admitted]
    admissions, below = np.zeros(len(admitted)), term.copy()
    for count in range(1, _MOST_ADMISSIONS + 1):
        admissions += draw > below
        term *= rate / count
        below += term
    return admitted, admissions


def _outpatient(
    households: Households, consumption_per_head: Float, parameters: Parameters, chance: Chance
) -> Float:
    spread = parameters.number("health.care.outpatient_sd")
    luck = chance("households.outpatient").normal(households.key)
    usual = parameters.number("health.care.outpatient") * consumption_per_head * households.size
    return usual * _lognormal(spread * luck, spread)


def _weaken(
    households: Households,
    admitted: Rows,
    admissions: Float,
    parameters: Parameters,
    chance: Chance,
) -> None:
    """Let severe admissions lower income for some years."""
    households.ill_years[:] = np.maximum(households.ill_years - 1, 0)
    milder = 1 - parameters.number("health.care.severe_share")
    severe = chance("households.severe_illness").uniform(households.key[admitted])
    rows = admitted[severe > milder**admissions]
    households.ill_years[rows] = int(parameters.number("health.care.severe_years"))


def _lognormal(log: Float, spread: float) -> Float:
    """Return exp of a normal `log`, scaled to mean one."""
    factor: Float = np.exp(log - spread * spread / 2)
    return factor
