"""How households consume, save and borrow (rule b.6)."""

import numpy as np

from agents.households import Households
from agents.protocols import Parameters
from agents.table import Float


def consume(households: Households, subsistence: Float, parameters: Parameters) -> None:
    """Spend, save and borrow.

    C = max(minimum, (1 - s) y + x (A - A*)), within cash and what kin lend.

    Parameters
    ----------
    households : Households
        Reads ``market_income``, ``transfers``, ``contributions``, ``out_of_pocket``,
        ``expected_income``, ``assets``; writes ``consumption``, ``assets``, ``deprived_years``.
    subsistence : ndarray of float64, shape (n,)
        Minimum consumption of the household, yuan/year.

    Notes
    -----
    What kin lend lowers net assets, below zero if need be; the limit counts debts not yet repaid.
    Care has been used by then: a bill beyond cash and kin is owed to the hospital, without limit.
    """
    income = households.market_income + households.transfers - households.contributions
    target = parameters.number("economy.consumption.target_assets") * households.expected_income
    gap = households.assets - target
    wanted = (1 - parameters.number("economy.consumption.saving_rate")) * income
    wanted += parameters.number("economy.consumption.asset_adjustment") * gap
    wanted = np.maximum(wanted, subsistence)
    cash = np.maximum(households.assets, 0) + income - households.out_of_pocket
    limit = parameters.number("economy.consumption.kin_loan_limit") * income
    limit = np.maximum(limit + np.minimum(households.assets, 0), 0)
    loan = np.clip(subsistence - cash, 0, limit)
    households.consumption[:] = np.clip(wanted, 0, np.maximum(cash + loan, 0))
    households.assets += income - households.out_of_pocket - households.consumption
    deprived = households.consumption < subsistence * (1 - np.finfo(np.float32).eps)
    most = np.iinfo(households.deprived_years.dtype).max - 1
    counted = np.minimum(households.deprived_years, most) + 1
    households.deprived_years[:] = np.where(deprived, counted, 0)
