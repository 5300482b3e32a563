"""What the centre does in a year: recognise what counties tried, order all to adopt it.

After the calendar, or by what it sees (``centre.rules.mode``); the rule is `agents.centre`. What a
county reads of it is an `Order`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.adoption import Standing
from agents.centre import chance_to_drop, evaluated, gain, lead_share, recognises
from agents.table import total_by
from model import pilots
from model.choice import borne_share, chooses
from model.evaluation import difference
from policies.calendar import load_calendar

if TYPE_CHECKING:
    from model.simulation import Simulation

# What a national event of the calendar is called among the adoptions.
_NATIONAL_EVENTS = {"recognition": "recognised", "mandate": "mandated", "regulation": "changed"}
_CALLED_FOR = ("recognition", "mandate")
_RULES = "centre.rules."


@dataclass
class Order:
    """How a policy stands with the centre.

    Attributes
    ----------
    recognised, ordered : int or None
        Year in which the centre took it up as its own, and ordered all to adopt it.
    deadline : int or None
        Last year for this.
    pilots : float
        How often as many pilots it asks for as at first.
    """

    recognised: int | None = None
    ordered: int | None = None
    deadline: int | None = None
    pilots: float = 1.0

    def standing(self, year: int, coercion: float, guidance: float) -> Standing:
        """Return how it stands in a year; who has no deadline is only guided."""
        years = 0 if self.ordered is None else year - self.ordered + 1
        force = guidance if self.deadline is None else coercion
        return Standing(self.recognised is not None, years * force)

    def is_due(self, year: int) -> bool:
        """Whether the deadline has come."""
        return self.deadline is not None and year >= self.deadline


def act(sim: "Simulation") -> None:
    """Let the centre recognise, order and regulate; once a year, before all others."""
    pilots.end_extra_effort(sim)
    mode = sim.parameters.text(f"{_RULES}mode")
    by_itself = {id_ for id_ in sim.policies if mode == "choice" and chooses(sim, id_)}
    if sim.year == sim.setup.years.first:
        for id_ in by_itself:
            sim.orders[id_] = by_calendar(id_, sim.year - 1)
    for event in load_calendar():
        kind, policy = _NATIONAL_EVENTS.get(event.kind), event.policy
        is_due = event.date.year == sim.year and event.area == sim.centre.code
        if not (is_due and kind and policy in sim.policies and sim.is_on(policy)):
            continue
        if policy not in by_itself or event.kind not in _CALLED_FOR:
            sim.adoptions.note(policy, sim.year, kind, event.event)
    for id_ in sim.policies:
        if id_ not in by_itself:
            sim.orders[id_] = by_calendar(id_, sim.year)
        elif sim.is_on(id_):
            _decide(sim, id_)


def by_calendar(policy: str, year: int) -> Order:
    """Return how a policy stood at the end of a year of history.

    It was recognised by the first event that says so, or by the order itself.
    """
    order = Order()
    for event in load_calendar():
        if event.policy != policy or event.area != "0" or event.date.year > year:
            continue
        if event.kind in _CALLED_FOR:
            order.recognised = order.recognised or event.date.year
        if event.kind == "mandate" and order.ordered is None:
            order.ordered = event.date.year
            order.deadline = event.deadline.year if event.deadline else None
    return order


def _decide(sim: "Simulation", policy: str) -> None:
    """Recognise a policy that leads and pays, order it later, drop its pilots if it does not."""
    order, number = sim.orders[policy], sim.parameters.number
    if order.recognised is None:
        _consider(sim, policy, order)
    if order.recognised is None or order.ordered is not None:
        return
    if sim.year >= order.recognised + number(f"{_RULES}order_lag"):
        order.ordered = sim.year
        order.deadline = sim.year + int(number(f"{_RULES}deadline"))
        text = f"choice: all are to have it by {order.deadline}"
        sim.adoptions.note(policy, sim.year, "mandated", text)


def _consider(sim: "Simulation", policy: str, order: Order) -> None:
    """Compare places with the policy and others, and decide what becomes of it."""
    counties, number = sim.counties, sim.parameters.number
    has = sim.adoptions.in_force(policy)
    if not has.any():
        return
    n = int(counties.province.max()) + 1
    held = total_by(counties.province, has * counties.weight, n)
    every = total_by(counties.province, counties.weight, n)
    present = every > 0
    lead = lead_share(held[present], every[present], number(f"{_RULES}lead_share"))
    gained = evaluated_gain(sim, policy)
    if recognises(lead, number(f"{_RULES}threshold"), gained):
        order.recognised = sim.year
        text = f"choice: {lead:.2f} of the lead provinces, gain {gained:+.2f}"
        sim.adoptions.note(policy, sim.year, "recognised", text)
    elif gained > 0:
        order.pilots *= number(f"{_RULES}expansion")
    else:
        base, slope = number(f"{_RULES}drop_base"), number(f"{_RULES}drop_slope")
        luck = sim.luck.shock(f"nation.drop_pilots_of_{policy}", sim.year).random()
        if luck < chance_to_drop(gained, base, slope):
            pilots.drop(sim, policy)


def evaluated_gain(sim: "Simulation", policy: str) -> float:
    """Return the gain of a policy as the centre sees it, from last year's reports."""
    path, number = f"adoption.{policy}.", sim.parameters.number
    seen = difference(sim, policy)
    effort = number("diffusion.pilots.effort") if sim.adoptions.pilots(policy).any() else 0.0
    effect = evaluated(seen, effort, number("diffusion.pilots.correction"))
    borne = float((borne_share(sim, policy) * sim.counties.weight).sum())
    cost = number(f"{path}cost") * borne / float(sim.counties.weight.sum())
    worth, reach = number(f"{path}long_run_gain"), number(f"{path}reach")
    return gain(effect, reach, worth, number(f"{_RULES}cost_weight") * cost)
