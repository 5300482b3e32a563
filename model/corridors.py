"""Corridors: the places elsewhere that the people of a township know of (rule a.5).

A township knows a few townships of other counties, drawn by their pull: size over distance.
Corridors are drawn once and by pairs of places, so that they are the same whoever lives there.
"""

from dataclasses import dataclass

import networkx as nx
import numpy as np

from agents.protocols import Parameters
from agents.table import Float, Int32, Key
from model.chance import Draws
from model.geography import Geography, distance_km
from model.sampling import Places

# Origins handled at a time, so that memory grows with places and not with their square.
_BLOCK = 256
# Nearer than this two townships of different counties do not pull more, km.
_NEAREST_KM = 1.0


@dataclass(frozen=True)
class Corridors:
    """Directed links between the townships of a world.

    Attributes
    ----------
    destination : ndarray of int32, shape (t, k)
        Townships (positions in `Places`) that each township knows of; -1 where there are fewer.
    kilometres : ndarray of float64, shape (t, k)
        Great-circle distance.
    stock : ndarray of float64, shape (t, k)
        Earlier migrants along the link, in percent of those registered at the origin.
    """

    destination: Int32
    kilometres: Float
    stock: Float

    def pull(self, parameters: Parameters) -> Float:
        """Return the weight of each link, shape (t, k): distance^-d (1 + stock)^c."""
        decay = parameters.number("migration.corridors.distance_decay")
        chain = parameters.number("migration.corridors.chain")
        weight = np.maximum(self.kilometres, _NEAREST_KM) ** -decay * (1 + self.stock) ** chain
        return np.where(self.destination >= 0, weight, 0)

    def graph(
        self, geography: Geography, places: Places, parameters: Parameters
    ) -> "nx.DiGraph[str]":
        """Return the links as a graph; nodes are township codes, edges have ``weight``, ``km``."""
        codes = [str(code) for code in geography.township_code[places.township_rows]]
        origin, slot = np.nonzero(self.destination >= 0)
        to = self.destination[origin, slot]
        weight, km = self.pull(parameters)[origin, slot], self.kilometres[origin, slot]
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(codes)
        edges = zip(origin.tolist(), to.tolist(), weight.tolist(), km.tolist(), strict=True)
        graph.add_edges_from((codes[o], codes[d], {"weight": w, "km": k}) for o, d, w, k in edges)
        return graph


def draw_corridors(
    geography: Geography, places: Places, keys: Key, parameters: Parameters, draws: Draws
) -> Corridors:
    """Draw the corridors of a world.

    Parameters
    ----------
    geography : Geography
    places : Places
    keys : ndarray of uint64, shape (t,)
        Keys of the townships.
    parameters : Parameters
        Reads ``migration.corridors``.
    draws : Draws
        One draw for each ordered pair of places.

    Returns
    -------
    Corridors
        The places drawn without replacement with odds in proportion to size x distance^-d
        (the largest log odds plus Gumbel noise), strongest first.
    """
    rows = places.township_rows
    longitude, latitude = geography.township_longitude[rows], geography.township_latitude[rows]
    n = len(rows)
    wanted = min(int(parameters.number("migration.corridors.places")), n)
    decay = parameters.number("migration.corridors.distance_decay")
    log_size = np.log(places.township_size * places.township_weight)
    destination = np.full((n, wanted), -1, np.int32)
    kilometres = np.zeros((n, wanted))
    for start in range(0, n, _BLOCK):
        block = slice(start, min(start + _BLOCK, n))
        km = distance_km(
            longitude[block, None], latitude[block, None], longitude[None], latitude[None]
        )
        pairs = keys[block, None] ^ (keys[None] >> np.uint64(1))
        noise = -np.log(-np.log(draws.uniform(pairs.ravel()).reshape(pairs.shape)))
        score = log_size - decay * np.log(np.maximum(km, _NEAREST_KM)) + noise
        county = places.township_place_county
        score[county[block, None] == county[None]] = -np.inf
        best = np.argsort(-score, axis=1, kind="stable")[:, :wanted]
        known = np.isfinite(np.take_along_axis(score, best, axis=1))
        destination[block] = np.where(known, best, -1)
        kilometres[block] = np.where(known, np.take_along_axis(km, best, axis=1), 0)
    return Corridors(destination, kilometres, np.zeros((n, wanted)))
