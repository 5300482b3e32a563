"""Who adopts when: pioneers first, the rich before the poor, everybody when the centre says so."""

import numpy as np
import pytest

from model.simulation import Simulation

URBAN, RURAL = "urban_dibao", "rural_dibao"


@pytest.fixture(scope="module")
def adopted(tiny):
    """Return the year of adoption by policy and county."""
    rows = [row for row in tiny.adoptions.rows if row[3] == "adopted"]
    return {policy: {int(row[2]): row[0] for row in rows if row[1] == policy}
            for policy in tiny.policies}  # fmt: skip


def share(tiny, years, year):
    return sum(first <= year for first in years.values()) / tiny.counties.n


def test_shanghai_begins_with_urban_dibao_in_1993(adopted):
    assert {code // 10_000 for code, year in adopted[URBAN].items() if year == 1993} == {31}
    assert all(year == 1993 for code, year in adopted[URBAN].items() if code // 10_000 == 31)


@pytest.mark.parametrize(("policy", "last"), [(URBAN, 1999), (RURAL, 2007)])
def test_every_county_has_the_scheme_by_the_year_of_the_mandate(tiny, adopted, policy, last):
    assert share(tiny, adopted[policy], last) == 1
    assert share(tiny, adopted[policy], last - 1) < 1


@pytest.mark.parametrize("year", [1996, 1997, 1998])
def test_share_of_counties_follows_the_calendar(tiny, adopted, year):
    expected = tiny.parameter_set.value("adoption.calendar.urban_dibao_share", year)
    assert share(tiny, adopted[URBAN], year) == pytest.approx(expected, abs=0.05)


def test_rich_counties_adopt_before_poor_ones(tiny, adopted):
    years = np.array([adopted[URBAN][int(code)] for code in tiny.counties.code])
    assert np.corrcoef(years, tiny.counties.priority)[0, 1] < -0.5


def test_order_of_adoption_is_by_chance_alone_without_weight_of_income():
    sim = Simulation("tiny", **{"adoption.calendar.income_weight": 0.0, "years.last": 1997}).run()
    early = sim.adoptions.in_force(URBAN)
    assert early.mean() == pytest.approx(0.5, abs=0.05)
    ranks = np.argsort(np.argsort(sim.counties.priority))
    assert abs(ranks[early].mean() - ranks.mean()) < 10


def test_county_without_the_scheme_has_no_line_and_no_recipient(tiny):
    sim = Simulation("tiny", **{"years.last": 1997}).run()
    without = ~sim.adoptions.in_force(URBAN)
    assert (sim.counties["urban_dibao_line"][without] == 0).all()
    assert (sim.counties["urban_dibao_line"][~without] > 0).all()
    homes = without[sim.households.county] & sim.households.hukou_urban
    assert not sim.households["receives_dibao"][homes].any()
