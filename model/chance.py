"""Chance: one stream per decision, one draw per agent, whatever else happens in the world.

A draw is a hash of (seed, replicate, decision, year) and the agent's persistent 64-bit key.
Nobody's draw depends on who else exists, on the order of modules or on the policies in force, so a
reform changes probabilities and never luck. Only uniforms are drawn; other laws come from the
inverse distribution, which keeps the same ranks under every parameter.
"""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from agents.table import Float, Key

# Rows hashed at a time, so that the work arrays stay in the processor's cache.
_BLOCK = 16384
# Constants of splitmix64 (Steele, Lea and Flood 2014), a published mixing function.
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_ROUNDS = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
_LAST_SHIFT = np.uint64(31)
# 52 bits and a half step: a 53-bit draw can round to exactly 1, whose normal quantile is infinite.
_DROPPED_BITS = np.uint64(12)
# The others, put behind the exponent of 1, are a number from 1 to 2.
_ONE = np.float64(1).view(np.uint64)
_ONE_LESS_HALF_STEP = 1 - 2.0**-53


class Draws:
    """The draws of one decision in one year.

    Parameters
    ----------
    stream : int
        The 64-bit key of the stream.

    Notes
    -----
    A draw hashes the agent's key and the stream's key once. Keys of agents are hashes already (see
    `derive_keys`), so that two rounds lie between an official code and a draw.
    """

    def __init__(self, stream: int) -> None:
        self._stream = np.uint64(stream)

    def bits(self, keys: Key) -> Key:
        """Return 64 random bits for each key; same shape."""
        bits = np.empty(keys.shape, np.uint64)
        work = np.empty(min(_BLOCK, keys.size), np.uint64)
        for start in range(0, keys.size, _BLOCK):
            self._hash(keys[start : start + _BLOCK], bits[start : start + _BLOCK], work)
        return bits

    def uniform(self, keys: Key) -> Float:
        """Return one uniform in the open interval (0, 1) for each key."""
        uniform = np.empty(keys.shape)
        work = np.empty(min(_BLOCK, keys.size), np.uint64)
        for start in range(0, keys.size, _BLOCK):
            out = uniform[start : start + _BLOCK]
            block = out.view(np.uint64)
            self._hash(keys[start : start + _BLOCK], block, work)
            np.right_shift(block, _DROPPED_BITS, out=block)
            np.bitwise_or(block, _ONE, out=block)
            np.subtract(out, _ONE_LESS_HALF_STEP, out=out)
        return uniform

    def _hash(self, keys: Key, block: Key, work: Key) -> None:
        """Hash up to a block of keys into `block`, with `work` as scratch."""
        np.bitwise_xor(keys, self._stream, out=block)
        _mix(block, work[: block.size])

    def normal(self, keys: Key) -> Float:
        """Return one standard normal for each key."""
        normal = self.uniform(keys)
        return ndtri(normal, out=normal)

    def happens(
        self, keys: Key, probability: Float | NDArray[np.float32] | float
    ) -> NDArray[np.bool_]:
        """Return for each key whether an event of this probability happens."""
        happens: NDArray[np.bool_] = self.uniform(keys) < probability
        return happens


class Chance:
    """All chance of one simulation.

    Parameters
    ----------
    seed : int
        Seed of the scenario.
    replicate : int
        Which of many equally likely histories.
    """

    def __init__(self, seed: int, replicate: int = 0) -> None:
        self.seed = seed
        self.replicate = replicate

    def draws(self, decision: str, year: int) -> Draws:
        """Return the draws of a decision, named by a written constant, in a year."""
        return Draws(self._stream(decision, year))

    def shock(self, name: str, year: int) -> np.random.Generator:
        """Return a generator for a country-wide shock, for which there is no agent to key on."""
        return np.random.Generator(np.random.Philox(key=self._stream(name, year)))

    def _stream(self, decision: str, year: int) -> int:
        text = f"{self.seed}/{self.replicate}/{decision}/{year}".encode()
        return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")


def derive_keys(parents: Key, relation: str, year: int = 0) -> Key:
    """Return keys of agents that stem from others: a newborn, a new household.

    Parameters
    ----------
    parents : ndarray of uint64, shape (n,)
        Keys of those they stem from.
    relation : str
        What they are to them, for instance ``"first child"``.
    year : int
        Year in which they appear.

    Returns
    -------
    ndarray of uint64, shape (n,)
        Independent of the seed: identities are the same in every history.
    """
    return Chance(0).draws(f"key/{relation}", year).bits(parents)


def place_keys(
    codes: NDArray[np.integer], relation: str, count: NDArray[np.integer] | int = 0
) -> Key:
    """Return keys of what stands at an official code, the `count`-th of its kind there."""
    return derive_keys(codes.astype(np.uint64) ^ _spread(count), relation)


def _spread(count: NDArray[np.integer] | int) -> Key:
    """Spread small numbers over the high bits, which official codes leave free."""
    spread: Key = np.asarray(count, np.uint64) << np.uint64(40)
    return spread


def _mix(block: Key, work: Key) -> None:
    """Apply the splitmix64 finaliser in place."""
    np.add(block, _GOLDEN, out=block)
    for shift, multiplier in _ROUNDS:
        np.right_shift(block, shift, out=work)
        np.bitwise_xor(block, work, out=block)
        np.multiply(block, multiplier, out=block)
    np.right_shift(block, _LAST_SHIFT, out=work)
    np.bitwise_xor(block, work, out=block)
