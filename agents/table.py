"""A table of agents: plain numpy columns, declared once with unit and meaning.

A subclass declares each column as an annotated attribute; the annotation gives the dtype, the
`Column` the unit and the meaning. Rows are places in the arrays and nothing else: whoever needs to
find an agent again, or to draw for it, uses its persistent 64-bit ``key``.
"""

from dataclasses import dataclass
from typing import (
    Annotated,
    Any,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

import numpy as np
from numpy.typing import NDArray

Bool = NDArray[np.bool_]
Int8 = NDArray[np.int8]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
UInt16 = NDArray[np.uint16]
Key = NDArray[np.uint64]
Float32 = NDArray[np.float32]
Float = NDArray[np.float64]
Rows = NDArray[np.intp]
_Value = TypeVar("_Value", bound=np.generic)

# Room for rows to come, so that a table is not copied whenever it grows.
_ROOM = 1.1


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Parameters
    ----------
    unit : str
        Unit of the values, for instance ``"yuan/year"``.
    meaning : str
        One line.
    default : float
        Value of a row that was appended without one.
    link : str
        ``"persons"`` or ``"households"`` where the column holds rows of that table (-1: none),
        so that they can be renumbered when rows are dropped.
    """

    unit: str
    meaning: str
    default: float = 0
    link: str = ""


class Table:
    """Columns of equal length.

    Attributes
    ----------
    n : int
        Number of rows, the dead included.
    declared : dict of str to (dtype, Column)
        Every column of this table, those declared by policies included.
    """

    key: Annotated[Key, Column("id", "persistent identity, the root of every draw")]
    alive: Annotated[Bool, Column("flag", "row is in use: a living person, an existing household")]

    def __init__(self, n: int) -> None:
        self.n = n
        self.declared = columns(type(self))
        self._roomy: dict[str, NDArray[Any]] = {}
        for name, (dtype, column) in self.declared.items():
            setattr(self, name, np.full(n, column.default, dtype))

    def declare(self, name: str, dtype: Any, column: Column) -> None:
        """Add a column that only one policy needs; read it as ``table[name]``."""
        if name in self.declared:
            raise AttributeError(f"{type(self).__name__} has a column {name!r} already")
        self.declared[name] = (dtype, column)
        setattr(self, name, np.full(self.n, column.default, dtype))

    @overload
    def __getitem__(self, which: str) -> NDArray[Any]: ...

    @overload
    def __getitem__(self, which: int) -> dict[str, Any]: ...

    def __getitem__(self, which: str | int) -> NDArray[Any] | dict[str, Any]:
        """Return a column by name, or one row by number as plain values by column name."""
        if isinstance(which, str):
            column: NDArray[Any] = getattr(self, which)
            return column
        return {name: self[name][which].item() for name in self.declared}

    def __setitem__(self, name: str, values: NDArray[Any]) -> None:
        """Replace the column of this name, which must be declared."""
        dtype, _ = self.declared[name]
        setattr(self, name, values.astype(dtype, copy=False))

    def append(self, n: int, **values: Any) -> Int32:
        """Add `n` rows and return their row numbers, shape (n,).

        Parameters
        ----------
        n : int
            Rows to add.
        **values : array_like
            Columns of the new rows; those not named take their default.
        """
        if unknown := set(values) - set(self.declared):
            raise AttributeError(f"{type(self).__name__} has no column {sorted(unknown)}")
        for name, (_, column) in self.declared.items():
            longer = self._lengthened(name, self.n + n)
            longer[self.n :] = values.get(name, column.default)
            setattr(self, name, longer)
        self.n += n
        return np.arange(self.n - n, self.n, dtype=np.int32)

    def _lengthened(self, name: str, n: int) -> NDArray[Any]:
        """Return a column of `n` rows that starts as this one, in the same place if there is room.

        A column that was assigned anew has left its place.
        """
        column, roomy = vars(self)[name], self._roomy.get(name)
        if roomy is None or column.base is not roomy or len(roomy) < n:
            roomy = self._roomy[name] = np.empty(int(n * _ROOM), self.declared[name][0])
            roomy[: self.n] = column
        return roomy[:n]

    def append_copies(self, rows: NDArray[np.integer], **values: Any) -> Int32:
        """Add copies of `rows`, with the columns in `values` replaced; return the new rows."""
        held = vars(self)
        copies = {name: held[name][rows] for name in self.declared if name not in values}
        return self.append(len(rows), **copies, **values)

    def keep(self, kept: Bool) -> Int32:
        """Drop every row that is not `kept`; return the new row of each old one (-1: dropped)."""
        old_rows = np.flatnonzero(kept)
        for name in self.declared:
            setattr(self, name, self[name][old_rows])
        self._roomy.clear()
        new_rows = np.full(self.n, -1, np.int32)
        self.n = len(old_rows)
        new_rows[old_rows] = np.arange(self.n, dtype=np.int32)
        return new_rows

    def renumber(self, table: str, new_rows: Int32) -> None:
        """Follow the rows of another table (or of this one) after it dropped some."""
        for name, (_, column) in self.declared.items():
            if column.link == table:
                rows = self[name]
                rows[:] = np.where(rows >= 0, new_rows[rows], -1)

    def bytes_per_row(self) -> int:
        """Return the memory of one row, in bytes."""
        return sum(np.dtype(dtype).itemsize for dtype, _ in self.declared.values())


def columns(table: type[Table]) -> dict[str, tuple[Any, Column]]:
    """Return the declared columns of `table`: name to (dtype, `Column`)."""
    declared: dict[str, tuple[Any, Column]] = {}
    for name, hint in get_type_hints(table, include_extras=True).items():
        if get_origin(hint) is Annotated:
            array, column = get_args(hint)
            declared[name] = (_dtype(array), column)
    return declared


def _dtype(array: Any) -> Any:
    """Return the scalar type of an array annotation, which numpy nests one or two deep."""
    inner = get_args(array)
    return _dtype(inner[-1]) if inner else array


def total_by(group: NDArray[np.integer], weights: NDArray[Any], n: int) -> Float:
    """Return the sum of `weights` for each of `n` groups, shape (n,) float64."""
    # Given other types, bincount converts them itself, at three times the cost.
    group, weights = group.astype(np.intp, copy=False), weights.astype(np.float64, copy=False)
    return np.bincount(group, weights, n).astype(np.float64, copy=False)


def numbered(count: Rows) -> Rows:
    """Return 0, 1, 2, ... within each group of `count` items, shape (sum of count,)."""
    return np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)


def at(column: NDArray[_Value], rows: NDArray[np.integer]) -> NDArray[_Value]:
    """Return the values of a column in rows that exist; about twice as fast as ``column[rows]``.

    A row of -1 (none) gives the value of the first one; only ended rows have it.
    """
    return column.take(rows, mode="clip")
