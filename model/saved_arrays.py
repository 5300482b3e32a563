"""The arrays of a saved simulation: which share memory is kept, so that they go on sharing it.

Arrays that look at the same bytes (a column and a view of it, rows of one block) are written once,
as one piece of memory; each array is told by its place in a piece. Small pieces lie together in
one, since a simulation has tens of thousands of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Place = list[Any]
"""Piece, first byte in it, dtype, shape, strides in bytes, writeable: what JSON can hold."""

SMALL = "small"
"""The piece in which small pieces lie together."""

# Pieces of fewer bytes than this lie together, each on a boundary of so many bytes.
_LARGE, _BOUNDARY = 65_536, 64
_KINDS = frozenset("biufU")


class UnsavableArrayError(TypeError):
    """An array of a type that is not saved."""


@dataclass
class _Piece:
    """Bytes of one block of memory, and the arrays that look at them."""

    root: NDArray[Any]
    low: int
    high: int
    members: list[int]


def pack(arrays: Sequence[NDArray[Any]]) -> tuple[list[Place], dict[str, Bytes]]:
    """Return the place of every array, and the pieces of memory by name; nothing large is copied.

    Raises
    ------
    UnsavableArrayError
        An array holds Python objects, or has a type that is not known.
    """
    arrays = [_as_saved(array) for array in arrays]
    places: list[Place] = [[] for _ in arrays]
    pieces: dict[str, Bytes] = {}
    small: list[Bytes] = []
    filled = 0
    for piece in _pieces(arrays):
        content = _bytes_of(piece)
        if content.size >= _LARGE:
            name, start = f"piece_{len(pieces)}", 0
            pieces[name] = content
        else:
            name, start = SMALL, filled
            room = -(-content.size // _BOUNDARY) * _BOUNDARY
            small += [content, np.zeros(room - content.size, np.uint8)]
            filled += room
        for member in piece.members:
            places[member] = _place(name, start - piece.low, arrays[member])
    pieces[SMALL] = np.concatenate([*small, np.zeros(_BOUNDARY, np.uint8)])
    return places, pieces


def unpack(places: Sequence[Place], pieces: Mapping[str, Bytes]) -> list[NDArray[Any]]:
    """Return the arrays again, which share what memory they shared.

    Raises
    ------
    ValueError, TypeError, KeyError, IndexError
        The places are not those of the pieces.
    """
    return [_array(place, pieces) for place in places]


def _array(place: Place, pieces: Mapping[str, Bytes]) -> NDArray[Any]:
    name, start, kind, shape, strides, writeable = place
    dtype = np.dtype(kind)
    if dtype.kind not in _KINDS:
        raise TypeError(f"arrays of type {kind} are not read")
    # numpy checks that the array lies within the piece.
    array: NDArray[Any] = np.ndarray(shape, dtype, pieces[name], start, strides)
    array.flags.writeable = writeable
    return array


def _place(name: str, offset: int, array: NDArray[Any]) -> Place:
    start = offset + (_address(array) if array.size else 0)
    shape, strides = list(array.shape), list(array.strides)
    return [name, max(start, 0), array.dtype.str, shape, strides, array.flags.writeable]


def _pieces(arrays: Sequence[NDArray[Any]]) -> list[_Piece]:
    """Join arrays of one block of memory whose bytes overlap or follow each other."""
    roots = [_root(array) for array in arrays]
    bounds = [byte_bounds(array) if array.size else (0, 0) for array in arrays]
    pieces: list[_Piece] = []
    for number in sorted(range(len(arrays)), key=lambda n: (id(roots[n]), *bounds[n])):
        (low, high), last = bounds[number], pieces[-1] if pieces else None
        if last is not None and last.root is roots[number] and low <= last.high:
            last.high = max(last.high, high)
            last.members.append(number)
        else:
            pieces.append(_Piece(roots[number], low, high, [number]))
    return pieces


def _root(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array that holds the memory of another."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _as_saved(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array, or a copy where its memory cannot be read as one row of bytes."""
    if array.dtype.kind not in _KINDS:
        raise UnsavableArrayError(f"an array of type {array.dtype}")
    flags = _root(array).flags
    return array if flags.c_contiguous or flags.f_contiguous else array.copy(order="K")


def _bytes_of(piece: _Piece) -> Bytes:
    """Return the bytes of a piece as a view of its memory."""
    if piece.high == piece.low:
        return np.zeros(0, np.uint8)
    root = piece.root if piece.root.flags.c_contiguous else piece.root.T
    start = piece.low - _address(root)
    return root.reshape(-1).view(np.uint8)[start : start + piece.high - piece.low]


def _address(array: NDArray[Any]) -> int:
    """Return where the first element of an array lies in memory."""
    return int(array.__array_interface__["data"][0])
