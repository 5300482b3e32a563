"""Whom a family would enrol in residents' medical insurance, and who is insured through work.

A family enrols whoever has no care through work. Some counties hold villages to enrolling whole
families: there, members of rural hukou who are insured in town stay on the list at home (double
enrolment, 重复参保), unless comparing the two registers finds them. Urban residents enrol one by
one, at the office that also keeps the register of workers. Source: rule e.3, and the home scheme as
an outside option of workers (module d).
"""

from dataclasses import dataclass

import numpy as np

from agents.persons import Work
from agents.table import Bool, Float, Int32, Rows
from policies.base import World
from policies.worker_columns import MEDICAL_BIT


@dataclass(frozen=True)
class FamilyLists:
    """The lists of all families.

    Attributes
    ----------
    members : ndarray of bool, shape (n_persons,)
        On a list, without insurance through work: their bills the scheme pays.
    doubly : ndarray of intp
        Rows of persons on a list who are insured through work too: for them the premium is paid,
        and never a bill.
    insured, listed : ndarray of float64, shape (n_households,)
        Members of each household, and members and doubly enrolled.
    """

    members: Bool
    doubly: Rows
    insured: Float
    listed: Float

    @classmethod
    def empty(cls, sim: World) -> "FamilyLists":
        """Return lists with nobody on them."""
        nobody, none = np.zeros(sim.persons.n, bool), np.zeros(sim.households.n)
        return cls(nobody, np.zeros(0, np.intp), none, none)

    @classmethod
    def draw_up(cls, sim: World, county: Int32, whole_share: float, found: float) -> "FamilyLists":
        """Return the lists of all families.

        Parameters
        ----------
        sim : World
        county : ndarray of int32, shape (n_households,)
            Where each household is registered.
        whole_share : float
            Share of counties that hold families to enrolling everybody.
        found : float
            Share of double entries that are found and struck off.
        """
        persons, n = sim.persons, sim.households.n
        at_work = in_worker_medical(sim)
        members = persons.alive & ~(has_post_of_state(sim) | at_work)
        strict = sim.lasting_chance("counties.whole_families").happens(
            sim.counties.key, whole_share
        )
        held = strict[county] & ~sim.households.hukou_urban
        both = np.flatnonzero(at_work & persons.alive & ~persons.state_sector)
        both = both[held[persons.household[both]]]
        luck = sim.lasting_chance("persons.double_enrolment_found")
        doubly = both[~luck.happens(persons.key[both], found)]
        insured = np.bincount(persons.household[members], minlength=n).astype(np.float64)
        more = np.bincount(persons.household[doubly], minlength=n)
        return cls(members, doubly, insured, insured + more)

    def of(self, sim: World, joins: Bool) -> "FamilyLists":
        """Return the lists of the households that join."""
        home = sim.persons.household
        members, doubly = self.members & joins[home], self.doubly[joins[home[self.doubly]]]
        return FamilyLists(members, doubly, self.insured * joins, self.listed * joins)


def in_worker_medical(sim: World) -> Bool:
    """Return the members of worker medical insurance, shape (n_persons,)."""
    persons = sim.persons
    if "worker_schemes" not in persons.declared:
        return np.zeros(persons.n, bool)
    return (persons["worker_schemes"] & MEDICAL_BIT) > 0


def has_post_of_state(sim: World) -> Bool:
    """Return who works for the state by contract, or did until retirement: units pay their care."""
    persons = sim.persons
    has_post = (persons.work == Work.FORMAL) | (persons.work == Work.RETIRED)
    return has_post & persons.state_sector
