"""County child allowance: a fixed sum a year for every young child where the family lives."""

import numpy as np

from agents.table import Float
from policies.base import Outcome, Policy, World


class ChildAllowance(Policy):
    """A county pays a fixed sum for every child below an age, whatever the family earns."""

    id = "child_allowance"
    title = "County child allowance"
    parameters = ("child_allowance",)
    neutral = "No county pays an allowance; nobody receives anything."
    adoption = "child_allowance.rules.counties"
    outcomes = (
        Outcome(
            "child_allowance_children",
            "persons",
            "Children for whom the allowance was paid",
            "Definition of the project",
            groups="all",
        ),
    )

    def on_assist(self, sim: World) -> None:
        """Pay the allowance of the year; the county bears the cost."""
        children = self._children(sim)
        allowance = sim.parameters.number("child_allowance.rules.yearly_amount") * children
        sim.households.transfers += allowance
        cost = sim.county_sum(allowance)
        sim.counties.assistance += cost
        sim.treasury.pay("counties", "households", self.id, float(cost.sum()))

    def on_record(self, sim: World) -> None:
        """Record for how many children the allowance was paid."""
        sim.record.add("child_allowance_children", sim.county_sum(self._children(sim)))

    def _children(self, sim: World) -> Float:
        """Return the children of each household that count, shape (n_households,)."""
        persons, households = sim.persons, sim.households
        limit = sim.parameters.number("child_allowance.rules.age_limit")
        home = persons.household[persons.alive & (persons.age < limit)]
        paid = sim.adoptions.in_force(self.id)[households.county[home]]
        return np.bincount(home[paid], minlength=households.n).astype(np.float64)
