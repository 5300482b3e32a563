"""Where parameters are tried that history leaves unused, and those of which it is known why."""

from typing import Any

_POLICIES = (
    "assistance", "hukou", "migrant_insurance", "old_rural_pension", "poverty_alleviation",
    "procurement", "residents_medical", "residents_pension", "rural_dibao", "urban_dibao",
    "worker_insurance",
)  # fmt: skip
_MODES = [f"adoption.mode.{policy}" for policy in _POLICIES]

_SMALL = {"world.counties": 31, "world.townships_per_county": 1, "world.households": 310}
_BY_CHOICE = {"centre.rules.mode": "choice"} | dict.fromkeys(_MODES, "choice")

WORLDS: dict[str, tuple[str, dict[str, Any]]] = {
    "adoption by choice": ("adoption.*", _SMALL | _BY_CHOICE),
    "some later years": ("*", _SMALL | {"years.first": 2006, "years.last": 2013}),
    "history": ("*", _SMALL),
    "everything by choice": ("*", _SMALL | _BY_CHOICE),
    "everything by calendar": ("*", _SMALL | dict.fromkeys(_MODES, "calendar")),
    "history in more places": ("*", {}),
}
"""Worlds by name: for which parameters they are made, and what is set in them."""

WORDS: dict[str, tuple[str, ...]] = {
    "adoption.*.evaluated_by": ("none", "coverage/dibao/urban", "gini"),
    "adoption.*.cofinance": (
        "residents_medical.rules.centre_share",
        "residents_pension.rules.centre_share",
    ),
}
"""Words to try where a parameter file lists none, since they name something else."""

REASONS: dict[str, str] = {
    "residents_pension.old.years_required": (
        "the old scheme has no base pension for which years could be required"
    ),
}
"""Why parameters move nothing in any of these worlds."""
