"""Directions of points systems: few places for many applicants."""

import pytest

QUOTA = "hukou.eligibility.quota"


@pytest.mark.imposed
def test_more_places_refuse_fewer_applicants(seed, history, national):
    few, many = (
        national(history(seed, {QUOTA: quota}), "points_granted_share").loc[2005:].mean()
        for quota in (0.001, 0.01)
    )
    assert few < many <= 1


@pytest.mark.imposed
def test_before_there_are_points_nobody_is_granted_or_refused(seed, history, national):
    assert national(history(seed), "points_granted_share").loc[:2003].isna().all()
