"""Corridors: the places elsewhere that the people of a township know of (rule a.5).

A township knows a few townships of other counties, drawn by their pull: size over distance.
Corridors are drawn once and by pairs of places, so that they are the same whoever lives there.
"""

from dataclasses import dataclass

import networkx as nx
import numpy as np

from agents.protocols import Parameters
from agents.table import Float, Int32, Key, Rows, total_by
from model.chance import Draws
from model.geography import Geography, distance_km
from model.sampling import Places

# Places that exceed the threshold of a close look: with fewer more origins look at all places.
_CANDIDATES = 40
# More than distances are rounded by.
_ROUNDING_KM = 0.1
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
    n = len(places.township_rows)
    wanted = min(int(parameters.number("migration.corridors.places")), n)
    decay = parameters.number("migration.corridors.distance_decay")
    pairs = _Pairs(geography, places, keys, decay, draws)
    found = Corridors(
        np.full((n, wanted), -1, np.int32), np.zeros((n, wanted)), np.zeros((n, wanted))
    )
    for county in range(len(places.county_rows)):
        pairs.find(county, found)
    return found


class _Pairs:
    """All ordered pairs of townships, of which few have to be looked at closely."""

    def __init__(
        self, geography: Geography, places: Places, keys: Key, decay: float, draws: Draws
    ) -> None:
        rows, counties = places.township_rows, places.county_rows
        self._at = geography.township_longitude[rows], geography.township_latitude[rows]
        self._centre = geography.county_longitude[counties], geography.county_latitude[counties]
        self._county = places.township_place_county
        self._first = np.searchsorted(self._county, np.arange(len(counties) + 1))
        self._size = places.township_size * places.township_weight
        self._log_size = np.log(self._size)
        self._county_size = total_by(self._county, self._size, len(counties))
        self._keys, self._half_keys = keys, keys >> np.uint64(1)
        self._decay, self._draws = decay, draws
        middle = tuple(at[self._county] for at in self._centre)
        # How far the townships of a county lie from its point at most, km.
        self._reach = np.zeros(len(counties))
        np.maximum.at(self._reach, self._county, distance_km(*self._at, *middle))

    def find(self, county: int, found: Corridors) -> None:
        """Set the places that the townships of a county know of."""
        least, threshold = self._least(county)
        everywhere = np.arange(len(self._keys))
        for origin in range(self._first[county], self._first[county + 1]):
            draw = self._draws.uniform(self._keys[origin] ^ self._half_keys)
            to = np.flatnonzero(draw > least)
            km, score = self._score(origin, to, draw)
            if (score > threshold).sum() < found.destination.shape[1]:
                to = everywhere
                km, score = self._score(origin, to, draw)
            _keep(origin, to, score, km, found)

    def _least(self, county: int) -> tuple[Float, float]:
        """Return the least draw with which each place may score above a threshold, and that.

        A score exceeds s with probability 1 - exp(-pull / e^s) < pull / e^s, so that places whose
        draw is further from 1 need not be looked at. The threshold is one that some tens of places
        exceed; places are taken to be as near as those of their counties can be.
        """
        centre = self._centre
        km = distance_km(centre[0][county], centre[1][county], *centre)
        pull = np.maximum(km, _NEAREST_KM) ** -self._decay * self._county_size
        whole = max(float(pull.sum() - pull[county]), np.finfo(float).tiny)
        nearest = np.maximum(km - self._reach - self._reach[county] - _ROUNDING_KM, _NEAREST_KM)
        most = nearest**-self._decay * (_CANDIDATES / whole)
        most[county] = 0
        return 1 - most[self._county] * self._size, float(np.log(whole / _CANDIDATES))

    def _score(self, origin: int, to: Rows, draw: Float) -> tuple[Float, Float]:
        """Return the distance of places, and their log odds plus noise."""
        longitude, latitude = self._at
        km = distance_km(longitude[origin], latitude[origin], longitude[to], latitude[to])
        noise = -np.log(-np.log(draw[to]))
        score = self._log_size[to] - self._decay * np.log(np.maximum(km, _NEAREST_KM)) + noise
        score[self._county[to] == self._county[origin]] = -np.inf
        return km, score


def _keep(origin: int, to: Rows, score: Float, km: Float, found: Corridors) -> None:
    """Write the strongest places of an origin; those of its own county are none."""
    best = np.argsort(-score, kind="stable")[: found.destination.shape[1]]
    best = best[np.isfinite(score[best])]
    found.destination[origin, : len(best)] = to[best]
    found.kilometres[origin, : len(best)] = km[best]
