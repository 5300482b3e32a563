"""Social assistance beyond dibao: seven more schemes and society ("8 + 1"; rules f.6 and k.3).

Who is entitled to what is in `policies.assistance_special` (aid tied to the roll) and in
`policies.assistance_emergency` (disasters, sudden need, donations); medical aid has two parts, for
premiums and for bills. Here: which counties have which scheme, who pays, what is recorded. Source:
Interim Measures for Social Assistance, State Council Order No. 649 (2014); S3; S4 section I.
"""

from collections.abc import Callable

import numpy as np

from agents.table import Bool, Column, Float, total_by
from policies.assistance_emergency import disaster_relief, donations, temporary_aid
from policies.assistance_special import (
    Aid,
    education_aid,
    employment_aid,
    housing_aid,
    medical_aid,
    premium_aid,
    promise_premiums,
    tekun,
)
from policies.base import Outcome, Policy, World
from policies.cofinance import regions

Rule = Callable[[World, Bool], Aid]
# In this order: later schemes count what earlier ones paid.
SCHEMES: dict[str, Rule] = {
    "disaster_relief": disaster_relief,
    "tekun": tekun,
    "premium_aid": premium_aid,
    "medical_aid": medical_aid,
    "education_aid": education_aid,
    "housing_aid": housing_aid,
    "employment_aid": employment_aid,
    "temporary_aid": temporary_aid,
}
_PIONEERS = "assistance.schemes.education_aid_pioneer"
_COLUMNS = {
    "receives_tekun": (np.bool_, Column("flag", "gets support for the extremely poor")),
    "home_repaired": (np.bool_, Column("flag", "was given a safe home with public money")),
    "premium_promised": (
        np.float64,
        Column("share", "residents' medical premium that medical aid promised to pay"),
    ),
}
_ORDER_649 = "Interim Measures for Social Assistance, State Council Order No. 649 (2014)"


class Assistance(Policy):
    """Support of the extremely poor, special aid, disaster relief, temporary aid, donations.

    Attributes
    ----------
    given : dict of str to Aid
        What each scheme gave this year.
    region : ndarray of intp, shape (n_counties,)
        East, Northeast, Central, West.
    """

    id = "assistance"
    title = "Social assistance beyond dibao"
    neutral = "No county has any of the schemes; nothing is paid and nobody donates."
    parameters = (
        "assistance",
        "adoption.calendar",
        "dibao",
        "fiscal.cofinance",
        "procurement.links",
        "shocks.covid",
        "trust.rules",
    )
    after = ("urban_dibao", "rural_dibao")
    outcomes = (
        Outcome(
            "assistance_recipients",
            "persons",
            "Persons helped in the year: members of the household; pupils; persons placed in work",
            _ORDER_649,
            schemes=(*SCHEMES, "donations"),
        ),
        Outcome(
            "assistance_paid",
            "yuan/year",
            "Worth of the aid of the year",
            _ORDER_649,
            schemes=(*SCHEMES, "donations"),
        ),
    )

    def set_up(self, sim: World) -> None:
        """Declare columns and find the region of every county."""
        for name, (dtype, column) in _COLUMNS.items():
            sim.households.declare(name, dtype, column)
        self.given: dict[str, Aid] = {}
        self.region = regions(sim)

    def on_enrol(self, sim: World) -> None:
        """Tell the poor, before they decide to join, which share of the premium is paid."""
        promise_premiums(sim, self._counties_with(sim, "premium_aid"))

    def on_assist(self, sim: World) -> None:
        """Help and pay, scheme by scheme; then society adds its part."""
        self.given = {}
        sim.households["receives_tekun"][:] = False
        if not sim.adoptions.in_force(self.id).any():
            return
        for scheme, rule in SCHEMES.items():
            has = self._counties_with(sim, scheme)
            if has.any():
                self.given[scheme] = aid = rule(sim, has)
                self._pay(sim, scheme, aid)
        gift = donations(sim, sim.adoptions.in_force(self.id))
        self.given["donations"] = gift
        sim.treasury.pay("outside", "households", "donations", _worth(sim, gift).sum())

    def on_record(self, sim: World) -> None:
        """Record persons and money by scheme, at the county that pays, by kind of home."""
        for scheme in (*SCHEMES, "donations"):
            aid = self.given.get(scheme, Aid.none())
            weight = sim.households.weight[aid.rows]
            is_urban = sim.households.urban[aid.rows]
            for group, part in (("urban", is_urban), ("rural", ~is_urban)):
                for outcome, values in (
                    ("assistance_recipients", aid.persons),
                    ("assistance_paid", aid.yuan),
                ):
                    sums = total_by(aid.county, values * weight * part, sim.counties.n)
                    sim.record.add(outcome, sums, scheme=scheme, group=group)

    def _counties_with(self, sim: World, scheme: str) -> Bool:
        """Whether each county has a scheme for rural and for urban hukou, (n_counties, 2)."""
        share = sim.parameters.schedule(f"assistance.schemes.{scheme}")
        counties = sim.counties
        luck = sim.lasting_chance(f"counties.has_{scheme}").uniform(counties.key)
        has: Bool = luck[:, None] < share
        if scheme == "education_aid":
            first = counties.lie_in(sim.parameters.number(_PIONEERS))
            has |= first[:, None] & (share > 0).any()
        in_force: Bool = has & sim.adoptions.in_force(self.id)[:, None]
        return in_force

    def _pay(self, sim: World, scheme: str, aid: Aid) -> None:
        """Let counties pay, and the centre return its share, by region."""
        counties, treasury = sim.counties, sim.treasury
        cost = total_by(aid.county, _worth(sim, aid), counties.n)
        counties.assistance += cost
        refund = sim.parameters.schedule("assistance.payers.centre_share")[self.region] * cost
        counties.earmarked += refund
        total = float(cost.sum())
        treasury.pay("counties", aid.payer, scheme, total if aid.payer != "counties" else 0)
        treasury.pay(aid.payer, aid.payee, scheme, total)
        treasury.pay("centre", "counties", f"earmarked_{scheme}", float(refund.sum()))


def _worth(sim: World, aid: Aid) -> Float:
    """Yuan of the real population, shape of the rows of `aid`."""
    return aid.yuan * sim.households.weight[aid.rows]
