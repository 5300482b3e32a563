"""The sections of the report that hold figures, in the order of a reader's questions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from experiments import (
    report_country,
    report_insurance,
    report_moving,
    report_officials,
    report_poverty,
    report_services,
    report_spread,
    report_state,
)
from experiments.report_data import Run
from experiments.report_panels import Block, By
from policies.base import discover

_SHOCKS = {
    "soe_layoffs": "lay-offs in state-owned enterprises",
    "covid": "COVID-19",
    "covid_response": "the response to COVID-19",
    "disasters": "disasters",
}


@dataclass(frozen=True)
class Section:
    """A part of the page about one theme.

    Attributes
    ----------
    id : str
        Its anchor.
    question, short, title : str
        The question it belongs to, and what it is called in the contents and above itself.
    draw : callable
        Returns its figures.
    text, empty : str
        Said before the figures, and where there are none.
    policies, shocks : tuple of str
        What its figures are about; said to be off where it is.
    told : callable
        Returns what has to be known of the run before its figures are read.
    """

    id: str
    question: str
    short: str
    title: str
    draw: Callable[[Run, By], list[Block]]
    text: str = ""
    empty: str = "There is nothing to show: no outcome of this section was recorded."
    policies: tuple[str, ...] = ()
    shocks: tuple[str, ...] = ()
    told: Callable[[Run], list[Markup]] = field(default=lambda _: [])


@dataclass(frozen=True)
class Shown:
    """A section with what there is to show of it.

    Attributes
    ----------
    section : Section
    blocks : list of Block
        Those with figures.
    silent : list of str
        Sentences about what is off or has not begun.
    told : list of Markup
        What has to be known of the run before the figures are read.
    uses : frozenset of str
        Kinds of official figures in the section.
    """

    section: Section
    blocks: list[Block]
    silent: list[str]
    told: list[Markup]
    uses: frozenset[str]


_DIBAO = ("urban_dibao", "rural_dibao")
_WORKERS = ("worker_insurance",)
_MOVES, _POOR, _INSURED = "Who lives where", "Who is poor, who is helped", "Who is insured"
_STATE, _WORLD = "How governments act", "Where, when, who pays"

SECTIONS = (
    Section("moving", _MOVES, "Moving", "Who moves", report_moving.moving,
            "Work draws people from villages to towns; registration, distance and family hold "
            "them back."),
    Section("registration", _MOVES, "Registration", "Who is registered where they live",
            report_moving.registration,
            Markup("Hukou (<span lang=\"zh\">户口</span>) decides which services a newcomer may "
                   "use. Places open it by rungs; those that open without seats are overrun."),
            policies=("hukou",)),
    Section("people", _MOVES, "People", "People and households", report_country.people),
    Section("incomes", _POOR, "Incomes", "Incomes and their distribution", report_country.incomes,
            "Income per head after public transfers and own premiums; what happens inside a "
            "household is not looked at."),
    Section("dibao", _POOR, "Poverty and dibao", "Who is poor and whom dibao reaches",
            report_poverty.dibao,
            Markup("Dibao (<span lang=\"zh\">低保</span>, the minimum living guarantee) tops up "
                   "the incomes of those found below a local line."),
            policies=_DIBAO),
    Section("targeting", _POOR, "Errors", "Who is missed and who is served by mistake",
            report_poverty.targeting, "Both errors depend on what counts as poor, in places that "
            "have the scheme:",
            "There is nothing to show: nobody was entitled to assistance or received it in these "
            "years.", policies=_DIBAO),
    Section("assistance", _POOR, "Other assistance", "The other schemes of assistance",
            report_poverty.assistance, policies=("assistance",)),
    Section("alleviation", _POOR, "Poverty alleviation", "Targeted poverty alleviation",
            report_poverty.alleviation,
            Markup("From 2014 the poor were to be found, registered (<span lang=\"zh\">建档立卡"
                   "</span>) and lifted above the line one by one; the register has its own "
                   "errors."),
            policies=("poverty_alleviation",)),
    Section("insurance", _INSURED, "Members", "Who is insured", report_insurance.insurance,
            "Workers are insured through employers, everybody else by choice, where a scheme "
            "exists.",
            policies=(*_WORKERS, "old_rural_pension", "residents_medical", "residents_pension")),
    Section("migrants", _INSURED, "Migrants", "The five schemes among migrants",
            report_insurance.migrants,
            "Employers insure migrants against what concerns them first; cities decide whether "
            "to include them.",
            policies=(*_WORKERS, "migrant_insurance")),
    Section("pension", _INSURED, "Residents' pension", "The residents' pension",
            report_insurance.pension,
            "Voluntary, and paid for by tiers: the young wait, and most pay the least.",
            policies=("residents_pension",)),
    Section("pools", _INSURED, "Pools", "Pools and bail-outs", report_insurance.pools,
            "A pool shares risks among places. What it lacks comes from its reserves; then "
            "residents' medical insurance pays a smaller share, and at last governments pay.",
            policies=(*_WORKERS, "residents_medical", "residents_pension")),
    Section("health", _INSURED, "Illness", "What illness costs", report_insurance.health,
            "Own payments are what insurance and aid leave of the bills; care that people forgo "
            "for its price is not in them.",
            policies=("residents_medical",)),
    Section("officials", _STATE, "Officials", "Who leads, and what for", report_officials.officials,
            "Every county has a leader who is scored by what was reported of his place the year "
            "before, is promoted, moved or retired, and puts his effort where it counts in time.",
            policies=("incentives",), told=report_officials.tournament),
    Section("spreading", _STATE, "Spread", "How policies spread", report_spread.spread,
            "Percent of the county-level units of the country that have each policy.",
            "There is nothing to show: no county adopted a scheme in these years."),
    Section("claims", _STATE, "Claims", "Who claims, and what becomes of it", report_state.claims,
            "Who has a grievance may apply again, call, petition above or claim together; "
            "counties answer some. Where unrest threatens, leaders concede, pay, use force or "
            "conceal."),
    Section("reports", _STATE, "Reports", "What is reported and what is true",
            report_state.reported,
            "Counties report on themselves, and leaders shift what the score rewards. Above zero, "
            "more is reported than is true.",
            policies=("incentives",), told=report_state.audits),
    Section("tiers", _STATE, "Tiers", "Money of the tiers", report_state.tiers,
            "The tax-sharing reform of 1994 moved revenue to the centre and left spending with "
            "local governments; counties depend on what is passed down."),
    Section("services", _STATE, "Services", "Who delivers services", report_services.services,
            "Counties buy services from hubs run by the state, organisations that hubs made, and "
            "others; who is served may come to know of a scheme, apply and be heard.",
            policies=("procurement",)),
    Section("maps", _WORLD, "Provinces", "Provinces", report_country.maps,
            empty="There is nothing to show: no province has recipients or poor people in these "
            "years."),
    Section("shocks", _WORLD, "Shocks", "Shocks", report_country.shocks,
            "What strikes people, before anybody helps.",
            empty="No shock struck in these years.",
            shocks=("soe_layoffs", "covid", "covid_response", "disasters")),
    Section("money", _WORLD, "Who paid", "Who paid and who received", report_country.money,
            empty="There is nothing to show: no payment was made."),
)  # fmt: skip
"""All sections with figures."""


def shown(run: Run, by: By) -> list[Shown]:
    """Return every section as it stands in a run."""
    found = []
    for section in SECTIONS:
        blocks = [block for block in section.draw(run, by) if block.panels]
        uses = frozenset(use for block in blocks for panel in block.panels for use in panel.uses)
        found.append(Shown(section, blocks, silent(run, section), section.told(run), uses))
    return found


def questions(sections: Iterable[Shown]) -> dict[str, list[Section]]:
    """Return the sections by the question to which they belong."""
    found: dict[str, list[Section]] = {}
    for one in sections:
        found.setdefault(one.section.question, []).append(one.section)
    return found


def silent(run: Run, section: Section) -> list[str]:
    """Say which policies and shocks of a section are off, and which have not begun."""
    titles = {name: policy.title.partition(" (")[0] for name, policy in discover().items()}
    known = [name for name in section.policies if name in titles]
    scenario = run.scenario
    off = [name for name in known if not any(scenario.is_on(name, year) for year in run.years)]
    begun = set(run.adoptions.loc[run.adoptions["event"] == "adopted", "policy"])
    late = [name for name in known if name not in off and name not in begun]
    shocks = [words for name, words in _SHOCKS.items()
              if name in section.shocks and not scenario.has_shock(name)]  # fmt: skip
    return [
        *_sentence("Switched off in this scenario", [titles[name] for name in off] + shocks),
        *_sentence(f"Not begun anywhere by {run.last}", [titles[name] for name in late]),
    ]


def _sentence(beginning: str, names: Sequence[str]) -> list[str]:
    return [f"{beginning}: {', '.join(names)}."] if names else []
