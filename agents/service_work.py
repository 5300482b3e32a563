"""What organisations do with their time: reports, lots, their own mission, advocacy (rule g.5).

Pure functions on arrays by organisation. Autonomy is behaviour: the share of hours that go to the
organisation's own mission and to advocacy, not an index of where its money comes from.
Source: S1 section 4 (additional tasks narrow what organisations can do; dependence on who pays).
"""

from dataclasses import dataclass

import numpy as np

from agents.protocols import Parameters
from agents.table import Bool, Float, Int8

_RULES = "procurement.organisations."


@dataclass(frozen=True)
class Day:
    """How the hours of an organisation are divided, shape (n,) each, hours a year.

    Attributes
    ----------
    worked : ndarray of float64
        All hours of staff and volunteers.
    reports : ndarray of float64
        On reports and accounts.
    bought : ndarray of float64
        On lots and sub-contracts.
    own, followed : ndarray of float64
        Free hours on its own mission, and on what is bought although nobody pays for them.
    advocacy : ndarray of float64
    """

    worked: Float
    reports: Float
    bought: Float
    own: Float
    followed: Float
    advocacy: Float


def time_on_reports(
    public: Float, donated: Float, lots: Float, worked: Float, duty: Float, parameters: Parameters
) -> Float:
    """Return the share of staff time on reports, shape (n,).

    share = duty x (adm1 x public share of money + hours a lot x lots / hours worked)
            + disclosure x donated share of money

    Parameters
    ----------
    public, donated : ndarray of float64
        Shares of income that are public and donated.
    lots, worked : ndarray of float64
        Lots held; hours worked in a year. A lot asks for the same of the small as of the large.
    duty : ndarray of float64
        Reporting duties of the regime, 1: managerial.
    """
    number = parameters.number
    each = number(f"{_RULES}reports_per_lot") * lots / np.maximum(worked, 1)
    share = duty * (number(f"{_RULES}reports_on_money") * public + each)
    share += number(f"{_RULES}disclosure") * donated
    most: float = number(f"{_RULES}most_reports") - number(f"{_RULES}office")
    return np.minimum(share, most)


def divide_hours(
    free: Float, bought: Float, reports: Float, drift: Float, voice: Float, parameters: Parameters
) -> Day:
    """Divide the hours of a year, shape (n,) (g.5).

    Parameters
    ----------
    free, bought : ndarray of float64
        Hours of those whom nobody pays for lots, and of those on lots.
    reports : ndarray of float64
        Share of all time on reports; the office takes its own.
    drift : ndarray of float64
        Share of free hours that follow what is bought.
    voice : ndarray of float64
        Share of free hours given to advocacy.
    """
    left = 1 - reports - parameters.number(f"{_RULES}office")
    own = free * left * (1 - voice)
    return Day(
        worked=free + bought,
        reports=reports * (free + bought),
        bought=bought * left,
        own=own * (1 - drift),
        followed=own * drift,
        advocacy=free * left * voice,
    )


def dependence(public: Float, foreign: Float, control: Float, parameters: Parameters) -> Float:
    """Return what an organisation gives up of its independence, from 0 to 1, shape (n,).

    dependence = control x public share of money + donor control x foreign share of money
    """
    given_up: Float = control * public + parameters.number(f"{_RULES}donor_control") * foreign
    return np.minimum(given_up, 1)


def voice_of(kind: Int8, supervised: Bool, dependent: Float, parameters: Parameters) -> Float:
    """Return the share of free hours given to advocacy, shape (n,).

    voice = usual of the kind x (1 - dependence) x (1 - 1/2 under a supervising body)
    """
    usual = parameters.schedule(f"{_RULES}advocacy")[kind]
    muted = parameters.number(f"{_RULES}supervised_voice") * supervised
    voice: Float = usual * (1 - dependent) * (1 - muted)
    return voice


def drifted(drift: Float, dependent: Float, parameters: Parameters) -> Float:
    """Return next year's drift, which moves towards dependence, shape (n,)."""
    step = parameters.number(f"{_RULES}drift")
    moved: Float = drift + step * (dependent - drift)
    return moved


def next_core(core: Float, affordable: Float, parameters: Parameters) -> Float:
    """Return next year's paid workers beside those on lots, towards what money allows, (n,)."""
    step = parameters.number(f"{_RULES}hire")
    staff: Float = core + step * (np.maximum(affordable, 0) - core)
    return np.maximum(staff, 0)


def next_tie(tie: Float, holds_lot: Bool, most: float, parameters: Parameters) -> Float:
    """Return next year's closeness to the Party-state: who holds lots gets closer, up to `most`."""
    closer = tie + parameters.number(f"{_RULES}tie_gain") * holds_lot
    return np.where(tie < most, np.minimum(closer, most), tie)


def trained(skill: Float, training: Bool, parameters: Parameters) -> Float:
    """Return next year's skill: training makes up part of what is missing, shape (n,)."""
    gain = parameters.number(f"{_RULES}training_gain") * training
    better: Float = skill + gain * (1 - skill)
    return better
