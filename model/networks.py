"""The map as networks: the tree of governments, and who is near whom.

The tree runs from the centre over provinces, on request prefectures, and counties to townships;
each unit answers to the one above it (S2 section 4.1.3, dual leadership). Loops that run every year
read the arrays of `Geography`; the graphs here are for structure, views and institutions.
"""

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from agents.table import Float, Int64
from model.geography import COUNTY_TYPES, REGIONS, TOWNSHIP_KINDS, Geography, unit_vectors

CENTRE = "0"

Rows = NDArray[np.integer]


def hierarchy(
    geography: Geography,
    counties: Rows | None = None,
    townships: Rows | None = None,
    prefectures: bool = False,
) -> "nx.DiGraph[str]":
    """Return the tree of governments, edges from the higher to the lower level.

    Parameters
    ----------
    geography : Geography
    counties : ndarray of int, optional
        Rows of the counties to include; every county by default. Provinces and prefectures
        without any of them are left out.
    townships : ndarray of int, optional
        Rows of the townships to include; by default every township of the counties. Those of
        other counties are ignored.
    prefectures : bool
        Put prefectures between provinces and counties.

    Returns
    -------
    networkx.DiGraph
        Nodes are division codes as text, the centre is ``"0"``. Each has ``level`` (centre,
        province, prefecture, county, township), ``name`` (English for provinces, Chinese below),
        ``code`` (int), ``row`` in `geography`; provinces and counties have ``region``, counties
        and townships ``type``.
    """
    tree: nx.DiGraph[str] = nx.DiGraph()
    tree.add_node(CENTRE, level="centre", name="China", code=0, row=0)
    chosen = np.arange(geography.county_code.size) if counties is None else np.unique(counties)
    _add_provinces(tree, geography, chosen)
    if prefectures:
        _add_prefectures(tree, geography, chosen)
    _add_counties(tree, geography, chosen, prefectures)
    _add_townships(tree, geography, chosen, townships)
    return tree


def nearest(geography: Geography, rows: Rows, k: int) -> Int64:
    """Return for each of the given counties the `k` nearest others among them.

    Parameters
    ----------
    geography : Geography
    rows : ndarray of int, shape (n,)
        Counties to compare.
    k : int
        How many to find; at most n - 1 are returned.

    Returns
    -------
    ndarray of int64, shape (n, min(k, n - 1))
        Positions in `rows`, nearest first, oneself excluded; at equal distance in order of `rows`.
    """
    points = unit_vectors(geography.county_longitude[rows], geography.county_latitude[rows])
    return nearest_points(points, k)


def nearest_points(points: Float, k: int) -> Int64:
    """Return for each point the `k` nearest others, shape (n, min(k, n - 1)).

    Parameters
    ----------
    points : ndarray of float64, shape (n, d)
    k : int

    Returns
    -------
    ndarray of int64
        Rows of `points`, nearest first, oneself excluded; at equal distance in order of rows.
    """
    n, k = len(points), min(k, len(points) - 1)
    if k < 1:
        return np.empty((n, 0), np.int64)
    answer = cKDTree(points).query(points, k=np.arange(1, k + 2))
    distance, found = np.asarray(answer[0]), np.asarray(answer[1])
    # Points in one place find each other at distance 0, in any order: push oneself to the end.
    myself = found == np.arange(n)[:, None]
    myself[~myself.any(axis=1), -1] = True
    order = np.lexsort((found, distance, myself), axis=1)[:, :k]
    return np.take_along_axis(found, order, axis=1).astype(np.int64)


def _add_provinces(tree: "nx.DiGraph[str]", geography: Geography, counties: Rows) -> None:
    for row in np.unique(geography.county_province[counties]).tolist():
        code = int(geography.province_code[row])
        tree.add_node(
            str(code),
            level="province",
            name=geography.province_name[row],
            code=code,
            row=row,
            region=REGIONS[geography.region[row]],
        )
        tree.add_edge(CENTRE, str(code))


def _add_prefectures(tree: "nx.DiGraph[str]", geography: Geography, counties: Rows) -> None:
    for row in np.unique(geography.county_prefecture[counties]).tolist():
        code = int(geography.prefecture_code[row])
        name = geography.prefecture_name[row]
        tree.add_node(str(code), level="prefecture", name=name, code=code, row=row)
        tree.add_edge(str(geography.province_code[geography.prefecture_province[row]]), str(code))


def _add_counties(
    tree: "nx.DiGraph[str]", geography: Geography, counties: Rows, prefectures: bool
) -> None:
    province = geography.county_province[counties]
    above = (
        geography.prefecture_code[geography.county_prefecture[counties]]
        if prefectures
        else geography.province_code[province]
    )
    for row, parent, region in zip(
        counties.tolist(), above.tolist(), geography.region[province].tolist(), strict=True
    ):
        code = int(geography.county_code[row])
        tree.add_node(
            str(code),
            level="county",
            name=geography.county_name[row],
            code=code,
            row=row,
            region=REGIONS[region],
            type=COUNTY_TYPES[geography.county_type[row]],
        )
        tree.add_edge(str(parent), str(code))


def _add_townships(
    tree: "nx.DiGraph[str]", geography: Geography, counties: Rows, townships: Rows | None
) -> None:
    rows = np.arange(geography.township_code.size) if townships is None else np.unique(townships)
    rows = rows[np.isin(geography.township_county[rows], counties)]
    codes = geography.township_code[rows].tolist()
    parents = geography.county_code[geography.township_county[rows]].tolist()
    kinds = geography.township_kind[rows].tolist()
    for row, code, parent, kind in zip(rows.tolist(), codes, parents, kinds, strict=True):
        tree.add_node(
            str(code),
            level="township",
            name=geography.township_name[row],
            code=code,
            row=row,
            type=TOWNSHIP_KINDS[kind],
        )
        tree.add_edge(str(parent), str(code))
