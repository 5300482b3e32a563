"""What households think of those who should help them: trust in four bodies (rule b.9).

Trust moves when a household asks for something and is answered, or sees others silenced by force.
Whoever decides on requests calls `note_requests`; of those who decide, only weak departments look
at trust (rule h.6). The centre is asked for the base pension of residents, which it mandates and
finances; hubs (organisations run by the state, GONGO) and other organisations (NGO) for services
(rule a.6); everything else is asked of the local government.
"""

import numpy as np

from agents.households import Households
from agents.protocols import Parameters
from agents.table import Bool, Float, Rows

TIERS = ("centre", "local", "gongo", "ngo")
"""In whom households trust; each has the column ``trust_<tier>``, from 0 to 1."""


def start_trust(households: Households, parameters: Parameters) -> None:
    """Set the trust of all households to what it is before any of them asked."""
    for tier, level in zip(TIERS, parameters.schedule("trust.rules.start"), strict=True):
        households[f"trust_{tier}"][:] = level


def note_requests(
    households: Households,
    rows: Rows,
    met: Bool | bool,
    parameters: Parameters,
    tier: str = "local",
) -> None:
    """Let trust follow the answers: T moves to T + step (outcome - T).

    Parameters
    ----------
    households : Households
        Changes ``trust_<tier>`` of `rows`, and of nobody else.
    rows : ndarray of intp, shape (k,)
        Who asked, each once.
    met : ndarray of bool, shape (k,), or bool
        Whose request was met (outcome 1); refused, or a benefit withdrawn, is outcome 0.
    parameters : Parameters
    tier : {"centre", "local", "gongo", "ngo"}
        Who answered.
    """
    trust = households[f"trust_{tier}"]
    before = trust[rows]
    trust[rows] = before + parameters.number("trust.rules.step") * (met - before)


def note_force(households: Households, fear: Float, parameters: Parameters) -> None:
    """Let who dares not ask count as refused: T moves to T + step x fear x (0 - T).

    Parameters
    ----------
    households : Households
        Changes ``trust_local`` where there is fear, and nowhere else.
    fear : ndarray of float64, shape (n_townships,)
        See `agents.claims.fear_by_township`.
    parameters : Parameters
    """
    if not fear.any():
        return
    kept = 1 - parameters.number("trust.rules.step") * fear
    households["trust_local"][:] *= kept.astype(np.float32)[households.township]
