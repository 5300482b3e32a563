"""The places of a world: a stratified sample of counties and, within them, of townships.

Provinces get counties in proportion to their size, each at least one. Within a province counties
are listed by type (metro district, city, rural county) and code, and drawn by systematic sampling
with probability proportional to size (Madow 1949, Annals of Mathematical Statistics 20): each type
gets its proportional share, rounded up or down by the draw itself, so that no county is without a
chance and the inclusion probabilities are exact. Townships are drawn within counties in the same
way, listed by code and hence by kind.

Counties that a scenario includes are certain: they are taken first, stand for themselves alone, and
the rest of their province is drawn as if they were not there.

One draw decides a province, one a county's townships: a sample depends on nothing that happens
elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from agents.errors import MinshengError
from agents.table import Bool, Float, Int32, Key
from model.chance import place_keys
from model.geography import Geography
from model.systematic import allocate, draw_systematically

# Halvings of an interval after which a double cannot be told from its neighbour.
_HALVINGS = 64


@dataclass(frozen=True, eq=False)
class Places:
    """The counties and townships of a world, in the order of `Geography`.

    Attributes
    ----------
    county_rows : ndarray of int32, shape (c,)
        Rows in `Geography`, ascending, hence sorted by code.
    county_weight : ndarray of float64, shape (c,)
        How many counties of the country one stands for: the inverse inclusion probability.
    township_rows : ndarray of int32, shape (t,)
        Rows in `Geography`, ascending, hence sorted by county and code.
    township_place_county : ndarray of int32, shape (t,)
        Position of the township's county in `county_rows`.
    township_size : ndarray of float64, shape (t,)
        Size that ruled the draw, in units of a town, or of persons where the provinces' sizes
        were given.
    township_weight : ndarray of float64, shape (t,)
        How many townships of the country one stands for: sums of ``township_weight`` estimate
        numbers of townships, sums of ``township_weight * township_size`` the country's size.
    county_included : ndarray of bool, shape (c,)
        Taken because the scenario says so.
    """

    county_rows: Int32
    county_weight: Float
    township_rows: Int32
    township_place_county: Int32
    township_size: Float
    township_weight: Float
    county_included: Bool


def sample_places(
    geography: Geography,
    n_counties: int | None,
    townships_per_county: int | None,
    uniform: Callable[[Key], Float],
    kind_sizes: tuple[float, float, float],
    province_sizes: Float | None = None,
    included: Bool | None = None,
) -> Places:
    """Draw the counties and townships of a world.

    Parameters
    ----------
    geography : Geography
    n_counties : int or None
        How many counties, at least one per province; None takes every county.
    townships_per_county : int or None
        How many townships in each, all where a county has fewer; None takes every township.
    uniform : callable
        Returns one persistent uniform in (0, 1) for each 64-bit key.
    kind_sizes : tuple of three float
        Relative size of a subdistrict, a town (1, the unit) and a township (parameters
        ``geography.sampling.size_subdistrict`` and ``size_township``).
    province_sizes : ndarray of float64, shape (31,), optional
        Population of each province; without it provinces are as large as their townships' sum.
    included : ndarray of bool, shape (2854,), optional
        Counties to take in any case, within `n_counties`.

    Returns
    -------
    Places

    Raises
    ------
    MinshengError
        Fewer counties than `fewest_counties` says, more than there are, no township, a size that
        is not positive.
    """
    if included is None:
        included = np.zeros(geography.county_code.size, bool)
    _refuse_impossible_world(geography, n_counties, townships_per_county, included)
    size = township_sizes(geography, kind_sizes, province_sizes)
    county_size = np.add.reduceat(size, geography.county_first_township[:-1])
    county_rows, county_probability = _draw_counties(
        geography, n_counties, county_size, uniform, included
    )
    township_rows, probability = _draw_townships(
        geography, county_rows, townships_per_county, size, uniform
    )
    place_county = np.searchsorted(county_rows, geography.township_county[township_rows])
    return Places(
        county_rows=county_rows,
        county_weight=1 / county_probability,
        township_rows=township_rows,
        township_place_county=place_county.astype(np.int32),
        township_size=size[township_rows],
        township_weight=1 / (county_probability[place_county] * probability),
        county_included=included[county_rows],
    )


def fewest_counties(geography: Geography, included: Bool) -> int:
    """Return how many counties a world has at least: the included, and one of each other rest."""
    return int(included.sum()) + len(np.unique(geography.county_province[~included]))


def township_sizes(
    geography: Geography,
    kind_sizes: tuple[float, float, float],
    province_sizes: Float | None = None,
) -> Float:
    """Return the size of every township, by its kind and scaled to its province, (41352,)."""
    sizes = np.asarray(kind_sizes, np.float64)
    if not (np.isfinite(sizes) & (sizes > 0)).all():
        raise MinshengError(f"sizes of township kinds must be positive numbers; got {kind_sizes}")
    size: Float = sizes[geography.township_kind]
    if province_sizes is None:
        return size
    if not (np.isfinite(province_sizes) & (province_sizes > 0)).all():
        raise MinshengError(f"sizes of provinces must be positive numbers; got {province_sizes}")
    province = geography.county_province[geography.township_county]
    return size * (province_sizes / np.bincount(province, weights=size))[province]


def urban_share_of_townships(
    geography: Geography,
    places: Places,
    target: Float,
    kind_logits: tuple[float, float, float],
    type_logits: tuple[float, float, float],
) -> Float:
    """Return the probability that a household of each township is urban.

    The logit of the probability is that of the township's kind plus that of its county's type plus
    a shift by province, which makes the size-weighted mean of the province hit its target.

    Parameters
    ----------
    geography : Geography
    places : Places
    target : ndarray of float64, shape (31,)
        Urban share of each province, in [0, 1].
    kind_logits, type_logits : tuple of three float
        By subdistrict, town, township and by metro district, city, rural county; only differences
        matter, so town and city are 0 (parameters ``geography.sampling.urban_logit_subdistrict``,
        ``urban_logit_township``, ``urban_logit_metro``, ``urban_logit_rural_county``).

    Returns
    -------
    ndarray of float64, shape (t,)

    Raises
    ------
    MinshengError
        A target outside [0, 1].
    """
    _refuse_impossible_shares(geography, target)
    county = places.county_rows[places.township_place_county]
    base = np.asarray(kind_logits, np.float64)[geography.township_kind[places.township_rows]]
    base = base + np.asarray(type_logits, np.float64)[geography.county_type[county]]
    size = places.township_weight * places.township_size
    return _shifted_shares(base, geography.county_province[county], size, target)


def _refuse_impossible_world(
    geography: Geography,
    n_counties: int | None,
    townships_per_county: int | None,
    included: Bool,
) -> None:
    least, most = fewest_counties(geography, included), geography.county_code.size
    if n_counties is not None and not least <= n_counties <= most:
        besides = f" besides {included.sum()} included" if included.any() else ""
        raise MinshengError(
            f"a world has between {least} counties (one per province{besides}) and {most}; "
            f"got {n_counties}"
        )
    if townships_per_county is not None and townships_per_county < 1:
        raise MinshengError(f"a county needs at least 1 township; got {townships_per_county}")


def _refuse_impossible_shares(geography: Geography, target: Float) -> None:
    wrong = ~((target >= 0) & (target <= 1))
    if wrong.any():
        name = geography.province_name[int(np.argmax(wrong))]
        raise MinshengError(f"the urban share of {name} must lie in [0, 1]; got {target[wrong][0]}")


def _draw_counties(
    geography: Geography,
    n_counties: int | None,
    county_size: Float,
    uniform: Callable[[Key], Float],
    included: Bool,
) -> tuple[Int32, Float]:
    """Return the rows of the counties, ascending, and how likely each was to be drawn."""
    others = np.flatnonzero(~included)
    if not others.size:
        return np.arange(included.size, dtype=np.int32), np.ones(included.size)
    frame = np.bincount(geography.county_province[others])
    provinces = np.flatnonzero(frame)
    frame = frame[provinces]
    if n_counties is None:
        number = frame
    else:
        size = np.add.reduceat(county_size[others], np.cumsum(frame) - frame)
        number = allocate(n_counties - int(included.sum()), size, frame)
    listed = others[
        np.lexsort((geography.county_code[others], geography.county_type[others],
                    geography.county_province[others]))
    ]  # fmt: skip
    start = uniform(place_keys(geography.province_code[provinces], "sample of counties"))
    drawn, probability = draw_systematically(county_size[listed], frame, number, start)
    chance = np.ones(included.size)
    chance[listed] = probability
    rows = np.sort(np.append(listed[drawn], np.flatnonzero(included)))
    return rows.astype(np.int32), chance[rows]


def _draw_townships(
    geography: Geography,
    county_rows: Int32,
    townships_per_county: int | None,
    size: Float,
    uniform: Callable[[Key], Float],
) -> tuple[Int32, Float]:
    in_world = np.isin(geography.township_county, county_rows)
    rows = np.flatnonzero(in_world).astype(np.int32)
    frame = np.diff(geography.county_first_township)[county_rows]
    number = frame if townships_per_county is None else np.minimum(frame, townships_per_county)
    start = uniform(place_keys(geography.county_code[county_rows], "sample of townships"))
    drawn, probability = draw_systematically(size[rows], frame, number, start)
    return rows[drawn], probability[drawn]


def _shifted_shares(
    base: Float, province: NDArray[np.integer], size: Float, target: Float
) -> Float:
    """Shift the logits of each province until their mean probability is the target."""
    n_provinces = target.size
    whole = np.bincount(province, weights=size, minlength=n_provinces)
    highest, lowest = np.full(n_provinces, -np.inf), np.full(n_provinces, np.inf)
    np.maximum.at(highest, province, base)
    np.minimum.at(lowest, province, base)
    # At one end every township is at or below the target, at the other at or above it.
    low, high = logit(target) - highest, logit(target) - lowest
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        shares = size * expit(base + middle[province])
        below = np.bincount(province, weights=shares, minlength=n_provinces) < target * whole
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    found: Float = expit(base + ((low + high) / 2)[province])
    return found
