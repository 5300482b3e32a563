"""Peers: whom a county government looks at before it decides (rule a.4).

Others of its province, the places most like it in income, size and kind, and, for some years, the
place from which its leader came.
"""

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from agents.local_government import Counties
from agents.official import COUNTY, Officials
from agents.protocols import Parameters
from agents.table import Float, Rows
from model.networks import nearest_points


class Peers:
    """Who looks at whom, as weights that sum to one for every county that has peers.

    Parameters
    ----------
    counties : Counties
        Reads ``province``, ``kind``, ``priority`` and ``population``.
    parameters : Parameters
        Reads ``diffusion.peers``.

    Attributes
    ----------
    weights : csr_array, shape (n_counties, n_counties)
        Row: who looks; column: at whom. Ties of leaders included, see `follow_leaders`.

    Notes
    -----
    Shares are of weight, not of numbers: a province of many counties weighs no more than one of
    few. Source: rule a.4.
    """

    def __init__(self, counties: Counties, parameters: Parameters) -> None:
        share = parameters.number("diffusion.peers.province_share")
        k = int(parameters.number("diffusion.peers.alike"))
        province = _shares(_same(counties.province))
        alike = _shares(_links(nearest_points(_likeness(counties, parameters), k)))
        # A county that is alone in its province, or in the world, has no such peers.
        self._lasting = _shares(share * province + (1 - share) * alike)
        self.weights = self._lasting

    def follow_leaders(self, officials: Officials, parameters: Parameters) -> None:
        """Tie counties whose leader came lately to the county that he led before.

        For how long he looks back is a rule of careers, which forgets ``moved_from`` in time.
        """
        came = (officials.level == COUNTY) & (officials.moved_from >= 0)
        rows = np.flatnonzero(came)
        if not len(rows):
            self.weights = self._lasting
            return
        here, there = officials.place[rows], officials.moved_from[rows]
        n = self._lasting.shape[0]
        tied = np.zeros(n)
        # Who has no other peers looks at nobody else.
        alone = np.diff(self._lasting.indptr)[here] == 0
        tied[here] = np.where(alone, 1, parameters.number("diffusion.peers.leader_share"))
        others = self._lasting.copy()
        others.data *= np.repeat(1 - tied, np.diff(others.indptr))
        self.weights = others + csr_array((tied[here], (here, there)), (n, n))

    def share(self, having: Float) -> Float:
        """Return the share of each county's peers that have something, shape (n_counties,)."""
        share: Float = self.weights @ having
        return share

    def draw(self, rows: Rows, having: Float, luck: Float) -> Rows:
        """Return a peer that has something for each of `rows`, drawn by weight; -1: there is none.

        Parameters
        ----------
        rows : ndarray of int, shape (m,)
        having : ndarray of float64, shape (n_counties,)
            0 or 1.
        luck : ndarray of float64, shape (m,)
            A uniform for each.
        """
        bounds = self.weights.indptr
        number = bounds[rows + 1] - bounds[rows]
        end = np.cumsum(number)
        tie = np.arange(number.sum()) + np.repeat(bounds[rows] - (end - number), number)
        peer = self.weights.indices[tie]
        reach = np.concatenate([[0.0], np.cumsum(self.weights.data[tie] * having[peer])])
        first, last = reach[end - number], reach[end]
        found = last > first
        if not found.any():
            return np.full(len(rows), -1, np.intp)
        place = np.searchsorted(reach, first + luck * (last - first), side="right") - 1
        place = np.minimum(place, len(peer) - 1)
        return np.where(found, peer[place], -1).astype(np.intp)

    def graph(self, counties: Counties) -> "nx.DiGraph[str]":
        """Return who looks at whom as a graph; nodes are division codes, edges have ``weight``."""
        codes = [str(code) for code in counties.code]
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(codes)
        ties = self.weights.tocoo()
        edges = zip(ties.row.tolist(), ties.col.tolist(), ties.data.tolist(), strict=True)
        graph.add_edges_from((codes[who], codes[whom], {"weight": w}) for who, whom, w in edges)
        return graph


def _likeness(counties: Counties, parameters: Parameters) -> Float:
    """Return places as points: income and size in standard deviations, and the kind of place."""
    size = np.log(np.maximum(counties.population, 1))
    kinds = np.unique(counties.kind)
    apart = parameters.number("diffusion.peers.kind_distance")
    kind = apart * (counties.kind[:, None] == kinds)
    return np.column_stack([_standard(counties.priority), _standard(size), kind])


def _standard(values: Float) -> Float:
    spread = values.std()
    standard: Float = (values - values.mean()) / (spread if spread > 0 else 1)
    return standard


def _same(group: NDArray[np.integer]) -> csr_array:
    """Link every two rows of the same group."""
    order = np.argsort(group, kind="stable")
    _, first, count = np.unique(group[order], return_index=True, return_counts=True)
    members = [order[start : start + size] for start, size in zip(first, count, strict=True)]
    who = np.concatenate([np.repeat(rows, len(rows)) for rows in members])
    whom = np.concatenate([np.tile(rows, len(rows)) for rows in members])
    others = who != whom
    n = len(group)
    return csr_array((np.ones(others.sum()), (who[others], whom[others])), (n, n))


def _links(found: NDArray[np.integer]) -> csr_array:
    """Link every row to those found for it."""
    n, k = found.shape
    return csr_array((np.ones(n * k), (np.repeat(np.arange(n), k), found.ravel())), (n, n))


def _shares(links: csr_array) -> csr_array:
    """Scale the rows that have links to sum to one."""
    total = links.sum(axis=1)
    scaled = csr_array(diags_array(1 / np.where(total > 0, total, 1)) @ links)
    scaled.sum_duplicates()
    return scaled
