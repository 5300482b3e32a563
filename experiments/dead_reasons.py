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

_OPENED = {"hukou.opening.mode": "scenario"}
# What is decided otherwise in history, and hence what follows from it left unused.
_OTHERWISE = {
    "dibao.rules.payer": "negotiated",
    "fiscal.tiers.prefectures": True,
    "incentives.careers.score_weight": [0.0, 0.0],
    "procurement.lots.voucher_share": 0.5,
    "procurement.regimes.special_place": 44,
    "residents_medical.pools.bail_out": "chance",
}
# Places that parameters name, and a city whose districts lie near each other.
_NAMED = {"world.include": [331081, 310115, 310116, 4401]}

WORLDS: dict[str, tuple[str, dict[str, Any]]] = {
    "adoption by choice": ("adoption.*", _SMALL | _BY_CHOICE),
    "every city opens": (
        "hukou.*",
        _OPENED | {"hukou.opening.rung": 4, "hukou.reversal.direct_matching": True},
    ),
    "every city counts points": ("hukou.*", _OPENED | {"hukou.opening.rung": 2}),
    "no policy of registration": ("migration.*", {"policies.hukou": "off"}),
    "some later years": ("*", _SMALL | {"years.first": 2006, "years.last": 2013}),
    "history": ("*", _SMALL),
    "everything by choice": ("*", _SMALL | _BY_CHOICE),
    "everything by calendar": ("*", _SMALL | dict.fromkeys(_MODES, "calendar")),
    "history in more places": ("*", {}),
    "history decided otherwise": ("*", _OTHERWISE),
    "choice under the calendar": ("*", dict.fromkeys(_MODES, "choice")),
    "places that have a name": ("*", _NAMED),
    "choice in more places": ("*", _BY_CHOICE | {"world.counties": 93, "world.households": 9300}),
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

_SMALL_TERM = (
    "one term of the log odds of adoption; in worlds of some dozens of counties no draw lies "
    "between the two chances"
)
_UNREST = f"{_SMALL_TERM}, and unrest, by which it is multiplied, is rare"
_SEEN = (
    "the centre compares a gain with the cost, where it decides by what it sees; it comes near the "
    "border in none of these worlds"
)
_DROPPED = "the centre drops pilots without a gain, where it decides; none here turns on it"
REASONS: dict[str, str] = {
    **{
        f"adoption.{policy}.cost": _SMALL_TERM
        for policy in ("assistance", "hukou", "poverty_alleviation")
    },
    "adoption.assistance.protects": _SMALL_TERM,
    **{
        f"adoption.{policy}.stability_gain": _UNREST
        for policy in (
            "assistance",
            "old_rural_pension",
            "poverty_alleviation",
            "residents_medical",
            "residents_pension",
            "worker_insurance",
        )
    },
    **{
        f"adoption.{policy}.reach": _SEEN
        for policy in (
            "assistance",
            "hukou",
            "migrant_insurance",
            "old_rural_pension",
            "poverty_alleviation",
            "procurement",
            "residents_medical",
            "residents_pension",
            "worker_insurance",
        )
    },
    "adoption.urban_dibao.evaluated_by": _SEEN,
    "diffusion.pilots.correction": _SEEN,
    "centre.rules.drop_*": _DROPPED,
    "migration.choice.closed_services": (
        "it speaks where there is no module of registration; this one speaks when off, too"
    ),
    "residents_pension.old.years_required": (
        "the old scheme has no base pension for which years could be required"
    ),
}
"""Why parameters move nothing in any of these worlds."""
