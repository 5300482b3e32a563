"""What governments report of themselves, beside what is true (rule h.5)."""

from agents.table import Float


def as_reported(outcome: str, numerator: Float, denominator: Float | None, shift: Float) -> Float:
    """Return the numerator that counties state, shape (n_counties,).

    Parameters
    ----------
    outcome : str
        Decides the sign: what flatters is raised, what shames is lowered.
    numerator, denominator : ndarray of float64, shape (n_counties,)
        Counts, or the parts of a share.
    shift : ndarray of float64, shape (n_counties,)
        How far each county shifts its reports, log points of counts, logit points of shares.
    """
    return numerator
