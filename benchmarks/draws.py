"""Keyed draws for the column variant: the same household and year, the same chance.

A draw is a hash of (seed, decision, year) and the household's persistent key, in two
rounds of splitmix64. The first round depends on the seed and the household only, so it
is done once and kept; a year then costs one round per 64-bit word. A word is split into
two 32-bit halves, and the high 24 bits of each give one float32 draw, exactly.
Normals come from a pair of halves by Box and Muller's transform, which numpy computes
with vector instructions in float32, at a third of the cost of the inverse normal.
"""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Halves = NDArray[np.int32]
Words = NDArray[np.uint64]

# Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators": splitmix64,
# whose finaliser has the shifts and multipliers of Stafford's variant 13.
SHIFT_AND_MULTIPLIER = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
LAST_SHIFT = np.uint64(31)

# float32 holds 24 bits: without the mask the rounding would favour even last bits.
HIGH_24_BITS_OF_HALVES = np.uint64(0xFFFFFF00_FFFFFF00)
UNIT_PER_HALF = np.float32(2.0**-32)
RADIANS_PER_HALF = np.float32(2 * np.pi * 2.0**-32)


class Draws:
    """The chance of a block's households.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n,)
        Persistent household keys; row numbers play no part.
    seed : int
        The run's seed.
    """

    def __init__(self, keys: Words, seed: int) -> None:
        self.seed = seed
        self.words = np.empty_like(keys)
        self.scratch = np.empty_like(keys)
        self.scrambled = keys ^ self.stream_key("household", 0)
        mix(self.scrambled, self.scratch)

    def uniforms(self, decision: str, year: int) -> tuple[Floats, Floats]:
        """Two independent uniforms per household, each of shape (n,), in (0, 1]."""
        first, second = self.halves(decision, year)
        return unit_interval(first), unit_interval(second)

    def normals(self, decision: str, year: int) -> tuple[Floats, Floats]:
        """Two independent standard normals per household, each of shape (n,)."""
        first, second = self.halves(decision, year)
        radius = unit_interval(first)
        np.log(radius, out=radius)
        radius *= np.float32(-2)
        np.sqrt(radius, out=radius)
        angle = second.astype(np.float32)
        angle *= RADIANS_PER_HALF
        cosine = np.cos(angle)
        cosine *= radius
        np.sin(angle, out=angle)
        angle *= radius
        return cosine, angle

    def halves(self, decision: str, year: int) -> tuple[Halves, Halves]:
        """Two 32-bit words per household, views that hold until the next call."""
        np.bitwise_xor(self.scrambled, self.stream_key(decision, year), out=self.words)
        mix(self.words, self.scratch)
        np.bitwise_and(self.words, HIGH_24_BITS_OF_HALVES, out=self.words)
        halves = self.words.view(np.int32)
        return halves[0::2], halves[1::2]

    def stream_key(self, decision: str, year: int) -> np.uint64:
        """Name one decision in one year by 64 bits."""
        name = f"{self.seed}/{decision}/{year}".encode()
        return np.uint64(int.from_bytes(blake2b(name, digest_size=8).digest(), "little"))


def mix(words: Words, scratch: Words) -> None:
    """Hash 64-bit words in place by one splitmix64 round, without temporaries."""
    for shift, multiplier in SHIFT_AND_MULTIPLIER:
        np.right_shift(words, shift, out=scratch)
        np.bitwise_xor(words, scratch, out=words)
        np.multiply(words, multiplier, out=words)
    np.right_shift(words, LAST_SHIFT, out=scratch)
    np.bitwise_xor(words, scratch, out=words)


def unit_interval(halves: Halves) -> Floats:
    """Map signed 32-bit words to multiples of 2**-24 in (0, 1]: never 0, so log is safe."""
    unit = halves.astype(np.float32)
    unit *= -UNIT_PER_HALF
    unit += np.float32(0.5)
    return unit
