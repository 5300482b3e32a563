"""The places of a world: a stratified sample of counties and, within them, of townships.

Provinces get counties in proportion to their size, each at least one. Within a province counties
are listed by type (metro district, city, rural county) and code, and drawn by systematic sampling
with probability proportional to size (Madow 1949, Annals of Mathematical Statistics 20): each type
gets its proportional share, rounded up or down by the draw itself, so that no county is without a
chance and the inclusion probabilities are exact. Townships are drawn within counties in the same
way, listed by code and hence by kind.

One draw decides a province, one a county's townships: a sample depends on nothing that happens
elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from agents.errors import MinshengError
from agents.table import Bool, Float, Int32, Int64, Key
from model.chance import place_keys
from model.geography import Geography

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
    """

    county_rows: Int32
    county_weight: Float
    township_rows: Int32
    township_place_county: Int32
    township_size: Float
    township_weight: Float


def sample_places(
    geography: Geography,
    n_counties: int | None,
    townships_per_county: int | None,
    uniform: Callable[[Key], Float],
    kind_sizes: tuple[float, float, float],
    province_sizes: Float | None = None,
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

    Returns
    -------
    Places

    Raises
    ------
    MinshengError
        Fewer counties than provinces, more than there are, no township, a size that is not
        positive.
    """
    _refuse_impossible_world(geography, n_counties, townships_per_county)
    size = township_sizes(geography, kind_sizes, province_sizes)
    county_size = np.add.reduceat(size, geography.county_first_township[:-1])
    county_rows, county_probability = _draw_counties(geography, n_counties, county_size, uniform)
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
    )


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
    geography: Geography, n_counties: int | None, townships_per_county: int | None
) -> None:
    least, most = geography.province_code.size, geography.county_code.size
    if n_counties is not None and not least <= n_counties <= most:
        raise MinshengError(
            f"a world has between {least} counties (one per province) and {most}; got {n_counties}"
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
) -> tuple[Int32, Float]:
    province = geography.county_province
    frame = np.bincount(province)
    if n_counties is None:
        number = frame
    else:
        province_size = np.add.reduceat(county_size, np.cumsum(frame) - frame)
        number = _allocate(n_counties, province_size, frame)
    listed = np.lexsort((geography.county_code, geography.county_type, province))
    start = uniform(place_keys(geography.province_code, "sample of counties"))
    drawn, probability = _draw_systematically(county_size[listed], frame, number, start)
    rows, back = listed[drawn], np.argsort(listed[drawn])
    return rows[back].astype(np.int32), probability[drawn][back]


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
    drawn, probability = _draw_systematically(size[rows], frame, number, start)
    return rows[drawn], probability[drawn]


def _allocate(total: int, size: Float, frame: NDArray[np.integer]) -> Int64:
    """Return how many of `total` each group gets: in proportion to its size, 1 at least.

    No group gets more than it has; what is left after rounding down goes to the largest
    remainders, to the first group among equals.
    """
    fair = total * size / size.sum()

    def surplus(scale: float) -> float:
        return float(np.clip(scale * fair, 1, frame).sum() - total)

    scale = brentq(surplus, 0, float((frame / fair).max()))
    quota = np.clip(scale * fair, 1, frame)
    number: Int64 = np.floor(quota).astype(np.int64)
    by_remainder = np.argsort(number - quota, kind="stable")
    number[by_remainder[: total - int(number.sum())]] += 1
    return number


def _draw_systematically(
    size: Float, frame: NDArray[np.integer], number: NDArray[np.integer], start: Float
) -> tuple[Bool, Float]:
    """Draw `number` units from each group, with probability proportional to size.

    Parameters
    ----------
    size : ndarray of float64, shape (n,)
        Units in the order of the list, group after group.
    frame, number : ndarray of int, shape (g,)
        Units in each group, and how many to draw.
    start : ndarray of float64, shape (g,)
        Uniform in (0, 1): where the first step falls.

    Returns
    -------
    drawn : ndarray of bool, shape (n,)
    probability : ndarray of float64, shape (n,)
        Inclusion probabilities; units larger than a step are certain.
    """
    group = np.repeat(np.arange(frame.size), frame)
    first = np.cumsum(frame) - frame
    certain = _too_large(size, group, first, number)
    open_size = np.where(certain, 0, size)
    to_draw = number - np.add.reduceat(certain.astype(np.int64), first)
    up_to = np.cumsum(open_size)
    up_to -= np.where(first > 0, up_to[first - 1], 0)[group]
    whole = up_to[first + frame - 1]
    per_size = np.divide(to_draw, whole, out=np.zeros_like(whole), where=whole > 0)
    # The share first: it is exactly 1 at the end of a group, so every step falls inside.
    share = np.divide(up_to, whole[group], out=np.zeros_like(up_to), where=(whole > 0)[group])
    steps = np.ceil(share * to_draw[group] - start[group])
    before = np.concatenate([[0.0], steps[:-1]])
    before[first] = np.ceil(-start)
    probability = np.where(certain, 1, open_size * per_size[group])
    return certain | (steps > before), probability


def _too_large(size: Float, group: Int64, first: Int64, number: NDArray[np.integer]) -> Bool:
    """Mark units that a proportional draw would take more than once: they are certain."""
    certain = (number[group] >= np.bincount(group)[group]).astype(np.bool_)
    while True:
        left = number - np.add.reduceat(certain.astype(np.int64), first)
        whole = np.add.reduceat(np.where(certain, 0, size), first)
        found = ~certain & (size * left[group] >= whole[group])
        if not found.any():
            return certain
        certain |= found


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
