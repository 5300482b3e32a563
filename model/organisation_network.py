"""The organisations of a county as a graph, ready for a drawing: who pays whom for what.

Nodes are the county's government, funders, hubs and other organisations; edges run with the money.
"""

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from agents.errors import UnknownNameError
from agents.organisations import KINDS, Organisations, incomes
from agents.table import Bool, Rows
from policies.procurement import Procurement
from policies.procurement_lots import Payments

if TYPE_CHECKING:
    from model.simulation import Simulation

GOVERNMENT = "government"
FUNDERS = {"foreign": "foreign_funders", "donated": "donors", "charges": "users"}
"""Columns of income that come from outside, and the nodes they come from."""
LOT, SUB_CONTRACT = "lot", "sub_contract"


def organisation_network(sim: "Simulation", county_code: int) -> "nx.DiGraph[str]":
    """Return the organisations at work in a county and the money of the year between them.

    Parameters
    ----------
    sim : Simulation
        After a simulated year; without one there are no organisations.
    county_code : int
        Division code of a county of the sample.

    Returns
    -------
    networkx.DiGraph
        Nodes are ``"government"``, ``"foreign_funders"``, ``"donors"``, ``"users"`` and the keys of
        organisations as text. Each has ``kind`` (one of `KINDS`, or its own name), ``size``
        (workers and volunteers; zero for funders), ``money`` (income of the year, or what it paid
        here, yuan) and ``tie`` (closeness to the Party-state, 1: part of it, 0: funders).
        Edges have ``kind`` (lot, sub_contract, foreign, donated, charges) and ``money`` (yuan).
        Numbers are those of one real county and of one organisation.

    Raises
    ------
    UnknownNameError
        The county is not in the sample.
    """
    county = _row_of(sim, county_code)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(GOVERNMENT, kind=GOVERNMENT, size=0.0, money=0.0, tie=1.0)
    table = sim.organisations
    here = table.alive & (table.county == county)
    _add_organisations(graph, table, np.flatnonzero(here))
    _add_gifts(graph, table, np.flatnonzero(here))
    policy = sim.policies["procurement"]
    if isinstance(policy, Procurement) and len(policy.paid.lot):
        in_county = policy.lots.county == county
        _add_payments(graph, table, policy.paid, in_county, LOT)
        _add_payments(graph, table, policy.passed, in_county, SUB_CONTRACT)
    return graph


def _row_of(sim: "Simulation", county_code: int) -> int:
    codes = sim.counties.code
    rows = np.flatnonzero(codes == county_code)
    if not len(rows):
        raise UnknownNameError("county of the sample", str(county_code), map(str, codes.tolist()))
    return int(rows[0])


def _name(table: Organisations, row: int) -> str:
    return f"{int(table.key[row]):016x}"


def _add_organisations(graph: "nx.DiGraph[str]", table: Organisations, rows: Rows) -> None:
    income = incomes(table)
    for row in rows.tolist():
        graph.add_node(
            _name(table, row),
            kind=KINDS[table.kind[row]],
            size=float(table.staff[row] + table.volunteers[row]),
            money=float(income[row]),
            tie=float(table.tie[row]),
        )


def _add_gifts(graph: "nx.DiGraph[str]", table: Organisations, rows: Rows) -> None:
    """Add funders from outside who gave something, and what they gave to whom."""
    for source, funder in FUNDERS.items():
        given = rows[table[source][rows] > 0]
        if not len(given):
            continue
        money = float(table[source][given].sum())
        graph.add_node(funder, kind=funder, size=0.0, money=money, tie=0.0)
        for row in given.tolist():
            yuan = float(table[source][row])
            graph.add_edge(funder, _name(table, row), kind=source, money=yuan)


def _add_payments(
    graph: "nx.DiGraph[str]", table: Organisations, payments: Payments, in_county: Bool, kind: str
) -> None:
    """Add what was paid for lots of the county; who comes from outside is added with it."""
    chosen = np.flatnonzero(in_county[payments.lot])
    ends = np.concatenate([payments.payee[chosen], payments.payer[chosen]])
    ends = np.unique(ends[ends >= 0])
    named = [_name(table, row) for row in ends.tolist()]
    outside = [row for row, name in zip(ends.tolist(), named, strict=True) if name not in graph]
    _add_organisations(graph, table, np.array(outside, np.intp))
    for place in chosen.tolist():
        payer, payee = int(payments.payer[place]), int(payments.payee[place])
        source = GOVERNMENT if payer < 0 else _name(table, payer)
        _pay(graph, source, _name(table, payee), float(payments.yuan[place]), kind)


def _pay(graph: "nx.DiGraph[str]", source: str, target: str, yuan: float, kind: str) -> None:
    """Add a payment to what is paid between two already."""
    if graph.has_edge(source, target):
        graph.edges[source, target]["money"] += yuan
    else:
        graph.add_edge(source, target, kind=kind, money=yuan)
    if source == GOVERNMENT:
        graph.nodes[source]["money"] += yuan
