"""What is recorded of claims every year, and how it is counted."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from agents.claims import BUY_OFF, CHANNELS, COLLECTIVE, CONCEAL, GROUNDS, Asked, is_hidden
from agents.table import Bool, Float, Int32, Rows, total_by
from policies.base import Outcome

if TYPE_CHECKING:
    from model.grievances import Grievances
    from model.simulation import Simulation

_PLACES = ("rural", "urban")
_OWN = "Definition of the project"
_J = "S0 section III; definition of the project"
_CHEN = "Chen, Pan and Xu 2016, AJPS 60, for the concept"
_AT = "by home of the household, in the county that is asked"

OUTCOMES = (
    Outcome("grievances", "households", f"Households with a grievance, {_AT}", _J),
    Outcome("claims", "households/year", f"Households that claimed, {_AT}", _J),
    Outcome(
        "claims_reported",
        "households/year",
        "Claims as counties report them: less what is suppressed or concealed",
        _J,
    ),
    Outcome(
        "collective_claims_reported",
        "households/year",
        "Households in collective claims as counties report them, as claims",
        _J,
    ),
    Outcome("unrest_reported", "share", "Unrest as counties report it, as claims", _J),
    Outcome(
        "incidents_reported",
        "county-level units",
        "Collective incidents that counties report by themselves, weighted",
        _J,
        "all",
    ),
    Outcome(
        "response_rate_reported", "share", "Claims answered over claims as counties report it", _J
    ),
    Outcome("claims_by_channel", "households/year", "Claims by channel", _J, schemes=CHANNELS),
    Outcome("claims_by_ground", "households/year", "Claims by ground", _J, schemes=GROUNDS),
    Outcome("response_rate", "share", "Claims answered over claims", _CHEN),
    Outcome("remedied_share", "share", "Claims remedied over claims", _OWN),
    Outcome("collective_claims", "households/year", "Households in collective claims", _OWN),
    Outcome("unrest", "share", "Households in collective claims that are seen, over all", _OWN),
    Outcome(
        "incidents",
        "county-level units",
        "Counties with a collective incident that the upper level knows of, weighted",
        _OWN,
        "all",
    ),
    Outcome(
        "selective_payments",
        "yuan/year",
        "Paid at once to those in collective claims to keep order, and dibao on places pledged to "
        "them the year before",
        "Pan 2015, Harvard thesis, for the practice",
    ),
)
"""Recorded every year; zero, or empty for shares, where nobody claims."""


@dataclass(frozen=True)
class Claims:
    """Claims of a year and what came of them, shape (k,) each.

    Attributes
    ----------
    rows : ndarray of intp
        Households that claim, each once.
    county : ndarray of int32
        County that is asked.
    asked : Asked
    answered, remedied : ndarray of bool
    """

    rows: Rows
    county: Int32
    asked: Asked
    answered: Bool = field(default_factory=lambda: np.zeros(0, bool))
    remedied: Bool = field(default_factory=lambda: np.zeros(0, bool))

    def with_answers(self, answered: Bool, remedied: Bool) -> "Claims":
        """Return the same claims with what came of them."""
        return replace(self, answered=answered, remedied=remedied)

    @property
    def bought(self) -> Bool:
        """Who is paid to keep the peace: collective claimants where the county buys them off."""
        paid: Bool = (self.asked.channel == COLLECTIVE) & (self.asked.order == BUY_OFF)
        return paid

    @property
    def met(self) -> Bool:
        """Whose claim succeeded: remedied, or paid for."""
        return self.remedied | self.bought


def record_claims(
    sim: "Simulation",
    found: "Grievances",
    made: Claims,
    pledged: tuple[Rows, Int32, Float],
    payments: Float,
    homes: Float,
) -> None:
    """Record grievances, claims, answers and what was paid to keep order.

    Parameters
    ----------
    sim : Simulation
    found : Grievances
    made : Claims
        With their answers.
    pledged : tuple of ndarray, shape (p,) each
        Households on the roll by a pledge, the county, and the dibao paid to each, yuan/year.
    payments : ndarray of float64
        Paid at once to each of those bought off, yuan.
    homes : ndarray of float64, shape (n_counties, 2)
        See `count_homes`.
    """
    of_claims, asked = _Sums(sim, made.rows, made.county), made.asked
    claims = of_claims(np.ones(len(made.rows)))
    aggrieved = _Sums(sim, found.rows, found.county)
    _add(sim, "grievances", aggrieved(np.ones(len(found.rows))))
    for channel, name in enumerate(CHANNELS):
        _add(sim, "claims_by_channel", of_claims(asked.channel == channel), scheme=name)
    for ground, name in enumerate(GROUNDS):
        _add(sim, "claims_by_ground", of_claims(asked.ground == ground), scheme=name)
    _add(sim, "remedied_share", of_claims(made.remedied), claims)
    yuan = np.zeros(len(made.rows))
    yuan[made.bought] = payments
    rows, county, dibao = pledged
    on_roll = _Sums(sim, rows, county)
    _add(sim, "selective_payments", of_claims(yuan) + on_roll(dibao))
    _report_all(sim, made, of_claims, homes)


def count_homes(sim: "Simulation") -> Float:
    """Return real households by township and kind of home (rural, urban), (n_townships, 2)."""
    households, n = sim.households, len(sim.township_county)
    # Households that ended have no weight.
    cell = households.township * np.int32(len(_PLACES)) + households.urban
    return total_by(cell, households.weight, n * len(_PLACES)).reshape(n, len(_PLACES))


def by_county(sim: "Simulation", homes: Float) -> Float:
    """Return counts by township, shape (n_townships, 2), by county, shape (n_counties, 2)."""
    county, n = sim.township_county, sim.counties.n
    return np.stack([total_by(county, homes[:, place], n) for place in range(len(_PLACES))], axis=1)


class _Sums:
    """Sums over some households, weighted to the real population, by county and kind of home."""

    def __init__(self, sim: "Simulation", rows: Rows, county: Int32) -> None:
        self._cell = county.astype(np.intp) * len(_PLACES) + sim.households.urban[rows]
        self._weight = sim.households.weight[rows]
        self._shape = (sim.counties.n, len(_PLACES))

    def __call__(self, values: "Float | Bool") -> Float:
        """Return the sums of a value each, shape (n_counties, 2): rural, urban."""
        n_counties, n_places = self._shape
        sums = total_by(self._cell, self._weight * values, n_counties * n_places)
        return sums.reshape(self._shape)


def _add(
    sim: "Simulation", outcome: str, sums: Float, base: Float | None = None, scheme: str = ""
) -> None:
    """Record sums of both kinds of home; a share where there is a base."""
    for place, name in enumerate(_PLACES):
        below = None if base is None else base[:, place]
        sim.record.add(outcome, sums[:, place], below, scheme, name)


def _report_all(sim: "Simulation", made: Claims, of_claims: _Sums, homes: Float) -> None:
    """Record what counties report of claims, beside what is true.

    What a county suppresses or conceals it leaves out before it shifts what is left; audits bring
    it to light.
    """
    asked, number = made.asked, sim.parameters.number
    unaudited = 1 - number("incentives.reporting.audit")
    hidden = number("claims.stability.hidden") * is_hidden(asked)
    told = 1 - number("claims.stability.concealed") * unaudited * (asked.order == CONCEAL)
    admitted = (1 - hidden * unaudited) * told
    collective = asked.channel == COLLECTIVE
    claims = of_claims(np.ones(len(made.rows)))
    _report(sim, "claims", claims, of_claims(admitted))
    _report(sim, "collective_claims", of_claims(collective), of_claims(collective * admitted))
    seen = of_claims(collective * (1 - hidden))
    _report(sim, "unrest", seen, of_claims(collective * (1 - hidden) * told), homes)
    _report(sim, "response_rate", of_claims(made.answered), None, claims)
    incidents = sim.counties.incident * sim.counties.weight
    sim.report("incidents", incidents)


def _report(
    sim: "Simulation",
    outcome: str,
    true: Float,
    admitted: Float | None,
    base: Float | None = None,
) -> None:
    """Report an outcome by kind of home, less what the county does not admit.

    Parameters
    ----------
    sim : Simulation
    outcome : str
    true, admitted : ndarray of float64, shape (n_counties, 2)
        What happened, and what of it the county admits by kind of home; all of it where null.
    base : ndarray of float64, shape (n_counties, 2), optional
        What it is a share of.
    """
    for place, name in enumerate(_PLACES):
        whole = None if base is None else base[:, place]
        sim.report(outcome, true[:, place], whole, group=name)
        if admitted is None:
            continue
        stated, _ = sim.reports[outcome, "", name]
        share = np.divide(
            admitted[:, place],
            true[:, place],
            out=np.ones_like(stated),
            where=true[:, place] > 0,
        )
        stated = stated * share
        sim.record.add(f"{outcome}_reported", stated, whole, group=name)
        sim.reports[outcome, "", name] = (stated, whole)
