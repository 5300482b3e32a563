"""Tables of two to five households, persons or counties, for rules worked by hand."""

import numpy as np

from agents.households import Households
from agents.local_government import Counties
from agents.persons import Persons
from tests.small_county import Luck


def array(*values):
    return np.array(values, float)


def households(**columns):
    """Return households with the columns given, each with one member."""
    table = Households(len(next(iter(columns.values()))))
    table.alive[:], table.size[:], table.weight[:] = True, 1, 1
    table.key[:] = np.arange(1, table.n + 1)
    for name, values in columns.items():
        table[name][:] = values
    return table


def persons(**columns):
    table = Persons(len(next(iter(columns.values()))))
    table.alive[:], table.household[:] = True, 0
    for name, values in columns.items():
        table[name][:] = values
    return table


def counties(**columns):
    table = Counties(1)
    for name, value in columns.items():
        table[name][:] = value
    return table


def luck(**draws):
    return lambda decision: Luck(draws.get(decision.partition(".")[2], 0.999))
