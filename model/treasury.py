"""The treasury: double-entry accounts in which every yuan has a payer and a payee."""

from collections import defaultdict
from collections.abc import Mapping

import pyarrow as pa

from agents.errors import MinshengError

ACCOUNTS = (
    "households",
    "employers",
    "townships",
    "counties",
    "provinces",
    "centre",
    "insurance_pools",
    "hubs",
    "ngos",
    "foreign_funders",
    "donors",
    "outside",
)
FLOW_COLUMNS = {
    "year": pa.int16(),
    "payer": pa.string(),
    "payee": pa.string(),
    "purpose": pa.string(),
    "yuan": pa.float64(),
}
ACCOUNT_COLUMNS = {
    "year": pa.int16(),
    "account": pa.string(),
    "opening": pa.float64(),
    "inflow": pa.float64(),
    "outflow": pa.float64(),
    "closing": pa.float64(),
}
# Closing tolerance relative to the year's turnover, part of the output contract.
TOLERANCE = 1e-12


class AccountsError(MinshengError):
    """The accounts of a year do not close."""


class Treasury:
    """All accounts of one simulation, in yuan of the real population.

    Parameters
    ----------
    opening : mapping of str to float
        Balances before the first year; accounts not named open at zero.

    Attributes
    ----------
    flow_rows : list of tuple
        ``(year, payer, payee, purpose, yuan)`` of the closed years.
    account_rows : list of tuple
        ``(year, account, opening, inflow, outflow, closing)`` of the closed years.
    """

    def __init__(self, opening: Mapping[str, float]) -> None:
        self.balance = {account: float(opening.get(account, 0)) for account in ACCOUNTS}
        self.flow_rows: list[tuple[int, str, str, str, float]] = []
        self.account_rows: list[tuple[int, str, float, float, float, float]] = []
        self._flows: dict[tuple[str, str, str], float] = defaultdict(float)

    def pay(self, payer: str, payee: str, purpose: str, yuan: float) -> None:
        """Book a payment of the current year; a negative amount is a mistake of the caller."""
        for account in (payer, payee):
            if account not in self.balance:
                raise AccountsError(f"no account {account!r}; accounts: {', '.join(ACCOUNTS)}")
        if not yuan >= 0:
            raise AccountsError(f"{payer} cannot pay {payee} {yuan} yuan for {purpose}")
        if yuan > 0:
            self._flows[payer, payee, purpose] += float(yuan)

    def close(self, year: int, stocks: Mapping[str, float]) -> None:
        """Close the year against stocks that were counted independently.

        Parameters
        ----------
        year : int
            The year that ends.
        stocks : mapping of str to float
            What the agents themselves hold at the end of the year, by account.

        Raises
        ------
        AccountsError
            If a counted stock differs from the account by more than `TOLERANCE` of the turnover.
        """
        inflow: dict[str, float] = defaultdict(float)
        outflow: dict[str, float] = defaultdict(float)
        for (payer, payee, purpose), yuan in sorted(self._flows.items()):
            outflow[payer] += yuan
            inflow[payee] += yuan
            self.flow_rows.append((year, payer, payee, purpose, yuan))
        turnover = sum(inflow.values())
        for account in ACCOUNTS:
            opening = self.balance[account]
            closing = opening + inflow[account] - outflow[account]
            gap = abs(stocks.get(account, closing) - closing)
            # Written so that an undefined stock does not pass either.
            if not gap <= TOLERANCE * turnover:
                raise AccountsError(
                    f"the accounts of {year} do not close: {account} should hold {closing:.2f} "
                    f"yuan and hold {stocks[account]:.2f} (turnover {turnover:.2f})"
                )
            self.balance[account] = closing
            self.account_rows.append(
                (year, account, opening, inflow[account], outflow[account], closing)
            )
        self._flows.clear()
