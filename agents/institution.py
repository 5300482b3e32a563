"""An institution: a Mesa agent with a place in the hierarchy of government."""

import itertools
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import mesa


class _Counters(WeakKeyDictionary[Any, Iterator[int]]):
    """One counter of agent numbers for each living simulation.

    Mesa keeps its counters by model in a plain dictionary, which keeps every model alive: memory
    would grow over a sweep in one process.
    """

    def __getitem__(self, sim: Any) -> Iterator[int]:
        return self.setdefault(sim, itertools.count(1))


class Institution(mesa.Agent):
    """A body that decides: the centre, a province, a county.

    Attributes
    ----------
    sim : Simulation
        The world it acts in (beside Mesa's own ``model``).
    level : str
        ``"centre"``, ``"province"`` or ``"county"``.
    code : str
        Official division code; ``"0"`` for the centre.
    name_zh : str
        Official name.
    row : int
        Its row in the table of its level.
    """

    _ids = _Counters()

    def __init__(self, sim: Any, level: str, code: str, name_zh: str, row: int = 0) -> None:
        super().__init__(sim)
        self.sim = sim
        self.level = level
        self.code = code
        self.name_zh = name_zh
        self.row = row


class Centre(Institution):
    """The central government (中央): sends orders and transfers down.

    Attributes
    ----------
    revenue, passed, services, relief, relief_left : float
        Taxes of the year, what went to provinces, what was spent on its own services, paid to
        pools in debt and still set aside for them, yuan.
    balance : float
        What it holds, yuan; below zero: debt.
    """

    revenue: float = 0.0
    passed: float = 0.0
    services: float = 0.0
    relief: float = 0.0
    relief_left: float = 0.0
    balance: float = 0.0


class Province(Institution):
    """A province (省): passes both on."""


class County(Institution):
    """A county-level government (县): adopts policies and pays for them.

    Its numbers stand in `Counties`, one row a county, so that rules read all counties at once.
    """

    @property
    def budget(self) -> dict[str, float]:
        """Money of the year, yuan: revenue, transfer, need, assistance, balance."""
        counties = self.sim.counties
        names = ("own_revenue", "transfer", "need", "assistance", "balance")
        return {name: float(counties[name][self.row]) for name in names}
