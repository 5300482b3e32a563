"""The one family of errors a user can meet: what is wrong, where, what is accepted, what to do."""

import difflib
from collections.abc import Iterable


class MinshengError(ValueError):
    """A mistake in what the user asked for.

    Parameters
    ----------
    message : str
        One or more complete sentences: the offending value, where it stands, what is accepted.
    """


class UnknownNameError(MinshengError):
    """A name that does not exist, answered with the nearest one.

    Parameters
    ----------
    kind : str
        What the name should be, for instance ``"parameter"``.
    name : str
        What was given.
    known : iterable of str
        What is accepted.
    where : str
        Where the name stands, for instance ``"reform.yaml:12"``; empty when it was given in code.

    Attributes
    ----------
    nearest : str or None
        The closest accepted name, if any is close.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], where: str = "") -> None:
        self.kind = kind
        self.name = name
        self.known = sorted(known)
        self.nearest = nearest_match(name, self.known)
        place = f"{where}: " if where else ""
        hint = f"did you mean {self.nearest!r}?" if self.nearest else self._listing()
        super().__init__(f"{place}unknown {kind} {name!r}; {hint}")

    def _listing(self) -> str:
        shown = 12
        more = f" and {len(self.known) - shown} more" if len(self.known) > shown else ""
        return f"known: {', '.join(self.known[:shown])}{more}"


def nearest_match(name: str, known: Iterable[str]) -> str | None:
    """Return the accepted name closest to `name`, or None when nothing is close."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return found[0] if found else None
