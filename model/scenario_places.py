"""Places that a scenario names by their division codes: provinces, prefectures or counties."""

from collections.abc import Collection
from functools import cache

import numpy as np

from agents.table import Bool
from model.geography import Geography, load_geography
from model.sampling import fewest_counties
from policies.yaml_errors import shown, unknown_key

LEVELS = {2: "province", 4: "prefecture", 6: "county"}
"""Level of a division code by its digits."""


def division_code(raw: object) -> str:
    """Return the code of a province, prefecture or county, a number or quoted, as text.

    Raises
    ------
    ValueError
        It has another form, or there is no such place; names the nearest one.
    """
    text = _digits(raw)
    if text is None:
        forms = ", ".join(f"{digits} digits for a {level}" for digits, level in LEVELS.items())
        raise ValueError(f"must be a division code ({forms}), got {shown(raw)}")
    known = _names(len(text))
    if text not in known:
        nearest = min(known, key=lambda code: _distance(code, text))
        raise ValueError(
            f"unknown {LEVELS[len(text)]} code '{text}'; "
            f"did you mean '{nearest}' ({known[nearest]})?"
        )
    return text


def place_code(raw: object) -> str:
    """Return the code of a place given by its code, or by a name that no other place has.

    Raises
    ------
    ValueError
        There is no such place, or there are several; names the nearest one, or their codes.
    """
    if not isinstance(raw, str) or _digits(raw) is not None or raw.isdigit():
        return division_code(raw)
    named = _by_name()
    codes = named.get(raw.strip().casefold())
    if codes is None:
        raise ValueError(unknown_key(raw, sorted(name for name in named), "place"))
    if len(codes) > 1:
        raise ValueError(f"{shown(raw)} is the name of {len(codes)} places: {', '.join(codes)}")
    return codes[0]


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """Return the codes of provinces, prefectures and counties by name.

    A name of places within each other, such as a city and its prefecture, is that of the largest.
    """
    found: dict[str, tuple[str, ...]] = {}
    for digits in LEVELS:
        for code, name in _names(digits).items():
            same = found.setdefault(name.casefold(), ())
            if not any(code.startswith(other) for other in same):
                found[name.casefold()] = (*same, code)
    return found


def included_counties(geography: Geography, codes: Collection[str]) -> Bool:
    """Return which counties have a code that begins with one of `codes`, shape (2854,)."""
    county = geography.county_code.astype(str)
    included = np.zeros(county.size, bool)
    for code in set(codes):
        included |= np.char.startswith(county, code)
    return included


def refuse_too_many(codes: Collection[str], n_counties: int) -> None:
    """Raise ValueError if a world of `n_counties` cannot include all counties of `codes`."""
    geography = load_geography()
    included = included_counties(geography, codes)
    fewest = fewest_counties(geography, included)
    if fewest > n_counties:
        raise ValueError(
            f"the included places have {included.sum()} counties; with one of the others of each "
            f"province world.counties must be at least {fewest}, got the number {n_counties}"
        )


def _digits(raw: object) -> str | None:
    """Return a code as text if it has the form of one."""
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 10 ** max(LEVELS):
        raw = str(raw)
    plain = isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) in LEVELS
    return str(raw) if plain else None


@cache
def _names(digits: int) -> dict[str, str]:
    """Return the names of the places of one level by their codes."""
    places = load_geography()
    level = {
        "province": (places.province_code, places.province_name),
        "prefecture": (places.prefecture_code, places.prefecture_name),
        "county": (places.county_code, places.county_name),
    }[LEVELS[digits]]
    return dict(zip(map(str, level[0].tolist()), level[1], strict=True))


def _distance(code: str, text: str) -> tuple[int, int]:
    """Order codes by how much they begin alike, then by their difference."""
    alike = sum(code.startswith(text[: length + 1]) for length in range(len(text)))
    return -alike, abs(int(code) - int(text))
